"""What pages ask about goals of municipalities: the list, one of them, a programme's box, what is not followed up.

Not for: lines and regional measures to choose from (``goal_lines.py``), figures (``goal_figures.py``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind
from kotopolku.steering import access_goals as access
from kotopolku.steering.carrying import Carried, carriers
from kotopolku.steering.carrying import read as read_carried
from kotopolku.steering.goal_rules import Aim, Proposal, missing_years, propose
from kotopolku.steering.marks import goal_words
from kotopolku.steering.models import (
    CouncilState,
    GoalFollowUp,
    GoalState,
    GoalTie,
    Line,
    MunicipalGoal,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    RegionalMeasure,
    Track,
)
from kotopolku.steering.queries import goal_lines
from kotopolku.steering.queries.goal_figures import Figures, codes_of, codes_of_goal, figures_of
from kotopolku.steering.queries.measures import Mark, amount, title_of
from kotopolku.steering.queries.programme import said
from kotopolku.steering.rules_programme import LANGUAGES

PAGE_SIZE = 50
STATE_MARKS = {"open": "now", "reached": "ok", "dropped": "lock"}
TRACK_MARKS = {"on": "ok", "off": "late", "unclear": "wait"}


@dataclass(frozen=True)
class WantedGoals:
    """What the list is narrowed by. Without a state those given up are left out, and those of programmes that ended."""

    q: str = ""
    programme_id: int | None = None
    municipality: str = ""
    region: str = ""
    indicator_id: int | None = None
    state: str = ""
    track: str = ""
    missing: bool = False
    """Only those whose follow-up of last year lacks."""
    own: bool = False


@dataclass(frozen=True)
class GoalRow:
    """A goal in a list, with its follow-ups, the oldest first, and what the figures propose."""

    goal: MunicipalGoal
    title: str
    title_language: str
    place: str
    lines: list[Line]
    figures: Figures
    follow_ups: Sequence[GoalFollowUp]
    mark: Mark
    proposal: Proposal
    proposal_mark: Mark | None
    missing: list[int]
    """Years that should have been followed up and have not."""
    address: str

    @property
    def newest(self) -> GoalFollowUp | None:
        return self.follow_ups[-1] if self.follow_ups else None

    @property
    def start(self) -> str:
        return amount(self.goal.start_value)

    @property
    def target(self) -> str:
        return amount(self.goal.target)

    @property
    def value(self) -> str:
        """The newest figure, of a follow-up or of the indicator, whichever is later."""
        return amount(self.proposal.value)


def goals(viewer: Viewer, wanted: WantedGoals) -> "QuerySet[MunicipalGoal]":
    """By programme, the newest first, in the programme's own order."""
    rows = access.goals(viewer).select_related("programme__organisation", "indicator", "owner")
    for word in wanted.q.split()[:10]:
        said_in = (Q(**{f"{of}__{one}__icontains": word}) for of in ("title", "text") for one in LANGUAGES)
        rows = rows.filter(reduce(or_, said_in))
    if wanted.programme_id is not None:
        rows = rows.filter(programme=wanted.programme_id)
    else:
        rows = rows.exclude(programme__state=MunicipalState.ENDED)
    if wanted.municipality:
        rows = rows.filter(of_municipalities([wanted.municipality], viewer.day))
    if wanted.region:
        there = reference.municipalities_in(AreaKind.REGION, wanted.region, viewer.day)
        rows = rows.filter(of_municipalities([one.code for one in there], viewer.day))
    if wanted.indicator_id is not None:
        rows = rows.filter(indicator=wanted.indicator_id)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=GoalState.DROPPED)
    if wanted.track:
        newest = GoalFollowUp.objects.filter(goal=OuterRef("pk")).order_by("-year").values("track")[:1]
        rows = rows.annotate(newest_track=Subquery(newest)).filter(newest_track=wanted.track)
    if wanted.missing:
        rows = rows.filter(lacking(viewer.day.year - 1)).exclude(follow_ups__year=viewer.day.year - 1)
    if wanted.own:
        mine = viewer.organisation_id or 0
        rows = rows.filter(Q(owner_id=mine) | Q(programme__organisation_id=mine))
    return rows.prefetch_related("lines").order_by("-programme__days", "programme_id", "order", "pk")


