"""Acts on what is sealed: names and papers of a case, each look at them written to the journal.

Not for: opening them to the municipality (``proposals.open_names``).
"""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.desk import files
from kotopolku.desk.actions.documents import Upload, check_size
from kotopolku.desk.content import NotAccepted, kind_of
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal
from kotopolku.journal.actions import record
from kotopolku.placement import access, case_rules
from kotopolku.placement.actions import steps
from kotopolku.placement.actions.steps import CASE
from kotopolku.placement.case_rules import MemberContent
from kotopolku.placement.models import OPEN, Case, CaseMember, EventKind, Proposal, Sealed, SealedPaper

log = logging.getLogger(__name__)

PAPER = "placement.paper"
SEAL = b"kotopolku sealed paper\n"
"""Stands before the content on the disk, so that no client's document shares the file and takes it away."""
SCANNER_AWAY = _("The virus scanner does not answer, so the paper was not taken. Try again in a while.")
TITLE_REQUIRED = _("Write what the paper is.")


@transaction.atomic
def record_names_look(case_id: int, *, actor: Viewer) -> list[Sealed]:
    """The names of a case; region and journal know who looked when. Raises ``NotVisible`` before they are open."""
    require(actor, Capability.PLACEMENT_VIEW)
    found = list(access.sealed(actor, case_id))
    record("placement.names.opened", actor=actor, object=(CASE, case_id))
    return found


@transaction.atomic
def seal_names(case_id: int, names: Mapping[int, MemberContent], *, actor: Viewer) -> int:
    """Adds or mends names under the seal, at any stage before arrival: number of the member → names. Returns how many."""
    case = steps.regions_case(case_id, actor)
    steps.in_state(case, *OPEN)
    found, written = [], 0
    for number, member in names.items():
        found += case_rules.check_names(f"members-{number}-", member, case.received_on)
    refuse(found)
    for row in CaseMember.objects.filter(case=case, number__in=list(names)):
        member = names[row.number]
        if member.has_names:
            values = {
                "case": case,
                "authority_id": case.authority_id,
                "family_name": member.family_name.strip(),
                "given_names": member.given_names.strip(),
                "birth_date": case_rules.born_on(member),
                "identity_code": case_rules.compact(member.identity_code),
            }
            Sealed.objects.update_or_create(member=row, defaults=values)
            written += 1
    record("placement.names.sealed", actor=actor, object=(CASE, case.pk), details={"members": written})
    return written


@transaction.atomic
def add_paper(
    case_id: int, title: str, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> SealedPaper:
    """A paper under the seal, its content checked as a client's documents are. Raises ``Refusals``."""
    case = steps.regions_case(case_id, actor)
    if (before := client_cases.done_before(token, PAPER)) is not None:
        return SealedPaper.objects.get(pk=before)
    if not title.strip():
        raise Refusals([Refusal("title", "required", TITLE_REQUIRED)])
    check_size(len(upload.data))
    try:
        kind = kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal("file", error.code, found=error.found)]) from error
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        raise Refusals([refusal("file", "file-virus")])
    if verdict == Verdict.AWAY:
        raise Refusals([Refusal("file", "scanner-away", SCANNER_AWAY)])
    hold_file(files.content_hash(SEAL + upload.data))
    try:
        sha256 = files.store(SEAL + upload.data)
    except OSError as error:
        log.exception("a sealed paper could not be written")
        raise Refusals([refusal("file", "file-not-stored")]) from error
    paper = SealedPaper.objects.create(
        case=case,
        authority_id=case.authority_id,
        title=title.strip(),
        kind=kind.value,
        size=len(upload.data),
        sha256=sha256,
        added_on=clock.today(),
        added_by_id=actor.user_id,
    )
    steps.event(case, EventKind.PAPER, actor)
    record("placement.paper.added", actor=actor, object=(PAPER, paper.pk), token=token)
    return paper


def hold_file(sha256: str) -> None:
    """Who adds and who removes a paper of the same content queue up, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [sha256])


@transaction.atomic
def open_paper(case_id: int, paper_id: int, *, actor: Viewer) -> tuple[SealedPaper, bytes]:
    """A sealed paper with its content; the look is journalled. Raises ``NotVisible``, ``Refusals``."""
    require(actor, Capability.PLACEMENT_VIEW)
    paper = access.papers(actor, case_id).filter(pk=paper_id).first()
    if paper is None:
        raise NotVisible
    try:
        data = files.read(paper.sha256).removeprefix(SEAL)
    except files.FileVanished as error:
        log.error("the file of sealed paper %s is missing or changed", paper.pk)
        raise Refusals([refusal("", "file-vanished")]) from error
    record("placement.paper.downloaded", actor=actor, object=(PAPER, paper.pk))
    return paper, data


@transaction.atomic
def record_proposal_look(proposal_id: int, *, actor: Viewer) -> tuple[Proposal, Case | None]:
    """A look at a proposal, without names. Raises ``NotVisible``."""
    require(actor, Capability.PLACEMENT_VIEW)
    proposal = access.proposal(actor, proposal_id)
    record("placement.proposal.viewed", actor=actor, object=(steps.PROPOSAL, proposal_id))
    if access.is_region(actor):
        return proposal, access.case(actor, proposal.case_id)
    return proposal, access.proposed_case(proposal)
