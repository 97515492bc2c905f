from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.retention"
    label = "retention"

    def ready(self) -> None:
        from kotopolku.access.capabilities import Capability
        from kotopolku.clients.extensions import Tab, add_tab

        add_tab(Tab(_("Information request"), "retention:information", 95, Capability.CLIENT_EXPORT))
