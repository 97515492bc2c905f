"""The demo world's goals: the persona's through actions, others in bulk; follow-ups and ties; nothing without programmes."""

from datetime import date

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import steering_e_goals as scene
from kotopolku.demo.scenes import training_z_ties as ties
from kotopolku.steering.models import GoalFollowUp, GoalTie, Indicator, IndicatorValue, MunicipalGoal
from kotopolku.steering.queries.goals import lacking
from kotopolku.steering.tests import goals_world as world
from kotopolku.steering.tests import measures_world

pytestmark = pytest.mark.django_db


def _actor_of(username: str) -> Viewer:
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": "Näyte Malli"})
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=world.organisation("kunta-092"),
        role="team-leader",
        defaults={"valid": date_range(date(2020, 1, 1), None)},
    )
    viewer = Viewer(user_id=user.pk, name=user.full_name, day=world.ON, seat=seat_of(membership))
    rowsecurity.apply(viewer)
    return viewer


def _play() -> None:
    with clock.at(world.ON):
        scene.play(_actor_of, world.ON)
        ties.play(_actor_of, world.ON)
    rowsecurity.apply(Viewer.for_system("test", world.ON))


def test_nothing_is_made_without_programmes() -> None:
    _play()
    assert not MunicipalGoal.objects.exists()


def test_many_programmes_have_goals_with_follow_ups_and_the_personas_are_tied() -> None:
    for key, better, unit in (
        ("employment-rate", "more", "%"),
        ("plan-on-time", "more", "%"),
        ("training-wait", "less", "days"),
    ):
        made = Indicator.objects.create(key=key, name_fi=key, better=better, unit=unit, source="Keksitty")
        IndicatorValue.objects.bulk_create(
            IndicatorValue(indicator=made, place=f"municipality-{code}", year=year, value=year - 1980)
            for code in ("092", "049", "235")
            for year in range(2020, 2026)
        )
    state_programme = measures_world.programme()
    lines = [measures_world.line(state_programme, f"1.{number}") for number in range(1, 5)]
    measure = measures_world.measure(measures_world.officer(), lines=[one.pk for one in lines])
    own = world.programme(state="approved")
    joint = world.programme("049", "235", state="approved", languages=["sv", "fi"])
    draft = world.programme("235")
    ended = world.programme("049", state="ended", days=date_range(date(2020, 1, 1), date(2023, 12, 31)))
    _play()
    for programme in (own, joint, draft, ended):
        assert programme.goals.count() >= 4
    assert not GoalFollowUp.objects.filter(goal__programme=draft).exists()
    assert GoalFollowUp.objects.filter(goal__programme=own).exists()
    assert ended.goals.exclude(state="open").exists()
    assert not MunicipalGoal.objects.filter(target_year__lt=2026, programme=own).exists()
    assert MunicipalGoal.objects.exclude(lines=None).exists()
    assert MunicipalGoal.objects.filter(lacking(2025)).exclude(follow_ups__year=2025).exists()
    assert GoalTie.objects.filter(goal__programme=own, kind="measure").exists()
    assert measure.goals.filter(programme=own).exists()
    assert measure.goals.filter(programme=draft).exists()
    assert not measure.goals.filter(programme=ended).exists()
