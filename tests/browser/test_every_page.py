"""Every page of the menu and of the first client, as the personas see them: accessible, never wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import watched

if TYPE_CHECKING:
    from conftest import LiveKotopolku
    from playwright.sync_api import BrowserContext, Page

DESKTOP, PHONE, NARROW = 1280, 390, 320

# Persona, its day (empty: the day of the server), language, light or dark, width. Together they cover every room,
# both Acts, three languages, both schemes and both widths.
WALKS = [
    ("kunta.vantaa", "", "fi", "light", DESKTOP),
    ("kunta.vantaa", "", "sv", "dark", PHONE),
    ("tyo.vantaa", "", "en", "light", PHONE),
    ("te.uusimaa", "1.3.2021", "fi", "dark", PHONE),
    ("ely.uusimaa", "1.3.2021", "sv", "light", DESKTOP),
    ("evk.uusimaa", "", "fi", "light", PHONE),
    ("ministry", "", "sv", "light", DESKTOP),
    ("admin.vantaa", "", "sv", "dark", DESKTOP),
    ("dpo.vantaa", "", "en", "light", PHONE),
    ("koulutus", "", "fi", "light", PHONE),
    ("hankinta.vantaa", "", "fi", "light", DESKTOP),
    ("hankinta2.vantaa", "", "sv", "dark", PHONE),
]
SKIPPED_ENDS = (".pdf", ".csv", ".xlsx")
FOR_EVERYBODY = {"/who-answers/", "/directory/", "/reference/municipalities/", "/law/"}
"""The same for every persona: walked only by the first."""
WHOLE_WALKS = "kunta.vantaa"
FURTHER = [
    r"/notices/wishes/",
    r"/desk/tasks/(\d+|new)/",
    r"/appointments/(\d+|new|orders|absences|feed)/",
    r"/handover/(offers|receipts|referrals)/\d+/",
    r"/handover/referrals/(new|advice)/",
    r"/clients/team/absences/",
    r"/quality/[a-z-]+/",
    r"/exchange/(import/\d+|import/fields|export)/",
    r"/letters/\d+/\d+/",
    r"/my/corrections/\d+/",
    r"/(placement|training|procurement)/[a-z-]+/([a-z-]+/|\d+/)*",
]
"""Pages that the rooms of the menu lead to: the first of each kind is opened."""
FURTHEST = {
    WHOLE_WALKS: ("/placement/", "/training/"),
    "evk.uusimaa": ("/placement/",),
    "hankinta.vantaa": ("/training/", "/procurement/"),
    "koulutus": ("/training/", "/procurement/"),
}
"""Personas that go further, and in which of the large rooms they do: there also the pages are opened that those lead to."""
LARGE = ("/placement/", "/training/", "/procurement/")
DOWNLOAD = re.compile(r"/(papers/\d+|opened-files/\d+|files)/")
FURTHER_IN = "fi"
"""The language in which they go further than the menu: the rooms' own pages and a client's tabs."""
ALWAYS = [
    "/account/",
    "/about/accessibility/",
    "/about/data-protection/",
    "/about/help/",
    "/law/A1/",
    "/no-such-page/",
]


def links(page: Page, where: str) -> list[str]:
    found: list[str] = page.locator(where).evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('href'))"
    )
    return [address for address in found if address and address.startswith("/")]


def further(page: Page, menu: list[str], large: tuple[str, ...]) -> Iterator[str]:
    """The first page of each kind that the rooms of the menu lead to; in the large rooms also what those lead to."""
    seen: set[str] = set()
    rooms = ["/notices/", *menu]
    for room in rooms:
        page.goto(room)
        for address in links(page, "main a"):
            path = urlsplit(address).path
            kind = re.sub(r"\d+", "0", path)
            kind = re.sub(r"^/quality/(?!authorities/).*", "/quality/check/", kind)
            if DOWNLOAD.search(path) or (path.startswith(LARGE) and not path.startswith(large)):
                continue
            if kind not in seen and any(re.fullmatch(pattern, path) for pattern in FURTHER):
                seen.add(kind)
                yield address
                if path.startswith(large):
                    rooms.append(address)


def addresses(page: Page, persona: str, language: str) -> Iterator[str]:
    """The menu, then the first client of the list; the first persona also opens every page that leads on from there."""
    page.goto("/account/")
    menu = links(page, "#nav a")
    whole = persona == WHOLE_WALKS
    yield from (address for address in menu if whole or address not in FOR_EVERYBODY)
    if whole:
        yield from ALWAYS
    if persona in FURTHEST and language == FURTHER_IN:
        yield from further(page, menu, FURTHEST[persona])
    if "/clients/" not in menu:
        return
    page.goto("/clients/")
    clients = [
        address
        for address in links(page, "main a")
        if urlsplit(address).path.strip("/").split("/")[-1].isdigit()
    ]
    if not clients:
        return
    yield clients[0]
    if not whole:
        return
    yield "/clients/new/"
    page.goto(clients[0])
    if language == FURTHER_IN:
        yield from links(page, ".tabs a")
    for address in sorted(set(links(page, "main a"))):
        path = urlsplit(address).path
        if path.startswith(clients[0]) and path != clients[0] and not path.endswith(SKIPPED_ENDS):
            yield address


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("persona", "day", "language", "scheme", "width"), WALKS)
def test_pages_are_accessible_and_fit_the_screen(
    live_kotopolku: LiveKotopolku,
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[[Page], list[str]],
    persona: str,
    day: str,
    language: str,
    scheme: Any,
    width: int,
) -> None:
    context = new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale=f"{language}-FI",
    )
    context.add_cookies([{"name": "kotopolku_language", "value": language, "url": live_kotopolku.url}])
    page = watched(context.new_page())
    page.goto("/accounts/login/")
    faults = [f"/accounts/login/: {fault}" for fault in accessibility_faults(page)]
    if day:
        page.locator("#demo-day").fill(day)
        page.locator("#demo-day").press("Enter")
        page.wait_for_load_state()
    sign_in(page, persona)
    for address in list(dict.fromkeys(addresses(page, persona, language))):
        response = page.goto(address)
        assert response is not None
        if response.status != (404 if address == ALWAYS[-1] else 200):
            faults.append(f"{address}: status {response.status}")
        assert page.locator("html").get_attribute("lang") == language
        faults += [f"{address}: {fault}" for fault in accessibility_faults(page)]
        if (over := sideways(page)) > 0:
            faults.append(f"{address}: {over} pixels wider than {width}")
        if width == PHONE:
            page.set_viewport_size({"width": NARROW, "height": 900})
            if (over := sideways(page)) > 0:
                faults.append(f"{address}: {over} pixels wider than {NARROW}")
            page.set_viewport_size({"width": width, "height": 900})
    assert not faults, "\n".join(faults)
