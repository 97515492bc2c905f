"""One tree out of the pages of the country, a region and a municipality: what a reader of the lowest space sees.

Pure: no Django. A page of a space above is inherited; below it may get an addition, be replaced or be hidden. Nothing is
copied. Not for: reading rows (``queries/reading.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

OWN, ADDITION, OVERRIDE, HIDDEN = "own", "addition", "override", "hidden"


@dataclass(frozen=True)
class Text:
    """What a page says in the best language there is. ``blocks`` only where they were asked for."""

    language: str
    title: str
    summary: str = ""
    machine: bool = False
    updated: datetime | None = None
    blocks: Sequence[dict[str, Any]] | None = None


@dataclass(frozen=True)
class Row:
    """One page of one space. ``level``: 0 for the country, then downwards."""

    id: int
    level: int
    kind: str
    of: int | None
    parent: int | None
    key: str
    order: int = 0
    icon: str = ""
    review_by: date | None = None
    text: Text | None = None


@dataclass
class Node:
    """A page as a reader meets it: its text (of the page itself or of what replaces it) and the additions below."""

    id: int
    key: str
    icon: str
    parent: int | None
    text: Text | None
    level: int
    """Of the space whose text it is."""
    review_by: date | None
    additions: list[Row] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def texts(self) -> list[Text]:
        return [one for one in (self.text, *(row.text for row in self.additions)) if one is not None]

    @property
    def updated(self) -> datetime | None:
        return max((one.updated for one in self.texts if one.updated), default=None)


@dataclass(frozen=True)
class Tree:
    """Pages in the order of reading."""

    roots: list[Node]
    by_key: dict[str, Node]
    parents: dict[int, Node]
    """The page above each page, by the id of the lower one."""

    def above(self, node: Node) -> list[Node]:
        """The pages on the way to it, the first one first."""
        way: list[Node] = []
        seen = {node.id}
        while (found := self.parents.get(node.id)) is not None and found.id not in seen:
            way.append(found)
            seen.add(found.id)
            node = found
        return way[::-1]


def merged(rows: Iterable[Row]) -> Tree:
    """The tree of the lowest space. A page without a text is left out, its children move up; what is hidden goes with
    everything below it."""
    known = {row.id: row for row in rows}
    variants: dict[int, list[Row]] = {}
    for row in known.values():
        if row.kind != OWN and row.of in known:
            variants.setdefault(_root(row, known), []).append(row)
    nodes: dict[int, Node] = {}
    hidden: set[int] = set()
    for row in sorted(known.values(), key=lambda one: (one.level, one.order, one.id)):
        if row.kind != OWN:
            continue
        node = _seen(row, variants.get(row.id, ()))
        if node is None:
            hidden.add(row.id)
        else:
            nodes[row.id] = node
    return _tied(nodes, hidden, known)


def _root(row: Row, known: dict[int, Row]) -> int:
    """The page that a variant is about, also when it is a variant of a variant."""
    seen = {row.id}
    while row.kind != OWN and row.of in known and row.of not in seen:
        row = known[row.of]
        seen.add(row.id)
    return row.id


def _seen(row: Row, variants: Iterable[Row]) -> Node | None:
    """The page after everything the spaces below say of it, from above downwards; None when the last word hides it."""
    node = Node(row.id, row.key, row.icon, row.parent, row.text, row.level, row.review_by)
    gone = False
    for one in sorted(variants, key=lambda variant: (variant.level, variant.id)):
        if one.kind == HIDDEN:
            gone = True
        elif one.text is None:
            continue
        elif one.kind == OVERRIDE:
            gone = False
            node.text, node.level, node.review_by = one.text, one.level, one.review_by
            node.icon = one.icon or node.icon
            node.additions = []
        else:
            node.additions.append(one)
    return None if gone else node


def _tied(nodes: dict[int, Node], hidden: set[int], known: dict[int, Row]) -> Tree:
    roots: list[Node] = []
    by_key: dict[str, Node] = {}
    parents: dict[int, Node] = {}
    for node in nodes.values():
        way = _way_up(node, known)
        if node.text is None or hidden & set(way):
            continue
        above = next((nodes[one] for one in way if one in nodes and nodes[one].text is not None), None)
        by_key.setdefault(node.key, node)
        if above is None:
            roots.append(node)
        else:
            above.children.append(node)
            parents[node.id] = above
    return Tree(roots, by_key, parents)


def _way_up(node: Node, known: dict[int, Row]) -> list[int]:
    """Ids of the own pages above, the nearest first. A circle, which the tables do not allow, ends it."""
    way: list[int] = []
    parent = node.parent
    while parent in known:
        parent = _root(known[parent], known)
        if parent in way or parent == node.id:
            break
        way.append(parent)
        parent = known[parent].parent
    return way
