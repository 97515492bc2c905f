"""The command line of the reference data."""

import json

import pytest
from click.testing import CliRunner

from kotopolku.reference import queries
from kotopolku.reference.commands import reference
from kotopolku.reference.models import MunicipalityYear


@pytest.mark.django_db
def test_check_passes_on_the_loaded_data():
    done = CliRunner().invoke(reference, ["check"])
    assert done.exit_code == 0, done.output
    assert "0 failed." in done.stdout


@pytest.mark.django_db
def test_check_as_json_tells_each_fault_and_exits_with_1():
    MunicipalityYear.objects.filter(year=2022, municipality="564").update(population=0)
    done = CliRunner().invoke(reference, ["check", "--json"])
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert "population 2022" in {c["what"] for c in report["checks"] if not c["passed"]}
    assert report["failed"] == len([c for c in report["checks"] if not c["passed"]])


@pytest.mark.django_db
def test_check_before_loading_says_what_to_do():
    MunicipalityYear.objects.all().delete()
    queries.clear()
    done = CliRunner().invoke(reference, ["check"])
    assert done.exit_code == 2
    assert "kotopolku reference load" in done.stderr


@pytest.mark.django_db
def test_load_prints_the_number_of_rows():
    done = CliRunner().invoke(reference, ["load", "--json"])
    assert json.loads(done.stdout)["municipality years"] == 2162


def test_tiles_are_stored_with_their_measures(tmp_path):
    path = tmp_path / "tiles.csv"
    done = CliRunner().invoke(reference, ["tiles", "--year", "2026", "--output", str(path), "--json"])
    assert done.exit_code == 0, done.output
    measures = json.loads(done.stdout)
    assert measures["tiles"] == 308
    assert measures["north_correlation"] > 0.98
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "row,column,code"
    assert len(lines) == 309


def test_tiles_of_an_unknown_year_are_refused(tmp_path):
    done = CliRunner().invoke(reference, ["tiles", "--year", "1999", "--output", str(tmp_path / "x.csv")])
    assert done.exit_code == 2
    assert "1999" in done.stderr
    assert not (tmp_path / "x.csv").exists()
