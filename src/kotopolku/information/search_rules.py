"""How a question is taken apart for search: folding of letters, words, stop words, which dictionaries know them, marks.

Pure: no Django, no database. Not for: finding (``queries/search.py``), the index (``actions/search.py``).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SIMPLE = "simple"
DICTIONARIES = {
    "fi": "finnish",
    "sv": "swedish",
    "en": "english",
    "et": "estonian",
    "ru": "russian",
    "fr": "french",
    "es": "spanish",
    "tr": "turkish",
    "ar": "arabic",
}
"""The server's dictionary of each language that may have one."""
_BY_SCRIPT = {"cyrillic": ("russian",), "arabic": ("arabic",), "chinese": ()}
MOST_WORDS = 12
LONGEST_QUESTION = 200
SHORTEST_PREFIX = 4
LONGEST_WORD = 60
START, END = "\x02", "\x03"
"""Round what is marked in an excerpt, until it is shown: signs that no text of ours holds."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_NOT_WRITTEN = re.compile(
    r"[\u0307\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069]"
)
_TO_ARABIC = str.maketrans("یکھہۀە", "يكههةه")
_TO_PERSIAN = str.maketrans("يكى", "یکی")


@dataclass(frozen=True)
class Part:
    """One thing to look for. ``mode``: word, prefix, or query for one that the database has prepared.

    Parts with the same ``number`` are ways to say the same word of the question: the best of them counts.
    """

    number: int
    weight: float
    dictionary: str
    text: str
    mode: str = "word"


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of what is sought, in all languages of the pages."""
    data = tomllib.loads((Path(__file__).parent / "data" / "stop_words.toml").read_text(encoding="utf-8"))
    return frozenset(fold(word) for words in data["words"].values() for word in words.split())


def fold(text: str) -> str:
    """Letters as they are compared: small, one form of each, no vowel signs in Arabic script."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u200c", " ")
    return _NOT_WRITTEN.sub("", unicodedata.normalize("NFC", text))


def bare(word: str) -> str:
    """A folded word without accents and dots, as many type it: "päiväkoti" and "paivakoti" become one."""
    parts = unicodedata.normalize("NFD", word.replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    kept = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", kept).translate(_TO_PERSIAN)[:LONGEST_WORD]


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order; Chinese as pairs of signs."""
    return list(_words(fold(text)))


def _words(folded: str) -> Iterator[str]:
    for found in _WORD.finditer(folded):
        word, at = found.group(), 0
        for run in _CHINESE.finditer(word):
            if run.start() > at:
                yield word[at : run.start()]
            yield from pairs(run.group())
            at = run.end()
        if at < len(word):
            yield word[at:]


def pairs(run: str) -> list[str]:
    """Chinese signs in overlapping pairs; one sign alone stays alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def asked(question: str) -> list[str]:
    """The words of a question that say what is sought, each once; all of them when every one is a stop word."""
    found = list(dict.fromkeys(words(question[:LONGEST_QUESTION])))
    telling = [
        word for word in found if word not in stop_words() and (len(word) > 1 or script(word) == "chinese")
    ]
    return (telling or found)[:MOST_WORDS]


def script(word: str) -> str:
    """latin, cyrillic, arabic or chinese, by the first letter; other scripts count as latin."""
    name = unicodedata.name(next((sign for sign in word if sign.isalpha()), "a"), "")
    for known, prefix in (("cyrillic", "CYRILLIC"), ("arabic", "ARABIC"), ("chinese", "CJK")):
        if name.startswith(prefix):
            return known
    return "latin"


def dictionary(language: str, known: frozenset[str]) -> str:
    """The dictionary for texts in a language, among those that the server knows."""
    found = DICTIONARIES.get(language, SIMPLE)
    return found if found in known else SIMPLE


def dictionaries(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Dictionaries of all languages that a word of this script can be of, and the simple one."""
    others = _BY_SCRIPT.get(script(word))
    if others is None:
        taken = {name for names in _BY_SCRIPT.values() for name in names}
        others = tuple(name for name in DICTIONARIES.values() if name not in taken)
    return (*(name for name in others if name in known), SIMPLE)


def for_dictionary(text: str, name: str) -> str:
    """A folded text as it goes into a dictionary: Arabic and Persian write some letters with different signs."""
    return text.translate(_TO_ARABIC if name == "arabic" else _TO_PERSIAN)


def indexed(text: str, name: str) -> str:
    """A text as it goes into the index through a dictionary."""
    return for_dictionary(" ".join(words(text)), name)


def parts(number: int, word: str, known: frozenset[str], weight: float = 1.0) -> list[Part]:
    """Ways to look for one word: by every dictionary, as a beginning, and without its ending where no dictionary helps."""
    found = []
    beginning = len(word) >= SHORTEST_PREFIX and script(word) != "chinese"
    for name in dictionaries(word, known):
        text = for_dictionary(word, name)
        found.append(Part(number, weight, name, text))
        if beginning:
            found.append(Part(number, weight * 0.6, name, text, "prefix"))
    if beginning and script(word) in ("cyrillic", "arabic"):
        stem = for_dictionary(word, SIMPLE)[: -2 if len(word) > 5 else -1]
        found.append(Part(number, weight * 0.4, SIMPLE, stem, "prefix"))
    return found


def split_marked(excerpt: str) -> list[tuple[str, bool]]:
    """An excerpt in pieces, each with whether it is marked. The pieces are plain text: who shows them escapes them."""
    pieces: list[tuple[str, bool]] = []
    for chunk in re.split(f"({START}[^{START}{END}]*{END})", excerpt):
        marked = chunk.startswith(START)
        plain = chunk.replace(START, "").replace(END, "")
        if plain:
            pieces.append((plain, marked))
    return pieces


def mark_chinese(text: str, asked_words: Sequence[str], around: int = 40) -> str:
    """An excerpt of a Chinese text round the first pair that was asked for, with the pairs marked."""
    places = sorted(
        {(found.start(), found.end()) for word in asked_words for found in re.finditer(re.escape(word), text)}
    )
    first = max(places[0][0] - around // 2, 0) if places else 0
    shown = text[first : first + 3 * around]
    marks = [False] * len(shown)
    for start, end in places:
        for at in range(max(start - first, 0), min(end - first, len(shown))):
            marks[at] = True
    out = []
    for at, sign in enumerate(shown):
        before = at > 0 and marks[at - 1]
        if marks[at] and not before:
            out.append(START)
        if before and not marks[at]:
            out.append(END)
        out.append(sign)
    if marks and marks[-1]:
        out.append(END)
    return ("… " if first else "") + "".join(out) + (" …" if first + len(shown) < len(text) else "")
