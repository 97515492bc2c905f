"""The chain as pages show it: all lines of a year with what hangs on each, one line downwards, one goal both ways.

What the viewer may not see is a number without a name: each stage is read through its own access. Not for: counting and
drawing (``chain_rules.py``).
"""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.clients.exports import harmless
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind
from kotopolku.steering import access, access_goals, access_measures, access_municipal
from kotopolku.steering.carrying import carriers
from kotopolku.steering.chain_rules import (
    MOST_BOXES,
    Counts,
    GoalTied,
    LineCount,
    Node,
    Picture,
    Stage,
    counts,
    picture,
)
from kotopolku.steering.followed import own_places
from kotopolku.steering.models import (
    CouncilState,
    GoalFollowUp,
    GoalState,
    GoalTie,
    Line,
    LineKind,
    MeasureState,
    MunicipalGoal,
    NationalProgramme,
    RegionalMeasure,
)
from kotopolku.steering.queries import goals as goal_queries
from kotopolku.steering.queries.coverage import WantedCoverage, in_year, ties
from kotopolku.steering.queries.goal_figures import now_called
from kotopolku.steering.queries.measures import of_year, region_names, title_of
from kotopolku.steering.queries.programme import above

MOST_NAMED = 50
"""Goals and measures that are named on a line's page; the lists have the rest."""


@dataclass(frozen=True)
class WantedChain:
    """Year, and where given one region, one municipality and one programme of the State."""

    year: int
    region: str = ""
    municipality: str = ""
    programme_id: int | None = None

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)


@dataclass(frozen=True)
class Row:
    """One line, and what hangs on it."""

    line: Line
    title: str
    measures: int
    count: LineCount

    @property
    def on(self) -> int:
        return self.count.on("on")

    @property
    def off(self) -> int:
        return self.count.on("off")

    @property
    def rest(self) -> int:
        """Of which nothing is said yet."""
        return self.count.goals - self.on - self.off


@dataclass(frozen=True)
class Overview:
    """All lines of a programme in a year."""

    year: int
    programme: NationalProgramme | None
    programmes: list[NationalProgramme]
    rows: list[Row] = field(default_factory=list)
    counted: Counts = field(default_factory=lambda: Counts({}, 0, 0, ()))
    without: list[tuple[str, str]] = field(default_factory=list)
    """Municipalities without a goal: code and name."""
    told: int = 0
    """Of which year's follow-ups the tracks are."""

    @property
    def bare(self) -> list[Row]:
        """Lines that no municipality has a goal for."""
        return [row for row in self.rows if not row.count.goals]


def overview(viewer: Viewer, wanted: WantedChain) -> Overview:
    """Programmes, lines, measures, municipalities, goals with their ties and the year's follow-ups: six statements."""
    programmes = list(access_measures.adopted(viewer).order_by("-days", "-id"))
    chosen = in_year(programmes, wanted.year, wanted.programme_id)
    if chosen is None:
        return Overview(wanted.year, None, programmes)
    lines = _lines(viewer, chosen, wanted.year)
    measured, _owners = ties(viewer, lines, WantedCoverage(wanted.year, wanted.region))
    measures: dict[int, set[int]] = {}
    for one in measured:
        measures.setdefault(one.line, set()).add(one.measure)
    known = _municipalities(viewer, wanted)
    found = counts(goal_ties(viewer, wanted, {line.pk for line in lines}, set(known)), known)
    rows = [
        Row(line, title_of(line), len(measures.get(line.pk, ())), found.lines.get(line.pk, LineCount()))
        for line in lines
    ]
    without = sorted(((code, known[code]) for code in found.without), key=lambda one: one[1])
    return Overview(wanted.year, chosen, programmes, rows, found, without, _told(viewer, wanted))


@dataclass(frozen=True)
class Glance:
    """A goal of the State from afar: its lines, how many have a measure, and how many a municipality's goal."""

    lines: int
    measured: int
    followed: int


def glances(found: Overview) -> dict[int, Glance]:
    """By the goal that the lines are under."""
    under: dict[int, list[Row]] = defaultdict(list)
    for row in found.rows:
        under[row.line.parent_id or row.line.pk].append(row)
    return {
        goal: Glance(
            len(rows), sum(bool(row.measures) for row in rows), sum(bool(row.count.goals) for row in rows)
        )
        for goal, rows in under.items()
    }


