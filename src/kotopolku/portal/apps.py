from contextlib import suppress

from django.apps import AppConfig


class PortalConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.portal"
    label = "portal"

    def ready(self) -> None:
        from kotopolku.portal import preferences, translations

        with suppress(PermissionError):  # an installed package may be read-only; it brings compiled texts
            translations.compile_all()
        preferences.follow_sign_in()
