from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.appointments"
    label = "appointments"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kotopolku.appointments.pages_client import next_appointment
        from kotopolku.clients import extensions

        extensions.add_tab(extensions.Tab(_("Appointments"), "appointments:of-client", 40))
        extensions.add_panel(extensions.Panel("appointments/next_panel.html", 20, next_appointment))
