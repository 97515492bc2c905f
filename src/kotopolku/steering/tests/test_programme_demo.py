"""The demo world's State's programmes: one ended, one followed, complete and marked as invented."""

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.demo.scenes import steering_a_programme
from kotopolku.steering.models import IndicatorValue, Line, LineVersion, NationalProgramme
from kotopolku.steering.tests import programme_world as world

pytestmark = pytest.mark.django_db


def test_the_scene_plays_and_is_complete() -> None:
    ministry = world.preparer()

    def actor_of(_username: str) -> Viewer:
        rowsecurity.apply(ministry)
        return ministry

    with clock.at(world.ON):
        steering_a_programme.play(actor_of, world.ON)
    with make.working(world.officer()):
        old, now = NationalProgramme.objects.order_by("days")
        assert (old.state, now.state, old.invented, now.invented) == ("adopted", "adopted", True, True)
        assert (now.days.lower.year, now.last_day.year) == (2024, 2027)
        kinds = list(Line.objects.filter(programme=now).values_list("kind", flat=True))
        assert [kinds.count(one) for one in ("goal", "line", "measure")] == [5, 14, 6]
        assert LineVersion.objects.filter(line__programme=now).exclude(reason="").count() == 2
        assert IndicatorValue.objects.filter(place="country", year=2024).count() >= 7
