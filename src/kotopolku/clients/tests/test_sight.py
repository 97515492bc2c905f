"""Who sees what: row security by authority and day, non-disclosure as a class of its own, counts without persons."""

from datetime import date

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, actions, queries
from kotopolku.clients.models import (
    Clock,
    HouseholdMember,
    Person,
    Plan,
    PlanVersion,
    ProtectedContact,
    Relationship,
    Responsibility,
)
from kotopolku.clients.queries.counts import disclosed
from kotopolku.clients.rules import ContactContent, PersonContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry, Payload

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
SECRET_STREET = "Salakatu 13"


def seen() -> list[type[models.Model]]:
    """Models of which the current settings show any row."""
    tables = [Person, Relationship, Responsibility, ProtectedContact, Clock, Plan, PlanVersion]
    return [model for model in tables if model.objects.exists()]  # type: ignore[attr-defined]


def a_planned_client() -> tuple[Viewer, Relationship]:
    worker = make.worker("kunta-092", ON)
    with make.working(worker) as at_work:
        relationship = make.client(at_work)
        make.assessed(relationship, at_work, started=ON, done=ON)
        make.planned(relationship, at_work, made=ON)
        assert len(seen()) == 7
    return worker, relationship


def test_another_authority_sees_no_row_and_gets_the_answer_of_what_does_not_exist() -> None:
    _worker, relationship = a_planned_client()
    with make.working(make.worker("kunta-205", ON)) as other:
        assert seen() == []
        for number in (relationship.pk, 10**9):
            with pytest.raises(NotVisible):
                queries.client_page(other, number)
        with pytest.raises(NotVisible):
            actions.confirm_person(relationship.pk, actor=other)
        assert queries.client_list(other, queries.ClientFilters(q="mallinen")).rows == []


def test_what_the_client_page_reads_at_once_stands_under_row_security_although_its_plan_is_kept() -> None:
    worker, relationship = a_planned_client()
    stranger = make.worker("kunta-205", ON)

    def parts(viewer: Viewer) -> set[str]:
        with make.working(viewer), connection.cursor() as cursor:
            asked = [relationship.pk, relationship.person_id, ON, viewer.user_id, False]
            cursor.execute("SELECT clients_case(%s, %s, %s, %s, %s)", asked)
            return {
                name for name, rows in cursor.fetchone()[0].items() if rows not in ([], [{"number": None}])
            }

    for _time in range(2):
        assert parts(worker) >= {"contact", "assessments", "plans", "versions", "clocks"}
        assert parts(stranger) == set()


def test_nobody_sees_a_row_without_a_seat_or_on_a_day_before_the_authority_answered() -> None:
    worker, _relationship = a_planned_client()
    rowsecurity.apply(Viewer(user_id=None, name="", day=ON, seat=None))
    assert seen() == []
    with make.working(worker, date(2026, 11, 22)) as day_before:
        assert queries.client_list(day_before, queries.ClientFilters()).rows == []
        assert Person.objects.count() == 0


def test_a_row_cannot_be_written_into_another_authority() -> None:
    worker, relationship = a_planned_client()
    stranger = make.worker("kunta-205", ON)
    with make.working(worker):
        row = Responsibility.objects.get(relationship=relationship)
        with pytest.raises(DatabaseError), transaction.atomic():
            Responsibility.objects.filter(pk=row.pk).update(authority_id=stranger.organisation_id)


