"""Service paths in words: a period, a step as it is drawn with its waiting. Not for: counting (``path_waits.py``)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.clients.wording import language
from kotopolku.steering.models import PathStep
from kotopolku.steering.path_rules import said_in
from kotopolku.steering.path_waits import Period, Told, Verdict
from kotopolku.steering.queries.path_waiting import Waiting
from kotopolku.steering.queries.paths import StepShown

WIDTH = 600
"""Of the bars, in the picture's own units."""
TARGET_WIDTH = 12


@dataclass(frozen=True)
class Bar:
    """A step's waiting as lengths in a picture ``WIDTH`` wide: half of the people, nine in ten, the target."""

    middle: int
    slow: int
    target: int | None


@dataclass(frozen=True)
class Drawn:
    """A step with what is told of its waiting, and the words of its marks."""

    shown: StepShown
    told: Told | None
    bar: Bar | None
    marks: tuple[tuple[str, str], ...]
    """(state, words) of the design's marks."""
    lines: tuple[str, ...]
    """Whole sentences on the waiting."""


def title_of(step: PathStep) -> str:
    return said_in(step.title, language())[0]


def period_words(period: Period) -> str:
    words = _("January–June %(year)s") if period.half == 1 else _("July–December %(year)s")
    return words % {"year": period.year}


def most_days(waiting: Waiting | None) -> int:
    """The longest waiting that is drawn, so that all bars have one measure."""
    if waiting is None:
        return 0
    return max((max(one.middle or 0, one.slow or 0) for one in waiting.steps.values()), default=0)


def drawn(shown: StepShown, waiting: Waiting | None) -> Drawn:
    """``waiting`` None: the viewer may not count, or nothing is measured."""
    step = shown.step
    told = waiting.steps.get(step.pk) if waiting else None
    if waiting is None or told is None:
        return Drawn(shown, told, None, (), ())
    marks = []
    if waiting.longest == step.pk:
        marks.append(("late", _("people wait longest here")))
    if waiting.most == step.pk:
        marks.append(("soon", _("most people are waiting here")))
    if told.verdict == Verdict.OVER:
        words = ngettext(
            "over the own target by %(days)s day", "over the own target by %(days)s days", told.over_days
        )
        marks.append(("late", words % {"days": told.over_days}))
    elif told.verdict == Verdict.KEPT:
        marks.append(("ok", _("within the own target")))
    return Drawn(shown, told, _bar(told, step.target_days, most_days(waiting)), tuple(marks), lines(told))


def _bar(told: Told, target: int | None, most: int) -> Bar | None:
    if told.middle is None:
        return None
    scale = max(most, target or 0, 1)
    middle = round(WIDTH * told.middle / scale)
    slow = round(WIDTH * told.slow / scale) if told.slow is not None else middle
    # Drawn inside the picture also when it is the longest.
    at = None if target is None else min(round(WIDTH * target / scale), WIDTH - TARGET_WIDTH)
    return Bar(middle, slow, at)


def lines(told: Told) -> tuple[str, ...]:
    """What is told of a step's waiting, or why it is not."""
    if told.nobody:
        return (_("Nobody began to wait in this period."),)
    if told.began is None:
        return (_("So few began to wait that nothing is told."),)
    found = []
    if not told.enough:
        found.append(_("Too few began to wait for a middle waiting."))
    elif told.middle is None:
        found.append(_("Half of them have not got on yet."))
    else:
        words = ngettext("Half got on within %(days)s day.", "Half got on within %(days)s days.", told.middle)
        found.append(words % {"days": told.middle})
    if told.slow is not None:
        words = ngettext(
            "Nine in ten got on within %(days)s day.", "Nine in ten got on within %(days)s days.", told.slow
        )
        found.append(words % {"days": told.slow})
    elif told.enough_slow:
        found.append(_("Nine in ten have not got on yet."))
    if told.waiting:
        found.append(
            ngettext("%(number)s person waits now.", "%(number)s people wait now.", told.waiting)
            % {"number": told.waiting}
        )
        if told.longest_weeks:
            found.append(
                ngettext(
                    "One of them has waited over a week.",
                    "One of them has waited over %(weeks)s weeks.",
                    told.longest_weeks,
                )
                % {"weeks": told.longest_weeks}
            )
    return tuple(found)
