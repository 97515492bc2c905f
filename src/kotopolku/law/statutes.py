"""The Acts as dated data: reads the TOML files of `acts/` once and finds the rule in force on a day.

Not for computing deadlines (`deadlines.py`, `plans.py`) and not for what the data mean in a case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from kotopolku.law.wording import LANGUAGES, day_text, sentence, translated

UNITS = ("days", "weeks", "months", "years", "working_days", "none")
KINDS = ("act-by", "validity", "count", "without-delay")
DIRECTIONS = ("at-latest", "at-earliest")


class LawError(ValueError):
    """A question the law's data refuse; `message(lang)` says why in fi, sv or en."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        super().__init__(self.texts["en"])

    def message(self, lang: str = "en") -> str:
        return self.texts[lang]


class UnknownRule(LawError):
    """No Act in the data has a rule of that id."""

    def __init__(self, rule_id: str) -> None:
        self.rule_id = rule_id
        super().__init__(sentence("unknown-rule", rule=rule_id))


class UnknownAct(LawError):
    """No Act of that number is in the data."""

    def __init__(self, act: str) -> None:
        self.act = act
        super().__init__(sentence("unknown-act", act=act))


class RuleNotInForce(LawError):
    """The rule exists but not on that day. `validity` names when it is in force, in English."""

    def __init__(self, rule_id: str, on: date, validity: Mapping[str, str]) -> None:
        self.rule_id = rule_id
        self.on = on
        self.validity = validity["en"]
        super().__init__(
            translated(
                "not-in-force",
                {
                    lang: {"rule": rule_id, "day": day_text(on, lang), "validity": validity[lang]}
                    for lang in LANGUAGES
                },
            )
        )


@dataclass(frozen=True)
class Rule:
    """One clock of an Act in one wording. `amount` counts `unit`s; `section` is written 12.2, 72b or 5:5."""

    id: str
    act: str
    section: str
    valid_from: date
    valid_to: date | None
    certainty: str
    trigger: str
    amount: int | None
    unit: str
    kind: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    grounds: tuple[str, ...] = ()
    own: bool = False
    direction: str = "at-latest"
    who: tuple[str, ...] = ()
    day: date | None = None
    other_amounts: Mapping[str, int] = field(default_factory=dict)
    target_of: str | None = None

    def __hash__(self) -> int:
        return hash((self.id, self.act, self.valid_from))

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def length(self) -> int:
        """The amount of a rule that has one; ValueError for the others."""
        if self.amount is None:
            raise ValueError(f"{self.act} {self.id} has no amount")
        return self.amount

    def citation(self, lang: str) -> str:
        """The Act and section as officials write them: 1386/2010 § 10 (en), 1386/2010 10 § (fi, sv)."""
        if self.own:
            return sentence("own-target")[lang]
        return cite(self.act, self.section, lang)


@dataclass(frozen=True)
class ContentItem:
    """One line of what an Act or decree requires: an item, a measure, a duty, a ground."""

    id: str
    section: str
    certainty: str
    texts: Mapping[str, str]
    kind: str = ""
    act: str = ""
    under: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    rule: str | None = None

    def __hash__(self) -> int:
        return hash((self.kind, self.id, self.act, self.valid_from))

    def citation(self, lang: str) -> str:
        return cite(self.act, self.section, lang)


@dataclass(frozen=True)
class Act:
    """An Act or decree: its number, names and time in force. `under` is the Act a decree belongs to."""

    id: str
    names: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    own: bool = False
    under: str | None = None
    replaced_by: str | None = None
    transition: ContentItem | None = None


@dataclass(frozen=True)
class DayOff:
    """A named day of Act 150/1930 § 5; `source` is its name in the holiday package."""

    source: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class StatuteBook:
    acts: Mapping[str, Act]
    rules: tuple[Rule, ...]
    contents: tuple[ContentItem, ...]
    days_off: tuple[DayOff, ...]
    counting_sections: Mapping[str, str]
    triggers: Mapping[str, Mapping[str, str]]


def cite(act: str, section: str, lang: str) -> str:
    chapter, _, rest = section.rpartition(":")
    number, _, paragraph = rest.partition(".")
    if lang == "en":
        return f"{act} chapter {chapter} § {rest}" if chapter else f"{act} § {rest}"
    if number[-1].isalpha():
        number = f"{number[:-1]} {number[-1]}"
    words = f"{number} §"
    if chapter:
        words = f"{chapter} luvun {words}" if lang == "fi" else f"{chapter} kap. {words}"
    return f"{act} {words} {paragraph} mom." if paragraph else f"{act} {words}"


_SECTION = re.compile(r"§ (\d+(?:–\d+)?)( [a-z]\b)?(?:\.(\d+)(?: ?\((\d+)\))?)?")
_POINT = {"fi": "kohta", "sv": "punkten"}


def cited(text: str, lang: str) -> str:
    """A citation kept as English text in the order of the language: 681/2023 § 3, § 14 is 681/2023 3 §, 14 § (fi, sv)."""
    if lang == "en":
        return text

    def turned(found: re.Match[str]) -> str:
        number, letter, paragraph, point = found.groups(default="")
        said = [f"{number}{letter} §", f"{paragraph} mom." if paragraph else ""]
        return " ".join(
            part for part in (*said, f"{point} {_POINT.get(lang, _POINT['fi'])}" if point else "") if part
        )

    return _SECTION.sub(turned, text)


