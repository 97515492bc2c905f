"""What holds of hand-overs and counts of advice, as pure functions: fingerprints, ages, which cells stay hidden.

Not for: who answers by law (``actors``), days by law (``law``), writing (``actions``). No Django.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


class Answered(Exception):
    """The offer or referral has had its answer already, by somebody else or in another way. Nothing has been written."""

    def __init__(self, state: str, on: date | None = None, who: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.on = on
        self.who = who


@dataclass(frozen=True)
class NewOffer:
    """What offering a client needs. ``to_organisation_id`` None: the authority that the law names."""

    to_organisation_id: int | None = None
    occasion: str = "choice"
    reason: str = ""
    """Why another than the law names; required then."""
    message: str = ""
    protected_reason: str = ""
    """Why the sender had to see where a person under a non-disclosure order lives; required then."""


@dataclass(frozen=True)
class NewReferral:
    """What an authority tells of a person who agrees to it (681/2023 §9): the least that is needed."""

    family_name: str
    service_language: str
    municipality: str
    need: str
    consent: bool
    consent_on: date | None
    consent_how: str
    given_names: str = ""
    birth_date: date | None = None
    interpreter_needed: bool = False
    jobseeker: bool = False
    telephone: str = ""
    email: str = ""
    non_disclosure: bool = False


def fingerprint(facts: Mapping[str, Any]) -> str:
    """SHA-256 of the facts of a receipt, the same whatever the order of their names."""
    plain = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def age(born: date | None, on: date) -> int | None:
    """Whole years on the day."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def shown(counts: Sequence[int], smallest: int) -> list[int | None]:
    """The counts of one table whose total is shown, None for each that must stay hidden.

    Hidden are those from 1 to below ``smallest``, and as many more, the smallest first, as it takes that what is hidden
    can neither be taken from the total by itself nor adds up to fewer than ``smallest``.
    """
    hidden = {place for place, number in enumerate(counts) if 0 < number < smallest}
    others = sorted(
        (place for place, number in enumerate(counts) if number and place not in hidden),
        key=lambda place: (counts[place], place),
    )
    while hidden and (len(hidden) < 2 or sum(counts[place] for place in hidden) < smallest) and others:
        hidden.add(others.pop(0))
    return [None if place in hidden else number for place, number in enumerate(counts)]


def total_shown(counts: Sequence[int], smallest: int) -> int | None:
    """The total, None when so few stand behind it that it must stay hidden."""
    total = sum(counts)
    return None if 0 < total < smallest else total
