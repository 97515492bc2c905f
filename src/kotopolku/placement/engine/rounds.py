"""One round of placing: families and places checked, tied families made into units, and the arrays the engine solves.

Not for: solving (``solver``) or reasons (``explain``).
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from kotopolku.placement.engine import hard
from kotopolku.placement.engine.contract import (
    HOMES,
    RESOURCES,
    ContractError,
    Family,
    Place,
    Settings,
    check,
    units_of,
)
from kotopolku.placement.engine.country import Country, country
from kotopolku.placement.engine.points import Points32, PointTable, Weights, default_weights
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem, SmallInts

AT_ONCE = 2_000


@cache
def resource_names() -> Mapping[str, Mapping[str, str]]:
    """Name in fi, sv and en of everything that is agreed on."""
    text = (files("kotopolku.placement.engine") / "data" / "resources.toml").read_text(encoding="utf-8")
    return {row["id"]: row["names"] for row in tomllib.loads(text)["resource"]}


@dataclass(frozen=True)
class Unit:
    """Families that are placed together, mostly one."""

    id: str
    members: tuple[Family, ...]
    rows: tuple[int, ...]
    """Rows of the members among the round's families."""

    @property
    def persons(self) -> int:
        return sum(family.persons for family in self.members)

    @property
    def wishes(self) -> tuple[str, ...]:
        """Of the first member with wishes; members of one unit mostly have the same."""
        return next((family.wishes for family in self.members if family.wishes), ())

    @property
    def fairness_group(self) -> str:
        """Of the largest family."""
        return max(self.members, key=lambda family: (family.persons, family.id)).fairness_group

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the law asks for before a direction: the county is heard on evident needs and on lone minors."""
        evident = any(one.needs_care or one.special or one.group == "minor" for one in self.members)
        return ("county-hearing",) if evident else ()


@dataclass(frozen=True)
class Round:
    """Everything a round is made of. Families, units and places are sorted, so that the order of the input is nothing."""

    settings: Settings
    weights: Weights
    country: Country
    families: tuple[Family, ...]
    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    table: PointTable
    resources: tuple[str, ...]
    """Names of the problem's columns of use and capacity; home-4 means homes for three or more, and so on."""
    forbidden: hard.Marks
    """[units, places] one bit for each rule."""
    problem: Problem

    def parts(self, unit: int, place: int) -> dict[str, int]:
        """Points of a unit in a place by part, nothing left out; they sum to ``points(unit, place)``."""
        total: dict[str, int] = {}
        for row in self.units[unit].rows:
            for name, points in self._family_parts(row).items():
                total[name] = total.get(name, 0) + int(points[place])
        return total

    def points(self, unit: int, place: int) -> int:
        """Points also where a rule forbids the pair."""
        return sum(self.parts(unit, place).values())

    def _family_parts(self, row: int) -> Mapping[str, npt.NDArray[np.int32]]:
        return {name: points[0] for name, points in self.table.parts(row, row + 1).items()}

    @cached_property
    def unit_row(self) -> Mapping[str, int]:
        """Row of the unit by the id of any of its families."""
        return {member.id: row for row, unit in enumerate(self.units) for member in unit.members}

    @cached_property
    def columns_of(self) -> Mapping[str, tuple[int, ...]]:
        """Columns of a municipality: one for each of its periods."""
        found: dict[str, list[int]] = {}
        for column, place in enumerate(self.places):
            found.setdefault(place.municipality, []).append(column)
        return {code: tuple(columns) for code, columns in found.items()}

    def best_columns(self, unit: int) -> list[int]:
        """One column for each municipality: the period that nothing forbids, or what the last of the rules forbids."""
        if len(self.columns_of) == len(self.places):
            return list(range(len(self.places)))
        row = self.forbidden[unit].astype(np.int64)
        rank = np.where(row == 0, np.int64(2**40), row & -row)
        return [
            max(columns, key=lambda column: (rank[column], -column)) for columns in self.columns_of.values()
        ]

    @cached_property
    def same_everywhere(self) -> Ints:
        """[units] points that a unit gets in any place: they are no part of how good a plan is."""
        names = [part.id for part in self.weights.parts if part.same_everywhere]
        if not self.places:
            return np.zeros(len(self.units), np.int64)
        return np.array(
            [
                sum(points for name, points in self.parts(row, 0).items() if name in names)
                for row in range(len(self.units))
            ],
            np.int64,
        )

    @cached_property
    def fairness_groups(self) -> npt.NDArray[np.str_]:
        """[units]"""
        return np.array([unit.fairness_group for unit in self.units], dtype="U16")

    @cached_property
    def wish_rank(self) -> SmallInts:
        """[units, places] 1–5 where the place is wished for, else 0."""
        rank = np.zeros((len(self.units), len(self.places)), np.int32)
        for row, unit in enumerate(self.units):
            for number, code in enumerate(unit.wishes, start=1):
                rank[row, list(self.columns_of.get(code, ()))] = number
        return rank


