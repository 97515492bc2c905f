"""Families, places and settings in the field's own words, and what is wrong with them before anything runs.

Not for: reading files (``tables``), points (``points``), or the arrays that the engine solves (``round``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kotopolku.placement.engine.country import DIVISIONS, Country

GROUPS = ("quota", "asylum", "temporary", "minor")
HOMES = (2, 4, 6, 7)
"""Sizes of homes: for up to 2, 4 and 6 persons, and for 7 or more."""
RESOURCES = (
    "persons",
    *(f"persons-{group}" for group in GROUPS),
    *(f"home-{size}" for size in HOMES),
    "accessible",
    "school",
    "daycare",
    "special",
)
MOST_WISHES = 5
MOST_PERSONS = 60
FAIRNESS_GROUPS = ("single-parent", "no-schooling", "large", "others")
LARGE_FAMILY = 6


class ContractError(ValueError):
    """The data cannot be used. ``problems`` has one sentence each; ``flaws`` says of what, where that is known."""

    def __init__(self, problems: Sequence["str | Flaw"]) -> None:
        self.flaws = tuple(one for one in problems if isinstance(one, Flaw))
        self.problems = tuple(str(one) for one in problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class Flaw:
    """Something wrong with a family (by id), the places of a municipality (by code) or the settings."""

    about: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.about} {self.key}: {self.text}" if self.key else f"{self.about}: {self.text}"


@dataclass(frozen=True)
class Relative:
    """Somebody the family has in Finland: where, and how near (0–1, 1 the nearest kin)."""

    municipality: str
    nearness: float = 1.0


@dataclass(frozen=True)
class Family:
    """One family waiting for a municipality. No name, nationality, sex or mother tongue: none is ever asked."""

    id: str
    persons: int
    group: str
    adults: int = 0
    """0 when not known."""
    school: int = 0
    daycare: int = 0
    special: int = 0
    accessible: bool = False
    needs_care: bool = False
    """Specialised care must be within reach."""
    needs: tuple[str, ...] = ()
    """Services the municipality must have, in the words that places use."""
    languages: tuple[str, ...] = ()
    """Languages the family uses with authorities: for services and interpreting only."""
    needs_interpreter: bool = False
    wishes: tuple[str, ...] = ()
    """Municipalities in order of liking, at most five."""
    vetoes: tuple[str, ...] = ()
    relatives: tuple[Relative, ...] = ()
    reception: str = ""
    """Municipality where the family lives now."""
    waiting_since: date | None = None
    arrive_by: date | None = None
    vulnerable: bool = False
    no_schooling: bool = False
    trades: tuple[str, ...] = ()
    """Declared trades of the adults, one code for each; used only if the part "work" has been given a weight."""
    area: str = ""
    """Area of the regional authority that must place the family; empty for the whole country."""
    kept: str = ""
    """Municipality of a proposal the family has already been told of."""
    lock: str = ""
    """Municipality that a named official has fixed."""
    excluded: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    """Municipalities excluded for safety; shown to nobody without the right."""
    together: tuple[str, ...] = ()
    """Families that must go to the same municipality."""

    @property
    def fairness_group(self) -> str:
        if self.adults == 1 and self.persons > 1:
            return "single-parent"
        if self.no_schooling:
            return "no-schooling"
        return "large" if self.persons >= LARGE_FAMILY else "others"


@dataclass(frozen=True)
class Place:
    """What one municipality has agreed to for a period; several periods are several places."""

    municipality: str
    agreed: Mapping[str, int]
    """By resource; a resource that is not here is not limited. "persons" is always here."""
    used: Mapping[str, int] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    largest_home: int = 0
    """Persons; 0 when not limited."""
    services: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None
    """Languages with interpreting or services; None when not known, which forbids nothing and gives no points."""
    training: float = 0.0
    """0–1: integration training and preparatory classes."""
    housing: float = 0.0
    """0–1: how well homes are found."""
    work: Mapping[str, float] = field(default_factory=dict)
    """0–1 by trade: vacancies near, shrunk towards the country's mean."""

    @property
    def key(self) -> tuple[str, str]:
        return self.municipality, self.first.isoformat() if self.first else ""

    def left(self, resource: str) -> int | None:
        """Free places of a resource; None when not limited."""
        agreed = self.agreed.get(resource)
        return None if agreed is None else agreed - self.used.get(resource, 0)


