"""The invented population: who they are and how their path went, from chance with a seed and plausible shares.

Pure: no database, no clock. Not for: what the law says of the dates (``clients.deadlines``), writing (``actions.py``).
"""

import random
import tomllib
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from kotopolku.law import is_working_day, next_working_day

CHUNK = 2_000
"""Persons made from one seed: the world is the same however many processes make it."""
OLD_ACT_ENDS = date(2025, 1, 1)
CHECK_MARKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


@cache
def ingredients() -> dict[str, Any]:
    with (Path(__file__).parent / "data/people.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Place:
    """A municipality with the weight of its foreign-language population and the languages of its region."""

    code: str
    weight: float
    ely: str
    employment_area: str
    languages: Mapping[str, float]


class Chooser:
    """Draws from weighted alternatives in O(log n)."""

    def __init__(self, weights: Mapping[Any, float]) -> None:
        self.values = list(weights)
        self.totals = list(accumulate(weights.values()))

    def draw(self, chance: random.Random) -> Any:
        return self.values[bisect(self.totals, chance.random() * self.totals[-1])]


@dataclass
class PersonFacts:
    """One invented person; ``number`` is the running number in the world, from 1."""

    number: int
    family_name: str
    given_names: str
    sex: str
    birth_date: date
    identity_code: str | None
    mother_tongue: str
    languages: list[str]
    service_language: str
    interpreter: bool
    country: str
    non_disclosure: bool
    place: Place
    basis: str
    permit_from: date
    household_with: int | None = None


@dataclass
class PathFacts:
    """How one person's path went up to ``today``; None means that it has not happened."""

    started_on: date
    jobseeker_from: date | None
    assessment_started: date | None = None
    assessment_completed: date | None = None
    plan_needed: bool | None = None
    plan_drafted: date | None = None
    plan_made: date | None = None
    referred_on: date | None = None
    reviews: list[date] = field(default_factory=list)
    interruption: tuple[date, date] | None = None
    extension_months: int = 0
    plan_ended_on: date | None = None
    ended_on: date | None = None
    end_reason: str = ""
    confirmed_on: date | None = None
    goals: list[int] = field(default_factory=list)


def known(day: date | None) -> date:
    """The day of something that has happened. Raises ``ValueError`` when it has not."""
    if day is None:
        raise ValueError("it has not happened")
    return day


class IdentityCodes:
    """Temporary identity codes (900–999), each once in a chunk's own share of the number space."""

    SIGNS = {18: "+", 19: "-YXWVU", 20: "ABCDEF"}

    def __init__(self) -> None:
        self.taken: dict[tuple[date, str], int] = {}

    def next(self, birth: date, sex: str) -> str | None:
        """Next free code of that day and sex, or None when the day is full (about 300 a day and sex)."""
        n = self.taken.get((birth, sex), 0)
        signs = self.SIGNS[birth.year // 100]
        if n >= 50 * len(signs):
            return None
        self.taken[(birth, sex)] = n + 1
        individual = 900 + 2 * (n % 50) + (1 if sex == "male" else 0)
        check = CHECK_MARKS[int(f"{birth:%d%m%y}{individual}") % len(CHECK_MARKS)]
        return f"{birth:%d%m%y}{signs[n // 50]}{individual}{check}"


class Population:
    """Makes persons chunk by chunk. ``places``: weights by municipality; ``today``: the last day anything happens."""

    def __init__(self, places: Sequence[Place], seed: int, today: date) -> None:
        self.places = {place.code: place for place in places}
        self.where = Chooser({place.code: place.weight for place in places})
        self.seed, self.today = seed, today
        made = ingredients()
        self.tongues = made["languages"]
        self.languages = {
            place.code: Chooser({k: w for k, w in place.languages.items() if k in self.tongues})
            for place in places
        }
        self.years = Chooser(
            {int(year): share for year, share in made["arrival_years"].items() if int(year) <= today.year}
        )
        self.ages = Chooser({(a["from"], a["to"]): a["share"] for a in made["ages"]})
        self.grounds = {group: Chooser(shares) for group, shares in made["grounds"].items()}

    def chunk(self, index: int, size: int = CHUNK) -> list[tuple[PersonFacts, PathFacts]]:
        """Persons ``index * CHUNK + 1 …``; the same for the same seed, chunk and day."""
        chance = random.Random(f"{self.seed}/{index}/{self.today}")
        people: list[tuple[PersonFacts, PathFacts]] = []
        first = index * CHUNK + 1
        for number in range(first, first + size):
            spouse = (
                people[-1][0]
                if people and people[-1][0].household_with is None and chance.random() < 0.3
                else None
            )
            person = self._person(chance, number, spouse)
            people.append((person, self._path(chance, person)))
        return people

    def _person(self, chance: random.Random, number: int, spouse: PersonFacts | None) -> PersonFacts:
        if spouse:
            place, tongue, family = spouse.place, spouse.mother_tongue, spouse.family_name
            sex = "male" if spouse.sex == "female" else "female"
            arrived = min(self.today, spouse.permit_from + timedelta(days=chance.choice((0, 0, 0, 120, 400))))
            basis = spouse.basis if arrived == spouse.permit_from else "family"
        else:
            place = self.places[self.where.draw(chance)]
            tongue = self.languages[place.code].draw(chance)
            syllables = self.tongues[tongue]["family"]
            heads = [part for part in syllables if part[0].isupper()]
            family = chance.choice(heads) + chance.choice([part for part in syllables if part not in heads])
            sex = chance.choice(("female", "male"))
            arrived = self._arrival(chance, self.tongues[tongue]["group"])
            basis = self.grounds[self.tongues[tongue]["group"]].draw(chance)
        first, last = self.ages.draw(chance)
        birth = arrived - timedelta(days=int(365.25 * chance.uniform(first, last + 1)))
        learned = chance.random() < 0.35
        service = "en" if learned else tongue if chance.random() < 0.8 else "fi"
        return PersonFacts(
            number=number,
            family_name=family,
            given_names=chance.choice(self.tongues[tongue][sex]),
            sex=sex,
            birth_date=birth,
            identity_code=None,
            mother_tongue=tongue,
            languages=["en"] if learned and tongue != "en" else [],
            service_language=service,
            interpreter=service == tongue and chance.random() < 0.8,
            country=self.tongues[tongue]["country"],
            non_disclosure=chance.random() < 0.02,
            place=place,
            basis=basis,
            permit_from=arrived,
            household_with=spouse.number if spouse else None,
        )

    def _arrival(self, chance: random.Random, group: str) -> date:
        year = self.years.draw(chance)
        if group == "temporary" and year < 2022:
            year = chance.choice((2022, 2022, 2023, 2024, 2025))
        day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
        if group == "temporary":
            day = max(day, date(2022, 3, 7))
        return min(day, self.today - timedelta(days=chance.randrange(1, 60)))

    def _path(self, chance: random.Random, person: PersonFacts) -> PathFacts:
        today = self.today
        start = min(today, person.permit_from + timedelta(days=chance.randrange(2, 110)))
        while not is_working_day(start):
            start -= timedelta(days=1)
        start = max(start, person.permit_from)
        age = (start - person.birth_date).days / 365.25
        path = PathFacts(started_on=start, jobseeker_from=None)
        if 17 <= age < 65 and chance.random() < 0.6:
            path.jobseeker_from = start
        path.confirmed_on = min(today, start + timedelta(days=chance.choice((0, chance.randrange(700)))))
        old = start < OLD_ACT_ENDS

        def later(day: date, low: int, high: int) -> date | None:
            """A working day ``low``–``high`` days later, or None when that is still to come."""
            then = next_working_day(day + timedelta(days=chance.randint(low, high)))
            return then if then <= today else None

        if chance.random() < 0.05 and start > today - timedelta(days=200):
            return path
        path.assessment_started = later(start, 1, 66 if old else 16)
        if path.assessment_started is None:
            return path
        path.assessment_completed = later(path.assessment_started, 0, 12)
        if path.assessment_completed is None or (
            chance.random() < 0.04 and start > today - timedelta(days=400)
        ):
            path.assessment_completed = None
            return path
        path.plan_needed = chance.random() < 0.88
        if not path.plan_needed:
            self._close(path, later(path.assessment_completed, 20, 500), "not-entitled")
            return path
        path.plan_drafted = later(path.assessment_completed, 0, 16)
        if path.plan_drafted is None or (chance.random() < 0.05 and start > today - timedelta(days=500)):
            return path
        path.plan_made = later(path.plan_drafted, 0, 9)
        path.goals = sorted(chance.sample(range(len(ingredients()["goals"])), chance.choice((1, 2, 2, 3))))
        if path.plan_made is None:
            return path
        if chance.random() < 0.9:
            path.referred_on = later(path.plan_made, 1, 36)
        self._follow(chance, path)
        return path

    def _follow(self, chance: random.Random, path: PathFacts) -> None:
        """Reviews, interruption, extension and end of a plan that was made."""
        made = known(path.plan_made)
        if chance.random() < 0.09:
            first = made + timedelta(days=chance.randrange(60, 500))
            last = first + timedelta(days=chance.randrange(20, 300))
            if last < self.today:
                path.interruption = (first, last)
        longest = made + timedelta(days=3 * 365 if made < OLD_ACT_ENDS else 2 * 365)
        if chance.random() < 0.12 and longest < self.today + timedelta(days=120):
            path.extension_months = chance.choice((6, 12))
        stay = int((longest - made).days * min(1.0, chance.betavariate(5, 2)))
        end = longest if chance.random() < 0.35 else min(made + timedelta(days=stay), longest)
        last = made
        while True:
            under_new = last >= date(2024, 9, 1)
            gap = chance.randint(120, 186) if under_new else chance.randint(260, 372)
            following = last + timedelta(days=gap)
            while not is_working_day(following):
                following -= timedelta(days=1)
            if following >= min(end, self.today) or (
                chance.random() < 0.2 and following > self.today - timedelta(days=200)
            ):
                break
            path.reviews.append(following)
            last = following
        if end < self.today:
            reason = chance.choice(("goal-reached", "employed", "employed", "study", "moved", "maximum"))
            path.plan_ended_on, path.end_reason = end, reason
            if path.referred_on and path.referred_on > end:
                path.referred_on = None
            closing = end + timedelta(days=chance.choice((0, 0, 0, chance.randrange(30, 200))))
            path.ended_on = closing if closing <= self.today else None
        if path.confirmed_on and path.reviews and chance.random() < 0.75:
            path.confirmed_on = max(path.confirmed_on, path.reviews[-1])

    def _close(self, path: PathFacts, day: date | None, reason: str) -> None:
        """Ends a relationship that had no plan."""
        if day is not None:
            path.ended_on, path.end_reason = day, reason
