"""Searching everything readers can find, from one space, in any language; shown in the reader's language or the nearest.

Two statements after space and language are known, one more when nothing was found. What stands in a space is found there
and below; nearer spaces come first. Not for: taking a question apart (``search_rules.py``), the index (``actions/search.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from kotopolku.information import digits, indexing, search_rules
from kotopolku.information.models import SpaceKind
from kotopolku.information.revisions import Reader
from kotopolku.information.search_rules import END, START, Part

PAGE_SIZE = 20
LAST_PAGE = 50
PAGES = frozenset(map(str, range(1, LAST_PAGE + 1)))
OWN_LANGUAGE = 1.5
"""A text in the reader's own language counts so much more."""
NEARNESS = (3.0, 2.0, 1.0)
"""Weights of what stands in the space itself, in the one above it, and in the country's."""
TITLE_WEIGHT = 4.0
"""A word that stands in the title counts so much more than one in the text, wherever the thing stands."""
PAGE_WEIGHT = 1.25
"""At equal strength a page stands before a service, an event or a contact."""
LIKENESS_WEIGHT = 0.4
PHRASE_WEIGHT = 2.0
FROM_BELOW = (indexing.SERVICE, indexing.EVENT, indexing.CONTACT)
"""What a region shows of its municipalities too."""
MOST_LIKE = 6
LEAST_LIKENESS = 0.5
MOST_NEAREST = 6


@dataclass(frozen=True)
class Hit:
    """One thing found. ``language``: in which it is shown. ``excerpt``: pieces with whether each is marked."""

    kind: str
    target: int
    language: str
    path: str
    space_id: int
    title: list[tuple[str, bool]]
    excerpt: list[tuple[str, bool]]
    machine: bool
    level: int
    """0: of the reader's own space, then upwards."""


@dataclass(frozen=True)
class Results:
    """``likened``: words of the index that were sought in place of ones it does not have."""

    hits: list[Hit]
    total: int
    likened: list[str]
    nearest: list[str]
    """Words with which something would be found; only where nothing was."""


