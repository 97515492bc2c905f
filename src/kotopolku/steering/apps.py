from django.apps import AppConfig


class SteeringConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.steering"
    label = "steering"

    def ready(self) -> None:
        from kotopolku.procurement.extensions import ContractPanel, add_contract_panel
        from kotopolku.progress.extensions import MeasuresPanel, add_measures_panel
        from kotopolku.steering.queries import (  # noqa: F401 - each registers what it knows of
            carried_contracts,
            carried_courses,
            carried_measures,
            carried_paths,
            carries,
            tied_goals,
        )
        from kotopolku.training.extensions import CoursePanel, add_course_panel

        add_course_panel(CoursePanel(carries.TEMPLATE, carries.course_panel))
        add_contract_panel(ContractPanel(carries.TEMPLATE, carries.contract_panel))
        add_measures_panel(MeasuresPanel(carries.OF_MEASURES, carries.measures_panel))
