"""The demo world's regional measures: five regions, one report sent, one draft; nothing without lines."""

from datetime import date

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import steering_b_measures as scene
from kotopolku.steering.models import Evidence, RegionalMeasure, RegionalReport
from kotopolku.steering.tests import measures_world as world

pytestmark = pytest.mark.django_db


def _actor_of(username: str) -> Viewer:
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": "Näyte Malli"})
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=world.organisation(world.REGION),
        role="regional-officer",
        defaults={"valid": date_range(date(2026, 1, 1), None)},
    )
    viewer = Viewer(user_id=user.pk, name=user.full_name, day=world.ON, seat=seat_of(membership))
    rowsecurity.apply(viewer)
    return viewer


def _play() -> None:
    with clock.at(world.ON):
        scene.play(_actor_of, world.ON)
    rowsecurity.apply(Viewer.for_system("test", world.ON))


def test_nothing_is_made_without_lines() -> None:
    _play()
    assert not RegionalMeasure.objects.exists()


@pytest.mark.parametrize("number", [1, 2, 9])
def test_five_regions_have_measures_and_two_a_report(number: int) -> None:
    programme = world.programme()
    for line in range(1, number + 1):
        world.line(programme, f"1.{line}")
    world.indicator("more")
    world.indicator("less")
    _play()
    found = RegionalMeasure.objects.all()
    assert found.values("organisation").distinct().count() == 5
    assert all(found.values_list("invented", flat=True))
    assert found.filter(lines=None).count() == 1
    assert found.filter(state="dropped").count() == 1
    assert Evidence.objects.exclude(value=None).exists()
    states = RegionalReport.objects.order_by("state").values_list("state", "invented")
    assert list(states) == [("draft", True), ("sent", True)]
