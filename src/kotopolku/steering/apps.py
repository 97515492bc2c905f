from django.apps import AppConfig


class SteeringConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.steering"
    label = "steering"

    def ready(self) -> None:
        from kotopolku.steering.queries import (  # noqa: F401 - each registers what it knows of
            carried_contracts,
            carried_courses,
            carried_measures,
            carried_paths,
            tied_goals,
        )
