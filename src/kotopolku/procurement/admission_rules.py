"""What holds of a request to join a dynamic purchasing system, as pure functions: its last day, what it lacks, reasons.

Not for: who may (``access``), whether the system runs (``queries.systems``), writing (``actions.admissions``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from kotopolku import law
from kotopolku.clients.rules import Refusal
from kotopolku.procurement import bid_rules, tender_rules
from kotopolku.procurement.bid_rules import Section

RULE = "HY2"


@dataclass(frozen=True)
class Removal:
    """Why a supplier is removed, and how it was heard before."""

    ground: str
    hearing: str
    reasons_fi: str
    reasons_sv: str


def due_on(arrived_on: date) -> date:
    """Last day to decide: so many working days after arrival."""
    found = law.due(RULE, arrived_on).due
    if found is None:
        raise ValueError(f"{RULE} has no number of days")
    return found


def lengthened_due(arrived_on: date) -> date:
    """The same when the time has been lengthened in a single case."""
    return law.add_working_days(arrived_on, law.rule(RULE, arrived_on).other_amounts["lengthened"])


def sections(form: Mapping[str, Any]) -> tuple[Section, ...]:
    """What is asked of a supplier: the parts about the bidder, without the lots."""
    return tuple(one for one in bid_rules.sections(form) if not one.lot)


def check_request(
    form: Mapping[str, Any], answers: Mapping[str, str], chosen: Collection[int], free: Collection[int]
) -> list[Refusal]:
    """What a request lacks. ``free``: categories for which the supplier may ask."""
    found = []
    if not chosen:
        found.append(Refusal("categories", "required", _("Choose at least one category.")))
    elif not set(chosen) <= set(free):
        found.append(Refusal("categories", "unknown", tender_rules.UNKNOWN))
    for where in sections(form):
        found += bid_rules.check_answers(where, answers)
        found += [
            Refusal(one["id"], "required", MISSING)
            for one in where.fields
            if one.get("required") and not answers.get(one["id"], "").strip()
        ]
    return found


def check_reasons(fi: str, sv: str) -> list[Refusal]:
    """Reasons stand in both languages."""
    both = (("reasons_fi", fi), ("reasons_sv", sv))
    return [Refusal(name, "required", NO_REASONS) for name, text in both if not text.strip()]


def check_removal(content: Removal) -> list[Refusal]:
    """A removal has a ground of the Act, and the supplier was heard."""
    found = []
    if content.ground not in {one.code for one in tender_rules.grounds()}:
        found.append(Refusal("ground", "unknown", tender_rules.UNKNOWN))
    if not content.hearing.strip():
        found.append(Refusal("hearing", "required", NOT_HEARD))
    return found + check_reasons(content.reasons_fi, content.reasons_sv)


MISSING = _("This must be answered.")
NO_REASONS = _("Write the reasons in both languages: the supplier is told them.")
NOT_HEARD = _("Write how the supplier was heard and what it answered.")
