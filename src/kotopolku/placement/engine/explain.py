"""Reasons for a plan: points by part, alternatives, what the place is worth to others, why not another municipality.

Answers come from the last prices in milliseconds. Not for: solving again (``what_if``) or finding a plan (``solver``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kotopolku.placement.engine import hard
from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.rounds import Round, resource_names, worth_of_one_more

ALTERNATIVES = 3
EXAMPLES = 3
LANGUAGES = ("fi", "sv", "en")
Words = Mapping[str, str]


@cache
def _sentences() -> Mapping[str, Words]:
    text = (files("kotopolku.placement.engine") / "data" / "sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Alternative:
    """Another possible municipality: own points, what the place is worth to others, and whether it has room."""

    municipality: str
    period: str
    points: int
    worth_to_others: int
    net: int
    """What the plan would lose by it at the prices (0 or less means nothing)."""
    room: bool


@dataclass(frozen=True)
class Reasons:
    """Why a unit is where it is, or nowhere. ``parts`` sum to ``points``; other families are never named."""

    unit: str
    municipality: str
    """Code; empty when the unit has no place."""
    period: str
    points: int
    parts: Mapping[str, int]
    price: int
    """Points that the place is worth to others."""
    deciding: str
    """The part without which another municipality would be proposed; empty when none alone decides."""
    alternatives: tuple[Alternative, ...]
    removed: Mapping[str, int]
    """Municipalities removed, by rule."""
    conditions: tuple[str, ...]
    sentences: Mapping[str, tuple[str, ...]]
    """By language."""

    def to_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "municipality": self.municipality or None,
            "period": self.period or None,
            "points": self.points,
            "parts": dict(self.parts),
            "price": self.price,
            "deciding": self.deciding or None,
            "alternatives": [vars(one) for one in self.alternatives],
            "removed": dict(self.removed),
            "conditions": list(self.conditions),
            "sentences": {language: list(texts) for language, texts in self.sentences.items()},
        }


@dataclass(frozen=True)
class WhyNot:
    """Why a unit is not in a municipality: ``kind`` is "chosen", "rule", "full" or "points"."""

    kind: str
    municipality: str
    rules: tuple[str, ...] = ()
    gain: int = 0
    """The unit's own points there less its points now (the bonus for placing anybody counts when it has no place)."""
    parts: Mapping[str, int] = field(default_factory=dict)
    worth: int = 0
    worth_here: int = 0
    net: int = 0
    """``gain − worth + worth_here``: negative is what the whole would lose."""
    sentences: Mapping[str, str] = field(default_factory=dict)


