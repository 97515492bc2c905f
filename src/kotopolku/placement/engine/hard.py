"""Hard rules: what forbids a family a municipality whatever the points. Each has an id, words, a section and a counter.

Not for: points (``points``), or whether others have taken the room (that is the plan's business).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine.contract import Family, Place, Settings
from kotopolku.placement.engine.country import Country

Marks = npt.NDArray[np.uint16]
"""[families, places] one bit for each rule that forbids the pair; 0 when it is allowed."""


@dataclass(frozen=True)
class Rule:
    id: str
    texts: Mapping[str, str]
    remedy: Mapping[str, str]
    section: str
    protected: bool
    """Shown as "excluded by an official" to those who may not see why."""


@cache
def rules() -> tuple[Rule, ...]:
    """In the order in which a removed municipality is counted."""
    text = (files("kotopolku.placement.engine") / "data" / "hard_rules.toml").read_text(encoding="utf-8")
    return tuple(
        Rule(row["id"], row["texts"], row["remedy"], row["section"], row.get("protected", False))
        for row in tomllib.loads(text)["rule"]
    )


@cache
def bit(rule_id: str) -> int:
    for number, rule in enumerate(rules()):
        if rule.id == rule_id:
            return 1 << number
    raise LookupError(rule_id)


@cache
def rule(rule_id: str) -> Rule:
    return next(one for one in rules() if one.id == rule_id)


def shown(rule_id: str, *, may_see_protected: bool) -> str:
    """The rule's id as somebody may see it."""
    return "excluded" if rule(rule_id).protected and not may_see_protected else rule_id


def marks(
    families: Sequence[Family],
    places: Sequence[Place],
    settings: Settings,
    country: Country,
    care_km: npt.NDArray[np.float64] | None,
) -> Marks:
    """Every rule but "places", which is of the whole unit: ``add_places``."""
    found = np.zeros((len(families), len(places)), np.uint16)
    codes = np.array([place.municipality for place in places], dtype="U3")
    areas = np.array([country.areas[settings.division][code] for code in codes.tolist()], dtype="U3")
    first = np.array([(place.first or date.min).toordinal() for place in places], np.int64)
    last = np.array([(place.last or date.max).toordinal() for place in places], np.int64)
    largest = np.array([place.largest_home or 10_000 for place in places], np.int64)
    without_group = {
        group: np.array([place.agreed.get(f"persons-{group}", 1) == 0 for place in places], np.bool_)
        for group in {family.group for family in families}
    }
    far = np.zeros(len(places), np.bool_) if care_km is None else care_km > settings.reach_km
    for row, family in enumerate(families):
        here = found[row]
        for rule_id, listed in (
            ("safety", family.unsafe),
            ("excluded", family.excluded),
            ("veto", family.vetoes),
        ):
            if listed:
                here[np.isin(codes, listed)] |= bit(rule_id)
        if family.lock:
            here[codes != family.lock] |= bit("locked")
        end = family.arrive_by.toordinal() if family.arrive_by else date.max.toordinal()
        here[(last < settings.day.toordinal()) | (first > end)] |= bit("agreement")
        if family.area:
            here[areas != family.area] |= bit("region")
        here[without_group[family.group]] |= bit("group")
        here[largest < family.persons] |= bit("dwelling")
        if family.needs_care:
            here[far] |= bit("care")
        if family.needs:
            needed = set(family.needs)
            here[np.array([not needed <= set(place.services) for place in places], np.bool_)] |= bit(
                "service"
            )
        if family.needs_interpreter and family.languages:
            spoken = set(family.languages)
            none = [place.languages is not None and not spoken & set(place.languages) for place in places]
            here[np.array(none, np.bool_)] |= bit("interpreter")
    return found


def add_places(found: Marks, use: npt.NDArray[np.int32], capacity: npt.NDArray[np.int64]) -> None:
    """Marks, in place, the pairs whose need is more than what the municipality has left when nobody else comes."""
    for d in range(use.shape[1]):
        wanted = use[:, d].astype(np.int64)
        short = wanted[:, None] > capacity[None, :, d]
        found[short] |= bit("places")


def counts(found: Marks, *, may_see_protected: bool = False) -> list[dict[str, int]]:
    """For each row how many municipalities each rule removed, each counted once, under the first rule."""
    result: list[dict[str, int]] = []
    first = np.where(found == 0, 0, found & (~found + np.uint16(1)))
    for row in first:
        counted: dict[str, int] = {}
        for one in rules():
            number = int((row == bit(one.id)).sum())
            if number:
                name = shown(one.id, may_see_protected=may_see_protected)
                counted[name] = counted.get(name, 0) + number
        result.append(counted)
    return result


def only_hindrance(
    found_row: npt.NDArray[np.uint16], *, may_see_protected: bool = False
) -> dict[str, list[int]]:
    """Places that one rule alone keeps from the family, by rule: what would open if that rule gave way."""
    opening: dict[str, list[int]] = {}
    for one in rules():
        alone = np.flatnonzero(found_row == bit(one.id))
        if len(alone) and (may_see_protected or not one.protected):
            opening[one.id] = [int(column) for column in alone]
    return opening


def names_of(mark: int, *, may_see_protected: bool = False) -> list[str]:
    """Ids of the rules that forbid a pair, as somebody may see them."""
    ids = [shown(one.id, may_see_protected=may_see_protected) for one in rules() if mark & bit(one.id)]
    return list(dict.fromkeys(ids))
