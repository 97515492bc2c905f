"""The service catalogue brought in: drafts, suggestions, half-arrived answers, and what a person decides."""

import json
from pathlib import Path
from typing import Any

import pytest

from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import catalogue, catalogue_out
from kotopolku.information.catalogue.fetching import FileSource, read_items
from kotopolku.information.catalogue.v11 import V11
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueRun,
    CatalogueSuggestion,
    EntryState,
    RunState,
    Service,
    ServicePoint,
    SuggestionState,
    Venue,
)
from kotopolku.information.tests.catalogue_world import (
    ADVICE,
    CAFE,
    GUID,
    PLACE,
    brought,
    city,
    items,
    linked,
    operator,
    serving,
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


def settled(suggestion: CatalogueSuggestion, *, take: bool, actor: Viewer | None = None) -> None:
    with make.working(actor or editor()) as at_work:
        catalogue.settle(suggestion.pk, take=take, actor=at_work)
    operator()


def test_new_items_become_drafts_that_no_reader_sees(tmp_path: Path) -> None:
    run = brought(tmp_path, items())
    assert run.state == RunState.DONE
    assert run.counts["new"] == 3
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
    assert again.counts["same"] == 3
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
    item = CatalogueItem.objects.get(guid=ADVICE)
    with make.working(editor()) as at_work:
        assert catalogue.settle_item(item.pk, take=True, actor=at_work) == 3
        assert catalogue.settle_item(item.pk, take=True, actor=at_work) == 0
    operator()
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
        made_on=make.ON if hasattr(make, "ON") else "2026-11-23",
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


# --- Half arrived -----------------------------------------------------------------------------------------------------


def test_of_a_file_that_breaks_off_the_whole_items_are_stored_and_the_next_run_goes_on(
    tmp_path: Path,
) -> None:
    whole = json.dumps({"pageNumber": 1, "itemList": items()}, ensure_ascii=False)
    file = tmp_path / "cut.json"
    file.write_text(whole[: whole.rindex('"serviceNames"') + 40], "utf-8")
    run = catalogue.import_catalogue(FileSource(file), V11(), actor=operator(), organisation=city())
    assert (run.state, run.problem) == (RunState.BROKEN, "file-cut")
    assert Service.objects.filter(organisation=city()).count() == 1
    file.write_text(whole, "utf-8")
    again = catalogue.import_catalogue(FileSource(file), V11(), actor=operator(), organisation=city())
    assert again.state == RunState.DONE
    assert Service.objects.filter(organisation=city()).count() == 2


@pytest.mark.parametrize("at", range(0, 3_000, 61))
def test_wherever_a_file_is_cut_only_whole_items_are_read(at: int) -> None:
    content = json.dumps(
        {"pageNumber": 1, "itemList": [{"id": str(n), "ä": "ö" * 9} for n in range(60)]}
    ).encode()
    found, cut = read_items(content[:at])
    assert cut == (at < len(content))
    assert found == [{"id": str(n), "ä": "ö" * 9} for n in range(len(found))]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (["half"] * 3, "half-answer"),
        (["504"] * 3, "not-answering"),
        (["no-list"], "page-missing"),
        (["403"], "refused"),
    ],
)
def test_an_answer_gone_wrong_keeps_what_came_and_the_next_run_goes_on(
    wrong: list[str], problem: str
) -> None:
    operator()
    linked()
    with serving(items()) as there:
        there.script = ["", "", *wrong]
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
        assert (run.state, run.problem) == (RunState.BROKEN, problem)
        assert Service.objects.filter(organisation=city()).count() == 1
        again = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert again.pk == run.pk
    assert again.state == RunState.DONE
    assert Service.objects.filter(organisation=city()).count() == 2
    assert CatalogueRun.objects.count() == 1


def test_a_server_that_gives_up_on_many_ids_is_asked_for_fewer() -> None:
    operator()
    linked()
    with serving(items(), page_size=10) as there:
        there.most_ids = 1
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert run.state == RunState.DONE
    assert len(advice().channels) == 3


