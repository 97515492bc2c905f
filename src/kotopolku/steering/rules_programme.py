"""What the State's programme is checked against: its period, its tree of lines, what it lacks, what hangs on a line.

Pure: no Django. Not for: rights (``access.py``), words of pages.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kotopolku import law
from kotopolku.law.statutes import Rule

LANGUAGES = ("fi", "sv", "en")
REQUIRED = ("fi", "sv")
"""The languages in which everything stands when the programme is adopted; English may lack."""
GOAL, LINE, MEASURE = "goal", "line", "measure"
UNDER: Mapping[str, tuple[str, ...]] = {GOAL: ("",), LINE: (GOAL, LINE), MEASURE: (GOAL, LINE)}
"""What may stand under what; "" is the programme itself."""
DEEPEST = 5
LONGEST_TEXT = 20_000
_SECTION = re.compile(r"^\d{1,4}/\d{4} § \d+(:\d+)?[a-z]?(\.\d+)?$")
_CODE = re.compile(r"^[0-9A-ZÅÄÖ]+(\.[0-9A-ZÅÄÖ]+)*$", re.IGNORECASE)


@dataclass(frozen=True)
class ProgrammeContent:
    """A programme as it is drawn up. ``names`` by language; its last day follows from the Act."""

    names: Mapping[str, str]
    first_day: date
    invented: bool = False


@dataclass(frozen=True)
class LineContent:
    """A goal, line or measure as it is written; ``title`` and ``text`` by language."""

    code: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    first_day: date
    last_day: date
    section: str = ""
    answers: int | None = None
    answers_also: str = ""
    money_eur: Decimal | None = None
    indicators: tuple[int, ...] = ()


@dataclass(frozen=True)
class Node:
    """A line's place in the tree."""

    id: int
    parent: int | None
    kind: str
    code: str
    order: int


@dataclass(frozen=True)
class Written:
    """A line as it is checked before adoption."""

    node: Node
    title: Mapping[str, str]
    text: Mapping[str, str]
    section: str
    has_who: bool
    indicators: int
    first_day: date
    last_day: date | None


@dataclass(frozen=True)
class Lack:
    """One thing that is lacking: of a line, or of the programme itself (``line`` None)."""

    line: int | None
    code: str
    what: str
    """title, text, name, who, indicator, section, lines, period, goals."""
    language: str = ""


@dataclass(frozen=True)
class Placed:
    """A line in reading order."""

    id: int
    depth: int
    first: bool
    last: bool
    children: tuple[int, ...] = field(default_factory=tuple)


def period_rule(first_day: date) -> Rule:
    """How long the programme is, by the Act in force on its first day: 1386/2010 § 34, 681/2023 § 52.

    Raises ``law.RuleNotInForce``.
    """
    return law.rule("G2", first_day)


def last_day_of(first_day: date) -> date:
    """The last day of a programme that begins on ``first_day``."""
    # The rule's unit is years in both Acts.
    return law.add_months(first_day, 12 * period_rule(first_day).length) - timedelta(days=1)


def is_section(text: str) -> bool:
    """681/2023 § 26, 1386/2010 § 34.2 and the like."""
    return bool(_SECTION.match(text))


def is_code(text: str) -> bool:
    """2, 2.3, A.1: numbers or letters with dots between."""
    return bool(_CODE.match(text))


def outside(first: date, last: date | None, of_first: date, of_last: date | None) -> bool:
    """Whether the days reach outside the period of the whole."""
    if first < of_first:
        return True
    return of_last is not None and (last is None or last > of_last)


def may_stand_under(kind: str, parent_kind: str) -> bool:
    return parent_kind in UNDER[kind]


def under_itself(nodes: Iterable[Node], line: int, new_parent: int | None) -> bool:
    """Whether ``new_parent`` is the line itself or stands under it."""
    above = {node.id: node.parent for node in nodes}
    seen: set[int] = set()
    here = new_parent
    while here is not None and here not in seen:
        if here == line:
            return True
        seen.add(here)
        here = above.get(here)
    return False


