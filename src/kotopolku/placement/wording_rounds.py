"""Words about rounds: stages of the search, how good a plan is. Not for deciding anything."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

STAGES = {
    "prices": gettext_noop("looking for what each place is worth"),
    "relaxation": gettext_noop("dividing places without whole families"),
    "rounding": gettext_noop("making a first plan of whole families"),
    "bound by baskets": gettext_noop("proving how good a plan can be"),
    "neighbourhoods": gettext_noop("bettering the plan"),
    "plan of baskets": gettext_noop("bettering the plan"),
    "search": gettext_noop("looking through what is left"),
}


def stage_text(stage: str) -> str:
    """What the search is doing, in words that are no engine's."""
    return _(STAGES[stage]) if stage in STAGES else _("reading cases and places")


def quality_text(gap_pct: float | None, optimal: bool) -> str:
    """How much better any plan could be. The figure is rounded up, so that it never promises too much."""
    if optimal:
        return _("No plan is better: this has been proven.")
    if gap_pct is None:
        return ""
    # Two figures that say something: 0.0042 → 0.0042, 0.13 → 0.13, 2.7 → 2.7.
    decimals = next((d for d in range(1, 6) if gap_pct >= 10.0**-d), 6)
    step = 10.0 ** -min(decimals + 1, 6)
    shown = -(-gap_pct // step) * step
    return _("No plan can be more than %(pct)s %% better: this has been proven.") % {
        "pct": number_format(round(shown, 6), min(decimals + 1, 6)).rstrip("0").rstrip(",.")
    }


def problem_text(problem: Mapping[str, str], name_of: Mapping[str, str]) -> str:
    """Of what something wrong in a round's input is, and what to do. ``name_of``: names of municipalities by code."""
    key = problem["key"]
    if problem["about"] == "family":
        return _(
            "Something in case %(number)s cannot be right. Look through its people and municipalities."
        ) % {"number": key}
    if problem["about"] == "places of":
        return _("Something in the places of %(municipality)s cannot be right. Look through its numbers.") % {
            "municipality": name_of.get(key, key)
        }
    return _(
        "Something in how the round was to be run cannot be right. Start a new one with the usual values."
    )
