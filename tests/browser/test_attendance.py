"""A teacher's telephone loses the network while attendance is marked: nothing is lost, and it is sent afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.conftest import watched

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PHONE = {"width": 390, "height": 844}
LEFT = "() => Object.keys(localStorage).filter(name => name.startsWith('kotopolku.attendance.')).length"


def test_marks_made_without_a_network_are_kept_and_sent_when_it_is_back(
    new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], Page]
) -> None:
    context = new_context(viewport=PHONE)
    page = sign_in(watched(context.new_page()), "koulutus")
    page.goto("/training/teaching/")
    address = page.locator("main a[href^='/training/teaching/sessions/']").first.get_attribute("href") or ""
    page.goto(address)
    student = page.locator("[data-student]").first
    number = student.get_attribute("data-student") or ""
    was = page.evaluate(f"() => document.querySelector('[name=mark-{number}]:checked')?.value ?? ''")
    chosen = "leave" if was != "leave" else "away"
    choice = student.locator(f"input[value={chosen}]")

    context.set_offline(True)
    choice.check(force=True)
    page.locator("[data-sendstate][data-tone=warn]").wait_for()
    page.locator("form[data-attendance] button[type=submit]").first.click()
    page.locator("[data-sendstate][data-tone=warn]").wait_for()
    assert page.evaluate(LEFT) == 1

    # The page is left without a network; another page of the teacher's tells of it and sends it.
    context.route("**/api/training/**", lambda route: route.abort())
    context.set_offline(False)
    page.goto("/training/teaching/")
    page.locator("[data-attendance-waiting] a").wait_for()
    assert page.locator("[data-attendance-waiting] a").get_attribute("href") == address
    context.unroute("**/api/training/**")
    with page.expect_response("**/api/training/**"):
        page.goto("/training/teaching/")
    page.locator("[data-attendance-waiting]").wait_for(state="hidden")
    page.goto(address)
    assert page.locator(f"[name=mark-{number}][value={chosen}]").is_checked()
    assert page.evaluate(LEFT) == 0
