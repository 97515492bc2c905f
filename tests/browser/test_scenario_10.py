"""Scenario 10, the second half: a newcomer's phone, in Ukrainian, from the code of the office to who has looked.

The first half, before anybody signs in, belongs to the information pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.conftest import watched
from tests.browser.test_own_page import CODE, PHONE, enter
from tests.browser.walking import Walk

if TYPE_CHECKING:
    from datetime import date

    from conftest import LiveKotopolku
    from playwright.sync_api import BrowserContext, Page

WISH = "У п'ятницю після обіду, будь ласка."
ANOTHER_TIME = "Попросити інший час"
ASKED = "Ви попросили інший час. Ми вам відповімо. До того діє цей час."
LOOKED = "Хто дивився ваші дані"
WORKER = "Tuuli Malli"


def numbers(page: Page, address: str) -> list[str]:
    """The numbers of the rows to which a page's links with this address lead."""
    links = page.locator(f"main a[href^='{address}']").evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('href'))"
    )
    return [found[1] for link in links if (found := re.fullmatch(rf"{address}(\d+)/", link))]


def meeting_of_a_client_with_a_plan(worker: Walk, today: date) -> tuple[str, str]:
    """A meeting of a later day of this week in My work, whose client has a plan in force and asks for no other time."""
    worker.go("/clients/?stage=under-way&worker=mine")
    with_plan = set(numbers(worker.page, "/clients/"))
    worker.go("/")
    for appointment in numbers(worker.page, "/appointments/"):
        text = worker.go(f"/appointments/{appointment}/")
        clients = numbers(worker.page, "/clients/")
        told = f"{today.day} {today:%B}" in text or "asks for another time" in text
        if clients and clients[0] in with_plan and not told:
            return appointment, clients[0]
    raise AssertionError("no meeting of this week with a client who has a plan")


def code_from_the_office(worker: Walk, client: str) -> tuple[str, str]:
    """A sign-in code and the date of birth, as the worker reads them to the client."""
    worker.page.goto(f"/clients/{client}/edit/")
    born = worker.page.locator("input[name=birth_date]").input_value()
    worker.go(f"/my/give/{client}/")
    worker.press("Give a sign-in code")
    found = CODE.search(worker.text())
    assert found, worker.text()
    return found[0], born


def test_a_newcomer_reads_the_plan_asks_for_another_time_and_sees_who_has_looked(
    live_kotopolku: LiveKotopolku,
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    worker = Walk(sign_in(watched(new_context().new_page()), "kunta.vantaa"), accessibility_faults)
    worker.page.goto("/account/")
    worker.page.locator("main button[value=en]").click()
    appointment, client = meeting_of_a_client_with_a_plan(worker, live_kotopolku.today)
    code, born = code_from_the_office(worker, client)

    phone = Walk(
        watched(new_context(viewport=PHONE, locale="uk-UA").new_page()),
        accessibility_faults,
    )
    phone.go("/my/language/")
    phone.page.locator("button[value=uk]").click()
    enter(phone.page, code, born)
    phone.checked()

    plan = phone.go("/my/plan/")
    assert phone.page.locator("html").get_attribute("lang") == "uk"
    assert "Мій план" in plan
    assert phone.page.locator("main h2").count() >= 1

    phone.go("/my/appointments/")
    asking = phone.page.locator(f"main a[href='/my/appointments/{appointment}/other-time/']")
    assert asking.inner_text() == ANOTHER_TIME
    asking.click()
    phone.page.wait_for_url("**/other-time/")
    phone.press("Надіслати")
    assert phone.page.locator("[aria-invalid=true]").count() == 1, "an empty wish is asked for again"
    phone.page.locator("textarea[name=wish], input[name=wish]").fill(WISH)
    phone.press("Надіслати")
    assert ASKED in phone.text()

    front = phone.go("/my/")
    told = re.search(r"дивилося ваші дані цього місяця: (\d+)", front)
    assert told, front
    looks = phone.go("/my/looks/")
    assert LOOKED in looks
    lookers = phone.page.locator("main section").first.locator("li b").all_inner_texts()
    assert len(lookers) == int(told[1])
    assert WORKER in lookers

    work = worker.go("/")
    assert "asks for another time" in work
    row = worker.page.locator("li", has=worker.page.locator(f"a[href='/appointments/{appointment}/']"))
    assert "asks for another time" in (row.first.text_content() or "")
    assert WISH in worker.go(f"/appointments/{appointment}/")
