"""The tile map: Finland recognisable, north up, neighbours near."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.reference import rules, sources
from kotopolku.reference.places import ALAND, Centre, Tile


def stored(year: int) -> dict[str, Tile]:
    rows = sources.rows(f"tiles_{year}.csv")
    return {r["code"]: Tile(int(r["row"]), int(r["column"]), r["code"]) for r in rows}


@pytest.fixture(scope="module")
def made() -> list[Tile]:
    return rules.tile_map(sources.centres_of(2026), sources.neighbour_pairs())


@pytest.mark.parametrize(("year", "number"), [(2020, 310), (2021, 309), (2026, 308)])
def test_every_municipality_of_the_year_has_a_tile_of_its_own(year, number):
    tiles = stored(year)
    assert set(tiles) == {c.code for c in sources.centres_of(year)}
    assert len({(t.row, t.column) for t in tiles.values()}) == number


@pytest.mark.parametrize("year", [2020, 2021, 2026])
def test_north_is_up_and_neighbours_are_near_on_the_stored_maps(year):
    found = rules.quality(list(stored(year).values()), sources.centres_of(year), sources.neighbour_pairs())
    assert found.north_correlation > 0.98
    assert found.east_correlation > 0.95
    assert found.mean_displacement < 1.8
    assert found.touching_share > 0.73
    assert found.mean_neighbour_distance < 1.5


def test_the_computed_map_is_as_good_as_the_stored_one(made):
    centres, neighbours = sources.centres_of(2026), sources.neighbour_pairs()
    found, kept = (rules.quality(t, centres, neighbours) for t in (made, list(stored(2026).values())))
    assert found.touching_share > kept.touching_share - 0.03
    assert found.mean_displacement < kept.mean_displacement + 0.2


def test_the_same_input_gives_the_same_map(made):
    assert made == rules.tile_map(sources.centres_of(2026), sources.neighbour_pairs())


@pytest.mark.parametrize(
    ("north", "south"),
    [("890", "148"), ("148", "698"), ("698", "564"), ("564", "179"), ("179", "091"), ("091", "078")],
)
def test_from_utsjoki_to_hanko_each_is_south_of_the_one_before(north, south):
    tiles = stored(2026)
    assert tiles[north].row < tiles[south].row


@pytest.mark.parametrize(
    ("west", "east"), [("905", "167"), ("609", "837"), ("837", "740"), ("853", "091"), ("851", "305")]
)
def test_western_towns_are_west_of_eastern_ones(west, east):
    tiles = stored(2026)
    assert tiles[west].column < tiles[east].column


def test_aland_is_a_block_of_its_own_off_the_south_west(made):
    islands = {c.code for c in sources.centres_of(2026) if c.region == ALAND}
    block = {(t.row, t.column) for t in made if t.code in islands}
    mainland = {(t.row, t.column) for t in made if t.code not in islands}
    assert len(block) == 16
    assert max(column for _, column in block) < min(column for _, column in mainland)
    assert min(row for row, _ in block) > max(row for row, _ in mainland) * 0.7


def test_the_mainland_is_one_piece(made):
    islands = {c.code for c in sources.centres_of(2026) if c.region == ALAND}
    left = {(t.row, t.column) for t in made if t.code not in islands}
    reached = [left.pop()]
    while reached:
        row, column = reached.pop()
        near = {(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)} & left
        left -= near
        reached += near
    assert not left


def test_the_projection_puts_helsinki_where_the_national_grid_does():
    east, north = rules.project(60.1699, 24.9384)
    assert abs(east * 0.9996 + 500_000 - 385_700) < 1_500
    assert abs(north - 6_690_000) < 15_000


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(60.2, 69.8), st.floats(22.0, 29.0)), min_size=12, max_size=60, unique=True)
)
def test_any_set_of_places_gets_distinct_tiles(places):
    centres = [Centre(f"{i:03}", "01", lat, lon) for i, (lat, lon) in enumerate(places)]
    tiles = rules.tile_map(centres)
    assert {t.code for t in tiles} == {c.code for c in centres}
    assert len({(t.row, t.column) for t in tiles}) == len(centres)
    assert min(t.row for t in tiles) == min(t.column for t in tiles) == 0
