"""What stands around every public page: menu, languages, addresses of this page elsewhere, who answers. No statement.

Not for: the content of pages; fault pages, which have no reader (``templates/information/public/faults_frame.html``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kotopolku.information import languages
from kotopolku.information.languages import Language
from kotopolku.information.models import Space
from kotopolku.information.revisions import Reader


@dataclass(frozen=True)
class MenuItem:
    words: str
    address: str
    current: bool


@dataclass(frozen=True)
class Tongue:
    """This page in a language."""

    language: Language
    address: str
    current: bool


@dataclass(frozen=True)
class Frame:
    words: Language
    """The language of the page's own words."""
    home: str
    """The front page of the space, or the chooser."""
    choose: str
    base: str
    menu: Sequence[MenuItem]
    tongues: Sequence[Tongue]
    alternates: Sequence[Tongue]
    """Languages in which the page's text itself stands, with whole addresses."""
    canonical: str
    manifest: str
    keeper: str
    feedback: str
    demo: bool
    has_space: bool


def frame(request: HttpRequest, reader: Reader, has_space: bool = True) -> Frame:
    """The frame of a page at the request's address."""
    code = reader.language.code
    rest = request.path.removeprefix(f"{languages.PUBLIC}{code}/")
    has_space = has_space and rest != ""
    slug = reader.space.slug
    base = f"{languages.PUBLIC}{code}/{slug}/"
    choose = f"{languages.PUBLIC}{code}/"
    site = settings.SITE_ADDRESS.rstrip("/")
    written = [one for one in reader.languages if not reader.written or one.code in reader.written]
    return Frame(
        words=words_of(reader),
        home=base if has_space else choose,
        choose=choose,
        base=base,
        menu=_menu(code, slug, request.path) if has_space else (),
        tongues=[
            Tongue(one, f"{languages.PUBLIC}{one.code}/{rest}", one.code == code) for one in reader.languages
        ],
        alternates=[Tongue(one, f"{site}{languages.PUBLIC}{one.code}/{rest}", False) for one in written],
        canonical=f"{site}{request.path}",
        manifest=f"{base if has_space else choose}manifest.webmanifest",
        keeper=organisation_name(reader.space),
        feedback=_feedback(code, slug, rest),
        demo=settings.DEMO,
        has_space=has_space,
    )


def words_of(reader: Reader) -> Language:
    """The language of the page's own words: the reader's, or English where it has no catalogue."""
    code = reader.language.ui
    if code == reader.language.code:
        return reader.language
    return next(one for one in languages.at_the_start() if one.code == code)


def organisation_name(space: Space) -> str:
    """Who keeps a space, by its name in the page's language."""
    return space.organisation.name


@lru_cache(maxsize=10_000)
def address(name: str, code: str, slug: str) -> str:
    """An address of another part of the public site; empty while the product has no such page."""
    try:
        return reverse(f"info:{name}", kwargs={"language": code, "space": slug})
    except NoReverseMatch:
        return ""


def _menu(code: str, slug: str, path: str) -> list[MenuItem]:
    items = [
        (_("Services"), address("services", code, slug)),
        (_("Events"), address("events", code, slug)),
        (_("Contacts"), address("contacts", code, slug)),
        (_("Search"), address("search", code, slug)),
    ]
    return [MenuItem(words, to, path.startswith(to)) for words, to in items if to]


def _feedback(code: str, slug: str, rest: str) -> str:
    """The feedback form, which is told from which page one came."""
    to = address("feedback", code, slug)
    parts = rest.strip("/").split("/")
    key = parts[1] if len(parts) == 2 else ""
    return f"{to}?page={key}" if to and key else to
