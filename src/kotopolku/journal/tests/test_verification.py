"""Sealing and verifying the real tables: concurrent writers, and an owner of the database who changes rows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread

import pytest
from click.testing import CliRunner
from django.db import connection, connections, transaction

from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record, seal
from kotopolku.journal.commands import FINDINGS, journal
from kotopolku.journal.models import Batch
from kotopolku.journal.verification import verify

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ACTOR = Viewer.for_system("test", date(2026, 3, 2))
TABLES = ("journal_entry", "journal_mention", "journal_payload", "journal_batch")


def write(count: int) -> list[int]:
    with transaction.atomic():
        return [
            record("test.person.edited", actor=ACTOR, subjects=[number, 9], reason=f"Reason {number}").id
            for number in range(count)
        ]


@contextmanager
def owner_without_row_security() -> Iterator[None]:
    """The owner of the tables, having switched their row security off."""
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield


def tamper(*statements: str, **values: object) -> None:
    with owner_without_row_security(), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def found() -> list[tuple[str, int]]:
    return [(finding.kind, finding.row) for finding in verify().findings]


def test_a_sealed_journal_is_whole_and_later_entries_wait() -> None:
    write(5)
    before = verify()
    assert seal() is not None
    write(2)
    report = verify(expected_head=verify().head)
    assert (report.is_whole, report.findings) == (True, [])
    assert (report.entries - before.entries, report.waiting, report.batches) == (2, 2, before.batches + 1)


def test_nothing_to_seal_makes_no_batch() -> None:
    write(1)
    seal()
    assert seal() is None


COPY_OF_AN_ENTRY = """
INSERT INTO journal_entry (at, day, actor_id, system, organisation_id, action, subjects, object_kind, object_id, salt,
                           payload_hash, leaf)
SELECT at, day, actor_id, system, organisation_id, action, '{}', object_kind, object_id, salt, payload_hash, leaf
FROM journal_entry WHERE id = %(row)s
"""


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE journal_entry SET actor_id = 5 WHERE id = %(row)s", "changed"),
        ("UPDATE journal_entry SET at = at - interval '1 day' WHERE id = %(row)s", "changed"),
        ("UPDATE journal_entry SET leaf = decode(repeat('ab', 32), 'hex') WHERE id = %(row)s", "changed"),
        ("DELETE FROM journal_entry WHERE id = %(row)s", "missing"),
        ("UPDATE journal_payload SET reason = 'Another' WHERE entry_id = %(row)s", "payload-changed"),
        ("UPDATE journal_payload SET subjects = '{1}' WHERE entry_id = %(row)s", "payload-changed"),
        ("DELETE FROM journal_payload WHERE entry_id = %(row)s", "payload-deleted"),
        ("DELETE FROM journal_mention WHERE entry_id = %(row)s AND person_id = 9", "mentions-changed"),
    ],
)
def test_a_change_by_the_owner_is_found_and_named(statement: str, kind: str) -> None:
    row = write(6)[3]
    seal()
    tamper(statement, row=row)
    assert (kind, row) in found()
    assert {place for _, place in found()} == {row}
    assert verify().is_whole is (kind == "payload-deleted")


def test_an_entry_put_in_past_the_seal_is_named() -> None:
    rows = write(3)
    seal()
    tamper(COPY_OF_AN_ENTRY, row=rows[1])
    assert found() == [("changed", rows[-1] + 1), ("payload-deleted", rows[-1] + 1)]


def test_an_entry_with_a_right_hash_put_in_past_the_seal_is_named() -> None:
    write(3)
    seal()
    row = write(1)[0]
    tamper("DELETE FROM unsealed_journal_entry WHERE entry_id = %(row)s", row=row)
    assert found() == [("inserted", row)]


def test_a_changed_seal_shows_in_the_batch_and_at_the_entry() -> None:
    row = write(3)[0]
    batch = seal()
    assert batch is not None
    tamper(
        "UPDATE journal_batch SET leaves = set_byte(leaves, 9, 255 - get_byte(leaves, 9)) WHERE id = %(row)s",
        row=batch.pk,
    )
    assert found() == [("batch-changed", batch.pk), ("changed", row)]


def test_a_batch_taken_away_breaks_the_chain() -> None:
    batches = []
    for _ in range(3):
        row = write(2)[0]
        batches.append(seal())
    tamper("DELETE FROM journal_batch WHERE id = %(row)s", row=batches[1].pk)
    assert ("chain-broken", batches[2].pk) in found()
    assert ("inserted", row - 1) in found()


def test_a_seal_made_anew_lacks_the_head_noted_before() -> None:
    write(2)
    seal()
    head = verify().head
    tamper(
        "DELETE FROM journal_batch",
        "INSERT INTO unsealed_journal_entry SELECT id FROM journal_entry",
    )
    seal()
    assert verify().is_whole
    assert [finding.kind for finding in verify(expected_head=head).findings] == ["head-missing"]


def test_entries_of_a_long_open_transaction_are_not_lost_by_a_seal_meanwhile() -> None:
    written, go_on = Event(), Event()
    slow_ids: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                slow_ids.append(record("test.person.edited", actor=ACTOR, subjects=[1]).id)
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(20)
    quick_ids = write(3)
    meanwhile = seal()
    go_on.set()
    thread.join(20)
    afterwards = seal()
    assert meanwhile is not None
    assert afterwards is not None
    assert (meanwhile.first_id, meanwhile.count) == (quick_ids[0], 3)
    assert (afterwards.first_id, afterwards.count) == (slow_ids[0], 1)
    assert slow_ids[0] < quick_ids[0]
    assert verify().findings == []


def test_two_seals_at_once_make_one_chain() -> None:
    def sealing() -> None:
        try:
            for _ in range(5):
                write(3)
                seal()
        finally:
            connection.close()

    threads = [Thread(target=sealing) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    seal()
    report = verify()
    assert (report.findings, report.waiting) == ([], 0)
    assert sum(Batch.objects.values_list("count", flat=True)) == report.entries


def test_the_command_says_which_row_and_exits_with_one() -> None:
    rows = write(3)
    assert "Sealed" in CliRunner().invoke(journal, ["seal"]).output
    whole = CliRunner().invoke(journal, ["verify"])
    assert (whole.exit_code, "The journal is whole." in whole.output) == (0, True)
    tamper("UPDATE journal_entry SET action = 'test.person.looked' WHERE id = %(row)s", row=rows[0])
    changed = CliRunner().invoke(journal, ["verify"])
    assert (changed.exit_code, FINDINGS["changed"].format(row=rows[0]) in changed.output) == (1, True)
    as_json = CliRunner().invoke(journal, ["verify", "--json"])
    told = json.loads(as_json.stdout)
    assert (as_json.exit_code, told["whole"]) == (1, False)
    assert told["findings"] == [
        {"kind": kind, "row": rows[0], "information": False} for kind in ("changed", "mentions-changed")
    ]


def test_the_job_seals() -> None:
    from kotopolku.journal.jobs import seal_journal

    write(4)
    assert seal_journal(0) >= 4
    assert seal_journal(0) == 0
