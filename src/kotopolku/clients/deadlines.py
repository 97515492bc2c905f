"""Builds the clocks of one client relationship from its facts with ``law``: pure, no database, no "today".

Not for: what a deadline is by law (``law``), storing the rows (``actions``). One clock for each trigger: the
day it opens, the last day as counted and as moved, why, and the day on which it was met or lapsed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from kotopolku import law


@dataclass(frozen=True)
class AssessmentFacts:
    started_on: date
    completed_on: date | None = None
    plan_needed: bool | None = None


@dataclass(frozen=True)
class ReviewFacts:
    held_on: date
    plan_ends_on: date | None = None
    """New last day of the plan, if the review prolonged it."""


@dataclass(frozen=True)
class PlanFacts:
    """``id`` is carried to the clocks. Interruptions and extensions: only those not cancelled."""

    id: int | None
    drafted_on: date
    made_on: date | None = None
    signed_on: date | None = None
    referred_on: date | None = None
    ended_on: date | None = None
    reviews: tuple[ReviewFacts, ...] = ()
    interruptions: tuple[law.Period, ...] = ()
    extensions: tuple[law.Extension, ...] = ()


@dataclass(frozen=True)
class RepresentationFacts:
    """One representative of a minor: first day, last day appointed, and when the end was settled."""

    first: date
    until: date | None = None
    settled_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """All that decides the clocks of one relationship. ``who``: employment or municipality, as answers now."""

    started_on: date
    who: Literal["employment", "municipality"]
    request_on: date | None = None
    ended_on: date | None = None
    jobseeker_since: tuple[date, ...] = ()
    """First days of the periods of job search."""
    first_permit_on: date | None = None
    trafficking_victim: bool = False
    confirmed_on: date | None = None
    assessments: tuple[AssessmentFacts, ...] = ()
    plans: tuple[PlanFacts, ...] = ()
    transition: law.Transition = law.Transition.KEEP_OLD_MAXIMUM
    later_permit_on: date | None = None
    """First day of the latest permit, when there is more than one."""
    born: date | None = None
    unaccompanied: bool = False
    representations: tuple[RepresentationFacts, ...] = ()
    """In the order of their first days."""
    earlier_plans: tuple[PlanFacts, ...] = ()
    """Plans of an earlier client relationship whose longest time has been judged to go on in this one."""


@dataclass(frozen=True)
class ClockFacts:
    """One clock. ``due`` None means "without delay" with no number. ``explanation`` as ``law.Explanation.to_json``."""

    rule: str
    act: str
    section: str
    kind: str
    own: bool
    opens_on: date
    nominal: date | None
    due: date | None
    suspended_days: int
    explanation: dict[str, Any] = field(compare=False)
    closed_on: date | None = None
    lapsed: bool = False
    plan_id: int | None = None

    @property
    def key(self) -> tuple[str, bool, date]:
        """What makes the clock itself, whatever its last day becomes."""
        return self.rule, self.own, self.opens_on


OLD_ACT = "1386/2010"
NEW_ACT = "681/2023"
NEW_ACT_FROM = law.act_named(NEW_ACT).valid_from
"""First day of the Act of 2023: a trigger before it starts an old clock, and that clock runs on after it."""


def who(duty: str) -> Literal["employment", "municipality"]:
    """Which kind of authority answers under a duty, as ``law.review_due`` asks it."""
    return "employment" if duty.endswith("-jobseeker") else "municipality"


def with_extensions(plan: PlanFacts, extensions: tuple[law.Extension, ...]) -> PlanFacts:
    return replace(plan, extensions=extensions)


def clocks(facts: Facts) -> list[ClockFacts]:
    """Every clock that the facts have started, one for each key; met, lapsed or running."""
    found: dict[tuple[str, bool, date], ClockFacts] = {}
    for clock in _all(facts):
        found[clock.key] = _lapse(clock, facts.ended_on)
    return list(found.values())


def _all(facts: Facts) -> Iterator[ClockFacts]:
    yield from _assessment_start(facts)
    yield from _first_plan(facts)
    yield from _after_assessment(facts)
    plans = sorted((plan for plan in facts.plans if plan.made_on), key=lambda plan: plan.made_on or date.max)
    for plan in plans:
        yield from _referral(plan)
        yield from _reviews(plan, facts.who)
    if plans:
        if not facts.earlier_plans:
            yield from _first_duration(plans[0])
        yield longest_time(facts, [*facts.earlier_plans, *plans])
    yield from _ages(facts, plans)
    yield from _representation(facts)
    if facts.confirmed_on:
        yield _running("O-DATA", facts.confirmed_on)
    if facts.ended_on and facts.ended_on >= NEW_ACT_FROM:
        yield _running("R1", facts.ended_on)


def _running(
    rule_id: str, opens_on: date, *, met_on: date | None = None, plan_id: int | None = None
) -> ClockFacts:
    return _clock(law.due(rule_id, opens_on), met_on=met_on, plan_id=plan_id)


def _clock(due: law.Due, *, met_on: date | None = None, plan_id: int | None = None) -> ClockFacts:
    return ClockFacts(
        rule=due.rule.id,
        act=due.rule.act,
        section=due.rule.section,
        kind=due.rule.kind,
        own=due.rule.own,
        opens_on=due.start,
        nominal=due.nominal,
        due=due.due,
        suspended_days=due.suspended_days,
        explanation=due.explanation.to_json(),
        closed_on=max(met_on, due.start) if met_on else None,
        plan_id=plan_id,
    )


def _lapse(clock: ClockFacts, ended_on: date | None) -> ClockFacts:
    """The clock as it is when something that it stands on ended on a day; the storing time (R1) only begins then."""
    if ended_on is None or clock.rule == "R1":
        return clock
    if clock.closed_on is not None and clock.closed_on <= ended_on:
        return clock
    return replace(clock, closed_on=max(ended_on, clock.opens_on), lapsed=True)


def _assessment_start(facts: Facts) -> Iterator[ClockFacts]:
    """A1 (1386/2010 §10.1), A7 with our own target (681/2023 §14), A9 (380/2023 §31)."""
    started = min((assessment.started_on for assessment in facts.assessments), default=None)
    trigger = facts.request_on or facts.started_on
    if trigger < NEW_ACT_FROM:
        yield _running("A1", trigger, met_on=started)
    else:
        yield _running("A7", trigger, met_on=started)
        yield _running("O-A7", trigger, met_on=started)
    for since in facts.jobseeker_since:
        if since >= NEW_ACT_FROM and not (started and started < since):
            yield _running("A9", since, met_on=started)


def _first_plan(facts: Facts) -> Iterator[ClockFacts]:
    """A3: first plan within three years of the first permit (1386/2010 §12.2; 681/2023 §20).

    Under the Act of 2023 not for a victim of trafficking. Not when the time had passed before the relationship began.
    """
    opens = facts.first_permit_on
    if opens is None or (facts.trafficking_victim and facts.started_on >= NEW_ACT_FROM):
        return
    due = law.first_plan_due(opens, facts.later_permit_on)
    if due.due and due.due < facts.started_on:
        return
    made = min((plan.made_on for plan in facts.plans if plan.made_on), default=None)
    not_needed = min(
        (a.completed_on for a in facts.assessments if a.completed_on and a.plan_needed is False), default=None
    )
    yield _clock(due, met_on=made or not_needed)


def _after_assessment(facts: Facts) -> Iterator[ClockFacts]:
    """A2: drafting started in two weeks (1386/2010 §13.2). A8 with our own target: plan made (681/2023 §20)."""
    for assessment in facts.assessments:
        done = assessment.completed_on
        if done is None or assessment.plan_needed is not True:
            continue
        later = [plan for plan in facts.plans if plan.ended_on is None or plan.ended_on > done]
        if done < NEW_ACT_FROM:
            yield _running("A2", done, met_on=min((plan.drafted_on for plan in later), default=None))
        else:
            made = min((plan.made_on for plan in later if plan.made_on), default=None)
            yield _running("A8", done, met_on=made)
            yield _running("O-A8", done, met_on=made)


def _referral(plan: PlanFacts) -> Iterator[ClockFacts]:
    """A4: referral within a month of the plan (1386/2010 §14; 681/2023 §20)."""
    if plan.made_on:
        yield _lapse(_running("A4", plan.made_on, met_on=plan.referred_on, plan_id=plan.id), plan.ended_on)


def _reviews(plan: PlanFacts, who: Literal["employment", "municipality"]) -> Iterator[ClockFacts]:
    """A5 and A6: one clock from the making and one from each review; met by the next review (§18; §22; §102.2)."""
    if plan.made_on is None:
        return
    held = sorted(review.held_on for review in plan.reviews)
    starts = [plan.made_on, *held]
    for number, start in enumerate(starts):
        met_on = starts[number + 1] if number + 1 < len(starts) else None
        under_new = next((day for day in starts[1 : number + 1] if day >= NEW_ACT_FROM), None)
        due = law.review_due(start, plan.made_on, under_new, who)
        yield _lapse(_clock(due, met_on=met_on, plan_id=plan.id), plan.ended_on)


def _first_duration(plan: PlanFacts) -> Iterator[ClockFacts]:
    """D1: the first plan lasts at most a year (1386/2010 §12.2; 681/2023 §23.2); met by a review that prolongs it."""
    if plan.made_on is None:
        return
    due = law.first_plan_end(plan.made_on)
    prolonged = min(
        (r.held_on for r in plan.reviews if r.plan_ends_on and due.due and r.plan_ends_on > due.due),
        default=None,
    )
    yield _lapse(_clock(due, met_on=prolonged, plan_id=plan.id), plan.ended_on)


def _ages(facts: Facts, plans: Sequence[PlanFacts]) -> Iterator[ClockFacts]:
    """G1, U1 and Y1: the birthdays on which what is special for a minor or a young person ends (361/1983 §3.2;
    1386/2010 §49 and 681/2023 §2.6; 681/2023 §18). They ask for no act and end by themselves on the day."""
    if facts.born is None:
        return
    opens = max(facts.started_on, facts.born)
    yield from _until(law.comes_of_age(facts.born), opens)
    if facts.unaccompanied:
        yield from _until(law.own_support_until(facts.born), opens)
    young = next((plan for plan in plans if plan.made_on and plan.made_on >= NEW_ACT_FROM), None)
    if young is not None and young.made_on is not None:
        for clock in _until(law.young_until(facts.born), young.made_on):
            yield replace(clock, plan_id=young.id)


def _until(due: law.Due, opens_on: date) -> Iterator[ClockFacts]:
    if due.due is not None and due.due > opens_on:
        yield replace(_clock(due), opens_on=opens_on, closed_on=due.due, lapsed=True)


def _representation(facts: Facts) -> Iterator[ClockFacts]:
    """O-REP: our own reminder before a representative's last day; met by the next one or when the end is settled."""
    for number, one in enumerate(facts.representations):
        due = law.representation_reminder(one.until, facts.born)
        if due is None:
            continue
        following = [later.first for later in facts.representations[number + 1 :]]
        met = min((day for day in (one.settled_on, *following[:1]) if day), default=None)
        if met is None or met > due.start:
            yield _clock(due, met_on=met)


