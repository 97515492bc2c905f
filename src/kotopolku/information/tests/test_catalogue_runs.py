"""Runs of the service catalogue: half-arrived files and answers, going on, what is asked for since a day."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from kotopolku.information.actions import catalogue
from kotopolku.information.catalogue import fetching
from kotopolku.information.catalogue.fetching import FileSource, read_items
from kotopolku.information.catalogue.v11 import V11
from kotopolku.information.models import (
    CatalogueOrganisation,
    CatalogueRun,
    CatalogueSuggestion,
    RunState,
    Service,
    SuggestionState,
)
from kotopolku.information.queries.catalogue import totals
from kotopolku.information.tests.catalogue_world import (
    ADVICE,
    PLACE,
    brought,
    city,
    items,
    linked,
    operator,
    sample,
    serving,
)

pytestmark = pytest.mark.django_db
SINCE = date(2026, 11, 20)


def advice() -> Service:
    return Service.objects.get(ptv_id=ADVICE)


def open_fields() -> set[str]:
    found = CatalogueSuggestion.objects.filter(state=SuggestionState.OPEN)
    return set(found.values_list("field", flat=True))


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
        there.archived = sample("v11_archived.json")
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert totals(run)["archived"] == 1
    assert open_fields() == {"withdraw"}


def test_a_run_is_stopped_between_parts_and_goes_on() -> None:
    operator()
    linked()

    def press_ctrl_c(_counts: object) -> None:
        raise KeyboardInterrupt

    with serving(items()) as there:
        stopped = catalogue.import_catalogue(there.source(), V11(), actor=operator(), said=press_ctrl_c)
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
    assert totals(run)["others"] == 3
    assert not Service.objects.filter(organisation=city()).exists()


def test_a_file_that_goes_on_has_the_further_ways_of_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PART", 1)
    file = tmp_path / "ptv.json"
    file.write_text(json.dumps(items()), "utf-8")

    def press_ctrl_c(_counts: object) -> None:
        raise KeyboardInterrupt

    for said in (press_ctrl_c, lambda _counts: None):
        run = catalogue.import_catalogue(
            FileSource(file), V11(), actor=operator(), organisation=city(), said=said
        )
    assert run.state == RunState.DONE
    assert {one["kind"] for one in advice().channels} == {"web", "phone", "form"}


def test_services_without_their_ways_say_nothing_about_them(tmp_path: Path) -> None:
    brought(tmp_path, items())
    brought(tmp_path, [item for item in items() if "serviceNames" in item], "services.json")
    assert open_fields() == set()


def test_a_file_of_several_organisations_links_none_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PART", 1)
    run = brought(tmp_path, items(place={"organizationId": "0" * 31 + "1"}))
    assert (run.state, run.problem) == (RunState.BROKEN, "many-organisations")
    assert not CatalogueOrganisation.objects.exists()
    assert not Service.objects.filter(ptv_id=ADVICE).exists()


def test_a_run_that_broke_off_long_ago_does_not_go_on(tmp_path: Path) -> None:
    operator()
    linked()
    with serving(items()) as there:
        there.script = ["", "", "403"]
        old = catalogue.import_catalogue(there.source(), V11(), actor=operator())
        CatalogueRun.objects.filter(pk=old.pk).update(started_at=old.started_at - timedelta(days=2))
        new = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert new.pk != old.pk
    assert totals(new) == {"new": 1, "same": 2}


def test_text_that_the_database_does_not_take_keeps_none_of_the_rest_out(tmp_path: Path) -> None:
    names = [{"language": "fi", "value": "Nolla \0 \ud800", "type": "Name"}]
    run = brought(tmp_path, items(advice={"serviceNames": names}))
    assert run.unreadable == [{"guid": ADVICE, "field": "U+0000"}]
    assert totals(run)["new"] == 2


def test_an_item_that_was_left_out_is_told_and_asked_for_again() -> None:
    operator()
    linked()
    with serving(items()) as there:
        there.withheld = [PLACE]
        run = catalogue.import_catalogue(there.source(), V11(), actor=operator())
        assert (run.state, run.problem) == (RunState.BROKEN, "items-missing")
        assert Service.objects.filter(organisation=city()).count() == 2
        there.withheld = []
        again = catalogue.import_catalogue(there.source(), V11(), actor=operator())
    assert (again.pk, again.state) == (run.pk, RunState.DONE)
    assert open_fields() == {"points"}


def test_since_a_day_only_changed_and_unknown_places_and_ways_are_asked_for() -> None:
    operator()
    linked()
    with serving(items(), page_size=10) as there:
        catalogue.import_catalogue(there.source(), V11(), actor=operator())
        there.asked, there.changed = [], [PLACE, "0" * 32]
        for item in there.content:
            if item["id"] == PLACE:
                item["languages"] = ["fi"]
        run = catalogue.import_catalogue(there.source(SINCE), V11(), actor=operator(), since=SINCE)
    assert totals(run) == {"changed": 1, "same": 2}
    assert open_fields() == {"languages"}
    assert [path for path in there.asked if "guids" in path] == [
        f"/api/v11/ServiceChannel/list?guids={PLACE}"
    ]
    dated = [path for path in there.asked if "date=" in path]
    assert all("date=2026-11-19T22%3A00%3A00" in path for path in dated)
    assert len(dated) == 4


def test_since_a_day_a_changed_connection_comes_though_it_leaves_no_date() -> None:
    operator()
    linked()
    with serving(items(), page_size=10) as there:
        catalogue.import_catalogue(there.source(), V11(), actor=operator())
        for item in there.content:
            if item["id"] == ADVICE:
                item["serviceChannels"][0]["description"][0]["value"] = "Kolmas kerros."
        catalogue.import_catalogue(there.source(SINCE), V11(), actor=operator(), since=SINCE)
    assert open_fields() == {"points"}
