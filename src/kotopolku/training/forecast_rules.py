"""How many training places will be needed, month by month: history counted, the queue simulated, lots proposed. Pure.

The queue model: needs arise, people start on courses planned, give up waiting, end or drop out, and some come back. Rates
are those of today, drawn towards our own guesses while little has been seen. Not for: reading rows (``queries/need``), the
test against the past (``backtest_rules``), what may be shown (``forecast_tables``).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

VOCATIONAL = "vocational"
TRACKS = ("literacy", "slow", "basic", "fast", VOCATIONAL)
NEXT = {"literacy": "slow", "slow": "basic"}
"""Where a student who completes a track and studies on is taken to need a place next; others on the same track."""
Counts = NDArray[np.float64]
Whole = NDArray[np.int64]


class Strand(NamedTuple):
    """Needs of one kind. ``place``: a municipality's code, empty = somewhere in the area. ``level``: a band of entry
    levels, or of vocational training the field."""

    place: str
    track: str
    level: str


@dataclass(frozen=True)
class Need:
    """One need of a plan: nobody's name, only days."""

    strand: Strand
    opened_on: date
    started_on: date | None = None
    left_on: date | None = None
    """Gave up before a place was found."""
    again: bool = False
    """The client has been on a course before."""


@dataclass(frozen=True)
class Study:
    """One student's time on a course."""

    strand: Strand
    started_on: date
    ended_on: date | None = None
    dropped: bool = False
    again: bool = False
    """Needed a place again afterwards."""


@dataclass(frozen=True)
class Seats:
    """Places of a course that is planned and not begun, or was."""

    track: str
    starts_on: date
    known_on: date
    """Day from which the plan was known: a test against the past may not know more."""
    seats: int


@dataclass(frozen=True)
class Settings:
    """Our own choices (``data/measuring.toml``), and how much to compute."""

    half_life_months: float
    prior_months: float
    prior_people: float
    gave_up_a_month: float
    dropped: float
    came_back: float
    went_on: float
    duration_months: float
    paths: int
    months: int
    history_months: int
    band: float
    smallest: int


@dataclass(frozen=True)
class Known:
    """All that a forecast is made from. ``arrivals``: people over the usual who are on their way, by place and month."""

    today: date
    needs: Sequence[Need]
    studies: Sequence[Study] = ()
    seats: Sequence[Seats] = ()
    arrivals: Mapping[tuple[str, int], int] = field(default_factory=dict)
    needs_per_arrival: float = 0.0


