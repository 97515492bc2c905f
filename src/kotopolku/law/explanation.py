"""Why a date is what it is: steps with their source, kept as small data and spoken in Finnish, Swedish or English.

A step names its sentence (`wording`), what fills it and the rule behind it, so that it can be stored beside a deadline
and shown in any language later. No law is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kotopolku.law.day_count import counting_source, day_off_name
from kotopolku.law.statutes import ContentItem, Rule, act_named, rule, statute_book
from kotopolku.law.wording import amount_text, day_text, euro_text, filled, long_day

Word = str | int | tuple[str | int, ...]
"""What fills a sentence: itself, or a kind with its value, spoken by language: ("day", "2026-04-06")."""
Source = tuple[str, ...]
"""("rule", id, Act, first day in force), ("item", kind, Act, id), ("transition", Act), ("count", part) or ()."""


def a_day(day: date) -> Word:
    return ("day", day.isoformat())


def a_long_day(day: date) -> Word:
    """With its weekday."""
    return ("long", day.isoformat())


def an_amount(amount: int, unit: str) -> Word:
    return ("amount", amount, unit)


def euros(amount: Decimal) -> Word:
    return ("euros", str(amount))


def a_day_off(day: date) -> Word:
    """The name of a holiday, an eve or a weekend day."""
    return ("off", day.isoformat())


@dataclass(frozen=True)
class Step:
    """One sentence and the section behind it; the source is empty where the step rests on a recorded fact."""

    key: str
    words: tuple[tuple[str, Word], ...] = ()
    source: Source = ()

    def text(self, lang: str) -> str:
        if self.key == "rule":
            return str(_rule_of(self.source).texts[lang])
        return filled(self.key, lang, {name: _spoken(word, lang) for name, word in self.words})

    def source_text(self, lang: str) -> str:
        kind, *rest = self.source or ("",)
        if kind == "rule":
            return _rule_of(self.source).citation(lang)
        if kind == "count":
            return counting_source(rest[0])[lang]
        if kind == "transition":
            return transition_of(rest[0]).citation(lang)
        return _item(*rest).citation(lang) if kind == "item" else ""


@dataclass(frozen=True)
class Explanation:
    steps: tuple[Step, ...]

    def lines(self, lang: str = "en") -> list[tuple[str, str]]:
        """(text, source) of each step in one language."""
        return [(step.text(lang), step.source_text(lang)) for step in self.steps]

    def to_json(self) -> dict[str, Any]:
        """A dict of plain values, the inverse of `from_json`."""
        return {
            "steps": [
                [
                    step.key,
                    {name: list(word) if isinstance(word, tuple) else word for name, word in step.words},
                    list(step.source),
                ]
                for step in self.steps
            ]
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Explanation:
        return cls(
            tuple(
                Step(key, tuple((name, _word(word)) for name, word in words.items()), tuple(source))
                for key, words, source in data["steps"]
            )
        )


def step(key: str, source: Source = (), **words: Word) -> Step:
    """A step from one of the sentences of `wording`, with what fills it."""
    return Step(key, tuple(words.items()), source)


def rule_step(found: Rule) -> Step:
    """The rule's own words."""
    return Step("rule", (), cited(found))


def cited(item: Rule | ContentItem) -> Source:
    """The section of a rule or line as the source of a step."""
    if isinstance(item, Rule):
        return ("rule", item.id, item.act, item.valid_from.isoformat())
    if item.kind == "transition":
        return ("transition", item.act)
    return ("item", item.kind, item.act, item.id)


def transition_of(act: str) -> ContentItem:
    found = act_named(act).transition
    if found is None:
        raise ValueError(f"{act} has no transition")
    return found


def item_text(item: ContentItem) -> Word:
    return ("item", item.kind, item.act, item.id)


def _word(stored: Any) -> Word:
    return tuple(stored) if isinstance(stored, Sequence) and not isinstance(stored, str) else stored


def _rule_of(source: Source) -> Rule:
    _kind, rule_id, act, valid_from = source
    return rule(rule_id, date.fromisoformat(valid_from), act)


def _item(kind: str, act: str, item_id: str) -> ContentItem:
    return next(
        item
        for item in statute_book().contents
        if item.kind == kind and item.id == item_id and act in (item.act, item.under)
    )


def _spoken(word: Word, lang: str) -> object:
    if not isinstance(word, tuple):
        return word
    match word:
        case ("day", str(iso)):
            return day_text(date.fromisoformat(iso), lang)
        case ("long", str(iso)):
            return long_day(date.fromisoformat(iso), lang)
        case ("off", str(iso)):
            return day_off_name(date.fromisoformat(iso), lang)
        case ("amount", int(amount), str(unit)):
            return amount_text(amount, unit, lang)
        case ("euros", str(amount)):
            return euro_text(Decimal(amount), lang)
        case ("event", str(trigger)):
            return statute_book().triggers[trigger][lang]
        case ("item", str(kind), str(act), str(item_id)):
            return _item(kind, act, item_id).texts[lang]
    raise ValueError(f"no such word in an explanation: {word!r}")
