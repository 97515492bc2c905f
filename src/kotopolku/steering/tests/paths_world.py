"""Stands up what the tests of service paths need: keepers, a path with steps, acts in the journal, answers of clients."""

from datetime import date
from typing import Any
from uuid import uuid4

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Responsibility
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.journal.actions import record
from kotopolku.steering.actions import path_feedback, paths
from kotopolku.steering.models import PathStep, ServicePath, StepFeedback
from kotopolku.steering.path_rules import FeedbackContent, PathContent, StepContent

ON = date(2026, 11, 23)
VANTAA, KAJAANI, AREA, REGION, MINISTRY = "kunta-092", "kunta-205", "tyo-43", "evk-01", "tem"
REGISTERED, ASSESSED, PLANNED = (
    "clients.client.registered",
    "clients.assessment.completed",
    "clients.plan.made",
)


def keeper(code: str = VANTAA, on: date = ON) -> Viewer:
    return make.worker(code, on, role=Role.TEAM_LEADER)


def keeping(code: str = VANTAA) -> Worker:
    return Worker(code, ON, Role.TEAM_LEADER)


def system(on: date = ON) -> Viewer:
    return Viewer.for_system("test", on)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def content(**changes: Any) -> PathContent:
    values: dict[str, Any] = {
        "name_fi": "Alusta omaan suunnitelmaan",
        "text": {"fi": "Uusille **asukkaille**."},
    }
    return PathContent(**(values | changes))


def step_content(**changes: Any) -> StepContent:
    values: dict[str, Any] = {
        "title": {"fi": "Alkuvaiheen arviointi", "ar": "التقييم الأولي"},
        "begins": REGISTERED,
        "ends": ASSESSED,
        "target_days": 30,
        "asks": True,
    }
    return StepContent(**(values | changes))


def path(actor: Viewer, *steps: StepContent, in_use: bool = True, **changes: Any) -> ServicePath:
    """A path with the steps, by default one; put in use unless told otherwise."""
    with make.working(actor) as at_work:
        made = paths.draft(content(**changes), actor=at_work)
        for one in steps or (step_content(),):
            paths.add_step(made.pk, one, actor=at_work)
        return paths.put_in_use(made.pk, actor=at_work, expected_version=1) if in_use else made


def step_of(made: ServicePath, number: int = 0) -> PathStep:
    with make.working(system()):
        return made.steps.order_by("order")[number]


def clients(number: int, actor: Viewer | None = None, on: date = date(2026, 1, 7)) -> list[int]:
    """Ids of that many clients of Vantaa, each with a responsibility from the day on."""
    of = actor or make.worker(VANTAA, on)
    with make.working(of, on) as at_work:
        before = set(Responsibility.objects.values_list("person_id", flat=True))
        make.many(at_work, number)
        rows = Responsibility.objects.order_by("person_id").values_list("person_id", flat=True)
        return [one for one in rows if one not in before]


def act(person_id: int, action: str, on: date, actor: Viewer | None = None) -> None:
    """An act on a person in the journal, by anybody."""
    of = actor or system(on)
    with make.working(of, on) as at_work:
        record(action, actor=at_work, subjects=[person_id])


def say(step: PathStep, score: int = 4, on: date = date(2026, 8, 12), **changes: Any) -> None:
    """One answer about a step, on the day."""
    values: dict[str, Any] = {"score": score, "understood": True, "text": "", "language": "fi"}
    with clock.at(on), make.working(system(on), on) as nobody:
        given = FeedbackContent(**(values | changes))
        path_feedback.give(step.code, given, actor=nobody, token=uuid4(), by_link=False)


def answers() -> list[StepFeedback]:
    with make.working(system()):
        return list(StepFeedback.objects.order_by("pk"))
