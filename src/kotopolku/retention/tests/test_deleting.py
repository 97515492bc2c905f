"""Deleting what may be kept no longer: the whole client goes, holds keep it, statistics and the journal stay whole."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Clock, HouseholdMember, Person, Plan, Relationship, Responsibility
from kotopolku.clients.tests import factories as make
from kotopolku.journal import actions as journal
from kotopolku.journal.models import Entry, Payload
from kotopolku.journal.verification import verify
from kotopolku.notices.models import Notice
from kotopolku.retention import actions, graph, queries, rules, run
from kotopolku.retention.models import KeptFact, LegalHold, RetentionRun

pytestmark = pytest.mark.django_db
STARTED, ENDED = date(2025, 2, 3), date(2026, 3, 2)
GOES = date(2030, 3, 2)
"""Four years after the end."""


def ended_client(organisation: str = "kunta-092") -> tuple[Viewer, Relationship]:
    """A client with a plan, who ended on ``ENDED``."""
    worker = make.worker(organisation, STARTED)
    with make.working(worker) as at_work:
        relationship = make.client(at_work)
        make.assessed(relationship, at_work, started=STARTED, done=STARTED)
        make.planned(relationship, at_work, made=STARTED)
    with make.working(worker, ENDED) as at_work:
        clients.end_relationship(
            relationship.pk, ENDED, "goal-reached", actor=at_work, note="Kaikki valmista."
        )
    return worker, relationship


def system(day: date) -> Viewer:
    return Viewer.for_system("retention.run", day)


def run_on(day: date) -> RetentionRun:
    with clock.at(day):
        made, _told = run.delete_what_is_due(system(day))
    return made


def everything() -> dict[str, int]:
    """Rows of each table of a client, history included."""
    with rowsecurity.as_system():
        tables = [Relationship, Person, Responsibility, Plan, Clock, *graph.history_of().values()]
        return {model._meta.db_table: model._default_manager.count() for model in tables}


def test_a_client_is_there_on_the_last_day_and_gone_the_next_with_history_and_all() -> None:
    _worker, _relationship = ended_client()
    assert run_on(GOES - timedelta(days=1)).deleted.get("R1") is None
    assert everything()["clients_person"] == 1
    assert run_on(GOES).deleted["R1"] == 1
    assert set(everything().values()) == {0}
    with rowsecurity.as_system():
        fact = KeptFact.objects.get()
    assert (fact.year_started, fact.year_ended, fact.months, fact.stage) == (2025, 2026, 12, "planned")
    assert not hasattr(fact, "person_id")


def test_the_journal_is_whole_after_a_deletion_and_keeps_no_reason_of_the_person() -> None:
    _worker, relationship = ended_client()
    person = relationship.person_id
    journal.seal()
    run_on(GOES)
    journal.seal()
    report = verify()
    assert report.is_whole
    assert {finding.kind for finding in report.findings} == {"payload-deleted"}
    with rowsecurity.as_system():
        assert Entry.objects.filter(subjects__contains=[person]).exists()
        assert (
            not Payload.objects.filter(subjects=[person])
            .exclude(entry__action__startswith="retention")
            .exists()
        )
        assert Entry.objects.filter(action="retention.clients.deleted", subjects=[person]).count() == 1


def test_a_hold_keeps_the_client_until_it_is_lifted() -> None:
    _worker, relationship = ended_client()
    officer = make.worker("kunta-092", ENDED, role=Role.DATA_PROTECTION_OFFICER)
    with make.working(officer) as at_work:
        hold = actions.set_hold(relationship.pk, "appeal", "Valitus on vireillä.", None, actor=at_work)
    made = run_on(GOES)
    assert "R1" not in made.deleted
    assert made.held == {"R1": 1}
    with make.working(officer, GOES) as at_work:
        actions.lift_hold(hold.pk, "Valitus on ratkaistu.", actor=at_work)
    assert run_on(GOES).deleted["R1"] == 1
    assert set(everything().values()) == {0}
    with rowsecurity.as_system():
        assert not LegalHold.objects.exists()


def test_a_hold_past_its_last_day_holds_nothing() -> None:
    _worker, relationship = ended_client()
    officer = make.worker("kunta-092", ENDED, role=Role.DATA_PROTECTION_OFFICER)
    with make.working(officer) as at_work:
        actions.set_hold(relationship.pk, "decision", "Päätös odottaa.", GOES, actor=at_work)
    assert "R1" not in run_on(GOES).deleted
    assert run_on(GOES + timedelta(days=1)).deleted["R1"] == 1


def test_a_person_with_another_relationship_stays_with_it() -> None:
    _worker, relationship = ended_client()
    with rowsecurity.as_system():
        other = Relationship.objects.create(
            person_id=relationship.person_id, case_number="2029-00001", started_on=date(2029, 1, 1)
        )
    assert run_on(GOES).deleted["R1"] == 1
    with rowsecurity.as_system():
        assert list(Relationship.objects.values_list("pk", flat=True)) == [other.pk]
        assert Person.objects.filter(pk=relationship.person_id).exists()
        assert not Plan.objects.exists()


def test_family_members_who_never_were_clients_go_with_the_last_client_of_the_household() -> None:
    _worker, relationship = ended_client()
    with rowsecurity.as_system():
        child = Person.objects.create(family_name="Mallinen", given_names="Lapsi")
        home = graph.Household.objects.create(created_on=STARTED)
        for person in (relationship.person_id, child.pk):
            HouseholdMember.objects.create(
                household=home, person_id=person, role="other", valid=(STARTED, None)
            )
    run_on(GOES)
    with rowsecurity.as_system():
        assert not Person.objects.exists()
        assert not graph.Household.objects.exists()


def test_notices_about_what_is_gone_go_too() -> None:
    worker, relationship = ended_client()
    with rowsecurity.as_system():
        Notice.objects.create(
            user_id=worker.user_id,
            kind="quality.week-counted",
            address=f"/clients/{relationship.pk}/",
            object_kind="clients.relationship",
            object_id=relationship.pk,
            made_at=clock.now().replace(year=2030),
        )
    run_on(GOES)
    with rowsecurity.as_system():
        assert not Notice.objects.exists()


def test_a_dry_report_changes_nothing_and_says_what_would_go() -> None:
    ended_client()
    before = everything()
    with clock.at(GOES):
        told = {one.rule.id: one for one in run.report(system(GOES))}
    assert (told["R1"].due, told["R1"].held, told["R1"].to_go) == (1, 0, 1)
    assert everything() == before
    assert not RetentionRun.objects.exists()


def test_a_run_cut_short_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        ended_client()
    monkeypatch.setattr(run, "CLIENTS_AT_ONCE", 1)
    done = []

    def fail_at_the_second(*args: Any, **named: Any) -> int:
        if len(done) == 1:
            raise RuntimeError("the machine went down")
        done.append(1)
        return actions.__dict__["_real"](*args, **named)

    monkeypatch.setattr(actions, "_real", actions.delete_clients, raising=False)
    monkeypatch.setattr(actions, "delete_clients", fail_at_the_second)
    with pytest.raises(RuntimeError), clock.at(GOES):
        run.delete_what_is_due(system(GOES))
    with rowsecurity.as_system():
        assert Relationship.objects.count() == 2
        assert RetentionRun.objects.get().ended_at is None
    monkeypatch.setattr(actions, "delete_clients", actions.__dict__["_real"])
    assert run_on(GOES).deleted["R1"] == 2


def test_history_cannot_be_forgotten_while_the_thing_exists_nor_by_a_worker() -> None:
    worker, relationship = ended_client()
    statement = "SELECT retention_forget_history('clients_personevent', %s)"
    with rowsecurity.as_system(), connection.cursor() as cursor:
        cursor.execute(statement, [[relationship.person_id]])
        assert cursor.fetchone() == (0,)
    rowsecurity.apply(worker)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [[relationship.person_id]])
    with (
        rowsecurity.as_system(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT retention_forget_history('clients_person', %s)", [[1]])


def test_a_row_that_row_security_hides_stops_the_deletion() -> None:
    _worker, relationship = ended_client()
    found = graph.Rows()
    found.ids[Relationship] = {relationship.pk}
    rowsecurity.apply(make.worker("kunta-205", ENDED))
    with pytest.raises(graph.NotAllGone):
        graph.delete(found)


def test_a_caseworker_may_neither_hold_nor_delete() -> None:
    worker, relationship = ended_client()
    with make.working(worker, ENDED) as at_work:
        with pytest.raises(MissingCapability):
            actions.set_hold(relationship.pk, "appeal", "Valitus on vireillä.", None, actor=at_work)
        with pytest.raises(MissingCapability):
            actions.start_run(actor=at_work)


def test_old_rows_of_other_kinds_go_by_their_own_times() -> None:
    worker, _relationship = ended_client()
    with rowsecurity.as_system():
        Notice.objects.create(user_id=worker.user_id, kind="x", address="/", made_at=clock.now())
    later = law.add_months(clock.real_now().date(), 7)
    assert run_on(later).deleted.get("O-R-NOTICE") == 1
    much_later = law.add_months(clock.real_now().date(), 61)
    with rowsecurity.as_system():
        assert Payload.objects.exists()
    assert run_on(much_later).deleted.get("O-R-LOG", 0) > 0
    journal.seal()
    assert verify().is_whole


def test_the_rule_follows_the_act_and_the_authority() -> None:
    assert rules.client_rule(date(2024, 12, 31), "municipality").id == "R3"
    assert rules.client_rule(date(2025, 1, 1), "municipality").id == "R1"
    assert rules.client_rule(date(2025, 1, 1), "employment-area").id == "R2"
    assert rules.goes_on(date(2025, 6, 1), "employment-area") == date(2029, 6, 1)
    assert rules.goes_on(date(2024, 6, 1), "te") == date(2029, 6, 1)
    for rule_id in rules.CLIENT_RULES:
        assert law.rule(rule_id).section


@given(
    start=st.dates(date(2010, 1, 1), date(2040, 1, 1)),
    rule=st.sampled_from(["R1", "R3", "O-R-LOG", "O-R-NOTICE", "O-R-RECENT", "O-R-MESSAGE", "O-R-DRAFT"]),
)
def test_a_thing_goes_exactly_from_the_day_on_which_its_time_is_over(start: date, rule: str) -> None:
    found = law.rule(rule)
    end = (
        start + timedelta(days=found.length)
        if found.unit == "days"
        else law.add_months(start, rules.months_of(found))
    )
    assert rules.latest_start(found, end) >= start
    assert rules.latest_start(found, end - timedelta(days=1)) < start


@given(st.dates(date(1930, 1, 1), date(2030, 1, 1)), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_an_age_group_is_one_of_the_coarse_ones(born: date, on: date) -> None:
    if born <= on:
        assert rules.age_group(born, on) in {"0-17", "18-29", "30-49", "50-64", "65-"}
    assert rules.age_group(None, on) == "unknown"


def test_counts_of_past_years_include_those_deleted_since() -> None:
    worker, _relationship = ended_client()
    run_on(GOES)
    assert queries.kept_counts(system(GOES), 2025) == {worker.organisation_id: 1}
