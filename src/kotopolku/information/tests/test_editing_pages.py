"""The pages of editing, walked as editors do: who gets which, the tree, the editor with every button, two at once."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import DateRange

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Contact
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information.actions import news
from kotopolku.information.models import Page, PageKind, PageText, TextState
from kotopolku.information.tests import pages_world as world
from kotopolku.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def editor() -> Worker:
    return Worker("kunta-092", world.ON, Role.EDITOR)


@pytest.fixture
def writer() -> Worker:
    """Writes, does not publish."""
    return Worker("kunta-092", world.ON, Role.TEAM_LEADER)


def text_of(of: Page, language: str = "fi") -> PageText:
    return PageText.objects.select_related("latest", "published").get(page=of, language=language)


def typed(version: int, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the editor's form sends: blocks as they stand, numbered from 1."""
    sent = {"version": str(version), "title": "Asuminen", "summary": "", "note": ""}
    for number, block in enumerate(blocks, start=1):
        for name, value in ({"id": f"b{number}", "kind": "text"} | block).items():
            if name == "items":
                for place, item in enumerate(value, start=1):
                    sent |= {
                        f"block-{number}-item-{place}-{part}": item.get(part, "")
                        for part in ("title", "text")
                    }
            else:
                sent[f"block-{number}-{name}"] = value
    return sent | more


# Who gets in ------------------------------------------------------------------------------------------------------


def test_the_front_page_shows_own_spaces_and_what_waits(editor: Worker) -> None:
    world.page(editor.viewer, title="Asuminen Vantaalla")
    page = words(editor.get("/information/"))
    assert "Vantaa" in page
    assert "Asuminen Vantaalla" in page
    assert "Helsinki" not in page


def test_an_organisation_without_pages_is_told_so() -> None:
    nobody = Worker("tyo-43", world.ON, Role.TEAM_LEADER)
    assert "Your organisation keeps no public pages." in words(nobody.get("/information/"))


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.READER, Role.PROCUREMENT_OFFICER])
def test_roles_that_do_not_write_pages_get_none_of_the_addresses(role: Role, editor: Worker) -> None:
    page = world.page(editor.viewer)
    other = Worker("kunta-092", world.ON, role)
    for address in (
        "",
        "vantaa/",
        f"pages/{page.pk}/",
        f"pages/{page.pk}/fi/",
        f"pages/{page.pk}/fi/review/",
    ):
        assert other.get(f"/information/{address}").status_code == 403, address


def test_another_municipality_does_not_find_the_pages(editor: Worker) -> None:
    page = world.page(editor.viewer)
    other = Worker("kunta-205", world.ON, Role.EDITOR)
    for address in ("vantaa/", "vantaa/add/", "vantaa/files/", f"pages/{page.pk}/", f"pages/{page.pk}/fi/"):
        assert other.get(f"/information/{address}").status_code == 404, address
    for address in (
        "",
        "preview/",
        "review/",
        "publish/",
        "versions/",
        "versions/difference/",
        "versions/1/",
    ):
        assert other.get(f"/information/pages/{page.pk}/fi/{address}").status_code == 404, address
    sent = other.post(f"/information/pages/{page.pk}/fi/", **typed(1, {"text": "x"}, do="save"))
    assert sent.status_code == 404


def test_who_writes_does_not_publish_remove_or_hide(writer: Worker, editor: Worker) -> None:
    page = world.page(writer.viewer)
    above = world.shown(world.national(), "oleskelu", "suomi")
    version = text_of(page).version
    for address in ("fi/publish/", "fi/withdraw/", "remove/", "put-back/", "fi/review/send-back/"):
        assert writer.post(f"/information/pages/{page.pk}/{address}", version=version).status_code == 403, (
            address
        )
    assert writer.post(f"/information/vantaa/inherited/{above.pk}/hidden/").status_code == 403


# The tree ---------------------------------------------------------------------------------------------------------


