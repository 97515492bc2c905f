"""The net under goals: whose goals, follow-ups and ties PostgreSQL lets through when no page stands before it."""

from typing import Any

import pytest
from django.db import ProgrammingError, models, transaction

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.steering.models import GoalFollowUp, GoalTie, MunicipalGoal
from kotopolku.steering.tests import goals_world as world

pytestmark = pytest.mark.django_db

KINDS: tuple[type[models.Model], ...] = (MunicipalGoal, GoalFollowUp, GoalTie)


def follow_up(of: MunicipalGoal, year: int = 2025) -> GoalFollowUp:
    return GoalFollowUp(goal=of, year=year, track="on", text="Vuosi", written_at=clock.now())


def followed(state: str, **changes: Any) -> MunicipalGoal:
    """A goal of Vantaa with a follow-up and a tie, its programme in some state."""
    of = world.programme(
        state=state, **{name: changes.pop(name) for name in ("published",) if name in changes}
    )
    made = world.goal(of, **changes)
    with make.working(world.system()):
        follow_up(made).save()
        GoalTie.objects.create(goal=made, kind="measure", key="language", made_at=clock.now())
    return made


def seen(viewer: Viewer) -> list[int]:
    """How many goals, follow-ups and ties the viewer reads with no condition at all."""
    with make.working(viewer):
        return [kind._default_manager.count() for kind in KINDS]


def test_a_draft_is_read_by_those_who_draw_it_up_and_by_the_owner_of_a_goal() -> None:
    made = followed("draft")
    stranger, anybody = world.leader("049"), Viewer(user_id=None, name="", day=world.ON, seat=None)
    assert seen(world.leader()) == [1, 1, 1]
    assert seen(stranger) == [0, 0, 0]
    with make.working(world.system()):
        MunicipalGoal.objects.filter(pk=made.pk).update(owner=world.organisation("kunta-049"))
    assert seen(stranger) == [1, 1, 1], "its owner"
    assert seen(world.leader("235")) == [0, 0, 0]
    assert seen(anybody) == [0, 0, 0]


def test_an_approved_programme_is_read_by_everybody_at_work_and_a_published_one_by_everybody() -> None:
    anybody = Viewer(user_id=None, name="", day=world.ON, seat=None)
    followed("approved")
    assert seen(world.leader("049")) == [1, 1, 1]
    assert seen(anybody) == [0, 0, 0]
    followed("approved", published=True)
    assert seen(anybody) == [1, 1, 1]


def test_who_reads_does_not_write() -> None:
    made = followed("approved")
    other = world.leader("049")
    with make.working(other):
        assert MunicipalGoal.objects.update(code="9") == 0
        assert GoalFollowUp.objects.update(track="off") == 0
        assert GoalTie.objects.all().delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            follow_up(made, 2024).save()
    with make.working(world.leader()):
        follow_up(made, 2024).save()
        assert GoalFollowUp.objects.update(track="off") == 2
        assert GoalTie.objects.all().delete()[0] == 1
