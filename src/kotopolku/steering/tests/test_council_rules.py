"""Rules of councils and reviews: who is waited for, what is refused, when a programme is reviewed next."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.steering import council_rules as rules
from kotopolku.steering.council_rules import Council, Decision, Readiness

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2012, 1, 1), date(2024, 12, 31))
COUNCILS = st.lists(
    st.builds(
        Council,
        st.text("0123456789", min_size=3, max_size=3),
        st.sampled_from(["waiting", "approved", "returned", "rejected", "left"]),
        st.none() | DAYS,
        st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    ),
    max_size=6,
)


@given(COUNCILS)
def test_a_programme_is_whole_only_when_no_needed_council_is_missing(councils: list[Council]) -> None:
    found = rules.standing(councils, TODAY)
    needed = [one for one in councils if one.counts(TODAY)]
    assert found.number == len(needed)
    assert found.whole == (bool(needed) and all(one.state == "approved" for one in needed))
    days = [one.decided_on for one in needed if one.state == "approved" and one.decided_on]
    assert found.approved_on == (max(days) if days else None)


def test_one_of_three_is_not_enough() -> None:
    found = rules.standing(
        [Council("092", "approved", TODAY), Council("245", "waiting"), Council("858", "waiting")], TODAY
    )
    assert not found.whole
    assert found.approved == ("092",)
    assert found.waiting == ("245", "858")


def test_who_left_or_was_merged_is_not_waited_for() -> None:
    ended = Council("099", "waiting", None, TODAY - timedelta(1))
    assert rules.standing([Council("214", "approved", TODAY), Council("245", "left"), ended], TODAY).whole


def refused(decision: Decision, *, own: bool = True, corrects: bool = False) -> list[str]:
    sent = date(2026, 10, 1)
    return [one.code for one in rules.check_decision(decision, TODAY, sent, own=own, corrects=corrects)]


def test_a_decision_has_its_day_and_section() -> None:
    good = Decision("approved", TODAY, "§ 48")
    assert refused(good) == []
    assert refused(Decision("approved", TODAY + timedelta(1), "§ 48")) == ["to-come"]
    assert refused(Decision("approved", date(2026, 9, 30), "§ 48")) == ["before-sending"]
    assert refused(Decision("approved", TODAY, " ")) == ["required"]
    assert refused(Decision("left", TODAY, "§ 48")) == ["required"]
    assert refused(Decision("rejected", TODAY, "§ 48")) == ["required"], "why it was rejected"
    assert refused(good, own=False) == ["source"], "from where another municipality's decision is known"
    assert refused(good, corrects=True) == ["required"], "why it is corrected"


READY = Readiness((("Osa", frozenset({"fi"})),), ("fi",), goals=1)


def test_a_warning_is_overridden_with_a_reason_and_never_forbids() -> None:
    assert rules.check_sending(READY, 3, "") == []
    lacking = Readiness(
        (("Osa", frozenset({"fi"})), ("Tyhjä", frozenset())),
        ("fi", "sv"),
        ("Puuttuu",),
        0,
        2,
        1,
        1,
        ("sv",),
        ("Honkajoki",),
    )
    assert {one.what for one in rules.warnings(lacking)} == {
        "gone",
        "lacking",
        "empty",
        "untranslated",
        "unnamed",
        "no-goals",
        "proposals",
        "comments",
        "hearings",
    }
    assert [one.code for one in rules.check_sending(lacking, 3, "")] == ["required"]
    assert rules.check_sending(lacking, 3, "Kiire.") == []


def test_nothing_is_sent_without_municipalities_or_text() -> None:
    assert [one.code for one in rules.check_sending(READY, 0, "x")] == ["nobody"]
    empty = Readiness((("Osa", frozenset()),), ("fi",), goals=1)
    assert [one.code for one in rules.check_sending(empty, 1, "x")] == ["no-text"]


@given(DAYS)
def test_the_old_act_gives_four_years_by_its_section_32(approved: date) -> None:
    due = rules.review_due("1386/2010", approved)
    assert due.rule.id == "G5"
    assert due.nominal == law.add_months(approved, 48)
    assert due.due is not None
    assert due.due >= due.nominal


@given(st.dates(date(2025, 1, 1), date(2035, 1, 1)))
def test_after_the_old_act_the_review_is_our_own_target(approved: date) -> None:
    for act in ("1386/2010", "681/2023"):
        due = rules.review_due(act, approved)
        assert due.rule.own
        assert due.rule.id == "O-IP"


def test_a_review_starts_the_clock_again() -> None:
    first = rules.review_due("1386/2010", date(2020, 3, 2))
    second = rules.review_due("1386/2010", date(2020, 3, 2), date(2023, 5, 4))
    assert first.due == date(2024, 3, 4), "2 March 2024 is a Saturday"
    assert second.due == date(2027, 5, 4)


def test_a_review_is_told_of_in_time() -> None:
    soon = rules.soon_days(TODAY)
    assert rules.review_state(TODAY - timedelta(1), TODAY) == "late"
    assert rules.review_state(TODAY + timedelta(soon), TODAY) == "soon"
    assert rules.review_state(TODAY + timedelta(soon + 1), TODAY) == "coming"


def test_a_review_is_neither_to_come_nor_before_the_approval() -> None:
    approved = date(2024, 1, 1)
    assert rules.check_review(TODAY, "Katsottu.", TODAY, approved) == []
    assert [one.code for one in rules.check_review(TODAY + timedelta(1), "x", TODAY, approved)] == ["to-come"]
    early = rules.check_review(date(2023, 1, 1), " ", TODAY, approved)
    assert [one.code for one in early] == ["before-approval", "required"]


@given(DAYS, st.integers(1, 3000), DAYS)
def test_a_follower_is_as_long_and_begins_after_the_one_before(first: date, length: int, today: date) -> None:
    last = first + timedelta(length)
    begins, ends = rules.next_period(first, last, today)
    assert begins > last or begins == today
    assert ends is not None
    assert (ends - begins).days == length
    assert rules.next_period(first, None, today) == (today, None)
