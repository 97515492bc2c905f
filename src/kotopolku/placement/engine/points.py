"""Points of a family in a municipality from named, documented parts, in whole numbers that sum to the total.

Weights are data with a version and a day (``data/points.toml``). Not for: what is forbidden (``hard``) or what a whole
plan is worth (``certificate``).
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.contract import ContractError, Family, Place, Settings
from kotopolku.placement.engine.country import Country

Amounts = npt.NDArray[np.float64]
Points32 = npt.NDArray[np.int32]

CARE = "specialised-care"
PRECISION = 6
"""Decimals of a share before it is weighed, so that every machine rounds to the same points."""
SCALES = ("root", "adults", "family", "persons", "person-weeks")
NEVER = frozenset(
    {"nationality", "citizenship", "sex", "gender", "mother-tongue", "mother_tongue", "religion", "origin"}
)
"""What no part may be named after."""


@dataclass(frozen=True)
class Part:
    """One named reason for points."""

    id: str
    weight: tuple[float, ...]
    scale: str
    names: Mapping[str, str]
    sources: Mapping[str, str]
    fade_km: float = 0.0
    most_weeks: int = 0

    @property
    def same_everywhere(self) -> bool:
        """True when all municipalities get the same: it decides who is placed, not where."""
        return self.id in ("waiting", "vulnerable")


@dataclass(frozen=True)
class Weights:
    """A version of the weights. ``version`` has a mark of its own when a round has changed some of them."""

    version: str
    in_force: date
    parts: tuple[Part, ...]
    bonus_per_person: int
    region_penalty: int
    region_tolerance: float
    care_in: tuple[str, ...]
    most_a_part: float

    def part(self, name: str) -> Part:
        for one in self.parts:
            if one.id == name:
                return one
        raise LookupError(f"there is no part {name!r} of the points")

    def changed(self, weights: Mapping[str, float | tuple[float, ...]]) -> "Weights":
        """The same with some weights changed. Raises `ContractError`."""
        if not weights:
            return self
        problems, parts = [], {part.id: part for part in self.parts}
        for name, value in weights.items():
            if name not in parts:
                problems.append(f"settings: there is no part {name!r} of the points")
                continue
            numbers = value if isinstance(value, tuple) else (value,)
            if len(numbers) != len(parts[name].weight):
                problems.append(f"settings: the weight of {name} is {len(parts[name].weight)} number(s)")
            elif not all(0 <= number <= self.most_a_part for number in numbers):
                problems.append(f"settings: the weight of {name} must be between 0 and {self.most_a_part:g}")
            else:
                parts[name] = replace(parts[name], weight=tuple(float(number) for number in numbers))
        if problems:
            raise ContractError(problems)
        mark = hashlib.sha256(json.dumps({n: parts[n].weight for n in sorted(weights)}).encode()).hexdigest()[
            :8
        ]
        return replace(self, version=f"{self.version}+{mark}", parts=tuple(parts.values()))


@cache
def default_weights() -> Weights:
    """The version in the product's data."""
    return read_weights(
        (files("kotopolku.placement.engine") / "data" / "points.toml").read_text(encoding="utf-8")
    )


def read_weights(text: str) -> Weights:
    """Weights of a TOML text of the form of ``data/points.toml``. Raises `ContractError`."""
    data: dict[str, Any] = tomllib.loads(text)
    parts = tuple(_part(row) for row in data["part"])
    problems = [f"part {p.id}: {p.id} may never give points" for p in parts if p.id in NEVER]
    problems += [f"part {p.id}: unknown scale {p.scale!r}" for p in parts if p.scale not in SCALES]
    problems += [
        f"part {p.id}: the weight must be between 0 and {data['most_a_part']}"
        for p in parts
        if not all(0 <= weight <= data["most_a_part"] for weight in p.weight)
    ]
    if problems:
        raise ContractError(problems)
    return Weights(
        version=data["version"],
        in_force=data["in_force"],
        parts=parts,
        bonus_per_person=data["bonus_per_person"],
        region_penalty=data["region_penalty"],
        region_tolerance=data["region_tolerance"],
        care_in=tuple(data["care_in"]),
        most_a_part=float(data["most_a_part"]),
    )


def _part(row: Mapping[str, Any]) -> Part:
    weight = row["weight"]
    return Part(
        id=row["id"],
        weight=tuple(float(one) for one in (weight if isinstance(weight, list) else [weight])),
        scale=row["scale"],
        names=row["names"],
        sources=row["sources"],
        fade_km=float(row.get("fade_km", 0)),
        most_weeks=int(row.get("most_weeks", 0)),
    )


