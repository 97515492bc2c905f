from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClientsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.clients"
    label = "clients"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Tab, add_tab

        add_tab(Tab(_("Path"), "clients:client", 0))
        add_tab(Tab(_("Plan"), "clients:plan", 10))
        add_tab(Tab(pgettext_lazy("of a client", "Events"), "clients:events", 90))
