"""What pages read of cases: who they are without names, how long they have waited, their history, their proposals.

Not for: the board (``board``), writing (``actions``). The municipality of a case shows only to those who may learn it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.wording import language
from kotopolku.placement import access, case_rules, needs
from kotopolku.placement.models import (
    OPEN,
    Arrival,
    Case,
    CaseEvent,
    CaseMember,
    CaseState,
    Closeness,
    CountyHearing,
    NamedWorker,
    Proposal,
    ProposalState,
    ProposalWord,
)
from kotopolku.placement.needs import Need
from kotopolku.reference import queries as reference

SOON_DAYS = 30
"""A day this near is marked as soon. Our own choice."""
MOST_SHOWN = 200


# --- Words -----------------------------------------------------------------------------------------------------------


def language_names(codes: Sequence[str]) -> str:
    found = [reference.language(code) for code in codes]
    return ", ".join(one.name() for one in found if one is not None)


def place_name(code: str) -> str:
    found = reference.municipality_by_code(code)
    return found.name() if found else code


def people_text(members: Sequence[CaseMember]) -> str:
    """Who they are, in a few words: "Family of 5, children 9, 6 and 2"."""
    ages = [one.age for one in members]
    children = sorted((age for age in ages if age < 18), reverse=True)
    if len(ages) == 1:
        return (_("Young person, %(age)d, alone") if children else _("One person, %(age)d")) % {
            "age": ages[0]
        }
    if not children:
        return ngettext("%(count)d adult", "%(count)d adults", len(ages)) % {"count": len(ages)}
    listed = ", ".join(str(age) for age in children)
    text = ngettext(
        "Family of %(persons)d, child %(ages)s", "Family of %(persons)d, children %(ages)s", len(children)
    )
    return text % {"persons": len(ages), "ages": listed}


@dataclass(frozen=True)
class Tie:
    place: str
    near: str


@dataclass(frozen=True)
class Mark:
    """State in the design's words: late, soon, plan, wait, ok."""

    state: str
    words: str
    icon: str = ""


def waiting_mark(case: Case, day: date, *, heard: bool = True) -> Mark:
    """What presses most: a last day, the county that has not been heard, or how long the case has waited."""
    if case.deadline is not None and case.is_open:
        state = (
            "late"
            if case.deadline < day
            else "soon"
            if case.deadline - day <= timedelta(SOON_DAYS)
            else "plan"
        )
        return Mark(state, _("needed by %(day)s") % {"day": law.day_text(case.deadline, language())})
    if not heard:
        return Mark("soon", _("the county must be heard"))
    days = (day - case.received_on).days
    words = ngettext("waiting %(days)d day", "waiting %(days)d days", days) % {"days": days}
    return Mark("late" if days > long_wait_days(day) else "wait", words)


def long_wait_days(on: date) -> int:
    """After so many days a case has waited long: our own target (O-K4)."""
    return law.rule("O-K4", on).amount or 0


STATE_MARKS = {
    CaseState.WAITING: "wait",
    CaseState.PROPOSED: "wait",
    CaseState.ACCEPTED: "now",
    CaseState.DIRECTED: "now",
    CaseState.PLANNED: "plan",
    CaseState.ARRIVED: "ok",
}


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    case: Case
    people: str
    languages: str
    mark: Mark
    state: Mark


def row_of(case: Case, day: date) -> CaseRow:
    """A row of a case whose members have been fetched."""
    county = bool(needs.for_county(case.needs)) and case.state == CaseState.WAITING
    return CaseRow(
        case,
        people_text(list(case.members.all())),
        language_names(case.languages),
        waiting_mark(case, day, heard=not county),
        Mark(STATE_MARKS.get(CaseState(case.state), "plan"), str(CaseState(case.state).label)),
    )


def _with_members(rows: "QuerySet[Case]") -> "QuerySet[Case]":
    return rows.prefetch_related(Prefetch("members", CaseMember.objects.order_by("number")))


def uses_of(case: Case, members: Sequence[CaseMember]) -> dict[str, int]:
    """What the case takes of a municipality's places: resource → how many."""
    resources = [one.resource for one in needs.chosen(case.needs) if one.resource]
    return case_rules.uses(case.group, [one.age for one in members], resources)


# --- Lists -----------------------------------------------------------------------------------------------------------


def case_rows(viewer: Viewer, *, state: str = "open", group: str = "", text: str = "") -> list[CaseRow]:
    """Cases of the region by state ("open" for all that go on) and group, or by number. The most pressing first."""
    rows = access.cases(viewer)
    if text.strip():
        rows = rows.filter(number__icontains=text.strip())
    elif state == "open":
        rows = rows.filter(state__in=OPEN)
    elif state in CaseState.values:
        rows = rows.filter(state=state)
    if group:
        rows = rows.filter(group=group)
    found = _with_members(rows).order_by("-emergency", "received_on", "id")[:MOST_SHOWN]
    return [row_of(case, viewer.day) for case in found]


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in a list; ``case`` is None once it is not the viewer's to see."""

    proposal: Proposal
    case: Case | None
    people: str


