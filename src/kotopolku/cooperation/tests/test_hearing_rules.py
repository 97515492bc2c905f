"""Days and counts of hearings."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.cooperation import hearing_rules as rules
from kotopolku.cooperation.hearing_rules import Notices, Said

DAYS = st.dates(date(2012, 1, 1), date(2035, 1, 1))
KINDS = st.dictionaries(st.integers(1, 9), st.sampled_from(["text", "view"]), max_size=5)
SAID = st.builds(Said, st.sampled_from(["", " ", "Näin."]), st.sampled_from(["", *rules.VIEWS]))


@given(DAYS)
def test_the_proposed_day_is_a_working_day_that_may_be_asked_for(on: date) -> None:
    found = rules.proposed_day(on)
    assert law.is_working_day(found)
    assert found >= on + timedelta(weeks=6)
    assert found >= rules.earliest_day(on)


def test_the_own_targets_stand_in_the_data_of_the_law() -> None:
    on = date(2026, 11, 23)
    assert rules.earliest_day(on) == date(2026, 11, 30)
    assert rules.reminder_day(date(2027, 1, 4)) == date(2026, 12, 30)
    assert law.rule(rules.TARGET, on).own


@given(DAYS, st.integers(0, 90), st.integers(0, 120))
def test_a_reminder_comes_after_the_opening_and_not_after_the_last_day(
    opened: date, length: int, passed: int
) -> None:
    today, last = opened + timedelta(days=passed), opened + timedelta(days=length)
    if rules.wants_reminder(today, opened, last):
        assert opened < today <= last


@given(DAYS, DAYS)
def test_the_last_day_itself_is_in_time(given_on: date, last: date) -> None:
    assert rules.is_late(given_on, last) == (given_on > last)
    assert not rules.is_late(last, last)


@given(DAYS, DAYS, st.integers(0, 5))
def test_a_hearing_is_closed_early_only_when_nobody_is_waited_for(
    today: date, last: date, waiting: int
) -> None:
    assert rules.may_close(today, last, waiting) == (waiting == 0 or today > last)


@given(KINDS, st.dictionaries(st.integers(0, 9), SAID, max_size=6))
def test_what_is_missing_is_only_ever_asked_of_questions_with_views(
    kinds: dict[int, str], said: dict[int, Said]
) -> None:
    lacks = rules.missing(kinds, said)
    asked = {number for number, kind in kinds.items() if kind == "view"}
    assert set(lacks.views) | set(lacks.reasons) <= asked
    assert not set(lacks.views) & set(lacks.reasons)
    assert lacks.everything == all(one.is_empty for one in said.values())


def test_who_disagrees_says_why() -> None:
    kinds = {1: "text", 2: "view"}
    assert rules.missing(kinds, {2: Said("", "disagree")}).reasons == (2,)
    assert rules.missing(kinds, {2: Said("Liian vähän.", "disagree")}).nothing
    assert rules.missing(kinds, {2: Said("", "agree")}).nothing
    assert rules.missing(kinds, {1: Said("Hyvä.")}).views == (2,)
    assert rules.missing(kinds, {0: Said(" ")}).everything


@given(st.lists(st.sampled_from(["", *rules.VIEWS])))
def test_views_are_counted_and_silence_is_not(views: list[str]) -> None:
    found = rules.counts(views)
    assert found.total == len([one for one in views if one])
    assert found.agree == views.count("agree")


@given(st.none() | DAYS, DAYS)
def test_nobody_is_told_the_same_day_twice(told_of: date | None, day: date) -> None:
    news = rules.news(Notices(told_of), day)
    assert news == ("asked" if told_of is None else "moved" if told_of < day else "")
    assert rules.news(Notices(day), day) == ""
