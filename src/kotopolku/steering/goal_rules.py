"""What a municipality's goal must say, and where it is on its way to the target. Pure: no Django, no clock.

The way is a proposal with its reason, never a decision: a person says whether a goal is on track. Not for: who may write
(``access_goals.py``), what carries a goal out (``carrying.py``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kotopolku.clients.rules import Refusal
from kotopolku.steering.rules_programme import is_code


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
MOST_LINES = 30
FIRST_YEAR, LAST_YEAR = 1990, 2100
MORE, LESS = "more", "less"
OPEN, REACHED, DROPPED = "open", "reached", "dropped"
ON, OFF, UNCLEAR = "on", "off", "unclear"


@dataclass(frozen=True)
class GoalContent:
    """A goal as somebody wrote it; ``title`` and ``text`` by language. ``owner_id`` None: the leading municipality.

    ``checked``: a target that is the same as the start, or on its wrong side, is meant so.
    """

    title: Mapping[str, str]
    indicator_id: int | None
    target: Decimal | None
    target_year: int | None
    start_year: int | None
    start_value: Decimal | None = None
    text: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    section_id: int | None = None
    municipality: str = ""
    lines: tuple[int, ...] = ()
    measures: tuple[int, ...] = ()
    owner_id: int | None = None
    owner_also: str = ""
    checked: bool = False


@dataclass(frozen=True)
class Aim:
    """Where a goal begins and where it is to be in a year."""

    start: Decimal | None
    start_year: int | None
    target: Decimal | None
    year: int | None


@dataclass(frozen=True)
class LineFact:
    """A line of the State's programme as a goal needs it. ``follower``: code of the one that came in its place."""

    code: str
    followed: bool
    follower: str = ""


def aim_of(content: GoalContent) -> Aim:
    return Aim(content.start_value, content.start_year, content.target, content.target_year)


def check_goal(
    content: GoalContent, languages: Sequence[str], better: str, this_year: int, before: Aim | None = None
) -> list[Refusal]:
    """``better``: of the indicator, "" without one. ``before``: what is kept; an aim that stays may have passed."""
    return [
        *_check_words(content, languages),
        *_check_aim(content, this_year, before),
        *_check_side(content, better, before),
    ]


def _check_words(content: GoalContent, languages: Sequence[str]) -> list[Refusal]:
    refused = []
    first = languages[0] if languages else "fi"
    if not content.title.get(first, "").strip():
        refused.append(Refusal(f"title_{first}", "required", _("Say in one line what the goal is.")))
    for code, text in content.title.items():
        if len(text) > LONGEST_TITLE:
            words = _("The title is too long: at most %(most)s characters fit.")
            refused.append(Refusal(f"title_{code}", "long", words, {"most": LONGEST_TITLE}))
    for code, text in content.text.items():
        if len(text) > LONGEST_TEXT:
            words = _("The text is too long: at most %(most)s characters fit.")
            refused.append(Refusal(f"text_{code}", "long", words, {"most": LONGEST_TEXT}))
    if content.code and not is_code(content.code):
        words = _("Write the number with figures or letters and dots, for example 3 or 3.1.")
        refused.append(Refusal("code", "shape", words))
    if len(content.lines) > MOST_LINES:
        words = _("At most %(most)s lines can be chosen.")
        refused.append(Refusal("lines", "many", words, {"most": MOST_LINES}))
    return refused


def _check_aim(content: GoalContent, this_year: int, before: Aim | None) -> list[Refusal]:
    refused = []
    if content.indicator_id is None:
        words = _("Choose the indicator. A goal that is not measured with anything cannot be followed up.")
        refused.append(Refusal("indicator", "required", words))
    if content.target is None:
        refused.append(Refusal("target", "required", _("Give the target.")))
    if content.start_year is None:
        refused.append(Refusal("start_year", "required", _("Give the year from which the goal starts.")))
    elif not FIRST_YEAR <= content.start_year <= LAST_YEAR:
        refused.append(Refusal("start_year", "impossible", _("The year cannot be right.")))
    elif content.start_value is not None and content.start_year > this_year:
        words = _("The value at the start cannot be of a year that has not come.")
        refused.append(Refusal("start_year", "to-come", words))
    if content.target_year is None:
        refused.append(Refusal("target_year", "required", _("Give the year of the target.")))
    elif content.target_year > LAST_YEAR:
        refused.append(Refusal("target_year", "impossible", _("The year cannot be right.")))
    elif content.start_year is not None and content.target_year < content.start_year:
        words = _("The year of the target is before the year of the start.")
        refused.append(Refusal("target_year", "before-start", words))
    elif content.target_year < this_year and (before is None or before != aim_of(content)):
        refused.append(Refusal("target_year", "past", _("The year of the target has passed.")))
    return refused


