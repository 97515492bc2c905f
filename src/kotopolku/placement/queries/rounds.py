"""What pages read of rounds: the list, a round's figures and rows with their reasons, what holds no more, overrides.

Not for: solving again (``what_if``), writing (``actions/rounds``). Rows of cases under a non-disclosure order show to their
officer only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, Sum
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.placement import access
from kotopolku.placement.engine import hard
from kotopolku.placement.engine.points import default_weights
from kotopolku.placement.engine.rounds import resource_names
from kotopolku.placement.models import (
    DONE,
    Binding,
    Case,
    CaseMember,
    CaseState,
    Round,
    RoundRow,
    RoundState,
)
from kotopolku.placement.queries.cases import people_text, place_name
from kotopolku.placement.queries.places import free_places
from kotopolku.placement.round_solving import OtherVersion, Stored, quarter_of, stored
from kotopolku.placement.wording_rounds import problem_text

MOST_ROUNDS = 50


# --- Lists -----------------------------------------------------------------------------------------------------------


def rounds(viewer: Viewer) -> list[Round]:
    """The region's rounds, the newest first. One statement."""
    return list(access.rounds(viewer).defer("source", "proof").order_by("-id")[:MOST_ROUNDS])


def round_(viewer: Viewer, round_id: int) -> Round:
    """One round, as for asking how far it is. Raises ``NotVisible``."""
    return access.round_(viewer, round_id)


def state_text(found: Round, day: date) -> str:
    state = found.state_on(day)
    return _("expired") if state == "expired" else str(RoundState(state).label)


def problems(found: Round) -> list[tuple[str, str]]:
    """What was wrong in the input of a round that failed: in the page's language, and the engine's own English words."""
    return [
        (problem_text(one, {one["key"]: place_name(one["key"])} if one["key"] else {}), one["text"])
        for one in found.problems
    ]


def row_for(viewer: Viewer, case: Case) -> RoundRow | None:
    """The case's row in the latest valid round, while it still holds. One statement."""
    rows = access.round_rows(viewer).filter(
        case_id=case.pk, round__state__in=DONE, round__expires_on__gte=viewer.day
    )
    found = rows.order_by("-round_id").first()
    return found if found is not None and not _changed(found, case) else None


def _changed(row: RoundRow, case: Case) -> bool:
    return case.state != CaseState.WAITING or case.version != row.case_version


def periods(year: int | None, quarter: int | None) -> str:
    return f"{quarter}/{year}" if year and quarter else ""


# --- One round -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AltLine:
    """Another municipality for a case. ``net``: what the round loses by it at its prices; 0 or less is nothing."""

    code: str
    name: str
    period: str
    points: int
    worth: int
    net: int
    room: bool


@dataclass(frozen=True)
class RowLine:
    """A row of a round for reading. ``stale`` is empty, or why it holds no more."""

    row: RoundRow
    case: Case
    people: str
    place: str
    period: str
    reason: str
    stale: str
    alternatives: list[AltLine]


@dataclass(frozen=True)
class FairLine:
    name: str
    before: float
    after: float


@dataclass(frozen=True)
class CurvePoint:
    """So many per cent of the score lift the worst-off group to ``worst``."""

    loss_pct: float
    points: int
    worst: float


@dataclass(frozen=True)
class Ask:
    """One more of a thing in a municipality is worth ``points`` to the round."""

    municipality: str
    name: str
    period: str
    thing: str
    points: int


@dataclass(frozen=True)
class LeftOut:
    number: str
    why: str


@dataclass(frozen=True)
class OverrideFigures:
    """Of the rows from which somebody proposed: how many went elsewhere, and what that cost."""

    rows: int
    overridden: int
    points: int

    @property
    def rate_pct(self) -> float:
        return round(100 * self.overridden / self.rows, 1) if self.rows else 0.0


@dataclass(frozen=True)
class RoundDetail:
    """The whole of a round for its page. Lists are empty while it is not ready."""

    round: Round
    rows: list[RowLine]
    placed: int = 0
    unplaced: int = 0
    persons_placed: int = 0
    persons: int = 0
    gap_pct: float | None = None
    optimal: bool = False
    wishes: Mapping[str, int] = field(default_factory=dict)
    fairness: list[FairLine] = field(default_factory=list)
    curve: list[CurvePoint] = field(default_factory=list)
    fairness_points: int = 0
    wishes_points: int = 0
    lottery_points: int = 0
    asks: list[Ask] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    hidden: int = 0
    ahead: Mapping[str, int] | None = None
    overrides: OverrideFigures = OverrideFigures(0, 0, 0)


FAIR_NAMES = {
    "single-parent": lambda: _("single parents"),
    "no-schooling": lambda: _("adults without schooling"),
    "large": lambda: _("families of six or more"),
    "others": lambda: _("others"),
}