class Explainer:
    """Reasons from a round, a plan and its prices. Made once for a plan; each answer takes milliseconds."""

    def __init__(
        self, one: Round, plan: Ints, prices: Ints, region_prices: Ints, *, may_see_protected: bool = False
    ) -> None:
        self.round, self.plan, self.prices = one, plan, prices
        self.may_see_protected = may_see_protected
        problem = one.problem
        self._full_price = prices.astype(np.int64).copy()
        if len(problem.region):
            self._full_price[:, 0] += region_prices[problem.region]
        self._use = problem.use.astype(np.int64)
        used = np.zeros_like(problem.capacity)
        placed = plan != NOWHERE
        np.add.at(used, plan[placed], self._use[placed])
        self.left: Ints = problem.capacity - used

    def worth(self, unit: int) -> Ints:
        """[places] points that the room of the unit is worth to others in each place."""
        worth: Ints = self._full_price @ self._use[unit]
        return worth

    def has_room(self, unit: int) -> Any:
        """[places] whether the unit would fit in now, if it left its own place."""
        left = self.left
        if self.plan[unit] != NOWHERE:
            left = left.copy()
            left[self.plan[unit]] += self._use[unit]
        return (self._use[unit][None, :] <= left).all(axis=1)

    def net(self, unit: int) -> Ints:
        """[places] points with the bonus less what the room is worth; very low where a rule forbids."""
        problem = self.round.problem
        points = problem.scores[unit].astype(np.int64) + problem.bonus * int(self._use[unit, 0])
        return np.where(problem.scores[unit] < 0, np.int64(-(2**60)), points - self.worth(unit))

    def reasons(self, unit: int) -> Reasons:
        one, at = self.round, int(self.plan[unit])
        whole = one.units[unit]
        marks = one.forbidden[unit, one.best_columns(unit)]
        removed = hard.counts(marks[None, :], may_see_protected=self.may_see_protected)[0]
        others = self._alternatives(unit)
        if at == NOWHERE:
            return Reasons(
                whole.id,
                "",
                "",
                0,
                {},
                0,
                "",
                others,
                removed,
                whole.conditions,
                self._why_unplaced(unit, removed),
            )
        parts = one.parts(unit, at)
        deciding, instead = self._deciding(unit, at, parts)
        place = one.places[at]
        return Reasons(
            unit=whole.id,
            municipality=place.municipality,
            period=place.key[1],
            points=sum(parts.values()),
            parts=parts,
            price=int(self.worth(unit)[at]),
            deciding=deciding,
            alternatives=others,
            removed=removed,
            conditions=whole.conditions,
            sentences=self._why_placed(unit, parts, deciding, instead),
        )

    def _alternatives(self, unit: int) -> tuple[Alternative, ...]:
        net, worth, room = self.net(unit), self.worth(unit), self.has_room(unit)
        at = int(self.plan[unit])
        now = int(net[at]) if at != NOWHERE else 0
        order = [
            int(j)
            for j in np.argsort(-net, kind="stable")[: ALTERNATIVES + 1]
            if j != at and net[j] > -(2**59)
        ]
        return tuple(
            Alternative(
                municipality=self.round.places[j].municipality,
                period=self.round.places[j].key[1],
                points=int(self.round.problem.scores[unit, j]),
                worth_to_others=int(worth[j]),
                net=now - int(net[j]),
                room=bool(room[j]),
            )
            for j in order[:ALTERNATIVES]
        )

    def _deciding(self, unit: int, at: int, parts: Mapping[str, int]) -> tuple[str, int]:
        """The part that alone keeps the unit here, and where it would be without it; ("", −1) when none does.

        Every part is taken away everywhere at once; the one that is missed most decides.
        """
        net = self.net(unit)
        table: dict[str, Ints] = {}
        for row in self.round.units[unit].rows:
            for name, points in self.round.table.parts(row, row + 1).items():
                table[name] = table.get(name, np.zeros(len(net), np.int64)) + points[0]
        found, instead, most = "", NOWHERE, 0
        for name in parts:
            without = net - table[name]
            best = int(without.argmax())
            missed = int(without[best] - without[at])
            if missed > most and net[at] >= net[best]:
                found, instead, most = name, best, missed
        return found, instead

    def why_not(self, unit: int, place: int) -> WhyNot:
        """Why a unit is not in a place: a rule, no room, or points after what the room is worth to others."""
        one, at = self.round, int(self.plan[unit])
        code = one.places[place].municipality
        if place == at:
            return WhyNot("chosen", code, sentences=self._say("chosen", place))
        mark = int(one.forbidden[unit, place])
        if mark:
            ids = tuple(hard.names_of(mark, may_see_protected=self.may_see_protected))
            texts = {
                language: _sentences()["rule"][language].format(
                    municipality=one.country.name(code, language),
                    rules=", ".join(_lower(hard.rule(name).texts[language]) for name in ids),
                )
                for language in LANGUAGES
            }
            return WhyNot("rule", code, rules=ids, sentences=texts)
        points = one.problem.scores[unit].astype(np.int64)
        here = int(points[at]) if at != NOWHERE else -one.problem.bonus * int(self._use[unit, 0])
        worth = self.worth(unit)
        gain, there = int(points[place]) - here, int(worth[place])
        worth_here = int(worth[at]) if at != NOWHERE else 0
        kind = "points" if self.has_room(unit)[place] else "full"
        texts = self._say(kind, place, gain=f"{gain:+d}", worth=there, worth_here=worth_here)
        return WhyNot(
            kind, code, (), gain, one.parts(unit, place), there, worth_here, gain - there + worth_here, texts
        )

    def _say(self, name: str, place: int, **words: object) -> dict[str, str]:
        code = self.round.places[place].municipality
        return {
            language: _sentences()[name][language].format(
                municipality=self.round.country.name(code, language), **words
            )
            for language in LANGUAGES
        }

    def _why_placed(
        self, unit: int, parts: Mapping[str, int], deciding: str, instead: int
    ) -> dict[str, tuple[str, ...]]:
        one, at = self.round, int(self.plan[unit])
        said: dict[str, tuple[str, ...]] = {}
        counted = [name for name in parts if not one.weights.part(name).same_everywhere]
        first = deciding or max(counted, key=lambda name: parts[name], default="")
        for language in LANGUAGES:
            municipality = one.country.name(one.places[at].municipality, language)
            points = sum(parts.values())
            if one.problem.lock[unit] == at:
                texts = [_sentences()["locked"][language].format(municipality=municipality)]
            elif first and parts[first] > 0:
                texts = [
                    _sentences()["placed"][language].format(
                        municipality=municipality,
                        points=points,
                        part=one.weights.part(first).names[language],
                        part_points=parts[first],
                    )
                ]
            else:
                texts = [
                    _sentences()["placed_plain"][language].format(municipality=municipality, points=points)
                ]
            if deciding and one.problem.lock[unit] == NOWHERE:
                texts.append(
                    _sentences()["decided"][language].format(
                        part=one.weights.part(deciding).names[language],
                        other=one.country.name(one.places[instead].municipality, language),
                    )
                )
            said[language] = tuple(texts)
        return said

    def _why_unplaced(self, unit: int, removed: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        possible = int((self.round.forbidden[unit, self.round.best_columns(unit)] == 0).sum())
        said: dict[str, tuple[str, ...]] = {}
        for language in LANGUAGES:
            if possible:
                texts = [_sentences()["unplaced_room"][language].format(number=possible)]
                texts += self._more_room(unit, language)
            else:
                listed = ", ".join(
                    f"{_lower(hard.rule(name).texts[language])} {number}" for name, number in removed.items()
                )
                texts = [_sentences()["unplaced_rules"][language].format(rules=listed)]
                texts += self._other_rules(unit, language)
            said[language] = tuple(texts)
        return said

    def _other_rules(self, unit: int, language: str) -> list[str]:
        """What would make the unit placeable: rules that alone stand in the way somewhere, most openings first."""
        one = self.round
        opening = hard.only_hindrance(one.forbidden[unit], may_see_protected=self.may_see_protected)
        texts = []
        for name, columns in sorted(opening.items(), key=lambda item: (-len(item[1]), item[0])):
            # The best of them for the family come first.
            columns = sorted(columns, key=lambda column: (-one.points(unit, column), column))
            codes = list(dict.fromkeys(one.places[column].municipality for column in columns))
            texts.append(
                _sentences()["remedy_rule"][language].format(
                    remedy=hard.rule(name).remedy[language],
                    number=len(codes),
                    examples=", ".join(one.country.name(code, language) for code in codes[:EXAMPLES]),
                )
            )
            if name == "places":
                texts += [
                    self._missing(unit, column, one.problem.capacity, language)
                    for column in columns[:EXAMPLES]
                ]
        return texts or [_sentences()["remedy_none"][language]]

    def _more_room(self, unit: int, language: str) -> list[str]:
        """For a unit without room: what is missing in the places where the least is missing."""
        possible = np.flatnonzero(self.round.forbidden[unit] == 0)
        missing = np.maximum(self._use[unit][None, :] - self.left[possible], 0).sum(axis=1)
        order = np.lexsort((possible, -self.round.problem.scores[unit, possible], missing))[:EXAMPLES]
        return [self._missing(unit, int(possible[j]), self.left, language) for j in order]

    def _missing(self, unit: int, place: int, room: Ints, language: str) -> str:
        """What a unit needs in a place beyond the room there, in words. Homes are told by the family's own size."""
        one = self.round
        short = {
            name: int(self._use[unit, d] - room[place, d])
            for d, name in enumerate(one.resources)
            if self._use[unit, d] > room[place, d]
        }
        homes = [name for name in short if name.startswith("home-")]
        for name in homes[:-1]:
            del short[name]
        return _sentences()["remedy_room"][language].format(
            municipality=one.country.name(one.places[place].municipality, language),
            missing=", ".join(
                f"{_lower(resource_names()[name][language])} {number}" for name, number in short.items()
            ),
        )


def worth_asking_for(one: Round, prices: Ints, most: int = 20) -> list[dict[str, Any]]:
    """The negotiation list: what one more of each thing is worth, dearest first. Nothing is worth asking for at 0."""
    rows: list[dict[str, Any]] = []
    for column, place in enumerate(one.places):
        for thing in one.resources:
            points = worth_of_one_more(one, prices, column, thing)
            if prices[column, one.resources.index(thing)] > 0:
                rows.append(
                    {
                        "municipality": place.municipality,
                        "period": place.key[1],
                        "thing": thing,
                        "points": points,
                    }
                )
    rows.sort(key=lambda row: (-row["points"], row["municipality"], row["period"], row["thing"]))
    return rows[:most]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