def make_round(
    families: Sequence[Family],
    places: Sequence[Place],
    settings: Settings,
    *,
    weights: Weights | None = None,
    where: Country | None = None,
    keep: Collection[str] = (),
) -> Round:
    """Check everything and make the arrays. Raises `ContractError` with all that is wrong.

    ``keep``: resources to be columns also when they cannot bind for these families, as for those who come later.
    """
    where = where or country(settings.day.year)
    problems = check(families, places, settings, where)
    if problems:
        raise ContractError(problems)
    weights = (weights or default_weights()).changed(settings.weights)
    units, ordered = _units(families)
    sorted_places = tuple(sorted(places, key=lambda place: place.key))
    table = PointTable(ordered, sorted_places, settings, weights, where)
    family_marks = hard.marks(ordered, sorted_places, settings, where, table.care_km)
    member_of = np.array([row for row, unit in enumerate(units) for _ in unit.rows], np.int64)
    forbidden = np.zeros((len(units), len(sorted_places)), np.uint16)
    np.bitwise_or.at(forbidden, member_of, family_marks)
    need, room = _needs(ordered), _room(sorted_places)
    resources = tuple(
        name for d, name in enumerate(RESOURCES) if d == 0 or name in keep or _matters(need[:, d], room[:, d])
    )
    columns = [RESOURCES.index(name) for name in resources]
    use = np.zeros((len(units), len(columns)), np.int32)
    np.add.at(use, member_of, need[:, columns])
    everybody = np.maximum(use.sum(axis=0, dtype=np.int64), 1)
    capacity = np.where(room[:, columns] < 0, everybody[None, :], room[:, columns])
    hard.add_places(forbidden, use, capacity)
    problem = Problem.of(
        _scores(table, member_of, forbidden),
        use,
        capacity,
        bonus=weights.bonus_per_person,
        lock=_locks(units, sorted_places, forbidden),
        **_bands(sorted_places, settings, weights, where),
    )
    return Round(
        settings, weights, where, ordered, sorted_places, units, table, resources, forbidden, problem
    )


def _units(families: Sequence[Family]) -> tuple[tuple[Unit, ...], tuple[Family, ...]]:
    by_id = {family.id: family for family in families}
    units: list[Unit] = []
    ordered: list[Family] = []
    for members in units_of(families):
        rows = tuple(range(len(ordered), len(ordered) + len(members)))
        units.append(Unit(members[0], tuple(by_id[one] for one in members), rows))
        ordered += [by_id[one] for one in members]
    return tuple(units), tuple(ordered)


def _needs(families: Sequence[Family]) -> SmallInts:
    """[families, RESOURCES]. A family takes one home of its size or larger: one of each smaller threshold too."""
    need = np.zeros((len(families), len(RESOURCES)), np.int32)
    for row, family in enumerate(families):
        needs: dict[str, int] = {
            "persons": family.persons,
            f"persons-{family.group}": family.persons,
            "accessible": int(family.accessible),
            "school": family.school,
            "daycare": family.daycare,
            "special": family.special,
        }
        if not (family.group == "minor" and family.persons == 1):  # lives in a group home
            for before, size in zip((0, *HOMES), HOMES, strict=False):
                if family.persons > before:
                    needs[f"home-{size}"] = 1
        for name, number in needs.items():
            need[row, RESOURCES.index(name)] = number
    return need


