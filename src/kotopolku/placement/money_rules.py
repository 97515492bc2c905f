"""What people write about compensation, and what in it is refused. Pure: no Django, no clock.

Not for: days and euros (``compensation.py``).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kotopolku.clients.rules import Refusal
from kotopolku.law import LANGUAGES, LawError, age_on
from kotopolku.law.compensation import Basis, paid_period
from kotopolku.law.wording import euro_text

MOST_YEARS_OF_AGE = 120


def _(text: str) -> str:
    """Marks a sentence for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class PersonFacts:
    """What decides a person's compensation besides the birth date. ``parent_number``: client number of the parent of a
    child born in Finland."""

    basis: Basis
    first_municipality_on: date
    lives_from: date
    lives_until: date | None = None
    citizen_from: date | None = None
    assessed_on: date | None = None
    parent_number: str = ""


@dataclass(frozen=True)
class MoneyContent:
    """A decision, a payment or a recovery as written down."""

    on: date
    euros: Decimal
    reference: str
    reason: str = ""


def check_person(facts: PersonFacts, born: date, today: date) -> list[Refusal]:
    found = []
    if facts.first_municipality_on < born or age_on(born, facts.first_municipality_on) > MOST_YEARS_OF_AGE:
        found.append(
            Refusal(
                "first_municipality_on",
                "before-birth",
                _("This does not fit the birth date %(born)s."),
                {"born": born},
            )
        )
    else:
        try:
            paid_period(facts.first_municipality_on, facts.basis)
        except LawError as refused:
            found.append(
                Refusal("first_municipality_on", "no-law", "%(text)s", {"text": dict(refused.texts)})
            )
    if facts.lives_from < facts.first_municipality_on:
        found.append(
            Refusal(
                "lives_from",
                "before-first",
                _("Nobody lives in a municipality before the first municipality of residence is registered."),
            )
        )
    if facts.lives_until is not None and facts.lives_until < facts.lives_from:
        found.append(Refusal("lives_until", "reversed", _("The last day is before the first.")))
    for field in ("first_municipality_on", "lives_from", "citizen_from", "assessed_on"):
        day = getattr(facts, field)
        if day is not None and day > today:
            found.append(Refusal(field, "future", _("%(day)s has not come yet."), {"day": day}))
    return found


def check_decision(content: MoneyContent, claimed: Decimal, made_on: date, today: date) -> list[Refusal]:
    found = _dates(content, made_on, today)
    if not 0 <= content.euros <= claimed:
        found.append(
            Refusal(
                "euros",
                "outside",
                _("Give a sum from 0 to what was claimed, %(claimed)s."),
                {"claimed": _sum(claimed)},
            )
        )
    if content.euros < claimed and not content.reason.strip():
        found.append(Refusal("reason", "required", _("Write why less was granted than claimed.")))
    return found + _reference(content)


def check_cut(granted: Decimal, reason: str, claimed: Decimal) -> list[Refusal]:
    """One line of a claim. The whole of it takes a cut back, and needs no reason."""
    if not 0 <= granted <= claimed:
        words = _("Give a sum from 0 to what was claimed, %(claimed)s.")
        return [Refusal("granted", "outside", words, {"claimed": _sum(claimed)})]
    if granted < claimed and not reason.strip():
        return [Refusal("reason", "required", _("Write why less was granted than claimed."))]
    return []


def check_payment(content: MoneyContent, open_euros: Decimal, decided_on: date, today: date) -> list[Refusal]:
    found = _dates(content, decided_on, today)
    if not 0 < content.euros <= open_euros:
        found.append(
            Refusal(
                "euros",
                "outside",
                _("Give a sum above 0, at most what is to be paid: %(open)s."),
                {"open": _sum(open_euros)},
            )
        )
    return found + _reference(content)


def check_recovery(
    content: MoneyContent, most: Decimal, decided_on: date, last_day: date | None, today: date
) -> list[Refusal]:
    """``last_day``: the last day on which the law lets it be decided."""
    found = _dates(content, decided_on, today)
    if last_day is not None and content.on > last_day:
        found.append(
            Refusal("on", "too-late", _("The recovery had to be decided by %(day)s."), {"day": last_day})
        )
    if not 0 < content.euros <= most:
        found.append(
            Refusal(
                "euros",
                "outside",
                _("Give a sum above 0, at most what has been paid: %(most)s."),
                {"most": _sum(most)},
            )
        )
    if not content.reason.strip():
        found.append(Refusal("reason", "required", _("Write why the money is paid back.")))
    return found + _reference(content)


def _dates(content: MoneyContent, earliest: date, today: date) -> list[Refusal]:
    if content.on > today:
        return [Refusal("on", "future", _("%(day)s has not come yet."), {"day": content.on})]
    if content.on < earliest:
        return [Refusal("on", "too-early", _("This cannot have happened before %(day)s."), {"day": earliest})]
    return []


def _reference(content: MoneyContent) -> list[Refusal]:
    if content.reference.strip():
        return []
    return [Refusal("reference", "required", _("Write the number by which it is found."))]


def _sum(amount: Decimal) -> dict[str, str]:
    """The sum by language, for the message."""
    return {lang: euro_text(amount, lang) for lang in LANGUAGES}
