"""Files of every kind are read right, or refused with a reason; nothing in them is run or unpacked without bound."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from kotopolku.exchange import rules
from kotopolku.exchange.tests import files as invented
from kotopolku.tabular import Table, Unreadable, read


def table_of(name: str, content: bytes) -> Table:
    return read(name, content, rules.FILE)


def code_of(content: bytes, name: str = "a.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        table_of(name, content)
    return refused.value.code


def test_csv_xlsx_and_json_give_the_same_rows() -> None:
    rows = invented.clients(3)
    tables = [
        table_of("a.csv", invented.as_csv(rows)),
        table_of("a.csv", invented.as_csv(rows, delimiter="\t")),
        table_of("a.xlsx", invented.as_xlsx(rows)),
        table_of("a.json", json.dumps(rows, ensure_ascii=False).encode()),
    ]
    assert len({(table.headers, tuple(map(str, table.rows))) for table in tables}) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"%PDF-1.7 x", "kind"),
        (b"a;b\r\n\x00;1", "kind"),
        (b"PK\x03\x04 not a zip", "broken"),
        (b"only\r\none", "one-column"),
        (b"a;b\r\n", "no-rows"),
        (b"a;a\r\n1;2", "header-twice"),
        (b"[1, 2]", "json-shape"),
        (b'[{"a": ', "json"),
        ("имя;город\r\nИван;Вантаа".encode("cp1251"), "encoding"),
        ("a;b\r\nä;ö".encode()[:-1] + b"\xff\x81", "encoding"),
        (b"\xff\xfea", "encoding"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_zip_bomb_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 50_000_000)
    assert code_of(file.getvalue(), "a.xlsx") == "bomb"


def test_a_zip_that_is_no_table_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("readme.txt", b"hello")
    assert code_of(file.getvalue(), "a.xlsx") == "kind"


def test_formulas_of_a_spreadsheet_are_refused_in_their_row() -> None:
    table = table_of("a.xlsx", invented.as_xlsx(invented.clients(2), {(2, 1): "=1+1"}))
    columns = rules.guessed(table.headers)
    values = [{columns[h]: c for h, c in zip(table.headers, cells, strict=True)} for _n, cells in table.rows]
    faults = [[fault.why.code for fault in rules.read_row(one, rules.Codes()).faults] for one in values]
    assert "formula" not in faults[0]
    assert "formula" in faults[1]


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =cmd|' /C calc'!A0"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(cell: str) -> None:
    read = rules.read_row({"family_name": cell}, rules.Codes())
    assert "formula" in {fault.why.code for fault in read.faults}


def test_a_telephone_number_is_no_formula_and_a_dash_is_nothing() -> None:
    read = rules.read_row({"telephone": "+358 40 123 4567", "education": "–"}, rules.Codes())
    assert [fault.why.code for fault in read.faults] == ["needed"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_headers_in_each_language_are_known(language: str) -> None:
    headers = [one.name(language) for one in rules.fields()]
    assert list(rules.guessed(headers).values()) == [one.id for one in rules.fields()]


@given(
    any_.dictionaries(
        any_.sampled_from([one.id for one in rules.fields()]), any_.text(max_size=60), max_size=20
    )
)
@settings(max_examples=200, deadline=None)
def test_no_row_breaks_the_reading(values: dict[str, str]) -> None:
    read = rules.read_row(values, rules.Codes())
    assert (read.case is None) == bool(read.faults)
    assert all(len(fault.value) <= rules.SHORT for fault in read.faults)


@given(any_.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_file_breaks_the_reading(content: bytes) -> None:
    try:
        table = table_of("a.csv", content)
    except Unreadable:
        return
    assert table.headers
