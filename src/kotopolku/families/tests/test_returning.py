"""One who comes back after years: a second relationship for the same person, and what of the earlier plans counts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients import actions as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients.models import Clock, Permit, Person, ProtectedContact, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent, NewClient, PermitContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.conftest import no_second_factor
from kotopolku.clients.tests.walking import Worker, registration, words
from kotopolku.families import actions, queries
from kotopolku.families.models import EarlierMaximum
from kotopolku.journal.models import Entry

__all__ = ["no_second_factor"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

CAME, LEFT, BACK = date(2025, 2, 3), date(2025, 9, 1), date(2026, 11, 23)
REASON = "Passport and identity code compared."


def gone(actor: Viewer, **changes: Any) -> Relationship:
    """A client of 2025 whose plan and relationship ended the same year; the actor is at work on the last day."""
    person = make.person(
        family_name="Palaaja",
        birth_date=date(1990, 3, 14),
        identity_code=make.identity_code(date(1990, 3, 14), 1),
    )
    with make.working(actor, CAME) as then:
        permit = PermitContent("permit", "family", date(2024, 12, 2))
        found = make.client(then, **({"started_on": CAME, "person": person, "permit": permit} | changes))
        make.assessed(found, then, started=CAME, done=CAME)
        make.planned(found, then, made=CAME, signed=CAME)
    with make.working(actor, LEFT) as then:
        clients.end_relationship(found.pk, LEFT, "moved", actor=then)
    return found


def back(first: Relationship, **changes: Any) -> NewClient:
    person = Person.objects.get(pk=first.person_id)
    typed = make.person(
        family_name=person.family_name,
        given_names=person.given_names,
        identity_code=person.identity_code or "",
        birth_date=person.birth_date,
        occupation="kokki",
    )
    data = make.new_client(BACK, person=typed, same_person_id=first.person_id, same_person_reason=REASON)
    return replace(data, **changes)


def refused(data: NewClient, actor: Viewer) -> set[tuple[str, str]]:
    with pytest.raises(Refusals) as attempt:
        clients.register_client(data, actor=actor)
    return make.refused(attempt.value)


def test_a_known_person_gets_a_second_relationship_and_stays_one_person() -> None:
    worker = make.worker("kunta-092", BACK)
    first = gone(worker)
    with make.working(worker) as at_work:
        data = back(first, permit=PermitContent("permit", "work", date(2026, 10, 1)))
        second = clients.register_client(data, actor=at_work)
        assert second.person_id == first.person_id
        assert second.case_number != first.case_number
        assert Person.objects.get(pk=first.person_id).occupation == "kokki"
        assert [row.starts for row in Permit.objects.filter(person=second.person).order_by("starts")] == [
            date(2024, 12, 2),
            date(2026, 10, 1),
        ]
        clock = Clock.objects.get(relationship=second, rule="A3")
        assert clock.due == date(2027, 12, 2), "the first permit counts, not the second"
        assert Responsibility.objects.get(relationship=second).reason == "returned"
        entry = Entry.objects.filter(action="clients.client.registered").latest("id")
        assert entry.object_id == second.pk


def test_the_identity_code_of_one_who_left_leads_to_the_same_person_and_that_of_a_client_is_refused() -> None:
    worker = make.worker("kunta-092", BACK)
    first = gone(worker)
    with make.working(worker) as at_work:
        unsaid = back(first, same_person_id=None, same_person_reason="")
        assert refused(unsaid, at_work) == {("same_person", "returning")}
        assert refused(back(first, same_person_reason=" "), at_work) == {("same_person_reason", "required")}
        stranger = make.client(at_work, person=make.person())
        assert refused(back(first, same_person_id=stranger.person_id), at_work) == {
            ("same_person", "not-returning")
        }
        clients.register_client(back(first), actor=at_work)
        assert refused(back(first), at_work) == {("same_person", "not-returning")}, "one goes on already"
        assert refused(unsaid, at_work) == {("identity_code", "identity-code-taken")}
        assert Relationship.objects.filter(person_id=first.person_id).count() == 2


def test_another_authoritys_ended_client_is_offered_without_a_name_and_opens_with_a_reason() -> None:
    first = gone(make.worker("kunta-205", BACK), contact=ContactContent(municipality="205"))
    with make.working(make.worker("kunta-092", BACK)) as at_work:
        person = back_of(first)
        [match] = client_queries.duplicates(at_work, person)
        assert (match.can_return, match.ended_on, match.name) == (True, LEFT, "")
        assert "Kajaani" in match.authority
        data = make.new_client(BACK, person=person, same_person_id=match.person_id, same_person_reason=REASON)
        second = clients.register_client(data, actor=at_work)
        assert second.person_id == first.person_id
        with pytest.raises(NotVisible):
            access.case(at_work, first.pk)
        found, judged = queries.earlier(at_work, access.case(at_work, second.pk))
        assert [(one.started_on, one.ended_on) for one in found] == [(CAME, LEFT)]
        assert found[0].plans == [(CAME, CAME, LEFT, "681/2023")]
        assert judged is None


def back_of(first: Relationship) -> Any:
    return make.person(
        family_name=first.person.family_name,
        given_names=first.person.given_names,
        birth_date=first.person.birth_date,
    )


def test_the_authority_of_one_under_a_non_disclosure_order_is_not_named_and_the_order_stays() -> None:
    first = gone(
        make.worker("kunta-205", BACK),
        contact=ContactContent(municipality="205", street_address="Salakatu 13"),
        non_disclosure=True,
    )
    with make.working(make.worker("kunta-092", BACK)) as at_work:
        person = back_of(first)
        [match] = client_queries.duplicates(at_work, person)
        assert (match.authority, match.name, match.can_return) == ("", "", True)
        data = make.new_client(BACK, person=person, same_person_id=match.person_id, same_person_reason=REASON)
        second = clients.register_client(data, actor=at_work)
        assert second.person.non_disclosure
        assert Responsibility.objects.get(relationship=second).municipality == ""
        assert ProtectedContact.objects.get(pk=second.person_id).municipality == "092"


def test_the_worker_judges_whether_the_earlier_longest_time_goes_on_and_the_clocks_follow() -> None:
    worker = make.worker("kunta-092", BACK)
    first = gone(worker)
    with make.working(worker) as at_work:
        second = clients.register_client(back(first), actor=at_work)
        make.assessed(second, at_work, started=BACK, done=BACK)
        with pytest.raises(Refusals) as attempt:
            actions.judge_earlier(second.pk, True, " ", actor=at_work)
        assert make.refused(attempt.value) == {("reason", "required")}
        actions.judge_earlier(second.pk, True, "The same integration goes on.", actor=at_work)
        plan = make.planned(second, at_work, made=BACK)
        assert plan.latest_end == plan.ends_on == date(2027, 2, 3), "two years from the first plan of 2025"
        assert plan.first_ends_on is None
        actions.judge_earlier(second.pk, False, "A new start after a year abroad.", actor=at_work)
        assert Clock.objects.get(relationship=second, rule="D3").due == date(2028, 11, 23)
        judged = EarlierMaximum.objects.get()
        assert (judged.counts, judged.decided_on) == (False, BACK)


def test_an_answer_that_would_cut_the_plan_in_force_is_refused() -> None:
    worker = make.worker("kunta-092", BACK)
    first = gone(worker)
    with make.working(worker) as at_work:
        second = clients.register_client(back(first), actor=at_work)
        make.assessed(second, at_work, started=BACK, done=BACK)
        make.planned(second, at_work, made=BACK)
        with pytest.raises(Refusals) as attempt:
            actions.judge_earlier(second.pk, True, "Goes on.", actor=at_work)
        assert make.refused(attempt.value) == {("counts", "past-maximum")}
        assert not EarlierMaximum.objects.exists()
        with pytest.raises(Refusals) as attempt:
            actions.judge_earlier(first.pk, True, "Goes on.", actor=at_work)
        assert make.refused(attempt.value) == {("", "no-earlier")}


def test_the_form_offers_the_same_person_and_the_family_page_asks_about_earlier_plans() -> None:
    walker = Worker("kunta-092", BACK)
    first = gone(walker.viewer)
    typed = registration(
        jobseeker="no",
        started_on="23.11.2026",
        given_names=first.person.given_names,
        family_name=first.person.family_name,
        birth_date="14.3.1990",
        mother_tongue="so",
    )
    answer = walker.send("/clients/new/", typed)
    assert answer.status_code == 422
    page = words(answer)
    assert "The client relationship ended 1 September 2025." in page
    assert "This is the same person: open a new client relationship" in page
    chosen = typed | {"same_person": str(first.person_id)}
    unsaid = walker.send("/clients/new/", chosen)
    assert unsaid.status_code == 422
    assert "Write how you made sure" in words(unsaid)
    assert "checked" in unsaid.content.decode()
    opened = walker.send("/clients/new/", chosen | {"same_person_reason": REASON})
    assert opened.status_code == 302, words(opened)
    number = int(opened["Location"].strip("/").split("/")[-1])
    assert "Say whether the longest time of earlier plans goes on" in words(walker.get(f"/clients/{number}/"))
    address = f"/family/{number}/earlier/"
    page = words(walker.get(address))
    assert "The law does not say" in page
    assert "to be confirmed by an official" in page
    assert "Plan made 3 February 2025" in page
    assert walker.post(address, reason="Why.").status_code == 422
    assert walker.post(address, counts="yes", reason="The same integration goes on.").status_code == 302
    assert "Say whether the longest time" not in words(walker.get(f"/clients/{number}/"))


def test_another_person_with_the_same_name_is_registered_as_another() -> None:
    walker = Worker("kunta-092", BACK)
    first = gone(walker.viewer)
    typed = registration(
        jobseeker="no",
        started_on="23.11.2026",
        given_names=first.person.given_names,
        family_name=first.person.family_name,
        same_person=str(first.person_id),
        duplicate_reason="Cousins with the same name.",
        another="1",
    )
    opened = walker.send("/clients/new/", typed)
    assert opened.status_code == 302, words(opened)
    number = int(opened["Location"].strip("/").split("/")[-1])
    with make.working(walker.viewer) as at_work:
        assert access.relationship(at_work, number).person_id != first.person_id