def round_detail(viewer: Viewer, round_id: int) -> RoundDetail:
    """Figures and rows. Ten statements. Raises ``NotVisible``."""
    found = access.round_(viewer, round_id)
    figures = found.figures
    if not found.done or "families" not in figures:
        return RoundDetail(found, [])
    fair, lost = figures["fairness"], figures["wishes"]["points_lost"]
    rows = row_lines(viewer, found)
    return RoundDetail(
        round=found,
        rows=rows,
        placed=figures["placed"],
        unplaced=figures["families"] - figures["placed"],
        persons_placed=figures["persons_placed"],
        persons=figures["persons"],
        gap_pct=figures["gap_pct"],
        optimal=figures["optimal"],
        wishes=figures["wishes"],
        fairness=[
            FairLine(FAIR_NAMES[name](), fair["before"].get(name, level), level)
            for name, level in sorted(fair["after"].items())
        ],
        curve=[CurvePoint(one["pct"], one["points_lost"], one["floor"]) for one in fair["curve"]],
        fairness_points=fair["points_lost"],
        wishes_points=lost,
        lottery_points=figures["lottery"]["points_lost"],
        asks=[_ask(one) for one in figures["asks"]],
        left_out=[
            LeftOut(number, _("The municipality fixed for it is not possible now."))
            for number in figures["left_out"]
        ],
        hidden=figures["hidden"],
        ahead=figures["ahead"],
        overrides=overrides(viewer, found),
    )


def _ask(one: Mapping[str, Any]) -> Ask:
    return Ask(
        one["municipality"],
        place_name(one["municipality"]),
        periods(*quarter_of(one["period"])),
        resource_names()[one["thing"]][language()],
        one["points"],
    )


def row_lines(viewer: Viewer, found: Round) -> list[RowLine]:
    """A round's rows that the viewer may see, by the case's number. Five statements at most."""
    members = Prefetch("case__members", CaseMember.objects.order_by("number"))
    rows = access.round_rows(viewer).filter(round=found).prefetch_related(members)
    lines = list(rows.order_by("case__number"))
    return _lines(viewer, found, lines)


def _lines(viewer: Viewer, found: Round, rows: Sequence[RoundRow]) -> list[RowLine]:
    room = _room(viewer, rows) if not found.expired_on(viewer.day) else {}
    return [
        RowLine(
            row,
            row.case,
            people_text(list(row.case.members.all())),
            place_name(row.municipality) if row.municipality else "",
            periods(row.year, row.quarter),
            next(iter(sentences(row)), ""),
            _stale(viewer, found, row, room),
            [
                AltLine(
                    one["municipality"],
                    place_name(one["municipality"]),
                    periods(*quarter_of(one["period"])),
                    one["points"],
                    one["worth"],
                    one["net"],
                    one["room"],
                )
                for one in row.alternatives
            ],
        )
        for row in rows
    ]


def _room(viewer: Viewer, rows: Iterable[RoundRow]) -> dict[tuple[str, int, int], Mapping[str, int]]:
    """Free places by municipality and quarter of the rows."""
    codes = {one.pk: one.area_code for one in access.municipalities(viewer)}
    quarters = {(row.year, row.quarter) for row in rows if row.year and row.quarter}
    return {
        (codes[key], year, quarter): free
        for year, quarter in sorted(quarters)
        for key, free in free_places(viewer, year, quarter).items()
        if key in codes
    }


def _stale(
    viewer: Viewer, found: Round, row: RoundRow, room: Mapping[tuple[str, int, int], Mapping[str, int]]
) -> str:
    if row.proposal_id is not None and row.case.state != CaseState.WAITING:
        return _("It has been proposed from this round.")
    if row.case.state != CaseState.WAITING:
        return _("The case does not wait any more: %(state)s.") % {"state": CaseState(row.case.state).label}
    if row.case.version != row.case_version:
        return _("The case was changed after the round.")
    if found.expired_on(viewer.day):
        return _("The round has expired.")
    if row.municipality and row.year and row.quarter:
        free = room.get((row.municipality, row.year, row.quarter), {})
        if free.get(f"persons-{row.case.group}", 0) < row.case.persons:
            return _("The places have been taken meanwhile.")
    return ""


def sentences(row: RoundRow) -> list[str]:
    """Reasons in the reader's language."""
    if row.waits:
        return [
            _(
                "The places that fit are worth more to families still to come. The case waits for the next round."
            )
        ]
    return list(row.sentences.get(language(), ()))


def overrides(viewer: Viewer, found: Round | None = None) -> OverrideFigures:
    """How often people chose another municipality than a round, in all rounds or in one. One statement."""
    rows = access.round_rows(viewer).exclude(proposal=None)
    rows = rows.filter(round=found) if found is not None else rows
    sums = rows.aggregate(
        rows=Count("pk"), other=Count("pk", filter=~Q(override_code="")), points=Sum("override_points")
    )
    return OverrideFigures(sums["rows"], sums["other"], sums["points"] or 0)