@dataclass(frozen=True)
class Settings:
    """How a round is run. ``day`` is the day of the round; times waited and agreements are counted from it."""

    day: date
    division: str = "evk"
    """Division whose areas ``area`` and ``targets`` mean (country.DIVISIONS)."""
    targets: Mapping[str, int] = field(default_factory=dict)
    """Persons to be placed by area; none means no bands."""
    weights: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    """Weights that differ from the version's defaults."""
    reach_km: float = 110.0
    """Specialised care farther than this is out of reach."""
    care_in: tuple[str, ...] = ()
    """Municipalities with specialised care; empty for those of the points file. Places may name more as a service."""
    fairness_pct: float = 0.25
    """Per cent of the score that may be paid for the worst-off group; 0 leaves it out."""
    wishes_pct: float = 0.2
    """Per cent of the score that may be paid for better-liked municipalities that have room."""
    lottery_points: int = 0
    """Two families may change places by lot when the plan loses at most this many points by it."""
    effort: float = 1.0


def check(
    families: Sequence[Family], places: Sequence[Place], settings: Settings, country: Country
) -> list[Flaw]:
    """What is wrong, one sentence each; empty when the round can be run."""
    if settings.division not in DIVISIONS:
        return [Flaw("settings", "", f"division {settings.division!r} is none of {', '.join(DIVISIONS)}")]
    areas = set(country.areas[settings.division].values()) - {""}
    flaws = [Flaw("settings", "", text) for text in _settings_problems(settings, country, areas)]
    known = {family.id for family in families}
    ids: set[str] = set()
    for family in families:
        flaws += [Flaw("family", family.id, text) for text in _family_problems(family, country, areas, known)]
        if family.id in ids:
            flaws.append(Flaw("family", family.id, "the id is there twice"))
        ids.add(family.id)
    flaws += [Flaw("places of", code, text) for code, text in _place_problems(places, country)]
    if not flaws:
        flaws += [Flaw("family", unit[0], text) for unit, text in _tie_problems(families)]
    return flaws


def _settings_problems(settings: Settings, country: Country, areas: set[str]) -> Iterable[str]:
    for code in settings.care_in:
        if code not in country:
            yield country.why_unknown(code)
    for area, persons in settings.targets.items():
        if area not in areas:
            yield f"there is no area {area} in the division {settings.division}"
        if persons < 0:
            yield f"the target of area {area} is negative"
    for name in ("reach_km", "fairness_pct", "wishes_pct", "lottery_points", "effort"):
        if not 0 <= getattr(settings, name) < 1e9:
            yield f"{name} is {getattr(settings, name)}; it must be 0 or more"


