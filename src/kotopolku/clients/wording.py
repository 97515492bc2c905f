"""Words of the room: why something was refused, in the language in use. Not for deciding it."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kotopolku.clients.rules import Refusal
from kotopolku.writing import language as language

REFUSALS = {
    "day-past": gettext_noop("The day has gone by already."),
    "day-to-come": gettext_noop("The day has not come yet."),
    "reason-short": gettext_noop("Write the reason in a few words."),
    "excuse-reason": gettext_noop("Write in a few words why the check does not fit."),
    "excuse-long": gettext_noop("The last day can be at most a year ahead (%(latest)s)."),
    "family-name-required": gettext_noop("Write the family name."),
    "identity-code": gettext_noop(
        "The identity code is not right: check each character. The last one is a check mark. "
        "If the person has no code yet, leave the field empty."
    ),
    "birth-date-code": gettext_noop("The birth date is not the one in the identity code (%(coded)s)."),
    "birth-future": gettext_noop("The birth date is in the future."),
    "birth-past": gettext_noop("The birth date is more than 120 years ago."),
    "permit-reversed": gettext_noop("The permit ends before it starts."),
    "permit-before-birth": gettext_noop("The permit starts before the person was born."),
    "item-missing": gettext_noop("Write something here, or mark it as not relevant for this client."),
    "plan-needed-required": gettext_noop("Say whether the client needs an integration plan."),
    "conclusion-required": gettext_noop("Write the conclusion of the assessment."),
    "future": gettext_noop("The day is in the future. Record it when it has happened."),
    "goal-required": gettext_noop("Write the goal in a few words."),
    "measure-required": gettext_noop("Write what the measure is."),
    "measure-reversed": gettext_noop("The measure ends before it starts."),
    "no-goals": gettext_noop("Write at least one goal before the plan is made."),
    "order": gettext_noop("The day is before an earlier step of the path (%(earlier)s)."),
    "review-without-plan": gettext_noop("A review needs a plan: give the day of the plan."),
    "plan-reversed": gettext_noop("The plan ends before it was made."),
    "no-measures": gettext_noop("Agree on at least one measure before the plan is made."),
}
"""Refusals of ``rules.py`` by code; those of the actions carry their own message."""


def refusal_text(refusal: Refusal) -> str:
    """The refusal as a sentence in the language in use; days written as the language writes them."""
    params = {name: _param(value) for name, value in refusal.params.items()}
    return _(refusal.message or REFUSALS[refusal.code]) % params


def _param(value: Any) -> str:
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, dict):
        return str(value[language()])
    return str(value)
