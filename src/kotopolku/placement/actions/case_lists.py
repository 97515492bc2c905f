"""Acts on lists of the permit authority: keeping the file, and bringing its cases in. A list brought in twice changes nothing.

Not for: reading the file (``case_import``), one case by form (``cases.py``).
"""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import EditClash, Refusal, Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.journal.actions import record
from kotopolku.placement import access, case_import, case_rules
from kotopolku.placement.actions.cases import NOT_A_REGION, add_case, change_case, check_content
from kotopolku.placement.case_import import ReadCase, RowFault
from kotopolku.placement.models import Case, CaseFile, CaseList, CaseState

LIST = "placement.list"
GONE_ON = "gone-on"


@dataclass
class Report:
    """What a list would do: cases by what becomes of each, and what is wrong, row by row."""

    new: list[ReadCase] = field(default_factory=list)
    changed: list[tuple[ReadCase, Case]] = field(default_factory=list)
    same: list[ReadCase] = field(default_factory=list)
    gone_on: list[tuple[ReadCase, Case]] = field(default_factory=list)
    """Known cases that have been proposed already: the list changes them no more."""
    bad: list[ReadCase] = field(default_factory=list)


@transaction.atomic
def receive_list(name: str, content: bytes, *, actor: Viewer, token: UUID | None = None) -> CaseList:
    """Keeps a file to be looked at before anything is brought in. Raises ``Refusals`` for one that cannot be read."""
    require(actor, Capability.PLACEMENT_AGREE)
    if (before := client_cases.done_before(token, LIST)) is not None:
        return access.list_(actor, before)
    if not access.is_region(actor) or actor.organisation_id is None:
        raise Refusals([Refusal("", "not-a-region", NOT_A_REGION)])
    try:
        case_import.read(name, content, clock.today())
    except case_import.FileRefused as error:
        raise Refusals([error.refusal]) from error
    kept = CaseList.objects.create(
        authority_id=actor.organisation_id,
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        received_at=clock.now(),
        received_by_id=actor.user_id,
    )
    record("placement.list.received", actor=actor, object=(LIST, kept.pk), token=token)
    return kept


def report(kept: CaseList, actor: Viewer) -> Report:
    """What bringing the list in would do now. Writes nothing."""
    content = CaseList.objects.values_list("content", flat=True).get(pk=kept.pk)
    found = Report()
    if not content:
        return found
    read = case_import.read(kept.file_name, bytes(content), clock.today())
    references = [one.reference for one in read if one.reference]
    files = CaseFile.objects.filter(
        authority_id__in=access.followed_ids(actor), source="migri", reference__in=references
    ).select_related("case")
    known = {one.reference: one for one in files}
    for one in read:
        if one.content is not None:
            one.faults += [_fault(one, refusal) for refusal in check_content(one.content, clock.today())]
        file = known.get(one.reference)
        if one.content is None or one.faults:
            found.bad.append(one)
        elif file is None:
            found.new.append(one)
        elif bytes(file.digest) == case_rules.digest(one.content):
            found.same.append(one)
        elif file.case.state != CaseState.WAITING:
            found.gone_on.append((one, file.case))
        else:
            found.changed.append((one, file.case))
    return found


def _fault(one: ReadCase, refusal: Refusal) -> RowFault:
    """A refusal of a case at the row of the person it is about."""
    name, _dash, rest = refusal.field.partition("-")
    if name != "members" or not rest:
        return RowFault(one.first_row, refusal.field, refusal)
    number, _dash, column = rest.partition("-")
    return RowFault(one.rows[int(number)], column, refusal)


def fault_lines(cases: list[ReadCase]) -> list[dict[str, object]]:
    """What is wrong in words, row by row; no name stands in it."""
    return [
        {
            "row": fault.row,
            "reference": one.reference,
            "column": case_import.COLUMNS[fault.column][0] if fault.column in case_import.COLUMNS else "",
            "what": refusal_text(fault.refusal),
        }
        for one in cases
        for fault in one.faults
    ]


@transaction.atomic
def bring_in_list(list_id: int, *, actor: Viewer) -> CaseList:
    """Brings in the sound cases of a list, new ones and changes of those that wait; the file is then forgotten.

    Brought in again, it changes nothing. Raises ``NotVisible``.
    """
    require(actor, Capability.PLACEMENT_AGREE)
    kept = access.list_(actor, list_id, lock=True)
    if kept.done_at is not None:
        return kept
    if actor.organisation_id is None:
        raise NotVisible
    _queue_up(actor.organisation_id)
    found = report(kept, actor)
    for one in found.new:
        if one.content is not None:
            add_case(one.content, actor=actor, digest=case_rules.digest(one.content))
    changed = sum(_change(one, case, actor) for one, case in found.changed)
    kept.added, kept.changed, kept.same = len(found.new), changed, len(found.same)
    kept.faults = fault_lines(found.bad)
    kept.done_at, kept.content = clock.now(), b""
    kept.save()
    record(
        "placement.list.imported",
        actor=actor,
        object=(LIST, kept.pk),
        details={"added": kept.added, "changed": kept.changed, "same": kept.same, "bad": len(found.bad)},
    )
    return kept


def _queue_up(organisation_id: int) -> None:
    """Lists of one region are brought in one after the other, so that none adds what another is adding."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{LIST}:{organisation_id}"])


def _change(one: ReadCase, case: Case, actor: Viewer) -> bool:
    """False when somebody has just proposed or changed the case: then it stays as it is."""
    if one.content is None:
        return False
    digest = case_rules.digest(one.content)
    try:
        change_case(case.pk, one.content, actor=actor, expected_version=case.version, digest=digest)
    except (EditClash, case_rules.Answered):
        return False
    return True
