"""How easy a text is to read in plain Finnish, Swedish or English: advice beside the text, never a bar.

Pure: no Django. The limits and the lists of words are in ``data/readability.toml``. LIX is Björnsson's readability index
(1968): words in a sentence on average, and the share of words longer than six letters. Not for: other languages.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

DATA = Path(__file__).parent / "data" / "readability.toml"
LONG_SENTENCE, LONG_WORD, PASSIVE, HEAVY = "long-sentence", "long-word", "passive", "heavy-word"
LIX_LETTERS = 6
"""A word of more letters is a long one in LIX."""
FEWEST_WORDS = 25
"""Of a shorter text LIX says nothing."""
_MARKDOWN = MarkdownIt("commonmark")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_END = re.compile(r"[.!?…]+[\"”’»)]*\s+(?=[\"”’»(]*[^\W_a-zåäö])")


@dataclass(frozen=True)
class Advice:
    """One thing that would read easier. ``word`` is empty for a sentence; ``better``: plainer words, where known."""

    kind: str
    sentence: str
    word: str = ""
    better: str = ""
    number: int = 0
    """Words of a long sentence, letters of a long word."""


@dataclass(frozen=True)
class Reading:
    """A text looked at. ``lix`` is None for a short one. ``level``: "easy", "fair", "hard" or "" without LIX."""

    words: int
    sentences: int
    lix: int | None
    level: str
    advice: tuple[Advice, ...]


@cache
def _limits() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def is_known(language: str) -> bool:
    """Whether texts of the language can be looked at."""
    return language in _limits()


def read(texts: Sequence[str], language: str) -> Reading | None:
    """Looks at Markdown texts of one page. None for a language whose plain style is not known here."""
    limits = _limits().get(language)
    if limits is None:
        return None
    found = [one for words in texts for one in sentences(words, language)]
    words = [word for one in found for word in _WORD.findall(one)]
    lix: int | None = None
    if len(words) >= FEWEST_WORDS:
        long = sum(len(word) > LIX_LETTERS for word in words)
        lix = round(len(words) / len(found) + 100 * long / len(words))
    level = ""
    if lix is not None:
        level = "easy" if lix <= limits["lix_easy"] else "fair" if lix <= limits["lix_fair"] else "hard"
    advice = tuple(one for sentence in found for one in _advice(sentence, limits))
    return Reading(len(words), len(found), lix, level, advice)


def sentences(words: str, language: str) -> list[str]:
    """The sentences of a Markdown text; a heading or a point of a list is one of its own, an abbreviation ends none."""
    short = set(_limits().get(language, {}).get("abbreviations", ()))
    return [one for part in _paragraphs(words) for one in _split(part, short)]


def _paragraphs(words: str) -> Iterator[str]:
    for token in _MARKDOWN.parse(words):
        if token.type != "inline":
            continue
        shown = (
            " " if child.type in ("softbreak", "hardbreak") else child.content
            for child in token.children or ()
            if child.type in ("text", "code_inline", "softbreak", "hardbreak")
        )
        if text := " ".join("".join(shown).split()):
            yield text


def _split(text: str, abbreviations: set[str]) -> Iterator[str]:
    start = 0
    for found in _END.finditer(text):
        before = text[start : found.start()].rsplit(" ", 1)[-1].lstrip('("”').lower()
        if before in abbreviations or (before.isdigit() and text[found.start()] == "."):
            continue
        yield text[start : found.end()].strip()
        start = found.end()
    if rest := text[start:].strip():
        yield rest


def _advice(sentence: str, limits: Mapping[str, Any]) -> Iterator[Advice]:
    words = _WORD.findall(sentence)
    if len(words) > limits["most_words"]:
        yield Advice(LONG_SENTENCE, sentence, number=len(words))
    usual = set(limits["usual"])
    for word in dict.fromkeys(words):
        if max(map(len, re.split("[-’']", word))) > limits["most_letters"] and not any(
            word.lower().startswith(known) for known in usual
        ):
            yield Advice(LONG_WORD, sentence, word, number=len(word))
    low = sentence.lower()
    for heavy, better in limits["heavy"].items():
        if found := re.search(rf"(?<!\w){re.escape(heavy)}\w{{0,{limits['ending']}}}(?!\w)", low):
            yield Advice(HEAVY, sentence, sentence[found.start() : found.end()], better)
    for pattern in limits["passive"]:
        for found in re.finditer(pattern, low):
            verb = sentence[found.start() : found.end()]
            is_name = found.start() > 0 and verb[0].isupper()
            if found.group() not in limits["not_passive"] and not is_name:
                yield Advice(PASSIVE, sentence, verb)
