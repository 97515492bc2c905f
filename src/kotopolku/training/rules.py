"""What a course may be, when it meets, who fits it and why. Pure: no database, no clock.

Not for: the Acts' own numbers (``law``), contents of curricula (``curricula.py``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from kotopolku.clients.rules import Refusal
from kotopolku.law.day_count import named_days_off


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown (rules import no Django)."""
    return text


MOST_SEATS = 500
MOST_SLOTS = 14
LONGEST_DAYS = 3 * 366
"""A group lasts three years at most. Our own limit against mistyped years."""
KINDS_ABROAD = ("self-study",)
"""Kinds of training that need no place of their own."""


@dataclass(frozen=True)
class Slot:
    """A weekly time of a course; ``weekday`` 1 = Monday."""

    weekday: int
    starts: time
    ends: time

    def to_json(self) -> dict[str, Any]:
        return {
            "weekday": self.weekday,
            "starts": self.starts.strftime("%H:%M"),
            "ends": self.ends.strftime("%H:%M"),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Slot":
        return cls(int(row["weekday"]), time.fromisoformat(row["starts"]), time.fromisoformat(row["ends"]))

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts, self.ends)


def minutes_between(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


@dataclass(frozen=True)
class CourseContent:
    """A course as typed."""

    provider_id: int | None
    name: str
    kind: str
    curriculum: str
    starts_on: date
    ends_on: date
    seats: int
    track: str = ""
    target_level: str = ""
    entry_from: str = ""
    entry_to: str = ""
    field: str = ""
    attending: str = "place"
    municipality: str = ""
    address: str = ""
    link: str = ""
    timetable: str = ""
    slots: tuple[Slot, ...] = ()
    hours: int | None = None
    """None = counted from the weekly times."""
    scope: Decimal | None = None
    language: str = "fi"
    support_languages: tuple[str, ...] = ()
    child_care: bool = False
    fee_free: bool = True
    note: str = ""


@dataclass(frozen=True)
class Bounds:
    """What the curriculum of a course lays down; ``None`` or empty where it lays down nothing."""

    kind: str
    covers_start: bool
    max_scope: Decimal | None
    unit: str
    tracks: tuple[str, ...]


def check_course(content: CourseContent, bounds: Bounds | None, ranks: Mapping[str, int]) -> list[Refusal]:
    """All that is wrong in a course as typed. ``ranks``: the language scale; ``bounds`` None: no such curriculum."""
    found = []
    if not content.name.strip():
        found.append(Refusal("name", "required", _("Give the course a name.")))
    if content.provider_id is None:
        found.append(Refusal("provider", "required", _("Choose who teaches.")))
    found += _check_days(content)
    found += _check_curriculum(content, bounds)
    found += _check_levels(content, ranks)
    if not 1 <= content.seats <= MOST_SEATS:
        words = _("Give the number of seats, from 1 to %(most)s.")
        found.append(Refusal("seats", "seats", words, {"most": MOST_SEATS}))
    if content.attending != "remote" and not content.municipality and content.kind not in KINDS_ABROAD:
        found.append(Refusal("municipality", "required", _("Choose the municipality, or remote study.")))
    if content.field and content.kind != "vocational":
        found.append(Refusal("field", "only-vocational", _("Only vocational training has an occupation.")))
    return found + check_slots(content.slots)


def _check_days(content: CourseContent) -> list[Refusal]:
    if content.ends_on < content.starts_on:
        return [Refusal("ends_on", "reversed", _("The course ends before it starts."))]
    if (content.ends_on - content.starts_on).days > LONGEST_DAYS:
        return [Refusal("ends_on", "too-long", _("A course lasts three years at most. Check the year."))]
    return []


def _check_curriculum(content: CourseContent, bounds: Bounds | None) -> list[Refusal]:
    if bounds is None or bounds.kind != content.kind:
        return [Refusal("curriculum", "other-kind", _("Choose a curriculum of this kind of training."))]
    found = []
    if not bounds.covers_start:
        words = _("A course that starts on that day cannot follow this curriculum.")
        found.append(Refusal("curriculum", "not-in-use", words))
    if content.track and content.track not in bounds.tracks:
        found.append(Refusal("track", "no-track", _("This training has no tracks.")))
    if content.scope is not None and content.scope <= 0:
        found.append(Refusal("scope", "negative", _("The scope is more than nothing.")))
    elif content.scope is not None and bounds.max_scope is not None and content.scope > bounds.max_scope:
        words = _("The curriculum allows %(most)s %(unit)s at most.")
        params = {"most": f"{bounds.max_scope:f}", "unit": bounds.unit}
        found.append(Refusal("scope", "over-scope", words, params))
    return found


def _check_levels(content: CourseContent, ranks: Mapping[str, int]) -> list[Refusal]:
    found = [
        Refusal(name, "unknown-level", _("Choose a level of the scale."))
        for name in ("entry_from", "entry_to", "target_level")
        if getattr(content, name) and getattr(content, name) not in ranks
    ]
    if found:
        return found
    low, high, target = (
        ranks.get(code) for code in (content.entry_from, content.entry_to, content.target_level)
    )
    if low is not None and high is not None and low > high:
        found.append(Refusal("entry_to", "reversed", _("The highest entry level is under the lowest.")))
    start = high if high is not None else low
    if target is not None and start is not None and target < start:
        found.append(Refusal("target_level", "under-entry", _("The goal is under the entry level.")))
    return found


def check_slots(slots: Sequence[Slot]) -> list[Refusal]:
    """Weekly times that end before they start, or overlap."""
    if len(slots) > MOST_SLOTS:
        return [Refusal("slots", "too-many", _("Give at most %(most)s weekly times."), {"most": MOST_SLOTS})]
    for slot in slots:
        if not 1 <= slot.weekday <= 7 or slot.minutes <= 0:
            return [Refusal("slots", "reversed", _("A weekly time ends after it starts."))]
    ordered = sorted(slots, key=lambda one: (one.weekday, one.starts))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.starts < before.ends:
            return [Refusal("slots", "overlap", _("Two weekly times overlap."))]
    return []


@dataclass(frozen=True)
class Meeting:
    """One meeting of a course."""

    date: date
    starts: time
    ends: time

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts, self.ends)


