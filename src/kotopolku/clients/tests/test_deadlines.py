"""Clocks built from facts: always explained, never earlier than counted, and one for each trigger."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.clients import deadlines
from kotopolku.clients.deadlines import AssessmentFacts, ClockFacts, Facts, PlanFacts, ReviewFacts

unhurried = settings(max_examples=200, deadline=None)
"""The first example reads the law's data, and a busy machine takes its time."""
starts = st.dates(min_value=date(2019, 1, 1), max_value=date(2027, 12, 31))
steps = st.integers(min_value=0, max_value=400)


@st.composite
def cases(draw: Any) -> Facts:
    """A relationship in the right order of days, as far along the path as chance takes it."""
    day = draw(starts)

    def later() -> date:
        nonlocal day
        day += timedelta(days=draw(steps))
        return day

    began = day
    assessments, plans = [], []
    if draw(st.booleans()):
        started = later()
        done = later() if draw(st.booleans()) else None
        assessments.append(AssessmentFacts(started, done, draw(st.booleans()) if done else None))
        if done and draw(st.booleans()):
            drafted, made = later(), later()
            signed = later() if draw(st.booleans()) else None
            stop = later()
            stops = (law.Period(stop, stop + timedelta(days=draw(steps))),) if draw(st.booleans()) else ()
            reviews = tuple(ReviewFacts(later()) for _each in range(draw(st.integers(0, 3))))
            ended = later() if draw(st.booleans()) else None
            referred = made if draw(st.booleans()) else None
            plans.append(PlanFacts(1, drafted, made, signed, referred, ended, reviews, stops))
    return Facts(
        started_on=began,
        who=draw(st.sampled_from(["employment", "municipality"])),
        request_on=began if draw(st.booleans()) else None,
        ended_on=later() if draw(st.booleans()) else None,
        jobseeker_since=(began,) if draw(st.booleans()) else (),
        first_permit_on=began - timedelta(days=draw(steps)) if draw(st.booleans()) else None,
        trafficking_victim=draw(st.booleans()),
        confirmed_on=began,
        assessments=tuple(assessments),
        plans=tuple(plans),
    )


@unhurried
@given(cases())
def test_every_clock_is_explained_in_three_languages_with_a_section(facts: Facts) -> None:
    for clock in deadlines.clocks(facts):
        assert clock.section
        for language in law.LANGUAGES:
            lines = law.Explanation.from_json(clock.explanation).lines(language)
            assert lines
            assert all(text for text, _source in lines)


@unhurried
@given(cases())
def test_the_last_day_is_never_before_the_counted_day_nor_the_start(facts: Facts) -> None:
    for clock in deadlines.clocks(facts):
        if clock.due is None:
            assert (clock.kind, clock.nominal, clock.own) == ("without-delay", None, False)
            continue
        assert clock.nominal is not None
        assert clock.opens_on < clock.nominal <= clock.due
        if clock.kind in ("act-by", "count"):
            assert law.is_working_day(clock.due)


@unhurried
@given(cases())
def test_each_trigger_has_one_clock_and_none_closes_before_it_opens(facts: Facts) -> None:
    clocks = deadlines.clocks(facts)
    assert len({clock.key for clock in clocks}) == len(clocks)
    for clock in clocks:
        assert clock.closed_on is None or clock.closed_on >= clock.opens_on
        assert not clock.lapsed or clock.closed_on is not None


@unhurried
@given(cases())
def test_nothing_but_the_storing_time_runs_after_the_end(facts: Facts) -> None:
    if facts.ended_on is not None:
        running = {clock.rule for clock in deadlines.clocks(facts) if clock.closed_on is None}
        assert running <= {"R1"}


@unhurried
@given(cases())
def test_the_act_of_the_trigger_s_day_rules_the_start(facts: Facts) -> None:
    rules = {clock.rule for clock in deadlines.clocks(facts)}
    old = (facts.request_on or facts.started_on) < deadlines.NEW_ACT_FROM
    assert ("A1" in rules) == old
    assert ({"A7", "O-A7"} <= rules) == (not old)


