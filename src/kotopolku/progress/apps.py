from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.progress"
    label = "progress"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Panel, Tab, add_panel, add_tab
        from kotopolku.progress import queries

        add_tab(Tab(_("Measures"), "progress:measures", 20))
        add_panel(Panel("progress/panel.html", 20, queries.panel))
