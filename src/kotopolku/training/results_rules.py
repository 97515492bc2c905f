"""What courses led to, counted: shares with intervals, small groups hidden, providers compared over equal students. Pure.

A provider is never ranked. Not for: reading the rows (``queries/results``), levels' names (``progress.sources``).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist, quantiles

from kotopolku.training.suppression import Cell, Line, hidden_cells

REACHED, BELOW, DROPPED = "reached", "below", "dropped"
EMPLOYED, STUDYING, OTHER = "employed", "studying", "other"
MONTHS_LATER = (3, 6, 12)
DIMENSIONS = ("entry", "track", "provider", "contract", "schooling")
ALL = "all"


@dataclass(frozen=True)
class Limits:
    """Our own choices, kept in ``data/measuring.toml``."""

    smallest: int
    """Fewer people than this are not shown, nor a number that would tell of them."""
    smallest_median: int
    smallest_compared: int
    """A provider with fewer students is not compared."""
    coverage: float
    """Share of all students that are like the provider's own, below which it cannot be compared."""
    prior: float
    """Students' worth of the common share that is added to each group of a provider."""
    confidence: float


@dataclass(frozen=True)
class Participation:
    """One student's time on one course that is over: no name, no number."""

    provider: str
    track: str
    entry: str
    """Level at the beginning, a code of the scale; empty when not known."""
    schooling: str
    outcome: str
    """``reached`` the course's target level, ``below`` it or not tested, ``dropped`` out."""
    contract: str = ""
    reason: str = ""
    """Why the course was broken off."""
    days_to_start: int | None = None
    """From the plan to the start."""
    later: Mapping[int, str] = field(default_factory=dict)
    """Months after the end → employed, studying or other; months not answered are left out."""


@dataclass(frozen=True)
class Share:
    """``number`` of ``of`` people, with the interval within which the share behind it lies. From 0 to 1; ``of`` 0: nobody."""

    number: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.number / self.of if self.of else 0.0


@dataclass(frozen=True)
class Days:
    """How long it took: the middle one, and between what the middle half lies. Whole weeks' days, so nobody's own."""

    median: int
    low: int
    high: int


@dataclass(frozen=True)
class Group:
    """One line of the table. None = hidden: too few people, or to protect another number."""

    dimension: str
    key: str
    people: int | None
    reached: Share | None
    dropped: Share | None
    days: Days | None
    later: Mapping[int, tuple[Share | None, Share | None]]
    """Months → (employed, studying)."""
    parent: str = ""
    """The provider of a contract."""


@dataclass(frozen=True)
class Compared:
    """A provider's share at the target, as it would be with everybody's mix of entry levels and schooling."""

    provider: str
    people: int
    share: float
    low: float
    high: float
    others: float
    """What all providers reach with the same students."""
    coverage: float

    @property
    def differs(self) -> bool:
        """Whether chance alone would seldom explain the difference."""
        return not self.low <= self.others <= self.high


@dataclass(frozen=True)
class NotCompared:
    """Why a provider is left out: ``few`` students, or ``unlike`` those of the others."""

    provider: str
    why: str


@dataclass(frozen=True)
class Table:
    """All that the page of results shows."""

    all: Group
    groups: tuple[Group, ...]
    reasons: Mapping[str, int | None]
    """Reason → students who dropped out for it."""
    compared: tuple[Compared | NotCompared, ...]
    """By name: never in order of the share."""

    def of(self, dimension: str) -> list[Group]:
        return [group for group in self.groups if group.dimension == dimension]


