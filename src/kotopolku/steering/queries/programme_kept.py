"""What a municipal programme says as a page or a paper shows it in one language, and what differs between two versions.

Works on the plain data of ``programme_content.content_of``, kept or of today. A text that is missing in the wanted language
is shown in another, and says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kotopolku import writing
from kotopolku.reference import queries as reference
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.marks import council_mark, goal_words
from kotopolku.steering.queries.indicators import place_names
from kotopolku.steering.queries.programme_content import LANGUAGES, said
from kotopolku.steering.wording_programme import figure
from kotopolku.worddiff import Piece, pieces


@dataclass(frozen=True)
class Text:
    """Words with the language they are in; ``other``: not the one wanted."""

    words: str
    language: str
    other: bool = False

    @property
    def language_words(self) -> str:
        return str(wording.LANGUAGES.get(self.language, self.language))


@dataclass(frozen=True)
class Figure:
    name: Text
    place: str
    year: int
    value: str
    source: str


@dataclass(frozen=True)
class Section:
    key: str
    title: Text
    text: Text
    answers: str
    figures: list[Figure]


@dataclass(frozen=True)
class Goal:
    code: str
    title: Text
    text: Text
    municipality: str
    indicator: Text
    unit: str
    start: str
    start_year: int
    target: str
    target_year: int
    owner: str
    lines: str
    state: str


@dataclass(frozen=True)
class Municipality:
    name: str
    state: str
    decided_on: date | None
    section_number: str


@dataclass(frozen=True)
class Shown:
    """A whole programme in one language."""

    name: Text
    first_day: date | None
    last_day: date | None
    municipalities: list[Municipality]
    sections: list[Section]
    goals: list[Goal]


def shown(content: Mapping[str, Any], wanted: str) -> Shown:
    """The content in the wanted language. Days of kept data are ISO texts."""
    places = place_names()
    first, last = content["days"]
    return Shown(
        _text(content["names"], wanted),
        writing.as_day(first),
        writing.as_day(last),
        [
            Municipality(
                municipality_name(one["code"], one["name"], wanted),
                council_mark(one["state"]).words,
                writing.as_day(one["decided_on"]),
                one["section_number"],
            )
            for one in content["municipalities"]
        ],
        [
            Section(
                one["key"],
                _text(one["title"], wanted),
                _text(one["text"], wanted),
                one["answers"],
                [_figure(each, wanted, places) for each in one["figures"]],
            )
            for one in content["sections"]
        ],
        [_goal(one, wanted) for one in content["goals"]],
    )


def municipality_name(code: str, name: str, wanted: str) -> str:
    found = reference.municipality_by_code(code)
    return found.name(wanted) if found else name


def _text(texts: Mapping[str, Any], wanted: str) -> Text:
    words, language = said(dict(texts), wanted)
    return Text(words, language, bool(words) and language != wanted)


def amount(value: str | None) -> str:
    return "–" if value is None else figure(Decimal(value))


def _figure(one: Mapping[str, Any], wanted: str, places: Mapping[str, str]) -> Figure:
    unit = one["unit"]
    value = f"{amount(one['value'])} {unit}".strip()
    return Figure(
        _text(one["name"], wanted),
        places.get(one["place"], one["place"]),
        one["year"],
        value,
        one["source"],
    )


def _goal(one: Mapping[str, Any], wanted: str) -> Goal:
    owner = ", ".join(part for part in (one["owner"], one["owner_also"]) if part)
    return Goal(
        one["code"],
        _text(one["title"], wanted),
        _text(one["text"], wanted),
        municipality_name(one["municipality"], one["municipality"], wanted) if one["municipality"] else "",
        _text(one["indicator_names"], wanted),
        one["unit"],
        amount(one["start_value"]),
        one["start_year"],
        amount(one["target"]),
        one["target_year"],
        owner,
        ", ".join(one["lines"]),
        goal_words(one["state"]),
    )


# Differences ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """One thing that is not the same: what, in which language its words are, and the words."""

    name: str
    language: str
    language_words: str
    pieces: tuple[Piece, ...]


def differences(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> list[Changed]:
    """What differs from the old version to the new: names, period, municipalities, sections, figures and goals."""
    found = _texts(_("Name"), old["names"], new["names"])
    found += _plain(_("Period"), _period(old), _period(new), language)
    found += _rows(_("Municipalities"), old["municipalities"], new["municipalities"], _municipality, language)
    for before, after in _paired(old["sections"], new["sections"], "key"):
        name = said((after or before)["title"], language)[0] or (after or before)["key"]
        found += _texts(_("%(name)s: title") % {"name": name}, before.get("title"), after.get("title"))
        found += _texts(name, before.get("text"), after.get("text"))
        figures = _("%(name)s: figures") % {"name": name}
        found += _rows(
            figures,
            before.get("figures", []),
            after.get("figures", []),
            lambda one: _figure_line(one, language),
            language,
        )
    for before, after in _paired(old["goals"], new["goals"], "code"):
        name = _("Goal %(code)s") % {"code": (after or before)["code"]}
        found += _texts(name, before.get("title"), after.get("title"))
        found += _texts(_("%(name)s: text") % {"name": name}, before.get("text"), after.get("text"))
        one, other = (_goal_line(side, language) if side else "" for side in (before, after))
        found += _plain(_("%(name)s: target") % {"name": name}, one, other, language)
    return found


def _texts(name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Changed]:
    found = []
    for code in LANGUAGES:
        before, after = str((old or {}).get(code) or ""), str((new or {}).get(code) or "")
        if before != after:
            found.append(Changed(name, code, str(wording.LANGUAGES[code]), pieces(before, after)))
    return found


def _plain(name: str, before: str, after: str, language: str) -> list[Changed]:
    return [] if before == after else [Changed(name, language, "", pieces(before, after))]


def _rows(name: str, old: Sequence[Any], new: Sequence[Any], line: Any, language: str) -> list[Changed]:
    before, after = "; ".join(map(line, old)), "; ".join(map(line, new))
    return _plain(name, before, after, language)


def _paired(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], key: str
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Things of both versions by their key, in the new one's order; those taken out last."""
    before, after = ({one[key]: one for one in side} for side in (old, new))
    return [(before.get(name, {}), after.get(name, {})) for name in dict.fromkeys((*after, *before))]


def _period(content: Mapping[str, Any]) -> str:
    return "–".join(writing.day(one) if one else "" for one in content["days"])


def _municipality(one: Mapping[str, Any]) -> str:
    decided = ", ".join(
        part for part in (writing.day(one["decided_on"] or None), one["section_number"]) if part
    )
    state = council_mark(one["state"]).words
    return f"{one['name']}: {state} ({decided})" if decided else f"{one['name']}: {state}"


def _figure_line(one: Mapping[str, Any], language: str) -> str:
    name = said(dict(one["name"]), language)[0]
    return f"{name} {one['year']}: {amount(one['value'])} {one['unit']}".strip()


def _goal_line(one: Mapping[str, Any], language: str) -> str:
    indicator = said(one["indicator_names"], language)[0]
    start = f"{amount(one['start_value'])} ({one['start_year']})"
    return (
        f"{indicator}: {start} → {amount(one['target'])} {one['unit']} ({one['target_year']}), {one['owner']}"
    )