def month_of(day: date) -> int:
    """Running number of the day's month."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


# --- History ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """Counts by strand and month, the months before ``end``. Each array is strands × months."""

    strands: tuple[Strand, ...]
    end: int
    """The month of the forecast: nothing of it or later is counted, but what was open when it began."""
    waiting: Whole
    """By strand, today, or at the beginning of month ``end`` of a test."""
    studying: Whole
    new: Whole
    again: Whole
    gave_up: Whole
    started: Whole
    ended: Whole
    dropped: Whole
    came_back: Whole
    went_on: Whole
    queue: Whole
    """By strand and month: people waiting at its beginning."""
    learning: Whole
    seats: Mapping[tuple[str, int], int]
    """Planned seats by track and month, from ``end`` on."""
    rest: float = 1.0
    """Part of month ``end`` that is still to come."""

    def before(self, end: int, seats: Iterable[Seats]) -> "History":
        """The same as it was known at the beginning of an earlier month."""
        cut = self.new.shape[1] - (self.end - end)
        arrays = {
            name: getattr(self, name)[:, :cut]
            for name in ("new", "again", "gave_up", "started", "ended", "dropped", "came_back", "went_on")
        }
        return History(
            strands=self.strands,
            end=end,
            waiting=self.queue[:, cut],
            studying=self.learning[:, cut],
            queue=self.queue[:, : cut + 1],
            learning=self.learning[:, : cut + 1],
            seats=_planned(seats, first_day(end), end),
            **arrays,
        )


def _planned(seats: Iterable[Seats], known: date, first: int) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for one in seats:
        month = month_of(one.starts_on)
        if month >= first and one.known_on <= known <= one.starts_on:
            found[one.track, month] = found.get((one.track, month), 0) + one.seats
    return found


def count(known: Known, settings: Settings) -> History:
    """The history of the last whole months. What happened this month counts only in who waits and studies today."""
    end = month_of(known.today)
    months = settings.history_months
    first = end - months
    strands = tuple(sorted({row.strand for row in known.needs} | {row.strand for row in known.studies}))
    place = {strand: number for number, strand in enumerate(strands)}
    names = ("new", "again", "gave_up", "started", "ended", "dropped", "came_back", "went_on", "begun")
    found = {name: np.zeros((len(strands), months + 1), dtype=np.int64) for name in names}
    queue0, learning0 = np.zeros(len(strands), dtype=np.int64), np.zeros(len(strands), dtype=np.int64)

    def add(name: str, strand: int, day: date | None) -> bool:
        """Counts an event; True when it came before the history begins."""
        if day is None or day > known.today:
            return False
        month = month_of(day) - first
        if month >= 0:
            found[name][strand, month] += 1
        return month < 0

    for need in known.needs:
        if need.opened_on > known.today:
            continue
        row = place[need.strand]
        before = add("again" if need.again else "new", row, need.opened_on)
        gone = add("started", row, need.started_on)
        gone = (need.started_on is None and add("gave_up", row, need.left_on)) or gone
        queue0[row] += before and not gone
    for study in known.studies:
        if study.started_on > known.today:
            continue
        row = place[study.strand]
        before = add("begun", row, study.started_on)
        gone = add("ended", row, study.ended_on)
        learning0[row] += before and not gone
        if study.dropped:
            add("dropped", row, study.ended_on)
        if study.again:
            add("came_back" if study.dropped else "went_on", row, study.ended_on)
    queue = _stock(queue0, found["new"] + found["again"] - found["started"] - found["gave_up"])
    learning = _stock(learning0, found.pop("begun") - found["ended"])
    days = (first_day(end + 1) - first_day(end)).days
    return History(
        strands=strands,
        end=end,
        waiting=queue[:, -1],
        studying=learning[:, -1],
        queue=queue[:, :-1],
        learning=learning[:, :-1],
        seats=_planned(known.seats, known.today, end),
        rest=(days - known.today.day + 1) / days,
        **{name: array[:, :-1] for name, array in found.items()},
    )


def _stock(first: Whole, changes: Whole) -> Whole:
    """People at the beginning of each month and after the last."""
    stock: Whole = np.concatenate([first[:, None], first[:, None] + np.cumsum(changes, axis=1)], axis=1)
    return np.maximum(stock, 0)


# --- Rates -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rates:
    """What the simulation draws from: Gamma and Beta numbers, each (seen + believed)."""

    shape: Counts
    rate: float
    season: Counts
    """By month of the year, 1 = as on average."""
    spread: float
    """Variance of the whole area's level half a year ahead, against what was expected."""
    gave_up: tuple[float, float]
    ended: tuple[float, float]
    dropped: tuple[float, float]
    came_back: tuple[float, float]
    went_on: tuple[float, float]

    def to_json(self) -> dict[str, float]:
        """The middle of each, for showing."""
        pairs = ("gave_up", "ended", "dropped", "came_back", "went_on")
        shares = {name: round(a / (a + b), 4) for name in pairs for a, b in [getattr(self, name)]}
        return shares | {
            "new_a_month": round(float(self.shape.sum() / self.rate), 2),
            "spread": round(self.spread, 4),
        }


def rates(history: History, settings: Settings) -> Rates:
    """Rates of today: recent months weigh more, small strands are drawn to what place and track together would give."""
    months = history.new.shape[1]
    weights = 0.5 ** (np.arange(months - 1, -1, -1) / settings.half_life_months)
    seen = history.new @ weights
    total, weight = float(seen.sum()), float(weights.sum())
    if len(history.strands) and total > 0:
        by_place = _margin(history.strands, seen, lambda one: one.place)
        by_kind = _margin(history.strands, seen, lambda one: (one.track, one.level))
        expected = by_place * by_kind / total / weight
    else:
        expected = np.zeros(len(history.strands))
    people = settings.prior_people

    def share(yes: Whole, of: Whole, guess: float) -> tuple[float, float]:
        number, all_ = float((yes @ weights).sum()), float((of @ weights).sum())
        return number + people * guess, max(all_ - number, 0.0) + people * (1 - guess)

    return Rates(
        shape=np.maximum(seen + settings.prior_months * expected, 1e-9),
        rate=weight + settings.prior_months,
        season=_season(history),
        spread=_spread(history, settings),
        gave_up=share(history.gave_up, history.queue[:, :-1], settings.gave_up_a_month),
        ended=share(history.ended, history.learning[:, :-1], 1 / settings.duration_months),
        dropped=share(history.dropped, history.ended, settings.dropped),
        came_back=share(history.came_back, history.dropped, settings.came_back),
        went_on=share(history.went_on, history.ended - history.dropped, settings.went_on),
    )


