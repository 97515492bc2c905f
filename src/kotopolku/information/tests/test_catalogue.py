"""The service catalogue brought in: drafts, suggestions, half-arrived answers, and what a person decides."""

import json
from pathlib import Path
from typing import Any

import pytest

from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import catalogue, catalogue_out
from kotopolku.information.catalogue.v11 import V11
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueSuggestion,
    EntryState,
    RunState,
    Service,
    ServicePoint,
    SuggestionState,
    Venue,
)
from kotopolku.information.queries.catalogue import mark_of, ours_of, totals, value_of
from kotopolku.information.tests.catalogue_world import (
    ADVICE,
    CAFE,
    GUID,
    PLACE,
    brought,
    city,
    items,
    operator,
)
from kotopolku.information.tests.pages_world import editor, writer
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db


def advice() -> Service:
    return Service.objects.get(ptv_id=ADVICE)


def named(fi: str) -> dict[str, Any]:
    names = [{"language": "fi", "value": fi, "type": "Name"}]
    return {"serviceNames": names}


def open_suggestions() -> list[CatalogueSuggestion]:
    return list(CatalogueSuggestion.objects.filter(state=SuggestionState.OPEN).order_by("id"))


def seen(*suggestions: CatalogueSuggestion) -> dict[int, str]:
    """Suggestions with the marks of ours, as a page shows them now."""
    operator()
    return {
        one.pk: mark_of(value_of(ours_of(one.item), one.field, one.language))
        for one in CatalogueSuggestion.objects.filter(pk__in=[one.pk for one in suggestions])
    }


def settled(*suggestions: CatalogueSuggestion, take: bool, actor: Viewer | None = None) -> int:
    shown = seen(*suggestions)
    with make.working(actor or editor()) as at_work:
        number = catalogue.settle(suggestions[0].item_id, shown, take=take, actor=at_work)
    operator()
    return number


def test_new_items_become_drafts_that_no_reader_sees(tmp_path: Path) -> None:
    run = brought(tmp_path, items())
    assert run.state == RunState.DONE
    assert totals(run)["new"] == 3
    service = advice()
    assert service.state == EntryState.DRAFT
    assert service.places == []
    assert service.organisation == city()
    assert service.names["sv"] == "Rådgivning för invandrare"
    assert service.languages == ["fi", "sv", "en", "ar", "so"]
    assert {one["kind"] for one in service.channels} == {"web", "phone", "form"}
    point = ServicePoint.objects.get(service=service)
    assert point.venue == Venue.objects.get(ptv_id=PLACE)
    assert point.hours["weekly"] == {"2": [["10:00", "14:00"]]}


def test_the_same_file_twice_stores_nothing_twice(tmp_path: Path) -> None:
    brought(tmp_path, items())
    again = brought(tmp_path, items(), "again.json")
    assert totals(again)["same"] == 3
    assert Service.objects.filter(organisation=city()).count() == 2
    assert open_suggestions() == []