def proposal_rows(viewer: Viewer, *, live: bool = True) -> list[ProposalRow]:
    """Proposals of the own region or municipality, those that wait for an answer first. Three statements."""
    states = (ProposalState.OPEN, ProposalState.ACCEPTED)
    rows = access.proposals(viewer)
    rows = rows.filter(state__in=states) if live else rows.exclude(state__in=states)
    found = list(rows.order_by("-state", "answer_by", "id")[:MOST_SHOWN])
    known = {one.pk: one for one in _with_members(Case.objects.filter(pk__in=[row.case_id for row in found]))}
    return [
        ProposalRow(row, case, people_text(list(case.members.all())) if case else "")
        for row in found
        for case in [known.get(row.case_id)]
    ]


def arrivals(viewer: Viewer, first: date, last: date) -> "QuerySet[Arrival]":
    """Arrivals planned or past between two days, by day."""
    return (
        access.arrivals(viewer)
        .filter(planned_on__range=(first, last))
        .prefetch_related(Prefetch("case__members", CaseMember.objects.order_by("number")))
        .order_by("planned_on", "id")
    )


# --- One case --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Described:
    """A case as a municipality may read it: no name, no birth date, no number of anybody else."""

    case: Case
    members: list[CaseMember]
    people: str
    languages: str
    needs: list[Need]
    wishes: list[str]
    ties: list[Tie]
    county: list[Need]


def described(case: Case, *, places: bool = True) -> Described:
    """``places``: whether wishes and ties may show (under an order they do to the case's officer and the municipality)."""
    members = list(case.members.order_by("number"))
    ties = [
        Tie(place_name(one["municipality"]), str(Closeness(one["near"]).label)) for one in case.ties if places
    ]
    return Described(
        case,
        members,
        people_text(members),
        language_names(case.languages),
        needs.chosen(case.needs),
        [place_name(code) for code in case.wishes] if places else [],
        ties,
        needs.for_county(case.needs),
    )


@dataclass(frozen=True)
class EventLine:
    event: CaseEvent
    who: str
    place: str


@dataclass(frozen=True)
class CaseDetail:
    """The whole of a case for the region's page."""

    described: Described
    shown: bool
    """Whether the viewer may learn the municipality, the wishes and where the people are."""
    officer: str
    reception: str
    moved_to: str
    transferred_to: str
    proposal: Proposal | None
    proposals: list[Proposal]
    arrival: Arrival | None
    events: list[EventLine]
    papers: int
    sealed: int
    mark: Mark
    vetoes: list[str] = field(default_factory=list)


def case_detail(viewer: Viewer, case: Case) -> CaseDetail:
    """Everything of a case that the viewer has been let to. Ten statements at most."""
    shown = access.sees_municipality(viewer, case)
    proposals = list(access.proposals(viewer).filter(case_id=case.pk).order_by("-id")) if shown else []
    live = next((one for one in proposals if one.is_live), None)
    users = {row.pk: row.full_name for row in User.objects.filter(pk__in=[case.file.officer_id or 0])}
    to = case.file.transferred_to if case.file.transferred_to_id else None
    return CaseDetail(
        described=described(case, places=shown),
        shown=shown,
        officer=users.get(case.file.officer_id or 0, ""),
        reception=place_name(case.file.reception_municipality)
        if shown and case.file.reception_municipality
        else "",
        moved_to=place_name(case.file.moved_to) if shown and case.file.moved_to else "",
        transferred_to=to.name if to else "",
        proposal=live,
        proposals=proposals,
        arrival=access.arrivals(viewer).filter(case_id=case.pk).first() if shown else None,
        events=events(viewer, case.pk, shown=shown),
        papers=access.papers(viewer, case.pk).count(),
        sealed=access.sealed(viewer, case.pk).count(),
        mark=waiting_mark(case, viewer.day),
        vetoes=[place_name(code) for code in case.vetoes] if shown else [],
    )


def events(viewer: Viewer, case_id: int, *, shown: bool) -> list[EventLine]:
    """The history of a case as far as the viewer may read it, the latest first."""
    rows = CaseEvent.objects.filter(case_id=case_id).select_related("user", "municipality")
    if access.is_municipality(viewer):
        rows = rows.filter(municipality_id__in=access.followed_ids(viewer))
    return [
        EventLine(
            row,
            row.user.full_name if row.user and (shown or row.municipality_id is None) else "",
            row.municipality.name if shown and row.municipality else "",
        )
        for row in rows.order_by("-id")[:MOST_SHOWN]
        if shown or row.municipality_id is None
    ]


# --- One proposal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProposalDetail:
    """A proposal for both sides. ``described`` is None for a municipality that has not taken the case."""

    proposal: Proposal
    described: Described | None
    words: list[ProposalWord]
    hearing: CountyHearing | None
    workers: list[NamedWorker]
    arrival: Arrival | None
    events: list[EventLine]
    names_open: bool


def proposal_detail(viewer: Viewer, proposal: Proposal, case: Case | None) -> ProposalDetail:
    """Nine statements at most."""
    return ProposalDetail(
        proposal,
        described(case) if case is not None else None,
        list(ProposalWord.objects.filter(proposal=proposal).select_related("written_by").order_by("id")),
        CountyHearing.objects.filter(proposal=proposal).first(),
        list(
            NamedWorker.objects.filter(proposal=proposal, ended_on=None).select_related("user").order_by("id")
        ),
        access.arrivals(viewer).filter(proposal=proposal).first(),
        events(viewer, proposal.case_id, shown=True),
        case is not None and access.sees_names(viewer, case.pk),
    )