def test_history_of_changes_follows_the_person_and_cannot_be_changed() -> None:
    worker, relationship = a_planned_client()
    with make.working(worker), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clients_personevent WHERE id = %s", [relationship.person_id])
        assert cursor.fetchone()[0] >= 1
        cursor.execute("UPDATE clients_personevent SET family_name = 'Toinen'")
        assert cursor.rowcount == 0
    with make.working(make.worker("kunta-205", ON)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clients_personevent")
        assert cursor.fetchone()[0] == 0


def test_a_household_member_who_is_no_client_is_seen_with_the_client_and_by_nobody_else() -> None:
    worker, relationship = a_planned_client()
    with make.working(worker) as at_work:
        child = PersonContent(family_name="Mallinen", given_names="Pikku", birth_date=date(2020, 3, 3))
        actions.add_household_member(relationship.pk, actor=at_work, role="child", from_day=ON, member=child)
        [member] = queries.client_page(at_work, relationship.pk).household
        assert (member.person.given_names, member.role) == ("Pikku", "child")
        assert [row.person.given_names for row in queries.household(at_work, relationship.pk)] == ["Pikku"]
    with make.working(make.worker("kunta-205", ON)):
        assert not HouseholdMember.objects.exists()
        assert not Person.objects.exists()


def protected_client(at_work: Viewer) -> Relationship:
    contact = ContactContent(municipality=make.VANTAA, street_address=SECRET_STREET, telephone="040 000 0000")
    return make.client(at_work, contact=contact, non_disclosure=True, non_disclosure_until=date(2029, 3, 14))


def test_under_non_disclosure_the_client_page_list_and_export_have_no_municipality_or_address() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = protected_client(at_work)
        detail = queries.client_page(at_work, relationship.pk)
        assert (detail.protected, detail.contact) == (True, None)
        assert queries.contact(at_work, relationship.pk) is None
        [row] = queries.client_list(at_work, queries.ClientFilters()).rows
        assert row.protected
        assert queries.client_list(at_work, queries.ClientFilters(municipality=make.VANTAA)).rows == []
        [exported] = queries.export_rows(at_work, queries.ClientFilters())
        assert (exported.protected, exported.municipality) == (True, "")


def test_hidden_contacts_open_only_with_the_right_and_a_reason_that_is_logged() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = protected_client(at_work)
        with pytest.raises(MissingCapability):
            actions.open_protected(relationship.pk, "The police asked for an address.", actor=at_work)
    with make.working(make.worker("kunta-092", ON, role=Role.TEAM_LEADER)) as leader:
        with pytest.raises(Refusals):
            actions.open_protected(relationship.pk, "why", actor=leader)
        reason = "A letter has to be sent to the client."
        assert actions.open_protected(relationship.pk, reason, actor=leader).street_address == SECRET_STREET
        entry = Entry.objects.filter(action="clients.contact.opened").get()
        assert Payload.objects.get(entry=entry).reason == reason


def test_the_journal_s_own_text_never_has_the_municipality_or_the_address() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = protected_client(at_work)
        actions.set_non_disclosure(relationship.pk, True, date(2030, 1, 1), actor=at_work)
        person = make.person(family_name="Uusi")
        actions.update_person(
            relationship.pk,
            person,
            ContactContent(municipality=make.KAJAANI, street_address=SECRET_STREET),
            actor=at_work,
            expected_version=1,
        )
        texts = [f"{payload.reason} {payload.details}" for payload in Payload.objects.all()]
        assert texts
        assert not [text for text in texts if SECRET_STREET in text or "092" in text or "205" in text]
        assert Responsibility.objects.get(relationship=relationship).municipality == ""


def test_an_order_that_is_lifted_shows_the_municipality_again() -> None:
    with make.working(make.worker("kunta-092", ON)) as at_work:
        relationship = protected_client(at_work)
        actions.set_non_disclosure(relationship.pk, False, None, actor=at_work)
        assert len(queries.client_list(at_work, queries.ClientFilters(municipality=make.VANTAA)).rows) == 1


def test_counts_show_numbers_only_and_hide_small_ones_and_protected_people() -> None:
    worker = make.worker("kunta-092", ON)
    ministry = make.worker("tem", ON, role=Role.MINISTRY_OFFICER)
    with make.working(worker) as at_work:
        make.many(at_work, settings.SMALLEST_SHOWN_COUNT)

    def vantaa() -> queries.CountRow:
        with make.working(ministry) as counting:
            assert seen() == []
            with pytest.raises(MissingCapability):
                queries.client_list(counting, queries.ClientFilters())
            [row] = [row for row in queries.counts(counting) if row.municipality == make.VANTAA]
            return row

    before = vantaa()
    assert before.clients == settings.SMALLEST_SHOWN_COUNT
    with make.working(worker) as at_work:
        protected_client(at_work)
    assert vantaa() == before
    with make.working(make.worker("kunta-205", ON)) as at_work:
        make.client(at_work, contact=ContactContent(municipality=make.KAJAANI))
    with make.working(ministry) as counting:
        [kajaani] = [row for row in queries.counts(counting) if row.municipality == make.KAJAANI]
        assert kajaani.clients is None


def test_a_part_is_hidden_when_the_rest_would_be_too_few() -> None:
    assert disclosed(0, 0, 0) == (0, 0, 0)
    assert disclosed(4, 4, 0) == (None, None, None)
    assert disclosed(20, 19, 0) == (20, None, 0)
    assert disclosed(20, 3, 10) == (20, None, 10)
    assert disclosed(20, 20, 12) == (20, 20, 12)


def test_a_data_protection_officer_finds_a_case_by_number_without_a_name() -> None:
    _worker, relationship = a_planned_client()
    with make.working(make.worker("kunta-092", ON, role=Role.DATA_PROTECTION_OFFICER)) as officer:
        [found] = queries.find_for_journal(officer, relationship.case_number)
        assert (found.person_id, found.case_number) == (relationship.person_id, relationship.case_number)
        with pytest.raises(MissingCapability):
            queries.client_list(officer, queries.ClientFilters())
    with make.working(make.worker("kunta-205", ON, role=Role.DATA_PROTECTION_OFFICER)) as elsewhere:
        assert queries.find_for_journal(elsewhere, relationship.case_number) == []


def test_a_scope_wider_than_one_s_own_needs_the_right() -> None:
    with make.working(make.worker("kunta-092", ON, role=Role.READER)) as reader:
        for scope in access.SCOPES:
            with pytest.raises(MissingCapability):
                queries.deadlines(reader, scope)
