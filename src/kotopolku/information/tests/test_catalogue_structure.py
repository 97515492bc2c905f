"""The structure v11 of the service catalogue against its stored samples: read as ours, put back without loss."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.information.catalogue import hours_v11, outgoing, structures, v11, v12
from kotopolku.information.catalogue.fetching import read_items
from kotopolku.information.catalogue.structures import NotDescribed, NotReadable

SAMPLES = Path(__file__).parent / "samples"
V11 = v11.V11()
RESPONSIBLE = "a1b2c3d4-0000-4000-8000-000000000092"


def sample(name: str) -> list[dict[str, Any]]:
    items, cut = read_items((SAMPLES / name).read_bytes())
    assert not cut
    return items


ITEMS = [*sample("v11_services.json"), *sample("v11_channels.json")]


def place() -> dict[str, Any]:
    return deepcopy(sample("v11_channels.json")[0])


def test_a_service_is_read_into_our_fields() -> None:
    found = V11.read(sample("v11_services.json")[0])
    assert found.kind == structures.SERVICE
    assert found.fields["names"] == {
        "fi": "Neuvonta maahan muuttaneille",
        "sv": "Rådgivning för invandrare",
        "en": "Advice for immigrants",
    }
    assert found.fields["how_to"] == {"fi": "Tule käymään tai varaa aika puhelimella."}
    assert found.fields["price"] == "free"
    assert found.fields["languages"] == ["fi", "sv", "en", "ar", "so"]
    assert found.fields["municipalities"] == ["092"]
    assert not found.fields["nationwide"]
    assert len(found.points) == 4
    assert found.points[0].notes == {"fi": "Toinen kerros, huone 2."}
    assert found.points[0].hours["weekly"] == {"2": [["10:00", "14:00"]]}
    assert found.points[0].telephone == "+358 100000001"
    assert found.modified is not None
    assert found.modified.date() == date(2026, 10, 5)


def test_a_place_is_read_with_its_three_kinds_of_hours() -> None:
    found = V11.read(place()).fields
    assert found["street"] == "Esimerkkikatu 7"
    assert (found["postal_code"], found["city"], found["municipality"]) == ("01300", "VANTAA", "092")
    assert found["telephone"] == "010 000 0001"
    hours = found["hours"]
    assert hours["weekly"]["1"] == [["09:00", "15:00"]]
    assert hours["weekly"]["5"] == [["09:00", "15:00"], ["22:00", "03:00"]]
    assert hours["exceptions"] == [
        {"from": "2026-12-24", "to": "2026-12-26", "times": [], "note": "Joulu"},
        {"from": "2026-12-31", "to": "2026-12-31", "times": [["10:00", "13:00"]], "note": ""},
    ]
    assert hours["notes"] == {"fi": "Heinäkuussa lyhyemmin.", "sv": "Kortare i juli."}


@pytest.mark.parametrize("raw", ITEMS, ids=lambda raw: raw.get("serviceChannelType", "Service"))
def test_what_was_read_and_is_put_back_changes_no_letter(raw: dict[str, Any]) -> None:
    found = V11.read(raw)
    if found.kind != structures.CHANNEL:
        assert V11.write(found.kind, found.fields, raw) == raw


def test_a_changed_name_leaves_classes_keywords_and_other_names_alone() -> None:
    raw = sample("v11_services.json")[0]
    names = V11.read(raw).fields["names"] | {"fi": "Uusi nimi"}
    made = V11.write(structures.SERVICE, {"names": names}, raw)
    assert V11.read(made).fields["names"]["fi"] == "Uusi nimi"
    assert {name: made[name] for name in made if name != "serviceNames"} == {
        name: raw[name] for name in raw if name != "serviceNames"
    }
    assert [row for row in made["serviceNames"] if row["type"] == "AlternativeName"] == [
        row for row in raw["serviceNames"] if row["type"] == "AlternativeName"
    ]


words = (
    st.text(st.characters(categories=("L", "N", "Zs", "P")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
texts = st.dictionaries(st.sampled_from(structures.LANGUAGES), words, max_size=3)
minutes = st.integers(0, 24 * 12 - 1).map(lambda five: f"{five // 12:02d}:{five % 12 * 5:02d}")
times = st.lists(st.tuples(minutes, minutes).map(list), max_size=3, unique_by=lambda pair: pair[0]).map(
    sorted
)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@st.composite
def exceptions(draw: st.DrawFn) -> dict[str, Any]:
    first, last = sorted((draw(days), draw(days)))
    note = draw(st.one_of(st.just(""), words))
    return {"from": first.isoformat(), "to": last.isoformat(), "times": draw(times), "note": note}


@st.composite
def hours(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["weekly", "appointment", "always", ""]))
    weekly = draw(st.dictionaries(st.sampled_from("1234567"), times.filter(bool), max_size=7))
    made = {
        "kind": kind,
        "weekly": dict(sorted(weekly.items())) if kind in ("weekly", "appointment") else {},
        "exceptions": draw(st.lists(exceptions(), max_size=3)),
        "notes": draw(texts) if kind else {},
    }
    return made if kind or made["exceptions"] else {}


@given(hours())
def test_opening_hours_go_out_and_come_back_as_they_were(ours: dict[str, Any]) -> None:
    assert hours_v11.read(hours_v11.write(ours)) == (ours, False)


@given(hours())
def test_opening_hours_of_the_catalogue_come_in_and_go_out_as_they_were(ours: dict[str, Any]) -> None:
    theirs = hours_v11.write(ours)
    assert hours_v11.write(hours_v11.read(theirs)[0]) == theirs


services = st.fixed_dictionaries(
    {
        **dict.fromkeys(structures.BY_LANGUAGE[structures.SERVICE], texts),
        "price": st.sampled_from(["free", "paid", "varies"]),
        "languages": st.lists(st.sampled_from(["fi", "sv", "ar", "so"]), unique=True),
        "nationwide": st.booleans(),
        "municipalities": st.lists(st.sampled_from(["049", "091", "092"]), unique=True).map(sorted),
    }
)


@given(services)
def test_a_service_of_ours_goes_out_and_comes_back_as_it_was(ours: dict[str, Any]) -> None:
    raw = V11.write(structures.SERVICE, ours, {})
    raw |= {
        "id": "5e51ce00-0000-4000-8000-000000000009",
        "organizations": [{"roleType": "Responsible", "organization": {"id": RESPONSIBLE}}],
    }
    assert V11.read(raw).fields == ours


@given(services, st.sampled_from(sample("v11_services.json")))
def test_a_service_put_into_the_catalogues_item_is_read_from_it(
    ours: dict[str, Any], raw: dict[str, Any]
) -> None:
    assert V11.read(V11.write(structures.SERVICE, ours, raw)).fields == ours


@given(hours())
def test_a_place_put_into_the_catalogues_item_is_read_from_it(ours: dict[str, Any]) -> None:
    fields = {
        "names": {"fi": "Paikka"},
        "street": "Uusi katu 12 A",
        "postal_code": "00100",
        "city": "HELSINKI",
        "municipality": "091",
        "telephone": "+358 100000005",
        "email": "",
        "web": "https://example.fi/",
        "languages": ["sv"],
        "hours": ours,
    }
    assert V11.read(V11.write(structures.VENUE, fields, place())).fields == fields


def test_a_weekend_without_a_break_is_open_through_its_nights() -> None:
    opening = [{"dayFrom": "Friday", "dayTo": "Monday", "from": "18:00:00", "to": "08:00:00"}]
    found, _left = hours_v11.read(
        [{"serviceHourType": "OverMidnight", "validForNow": True, "openingHour": opening}]
    )
    assert found["weekly"] == {
        "1": [["00:00", "08:00"]],
        "5": [["18:00", "00:00"]],
        "6": [["00:00", "00:00"]],
        "7": [["00:00", "00:00"]],
    }


def test_hours_of_a_season_are_told_and_not_shown_all_year() -> None:
    raw = place()
    raw["serviceHours"][0] |= {
        "validForNow": False,
        "validFrom": "2026-06-01T00:00:00Z",
        "validTo": "2026-08-31T00:00:00Z",
    }
    found = V11.read(raw)
    assert found.unmapped == ("hours-season",)
    assert "1" not in found.fields["hours"]["weekly"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": "not an id"}, "id"),
        ({"serviceChannelType": "Pigeon"}, "serviceChannelType"),
        ({"modified": "yesterday"}, "modified"),
        ({"serviceHours": [{"serviceHourType": "Lunar"}]}, "serviceHourType"),
        ({"organizationId": None}, "organizations"),
        ({"organizationId": "ours"}, "organizationId"),
    ],
)
def test_an_item_of_another_form_is_named_with_its_field(change: dict[str, Any], where: str) -> None:
    with pytest.raises(NotReadable) as wrong:
        V11.read(place() | change)
    assert wrong.value.where == where


def test_the_coming_structure_refuses_and_says_what_is_known_of_it() -> None:
    with pytest.raises(NotDescribed) as refusal:
        structures.structure("v12").read({})
    assert refusal.value.differences == v12.DIFFERENCES
    assert structures.versions() == ["v11", "v12"]


def test_a_persons_mailbox_never_goes_out() -> None:
    ours = V11.read(place()).fields | {"email": "maija.malli@example.fi"}
    made, warned = outgoing.body(
        V11, structures.VENUE, ours, {}, source_id="kotopolku-venue-1", organisation="x", persons=set()
    )
    assert "maija.malli" not in json.dumps(made)
    assert "email-personal" in [one.code for one in warned]
    assert made["deleteAllEmails"] is True
    role, warned = outgoing.body(
        V11,
        structures.VENUE,
        ours | {"email": "neuvonta@example.fi"},
        {},
        source_id="m",
        organisation="x",
        persons=set(),
    )
    assert role["emails"] == [{"language": "fi", "value": "neuvonta@example.fi"}]
    assert "email-personal" not in [one.code for one in warned]


def test_our_number_takes_the_place_of_theirs_in_every_language_and_of_no_other() -> None:
    def row(language: str, number: str) -> dict[str, Any]:
        return {"type": "Phone", "language": language, "number": number, "serviceChargeType": "Charged"}

    raw = place() | {"phoneNumbers": [row("sv", "010 1"), row("fi", "010 1"), row("fi", "010 9")]}
    made = V11.write(structures.VENUE, {"telephone": "+358 1002"}, raw)["phoneNumbers"]
    assert [(one["language"], one.get("prefixNumber"), one["number"]) for one in made] == [
        ("sv", "+358", "1002"),
        ("fi", "+358", "1002"),
        ("fi", None, "010 9"),
    ]
    assert {one["serviceChargeType"] for one in made} == {"Charged"}
    none = V11.write(structures.VENUE, {"telephone": ""}, raw)["phoneNumbers"]
    assert [one["number"] for one in none] == ["010 9"]


def test_what_goes_out_is_a_draft_with_our_mark_and_codes_for_areas_and_classes() -> None:
    raw = sample("v11_services.json")[0]
    ours = V11.read(raw).fields
    known = {"item": raw, "fields": ours}
    made, warned = outgoing.body(
        V11, structures.SERVICE, ours, known, source_id="kotopolku-service-7", organisation="x", persons=set()
    )
    assert made["sourceId"] == "kotopolku-service-7"
    assert made["publishingStatus"] == "Draft"
    assert made["areas"] == [{"type": "Municipality", "areaCodes": ["092"]}]
    assert made["serviceClasses"] == ["http://urn.fi/URN:NBN:fi:au:ptvl:p27"]
    assert made["mainResponsibleOrganization"] == "x"
    assert "id" not in made
    assert warned == []