# --- One case of a round ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartLine:
    """Points for one named reason."""

    id: str
    name: str
    points: int
    source: str = ""


def part_lines(parts: Mapping[str, int]) -> list[PartLine]:
    """Parts with points, the most first; they sum to the total."""
    known = {part.id: part for part in default_weights().parts}
    return [
        PartLine(name, known[name].names[language()], points, known[name].sources[language()])
        for name, points in sorted(parts.items(), key=lambda item: -item[1])
        if points and name in known
    ]


@dataclass(frozen=True)
class FamilyReasons:
    """Everything that a round says of one case."""

    line: RowLine
    parts: list[PartLine]
    sentences: list[str]
    removed: list[tuple[str, int]]
    conditions: list[str]
    bindings: list[Binding]
    municipalities: list[tuple[str, str]]


def family(viewer: Viewer, row_id: int) -> FamilyReasons:
    """Reasons, rules that removed municipalities, alternatives. Raises ``NotVisible``."""
    row = access.round_row(viewer, row_id)
    codes = sorted({one["municipality"] for one in row.round.source.get("places", ())})
    return FamilyReasons(
        _lines(viewer, row.round, [row])[0],
        part_lines(row.parts),
        sentences(row),
        [(hard.rule(name).texts[language()], number) for name, number in row.removed.items()],
        [_("The county must be heard first")] if row.conditions else [],
        list(Binding.objects.filter(case_id=row.case_id, ended_on=None).order_by("id")),
        sorted(((code, place_name(code)) for code in codes), key=lambda pair: pair[1]),
    )


@dataclass(frozen=True)
class WhyNotAnswer:
    """Why a case is not in a municipality: ``kind`` is chosen, rule, full, points, declined, none or old."""

    kind: str
    text: str
    gain: int = 0
    worth: int = 0
    worth_here: int = 0
    net: int = 0
    parts: list[PartLine] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


def why_not(viewer: Viewer, row_id: int, code: str) -> WhyNotAnswer:
    """From the round's prices, in milliseconds; nothing is solved again. Raises ``NotVisible``."""
    row = access.round_row(viewer, row_id)
    name = place_name(code)
    declined = access.proposals(viewer).filter(
        case_id=row.case_id, state="declined", municipality__area_code=code
    )
    if declined.exists():
        return WhyNotAnswer("declined", _("%(name)s has declined this case before.") % {"name": name})
    try:
        again = of_round(row.round)
    except OtherVersion:
        return WhyNotAnswer("old", _("The round is too old to be asked. Run a new one."))
    unit = again.round.unit_row[row.case.number]
    columns = again.round.columns_of.get(code, ())
    if not columns:
        return WhyNotAnswer("none", _("%(name)s has no places in this round.") % {"name": name})
    answers = [again.explainer.why_not(unit, column) for column in columns]
    order = {"chosen": 0, "points": 1, "full": 2, "rule": 3}
    best = min(answers, key=lambda one: (order[one.kind], -one.net))
    return WhyNotAnswer(
        best.kind,
        best.sentences[language()],
        best.gain,
        best.worth,
        best.worth_here,
        best.net,
        part_lines(best.parts),
        [hard.rule(name).texts[language()] for name in best.rules],
    )


def cost_at_prices(row: RoundRow, code: str) -> int | None:
    """Points that the round loses, at its prices, when the case goes elsewhere; None when that is not known."""
    try:
        again = of_round(row.round)
    except OtherVersion:
        return None
    unit = again.round.unit_row.get(row.case.number)
    columns = again.round.columns_of.get(code, ())
    if unit is None or not columns:
        return None
    net, at = again.explainer.net(unit), int(again.explainer.plan[unit])
    best = max(int(net[column]) for column in columns)
    return None if best <= -(2**59) or at < 0 else max(0, int(net[at]) - best)


def of_round(found: Round) -> Stored:
    """The engine's round, prices and plan. Raises ``OtherVersion``."""
    return stored(found.source, found.proof)


# --- A file ----------------------------------------------------------------------------------------------------------


def csv_rows(viewer: Viewer, round_id: int) -> Iterator[list[str]]:
    """A round's table for a file, its header first. Raises ``NotVisible``."""
    found = access.round_(viewer, round_id)
    known = [part.id for part in default_weights().parts]
    yield [
        *("case", "persons", "group", "municipality", "name", "quarter", "points"),
        *known,
        *("price", "probability", "alternative_1", "alternative_2", "alternative_3", "reason", "holds"),
    ]
    for line in row_lines(viewer, found):
        row = line.row
        others = [one.name for one in line.alternatives]
        yield [
            line.case.number,
            str(line.case.persons),
            line.case.group,
            row.municipality,
            line.place,
            line.period,
            str(row.points),
            *(str(row.parts.get(name, 0)) for name in known),
            str(row.price),
            f"{row.probability:g}",
            *[*others, "", "", ""][:3],
            line.reason,
            line.stale,
        ]
