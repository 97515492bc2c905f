"""Contacts and deputies: who is called today, who may change it, what is refused."""

from datetime import date
from itertools import pairwise

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors import actions, queries
from kotopolku.actors.actions import ContactFacts
from kotopolku.actors.models import Contact
from kotopolku.actors.rules import EditClash, Refusal
from kotopolku.actors.tests.people import authority, browser_of, member, operator, viewer_of
from kotopolku.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

BEGINNING = date(2020, 1, 1)


def contact(name: str, code: str = "ely-01", **facts: object) -> Contact:
    typed = {
        "telephone": "0295 021 500",
        "valid_from": BEGINNING,
        "titles": {"fi": "asiantuntija"},
        "name": name,
    }
    return actions.add_contact(
        actor=operator(),
        organisation=authority(code),
        facts=ContactFacts(**(typed | facts)),  # type: ignore[arg-type]
    )


def test_scenario_6_the_deputy_to_7_july_and_the_person_on_8_july() -> None:
    person, deputy = contact("Maija Malli"), contact("Kalle Koe")
    actions.set_deputy(
        actor=operator(), contact=person, deputy=deputy, first=date(2020, 9, 1), last=date(2021, 7, 7)
    )
    last = queries.who_answers_today(person, date(2021, 7, 7))
    assert last.answers == deputy
    assert last.returns_on == date(2021, 7, 8)
    assert "Maija Malli" in last.reason
    back = queries.who_answers_today(person, date(2021, 7, 8))
    assert back.answers == person
    assert back.reason == ""
    assert queries.who_answers_today(person, date(2020, 8, 31)).answers == person


def test_the_answer_to_a_duty_names_the_deputy() -> None:
    person, deputy = (
        contact("Maija Malli", topics=("placement",)),
        contact("Kalle Koe", topics=("compensation",)),
    )
    actions.set_deputy(actor=operator(), contact=person, deputy=deputy, first=date(2021, 1, 1), last=None)
    answer = queries.who_answers_with_contacts("placement", "092", date(2021, 4, 26))
    assert [(row.contact, row.answers) for row in answer.contacts] == [(person, deputy)]


def test_a_contact_for_some_municipalities_is_not_named_elsewhere() -> None:
    contact("Maija Malli", municipalities=("049",))
    assert queries.who_answers_with_contacts("placement", "092", date(2021, 4, 26)).contacts == ()
    assert len(queries.who_answers_with_contacts("placement", "049", date(2021, 4, 26)).contacts) == 1


def test_the_directory_is_that_of_the_day() -> None:
    contact("Maija Malli")
    assert len(queries.directory(date(2021, 4, 26), q="malli")) == 1
    assert queries.directory(date(2026, 4, 26), q="malli") == []


def test_the_directory_costs_the_same_for_one_and_for_many(django_assert_max_num_queries: object) -> None:
    people = [contact(f"Malli {number}") for number in range(30)]
    for one, other in pairwise(people):
        actions.set_deputy(actor=operator(), contact=one, deputy=other, first=date(2021, 4, 1), last=None)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert len(queries.directory(date(2021, 4, 26))) == 30


def test_two_deputies_on_the_same_day_are_refused() -> None:
    person, deputy, other = contact("Maija Malli"), contact("Kalle Koe"), contact("Liisa Luotu")
    actions.set_deputy(
        actor=operator(), contact=person, deputy=deputy, first=date(2021, 1, 1), last=date(2021, 2, 1)
    )
    with pytest.raises(Refusal) as refusal:
        actions.set_deputy(actor=operator(), contact=person, deputy=other, first=date(2021, 2, 1), last=None)
    assert refusal.value.field == "first"