@unhurried
@given(cases(), st.integers(1, 60))
def test_an_interruption_inside_lengthens_the_longest_time_by_its_days(facts: Facts, length: int) -> None:
    if not facts.plans:
        return
    made = facts.plans[0].made_on
    assert made is not None
    plan = replace(facts.plans[0], signed_on=made, interruptions=())
    first = made + timedelta(days=10)
    stopped = replace(plan, interruptions=(law.Period(first, first + timedelta(days=length - 1)),))
    before = longest(replace(facts, plans=(plan,)))
    after = longest(replace(facts, plans=(stopped,)))
    assert before.due is not None
    assert after.due == before.due + timedelta(days=length)
    assert (after.nominal, after.suspended_days) == (before.nominal, length)


def longest(facts: Facts) -> ClockFacts:
    return next(clock for clock in deadlines.clocks(facts) if clock.rule in ("D2", "D3"))


def by_rule(facts: Facts) -> dict[str, ClockFacts]:
    return {clock.rule: clock for clock in deadlines.clocks(facts)}


def test_an_old_clock_still_open_in_2025_goes_on_as_it_began() -> None:
    facts = Facts(started_on=date(2024, 12, 10), who="municipality")
    assert by_rule(facts)["A1"].due == date(2025, 2, 10)
    assert "A7" not in by_rule(facts)


def test_a_request_starts_the_clock_when_it_came() -> None:
    facts = Facts(started_on=date(2021, 5, 10), request_on=date(2021, 5, 3), who="municipality")
    assert by_rule(facts)["A1"].nominal == date(2021, 7, 3)


def test_an_assessment_without_need_of_a_plan_meets_a3_and_starts_nothing() -> None:
    done = AssessmentFacts(date(2026, 2, 2), date(2026, 2, 9), plan_needed=False)
    facts = Facts(
        started_on=date(2026, 2, 2), who="municipality", first_permit_on=date(2026, 1, 5), assessments=(done,)
    )
    found = by_rule(facts)
    assert found["A3"].closed_on == date(2026, 2, 9)
    assert "A8" not in found


def test_a_victim_of_trafficking_has_no_last_day_for_the_first_plan_under_the_new_act() -> None:
    facts = Facts(started_on=date(2026, 2, 2), who="municipality", first_permit_on=date(2026, 1, 5))
    assert by_rule(facts)["A3"].due == date(2029, 1, 5)
    assert "A3" not in by_rule(replace(facts, trafficking_victim=True))


def test_a_permit_so_old_that_the_time_had_passed_before_starts_no_clock() -> None:
    facts = Facts(started_on=date(2026, 2, 2), who="municipality", first_permit_on=date(2012, 1, 5))
    assert "A3" not in by_rule(facts)


def test_job_search_after_the_assessment_needs_no_interview_clock() -> None:
    started = AssessmentFacts(date(2026, 2, 2))
    facts = Facts(
        started_on=date(2026, 2, 2),
        who="employment",
        jobseeker_since=(date(2026, 3, 2),),
        assessments=(started,),
    )
    assert "A9" not in by_rule(facts)


def test_the_setting_decides_whether_the_maximum_follows_the_first_new_review() -> None:
    made = date(2024, 10, 1)
    plan = PlanFacts(1, made, made, made, reviews=(ReviewFacts(date(2025, 9, 15)),))
    facts = Facts(started_on=date(2024, 9, 2), who="employment", plans=(plan,))
    assert longest(facts).due == date(2027, 10, 1)
    follows = replace(facts, transition=law.Transition.MAXIMUM_FOLLOWS_REVIEW)
    assert (longest(follows).rule, longest(follows).due) == ("D3", date(2026, 10, 1))
