"""What acts on cases share: the locked case, a line of its history, whom to tell, places given back.

Not an act itself: nothing here is called by pages, and nothing here writes to the journal.
"""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.access import seeing_all
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.notices.actions import notify
from kotopolku.placement import access
from kotopolku.placement.actions.holds import release
from kotopolku.placement.case_rules import Answered
from kotopolku.placement.models import (
    Case,
    CaseEvent,
    CaseState,
    EventKind,
    NamedWorker,
    Proposal,
    ProposalState,
)
from kotopolku.placement.queries.holds import holds_of
from kotopolku.placement.queries.people import holders

CASE = "placement.case"
PROPOSAL = "placement.proposal"
REASON_REQUIRED = _("Write in a few words why; it is kept with the case.")


def reason_given(text: str, field: str = "reason") -> str:
    """The reason without spaces around it. Raises ``Refusals`` when there is none."""
    if not text.strip():
        raise Refusals([Refusal(field, "reason-required", REASON_REQUIRED)])
    return text.strip()


def regions_case(case_id: int, actor: Viewer) -> Case:
    """The region's case, locked. Raises ``MissingCapability``, ``NotVisible``."""
    require(actor, Capability.PLACEMENT_AGREE)
    return access.case(actor, case_id, lock=True)


def in_state(case: Case, *states: str) -> None:
    """Raises ``Answered`` unless the case stands at one of the states."""
    if case.state not in states:
        raise Answered(case.state, case.closed_on or case.directed_on, "")


def answered(proposal: Proposal) -> Answered:
    """What to raise when a proposal has had its answer: which, when and by whom."""
    who = User.objects.filter(pk=proposal.answered_by_id or 0).values_list("full_name", flat=True).first()
    return Answered(proposal.state, proposal.answered_on, who or "")


def live_proposal(case: Case, actor: Viewer) -> Proposal | None:
    """The case's open or accepted proposal, locked; its municipality is not to be shown without the right."""
    live = (ProposalState.OPEN, ProposalState.ACCEPTED)
    with seeing_all(actor):
        rows = Proposal.objects.select_for_update(of=("self",)).filter(case_id=case.pk, state__in=live)
        return rows.first()


def event(
    case: Case, kind: EventKind, actor: Viewer, *, proposal: Proposal | None = None, note: str = ""
) -> CaseEvent:
    """A line of the case's history; with ``proposal`` its municipality reads it too."""
    with seeing_all(actor):
        return CaseEvent.objects.create(
            case=case,
            authority_id=case.authority_id,
            municipality_id=proposal.municipality_id if proposal else None,
            protected=case.non_disclosure,
            kind=kind,
            on=actor.day,
            at=clock.now(),
            user_id=actor.user_id,
            note=note,
        )


def free(proposal: Proposal, actor: Viewer) -> None:
    """Gives back what was held for a proposal. Safe to repeat."""
    with seeing_all(actor):
        holds = holds_of(actor, PROPOSAL, proposal.pk)
        if holds:
            release(holds, actor=actor)


def end_proposal(case: Case, proposal: Proposal, why: str, actor: Viewer) -> None:
    """Takes back a live proposal: places free again, workers see nothing more, the municipality is told."""
    free(proposal, actor)
    with seeing_all(actor):
        proposal.state, proposal.note = ProposalState.WITHDRAWN, why
        proposal.answered_on, proposal.answered_by_id = actor.day, actor.user_id
        proposal.save(update_fields=["state", "note", "answered_on", "answered_by"])
        NamedWorker.objects.filter(proposal=proposal, ended_on=None).update(ended_on=actor.day)
    event(case, EventKind.TAKEN_BACK, actor, proposal=proposal, note=why)
    tell_municipality("placement.proposal-withdrawn", proposal, actor, on=actor.day)


# --- Whom to tell ----------------------------------------------------------------------------------------------------


def officers(case: Case, actor: Viewer) -> list[int]:
    """The case's officer at the region, or all officers while it has none."""
    with seeing_all(actor):
        officer = case.file.officer_id
    return [officer] if officer else holders(case.authority_id, Capability.PLACEMENT_AGREE, actor.day)


def tell_municipality(
    kind: str, proposal: Proposal, actor: Viewer, *, on: date | None = None, users: Iterable[int] = ()
) -> None:
    """A notice to ``users`` of the municipality, or to those who answer proposals there."""
    there = proposal.municipality_id
    notify(
        kind,
        list(users) or holders(there, Capability.PLACEMENT_ANSWER, actor.day),
        actor=actor,
        address=reverse("placement:proposal", args=[proposal.pk]),
        organisation_id=there,
        about=(PROPOSAL, proposal.pk),
        on=on,
    )


def tell_region(kind: str, case: Case, actor: Viewer, *, on: date | None = None) -> None:
    """A notice to the case's officer."""
    notify(
        kind,
        officers(case, actor),
        actor=actor,
        address=reverse("placement:case", args=[case.pk]),
        organisation_id=case.authority_id,
        about=(CASE, case.pk),
        on=on,
    )


def back_to_waiting(case: Case, actor: Viewer) -> None:
    """The case waits for a municipality again."""
    with seeing_all(actor):
        case.state, case.directed_on = CaseState.WAITING, None
        case.save(update_fields=["state", "directed_on"])
