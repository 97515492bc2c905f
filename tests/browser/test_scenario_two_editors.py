"""Scenarios 5 and 11 walked in a browser: hidden contacts, a draft kept through a crash, two who edit one plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import watched
from tests.browser.walking import Walk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Start = Callable[[], Walk]


@pytest.fixture
def at_a_screen(
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[[Page], list[str]],
) -> Start:
    """A worker of the employment area of Vantaa at a screen of his own, in English."""

    def start() -> Walk:
        page = watched(new_context().new_page())
        sign_in(page, "tyo.vantaa")
        page.goto("/account/")
        with page.expect_navigation():
            page.locator("main button[name=language][value=en]").click()
        return Walk(page, accessibility_faults)

    return start


def test_scenario_11_two_workers_edit_one_plan_and_nothing_is_lost(at_a_screen: Start) -> None:
    first = at_a_screen()
    number = first.register("Kaksikko", born="18.3.1990", jobseeker=True, since="23.11.2026")
    first.assess(number)
    first.draft(number)
    first.press("Save the draft")
    second = at_a_screen()
    address = f"/clients/{number}/plan/edit/"
    first.go(address)
    second.go(address)
    first.fill("Goal", "Suomi tasolle B2.1")
    first.press("Save the draft")
    second.fill("Goal", "Suomi tasolle C1")
    second.fill("In more detail", "Iltaisin ja lauantaisin")
    second.press("Save the draft")
    text = second.text()
    assert "Somebody else has changed this plan" in text
    assert "Suomi tasolle B2.1" in text
    assert "Suomi tasolle C1" in text
    second.page.get_by_label("Suomi tasolle B2.1").check()
    second.press("Make one plan of these choices")
    assert second.page.get_by_label("Goal", exact=True).first.input_value() == "Suomi tasolle B2.1"
    assert "Iltaisin" in second.page.get_by_label("In more detail").first.input_value()
    second.press("Save the draft")
    text = second.go(f"/clients/{number}/plan/")
    assert "Suomi tasolle B2.1" in text
    assert "Iltaisin ja lauantaisin" in text


def test_scenario_11_what_is_typed_is_kept_when_the_power_goes(at_a_screen: Start) -> None:
    worker = at_a_screen()
    number = worker.register("Luonnosmalli", born="19.3.1990", jobseeker=True, since="23.11.2026")
    worker.go(f"/clients/{number}/assessment/")
    worker.press("Start")
    worker.fill("Conclusion and reasons", "Puolikas lause ennen sähkökatkoa")
    worker.page.get_by_text("Draft saved").wait_for()
    worker.page.close(run_before_unload=False)
    again = at_a_screen()
    again.go(f"/clients/{number}/assessment/")
    assert (
        again.page.get_by_label("Conclusion and reasons").input_value() == "Puolikas lause ennen sähkökatkoa"
    )
    assert "This is your draft" in again.text()


SEND_TWICE = """async () => {
    const form = document.querySelector("form.formpage");
    const send = () => fetch(location.href, {method: "POST", body: new FormData(form)}).then(answer => answer.url);
    return Promise.all([send(), send()]);
}"""


def test_the_same_form_sent_twice_at_once_registers_nobody_twice(at_a_screen: Start) -> None:
    worker = at_a_screen()
    worker.fill_registration("Kerranvain", born="20.3.1990", jobseeker=True, since="23.11.2026")
    first, second = worker.page.evaluate(SEND_TWICE)
    assert "/clients/new/" not in first
    assert first == second


def test_scenario_5_a_hidden_address_is_hidden_everywhere_and_opened_with_a_reason(
    at_a_screen: Start,
) -> None:
    worker = at_a_screen()
    number = worker.register(
        "Suojattumalli", born="21.3.1990", jobseeker=True, since="23.11.2026", hidden=True
    )
    for address in (f"/clients/{number}/", f"/clients/{number}/events/", "/clients/?q=suojattumalli", "/"):
        assert "Salakatu" not in worker.go(address)
    worker.go(f"/clients/{number}/")
    assert "Non-disclosure order until further notice." in worker.text()
    worker.page.get_by_role("link", name="Show with a reason (is logged)").click()
    worker.press("Show the contacts")
    assert "Write why you need to see it." in worker.text()
    worker.fill("Why you need to see it", "Papers are sent to the client by post.")
    worker.press("Show the contacts")
    assert "Salakatu 99" in worker.text()
    text = worker.go(f"/clients/{number}/events/")
    assert "Papers are sent to the client by post." in text
    assert "Salakatu" not in text


@pytest.mark.parametrize("width", [320, 390])
def test_the_clients_pages_do_not_scroll_sideways_on_a_phone(
    width: int, at_a_screen: Start, new_context: Callable[..., BrowserContext]
) -> None:
    worker = at_a_screen()
    worker.page.set_viewport_size({"width": width, "height": 800})
    worker.go("/clients/")
    first = worker.page.locator("tbody th a").first.get_attribute("href")
    assert first
    for address in (
        "/",
        "/clients/",
        "/clients/new/",
        first,
        f"{first}plan/",
        f"{first}plan/edit/",
        f"{first}events/",
    ):
        worker.go(address)
        assert worker.page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_reasons_of_a_date_open_with_one_press(at_a_screen: Start) -> None:
    worker = at_a_screen()
    worker.register("Perustemalli", born="22.3.1990", jobseeker=True, since="23.11.2026")
    worker.page.get_by_role("button", name="Why this date?").first.click()
    assert worker.page.locator(".explain:popover-open li").count() >= 3
