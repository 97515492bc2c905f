from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.procurement"
    label = "procurement"

    def ready(self) -> None:
        from kotopolku.procurement.queries.orders import course_panel
        from kotopolku.training.extensions import CoursePanel, add_course_panel

        add_course_panel(CoursePanel("procurement/course_order.html", course_panel, tells_contract=True))