def test_a_page_is_added_moved_taken_out_and_put_back(editor: Worker) -> None:
    add = "/information/vantaa/add/"
    empty = editor.post(add, token=editor.hidden(add)["token"], title="", review_by="32.1.2027")
    assert empty.status_code == 422
    assert "Give the page a title." in words(empty)
    sent = {"token": editor.hidden(add)["token"], "title": "Asuminen", "parent": "", "review_by": "1.12.2026"}
    answer = editor.post(add, **sent)
    assert answer.status_code == 302
    page = Page.objects.get(key="asuminen")
    assert answer["Location"] == f"/information/pages/{page.pk}/fi/"
    assert editor.post(add, **sent).status_code == 302
    assert Page.objects.filter(space__slug="vantaa").count() == 1, "the same form twice adds once"
    taken = editor.post(add, **(sent | {"token": editor.hidden(add)["token"]}))
    assert taken.status_code == 422
    assert "Another page has this address already: asuminen." in words(taken)
    second = world.page(editor.viewer, "tyo", title="Työ")
    editor.post(f"/information/pages/{second.pk}/move/", do="up")
    assert [one.key for one in Page.objects.filter(space__slug="vantaa").order_by("order")] == [
        "tyo",
        "asuminen",
    ]
    editor.post(f"/information/pages/{second.pk}/move/", do="up")
    assert [one.key for one in Page.objects.filter(space__slug="vantaa").order_by("order")] == [
        "tyo",
        "asuminen",
    ]
    editor.post(f"/information/pages/{second.pk}/move/", do="down")
    assert [one.key for one in Page.objects.filter(space__slug="vantaa").order_by("order")] == [
        "asuminen",
        "tyo",
    ]
    editor.post(f"/information/pages/{second.pk}/move/", parent=str(page.pk))
    assert Page.objects.get(pk=second.pk).parent_id == page.pk
    itself = editor.client.post(
        f"/information/pages/{page.pk}/move/", {"parent": str(second.pk)}, follow=True
    )
    assert "A page cannot stand under itself." in words(itself)
    editor.post(f"/information/pages/{second.pk}/remove/")
    tree = words(editor.get("/information/vantaa/"))
    assert "One page was taken out" in tree
    editor.post(f"/information/pages/{second.pk}/put-back/")
    assert Page.objects.get(pk=second.pk).removed_on is None


def test_the_tree_shows_pages_from_above_and_what_is_done_with_them(editor: Worker) -> None:
    above = world.shown(world.national(), "oleskelu", "suomi", title="Oleskeluoikeus")
    tree = words(editor.get("/information/vantaa/"))
    assert "Oleskeluoikeus" in tree
    assert "from Finland" in tree
    assert "Add to it" in tree
    added = editor.post(f"/information/vantaa/inherited/{above.pk}/addition/")
    made = Page.objects.get(of=above)
    assert added["Location"] == f"/information/pages/{made.pk}/fi/"
    assert made.kind == PageKind.ADDITION
    assert "you add to it" in words(editor.get("/information/vantaa/"))
    editor.post(f"/information/pages/{made.pk}/remove/")
    editor.post(f"/information/vantaa/inherited/{above.pk}/override/")
    instead = Page.objects.get(of=above, removed_on=None)
    assert text_of(instead).latest.blocks[0]["text"] == "Asunto haetaan itse.", "begins with what readers see"  # type: ignore[union-attr]
    editor.post(f"/information/pages/{instead.pk}/remove/")
    editor.post(f"/information/vantaa/inherited/{above.pk}/hidden/")
    assert "hidden here" in words(editor.get("/information/vantaa/"))
    assert editor.post(f"/information/vantaa/inherited/{above.pk}/nonsense/").status_code == 404


