"""The demo world's service paths: three in use, one draft; enough answers for some steps, too few for others."""

from collections import Counter

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import steering_g_paths as scene
from kotopolku.steering import path_facts
from kotopolku.steering.models import PathStep, ServicePath, StepFeedback
from kotopolku.steering.path_rules import StepContent, check_step
from kotopolku.steering.tests import paths_world as world

pytestmark = pytest.mark.django_db


def _actor_of(username: str) -> Viewer:
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": "Näyte Malli"})
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=world.organisation(world.VANTAA),
        role="team-leader",
        defaults={"valid": date_range(world.ON.replace(month=1), None)},
    )
    viewer = Viewer(user_id=user.pk, name=user.full_name, day=world.ON, seat=seat_of(membership))
    rowsecurity.apply(viewer)
    return viewer


def test_three_paths_are_in_use_and_one_is_a_draft() -> None:
    with clock.at(world.ON):
        scene.play(_actor_of, world.ON)
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    states = Counter(ServicePath.objects.values_list("state", flat=True))
    assert states == {"use": 3, "draft": 1}
    assert all(
        "esimerkki" in str(one.text) or "exempel" in str(one.text) for one in ServicePath.objects.all()
    )
    of_step = Counter(StepFeedback.objects.values_list("step_id", flat=True))
    assert min(of_step.values()) < 5 <= max(of_step.values())
    assert StepFeedback.objects.values("language").distinct().count() > 8
    assert not PathStep.objects.filter(path__state="use", title__fi=None).exists()


@pytest.mark.parametrize("step", [*scene.VANTAA_STEPS, *scene.KOUVOLA_STEPS, *scene.POHJANMAA_STEPS])
def test_every_step_says_what_a_step_must_say(step: StepContent) -> None:
    assert check_step(step, path_facts.facts()) == []