def depth_of(nodes: Iterable[Node], line: int | None) -> int:
    """How many lines stand above and including it: 1 for a goal, 0 for the programme."""
    above = {node.id: node.parent for node in nodes}
    depth, here = 0, line
    while here is not None and depth <= len(above):
        depth += 1
        here = above.get(here)
    return depth


def height_of(nodes: Sequence[Node], line: int) -> int:
    """How many levels a line has with what stands under it: 1 when nothing does."""
    below = _below(nodes)
    height, level = 0, [line]
    while level and height <= len(nodes):
        height += 1
        level = [child.id for one in level for child in below.get(one, [])]
    return height


def in_order(nodes: Sequence[Node]) -> list[Placed]:
    """Every line where it is read: goals in their order, under each its own."""
    below = _below(nodes)
    return list(_walk(below, None, 0))


def _walk(below: Mapping[int | None, Sequence[Node]], parent: int | None, depth: int) -> Iterator[Placed]:
    rows = below.get(parent, [])
    for number, node in enumerate(rows):
        children = tuple(child.id for child in below.get(node.id, []))
        yield Placed(node.id, depth, number == 0, number == len(rows) - 1, children)
        yield from _walk(below, node.id, depth + 1)


def _below(nodes: Iterable[Node]) -> dict[int | None, list[Node]]:
    below: dict[int | None, list[Node]] = {}
    for node in sorted(nodes, key=lambda one: (one.order, one.id)):
        below.setdefault(node.parent, []).append(node)
    return below


def beneath(nodes: Sequence[Node], line: int) -> list[int]:
    """Every line under a line, however deep."""
    below = _below(nodes)
    found: list[int] = []
    level = [line]
    while level:
        level = [child.id for one in level for child in below.get(one, []) if child.id not in found]
        found += level
    return found


def placed_among(siblings: Sequence[int], line: int, place: int) -> list[int]:
    """The siblings in their new order with ``line`` at ``place``, from 1; a place beyond the end is the last."""
    others = [one for one in siblings if one != line]
    at = min(max(place, 1), len(others) + 1) - 1
    return [*others[:at], line, *others[at:]]


def lacks(names: Mapping[str, str], lines: Sequence[Written], of_first: date, of_last: date) -> list[Lack]:
    """All that is lacking before the programme can be adopted, in reading order. Empty: it is complete."""
    found = [Lack(None, "", "name", language) for language in REQUIRED if not names.get(language, "").strip()]
    by_id = {one.node.id: one for one in lines}
    order = in_order([one.node for one in lines])
    if not any(one.node.kind == GOAL for one in lines):
        found.append(Lack(None, "", "goals"))
    for placed in order:
        found += _lacks_of(by_id[placed.id], placed, by_id, of_first, of_last)
    return found


def _lacks_of(
    one: Written, placed: Placed, lines: Mapping[int, Written], of_first: date, of_last: date
) -> Iterator[Lack]:
    node = one.node
    for name, texts in (("title", one.title), ("text", one.text)):
        for language in REQUIRED:
            if not texts.get(language, "").strip():
                yield Lack(node.id, node.code, name, language)
    if node.kind == GOAL:
        if not one.indicators:
            yield Lack(node.id, node.code, "indicator")
        if not any(lines[child].node.kind == LINE for child in placed.children):
            yield Lack(node.id, node.code, "lines")
    elif not one.has_who:
        yield Lack(node.id, node.code, "who")
    if node.kind != MEASURE and not _has_section(one, lines):
        yield Lack(node.id, node.code, "section")
    if outside(one.first_day, one.last_day, of_first, of_last):
        yield Lack(node.id, node.code, "period")


def _has_section(one: Written, lines: Mapping[int, Written]) -> bool:
    """A line carries out a section of its own, or that of what it stands under."""
    here: Written | None = one
    for _step in range(DEEPEST + 1):
        if here is None:
            return False
        if here.section.strip():
            return True
        here = lines.get(here.node.parent) if here.node.parent is not None else None
    return False