def test_a_change_there_is_a_suggestion_and_never_overwrites(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Neuvonta kaikille")), "next.json")
    (suggestion,) = open_suggestions()
    assert (suggestion.field, suggestion.language) == ("names", "fi")
    assert suggestion.ours == "Neuvonta maahan muuttaneille"
    assert suggestion.theirs == "Neuvonta kaikille"
    assert advice().names["fi"] == "Neuvonta maahan muuttaneille"


def test_what_is_taken_stands_in_ours_and_marks_our_other_languages(tmp_path: Path) -> None:
    brought(tmp_path, items())
    service = advice()
    service.names["ar"] = "مشورة"
    service.save()
    brought(tmp_path, items(advice=named("Neuvonta kaikille")), "next.json")
    settled(open_suggestions()[0], take=True)
    service = advice()
    assert service.names == {
        "fi": "Neuvonta kaikille",
        "sv": "Rådgivning för invandrare",
        "en": "Advice for immigrants",
        "ar": "مشورة",
    }
    item = CatalogueItem.objects.get(guid=ADVICE)
    assert item.stale_languages == ["ar"]
    with make.working(editor()) as at_work:
        catalogue.languages_looked_at(item.pk, actor=at_work)
    operator()
    assert CatalogueItem.objects.get(guid=ADVICE).stale_languages == []


def test_what_was_kept_comes_again_only_when_theirs_has_changed_again(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Neuvonta kaikille")), "2.json")
    settled(open_suggestions()[0], take=False)
    brought(tmp_path, items(advice=named("Neuvonta kaikille")), "3.json")
    assert open_suggestions() == []
    brought(tmp_path, items(advice=named("Neuvonta nyt")), "4.json")
    assert [one.theirs for one in open_suggestions()] == ["Neuvonta nyt"]


def test_our_own_change_alone_suggests_nothing(tmp_path: Path) -> None:
    brought(tmp_path, items())
    service = advice()
    service.names["fi"] = "Oma nimi"
    service.save()
    brought(tmp_path, items(), "next.json")
    assert open_suggestions() == []
    assert advice().names["fi"] == "Oma nimi"


def test_a_newer_suggestion_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Toinen")), "2.json")
    brought(tmp_path, items(advice=named("Kolmas")), "3.json")
    assert [one.theirs for one in open_suggestions()] == ["Kolmas"]
    brought(tmp_path, items(), "4.json")
    assert open_suggestions() == []


def test_everything_of_an_item_is_taken_at_once(tmp_path: Path) -> None:
    brought(tmp_path, items())
    changed = named("Uusi") | {"serviceChargeType": "Charged", "languages": ["fi", "uk"]}
    brought(tmp_path, items(advice=changed), "next.json")
    found = open_suggestions()
    assert settled(*found, take=True) == 3
    assert settled(*found, take=True) == 0
    service = advice()
    assert (service.names["fi"], service.price, service.languages) == ("Uusi", "paid", ["fi", "uk"])


def test_opening_hours_and_the_street_of_a_place_are_taken(tmp_path: Path) -> None:
    brought(tmp_path, items())
    entry = {"serviceHourType": "DaysOfTheWeek", "validForNow": True, "isAlwaysOpen": True, "openingHour": []}
    brought(tmp_path, items(place={"serviceHours": [entry]}), "next.json")
    (suggestion,) = open_suggestions()
    assert suggestion.field == "hours"
    settled(suggestion, take=True)
    assert Venue.objects.get(ptv_id=PLACE).hours["kind"] == "always"


def test_what_is_archived_there_is_suggested_to_be_withdrawn(tmp_path: Path) -> None:
    brought(tmp_path, items())
    service = advice()
    service.state = EntryState.PUBLISHED
    service.places = ["092"]
    service.save()
    brought(tmp_path, items(advice={"publishingStatus": "Deleted"}), "next.json")
    (suggestion,) = open_suggestions()
    assert suggestion.field == catalogue.WITHDRAW
    assert advice().state == EntryState.PUBLISHED
    settled(suggestion, take=True)
    service = advice()
    assert (service.state, service.places) == (EntryState.WITHDRAWN, [])


def test_a_service_linked_by_hand_gets_suggestions_instead_of_a_second_draft(tmp_path: Path) -> None:
    operator()
    ours = Service.objects.create(
        organisation=city(),
        names={"fi": "Kahvila"},
        ptv_id=CAFE,
        made_on="2026-11-23",
        changed_at="2026-11-23T10:00:00Z",
    )
    brought(tmp_path, items())
    assert Service.objects.filter(ptv_id=CAFE).count() == 1
    assert ("names", "fi") in [
        (one.field, one.language) for one in open_suggestions() if one.item.service == ours
    ]


def test_scripts_and_unknown_codes_of_the_catalogue_do_not_reach_ours(tmp_path: Path) -> None:
    bad = {
        "serviceNames": [{"language": "fi", "value": "Nimi<script>alert(1)</script>", "type": "Name"}],
        "languages": ["fi", "qqq"],
        "areas": [{"type": "Municipality", "municipalities": [{"code": "999"}, {"code": "092"}]}],
    }
    place = {"webPages": [{"language": "fi", "url": "javascript:alert(1)"}]}
    brought(tmp_path, items(advice=bad, place=place))
    service = advice()
    assert "<script" not in service.names["fi"]
    assert service.languages == ["fi"]
    assert service.municipalities == ["092"]
    assert Venue.objects.get(ptv_id=PLACE).web == ""


def test_ours_that_has_changed_since_it_was_seen_is_not_overwritten(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Neuvonta kaikille")), "next.json")
    (suggestion,) = open_suggestions()
    shown = seen(suggestion)
    service = advice()
    service.names["fi"] = "Oma uusi nimi"
    service.save()
    with make.working(editor()) as at_work:
        assert catalogue.settle(suggestion.item_id, shown, take=True, actor=at_work) == 0
    operator()
    assert advice().names["fi"] == "Oma uusi nimi"
    assert open_suggestions() == [suggestion]


def test_what_was_not_seen_is_not_taken_with_the_rest(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Uusi")), "2.json")
    shown = seen(*open_suggestions())
    brought(tmp_path, items(advice=named("Uusi") | {"languages": ["fi"]}), "3.json")
    with make.working(editor()) as at_work:
        assert catalogue.settle(open_suggestions()[0].item_id, shown, take=True, actor=at_work) == 1
    operator()
    assert [one.field for one in open_suggestions()] == ["languages"]


def test_taking_waits_for_approval_where_a_change_by_hand_would(tmp_path: Path) -> None:
    brought(tmp_path, items())
    Service.objects.filter(ptv_id=ADVICE).update(
        state=EntryState.PUBLISHED, municipalities=["091", "092"], places=["092", "091"]
    )
    brought(tmp_path, items(advice=named("Uusi")), "next.json")
    settled(open_suggestions()[0], take=True)
    service = advice()
    assert service.names["fi"] == "Neuvonta maahan muuttaneille"
    assert service.proposed is not None
    assert service.proposed["names"]["fi"] == "Uusi"
    assert (service.places, service.awaits) == (["092", "091"], ["091"])


def test_what_the_catalogue_says_no_more_is_a_suggestion_too(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(place={"phoneNumbers": [{"language": "fi", "number": "09 000"}]}), "2.json")
    brought(tmp_path, items(place={"phoneNumbers": [], "serviceHours": []}), "3.json")
    found = {one.field: one.theirs for one in open_suggestions()}
    assert found == {"telephone": "", "hours": {}}
    settled(*open_suggestions(), take=True)
    venue = Venue.objects.get(ptv_id=PLACE)
    assert (venue.telephone, venue.hours) == ("", {})


def test_hours_of_a_season_alone_do_not_suggest_to_have_none(tmp_path: Path) -> None:
    brought(tmp_path, items())
    summer = {"serviceHourType": "DaysOfTheWeek", "validFrom": "2027-06-01T00:00:00Z", "openingHour": []}
    brought(tmp_path, items(place={"serviceHours": [summer | {"validTo": "2027-08-01T00:00:00Z"}]}), "2.json")
    assert open_suggestions() == []


def test_the_order_of_languages_and_municipalities_is_no_difference(tmp_path: Path) -> None:
    brought(tmp_path, items())
    service = advice()
    service.languages = service.languages[::-1]
    service.save()
    CatalogueItem.objects.filter(guid=ADVICE).update(raw={})
    brought(tmp_path, items(), "next.json")
    assert open_suggestions() == []


def test_a_point_that_the_catalogue_has_no_more_goes_and_our_own_stays(tmp_path: Path) -> None:
    brought(tmp_path, items())
    own = Venue.objects.create(organisation=city(), names={"fi": "Oma"}, municipality="092")
    ServicePoint.objects.create(service=advice(), venue=own)
    brought(tmp_path, items(advice={"serviceChannels": []}), "next.json")
    assert {one.field for one in open_suggestions()} == {"points", "channels"}
    settled(*open_suggestions(), take=True)
    assert [point.venue for point in ServicePoint.objects.filter(service=advice())] == [own]
    assert advice().channels == []


def test_a_place_that_is_archived_there_is_suggested_to_be_taken_away(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(place={"publishingStatus": "Deleted"}), "next.json")
    (suggestion,) = open_suggestions()
    with pytest.raises(Refusals):
        settled(suggestion, take=True)
    operator()
    ServicePoint.objects.all().delete()
    settled(suggestion, take=True)
    assert Venue.objects.get(ptv_id=PLACE).removed_on is not None


# --- Rights and the way out -------------------------------------------------------------------------------------------


def test_another_organisations_suggestions_do_not_exist(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Uusi")), "next.json")
    suggestion = open_suggestions()[0]
    shown = seen(suggestion)
    with make.working(editor("kunta-091")) as stranger, pytest.raises(NotVisible):
        catalogue.settle(suggestion.item_id, shown, take=True, actor=stranger)
    with make.working(writer()) as unpublishing, pytest.raises(MissingCapability):
        catalogue.settle(suggestion.item_id, shown, take=True, actor=unpublishing)


def test_each_act_leaves_an_entry_in_the_journal_and_taking_one_of_the_change(tmp_path: Path) -> None:
    before = Entry.objects.count()
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Uusi")), "next.json")
    settled(open_suggestions()[0], take=True)
    assert Entry.objects.filter(action__startswith="information.catalogue").count() == 3
    assert Entry.objects.filter(action="information.service.changed").count() == 1
    assert Entry.objects.count() == before + 4


def test_published_services_are_written_out_with_marks_that_are_never_used_again(tmp_path: Path) -> None:
    brought(tmp_path, items())
    Service.objects.filter(ptv_id=ADVICE).update(state=EntryState.PUBLISHED)
    pk = advice().pk
    written = catalogue_out.write_out(city(), V11(), actor=operator())
    assert [(one.kind, one.method) for one in written] == [("venue", "PUT"), ("service", "PUT")]
    assert written[1].source_id == f"kotopolku-service-{pk}"
    assert written[1].guid == ADVICE
    assert written[1].body["mainResponsibleOrganization"] == GUID
    again = catalogue_out.write_out(city(), V11(), actor=operator())
    assert again[1].source_id == written[1].source_id
    CatalogueItem.objects.filter(guid=ADVICE).update(archived=True)
    anew = catalogue_out.write_out(city(), V11(), actor=operator())
    assert anew[1].source_id == f"kotopolku-service-{pk}-2"
    assert (anew[1].method, anew[1].guid) == ("POST", "")


def test_drafts_and_named_contacts_do_not_go_out(tmp_path: Path) -> None:
    brought(tmp_path, items(place={"emails": [{"language": "fi", "value": "maija.malli@example.fi"}]}))
    Service.objects.filter(ptv_id=ADVICE).update(state=EntryState.PUBLISHED)
    Venue.objects.filter(ptv_id=PLACE).update(email="eero.nayte@example.fi")
    written = catalogue_out.write_out(city(), V11(), actor=operator())
    assert len(written) == 2
    assert "eero.nayte" not in json.dumps([one.body for one in written])


def test_without_a_link_nothing_is_written_out() -> None:
    operator()
    with pytest.raises(catalogue_out.NotLinked):
        catalogue_out.write_out(city(), V11(), actor=operator())
