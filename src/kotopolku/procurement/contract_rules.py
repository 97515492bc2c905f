"""What holds of a contract, as pure functions: prices by index, what a modification may be, invoices, goals, volumes.

No Django, no clock, no database; limits come from ``law``. Not for: whether a contract may be made (``award_rules``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kotopolku import law
from kotopolku.clients.rules import Refusal
from kotopolku.procurement.rules import Finding, threshold

CENT = Decimal("0.01")
PRICE = Decimal("0.0001")
HUNDRED = Decimal(100)
MINOR, ADDITIONAL, UNFORESEEN = "minor", "additional", "unforeseen"
HOUR, DAY, WEEK, PLACE = "student-hour", "student-day", "student-week", "place"
REACHED, DROPPED = "reached", "dropped"
MOST_EUR = Decimal(100_000_000)


def _(text: str) -> str:
    """Marks a sentence for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Lengths:
    """How long one student studies in a course."""

    hours: int = 0
    days: int = 0
    weeks: int = 0

    def of(self, unit: str) -> int:
        return {HOUR: self.hours, DAY: self.days, WEEK: self.weeks}[unit]


@dataclass(frozen=True)
class ContractContent:
    """What a draft of a contract holds."""

    starts_on: date
    ends_on: date
    unit: str
    volume: int
    price_eur: Decimal
    least_volume: int = 0
    index_name: str = ""
    index_base: Decimal | None = None
    index_share: Decimal = HUNDRED
    terms: str = ""

    @property
    def value_eur(self) -> Decimal:
        return euros(self.price_eur * self.volume)


@dataclass(frozen=True)
class OptionContent:
    starts_on: date
    ends_on: date
    notice_days: int
    volume: int
    value_eur: Decimal


@dataclass(frozen=True)
class GoalContent:
    measure: str
    goal_percent: Decimal
    sanction_percent: Decimal = Decimal(0)
    bonus_from_percent: Decimal | None = None
    bonus_percent: Decimal = Decimal(0)
    least_people: int = 10


@dataclass(frozen=True)
class CallOffContent:
    volume: int
    starts_on: date
    ends_on: date
    course_id: int | None = None


@dataclass(frozen=True)
class ModificationContent:
    ground: str
    what: str
    reason: str
    value_eur: Decimal = Decimal(0)
    volume: int = 0
    ends_on: date | None = None


@dataclass(frozen=True)
class InvoiceContent:
    reference: str
    first: date
    last: date
    units: Decimal
    amount_eur: Decimal


