"""Registering and changing clients: who may by law, wrong data, duplicates, second submissions, clashes, passing on."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients import access, actions, queries
from kotopolku.clients.models import (
    Clock,
    EndReason,
    HouseholdMember,
    Permit,
    Person,
    Plan,
    Relationship,
    Responsibility,
)
from kotopolku.clients.rules import ContactContent, EditClash, PermitContent, Refusals, Stage
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry, Payload

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


def codes(attempt: pytest.ExceptionInfo[Refusals]) -> set[tuple[str, str]]:
    return make.refused(attempt.value)


def test_only_the_authority_that_answers_registers_unless_it_writes_why() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        data = make.new_client(ON, jobseeker_since=ON)
        with pytest.raises(Refusals) as attempt, translation.override("en"):
            actions.register_client(data, actor=at_work)
        [refusal] = attempt.value.refusals
        assert refusal.code == "other-authority"
        with translation.override("en"):
            assert "681/2023" in queries.refusal_text(refusal)
        reason = "The municipality serves the whole family by agreement."
        relationship = actions.register_client(replace(data, override_reason=reason), actor=at_work)
        entry = Entry.objects.get(action="clients.client.registered", object_id=relationship.pk)
        assert Payload.objects.get(entry=entry).reason == reason
        assert access.case(at_work, relationship.pk).responsibility.authority_id == at_work.organisation_id


def test_on_aland_no_authority_of_this_act_answers() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        with pytest.raises(Refusals) as attempt:
            actions.register_client(
                make.new_client(ON, contact=ContactContent(municipality="478")), actor=at_work
            )
        assert codes(attempt) == {("municipality", "no-authority")}


def test_everything_wrong_is_said_at_once() -> None:
    person = make.person(family_name=" ", identity_code="010190-123X", birth_date=ON + timedelta(days=1))
    data = make.new_client(
        ON + timedelta(days=2),
        person=person,
        contact=ContactContent(municipality="099"),
        permit=PermitContent("permit", "family", starts=ON, ends=ON - timedelta(days=1)),
    )
    with make.working(make.worker("kunta-092", ON)) as at_work:
        with pytest.raises(Refusals) as attempt:
            actions.register_client(data, actor=at_work)
        assert codes(attempt) == {
            ("family_name", "family-name-required"),
            ("identity_code", "identity-code"),
            ("birth_date", "birth-future"),
            ("started_on", "future"),
            ("permit_ends", "permit-reversed"),
            ("permit_starts", "permit-before-birth"),
            ("municipality", "unknown-municipality"),
        }
        for language in ("fi", "sv", "en"):
            with translation.override(language):
                assert all(queries.refusal_text(refusal) for refusal in attempt.value.refusals)
        assert not Relationship.objects.exists()


def test_a_municipality_that_has_merged_is_unknown_that_year_and_known_before() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        with pytest.raises(Refusals) as attempt, translation.override("en"):
            actions.register_client(
                make.new_client(ON, contact=ContactContent(municipality="099")), actor=at_work
            )
        assert "Kankaanpää" in queries.refusal_text(attempt.value.refusals[0])
    before = date(2020, 5, 4)
    with make.working(make.worker("kunta-099", before)) as at_work:
        data = make.new_client(before, contact=ContactContent(municipality="099"))
        assert actions.register_client(data, actor=at_work).case_number.startswith("2020-")


def test_the_same_form_sent_twice_registers_once() -> None:
    token = uuid.uuid4()
    with make.working(make.worker("kunta-092", ON)) as at_work:
        data = make.new_client(ON)
        first = actions.register_client(data, actor=at_work, token=token)
        again = actions.register_client(data, actor=at_work, token=token)
        assert first.pk == again.pk
        assert Relationship.objects.count() == 1
        assert Entry.objects.filter(action="clients.client.registered").count() == 1
        permit = PermitContent("permit", "asylum", starts=date(2026, 1, 2))
        key = uuid.uuid4()
        two = [actions.add_permit(first.pk, permit, actor=at_work, token=key) for _time in range(2)]
        assert two[0].pk == two[1].pk
        assert Permit.objects.count() == 1


def test_a_temporary_or_missing_identity_code_will_do_and_the_right_one_fills_in_the_birth_date() -> None:
    born = date(1991, 4, 5)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        code = make.identity_code(born, 17)
        relationship = make.client(at_work, person=make.person(identity_code=code.lower(), birth_date=None))
        person = Person.objects.get(pk=relationship.person_id)
        assert (person.identity_code, person.birth_date) == (code, born)
        assert person.sex in ("female", "male")
        assert Person.objects.get(pk=make.client(at_work).person_id).identity_code is None


def test_a_birth_date_against_the_identity_code_is_refused() -> None:
    code = make.identity_code(date(1991, 4, 5), 18)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        with pytest.raises(Refusals) as attempt:
            make.client(at_work, person=make.person(identity_code=code, birth_date=date(1991, 5, 4)))
        assert codes(attempt) == {("birth_date", "birth-date-code")}


def test_a_known_identity_code_names_whom_to_ask_and_nothing_of_the_person() -> None:
    person = make.person(identity_code=make.identity_code(date(1988, 2, 1), 19), birth_date=date(1988, 2, 1))
    with make.working(make.worker("kunta-205", ON)) as kajaani:
        make.client(kajaani, person=person, contact=ContactContent(municipality=make.KAJAANI))
    with make.working(make.worker("kunta-092", ON)) as at_work:
        [match] = queries.duplicates(at_work, person)
        assert (match.why, match.relationship_id, match.name, match.case_number) == (
            "identity-code",
            None,
            "",
            "",
        )
        assert "Kaja" in match.authority
        with pytest.raises(Refusals) as attempt:
            make.client(at_work, person=person, duplicate_reason="It is another person, I am sure of it.")
        assert codes(attempt) == {("identity_code", "identity-code-taken")}
        assert not Person.objects.exists()


def test_a_name_written_another_way_with_the_same_birth_date_warns_until_a_reason_is_given() -> None:
    born = date(1979, 8, 8)
    first = make.person(family_name="Mohamed", given_names="Ahmed Ali", birth_date=born)
    second = make.person(family_name="Ahmad", given_names="Muhammed Aly", birth_date=born)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        known = make.client(at_work, person=first)
        [match] = queries.duplicates(at_work, second)
        assert (match.relationship_id, match.name) == (known.pk, "Ahmed Ali Mohamed")
        with pytest.raises(Refusals) as attempt:
            make.client(at_work, person=second)
        assert codes(attempt) == {("duplicate_reason", "possible-duplicate")}
        assert (
            make.client(at_work, person=second, duplicate_reason="Cousins; both were in the room.").pk
            != known.pk
        )
        assert queries.duplicates(at_work, make.person(family_name="Virtala", birth_date=born)) == []


def test_the_second_editor_of_a_person_is_told_and_sees_who_saved() -> None:
    with make.working(make.worker("kunta-092", ON, name="Eka Tekijä")) as first:
        relationship = make.client(first)
        actions.update_person(
            relationship.pk, make.person(family_name="Eka"), None, actor=first, expected_version=1
        )
    with make.working(make.worker("kunta-092", ON)) as second:
        with pytest.raises(EditClash) as clash:
            actions.update_person(
                relationship.pk, make.person(family_name="Toka"), None, actor=second, expected_version=1
            )
        assert (clash.value.who, clash.value.theirs["family_name"]) == ("Eka Tekijä", "Eka")
        actions.update_person(
            relationship.pk,
            make.person(family_name="Toka"),
            None,
            actor=second,
            expected_version=clash.value.version,
        )
        assert queries.client_list(second, queries.ClientFilters(q="toka")).rows


def test_job_search_that_begins_passes_the_client_to_the_authority_by_law() -> None:
    area = make.employment_area_of(make.VANTAA, ON)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work)
        proposal = actions.set_jobseeker(relationship.pk, True, ON, actor=at_work)
        assert (proposal.changes, proposal.passed, proposal.answer.code) == (True, False, area)
        assert Clock.objects.filter(rule="A9").count() == 0
        done = actions.set_jobseeker(relationship.pk, True, ON, actor=at_work, confirm=True)
        assert done.passed
        with pytest.raises(NotVisible):
            access.case(at_work, relationship.pk)
        assert not Person.objects.exists()
    with make.working(make.worker(area, ON)) as receiver:
        assert {clock.rule for clock in Clock.objects.all()} >= {"A7", "A9", "O-A7"}
        assert queries.client_page(receiver, relationship.pk).jobseeker is not None
        assert Responsibility.objects.get(relationship=relationship).reason == "jobseeker-changed"


def test_with_a_reason_the_own_authority_goes_on() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work)
        kept = actions.set_jobseeker(
            relationship.pk,
            True,
            ON,
            actor=at_work,
            confirm=True,
            keep_reason="Agreed with the employment authority.",
        )
        assert not kept.passed
        assert access.case(at_work, relationship.pk)
        with pytest.raises(Refusals) as attempt:
            actions.set_jobseeker(relationship.pk, True, ON, actor=at_work, confirm=True)
        assert codes(attempt) == {("on", "already-jobseeker")}


def test_the_end_lapses_the_clocks_and_can_be_taken_back() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work, started_on=date(2026, 11, 2))
        make.assessed(relationship, at_work, started=date(2026, 11, 2), done=date(2026, 11, 3))
        make.planned(relationship, at_work, made=date(2026, 11, 4))
        with pytest.raises(Refusals) as attempt:
            actions.end_relationship(relationship.pk, date(2026, 11, 3), "moved", actor=at_work)
        assert codes(attempt) == {("on", "before-plan")}
        actions.end_relationship(relationship.pk, ON, EndReason.LEFT_COUNTRY, actor=at_work)
        running = {clock.rule for clock in Clock.objects.filter(closed_on=None)}
        assert running == {"R1"}
        assert Clock.objects.get(rule="A6").lapsed
        assert Clock.objects.get(rule="R1").due == date(2030, 11, 23)
        assert queries.client_page(at_work, relationship.pk).stage == Stage.ENDED
        assert queries.client_list(at_work, queries.ClientFilters()).rows == []
        assert len(queries.client_list(at_work, queries.ClientFilters(ended=True)).rows) == 1
        with pytest.raises(Refusals):
            actions.start_plan(relationship.pk, actor=at_work)
        actions.undo_end(relationship.pk, actor=at_work)
        assert not Clock.objects.filter(lapsed=True).exists()
        assert not Clock.objects.filter(rule="R1").exists()
        assert Plan.objects.get().status == "in-force"


def test_a_worker_is_chosen_from_the_own_organisation_and_the_clocks_follow() -> None:
    colleague = make.worker("kunta-092", ON, name="Tuuli Toinen")
    stranger = make.worker("kunta-205", ON)
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work)
        actions.assign_worker(relationship.pk, colleague.user_id, actor=at_work)
        assert {clock.worker_id for clock in Clock.objects.all()} == {colleague.user_id}
        with pytest.raises(Refusals):
            actions.assign_worker(relationship.pk, stranger.user_id, actor=at_work)
    with make.working(colleague) as at_work:
        assert [row.case_number for row in queries.deadlines(at_work)] == [relationship.case_number]


def test_a_reader_writes_nothing() -> None:
    with (
        make.working(make.worker("kunta-092", ON, role=Role.READER)) as reader,
        pytest.raises(MissingCapability),
    ):
        actions.register_client(make.new_client(ON), actor=reader)


def test_consents_are_given_and_withdrawn_in_order() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work)
        consent = actions.give_consent(relationship.pk, "guidance", ON, actor=at_work)
        with pytest.raises(Refusals) as attempt:
            actions.withdraw_consent(relationship.pk, consent.pk, ON - timedelta(days=1), actor=at_work)
        assert codes(attempt) == {("withdrawn_on", "before-given")}
        actions.withdraw_consent(relationship.pk, consent.pk, ON, actor=at_work)
        assert queries.consents(at_work, relationship.pk)[0].withdrawn_on == ON


def test_confirming_the_data_starts_the_own_target_anew() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = make.client(at_work, started_on=date(2025, 3, 3))
        assert Clock.objects.get(rule="O-DATA").due == date(2026, 3, 3)
        assert [gap.count for gap in queries.gaps(at_work, "organisation") if gap.id == "data-stale"] == [1]
        actions.confirm_person(relationship.pk, actor=at_work)
        assert Clock.objects.get(rule="O-DATA").due == date(2027, 11, 23)
        assert [gap.count for gap in queries.gaps(at_work, "organisation") if gap.id == "data-stale"] == [0]


def test_the_second_of_a_family_joins_the_first_one_who_had_no_household() -> None:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        first = make.client(at_work)
        second = make.client(
            at_work,
            person=make.person(given_names="Toinen", birth_date=date(2015, 3, 4)),
            household_with=first.person_id,
            household_role="child",
        )
        rows = dict(HouseholdMember.objects.values_list("person_id", "role"))
        assert rows == {first.person_id: "adult", second.person_id: "child"}
        assert HouseholdMember.objects.values("household_id").distinct().count() == 1
