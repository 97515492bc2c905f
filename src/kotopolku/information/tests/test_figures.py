"""Figures of places are computed of the reference data, each with its year."""

from datetime import date
from decimal import Decimal

import pytest

from kotopolku.information.models import Space
from kotopolku.information.queries.figures import capital_region_share, figures
from kotopolku.reference import sources

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


def of(slug: str) -> Space:
    return Space.objects.get(slug=slug)


def test_more_than_half_of_speakers_of_other_languages_live_in_uusimaa() -> None:
    share, year = capital_region_share(DAY)
    assert year == 2023
    assert share is not None
    assert Decimal(50) < share < Decimal(60)
    found = figures(of("suomi"), DAY)
    assert found.in_capital_region == share
    assert found.mostly_in_capital_region


def test_the_country_s_computed_share_agrees_with_the_published_number_of_speakers() -> None:
    published = next(
        int(row["value"])
        for row in sources.rows("national_totals.csv")
        if row["key"] == "foreign_language_speakers" and row["year"] == "2023"
    )
    found = figures(of("suomi"), DAY)
    assert found.population == 5_603_851
    assert found.population_year == 2023
    assert found.share is not None
    assert found.share_is_computed
    assert abs(found.share - Decimal(100) * published / found.population) < Decimal("0.1")


def test_a_municipality_has_its_published_share_and_its_region_s_languages() -> None:
    found = figures(of("vantaa"), DAY)
    assert found.share_year == 2025
    assert not found.share_is_computed
    assert found.share is not None
    assert found.share > 20
    assert found.spoken_area == "01"
    assert found.spoken_year == 2025
    assert [one.code for one in found.spoken][:1] == ["ru"]


def test_a_region_with_counted_languages_has_the_number_of_speakers_itself() -> None:
    found = figures(of("varsinais-suomi"), DAY)
    counted = {
        row["language"]: int(row["persons"])
        for row in sources.rows("languages_by_region.csv")
        if row["region"] == "02"
    }
    others = counted["total"] - counted["fi"] - counted["sv"] - counted["se"]
    assert found.speakers == others
    assert found.share == (Decimal(100) * others / counted["total"]).quantize(Decimal("0.1"))
    assert not {one.code for one in found.spoken} & {"fi", "sv", "se", "total", "other", "rest", "und"}


def test_a_region_without_counted_languages_tells_no_languages() -> None:
    found = figures(of("kainuu"), DAY)
    assert found.any
    assert found.spoken == ()
    assert found.share_is_computed


def test_every_place_has_figures() -> None:
    without = [one.slug for one in Space.objects.all() if not figures(one, DAY).any]
    assert without == []


def test_figures_cost_no_statement(django_assert_num_queries: object) -> None:
    space = of("lappi")
    figures(space, DAY)
    with django_assert_num_queries(0):  # type: ignore[operator]
        figures(of_memory(space), DAY)


def of_memory(space: Space) -> Space:
    return Space(kind=space.kind, area_code=space.area_code)
