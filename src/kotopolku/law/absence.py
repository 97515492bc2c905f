"""Staying away from a booked time without telling: what 681/2023 § 32a allows to charge, and when it may fall due.

Not for: whether a fee is reasonable in a case, which a person decides (``appointments``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kotopolku.law.deadlines import Due, due
from kotopolku.law.statutes import Rule, rule

FEE, FEE_DUE = "F2", "F1"


@dataclass(frozen=True)
class NoShowTerms:
    """What a fee is bound by on a day: at most `max_eur`, nobody under `adult_years`."""

    rule: Rule
    max_eur: Decimal
    adult_years: int


def no_show_terms(on: date) -> NoShowTerms:
    """681/2023 § 32a for a time booked on the day. Raises `RuleNotInForce` before the Act of 2023: then there is none."""
    found = rule(FEE, on)
    return NoShowTerms(
        found, Decimal(found.other_amounts["max-cents"]) / 100, found.other_amounts["adult-years"]
    )


def no_show_fee_due(booked_on: date) -> Due:
    """The earliest day on which the fee can fall due (681/2023 § 32a). Raises `RuleNotInForce`."""
    return due(FEE_DUE, booked_on)


def interpreter_hours(on: date) -> int:
    """Own target: how many hours before the appointment an interpreter is cancelled in time."""
    return rule("O-I1", on).other_amounts["hours"]
