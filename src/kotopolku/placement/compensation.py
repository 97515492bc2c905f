"""A placed person's calculated compensation in a calendar year, line by line, each euro with its reason.

Pure: facts in, lines out; the sums, periods and readings of the law are in `law.compensation`. Not for claims and
payments (`actions.money`).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kotopolku.law import Due, Explanation, Period, Rule, Step, union
from kotopolku.law import compensation as law
from kotopolku.law import rule as find_rule
from kotopolku.law.compensation import Basis, PaidPeriod, Receiver, Sums
from kotopolku.law.explanation import (
    a_day,
    a_long_day,
    an_amount,
    cited,
    euros,
    item_text,
    rule_step,
    step,
)
from kotopolku.law.statutes import ContentItem

CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a line is for. `PREPARING` and `SPECIAL` are costs (`cost_rules`); `NOT_PAID` is worth nothing and says why."""

    CALCULATED = "calculated"
    FIRST_ADULT_YEAR = "first-adult-year"
    ASSESSMENT = "assessment"
    PREPARING = "preparing"
    SPECIAL = "special"
    NOT_PAID = "not-paid"


class Area(StrEnum):
    """Which receivers stand behind a municipality."""

    MAINLAND = "mainland"
    HELSINKI = "helsinki"
    ALAND = "aland"


@dataclass(frozen=True)
class Place:
    """A municipality, the county that serves it and the days with both a programme and an agreement in force."""

    code: str
    area: Area
    county: str
    covered: tuple[Period, ...]

    def receivers(self) -> tuple[tuple[Receiver, str], ...]:
        """Who is paid for a resident. Helsinki is paid in both its parts (681/2023 § 100)."""
        if self.area is Area.ALAND:
            return (Receiver.ALAND_MUNICIPALITY, self.code), (Receiver.ALAND_HEALTH, self.county)
        county = self.code if self.area is Area.HELSINKI else self.county
        return (Receiver.MUNICIPALITY, self.code), (Receiver.COUNTY, county)


@dataclass(frozen=True)
class Stay:
    """Living in a municipality from the first day to the last, both included; open while it goes on."""

    municipality: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class Parent:
    """Whose period ends that of a child born in Finland: 681/2023 § 61.4."""

    first_municipality: date
    basis: Basis


@dataclass(frozen=True)
class Placed:
    """What of a person decides the compensation. `key` is a number of ours, never a name.

    `first_municipality` is the day the first municipality of residence was registered, or the day of the permit for
    one who cannot have a municipality. `parent` is given for a child born in Finland only.
    """

    key: str
    born: date
    basis: Basis
    first_municipality: date
    stays: tuple[Stay, ...]
    citizen_from: date | None = None
    parent: Parent | None = None
    assessed_on: date | None = None