def euros(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def check_contract(content: ContractContent) -> list[Refusal]:
    found = []
    if content.ends_on < content.starts_on:
        found.append(Refusal("ends_on", "reversed", _("The last day is before the first.")))
    if content.volume < 1:
        found.append(Refusal("volume", "volume", _("Give the volume that is bought.")))
    if not 0 <= content.least_volume <= content.volume:
        found.append(Refusal("least_volume", "least", _("The promised volume is at most the volume bought.")))
    if not 0 < content.price_eur <= MOST_EUR:
        found.append(Refusal("price_eur", "price", _("The price is more than 0 €.")))
    if content.index_name.strip() and not content.index_base:
        found.append(Refusal("index_base", "index", _("Give the point of the index at signing.")))
    if not 0 <= content.index_share <= HUNDRED:
        found.append(Refusal("index_share", "share", _("The share is between 0 and 100 per cent.")))
    return found


def check_option(content: OptionContent, contract_ends_on: date) -> list[Refusal]:
    found = []
    if content.starts_on <= contract_ends_on:
        params = {"day": contract_ends_on}
        found.append(
            Refusal(
                "starts_on", "inside", _("An option starts after the period before it ends, %(day)s."), params
            )
        )
    if content.ends_on < content.starts_on:
        found.append(Refusal("ends_on", "reversed", _("The last day is before the first.")))
    if not 1 <= content.notice_days <= 400:
        found.append(Refusal("notice_days", "days", _("Give the days of notice, 1 to 400.")))
    if content.value_eur < 0:
        found.append(Refusal("value_eur", "negative", _("A sum cannot be negative.")))
    return found


def check_goal(content: GoalContent) -> list[Refusal]:
    found = [
        Refusal(name, "percent", _("A share is between 0 and 100 per cent."))
        for name in ("goal_percent", "sanction_percent", "bonus_from_percent", "bonus_percent")
        if (value := getattr(content, name)) is not None and not 0 <= value <= HUNDRED
    ]
    better = content.bonus_from_percent
    if better is not None:
        wrong = better < content.goal_percent if content.measure == REACHED else better > content.goal_percent
        if wrong:
            found.append(
                Refusal(
                    "bonus_from_percent", "order", _("A bonus needs a better result than the goal itself.")
                )
            )
    if content.least_people < 1:
        found.append(Refusal("least_people", "least", _("At least one person must be measured.")))
    return found


# --- Prices ----------------------------------------------------------------------------------------------------------


def indexed_price(price: Decimal, base: Decimal, value: Decimal, share_percent: Decimal) -> Decimal:
    """The price by the index: the bound share of it moves with the index, the rest stays. Four places, half up."""
    share = share_percent / HUNDRED
    return (price * (1 + share * (value / base - 1))).quantize(PRICE, ROUND_HALF_UP)


def price_on(first: Decimal, later: Sequence[tuple[date, Decimal]], day: date) -> Decimal:
    """The price of a unit on the day: that at signing, or the last one set from a day not after it."""
    found = first
    for from_on, price in sorted(later):
        if from_on <= day:
            found = price
    return found


# --- Volumes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """Volume bought (options that were taken and modifications included), ordered and still free."""

    bought: int
    ordered: int
    least: int

    @property
    def left(self) -> int:
        return self.bought - self.ordered

    @property
    def percent(self) -> int:
        return int(100 * self.ordered / self.bought) if self.bought else 0

    @property
    def under_promise(self) -> int:
        """How many units are missing from the promised volume."""
        return max(self.least - self.ordered, 0)


def check_call_off(content: CallOffContent, use: Use, first: date, last: date) -> list[Refusal]:
    """Refusals of an order that is over the volume or outside the contract's days."""
    found = []
    if content.volume < 1:
        found.append(Refusal("volume", "volume", _("Give the volume that is ordered.")))
    elif content.volume > use.left:
        found.append(
            Refusal(
                "volume",
                "too-much",
                _("The contract has %(left)s units left. More needs an option or a modification."),
                {"left": use.left},
            )
        )
    if content.ends_on < content.starts_on:
        found.append(Refusal("ends_on", "reversed", _("The last day is before the first.")))
    if not first <= content.starts_on <= last:
        found.append(
            Refusal(
                "starts_on",
                "outside",
                _("The contract is in force from %(first)s to %(last)s. A course starts within it."),
                {"first": first, "last": last},
            )
        )
    return found


# --- Modifications (§136) --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Modified:
    """What minor modifications make together, in euros and per cent of the value at signing."""

    total_eur: Decimal
    percent: Decimal
    limit_percent: int
    left_eur: Decimal
    findings: tuple[Finding, ...] = field(default=())

    def __hash__(self) -> int:
        return hash((self.total_eur, self.percent))

    @property
    def refused(self) -> bool:
        return any(one.severity == "law" for one in self.findings)


def minor_limit(on: date) -> int:
    """The share of the value at signing under which minor modifications of a service contract stay (§136)."""
    return law.rule("HM", on).other_amounts["services-percent"]


def modified(
    value_eur: Decimal, minor_before: Sequence[Decimal], ground: str, change_eur: Decimal, on: date
) -> Modified:
    """Whether a modification stays within §136 of 1397/2016.

    Minor ones count together, as their net sum: under 10 per cent of the value at signing and under the EU threshold.
    Additional services and unforeseen changes: at most 50 per cent each time. Other grounds have no limit of value.
    """
    amounts = law.rule("HM", on).other_amounts
    limit = amounts["services-percent"]
    total = abs(sum(minor_before, Decimal(0)) + (change_eur if ground == MINOR else Decimal(0)))
    percent = _percent(total, value_eur)
    left = max(value_eur * limit / HUNDRED - total, Decimal(0))
    found = []
    if ground == MINOR:
        highest = threshold("HE", "other", on)
        params = {"percent": _shown(percent), "limit": limit}
        if total * HUNDRED >= value_eur * limit:
            found.append(Finding("value_eur", "modification-limit", "law", params, "HM", on))
        elif total >= highest:
            params = {"sum": total, "threshold": highest}
            found.append(Finding("value_eur", "modification-threshold", "law", params, "HM", on))
        elif total * HUNDRED * 10 >= value_eur * limit * 8:
            params |= {"left": left}
            found.append(Finding("value_eur", "modification-near", "warning", params, "HM", on))
    elif ground in (ADDITIONAL, UNFORESEEN):
        most = amounts["additional-percent"]
        if abs(change_eur) * HUNDRED > value_eur * most:
            params = {"percent": _shown(_percent(abs(change_eur), value_eur)), "limit": most}
            found.append(Finding("value_eur", "modification-limit", "law", params, "HM", on))
    return Modified(total, percent, limit, left, tuple(found))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * HUNDRED / whole).quantize(CENT, ROUND_HALF_UP) if whole else Decimal(0)


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"


