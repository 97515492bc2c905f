"""Acts on the term list: loaded from the data at the start, a concept's words added, changed, taken out.

Not for: finding terms in texts (``queries/terms.py``).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import sources
from kotopolku.information.actions.spaces import EVERY, touch
from kotopolku.information.indexing import terms_changed
from kotopolku.information.models import ContentLanguage, Space, Term
from kotopolku.information.queries import terms as queries
from kotopolku.journal.actions import record

UNSURE = "Tarkistettava. Bör kontrolleras. To be checked."
"""Note on a word of the data that is our own reading; in the three languages, for it is data."""
LANGUAGES = ("fi", "sv", "en")
LONGEST = 200
LONGEST_NOTE = 300
_LOCK = 0x7465726D  # "term"


@dataclass(frozen=True)
class TermWords:
    """A concept's word in one language; without words the language has none."""

    words: str = ""
    note: str = ""
    avoid: str = ""


@transaction.atomic
def load_terms() -> int:
    """Loads terms of the data that are not there yet; what people have changed stays. Returns how many the data have.

    Published words, no person's data: no journal entry.
    """
    rows = tomllib.loads((sources.DATA / "terms.toml").read_text(encoding="utf-8"))["terms"]
    made = [
        Term(
            concept=row["concept"],
            language=language,
            words=row[language],
            note=UNSURE if language in row.get("unsure", ()) else "",
            avoid=row.get(f"avoid_{language}", ""),
        )
        for row in rows
        for language in LANGUAGES
        if row.get(language)
    ]
    known = set(Term.objects.values_list("concept", flat=True))
    Term.objects.bulk_create([one for one in made if one.concept not in known], ignore_conflicts=True)
    terms_changed()
    return len(rows)


@transaction.atomic
def keep_concept(concept: str, words: Mapping[str, TermWords], *, actor: Viewer, expected_mark: str) -> str:
    """Writes a concept's words by language; returns its key. ``concept`` "" makes a new one. Safe to repeat.

    ``expected_mark``: of what was opened (``queries.terms.mark_of``). Raises ``Refusals``, ``EditClash``.
    """
    require(actor, Capability.CONTENT_PUBLISH)
    _hold()
    given = {
        language: TermWords(" ".join(one.words.split()), one.note.strip(), " ".join(one.avoid.split()))
        for language, one in words.items()
    }
    refuse(_check(given))
    known = queries.concept(concept) if concept else None
    key = concept if known is not None else _new_key(given)
    if known is None and (same := queries.concept(key)) is not None:
        if {name: _plain(one) for name, one in same.words.items()} == {
            n: g for n, g in given.items() if g.words
        }:
            return key
        refuse([Refusal("", "there", _("The list has this term already. Change the one that is there."))])
    now = {name: _plain(one) for name, one in known.words.items()} if known else {}
    if now == {name: one for name, one in given.items() if one.words}:
        return key
    if queries.mark_of(known) != expected_mark:
        raise EditClash(theirs={}, version=0, who="", when=clock.now())
    Term.objects.filter(concept=key).exclude(
        language__in=[n for n, one in given.items() if one.words]
    ).delete()
    for language, one in given.items():
        if one.words:
            Term.objects.update_or_create(
                concept=key,
                language=language,
                defaults={"words": one.words, "note": one.note, "avoid": one.avoid},
            )
    none = TermWords()
    changed = [code for code in {**now, **given} if now.get(code, none).words != given.get(code, none).words]
    _written("information.term.kept", key, changed, actor)
    return key


@transaction.atomic
def remove_concept(concept: str, *, actor: Viewer) -> None:
    """Takes a concept out of the list. Safe to repeat."""
    require(actor, Capability.CONTENT_PUBLISH)
    _hold()
    rows = Term.objects.filter(concept=concept)
    if languages := list(rows.values_list("language", flat=True)):
        rows.delete()
        _written("information.term.removed", concept, languages, actor)


def _written(name: str, concept: str, languages: Iterable[str], actor: Viewer) -> None:
    """Follows a change. Readers see contacts' titles by this list, found by the words in Finnish, Swedish and English:
    of one of these a change renews every language of the country and all below it, else its own only."""
    terms_changed()
    country = Space.objects.filter(slug=sources.NATIONAL).values_list("pk", flat=True)
    touch(country, [EVERY] if set(languages) & set(LANGUAGES) else languages)
    record(name, actor=actor, object=("information.term", 0), details={"concept": concept})


def _hold() -> None:
    """One at a time: the list is small and seldom changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _plain(row: Term) -> TermWords:
    return TermWords(row.words, row.note, row.avoid)


def _new_key(given: Mapping[str, TermWords]) -> str:
    for language in ("en", "fi", "sv", *given):
        if language in given and (key := slugify(given[language].words)[:80]):
            return key
    return "term"


def _check(given: Mapping[str, TermWords]) -> list[Refusal]:
    found = []
    if not any(one.words for one in given.values()):
        found.append(Refusal("", "no-words", _("Write the term in at least one language.")))
    known = set(ContentLanguage.objects.values_list("code", flat=True))
    for language, one in given.items():
        if language not in known:
            found.append(Refusal("", "unknown", _("Choose a language that is in use.")))
        for name, text, most in (
            ("words", one.words, LONGEST),
            ("avoid", one.avoid, LONGEST),
            ("note", one.note, LONGEST_NOTE),
        ):
            if len(text) > most:
                words = _("This is longer than %(most)s characters. Shorten it.")
                found.append(Refusal(f"{name}-{language}", "too-long", words, {"most": str(most)}))
        if one.avoid and not one.words:
            words = _("Write the word to use as well.")
            found.append(Refusal(f"words-{language}", "required", words))
    return found