def _room(places: Sequence[Place]) -> Ints:
    """[places, RESOURCES] what is left; −1 where not limited. Homes are counted with all larger ones."""
    room = np.full((len(places), len(RESOURCES)), -1, np.int64)
    for row, place in enumerate(places):
        for d, name in enumerate(RESOURCES):
            left = place.left(name)
            if left is not None:
                room[row, d] = left
        more = 0
        for size in reversed(HOMES):
            d = RESOURCES.index(f"home-{size}")
            if room[row, d] < 0:
                more = -1
            elif more >= 0:
                more += int(room[row, d])
            room[row, d] = more
    return room


def _matters(need: SmallInts, room: Ints) -> bool:
    total = int(need.sum(dtype=np.int64))
    return total > 0 and bool(((room >= 0) & (room < total)).any())


def _scores(table: PointTable, member_of: Ints, forbidden: hard.Marks) -> SmallInts:
    scores = np.zeros(forbidden.shape, np.int32)
    for start in range(0, len(member_of), AT_ONCE):
        end = min(start + AT_ONCE, len(member_of))
        points: Points32 = table.total(start, end)
        np.add.at(scores, member_of[start:end], points)
    return np.where(forbidden == 0, scores, -1).astype(np.int32)


def _locks(units: Sequence[Unit], places: Sequence[Place], forbidden: hard.Marks) -> Ints:
    """[units] column of the locked municipality, its first period that is allowed; −1 without a lock."""
    lock = np.full(len(units), NOWHERE, np.int64)
    problems: list[str] = []
    for row, unit in enumerate(units):
        code = next((family.lock for family in unit.members if family.lock), "")
        if not code:
            continue
        columns = [column for column, place in enumerate(places) if place.municipality == code]
        possible = [column for column in columns if forbidden[row, column] == 0]
        if possible:
            lock[row] = possible[0]
        elif not columns:
            problems.append(f"family {unit.id}: locked to {code}, which has no places")
        else:
            names = ", ".join(hard.names_of(int(forbidden[row, columns[0]])))
            problems.append(f"family {unit.id}: locked to {code}, which a rule forbids ({names})")
    if problems:
        raise ContractError(problems)
    return lock


def _bands(places: Sequence[Place], settings: Settings, weights: Weights, where: Country) -> dict[str, Any]:
    """Bands round the targets; an area without a target has none. Without targets there are no bands at all."""
    if not settings.targets:
        return {}
    areas = [where.areas[settings.division][place.municipality] for place in places]
    codes = sorted(set(areas))
    most = 1_000_000_000
    low = [int(settings.targets.get(code, 0) * (1 - weights.region_tolerance)) for code in codes]
    high = [
        -int(-settings.targets[code] * (1 + weights.region_tolerance) // 1)
        if code in settings.targets
        else most
        for code in codes
    ]
    return {
        "region": [codes.index(area) for area in areas],
        "region_penalty": weights.region_penalty,
        "region_lo": low,
        "region_hi": high,
    }


def worth_of_one_more(one: Round, prices: Ints, place: int, thing: str) -> int:
    """Points that one more of a thing is worth. A large home counts as every smaller one, a group's place as a place."""
    counted = {thing}
    if thing.startswith("persons-"):
        counted.add("persons")
    if thing.startswith("home-"):
        counted |= {name for name in one.resources if name.startswith("home-") and name <= thing}
    return sum(int(prices[place, d]) for d, name in enumerate(one.resources) if name in counted)


def with_settings(one: Round, **changes: object) -> Round:
    """The same families and places under other settings."""
    return make_round(one.families, one.places, replace(one.settings, **changes), where=one.country)  # type: ignore[arg-type]
