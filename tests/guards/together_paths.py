"""Objects that the permission guard asks for: service paths and what clients say of their steps."""

from datetime import date
from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import PathState, PathStep, ServicePath, StepFeedback
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    path = made(
        ServicePath, organisation=vantaa, state=PathState.IN_USE, municipalities=[], feedback_until=None
    )
    step = made(PathStep, path=path, owner=vantaa, asks=True, code="malli23456789", title={"fi": "Malli"})
    said = made(StepFeedback, step=step, month=date(2026, 1, 1), score=3, understood=True)
    return {
        "steering/paths/": {"path_id": path.pk, "step_id": step.pk, "feedback_id": said.pk},
        "steering/public/say/": {"code": step.code},
        "my/steps/": {"code": step.code},
    }
