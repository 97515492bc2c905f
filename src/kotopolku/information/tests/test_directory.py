"""Whom to call, for readers: who answers on the day, in which area, in the reader's language; cards that stay live."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors import queries as actor_queries
from kotopolku.actors.actions import ContactFacts
from kotopolku.actors.models import Contact, Deputy, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.information.models import Embed, Space, Term
from kotopolku.information.queries import contact_uses, directory
from kotopolku.information.telephones import telephone
from kotopolku.information.tests.pages_world import ON, editor, page, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())


def operator() -> Viewer:
    viewer = Viewer.for_system("test", ON)
    rowsecurity.apply(viewer)
    return viewer


def contact(name: str, code: str = "kunta-092", **facts: Any) -> Contact:
    of = actor_queries.organisation(code)
    assert of is not None
    typed = {
        "telephone": "010 000 0001",
        "valid_from": date(2026, 1, 1),
        "titles": {"fi": "palveluneuvoja", "sv": "servicerådgivare", "en": "adviser"},
        "name": name,
    }
    with translation.override("en"):
        return actors.add_contact(actor=operator(), organisation=of, facts=ContactFacts(**(typed | facts)))


def deputised(person: Contact, deputy: Contact, first: date, last: date | None, reason: str = "") -> None:
    actors.set_deputy(actor=operator(), contact=person, deputy=deputy, first=first, last=last, reason=reason)


def space(slug: str = "vantaa") -> Space:
    return Space.objects.get(slug=slug)


def names(slug: str = "vantaa", language: str = "fi", day: date = ON, **wanted: str) -> list[str]:
    found = directory.directory(space(slug), language, day, directory.Wanted(**wanted))
    return [card.name or card.title.text for card in found.cards]


def read(address: str, **headers: str) -> Any:
    return Client().get(address, headers=headers)


def words(address: str) -> str:
    answer = read(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# --- Whose contacts ---------------------------------------------------------------------------------------------------


def test_a_municipality_shows_those_who_answer_there_its_own_first() -> None:
    contact("Kaupungin Neuvoja")
    contact("Työn Neuvoja", "tyo-43")
    contact("Alueen Neuvoja", "evk-01")
    contact("Muu Neuvoja", "kunta-205")
    assert names() == ["Kaupungin Neuvoja", "Työn Neuvoja", "Alueen Neuvoja"]
    assert "Muu Neuvoja" in names("kajaani")


def test_a_region_shows_its_own_first_and_its_municipalities_after() -> None:
    contact("Kaupungin Neuvoja")
    contact("Alueen Neuvoja", "evk-01")
    assert names("uusimaa") == ["Alueen Neuvoja", "Kaupungin Neuvoja"]
    assert names("uusimaa", area="092") == ["Kaupungin Neuvoja", "Alueen Neuvoja"]
    assert names("uusimaa", area="091") == ["Alueen Neuvoja"]


def test_the_country_shows_all_and_is_narrowed_by_region() -> None:
    contact("Kaupungin Neuvoja")
    contact("Muu Neuvoja", "kunta-205")
    assert sorted(names("suomi")) == ["Kaupungin Neuvoja", "Muu Neuvoja"]
    region = space("vantaa").parent
    assert region is not None
    assert names("suomi", area=region.area_code) == ["Kaupungin Neuvoja"]


def test_a_contact_for_some_municipalities_is_not_shown_in_others() -> None:
    contact("Alueen Neuvoja", "evk-01", municipalities=("049",))
    assert names() == []
    assert names("espoo") == ["Alueen Neuvoja"]


def test_one_that_is_not_public_or_not_in_office_is_not_shown() -> None:
    contact("Sisäinen Neuvoja", public=False)
    contact("Entinen Neuvoja", valid_until=date(2026, 11, 22))
    contact("Nykyinen Neuvoja")
    assert names() == ["Nykyinen Neuvoja"]
    assert "Sisäinen" not in words("/info/fi/vantaa/contacts/")


def test_the_order_of_the_organisation_holds() -> None:
    contact("Aino Alku", order=2)
    contact("Ville Viimeinen", order=1)
    assert names() == ["Ville Viimeinen", "Aino Alku"]


def test_topic_organisation_and_language_narrow() -> None:
    contact("Yksi", topics=("plan-other",), languages=("fi", "ar"))
    contact("Kaksi", topics=("municipal-coordination",), languages=("fi",))
    contact("Kolme", "evk-01", languages=("so",))
    assert names(topic="plan-other") == ["Yksi"]
    assert names(language="ar", topic="no-such-topic") == ["Kaksi", "Yksi", "Kolme"]
    found = directory.directory(space(), "fi", ON, directory.Wanted(language="ar"))
    assert [card.name for card in found.cards] == ["Yksi"]
    assert names(organisation="evk-01") == ["Kolme"]
    assert {one.code for one in found.languages} == {"fi", "ar", "so"}


def test_one_with_every_topic_is_found_by_the_duties_of_its_organisation() -> None:
    contact("Alueen Neuvoja", "evk-01")
    assert names(topic="placement") == ["Alueen Neuvoja"]
    assert names(topic="plan-other") == []


# --- Deputies ---------------------------------------------------------------------------------------------------------


def test_on_the_deputys_days_the_deputy_answers_and_the_day_of_return_is_told() -> None:
    person, deputy = contact("Maija Malli", languages=("ar",)), contact("Kalle Koe", telephone="010 000 0002")
    deputised(person, deputy, date(2026, 11, 20), date(2026, 12, 4), reason="sick leave")
    with translation.override("en"):
        card = directory.cards([person.pk], "en", ON)[person.pk]
        assert (card.name, card.stands_in_for) == ("Kalle Koe", "Maija Malli")
        assert card.telephone is not None
        assert card.telephone.shown == "010 000 0002"
        assert card.returns == "5 December 2026"
        assert card.languages == ()
        assert directory.cards([person.pk], "en", date(2026, 12, 5))[person.pk].name == "Maija Malli"
    shown = words("/info/en/vantaa/contacts/")
    assert "Stands in for <bdi>Maija Malli</bdi>, who is back on <bdi>5 December 2026</bdi>." in shown
    assert "sick" not in shown


def test_the_language_filter_asks_who_answers_today() -> None:
    person, deputy = contact("Maija Malli", languages=("ar",)), contact("Kalle Koe", languages=("so",))
    deputised(person, deputy, ON, ON)
    found = directory.directory(space(), "fi", ON, directory.Wanted(language="ar"))
    assert found.cards == []
    [card] = directory.directory(space(), "fi", ON, directory.Wanted(language="so")).cards
    assert (card.name, card.stands_in_for) == ("Kalle Koe", "Maija Malli")


def test_one_who_stands_in_for_colleagues_has_one_card_that_tells_of_each() -> None:
    away = [
        contact("Maija Malli", topics=("plan-other",), languages=("ar",)),
        contact("Outi Oppi", telephone="010 000 0003"),
    ]
    deputy = contact("Kalle Koe", telephone="010 000 0002", topics=("municipal-coordination",))
    for person in away:
        deputised(person, deputy, ON, date(2026, 12, 4))
    contact("Kalle Koe", telephone="010 000 0002", order=9)
    found = directory.directory(space(), "en", ON, directory.Wanted())
    [card] = found.cards
    assert (found.count, card.name, len(card.topics)) == (1, "Kalle Koe", 2)
    shown = words("/info/en/vantaa/contacts/")
    for name in ("Maija Malli", "Outi Oppi"):
        assert f"Stands in for <bdi>{name}</bdi>, who is back on <bdi>5 December 2026</bdi>." in shown
    assert f'id="contact-{away[0].pk}"' in shown, "the search leads there"
    assert names(topic="plan-other") == ["Kalle Koe"]
    assert {one.code for one in found.languages} == set(), "the absent person's language is not promised"


def test_two_of_the_same_name_stay_two() -> None:
    contact("Aino Malli", telephone="010 000 0001")
    contact("Aino Malli", telephone="010 000 0002")
    assert names() == ["Aino Malli", "Aino Malli"]


def test_a_coming_deputy_is_told_beforehand() -> None:
    person, deputy = contact("Maija Malli"), contact("Kalle Koe", telephone="010 000 0002")
    deputised(person, deputy, date(2026, 12, 1), date(2026, 12, 31))
    with translation.override("en"):
        (coming,) = directory.cards([person.pk], "en", ON)[person.pk].coming
        assert coming.name == "Kalle Koe"
        assert "Dec" in coming.days
    assert "Kalle Koe" in words("/info/en/vantaa/contacts/")


def test_a_deputy_who_is_not_public_is_not_named() -> None:
    person, deputy = contact("Maija Malli"), contact("Kalle Koe", telephone="010 000 0002", public=False)
    deputised(person, deputy, date(2026, 11, 20), date(2026, 12, 4))
    shown = words("/info/en/vantaa/contacts/")
    assert "Kalle" not in shown
    assert "000 0002" not in shown
    assert "A colleague answers until then. Back on <bdi>5 December 2026</bdi>." in shown


# --- In the reader's language -----------------------------------------------------------------------------------------


def test_the_title_is_in_the_readers_language_by_the_term_list() -> None:
    row = contact("Maija Malli", titles={"fi": "Palveluneuvoja"})
    Term.objects.create(concept="adviser", language="fi", words="palveluneuvoja")
    Term.objects.create(concept="adviser", language="ar", words="مستشار خدمة")
    with translation.override("ar"):
        assert directory.cards([row.pk], "ar", ON)[row.pk].title == directory.Said("مستشار خدمة")
    other = directory.cards([row.pk], "so", ON)[row.pk].title
    assert (other.text, other.language) == ("Palveluneuvoja", "fi")


def test_a_role_without_a_person_or_a_place_has_a_card() -> None:
    row = contact("", telephone="", email="neuvonta@example.fi")
    card = directory.cards([row.pk], "sv", ON)[row.pk]
    assert (card.name, card.title.text, card.telephone) == ("", "servicerådgivare", None)
    assert 'href="mailto:neuvonta@example.fi"' in words("/info/sv/vantaa/contacts/")


@pytest.mark.parametrize(
    ("written", "language", "shown", "dialled", "aloud"),
    [
        ("0295 021 500", "fi", "0295 021 500", "+358295021500", "0 2 9 5, 0 2 1, 5 0 0"),
        ("+358 295 021 500", "en", "+358 295 021 500", "+358295021500", "plus 3 5 8, 2 9 5, 0 2 1, 5 0 0"),
        ("0295021500", "ar", "029 5021500", "+358295021500", "0 2 9، 5 0 2 1 5 0 0"),
    ],
)
def test_a_telephone_number_is_dialled_shown_and_read_aloud(
    written: str, language: str, shown: str, dialled: str, aloud: str
) -> None:
    with translation.override("en"):
        found = telephone(written, language)
    assert found is not None
    assert found.dialled == dialled
    assert found.read.replace(" ", "").replace("،", ",") == aloud.replace(" ", "").replace("،", ",")
    assert found.shown.replace(" ", "") == shown.replace(" ", "")


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ar", "fa", "zh-hans", "so"])
def test_the_page_opens_in_every_language_with_numbers_from_left_to_right(language: str) -> None:
    contact("Maija Malli", telephone="0295 021 500", languages=("fi", "ar"))
    shown = words(f"/info/{language}/vantaa/contacts/")
    assert '<bdi dir="ltr" aria-hidden="true">0295 021 500</bdi>' in shown
    assert 'href="tel:+358295021500"' in shown


def test_strange_filters_narrow_nothing_and_break_nothing() -> None:
    contact("Maija Malli")
    assert "Maija Malli" in words("/info/fi/vantaa/contacts/?page=999999999&area=../&topic=%00x")
    assert read("/info/fi/no-such-place/contacts/").status_code == 404
    assert read("/info/xx/vantaa/contacts/").status_code == 404


# --- Live and cheap ---------------------------------------------------------------------------------------------------


def test_an_unchanged_directory_is_not_sent_again_and_a_changed_one_is() -> None:
    row = contact("Maija Malli")
    tags = {
        slug: read(f"/info/fi/{slug}/contacts/")["ETag"] for slug in ("vantaa", "uusimaa", "suomi", "kajaani")
    }
    for slug, tag in tags.items():
        assert read(f"/info/fi/{slug}/contacts/", if_none_match=tag).status_code == 304
    deputised(row, contact("Kalle Koe"), ON, ON)
    for slug in ("vantaa", "uusimaa", "suomi"):
        assert read(f"/info/fi/{slug}/contacts/", if_none_match=tags[slug]).status_code == 200
    assert read("/info/fi/kajaani/contacts/", if_none_match=tags["kajaani"]).status_code == 304


def test_a_card_in_a_text_elsewhere_makes_that_page_new_too(monkeypatch: pytest.MonkeyPatch) -> None:
    row = contact("Muu Neuvoja", "kunta-205")
    actor = editor()
    made = page(actor, "apua")
    text = published(actor, made)
    operator()
    Embed.objects.create(text=text, kind="contact", target=row.pk)
    tag = read("/info/fi/vantaa/apua/")["ETag"]
    actors.end_contact(actor=operator(), contact=row, last_day=date(2026, 11, 22))
    assert read("/info/fi/vantaa/apua/", if_none_match=tag).status_code == 200


def test_a_page_is_new_at_midnight_when_a_deputys_days_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    deputised(contact("Maija Malli"), contact("Kalle Koe"), date(2026, 11, 24), None)
    tag = read("/info/fi/vantaa/contacts/")["ETag"]
    monkeypatch.setenv("KOTOPOLKU_TODAY", "2026-11-24")
    with clock.at(date(2026, 11, 24)):
        assert read("/info/fi/vantaa/contacts/", if_none_match=tag).status_code == 200


@pytest.mark.parametrize("language", ["fi", "ar"])
def test_the_directory_costs_the_same_for_two_and_for_two_hundred(language: str) -> None:
    space_asked = space()
    counted = []
    first = contact("Malli", topics=("plan-other",))
    for number in (2, 200):
        rows = [
            Contact(
                organisation=first.organisation,
                name=f"Malli {one}",
                title=first.title,
                telephone=first.telephone,
                topics=first.topics,
                valid=first.valid,
            )
            for one in range(number)
        ]
        people = Contact.objects.bulk_create(rows)
        Deputy.objects.bulk_create(
            [Deputy(contact=one, deputy=first, days=date_range(ON, None)) for one in people[::2]]
        )
        with CaptureQueriesContext(connection) as seen:
            directory.directory(space_asked, language, ON, directory.Wanted())
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 6


def test_deputies_of_people_on_other_pages_cost_nothing() -> None:
    first = contact("Malli")

    def people(letter: str) -> list[Contact]:
        facts = {"organisation": first.organisation, "title": first.title, "valid": first.valid}
        rows = [Contact(name=f"{letter} {one:03}", telephone=f"010 {one}", **facts) for one in range(40)]
        return Contact.objects.bulk_create(rows)

    pairs = zip(people("A"), people("Z"), strict=True)
    Deputy.objects.bulk_create(
        [Deputy(contact=away, deputy=deputy, days=date_range(ON, None)) for away, deputy in pairs]
    )
    here = space()
    with CaptureQueriesContext(connection) as seen:
        found = directory.directory(here, "fi", ON, directory.Wanted())
    assert (found.count, found.pages) == (41, 2)
    assert len(seen) <= 3


def test_where_a_card_stands_is_told_and_others_drafts_are_not() -> None:
    row = contact("Maija Malli")
    actor = editor()
    shown, draft = page(actor, "nahty"), page(actor, "luonnos")
    text = published(actor, shown)
    operator()
    Embed.objects.create(text=text, kind="contact", target=row.pk)
    Embed.objects.create(text=draft.texts.get(), kind="contact", target=row.pk)
    with make.working(actor) as at_work:
        assert len(contact_uses.uses(at_work, row.pk)) == 2
    with make.working(editor("kunta-091")) as stranger:
        assert [one.page.key for one in contact_uses.uses(stranger, row.pk)] == ["nahty"]
