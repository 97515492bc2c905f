"""The demo world's municipal programmes: forty drafts, some joint, one with partners and talk."""

from datetime import date

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import steering_c_municipal as scene
from kotopolku.steering.models import (
    MunicipalProgramme,
    ProgrammeFigure,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    SectionComment,
    SectionProposal,
)
from kotopolku.steering.tests import municipal_world as world

pytestmark = pytest.mark.django_db

PLACES = {
    "kunta.vantaa": (world.VANTAA, "team-leader"),
    "tyo.vantaa": ("tyo-43", "team-leader"),
    "hva.vantaa": ("hva-04", "county-officer"),
    "yhdistys": (world.ASSOCIATION, "community"),
}


def _actor_of(username: str) -> Viewer:
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    world.association()
    code, role = PLACES[username]
    user, _made = User.objects.get_or_create(username=username, defaults={"full_name": "Näyte Malli"})
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=Organisation.objects.get(code=code),
        role=role,
        defaults={"valid": date_range(date(2015, 1, 1), None)},
    )
    viewer = Viewer(user_id=user.pk, name=user.full_name, day=world.ON, seat=seat_of(membership))
    rowsecurity.apply(viewer)
    return viewer


def test_forty_municipalities_have_programmes_of_every_stage_and_vantaas_has_talk() -> None:
    with clock.at(world.ON):
        scene.play(_actor_of, world.ON)
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    found = MunicipalProgramme.objects.select_related("organisation")
    assert found.count() == len(scene.PLAN) == 40
    assert {scene.stage_of(one) for one in found} == {*scene.TIMES, *scene.ON_THE_WAY}
    begun = [scene.stage_of(one) for one in found.order_by("made_at", "pk") if one.act == "681/2023"]
    on_the_way = begun[-18:]
    assert on_the_way == [scene.ON_THE_WAY[number % 5] for number in range(18)]
    assert set(found.values_list("act", flat=True)) == {"1386/2010", "681/2023"}
    assert all(found.values_list("invented", flat=True))
    assert ProgrammeMunicipality.objects.count() == 40 + sum(len(one.others) for one in scene.PLAN)
    assert found.filter(languages=["sv", "fi"]).count() == 5
    vantaa = found.get(organisation__code=world.VANTAA)
    assert ProgrammePartner.objects.filter(programme=vantaa).count() == 4
    assert SectionComment.objects.filter(section__programme=vantaa).count() == 5
    states = SectionProposal.objects.filter(section__programme=vantaa).order_by("state")
    assert list(states.values_list("state", flat=True)) == ["accepted", "open"]
    assert ProgrammeFigure.objects.filter(section__programme=vantaa).count() == 2
    sent = [one.pk for one in found if scene.stage_of(one) != scene.DRAFT and one.act == "681/2023"]
    assert not ProgrammeSection.objects.filter(programme__in=sent, text={}).exists()