def _margin(strands: Sequence[Strand], numbers: Counts, key: Any) -> Counts:
    sums: dict[Any, float] = {}
    for strand, number in zip(strands, numbers, strict=True):
        sums[key(strand)] = sums.get(key(strand), 0.0) + float(number)
    return np.array([sums[key(strand)] for strand in strands])


SEASON_YEARS = 3.0
"""Years without a season that are believed before one has been seen."""


def _season(history: History) -> Counts:
    """The year's course of the whole area, drawn towards none."""
    total = history.new.sum(axis=0)
    mean = float(total.mean()) if total.size else 0.0
    if mean <= 0:
        return np.ones(12)
    first = history.end - total.size
    factor = np.ones(12)
    for month in range(12):
        mine = total[[number for number in range(total.size) if (first + number) % 12 == month]]
        factor[month] = (mine.sum() / mean + SEASON_YEARS) / (mine.size + SEASON_YEARS)
    return factor / factor.mean()


USUAL_SPREAD, USUAL_WEIGHT, AHEAD = 0.03, 4.0, 6


def _spread(history: History, settings: Settings) -> float:
    """How far half a year's needs have been from what the months before told, beyond pure chance. Own guess at first."""
    total = history.new.sum(axis=0).astype(float)
    found, weight = USUAL_SPREAD * USUAL_WEIGHT, USUAL_WEIGHT
    for at in range(12, total.size - AHEAD + 1, 3):
        weights = 0.5 ** (np.arange(at - 1, -1, -1) / settings.half_life_months)
        expected = float(total[:at] @ weights / weights.sum()) * AHEAD
        if expected >= 1:
            off = float(total[at : at + AHEAD].sum()) / expected - 1
            found += max(off * off - 1 / expected, 0.0)
            weight += 1
    return min(found / weight, 1.0)


# --- Simulation ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paths:
    """Possible futures: paths × strands × months. ``needed`` counts from now on, ``waiting`` at each month's end."""

    strands: tuple[Strand, ...]
    end: int
    new: Whole
    needed: Whole
    """Those waiting now and all who come to need a place, without those who give up."""
    waiting: Whole
    """Without a place when only what is planned now is given."""


def simulate(
    history: History,
    found: Rates,
    settings: Settings,
    *,
    months: int,
    paths: int,
    seed: int,
    arrivals: Mapping[tuple[str, int], int] | None = None,
    needs_per_arrival: float = 0.0,
) -> Paths:
    """Futures drawn with a seed: the same input gives the same answer."""
    chance = np.random.Generator(np.random.PCG64(seed))
    number = len(history.strands)
    shape = (paths, number, months)
    new, needed, waiting = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    if number == 0:
        return Paths(history.strands, history.end, new, needed, waiting)
    level = (
        chance.gamma(1 / found.spread, found.spread, size=(paths, 1))
        if found.spread > 0
        else np.ones((paths, 1))
    )
    usual = chance.gamma(found.shape, 1 / found.rate, size=(paths, number)) * level
    gave, ends, drops, backs, ons = (
        chance.beta(*pair, size=(paths, 1))
        for pair in (found.gave_up, found.ended, found.dropped, found.came_back, found.went_on)
    )
    extra = _arriving(history, arrivals or {}, needs_per_arrival, months)
    onward = _onward(history.strands)
    queue = np.broadcast_to(history.waiting, (paths, number)).copy()
    study = np.broadcast_to(history.studying, (paths, number)).copy()
    total = queue.copy()
    for month in range(months):
        part = history.rest if month == 0 else 1.0
        season = found.season[(history.end + month) % 12] * part
        come = chance.poisson(usual * season + extra[:, month])
        end = chance.binomial(study, ends * part)
        out = chance.binomial(end, drops)
        back = chance.binomial(out, backs)
        on = chance.binomial(end - out, ons)
        again = back + (on @ onward).astype(np.int64)
        left = chance.binomial(queue, gave * part)
        queue = queue - left + come + again
        start = _seated(history, queue, month)
        queue = queue - start
        study = study - end + start
        total = total + come + again - left
        new[:, :, month] = come + again
        needed[:, :, month] = total
        waiting[:, :, month] = queue
    return Paths(history.strands, history.end, new, needed, waiting)


