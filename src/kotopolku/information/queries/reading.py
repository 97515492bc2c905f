"""What readers see: the tree of a space with everything inherited, one page of it, news. One statement each time.

Only what is published. Not for: drafts and versions (``editing.py``), services, events and contacts.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from kotopolku.information.inheritance import Node, Row, Text, Tree, merged
from kotopolku.information.revisions import Reader

FRONT_NEWS = 3
MOST_NEWS = 50
NEWS = "news"
"""In the column of a page's kind, for a row that is news."""

_TREE = """
SELECT p.id, p.space_id, p.kind, p.of_id, p.parent_id, p.key, p."order", p.icon, p.review_by,
    t.language, t.published_at, v.title, v.summary, v.machine,
    CASE WHEN %(all)s OR p.key = %(key)s OR o.key = %(key)s THEN v.blocks::text END
FROM information_page p
LEFT JOIN information_page o ON o.id = p.of_id
LEFT JOIN LATERAL (
    SELECT t.language, t.published_id, t.published_at FROM information_pagetext t
    WHERE t.page_id = p.id AND t.published_id IS NOT NULL AND t.language = ANY(%(languages)s)
    ORDER BY array_position(%(languages)s, t.language::text) LIMIT 1
) t ON true
LEFT JOIN information_textversion v ON v.id = t.published_id
WHERE p.space_id = ANY(%(spaces)s) AND p.removed_on IS NULL
"""

_NEWS = """
SELECT n.id, n.space_id, n.shown_from, t.language, t.title, t.words
FROM information_news n
JOIN LATERAL (
    SELECT t.language, t.title, t.words FROM information_newstext t
    WHERE t.news_id = n.id AND t.language = ANY(%(languages)s)
    ORDER BY array_position(%(languages)s, t.language::text) LIMIT 1
) t ON true
WHERE n.space_id = ANY(%(spaces)s) AND n.published AND n.removed_on IS NULL
    AND n.shown_from <= %(day)s AND (n.shown_until IS NULL OR n.shown_until >= %(day)s)
ORDER BY n.shown_from DESC, n.id DESC LIMIT %(most)s
"""

_FRONT = f"""
{_TREE} UNION ALL
SELECT n.id, n.space_id, '{NEWS}', NULL, NULL, '', 0, '', n.shown_from, n.language, NULL, n.title, n.words, false, NULL
FROM ({_NEWS}) n
"""
"""Both in one. News stand in the columns of pages: their first day in that of the review, their words in that of the summary."""


@dataclass(frozen=True)
class NewsItem:
    """One piece of news in the best language there is."""

    id: int
    space_id: int
    shown_from: date
    language: str
    title: str
    words: str


@dataclass(frozen=True)
class PageShown:
    """A page with its place in the tree."""

    node: Node
    above: list[Node]

    @property
    def children(self) -> list[Node]:
        return self.node.children


def tree(reader: Reader, key: str = "", *, with_blocks: bool = False) -> Tree:
    """The tree as this reader sees it. The page with ``key``, and what is said about it below, has its blocks; with
    ``with_blocks`` every page. One statement."""
    return _merged(reader, _rows(reader, _TREE, key=key, all=with_blocks))


def front(reader: Reader) -> tuple[Tree, list[NewsItem]]:
    """The tree without blocks, and the newest news. One statement for both."""
    rows = _rows(reader, _FRONT, key="", all=False, day=reader.day, most=FRONT_NEWS)
    news_rows = sorted(
        (row for row in rows if row[2] == NEWS), key=lambda row: (row[8], row[0]), reverse=True
    )
    items = [NewsItem(row[0], row[1], row[8], row[9], row[11], row[12]) for row in news_rows]
    return _merged(reader, (row for row in rows if row[2] != NEWS)), items


def _rows(reader: Reader, statement: str, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"languages": list(reader.language.offered), "spaces": reader.ids, **more})
        return cursor.fetchall()


def _merged(reader: Reader, rows: Iterable[tuple[Any, ...]]) -> Tree:
    levels = {pk: level for level, pk in enumerate(reader.ids)}
    return merged(
        Row(
            id=row[0],
            level=levels[row[1]],
            kind=row[2],
            of=row[3],
            parent=row[4],
            key=row[5],
            order=row[6],
            icon=row[7],
            review_by=row[8],
            text=None
            if row[11] is None
            else Text(
                language=row[9],
                title=row[11],
                summary=row[12],
                machine=row[13],
                updated=row[10],
                blocks=json.loads(row[14]) if row[14] is not None else None,
            ),
        )
        for row in rows
    )


def page(reader: Reader, key: str) -> PageShown | None:
    """A page by the last part of its address; None when the reader's space has none. One statement."""
    found = tree(reader, key)
    node = found.by_key.get(key)
    return None if node is None else PageShown(node, found.above(node))


def news(reader: Reader) -> list[NewsItem]:
    """The newest news of the space and those above it that are shown on the day. One statement."""
    return [NewsItem(*row) for row in _rows(reader, _NEWS, day=reader.day, most=MOST_NEWS)]


def newest(found: Tree) -> tuple[datetime | None, date | None]:
    """When a page of the tree was last updated, and the first day by which one is to be reviewed."""
    updated, review = None, None
    stack = list(found.roots)
    while stack:
        node = stack.pop()
        stack += node.children
        if node.updated and (updated is None or node.updated > updated):
            updated = node.updated
        if node.review_by and (review is None or node.review_by < review):
            review = node.review_by
    return updated, review