def own_area(viewer: Viewer, programme: NationalProgramme) -> WantedChain:
    """This year where the viewer's organisation works: its municipality, its region; the whole country when it has several."""
    codes = own_places(viewer)
    regions = {reference.areas_of(code, viewer.day).region for code in codes}
    region = regions.pop() if len(regions) == 1 else ""
    return WantedChain(viewer.day.year, region, codes.pop() if len(codes) == 1 else "", programme.pk)


def _told(viewer: Viewer, wanted: WantedChain) -> int:
    """The year whose follow-ups tell how goals go: the year itself, or of one that has not ended the last whole one."""
    return min(wanted.year, viewer.day.year - 1)


def _lines(viewer: Viewer, programme: NationalProgramme, year: int) -> list[Line]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = access_measures.lines(viewer).filter(programme=programme)
    rows = rows.filter(not_over("days", first), days__startswith__lte=last)
    return list(rows.order_by("parent__order", "order", "code"))


def _municipalities(viewer: Viewer, wanted: WantedChain) -> dict[str, str]:
    """Code → name of those asked for, as they are at the end of the year. Åland is left out: the Acts do not reach there.

    A municipality of another day stands for those that it came of, or for the one that came of it.
    """
    day, asked = wanted.last_day, wanted.municipality
    if asked:
        then = now_called(asked, day)
        rows = reference.municipalities_on(day)
        rows = [one for one in rows if one.code == then or now_called(one.code, viewer.day) == asked]
    elif wanted.region:
        rows = reference.municipalities_in(AreaKind.REGION, wanted.region, day)
    else:
        rows = reference.municipalities_on(day)
        rows = [one for one in rows if not reference.areas_of(one.code, day).is_aland]
    return {one.code: one.name() for one in rows}


def goals_of_year(viewer: Viewer, year: int) -> "QuerySet[MunicipalGoal]":
    """Goals of approved programmes that were in force in the year, but those given up."""
    rows = access_goals.goals(viewer).exclude(state=GoalState.DROPPED)
    rows = rows.filter(programme__state__in=access_municipal.OPEN_STATES)
    return rows.filter(
        not_over("programme__days", date(year, 1, 1)), programme__days__startswith__lte=date(year, 12, 31)
    )


def goal_ties(viewer: Viewer, wanted: WantedChain, lines: set[int], codes: set[str]) -> list[GoalTied]:
    """Goals of the year with their lines among ``lines``, by municipality among ``codes``. Three statements."""
    called = cache(lambda code: now_called(code, wanted.last_day))
    where: dict[int, set[str]] = defaultdict(set)
    joined = access_municipal.municipalities(viewer).exclude(state=CouncilState.LEFT)
    for programme, code in joined.values_list("programme_id", "code"):
        where[programme].add(called(code))
    goals = goals_of_year(viewer, wanted.year)
    # Every follow-up of the year: joined to the goals that are looked up in it, row security would ask of each alone.
    told = GoalFollowUp.objects.filter(year=_told(viewer, wanted))
    tracks = dict(told.values_list("goal_id", "track"))
    found = []
    for goal, programme, own, line in goals.values_list("pk", "programme_id", "municipality", "lines"):
        for code in {called(own)} if own else where[programme]:
            if code in codes:
                found.append(GoalTied(line if line in lines else None, goal, code, tracks.get(goal, "")))
    return found


# One line, downwards --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """The chain by stages, as a list and as the picture that says the same."""

    stages: list[Stage]
    picture: Picture


@dataclass(frozen=True)
class LineChain:
    """A line with what is above and under it."""

    line: Line
    title: str
    link: Link
    measures: list[RegionalMeasure]
    goals: list[goal_queries.GoalRow]
    goal_number: int


