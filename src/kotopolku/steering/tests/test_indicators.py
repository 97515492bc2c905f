"""Indicators in requests: added, changed, figures typed, from a file and from reference data."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Payload
from kotopolku.reference import queries as reference
from kotopolku.steering.actions import indicators
from kotopolku.steering.models import Indicator, IndicatorValue
from kotopolku.steering.rules_indicators import Raw
from kotopolku.steering.tests import programme_world as world

pytestmark = pytest.mark.django_db
TYPED = {
    "name_fi": "Työllisyysaste",
    "name_sv": "Sysselsättningsgrad",
    "key": "employment",
    "definition_fi": "20–64-vuotiaista.\nVuoden keskiarvo.",
    "unit": "%",
    "better": "more",
    "source": "Keksitty",
}


def values(indicator: Indicator) -> dict[tuple[str, int], Decimal]:
    rows = IndicatorValue.objects.filter(indicator=indicator).values_list("place", "year", "value")
    return {(place, year): value for place, year, value in rows}


def test_an_indicator_is_added_and_two_editors_do_not_write_over_each_other() -> None:
    by, reader = world.at_the_ministry(), Worker(world.VANTAA, world.ON)
    new = "/steering/indicators/new/"
    assert reader.get(new).status_code == 403
    token = by.hidden(new)["token"]
    assert "The key has small letters" in words(by.post(new, token=token, **TYPED | {"key": "a b"}))
    assert by.post(new, token=token, **TYPED).status_code == 302
    [made] = Indicator.objects.all()
    edit = f"/steering/indicators/{made.pk}/edit/"
    seen = indicators.mark_of(made).replace("\n", "\r\n")
    first = by.post(edit, token=token, seen=seen, **TYPED | {"unit": "prosenttia"})
    assert first.status_code == 302
    second = by.post(edit, token=token, seen=seen, **TYPED | {"source": "Toinen"})
    assert second.status_code == 409
    assert "Toinen" in second.content.decode()
    made.refresh_from_db()
    assert (made.unit, made.source) == ("prosenttia", "Keksitty")
    page = words(reader.get(f"/steering/indicators/{made.pk}/"))
    assert "There are no figures of this place." in page
    assert "Työllisyysaste" in words(reader.get("/steering/indicators/"))


def test_figures_are_typed_one_by_one_and_shown_as_picture_and_table() -> None:
    by, reader = world.at_the_ministry(), Worker(world.VANTAA, world.ON)
    made = world.indicator(by.viewer)
    address = f"/steering/indicators/{made.pk}/figure/"
    assert reader.get(address).status_code == 403
    for year, figure in ((2023, "61,5"), (2024, "63,25")):
        assert by.post(address, place="country", year=str(year), value=figure).status_code == 302
    for wrong, sentence in (
        ({"place": "country", "year": "2030", "value": "1"}, "Give a year from"),
        ({"place": "country", "year": "2024", "value": "=1"}, "Write a number"),
        ({"place": "region-99", "year": "2024", "value": "1"}, "Select a valid choice"),
    ):
        assert sentence in words(by.post(address, **wrong)), sentence
    page = reader.get(f"/steering/indicators/{made.pk}/")
    assert "63.25" in words(page)
    assert "<polyline" in page.content.decode()
    clash = by.post(address, place="country", year="2024", value="70", seen="60")
    assert clash.status_code == 409
    assert 'value="63.25"' in clash.content.decode(), "the form takes what is there now"
    assert by.post(address, place="country", year="2024", value="70", seen="63.25").status_code == 302
    assert by.post(address, place="country", year="2024", value="", seen="70.00").status_code == 302
    assert values(made) == {("country", 2023): Decimal("61.50")}
    with make.working(by.viewer):
        kept = Payload.objects.filter(entry__action__startswith="steering.value.").order_by("entry_id")
        assert [one.details["value"] for one in kept][-2:] == [
            [["63.25", ""], ["70.00", ""]],
            [["70.00", ""], None],
        ], "the journal knows what stood there before"


def test_a_figure_that_another_set_meanwhile_is_not_written_over() -> None:
    by = world.preparer()
    made = world.indicator(by)
    with make.working(by) as at_work:
        indicators.set_value(made.pk, "country", 2024, Decimal(5), actor=at_work, seen=None)
        indicators.set_value(made.pk, "country", 2024, Decimal(5), actor=at_work, seen=None)
        with pytest.raises(EditClash):
            indicators.set_value(made.pk, "country", 2024, Decimal(6), actor=at_work, seen=None)


def test_a_file_is_reported_row_by_row_before_anything_is_written() -> None:
    by, reader = world.at_the_ministry(), Worker(world.VANTAA, world.ON)
    made = world.indicator(by.viewer)
    address = "/steering/indicators/file/"
    assert reader.get(address).status_code == 403
    text = (
        "indikaattori;paikka;vuosi;arvo;lähde\n"
        "employment-rate;Suomi;2024;61,5;Keksitty\n"
        "employment-rate;Vantaa;2024;58,0;\n"
        "employment-rate;Atlantis;2024;58,0;\n"
    )
    report = by.post(address, file=SimpleUploadedFile("luvut.csv", text.encode()))
    assert report.status_code == 200
    assert "Nothing has been written yet." in words(report)
    assert "There is no such place." in words(report)
    assert "Write 2 figures" in words(report)
    assert values(made) == {}
    first = [2, "employment-rate", "Suomi", "2024", "61,5", "Keksitty"]
    rows = json.dumps([first, [3, "employment-rate", "Vantaa", "2024", "58,0", ""]])
    token = "4b7f0c7c-6a5f-4a51-9d21-0000000000aa"
    assert by.post(address, rows=rows, token=token).status_code == 302
    assert values(made) == {("country", 2024): Decimal("61.50"), ("municipality-092", 2024): Decimal("58.00")}
    assert by.post(address, rows=rows, token=token).status_code == 302, "the same form again"
    again = by.post(address, file=SimpleUploadedFile("luvut.csv", text.encode()))
    assert "There is nothing to write." in words(again)
    for broken in ("[", '[["x"]]', "{}", '"a"'):
        assert by.post(address, rows=broken, token=token).status_code == 422, broken
    empty = by.post(address, file=SimpleUploadedFile("tyhja.csv", b""))
    assert empty.status_code == 422
    assert "The file is empty." in words(empty)
    lacks = by.post(address, file=SimpleUploadedFile("a.csv", b"vuosi;arvo\n2024;1\n"))
    assert "These columns are lacking: indicator, place." in words(lacks)


def test_a_file_of_nothing_new_is_refused_and_wrong_rows_are_left_out() -> None:
    by = world.preparer()
    made = world.indicator(by)
    sound = Raw(2, "employment-rate", "country", "2024", "5")
    wrong = Raw(3, "employment-rate", "country", "2050", "5")
    with make.working(by) as at_work:
        found = indicators.import_values([sound, wrong], actor=at_work)
        assert [one.state for one in found] == ["new", "wrong"]
        with pytest.raises(Refusals):
            indicators.import_values([sound, wrong], actor=at_work)
    assert values(made) == {("country", 2024): Decimal("5.00")}


def test_figures_are_taken_from_reference_data_and_again_without_harm() -> None:
    by = world.at_the_ministry()
    made = world.indicator(by.viewer, "foreign-language-share")
    other = world.indicator(by.viewer, "employment-rate")
    fetch = f"/steering/indicators/{made.pk}/fetch/"
    assert by.get(fetch).status_code == 405
    assert by.post(fetch).status_code == 302
    held = values(made)
    year, shares = reference.foreign_language_shares(world.ON)
    assert held["municipality-092", year] == shares["092"]
    assert Decimal(5) < held["country", year] < Decimal(20)
    assert ("region-01", year) in held
    with make.working(by.viewer) as at_work:
        assert indicators.fetch_values(made.pk, actor=at_work) == 0
        with pytest.raises(Refusals):
            indicators.fetch_values(other.pk, actor=at_work)
    assert "do not hold" in words(
        by.client.get(by.post(f"/steering/indicators/{other.pk}/fetch/")["Location"])
    )