def meetings(slots: Sequence[Slot], first: date, last: date) -> list[Meeting]:
    """Every weekly time between the two days, but for holidays and eves (150/1930 §5)."""
    found = []
    by_weekday: dict[int, list[Slot]] = {}
    for slot in sorted(slots, key=lambda one: one.starts):
        by_weekday.setdefault(slot.weekday, []).append(slot)
    day = first
    while day <= last:
        if day.isoweekday() in by_weekday and day not in named_days_off(day.year):
            found += [Meeting(day, one.starts, one.ends) for one in by_weekday[day.isoweekday()]]
        day += timedelta(days=1)
    return found


def hours_of(found: Sequence[Meeting]) -> int:
    """Whole hours of the meetings, a begun one counted."""
    return math.ceil(sum(one.minutes for one in found) / 60)


# --- Who fits --------------------------------------------------------------------------------------------------------

EARTH_KM = 6371.0
NEAR_KM, REACHABLE_KM = 30, 80
"""How far people go daily, between municipal centres. Our own choice."""


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Kilometres in a straight line between two places as (latitude, longitude)."""
    (lat1, lon1), (lat2, lon2) = (tuple(math.radians(one) for one in place) for place in (here, there))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half))))


@dataclass(frozen=True)
class ClientFacts:
    """What of a client a course is compared with. None = not known, and then not compared."""

    rank: int | None = None
    """The lowest skill in the language of teaching."""
    track: str = ""
    """The track of earlier training, or as the worker has chosen."""
    plan_ends: date | None = None
    """The latest day on which the plan can be in force."""
    at: tuple[float, float] | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfferFacts:
    """What of a course a client is compared with."""

    starts_on: date
    ends_on: date
    free: int
    waiting: int = 0
    low: int | None = None
    high: int | None = None
    track: str = ""
    at: tuple[float, float] | None = None
    remote: bool = False
    support_languages: tuple[str, ...] = ()
    own_language: bool = False
    """Whether it is given in these languages, for those who know one of them."""


@dataclass(frozen=True)
class Why:
    """One reason: a code, whether it speaks for the course (None = cannot be said), and figures for its words."""

    code: str
    good: bool | None
    params: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.code, self.good))


@dataclass(frozen=True)
class Fit:
    """How a course fits a client: named reasons in the order in which courses are compared by them."""

    reasons: tuple[Why, ...]
    km: int | None

    @property
    def order(self) -> tuple[Any, ...]:
        """Courses are put in this order: each named reason in turn, then the distance."""
        step = {True: 0, None: 1, False: 2}
        return (*(step[one.good] for one in self.reasons), self.km if self.km is not None else 10_000)

    @property
    def suits(self) -> bool:
        """Nothing that rules the course out: the wrong level, past the plan's latest end, in no language of the client."""
        return not any(one.good is False for one in self.reasons if one.code in ("level", "plan", "support"))


