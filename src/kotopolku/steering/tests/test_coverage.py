"""The coverage view: the matrix, what is missing or twice, the filters, the file, the number of statements."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.steering.actions import measures
from kotopolku.steering.queries import coverage as queries
from kotopolku.steering.queries.coverage import WantedCoverage
from kotopolku.steering.tests import measures_world as world

pytestmark = pytest.mark.django_db

PAGE = "/steering/measures/coverage/"


def test_lines_without_measures_measures_without_lines_and_overlaps_are_shown() -> None:
    programme = world.programme()
    covered, bare = world.line(programme, "1.1"), world.line(programme, "1.2")
    by = world.officer()
    for title in ("Ryhmät", "Samat ryhmät"):
        world.measure(by, title=title, lines=(covered.pk,), budget_eur=500)
    world.measure(by, title="Irrallinen")
    dropped = world.measure(by, title="Luovuttu", lines=(bare.pk,))
    with make.working(by) as at_work:
        measures.set_state(dropped.pk, "dropped", "Ei rahaa.", actor=at_work, expected_version=1)
        found = queries.page(at_work, WantedCoverage(2026))
        assert [(row.line.code, row.number, row.money) for row in found.rows] == [
            ("1.1", 2, 1000),
            ("1.2", 0, 0),
        ]
        assert [row.line.code for row in found.bare] == ["1.2"]
        assert [(one.line.code, one.region, len(one.measures)) for one in found.overlaps] == [
            ("1.1", world.UUSIMAA, 2)
        ]
        assert [one.title for one in found.untied] == ["Irrallinen"]
        assert len(found.regions) == 18, "Åland is left out"
        assert queries.page(at_work, WantedCoverage(2026, "19")).rows[0].number == 0
        assert queries.page(at_work, WantedCoverage(2023)).programme is None
        assert queries.page(at_work, WantedCoverage(2026, programme_id=0)).rows == []
    reader = Worker(world.VANTAA, world.ON)
    page = words(reader.get(PAGE))
    assert "Keksitty linjaus 1.2" in page
    assert "Irrallinen" in page
    for odd in ({"year": "9999"}, {"programme": "x"}, {"programme": "77777"}, {"region": "99"}):
        assert reader.get(PAGE, **odd).status_code == 200
    file = reader.get(PAGE + "csv/", region=world.UUSIMAA)
    assert file["Content-Type"].startswith("text/csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("1.1;Keksitty linjaus 1.1;2;2;1000.00")


def test_a_formula_in_a_lines_title_is_harmless_in_the_file() -> None:
    line = world.line(world.programme(), "1.1")
    with make.working(world.minister()):
        line.title = {"fi": "=HYPERLINK(1)"}
        line.save()
    file = Worker(world.VANTAA, world.ON).get(PAGE + "csv/")
    assert "'=HYPERLINK(1)" in file.content.decode("utf-8-sig")


def test_without_a_programme_the_page_says_so() -> None:
    assert "There are no lines to cover." in words(Worker(world.VANTAA, world.ON).get(PAGE))


def test_a_line_that_ended_before_the_year_is_not_asked_for() -> None:
    programme = world.programme()
    world.line(programme, "1.1", last=date(2025, 6, 30))
    world.line(programme, "1.2")
    with make.working(world.officer()) as at_work:
        assert [row.line.code for row in queries.page(at_work, WantedCoverage(2026)).rows] == ["1.2"]
        assert len(queries.page(at_work, WantedCoverage(2025)).rows) == 2


def test_four_statements_whatever_the_number_of_measures() -> None:
    programme = world.programme()
    lines = [world.line(programme, f"1.{number}") for number in range(4)]
    by = world.officer()
    for line in lines:
        for _one in range(3):
            world.measure(by, lines=(line.pk,))
    with make.working(by) as at_work, CaptureQueriesContext(connection) as asked:
        found = queries.page(at_work, WantedCoverage(2026))
    assert found.overlaps
    assert len(asked) <= 4


def test_a_cell_leads_to_the_measures_that_it_counts_also_of_a_line_that_has_ended() -> None:
    ended = world.line(world.programme(), "1.1", last=date(2025, 12, 31))
    by = world.officer()
    world.measure(by, title="Vanha ryhmä", starts_on=date(2025, 1, 1), lines=(ended.pk,))
    world.measure(by, title="Muu ryhmä", starts_on=date(2025, 1, 1))
    reader = Worker(world.VANTAA, world.ON)
    link = f"?line={ended.pk}&amp;region={world.UUSIMAA}&amp;year=2025"
    assert link in reader.get(PAGE, year="2025").content.decode()
    page = words(reader.get("/steering/measures/", line=str(ended.pk), region=world.UUSIMAA, year="2025"))
    assert "Vanha ryhmä" in page
    assert "Muu ryhmä" not in page
