from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ActorsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.actors"
    label = "actors"

    def ready(self) -> None:
        post_migrate.connect(_watch_writers, sender=self, dispatch_uid="actors.paging")


def _watch_writers(using: str, **_more: Any) -> None:
    from kotopolku.actors.paging import watch_writers

    watch_writers(using)
