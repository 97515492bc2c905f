from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.exchange"
    label = "exchange"

    def ready(self) -> None:
        from kotopolku.access.capabilities import Capability
        from kotopolku.clients.extensions import Tab, add_tab

        add_tab(Tab(_("Registers"), "exchange:registers", 90, Capability.CLIENT_EDIT))
