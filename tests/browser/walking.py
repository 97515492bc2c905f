"""Steps that the scenarios share, as a worker does them with the pages: day, language, client, assessment, plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CHECKED: set[tuple[str, str]] = set()
PLANS = "Suomen kieli tasolle B1.1"


@dataclass
class Walk:
    """One worker at one screen. Every kind of page that is reached is checked with axe."""

    page: Page
    faults: Callable[[Page], list[str]]

    def checked(self) -> None:
        """Checks each page once: by its address without numbers, and its heading."""
        seen = re.sub(r"\d+", "1", self.page.url), self.page.locator("h1").first.text_content() or ""
        if seen in _CHECKED:
            return
        _CHECKED.add(seen)
        found = self.faults(self.page)
        assert not found, (self.page.url, found)

    def go(self, address: str) -> str:
        self.page.goto(address)
        self.checked()
        return self.text()

    def text(self) -> str:
        """What the page says, with plain spaces; reasons in closed popovers included."""
        return " ".join((self.page.locator("main").text_content() or "").replace("\u00a0", " ").split())

    def to_day(self, day: str) -> None:
        self.page.fill("#demo-day", day)
        with self.page.expect_navigation():
            self.page.locator("form.daybar").get_by_role("button", name="Go", exact=True).click()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.checked()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()
        self.checked()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first.fill(text)

    def choose(self, label: str, words: str) -> None:
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first.select_option(
            label=words
        )

    def client_number(self) -> str:
        found = re.search(r"/clients/(\d+)/", self.page.url)
        assert found, self.page.url
        return found[1]

    def register(
        self, family_name: str, *, born: str, jobseeker: bool, since: str, hidden: bool = False
    ) -> str:
        """Registers an invented person of Vantaa; ends on the client page. Returns the number in the address."""
        self.fill_registration(family_name, born=born, jobseeker=jobseeker, since=since, hidden=hidden)
        self.press("Register the client")
        return self.client_number()

    def fill_registration(
        self, family_name: str, *, born: str, jobseeker: bool, since: str, hidden: bool = False
    ) -> None:
        self.go("/clients/new/")
        self.fill("Start of the client relationship", since)
        self.choose("Municipality", "Vantaa")
        self.page.get_by_label("Yes, the job search is in force" if jobseeker else "No", exact=True).check()
        self.page.locator("#authority .notice").wait_for()
        self.fill("Given names", "Hodan")
        self.fill("Family name", family_name)
        self.fill("Date of birth", born)
        self.choose("Mother tongue", "Somali")
        self.choose("Language in which we serve the client", "Somali")
        self.choose("Citizenship", "Somalia")
        self.fill("Street address", "Salakatu 99")
        if hidden:
            self.page.get_by_label("There is a non-disclosure order").check()

    def assess(self, number: str) -> None:
        """Starts and completes the assessment today, every item of the law answered."""
        self.go(f"/clients/{number}/assessment/")
        self.press("Start")
        for box in self.page.locator("textarea[name^=item-]").all():
            box.fill("Selvitetty keskustelussa.")
        self.page.get_by_label("Yes, a plan is made").check()
        self.fill("Conclusion and reasons", "Tarvitsee suunnitelman.")
        self.press("Complete the assessment")

    def draft(self, number: str) -> None:
        """Drafts a plan with one goal and one measure, added with the page's buttons."""
        self.go(f"/clients/{number}/plan/edit/")
        self.press("Start the plan")
        self.page.get_by_role("button", name="Add a goal").click()
        self.fill("Goal", PLANS)
        if not self.page.get_by_label("What is done").first.is_visible():
            self.page.get_by_role("button", name="Add a measure").first.click()
        self.fill("What is done", "Kotoutumiskoulutus")
        self.choose("Kind of measure", "integration training")
        self.fill("Who is responsible", "Esimerkkiopisto")

    def make(self) -> None:
        """From the draft to a plan made today, in force as long as the law allows."""
        self.press("Save and make the plan")
        self.press("Make the plan")
