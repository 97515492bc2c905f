"""A municipality's facts from data: for every municipality of the day, in every language, in few statements."""

from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kotopolku.access import rowsecurity
from kotopolku.actors.actions import add_contact
from kotopolku.actors.actions.contacts import ContactFacts
from kotopolku.actors.models import Contact, Organisation
from kotopolku.information.models import Space
from kotopolku.information.queries.municipal import MunicipalFacts, facts
from kotopolku.information.revisions import reader_of
from kotopolku.information.tests.public_world import DAY, system

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    rowsecurity.apply(system())


def of(slug: str, language: str = "fi", on: date = DAY) -> MunicipalFacts:
    with override(language):
        found = facts(Space.objects.get(slug=slug), language, on)
    assert found is not None
    return found


def contacts(code: str, count: int) -> None:
    organisation = Organisation.objects.get(code=code)
    for number in range(count):
        add_contact(
            actor=system(),
            organisation=organisation,
            facts=ContactFacts(
                valid_from=date(2026, 1, 1),
                valid_until=None,
                name=f"Nimi {number}",
                titles={"fi": "Neuvoja"},
                telephone="+358 9 1234567",
                email="neuvonta@example.invalid",
            ),
        )
    Contact.objects.filter(organisation=organisation).update(public=True)


def test_every_municipality_of_today_has_authorities_areas_languages_and_figures() -> None:
    spaces = list(Space.objects.filter(kind="municipality"))
    assert len(spaces) == 308
    for space in spaces:
        with override("fi"):
            found = facts(space, "fi", DAY)
        assert found is not None
        aland = space.parent_id == Space.objects.get(slug="ahvenanmaa").pk
        assert found.languages, space.slug
        assert found.figures.population, space.slug
        assert found.figures.share is not None, space.slug
        assert [one.kind for one in found.areas][:1] == ["Maakunta"]
        if aland:
            assert [bool(one.problem) for one in found.answering] == [True]
        else:
            assert len(found.answering) == 4, space.slug
            assert all(one.organisation and not one.problem for one in found.answering)
            assert len(found.areas) == (3 if space.slug == "helsinki" else 4), space.slug


def test_a_jobseeker_and_another_have_different_authorities() -> None:
    first, second, *_rest = of("vantaa").answering
    assert (first.act, second.act) == ("681/2023 § 3, § 16", "681/2023 § 3, § 16")
    assert "työllisyysalue" in first.organisation.text.lower()
    assert "Vantaan kaupunki" in second.organisation.text or "Vantaa" in second.organisation.text


def test_health_in_helsinki_is_the_city_s_own() -> None:
    assert of("helsinki").answering[-1].organisation == of("helsinki").answering[1].organisation
    assert "hyvinvointialue" in of("vantaa").answering[-1].organisation.text.lower()


def test_a_day_before_the_reform_has_the_authorities_of_that_day() -> None:
    kinds = {one.kind for one in of("vantaa", on=date(2023, 6, 1)).areas}
    assert "ELY-keskus" in kinds
    assert not {"Elinvoimakeskus", "Työllisyysalue"} & kinds


def test_words_in_another_language_say_which() -> None:
    first = of("vantaa", "ar").answering[0]
    assert (first.organisation.language, first.why.language) == ("en", "en")
    assert of("vantaa", "sv").answering[0].why.language == ""


def test_the_country_and_regions_have_none() -> None:
    assert facts(Space.objects.get(slug="suomi"), "fi", DAY) is None
    assert facts(Space.objects.get(slug="uusimaa"), "fi", DAY) is None


def test_statements_do_not_grow_with_contacts_or_municipalities() -> None:
    counted = []
    of("vantaa", "ar")
    for number in (2, 198):
        contacts("kunta-092", number)
        space = Space.objects.get(slug="vantaa")
        with CaptureQueriesContext(connection) as seen, override("ar"):
            found = facts(space, "ar", DAY)
        assert found is not None
        assert len(found.answering[1].contacts) == 2
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 6


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ar", "zh-hans"])
def test_the_part_of_the_page_shows_them(language: str) -> None:
    contacts("kunta-092", 1)
    with override(language):
        reader = reader_of(language, "vantaa")
        context = {"facts": of("vantaa", language), "reader": reader, "space": reader.space}
        shown = render_to_string("information/parts/municipal_facts.html", context)
    assert 'href="tel:+35891234567"' in shown
    assert "681/2023" in shown
    assert "2026" in shown
