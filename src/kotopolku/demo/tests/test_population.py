"""The invented population: the same every time, believable, and nobody real."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fi import hetu

from kotopolku.clients import deadlines
from kotopolku.demo import rows
from kotopolku.demo.personas import PERSONAS
from kotopolku.demo.population import IdentityCodes, Place, Population

TODAY = date(2026, 11, 23)
PLACES = (
    Place("092", 5.0, "01", "43", {"ru": 5, "so": 3, "uk": 4}),
    Place("205", 1.0, "14", "40", {"ar": 2, "et": 1}),
)


@pytest.fixture
def population() -> Population:
    return Population(PLACES, seed=7, today=TODAY)


def test_same_seed_gives_the_same_people(population: Population) -> None:
    assert population.chunk(3, 50) == Population(PLACES, seed=7, today=TODAY).chunk(3, 50)


def test_another_seed_gives_other_people(population: Population) -> None:
    assert population.chunk(0, 50) != Population(PLACES, seed=8, today=TODAY).chunk(0, 50)


def test_nothing_happens_after_today_nor_before_the_step_before(population: Population) -> None:
    for person, path in population.chunk(0, 500):
        steps = [
            person.permit_from,
            path.started_on,
            path.assessment_started,
            path.assessment_completed,
            path.plan_drafted,
            path.plan_made,
        ]
        happened = [day for day in steps if day is not None]
        assert happened == sorted(happened)
        assert all(day <= TODAY for day in [*happened, *path.reviews, path.referred_on or TODAY])
        assert path.reviews == sorted(path.reviews)


def test_every_stage_and_both_acts_are_there(population: Population) -> None:
    paths = [path for _person, path in population.chunk(0, 2_000)]
    made = [path.plan_made for path in paths if path.plan_made]
    assert any(day < date(2025, 1, 1) for day in made)
    assert any(day >= date(2025, 1, 1) for day in made)
    assert any(path.assessment_started is None for path in paths)
    assert any(path.assessment_started and not path.assessment_completed for path in paths)
    assert any(path.plan_needed is False for path in paths)
    assert any(path.plan_drafted and not path.plan_made for path in paths)
    assert any(path.ended_on for path in paths)
    assert any(path.interruption for path in paths)
    assert any(path.extension_months for path in paths)


def test_every_path_can_be_counted_by_the_law(population: Population) -> None:
    for person, path in population.chunk(1, 300):
        clocks = deadlines.clocks(rows._facts(path, person))
        assert clocks
        assert all(clock.explanation["steps"] for clock in clocks)


@given(
    st.lists(
        st.tuples(st.dates(date(1930, 1, 1), date(2015, 1, 1)), st.sampled_from(("male", "female"))),
        max_size=60,
    )
)
def test_identity_codes_are_temporary_right_and_never_twice(wanted: list[tuple[date, str]]) -> None:
    codes = IdentityCodes()
    given_codes = [code for born, sex in wanted if (code := codes.next(born, sex))]
    assert len(set(given_codes)) == len(given_codes)
    for code in given_codes:
        assert hetu.is_valid(code, allow_temporary=True)
        assert 900 <= int(code[7:10]) <= 999


def test_a_day_gives_out_only_as_many_codes_as_it_has() -> None:
    codes = IdentityCodes()
    born = date(1990, 5, 17)
    given_codes = [codes.next(born, "male") for _ in range(400)]
    assert len({code for code in given_codes if code}) == 300
    assert given_codes[-1] is None


def test_a_jobseeker_passes_from_the_te_office_to_the_employment_area() -> None:
    population = Population(PLACES, seed=7, today=TODAY)
    for person, path in population.chunk(0, 400):
        held = rows.holders(person, path)
        codes = [code.split("-")[0] for code, *_rest in held]
        assert codes in (["kunta"], ["te"], ["tyo"], ["te", "tyo"])
        for (_a, _first, end, *_x), (_b, first, *_y) in pairwise(held):
            assert end == first


def test_personas_have_the_names_the_readme_gives() -> None:
    assert {persona.username for persona in PERSONAS} == {
        "ministry", "ely.uusimaa", "evk.uusimaa", "te.uusimaa", "tyo.vantaa", "kunta.vantaa", "kunta.kajaani",
        "admin.vantaa", "dpo.vantaa", "koulutus", "hva.vantaa", "hankinta.vantaa", "hankinta2.vantaa",
        "koulutus2", "viestinta.vantaa", "yhdistys",
    }  # fmt: skip
