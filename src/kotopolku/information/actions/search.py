"""Writes the search index, and keeps the synonyms of editors.

The index follows what is published and says nothing of its own: writing it is no act for the journal. Synonyms are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access, search_rules
from kotopolku.information import access_feedback as own_access
from kotopolku.information.indexing import CONTACT, NEWS, PAGE
from kotopolku.information.models import (
    News,
    SearchEntry,
    SearchPhrase,
    SearchWord,
    Space,
    SynonymGroup,
    Term,
)
from kotopolku.information.queries.search import dictionaries
from kotopolku.information.search_sources import READERS, Content
from kotopolku.journal.actions import record

GROUP = "information.synonyms"
BATCH = 200
MOST_SYNONYMS = 30
LONGEST_SYNONYM = 80

_ENTRY = """
INSERT INTO information_searchentry AS e
    (kind, target, language, spaces, path, title, words, until, machine, vector)
VALUES (%(kind)s, %(target)s, %(language)s, %(spaces)s::bigint[], %(path)s, %(title)s, %(words)s, %(until)s, %(machine)s,
    setweight(to_tsvector(%(dictionary)s::regconfig, %(a)s), 'A')
    || setweight(to_tsvector(%(dictionary)s::regconfig, %(b)s), 'B')
    || setweight(to_tsvector(%(dictionary)s::regconfig, %(d)s), 'D'))
ON CONFLICT (kind, target, language) DO UPDATE SET
    spaces = excluded.spaces, path = excluded.path, title = excluded.title, words = excluded.words,
    until = excluded.until, machine = excluded.machine, vector = excluded.vector
"""


@transaction.atomic
def index_one(kind: str, target: int) -> None:
    """Makes the rows of one thing anew; none when it is not public. Called inside the action that changed it."""
    index_some(kind, [target])


@transaction.atomic
def index_some(kind: str, targets: Sequence[int]) -> int:
    """Makes the rows of these things anew. Returns how many rows they have now. Raises ``KeyError`` for a strange kind."""
    contents = list(READERS[kind].read(targets))
    kept = {(one.target, one.language) for one in contents}
    known = SearchEntry.objects.filter(kind=kind, target__in=targets)
    stale = [
        pk
        for pk, target, language in known.values_list("pk", "target", "language")
        if (target, language) not in kept
    ]
    if stale:
        SearchEntry.objects.filter(pk__in=stale).delete()
    found = dictionaries()
    words: set[str] = set()
    rows: list[dict[str, Any]] = []
    for one in contents:
        name = search_rules.dictionary(one.language, found)
        rows.append(_row(one, name))
        words.update(search_rules.words(f"{one.title} {one.summary} {one.text}"))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ENTRY, rows)
    _add_words(words)
    return len(rows)


_BELOW = """
WITH RECURSIVE below AS (
    SELECT unnest(%s::bigint[]) AS id
    UNION SELECT p.id FROM information_page p JOIN below b ON b.id IN (p.parent_id, p.of_id)
)
SELECT id FROM below ORDER BY id
"""


@transaction.atomic
def index_trees(page_ids: Sequence[int]) -> int:
    """Makes the rows of these pages, of all below them and of their variants anew. Returns how many rows they have now."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(page_ids)])
        return index_some(PAGE, [pk for (pk,) in cursor.fetchall()])


def _row(one: Content, dictionary: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "target": one.target,
        "language": one.language,
        "spaces": list(one.spaces),
        "path": one.path,
        "title": one.title[:200],
        "words": " ".join(f"{one.summary} {one.text}".split()),
        "until": one.until,
        "machine": one.machine,
        "dictionary": dictionary,
        "a": search_rules.indexed(one.title, dictionary),
        "b": search_rules.indexed(one.summary, dictionary),
        "d": search_rules.indexed(one.text, dictionary),
    }


def _add_words(words: Iterable[str]) -> None:
    """Words that a typing error can be likened to. What is left over from old texts finds nothing and does no harm."""
    kept = sorted(
        word for word in words if 3 <= len(word) <= search_rules.LONGEST_WORD and not word.isdecimal()
    )
    # Most are there already. Only new ones are written, in one order, so that two who publish do not wait for each other.
    known = set(SearchWord.objects.filter(word__in=kept).values_list("word", flat=True))
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, form=search_rules.bare(word)) for word in kept if word not in known],
        ignore_conflicts=True,
    )


def index_all() -> dict[str, int]:
    """The whole index anew; search goes on with the old rows meanwhile. Returns rows by kind. Needs to see every row."""
    counted: dict[str, int] = {}
    for kind, reader in READERS.items():
        ids = sorted(reader.ids())
        counted[kind] = 0
        for first in range(0, len(ids), BATCH):
            counted[kind] += index_some(kind, ids[first : first + BATCH])
        SearchEntry.objects.filter(kind=kind).exclude(target__in=ids).delete()
    with transaction.atomic():
        index_terms()
        for group in SynonymGroup.objects.all():
            _index_group(group)
    return counted


