"""The forecast: its bands, its repeatability, its test against the past, what it hides, the lots that it proposes."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.training import measuring
from kotopolku.training.forecast_rules import (
    Known,
    Need,
    Seats,
    Strand,
    Study,
    band_of,
    count,
    rates,
    simulate,
)
from kotopolku.training.forecast_tables import Outcome, forecast

TODAY = date(2026, 11, 23)
SETTINGS, LOTS = replace(measuring.settings(), paths=150), measuring.lot_rules()
strands = st.builds(
    Strand, st.sampled_from(["091", "092", ""]), st.sampled_from(["slow", "basic", "vocational"]), st.just("")
)
days = st.dates(TODAY - timedelta(days=1500), TODAY + timedelta(days=20))


@st.composite
def needs(draw: st.DrawFn) -> Need:
    opened = draw(days)
    started = draw(st.none() | st.integers(0, 300))
    left = None if started is not None else draw(st.none() | st.integers(0, 300))
    return Need(
        draw(strands),
        opened,
        None if started is None else opened + timedelta(days=started),
        None if left is None else opened + timedelta(days=left),
    )


def steady(number: int, seed: int = 1, today: date = TODAY) -> Known:
    """Needs that arise evenly over four years; places are found in two to six months, one in ten gives up."""
    chance = random.Random(seed)
    found, studies = [], []
    for _one in range(number):
        opened = today - timedelta(days=chance.randrange(1460))
        strand = Strand(
            chance.choice(["091", "092"]), chance.choice(["slow", "basic"]), chance.choice(["0", "A1"])
        )
        then = opened + timedelta(days=chance.randrange(60, 180))
        if then > today:
            found.append(Need(strand, opened))
        elif chance.random() < 0.1:
            found.append(Need(strand, opened, None, then))
        else:
            found.append(Need(strand, opened, then))
            ends = then + timedelta(days=300)
            studies.append(Study(strand, then, ends if ends <= today else None))
    return Known(today, found, studies)


@given(st.lists(needs(), max_size=40), st.integers(0, 5))
@settings(max_examples=5, deadline=None)
def test_bands_hold_their_middle_small_groups_are_hidden_and_the_same_input_gives_the_same(
    rows: list[Need], seed: int
) -> None:
    quick = replace(SETTINGS, months=4, paths=60)
    known = Known(TODAY, rows)
    made = forecast(known, quick, LOTS, seed)
    assert made.to_json() == forecast(Known(TODAY, list(reversed(rows))), quick, LOTS, seed).to_json()
    for line in (made.total, *made.lines):
        assert line.open_now is None or line.open_now == 0 or line.open_now >= SETTINGS.smallest
        for month in line.months:
            for band in (month.new, month.needed, month.waiting):
                if band is not None:
                    assert 0 <= band.low <= band.median <= band.high
                    assert line.open_now is not None or band.median >= SETTINGS.smallest
    json.dumps(made.to_json())


def test_what_is_open_today_is_where_the_futures_begin() -> None:
    known = steady(2000)
    waiting = sum(need.started_on is None and need.left_on is None for need in known.needs)
    history = count(known, SETTINGS)
    assert int(history.waiting.sum()) == waiting
    paths = simulate(history, rates(history, SETTINGS), SETTINGS, months=12, paths=200, seed=1)
    first = band_of(paths.needed[:, :, 0].sum(axis=1), 0.8)
    assert waiting * 0.9 < first.median < waiting * 1.3


def test_in_an_even_stream_the_band_holds_what_came() -> None:
    made: Outcome = forecast(steady(2500), SETTINGS, LOTS, 3)
    whole = [one for one in made.tested if one.whole]
    assert {one.months for one in whole} == {3, 6}
    assert all(one.coverage >= 0.7 for one in whole)
    assert all(one.error < 0.2 * one.mean for one in whole)


def test_a_year_of_twice_as_many_is_told_better_than_as_last_year() -> None:
    """Since a year twice as many come: who only looks a year back is far off."""
    double = steady(2000, seed=1).needs + [
        need for need in steady(2000, seed=2).needs if need.opened_on > TODAY - timedelta(days=420)
    ]
    made = forecast(Known(TODAY, double), SETTINGS, LOTS, 3)
    for one in made.tested:
        if one.whole:
            assert one.naive_error is not None
            assert one.error < one.naive_error


def test_planned_seats_lessen_who_is_left_without_a_place_and_not_what_is_needed() -> None:
    known = steady(1500)
    more = [Seats("basic", date(2027, 1, 11), date(2026, 11, 1), 40)]
    without, with_seats = (
        forecast(Known(TODAY, known.needs, known.studies, seats), SETTINGS, LOTS, 1) for seats in ([], more)
    )
    lines = [
        next(line for line in made.lines if line.key == "basic").months for made in (without, with_seats)
    ]
    assert lines[0] is not None
    assert lines[1] is not None
    assert lines[1][6].waiting.median <= lines[0][6].waiting.median - 25
    assert lines[1][6].seats == 40


def test_a_test_against_the_past_knows_only_courses_that_were_known_then() -> None:
    seats = [Seats("basic", date(2026, 5, 4), known, 30) for known in (date(2026, 1, 1), date(2026, 4, 20))]
    history = count(Known(TODAY, steady(400).needs, (), seats), SETTINGS)
    then = history.before(history.end - 9, seats)
    assert dict(then.seats) == {("basic", 2026 * 12 + 4): 30}


def test_lots_are_proposed_where_a_group_would_be_without_a_place_and_small_places_are_joined() -> None:
    rows = [
        *(Need(Strand("092", "basic", "0"), TODAY - timedelta(days=20)) for _one in range(60)),
        *(
            Need(Strand(place, "slow", "0"), TODAY - timedelta(days=9))
            for place in ("091", "049")
            for _one in range(7)
        ),
    ]
    lots = {(lot.place, lot.track): lot for lot in forecast(Known(TODAY, rows), SETTINGS, LOTS, 1).lots}
    assert set(lots) == {("092", "basic"), ("", "slow")}
    lot = lots["092", "basic"]
    assert lot.volume >= 8
    assert lot.option >= 0
    assert lot.starts_on >= date(2027, 3, 1)
