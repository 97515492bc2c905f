"""Every municipality of the day beside its programme, its reviews, its goals and its open guidance. Seven statements.

A municipality that was merged is shown as the one that it belongs to on the day. Drafts are seen by those who take part in
them. Not for: the rule of reviews (``council_rules.py``).
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import writing
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.exports import harmless
from kotopolku.reference import queries as reference
from kotopolku.reference.pages import TILE_SIDE, Cell, TileMap
from kotopolku.reference.places import ALAND
from kotopolku.steering import access_guidance, access_municipal, council_rules
from kotopolku.steering.models import (
    CouncilState,
    GoalFollowUp,
    GoalState,
    Guidance,
    GuidanceState,
    MunicipalGoal,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    ProgrammeReview,
    Track,
)
from kotopolku.steering.queries import programme_reviews
from kotopolku.steering.queries.goal_figures import now_called
from kotopolku.steering.queries.measures import Mark, own_regions, regions_on

FORCE, COMING, EXPIRED, DRAWN_UP, NONE = "force", "coming", "expired", "draft", "none"
BEST_FIRST = (FORCE, COMING, EXPIRED, DRAWN_UP, NONE)
OWN, ALL = "", "all"
ORDERS = ("", "review", "ends", "off", "region")
NAMED_TILE, MOST_NAMED = 80, 80
PROGRAMME_MARKS = {FORCE: "ok", COMING: "plan", EXPIRED: "late", DRAWN_UP: "now", NONE: "lock"}
REVIEW_MARKS = {"late": "late", "soon": "soon", "coming": "plan"}
STEPS = {"coming": 0, "soon": 2, "late": 4}
EXPIRED_STEP = 3
"""The darker a tile, the more it calls for somebody."""


@dataclass(frozen=True)
class WantedMunicipalities:
    """What the view is narrowed and ordered by. ``region`` empty: a region's own first, else the whole country."""

    q: str = ""
    region: str = OWN
    programme: str = ""
    review: str = ""
    goals: str = ""
    guidance: bool = False
    order: str = ""


@dataclass(frozen=True)
class Tracks:
    """How the open goals of a programme go, by the newest follow-up of each."""

    on: int = 0
    off: int = 0
    unclear: int = 0
    """Cannot be said yet, or never followed up."""

    @property
    def number(self) -> int:
        return self.on + self.off + self.unclear


@dataclass(frozen=True)
class MunicipalityRow:
    """One municipality. ``guidance`` None: the viewer does not know."""

    code: str
    name: str
    region: str
    region_name: str
    state: str
    programme: MunicipalProgramme | None
    drafts: int
    """Further programmes that are being drawn up, as far as the viewer sees them."""
    reviewed_on: date | None
    review_due: date | None
    review_state: str
    tracks: Tracks
    guidance: int | None

    @property
    def ends(self) -> date | None:
        return self.programme.last_day if self.programme else None

    @property
    def mark(self) -> Mark:
        return Mark(PROGRAMME_MARKS[self.state], state_words(self.state))

    @property
    def review_mark(self) -> Mark | None:
        """How the next review is; None when no programme is in force."""
        if not self.review_state:
            return None
        return Mark(REVIEW_MARKS[self.review_state], review_words(self.review_state))


@dataclass(frozen=True)
class Overview:
    """The view: its rows, and what is counted over them."""

    rows: list[MunicipalityRow]
    knows_guidance: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    """By state of the programme."""
    late: int = 0
    """Reviews that are late."""


def overview(viewer: Viewer, wanted: WantedMunicipalities) -> Overview:
    """Seven statements at most, whatever the number of municipalities, programmes and goals."""
    day = viewer.day
    of_code: dict[str, list[ProgrammeMunicipality]] = defaultdict(list)
    joined = list(
        access_municipal.municipalities(viewer)
        .exclude(state=CouncilState.LEFT)
        .select_related("programme")
        .order_by("programme_id", "pk")
    )
    for one in joined:
        of_code[now_called(one.code, day)].append(one)
    in_force = {one.programme_id: one.programme for one in joined if _state(one, day) == FORCE}
    due = {pk: found.due for pk, found in programme_reviews.due_days(in_force.values()).items()}
    known = _Known(due, _reviews(in_force), _tracks(in_force, day))
    guidance, nationwide = open_guidance(viewer), viewer.may(Capability.STEERING_NATIONAL)
    own = {code for code, _name in own_regions(viewer)} if access_guidance.guides(viewer) else set()
    mine = viewer.seat.organisation_code if viewer.seat else ""
    names = dict(regions_on(day))
    rows = []
    for municipality in reference.municipalities_on(day):
        region = reference.areas_of(municipality.code, day).region
        if region == ALAND or not _region_wanted(region, wanted.region, own):
            continue
        shown = _best(of_code.get(municipality.code, []), day)
        ours = nationwide or region in own or mine == f"kunta-{municipality.code}"
        rows.append(
            _row(
                municipality.code,
                municipality.name(),
                (region, names.get(region, region)),
                shown,
                day,
                known,
                # Of others nothing is known, which is not the same as none.
                guidance.get(municipality.code, 0 if ours else None) if guidance is not None else None,
            )
        )
    found = [one for one in rows if _fits(one, wanted)]
    counts = {state: sum(1 for one in found if one.state == state) for state in BEST_FIRST}
    return Overview(
        _ordered(found, wanted.order),
        guidance is not None,
        counts,
        sum(1 for one in found if one.review_state == "late"),
    )


