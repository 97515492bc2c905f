"""How long people wait: spells, the curve with those still waiting, what may be told, what clients say."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.journal import names
from kotopolku.steering import path_facts
from kotopolku.steering.path_rules import FeedbackContent, StepContent, check_feedback, check_step, moved
from kotopolku.steering.path_waits import (
    Answer,
    End,
    Event,
    Limits,
    Period,
    Told,
    Verdict,
    Waits,
    asked_period,
    days_until,
    judged,
    longest_at,
    most_at,
    periods,
    said,
    spells,
    told,
    told_months,
)

LIMITS = Limits(smallest=5, smallest_median=10, smallest_tail=20, tail=0.9)
FIRST = date(2026, 1, 1)
EVENTS = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=12).map(
    lambda pairs: [Event(FIRST + timedelta(days), opens) for days, opens in sorted(pairs, key=lambda p: p[0])]
)
DONE = st.lists(st.integers(0, 300), min_size=1, max_size=40)
WAITS = st.lists(
    st.builds(Waits, st.sampled_from(End), st.integers(0, 300), st.integers(1, 5)), min_size=1, max_size=40
)


def done(*days: int) -> list[Waits]:
    return [Waits(End.DONE, one) for one in days]


@given(EVENTS)
def test_waitings_follow_each_other_and_only_the_last_is_open(events: list[Event]) -> None:
    found = spells(events)
    for begun, ended in found:
        assert Event(begun, True) in events
        assert ended is None or (ended >= begun and Event(ended, False) in events)
    assert all(ended is not None for _begun, ended in found[:-1])
    assert all(now[1] is not None and now[1] <= then[0] for now, then in pairwise(found))


@given(EVENTS)
def test_a_second_beginning_while_waiting_changes_nothing(events: list[Event]) -> None:
    twice = [one for event in events for one in ((event, event) if event.opens else (event,))]
    assert spells(twice) == spells(events)


@given(DONE, st.sampled_from([0.5, 0.9, 1.0]))
def test_with_nobody_waiting_it_is_the_smallest_number_within_which_the_share_got_on(
    days: list[int], share: float
) -> None:
    found = days_until(done(*days), share)
    assert found is not None
    assert sum(one <= found for one in days) >= share * len(days) - 1e-6
    assert sum(one < found for one in days) < share * len(days)


@given(WAITS)
def test_half_get_on_no_later_than_nine_in_ten(waits: list[Waits]) -> None:
    half, slow = days_until(waits, 0.5), days_until(waits, 0.9)
    assert slow is None or (half is not None and half <= slow)


@given(WAITS, st.integers(0, 300))
def test_somebody_who_still_waits_never_shortens_the_waiting(waits: list[Waits], days: int) -> None:
    before, after = days_until(waits, 0.5), days_until([*waits, Waits(End.WAITING, days)], 0.5)
    assert after is None or (before is not None and before <= after)


@given(WAITS)
def test_nothing_is_told_of_fewer_than_may_be_shown(waits: list[Waits]) -> None:
    found = told(waits, 30, LIMITS)
    for number in (found.began, found.done, found.waiting, found.left):
        assert number is None or number == 0 or number >= LIMITS.smallest
    hidden = [number for number in (found.done, found.waiting, found.left) if number is None]
    assert found.began is None or len(hidden) != 1, "one alone could be taken from the sum"
    if found.began is None or found.began < LIMITS.smallest_median:
        assert found.middle is None
    if found.longest_weeks is not None:
        assert found.waiting


def test_four_are_hidden_and_five_are_told() -> None:
    assert told(done(1, 2, 3, 4), None, LIMITS).began is None
    assert told(done(1, 2, 3, 4, 5), None, LIMITS).began == 5
    assert told([], None, LIMITS).nobody


def test_the_middle_needs_ten_and_the_slow_end_twenty() -> None:
    nine, ten, twenty = (told(done(*range(1, most + 1)), 15, LIMITS) for most in (9, 10, 20))
    assert (nine.middle, nine.slow) == (None, None)
    assert (ten.middle, ten.slow) == (5, None)
    assert (twenty.middle, twenty.slow) == (10, 18)
    assert (twenty.verdict, twenty.over_days) == (Verdict.OVER, 3)


def test_those_still_waiting_count() -> None:
    half_wait = [*done(*[3] * 10), Waits(End.WAITING, 60, 30)]
    found = told(half_wait, 7, LIMITS)
    assert (found.began, found.done, found.waiting) == (40, 10, 30)
    assert found.middle is None, "three of four have not got on"
    assert found.longest_weeks == 8
    assert found.verdict == Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("middle", "slow", "target", "verdict"),
    [
        (5, 20, 20, Verdict.KEPT),
        (5, 21, 20, Verdict.OVER),
        (25, None, 20, Verdict.OVER),
        (5, None, 20, Verdict.UNKNOWN),
        (5, 21, None, Verdict.UNKNOWN),
        (None, None, 20, Verdict.UNKNOWN),
    ],
)
def test_against_the_own_target(
    middle: int | None, slow: int | None, target: int | None, verdict: Verdict
) -> None:
    assert judged(middle, slow, target)[0] == verdict


def step(middle: int | None, waiting: int | None) -> Told:
    return Told(50, 40, waiting, 0, middle, None, True, False, None, Verdict.UNKNOWN)


def test_where_people_wait_longest_and_where_most_are_waiting() -> None:
    steps = {1: step(10, 6), 2: step(30, 5), 3: step(None, 20)}
    assert longest_at(steps) == 2
    assert most_at(steps) == 3
    assert longest_at({1: step(10, 6)}) is None, "one alone is no comparison"
    assert most_at({1: step(1, 6), 2: step(1, 6)}) is None
    assert most_at({1: step(1, None), 2: step(1, 0)}) is None


@given(st.dates(date(2012, 1, 1), date(2040, 12, 31)))
def test_periods_cover_every_day_once(on: date) -> None:
    found = periods(on)
    assert found[0].first <= on <= found[0].last
    assert all(now.first == then.last + timedelta(1) for now, then in pairwise(found))
    assert [asked_period(one.key, on) for one in found] == found
    assert asked_period("2026-3", on) == asked_period("x", on) == found[0]


@given(st.dates(date(2012, 1, 1), date(2040, 12, 31)))
def test_the_running_month_is_not_told(on: date) -> None:
    for period in periods(on):
        first, last = told_months(period, on)
        assert last < on.replace(day=1)
        assert first == period.first
        assert last <= period.last
    assert told_months(Period(2026, 1), date(2026, 1, 20)) == (date(2026, 1, 1), date(2025, 12, 1))


def test_four_answers_tell_nothing_and_five_tell_all() -> None:
    four = [Answer(score, True, f"sana {score}", "fi", 10 - score) for score in (1, 2, 3, 4)]
    assert said(four, 5).number is None
    assert said(four, 5).words == ()
    found = said([*four, Answer(5, None, "", "ar", 3)], 5)
    assert (found.number, found.spread) == (5, (1, 1, 1, 1, 1))
    assert [one.text for one in found.words] == ["sana 4", "sana 3", "sana 2", "sana 1"], (
        "in order of the lot"
    )
    assert found.share is None, "four said whether they understood"
    assert said([Answer(5, True, "", "", one) for one in range(5)], 5).share == 100
    assert said([], 5).number == 0


def test_a_month_of_few_answers_waits_for_others() -> None:
    def of(month: int, number: int) -> list[Answer]:
        return [Answer(5, True, "", "", one, date(2026, month, 1)) for one in range(number)]

    assert said([*of(1, 6), *of(2, 1)], 5).number == 6, "one new answer does not show"
    assert said([*of(1, 6), *of(2, 4), *of(3, 1)], 5).number == 11, "five together do"
    assert said([*of(1, 3), *of(2, 2)], 5).number == 5
    assert said([*of(1, 3), *of(2, 1)], 5).number is None


def test_every_act_of_the_facts_is_one_that_the_journal_knows() -> None:
    unknown = [
        act for one in path_facts.facts().values() for act in one.acts if act not in names.registered()
    ]
    assert unknown == []
    assert all(one.acts[0] == one.act and all(one.texts.values()) for one in path_facts.facts().values())
    counted = [act for one in path_facts.facts().values() for act in one.acts]
    assert len(counted) == len(set(counted)), "an act is one fact"
    assert not any(names.is_look(act) for act in counted)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"title": {"en": "Only English"}}, {("title_fi", "required")}),
        ({"begins": "a.b"}, {("begins", "unknown")}),
        ({"ends": "", "asks": False}, {("ends", "half")}),
        ({"begins": ""}, {("begins", "half")}),
        ({"begins": "x.y", "ends": "x.y"}, {("ends", "same")}),
        ({"target_days": 0}, {("target_days", "out-of-range")}),
        ({"target_days": 5_000}, {("target_days", "out-of-range")}),
        ({"begins": "", "ends": "", "asks": True}, {("ends", "asks")}),
    ],
)
def test_what_a_step_must_say(changes: dict[str, object], wrong: set[tuple[str, str]]) -> None:
    values: dict[str, object] = {"title": {"sv": "Steg"}, "begins": "x.y", "ends": "x.z", "asks": True}
    found = check_step(StepContent(**(values | changes)), {"x.y", "x.z"})  # type: ignore[arg-type]
    assert {(one.field, one.code) for one in found} == wrong


@given(st.lists(st.integers(), min_size=1, unique=True), st.data())
def test_moving_there_and_back_keeps_the_order(ids: list[int], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(ids))
    there = moved(ids, one, 1)
    assert sorted(there) == sorted(ids)
    assert (moved(there, one, -1) == ids) == (ids[-1] != one or len(ids) == 1)


@pytest.mark.parametrize(
    ("score", "text", "codes"), [(3, "", ()), (None, "", ("required",)), (6, "", ("required",))]
)
def test_an_answer_has_a_number(score: int | None, text: str, codes: tuple[str, ...]) -> None:
    assert tuple(one.code for one in check_feedback(FeedbackContent(score, None, text, "fi"))) == codes


def test_words_have_an_end() -> None:
    found = check_feedback(FeedbackContent(3, None, "x" * 1_001, "fi"))
    assert [(one.field, one.code) for one in found] == [("text", "too-long")]
