"""Translating side by side, exact staleness, machine suggestions, and the table of a site's translations."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import access, parts, suggesting
from kotopolku.information.actions import texts
from kotopolku.information.models import PageText
from kotopolku.information.parts import Content
from kotopolku.information.queries import editing
from kotopolku.information.queries import translating as queries
from kotopolku.information.tests import translating_world as world

pytestmark = pytest.mark.django_db
NAMES = ("w-_-title", "w-_-summary", "w-t1-heading", "w-t1-text", "w-s1-heading", "w-s1-items-0-title",
         "w-s1-items-0-text", "w-s1-items-1-title", "w-f1-label", "w-f1-address")  # fmt: skip


@pytest.fixture
def editor() -> Viewer:
    world.empty()
    return world.editor()


def is_stale(page: int, language: str = "sv") -> bool:
    return editing.is_stale(world.text(page, language), world.text(page, "fi"))


# --- Parts (no database) -----------------------------------------------------------------------------------------------


def steps(*titles: str) -> Content:
    return Content(
        "T", "", [{"id": "s1", "kind": "steps", "items": [{"title": one, "text": ""} for one in titles]}]
    )


def test_each_translated_step_follows_its_own_source_step() -> None:
    own = steps("ett", "två")
    now = parts.carried(steps("uusi", "yksi", "kaksi"), steps("yksi", "kaksi"), own)
    assert now == {("_", "title"): "T", ("s1", "items.1.title"): "ett", ("s1", "items.2.title"): "två"}
    reworded = parts.carried(steps("yksi!", "kaksi"), steps("yksi", "kaksi"), own)
    assert reworded["s1", "items.0.title"] == "ett"


def test_a_block_without_words_is_left_out_and_a_live_card_stays() -> None:
    source = Content(
        "T", "", [{"id": "a", "kind": "text", "text": "x"}, {"id": "c", "kind": "contact", "target": 7}]
    )
    made = parts.put_together(source, {("_", "title"): "R"})
    assert made == Content("R", "", [{"id": "c", "kind": "contact", "target": 7}])


def test_an_address_is_replaced_only_where_it_is_one() -> None:
    old, new = "https://a.fi/x", "https://b.fi/y"
    text = f"[a]({old}) [b]({old}/more) <{old}> {old} [c]({old} 'sana')"
    made = parts.replaced(Content("", "", [{"id": "a", "kind": "text", "text": text}]), old, new)
    assert made.blocks[0]["text"] == f"[a]({new}) [b]({old}/more) <{new}> {old} [c]({new} 'sana')"


# --- Exact staleness ---------------------------------------------------------------------------------------------------


def test_a_minor_edit_leaves_valid_a_major_one_makes_stale_translating_again_makes_valid(
    editor: Viewer,
) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    assert not is_stale(page)
    world.rewrite(editor, page, minor=True, step="Varaa aika.")
    assert not is_stale(page)
    world.rewrite(editor, page, step="Varaa aika verkossa.")
    assert is_stale(page)
    world.translate(editor, page, made_from=3, title="Integrationsplan 2")
    assert not is_stale(page)


def test_a_draft_of_the_source_makes_nothing_stale_before_it_is_published(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    world.rewrite(editor, page, published=False, step="Soita.")
    assert not is_stale(page)
    with make.working(editor) as at_work:
        texts.publish(page, "fi", actor=at_work)
    assert is_stale(page)


def test_the_order_of_publishing_does_not_matter(editor: Viewer) -> None:
    first, second = world.page(editor, key="a"), world.page(editor, key="b")
    for page in (first, second):
        world.rewrite(editor, page, published=False, step="Varaa aika verkossa.")
    world.translate(editor, first, made_from=2)
    with make.working(editor) as at_work:
        texts.publish(first, "sv", actor=at_work)
        texts.publish(first, "fi", actor=at_work)
        texts.publish(second, "fi", actor=at_work)
    world.translate(editor, second, made_from=2)
    with make.working(editor) as at_work:
        texts.publish(second, "sv", actor=at_work)
    assert not is_stale(first)
    assert not is_stale(second)


def test_a_major_edit_hidden_under_a_later_minor_one_still_counts(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    world.rewrite(editor, page, published=False, step="Varaa aika verkossa.")
    world.rewrite(editor, page, minor=True, step="Varaa aika verkossa tänään.")
    assert is_stale(page)


# --- The table ---------------------------------------------------------------------------------------------------------


def cells(viewer: Viewer, **wanted: str) -> dict[str, list[str]]:
    with make.working(viewer) as at_work:
        made = queries.table(access.own_space(at_work, world.SPACE), language="sv", **wanted)
    return {line.page.key: [cell.state for cell in line.cells] for line in made.lines}


def test_the_table_says_what_each_translation_needs(editor: Viewer) -> None:
    pages = {
        key: world.page(editor, key=key) for key in ("none", "stale", "machine", "review", "draft", "fine")
    }
    for key, page in pages.items():
        if key != "none":
            world.translate(editor, page, made_from=1, machine=key == "machine")
    world.rewrite(editor, pages["stale"], step="Varaa aika verkossa.")
    with make.working(editor) as at_work:
        texts.ask_review(pages["review"], "sv", actor=at_work, reviewer=None)
        texts.publish(pages["fine"], "sv", actor=at_work)
    assert cells(editor) == {
        "none": ["missing"], "stale": ["stale"], "machine": ["machine"], "review": ["review"],
        "draft": ["draft"], "fine": ["fine"],
    }  # fmt: skip
    assert list(cells(editor, state="stale")) == ["stale"]


def test_the_statements_of_the_table_and_the_pair_do_not_grow(editor: Viewer) -> None:
    def count() -> tuple[int, int]:
        with make.working(editor) as at_work:
            space = access.own_space(at_work, world.SPACE)
            with CaptureQueriesContext(connection) as table:
                queries.table(space)
            with CaptureQueriesContext(connection) as pair:
                queries.side_by_side(at_work, page, "sv")
        return len(table), len(pair)

    page = world.page(editor, key="p0")
    world.translate(editor, page, made_from=1)
    few = count()
    for number in range(1, 15):
        world.page(editor, key=f"p{number}")
    many = [{"id": f"b{number}", "kind": "text", "text": "Sana."} for number in range(50)]
    world.rewrite(editor, page, blocks=many)
    assert count() == few
    assert few[0] <= 6


# --- Pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def by(settings: Any) -> Worker:
    settings.SECOND_FACTOR_REQUIRED = False
    return Worker("kunta-092", world.ON, Role.EDITOR)


def typed(by: Worker, address: str, **changes: str) -> dict[str, str]:
    hidden = by.hidden(address)
    return {
        "version": hidden["version"],
        "made_from": hidden["made_from"],
        **{name: f"sv {name}" for name in NAMES},
        "w-t1-text": "Gör en [plan](https://tyo.example.fi/).",
        "w-f1-address": "https://lomake.example.fi/sv",
        "do": "save",
    } | changes


def test_a_page_is_translated_beside_its_source(by: Worker) -> None:
    from kotopolku.information.actions.terms import load_terms

    load_terms()
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    shown = words(by.get(address))
    assert "Tee kotoutumissuunnitelma [täällä](https://tyo.example.fi/)." in shown
    assert "kotoutumissuunnitelma → integrationsplan" in shown, "the term stands beside"
    bad = by.send(address, typed(by, address, **{"w-_-title": "", "w-t1-text": "[plan](javascript:x)"}))
    assert bad.status_code == 422
    assert "sv w-s1-heading" in bad.content.decode(), "nothing typed is lost"
    assert 'aria-invalid="true"' in bad.content.decode()
    sent = typed(by, address)
    assert by.send(address, sent).status_code == 302
    saved = world.text(page, "sv")
    assert saved.latest is not None
    assert saved.latest.made_from is not None
    assert saved.latest.made_from.number == 1
    assert [one["id"] for one in saved.latest.blocks] == ["t1", "s1", "f1"]
    assert saved.latest.blocks[2]["address"] == "https://lomake.example.fi/sv"
    assert by.send(address, sent | {"w-_-title": "Annan"}).status_code == 409
    assert Worker("kunta-205", world.ON, Role.EDITOR).get(address).status_code == 404
    assert Worker("kunta-092", world.ON, Role.READER).get(address).status_code == 403
    assert by.get(f"/information/pages/{page}/fi/translate/").status_code == 302
    assert by.get(f"/information/pages/{page}/xx/translate/").status_code == 404


def test_what_changed_in_the_source_is_shown_and_saved_exactly(by: Worker) -> None:
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    world.translate(by.viewer, page, made_from=1)
    open_form = typed(by, address)
    changed = [one for one in world.content_blocks(step="Varaa aika verkossa") if one["id"] != "f1"]
    world.rewrite(by.viewer, page, blocks=[*changed, {"id": "n1", "kind": "notice", "text": "Uusi asia."}])
    shown = by.get(address)
    assert "<ins>" in shown.content.decode()
    for part in ("changed in the source", "new in the source", "Only in the translation", "Ansökan"):
        assert part in words(shown), part
    assert by.send(address, open_form).status_code == 302
    assert is_stale(page), "the form was opened before the source changed"
    again = typed(by, address, **{"w-n1-text": "Nytt.", "keep-f1": "on"})
    assert by.send(address, again).status_code == 302
    assert not is_stale(page)
    saved = world.text(page, "sv")
    assert saved.latest is not None
    assert [one["id"] for one in saved.latest.blocks] == ["t1", "s1", "n1", "f1"]


def test_a_step_is_not_left_out_in_the_middle(by: Worker) -> None:
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    gap = {"w-s1-items-0-title": "", "w-s1-items-0-text": ""}
    bad = by.send(address, typed(by, address, **gap))
    assert bad.status_code == 422, "the second step would be taken for the first"
    assert "sv w-s1-items-1-title" in bad.content.decode(), "nothing typed is lost"
    assert by.send(address, typed(by, address, **{"w-s1-items-1-title": ""})).status_code == 302
    latest = world.text(page, "sv").latest
    assert latest is not None
    assert len(latest.blocks[1]["items"]) == 1


def test_a_machine_that_fills_what_is_new_does_not_hide_what_has_changed(
    by: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(suggesting.SETTING, "invented")
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    world.translate(by.viewer, page, made_from=1)
    new = [*world.content_blocks(step="Varaa aika verkossa"), {"id": "n1", "kind": "notice", "text": "Uusi."}]
    world.rewrite(by.viewer, page, blocks=new)
    assert by.send(address, typed(by, address, **{"w-n1-text": "", "do": "suggest"})).status_code == 302
    latest = world.text(page, "sv").latest
    assert latest is not None
    assert latest.blocks[-1]["text"] == "[sv] Uusi."
    assert is_stale(page)
    assert "changed in the source" in words(by.get(address))
    assert by.send(address, typed(by, address, **{"w-n1-text": "Nytt."})).status_code == 302
    assert not is_stale(page), "a person has seen the difference and saved"


def test_copying_the_source_saves_nothing(by: Worker) -> None:
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    copied = by.send(address, typed(by, address, **{"w-_-title": "", "do": "copy"}))
    assert copied.status_code == 200
    assert 'value="Kotoutumissuunnitelma plan"' in copied.content.decode()
    assert "sv w-s1-heading" in copied.content.decode()
    with make.working(by.viewer):
        assert not PageText.objects.filter(page=page, language="sv").exists()


def test_a_machine_text_stays_one_until_a_person_approves_it(
    by: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    empty = dict.fromkeys(NAMES, "")
    monkeypatch.delenv(suggesting.SETTING, raising=False)
    assert "Suggest empty texts" not in words(by.get(address)), "off by default"
    off = by.send(address, typed(by, address, **empty, do="suggest"))
    assert off.status_code == 422
    monkeypatch.setenv(suggesting.SETTING, "invented")
    with monkeypatch.context() as away:
        away.setattr(suggesting.Invented, "suggest", lambda *_given: {}["answer"])
        assert by.send(address, typed(by, address, **empty, do="suggest")).status_code == 422
    assert "Suggest empty texts" in words(by.get(address))
    sent = typed(by, address, **(empty | {"w-_-title": "Min titel"}), do="suggest")
    assert by.send(address, sent).status_code == 302
    saved = world.text(page, "sv")
    assert saved.latest is not None
    assert saved.latest.machine
    assert saved.latest.title == "Min titel", "what a person wrote stays"
    assert saved.latest.blocks[0]["text"].startswith("[sv] Tee")
    assert "machine-suggested, not approved" in words(by.get(address))
    assert by.send(address, typed(by, address)).status_code == 302
    mended = world.text(page, "sv").latest
    assert mended is not None
    assert mended.machine, "mended, not approved"
    assert by.send(address, typed(by, address, do="approve")).status_code == 302
    approved = world.text(page, "sv").latest
    assert approved is not None
    assert not approved.machine


def test_advice_stands_beside_a_swedish_text_and_bars_nothing(by: Worker) -> None:
    page = world.page(by.viewer)
    address = f"/information/pages/{page}/sv/translate/"
    assert by.send(address, typed(by, address, **{"w-_-summary": "Beträffande stödet."})).status_code == 302
    assert "“Beträffande” is a heavy word. Plainer: om." in words(by.get(address))
    assert "Plain language" in words(by.get(f"/information/pages/{page}/fi/reading/"))


def test_the_table_page_leads_to_the_translations(by: Worker) -> None:
    page = world.page(by.viewer)
    shown = by.get(f"/information/{world.SPACE}/translations/", language="sv", state="missing")
    assert f"/information/pages/{page}/sv/translate/" in shown.content.decode()
    assert by.get(f"/information/{world.SPACE}/translations/", language="zz").status_code == 200
    assert (
        Worker("kunta-205", world.ON, Role.EDITOR)
        .get(f"/information/{world.SPACE}/translations/")
        .status_code
        == 404
    )


def test_a_suggester_that_answers_wrongly_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        def suggest(self, texts: Any, source: str, target: str) -> list[str]:
            return []

    monkeypatch.setitem(suggesting.SUGGESTERS, "short", Short)
    monkeypatch.setenv(suggesting.SETTING, "short")
    with pytest.raises(suggesting.Unavailable):
        suggesting.suggested(["a"], "fi", "sv")
    monkeypatch.setenv(suggesting.SETTING, "kotopolku.information.suggesting:Invented")
    assert suggesting.suggested(["a", ""], "fi", "sv") == ["[sv] a", ""]
