"""Acts on proposals: the region proposes and directs, the municipality accepts, declines or asks, the county is heard.

Each state is a transaction of its own and can be reached again after a fault. The case is locked before its proposal, so
that two answers queue. Not for: names (``sealed.py``), arrival (``arrivals.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.placement import access, case_rules, needs
from kotopolku.placement.actions import cases, steps
from kotopolku.placement.actions.holds import reserve
from kotopolku.placement.actions.steps import CASE, PROPOSAL
from kotopolku.placement.models import (
    PERSONS,
    Arrival,
    Capacity,
    Case,
    CaseState,
    CountyHearing,
    DeclineReason,
    EventKind,
    NamedWorker,
    Proposal,
    ProposalState,
    ProposalWord,
    Resource,
)
from kotopolku.placement.queries.cases import uses_of
from kotopolku.placement.queries.people import holders

TAKE_FIRST = _("A non-disclosure order is in force. Take the case to yourself first, and write why.")
VETOED = _("The family has ruled this municipality out.")
ANSWER_PAST = _("The day for the answer has passed already. Choose today or a later day.")
WHY_THIS = _("Write in a few words why this municipality; it reads it.")
NO_DECLINE_REASON = _("Choose why the municipality does not take the case.")
WRITE_WHICH = _("Write in a few words what the reason is.")
HOME_PAST = _("The home cannot have been ready before the proposal.")
WRITE_SOMETHING = _("Write what you ask or answer.")
COUNTY_FIRST = _(
    "The case has needs for which the wellbeing services county must be heard before the direction (%(needs)s). "
    "The municipality writes down what the county says."
)
UNKNOWN_WORKER = _("Choose somebody of your municipality who can register clients.")
TOO_MANY_WORKERS = _("At most %(most)s workers can be named.")
NOT_ACCEPTED = _("The county is heard while the proposal is open or accepted.")
HEARD_LATER = _("The day is in the future. Record it when the county has answered.")
COUNTY_ITSELF = _("The county has answered itself. Its words are kept as they are.")
HOMES = (Resource.HOME_2, Resource.HOME_4, Resource.HOME_6, Resource.HOME_7)
DIRECTED_STATES = (CaseState.DIRECTED, CaseState.PLANNED, CaseState.ARRIVED)


@dataclass(frozen=True)
class NewProposal:
    """What proposing needs; without a day for the answer our own target holds."""

    municipality_id: int
    reason: str
    year: int
    quarter: int
    answer_by: date | None = None


def answer_day(case: Case, today: date) -> date:
    """Our own target for the answer, shorter for an urgent case."""
    return law.due("O-K2" if case.emergency else "O-K1", today).due or today


@transaction.atomic
def propose(case_id: int, data: NewProposal, *, actor: Viewer, token: UUID | None = None) -> Proposal:
    """Proposes a case to a municipality and holds its places; who came second gets a clear no (``rules.NoRoom``).

    Raises ``Answered`` when the case does not wait any more, ``Refusals``, ``NotVisible``.
    """
    case = steps.regions_case(case_id, actor)
    if (before := client_cases.done_before(token, PROPOSAL)) is not None:
        return access.proposal(actor, before)
    if not access.sees_municipality(actor, case):
        raise Refusals([Refusal("", "take-first", TAKE_FIRST)])
    steps.in_state(case, CaseState.WAITING)
    today = clock.today()
    municipality = access.municipality(actor, data.municipality_id)
    refuse(_check(case, municipality.area_code, data, today))
    proposal = Proposal.objects.create(
        case=case,
        number=case.number,
        authority_id=case.authority_id,
        municipality=municipality,
        protected=case.non_disclosure,
        reason=data.reason.strip(),
        year=data.year,
        quarter=data.quarter,
        proposed_on=today,
        proposed_by_id=actor.user_id,
        answer_by=data.answer_by or answer_day(case, today),
    )
    reserve(
        actor=actor,
        municipality_id=municipality.pk,
        year=data.year,
        quarter=data.quarter,
        uses=_counted(proposal, uses_of(case, list(case.members.all()))),
        for_kind=PROPOSAL,
        for_id=proposal.pk,
    )
    case.state = CaseState.PROPOSED
    case.save(update_fields=["state"])
    steps.event(case, EventKind.PROPOSED, actor, proposal=proposal, note=proposal.reason)
    record("placement.proposal.sent", actor=actor, object=(PROPOSAL, proposal.pk), token=token)
    steps.tell_municipality("placement.proposal-received", proposal, actor, on=proposal.answer_by)
    return proposal


def _check(case: Case, code: str, data: NewProposal, today: date) -> list[Refusal]:
    found = []
    if code in case.vetoes:
        found.append(Refusal("municipality", "vetoed", VETOED))
    if not data.reason.strip():
        found.append(Refusal("reason", "required", WHY_THIS))
    elif told := case_rules.personal(data.reason, cases.content_of(case).members):
        found.append(Refusal("reason", "personal", case_rules.PERSONAL, {"found": told}))
    if data.answer_by is not None and data.answer_by < today:
        found.append(Refusal("answer_by", "past", ANSWER_PAST))
    return found


def _counted(proposal: Proposal, uses: dict[str, int]) -> dict[str, int]:
    """Of what the case takes, the persons and what the municipality has counted for the quarter: the rest is not scarce.

    When no home of the family's size is free, the smallest larger one that is free is taken.
    """
    rows = Capacity.objects.filter(
        municipality_id=proposal.municipality_id, year=proposal.year, quarter=proposal.quarter
    )
    free = {row.resource: row.free for row in rows}
    home = next((name for name in uses if name in HOMES), "")
    if home and free.get(home, 0) < 1:
        larger = [name for name in HOMES[HOMES.index(home) + 1 :] if free.get(name, 0) >= 1]
        if larger:
            uses = {larger[0] if name == home else name: number for name, number in uses.items()}
    return {name: number for name, number in uses.items() if name in free or name in PERSONS}


@transaction.atomic
def take_back_proposal(proposal_id: int, reason: str, *, actor: Viewer) -> Proposal:
    """Takes a proposal back before arrival, also one accepted or directed; the case waits again. Raises ``Answered``."""
    require(actor, Capability.PLACEMENT_AGREE)
    case = access.case(actor, access.proposal(actor, proposal_id).case_id, lock=True)
    proposal = access.proposal(actor, proposal_id, lock=True)
    if not proposal.is_live or case.state == CaseState.ARRIVED:
        raise steps.answered(proposal)
    reason = steps.reason_given(reason)
    with seeing_all(actor):
        Arrival.objects.filter(case=case, arrived_on=None).delete()
    steps.end_proposal(case, proposal, reason, actor)
    steps.back_to_waiting(case, actor)
    record("placement.proposal.withdrawn", actor=actor, object=(PROPOSAL, proposal.pk), reason=reason)
    return proposal


# --- The municipality's answer ----------------------------------------------------------------------------------------


def answering(proposal_id: int, actor: Viewer, *, states: Sequence[str]) -> tuple[Case, Proposal]:
    """The case and then the proposal, locked, for the municipality. Raises ``Answered`` when it is too late."""
    require(actor, Capability.PLACEMENT_ANSWER)
    found = access.proposal(actor, proposal_id)
    if not access.is_municipality(actor):
        raise NotVisible
    with seeing_all(actor):
        case = Case.objects.select_for_update(of=("self",)).get(pk=found.case_id)
    proposal = access.proposal(actor, proposal_id, lock=True)
    if proposal.state not in states:
        raise steps.answered(proposal)
    return case, proposal


def _close(proposal: Proposal, state: ProposalState, note: str, actor: Viewer) -> None:
    proposal.state, proposal.note = state, note.strip()
    proposal.answered_on, proposal.answered_by_id = actor.day, actor.user_id


@transaction.atomic
def accept_proposal(
    proposal_id: int,
    home_ready_on: date | None,
    *,
    actor: Viewer,
    workers: Sequence[int] = (),
    note: str = "",
    token: UUID | None = None,
) -> Proposal:
    """The municipality says yes; no name opens before the region has directed. An answer after its day is good while
    the region waits for it. Raises ``Answered`` for the second of two answers, ``Refusals``.
    """
    if (before := client_cases.done_before(token, PROPOSAL)) is not None:
        return access.proposal(actor, before)
    case, proposal = answering(proposal_id, actor, states=[ProposalState.OPEN])
    if home_ready_on is not None and home_ready_on < proposal.proposed_on:
        raise Refusals([Refusal("home_ready_on", "past", HOME_PAST)])
    with seeing_all(actor):
        _close(proposal, ProposalState.ACCEPTED, note, actor)
        proposal.home_ready_on = home_ready_on
        proposal.save()
        case.state = CaseState.ACCEPTED
        case.save(update_fields=["state"])
    steps.event(case, EventKind.ACCEPTED, actor, proposal=proposal, note=proposal.note)
    _name(case, proposal, workers, actor)
    details = {"late": proposal.late, "workers": len(set(workers))}
    record(
        "placement.proposal.accepted",
        actor=actor,
        object=(PROPOSAL, proposal.pk),
        details=details,
        token=token,
    )
    steps.tell_region("placement.proposal-accepted", case, actor, on=actor.day)
    return proposal


@transaction.atomic
def decline_proposal(
    proposal_id: int, reason: str, note: str, *, actor: Viewer, token: UUID | None = None
) -> Proposal:
    """The municipality says no, with a reason; the places are free again and the case waits. Raises ``Answered``."""
    if (before := client_cases.done_before(token, PROPOSAL)) is not None:
        return access.proposal(actor, before)
    case, proposal = answering(proposal_id, actor, states=[ProposalState.OPEN])
    if reason not in DeclineReason.values:
        raise Refusals([Refusal("decline_reason", "required", NO_DECLINE_REASON)])
    if reason == DeclineReason.OTHER and not note.strip():
        raise Refusals([Refusal("note", "required", WRITE_WHICH)])
    with seeing_all(actor):
        _close(proposal, ProposalState.DECLINED, note, actor)
        proposal.decline_reason = reason
        proposal.save()
    steps.free(proposal, actor)
    steps.back_to_waiting(case, actor)
    steps.event(case, EventKind.DECLINED, actor, proposal=proposal, note=proposal.note)
    record(
        "placement.proposal.declined",
        actor=actor,
        object=(PROPOSAL, proposal.pk),
        details={"why": reason, "late": proposal.late},
        token=token,
    )
    steps.tell_region("placement.proposal-declined", case, actor, on=actor.day)
    return proposal


@transaction.atomic
def ask_more(proposal_id: int, text: str, *, actor: Viewer, token: UUID | None = None) -> ProposalWord:
    """The municipality asks the region before it answers; the day for the answer stays. Raises ``Answered``."""
    word = _known_word(token)
    if word is not None:
        return word
    case, proposal = answering(proposal_id, actor, states=[ProposalState.OPEN, ProposalState.ACCEPTED])
    word = _write(case, proposal, text, actor, by_region=False, token=token)
    steps.tell_region("placement.proposal-asked", case, actor, on=proposal.answer_by)
    return word


@transaction.atomic
def reply(proposal_id: int, text: str, *, actor: Viewer, token: UUID | None = None) -> ProposalWord:
    """The region answers the municipality's question, without names. Raises ``Answered``, ``Refusals``."""
    require(actor, Capability.PLACEMENT_AGREE)
    word = _known_word(token)
    if word is not None:
        return word
    case = access.case(actor, access.proposal(actor, proposal_id).case_id, lock=True)
    proposal = access.proposal(actor, proposal_id, lock=True)
    if not proposal.is_live:
        raise steps.answered(proposal)
    if told := case_rules.personal(text, cases.content_of(case).members):
        raise Refusals([Refusal("text", "personal", case_rules.PERSONAL, {"found": told})])
    word = _write(case, proposal, text, actor, by_region=True, token=token)
    steps.tell_municipality("placement.proposal-replied", proposal, actor, on=proposal.answer_by)
    return word