def of_line(viewer: Viewer, line: Line, wanted: WantedChain) -> LineChain:
    """A line, or a goal of the State with the lines under it. About fifteen statements, however much hangs on them."""
    upper = above(viewer, line)
    below = [] if line.kind == LineKind.LINE else _lines_under(viewer, line)
    lines = below or [line]
    ids = [one.pk for one in lines]
    tied = RegionalMeasure.lines.through.objects.filter(line__in=ids).values("regionalmeasure")
    measures = of_year(access_measures.measures(viewer), wanted.year).exclude(state=MeasureState.DROPPED)
    measures = measures.filter(pk__in=tied).select_related("organisation").prefetch_related("lines")
    if wanted.region:
        measures = measures.filter(regions__contains=[wanted.region])
    of_goals = MunicipalGoal.lines.through.objects.filter(line__in=ids).values("municipalgoal")
    goals = goals_of_year(viewer, wanted.year).filter(pk__in=of_goals)
    if wanted.municipality or wanted.region:
        known = _municipalities(viewer, wanted)
        goals = goals.filter(goal_queries.of_municipalities(known, wanted.last_day))
    shown = list(measures.order_by("-days", "pk")[:MOST_NAMED])
    middle = _measure_stage(shown, lines, measures.count())
    number = goals.count()
    whole = goals.select_related("programme__organisation", "indicator", "owner")
    named = whole.prefetch_related("lines", "measures").order_by(
        "programme__organisation__sort_key_fi", "order", "pk"
    )
    rows = goal_queries.rows_of(named[:MOST_NAMED], viewer)
    own = _line_node(line, upper, chosen=True)
    stages = [*_top([(line, upper)]), Stage(str(line.get_kind_display()).capitalize(), (own,))]
    if below:
        stages.append(Stage(_("Lines"), tuple(_line_node(one, [line]) for one in below)))
    bottom = Stage(
        _("Goals of municipalities"), tuple(_goal_node(row, middle, ids) for row in rows), number - len(rows)
    )
    return LineChain(
        line, title_of(line), _link([*stages, middle, bottom, _carriers(goals)]), shown, rows, number
    )


def _lines_under(viewer: Viewer, goal: Line) -> list[Line]:
    rows = access.lines(viewer).filter(parent=goal, kind=LineKind.LINE)
    return list(rows.order_by("order", "code"))


def _line_node(line: Line, upper: Sequence[Line], *, chosen: bool = False) -> Node:
    words = f"{line.code} {title_of(line)}"
    return Node(
        f"line-{line.pk}", words, "", _chain("line", line.pk), after=_after(line, upper), chosen=chosen
    )


def _goal_node(row: goal_queries.GoalRow, measures: Stage, lines: Sequence[int]) -> Node:
    """A goal under its measures that are there, or else under its lines."""
    known = {node.key for node in measures.nodes}
    before = [key for one in row.goal.measures.all() if (key := f"measure-{one.pk}") in known]
    before = before or [f"line-{one.pk}" for one in row.lines if one.pk in lines]
    address = _chain("goal", row.goal.pk)
    by = row.goal.programme.organisation.name
    return Node(f"goal-{row.goal.pk}", row.title, by, address, row.title_language, tuple(before))


def _carriers(goals: "QuerySet[MunicipalGoal]") -> Stage:
    """What carries the goals out, as numbers by kind: whose things they are is read on each goal's own chain."""
    rows = GoalTie.objects.filter(goal__in=goals.order_by().values("pk")).values("kind")
    numbers = dict(rows.annotate(number=Count("pk")).values_list("kind", "number"))
    nodes = [
        Node(f"kind-{one.kind.value}", str(one.words), str(numbers[one.kind.value]))
        for one in carriers()
        if one.kind.value in numbers
    ]
    return Stage(_("Carried out by"), tuple(nodes))


# One goal, both ways --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GoalChain:
    """A goal with the lines above it and what carries it out."""

    detail: goal_queries.Detail
    link: Link