def of_municipalities(codes: Collection[str], on: date) -> Q:
    """Condition: the goal is about one of the municipalities, or of those that were merged into one by the day."""
    every = reference.with_merged(codes, on)
    joined = ProgrammeMunicipality.objects.filter(code__in=every).exclude(state=CouncilState.LEFT)
    whole = Q(municipality="", programme__in=joined.values("programme"))
    return whole | Q(municipality__in=every)


def lacking(year: int) -> Q:
    """Condition: the goal should have a follow-up of the year (see ``goal_rules.missing_years``), whether it has one or not."""
    return Q(
        state=GoalState.OPEN,
        programme__state=MunicipalState.APPROVED,
        start_year__lt=year,
        target_year__gte=year,
        programme__days__startswith__lte=date(year, 12, 31),
    )


def rows_of(found: Iterable[MunicipalGoal], viewer: Viewer) -> list[GoalRow]:
    """Goals with what a list says of each. Four statements, however many there are."""
    rows = list(found)
    follow_ups: dict[int, list[GoalFollowUp]] = defaultdict(list)
    for one in GoalFollowUp.objects.filter(goal__in=[row.pk for row in rows]).order_by("year"):
        follow_ups[one.goal_id].append(one)
    figures = figures_of(rows, viewer.day)
    opens = viewer.may(Capability.SIGNED_IN)
    return [_row(one, follow_ups[one.pk], figures[one.pk], viewer.day, opens) for one in rows]


def _row(
    goal: MunicipalGoal, follow_ups: Sequence[GoalFollowUp], figures: Figures, day: date, opens: bool
) -> GoalRow:
    title, title_language = said(goal.title, language())
    found = proposal_of(goal, follow_ups, figures, day)
    return GoalRow(
        goal,
        title or goal.code,
        title_language,
        place_of(goal),
        goal_lines.in_order(goal.lines.all()),
        figures,
        follow_ups,
        status_mark(goal, follow_ups[-1].track if follow_ups else ""),
        found,
        track_mark(found.track) if goal.state == GoalState.OPEN and found.value is not None else None,
        missing_of(goal, follow_ups, day),
        reverse("steering:goal", args=[goal.pk]) if opens else "",
    )


def place_of(goal: MunicipalGoal) -> str:
    """The municipality of a goal of one of several; empty for a goal of all."""
    if not goal.municipality:
        return ""
    found = reference.municipality_by_code(goal.municipality)
    return found.name() if found else goal.municipality


def aim_of(goal: MunicipalGoal) -> Aim:
    return Aim(goal.start_value, goal.start_year, goal.target, goal.target_year)


def proposal_of(
    goal: MunicipalGoal,
    follow_ups: Sequence[GoalFollowUp],
    figures: Figures,
    day: date,
    year: int | None = None,
) -> Proposal:
    """What the figures propose in a year, by default the newest that has one. A follow-up's own figure goes first."""
    known = {of: value for of, value in figures.whole if of <= day.year}
    known |= {one.year: one.value for one in follow_ups if one.value is not None}
    asked = year if year is not None else max(known, default=day.year - 1)
    return propose(aim_of(goal), goal.indicator.better, asked, known.get(asked))


def missing_of(goal: MunicipalGoal, follow_ups: Sequence[GoalFollowUp], day: date) -> list[int]:
    """Past years without a follow-up, of a goal under way in an approved programme."""
    if goal.state != GoalState.OPEN or goal.programme.state != MunicipalState.APPROVED:
        return []
    began = goal.programme.days.lower.year
    return missing_years(aim_of(goal), began, day.year - 1, {one.year for one in follow_ups})


# Words ----------------------------------------------------------------------------------------------------------------


