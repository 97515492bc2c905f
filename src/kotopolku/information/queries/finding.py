"""A place by its name as people type it: in any of our languages, in Latin, Cyrillic or Arabic letters, with slips.

One statement for all names; the comparing is done in memory, for there are only some hundreds. Not for: search in texts.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from jellyfish import damerau_levenshtein_distance

from kotopolku.information import sources
from kotopolku.information.models import Space, SpaceKind

MOST_FOUND = 12
LONGEST_NAME = 60
_ALIKE = str.maketrans("vwpgcqd", "ffbkkkt")
"""Letters that scripts and ears confuse."""
_VOWELS = frozenset("aeiouyj")


@dataclass(frozen=True)
class Name:
    """A place with one of its names, ready to be compared."""

    space: Space
    plain: str
    bones: str


@cache
def _letters() -> dict[int, str]:
    data = tomllib.loads((sources.DATA / "letters.toml").read_text(encoding="utf-8"))
    return {ord(letter): latin for script in data.values() for letter, latin in script.items()}


@cache
def place_names() -> dict[str, dict[str, object]]:
    """Further names of places, and the Finnish forms of "where to"."""
    data: dict[str, dict[str, object]] = tomllib.loads(
        (sources.DATA / "place_names.toml").read_text(encoding="utf-8")
    )
    return data


_CONSONANT = re.compile("(?<!\\w)\u0648|(?<=\u0648)\u0648")
"""The letter that Arabic and Persian write for both u and v, where it is v: it begins a word, or comes after itself."""


@lru_cache(maxsize=5_000)
def plain(name: str) -> str:
    """A name in small Latin letters without marks; letters of scripts that we have no table for stay."""
    latin = _CONSONANT.sub("v", unicodedata.normalize("NFKC", name).casefold()).translate(_letters())
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


@lru_cache(maxsize=5_000)
def bones(name: str) -> str:
    """What is left of a plain name without vowels and doubled letters, letters that sound alike made one."""
    kept = "".join(sign for sign in name.translate(_ALIKE) if sign not in _VOWELS and sign != " ")
    return "".join(sign for sign, _again in groupby(kept))


def all_spaces() -> list[Space]:
    """Every space, in the Finnish alphabet. One statement."""
    return list(Space.objects.order_by("sort_fi", "pk"))


def found(wanted: str, spaces: Iterable[Space]) -> list[Space]:
    """The places that the typed name may mean, the likeliest first."""
    typed = plain(wanted[:LONGEST_NAME])
    if not typed:
        return []
    foreign = not wanted.isascii() and typed != plain_of_latin(wanted)
    scored: dict[int, tuple[int, str, Space]] = {}
    for name in _names(spaces):
        score = _distance(typed, name, foreign)
        if score is not None and (name.space.pk not in scored or score < scored[name.space.pk][0]):
            scored[name.space.pk] = (score, name.space.sort_fi, name.space)
    return [one[2] for one in sorted(scored.values(), key=lambda one: one[:2])][:MOST_FOUND]


def plain_of_latin(wanted: str) -> str:
    """The same as ``plain`` without the tables: equal where everything was typed in Latin letters."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", wanted.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def is_sure(wanted: str, spaces: list[Space]) -> bool:
    """Whether the first place has exactly the typed name and no other has: then no choice is needed."""
    typed = plain(wanted)
    return bool(spaces) and [
        space.pk for space in spaces if typed in {name.plain for name in _names([space])}
    ] == [spaces[0].pk]


def _names(spaces: Iterable[Space]) -> Iterable[Name]:
    also = place_names()["also"]
    for space in spaces:
        further = also.get(space.slug, ())
        given = [space.name_fi, space.name_sv, space.name_en, *space.names.values()]
        given += further if isinstance(further, list) else []
        for name in dict.fromkeys(plain(str(one)) for one in given if one):
            yield Name(space, name, bones(name))


def _distance(typed: str, name: Name, foreign: bool) -> int | None:
    """How far a typed name is from a place's: 0 the same, 1 its beginning, then slips; None when it is another."""
    municipality = 0 if name.space.kind == SpaceKind.MUNICIPALITY else 1
    if typed == name.plain:
        return 0 + municipality
    if len(typed) >= 2 and any(part.startswith(typed) for part in (name.plain, *name.plain.split())):
        return 2 + municipality
    if foreign and len(bones(typed)) >= 2 and bones(typed) == name.bones:
        return 4 + abs(len(typed) - len(name.plain)) + municipality
    allowed = 0 if len(typed) < 4 else 1 if len(typed) < 6 else 2
    slips = damerau_levenshtein_distance(typed, name.plain)
    if 0 < slips <= allowed:
        return 4 + 2 * slips + municipality
    if foreign and len(bones(typed)) >= 4 and damerau_levenshtein_distance(bones(typed), name.bones) == 1:
        return 20 + municipality
    return None
