"""The page of municipalities: table, filters, tile map."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kotopolku import clock

pytestmark = pytest.mark.django_db


def page(day: date = date(2026, 11, 23), **asked: str) -> str:
    with clock.at(day):
        answer = Client(headers={"accept-language": "en"}).get(reverse("reference:municipalities"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader">\s*(.*?) <small', html)


def test_all_municipalities_of_the_day_are_listed_in_alphabetical_order():
    found = names(page())
    assert len(found) == 308
    assert (found[0], found[-1]) == ("Akaa", "Äänekoski")


def test_the_list_of_another_day_follows_that_division_and_its_authorities():
    html = page(date(2021, 3, 1))
    assert len(names(html)) == 309
    assert "Uusimaa ELY Centre" in html
    assert "Employment area" not in html
    assert "Foreign language 2020, %" in html


def test_an_area_narrows_the_list_and_is_marked_on_the_map():
    html = page(area="region:18")
    assert len(names(html)) == 8
    assert len(re.findall(r'<rect class="sel"', html)) == 8
    assert '<option value="region:18" selected>' in html


@pytest.mark.parametrize(
    ("asked", "found"), [("åbo", ["Turku"]), ("091", ["Helsinki"]), ("KAJAANI", ["Kajaani"])]
)
def test_a_name_in_either_language_or_a_code_finds_the_municipality(asked, found):
    assert names(page(name=asked)) == found


def test_an_unknown_name_says_what_to_do():
    html = page(name="Xanadu")
    assert "No municipality has this name" in html
    assert names(html) == []


@pytest.mark.parametrize("area", ["region:99", "planet:01", ":", "region"])
def test_an_odd_area_in_the_address_does_no_harm(area):
    assert len(names(page(area=area))) in (0, 308)


def test_the_map_has_a_tile_and_a_title_for_each_and_no_inline_style():
    html = page()
    svg = re.search(r'<svg class="chart tilemap".*?</svg>', html, re.DOTALL).group(0)
    assert svg.count("<title>") == 308
    assert re.search(r'viewBox="0 0 \d+ \d+"', svg)
    assert not re.search(r'="\d+,\d+"', svg)
    assert "style=" not in html
    assert "Helsinki: 2" in svg


def test_municipalities_without_a_figure_are_hatched_and_said():
    svg = page(date(2021, 3, 1))
    assert "Pertunmaa: no figure" in svg
    assert 'class="qn"' in svg


def test_source_and_date_are_told():
    html = page()
    assert "Statistics Finland" in html
    assert "31 December 2025 (share)" in html
    assert "31 December 2023 (population)" in html


def test_the_page_costs_few_statements(django_assert_max_num_queries):
    page()
    with django_assert_max_num_queries(8):
        page()