def of_goal(viewer: Viewer, goal: MunicipalGoal) -> GoalChain:
    """The goal's own page reads the same; the lines' goals come beside it."""
    detail = goal_queries.detail(viewer, goal)
    lines = [one.line for one in detail.lines]
    known = {
        one.pk: one
        for one in access.lines(viewer)
        .filter(pk__in=[one.pk for one in lines])
        .select_related("programme", "parent")
    }
    upward = [(known[one.pk], above(viewer, known[one.pk])) for one in lines if one.pk in known]
    stages = _top(upward)
    stages.append(
        Stage(
            _("Lines"),
            tuple(_line_node(line, upper) for line, upper in upward),
        )
    )
    measures = _measure_stage(detail.measures, lines, len(detail.measures))
    stages.append(measures)
    before = [node.key for node in measures.nodes] or [f"line-{one.pk}" for one in lines]
    row = detail.row
    own = Node(
        f"goal-{goal.pk}",
        row.title,
        goal.programme.organisation.name,
        "",
        row.title_language,
        tuple(before),
        chosen=True,
    )
    stages.append(Stage(_("Goal"), (own,)))
    carried = []
    for number, (words, rows, hidden) in enumerate(detail.carried):
        for tied in rows:
            note = words if tied.carried.count is None else f"{words}: {tied.carried.count}"
            carried.append(
                Node(f"tie-{tied.tie.pk}", tied.carried.words, note, tied.carried.address, after=(own.key,))
            )
        if hidden:
            carried.append(Node(f"hidden-{number}", words, _more(hidden), after=(own.key,)))
    stages.append(Stage(_("Carried out by"), tuple(carried)))
    return GoalChain(detail, _link(stages))


# Parts ----------------------------------------------------------------------------------------------------------------


def _chain(what: str, pk: int) -> str:
    return reverse(f"steering:chain-{what}", args=[pk])


def _after(line: Line, upper: Sequence[Line]) -> tuple[str, ...]:
    if upper:
        return (f"line-{upper[-1].pk}",)
    return (f"section-{line.section}",) if line.section else ()


def _top(lines: Sequence[tuple[Line, Sequence[Line]]]) -> list[Stage]:
    """The Act's sections, and the State's goals above the lines."""
    sections: dict[str, Node] = {}
    goals: dict[int, Node] = {}
    for line, upper in lines:
        for number, one in enumerate(upper):
            after = (f"line-{upper[number - 1].pk}",) if number else ()
            if not after and (section := one.section or line.section):
                after = (f"section-{section}",)
                sections[section] = Node(f"section-{section}", section)
            goals[one.pk] = Node(
                f"line-{one.pk}",
                f"{one.code} {title_of(one)}",
                "",
                reverse("steering:line", args=[one.pk]),
                after=after,
            )
        if not upper and line.section:
            sections[line.section] = Node(f"section-{line.section}", line.section)
    return [
        Stage(_("Section of the Act"), tuple(sections.values())),
        Stage(_("Goal of the State"), tuple(goals.values())),
    ]


def _measure_stage(rows: Sequence[RegionalMeasure], lines: Sequence[Line], number: int) -> Stage:
    wanted = {line.pk for line in lines}
    nodes = []
    for one in rows:
        tied = {line.pk for line in one.lines.all()} & wanted
        nodes.append(
            Node(
                f"measure-{one.pk}",
                one.title,
                region_names(one.regions) or one.organisation.name,
                reverse("steering:measure", args=[one.pk]),
                one.language,
                tuple(f"line-{pk}" for pk in sorted(tied)),
            )
        )
    return Stage(_("Regional measures"), tuple(nodes), number - len(nodes))


def _link(stages: list[Stage]) -> Link:
    kept = [stage for stage in stages if stage.nodes or stage.more]
    words = []
    for stage in kept:
        left = stage.more + max(0, len(stage.nodes) - MOST_BOXES)
        words.append(_more(left) if left else "")
    return Link(kept, picture(kept, words))


def _more(number: int) -> str:
    return ngettext("%(count)d more", "%(count)d more", number) % {"count": number}


def as_csv(found: Overview) -> bytes:
    """The lines with their counts: semicolons and a byte order mark, as spreadsheets in Finland open it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = [_("Line"), _("What it says"), _("Measures"), _("Goals"), _("Municipalities")]
    writer.writerow([*heads, _("on track"), _("off track"), _("cannot be said yet")])
    for row in found.rows:
        numbers = [row.measures, row.count.goals, row.count.municipalities, row.on, row.off, row.rest]
        writer.writerow([harmless(row.line.code), harmless(row.title), *numbers])
    return text.getvalue().encode("utf-8-sig")