def state_choices() -> list[tuple[str, str]]:
    return [(state, goal_words(state)) for state in GoalState.values]


def track_words(track: str) -> str:
    return {"on": _("on track"), "off": _("off track"), "unclear": _("cannot be said yet")}[track]


def track_choices() -> list[tuple[str, str]]:
    return [(track, track_words(track)) for track in Track.values]


def track_mark(track: str) -> Mark:
    return Mark(TRACK_MARKS[track], track_words(track))


def status_mark(goal: MunicipalGoal, track: str) -> Mark:
    """The state of a goal that is over; of one under way what a person said last, ``track`` empty for nothing."""
    if goal.state != GoalState.OPEN:
        return Mark(STATE_MARKS[goal.state], goal_words(goal.state))
    return track_mark(track) if track else Mark("wait", _("not followed up yet"))


def proposal_words(goal: MunicipalGoal, found: Proposal) -> str:
    """Why the figures propose so, in one sentence."""
    words = {
        "year": found.year,
        "value": amount(found.value),
        "expected": amount(found.expected),
        "target": amount(goal.target),
        "target_year": goal.target_year,
        "unit": goal.indicator.unit,
    }
    sentences = {
        "no-value": _("There is no figure of %(year)s, so the way cannot be counted."),
        "reached": _("The figure of %(year)s is %(value)s %(unit)s; the target is %(target)s %(unit)s."),
        "no-start": _(
            "The figure of %(year)s is %(value)s %(unit)s. Without a value at the start the way to the target cannot be counted."
        ),
        "just-begun": _(
            "The figure of %(year)s is %(value)s %(unit)s. The goal starts from that year, so nothing can be said of its way yet."
        ),
        "year-passed": _(
            "The target's year %(target_year)s has passed; the figure of %(year)s is %(value)s %(unit)s, not %(target)s %(unit)s."
        ),
        "on-way": _(
            "The figure of %(year)s is %(value)s %(unit)s; on the straight way to the target it would be %(expected)s %(unit)s."
        ),
        "behind": _(
            "The figure of %(year)s is %(value)s %(unit)s; on the straight way to the target it would be %(expected)s %(unit)s."
        ),
    }
    return sentences[found.reason] % words


# One goal -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TiedLine:
    """A line that the goal carries out; ``follower``: the one that came in its place when it has ended."""

    line: Line
    title: str
    ended: bool
    follower: Line | None


@dataclass(frozen=True)
class Tied:
    """A tie with what the viewer may know of the thing."""

    tie: GoalTie
    carried: Carried
    parts: list[tuple[str, int | None]]
    """Names of municipalities and how many clients, where it is counted by municipality."""


@dataclass(frozen=True)
class Detail:
    """One goal as its page shows it."""

    row: GoalRow
    text: str
    text_language: str
    lines: list[TiedLine]
    measures: list[RegionalMeasure]
    follow_ups: list[GoalFollowUp]
    """The newest year first."""
    proposal_words: str
    parts: list[tuple[str, str, int]]
    """Newest figure by municipality, of a goal of several: name, figure, year."""
    carried: list[tuple[str, list[Tied], int]]
    """By kind: heading, what the viewer may know, how many more there are without a name."""

    @property
    def replaced(self) -> bool:
        """Whether some line has ended and another came in its place."""
        return any(one.follower for one in self.lines)


def detail(viewer: Viewer, goal: MunicipalGoal) -> Detail:
    """About ten statements and a few for each kind of ties."""
    follow_ups = list(goal.follow_ups.select_related("written_by").order_by("year"))
    figures = figures_of([goal], viewer.day)[goal.pk]
    row = _row(goal, follow_ups, figures, viewer.day, opens=True)
    text, text_language = said(goal.text, language())
    after = goal_lines.successors(viewer, row.lines)
    return Detail(
        row,
        text,
        text_language,
        [
            TiedLine(one, title_of(one), not goal_lines.is_followed(one, viewer.day), after.get(one.pk))
            for one in row.lines
        ],
        list(goal.measures.select_related("organisation").order_by("-days", "pk")),
        follow_ups[::-1],
        proposal_words(goal, row.proposal),
        _parts(figures),
        carried_by(viewer, goal),
    )


