"""How long a client can have integration plans, when they are reviewed, and which Act says so.

1386/2010 §§ 12 and 18, 681/2023 §§ 22, 23 and 31, and the transition of 681/2023 § 102.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from kotopolku.law.contents import extension_grounds
from kotopolku.law.day_count import Period, add_months, add_units
from kotopolku.law.deadlines import (
    Due,
    Suspended,
    due_under,
    start_step,
    sum_steps,
    suspend,
    suspension_steps,
    validity_steps,
)
from kotopolku.law.explanation import (
    Explanation,
    Step,
    a_day,
    a_long_day,
    an_amount,
    cited,
    item_text,
    rule_step,
    step,
    transition_of,
)
from kotopolku.law.statutes import ContentItem, LawError, Rule, act_named, rule
from kotopolku.law.wording import LANGUAGES, amount_text, day_text, sentence, translated

MONTHS_IN = {"months": 1, "years": 12}


class Transition(StrEnum):
    """How 681/2023 § 102.2 is read for plans made before it; a setting until an official confirms."""

    KEEP_OLD_MAXIMUM = "keep-old-maximum"
    MAXIMUM_FOLLOWS_REVIEW = "maximum-follows-review"


class ExtensionNotAllowed(LawError):
    """An extension without a ground in the Act, or longer than the Act allows."""


class PlanDatesWrong(LawError):
    """A plan signed or reviewed before it was made."""


@dataclass(frozen=True)
class Extension:
    """Months added to the longest duration on one ground of the Act."""

    ground: str
    months: int


@dataclass(frozen=True)
class Regime:
    """Which Act gives a plan its longest duration, and which one its reviews."""

    maximum_act: str
    review_act: str
    made_on: date
    reviewed_under_new: date | None

    @property
    def changed(self) -> bool:
        """True for a plan of the old Act that the new one already governs in some part."""
        return self.reviewed_under_new is not None


@dataclass(frozen=True)
class PlanEnd:
    """Last day a client can have a plan. `base_end` is without extensions and interruptions.

    `rules` are the rules used; the explanation is made when asked for.
    """

    act: str
    rules: tuple[Rule, ...]
    start: date
    base_end: date
    latest_end: date
    extension_months: int
    suspended_days: int
    extensions: tuple[Extension, ...]
    suspended: Suspended
    regime: Regime

    @property
    def extension_days(self) -> int:
        """Calendar days that the extensions add, before interruptions."""
        return (add_months(self.start, self._base_months + self.extension_months) - self.base_end).days

    @property
    def _base_months(self) -> int:
        return _months(self.rules[0])

    @cached_property
    def explanation(self) -> Explanation:
        return Explanation(tuple(_end_steps(self)))


def regime_of_plan(
    made_on: date,
    reviewed_under_new: date | None = None,
    on: date | None = None,
    transition: Transition = Transition.KEEP_OLD_MAXIMUM,
) -> Regime:
    """Which Act governs a plan made on `made_on`, as it stands on `on`.

    `reviewed_under_new` is the plan's first review after the new Act came into force; a day before that, or
    after `on`, does not count as such a review. Raises `RuleNotInForce` for a plan made before both Acts.
    """
    making = rule("D1", made_on).act
    successor = act_named(making).replaced_by
    if successor is None:
        return Regime(making, making, made_on, None)
    _check_review(made_on, reviewed_under_new)
    review = reviewed_under_new
    if review is not None and (review < act_named(successor).valid_from or (on is not None and review > on)):
        review = None
    if review is None:
        return Regime(making, making, made_on, None)
    follows = transition is Transition.MAXIMUM_FOLLOWS_REVIEW
    return Regime(successor if follows else making, successor, made_on, review)


def first_plan_end(made_on: date, act: str | None = None) -> Due:
    """Longest end of the first plan: 1386/2010 § 12.2, 681/2023 § 23.2. A validity: it does not move."""
    return due_under(rule("D1", made_on, act), made_on)


def plan_latest_end(
    first_plan: date,
    signed: date | None = None,
    extensions: Sequence[Extension] = (),
    interruptions: Sequence[Period] = (),
    transition: Transition = Transition.KEEP_OLD_MAXIMUM,
    reviewed_under_new: date | None = None,
) -> PlanEnd:
    """Last day a client can have an integration plan.

    1386/2010 § 12.3–4: from the signing of the first plan, at most as much more for special measures,
    plus interruptions. 681/2023 § 23: from its making, at most as much more on the grounds of § 23.3
    and § 31, plus interruptions. Raises `RuleNotInForce`, `ExtensionNotAllowed` and `PlanDatesWrong`.
    """
    if signed is not None and signed < first_plan:
        raise PlanDatesWrong(_two_days("signed-before-made", signed=signed, made=first_plan))
    regime = regime_of_plan(first_plan, reviewed_under_new, None, transition)
    act = regime.maximum_act
    moved_to_new = regime.reviewed_under_new is not None and act == regime.review_act
    in_force = regime.reviewed_under_new or first_plan if moved_to_new else first_plan
    maximum = _maximum_rule(act, in_force)
    start = (signed or first_plan) if maximum.trigger == "plan-signed" else first_plan
    base_end = add_units(start, maximum.length, maximum.unit)
    used = _extension_rules(act, extensions, in_force)
    months = sum(extension.months for extension in extensions)
    extended = add_months(start, _months(maximum) + months)
    reached = suspend(start, extended, interruptions)
    interruption_rule = [rule("D5", in_force, act)] if reached.counted else []
    return PlanEnd(
        act=act,
        rules=(maximum, *used, *interruption_rule),
        start=start,
        base_end=base_end,
        latest_end=reached.end,
        extension_months=months,
        suspended_days=reached.days,
        extensions=tuple(extensions),
        suspended=reached,
        regime=regime,
    )


def review_due(
    last: date,
    plan_made: date,
    reviewed_under_new: date | None = None,
    who: Literal["municipality", "employment"] = "municipality",
) -> Due:
    """When a plan is to be reviewed next: yearly (1386/2010 § 18) or six-monthly (681/2023 § 22).

    `last` is the last review, or the making of the plan. A plan of the old Act keeps the yearly rule until
    its first review under the new one; a `last` review after the new Act came into force is such a review.
    """
    if last < plan_made:
        raise PlanDatesWrong(_two_days("review-before-plan", review=last, made=plan_made))
    reviewed = reviewed_under_new if reviewed_under_new is not None or last == plan_made else last
    regime = regime_of_plan(plan_made, reviewed)
    trigger = "plan-made" if last == plan_made else "plan-reviewed"
    making = act_named(rule("D1", plan_made).act)
    if making.replaced_by is None:
        return due_under(rule("A6", last, regime.review_act), last, trigger=trigger)
    source = transition_of(making.replaced_by)
    if regime.reviewed_under_new is not None:
        review = regime.reviewed_under_new
        note = step("new-review", cited(source), day=a_day(plan_made), review=a_day(review))
        found = rule("A6", max(last, review), regime.review_act)
        return due_under(found, last, trigger=trigger, notes=(note,))
    found = rule("A5", plan_made, regime.review_act)
    by_old_rule = due_under(found, last).due
    notes: list[Step] = []
    if by_old_rule is not None and by_old_rule >= act_named(making.replaced_by).valid_from:
        notes.append(step("old-review", cited(source), day=a_day(plan_made)))
    if who not in found.who:
        notes.append(step("employment-review", cited(found)))
    return due_under(found, last, trigger=trigger, notes=tuple(notes))


def _maximum_rule(act: str, on: date) -> Rule:
    """D2 in the Act that counts from signing, D3 in the one that counts from making."""
    return rule("D2" if act_named(act).replaced_by else "D3", on, act)


def _months(found: Rule) -> int:
    return found.length * MONTHS_IN[found.unit]


def _extension_rules(act: str, extensions: Sequence[Extension], on: date) -> list[Rule]:
    """The rules the extensions rest on; refuses an unknown ground and more months than the rule gives."""
    known = {item.id: item for item in extension_grounds(act, on)}
    months: dict[str, int] = {}
    for extension in extensions:
        if extension.months < 1:
            raise ExtensionNotAllowed(sentence("extension-not-positive"))
        if extension.ground not in known:
            raise ExtensionNotAllowed(
                sentence("unknown-ground", ground=extension.ground, act=act, known=", ".join(known))
            )
        basis = known[extension.ground].rule or "D4"
        months[basis] = months.get(basis, 0) + extension.months
    used: list[Rule] = []
    for basis, total in sorted(months.items()):
        found = rule(basis, on, act)
        allowed = _months(found)
        if total > allowed:
            raise ExtensionNotAllowed(_too_long(found, total, allowed))
        used.append(found)
    return used


def _too_long(found: Rule, asked: int, allowed: int) -> dict[str, str]:
    return translated(
        "extension-too-long",
        {
            lang: {
                "asked": amount_text(asked, "months", lang),
                "allowed": amount_text(allowed, "months", lang),
                "citation": found.citation(lang),
            }
            for lang in LANGUAGES
        },
    )


def _two_days(key: str, **days: date) -> dict[str, str]:
    return translated(
        key, {lang: {name: day_text(day, lang) for name, day in days.items()} for lang in LANGUAGES}
    )


def _check_review(made_on: date, review: date | None) -> None:
    if review is not None and review < made_on:
        raise PlanDatesWrong(_two_days("review-before-plan", review=review, made=made_on))


def _end_steps(result: PlanEnd) -> list[Step]:
    maximum = result.rules[0]
    steps = [rule_step(maximum), *_regime_steps(result), start_step(maximum.trigger, result.start)]
    steps += sum_steps(result.start, maximum.length, maximum.unit, result.base_end)
    reached = result.base_end
    grounds = {item.id: item for item in extension_grounds(result.act)}
    months = _months(maximum)
    for extension in result.extensions:
        steps.append(_extension_step(extension, grounds[extension.ground]))
        months += extension.months
        before, reached = reached, add_months(result.start, months)
        steps.append(_sum_step(before, extension.months, reached))
    if result.suspended.counted or result.suspended.outside:
        source = cited(rule("D5", act=result.act))
        steps += suspension_steps(reached, result.suspended, source)
    return steps + validity_steps(result.latest_end)


def _extension_step(extension: Extension, ground: ContentItem) -> Step:
    amount = an_amount(extension.months, "months")
    return step("extension", cited(ground), amount=amount, ground=item_text(ground))


def _sum_step(before: date, months: int, end: date) -> Step:
    amount = an_amount(months, "months")
    return step("new-end", ("count", "length"), start=a_day(before), amount=amount, end=a_long_day(end))


def _regime_steps(result: PlanEnd) -> list[Step]:
    """Says which Act's maximum holds, for a plan that has lived under both."""
    making = act_named(rule("D1", result.regime.made_on).act)
    if making.replaced_by is None:
        return []
    sources = cited(transition_of(making.replaced_by))
    if result.act == making.id:
        if result.latest_end < act_named(making.replaced_by).valid_from:
            return []
        made = result.regime.made_on
        return [step("old-plan", sources, day=a_day(made), act=making.id)]
    review = result.regime.reviewed_under_new or result.regime.made_on
    return [step("maximum-follows-review", sources, day=a_day(review))]
