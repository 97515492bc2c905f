"""What holds of costs agreed on beforehand: what is asked, answered and spent, what is refused of it, each euro's reasons.

Pure: no Django, no clock. The days come from ``law.compensation`` (1386/2010 §§47a, 49; 681/2023 §§64, 65).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from kotopolku.clients.rules import Refusal
from kotopolku.law import LANGUAGES, Explanation, Period, Rule, RuleNotInForce
from kotopolku.law import compensation as law
from kotopolku.law.explanation import Step, a_day, an_amount, euros, rule_step, step
from kotopolku.law.wording import day_text, euro_text
from kotopolku.placement.compensation import Kind

CENT = Decimal("0.01")
LONGEST_TEXT = 2_000


def _(text: str) -> str:
    """Marks a sentence for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class CostRequest:
    """What is asked of the region: for what, on which days and how much at most."""

    purpose: str
    first: date
    last: date
    euros: Decimal


@dataclass(frozen=True)
class CostAnswer:
    """What the region answers. Refused when ``agreed`` is false; then ``conditions`` says why."""

    agreed: bool
    reference: str
    conditions: str = ""
    first: date | None = None
    last: date | None = None
    ceiling: Decimal = Decimal("0.00")
    justified: bool = False


@dataclass(frozen=True)
class CostContent:
    """A cost as it stands in the accounts."""

    what: str
    first: date
    last: date
    euros: Decimal
    voucher: str


@dataclass(frozen=True)
class Agreed:
    """What was agreed, as the reasons of a sum need it."""

    number: int
    kind: Kind
    answered_on: date
    first: date
    last: date
    ceiling: Decimal
    counted_from: date
    quota: bool
    justified: bool


def allowed(
    kind: Kind, counted_from: date, on: date, *, quota: bool, justified: bool
) -> tuple[Period, Rule] | None:
    """The days whose costs the law lets be compensated, and the rule; None when it knows none for such a case."""
    if kind is Kind.PREPARING:
        return law.preparing_period(counted_from, justified, quota)
    try:
        return law.special_costs_period(counted_from, on)
    except RuleNotInForce:
        return None


def check_request(data: CostRequest, kind: Kind, counted_from: date, *, quota: bool) -> list[Refusal]:
    """The longest days of the law are allowed in a request; whether there is a good reason the region decides."""
    found = []
    if not data.purpose.strip():
        found.append(Refusal("purpose", "required", _("Write what the money is needed for.")))
    if data.euros <= 0:
        found.append(Refusal("euros", "outside", _("Give a sum above 0.")))
    found += _days(data.first, data.last)
    return found or _by_law(kind, counted_from, data.first, data.last, quota=quota, justified=True)


def check_answer(
    data: CostAnswer, kind: Kind, counted_from: date, today: date, *, quota: bool
) -> list[Refusal]:
    found = []
    if not data.reference.strip():
        found.append(Refusal("reference", "required", _("Write the number by which it is found.")))
    if not data.agreed:
        if not data.conditions.strip():
            found.append(Refusal("conditions", "required", _("Write why it is not agreed.")))
        return found
    if data.ceiling <= 0:
        found.append(Refusal("ceiling", "outside", _("Give a sum above 0.")))
    if data.first is None or data.last is None:
        return [*found, Refusal("first", "required", _("Give the first and the last day."))]
    days = _days(data.first, data.last)
    if not days:
        days = _by_law(kind, counted_from, data.first, data.last, quota=quota, justified=data.justified)
    if not days and kind is Kind.SPECIAL and data.first < today:
        days = [Refusal("first", "beforehand", BEFOREHAND, {"day": today})]
    return found + days


def check_cost(data: CostContent, agreed: Agreed, spent: Decimal, today: date) -> list[Refusal]:
    """``spent``: what has been recorded under the agreement already. Never more than its ceiling in all."""
    found = []
    if not data.what.strip():
        found.append(Refusal("what", "required", _("Write what was paid for.")))
    if not data.voucher.strip():
        found.append(Refusal("voucher", "required", _("Write the number of the voucher.")))
    left = agreed.ceiling - spent
    if not 0 < data.euros <= left:
        found.append(Refusal("euros", "outside", OVER_CEILING, {"left": in_languages(left)}))
    days = _days(data.first, data.last)
    if not days and data.first.year != data.last.year:
        days = [Refusal("last", "two-years", _("Record the costs of each calendar year apart."))]
    if not days and data.last > today:
        days = [Refusal("last", "future", _("%(day)s has not come yet."), {"day": data.last})]
    if not days and (data.first < agreed.first or data.last > agreed.last):
        days = [Refusal("first", "not-agreed", NOT_AGREED, {"first": agreed.first, "last": agreed.last})]
    if not days:
        days = _by_law(
            agreed.kind,
            agreed.counted_from,
            data.first,
            data.last,
            quota=agreed.quota,
            justified=agreed.justified,
        )
    return found + days


