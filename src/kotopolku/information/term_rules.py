"""Which words of the term list occur in a text, whatever their endings.

Pure: no Django. Endings are cut roughly, as a hint for a translator needs: a word too many does no harm. Not for: search.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

CUT = {"fi": 2, "sv": 1, "en": 1}
"""So many letters of a word's end may change."""
ENDING = {"fi": 8, "sv": 4, "en": 3}
"""So many letters may follow."""
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4_000)
def pattern(words: str, language: str) -> re.Pattern[str]:
    """What a term looks like in a text."""
    cut, ending = CUT.get(language, 0), ENDING.get(language, 6)
    stems = []
    for word in _WORD.findall(words.lower()):
        if language == "fi" and word.endswith("nen") and len(word) > 5:
            word = word[:-3]
        elif len(word) > 4 + cut:
            word = word[: len(word) - cut]
        stems.append(rf"{re.escape(word)}\w{{0,{ending}}}")
    return re.compile(r"(?<!\w)" + r"[\s-]+".join(stems) + r"(?!\w)") if stems else re.compile(r"(?!)")


def occurring(text: str, terms: Mapping[str, str], language: str) -> list[str]:
    """Keys of the terms (words by key) that occur in a text, the longest first; a word inside a longer term is left out."""
    low = text.lower()
    taken: list[tuple[int, int]] = []
    found: list[str] = []
    for key, words in sorted(terms.items(), key=lambda one: -len(one[1])):
        spans = [match.span() for match in pattern(words, language).finditer(low)]
        free = [one for one in spans if not any(start <= one[0] and one[1] <= end for start, end in taken)]
        if free:
            taken += free
            found.append(key)
    return found


def avoided(text: str, words: Iterable[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    """Of pairs (word to avoid, word to use) those whose first word occurs in the text."""
    low = text.lower()
    return [(bad, good) for bad, good in words if bad and pattern(bad, language).search(low)]
