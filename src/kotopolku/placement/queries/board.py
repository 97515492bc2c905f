"""The region's board: figures of the year, who waits, one case with the municipalities that fit best, and why.

``suggestions`` is a plain order from free places, wishes, ties and needs; every reason is read from the same rows.
Not for: one case's page (``cases``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement import access, case_rules, needs, rules
from kotopolku.placement.models import (
    PERSONS,
    Case,
    CaseMember,
    CaseState,
    Proposal,
    ProposalState,
    Resource,
)
from kotopolku.placement.queries.cases import (
    CaseRow,
    ProposalRow,
    case_rows,
    long_wait_days,
    people_text,
    uses_of,
)
from kotopolku.placement.queries.places import Figures, RegionTable, free_places, region_table

MOST_SUGGESTED = 3
ANSWERS_SHOWN = 20


@dataclass(frozen=True)
class Reason:
    """One line under a municipality: ``good`` or what speaks against it."""

    good: bool
    text: str


@dataclass(frozen=True)
class Suggestion:
    """A municipality for a case, with what speaks for and against it. Figures are persons over the year."""

    municipality: Organisation
    persons: Figures
    year: int
    quarter: int
    reasons: tuple[Reason, ...]

    @property
    def share(self) -> int:
        return self.persons.share


def quarter_of_case(case: Case, viewer: Viewer) -> tuple[int, int]:
    """Year and quarter whose places a case takes: of its last day, or of today when that has passed or is not known."""
    day = case.deadline if case.deadline and case.deadline > viewer.day else viewer.day
    return day.year, rules.quarter_of(day)


def suggestions(viewer: Viewer, case: Case) -> list[Suggestion]:
    """Up to three municipalities for a case that waits, the best first: what the family needs, then its wishes and ties,
    then an even use of places. None is a decision; one that the family has ruled out or that has no room is left out.
    """
    if case.state != CaseState.WAITING or not access.sees_municipality(viewer, case):
        return []
    year, quarter = quarter_of_case(case, viewer)
    uses = uses_of(case, list(case.members.all()))
    free = free_places(viewer, year, quarter)
    table = {line.municipality.pk: line for line in region_table(viewer, year).lines}
    declined = set(
        access.proposals(viewer)
        .filter(case_id=case.pk, state=ProposalState.DECLINED)
        .values_list("municipality_id", flat=True)
    )
    found = []
    for key, room in free.items():
        line = table.get(key)
        if line is None or line.code in case.vetoes or room.get(f"persons-{case.group}", 0) < case.persons:
            continue
        reasons, lacking = _fit(room, uses)
        reasons += _own_words(case, line.code, key in declined)
        if line.persons.share >= 80:
            reasons.append(Reason(False, _("%(share)d %% of places in use") % {"share": line.persons.share}))
        order = (
            lacking,
            key in declined,
            _wished(case, line.code),
            not any(one["municipality"] == line.code for one in case.ties),
            line.persons.share,
            line.municipality.sort_key_fi,
        )
        suggestion = Suggestion(
            line.municipality,
            line.persons,
            year,
            quarter,
            tuple(sorted(reasons, key=lambda one: not one.good)),
        )
        found.append((order, suggestion))
    return [one for _order, one in sorted(found, key=lambda pair: pair[0])[:MOST_SUGGESTED]]


def _wished(case: Case, code: str) -> int:
    """Place among the wishes; those not wished for after them."""
    return case.wishes.index(code) if code in case.wishes else case_rules.MOST_WISHES


def _fit(room: Mapping[str, int], uses: Mapping[str, int]) -> tuple[list[Reason], int]:
    """What the municipality has of what the case takes, and of how much there is too little."""
    reasons, lacking = [], 0
    for name, number in uses.items():
        if name in PERSONS:
            continue
        words = {"what": str(Resource(name).label), "free": room.get(name, 0)}
        if name not in room:
            lacking += 1
            reasons.append(Reason(False, _("%(what)s: none agreed, ask") % words))
        elif room[name] < number:
            lacking += 2
            reasons.append(Reason(False, _("%(what)s: %(free)d free, too few") % words))
        else:
            reasons.append(Reason(True, _("%(what)s: %(free)d free") % words))
    return reasons, lacking


def _own_words(case: Case, code: str, declined: bool) -> list[Reason]:
    reasons = []
    if code in case.wishes:
        wish = case.wishes.index(code) + 1
        reasons.append(Reason(True, _("The family's wish number %(number)d") % {"number": wish}))
    elif case.wishes:
        reasons.append(Reason(False, _("Not among the family's wishes")))
    if any(one["municipality"] == code for one in case.ties):
        reasons.append(Reason(True, _("People near to them live here")))
    if case.file.reception_municipality == code:
        reasons.append(Reason(True, _("They stay here now")))
    if needs.for_county(case.needs):
        reasons.append(Reason(False, _("The county must be heard first")))
    if declined:
        reasons.append(Reason(False, _("Declined this case before")))
    return reasons


# --- The page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Board:
    """What the region's board shows."""

    table: RegionTable
    with_agreement: int
    waiting: list[CaseRow]
    waiting_persons: int
    waiting_long: int
    answers: list[ProposalRow]
    answers_due: int

    @property
    def total(self) -> Figures:
        return self.table.total


def board(viewer: Viewer, year: int, group: str = "") -> Board:
    """Figures of the year, cases that wait, and proposals that wait for an answer. Nine statements at most."""
    table = region_table(viewer, year)
    waiting = case_rows(viewer, state=CaseState.WAITING, group=group)
    limit = long_wait_days(viewer.day)
    answers = open_proposals(viewer)
    week = viewer.day + timedelta(7)
    return Board(
        table,
        sum(line.agreement for line in table.lines),
        waiting,
        sum(row.case.persons for row in waiting),
        sum((viewer.day - row.case.received_on).days > limit for row in waiting),
        answers,
        sum(row.proposal.answer_by <= week for row in answers),
    )


def open_proposals(viewer: Viewer) -> list[ProposalRow]:
    """Proposals that the viewer's region waits for an answer to; the nearest day first."""
    rows = access.proposals(viewer).filter(state=ProposalState.OPEN).order_by("answer_by", "id")
    found = list(rows[:ANSWERS_SHOWN])
    cases = {one.pk: one for one in access.cases(viewer).filter(pk__in=[row.case_id for row in found])}
    members: dict[int, list[CaseMember]] = {}
    for member in CaseMember.objects.filter(case_id__in=list(cases)).order_by("number"):
        members.setdefault(member.case_id, []).append(member)
    return [_proposal_row(row, cases.get(row.case_id), members.get(row.case_id, [])) for row in found]


def _proposal_row(row: Proposal, case: Case | None, members: Sequence[CaseMember]) -> ProposalRow:
    return ProposalRow(row, case, people_text(list(members)) if members else "")


def waiting_text(board: Board) -> str:
    """ "27 people" of the cases that wait."""
    return ngettext("%(count)d person", "%(count)d people", board.waiting_persons) % {
        "count": board.waiting_persons
    }