def fit(client: ClientFacts, offer: OfferFacts) -> Fit:
    """Level, then the plan's time, distance, track, seats and language of support; each good, bad or not known."""
    km = 0 if offer.remote else None
    if not offer.remote and client.at is not None and offer.at is not None:
        km = distance_km(client.at, offer.at)
    return Fit(
        (
            _level(client, offer),
            _plan_time(client, offer),
            _distance(km, offer.remote),
            _track(client, offer),
            Why("seats", offer.free > offer.waiting, {"free": offer.free, "waiting": offer.waiting}),
            _support(client, offer),
        ),
        km,
    )


def _level(client: ClientFacts, offer: OfferFacts) -> Why:
    params = {"rank": client.rank, "low": offer.low, "high": offer.high}
    if offer.low is None and offer.high is None:
        return Why("level", True, params)
    if client.rank is None:
        return Why("level", None, params)
    inside = (offer.low is None or client.rank >= offer.low) and (
        offer.high is None or client.rank <= offer.high
    )
    return Why("level", inside, params)


def _plan_time(client: ClientFacts, offer: OfferFacts) -> Why:
    """By the plan's latest end the course must have started; better when it also ends by then."""
    if client.plan_ends is None:
        return Why("plan", None, {"until": None})
    if offer.starts_on > client.plan_ends:
        return Why("plan", False, {"until": client.plan_ends})
    return Why(
        "plan" if offer.ends_on <= client.plan_ends else "plan-part", True, {"until": client.plan_ends}
    )


def _track(client: ClientFacts, offer: OfferFacts) -> Why:
    if not offer.track or not client.track:
        return Why("track", None, {})
    return Why("track", offer.track == client.track, {})


def _distance(km: int | None, remote: bool) -> Why:
    if remote:
        return Why("remote", True, {})
    if km is None:
        return Why("distance", None, {"km": None})
    return Why("distance", True if km <= NEAR_KM else None if km <= REACHABLE_KM else False, {"km": km})


def _support(client: ClientFacts, offer: OfferFacts) -> Why:
    shared = next((code for code in client.languages if code in offer.support_languages), "")
    strange = offer.own_language and bool(offer.support_languages) and not shared
    return Why("support", True if shared else False if strange else None, {"language": shared})


# --- The life of an enrolment ----------------------------------------------------------------------------------------


def answer_open(answer_by: date | None, today: date) -> bool:
    """Whether an offered place can still be answered."""
    return answer_by is None or today <= answer_by
