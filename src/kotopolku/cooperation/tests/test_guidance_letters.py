"""Guidance letters: bulletins of a region with who has read and acknowledged them, on the pages of guidance."""

from datetime import date

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import bulletins
from kotopolku.cooperation.models import Bulletin
from kotopolku.cooperation.queries import guidance_letters
from kotopolku.cooperation.rules import BulletinContent

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
FRONT, LETTERS = "/steering/guidance/", "/steering/guidance/letters/"


@pytest.fixture(autouse=True)
def no_second_factor(settings: object) -> None:
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]


def letter(by: Worker, *to: str, sent: bool = True) -> int:
    """A guidance letter; the form of bulletins sets the same mark."""
    with make.working(by.viewer) as at_work:
        ids = tuple(Organisation.objects.filter(code__in=to).values_list("pk", flat=True))
        content = BulletinContent(title="Ohje kunnille", body="Lukekaa.", organisations=ids, acknowledge=True)
        made = bulletins.draft(content, actor=at_work)
    rowsecurity.apply(Viewer.for_system("test", ON))
    Bulletin.objects.filter(pk=made.pk).update(guidance=True)
    if sent:
        with make.working(by.viewer) as at_work:
            bulletins.send(made.pk, actor=at_work, expected_version=made.version)
    return made.pk


def test_a_letter_is_counted_by_organisation_when_it_is_read_and_acknowledged() -> None:
    region = Worker("evk-01", ON, Role.REGIONAL_OFFICER)
    vantaa, colleague = Worker("kunta-092", ON), Worker("kunta-092", ON)
    made = letter(region, "kunta-092", "kunta-245")
    for reader in (vantaa, colleague):
        assert "to acknowledge" in words(reader.get(FRONT))
        reader.get(f"/commons/bulletins/{made}/")
    with make.working(vantaa.viewer) as at_work:
        assert guidance_letters.to_acknowledge(at_work).count() == 1
        bulletins.acknowledge(made, actor=at_work)
        assert guidance_letters.to_acknowledge(at_work).count() == 0
    with make.working(region.viewer) as at_work:
        found = guidance_letters.sent(at_work).get()
        numbers = (found.organisations, found.opened_in, found.acknowledged_in, found.readers)  # type: ignore[attr-defined]
    assert numbers == (2, 1, 1, 2)
    page = words(region.get(FRONT))
    assert "read in 1 of 2" in page
    assert "acknowledged in 1" in page
    assert "Ohje kunnille" in words(region.get(LETTERS))
    assert "acknowledged" in words(vantaa.get(LETTERS))


def test_who_was_not_addressed_and_another_region_see_no_letter() -> None:
    region = Worker("evk-01", ON, Role.REGIONAL_OFFICER)
    letter(region, "kunta-092")
    for stranger in (Worker("kunta-205", ON), Worker("evk-02", ON, Role.REGIONAL_OFFICER)):
        for address in (FRONT, LETTERS):
            assert "Ohje kunnille" not in words(stranger.get(address))


def test_a_letter_that_has_not_been_sent_is_shown_to_its_region_as_such() -> None:
    region = Worker("evk-01", ON, Role.REGIONAL_OFFICER)
    letter(region, "kunta-092", sent=False)
    assert "Not sent yet" in words(region.get(LETTERS))
    assert "Ohje kunnille" not in words(Worker("kunta-092", ON).get(LETTERS))


def test_other_bulletins_are_no_letters() -> None:
    region = Worker("evk-01", ON, Role.REGIONAL_OFFICER)
    with make.working(region.viewer) as at_work:
        content = BulletinContent(title="Tavallinen tiedote", body="Lukekaa.", everybody=True)
        made = bulletins.draft(content, actor=at_work)
        bulletins.send(made.pk, actor=at_work, expected_version=made.version)
    assert "Tavallinen tiedote" not in words(Worker("kunta-092", ON).get(LETTERS))
    assert "New guidance letter" in words(region.get(LETTERS))
