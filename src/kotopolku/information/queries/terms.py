"""What the pages of terms and of translating need of the term list. Not for: changing it (``actions/terms.py``)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from kotopolku.information import term_rules
from kotopolku.information.models import Term


@dataclass(frozen=True)
class Hint:
    """A term that occurs in a source text. ``target`` is None when the list has no word in the other language."""

    concept: str
    source: str
    target: Term | None


@dataclass(frozen=True)
class Concept:
    """All words of one concept, by language."""

    concept: str
    words: dict[str, Term]


class Hints:
    """The terms of two languages, read once, to look for in many texts."""

    def __init__(self, source: str, target: str) -> None:
        rows = Term.objects.filter(language__in=[source, target])
        self._language = source
        self._source = {one.concept: one.words for one in rows if one.language == source}
        self._target = {one.concept: one for one in rows if one.language == target}

    def of(self, text: str) -> list[Hint]:
        """Terms that occur in a text."""
        return [
            Hint(concept, self._source[concept], self._target.get(concept))
            for concept in term_rules.occurring(text, self._source, self._language)
        ]

    def to_avoid(self, texts: Iterable[str]) -> list[tuple[str, str]]:
        """Words of translated texts that the list says are not to be used, with the ones to use."""
        whole = "\n".join(texts)
        pairs = [(bad.strip(), one.words) for one in self._target.values() for bad in one.avoid.split(",")]
        target = next((one.language for one in self._target.values()), "")
        return term_rules.avoided(whole, pairs, target)


def concepts(asked: str = "") -> list[Concept]:
    """Concepts by their Finnish word; those with ``asked`` in a word of any language, or all. Two statements."""
    rows = Term.objects.all()
    if asked:
        found = Q(words__icontains=asked) | Q(avoid__icontains=asked) | Q(note__icontains=asked)
        rows = rows.filter(concept__in=Term.objects.filter(found).values("concept"))
    by_concept: dict[str, dict[str, Term]] = {}
    for one in rows:
        by_concept.setdefault(one.concept, {})[one.language] = one
    made = [Concept(concept, words) for concept, words in by_concept.items()]
    return sorted(made, key=lambda one: (one.words["fi"].words if "fi" in one.words else one.concept).lower())


def concept(key: str) -> Concept | None:
    """One concept; None when there is none of the key."""
    words = {one.language: one for one in Term.objects.filter(concept=key)}
    return Concept(key, words) if words else None


def mark_of(found: Concept | None) -> str:
    """A mark that changes with any word of a concept, for two people who change it at once; "" for a new one."""
    if found is None:
        return ""
    rows = sorted([one.language, one.words, one.note, one.avoid] for one in found.words.values())
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
