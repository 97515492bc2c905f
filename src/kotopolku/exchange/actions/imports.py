"""Bringing clients in from a file: received, checked without writing any client, then brought in portion by portion.

Each portion is a transaction of its own: killed in the middle, it goes on with the rows that are left. A row that has been
brought in is known by its key, so that the same file again brings nothing new. Not for: what is in a file (``checking``).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, tabular
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.inserting import insert_many
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.actions.register import person_content
from kotopolku.clients.models import ProtectedContact, Relationship
from kotopolku.clients.rules import ContactContent, PersonContent, Refusal, Refusals
from kotopolku.exchange import queries, rules, wording
from kotopolku.exchange.checking import CONTACT_FIELDS, PERSON_FIELDS, Checker, stored
from kotopolku.exchange.models import (
    ColumnMapping,
    ImportRow,
    ImportRun,
    KnownRow,
    RegisterFact,
    RowState,
    RunState,
)
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

RUN = "exchange.run"
CHECKED_AT_ONCE = 1_000
PORTION = 500
"""Clients brought in by one transaction."""
OPEN = (RunState.CHECKED, RunState.RUNNING, RunState.STOPPED)

_TAKEN = """
UPDATE exchange_importrow row SET state = 'done', values = '{}', faults = '[]', relationship_id = made.relationship
FROM unnest(%s::bigint[], %s::bigint[]) AS made (id, relationship) WHERE row.id = made.id
"""


@dataclass(frozen=True)
class Progress:
    """What a portion did, and whether anything is left."""

    brought: int
    changed: int
    failed: int
    left: bool


def require_importing(actor: Viewer) -> int:
    """The organisation for which the actor may bring clients in."""
    require(actor, Capability.CLIENT_IMPORT)
    if actor.organisation_id is None:
        raise NotVisible
    return actor.organisation_id


@transaction.atomic
def receive_file(
    name: str, content: bytes, *, actor: Viewer, columns: Mapping[str, str] | None = None
) -> ImportRun:
    """Takes a file in, with its columns as saved last time or guessed. The same file not yet done is taken up again.

    Raises ``tabular.Unreadable``.
    """
    organisation_id = require_importing(actor)
    hashed = hashlib.sha256(content).hexdigest()
    before = ImportRun.objects.filter(
        organisation_id=organisation_id, file_hash=hashed, state__in=(RunState.MAPPING, *OPEN)
    )
    if (found := before.order_by("-id").first()) is not None and columns in (None, found.columns):
        return found
    table = tabular.read(name, content, rules.FILE)
    guessed = columns or queries.saved_columns(organisation_id, table.headers) or rules.guessed(table.headers)
    run = ImportRun.objects.create(
        organisation_id=organisation_id,
        user_id=actor.user_id,
        file_name=name[-200:],
        file_hash=hashed,
        content=content,
        kind=table.kind,
        encoding=table.encoding,
        headers=list(table.headers),
        columns=dict(guessed),
        made_at=clock.now(),
    )
    record("exchange.file.received", actor=actor, object=(RUN, run.pk), details={"rows": len(table.rows)})
    return run


@transaction.atomic
def check_file(
    run_id: int,
    columns: Mapping[str, str],
    *,
    actor: Viewer,
    reason: str = "",
    tell: Callable[[int, int], None] | None = None,
) -> ImportRun:
    """Goes through the whole file and keeps what each row would do; writes no client. The columns are saved for next time.

    ``tell`` is called with rows done and rows in all. Raises ``Refusals`` for columns that do not fit.
    """
    organisation_id = require_importing(actor)
    run = _locked(run_id, organisation_id)
    if run.state not in (RunState.MAPPING, RunState.CHECKED):
        raise Refusals(
            [Refusal("", "begun", _("Bringing in has begun; the columns cannot be changed any more."))]
        )
    wrong = rules.check_columns(columns)
    if wrong:
        raise Refusals([replace(one, message=wording.COLUMNS[one.code]) for one in wrong])
    table = tabular.read(run.file_name, bytes(run.content), rules.FILE)
    run.columns, run.reason, run.state = dict(columns), reason.strip(), RunState.CHECKED
    run.rows.all().delete()
    checker = Checker(run, actor, queries.codes(clock.today()))
    done = 0
    for first in range(0, len(table.rows), CHECKED_AT_ONCE):
        portion = table.rows[first : first + CHECKED_AT_ONCE]
        insert_many(checker.portion(portion))
        done += len(portion)
        if tell is not None:
            tell(done, len(table.rows))
    run.save()
    ColumnMapping.objects.update_or_create(
        organisation_id=organisation_id,
        headers=rules.headers_digest(run.headers),
        defaults={"columns": run.columns},
    )
    record("exchange.file.checked", actor=actor, object=(RUN, run.pk), details=queries.counts(run.pk))
    return run


def _locked(run_id: int, organisation_id: int) -> ImportRun:
    found = ImportRun.objects.select_for_update().filter(pk=run_id, organisation_id=organisation_id).first()
    if found is None:
        raise NotVisible
    return found


@transaction.atomic
def decide_duplicate(
    run_id: int,
    row_id: int,
    decision: str,
    *,
    actor: Viewer,
    reason: str = "",
    relationship_id: int | None = None,
) -> ImportRow:
    """A person says of a possible duplicate: ``other`` (another person, with a reason), ``same`` (leave the row out), or
    ``change`` (it is our client ``relationship_id``: take the row's data). Raises ``Refusals``, ``NotVisible``.
    """
    organisation_id = require_importing(actor)
    run = _locked(run_id, organisation_id)
    row = ImportRow.objects.filter(run=run, pk=row_id, state=RowState.DUPLICATE).first()
    if row is None or run.state not in OPEN:
        raise NotVisible
    if decision == "other":
        if len(reason.strip()) < 10:
            raise Refusals(
                [Refusal("reason", "required", _("Write in a few words why it is another person."))]
            )
        row.state, row.decision = RowState.NEW, reason.strip()
    elif decision == "change":
        offered = {match.get("relationship") for match in row.matches}
        if relationship_id is None or relationship_id not in offered:
            raise NotVisible
        row.state, row.relationship_id = RowState.CHANGED, relationship_id
    elif decision == "same":
        row.state, row.values = RowState.LEFT, {}
    else:
        raise Refusals([Refusal("decision", "required", _("Choose one."))])
    row.save()
    record(
        "exchange.duplicate.decided",
        actor=actor,
        object=(RUN, run.pk),
        reason=reason,
        details={"row": row.number, "decision": decision},
    )
    return row


@transaction.atomic
def start_import(run_id: int, *, actor: Viewer, only_good: bool, with_updates: bool = False) -> ImportRun:
    """Lets the portions begin. Unless ``only_good``, every row must be good first. Raises ``Refusals``.

    Possible duplicates that nobody has decided wait; they can be decided and brought in later.
    """
    run = _locked(run_id, require_importing(actor))
    if run.state not in OPEN:
        raise NotVisible
    if not only_good and queries.counts(run.pk)[RowState.BAD]:
        message = _(
            "Some rows are to be mended. Mend the file and check it again, or bring in only the good rows."
        )
        raise Refusals([Refusal("", "bad-rows", message)])
    run.state, run.with_updates = RunState.RUNNING, with_updates
    run.save(update_fields=["state", "with_updates"])
    record(
        "exchange.import.started",
        actor=actor,
        object=(RUN, run.pk),
        details={"only_good": only_good, "with_updates": with_updates},
    )
    return run


@transaction.atomic
def bring_portion(run_id: int, *, actor: Viewer, limit: int = PORTION) -> Progress:
    """Brings in the next rows, in the order of the file; the last portion ends the run. Call it until nothing is left.

    Several processes may call it at once: each takes rows that no other has, and who comes when only taken rows are left
    is done.
    """
    organisation_id = require_importing(actor)
    run = ImportRun.objects.defer("content").filter(pk=run_id, organisation_id=organisation_id).first()
    if run is None or run.state != RunState.RUNNING:
        return Progress(0, 0, 0, left=False)
    waiting = ImportRow.objects.filter(run=run).order_by("number")
    new = waiting.filter(state=RowState.NEW)
    rows = list(new.select_for_update(skip_locked=True)[:limit])
    if rows:
        failed = _bring(run, rows, actor)
        return Progress(len(rows) - failed, 0, failed, left=True)
    run = _locked(run_id, organisation_id)
    if run.state != RunState.RUNNING or new.exists():
        return Progress(0, 0, 0, left=False)
    if run.with_updates and (changes := list(waiting.filter(state=RowState.CHANGED)[: limit // 5])):
        failed = sum(not _change(run, row, actor) for row in changes)
        return Progress(0, len(changes) - failed, failed, left=True)
    _end(run, actor)
    return Progress(0, 0, 0, left=False)


def _bring(run: ImportRun, rows: Sequence[ImportRow], actor: Viewer) -> int:
    """Brings the rows in together; if one has become impossible since the check, each by itself. Number that failed."""
    codes = queries.codes(clock.today())
    read = [
        (row, rules.read_row(row.values, codes, override_reason=run.reason, duplicate_reason=row.decision))
        for row in rows
    ]
    try:
        with transaction.atomic():
            _write(run, read, actor)
    except (Refusals, IntegrityError) as error:
        if len(read) == 1:
            _failed(rows[0], error)
            return 1
        return sum(_bring(run, [row], actor) for row in rows)
    return 0


def _write(run: ImportRun, read: Sequence[tuple[ImportRow, rules.Read]], actor: Viewer) -> None:
    cases = [one.case for _row, one in read if one.case is not None]
    if len(cases) != len(read):
        raise Refusals([fault.why for _row, one in read for fault in one.faults])
    made = clients.bring_in(cases, actor=actor)
    insert_many(
        KnownRow(
            organisation_id=run.organisation_id,
            key=row.key,
            digest=bytes(row.digest),
            relationship_id=brought.relationship_id,
            person_id=brought.person_id,
        )
        for (row, _one), brought in zip(read, made, strict=True)
    )
    insert_many(
        RegisterFact(
            person_id=brought.person_id,
            relationship_id=brought.relationship_id,
            source="import",
            field=group,
            value=text,
            fetched_at=clock.now(),
            taken_at=clock.now(),
        )
        for (_row, one), brought in zip(read, made, strict=True)
        for group, text in one.sources.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN, [[row.pk for row, _one in read], [brought.relationship_id for brought in made]]
        )


def _failed(row: ImportRow, error: Exception) -> None:
    clash = _("Somebody has registered this client in between. Check the file again.")
    refusals = error.refusals if isinstance(error, Refusals) else (Refusal("", "clash", clash),)
    row.state, row.values = RowState.BAD, {}
    row.faults = []
    for refusal in refusals:
        what, mend = wording.fault_texts(rules.Fault(refusal.field, "", refusal))
        row.faults.append({"field": refusal.field, "column": "", "value": "", "what": what, "mend": mend})
    row.save(update_fields=["state", "values", "faults"])


def _change(run: ImportRun, row: ImportRow, actor: Viewer) -> bool:
    """Writes over the fields that the row gives; nothing that it leaves empty. False when it could not be done."""
    known = stored(run.organisation_id, row.relationship_id or 0)
    read = rules.read_row(row.values, queries.codes(clock.today()))
    if known is None or read.case is None:
        _failed(
            row,
            Refusals([Refusal("", "gone", _("Your authority does not answer for this client any more."))]),
        )
        return False
    relationship = Relationship.objects.select_related("person").get(pk=row.relationship_id or 0)
    told = read.case.new
    person = {**person_content(relationship.person)}
    person |= {name: getattr(told.person, name) for name in PERSON_FIELDS if name in read.given}
    contact = None
    if not known.protected and read.given & set(CONTACT_FIELDS):
        now = ProtectedContact.objects.get(pk=relationship.person_id)
        contact = ContactContent(
            **{name: getattr(told.contact if name in read.given else now, name) for name in CONTACT_FIELDS}
        )
    try:
        with transaction.atomic():
            clients.update_person(
                relationship.pk, _person(person), contact, actor=actor, expected_version=known.version
            )
    except Refusals as refusals:
        _failed(row, refusals)
        return False
    KnownRow.objects.update_or_create(
        organisation_id=run.organisation_id,
        key=row.key,
        defaults={
            "digest": bytes(row.digest),
            "relationship": relationship,
            "person_id": relationship.person_id,
        },
    )
    row.state, row.values = RowState.DONE, {}
    row.save(update_fields=["state", "values"])
    return True


def _person(values: Mapping[str, Any]) -> PersonContent:
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return PersonContent(**{**values, **lists})


def _end(run: ImportRun, actor: Viewer) -> None:
    """The run is done, unless possible duplicates still wait for a person."""
    counts = queries.counts(run.pk)
    waits = counts[RowState.DUPLICATE] > 0
    run.state = RunState.CHECKED if waits else RunState.DONE
    run.done_at = clock.now()
    if not waits:
        run.content = b""
        run.rows.exclude(values={}).update(values={})
    run.save()
    if run.user_id is not None:
        notify(
            "exchange.import-ended",
            [run.user_id],
            actor=Viewer.for_system("exchange.import", clock.today()),
            address=f"/exchange/import/{run.pk}/",
            organisation_id=run.organisation_id,
            about=(RUN, run.pk),
        )
    record("exchange.import.ended", actor=actor, object=(RUN, run.pk), details=counts)


@transaction.atomic
def stop_import(run_id: int, *, actor: Viewer) -> ImportRun:
    """Stops after the portion at hand; what has been brought in stays, and it can go on later."""
    run = _locked(run_id, require_importing(actor))
    if run.state == RunState.RUNNING:
        run.state = RunState.STOPPED
        run.save(update_fields=["state"])
        record("exchange.import.stopped", actor=actor, object=(RUN, run.pk))
    return run


@transaction.atomic
def cancel_import(run_id: int, *, actor: Viewer) -> ImportRun:
    """Throws the file and what is kept of its rows away. Clients already brought in stay."""
    run = _locked(run_id, require_importing(actor))
    if run.state in (RunState.MAPPING, *OPEN):
        run.state, run.content = RunState.CANCELLED, b""
        run.save(update_fields=["state", "content"])
        run.rows.all().delete()
        record("exchange.file.cancelled", actor=actor, object=(RUN, run.pk))
    return run


def bring_all(
    run_id: int, *, actor: Viewer, each: Callable[[Progress], None], apply: Callable[[], None]
) -> None:
    """Portion after portion, each in a transaction of its own, until nothing is left. ``apply`` sets row security."""
    while True:
        with transaction.atomic():
            apply()
            progress = bring_portion(run_id, actor=actor)
        each(progress)
        if not progress.left:
            return


def rows_as_json(rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """The report's rows for a machine."""
    return [{"row": row.number, "state": row.state, "faults": row.faults} for row in rows]
