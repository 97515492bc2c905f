"""The public site on a telephone: what comes over the line, without a connection, without script, from right to left."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import until, watched

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page

PHONE, NARROW = {"width": 390, "height": 844}, 320
MOST_BYTES = 60 * 1024
SLOW_PHONE = {
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
    "offline": False,
}
"""A slow mobile network as the common measuring tools have it: 1.6 Mbit/s, 150 ms there and back."""
SLOWER_PROCESSOR = 4


def first_page(page: Page) -> str:
    """The address of the first page that the front page leads to."""
    address = page.locator("ul.grid .tile a").first.get_attribute("href")
    assert address
    return address


@pytest.mark.parametrize("language", ["fi", "ar", "uk"])
def test_the_first_view_of_a_region_is_small_and_quick(
    language: str, new_context: Callable[..., BrowserContext], capsys: pytest.CaptureFixture[str]
) -> None:
    context = new_context(viewport=PHONE, locale=language, is_mobile=True, service_workers="block")
    page = watched(context.new_page())
    line: CDPSession = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW_PHONE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def came(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    line.on("Network.responseReceived", came)
    line.on("Network.loadingFinished", ended)
    page.goto(f"/info/{language}/uusimaa/", wait_until="networkidle", timeout=60_000)
    counted = sum(size for one, size in sizes.items() if kinds.get(one) != "Image")
    timing = page.evaluate(
        """() => ({
            painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
            answered: performance.getEntriesByType('navigation')[0].responseStart,
        })"""
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\n/info/{language}/uusimaa/: {counted / 1024:.1f} kB without pictures, answer after"
            f" {timing['answered']:.0f} ms, first view after {timing['painted']:.0f} ms on a slow phone\n"
        )
    assert {"Document", "Stylesheet"} <= set(kinds.values())
    assert counted <= MOST_BYTES


def test_what_was_opened_once_is_readable_without_a_connection(
    new_context: Callable[..., BrowserContext],
) -> None:
    context = new_context(viewport=PHONE, locale="fi")
    page = watched(context.new_page())
    page.goto("/info/fi/uusimaa/")
    until(page, "() => navigator.serviceWorker.controller !== null")
    address = first_page(page)
    page.goto(address)
    heading = page.locator("h1").text_content() or ""
    until(
        page,
        "async addresses => (await Promise.all(addresses.map(one => caches.match(one)))).every(Boolean)",
        ["/info/fi/uusimaa/", address, "/info/fi/offline/"],
    )
    context.set_offline(True)
    page.goto("/info/fi/uusimaa/")
    assert page.locator("ul.grid .tile").count() > 0
    page.goto(address)
    assert page.locator("h1").text_content() == heading
    assert (
        page.locator("body").evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
    page.goto("/info/fi/lappi/figures/")
    assert page.locator("html").get_attribute("lang") == "fi"
    assert "112" in (page.locator("main").text_content() or "")
    context.set_offline(False)
    page.goto("/info/fi/lappi/figures/")
    assert page.locator("h1 bdi").text_content() == "Lappi"


def test_a_reader_without_script_chooses_a_place_and_reads(
    new_context: Callable[..., BrowserContext],
) -> None:
    context = new_context(viewport=PHONE, locale="fi", java_script_enabled=False)
    page = context.new_page()
    page.goto("/info/")
    assert page.url.endswith("/info/fi/")
    assert not page.locator("#position").is_visible()
    page.locator("input[name=q]").fill("Вантаа")
    page.locator("form.chooser button").click()
    page.locator("select[name=language]").select_option("ar")
    page.locator("form.chooser button").click()
    assert page.url.endswith("/info/ar/vantaa/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.goto(first_page(page))
    assert page.locator("main h1").count() == 1
    assert context.cookies() == []


def test_the_device_itself_finds_the_nearest_places(new_context: Callable[..., BrowserContext]) -> None:
    context = new_context(
        viewport=PHONE,
        locale="fi",
        geolocation={"latitude": 60.29, "longitude": 25.04},
        permissions=["geolocation"],
    )
    page = watched(context.new_page())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/info/fi/")
    assert not [one for one in asked if "places.json" in one]
    page.locator("#position button").click()
    page.locator("#position a").first.wait_for()
    assert page.locator("#position a").first.get_attribute("href") == "/info/fi/vantaa/"
    assert not [one for one in asked if "60.2" in one or "25.0" in one]
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fi", "ar"])
def test_the_pages_have_no_faults_of_accessibility(
    language: str,
    scheme: str,
    new_context: Callable[..., BrowserContext],
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    page = watched(new_context(viewport=PHONE, locale=language, color_scheme=scheme).new_page())
    page.goto(f"/info/{language}/uusimaa/")
    addresses = [
        f"/info/{language}/uusimaa/",
        first_page(page),
        f"/info/{language}/",
        f"/info/{language}/?q=xyzzy",
        f"/info/{language}/uusimaa/news/",
        f"/info/{language}/uusimaa/figures/",
        f"/info/{language}/uusimaa/no-such-page/",
        f"/info/{language}/offline/",
    ]
    faults = {}
    for address in addresses:
        page.set_viewport_size(PHONE)
        page.goto(address)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        if found := accessibility_faults(page):
            faults[address] = found
        page.set_viewport_size({"width": NARROW, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults[f"{address} at {NARROW}"] = [f"scrolls sideways by {wide}"]
    assert faults == {}


def test_telephone_numbers_run_from_left_to_right_in_an_arabic_page(page: Page) -> None:
    page.goto("/info/ar/uusimaa/")
    numbers = page.locator("a[href^='tel:'] bdi")
    for number in numbers.all():
        assert number.get_attribute("dir") == "ltr"
        assert re.search(r"\d", number.text_content() or "")
    assert page.locator(".notice bdi[dir=ltr]", has_text="112").count() == 1


def test_a_printed_page_has_the_text_and_no_menus(page: Page) -> None:
    page.goto("/info/fi/uusimaa/")
    page.goto(first_page(page))
    page.emulate_media(media="print")
    assert page.locator("main h1").is_visible()
    assert not page.locator(".topbar").is_visible()
    assert not page.locator("nav[aria-labelledby=languages-title]").is_visible()
