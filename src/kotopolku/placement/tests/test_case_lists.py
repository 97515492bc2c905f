"""The permit authority's list: read row by row, looked at before it is brought in, brought in twice without effect."""

import io
import json
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.placement import case_import
from kotopolku.placement.actions import case_lists as actions
from kotopolku.placement.actions.cases import check_content
from kotopolku.placement.models import Case, CaseList, Sealed
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import ON

HEADERS = "case;group;received;age;relation;family name;given names;birth date;wishes;languages"
ROWS = (
    "A-1;quota;2.11.2026;34;applicant;Esimerkki;Baraka;4.3.1992;444; sw",
    "A-1;;;9;child;Esimerkki;Zawadi;2.1.2017;;sw",
    "A-2;t;;24;;Malli;Omar;;;ar",
)


def csv_of(*rows: str) -> bytes:
    return "\n".join([HEADERS, *rows]).encode("utf-8-sig")


def faults(content: bytes, name: str = "lista.csv") -> list[tuple[int, str, str]]:
    read = case_import.read(name, content, ON)
    return [(fault.row, fault.column, fault.refusal.code) for one in read for fault in one.faults]


def test_rows_of_one_number_are_one_case() -> None:
    first, second = case_import.read("lista.csv", csv_of(*ROWS), ON)
    assert first.content is not None
    assert [one.age for one in first.content.members] == [34, 9]
    assert (first.content.group, first.content.wishes, first.rows) == ("quota", ("444",), [2, 3])
    assert second.content is not None
    assert (second.content.group, second.content.received_on) == ("asylum", ON)


def test_the_same_cases_from_a_spreadsheet_and_from_json() -> None:
    book = Workbook()
    for line in (HEADERS, *ROWS):
        book.active.append([cell.strip() for cell in line.split(";")])
    kept = io.BytesIO()
    book.save(kept)
    given = {
        "cases": [
            {
                "reference": "A-1",
                "group": "quota",
                "received_on": "2026-11-02",
                "wishes": ["444"],
                "members": [
                    {
                        "age": 34,
                        "family_name": "Esimerkki",
                        "given_names": "Baraka",
                        "birth_date": "1992-03-04",
                        "languages": ["sw"],
                    },
                    {
                        "age": 9,
                        "relation": "child",
                        "family_name": "Esimerkki",
                        "given_names": "Zawadi",
                        "birth_date": "2017-01-02",
                        "languages": ["sw"],
                    },
                ],
            },
            {
                "reference": "A-2",
                "group": "asylum",
                "members": [{"age": 24, "family_name": "Malli", "given_names": "Omar", "languages": ["ar"]}],
            },
        ]
    }
    expected = [one.content for one in case_import.read("lista.csv", csv_of(*ROWS), ON)]
    for name, content in (("lista.xlsx", kept.getvalue()), ("lista.json", json.dumps(given).encode())):
        assert [one.content for one in case_import.read(name, content, ON)] == expected, name


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (";quota;;34;;;;;;", (2, "reference", "required")),
        ("A-1;gold;;34;;;;;;", (2, "group", "unknown-word")),
        ("A-1;quota;31.2.2026;34;;;;;;", (2, "received_on", "day")),
        ("A-1;quota;;many;;;;;;", (2, "age", "age")),
        ("A-1;quota;;34;;=HYPERLINK(1);;;;", (2, "family_name", "formula")),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(row: str, found: tuple[int, str, str]) -> None:
    assert found in faults(csv_of(row))


@pytest.mark.django_db
def test_a_family_of_nobody_is_told_at_its_row() -> None:
    given = {"cases": [{"reference": "A-1", "group": "quota", "members": []}]}
    [case] = case_import.read("lista.json", json.dumps(given).encode(), ON)
    assert case.content is not None
    assert {one.code for one in check_content(case.content, ON)} == {"required"}


