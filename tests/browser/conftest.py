"""A real Chromium on the running server: pages, their accessibility by axe, and nothing outside this machine."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import LiveKotopolku
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that look at colours."""
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # Names of other machines lead nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread; reading the database beside it is meant.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "google-chrome"))
    program = os.environ.get("KOTOPOLKU_CHROMIUM") or next((one for one in found if one), None)
    assert program, (
        "No Chromium on this machine: apt-get install chromium, or set KOTOPOLKU_CHROMIUM to its path."
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS, headless=True)
        yield started
        started.close()


@pytest.fixture
def new_context(browser: Browser, live_kotopolku: LiveKotopolku) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (one for each person at a screen); options as Playwright's, such as `locale`, `viewport`,
    `color_scheme` or `java_script_enabled`."""
    opened: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        settings: dict[str, Any] = {
            "base_url": live_kotopolku.url,
            "locale": "en-GB",
            "bypass_csp": False,
            **options,
        }
        context = browser.new_context(**settings)
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page under the product's own Content-Security-Policy. A script error on it fails the test."""
    return watched(new_context().new_page())


def watched(page: Page) -> Page:
    """Makes a script error, or something the Content-Security-Policy refused, an error of the test."""

    def refuse(message: str) -> None:
        raise AssertionError(f"On {page.url}: {message}")

    page.on("pageerror", lambda error: refuse(str(error)))
    page.on(
        "console",
        lambda line: refuse(line.text) if "Content Security Policy" in line.text else None,
    )
    return page


def until(page: Page, holds: str, given: Any = None) -> None:
    """Waits until a condition, a function in JavaScript, holds. Playwright's own wait asks again from inside the page, where
    the Content-Security-Policy forbids it what the first question may."""
    for _again in range(200):
        if page.evaluate(holds, given):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"On {page.url} this never came to hold: {holds}")


@pytest.fixture
def sign_in(live_kotopolku: LiveKotopolku) -> Callable[[Page, str], Page]:
    """Signs a persona in with its name and the password of demo mode."""

    def do(page: Page, username: str) -> Page:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill("demo")
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
        return page

    return do


@pytest.fixture
def accessibility_faults() -> Callable[..., list[str]]:
    """What axe finds against WCAG 2.2 A and AA on the page as it stands, one line a fault; an empty list is right.

    ``structure``, ``colours``: false for a page of which that has been looked at on another already."""
    script = AXE.read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # Only the faults leave the page: what passed is by far the larger part of axe's answer.
    faults = """async ({runOnly, rules}) => {
        const options = {runOnly, rules, resultTypes: ['violations']};
        const found = await axe.run(document, options);
        return found.violations.flatMap(
            fault => fault.nodes.map(node => `${fault.id}: ${fault.help} at ${node.target}`)
        );
    }"""

    def check(page: Page, *, structure: bool = True, colours: bool = True) -> list[str]:
        if not (structure or colours):
            return []
        # Evaluated through the debugger, which the page's policy does not hold.
        page.evaluate(script)
        only = {"type": "tag", "values": tags} if structure else {"type": "rule", "values": COLOURS}
        rules = {name: {"enabled": colours} for name in COLOURS}
        found: list[str] = page.evaluate(faults, {"runOnly": only, "rules": rules})
        return found

    return check
