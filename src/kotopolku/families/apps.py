from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.families"
    label = "families"

    def ready(self) -> None:
        from kotopolku.clients.actions.case import add_facts
        from kotopolku.clients.extensions import Panel, Tab, add_panel, add_tab
        from kotopolku.families import facts, panels

        add_facts("representations", facts.representations)
        add_facts("earlier_plans", facts.earlier_plans)
        add_tab(Tab(_("Family"), "families:family", 20))
        add_panel(Panel("families/panel.html", 5, panels.panel))