def test_rows_that_contradict_each_other_or_stand_apart_are_told() -> None:
    assert (3, "group", "differs") in faults(csv_of("A-1;quota;;34;;;;;;", "A-1;asylum;;9;child;;;;;"))
    rows = ("A-1;quota;;34;;;;;;", "A-2;quota;;20;;;;;;", "A-1;;;9;child;;;;;")
    assert (4, "reference", "apart") in faults(csv_of(*rows))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04broken",
        b"\xff\xfe\x00\x00",
        b"a;b\n1;2",
        b'{"cases": 5}',
        b"[{",
        b"case;case;group\n1;1;k",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(case_import.FileRefused):
        case_import.read("lista.csv", content, ON)


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


def brought_in(officer: Viewer, content: bytes) -> CaseList:
    with make.working(officer) as at_work:
        kept = actions.receive_list("lista.csv", content, actor=at_work)
        return actions.bring_in_list(kept.pk, actor=at_work)


@pytest.mark.django_db
def test_a_list_brought_in_twice_changes_nothing(officer: Viewer) -> None:
    first = brought_in(officer, csv_of(*ROWS))
    assert (first.added, first.changed, first.same, first.content) == (2, 0, 0, b"")
    again = brought_in(officer, csv_of(*ROWS))
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    with make.working(officer) as at_work:
        assert actions.bring_in_list(again.pk, actor=at_work).same == 2
        assert (Case.objects.count(), Sealed.objects.count()) == (2, 3)


@pytest.mark.django_db
def test_a_changed_row_changes_a_case_that_waits_and_not_one_proposed(officer: Viewer) -> None:
    brought_in(officer, csv_of(*ROWS))
    changed = (ROWS[0], ROWS[1].replace(";9;", ";10;"), ROWS[2])
    later = brought_in(officer, csv_of(*changed))
    assert (later.changed, later.same) == (1, 1)
    municipality = work.places()
    with make.working(officer):
        case = Case.objects.get(persons=2)
    work.proposed(officer, case, municipality)
    after = brought_in(officer, csv_of(*ROWS))
    assert (after.added, after.changed, after.same) == (0, 0, 1)


@pytest.mark.django_db
def test_sound_cases_come_in_and_the_rest_is_reported_without_names(officer: Viewer) -> None:
    done = brought_in(officer, csv_of(ROWS[0], ROWS[1], "A-3;quota;;300;;Malli;Omar;;911;"))
    assert done.added == 1
    assert {(line["row"], line["column"]) for line in done.faults} == {(4, "age"), (4, "wishes")}
    assert "Malli" not in str(done.faults)


@pytest.mark.django_db
def test_twelve_bad_rows_of_ten_thousand_are_told_before_anything_is_written(officer: Viewer) -> None:
    rows = [f"A-{n};quota;2.11.2026;34;applicant;;;;444;sw" for n in range(10_000)]
    bad = [700 * n + 5 for n in range(12)]
    for place in bad:
        rows[place] = rows[place].replace(";444;", ";911;")
    with make.working(officer) as at_work:
        kept = actions.receive_list("lista.csv", csv_of(*rows), actor=at_work)
        found = actions.report(kept, at_work)
        assert [line["row"] for line in actions.fault_lines(found.bad)] == [place + 2 for place in bad]
        assert (len(found.new), Case.objects.count()) == (9_988, 0)


@pytest.mark.django_db
def test_another_region_does_not_see_the_list(officer: Viewer) -> None:
    brought_in(officer, csv_of(*ROWS))
    with make.working(make.worker(work.region_code("205"), ON)):
        assert CaseList.objects.count() == 0


@pytest.mark.django_db
def test_an_unreadable_file_is_refused_at_its_field(officer: Viewer) -> None:
    with make.working(officer) as at_work, pytest.raises(Refusals) as caught:
        actions.receive_list("lista.csv", b"%PDF-1.4", actor=at_work)
    assert {refusal.field for refusal in caught.value.refusals} == {"file"}


def test_days_are_read_in_both_ways() -> None:
    read = case_import.read("l.csv", csv_of("A-1;quota;2026-11-02;;;;;4.3.1992;;"), date(2026, 11, 3))
    content: Any = read[0].content
    assert (content.received_on, content.members[0].birth_date) == (date(2026, 11, 2), date(1992, 3, 4))