def plan_end(plans: Sequence[PlanFacts], transition: law.Transition) -> law.PlanEnd:
    """Latest end of the plans of one client together, counted from the first (1386/2010 §12.3–4; 681/2023 §23.2–4).

    ``plans`` are made ones in the order of making, at least one. Raises ``ValueError`` for an impossible extension.
    """
    first = plans[0]
    if first.made_on is None:
        raise ValueError("the first plan has not been made")
    reviews = sorted(r.held_on for plan in plans for r in plan.reviews if r.held_on >= NEW_ACT_FROM)
    return law.plan_latest_end(
        first.made_on,
        first.signed_on,
        extensions=tuple(extension for plan in plans for extension in plan.extensions),
        interruptions=tuple(period for plan in plans for period in plan.interruptions),
        transition=transition,
        reviewed_under_new=reviews[0] if reviews else None,
    )


def longest_time(facts: Facts, plans: Sequence[PlanFacts]) -> ClockFacts:
    """D2 or D3, with extensions (D4) and interruptions (D5)."""
    end = plan_end(plans, facts.transition)
    rule = end.rules[0]
    last = plans[-1]
    clock = ClockFacts(
        rule=rule.id,
        act=rule.act,
        section=rule.section,
        kind=rule.kind,
        own=False,
        opens_on=end.start,
        nominal=end.base_end,
        due=end.latest_end,
        suspended_days=end.suspended_days,
        explanation=end.explanation.to_json(),
        plan_id=last.id,
    )
    return _lapse(clock, last.ended_on)