# Parts ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shown:
    """Which of a municipality's programmes is shown, and how many more are being drawn up."""

    state: str
    programme: MunicipalProgramme | None
    drafts: int


@dataclass(frozen=True)
class _Known:
    """What is known of the programmes in force: next reviews, last ones, goals by municipality and track."""

    due: Mapping[int, date | None]
    reviews: Mapping[int, date]
    tracks: Mapping[tuple[int, str], Mapping[str, int]]


def _state(one: ProgrammeMunicipality, day: date) -> str:
    """How a programme stands in one of its municipalities on the day."""
    programme = one.programme
    if programme.state in (MunicipalState.DRAFT, MunicipalState.COUNCILS):
        return DRAWN_UP
    if one.state != CouncilState.APPROVED:
        return NONE
    if programme.last_day is not None and programme.last_day < day:
        return EXPIRED
    if programme.state == MunicipalState.ENDED:
        return EXPIRED
    if programme.days.lower is not None and programme.days.lower > day:
        return COMING
    return FORCE


def _best(rows: Sequence[ProgrammeMunicipality], day: date) -> _Shown:
    """The programme in force before any other, of several the newest."""
    found = [(_state(one, day), one) for one in rows]
    drafts = len({one.programme_id for state, one in found if state == DRAWN_UP})
    for state in BEST_FIRST[:-1]:
        of_state = [one for here, one in found if here == state]
        if of_state:
            newest = max(of_state, key=lambda one: (one.programme.days.lower or date.min, one.programme_id))
            return _Shown(state, newest.programme, drafts - (state == DRAWN_UP))
    return _Shown(NONE, None, 0)


def _reviews(programmes: Iterable[int]) -> dict[int, date]:
    rows = ProgrammeReview.objects.filter(programme__in=list(programmes)).order_by()
    return dict(rows.values("programme_id").annotate(last=Max("on")).values_list("programme_id", "last"))


def _tracks(programmes: Iterable[int], day: date) -> dict[tuple[int, str], Counter[str]]:
    """Open goals by programme, municipality ("" for all) and track of the newest follow-up."""
    newest = GoalFollowUp.objects.filter(goal=OuterRef("pk")).order_by("-year").values("track")[:1]
    rows = MunicipalGoal.objects.filter(programme__in=list(programmes), state=GoalState.OPEN)
    rows = rows.annotate(track=Subquery(newest)).order_by()
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    counted = rows.values("programme_id", "municipality", "track").annotate(number=Count("pk"))
    for one in counted:
        code = one["municipality"] and now_called(one["municipality"], day)
        found[one["programme_id"], code][one["track"] or ""] += one["number"]
    return found


def open_guidance(viewer: Viewer) -> dict[str, int] | None:
    """Open requests of municipalities by code: the ministry counts every one, both sides their own. None: not told."""
    if viewer.may(Capability.STEERING_NATIONAL):
        with rowsecurity.as_system():
            # Numbers only: what a municipality and its region write to each other stays between them.
            return _counted(Guidance.objects.all(), viewer.day)
    if access_guidance.guides(viewer) or access_municipal.keeps(viewer):
        return _counted(access_guidance.requests(viewer), viewer.day)
    return None


def _counted(requests: "QuerySet[Guidance]", day: date) -> dict[str, int]:
    over = (GuidanceState.FOLLOWED, GuidanceState.CLOSED)
    rows = requests.exclude(state__in=over).filter(asker__area_kind="municipality")
    found: dict[str, int] = Counter()
    counted = rows.order_by().values("asker__area_code").annotate(number=Count("pk"))
    for one in counted:
        found[now_called(one["asker__area_code"], day)] += one["number"]
    return found


def _row(
    code: str,
    name: str,
    region: tuple[str, str],
    shown: _Shown,
    day: date,
    known: _Known,
    guidance: int | None,
) -> MunicipalityRow:
    programme = shown.programme
    reviewed, due, state, goals = None, None, "", Tracks()
    if programme is not None and shown.state == FORCE:
        reviewed, due = known.reviews.get(programme.pk), known.due.get(programme.pk)
        state = council_rules.review_state(due, day) if due else ""
        goals = _sum([known.tracks.get((programme.pk, "")), known.tracks.get((programme.pk, code))])
    return MunicipalityRow(
        code, name, *region, shown.state, programme, shown.drafts, reviewed, due, state, goals, guidance
    )


def _sum(parts: Sequence[Mapping[str, int] | None]) -> Tracks:
    def number(track: str) -> int:
        return sum(one.get(track, 0) for one in parts if one)

    return Tracks(number(Track.ON), number(Track.OFF), number(Track.UNCLEAR) + number(""))


