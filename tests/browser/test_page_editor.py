"""A public page written in a browser: blocks with script and without, pasting, preview, review, publishing, two editors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import until, watched
from tests.browser.walking import Walk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Start = Callable[..., Walk]
WORD = """<html><body><!--StartFragment--><p class=MsoNormal><b>Tuo</b> mukanasi:<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·</span>
<![endif]>passi<o:p></o:p></p><!--EndFragment--></body></html>"""
PASTE = """([area, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "Tuo mukanasi");
    area.focus();
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def at_a_screen(
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[[Page], list[str]],
) -> Start:
    """The editor of the City of Vantaa at a screen of her own, in English."""

    def start(**options: object) -> Walk:
        page = watched(new_context(**options).new_page())
        sign_in(page, "viestinta.vantaa")
        page.goto("/account/")
        with page.expect_navigation():
            page.locator("main button[name=language][value=en]").click()
        return Walk(page, accessibility_faults)

    return start


def add_page(editor: Walk, title: str) -> str:
    """Adds a page to the tree of Vantaa; ends in its editor. Returns the editor's address."""
    editor.go("/information/vantaa/add/")
    editor.fill("Title", title)
    editor.press("Go on to the text")
    return re.sub(r"^https?://[^/]+", "", editor.page.url)


def add_block(editor: Walk, name: str) -> None:
    editor.page.locator("section[aria-labelledby=add-block] button").get_by_text(name, exact=True).click()


def test_a_page_is_written_previewed_reviewed_and_published(at_a_screen: Start) -> None:
    editor = at_a_screen()
    address = add_page(editor, "Selaimessa kirjoitettu")
    page = editor.page
    add_block(editor, "Text")
    page.locator("#block-1").wait_for()
    assert page.url.endswith(address), "added without leaving the page"
    area = page.locator("[name=block-1-text]")
    area.fill("Tärkeää")
    area.select_text()
    page.locator("#block-1").get_by_role("button", name="Bold").click()
    assert area.input_value() == "**Tärkeää**"
    page.locator("[data-phone] strong").get_by_text("Tärkeää").wait_for()
    add_block(editor, "Steps")
    page.locator("#block-2").wait_for()
    assert area.input_value() == "**Tärkeää**", "nothing typed is lost"
    page.locator("[name=block-2-item-1-title]").fill("Tule paikalle")
    how = page.locator("[name=block-2-item-1-text]")
    how.evaluate(PASTE.replace("[area, html]", "area, html"), WORD)
    until(page, "() => document.querySelector('[name=block-2-item-1-text]').value.includes('passi')")
    assert how.input_value() == "**Tuo** mukanasi:\n\n- passi"
    page.locator("#block-2").get_by_role("button", name="Move up").click()
    page.locator("#block-1[data-block=steps]").wait_for()
    page.locator("[data-kept-state]").get_by_text("kept on this device").wait_for()
    editor.checked()
    page.locator("section[aria-labelledby=save-title]").get_by_role(
        "button", name="Save and go on to review"
    ).click()
    page.wait_for_url(re.compile("/review/$"))
    editor.checked()
    assert "Tule paikalle" in editor.text()
    page.get_by_label("To the reviewer (optional)").fill("Katso luettelo.")
    editor.press("Ask for a review")
    assert "Katso luettelo." in editor.text()
    page.get_by_role("link", name="Publish", exact=True).click()
    editor.press("Publish")
    assert "The text was published." in editor.text()
    editor.go(f"{address}versions/")
    editor.press("Show what changed between the two")
    assert "(added:)" in editor.text()


def test_a_page_is_written_without_script(at_a_screen: Start) -> None:
    editor = at_a_screen(java_script_enabled=False)
    page = editor.page
    page.goto("/information/vantaa/add/")
    page.get_by_label("Title").fill("Ilman skriptiä")
    page.get_by_role("button", name="Go on to the text").click()
    add_block(editor, "Notice")
    page.locator("[name=block-1-text]").fill("Suljettu jouluna")
    add_block(editor, "Text")
    assert page.locator("[name=block-1-text]").input_value() == "Suljettu jouluna"
    page.locator("[name=block-2-text]").fill("Avataan tammikuussa")
    page.locator("#block-2").get_by_role("button", name="Move up").click()
    assert page.locator("[name=block-1-text]").input_value() == "Avataan tammikuussa"
    page.get_by_role("button", name="Preview without saving").click()
    assert "Avataan tammikuussa" in (page.locator(".phone").text_content() or "")
    page.get_by_role("button", name="Back to writing").click()
    page.locator("section[aria-labelledby=save-title]").get_by_role("button", name="Save the draft").click()
    assert "The draft was saved." in editor.text()
    assert page.locator("[name=block-2-text]").input_value() == "Suljettu jouluna"


def test_two_who_write_one_text_lose_nothing(at_a_screen: Start) -> None:
    first, second = at_a_screen(), at_a_screen()
    address = add_page(first, "Kahden kirjoittama")
    second.go(address)
    first.page.get_by_label("Summary (optional)").fill("Ensimmäisen tiivistelmä")
    first.page.locator("section[aria-labelledby=save-title]").get_by_role(
        "button", name="Save the draft"
    ).click()
    first.page.get_by_text("The draft was saved.").wait_for()
    second.page.get_by_label("Summary (optional)").fill("Toisen tiivistelmä")
    second.page.locator("section[aria-labelledby=save-title]").get_by_role(
        "button", name="Save the draft"
    ).click()
    second.page.get_by_text("Where the two differ").wait_for()
    second.checked()
    assert "Ensimmäisen tiivistelmä" in second.text()
    assert "Toisen tiivistelmä" in second.text()
    second.press("Make one text of these choices")
    assert second.page.get_by_label("Summary (optional)").input_value() == "Toisen tiivistelmä"


def test_what_was_typed_and_not_saved_is_offered_again(at_a_screen: Start) -> None:
    editor = at_a_screen()
    address = add_page(editor, "Kesken jäänyt")
    page = editor.page
    add_block(editor, "Text")
    page.locator("[name=block-1-text]").fill("Puolikas lause ennen sähkökatkoa")
    page.locator("[data-kept-state]").get_by_text("kept on this device").wait_for()
    page.wait_for_timeout(1_500)
    page.goto("/information/")
    page.goto(address)
    page.get_by_role("button", name="Take it back into the form").click()
    page.locator("[name=block-1-text]").wait_for()
    assert page.locator("[name=block-1-text]").input_value() == "Puolikas lause ennen sähkökatkoa"
    page.locator("section[aria-labelledby=save-title]").get_by_role("button", name="Save the draft").click()
    page.get_by_text("The draft was saved.").wait_for()
    page.goto(address)
    assert page.locator("[data-kept-bar]").is_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_the_pages_of_editing_do_not_scroll_sideways_on_a_phone(width: int, at_a_screen: Start) -> None:
    editor = at_a_screen()
    address = add_page(editor, f"Kapealla ruudulla {width}")
    editor.page.set_viewport_size({"width": width, "height": 800})
    place = re.sub(r"fi/$", "", address)
    for one in ("/information/", "/information/vantaa/", "/information/vantaa/files/", place, address):
        editor.go(one)
        assert editor.page.evaluate("document.documentElement.scrollWidth") <= width, one
    for part in ("preview/", "review/", "versions/", "publish/"):
        editor.go(f"{address}{part}")
        assert editor.page.evaluate("document.documentElement.scrollWidth") <= width, part