@transaction.atomic
def index_of_day(day: date) -> int:
    """What is seen for the first time on ``day``, though nobody touches it then: news and contacts. Run every night."""
    news = News.objects.filter(shown_from=day, published=True).values_list("pk", flat=True)
    contacts = Contact.objects.filter(valid__startswith=day, public=True).values_list("pk", flat=True)
    return index_some(NEWS, list(news)) + index_some(CONTACT, list(contacts))


# --- Words that stand for each other -------------------------------------------------------------------------------------

_PHRASE = """
INSERT INTO information_searchphrase ("group", space_id, language, phrase, query)
SELECT %(group)s, %(space)s, %(language)s, %(phrase)s, made.query
FROM phraseto_tsquery(%(dictionary)s::regconfig, %(text)s) AS made(query)
WHERE numnode(made.query) > 0
"""


@transaction.atomic
def index_terms() -> None:
    """Prepares all words of the term list: in search the words of a concept stand for each other, in all languages."""
    found = dictionaries()
    SearchPhrase.objects.filter(group__startswith="t").delete()
    rows = [
        _phrase(f"t{term.concept}", None, "", words, search_rules.dictionary(term.language, found))
        for term in Term.objects.all()
        for words in (term.words, *term.avoid.split(","))
        if words.strip()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_PHRASE, rows)


def _index_group(group: SynonymGroup) -> None:
    SearchPhrase.objects.filter(group=f"s{group.pk}").delete()
    # Which language a synonym is of is not asked: each is prepared by all dictionaries that may know it.
    rows = [
        _phrase(f"s{group.pk}", group.space_id, group.language, words, name)
        for words in group.words
        for name in search_rules.dictionaries(words, dictionaries())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_PHRASE, rows)


def _phrase(group: str, space: int | None, language: str, words: str, dictionary: str) -> dict[str, Any]:
    return {
        "group": group,
        "space": space,
        "language": language,
        "phrase": words.strip(),
        "dictionary": dictionary,
        "text": search_rules.indexed(words, dictionary),
    }


@dataclass(frozen=True)
class SynonymContent:
    """What an editor types: words that mean the same. ``language``: for readers of that one only; empty for all."""

    words: tuple[str, ...]
    language: str = ""


def _checked(content: SynonymContent) -> tuple[list[str], list[Refusal]]:
    words = list(dict.fromkeys(" ".join(one.split()) for one in content.words if one.strip()))
    found = []
    if len(words) < 2:
        found.append(
            Refusal(
                "words", "too-few", _("Write at least two words or expressions, each on a line of its own.")
            )
        )
    if len(words) > MOST_SYNONYMS:
        sentence = _("There can be %(most)s words or expressions at most.")
        found.append(Refusal("words", "too-many", sentence, {"most": MOST_SYNONYMS}))
    for one in words:
        if len(one) > LONGEST_SYNONYM:
            sentence = _("“%(words)s” is too long: %(most)s signs at most.")
            found.append(
                Refusal("words", "too-long", sentence, {"words": one[:40] + "…", "most": LONGEST_SYNONYM})
            )
        elif not search_rules.words(one):
            sentence = _("“%(words)s” has no letters.")
            found.append(Refusal("words", "no-letters", sentence, {"words": one}))
    return words, found


@transaction.atomic
def add_synonyms(
    slug: str, content: SynonymContent, *, actor: Viewer, token: UUID | None = None
) -> SynonymGroup:
    """Words that stand for each other in a space of the actor's organisation and below. Raises ``Refusals``, ``NotVisible``."""
    space = access.own_space(actor, slug)
    if (before := done_before(token, GROUP)) is not None:
        return own_access.synonyms(actor, before)
    words, found = _checked(content)
    refuse(found)
    group = SynonymGroup.objects.create(space=space, language=content.language, words=words)
    _index_group(group)
    record("information.synonyms.added", actor=actor, object=(GROUP, group.pk), token=token)
    return group


@transaction.atomic
def change_synonyms(
    group_id: int, content: SynonymContent, *, actor: Viewer, expected_version: int
) -> SynonymGroup:
    """Changes a group of the actor's own space. Raises ``Refusals``, ``EditClash``, ``NotVisible``."""
    group = own_access.synonyms(actor, group_id, lock=True)
    if group.version != expected_version:
        theirs = {"words": "\n".join(group.words), "language": group.language}
        raise EditClash(theirs=theirs, version=group.version, who="", when=clock.now())
    words, found = _checked(content)
    refuse(found)
    group.words, group.language = words, content.language
    group.version += 1
    group.save()
    _index_group(group)
    record(
        "information.synonyms.changed",
        actor=actor,
        object=(GROUP, group.pk),
        details={"version": group.version},
    )
    return group


@transaction.atomic
def remove_synonyms(group_id: int, *, actor: Viewer) -> Space:
    """Removes a group of the actor's own space; returns the space. Raises ``NotVisible``."""
    group = own_access.synonyms(actor, group_id, lock=True)
    record("information.synonyms.removed", actor=actor, object=(GROUP, group.pk))
    SearchPhrase.objects.filter(group=f"s{group.pk}").delete()
    space = group.space
    group.delete()
    return space