def _known_word(token: UUID | None) -> ProposalWord | None:
    before = client_cases.done_before(token, "placement.word")
    return ProposalWord.objects.filter(pk=before).first() if before is not None else None


def _write(
    case: Case, proposal: Proposal, text: str, actor: Viewer, *, by_region: bool, token: UUID | None
) -> ProposalWord:
    if not text.strip():
        raise Refusals([Refusal("text", "required", WRITE_SOMETHING)])
    if told := case_rules.personal(text, ()):
        raise Refusals([Refusal("text", "personal", case_rules.PERSONAL, {"found": told})])
    word = ProposalWord.objects.create(
        proposal=proposal,
        by_region=by_region,
        text=text.strip(),
        written_at=clock.now(),
        written_by_id=actor.user_id,
    )
    steps.event(case, EventKind.ANSWERED if by_region else EventKind.ASKED, actor, proposal=proposal)
    record("placement.word.written", actor=actor, object=("placement.word", word.pk), token=token)
    return word


@transaction.atomic
def record_hearing(
    proposal_id: int, asked_on: date, answered_on: date | None, statement: str, *, actor: Viewer
) -> CountyHearing:
    """The municipality writes down that the county was asked, and what it said (681/2023 §43). Can be written again."""
    states = [ProposalState.OPEN, ProposalState.ACCEPTED]
    case, proposal = answering(proposal_id, actor, states=states)
    found = []
    if CountyHearing.objects.filter(proposal=proposal).exclude(answered_by=None).exists():
        raise Refusals([Refusal("", "answered", COUNTY_ITSELF)])
    for name, day in (("asked_on", asked_on), ("answered_on", answered_on)):
        if day is not None and day > clock.today():
            found.append(Refusal(name, "future", HEARD_LATER))
    if answered_on is not None and not statement.strip():
        found.append(Refusal("statement", "required", _("Write in a few words what the county said.")))
    if told := case_rules.personal(statement, ()):
        found.append(Refusal("statement", "personal", case_rules.PERSONAL, {"found": told}))
    refuse(found)
    values = {"asked_on": asked_on, "answered_on": answered_on, "statement": statement.strip()}
    hearing, _new = CountyHearing.objects.update_or_create(
        proposal=proposal, defaults=values | {"written_by_id": actor.user_id}
    )
    kind = EventKind.COUNTY_HEARD if answered_on else EventKind.COUNTY_ASKED
    steps.event(case, kind, actor, proposal=proposal)
    record("placement.county.heard", actor=actor, object=(PROPOSAL, proposal.pk))
    if answered_on:
        steps.tell_region("placement.county-heard", case, actor, on=answered_on)
    return hearing