def _check_side(content: GoalContent, better: str, before: Aim | None) -> list[Refusal]:
    """A warning: it is refused once, and a person may say that it is meant so."""
    aim = aim_of(content)
    if content.checked or aim.start is None or aim.target is None or aim == before:
        return []
    if aim.target == aim.start:
        words = _("The target is the same as the value at the start. If that is meant, say so below.")
        return [Refusal("target", "same", words)]
    if better == MORE and aim.target < aim.start:
        words = _(
            "More is better of this indicator, but the target is under the value at the start. If that is meant, say so below."
        )
        return [Refusal("target", "wrong-side", words)]
    if better == LESS and aim.target > aim.start:
        words = _(
            "Less is better of this indicator, but the target is over the value at the start. If that is meant, say so below."
        )
        return [Refusal("target", "wrong-side", words)]
    return []


def check_lines(chosen: Sequence[LineFact]) -> list[Refusal]:
    """Lines newly chosen must be followed on the day; the one that came in a line's place is offered."""
    refused = []
    for line in chosen:
        if line.followed:
            continue
        if line.follower:
            words = _("Line %(code)s is not followed any more. Choose %(follower)s, which came in its place.")
            refused.append(
                Refusal("lines", "replaced", words, {"code": line.code, "follower": line.follower})
            )
        else:
            words = _("Line %(code)s is not followed any more.")
            refused.append(Refusal("lines", "ended", words, {"code": line.code}))
    return refused


def check_state(before: str, after: str, reason: str) -> list[Refusal]:
    """Reaching a goal, giving it up and taking it up again need a reason."""
    if after not in (OPEN, REACHED, DROPPED):
        return [Refusal("state", "unknown", _("Choose the state."))]
    if before == after:
        return [Refusal("state", "same", _("The goal is in this state already."))]
    if not reason.strip():
        return [Refusal("reason", "required", _("Write why."))]
    return []


# Yearly follow-up -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FollowUpContent:
    """What was reached in a year, as somebody wrote it."""

    year: int
    track: str
    text: str
    value: Decimal | None = None
    source: str = ""


def check_follow_up(
    content: FollowUpContent, start_year: int, this_year: int, known: Collection[int] = ()
) -> list[Refusal]:
    """``known``: years that have a follow-up already."""
    refused = []
    if content.year > this_year:
        refused.append(Refusal("year", "to-come", _("The year has not come yet.")))
    elif content.year < start_year:
        words = _("The goal starts from %(year)s.")
        refused.append(Refusal("year", "before-start", words, {"year": str(start_year)}))
    elif content.year in known:
        words = _("The year has been followed up already: correct what stands there.")
        refused.append(Refusal("year", "twice", words))
    if content.track not in (ON, OFF, UNCLEAR):
        refused.append(Refusal("track", "unknown", _("Choose how the goal is doing.")))
    if not content.text.strip():
        refused.append(Refusal("text", "required", _("Write what was done or reached.")))
    return refused


def missing_years(aim: Aim, programme_began: int, last_year: int, known: Collection[int]) -> list[int]:
    """Years up to ``last_year`` that should have been followed up and have not: after the start, to the target's year."""
    if aim.start_year is None or aim.year is None:
        return []
    first = max(aim.start_year + 1, programme_began)
    return [year for year in range(first, min(last_year, aim.year) + 1) if year not in known]


# The way to the target ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """Whether a goal is on track in a year, as the figures have it. ``expected``: of the straight way in that year."""

    track: str
    reason: str
    """One of no-value, reached, no-start, just-begun, year-passed, on-way, behind."""
    year: int
    value: Decimal | None = None
    expected: Decimal | None = None


def expected_in(aim: Aim, year: int) -> Decimal | None:
    """Where the straight way from the start to the target is in a year, to two decimals; None without a whole aim."""
    if aim.start is None or aim.target is None or aim.year is None or aim.start_year is None:
        return None
    length = aim.year - aim.start_year
    gone = min(max(year - aim.start_year, 0), length) if length > 0 else 1
    return (aim.start + (aim.target - aim.start) * gone / max(length, 1)).quantize(Decimal("0.01"))


def propose(aim: Aim, better: str, year: int, value: Decimal | None) -> Proposal:
    """On track or off it by the straight way from the start to the target. Unclear where it cannot be counted."""
    if value is None or aim.target is None or aim.year is None or aim.start_year is None:
        return Proposal(UNCLEAR, "no-value", year)
    sign = 1 if better == MORE else -1
    expected = expected_in(aim, year)
    if (value - aim.target) * sign >= 0:
        return Proposal(ON, "reached", year, value, expected)
    if year > aim.year:
        return Proposal(OFF, "year-passed", year, value, expected)
    if expected is None:
        return Proposal(UNCLEAR, "no-start", year, value)
    if year <= aim.start_year:
        return Proposal(UNCLEAR, "just-begun", year, value, expected)
    if (value - expected) * sign >= 0:
        return Proposal(ON, "on-way", year, value, expected)
    return Proposal(OFF, "behind", year, value, expected)
