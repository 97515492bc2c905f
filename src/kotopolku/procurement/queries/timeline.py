"""The path of a tender for its pages: what is done, what is now and what comes, with its days. Not for deciding anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.procurement import award_rules, rules
from kotopolku.procurement.models import Tender, TenderState
from kotopolku.procurement.queries.awards import PublicDecision

AFTER_DEADLINE = {TenderState.OPENED: 4, TenderState.EVALUATED: 5, TenderState.DECIDED: 6}
"""How many steps are behind: notice, questions, deadline, opening, evaluation, decision."""
DIRECT_STEPS = (0, 5, 6, 7)


@dataclass(frozen=True)
class Step:
    """One step of the path. ``at`` is a moment, ``on`` a day, ``last`` the last day of a time that begins after ``on``."""

    name: str
    icon: str
    at: datetime | None = None
    on: date | None = None
    last: date | None = None
    due: date | None = None
    until: bool = False
    earliest: bool = False
    meta: str = ""
    section: str = ""
    state: str = "next"
    """done, now or next."""


def path(
    tender: Tender,
    now: datetime,
    *,
    answered: int = 0,
    waiting: int = 0,
    decisions: Sequence[PublicDecision] = (),
) -> list[Step]:
    """From the notice to the contract; a direct award has only its ends, a system its own. Days to come are those planned."""
    chosen = rules.procedure(tender.procedure)
    if chosen.is_system:
        return _system_path(tender, now.date())
    kind = chosen.standstill
    decided_on = max((one.decided_on for one in decisions), default=tender.decision_on)
    start = tender.published_on or decided_on if kind == award_rules.DIRECT else decided_on
    planned = award_rules.standstill(start, kind) if kind and start else None
    contract_on = planned.earliest if planned else None
    if decisions:
        contract_on = max(
            (one.earliest_contract_on for one in decisions if one.earliest_contract_on), default=None
        )
    bids_on = tender.bids_by.date() if tender.bids_by else None
    steps = [
        Step(_("Notice"), "tender", on=tender.published_on),
        Step(_("Questions"), "talk", at=tender.questions_by, until=True, meta=_questions(answered, waiting)),
        Step(_("Deadline"), "clock", at=tender.bids_by, due=bids_on),
        Step(_("Opening"), "lock", at=tender.opening_at),
        Step(_("Evaluation"), "chart"),
        Step(_("Decision"), "flag", on=decided_on),
        Step(
            _("Standstill"),
            "wait",
            last=planned.last_day if planned else None,
            meta=_days(planned.days) if planned else "",
            section=("§ 131" if kind == award_rules.DIRECT else "§ 129") if planned else "",
        ),
        Step(_("Contract"), "handover", on=contract_on, earliest=planned is not None),
    ]
    done = _done(tender, now)
    if tender.state == TenderState.DECIDED and contract_on is not None and now.date() >= contract_on:
        done += 1
    if not rules.procedure(tender.procedure).takes_bids:
        steps, done = [steps[at] for at in DIRECT_STEPS], sum(at < done for at in DIRECT_STEPS)
    return [
        replace(
            step,
            state="done" if number < done else "now" if number == done else "next",
            due=step.due if number == done else None,
        )
        for number, step in enumerate(steps)
    ]


def _system_path(tender: Tender, today: date) -> list[Step]:
    """A dynamic purchasing system: its notice, the first time limit, purchases after it, its end."""
    limit = rules.first_limit(rules.procedure(tender.procedure), tender.sent_on)
    ends_on = tender.ended_on or tender.ends_on
    steps = [
        Step(_("Notice"), "tender", on=tender.published_on),
        Step(_("First requests"), "users", last=limit, section="§ 56" if limit else ""),
        Step(_("Purchases and further requests"), "flag", last=ends_on),
        Step(_("End"), "wait", on=ends_on),
    ]
    done = 0
    if tender.is_published:
        done = 1 if limit is None or today <= limit else 2
    if tender.state == TenderState.ENDED or (done and ends_on is not None and today > ends_on):
        done = len(steps)
    return [
        replace(step, state="done" if number < done else "now" if number == done else "next")
        for number, step in enumerate(steps)
    ]


def _done(tender: Tender, now: datetime) -> int:
    """How many of the steps are behind."""
    if tender.state in AFTER_DEADLINE:
        return AFTER_DEADLINE[TenderState(tender.state)]
    if tender.state != TenderState.PUBLISHED or tender.is_announced:
        return 0
    if tender.bids_by and now > tender.bids_by:
        return 3
    return 2 if tender.questions_by and now > tender.questions_by else 1


def _questions(answered: int, waiting: int) -> str:
    if waiting:
        words = ngettext("%(number)d waits for an answer", "%(number)d wait for an answer", waiting)
        return words % {"number": waiting}
    return (
        ngettext("%(number)d answered", "%(number)d answered", answered) % {"number": answered}
        if answered
        else ""
    )


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
