"""The bodies of the demo world: each authority has appointed its own, and their keepers have something to see to."""

from datetime import date

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, User, date_range
from kotopolku.actors.signin import entry_of_user
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.models import Body, HolderPrivate
from kotopolku.cooperation.queries import bodies as queries
from kotopolku.demo.scenes import bodies

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
PERSONAS = {
    "ely.uusimaa": ("ely-01", Role.REGIONAL_OFFICER),
    "evk.uusimaa": ("evk-01", Role.REGIONAL_OFFICER),
    "kunta.vantaa": ("kunta-092", Role.TEAM_LEADER),
    "tyo.vantaa": ("tyo-43", Role.TEAM_LEADER),
    "hva.vantaa": ("hva-04", Role.COUNTY_OFFICER),
    "koulutus": ("koul-esimerkkiopisto", Role.PROVIDER),
    "yhdistys": ("yhd-nayteyhdistys-ry", Role.COMMUNITY),
}


def actor_of(username: str) -> Viewer:
    return entry_of_user(User.objects.get(username=username), day=DAY).viewer


@pytest.fixture(autouse=True)
def played() -> None:
    for code, kind in (("yhd-nayteyhdistys-ry", "association"), ("koul-esimerkkiopisto", "provider")):
        valid = date_range(date(2020, 1, 1), None)
        Organisation.objects.create(code=code, kind=kind, name_fi=code, valid=valid)
    actors.clear()
    for username, (organisation, role) in PERSONAS.items():
        viewer = make.worker(organisation, DAY, role=role, name=username)
        email = f"{username}@example.invalid"
        User.objects.filter(pk=viewer.user_id).update(username=username, email=email)
    bodies.play(actor_of, DAY)
    bodies.etno_goes_on()
    actors.clear()


def test_every_authority_has_its_bodies_and_the_commission_is_history() -> None:
    with make.working(actor_of("kunta.vantaa")) as at_work:
        found = queries.bodies(at_work, queries.Wanted())
        kinds = {(one.organisation.code, one.kind) for one in found}
        past = queries.bodies(at_work, queries.Wanted(kind="commission", past=True)).get()
        assert kinds == {
            ("evk-01", "group"),
            ("evk-01", "etno"),
            ("kunta-092", "board"),
            ("kunta-092", "working"),
        }
        assert past.ended_on == date(2024, 12, 31)
        assert len(queries.terms_of(at_work, past)) == 2
        assert all("Keksitty esimerkki." in one.purpose["fi"] for one in Body.objects.all())


def test_keepers_have_a_vacant_seat_and_a_term_that_ends_to_see_to() -> None:
    for username, terms, seats in (("evk.uusimaa", 0, 2), ("kunta.vantaa", 1, 1)):
        with make.working(actor_of(username)) as at_work:
            found = queries.watched(at_work)
        assert len([one for one in found if one.line is None]) == terms
        assert len([one for one in found if one.line is not None]) == seats


def test_personas_sit_where_they_were_named() -> None:
    for username, seats in (("kunta.vantaa", 3), ("evk.uusimaa", 2), ("koulutus", 1)):
        viewer = actor_of(username)
        with make.working(viewer) as at_work:
            assert len(queries.my_seats(at_work)) == seats, username
    with rowsecurity.as_system():
        assert HolderPrivate.objects.exclude(interests="").count() == 1
