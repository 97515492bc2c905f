"""Rules of meetings: days, who is called, who presides, quorum, presence by item, numbers."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.meeting_rules import Caller, Holds, Kept
from kotopolku.law import RuleNotInForce

NINE = datetime(2026, 12, 14, 9, tzinfo=UTC)


def minutes(number: int) -> datetime:
    return NINE + timedelta(minutes=number)


def caller(pk: int, role: str = "member", part: str = "member", **more: object) -> Caller:
    return Caller(pk, more.pop("seat", pk), role, part, **more)  # type: ignore[arg-type]


def there(first: int = 0, last: int | None = None) -> tuple[tuple[datetime, datetime | None], ...]:
    return ((minutes(first), None if last is None else minutes(last)),)


def test_days_before_a_meeting_are_our_own_target() -> None:
    found = rules.days_before(date(2026, 12, 14))
    assert found.call_by == date(2026, 12, 7)
    assert found.items_until == date(2026, 12, 4)
    assert found.remind_on == date(2026, 12, 12)
    with pytest.raises(RuleNotInForce):
        rules.days_before(date(1990, 1, 1))


def test_a_series_skips_christmas_and_midsummer() -> None:
    found = rules.series_days(date(2026, 12, 11), date(2027, 1, 8), 1)
    assert [one.day for one in found if one.skipped] == [date(2026, 12, 25), date(2027, 1, 1)]
    midsummer = rules.series_days(date(2027, 6, 12), date(2027, 6, 26), 1)
    assert [one.skipped for one in midsummer] == [False, False, True], "a Saturday that is a holiday"


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.integers(1, 52))
def test_days_of_a_series_keep_their_weekday_and_their_ends(first: date, length: int, weeks: int) -> None:
    last = first + timedelta(days=length)
    found = rules.series_days(first, last, weeks)
    assert found[0].day == first
    assert all(one.day <= last for one in found)
    assert {one.day.weekday() for one in found} == {first.weekday()}
    gaps = {(b.day - a.day).days for a, b in pairwise(found)}
    assert gaps <= {7 * weeks}


def test_more_than_half_of_the_seats_make_the_quorum_unless_the_body_says_otherwise() -> None:
    assert [rules.quorum_needed(None, seats) for seats in (1, 2, 3, 4, 5)] == [1, 2, 2, 3, 3]
    assert rules.quorum_needed(7, 10) == 7


def test_a_seat_decides_once_and_the_member_before_the_deputy() -> None:
    member = caller(1, seat=9, spells=there())
    deputy = caller(2, seat=9, part="deputy", instead_of=1, spells=there())
    secretary = caller(3, role="secretary", part="secretary", spells=there())
    guest = Caller(4, None, "", "guest", spells=there())
    found = rules.entitled([deputy, member, secretary, guest], minutes(5))
    assert [one.pk for one in found] == [1]
    assert [one.pk for one in rules.entitled([deputy, member], minutes(5), {1})] == [2]
    assert rules.quorate([deputy, member], 1, minutes(5), {1, 2}) == rules.Quorum(0, 1)


def test_the_moment_of_leaving_is_outside() -> None:
    one = caller(1, spells=there(0, 30))
    assert one.present(minutes(29))
    assert not one.present(minutes(30))
    assert not one.present_now


def test_a_quorum_that_is_lost_and_won_back_leaves_a_gap() -> None:
    people = [
        caller(1, spells=there()),
        caller(2, spells=((minutes(0), minutes(20)), (minutes(35), None))),
    ]
    assert rules.gaps(people, 2, minutes(0), None) == [rules.Gap(minutes(20), minutes(35))]
    assert rules.gaps(people, 3, minutes(0), minutes(60)) == [rules.Gap(minutes(0), minutes(60))]
    assert rules.gaps(people, 1, minutes(0), minutes(60)) == []


SPELLS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 60)), min_size=0, max_size=3).map(
    lambda rows: tuple((minutes(first), minutes(first + long)) for first, long in rows)
)


@given(st.lists(SPELLS, min_size=1, max_size=6), st.integers(1, 4), st.integers(0, 119))
def test_gaps_are_just_the_times_without_a_quorum(
    spells: list[tuple[tuple[datetime, datetime | None], ...]], needed: int, minute: int
) -> None:
    people = [caller(number, spells=one) for number, one in enumerate(spells, start=1)]
    found = rules.gaps(people, needed, minutes(0), minutes(120))
    inside = any(one.first <= minutes(minute) < (one.last or minutes(120)) for one in found)
    assert inside != rules.quorate(people, needed, minutes(minute)).reached


def test_the_chair_presides_and_the_vice_chair_in_the_chair_s_absence() -> None:
    chair, vice = caller(1, "chair"), caller(2, "vice")
    assert rules.presiding([vice, chair]) == 1
    assert rules.presiding([vice, caller(1, "chair", answer="no")]) == 2
    here = caller(2, "vice", spells=there())
    assert rules.presiding([here, chair]) == 2, "the chair has not come"
    late = caller(1, "chair", spells=there(50))
    assert [rules.presiding([here, late], minutes(at)) for at in (10, 55)] == [2, 1], "at a moment"
    assert rules.presiding([here, caller(1, "chair", spells=there())]) == 1
    deputy = caller(3, "chair", "deputy", seat=1)
    assert rules.presiding([caller(1, "chair", answer="no"), deputy]) == 3, "a body without a vice-chair"
    assert rules.presiding([caller(1, "chair", answer="no"), deputy, vice]) == 2
    assert rules.presiding([caller(5)]) is None


def test_the_call_follows_the_seat() -> None:
    kept = [Kept(1, 10, 100, "member"), Kept(2, 11, 101, "member"), Kept(3, 11, 102, "deputy", 2)]
    same = [Holds(10, "member", 100, None), Holds(11, "member", 101, 102)]
    assert rules.following(kept, same).is_empty
    left = rules.following(kept, [Holds(10, "member", 200, None), same[1]])
    assert left.ends == (1,)
    assert [one.called for one in left.calls] == [200]
    other_deputy = rules.following(kept, [same[0], Holds(11, "member", 101, 103)])
    assert (other_deputy.ends, other_deputy.calls) == ((3,), ())
    gone = rules.following(kept, [same[0], Holds(11, "member", None, 102)])
    assert gone.ends == (2, 3), "the deputy is called anew, now because the seat has no member"
    assert gone.calls[0].part == "deputy"
    empty = rules.following(kept, [same[0], Holds(11, "member", None, None)])
    assert (empty.ends, empty.calls) == ((2, 3), ())


@given(
    st.lists(st.tuples(st.integers(1, 3) | st.none(), st.integers(4, 6) | st.none()), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 3) | st.none(), st.integers(4, 6) | st.none()), min_size=5, max_size=5),
)
def test_after_following_nothing_is_left_to_follow(
    before: list[tuple[int | None, int | None]], after: list[tuple[int | None, int | None]]
) -> None:
    kept = [
        Kept(number, number, member or deputy or 0, "member")
        for number, (member, deputy) in enumerate(before)
        if member or deputy
    ]
    seats = [Holds(number, "member", *after[number]) for number in range(len(before))]
    found = rules.following(kept, seats)
    live = [one for one in kept if one.pk not in found.ends]
    live += [Kept(90 + one.seat_id, one.seat_id, one.called or 0, one.part) for one in found.calls]
    assert rules.following(live, seats).is_empty
    assert len({one.seat_id for one in live}) == len(live), "one call a seat"


def test_items_that_are_not_on_the_agenda_have_no_number() -> None:
    assert rules.numbers(["agenda", "proposed", "done", "refused", "tabled"]) == [1, None, 2, None, 3]


def test_a_new_item_comes_before_the_formal_ones_at_the_end() -> None:
    formal = ["formal"] * 6
    assert rules.place_for_new(formal) == 4
    assert rules.place_for_new([*formal[:4], "talk", *formal[:2]]) == 5
    assert rules.place_for_new(["talk", "talk"]) == 2
    assert rules.place_for_new(["talk", "formal", "formal", "formal"]) == 2
    assert rules.place_for_new([]) == 0


def test_planned_times_end_where_a_length_is_missing() -> None:
    assert rules.begins(NINE, [10, 20, None, 5]) == [NINE, minutes(10), minutes(30), None]


@given(st.permutations([1, 2, 3, 4]), st.sampled_from([1, 2, 3, 4]), st.booleans())
def test_moving_there_and_back_changes_nothing(order: list[int], pk: int, down: bool) -> None:
    moved = rules.shifted(order, pk, down)
    assert sorted(moved) == [1, 2, 3, 4]
    if moved != list(order):
        assert rules.shifted(moved, pk, not down) == list(order)


def test_secrecy_needs_its_section() -> None:
    assert [one.code for one in rules.check_item(rules.ItemContent("Asia", access="secret"))] == ["required"]
    grounded = rules.ItemContent("Asia", access="secret", access_reason="621/1999 § 24.1 (20)")
    assert rules.check_item(grounded) == []
    assert [one.field for one in rules.check_item(rules.ItemContent(" ", minutes_planned=0))] == [
        "title",
        "minutes_planned",
    ]