def wilson(number: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share: within 0..1 also with few people. (0, 1) when there are none."""
    if of <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = number / of
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, min((middle - half) / scale, share)), min(1.0, max((middle + half) / scale, share))


def table(rows: Sequence[Participation], limits: Limits) -> Table:
    """The whole table of courses that are over. Rows of one period and one authority, or of all."""
    path = _Shown(rows, lambda row: row.outcome, (REACHED, DROPPED, BELOW), limits, reasons=True)
    later = {
        months: _Shown(
            [row for row in rows if months in row.later],
            lambda row, months=months: row.later[months],  # type: ignore[misc]
            (EMPLOYED, STUDYING, OTHER),
            limits,
        )
        for months in MONTHS_LATER
    }
    members: dict[tuple[str, ...], list[Participation]] = defaultdict(list)
    for row in rows:
        members[(ALL, "")].append(row)
        for dimension in DIMENSIONS:
            members[_group(dimension, row)].append(row)

    def made(key: tuple[str, ...]) -> Group:
        return Group(
            dimension=key[0],
            key=key[-1],
            parent=key[1] if len(key) == 3 else "",
            people=path.number(key, "people"),
            reached=path.share(key, REACHED),
            dropped=path.share(key, DROPPED),
            days=_days(members[key], limits) if path.number(key, "people") is not None else None,
            later={
                months: (shown.share(key, EMPLOYED), shown.share(key, STUDYING))
                for months, shown in later.items()
            },
        )

    keys = sorted(key for key in members if key[0] != ALL)
    reasons = sorted({row.reason for row in rows if row.outcome == DROPPED})
    return Table(
        all=made((ALL, "")),
        groups=tuple(made(key) for key in keys),
        reasons={reason: path.number(("reason", reason), DROPPED) for reason in reasons},
        compared=tuple(
            NotCompared(one.provider, "few")
            if path.share(("provider", one.provider), REACHED) is None
            else one
            for one in compared(rows, limits)
        ),
    )


def _group(dimension: str, row: Participation) -> tuple[str, ...]:
    if dimension == "contract":
        return (dimension, row.provider, row.contract)
    return (dimension, str(getattr(row, dimension)))


class _Shown:
    """Counts by group and what became of the people, with what of them may be shown."""

    def __init__(
        self,
        rows: Iterable[Participation],
        became: Callable[[Participation], str],
        parts: tuple[str, ...],
        limits: Limits,
        *,
        reasons: bool = False,
    ) -> None:
        self._limits, counts = limits, Counter[tuple[tuple[str, ...], str]]()
        groups: set[tuple[str, ...]] = {(ALL, "")}
        why: set[tuple[str, ...]] = set()
        for row in rows:
            keys = [(ALL, ""), *(_group(dimension, row) for dimension in DIMENSIONS)]
            groups.update(keys)
            for key in keys:
                counts[key, "people"] += 1
                counts[key, became(row)] += 1
            if reasons and row.outcome == DROPPED:
                why.add(("reason", row.reason))
                counts[("reason", row.reason), DROPPED] += 1
        cells: dict[Cell, int] = {
            (key, part): counts[key, part] for key in groups for part in ("people", *parts)
        }
        lines = [Line((key, "people"), tuple((key, part) for part in parts)) for key in sorted(groups)]
        for part in ("people", *parts):
            for whole, within in _families(groups):
                lines.append(Line((whole, part), tuple((key, part) for key in within)))
        if why:
            cells |= {(key, DROPPED): counts[key, DROPPED] for key in why}
            lines.append(Line(((ALL, ""), DROPPED), tuple((key, DROPPED) for key in sorted(why))))
        self.cells, self.lines = cells, lines
        self.hidden = hidden_cells(cells, lines, limits.smallest)

    def number(self, key: tuple[str, ...], part: str) -> int | None:
        cell = (key, part)
        return None if cell in self.hidden else self.cells.get(cell, 0)

    def share(self, key: tuple[str, ...], part: str) -> Share | None:
        """None when hidden; of nobody when nobody stands behind it."""
        number, of = self.number(key, part), self.number(key, "people")
        if number is None or of is None:
            return None
        return Share(number, of, *wilson(number, of, self._limits.confidence))


def _families(groups: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Groups that together are another: those of each dimension all, a provider's contracts the provider."""
    found: list[tuple[tuple[str, ...], list[tuple[str, ...]]]] = []
    for dimension in DIMENSIONS:
        if dimension != "contract":
            found.append(((ALL, ""), sorted(key for key in groups if key[0] == dimension)))
    contracts: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in sorted(groups):
        if key[0] == "contract":
            contracts[key[1]].append(key)
    found += [(("provider", provider), keys) for provider, keys in contracts.items()]
    return found


def _days(rows: Iterable[Participation], limits: Limits) -> Days | None:
    """Rounded to whole weeks, of enough people only."""
    days = sorted(row.days_to_start for row in rows if row.days_to_start is not None)
    if len(days) < max(limits.smallest_median, 2):
        return None
    low, median, high = (round(value / 7) * 7 for value in quantiles(days, n=4, method="inclusive"))
    return Days(median, low, high)


# --- Providers compared ----------------------------------------------------------------------------------------------


def compared(rows: Sequence[Participation], limits: Limits) -> tuple[Compared | NotCompared, ...]:
    """Each provider with the mix of entry level and schooling that all have (direct standardisation), by name.

    A provider's share in each group is drawn a little towards the common one (``prior``), so that a group of two people
    does not speak with the voice of fifty. Only groups that the provider has are weighed, and all providers' share over
    the same groups stands beside. One with few students, or with students too unlike the others', is not compared.
    """
    everybody: Counter[tuple[str, str]] = Counter()
    at_target: Counter[tuple[str, str]] = Counter()
    own: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    own_at_target: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in rows:
        stratum = (row.entry, row.schooling)
        everybody[stratum] += 1
        own[row.provider][stratum] += 1
        if row.outcome == REACHED:
            at_target[stratum] += 1
            own_at_target[row.provider][stratum] += 1
    z = NormalDist().inv_cdf(0.5 + limits.confidence / 2)
    found: list[Compared | NotCompared] = []
    for provider in sorted(own):
        people = own[provider].total()
        reached = own_at_target[provider].total()
        least = min(reached, people - reached)
        if people < limits.smallest_compared or 0 < least < limits.smallest or len(own) < 2:
            found.append(NotCompared(provider, "few"))
            continue
        weight = sum(everybody[stratum] for stratum in own[provider])
        coverage = weight / everybody.total()
        if coverage < limits.coverage:
            found.append(NotCompared(provider, "unlike"))
            continue
        share = others = variance = 0.0
        for stratum, number in own[provider].items():
            common = at_target[stratum] / everybody[stratum]
            drawn = number + limits.prior
            # Half a student each way keeps a group in which all or none reached it from claiming no uncertainty.
            guess = (own_at_target[provider][stratum] + limits.prior * common) / drawn
            spread = (own_at_target[provider][stratum] + limits.prior * common + 0.5) / (drawn + 1)
            part = everybody[stratum] / weight
            share += part * guess
            others += part * common
            variance += part * part * spread * (1 - spread) / drawn
        low, high = _on_logit(share, variance, z, people)
        found.append(Compared(provider, people, share, low, high, others, coverage))
    return tuple(found)


def _on_logit(share: float, variance: float, z: float, people: int) -> tuple[float, float]:
    """An interval of a share that stays within 0..1."""
    held = min(max(share, 0.5 / people), 1 - 0.5 / people)
    centre = math.log(held / (1 - held))
    half = z * math.sqrt(variance) / (held * (1 - held))
    ends = [1 / (1 + math.exp(-max(min(one, 700.0), -700.0))) for one in (centre - half, centre + half)]
    return min(ends[0], share), max(ends[1], share)