class ImpossibleFacts(ValueError):
    """Facts that cannot be true together; `code` says which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Line:
    """One sum to one receiver: so many days of a yearly sum, under one rule, with its reasons."""

    person: str
    kind: Kind
    receiver: Receiver
    to: str
    period: Period
    days: int
    base: int
    yearly: Decimal
    euros: Decimal
    rule: Rule
    steps: tuple[Step, ...]
    readings: tuple[ContentItem, ...]

    @property
    def explanation(self) -> Explanation:
        return Explanation(self.steps)

    @property
    def certain(self) -> bool:
        """Whether everything was read in the Acts and decrees; if not, an official confirms the readings."""
        return not self.readings and all(
            law_rule.certainty == "S" for law_rule in (self.rule, *_rules(self.steps))
        )

    @property
    def payer(self) -> ContentItem:
        """The authority that pays for the last of the days."""
        return law.payer(self.period.last)

    def section(self, lang: str) -> str:
        return self.rule.citation(lang)


def compensation(
    placed: Placed, year: int, places: Mapping[str, Place], claimed_on: date | None = None
) -> list[Line]:
    """The lines of one person in a calendar year, in the order of days.

    A coming year is a forecast: stays without a last day are taken to go on. `claimed_on` matters for days before
    2025, whose sums 872/2024 § 4 lowers when they are claimed later. Raises `ImpossibleFacts`, and `RuleNotInForce`
    for a period begun before the Act of 2010.
    """
    _check(placed)
    paid = law.paid_period(placed.first_municipality, placed.basis)
    open_days = _paid_days(placed, paid)
    whole_year = Period(date(year, 1, 1), date(year, 12, 31))
    lines: list[Line] = []
    for stay in sorted(placed.stays, key=lambda item: item.first):
        there = Period(stay.first, stay.last or date.max)
        part = _common(whole_year, _common(open_days, there))
        if part is not None:
            lines += _of_stay(placed, paid, stay, part, places[stay.municipality], claimed_on)
        if placed.assessed_on and placed.assessed_on.year == year and placed.assessed_on in there:
            lines += _assessment(placed, places[stay.municipality])
    return lines


def forecast(
    persons: Sequence[Placed], years: Iterable[int], places: Mapping[str, Place]
) -> dict[int, list[Line]]:
    """The lines of many persons by year, as things stand."""
    return {
        year: [line for placed in persons for line in compensation(placed, year, places)] for year in years
    }


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.euros for line in lines), Decimal("0.00"))


def totals(lines: Iterable[Line]) -> dict[tuple[Receiver, str], Decimal]:
    """Euros by receiver, those who get nothing left out."""
    found: dict[tuple[Receiver, str], Decimal] = {}
    for line in lines:
        if line.euros:
            key = (line.receiver, line.to)
            found[key] = found.get(key, Decimal("0.00")) + line.euros
    return found


def claim_by(kind: Kind, year: int, on: date | None = None) -> Due:
    """The last day to claim a line of the year, with its reasons.

    Assessments under the Act of 2010 have a last day of their own, unless their ordinary one passed before it.
    """
    ordinary = law.claim_by(year, on)
    fixed = law.old_costs_claim_by()
    if kind is Kind.ASSESSMENT and ordinary.due is not None and ordinary.due >= fixed.start:
        return fixed
    return ordinary


def recovery_by(year: int, on: date | None = None) -> Due:
    """The last day to decide on recovery of what was paid for the year."""
    return law.recovery_by(year, on)


def _check(placed: Placed) -> None:
    if placed.first_municipality < placed.born:
        raise ImpossibleFacts("born-after-arrival")
    last: date | None = None
    for stay in sorted(placed.stays, key=lambda item: item.first):
        if stay.last is not None and stay.last < stay.first:
            raise ImpossibleFacts("stay-reversed")
        if last is not None and stay.first <= last:
            raise ImpossibleFacts("stays-overlap")
        last = stay.last or date.max


def _paid_days(placed: Placed, paid: PaidPeriod) -> Period | None:
    """The paid period, shortened by citizenship, by the parent's period and by when the group became compensated."""
    first, last = paid.period.first, paid.period.last
    if placed.citizen_from is not None:
        last = min(last, placed.citizen_from - ONE_DAY)
    if placed.parent is not None:
        last = min(last, _parent_end(placed.parent))
        first = max(first, law.group_paid_from("born-here").valid_from)
    if placed.basis is Basis.TEMPORARY:
        first = max(first, law.group_paid_from("temporary").valid_from)
    return Period(first, last) if first <= last else None


def _parent_end(parent: Parent) -> date:
    return law.paid_period(parent.first_municipality, parent.basis).period.last


@dataclass(frozen=True)
class _Share:
    """One receiver's part of a stay: whose it is, and what of the case bears on it."""

    placed: Placed
    receiver: Receiver
    to: str
    about: tuple[Step, ...]
    claimed_on: date | None


