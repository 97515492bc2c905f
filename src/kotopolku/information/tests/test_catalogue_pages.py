"""The pages and commands of the service catalogue: what an editor sees and presses, what an operator types."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from kotopolku.access.capabilities import Role
from kotopolku.actors.tests.people import browser_of, member
from kotopolku.information.commands_catalogue import export_ptv, import_ptv
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueOrganisation,
    CatalogueSuggestion,
    EntryState,
    Service,
    SuggestionState,
)
from kotopolku.information.queries.catalogue import name_of
from kotopolku.information.tests.catalogue_world import ADVICE, GUID, PLACE, brought, items, linked, operator
from kotopolku.information.tests.pages_world import ON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())
    monkeypatch.delenv("KOTOPOLKU_PTV", raising=False)
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def editor() -> Client:
    return browser_of(member("viestinta", "kunta-092", Role.EDITOR))


def changed(folder: Path) -> CatalogueItem:
    """An item with suggestions in two fields."""
    brought(folder, items())
    names = [{"language": "fi", "value": "Neuvonta kaikille", "type": "Name"}]
    brought(folder, items(advice={"serviceNames": names, "languages": ["fi"]}), "next.json")
    return CatalogueItem.objects.get(guid=ADVICE)


def open_ids() -> list[int]:
    operator()
    return list(
        CatalogueSuggestion.objects.filter(state=SuggestionState.OPEN)
        .order_by("id")
        .values_list("pk", flat=True)
    )


def shown(browser: Client, item: CatalogueItem) -> dict[int, str]:
    """What an item's page sends for each suggestion."""
    page = browser.get(f"/information/catalogue/{item.pk}/").content.decode()
    found = re.findall(r'name="shown" value="((\d+):\w+)"', page)
    return {int(number): value for value, number in found}


def test_ours_and_theirs_stand_side_by_side_and_each_is_decided(tmp_path: Path) -> None:
    item = changed(tmp_path)
    browser = editor()
    assert "Advice for immigrants" in browser.get("/information/catalogue/").content.decode()
    page = browser.get(f"/information/catalogue/{item.pk}/").content.decode()
    assert "Neuvonta maahan muuttaneille" in page
    assert "Neuvonta kaikille" in page
    assert "Swahili" not in page
    assert "Arabic" in page
    sent = shown(browser, item)
    first, second = open_ids()
    for number, act in ((first, "take"), (second, "keep")):
        address = f"/information/catalogue/suggestions/{number}/"
        assert browser.post(address, {"act": act, "shown": sent[number]}).status_code == 302
    assert open_ids() == []
    service = Service.objects.get(ptv_id=ADVICE)
    assert service.names["fi"] == "Neuvonta kaikille"
    assert "ar" in service.languages


def test_an_item_is_named_in_the_page_s_language(tmp_path: Path) -> None:
    item = changed(tmp_path)
    for language, name in (("sv", "Rådgivning för invandrare"), ("fi", "Neuvonta maahan muuttaneille")):
        with translation.override(language):
            assert name_of(item) == name


def test_all_of_an_item_is_taken_with_one_press(tmp_path: Path) -> None:
    item = changed(tmp_path)
    browser = editor()
    sent = {"act": "take", "shown": list(shown(browser, item).values())}
    assert browser.post(f"/information/catalogue/{item.pk}/settle/", sent).status_code == 302
    assert open_ids() == []


def test_an_answer_to_what_is_no_longer_so_says_that_nothing_was_taken(tmp_path: Path) -> None:
    item = changed(tmp_path)
    browser = editor()
    sent = shown(browser, item)
    number = open_ids()[0]
    Service.objects.filter(ptv_id=ADVICE).update(names={"fi": "Oma nimi"})
    address = f"/information/catalogue/suggestions/{number}/"
    page = browser.post(address, {"act": "take", "shown": sent[number]}, follow=True).content.decode()
    assert "This has changed meanwhile." in page
    assert "Theirs is taken." not in page
    assert "Oma nimi" in page
    operator()
    assert Service.objects.get(ptv_id=ADVICE).names == {"fi": "Oma nimi"}


