"""Every page of the menu and of the first client, as the personas see them: accessible, never wider than the screen."""

from __future__ import annotations

import json
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
    ("viestinta.vantaa", "", "fi", "light", PHONE),
    ("yhdistys", "", "sv", "dark", PHONE),
]
SKIPPED_ENDS = (".pdf", ".csv", ".xlsx", ".ics", ".xlf")
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
    r"/(placement|training|procurement|information|commons|steering)/[a-z-]+/([a-z-]+/|\d+/)*",
]
"""Pages that the rooms of the menu lead to: the first of each kind is opened."""
FURTHEST = {
    WHOLE_WALKS: ("/placement/", "/training/"),
    "evk.uusimaa": ("/placement/", "/steering/"),
    "hankinta.vantaa": ("/training/", "/procurement/"),
    "koulutus": ("/training/", "/procurement/"),
    "viestinta.vantaa": ("/information/", "/commons/"),
}
"""Personas that go further, and in which of the large rooms they do: there also the pages are opened that those lead to."""
LARGE = ("/placement/", "/training/", "/procurement/", "/information/", "/commons/", "/steering/")
DOWNLOAD = re.compile(r"/(papers/\d+|opened-files/\d+|files)/|\.(ics|xlf|csv|json|pdf)$|/(csv|pdf)/$")
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


def kind_of(path: str) -> str:
    """The address without its numbers: pages of one kind have one template."""
    path = re.sub(r"^(/information/pages/\d+)/[a-z-]+/", r"\1/language/", path)
    return re.sub(r"^/quality/(?!authorities/).*", "/quality/check/", re.sub(r"\d+", "0", path))


def leading_on(page: Page, path: str, *, is_room: bool, large: tuple[str, ...]) -> Iterator[str]:
    """Pages of ``FURTHER`` that a room of the menu leads to; in the large rooms also what those lead to."""
    if not (is_room or path.startswith(large)):
        return
    for address in links(page, "main a"):
        found = urlsplit(address).path
        elsewhere = found.startswith(LARGE) and not found.startswith(large)
        if any(re.fullmatch(one, found) for one in FURTHER) and not (DOWNLOAD.search(found) or elsewhere):
            yield address


def of_client(page: Page, client: str, language: str) -> Iterator[str]:
    """What the page of a client leads to: the tabs, and all pages under the client's own address."""
    if language == FURTHER_IN:
        yield from links(page, ".tabs a")
    for address in sorted(set(links(page, "main a"))):
        path = urlsplit(address).path
        if path.startswith(client) and path != client and not path.endswith(SKIPPED_ENDS):
            yield address


def visited(page: Page, persona: str, language: str) -> Iterator[tuple[str, int]]:
    """Goes through the menu, then to the first client of the list, and on from there as far as the persona goes. Stands
    at each page while its address and the status of its answer are told."""
    page.goto("/account/")
    whole = persona == WHOLE_WALKS
    further = language == FURTHER_IN and persona in FURTHEST
    menu = [address for address in links(page, "#nav a") if whole or address not in FOR_EVERYBODY]
    waiting = [*menu, *(ALWAYS if whole else ()), *(["/notices/"] if further else ())]
    rooms, seen, kinds = set(waiting), set(waiting), set()
    client = ""
    for address in waiting:
        response = page.goto(address)
        assert response is not None
        path, found = urlsplit(address).path, []
        if further:
            for one in leading_on(page, path, is_room=address in rooms, large=FURTHEST[persona]):
                if (kind := kind_of(urlsplit(one).path)) not in kinds:
                    kinds.add(kind)
                    found.append(one)
        if address == "/clients/":
            clients = [one for one in links(page, "main a") if re.search(r"/\d+/$", urlsplit(one).path)]
            client = clients[0] if clients else ""
            found += [*clients[:1], *(["/clients/new/"] if whole else ())]
        if whole and address == client:
            found += of_client(page, client, language)
        waiting += [one for one in dict.fromkeys(found) if one not in seen]
        seen.update(found)
        yield address, response.status


def shorten(page: Page) -> None:
    """Leaves the first rows of every long table: all are written by one loop of the template, and axe takes long."""
    page.evaluate("document.querySelectorAll('tbody > tr:nth-child(n+16)').forEach(row => row.remove())")


def what_is_new(page: Page, address: str, scheme: str) -> tuple[bool, bool]:
    """Whether the page shows what none of its kind has shown before, and colours that none in the scheme has: an element
    of its classes under a parent of its. Axe looks again at what is new only."""
    # As one text, each once: a long answer of many values takes the browser's driver longer than the page itself.
    told: str = page.evaluate(
        """() => {
            const name = one => one.tagName + ' ' + (one.className.baseVal ?? one.className);
            const elements = [...document.querySelectorAll('body *')].map(node => JSON.stringify(
                [name(node), node.getAttributeNames().join(' '), name(node.parentElement)]
            ));
            return '[' + [...new Set(elements)].join(',') + ']';
        }"""
    )
    elements: list[list[str]] = json.loads(told)
    kind = kind_of(urlsplit(address).path)
    shown = {(kind, name, attributes) for name, attributes, _parent in elements}
    colours = {(scheme, name, parent) for name, _attributes, parent in elements}
    new = not shown <= _SHOWN, not colours <= _SHOWN
    _SHOWN.update(shown, colours)
    return new


_SHOWN: set[tuple[str, str, str]] = set()


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("persona", "day", "language", "scheme", "width"), WALKS)
def test_pages_are_accessible_and_fit_the_screen(
    live_kotopolku: LiveKotopolku,
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[Page, str], Page],
    accessibility_faults: Callable[..., list[str]],
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
    for address, status in visited(page, persona, language):
        if status != (404 if address == ALWAYS[-1] else 200):
            faults.append(f"{address}: status {status}")
        assert page.locator("html").get_attribute("lang") == language
        if (over := sideways(page)) > 0:
            faults.append(f"{address}: {over} pixels wider than {width}")
        if width == PHONE:
            page.set_viewport_size({"width": NARROW, "height": 900})
            if (over := sideways(page)) > 0:
                faults.append(f"{address}: {over} pixels wider than {NARROW}")
            page.set_viewport_size({"width": width, "height": 900})
        shorten(page)
        structure, colours = what_is_new(page, address, scheme)
        found = accessibility_faults(page, structure=structure, colours=colours)
        faults += [f"{address}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
