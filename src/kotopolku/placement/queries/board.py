"""The region's board: figures of the year, who waits, one case with the municipalities that fit best, and why.

``suggestions`` are the last valid round's, else the engine's points for the one case: board and rounds speak the same.
Not for: one case's page (``cases``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement import access, needs, rules
from kotopolku.placement.engine.contract import Place
from kotopolku.placement.engine.rounds import Round
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
from kotopolku.placement.queries.places import Figures, RegionTable, region_table
from kotopolku.placement.queries.rounds import PartLine, part_lines, row_for
from kotopolku.placement.round_input import of_case

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
    points: int
    parts: tuple[PartLine, ...]
    """They sum to ``points``."""
    from_round: int | None
    """Id of the round whose order it is; None when the case was looked at alone."""
    proposed: bool
    """The round's own choice."""

    @property
    def share(self) -> int:
        return self.persons.share


def quarter_of_case(case: Case, viewer: Viewer) -> tuple[int, int]:
    """Year and quarter whose places a case takes: of its last day, or of today when that has passed or is not known."""
    day = case.deadline if case.deadline and case.deadline > viewer.day else viewer.day
    return day.year, rules.quarter_of(day)


def suggestions(viewer: Viewer, case: Case) -> list[Suggestion]:
    """Up to three municipalities for a case that waits: as the last valid round has them, then by the engine's points.

    None is a decision; one that a rule removes, as the family's veto or no room now, is left out. Thirteen statements.
    """
    if case.state != CaseState.WAITING or not access.sees_municipality(viewer, case):
        return []
    found = of_case(viewer, case)
    if not found.families or not found.places:
        return []
    one, row = found.round(), row_for(viewer, case)
    possible: dict[str, int] = {}
    for column, place in enumerate(one.places):
        if one.forbidden[0, column] == 0:
            possible.setdefault(place.municipality, column)
    before = [row.municipality, *(other["municipality"] for other in row.alternatives)] if row else []
    known = {line.area_code: line for line in access.municipalities(viewer)}
    figures = _persons(viewer, sorted({place.first.year for place in one.places if place.first}))
    uses = uses_of(case, list(case.members.all()))

    def order(code: str) -> tuple[int, int, int, str]:
        rank = before.index(code) if code in before else len(before)
        share = figures.get((known[code].pk, _quarter(one.places[possible[code]])[0]), Figures()).share
        return rank, -one.points(0, possible[code]), share, known[code].sort_key_fi

    return [
        _suggestion(
            known[code],
            one,
            possible[code],
            case,
            uses,
            figures,
            row.round_id if row else None,
            code in before[:1],
        )
        for code in sorted(possible, key=order)[:MOST_SUGGESTED]
    ]


def _suggestion(
    municipality: Organisation,
    one: Round,
    column: int,
    case: Case,
    uses: Mapping[str, int],
    figures: Mapping[tuple[int, int], Figures],
    from_round: int | None,
    proposed: bool,
) -> Suggestion:
    place, parts = one.places[column], one.parts(0, column)
    year, quarter = _quarter(place)
    persons = figures.get((municipality.pk, year), Figures())
    room = {name: number - place.used.get(name, 0) for name, number in place.agreed.items()}
    reasons = [*_own_words(case, place.municipality), *_fit(room, uses)]
    if one.families[0].lock:
        reasons.append(Reason(True, _("Fixed by an officer")))
    if persons.share >= 80:
        reasons.append(Reason(False, _("%(share)d %% of places in use") % {"share": persons.share}))
    return Suggestion(
        municipality,
        persons,
        year,
        quarter,
        tuple(sorted(reasons, key=lambda reason: not reason.good)),
        sum(parts.values()),
        tuple(part_lines(parts)),
        from_round,
        proposed,
    )


def _quarter(place: Place) -> tuple[int, int]:
    first = place.first
    return (first.year, rules.quarter_of(first)) if first else (0, 0)


def _persons(viewer: Viewer, years: Sequence[int]) -> dict[tuple[int, int], Figures]:
    """Persons over the year by municipality and year. One statement."""
    rows = access.capacities(viewer).filter(year__in=years, resource__in=PERSONS)
    sums = (
        rows.values("municipality_id", "year")
        .annotate(o=Sum("offered"), a=Sum("agreed"), r=Sum("reserved"), u=Sum("used"))
        .order_by()
    )
    return {
        (row["municipality_id"], row["year"]): Figures(row["o"], row["a"], row["r"], row["u"]) for row in sums
    }


def _fit(room: Mapping[str, int], uses: Mapping[str, int]) -> list[Reason]:
    """What the municipality has of what the case takes."""
    reasons = []
    for name, number in uses.items():
        if name in PERSONS:
            continue
        words = {"what": str(Resource(name).label), "free": room.get(name, 0)}
        if name not in room:
            reasons.append(Reason(False, _("%(what)s: none agreed, ask") % words))
        elif room[name] < number:
            reasons.append(Reason(False, _("%(what)s: %(free)d free, too few") % words))
        else:
            reasons.append(Reason(True, _("%(what)s: %(free)d free") % words))
    return reasons


def _own_words(case: Case, code: str) -> list[Reason]:
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
    table = region_table(viewer, year).of_group(group)
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
