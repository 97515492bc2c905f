"""The frame in a real browser: keyboard, menus, day, language, light and dark, without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import watched

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SignIn = Callable[["Page", str], "Page"]
NewContext = Callable[..., "BrowserContext"]

PHONE = {"width": 390, "height": 800}
WORKER = "kunta.vantaa"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_the_first_press_of_tab_offers_to_skip_to_the_content(page: Page, sign_in: SignIn) -> None:
    sign_in(page, WORKER)
    page.goto("/law/")
    page.keyboard.press("Tab")
    assert page.locator(".ds-skip-link").evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    assert focused(page) == "main"


def test_on_a_phone_the_menu_opens_and_closes_with_the_keyboard(
    new_context: NewContext, sign_in: SignIn
) -> None:
    page = watched(new_context(viewport=PHONE).new_page())
    sign_in(page, WORKER)
    page.goto("/law/")
    menu = page.locator("#nav")
    assert not menu.is_visible()
    page.locator(".menubtn").focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_the_account_menu_opens_without_script(new_context: NewContext, sign_in: SignIn) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, WORKER)
    page.goto("/law/")
    page.locator("[popovertarget=account]").click()
    assert page.locator("#account").is_visible()


def test_the_language_is_changed_without_script_and_stays(new_context: NewContext, sign_in: SignIn) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, WORKER)
    for language in ("sv", "en", "fi"):
        page.goto("/account/")
        page.locator(f"main button[name=language][value={language}]").click()
        page.goto("/law/")
        assert page.locator("html").get_attribute("lang") == language


def test_dark_pages_stay_dark_when_chosen(page: Page, sign_in: SignIn) -> None:
    sign_in(page, WORKER)
    page.goto("/account/")
    with page.expect_navigation():
        page.locator("main button[name=scheme][value=dark]").click()
    page.goto("/law/")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto("/account/")
    with page.expect_navigation():
        page.locator("main button[name=scheme][value=light]").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_the_demo_steps_to_a_day_of_the_old_act_and_back(page: Page, sign_in: SignIn) -> None:
    page.goto("/about/help/")
    page.locator("#demo-day").fill("1.3.2021")
    page.locator("#demo-day").press("Enter")
    assert "2021" in page.locator(".daybar .today").inner_text()
    sign_in(page, "te.uusimaa")
    page.goto("/law/")
    assert "1386/2010" in page.locator("main").inner_text()
    page.locator(".daybar button[value=today]").click()
    assert "2026" in page.locator(".daybar .today").inner_text()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_rule_is_tried_and_explains_itself(
    new_context: NewContext, sign_in: SignIn, scripted: bool
) -> None:
    page = new_context(java_script_enabled=scripted).new_page()
    sign_in(page, WORKER)
    page.goto("/law/A1/")
    page.locator("[name=start]").fill("26.4.2021")
    page.locator("main form button[type=submit]").click()
    assert "28" in page.locator("#result-title").inner_text()


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(page: Page, sign_in: SignIn) -> None:
    sign_in(page, WORKER)
    page.goto("/law/A1/?start=30.2.2021")
    assert page.locator(".errorbox").evaluate("node => node === document.activeElement")
    page.locator(".errorbox a").first.press("Enter")
    assert focused(page) == "id_start"
    assert page.locator("#id_start").input_value() == "30.2.2021"


def test_one_press_is_one_sending(page: Page, sign_in: SignIn) -> None:
    sign_in(page, WORKER)
    page.goto("/account/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("main button[name=scheme][value=dark]").dblclick()
    page.locator("main button[name=scheme][value=dark][aria-pressed=true]").wait_for()
    assert len(sent) == 1


def test_nothing_is_loaded_from_elsewhere(page: Page, sign_in: SignIn) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    sign_in(page, WORKER)
    page.goto("/law/")
    page.wait_for_load_state("networkidle")
    assert {address.split("/")[2].split(":")[0] for address in addresses if address.startswith("http")} == {
        "127.0.0.1"
    }


def test_the_data_protection_officer_finds_who_has_looked_and_why_is_asked(
    new_context: NewContext, sign_in: SignIn
) -> None:
    worker = sign_in(new_context().new_page(), WORKER)
    worker.goto("/clients/")
    worker.locator("main tbody a").first.click()
    number = worker.locator("main").inner_text().split("asiakas ")[-1].split()[0]
    officer = watched(new_context().new_page())
    sign_in(officer, "dpo.vantaa")
    officer.goto("/journal/")
    officer.locator("[name=person]").fill(number)
    officer.locator("main form button[type=submit]").click()
    assert officer.locator("#id_reason[aria-invalid=true]").count() == 1
    officer.locator("[name=reason]").fill("The client asked.")
    officer.locator("main form button[type=submit]").click()
    assert number in officer.locator("#looks-title").inner_text()
    assert "Tuuli Malli" in officer.locator("main table").inner_text()
    assert officer.url.endswith("/journal/")