def most_workers(on: date) -> int:
    """To how many workers of a municipality names may open: our own limit (O-K5)."""
    return law.rule("O-K5", on).other_amounts["workers"]


@transaction.atomic
def name_workers(proposal_id: int, workers: Sequence[int], *, actor: Viewer) -> list[NamedWorker]:
    """Names the workers who will see the names, in place of those named before. Raises ``Refusals``, ``Answered``.

    Once the case has been directed they open to the new ones at once, and close to those left out.
    """
    case, proposal = answering(proposal_id, actor, states=[ProposalState.ACCEPTED])
    named = _name(case, proposal, workers, actor)
    record(
        "placement.workers.named",
        actor=actor,
        object=(PROPOSAL, proposal.pk),
        details={"workers": sorted(set(workers))},
    )
    return named


def _name(case: Case, proposal: Proposal, workers: Sequence[int], actor: Viewer) -> list[NamedWorker]:
    wanted, most = list(dict.fromkeys(workers)), most_workers(actor.day)
    if len(wanted) > most:
        raise Refusals([Refusal("workers", "too-many", TOO_MANY_WORKERS, {"most": most})])
    able = set(holders(proposal.municipality_id, Capability.CLIENT_REGISTER, actor.day))
    if not set(wanted) <= able:
        raise Refusals([Refusal("workers", "unknown-worker", UNKNOWN_WORKER)])
    now = NamedWorker.objects.filter(proposal=proposal, ended_on=None)
    now.exclude(user_id__in=wanted).update(ended_on=actor.day)
    known = set(now.values_list("user_id", flat=True))
    opened = actor.day if case.state in DIRECTED_STATES else None
    for user_id in wanted:
        if user_id not in known:
            NamedWorker.objects.create(
                proposal=proposal,
                case_id=case.pk,
                organisation_id=proposal.municipality_id,
                user_id=user_id,
                named_on=actor.day,
                named_by_id=actor.user_id,
                opened_on=opened,
            )
    if wanted:
        steps.event(case, EventKind.WORKERS, actor, proposal=proposal)
    if opened and set(wanted) - known:
        users = sorted(set(wanted) - known)
        steps.tell_municipality("placement.names-opened", proposal, actor, on=actor.day, users=users)
    return list(NamedWorker.objects.filter(proposal=proposal, ended_on=None).order_by("id"))