def _parts(figures: Figures) -> list[tuple[str, str, int]]:
    found = []
    for code, rows in figures.parts.items():
        if len(figures.codes) > 1 and rows:
            known = reference.municipality_by_code(code)
            year, value = rows[-1]
            found.append((known.name() if known else code, amount(value), year))
    return found


def carried_by(viewer: Viewer, goal: MunicipalGoal) -> list[tuple[str, list[Tied], int]]:
    """What carries the goal out, by kind, as far as the viewer's rights go."""
    ties = list(GoalTie.objects.filter(goal=goal).order_by("made_at", "pk"))
    codes = codes_of_goal(goal, codes_of([goal.programme_id], viewer.day), viewer.day)
    known = read_carried(viewer, [(one.kind, ref_of(one)) for one in ties], codes, viewer.day)
    found = []
    for carrier in carriers():
        rows, hidden = [], 0
        for one in ties:
            carried = known.get((one.kind, ref_of(one)))
            if one.kind != carrier.kind or carried is None:
                continue
            if carried.words:
                rows.append(Tied(one, carried, _named(carried)))
            else:
                hidden += 1
        if rows or hidden:
            found.append((str(carrier.words), rows, hidden))
    return found


def ref_of(tie: GoalTie) -> int | str:
    return tie.key or tie.object_id or 0


def _named(carried: Carried) -> list[tuple[str, int | None]]:
    if len(carried.parts) < 2:
        return []
    names = [(reference.municipality_by_code(code), code, number) for code, number in carried.parts]
    return [(one.name() if one else code, number) for one, code, number in names]


# A programme's goals --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """A programme's goals with their status, for the programme's own page and its public one."""

    rows: list[GoalRow]
    on: int
    off: int
    missing: int
    """Goals whose past years lack a follow-up."""
    address: str = ""
    """The list of the programme's goals; empty to who is not signed in."""
    new_address: str = ""
    """Where who keeps the programme adds a goal."""


def box(viewer: Viewer, programme: MunicipalProgramme) -> Box:
    """The goals of a programme that the viewer may read, those given up too. Six statements."""
    found = access.goals(viewer).filter(programme=programme)
    found = found.select_related("programme__organisation", "indicator", "owner").prefetch_related("lines")
    rows = rows_of(found.order_by("order", "pk"), viewer)
    tracks = [one.newest.track for one in rows if one.goal.state == GoalState.OPEN and one.newest]
    return Box(
        rows,
        tracks.count(Track.ON),
        tracks.count(Track.OFF),
        sum(1 for one in rows if one.missing),
        f"{reverse('steering:goals')}?programme={programme.pk}" if viewer.may(Capability.SIGNED_IN) else "",
        reverse("steering:goal-new", args=[programme.pk]) if access.may_add(viewer, programme) else "",
    )


def published_goals(viewer: Viewer, code: str) -> list[GoalRow] | None:
    """Goals of a municipality in published programmes; None for a code never known."""
    if reference.municipality_by_code(code) is None:
        return None
    found = access.goals(viewer).filter(
        of_municipalities([code], viewer.day), programme__published_at__isnull=False
    )
    found = found.select_related("programme__organisation", "indicator", "owner").prefetch_related("lines")
    return rows_of(found.order_by("-programme__days", "programme_id", "order", "pk"), viewer)


def section_choices(programme: MunicipalProgramme) -> list[tuple[int, str]]:
    rows = programme.sections.filter(removed_at=None).order_by("order", "pk")
    return [(one.pk, said(one.title, language())[0] or one.key) for one in rows]


def municipality_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    known = [(code, reference.municipality_by_code(code)) for code in codes]
    return [(code, one.name() if one else code) for code, one in known]
