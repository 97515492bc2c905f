from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.letters"
    label = "letters"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Tab, add_tab

        add_tab(Tab(_("Letters"), "letters:letters", 70))