def _files() -> Iterator[dict[str, Any]]:
    folder = resources.files("kotopolku.law") / "acts"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml") and entry.name != "triggers.toml":
            yield tomllib.loads(entry.read_text(encoding="utf-8"))


@cache
def statute_book() -> StatuteBook:
    """All Acts, read once for the life of the process."""
    files = list(_files())
    acts = {data["act"]: _act(data) for data in files if "names" in data}
    days_off: list[DayOff] = []
    sections: dict[str, str] = {}
    rules_found: list[Rule] = []
    contents_found: list[ContentItem] = []
    for data in files:
        act = acts[data["act"]]
        rules_found += [_rule(act, row) for row in data.get("rule", [])]
        contents_found += [_content(act, row) for row in data.get("content", [])]
        days_off += [DayOff(row["source"], row["names"]) for row in data.get("day_off", [])]
        sections.update(data.get("sections", {}))
    triggers = tomllib.loads((resources.files("kotopolku.law") / "acts" / "triggers.toml").read_text("utf-8"))
    return StatuteBook(acts, tuple(rules_found), tuple(contents_found), tuple(days_off), sections, triggers)


def _act(data: Mapping[str, Any]) -> Act:
    transition = None
    if "transition" in data:
        row = data["transition"]
        transition = ContentItem(
            id="transition",
            section=row["section"],
            certainty=row["certainty"],
            texts=row["texts"],
            kind="transition",
            act=data["act"],
            under=data["act"],
        )
    return Act(
        id=data["act"],
        names=data["names"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        own=data.get("own", False),
        under=data.get("under"),
        replaced_by=data.get("replaced_by"),
        transition=transition,
    )


def _rule(act: Act, row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        act=act.id,
        section=row["section"],
        valid_from=row.get("valid_from", act.valid_from),
        valid_to=row.get("valid_to", act.valid_to),
        certainty=row["certainty"],
        trigger=row["trigger"],
        amount=row.get("amount"),
        unit=row["unit"],
        kind=row["kind"],
        titles=row["titles"],
        texts=row["texts"],
        grounds=tuple(row.get("grounds", ())),
        own=act.own,
        direction=row.get("direction", "at-latest"),
        who=tuple(row.get("who", ())),
        day=row.get("day"),
        other_amounts=row.get("other_amounts", {}),
        target_of=row.get("target_of"),
    )


def _content(act: Act, row: Mapping[str, Any]) -> ContentItem:
    return ContentItem(
        id=row["id"],
        section=row["section"],
        certainty=row["certainty"],
        texts=row["texts"],
        kind=row["kind"],
        act=act.id,
        under=act.under or act.id,
        valid_from=row.get("valid_from", act.valid_from),
        valid_to=row.get("valid_to", act.valid_to),
        rule=row.get("rule"),
    )


def act_named(act_id: str) -> Act:
    """The Act of that number, such as 681/2023. Raises `UnknownAct`."""
    try:
        return statute_book().acts[act_id]
    except KeyError:
        raise UnknownAct(act_id) from None


def rules(on: date | None = None) -> list[Rule]:
    """Every rule, or those in force on a day; own targets carry `own=True`. Sorted by id, then by time."""
    found = [item for item in statute_book().rules if on is None or item.in_force(on)]
    return sorted(found, key=lambda item: (item.own, item.id, item.valid_from))


@cache
def _entries(rule_id: str) -> tuple[Rule, ...]:
    found = [item for item in statute_book().rules if item.id == rule_id]
    return tuple(sorted(found, key=lambda item: item.valid_from))


def rule(rule_id: str, on: date | None = None, act: str | None = None) -> Rule:
    """The rule of that id in force on a day; without a day, its latest wording.

    Raises `UnknownRule` (also when the named Act has no such rule), `UnknownAct` and `RuleNotInForce`.
    """
    if act is not None:
        act_named(act)
    entries = [item for item in _entries(rule_id) if act is None or item.act == act]
    if not entries:
        raise UnknownRule(rule_id if act is None else f"{rule_id} ({act})")
    if on is None:
        return entries[-1]
    for item in entries:
        if item.in_force(on):
            return item
    raise RuleNotInForce(rule_id, on, _validity(entries))


def _validity(entries: list[Rule]) -> dict[str, str]:
    words: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    for item in entries:
        for lang in LANGUAGES:
            first = day_text(item.valid_from, lang)
            if item.valid_to is None:
                text = sentence("valid-from", citation=item.citation(lang), first=first)[lang]
            else:
                last = day_text(item.valid_to, lang)
                text = sentence("valid-from-to", citation=item.citation(lang), first=first, last=last)[lang]
            words[lang].append(text)
    return {lang: "; ".join(parts) for lang, parts in words.items()}


def validity_text(item: Rule, lang: str) -> str:
    """When one rule is in force, with its section: “681/2023 § 14, from 1 January 2025”."""
    return _validity([item])[lang]
