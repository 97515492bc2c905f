"""What a regional measure must say, and how far it is on its way to its target. Pure: no Django, no clock.

The way is a proposal with its reasons, never a decision: a person says what state the measure is in. Not for: who may
write (``access_measures.py``), what many measures together cover (``coverage_rules.py``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kotopolku.clients.rules import Refusal


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


LONGEST_TEXT = 20_000
MOST_LINES = 30
MOST_PARTNERS = 50
MOST_EUR = Decimal(1_000_000_000)
PLANNED, GOING, DONE, DROPPED = "planned", "going", "done", "dropped"
OVER = (DONE, DROPPED)
MORE, LESS = "more", "less"


@dataclass(frozen=True)
class MeasureContent:
    """A regional measure as somebody wrote it. ``owner_id`` None: the regional authority itself carries it out."""

    title: str
    starts_on: date
    ends_on: date | None = None
    text: str = ""
    language: str = "fi"
    regions: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    owner_id: int | None = None
    contact_id: int | None = None
    partners: tuple[int, ...] = ()
    partners_also: str = ""
    budget_eur: Decimal | None = None
    indicator_id: int | None = None
    start_value: Decimal | None = None
    target: Decimal | None = None
    target_year: int | None = None


@dataclass(frozen=True)
class LineDays:
    """A line as a measure needs it: its code and its first and last day (None: open)."""

    code: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Aim:
    """Where a measure begins and where it is to be by the end of a year."""

    start: Decimal | None
    target: Decimal | None
    year: int | None


def check_measure(content: MeasureContent, area: Collection[str]) -> list[Refusal]:
    """``area``: codes of the regions in the authority's area on the day."""
    refused = []
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Say in one line what the measure is.")))
    if len(content.text) > LONGEST_TEXT:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("text", "long", words, {"most": LONGEST_TEXT}))
    if content.ends_on is not None and content.ends_on < content.starts_on:
        refused.append(Refusal("ends_on", "before-start", _("The measure ends before it starts.")))
    if not content.regions:
        refused.append(Refusal("regions", "required", _("Choose at least one region.")))
    elif set(content.regions) - set(area):
        refused.append(Refusal("regions", "outside", _("A region is outside the area of your authority.")))
    if content.budget_eur is not None and not 0 <= content.budget_eur <= MOST_EUR:
        refused.append(Refusal("budget_eur", "sum", _("Give the money in euros, from 0 up.")))
    if len(content.partners) > MOST_PARTNERS:
        words = _("At most %(most)s organisations can be named.")
        refused.append(Refusal("organisations", "many", words, {"most": MOST_PARTNERS}))
    if len(content.lines) > MOST_LINES:
        refused.append(
            Refusal("lines", "many", _("At most %(most)s lines can be chosen."), {"most": MOST_LINES})
        )
    return refused


def check_lines(content: MeasureContent, lines: Sequence[LineDays]) -> list[Refusal]:
    """Every line's days must meet those of the measure."""
    first, last = content.starts_on, content.ends_on or date.max
    words = _("Line %(code)s is not followed on any day of the measure.")
    return [
        Refusal("lines", "days", words, {"code": line.code})
        for line in lines
        if (line.first or date.min) > last or (line.last or date.max) < first
    ]


def check_target(
    content: MeasureContent, better: str, today: date, before: Aim | None = None
) -> list[Refusal]:
    """``better``: of the indicator, "" without one. ``before``: what is kept; a target that stays may have passed."""
    aim = Aim(content.start_value, content.target, content.target_year)
    if content.indicator_id is None:
        if aim == Aim(None, None, None):
            return []
        return [Refusal("indicator", "required", _("Choose the indicator that the target is measured with."))]
    if aim.target is None:
        if aim.year is None:
            return []
        return [Refusal("target", "required", _("Give the target."))]
    refused = []
    if aim.start is None:
        refused.append(Refusal("start_value", "required", _("Give the value at the start.")))
    elif (better == MORE and aim.target < aim.start) or (better == LESS and aim.target > aim.start):
        more = _("More is better of this indicator, but the target is under the value at the start.")
        less = _("Less is better of this indicator, but the target is over the value at the start.")
        refused.append(Refusal("target", "wrong-side", more if better == MORE else less))
    if aim.year is None:
        refused.append(Refusal("target_year", "required", _("Give the year of the target.")))
    elif aim.year < today.year and (before is None or before != aim):
        refused.append(Refusal("target_year", "past", _("The year of the target has passed.")))
    elif aim.year < content.starts_on.year or (
        content.ends_on is not None and aim.year > content.ends_on.year
    ):
        refused.append(
            Refusal("target_year", "outside", _("The year of the target is outside the days of the measure."))
        )
    return refused


def check_state(before: str, after: str, reason: str) -> list[Refusal]:
    """Ending a measure, giving it up and taking it up again need a reason."""
    if before == after:
        return [Refusal("state", "same", _("The measure is in this state already."))]
    if (after in OVER or before in OVER) and not reason.strip():
        return [Refusal("reason", "required", _("Write why."))]
    return []


# The way to the target -----------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    REACHED = "reached"
    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Way:
    """A proposal: where the measure is on its way to the target, and what that was counted from.

    ``expected``: where the straight way from the start value to the target was on the day of the last value.
    """

    verdict: Verdict
    reason: str
    """One of no-target, no-value, reached, on-way, behind, year-passed."""
    value: Decimal | None = None
    on: date | None = None
    expected: Decimal | None = None


def way(aim: Aim, begins: date, better: str, values: Sequence[tuple[date, Decimal]], today: date) -> Way:
    """On the way, off it, or there: by the straight line from the first day to the last day of the target's year.

    ``values``: days and measured values in any order; the newest day counts, of one day the last given.
    """
    if aim.start is None or aim.target is None or aim.year is None:
        return Way(Verdict.UNKNOWN, "no-target")
    known = [one for one in values if begins <= one[0] <= today]
    if not known:
        return Way(Verdict.UNKNOWN, "no-value")
    newest = max(on for on, _value in known)
    value = next(value for on, value in reversed(known) if on == newest)
    found = expected_on(aim, begins, newest)
    wanted = aim.target if found is None else found
    sign = 1 if better == MORE else -1
    if (value - aim.target) * sign >= 0:
        return Way(Verdict.REACHED, "reached", value, newest, wanted)
    if today.year > aim.year:
        return Way(Verdict.OFF, "year-passed", value, newest, wanted)
    if (value - wanted) * sign >= 0:
        return Way(Verdict.ON, "on-way", value, newest, wanted)
    return Way(Verdict.OFF, "behind", value, newest, wanted)


def expected_on(aim: Aim, begins: date, on: date) -> Decimal | None:
    """Where the straight way is on a day, to two decimals; None without a whole aim."""
    if aim.start is None or aim.target is None or aim.year is None:
        return None
    ends = date(aim.year, 12, 31)
    length = (ends - begins).days
    gone = min(max((on - begins).days, 0), length) if length > 0 else 1
    share = Decimal(gone) / Decimal(length) if length > 0 else Decimal(1)
    return (aim.start + (aim.target - aim.start) * share).quantize(Decimal("0.01"))