# --- Direction --------------------------------------------------------------------------------------------------------


def county_missing(case: Case, proposal: Proposal) -> list[needs.Need]:
    """Needs for which the county has still to be heard before the direction."""
    heard = CountyHearing.objects.filter(proposal=proposal).exclude(answered_on=None).exists()
    return [] if heard else needs.for_county(case.needs)


@transaction.atomic
def direct_case(case_id: int, *, actor: Viewer) -> Case:
    """The region's decision: the case is directed to the municipality that accepted it (1386/2010 §43; 681/2023 §43).

    Opening the names is the next step (``open_names``). Raises ``Answered`` before an acceptance, ``Refusals`` while the
    county has not been heard.
    """
    case = steps.regions_case(case_id, actor)
    if not access.sees_municipality(actor, case):
        raise Refusals([Refusal("", "take-first", TAKE_FIRST)])
    if case.state in DIRECTED_STATES:
        return case
    steps.in_state(case, CaseState.ACCEPTED)
    proposal = steps.live_proposal(case, actor)
    if proposal is None:
        raise NotVisible
    if missing := county_missing(case, proposal):
        names = {one: ", ".join(need.names[one] for need in missing) for one in law.LANGUAGES}
        raise Refusals([Refusal("", "county-first", COUNTY_FIRST, {"needs": names})])
    case.state, case.directed_on = CaseState.DIRECTED, actor.day
    case.save(update_fields=["state", "directed_on"])
    steps.event(case, EventKind.DIRECTED, actor, proposal=proposal)
    record("placement.case.directed", actor=actor, object=(CASE, case.pk))
    steps.tell_municipality("placement.case-directed", proposal, actor, on=actor.day)
    return case


