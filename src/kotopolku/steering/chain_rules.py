"""The chain from the Act's section to what carries a municipality's goal out: counts by line, and its picture.

Pure: no Django, no database. Not for: what may be shown of a link (``queries/chain.py``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

# Counts ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GoalTied:
    """A goal's tie to a line, in one municipality; ``track`` of the year's follow-up, empty without one."""

    line: int | None
    """None: the goal carries out no line."""
    goal: int
    municipality: str
    track: str = ""


@dataclass(frozen=True)
class LineCount:
    """What hangs on one line."""

    goals: int = 0
    municipalities: int = 0
    tracks: Mapping[str, int] | None = None
    """Goals by track; those without a follow-up under the empty word."""

    def on(self, track: str) -> int:
        return (self.tracks or {}).get(track, 0)


@dataclass(frozen=True)
class Counts:
    lines: dict[int, LineCount]
    untied: int
    """Goals that carry out no line."""
    goals: int
    without: tuple[str, ...]
    """Municipalities of those asked for that have no goal."""


def counts(ties: Iterable[GoalTied], municipalities: Collection[str]) -> Counts:
    """Each goal counts once for a line, in however many municipalities it is followed."""
    of_line: dict[int, dict[int, str]] = defaultdict(dict)
    places: dict[int, set[str]] = defaultdict(set)
    tied: set[int] = set()
    untied: set[int] = set()
    here: set[str] = set()
    for one in ties:
        here.add(one.municipality)
        if one.line is None:
            untied.add(one.goal)
            continue
        tied.add(one.goal)
        of_line[one.line][one.goal] = one.track
        places[one.line].add(one.municipality)
    found = {}
    for line, goals in of_line.items():
        tracks: dict[str, int] = defaultdict(int)
        for track in goals.values():
            tracks[track] += 1
        found[line] = LineCount(len(goals), len(places[line]), dict(tracks))
    return Counts(found, len(untied - tied), len(untied | tied), tuple(sorted(set(municipalities) - here)))


# Picture --------------------------------------------------------------------------------------------------------------

WIDE, GAP, HIGH, APART, LETTERS = 136, 20, 58, 12, 18
"""Width of a box, space between stages, height of a box, space between boxes, letters of a line of text."""
MOST_BOXES = 8
"""Of one stage; how many more there are is told in the last one."""


@dataclass(frozen=True)
class Node:
    """A link of the chain as it is drawn and listed. ``after``: keys of the nodes of earlier stages that lead to it."""

    key: str
    words: str
    note: str = ""
    address: str = ""
    language: str = ""
    after: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of the chain, from the Act's section on."""

    title: str
    nodes: tuple[Node, ...]
    more: int = 0
    """Nodes that are there and not among those named."""


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    """Where in the box each line of its words stands, and the words."""
    note: str
    chosen: bool
    width: int = WIDE
    height: int = HIGH


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]


def wrapped(words: str, most: int = LETTERS, rows: int = 2) -> tuple[str, ...]:
    """At most ``rows`` lines of at most ``most`` letters; what is left out is told with an ellipsis."""
    found: list[str] = []
    rest = " ".join(words.split())
    while rest and len(found) < rows:
        if len(rest) <= most:
            found.append(rest)
            return tuple(found)
        cut = rest.rfind(" ", 0, most + 1)
        # A word is cut only where it would not fit a line of its own.
        cut = cut if cut > 0 and (cut > most // 2 or len(rest[cut:].split(maxsplit=1)[0]) <= most) else most
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].strip()
    if rest and found:
        found[-1] = found[-1][: most - 1].rstrip() + "…"
    return tuple(found)


def _placed(words: str) -> tuple[tuple[int, str], ...]:
    return tuple((19 + 15 * row, line) for row, line in enumerate(wrapped(words)))


def picture(stages: Sequence[Stage], more: Sequence[str]) -> Picture:
    """Boxes by stage from left to right, joined by curves. ``more``: by stage, the words for what is not drawn."""
    head = 26
    drawn = [stage.nodes[:MOST_BOXES] for stage in stages]
    tall = max((len(nodes) + bool(words) for nodes, words in zip(drawn, more, strict=True)), default=1) or 1
    height = head + tall * (HIGH + APART)
    places: dict[str, tuple[int, int]] = {}
    boxes: list[Box] = []
    heads: list[tuple[int, str]] = []
    for column, (stage, nodes, words) in enumerate(zip(stages, drawn, more, strict=True)):
        x = column * (WIDE + GAP)
        heads.append((x, stage.title))
        number = len(nodes) + bool(words)
        top = head + (height - head - number * (HIGH + APART)) // 2
        for row, node in enumerate(nodes):
            y = top + row * (HIGH + APART)
            places[node.key] = (x, y)
            boxes.append(
                Box(
                    x,
                    y,
                    _placed(node.words),
                    wrapped(node.note, LETTERS + 3, 1)[0] if node.note else "",
                    node.chosen,
                )
            )
        if words:
            boxes.append(Box(x, top + len(nodes) * (HIGH + APART), _placed(words), "", False))
    curves = []
    for nodes in drawn:
        for node in nodes:
            x, y = places[node.key]
            for key in node.after:
                if key in places:
                    before, level = places[key]
                    left, start, end = before + WIDE, level + HIGH // 2, y + HIGH // 2
                    middle = (left + x) // 2
                    curves.append(f"M{left} {start} C{middle} {start} {middle} {end} {x} {end}")
    width = max(1, len(stages)) * (WIDE + GAP) - GAP
    return Picture(width, height, tuple(heads), tuple(boxes), tuple(curves))
