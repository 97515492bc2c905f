from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.training"
    label = "training"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Tab, add_tab

        add_tab(Tab(_("Training"), "training:client", 25))
