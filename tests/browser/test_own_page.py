"""The client's own page on a telephone: from the code given at the office to every page, in Finnish and in Arabic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import watched

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PHONE, NARROW = {"width": 390, "height": 844}, 320
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
PAGES = ["", "plan/", "appointments/", "courses/", "messages/", "letters/", "rights/", "data/", "correct/"]
PAGES += ["looks/", "language/", "passkey/", "about/", "no-such-page/"]


def given_code(page: Page, sign_in: Callable[[Page, str], Page]) -> tuple[str, str]:
    """A code for a client with a plan in force, and the date of birth, as the worker sees them."""
    sign_in(page, "kunta.vantaa")
    page.goto("/account/")
    page.locator("main button[value=en]").click()
    page.goto("/clients/?stage=under-way")
    rows = page.locator("main a[href^='/clients/']").evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('href'))"
    )
    address = next(one for one in rows if re.fullmatch(r"/clients/\d+/", one))
    page.goto(f"{address}edit/")
    born = page.locator("input[name=birth_date]").input_value()
    page.goto(f"/my/give/{address.strip('/').split('/')[-1]}/")
    page.get_by_role("button", name="Give a sign-in code").click()
    page.wait_for_load_state()
    found = CODE.search(page.locator("main").text_content() or "")
    assert found, page.locator("main").text_content()
    return found[0], born


def enter(page: Page, code: str, born: str) -> None:
    page.goto("/my/")
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=birth_date]").fill(born)
    page.locator("form[action$='/sign-in/code/'] button").click()
    page.wait_for_url("**/my/first-steps/")


@pytest.mark.parametrize(("language", "direction"), [("fi", "ltr"), ("ar", "rtl")])
def test_a_client_walks_the_own_page_on_a_telephone(
    language: str,
    direction: str,
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    code, born = given_code(watched(new_context().new_page()), sign_in)
    page = watched(new_context(viewport=PHONE, locale=language).new_page())
    page.goto("/my/sign-in/")
    assert accessibility_faults(page) == []
    enter(page, code, born)
    page.goto("/my/language/")
    page.locator(f"button[value={language}]").click()
    for address in PAGES:
        page.goto(f"/my/{address}")
        assert page.locator("html").get_attribute("dir") == direction
        assert page.locator("html").get_attribute("lang") == language
        assert accessibility_faults(page) == [], address
        for width in (PHONE["width"], NARROW):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
    page.goto("/my/")
    small = page.locator("main .ds-button, .ownnav a, .topbar .pillbtn").evaluate_all(
        "nodes => nodes.filter(node => node.offsetHeight > 0 && node.offsetHeight < 44).map(node => node.outerHTML)"
    )
    assert small == []


def test_everything_that_a_client_does_works_without_script(
    new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], Page]
) -> None:
    code, born = given_code(watched(new_context().new_page()), sign_in)
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/my/language/")
    page.locator("button[value=en]").click()
    enter(page, code, born)
    page.goto("/my/messages/")
    page.locator("textarea[name=text]").fill("Can I bring my child?")
    page.get_by_role("button", name="Send").click()
    assert "Can I bring my child?" in (page.locator("main").text_content() or "")
    page.goto("/my/correct/")
    page.locator("input[value=contact]").check()
    page.locator("textarea[name=text]").fill("My number is new.")
    page.get_by_role("button", name="Send").click()
    assert "My number is new." in (page.locator("main").text_content() or "")
    page.goto("/my/")
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/my/sign-in/")
    page.goto("/my/data/")
    assert "/my/sign-in/" in page.url