def test_a_difference_in_one_point_alone_can_be_seen(tmp_path: Path) -> None:
    brought(tmp_path, items())
    changed_items = items()
    for one in changed_items:
        if one["id"] == ADVICE:
            one["serviceChannels"][0]["description"][0]["value"] = "Kolmas kerros."
            one["areas"][0]["municipalities"].append({"code": "091"})
    brought(tmp_path, changed_items, "next.json")
    page = (
        editor().get(f"/information/catalogue/{CatalogueItem.objects.get(guid=ADVICE).pk}/").content.decode()
    )
    for words in ("Neuvontapiste Näyte", "Toinen kerros", "Kolmas kerros", "Helsinki, Vantaa"):
        assert words in page


def test_the_latest_runs_are_ones_own(tmp_path: Path) -> None:
    brought(tmp_path, items())
    assert "Latest runs" in editor().get("/information/catalogue/").content.decode()
    stranger = browser_of(member("vieras", "kunta-091", Role.EDITOR))
    assert "Latest runs" not in stranger.get("/information/catalogue/").content.decode()


def test_the_organisation_links_itself_and_a_wrong_id_comes_back_with_what_was_typed() -> None:
    browser = editor()
    wrong = browser.post("/information/catalogue/link/", {"guid": "not-an-id"})
    assert wrong.status_code == 422
    assert "not-an-id" in wrong.content.decode()
    for _again in range(2):
        assert browser.post("/information/catalogue/link/", {"guid": GUID}).status_code == 302
    assert CatalogueOrganisation.objects.count() == 1
    other = browser_of(member("toinen", "kunta-091", Role.EDITOR))
    assert other.post("/information/catalogue/link/", {"guid": GUID}).status_code == 422


def test_those_who_do_not_publish_and_other_organisations_do_not_get_in(tmp_path: Path) -> None:
    item = changed(tmp_path)
    worker = browser_of(member("ohjaaja", "kunta-092", Role.CASEWORKER))
    assert worker.get("/information/catalogue/").status_code == 403
    stranger = browser_of(member("vieras", "kunta-091", Role.EDITOR))
    assert stranger.get(f"/information/catalogue/{item.pk}/").status_code == 404
    assert stranger.post(f"/information/catalogue/{item.pk}/settle/", {"act": "take"}).status_code == 404


def test_the_command_brings_a_file_in_twice_and_stores_it_once(tmp_path: Path) -> None:
    file = tmp_path / "ptv.json"
    file.write_text(json.dumps(items()), "utf-8")
    first = CliRunner().invoke(import_ptv, [str(file), "--organisation", "kunta-092"])
    assert first.exit_code == 0, first.output
    assert "3  new, as drafts" in first.output
    second = CliRunner().invoke(import_ptv, [str(file)])
    assert "3  unchanged" in second.output
    operator()
    assert Service.objects.filter(ptv_id=ADVICE).count() == 1


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    cut = tmp_path / "cut.json"
    cut.write_text(json.dumps(items())[:-200], "utf-8")
    broken = CliRunner().invoke(import_ptv, [str(cut), "--organisation", "kunta-092"])
    assert broken.exit_code == 2
    assert "cut.json" in broken.output
    assert CliRunner().invoke(import_ptv, []).exit_code == 2
    assert CliRunner().invoke(import_ptv, [str(tmp_path / "none.json")]).exit_code == 2
    off = CliRunner().invoke(import_ptv, ["--since", "2026-11-01"])
    assert off.exit_code == 2
    assert "KOTOPOLKU_PTV" in off.output
    coming = CliRunner().invoke(import_ptv, [str(cut), "--structure", "v12"])
    assert coming.exit_code == 2
    assert "has not been made yet" in coming.output
    elsewhere = CliRunner().invoke(import_ptv, ["--all", "--organisation", "kunta-092"])
    assert elsewhere.exit_code == 2
    assert "--organisation belongs to a FILE" in elsewhere.output


def test_the_command_writes_a_file_and_sends_nothing(tmp_path: Path) -> None:
    brought(tmp_path, items())
    linked()
    Service.objects.filter(ptv_id=ADVICE).update(state=EntryState.PUBLISHED)
    target = tmp_path / "out.json"
    done = CliRunner().invoke(export_ptv, ["--organisation", "kunta-092", "--to", str(target)])
    assert done.exit_code == 0, done.output
    written = json.loads(target.read_text("utf-8"))
    assert [one["kind"] for one in written] == ["venue", "service"]
    assert [one["id"] for one in written] == [PLACE, ADVICE]
    assert all(one["sourceId"].startswith("kotopolku-") for one in written)
    assert CliRunner().invoke(export_ptv, ["--organisation", "kunta-205"]).exit_code == 2