@cache
def dictionaries() -> frozenset[str]:
    """The dictionaries that the server has. Asked once in a process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config")
        return frozenset(name for (name,) in cursor.fetchall())


_EXPAND = """
WITH asked AS (
    SELECT to_tsvector(name::regconfig, text) AS vector
    FROM unnest(%(names)s::text[], %(texts)s::text[]) AS q(name, text)
), typed AS (
    SELECT DISTINCT p."group", p.phrase FROM information_searchphrase p, asked
    WHERE p.query @@ asked.vector
      AND (p.space_id IS NULL OR p.space_id = ANY(%(chain)s)) AND p.language IN ('', %(language)s)
)
SELECT 'like', a.number, near.word, '', near.likeness
FROM unnest(%(numbers)s::int[], %(forms)s::text[]) AS a(number, form)
CROSS JOIN LATERAL (
    SELECT w.word, greatest(similarity(w.form, a.form), 0.9 * word_similarity(a.form, w.form))::float8 AS likeness
    FROM information_searchword w WHERE w.form %%> a.form OR w.form %% a.form
    ORDER BY likeness DESC, w.word LIMIT %(most)s
) near
WHERE near.likeness >= %(least)s
UNION ALL
SELECT 'phrase', 0, typed.phrase, string_agg(DISTINCT '(' || other.query::text || ')', ' | '), 1.0
FROM typed JOIN information_searchphrase other USING ("group")
GROUP BY typed."group", typed.phrase
"""

_FIND = """
WITH RECURSIVE said AS (
    SELECT p.id, p.of_id, p.kind, array_position(%(chain)s::bigint[], p.space_id) AS up FROM information_page p
    WHERE p.kind <> 'own' AND p.removed_on IS NULL AND p.space_id = ANY(%(chain)s)
), last AS (
    SELECT DISTINCT ON (of_id) * FROM said
    WHERE kind = 'hidden' OR kind = 'override'
        AND EXISTS (SELECT FROM information_searchentry e WHERE e.kind = 'page' AND e.target = said.id)
    ORDER BY of_id, up, id DESC
), gone AS (
    SELECT of_id AS id FROM last WHERE kind = 'hidden'
    UNION SELECT p.id FROM information_page p JOIN gone ON gone.id IN (p.parent_id, p.of_id)
), replaced AS (
    SELECT of_id AS id FROM last WHERE kind = 'override'
    UNION ALL SELECT said.id FROM said JOIN last USING (of_id)
    WHERE last.kind = 'override' AND (said.up, -said.id) > (last.up, -last.id)
), prepared AS (
    SELECT number, weight, CASE mode
        WHEN 'query' THEN text::tsquery
        WHEN 'prefix' THEN to_tsquery(dictionary::regconfig, quote_literal(text) || ':*')
        ELSE phraseto_tsquery(dictionary::regconfig, text) END AS query
    FROM unnest(%(numbers)s::int[], %(weights)s::float8[], %(dictionaries)s::text[], %(texts)s::text[], %(modes)s::text[])
        AS p(number, weight, dictionary, text, mode)
), part AS (
    SELECT number, weight, string_agg(DISTINCT '(' || query::text || ')', ' | ')::tsquery AS query
    FROM prepared WHERE numnode(query) > 0 GROUP BY number, weight
), hit AS (
    SELECT e.id, e.kind, e.target, e.language, part.number, max(part.weight * ts_rank(e.vector, part.query, 1)
        * CASE WHEN ts_filter(e.vector, '{a}') @@ part.query THEN %(title)s ELSE 1 END) AS score
    FROM part JOIN information_searchentry e ON e.vector @@ part.query
    WHERE (e.spaces && %(chain)s::bigint[] OR (e.kind = ANY(%(from_below)s)
        AND e.spaces && ARRAY(SELECT s.id FROM information_space s WHERE s.parent_id = %(region)s)))
      AND (e.until IS NULL OR e.until >= %(day)s)
      AND NOT (e.kind = 'page' AND e.target IN (SELECT id FROM gone UNION ALL SELECT id FROM replaced))
    GROUP BY e.id, part.number
), thing AS (
    SELECT kind, target, max(score) AS score FROM (
        SELECT kind, target, sum(score) * CASE WHEN language = %(language)s THEN %(own)s ELSE 1 END
            * CASE kind WHEN 'page' THEN %(page)s ELSE 1 END AS score
        FROM hit GROUP BY id, kind, target, language) one
    GROUP BY kind, target
), shown AS (
    SELECT DISTINCT ON (e.kind, e.target) e.*, thing.score * CASE
        WHEN %(here)s = ANY(e.spaces) THEN %(near)s WHEN %(above)s = ANY(e.spaces) THEN %(middle)s ELSE %(far)s END AS worth
    FROM thing JOIN information_searchentry e USING (kind, target)
    ORDER BY e.kind, e.target, array_position(%(order)s::text[], e.language::text) NULLS LAST, e.language
), once AS (
    SELECT DISTINCT ON (path) * FROM shown ORDER BY path, worth DESC, id
), paged AS (
    SELECT *, count(*) OVER () AS total FROM once ORDER BY worth DESC, id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT kind, target, language, path, spaces, machine, total, title, words,
    ts_headline(coalesce(d.name, 'simple')::regconfig, title, every.query, %(whole)s),
    ts_headline(coalesce(d.name, 'simple')::regconfig, left(words, 20000), every.query, %(piece)s)
FROM paged
CROSS JOIN (SELECT coalesce(string_agg('(' || query::text || ')', ' | '), '')::tsquery AS query FROM part) every
LEFT JOIN unnest(%(languages)s::text[], %(names)s::text[]) AS d(language, name) USING (language)
ORDER BY worth DESC, id
"""

_NEAREST = """
SELECT word FROM (
    SELECT w.word, max(similarity(w.form, a.form)) AS likeness
    FROM unnest(%(forms)s::text[]) AS a(form) JOIN information_searchword w
        ON w.form %% a.form OR w.form LIKE left(a.form, 4) || '%%'
    GROUP BY w.word ORDER BY likeness DESC, w.word LIMIT 40
) near
WHERE EXISTS (
    SELECT FROM information_searchentry e, unnest(%(names)s::text[]) AS d(name)
    WHERE e.vector @@ phraseto_tsquery(d.name::regconfig, near.word) AND e.spaces && %(chain)s::bigint[]
)
ORDER BY likeness DESC, word LIMIT %(most)s
"""


def find(question: str, reader: Reader, page: int = 1) -> Results:
    """What answers the question in the reader's space and those above it, ``PAGE_SIZE`` at a time."""
    words = search_rules.asked(question)
    if not words:
        return Results([], 0, [], [])
    known = dictionaries()
    chain, language = [one.pk for one in reader.way], reader.language
    parts, likened = _expanded(question, words, chain, language.code, known)
    here, above = chain[0], chain[1] if len(chain) > 2 else 0
    national = chain[-1]
    values: dict[str, Any] = {
        "numbers": [one.number for one in parts],
        "weights": [one.weight for one in parts],
        "dictionaries": [one.dictionary for one in parts],
        "texts": [one.text for one in parts],
        "modes": [one.mode for one in parts],
        "chain": list(chain),
        "day": reader.day,
        "language": language.code,
        "own": OWN_LANGUAGE,
        "title": TITLE_WEIGHT,
        "page": PAGE_WEIGHT,
        "from_below": list(FROM_BELOW),
        "region": reader.space.pk if reader.space.kind == SpaceKind.REGION else 0,
        "here": here if here != national else 0,
        "above": above,
        "near": NEARNESS[0],
        "middle": NEARNESS[1],
        "far": NEARNESS[2],
        "order": list(language.offered),
        "limit": PAGE_SIZE,
        "offset": (page - 1) * PAGE_SIZE,
        "whole": f"StartSel={START}, StopSel={END}, HighlightAll=true",
        "piece": f"StartSel={START}, StopSel={END}, MaxWords=32, MinWords=16, ShortWord=2",
        "languages": list(search_rules.DICTIONARIES),
        "names": [search_rules.dictionary(code, known) for code in search_rules.DICTIONARIES],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        rows = cursor.fetchall()
    hits = [_hit(row, words, reader) for row in rows]
    total = int(rows[0][6]) if rows else 0
    nearest = _nearest(words, chain, known) if not rows else []
    return Results(hits, total, likened if rows else [], nearest)


def _hit(row: Sequence[Any], words: Sequence[str], reader: Reader) -> Hit:
    chain = [one.pk for one in reader.way]
    kind, target, language, path, spaces, machine, _total, title, text, marked_title, marked = row
    if language.startswith("zh"):
        marked_title = search_rules.mark_chinese(title, words, around=100)
        marked = search_rules.mark_chinese(text, words)
    if reader.named(language).direction == "rtl":
        marked_title, marked = digits.in_order(marked_title), digits.in_order(marked)
    space = next((one for one in chain if one in spaces), chain[0])
    return Hit(
        kind=kind,
        target=target,
        language=language,
        path=path,
        space_id=space,
        title=search_rules.split_marked(marked_title),
        excerpt=search_rules.split_marked(marked),
        machine=machine,
        level=chain.index(space),
    )


def _expanded(
    question: str, words: Sequence[str], chain: Sequence[int], language: str, known: frozenset[str]
) -> tuple[list[Part], list[str]]:
    """Everything to look for: the words, words like them that the index has, and what stands for them. One statement."""
    parts = [part for number, word in enumerate(words) for part in search_rules.parts(number, word, known)]
    able = [(number, word) for number, word in enumerate(words) if len(word) > 2]
    names = sorted({name for word in words for name in search_rules.dictionaries(word, known)})
    values: dict[str, Any] = {
        "numbers": [number for number, _word in able],
        "forms": [search_rules.bare(word) for _number, word in able],
        "names": names,
        "texts": [search_rules.indexed(question[: search_rules.LONGEST_QUESTION], name) for name in names],
        "chain": list(chain),
        "language": language,
        "most": MOST_LIKE,
        "least": LEAST_LIKENESS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPAND, values)
        rows = cursor.fetchall()
    exact = {
        number for what, number, word, _query, _likeness in rows if what == "like" and word == words[number]
    }
    likened = []
    for what, number, word, query, likeness in rows:
        if what == "phrase":
            phrase_words = search_rules.words(word)
            weight = PHRASE_WEIGHT * max(len(phrase_words), 1)
            parts.append(Part(len(words), weight, search_rules.SIMPLE, query, "query"))
        elif word != words[number]:
            weight = round(LIKENESS_WEIGHT * float(likeness) * (0.5 if number in exact else 1), 3)
            parts.extend(
                Part(number, weight, name, search_rules.for_dictionary(word, name))
                for name in search_rules.dictionaries(word, known)
            )
            if number not in exact:
                likened.append(word)
    return parts, list(dict.fromkeys(likened))


def _nearest(words: Sequence[str], chain: Sequence[int], known: frozenset[str]) -> list[str]:
    """Words of the index that look a little like those asked for, and with which something is found here."""
    names = sorted({name for word in words for name in search_rules.dictionaries(word, known)})
    values: dict[str, Any] = {
        "forms": [search_rules.bare(word) for word in words],
        "names": names,
        "chain": list(chain),
        "most": MOST_NEAREST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, values)
        return [word for (word,) in cursor.fetchall()]
