"""Recording and reading under row security: who sees an entry, and that nobody can change one."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.journal import names, queries
from kotopolku.journal.actions import record
from kotopolku.journal.models import Batch, Entry, Mention, Payload, Unsealed

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
LOOK = "test.person.looked"
EDIT = "test.person.edited"


def viewer(organisation: int = 7, user: int = 1) -> Viewer:
    seat = Seat(user, organisation, f"org-{organisation}", "municipality", "Town", Role.CASEWORKER)
    return Viewer(user, "Worker", DAY, seat)


@pytest.fixture
def vantaa() -> Viewer:
    worker = viewer(7)
    rowsecurity.apply(worker)
    return worker


@pytest.fixture(autouse=True)
def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "registered", lambda: {LOOK: "looked", EDIT: "edited"})


def test_recording_takes_one_statement(vantaa: Viewer, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        record(EDIT, actor=vantaa, subjects=[1, 2], object=("plan", 3), reason="why", details={"a": 1})


def test_an_entry_carries_ids_and_its_payload_the_words(vantaa: Viewer) -> None:
    entry = record(
        EDIT, actor=vantaa, subjects=[9, 4, 9], object=("plan", 3), reason="Asked", details={"a": [1]}
    )
    kept = Entry.objects.get(id=entry.id)
    assert (kept.subjects, kept.object_kind, kept.object_id, kept.day) == ([4, 9], "plan", 3, DAY)
    assert (kept.actor_id, kept.organisation_id, kept.system) == (1, 7, "")
    payload = Payload.objects.get(entry_id=entry.id)
    assert (payload.reason, payload.details) == ("Asked", {"a": [1]})
    assert sorted(Mention.objects.values_list("person_id", flat=True)) == [4, 9]
    assert Unsealed.objects.filter(entry_id=entry.id).exists()


def test_an_entry_without_words_has_no_payload(vantaa: Viewer) -> None:
    record(LOOK, actor=vantaa, subjects=[4])
    assert not Payload.objects.exists()


def test_a_person_without_a_seat_and_a_job_can_record() -> None:
    nobody = Viewer(5, "Nobody", DAY, None)
    rowsecurity.apply(nobody)
    record("access.denied", actor=nobody)
    record("test.job.done", actor=Viewer.for_system("night", DAY))
    assert not Entry.objects.exists()
    rowsecurity.apply(Viewer.for_system("test", DAY))
    assert list(Entry.objects.order_by("id").values_list("actor_id", "system")) == [(5, ""), (None, "night")]


@pytest.mark.parametrize("table", ["journal_entry", "journal_mention", "journal_batch"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = 1", "TRUNCATE {}"])
def test_the_app_cannot_change_or_remove_an_entry(vantaa: Viewer, table: str, statement: str) -> None:
    record(EDIT, actor=vantaa, subjects=[4])
    column = "count" if table == "journal_batch" else "organisation_id"
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement.format(table, column))


def test_only_the_system_deletes_a_payload(vantaa: Viewer) -> None:
    record(EDIT, actor=vantaa, reason="Asked")
    assert Payload.objects.all().delete()[0] == 0
    with rowsecurity.as_system():
        assert Payload.objects.all().delete()[0] == 1


def test_another_organisation_sees_nothing(vantaa: Viewer) -> None:
    record(EDIT, actor=vantaa, subjects=[4], reason="Asked")
    rowsecurity.apply(viewer(8))
    assert [model.objects.count() for model in (Entry, Mention, Payload)] == [0, 0, 0]


def test_nobody_sees_anything_without_settings(vantaa: Viewer) -> None:
    record(EDIT, actor=vantaa, subjects=[4], reason="Asked")
    rowsecurity.apply(Viewer(None, "", DAY, None))
    assert [model.objects.count() for model in (Entry, Mention, Payload)] == [0, 0, 0]


def test_whoever_is_let_in_to_a_person_sees_what_others_did_with_that_person(vantaa: Viewer) -> None:
    record(EDIT, actor=vantaa, subjects=[4], reason="About four")
    record(EDIT, actor=vantaa, subjects=[5], reason="About five")
    kajaani = viewer(8)
    rowsecurity.apply(kajaani)
    rowsecurity.open_subject(4)
    assert [line.reason for line in queries.timeline(kajaani, 4).lines] == ["About four"]
    assert queries.timeline(kajaani, 5).lines == ()


def test_the_timeline_comes_newest_first_and_page_by_page(vantaa: Viewer) -> None:
    written = [record(EDIT, actor=vantaa, subjects=[4, 5]).id for _ in range(5)]
    first = queries.timeline(vantaa, 4, limit=3)
    assert [line.id for line in first.lines] == written[:1:-1]
    second = queries.timeline(vantaa, 4, limit=3, before=first.before)
    assert ([line.id for line in second.lines], second.before) == (written[1::-1], None)
    assert {line.others for line in first.lines} == {1}


def test_the_timeline_can_leave_looks_out(vantaa: Viewer) -> None:
    record(LOOK, actor=vantaa, subjects=[4])
    record(EDIT, actor=vantaa, subjects=[4])
    assert [line.action for line in queries.timeline(vantaa, 4, with_looks=False).lines] == [EDIT]


def test_who_has_looked_names_the_looks_of_the_own_organisation(vantaa: Viewer) -> None:
    record(LOOK, actor=viewer(8), subjects=[4])
    record(LOOK, actor=viewer(7, user=2), subjects=[4], reason="Phone call")
    record(LOOK, actor=viewer(7, user=2), subjects=[4, 5])
    record(EDIT, actor=vantaa, subjects=[4])
    rowsecurity.open_subject(4)
    assert [(line.actor_id, line.reason) for line in queries.looked_at(vantaa, 4).lines] == [
        (2, ""),
        (2, "Phone call"),
    ]
    assert [(look.actor_id, look.count) for look in queries.lookers(vantaa, 4)] == [(2, 2)]
    assert queries.look_counts(vantaa, [4, 5, 6]) == {4: 3, 5: 1, 6: 0}


def test_a_form_sent_twice_finds_what_the_first_made(vantaa: Viewer) -> None:
    token = uuid4()
    assert queries.done_before(token) is None
    record(EDIT, actor=vantaa, object=("plan", 3), token=token)
    assert queries.done_before(token) == ("plan", 3)
    with pytest.raises(IntegrityError, match="journal_entry_token_once"), transaction.atomic():
        record(EDIT, actor=vantaa, object=("plan", 4), token=token)


def test_the_state_of_the_seal_holds_no_person(vantaa: Viewer, django_assert_num_queries: Any) -> None:
    record(EDIT, actor=vantaa, subjects=[4])
    with django_assert_num_queries(2):
        state = queries.seal_state()
    assert (state.waiting >= 1, state.batches) == (True, Batch.objects.count())


def test_a_timeline_reads_an_index_of_the_person(vantaa: Viewer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT entry_id FROM journal_mention WHERE person_id = 4 AND entry_id < 9 ORDER BY entry_id DESC"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: ((person_id = 4) AND (entry_id < 9))" in plan