def _region_wanted(region: str, wanted: str, own: set[str]) -> bool:
    if wanted == OWN:
        return not own or region in own
    return wanted in (ALL, region)


def _fits(one: MunicipalityRow, wanted: WantedMunicipalities) -> bool:
    words = wanted.q.casefold().split()
    if any(word not in one.name.casefold() for word in words):
        return False
    if wanted.programme and one.state != wanted.programme:
        return False
    if wanted.review and one.review_state != wanted.review:
        return False
    if wanted.guidance and not one.guidance:
        return False
    numbers = {"off": one.tracks.off, "on": one.tracks.on, "unclear": one.tracks.unclear}
    return not wanted.goals or bool(numbers.get(wanted.goals))


def _ordered(rows: list[MunicipalityRow], order: str) -> list[MunicipalityRow]:
    """In the order of names unless another is wished; what has no value comes last."""
    keys: dict[str, Callable[[MunicipalityRow], Any]] = {
        "review": lambda one: (one.review_due is None, one.review_due or date.max),
        "ends": lambda one: (one.ends is None, one.ends or date.max),
        "off": lambda one: -one.tracks.off,
        "region": lambda one: one.region_name,
    }
    return sorted(rows, key=keys[order]) if order in keys else rows


# Words, choices, file, map -------------------------------------------------------------------------------------------


def state_words(state: str) -> str:
    return {
        FORCE: _("in force"),
        COMING: _("approved, begins later"),
        EXPIRED: _("has expired"),
        DRAWN_UP: _("being drawn up"),
        NONE: _("no programme"),
    }[state]


def review_words(state: str) -> str:
    return {"late": _("review late"), "soon": _("review soon"), "coming": _("review to come")}[state]


def region_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """The own regions first for a region; the whole country for everybody else."""
    regions = regions_on(viewer.day)
    if access_guidance.guides(viewer):
        return [(OWN, _("our own region")), (ALL, _("the whole country")), *regions]
    return [(OWN, _("the whole country")), *regions]


def order_choices() -> list[tuple[str, str]]:
    words = (_("by name"), _("next review first"), _("ends first"), _("most goals off track first"))
    return list(zip(ORDERS, (*words, _("by region")), strict=True))


def as_csv(found: Overview) -> bytes:
    """The rows as a file: semicolons and a byte order mark, days as ISO."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Code"),
            _("Municipality"),
            _("Region"),
            _("Programme"),
            _("Name of the programme"),
            _("Ends"),
            _("Last review"),
            _("Next review"),
            _("Goals on track"),
            _("Goals off track"),
            _("Goals of which it cannot be said"),
            *([_("Open guidance")] if found.knows_guidance else []),
        ]
    )
    for one in found.rows:
        days = [one.ends, one.reviewed_on, one.review_due]
        cells: list[Any] = [
            one.code,
            harmless(one.name),
            harmless(one.region_name),
            state_words(one.state),
            harmless(one.programme.name) if one.programme else "",
            *(day.isoformat() if day else "" for day in days),
            one.tracks.on,
            one.tracks.off,
            one.tracks.unclear,
        ]
        if found.knows_guidance:
            cells.append("" if one.guidance is None else one.guidance)
        writer.writerow(cells)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def tiles(viewer: Viewer, found: Overview) -> TileMap:
    """Municipalities as tiles: the year of the next review on them, coloured by how it is; hatched without a programme."""
    rows = {one.code: one for one in found.rows}
    placed = [one for one in reference.tiles_on(viewer.day) if one.code in rows]
    named = len(placed) <= MOST_NAMED
    side = NAMED_TILE if named else TILE_SIDE
    left = min((one.column for one in placed), default=0)
    top = min((one.row for one in placed), default=0)
    cells = []
    for tile in placed:
        row = rows[tile.code]
        seen = row.programme if row.programme and row.state != NONE else None
        cells.append(
            Cell(
                x=(tile.column - left) * side,
                y=(tile.row - top) * side,
                step=STEPS.get(row.review_state, EXPIRED_STEP if row.state == EXPIRED else None),
                value=f"{row.review_due.year % 100:02d}" if row.review_due else "–",
                title=tile_words(row),
                name=row.name if named else "",
                address=reverse("steering:municipal", args=[seen.pk]) if seen else "",
                side=side,
            )
        )
    legend: list[tuple[int | None, str]] = [
        (STEPS["coming"], _("in force, review to come")),
        (STEPS["soon"], _("review soon")),
        (EXPIRED_STEP, _("the programme has expired")),
        (STEPS["late"], _("review late")),
        (None, _("none in force")),
    ]
    label = _("Municipalities as tiles, north up. The number is the year of the next review.")
    return TileMap(cells=cells, label=label, legend=legend, side=side)


def tile_words(row: MunicipalityRow) -> str:
    """What a tile says when it is pointed at."""
    if row.review_due is None:
        return _("%(name)s: %(state)s") % {"name": row.name, "state": state_words(row.state)}
    return _("%(name)s: %(state)s, next review %(day)s") % {
        "name": row.name,
        "state": state_words(row.state),
        "day": writing.day(row.review_due),
    }
