"""Scenarios 1, 2 and 3 walked in a browser: from a registered person to a reviewed plan, every date as counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from conftest import _run_python

from tests.browser.walking import PLANS, Walk

if TYPE_CHECKING:
    from conftest import LiveKotopolku
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def walk(
    page: Page, sign_in: Callable[[Page, str], Page], accessibility_faults: Callable[[Page], list[str]]
) -> Callable[[str, str], Walk]:
    """Signs a persona in on a day, in English."""

    def start(persona: str, day: str) -> Walk:
        walking = Walk(page, accessibility_faults)
        page.goto("/accounts/login/")
        walking.to_day(day)
        sign_in(page, persona)
        in_english(page)
        return walking

    return start


def in_english(page: Page) -> None:
    page.goto("/account/")
    with page.expect_navigation():
        page.locator("main button[name=language][value=en]").click()


def test_scenario_1_vantaa_in_the_spring_of_2021(walk: Callable[[str, str], Walk]) -> None:
    worker = walk("te.uusimaa", "26.4.2021")
    worker.go("/clients/new/")
    number = worker.register("Kevätesimerkki", born="14.3.1990", jobseeker=True, since="26.4.2021")
    text = worker.text()
    assert "Registered jobseeker" in text
    assert "By 28 June 2021" in text
    assert "26 June 2021" in text

    worker.to_day("11.6.2021")
    worker.assess(number)
    text = worker.text()
    assert "17 days early" in text
    assert "By 28 June 2021" in text

    worker.to_day("24.6.2021")
    worker.draft(number)
    worker.make()
    worker.press("Record the signature on paper")
    text = worker.text()
    for day in ("By 26 July 2021", "In force until 24 June 2022.", "At most until 24 June 2024."):
        assert day in text
    assert PLANS in text

    worker.to_day("1.4.2022")
    worker.go(f"/clients/{number}/plan/interruption/")
    worker.page.locator("[name=ground]").select_option("parental-leave")
    worker.fill("First day", "1.1.2022")
    worker.fill("Last day", "31.3.2022")
    worker.press("Save the interruption")
    assert "22 September 2024" in worker.text()


def test_scenario_2_the_change_of_2025(
    walk: Callable[[str, str], Walk], live_kotopolku: LiveKotopolku
) -> None:
    worker = walk("te.uusimaa", "2.9.2024")
    number = worker.register("Syysesimerkki", born="15.3.1990", jobseeker=True, since="2.9.2024")
    worker.assess(number)
    worker.to_day("1.10.2024")
    worker.draft(number)
    worker.make()
    worker.press("Record the signature on paper")
    text = worker.text()
    assert "At most until 1 October 2027." in text
    assert "By 1 October 2025" in text

    pass_to_the_employment_area(number, live_kotopolku)
    worker.to_day("15.9.2025")
    assert "Hodan Syysesimerkki" not in worker.go("/")
    worker.page.context.clear_cookies()
    successor = walk("tyo.vantaa", "15.9.2025")
    text = successor.go(f"/clients/{number}/")
    assert PLANS in text
    assert "By 1 October 2025" in text
    successor.go(f"/clients/{number}/plan/review/")
    successor.fill("Progress and results", "Puhuu suomea arjessa.")
    successor.press("Save the review")
    text = successor.text()
    assert "By 16 March 2026" in text
    assert "At most until 1 October 2027." in text
    assert "15 March 2026" in text, "the nominal day, a Sunday, is in the reasons"


def pass_to_the_employment_area(number: str, live: LiveKotopolku) -> None:
    """What happens to every client of a TE office on 1 January 2025."""
    code = f"""
from datetime import date
from django.db import transaction
from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import actions
from kotopolku.clients.models import Relationship
with clock.at(date(2025, 1, 1)), transaction.atomic():
    job = Viewer.for_system("test", date(2025, 1, 1))
    rowsecurity.apply(job)
    area = Organisation.objects.get(code="tyo-43")
    actions.pass_to_successor(Relationship.objects.get(pk={number}), job.day, area, actor=job, section="681/2023 § 3")
"""
    _run_python(f"exec({code!r})", live.environment)


def test_scenario_3_vantaa_in_the_winter_of_2026(walk: Callable[[str, str], Walk]) -> None:
    worker = walk("tyo.vantaa", "30.11.2026")
    number = worker.register("Talviesimerkki", born="16.3.1990", jobseeker=True, since="30.11.2026")
    text = worker.text()
    assert "7 December 2026" in text
    assert "The law gives no number of days." in text
    assert "Our own target: 10 working days" in text
    worker.to_day("7.12.2026")
    worker.assess(number)
    worker.to_day("14.12.2026")
    worker.draft(number)
    worker.make()
    worker.go(f"/clients/{number}/plan/sign/screen/")
    worker.page.get_by_label("I have read this plan").check()
    worker.fill("Your name", "Hodan Talviesimerkki")
    worker.press("I sign the plan")
    text = worker.text()
    for day in ("By 14 January 2027", "By 14 June 2027", "14 December 2027", "14 December 2028"):
        assert day in text, day


def test_the_path_can_be_walked_without_script(
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    walking = Walk(page, lambda _page: [])
    page.goto("/accounts/login/")
    page.fill("#demo-day", "26.4.2021")
    page.locator("form.daybar button[data-outlined]").click()
    sign_in(page, "te.uusimaa")
    page.goto("/account/")
    page.locator("main button[name=language][value=en]").click()
    page.goto("/clients/new/")
    walking.fill("Family name", "Ilmanskriptiä")
    walking.press("Register the client")
    assert "need fixing" in walking.text()
    walking.choose("Municipality", "Vantaa")
    page.get_by_label("Yes, the job search is in force").check()
    walking.fill("Date of birth", "17.3.1990")
    walking.choose("Mother tongue", "Somali")
    walking.choose("Language in which we serve the client", "Somali")
    walking.choose("Citizenship", "Somalia")
    walking.press("Register the client")
    number = walking.client_number()
    walking.assess(number)
    walking.go(f"/clients/{number}/plan/edit/")
    walking.press("Start the plan")
    walking.press("Add a goal")
    walking.fill("Goal", PLANS)
    walking.press("Add a measure")
    assert page.get_by_label("What is done").count() == 2
    walking.page.get_by_label("What is done").first.fill("Kielikahvila")
    page.get_by_label("Kind of measure").first.select_option(label="activity of an association")
    walking.make()
    walking.press("Record the signature on paper")
    assert "in force" in walking.text()