def test_one_bad_answer_is_asked_for_again() -> None:
    operator()
    linked()
    with serving(items()) as there:
        there.script = ["504", "half"]
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert run.state == RunState.DONE


def test_a_server_that_is_not_there_is_said_so() -> None:
    operator()
    linked()
    with serving(items()) as there:
        source = there.source()
    run = catalogue.import_catalogue(source, V11(), actor=operator())
    assert (run.state, run.problem) == (RunState.BROKEN, "not-answering")


def test_the_interface_tells_what_is_archived() -> None:
    operator()
    linked()
    with serving(items()) as there:
        catalogue.import_catalogue(there.source(), V11(), actor=operator())
        there.archived = [ADVICE]
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert run.counts["archived"] == 1
    assert [one.field for one in open_suggestions()] == [catalogue.WITHDRAW]


def test_a_run_is_stopped_between_parts_and_goes_on() -> None:
    operator()
    linked()
    asked = []

    def after_the_first() -> bool:
        asked.append(1)
        return len(asked) > 1

    with serving(items()) as there:
        stopped = catalogue.import_catalogue(
            there.source(), V11(), actor=operator(), progress=catalogue.Progress(stop=after_the_first)
        )
        assert stopped.state == RunState.STOPPED
        assert Service.objects.filter(organisation=city()).count() == 1
        catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert Service.objects.filter(organisation=city()).count() == 2


def test_an_item_of_another_form_keeps_none_of_the_rest_out(tmp_path: Path) -> None:
    run = brought(tmp_path, items(advice={"modified": "yesterday"}))
    assert run.state == RunState.DONE
    assert run.unreadable == [{"guid": ADVICE, "field": "modified"}]
    assert Service.objects.filter(organisation=city()).count() == 1


def test_items_of_an_organisation_that_is_not_linked_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "ptv.json"
    file.write_text(json.dumps(items()), "utf-8")
    run = catalogue.import_catalogue(FileSource(file), V11(), actor=operator())
    assert run.counts["others"] == 3
    assert not Service.objects.filter(organisation=city()).exists()


# --- Rights and the way out -------------------------------------------------------------------------------------------


def test_another_organisations_suggestions_do_not_exist(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Uusi")), "next.json")
    suggestion = open_suggestions()[0]
    with make.working(editor("kunta-091")) as stranger, pytest.raises(NotVisible):
        catalogue.settle(suggestion.pk, take=True, actor=stranger)
    with make.working(writer()) as unpublishing, pytest.raises(MissingCapability):
        catalogue.settle(suggestion.pk, take=True, actor=unpublishing)


def test_each_act_leaves_one_journal_entry(tmp_path: Path) -> None:
    before = Entry.objects.count()
    brought(tmp_path, items())
    brought(tmp_path, items(advice=named("Uusi")), "next.json")
    settled(open_suggestions()[0], take=True)
    assert Entry.objects.filter(action__startswith="information.catalogue").count() == 3
    assert Entry.objects.count() == before + 3


def test_published_services_are_written_out_with_marks_that_are_never_used_again(tmp_path: Path) -> None:
    brought(tmp_path, items())
    Service.objects.filter(ptv_id=ADVICE).update(state=EntryState.PUBLISHED)
    pk = advice().pk
    written = catalogue_out.write_out(city(), V11(), actor=operator())
    assert [(one.kind, one.method) for one in written] == [("venue", "PUT"), ("service", "PUT")]
    assert written[1].source_id == f"kotopolku-service-{pk}"
    assert written[1].body["mainResponsibleOrganization"] == GUID
    again = catalogue_out.write_out(city(), V11(), actor=operator())
    assert again[1].source_id == written[1].source_id
    CatalogueItem.objects.filter(guid=ADVICE).update(archived=True)
    anew = catalogue_out.write_out(city(), V11(), actor=operator())
    assert anew[1].source_id == f"kotopolku-service-{pk}-2"
    assert anew[1].method == "POST"


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
