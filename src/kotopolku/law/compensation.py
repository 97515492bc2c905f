"""The State's compensation as the Acts and decrees give it: sums a year, periods, last days to claim and to recover.

Not for: a person's days and euros in a year, which `placement.compensation` counts from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kotopolku.law.contents import contents
from kotopolku.law.day_count import ONE_DAY, Period, add_months, add_units
from kotopolku.law.deadlines import Due, due, due_under
from kotopolku.law.statutes import ContentItem, Rule, RuleNotInForce, act_named, rule, rules, statute_book

OLD, NEW = "1386/2010", "681/2023"


class Receiver(StrEnum):
    """To whom the State pays. Helsinki is both a municipality and, in the place of a county, a city (681/2023 § 100)."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    ALAND_MUNICIPALITY = "aland-municipality"
    ALAND_HEALTH = "aland-health"


class Basis(StrEnum):
    """On what ground somebody is among the compensated: it decides how long."""

    QUOTA = "quota"
    QUOTA_FAMILY = "quota-family"
    PROTECTION = "protection"
    TEMPORARY = "temporary"


_SUMS = {
    Receiver.MUNICIPALITY: "K1",
    Receiver.COUNTY: "K2",
    Receiver.ALAND_MUNICIPALITY: "K3",
    Receiver.ALAND_HEALTH: "K4",
}
_LATE_SUMS = {Receiver.MUNICIPALITY: "K6", Receiver.COUNTY: "K7", Receiver.ALAND_MUNICIPALITY: "K8"}
_ADULT_YEAR, _ASSESSMENT, _PREPARING, _SPECIAL = "K5", "K9", "K10", "K11"
_OLD_COSTS, _PERIOD, _PERIOD_BEGUN_BEFORE, _CLAIM, _RECOVERY = "C2", "C3", "C5", "C1", "C4"


@dataclass(frozen=True)
class Sums:
    """Euros a year to one receiver on a day, and the age from which the second of them is paid."""

    rule: Rule
    age: int
    under: Decimal
    over: Decimal
    first_adult_year: Decimal | None

    def yearly(self, of_age: bool) -> Decimal:
        return self.over if of_age else self.under


@dataclass(frozen=True)
class PaidPeriod:
    """The days paid for, why so many, and what had to be read into the law."""

    period: Period
    years: int
    rule: Rule
    readings: tuple[str, ...]


def yearly_sums(receiver: Receiver, on: date, claimed_on: date | None = None) -> Sums | None:
    """What is paid a year for the day; None when nothing is (counties before 2023).

    Costs that arose before the decree of 2024 have its § 4 sums when they are claimed while it is in force.
    """
    found = _rule_on(_SUMS[receiver], on)
    late = _LATE_SUMS.get(receiver)
    if found is not None and claimed_on is not None and late is not None:
        later = _rule_on(late, claimed_on)
        found = later if later is not None and on < later.valid_from else found
    if found is None:
        return None
    given = found.other_amounts
    first = given.get("first-adult-year")
    return Sums(
        found,
        given["age"],
        Decimal(given["under"]),
        Decimal(given["over"]),
        Decimal(first) if first is not None else None,
    )


def sum_changes(receiver: Receiver, within: Period) -> list[date]:
    """The days inside the period on which the sums change."""
    days = {item.valid_from for item in rules() if item.id == _SUMS[receiver]}
    return sorted(day for day in days if within.first < day <= within.last)


def paid_period(start: date, basis: Basis) -> PaidPeriod:
    """The days of calculated compensation from the first municipality: 1386/2010 § 45, 681/2023 §§ 61, 62 and 102.6."""
    new = act_named(NEW).valid_from
    found = rule(_PERIOD, start)
    readings = ["last-day"]
    long = basis in (Basis.QUOTA, Basis.QUOTA_FAMILY)
    if start < new and basis is Basis.QUOTA_FAMILY:
        readings.append("old-quota-family")
    years = found.other_amounts.get("quota-refugee", found.length) if long else found.length
    period = Period(start, add_units(start, years, found.unit) - ONE_DAY)
    if start < new <= period.last:
        found = rule(_PERIOD_BEGUN_BEFORE, new)
    return PaidPeriod(period, years, found, tuple(readings))


def seventh_birthday(born: date, sums: Sums) -> date:
    """The day from which the sum of the older is paid."""
    return add_units(born, sums.age, "years")


def first_adult_year(born: date, paid_from: date) -> tuple[Period, Rule]:
    """The year for which the further sum of 872/2024 is paid, and the rule that says what the year is."""
    grown = rule("G1")
    found = rule(_ADULT_YEAR)
    first = max(paid_from, add_units(born, grown.length, grown.unit))
    return Period(first, add_units(first, found.length, found.unit) - ONE_DAY), found


def assessment_sum(on: date) -> tuple[Rule, Decimal] | None:
    """What a municipality gets for an initial assessment held on the day; None since 2025."""
    found = _rule_on(_ASSESSMENT, on)
    return None if found is None else (found, Decimal(found.other_amounts["euros"]))


def claim_by(year: int, on: date | None = None) -> Due:
    """The last day to claim for what was done in the year: 1386/2010 § 54, 681/2023 § 70, the Act of the day `on`."""
    ended = date(year, 12, 31)
    return due(_CLAIM, ended, on=max(ended, on) if on else ended)


def old_costs_claim_by() -> Due:
    """The last day to claim assessments, interpreting and the like under the Act of 2010: 681/2023 § 102.1."""
    found = rule(_OLD_COSTS)
    return due_under(found, found.valid_from)


def recovery_by(year: int, on: date | None = None) -> Due:
    """The last day to decide on recovery of what was paid for the year: 1386/2010 § 55, 681/2023 § 71."""
    ended = date(year, 12, 31)
    return due(_RECOVERY, ended, on=max(ended, on) if on else ended)


def preparing_period(moves_in: date, justified: bool, quota: bool) -> tuple[Period, Rule] | None:
    """The days before moving in whose costs of preparing can be compensated, and the rule.

    None before 2023, and before 2025 for others than quota refugees.
    """
    found = _rule_on(_PREPARING, moves_in)
    if found is None or (found.act == OLD and not quota):
        return None
    months = found.other_amounts["justified-months"] if justified else found.length
    return Period(add_months(moves_in, -months), moves_in - ONE_DAY), found


def special_costs_period(first_municipality: date, on: date) -> tuple[Period, Rule]:
    """The years for which special costs can be compensated when agreed beforehand: 1386/2010 § 49, 681/2023 § 65."""
    found = rule(_SPECIAL, on)
    return Period(
        first_municipality, add_units(first_municipality, found.length, found.unit) - ONE_DAY
    ), found


def reading(item_id: str) -> ContentItem:
    """A line on what the law leaves open and how it is read here."""
    return _line("compensation-reading", item_id, NEW, None)


def group_paid_from(item_id: str) -> ContentItem:
    """The line by which a group first became one of the compensated; its `valid_from` is the first day paid for."""
    found = [
        item for item in statute_book().contents if (item.kind, item.id) == ("compensation-group", item_id)
    ]
    return min(found, key=lambda item: item.valid_from)


def payer(on: date) -> ContentItem:
    """The authority that pays on the day; its texts are its names."""
    act = NEW if on >= act_named(NEW).valid_from else OLD
    return _line("compensation-payer", "payer", act, on)


def _line(kind: str, item_id: str, act: str, on: date | None) -> ContentItem:
    return next(item for item in contents(kind, act, on) if item.id == item_id)


def _rule_on(rule_id: str, on: date) -> Rule | None:
    try:
        return rule(rule_id, on)
    except RuleNotInForce:
        return None