@transaction.atomic
def open_names(case_id: int, *, actor: Viewer) -> int:
    """Opens names and papers of a directed case to the workers named. Safe to repeat; returns to how many they opened.

    Run by the page after the direction, and by the job when the page was cut off in between.
    """
    require(actor, Capability.PLACEMENT_AGREE)
    case = access.case(actor, case_id, lock=True)
    steps.in_state(case, *DIRECTED_STATES)
    proposal = steps.live_proposal(case, actor)
    if proposal is None:
        raise NotVisible
    with seeing_all(actor):
        rows = NamedWorker.objects.filter(proposal=proposal, ended_on=None, opened_on=None)
        users = list(rows.values_list("user_id", flat=True))
        rows.update(opened_on=actor.day)
    if users:
        steps.event(case, EventKind.OPENED, actor, proposal=proposal)
        record(
            "placement.names.unsealed",
            actor=actor,
            object=(CASE, case.pk),
            details={"workers": sorted(users)},
        )
        steps.tell_municipality("placement.names-opened", proposal, actor, on=actor.day, users=users)
    return len(users)


# --- By itself --------------------------------------------------------------------------------------------------------

MOST = 1_000
"""So many of each kind in one run; the rest on the next day."""


@transaction.atomic
def remind_of_proposals(*, actor: Viewer) -> dict[str, int]:
    """Every morning: reminds municipalities on the last day, tells the region of those who are late, opens names that a
    fault left closed. For a job's viewer. Returns the counts.
    """
    today = actor.day
    waiting = Proposal.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=ProposalState.OPEN
    )
    due = list(waiting.filter(answer_by__lte=today, reminded_on=None).order_by("id")[:MOST])
    for proposal in due:
        steps.tell_municipality("placement.proposal-waiting", proposal, actor, on=proposal.answer_by)
    Proposal.objects.filter(pk__in=[one.pk for one in due]).update(reminded_on=today)
    late = [
        proposal
        for proposal in waiting.filter(answer_by__lt=today, escalated_on=None).order_by("id")[:MOST]
        if (law.due("O-K3", proposal.answer_by).due or proposal.answer_by) < today
    ]
    for proposal in late:
        steps.tell_region("placement.proposal-late", proposal.case, actor, on=proposal.answer_by)
    Proposal.objects.filter(pk__in=[one.pk for one in late]).update(escalated_on=today)
    closed = NamedWorker.objects.filter(
        ended_on=None, opened_on=None, case__state__in=DIRECTED_STATES
    ).values_list("case_id", flat=True)
    opened = sum(open_names(case_id, actor=actor) for case_id in sorted(set(closed))[:MOST])
    done = {"reminded": len(due), "late": len(late), "opened": opened}
    if any(done.values()):
        record("placement.proposals.reminded", actor=actor, details=done)
    return done
