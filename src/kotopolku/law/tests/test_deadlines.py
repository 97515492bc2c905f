"""Deadlines and plan ends: the scenarios counted by hand, and what must hold for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.law import (
    LANGUAGES,
    Explanation,
    Extension,
    ExtensionNotAllowed,
    Period,
    PlanDatesWrong,
    RuleNotInForce,
    Transition,
    add_months,
    due,
    first_plan_end,
    is_working_day,
    plan_latest_end,
    regime_of_plan,
    review_due,
    rules,
    union_days,
)
from kotopolku.law.deadlines import Due, due_under

OLD, NEW = "1386/2010", "681/2023"
BIRTH_LEAVE = Period(date(2022, 1, 1), date(2022, 3, 31))
OLD_DAYS = st.dates(date(2011, 9, 1), date(2024, 12, 31))
NEW_DAYS = st.dates(date(2025, 1, 1), date(2040, 12, 31))
ANY_DAY = st.dates(date(2011, 9, 1), date(2040, 12, 31))


def dates(result: Due) -> tuple[date | None, date | None]:
    return result.nominal, result.due


@pytest.mark.parametrize(
    ("rule_id", "start", "nominal", "last"),
    [
        # Scenario 1: Vantaa, spring 2021
        ("A1", date(2021, 4, 26), date(2021, 6, 26), date(2021, 6, 28)),
        ("A2", date(2021, 6, 11), date(2021, 6, 25), date(2021, 6, 28)),
        ("A4", date(2021, 6, 24), date(2021, 7, 24), date(2021, 7, 26)),
        ("D1", date(2021, 6, 24), date(2022, 6, 24), date(2022, 6, 24)),
        ("D2", date(2021, 6, 24), date(2024, 6, 24), date(2024, 6, 24)),
        # Scenario 2: the change of 2025
        ("A5", date(2024, 10, 1), date(2025, 10, 1), date(2025, 10, 1)),
        ("A6", date(2025, 9, 15), date(2026, 3, 15), date(2026, 3, 16)),
        # Scenario 3: Vantaa, winter 2026
        ("A9", date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 7)),
        ("A4", date(2026, 12, 14), date(2027, 1, 14), date(2027, 1, 14)),
        ("A6", date(2026, 12, 14), date(2027, 6, 14), date(2027, 6, 14)),
        ("D1", date(2026, 12, 14), date(2027, 12, 14), date(2027, 12, 14)),
        ("D3", date(2026, 12, 14), date(2028, 12, 14), date(2028, 12, 14)),
        # Scenario 7: standstill over Midsummer
        ("H1", date(2021, 6, 11), date(2021, 6, 25), date(2021, 6, 28)),
        # Month ends and leap years
        ("A1", date(2023, 12, 31), date(2024, 2, 29), date(2024, 2, 29)),
        ("A1", date(2022, 12, 31), date(2023, 2, 28), date(2023, 2, 28)),
        ("D1", date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28)),
        ("A6", date(2025, 8, 31), date(2026, 2, 28), date(2026, 3, 2)),
        # Days off
        ("A1", date(2020, 10, 24), date(2020, 12, 24), date(2020, 12, 28)),
        ("A1", date(2021, 2, 2), date(2021, 4, 2), date(2021, 4, 6)),
        ("A4", date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 4)),
        ("A2", date(2024, 11, 22), date(2024, 12, 6), date(2024, 12, 9)),
        ("A3", date(2022, 1, 6), date(2025, 1, 6), date(2025, 1, 7)),
        ("T1", date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 7)),
        ("R1", date(2025, 6, 20), date(2029, 6, 20), date(2029, 6, 20)),
        ("O-A7", date(2026, 11, 13), date(2026, 11, 27), date(2026, 11, 27)),
        ("O-DATA", date(2025, 6, 20), date(2026, 6, 20), date(2026, 6, 22)),
        ("C2", date(2025, 1, 1), date(2026, 12, 31), date(2026, 12, 31)),
        ("N1", date(2025, 1, 1), date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_deadline_counted_by_hand(rule_id: str, start: date, nominal: date, last: date) -> None:
    assert dates(due(rule_id, start)) == (nominal, last)


def test_deadline_on_midsummer_day_moves_to_monday_and_says_so() -> None:
    found = due("A1", date(2021, 4, 26))
    assert found.shifted
    assert found.rule.act == OLD
    assert found.explanation.lines("en")[1:] == [
        ("Client relationship began: Monday 26 April 2021.", "150/1930 § 2"),
        ("26 April 2021 + 2 months = Saturday 26 June 2021.", "150/1930 § 3"),
        ("Moved from Midsummer Day to Monday 28 June 2021.", "150/1930 § 5"),
    ]
    assert found.explanation.lines("en")[0][1] == "1386/2010 § 10"
    assert found.explanation.lines("fi")[3] == (
        "26.6.2021 on juhannuspäivä, joten määräpäiväksi tulee maanantai 28.6.2021.",
        "150/1930 5 §",
    )
    assert found.explanation.lines("sv")[2][0] == "26 april 2021 + 2 månader = lördag 26 juni 2021."


def test_a_working_day_is_not_moved_and_the_explanation_says_so() -> None:
    found = due("A6", date(2026, 5, 19))
    assert found.due == date(2026, 11, 19)
    assert not found.shifted
    assert found.explanation.lines("en")[-1] == ("A working day, so not moved.", "150/1930 § 5")


def test_a_month_without_the_day_is_explained() -> None:
    texts = [text for text, _ in due("A1", date(2022, 12, 31)).explanation.lines("en")]
    assert "That month has no day 31, so the time ends on its last day." in texts


def test_without_delay_has_no_date_and_says_why() -> None:
    found = due("A7", date(2026, 11, 30))
    assert dates(found) == (None, None)
    assert not found.shifted
    assert found.explanation.lines("en")[-1] == (
        "The law says “without delay” and gives no number of days.",
        "681/2023 § 14",
    )


def test_own_target_is_never_shown_as_law() -> None:
    sources = [source for _, source in due("O-A7", date(2026, 11, 13)).explanation.lines("en")]
    assert "own target, not law" in sources
    assert not any("681/2023" in source for source in sources)


def test_a_rule_not_in_force_on_the_starting_day_is_refused() -> None:
    with pytest.raises(RuleNotInForce):
        due("A1", date(2025, 1, 1))
    with pytest.raises(RuleNotInForce):
        due("A6", date(2024, 12, 31))


def test_the_old_rule_can_be_asked_for_by_act_and_day() -> None:
    assert due("A3", date(2026, 1, 7), act=OLD, on=date(2024, 1, 1)).rule.act == OLD
    assert due("A3", date(2024, 1, 7), on=date(2026, 1, 1)).rule.act == NEW


def test_suspension_pauses_the_clock_and_overlaps_count_once() -> None:
    pauses = [Period(date(2021, 5, 1), date(2021, 5, 10)), Period(date(2021, 5, 5), date(2021, 5, 14))]
    found = due("A1", date(2021, 4, 26), pauses)
    assert found.suspended_days == 14
    assert dates(found) == (date(2021, 7, 10), date(2021, 7, 12))
    assert any("14 days added" in text for text, _ in found.explanation.lines("en"))


def test_suspension_outside_the_running_time_adds_nothing_and_says_so() -> None:
    found = due("A1", date(2021, 4, 26), [Period(date(2021, 1, 1), date(2021, 1, 31))])
    assert found.suspended_days == 0
    assert found.nominal == date(2021, 6, 26)
    assert any("adds no days" in text for text, _ in found.explanation.lines("en"))


def test_suspended_days_are_passed_over_when_working_days_are_counted() -> None:
    found = due("A9", date(2026, 11, 30), [Period(date(2026, 12, 1), date(2026, 12, 2))])
    assert found.due == date(2026, 12, 9)
    assert found.suspended_days == 2


# Plans


def test_plan_of_2021_ends_three_years_from_signing_with_parental_leave_added() -> None:
    made = date(2021, 6, 24)
    assert plan_latest_end(made).latest_end == date(2024, 6, 24)
    found = plan_latest_end(made, made, interruptions=[BIRTH_LEAVE])
    assert found.latest_end == date(2024, 9, 22)
    assert (found.base_end, found.suspended_days, found.act) == (date(2024, 6, 24), 90, OLD)
    assert [item.id for item in found.rules] == ["D2", "D5"]
    texts = [text for text, _ in found.explanation.lines("en")]
    assert "24 June 2024 + 90 days = Sunday 22 September 2024." in texts
    assert not any("2025" in text for text in texts)


def test_old_plan_counts_from_signing_and_new_plan_from_making() -> None:
    assert plan_latest_end(date(2024, 10, 1), date(2024, 10, 8)).latest_end == date(2027, 10, 8)
    assert plan_latest_end(date(2025, 10, 1), date(2025, 10, 8)).latest_end == date(2027, 10, 1)


def test_plan_of_october_2024_keeps_its_old_maximum() -> None:
    found = plan_latest_end(date(2024, 10, 1), date(2024, 10, 1), reviewed_under_new=date(2025, 9, 15))
    assert found.latest_end == date(2027, 10, 1)
    assert found.act == OLD
    assert "681/2023 § 102.2" in [source for _, source in found.explanation.lines("en")]


def test_by_the_other_reading_the_maximum_follows_the_review() -> None:
    made, reading = date(2024, 10, 1), Transition.MAXIMUM_FOLLOWS_REVIEW
    assert plan_latest_end(made, transition=reading).latest_end == date(2027, 10, 1)
    found = plan_latest_end(made, transition=reading, reviewed_under_new=date(2025, 9, 15))
    assert found.latest_end == date(2026, 10, 1)
    assert (found.act, found.rules[0].id) == (NEW, "D3")
    assert found.explanation.lines("fi")


def test_plan_of_december_2026_ends_two_years_from_making() -> None:
    made = date(2026, 12, 14)
    assert first_plan_end(made).due == date(2027, 12, 14)
    assert plan_latest_end(made).latest_end == date(2028, 12, 14)


def test_first_plan_to_midsummer_eve_does_not_move() -> None:
    found = first_plan_end(date(2021, 6, 24))
    assert found.due == date(2022, 6, 24)
    assert not found.shifted
    assert "is not moved" in found.explanation.lines("en")[-1][0]


def test_extensions_need_a_ground_of_the_act_and_stay_within_its_amount() -> None:
    made = date(2026, 12, 14)
    found = plan_latest_end(
        made, extensions=[Extension("low-education", 24), Extension("study-under-25", 12)]
    )
    assert found.latest_end == date(2031, 12, 14)
    assert found.extension_months == 36
    assert [item.id for item in found.rules] == ["D3", "D4", "D6"]
    assert found.explanation.lines("sv")
    old = plan_latest_end(date(2021, 6, 24), extensions=[Extension("special-measures", 24)])
    assert old.latest_end == date(2026, 6, 24)
    assert old.extension_days == 730
    for extensions in (
        [Extension("special-measures", 12)],
        [Extension("low-education", 25)],
        [Extension("low-education", 13), Extension("multisector-services", 12)],
        [Extension("study-under-25", 13)],
        [Extension("low-education", 0)],
    ):
        with pytest.raises(ExtensionNotAllowed) as refused:
            plan_latest_end(made, extensions=extensions)
        assert all(refused.value.message(lang) for lang in LANGUAGES)
    with pytest.raises(ExtensionNotAllowed, match="special-measures"):
        plan_latest_end(date(2021, 6, 24), extensions=[Extension("low-education", 12)])


def test_a_plan_cannot_be_signed_or_reviewed_before_it_is_made() -> None:
    with pytest.raises(PlanDatesWrong):
        plan_latest_end(date(2021, 6, 24), date(2021, 6, 23))
    with pytest.raises(PlanDatesWrong):
        review_due(date(2024, 9, 30), date(2024, 10, 1))
    with pytest.raises(PlanDatesWrong):
        regime_of_plan(date(2024, 10, 1), date(2024, 9, 1))


def test_a_plan_before_both_acts_is_refused() -> None:
    with pytest.raises(RuleNotInForce):
        plan_latest_end(date(2011, 8, 31))


def test_regime_of_a_plan_follows_its_making_and_its_first_review_under_the_new_act() -> None:
    made, review = date(2024, 10, 1), date(2025, 9, 15)
    assert regime_of_plan(made, None, date(2025, 6, 1)).review_act == OLD
    before = regime_of_plan(made, review, date(2025, 9, 14))
    assert (before.maximum_act, before.review_act, before.changed) == (OLD, OLD, False)
    after = regime_of_plan(made, review, date(2025, 9, 15))
    assert (after.maximum_act, after.review_act, after.changed) == (OLD, NEW, True)
    follows = regime_of_plan(made, review, review, Transition.MAXIMUM_FOLLOWS_REVIEW)
    assert follows.maximum_act == NEW
    new = regime_of_plan(date(2025, 1, 1), None, date(2025, 1, 1))
    assert (new.maximum_act, new.review_act) == (NEW, NEW)
    assert regime_of_plan(made, date(2024, 12, 20)).review_act == OLD


def test_review_of_an_old_plan_is_yearly_until_its_first_review_under_the_new_act() -> None:
    made = date(2024, 10, 1)
    first = review_due(made, made)
    assert (first.rule.id, first.due) == ("A5", date(2025, 10, 1))
    held = review_due(date(2025, 9, 15), made, date(2025, 9, 15), "employment")
    assert (held.rule.id, held.nominal, held.due) == ("A6", date(2026, 3, 15), date(2026, 3, 16))
    assert review_due(date(2025, 9, 15), made).due == date(2026, 3, 16)
    assert "681/2023 § 102.2" in [source for _, source in held.explanation.lines("en")]
    old_review = review_due(date(2024, 3, 1), date(2023, 3, 1))
    assert (old_review.rule.id, old_review.due) == ("A5", date(2025, 3, 3))


def test_review_of_a_jobseekers_old_plan_names_the_other_act() -> None:
    texts = [
        text
        for text, _ in review_due(
            date(2021, 6, 24), date(2021, 6, 24), None, "employment"
        ).explanation.lines()
    ]
    assert any("jobseekers" in text for text in texts)
    assert not any("new Act" in text for text in texts)


def test_review_of_a_new_plan_is_every_six_months() -> None:
    found = review_due(date(2026, 12, 14), date(2026, 12, 14))
    assert (found.rule.id, found.due) == ("A6", date(2027, 6, 14))


# For any day


COUNTED = [item for item in rules() if item.amount is not None]


@given(st.sampled_from(COUNTED), ANY_DAY)
def test_due_is_never_before_nominal_and_acts_fall_on_working_days(item, start: date) -> None:  # type: ignore[no-untyped-def]
    found = due_under(item, start)
    assert found.nominal is not None
    assert found.due is not None
    assert start < found.nominal <= found.due
    if item.kind == "validity":
        assert not found.shifted
    else:
        assert is_working_day(found.due)
    assert found.due - found.nominal <= timedelta(days=5)


@given(st.sampled_from(COUNTED), ANY_DAY, st.integers(0, 400))
def test_a_later_start_never_ends_earlier(item, start: date, later: int) -> None:  # type: ignore[no-untyped-def]
    first, second = due_under(item, start), due_under(item, start + timedelta(days=later))
    assert first.nominal is not None
    assert second.nominal is not None
    assert first.nominal <= second.nominal
    assert first.due is not None
    assert second.due is not None
    assert first.due <= second.due


@given(OLD_DAYS, st.lists(st.tuples(st.integers(0, 55), st.integers(0, 30)), max_size=5))
def test_suspensions_inside_add_exactly_the_days_of_their_union(
    start: date, rows: list[tuple[int, int]]
) -> None:
    periods = [
        Period(start + timedelta(days=first), start + timedelta(days=first + length))
        for first, length in rows
    ]
    plain, paused = due("A1", start), due("A1", start, periods)
    assert plain.nominal is not None
    assert paused.nominal is not None
    assert paused.suspended_days == union_days(periods)
    assert paused.nominal == plain.nominal + timedelta(days=union_days(periods))


@given(
    NEW_DAYS, st.integers(0, 24), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 100)), max_size=4)
)
def test_latest_end_is_maximum_plus_extension_plus_interruptions(
    made: date, months: int, rows: list[tuple[int, int]]
) -> None:
    periods = [Period(made + timedelta(days=a), made + timedelta(days=a + b)) for a, b in rows]
    extensions = [Extension("multisector-services", months)] if months else []
    found = plan_latest_end(made, extensions=extensions, interruptions=periods)
    assert found.base_end == add_months(made, 24)
    assert found.latest_end == add_months(made, 24 + months) + timedelta(days=union_days(periods))


@given(st.sampled_from(rules()), ANY_DAY, st.booleans())
def test_every_explanation_is_whole_in_three_languages_and_survives_storage(  # type: ignore[no-untyped-def]
    item, start: date, paused: bool
) -> None:
    pauses = [Period(start + timedelta(days=1), start + timedelta(days=3))] if paused else []
    found = due_under(item, start, pauses)
    assert found.explanation.steps
    for lang in LANGUAGES:
        for text, _ in found.explanation.lines(lang):
            assert text.endswith(".")
            assert "{" not in text
            assert "None" not in text
    assert Explanation.from_json(found.explanation.to_json()) == found.explanation
