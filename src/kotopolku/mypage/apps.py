from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MypageConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.mypage"
    label = "mypage"

    def ready(self) -> None:
        from kotopolku.access.capabilities import Capability
        from kotopolku.appointments import client_users
        from kotopolku.clients.extensions import Tab, add_tab
        from kotopolku.desk import recipients
        from kotopolku.mypage import queries

        add_tab(Tab(_("Own page"), "mypage:give", 90, Capability.CLIENT_EDIT))
        client_users.add_finder(queries.appointment_users)
        recipients.set_finder(queries.recipients)