def test_reversed_days_are_refused() -> None:
    person, deputy = contact("Maija Malli"), contact("Kalle Koe")
    with pytest.raises(Refusal):
        actions.set_deputy(
            actor=operator(), contact=person, deputy=deputy, first=date(2021, 2, 1), last=date(2021, 1, 1)
        )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"telephone": "12"}, "telephone"),
        ({"email": "nobody"}, "email"),
        ({"telephone": ""}, "telephone"),
        ({"name": "", "titles": {}}, "name"),
        ({"topics": ("fishing",)}, "topics"),
        ({"municipalities": ("999",)}, "municipalities"),
        ({"valid_until": date(2019, 1, 1)}, "valid_until"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(facts: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        contact("Maija Malli", **facts) if "name" not in facts else contact(facts.pop("name"), **facts)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_only_the_own_organisation_changes_its_contacts() -> None:
    row = contact("Maija Malli", "evk-01", valid_from=date(2026, 1, 1))
    stranger = viewer_of(member("officer", "evk-02", Role.REGIONAL_OFFICER))
    facts = ContactFacts(name="Other", telephone="0295 021 500", valid_from=date(2026, 1, 1))
    with pytest.raises(NotVisible):
        actions.change_contact(actor=stranger, contact=row, facts=facts, expected_version=1)
    reader = viewer_of(member("reader", "evk-01", Role.READER))
    with pytest.raises(MissingCapability):
        actions.change_contact(actor=reader, contact=row, facts=facts, expected_version=1)


def test_the_second_editor_is_told() -> None:
    row = contact("Maija Malli", "evk-01", valid_from=date(2026, 1, 1))
    editor = viewer_of(member("officer", "evk-01", Role.REGIONAL_OFFICER))
    facts = ContactFacts(name="Maija Muuttunut", telephone="0295 021 500", valid_from=date(2026, 1, 1))
    actions.change_contact(actor=editor, contact=row, facts=facts, expected_version=1)
    with pytest.raises(EditClash):
        actions.change_contact(actor=editor, contact=row, facts=facts, expected_version=1)


def test_each_action_leaves_one_journal_entry() -> None:
    before = Entry.objects.count()
    person, deputy = contact("Maija Malli"), contact("Kalle Koe")
    row = actions.set_deputy(actor=operator(), contact=person, deputy=deputy, first=BEGINNING, last=None)
    actions.remove_deputy(actor=operator(), deputy=row)
    actions.end_contact(actor=operator(), contact=person, last_day=date(2021, 1, 1))
    assert Entry.objects.count() == before + 5


def test_the_page_adds_a_contact_and_sets_a_deputy() -> None:
    browser = browser_of(member("officer", "evk-01", Role.REGIONAL_OFFICER))
    typed = {
        "name": "Maija Malli",
        "telephone": "0295 021 500",
        "title_fi": "asiantuntija",
        "valid_from": "1.1.2026",
    }
    assert browser.post("/directory/contacts/new/", typed).status_code == 302
    assert browser.post("/directory/contacts/new/", typed | {"name": "Kalle Koe"}).status_code == 302
    person = Contact.objects.get(name="Maija Malli")
    deputy = Contact.objects.get(name="Kalle Koe")
    days = {"deputy": str(deputy.pk), "first": "1.11.2026", "last": "30.11.2026"}
    assert browser.post(f"/directory/contacts/{person.pk}/deputies/", days).status_code == 302
    page = browser.get("/directory/", {"q": "Malli"}).content.decode()
    assert "Kalle Koe" in page
    assert 'href="tel:+358295021500"' in page
    assert browser.get(f"/directory/contacts/{person.pk}/").status_code == 200
    assert browser.post(f"/directory/contacts/{person.pk}/deputies/", days).status_code == 422
    assert browser.get("/organisations/evk-01/").status_code == 200


def test_wrong_values_come_back_with_what_was_typed() -> None:
    browser = browser_of(member("officer", "evk-01", Role.REGIONAL_OFFICER))
    answer = browser.post(
        "/directory/contacts/new/", {"name": "Maija Malli", "telephone": "12", "valid_from": "31.2.2026"}
    )
    assert answer.status_code == 422
    assert "Maija Malli" in answer.content.decode()


def test_two_people_on_one_contact_page_lose_nothing() -> None:
    row = contact("Maija Malli", "evk-01", valid_from=date(2026, 1, 1))
    browser = browser_of(member("officer", "evk-01", Role.REGIONAL_OFFICER))
    typed = {"name": "Ensin Ehtinyt", "telephone": "0295 021 500", "valid_from": "1.1.2026", "version": "1"}
    assert browser.post(f"/directory/contacts/{row.pk}/", typed).status_code == 302
    late = browser.post(f"/directory/contacts/{row.pk}/", typed | {"name": "Toisena Tullut"})
    assert late.status_code == 422
    page = late.content.decode()
    assert "Ensin Ehtinyt" in page
    assert "Toisena Tullut" in page
    again = typed | {"name": "Toisena Tullut", "version": "2"}
    assert browser.post(f"/directory/contacts/{row.pk}/", again).status_code == 302


def test_another_organisations_contact_does_not_exist_for_the_page() -> None:
    row = contact("Maija Malli", "evk-01", valid_from=date(2026, 1, 1))
    browser = browser_of(member("officer", "evk-02", Role.REGIONAL_OFFICER))
    assert browser.get(f"/directory/contacts/{row.pk}/").status_code == 404
    assert browser.post(f"/directory/contacts/{row.pk}/end/", {"last_day": "1.1.2026"}).status_code == 404
    row.refresh_from_db()
    assert row.valid.upper is None