def _arriving(
    history: History, arrivals: Mapping[tuple[str, int], int], needs_per_arrival: float, months: int
) -> Counts:
    """Needs of people on their way, shared over a place's strands as before."""
    extra = np.zeros((len(history.strands), months))
    seen = history.new.sum(axis=1) + 0.1
    for (place, month), people in arrivals.items():
        at = month - history.end
        rows = [row for row, one in enumerate(history.strands) if one.place == place]
        if 0 <= at < months and rows:
            extra[rows, at] += people * needs_per_arrival * seen[rows] / seen[rows].sum()
    return extra


def _onward(strands: Sequence[Strand]) -> Counts:
    """Strands × strands, 1 where a strand's students who study on need a place: the next track in the same place if there
    is one, else the same."""
    found = np.zeros((len(strands), len(strands)))
    for row, strand in enumerate(strands):
        wanted = NEXT.get(strand.track)
        after = (
            other for other, one in enumerate(strands) if (one.place, one.track) == (strand.place, wanted)
        )
        found[row, next(after, row)] = 1
    return found


def _seated(history: History, queue: Whole, month: int) -> Whole:
    """Who starts: a track's planned seats, shared over its strands by who waits."""
    start = np.zeros_like(queue)
    for track in TRACKS:
        seats = history.seats.get((track, history.end + month), 0)
        rows = [row for row, one in enumerate(history.strands) if one.track == track]
        if not seats or not rows:
            continue
        mine = queue[:, rows]
        all_ = mine.sum(axis=1, keepdims=True)
        share = np.minimum(1.0, seats / np.maximum(all_, 1))
        start[:, rows] = np.floor(mine * share).astype(np.int64)
    return start


# --- What comes out --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Band:
    """The middle of the possible futures, and the two numbers between which most of them lie."""

    low: int
    median: int
    high: int


def band_of(numbers: Whole, within: float) -> Band:
    """Of one number a path. Always low ≤ median ≤ high, each a number that occurred."""
    tail = (1 - within) / 2
    low, median, high = np.quantile(numbers, [tail, 0.5, 1 - tail], method="inverted_cdf")
    return Band(int(low), int(median), int(high))


@dataclass(frozen=True)
class MonthAhead:
    """One month of one line. A band is None where few wait today and its middle is small too."""

    month: date
    new: Band | None
    needed: Band | None
    seats: int | None
    """Planned so far, from now to this month; None where seats are not planned by this."""
    waiting: Band | None


def months_ahead(
    paths: Paths,
    rows: Sequence[int],
    history: History,
    within: float,
    tracks: Iterable[str] = (),
    *,
    least: int = 0,
) -> list[MonthAhead]:
    """The months of several strands together. ``least``: numbers with a smaller middle are left out."""
    tail = (1 - within) / 2
    new, needed, waiting = (
        np.quantile(array[:, rows, :].sum(axis=1), [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
        for array in (paths.new, paths.needed, paths.waiting)
    )
    found, seats = [], 0
    tracks = tuple(tracks)
    for number in range(paths.new.shape[2]):
        month = paths.end + number
        seats += sum(history.seats.get((track, month), 0) for track in tracks)
        bands = [Band(*(int(value) for value in array[:, number])) for array in (new, needed, waiting)]
        shown = [band if band.median >= least else None for band in bands]
        found.append(MonthAhead(first_day(month), shown[0], shown[1], seats if tracks else None, shown[2]))
    return found


def digest(known: Known, settings: Settings, seed: int) -> str:
    """SHA-256 of all that goes in, whatever the order of the rows."""
    found = hashlib.sha256()
    for rows in (known.needs, known.studies, known.seats):
        found.update(repr(sorted(_plain(row) for row in rows)).encode())
    rest = {
        "today": known.today.isoformat(),
        "arrivals": sorted([place, month, number] for (place, month), number in known.arrivals.items()),
        "needs_per_arrival": known.needs_per_arrival,
        "settings": asdict(settings),
        "seed": seed,
    }
    found.update(json.dumps(rest, sort_keys=True).encode())
    return found.hexdigest()


def _plain(row: Need | Study | Seats) -> tuple[Any, ...]:
    """The row's values so that they sort: days as numbers, 0 for none."""
    return tuple(
        value.toordinal() if isinstance(value, date) else 0 if value is None else value
        for value in vars(row).values()
    )
