"""What holds of agreements and places, as pure functions over plain values: checks of what is typed, quarters, free places.

Not for: days by law (``law``), who may (``access``), writing (``actions``). No Django, no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kotopolku import law
from kotopolku.clients.rules import Refusal, Refusals


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown (rules import no Django)."""
    return text


REVERSED = _("The agreement ends before it starts.")
NO_GROUPS = _("Choose at least one group of persons that the agreement is about.")
NO_PREPAREDNESS = _("Write in a few words how the municipality keeps itself ready.")
UNKNOWN_CELL = _("There is no such quarter or resource.")
NEGATIVE = _("Places cannot be fewer than none.")
TOO_MANY = _("More than %(most)s places must be a slip. Check the number.")
UNDER_HELD = _("%(held)s have been reserved or taken into use, so not fewer can be agreed.")

MOST_PLACES = 9_999
"""More than this in one cell is a slip of the keyboard."""
QUARTERS = (1, 2, 3, 4)

Figures = Mapping[tuple[int, str], int | None]
"""(quarter, resource) → how many; None = left as it is."""


class NoRoom(Refusals):
    """There are not so many free places. ``lacking``: resource → how many more it would take. Nothing has been written."""

    def __init__(self, refusals: Sequence[Refusal], lacking: Mapping[str, int]) -> None:
        super().__init__(refusals)
        self.lacking = dict(lacking)


@dataclass(frozen=True)
class AgreementContent:
    """What an agreement holds, as typed."""

    municipality_id: int | None
    starts_on: date
    ends_on: date | None = None
    groups: tuple[str, ...] = ()
    preparedness: str = ""


@dataclass(frozen=True)
class Decision:
    """The municipality's decision on an agreement: by which body, when, under which number."""

    body: str
    decided_on: date
    reference: str = ""


@dataclass(frozen=True)
class NewAnswer:
    """A municipality's answer to the yearly request. A figure that is missing is left as it is."""

    figures: Figures = field(default_factory=dict)
    body: str = ""
    note: str = ""


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def first_day_of(year: int, quarter: int) -> date:
    return date(year, 3 * quarter - 2, 1)


def last_day_of(year: int, quarter: int) -> date:
    return date(year, 12, 31) if quarter == 4 else first_day_of(year, quarter + 1) - timedelta(days=1)


def check_content(data: AgreementContent, known_groups: Sequence[str]) -> list[Refusal]:
    """What is wrong in an agreement as typed."""
    found = []
    if data.ends_on is not None and data.ends_on < data.starts_on:
        found.append(Refusal("ends_on", "reversed", REVERSED))
    if not data.groups or not set(data.groups) <= set(known_groups):
        found.append(Refusal("groups", "required", NO_GROUPS))
    if not data.preparedness.strip():
        found.append(Refusal("preparedness", "required", NO_PREPAREDNESS))
    return found


def check_figures(figures: Figures, known_resources: Sequence[str]) -> list[Refusal]:
    """Negative, too large or unknown figures, each at its own field (``cell_name``)."""
    found = []
    for (quarter, resource), number in figures.items():
        name = cell_name(quarter, resource)
        if quarter not in QUARTERS or resource not in known_resources:
            found.append(Refusal(name, "unknown", UNKNOWN_CELL))
        elif number is not None and number < 0:
            found.append(Refusal(name, "negative", NEGATIVE))
        elif number is not None and number > MOST_PLACES:
            found.append(Refusal(name, "too-many", TOO_MANY, {"most": MOST_PLACES}))
    return found


def cell_name(quarter: int, resource: str) -> str:
    """Name of the form's field for one figure."""
    return f"q{quarter}-{resource}"


def check_held(agreed: int, held: int, quarter: int, resource: str) -> list[Refusal]:
    """What is agreed cannot go under what has been reserved and taken into use."""
    if agreed >= held:
        return []
    return [Refusal(cell_name(quarter, resource), "under-held", UNDER_HELD, {"held": held})]


def hearing_required(act: str, has_county: bool) -> bool:
    """Whether the wellbeing services county is heard before the municipality decides (681/2023 §42, rule P2H)."""
    return has_county and any(rule.id == "P2H" and rule.act == act for rule in law.rules())


def lacking(free: Mapping[str, int], uses: Mapping[str, int]) -> dict[str, int]:
    """Resource → how many more would be needed; empty when all fits."""
    return {name: need - free.get(name, 0) for name, need in uses.items() if need > free.get(name, 0)}