def _of_stay(
    placed: Placed, paid: PaidPeriod, stay: Stay, part: Period, place: Place, claimed_on: date | None
) -> Iterator[Line]:
    about = _about(placed, paid, stay, part)
    covered = [both for days in union(place.covered) if (both := _common(part, days))]
    adult_year = law.first_adult_year(placed.born, paid.period.first)
    for receiver, to in place.receivers():
        share = _Share(placed, receiver, to, about, claimed_on)
        if to == place.code and receiver is not Receiver.COUNTY:
            for gap in _gaps(part, covered):
                yield from _not_paid(share, gap)
        for days in covered:
            yield from _calculated(share, days)
            yield from _first_adult_year(share, days, *adult_year)


def _calculated(share: _Share, days: Period) -> Iterator[Line]:
    for piece in _split(days, law.sum_changes(share.receiver, days)):
        sums = law.yearly_sums(share.receiver, piece.first, share.claimed_on)
        if sums is None:
            continue
        birthday = law.seventh_birthday(share.placed.born, sums)
        age = _age_steps(sums, birthday) if birthday.year == piece.first.year else ()
        for one in _split(piece, [birthday]):
            yearly = sums.yearly(one.first >= birthday)
            yield _line(share, Kind.CALCULATED, one, _year_days(one), yearly, sums.rule, age)


def _first_adult_year(share: _Share, days: Period, year: Period, rule: Rule) -> Iterator[Line]:
    for piece in _split(days, law.sum_changes(share.receiver, days)):
        one = _common(piece, year)
        sums = law.yearly_sums(share.receiver, one.first) if one else None
        if one is None or sums is None or sums.first_adult_year is None:
            continue
        which = step("compensation-adult-year", cited(rule), first=a_day(year.first), last=a_day(year.last))
        notes = (rule_step(rule), which)
        yield _line(share, Kind.FIRST_ADULT_YEAR, one, year.days, sums.first_adult_year, sums.rule, notes)


def _not_paid(share: _Share, days: Period) -> Iterator[Line]:
    sums = law.yearly_sums(share.receiver, days.first, share.claimed_on)
    if sums is not None:
        notes = (_reading_step("agreement"),)
        yield _line(share, Kind.NOT_PAID, days, _year_days(days), Decimal(0), sums.rule, notes)


def _line(
    share: _Share, kind: Kind, days: Period, base: int, yearly: Decimal, rule: Rule, notes: tuple[Step, ...]
) -> Line:
    """Euros of the days, and the steps that led to them: rule, circumstances, days, sum."""
    euros_of_days = (yearly * days.days / base).quantize(CENT, ROUND_HALF_UP)
    notes = (*share.about, *notes)
    if days.days != base and kind is not Kind.NOT_PAID:
        notes += (_reading_step("adult-days" if kind is Kind.FIRST_ADULT_YEAR else "days"),)
    counted = {"days": an_amount(days.days, "days"), "base": an_amount(base, "days")}
    first, last = a_day(days.first), a_day(days.last)
    words = {"yearly": euros(yearly), "days": days.days, "base": base, "euros": euros(euros_of_days)}
    steps = (
        rule_step(rule),
        *notes,
        step("compensation-days", (), first=first, last=last, **counted),
        step("compensation-sum", (), **words),
    )
    return Line(
        person=share.placed.key,
        kind=kind,
        receiver=share.receiver,
        to=share.to,
        period=days,
        days=days.days,
        base=base,
        yearly=yearly,
        euros=euros_of_days,
        rule=rule,
        steps=steps,
        readings=_readings(notes),
    )


