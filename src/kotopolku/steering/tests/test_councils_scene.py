"""The demo scene of councils: drafts of several years become approved, late, expired and waiting programmes."""

from datetime import date

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.actors.signin import entry_of_user
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.models import Hearing
from kotopolku.demo.scenes import steering_d_councils as scene
from kotopolku.steering.models import Indicator, MunicipalProgramme, ProgrammeMunicipality, ProgrammeVersion
from kotopolku.steering.queries import councils
from kotopolku.steering.tests import councils_world as world

pytestmark = pytest.mark.django_db


def test_the_scene_makes_programmes_at_every_stage() -> None:
    persona = world.keeper()
    User.objects.filter(pk=persona.user_id).update(username="kunta.vantaa")

    def drafted(code: str, on: date, *others: str) -> None:
        made = world.draft(world.keeper(code, on), *others, on=on)
        with rowsecurity.as_system():
            MunicipalProgramme.objects.filter(pk=made.pk).update(invented=True)

    drafted(world.KERAVA, date(2020, 5, 4))
    drafted(world.TUUSULA, date(2022, 3, 1), world.KERAVA)
    drafted(world.VANTAA, date(2024, 2, 1))
    for code in (world.KERAVA, world.TUUSULA, world.VANTAA):
        drafted(code, date(2026, 8, 3), "kunta-091")
    drafted("kunta-049", date(2026, 8, 3), world.VANTAA)

    Indicator.objects.create(key="employment-rate", name_fi="Keksitty", better="more", unit="%", source="–")

    def actor_of(username: str) -> Viewer:
        rowsecurity.apply(Viewer.for_system("demo", world.ON))
        viewer = entry_of_user(User.objects.get(username=username), day=world.ON).viewer
        rowsecurity.apply(viewer)
        return viewer

    with make.working(persona):
        scene.play(actor_of, world.ON)
    with make.working(Viewer.for_system("test", world.ON)) as there:
        codes = [f"kunta-{code}" for code, _others, _languages in scene.OLD]
        old = MunicipalProgramme.objects.filter(organisation__code__in=codes)
        assert set(old.values_list("state", "act")) == {("approved", "1386/2010")}
        for kept in ProgrammeVersion.objects.filter(programme__in=old, stage="approved"):
            assert kept.content["goals"], "what the councils approved holds its goals"
        rest = MunicipalProgramme.objects.exclude(organisation__code__in=codes).order_by("pk")
        states = list(rest.values_list("state", flat=True))
        assert states == ["approved", "approved", "approved", "councils", "draft", "councils", "councils"]
        assert MunicipalProgramme.objects.filter(published_at__isnull=False).count() == 6
        assert Hearing.objects.filter(subject_kind="steering.municipal-programme", state="open").count() == 1
        assert ProgrammeMunicipality.objects.filter(state="returned").count() == 1
        vantaa = ProgrammeMunicipality.objects.get(
            organisation__code=world.VANTAA, programme__organisation__code="kunta-049"
        )
        assert vantaa.state == "waiting"
        assert len(councils.listed(there, "late")) == 3
        assert len(councils.listed(there, "expired")) == 1