def test_the_address_and_review_day_of_a_page_are_changed_and_two_who_do_are_told(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/"
    hidden = editor.hidden(address)
    changed = {"version": hidden["version"], "key": "koti", "icon": "house", "review_by": "31.12.2026"}
    assert editor.post(address, **changed).status_code == 302
    again = editor.post(address, **(changed | {"key": "toinen"}))
    assert again.status_code == 409
    assert "toinen" in again.content.decode()
    assert Page.objects.get(pk=page.pk).key == "koti"
    wrong = editor.post(
        address, **(changed | {"version": editor.hidden(address)["version"], "review_by": "99.1.2027"})
    )
    assert wrong.status_code == 422
    assert "99.1.2027" in wrong.content.decode(), "what was typed stays"


def test_the_tree_costs_the_same_at_2_and_at_60_pages(editor: Worker) -> None:
    def statements() -> int:
        editor.get("/information/vantaa/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert editor.get("/information/vantaa/").status_code == 200
        return len(seen)

    for number in range(2):
        world.page(editor.viewer, f"sivu-{number}")
    few = statements()
    for number in range(2, 60):
        world.page(editor.viewer, f"sivu-{number}")
    assert statements() == few


# The editor -------------------------------------------------------------------------------------------------------


def test_every_kind_of_block_is_added_without_script_and_nothing_typed_is_lost(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    version = text_of(page).version
    for kind in ("text", "steps", "notice", "contact", "service", "event", "form", "download", "picture"):
        answer = editor.post(
            address, **typed(version, {"text": "Tärkeä lause"}, title="Uusi otsikko", do=f"add:{kind}:1")
        )
        assert answer.status_code == 200
        html = answer.content.decode()
        assert f'name="block-2-kind" value="{kind}"' in html
        assert "Tärkeä lause" in html
        assert 'value="Uusi otsikko"' in html
    assert text_of(page).version == version, "nothing was saved"


def test_blocks_and_steps_are_moved_and_taken_away_without_script(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    steps = {"kind": "steps", "items": [{"title": "Ensin"}, {"title": "Sitten"}]}

    def after(do: str) -> str:
        return editor.post(
            address, **typed(2, {"text": "Yksi"}, steps, {"text": "Kolme"}, do=do)
        ).content.decode()

    def order(html: str) -> list[str]:
        return re.findall(r'name="block-\d-id" value="(b\d)"', html)

    assert order(after("down:1")) == ["b2", "b1", "b3"]
    assert order(after("up:3")) == ["b1", "b3", "b2"]
    assert order(after("up:1")) == ["b1", "b2", "b3"]
    assert order(after("remove:2")) == ["b1", "b3"]
    assert order(after("up:77")) == order(after("nonsense")) == order(after("remove:x")) == ["b1", "b2", "b3"]
    assert "block-2-item-3-title" in after("item-add:2")
    moved = after("item-up:2:2")
    assert moved.index("Sitten") < moved.index("Ensin")
    assert "Ensin" not in after("item-remove:2:1")


def test_a_draft_is_saved_and_is_not_seen_by_readers(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    version = int(editor.hidden(address)["version"])
    steps = {"kind": "steps", "heading": "Näin", "items": [{"title": "Hae", "text": "Täytä lomake."}, {}]}
    notice = {"kind": "notice", "text": "Suljettu **jouluna**.", "tone": "warn"}
    form = {"kind": "form", "label": "Hakemus", "address": "https://example.invalid/lomake"}
    sent = typed(version, {"text": "Asunto."}, steps, notice, form, note="Uusi lomake", do="save")
    assert editor.post(address, **sent).status_code == 302
    text = text_of(page)
    assert [one["kind"] for one in text.latest.blocks] == ["text", "steps", "notice", "form"]  # type: ignore[union-attr]
    assert text.latest.blocks[1]["items"] == [{"title": "Hae", "text": "Täytä lomake."}]  # type: ignore[union-attr]
    assert text.latest.note == "Uusi lomake"  # type: ignore[union-attr]
    assert text.published is None
    with rowsecurity.as_system():
        assert Notice.objects.count() == 0, "nobody is told of a draft"


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    wrong = typed(
        text_of(page).version,
        {"text": ""},
        {"kind": "form", "label": "Lomake", "address": "javascript:alert(1)"},
        {"kind": "contact", "target": ""},
        {"kind": "steps", "items": [{"title": "", "text": ""}]},
        {"text": "Pitkä teksti säilyy"},
        title="",
        summary="x" * 500,
        do="save",
    )
    answer = editor.post(address, **wrong)
    assert answer.status_code == 422
    page_words = words(answer)
    for said in (
        "Give the page a title.",
        "This is longer than 400 characters. Shorten it.",
        "Write something here, or take the block away.",
        "javascript:alert(1) is not an address that can be led to.",
        "Choose what is shown here.",
    ):
        assert said in page_words, said
    html = answer.content.decode()
    assert "Pitkä teksti säilyy" in html
    assert "x" * 500 in html
    assert 'value="javascript:alert(1)"' in html
    assert html.count("data-invalid") >= 5
    assert "Error:" in words(answer)


def test_strange_forms_are_answered_and_write_nothing(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    before = text_of(page).version
    for sent in (
        {},
        {"do": "save"},
        {"do": "save", "version": "9" * 40, "title": "A"},
        {"do": "save", "version": "-1", "title": "A"},
        {"do": "merge"},
        {"do": "add:" + "x" * 500},
        {"do": "up:" + "9" * 30},
        {"do": "typed", "block-1-kind": "unknown", "block-999-kind": "text", "block-0-kind": "text"},
    ):
        assert editor.post(address, **sent).status_code in (200, 409, 422), sent
    assert text_of(page).version == before
    assert editor.get(f"/information/pages/{page.pk}/xx/").status_code == 404


def test_two_who_write_at_once_see_both_and_nothing_is_lost(editor: Worker, writer: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    opened = text_of(page).version
    own = {"id": "a1", "text": "Hakijan oma teksti."}
    assert (
        editor.post(address, **typed(opened, {"id": "a1", "text": "Kollegan teksti."}, do="save")).status_code
        == 302
    )
    late = typed(opened, own, {"text": "Vain minun lohkoni."}, title="Minun otsikkoni", do="save")
    answer = writer.post(address, **late)
    assert answer.status_code == 409
    said = words(answer)
    assert f"{editor.viewer.name} saved this text on" in said
    for one in ("Kollegan teksti.", "Hakijan oma teksti.", "Vain minun lohkoni.", "Minun otsikkoni"):
        assert one in said, one
    assert text_of(page).latest.blocks[0]["text"] == "Kollegan teksti.", "theirs is stored"  # type: ignore[union-attr]
    stored = text_of(page).version
    choices = {"version": str(stored), "take.block-a1": "theirs", "take.title": "mine", "do": "merge"}
    merged = writer.post(address, **(late | choices))
    assert merged.status_code == 200
    html = merged.content.decode()
    assert "Kollegan teksti." in html
    assert "Vain minun lohkoni." in html
    assert "Minun otsikkoni" in html
    assert "Hakijan oma teksti." not in html
    on_top = writer.post(address, **(late | {"version": str(stored), "do": "save-mine"}))
    assert on_top.status_code == 302
    text = text_of(page)
    assert text.latest.title == "Minun otsikkoni"  # type: ignore[union-attr]
    assert text.versions.count() == 3, "theirs stays in the versions"


def test_a_clash_and_what_changes_name_the_cards_and_tones_and_not_their_numbers(
    editor: Worker, writer: Worker
) -> None:
    page = world.shown(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    with make.working(editor.viewer):
        [first, second] = [
            Contact.objects.create(
                organisation_id=editor.viewer.organisation_id,
                name=name,
                public=True,
                valid=DateRange(date(2020, 1, 1), None),
            )
            for name in ("Neuvonta", "Kirjaamo")
        ]
    opened = text_of(page).version
    notice = {"id": "n1", "kind": "notice", "text": "Suljettu.", "tone": "info"}
    theirs = typed(opened, {"id": "c1", "kind": "contact", "target": str(first.pk)}, notice, do="save")
    assert editor.post(address, **theirs).status_code == 302
    shown = words(editor.get(f"{address}review/"))
    assert "Neuvonta" in shown
    mine = typed(
        opened,
        {"id": "c1", "kind": "contact", "target": str(second.pk)},
        notice | {"tone": "warn"},
        do="save",
    )
    clash = words(writer.post(address, **mine))
    for said in (
        "What is shown: Neuvonta",
        "What is shown: Kirjaamo",
        "important, or a change",
        "good to know",
    ):
        assert said in clash, said


def test_news_in_one_language_is_never_written_over_that_of_another(editor: Worker) -> None:
    with make.working(editor.viewer) as at_work:
        made = news.add_news("vantaa", news.NewsContent("fi", "Otsikko", "Teksti.", world.ON), actor=at_work)
        said = news.NewsContent("sv", "Rubrik", "Text.", world.ON)
        news.change_news(made.pk, said, actor=at_work, expected_version=1)
    for asked, title in (("sv", "Rubrik"), ("fi", "Otsikko"), ("xx", "Otsikko")):
        html = editor.get(f"/information/vantaa/news/{made.pk}/", language=asked).content.decode()
        assert f'value="{title}"' in html
        assert '<select name="language"' not in html, "the language is chosen before the words are written"


def test_the_preview_shows_what_is_typed_and_saves_nothing(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/preview/"
    before = text_of(page).version
    typed_now = typed(before, {"text": "Kirjoitan **juuri nyt**"}, {"kind": "contact", "target": "abc"})
    whole = editor.post(address, **typed_now)
    assert "<strong>juuri nyt</strong>" in whole.content.decode()
    assert "It is not saved yet." in words(whole)
    assert 'name="block-1-text"' in whole.content.decode(), "carried on to the editor"
    part = editor.client.post(address, typed_now, headers={"X-Requested-With": "preview"}).content.decode()
    assert "<strong>juuri nyt</strong>" in part
    assert "<html" not in part
    assert text_of(page).version == before
    assert editor.get(address).status_code == 200


def test_a_translation_begins_with_the_blocks_of_the_original_and_remembers_its_version(
    editor: Worker,
) -> None:
    page = world.shown(editor.viewer)
    address = f"/information/pages/{page.pk}/ar/"
    opened = editor.get(address).content.decode()
    assert 'name="block-1-id" value="a1"' in opened
    made_from = editor.hidden(address)["made_from"]
    sent = typed(0, {"id": "a1", "text": "السكن"}, title="السكن", made_from=made_from, do="save")
    assert editor.post(address, **sent).status_code == 302
    text = text_of(page, "ar")
    assert text.latest.made_from.number == 1  # type: ignore[union-attr]
    world.saved(editor.viewer, page, text="Uusi asia.")
    world.published(editor.viewer, page)
    stale = editor.get(address)
    assert "The original has changed since this translation was made." in words(stale)
    hidden = editor.hidden(address)
    sent |= {"version": hidden["version"], "made_from": hidden["made_from"], "up_to_date": "on"}
    assert editor.post(address, **sent).status_code == 302
    assert "The original has changed" not in words(editor.get(address))


def test_the_minor_edit_is_offered_once_readers_see_the_page_and_is_kept(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    assert 'name="minor"' not in editor.get(address).content.decode()
    world.published(editor.viewer, page)
    assert 'name="minor"' in editor.get(address).content.decode()
    sent = typed(
        text_of(page).version, {"id": "a1", "text": "Kirjoitusvirhe korjattu."}, minor="on", do="save"
    )
    assert editor.post(address, **sent).status_code == 302
    assert text_of(page).latest.minor  # type: ignore[union-attr]


def test_pasting_answers_markdown_and_needs_the_right(editor: Worker) -> None:
    answer = editor.post("/information/paste/", html="<p><b>Muista</b> <script>alert(1)</script>tämä</p>")
    assert answer.content.decode() == "**Muista** tämä"
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert editor.get("/information/paste/").status_code == 405
    assert Worker("kunta-092", world.ON, Role.READER).post("/information/paste/", html="x").status_code == 403


def test_a_text_of_sixty_blocks_opens_and_one_more_is_refused_in_words(editor: Worker) -> None:
    page = world.page(editor.viewer)
    address = f"/information/pages/{page.pk}/fi/"
    many = [{"text": f"Lohko {number}."} for number in range(61)]
    answer = editor.post(address, **typed(text_of(page).version, *many, do="save"))
    assert answer.status_code == 422
    assert "A page may have 60 blocks." in words(answer)
    assert "Lohko 60." in answer.content.decode(), "the last one is not lost"
    sent = typed(text_of(page).version, *many[:60], do="save")
    assert editor.post(address, **sent).status_code == 302
    few = len(_statements(editor, address))
    with make.working(editor.viewer):
        small = world.page(editor.viewer, "pieni")
    assert few == len(_statements(editor, f"/information/pages/{small.pk}/fi/"))


def _statements(by: Worker, address: str) -> list[Any]:
    by.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert by.get(address).status_code == 200
    return list(seen.captured_queries)


def test_the_state_is_shown_by_language(editor: Worker) -> None:
    page = world.shown(editor.viewer)
    shown = words(editor.get(f"/information/pages/{page.pk}/"))
    assert "published" in shown
    assert "missing" in shown
    assert text_of(page).state == TextState.PUBLISHED


def test_the_front_page_costs_the_same_at_2_and_at_11_drafts(editor: Worker) -> None:
    for number in range(2):
        world.page(editor.viewer, f"luonnos-{number}")
    few = len(_statements(editor, "/information/"))
    for number in range(2, 11):
        world.page(editor.viewer, f"luonnos-{number}")
    assert len(_statements(editor, "/information/")) <= few + 1, "one more counts what is not listed"
