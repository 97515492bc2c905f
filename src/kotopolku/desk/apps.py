from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.desk"
    label = "desk"

    def ready(self) -> None:
        from kotopolku.clients.extensions import Panel, Tab, add_panel, add_tab
        from kotopolku.desk.panels import open_tasks

        add_tab(Tab(_("Notes"), "desk:notes", 20))
        add_tab(Tab(_("Documents"), "desk:documents", 30))
        add_tab(Tab(_("Messages"), "desk:messages", 40))
        add_panel(Panel("desk/tasks_panel.html", 20, open_tasks))
