"""Rules of indicators: figures and places as people write them, files row by row, pictures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import tabular
from kotopolku.steering import rules_indicators as rules
from kotopolku.steering.rules_indicators import Known, Raw

KNOWN = Known(
    indicators={"share": 1},
    places={"country": "country", "092": "municipality-092", "vantaa": "municipality-092"},
    stored={(1, "country", 2023): (Decimal("9.50"), ""), (1, "country", 2024): (Decimal("10.00"), "x")},
    last_year=2026,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.50"),
        ("12.5", "12.50"),
        ("1 234,5", "1234.50"),
        ("5\u00a0600\u00a0000", "5600000.00"),
        ("-3", "-3.00"),
        ("\N{MINUS SIGN}3", "-3.00"),
        ("=1+1", None),
        ("12,5 %", None),
        ("", None),
        ("1e5", None),
        ("9" * 13, None),
        ("٣", None),
    ],
)
def test_figures_as_people_write_them(text: str, number: str | None) -> None:
    found = rules.figure(text)
    assert (None if found is None else str(found)) == number


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_figure(text: str) -> None:
    found = rules.figure(text)
    assert found is None or abs(found) <= rules.MOST


def test_rows_are_told_one_by_one() -> None:
    rows = [
        Raw(2, "share", "country", "2023", "9,5"),
        Raw(3, "SHARE", "Vantaa", "2024", "30"),
        Raw(4, "share", "country", "2024", "11"),
        Raw(5, "share", "country", "2024", "12"),
        Raw(6, "other", "country", "2024", "1"),
        Raw(7, "share", "Atlantis", "2024", "1"),
        Raw(8, "share", "country", "2027", "1"),
        Raw(9, "share", "country", "24", "1"),
        Raw(10, "share", "country", "2022", "=A1"),
    ]
    found = rules.check(rows, KNOWN)
    assert [(one.state, one.problem) for one in found] == [
        ("same", ""),
        ("new", ""),
        ("changed", ""),
        ("wrong", "twice"),
        ("wrong", "indicator"),
        ("wrong", "place"),
        ("wrong", "year"),
        ("wrong", "year"),
        ("wrong", "value"),
    ]
    assert found[2].before == Decimal("10.00")


def test_headers_are_known_in_three_languages() -> None:
    text = "Indikaattori;Paikka;Vuosi;Arvo\nshare;country;2024;1,5\n"
    assert rules.rows_of("a.csv", text.encode()) == [Raw(2, "share", "country", "2024", "1,5")]
    swedish = "indikator;plats;år;värde;källa\nshare;country;2024;1,5;SC\n"
    assert rules.rows_of("a.csv", swedish.encode())[0].source == "SC"


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(rules.NoColumns) as refused:
        rules.rows_of("a.csv", b"indicator;year\nshare;2024\n")
    assert refused.value.columns == ("place", "value")
    with pytest.raises(tabular.Unreadable):
        rules.rows_of("a.pdf", b"%PDF-1.7")


def test_shares_are_weighted_with_people() -> None:
    assert rules.weighted([(100, Decimal(10)), (300, Decimal(20))]) == Decimal("17.50")
    assert rules.weighted([]) is None


@given(st.dictionaries(st.integers(2000, 2030), st.decimals(-1000, 1000, places=2), min_size=2, max_size=20))
def test_a_picture_stays_within_its_frame(values: dict[int, Decimal]) -> None:
    found = rules.picture(list(values.items()))
    assert found is not None
    assert [dot.year for dot in found.dots] == sorted(values)
    for dot in found.dots:
        assert rules.LEFT <= dot.x <= rules.RIGHT
        assert rules.TOP <= dot.y <= rules.BOTTOM


def test_one_figure_makes_no_picture() -> None:
    assert rules.picture([(2024, Decimal(1))]) is None