class PointTable:
    """Points of each family in each place, by part. Made once for a round; parts are worked out when asked for."""

    def __init__(
        self,
        families: Sequence[Family],
        places: Sequence[Place],
        settings: Settings,
        weights: Weights,
        country: Country,
    ) -> None:
        self.families, self.places, self.settings = families, places, settings
        self.weights, self.country = weights, country
        self._at = np.array([country.index(place.municipality) for place in places], np.int64)
        self._shares: dict[tuple[str, ...], Amounts] = {}
        self._column: dict[str, list[int]] = {}
        for column, place in enumerate(places):
            self._column.setdefault(place.municipality, []).append(column)
        self._training = np.array([place.training for place in places])
        self._housing = np.array([place.housing for place in places])
        self._near = {part.id: self._fading(part.fade_km) for part in weights.parts if part.fade_km}
        self.care_km = care_km(places, settings, weights, country)

    def _fading(self, fade_km: float) -> Amounts:
        """[M, m] e^(−km/fade) from every municipality of the country to every place."""
        near: Amounts = np.exp(-self.country.distance_km[:, self._at] / fade_km)
        return near.round(PRECISION)

    def parts(self, first: int, last: int) -> dict[str, Points32]:
        """Points by part of the families ``first``..``last``−1: int32 [last−first, m] each."""
        families = self.families[first:last]
        return {part.id: self._part(part, families) for part in self.weights.parts}

    def total(self, first: int, last: int) -> Points32:
        """[last−first, m] the sum of the parts."""
        total = np.zeros((last - first, len(self.places)), np.int32)
        for points in self.parts(first, last).values():
            total += points
        return total

    def _part(self, part: Part, families: Sequence[Family]) -> Points32:
        table = np.zeros((len(families), len(self.places)), np.int32)
        if not any(part.weight):
            return table
        for row, family in enumerate(families):
            amount = self._amount(part, family)
            if amount is not None:
                table[row] = np.rint(amount * self._times(part, family)).astype(np.int32)
        return table

    def _times(self, part: Part, family: Family) -> float:
        if part.scale == "root":
            return round(float(family.persons) ** 0.5, PRECISION)
        if part.scale in ("persons", "person-weeks"):
            return float(family.persons)
        return 1.0

    def _amount(self, part: Part, family: Family) -> Amounts | float | None:
        """Weight times share, [m] or one number for all; None when it is nought everywhere."""
        weight = part.weight[0]
        if part.id == "relatives":
            if not family.relatives:
                return None
            rows = [self.country.index(one.municipality) for one in family.relatives]
            near = np.array([one.nearness for one in family.relatives])
            return weight * (self._near[part.id][rows] * near[:, None]).max(axis=0)
        if part.id == "wishes":
            return self._listed(family.wishes, part.weight)
        if part.id == "care":
            if not family.needs_care or self.care_km is None:
                return None
            reach: Amounts = np.exp(-self.care_km / part.fade_km)
            return weight * reach.round(PRECISION)
        if part.id == "reception":
            return (
                weight * self._near[part.id][self.country.index(family.reception)]
                if family.reception
                else None
            )
        if part.id == "language":
            return weight * self._served(family.languages) if family.languages else None
        if part.id in ("training", "housing"):
            return weight * (self._training if part.id == "training" else self._housing)
        if part.id == "work":
            return weight * self._work(family.trades) if family.trades else None
        if part.id == "kept":
            return self._listed((family.kept,), part.weight) if family.kept else None
        if part.id == "waiting":
            return weight * self._weeks(family, part.most_weeks)
        if part.id == "vulnerable":
            return weight if family.vulnerable else None
        raise LookupError(f"nothing is known of the part {part.id!r}")

    def _listed(self, codes: Sequence[str], weights: Sequence[float]) -> Amounts:
        amount = np.zeros(len(self.places))
        for code, weight in zip(codes, weights, strict=False):
            for column in self._column.get(code, ()):
                amount[column] = weight
        return amount

    def _served(self, languages: tuple[str, ...]) -> Amounts:
        if languages not in self._shares:
            self._shares[languages] = self._share_served(languages)
        return self._shares[languages]

    def _share_served(self, languages: tuple[str, ...]) -> Amounts:
        return np.array(
            [
                round(sum(one in (place.languages or ()) for one in languages) / len(languages), PRECISION)
                for place in self.places
            ]
        )

    def _work(self, trades: Sequence[str]) -> Amounts:
        return np.array([sum(place.work.get(trade, 0.0) for trade in trades) for place in self.places])

    def _weeks(self, family: Family, most: int) -> float:
        if family.waiting_since is None or family.waiting_since > self.settings.day:
            return 0.0
        return float(min(most, (self.settings.day - family.waiting_since).days // 7))


def care_km(
    places: Sequence[Place], settings: Settings, weights: Weights, country: Country
) -> Amounts | None:
    """[m] kilometres from each place to the nearest specialised care; None when none is known."""
    with_care = {code for code in (settings.care_in or weights.care_in) if code in country}
    with_care |= {place.municipality for place in places if CARE in place.services}
    if not with_care or not places:
        return None
    rows = [country.index(code) for code in sorted(with_care)]
    columns = [country.index(place.municipality) for place in places]
    nearest: Amounts = country.distance_km[np.ix_(rows, columns)].min(axis=0)
    return nearest
