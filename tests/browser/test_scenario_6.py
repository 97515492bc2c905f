"""Scenario 6: who answers today. A deputy is set once; on the right days the directory changes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def add_contact(page: Page, name: str, telephone: str) -> None:
    page.goto("/directory/contacts/new/")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=title_en]").fill("adviser")
    page.locator("input[name=telephone]").fill(telephone)
    page.locator("input[name=valid_from]").fill("1.1.2020")
    page.locator("main form button").first.click()
    page.wait_for_url("**/directory/contacts/*/")


def go_to_day(page: Page, day: str) -> None:
    page.locator("#demo-day").fill(day)
    page.locator(".daybar button", has_text="Go").click()
    page.wait_for_load_state()


def test_the_deputy_answers_to_7_july_and_the_person_on_8_july(
    page: Page, accessibility_faults: Callable[[Page], list[str]]
) -> None:
    page.goto("/accounts/login/")
    page.locator("form[action$='/ely.uusimaa/'] button").click()
    # The ELY Centre ended with 2025: the page says so and offers a day in its time.
    page.locator("main form button").click()
    page.wait_for_url("**/")
    page.goto("/account/")
    page.locator("main button[value=en]").click()
    page.goto("/directory/")
    go_to_day(page, "1.9.2020")
    add_contact(page, "Sirkka Sijainen", "0295 021 501")
    add_contact(page, "Pirkko Poissa", "0295 021 502")
    page.locator("details:has(select[name=deputy]) summary").click()
    page.locator("select[name=deputy]").select_option(label="Sirkka Sijainen")
    page.locator("input[name=first]").fill("1.9.2020")
    page.locator("input[name=last]").fill("7.7.2021")
    page.locator("form[action$='/deputies/'] button").click()
    page.wait_for_load_state()
    address = "/directory/?topic=&municipality=&organisation=ely-01"
    page.goto(address)
    go_to_day(page, "7.7.2021")
    page.goto(address)
    row = page.locator("main tbody tr", has_text="Pirkko Poissa")
    assert "Sirkka Sijainen" in row.inner_text()
    assert "back on 8 July 2021" in row.inner_text()
    assert row.locator("a[href='tel:+358295021501']").count() == 1
    assert accessibility_faults(page) == []
    go_to_day(page, "8.7.2021")
    page.goto(address)
    row = page.locator("main tbody tr", has_text="Pirkko Poissa")
    assert "Sirkka Sijainen" not in row.inner_text()
    assert row.locator("a[href='tel:+358295021502']").count() == 1