# --- Invoices --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """An invoice beside what attendance shows. ``difference_eur``: invoiced minus found."""

    units_found: Decimal | None
    amount_found_eur: Decimal | None
    difference_eur: Decimal | None
    within: bool
    """Whether the difference is so small that nothing needs to be asked (own target O-N8)."""


def match_invoice(
    content: InvoiceContent, price_eur: Decimal, units_found: Decimal | None, on: date
) -> Match:
    """Compares units and euros with attendance; without any attendance nothing matches."""
    if units_found is None:
        return Match(None, None, None, False)
    found = euros(units_found * price_eur)
    difference = content.amount_eur - found
    tolerance = Decimal(law.rule("O-N8", on).other_amounts["tolerance-percent"])
    return Match(units_found, found, difference, difference * HUNDRED <= found * tolerance)


def units_of(unit: str, hours: Decimal, hours_each: Decimal, students: int) -> Decimal | None:
    """Attended hours in the contract's unit. ``hours_each``: of a training day or week; None when that is not known."""
    if unit == HOUR:
        return hours
    if unit == PLACE:
        return Decimal(students)
    return (hours / hours_each).quantize(CENT, ROUND_HALF_UP) if hours_each else None


def units_planned(unit: str, seats: int, lengths: Lengths) -> int:
    """What a course takes of its order when every seat is in use from the first day to the last."""
    return seats if unit == PLACE else seats * lengths.of(unit)


def seats_for(unit: str, units: int, lengths: Lengths) -> int | None:
    """How many seats the units are enough for; None when the length of the course is not known."""
    if unit == PLACE:
        return units or None
    each = lengths.of(unit)
    return units // each if each and units >= each else None


def check_invoice(content: InvoiceContent) -> list[Refusal]:
    found = []
    if not content.reference.strip():
        found.append(Refusal("reference", "required", _("Give the number of the invoice.")))
    if content.last < content.first:
        found.append(Refusal("last", "reversed", _("The last day is before the first.")))
    if content.units <= 0:
        found.append(Refusal("units", "units", _("The invoiced units are more than 0.")))
    if not 0 < content.amount_eur <= MOST_EUR:
        found.append(Refusal("amount_eur", "amount", _("The sum is more than 0 €.")))
    return found


# --- Quality goals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """A result of the contract's courses. ``people`` None: too few to be shown."""

    people: int | None
    percent: Decimal | None


def adjustment_eur(goal: GoalContent, measured: Measured, base_eur: Decimal) -> Decimal:
    """What a measured goal would bring: a sanction below 0, a bonus above it, 0 for neither or for too few people."""
    if measured.people is None or measured.percent is None or measured.people < goal.least_people:
        return Decimal("0.00")
    share, better = measured.percent, goal.bonus_from_percent
    missed = share < goal.goal_percent if goal.measure == REACHED else share > goal.goal_percent
    if missed:
        return -euros(base_eur * goal.sanction_percent / HUNDRED)
    if better is not None and (share >= better if goal.measure == REACHED else share <= better):
        return euros(base_eur * goal.bonus_percent / HUNDRED)
    return Decimal("0.00")