def _assessment(placed: Placed, place: Place) -> Iterator[Line]:
    """The sum for an initial assessment, paid once, under the Act of 2010."""
    day = placed.assessed_on
    found = law.assessment_sum(day) if day and any(day in days for days in place.covered) else None
    if day is None or found is None:
        return
    rule, given = found
    receiver, to = place.receivers()[0]
    once = step("compensation-once", cited(rule), day=a_long_day(day), euros=euros(given))
    yield Line(
        person=placed.key,
        kind=Kind.ASSESSMENT,
        receiver=receiver,
        to=to,
        period=Period(day, day),
        days=1,
        base=1,
        yearly=given,
        euros=given.quantize(CENT),
        rule=rule,
        steps=(rule_step(rule), once),
        readings=(),
    )


def _about(placed: Placed, paid: PaidPeriod, stay: Stay, part: Period) -> tuple[Step, ...]:
    """What of the person's case bears on these days: the period, moves, citizenship, the parent's period."""
    steps = [
        step(
            "compensation-period",
            cited(paid.rule),
            amount=an_amount(paid.years, "years"),
            first=a_day(paid.period.first),
            last=a_day(paid.period.last),
        )
    ]
    if "old-quota-family" in paid.readings:
        steps.append(_reading_step("old-quota-family"))
    if paid.period.last == part.last:
        steps.append(_reading_step("last-day"))
    moved_in = stay.first > paid.period.first and stay.first == part.first
    moved_out = stay.last is not None and stay.last == part.last and stay.last < paid.period.last
    if moved_in:
        steps.append(step("compensation-moved-in", (), day=a_day(stay.first)))
    if moved_out:
        steps.append(step("compensation-moved-out", (), day=a_day(part.last)))
    if moved_in or moved_out:
        steps.append(_reading_step("moving"))
    if placed.citizen_from is not None and placed.citizen_from - ONE_DAY == part.last:
        steps += [
            step("compensation-citizen", (), day=a_day(placed.citizen_from)),
            _reading_step("citizen"),
        ]
    if placed.parent is not None:
        born_here = law.group_paid_from("born-here")
        end = a_day(_parent_end(placed.parent))
        steps += [
            step("reading", cited(born_here), reading=item_text(born_here)),
            step("compensation-parent", cited(born_here), day=end),
        ]
    return tuple(steps)


def _age_steps(sums: Sums, birthday: date) -> tuple[Step, ...]:
    turns = step("compensation-age", (), age=an_amount(sums.age, "years"), day=a_day(birthday))
    return turns, _reading_step("seven")


def _reading_step(item_id: str) -> Step:
    item = law.reading(item_id)
    return step("reading", cited(item), reading=item_text(item))


def _readings(steps: Iterable[Step]) -> tuple[ContentItem, ...]:
    """The readings a line rests on: an official confirms them."""
    ids = [item.source[3] for item in steps if item.source[:2] == ("item", "compensation-reading")]
    return tuple(law.reading(item_id) for item_id in ids)


def _rules(steps: Iterable[Step]) -> Iterator[Rule]:
    for item in steps:
        if item.source[:1] == ("rule",):
            yield find_rule(item.source[1], date.fromisoformat(item.source[3]), item.source[2])


def _common(one: Period | None, other: Period | None) -> Period | None:
    """The days in both; None when there are none."""
    if one is None or other is None:
        return None
    first, last = max(one.first, other.first), min(one.last, other.last)
    return Period(first, last) if first <= last else None


def _year_days(days: Period) -> int:
    return 366 if calendar.isleap(days.first.year) else 365


def _split(days: Period, cuts: Iterable[date]) -> Iterator[Period]:
    """The days in pieces, each cut the first day of a piece."""
    first = days.first
    for cut in sorted(cuts):
        if first < cut <= days.last:
            yield Period(first, cut - ONE_DAY)
            first = cut
    yield Period(first, days.last)


def _gaps(days: Period, covered: Sequence[Period]) -> Iterator[Period]:
    """The days left between covered ones, which are in order and inside."""
    first = days.first
    for period in covered:
        if first < period.first:
            yield Period(first, period.first - ONE_DAY)
        first = period.last + ONE_DAY
    if first <= days.last:
        yield Period(first, days.last)
