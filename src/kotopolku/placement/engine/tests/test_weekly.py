"""Week by week: the forecast, the fit rule, rooms kept for large families, and a year against hindsight."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.placement.engine import hindsight
from kotopolku.placement.engine.hindsight import Year, live
from kotopolku.placement.engine.weekly import (
    Batch,
    Future,
    drawn,
    forecast,
    future_prices,
    place_week,
    room_rent,
)


def batch(scores: list, use: list) -> Batch:
    return Batch(np.array(scores, np.int32), np.array(use, np.int32))


NOBODY = Batch(np.zeros((0, 2), np.int32), np.zeros((0, 1), np.int32))


def test_the_forecast_comes_from_arrivals_and_errs_high() -> None:
    found = forecast([4, 6, 5, 5], weeks_left=10, known=20)
    assert found.mid == 30
    assert found.low < found.mid < found.high
    assert forecast([4, 6], weeks_left=0) == forecast([], weeks_left=5)


def test_a_place_wanted_by_those_to_come_is_left_for_them() -> None:
    now = batch([[100, 90]], [[1]])
    coming = Future(batch([[300, -1]], [[1]]), NOBODY, 0.0)
    week = place_week(now, coming, np.array([[1], [1]]), bonus=0)
    assert week.assignment.tolist() == [1]
    alone = place_week(now, Future(NOBODY, NOBODY, 0.0), np.array([[1], [1]]), bonus=0)
    assert alone.assignment.tolist() == [0]


def test_half_a_large_family_raises_no_price_where_it_does_not_fit() -> None:
    pool = batch([[500, -1]], [[6]])
    room = np.array([[4], [8]])
    twice = np.array([2.0])
    assert future_prices(NOBODY, pool, twice, room, bonus=1000)[0, 0] == 0
    assert future_prices(NOBODY, pool, twice, room, bonus=1000, fit=False)[0, 0] > 0


def test_a_future_has_as_many_families_as_are_expected_and_loses_its_last_as_the_year_goes() -> None:
    pool = batch([[5, 5]] * 7, [[1]] * 7)
    before, after = drawn(Future(NOBODY, pool, 20.4), seed=3), drawn(Future(NOBODY, pool, 12.0), seed=3)
    assert len(before) > 1
    assert {int(coming.sum()) for coming in before} == {20}
    assert all((late <= early).all() for early, late in zip(before, after, strict=True))
    assert any((one != before[0]).any() for one in before)
    assert [coming.sum() for coming in drawn(Future(NOBODY, NOBODY, 5.0), seed=3)] == [0]


def test_whole_families_known_to_come_are_kept_room_for() -> None:
    """By prices alone, the two would go to a place each, and the family of three nowhere."""
    now = batch([[100, 99], [99, 100]], [[1], [1]])
    known = batch([[50, 40]], [[3]])
    week = place_week(now, Future(known, NOBODY, 0.0), np.array([[3], [3]]), bonus=1000, keep_rooms=False)
    assert len(week.assignment) == 2
    assert len(set(week.assignment.tolist())) == 1


def test_last_weeks_prices_are_a_start_and_the_same_input_gives_the_same_week() -> None:
    year = invented_year(5)
    future = Future(year.families.rows(np.arange(10, 14)), year.pool, 20.0)
    now = year.families.rows(np.arange(10))
    first = place_week(now, future, year.capacity, bonus=3000)
    again = place_week(now, future, year.capacity, bonus=3000)
    assert (first.assignment == again.assignment).all()
    assert (first.prices == again.prices).all()
    later = place_week(now, future, year.capacity, bonus=3000, start=first.start)
    assert len(later.start) == len(first.start)
    assert (later.assignment >= 0).all()


def test_a_week_that_is_stopped_looks_at_one_future_and_still_has_a_plan() -> None:
    now, future = batch([[100, 90]] * 3, [[1]] * 3), Future(NOBODY, batch([[50, 50]] * 4, [[1]] * 4), 6.0)
    room = np.array([[2], [2]])
    told: list[str] = []
    stopped = place_week(
        now, future, room, bonus=1000, stop=lambda: True, progress=lambda stage, *_more: told.append(stage)
    )
    assert len(stopped.start) == 1 < len(place_week(now, future, room, bonus=1000).start)
    used = np.bincount(stopped.assignment[stopped.assignment >= 0], minlength=2)
    assert (used <= room[:, 0]).all()
    assert told


def test_the_last_room_for_a_large_family_is_not_broken_for_a_small_one() -> None:
    now = batch([[101, 100]], [[1]])
    pool = batch([[300, 300]], [[7]])
    room = np.array([[7], [3]])
    rent = room_rent(now, Future(NOBODY, pool, 1.0), room)
    assert rent[0, 0] > 50
    assert rent[0, 1] == 0
    assert place_week(now, Future(NOBODY, pool, 1.0), room, bonus=1000).assignment.tolist() == [1]


def invented_year(seed: int, number: int = 40) -> Year:
    random = np.random.default_rng(seed)
    m = 5
    both = [
        Batch(
            random.integers(0, 900, (number, m)).astype(np.int32),
            random.choice([1, 1, 2, 3, 5], (number, 1)).astype(np.int32),
        )
        for _ in range(2)
    ]
    room = np.full((m, 1), int(both[0].use.sum() * 1.15 / m) + 1, np.int64)
    weeks = [np.sort(random.integers(0, 12, number)) for _ in range(2)]
    return Year(both[0], weeks[0], room, both[1], weeks[1], 3000)


@given(st.integers(0, 200), st.sampled_from([0, 2]), st.sampled_from([0, 4]))
@settings(max_examples=6, deadline=None)
def test_a_year_never_takes_more_places_than_agreed(seed: int, tentative: int, notice: int) -> None:
    year = invented_year(seed)
    for rule in (hindsight.ours, hindsight.greedy, hindsight.case_by_case):
        lived = live(year, rule, tentative=tentative, notice=notice)
        used = np.zeros_like(year.capacity)
        placed = lived.plan >= 0
        np.add.at(used, lived.plan[placed], year.families.use[placed].astype(np.int64))
        assert (used <= year.capacity).all()
        assert lived.score + year.bonus * lived.persons <= hindsight.in_hindsight(year).upper_bound


def test_looking_ahead_beats_greedy_over_some_years() -> None:
    ours = greedy = 0
    for seed in range(6):
        year = invented_year(seed)
        lived = live(year, hindsight.ours, notice=4, tentative=2)
        ours += lived.score + year.bonus * lived.persons
        lived = live(year, hindsight.greedy)
        greedy += lived.score + year.bonus * lived.persons
    assert ours > greedy