def _days(first: date, last: date) -> list[Refusal]:
    return [Refusal("last", "reversed", _("The last day is before the first."))] if last < first else []


def _by_law(
    kind: Kind, counted_from: date, first: date, last: date, *, quota: bool, justified: bool
) -> list[Refusal]:
    found = allowed(kind, counted_from, last, quota=quota, justified=justified)
    if found is None:
        return [Refusal("first", "no-law", NO_LAW)]
    days, rule = found
    if first in days and last in days:
        return []
    words = {
        "days": {lang: f"{day_text(days.first, lang)}–{day_text(days.last, lang)}" for lang in LANGUAGES},
        "section": {lang: rule.citation(lang) for lang in LANGUAGES},
    }
    return [Refusal("first", "outside-law", OUTSIDE_LAW, words)]


def in_languages(amount: Decimal) -> dict[str, str]:
    """The sum by language, for a message."""
    return {lang: euro_text(amount, lang) for lang in LANGUAGES}


def why(
    agreed: Agreed, first: date, last: date, amount: Decimal, before: Decimal
) -> tuple[Explanation, Rule | None, bool]:
    """The reasons of one cost, its rule, and whether the law allows its days still: the day of moving in may have moved.

    ``before``: what had been spent under the agreement until then.
    """
    found = allowed(agreed.kind, agreed.counted_from, last, quota=agreed.quota, justified=agreed.justified)
    told = step(
        "costs-of",
        (),
        first=a_day(first),
        last=a_day(last),
        euros=euros(amount),
        before=euros(before),
        after=euros(before + amount),
    )
    if found is None:
        return Explanation((told,)), None, False
    days, rule = found
    fits = first in days and last in days
    return Explanation((rule_step(rule), *_about(agreed, days), told)), rule, fits


@dataclass(frozen=True)
class Ahead:
    """What of an agreement is still to be spent in a year, by its days, with the reasons."""

    euros: Decimal
    explanation: Explanation


def ahead(agreed: Agreed, spent: Decimal, year: int, today: date) -> Ahead | None:
    """The forecast of what is left: spread evenly over the days from today; None when nothing is left or to come."""
    left = agreed.ceiling - spent
    first = max(agreed.first, today)
    start, end = max(first, date(year, 1, 1)), min(agreed.last, date(year, 12, 31))
    found = allowed(
        agreed.kind, agreed.counted_from, agreed.last, quota=agreed.quota, justified=agreed.justified
    )
    if left <= 0 or end < start or found is None:
        return None
    days, base = _length(start, end), _length(first, agreed.last)
    amount = (left * days / base).quantize(CENT, ROUND_HALF_UP)
    period, rule = found
    told = step(
        "costs-ahead",
        (),
        left=euros(left),
        days=an_amount(days, "days"),
        base=an_amount(base, "days"),
        euros=euros(amount),
    )
    return Ahead(amount, Explanation((rule_step(rule), *_about(agreed, period), told)))


def _about(agreed: Agreed, days: Period) -> Iterator[Step]:
    yield step(
        "costs-agreed",
        (),
        day=a_day(agreed.answered_on),
        euros=euros(agreed.ceiling),
        first=a_day(agreed.first),
        last=a_day(agreed.last),
        number=agreed.number,
    )
    if agreed.kind is Kind.PREPARING:
        yield step(
            "costs-moves-in",
            (),
            day=a_day(agreed.counted_from),
            first=a_day(days.first),
            last=a_day(days.last),
        )


def _length(first: date, last: date) -> int:
    return (last - first + timedelta(1)).days


BEFOREHAND = _("Special costs are agreed on beforehand: the first day can be %(day)s at the earliest.")
OVER_CEILING = _("Give a sum above 0, at most what is left of the agreement: %(left)s.")
NOT_AGREED = _("It was agreed for %(first)s–%(last)s only.")
NO_LAW = _("The law knows no compensation of such costs for these days.")
OUTSIDE_LAW = _("The law lets costs of %(days)s be compensated (%(section)s).")