def _family_problems(family: Family, country: Country, areas: set[str], known: set[str]) -> Iterable[str]:
    if family.persons < 1:
        yield "a family has at least one person"
    elif family.persons > MOST_PERSONS:
        yield f"{family.persons} persons are more than a family has (at most {MOST_PERSONS})"
    if family.group not in GROUPS:
        yield f"group {family.group!r} is none of {', '.join(GROUPS)}"
    for name in ("adults", "school", "daycare", "special"):
        value = getattr(family, name)
        if value < 0:
            yield f"{name} is negative"
        elif value > max(0, family.persons):
            yield f"{name} is {value}, but the family has {family.persons} persons"
    if len(family.wishes) > MOST_WISHES:
        yield f"{len(family.wishes)} wishes; at most {MOST_WISHES} count"
    if len(set(family.wishes)) < len(family.wishes):
        yield "the same municipality is wished for twice"
    both = sorted(set(family.wishes) & set(family.vetoes))
    if both:
        yield f"municipality {both[0]} is both wished for and refused"
    if family.area and family.area not in areas:
        yield f"there is no area {family.area}"
    named = [*family.wishes, *family.vetoes, *family.excluded, *family.unsafe]
    named += [relative.municipality for relative in family.relatives]
    named += [code for code in (family.reception, family.kept, family.lock) if code]
    for code in dict.fromkeys(named):
        if code not in country:
            yield country.why_unknown(code)
    for relative in family.relatives:
        if not 0.0 <= relative.nearness <= 1.0:
            yield f"nearness {relative.nearness} of a relative is not between 0 and 1"
    for other in family.together:
        if other not in known:
            yield f"must go together with {other}, which is not on the list"
    if len(family.trades) > max(family.adults, 0) > 0:
        yield f"{len(family.trades)} trades for {family.adults} adults"


def _place_problems(places: Sequence[Place], country: Country) -> Iterable[tuple[str, str]]:
    periods: dict[str, list[tuple[date, date]]] = {}
    for place in places:
        code = place.municipality
        if place.municipality not in country:
            yield code, country.why_unknown(code)
        if "persons" not in place.agreed:
            yield code, "the number of places is missing"
        for resource, number in place.agreed.items():
            used = place.used.get(resource, 0)
            if resource not in RESOURCES:
                yield code, f"{resource!r} is nothing that is agreed on"
            elif number < 0:
                yield code, f"{resource} is negative ({number})"
            elif used < 0:
                yield code, f"used {resource} is negative ({used})"
            elif used > number:
                yield code, f"{used} of {resource} are used, but only {number} agreed"
        for resource in place.used:
            if resource not in place.agreed:
                yield code, f"{resource} is used but not agreed"
        if place.largest_home < 0:
            yield code, "the largest home is negative"
        for word, value in (("training", place.training), ("housing", place.housing)):
            if not 0.0 <= value <= 1.0:
                yield code, f"{word} is {value}; it must be between 0 and 1"
        for trade, value in place.work.items():
            if not 0.0 <= value <= 1.0:
                yield code, f"work for {trade} is {value}; it must be between 0 and 1"
        first, last = place.first or date.min, place.last or date.max
        if first > last:
            yield code, "the period ends before it begins"
        if any(first <= end and start <= last for start, end in periods.get(place.municipality, ())):
            yield code, "there twice for the same time"
        periods.setdefault(place.municipality, []).append((first, last))


def _tie_problems(families: Sequence[Family]) -> Iterable[tuple[tuple[str, ...], str]]:
    by_id = {family.id: family for family in families}
    for unit in units_of(families):
        locks = sorted({by_id[member].lock for member in unit} - {""})
        if len(locks) > 1:
            yield unit, f"families {', '.join(unit)} must go together but are locked to {' and '.join(locks)}"
        wanted = sorted({by_id[member].area for member in unit} - {""})
        if len(wanted) > 1:
            yield (
                unit,
                f"families {', '.join(unit)} must go together but belong to areas {' and '.join(wanted)}",
            )


def units_of(families: Sequence[Family]) -> list[tuple[str, ...]]:
    """Families that must go together, as sorted tuples of ids in order; a circle of ties is one unit.

    A tie counts in both directions, whoever named it.
    """
    root = {family.id: family.id for family in families}

    def top(one: str) -> str:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for family in families:
        for other in family.together:
            if other in root:
                a, b = sorted((top(family.id), top(other)))
                root[b] = a
    units: dict[str, list[str]] = {}
    for family in families:
        units.setdefault(top(family.id), []).append(family.id)
    return sorted(tuple(sorted(members)) for members in units.values())
