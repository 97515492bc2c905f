"""The demo world's guidance: every state, two languages, comments, marks and notes, two letters with receipts."""

from datetime import date

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.cooperation.models import Bulletin, BulletinReceipt
from kotopolku.demo.scenes import steering_f_guidance as scene
from kotopolku.steering.models import (
    Guidance,
    GuidanceComment,
    GuidanceMark,
    GuidanceNote,
    GuidanceState,
    MunicipalProgramme,
)
from kotopolku.steering.tests import guidance_world as world

pytestmark = pytest.mark.django_db

SEATS = {
    scene.REGION: (world.REGION, Role.REGIONAL_OFFICER),
    scene.CITY: (world.VANTAA, Role.TEAM_LEADER),
    scene.AREA: (world.AREA, Role.TEAM_LEADER),
    scene.MEDIA: (world.VANTAA, Role.EDITOR),
}


def _actor_of(username: str) -> Viewer:
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    code, role = SEATS[username]
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": "Näyte Malli"})
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=world.organisation(code),
        role=role.value,
        defaults={"valid": date_range(date(2019, 1, 1), None)},
    )
    viewer = Viewer(user_id=user.pk, name=user.full_name, day=world.ON, seat=seat_of(membership))
    rowsecurity.apply(viewer)
    return viewer


def _play() -> None:
    with clock.at(world.ON):
        scene.play(_actor_of, world.ON)
    rowsecurity.apply(Viewer.for_system("test", world.ON))


def test_requests_stand_at_every_stage_in_two_languages_and_two_regions() -> None:
    _play()
    found = Guidance.objects.all()
    assert set(found.values_list("state", flat=True)) == set(GuidanceState.values)
    assert set(found.values_list("language", flat=True)) == {"fi", "sv"}
    assert found.values("region").distinct().count() == 2
    assert found.filter(state="asked", answer_by__lt=world.ON).exists(), "one is late"
    comments = GuidanceComment.objects.all()
    assert set(comments.values_list("verdict", flat=True)) == {"fine", "better", "must"}
    assert comments.exclude(settled_at=None).exists()
    assert comments.exclude(changed="").filter(settled_at=None).exists()
    assert GuidanceMark.objects.exists()
    assert GuidanceNote.objects.exists()
    assert all(MunicipalProgramme.objects.values_list("invented", flat=True))


def test_a_draft_that_is_there_is_sent_and_an_approved_programme_reviewed() -> None:
    city = world.municipality()
    own = world.draft(city.viewer)
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    from kotopolku.steering.tests.test_municipalities import programme

    approved = programme("091")
    _play()
    assert Guidance.objects.get(subject="Ohjelmaluonnos kommenteille").programme_id == own.pk
    assert Guidance.objects.get(kind="review").programme_id == approved.pk


def test_two_letters_are_out_and_read_by_some() -> None:
    _play()
    letters = Bulletin.objects.filter(guidance=True, acknowledge=True)
    assert set(letters.values_list("language", flat=True)) == {"fi", "sv"}
    assert letters.count() == 2
    receipts = BulletinReceipt.objects.filter(bulletin__in=letters)
    assert receipts.filter(acknowledged_edition=0).exists()
    assert receipts.filter(acknowledged_edition=1).count() == 2
