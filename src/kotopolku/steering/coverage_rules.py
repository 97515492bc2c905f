"""What many regional measures cover together: counts by line and region, lines without measures, overlaps, money.

Pure: no Django, no database. Not for: one measure (``measure_rules.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tie:
    """A measure's tie to a line: where, whose and for how much."""

    measure: int
    line: int
    regions: tuple[str, ...]
    owner: int
    budget: Decimal | None = None


@dataclass(frozen=True)
class Overlap:
    """Several measures of one owner for one line in one region: perhaps the same thing twice."""

    line: int
    region: str
    owner: int
    measures: tuple[int, ...]


@dataclass(frozen=True)
class Coverage:
    """Of the lines and regions that were asked for, and of no others."""

    counts: dict[tuple[int, str], int]
    """By line and region; a pair without measures has no key."""
    measures: dict[int, int]
    """How many measures a line has in the regions, each once."""
    money: dict[int, Decimal]
    """Budgets of a line's measures, each whole: a measure for two lines or in two regions is not divided."""
    bare: tuple[int, ...]
    """Lines without a measure in any of the regions, in the order given."""
    gaps: int
    """Pairs of line and region without a measure."""
    overlaps: tuple[Overlap, ...]


def coverage(lines: Sequence[int], regions: Sequence[str], ties: Iterable[Tie]) -> Coverage:
    """Counts of the ties. A tie given twice counts once."""
    wanted, here = set(lines), set(regions)
    together: dict[tuple[int, str, int], set[int]] = defaultdict(set)
    of_line: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for tie in ties:
        if tie.line not in wanted:
            continue
        for region in tie.regions:
            if region in here:
                together[tie.line, region, tie.owner].add(tie.measure)
                of_line[tie.line][tie.measure] = tie.budget or Decimal(0)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for (line, region, _owner), measures in together.items():
        counts[line, region] += len(measures)
    places = {region: number for number, region in enumerate(regions)}
    order = {line: number for number, line in enumerate(lines)}
    overlaps = [
        Overlap(line, region, owner, tuple(sorted(measures)))
        for (line, region, owner), measures in together.items()
        if len(measures) > 1
    ]
    return Coverage(
        dict(counts),
        {line: len(found) for line, found in of_line.items()},
        {line: sum(found.values(), Decimal(0)) for line, found in of_line.items()},
        tuple(line for line in lines if line not in of_line),
        len(order) * len(places) - len(counts),
        tuple(sorted(overlaps, key=lambda one: (order[one.line], places[one.region], one.owner))),
    )
