from django.apps import AppConfig


class HandoverConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.handover"
    label = "handover"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Panel, add_panel
        from kotopolku.handover.pages import client_panel

        add_panel(Panel("handover/panel.html", 5, client_panel))
