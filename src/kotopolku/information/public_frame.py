"""What stands around every public page: menu, languages, addresses of this page elsewhere, who answers. No statement.

Not for: the content of pages; fault pages, which have no reader (``templates/information/public/faults_frame.html``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
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


def frame(request: HttpRequest, reader: Reader) -> Frame:
    """The frame of a page at the request's address."""
    code = reader.language.code
    rest = request.path.removeprefix(f"{languages.PUBLIC}{code}/")
    has_space = rest != ""
    base = f"{languages.PUBLIC}{code}/{reader.space.slug}/"
    choose = f"{languages.PUBLIC}{code}/"
    site = settings.SITE_ADDRESS.rstrip("/")
    written = [one for one in reader.languages if not reader.written or one.code in reader.written]
    return Frame(
        words=words_of(reader),
        home=base if has_space else choose,
        choose=choose,
        base=base,
        menu=_menu(base, request.path) if has_space else (),
        tongues=[
            Tongue(one, f"{languages.PUBLIC}{one.code}/{rest}", one.code == code) for one in reader.languages
        ],
        alternates=[Tongue(one, f"{site}{languages.PUBLIC}{one.code}/{rest}", False) for one in written],
        canonical=f"{site}{request.path}",
        manifest=f"{base if has_space else choose}manifest.webmanifest",
        keeper=organisation_name(reader.space),
        feedback=_feedback(base, rest),
        demo=settings.DEMO,
    )


def words_of(reader: Reader) -> Language:
    """The language of the page's own words: the reader's, or English where it has no catalogue."""
    code = reader.language.ui
    if code == reader.language.code:
        return reader.language
    return next(one for one in languages.at_the_start() if one.code == code)


def organisation_name(space: Space) -> str:
    """Who keeps a space, by its name in the page's language, in English where it has none in that one."""
    keeper = space.organisation
    return keeper.name if get_language() in ("fi", "sv") else keeper.name_en or keeper.name_fi


def _menu(base: str, path: str) -> list[MenuItem]:
    items = [
        (_("Services"), f"{base}services/"),
        (_("Events"), f"{base}events/"),
        (_("Contacts"), f"{base}contacts/"),
        (_("Search"), f"{base}search/"),
    ]
    return [MenuItem(words, to, path.startswith(to)) for words, to in items]


def _feedback(base: str, rest: str) -> str:
    """The feedback form, which is told from which page one came."""
    parts = rest.strip("/").split("/")
    key = parts[1] if len(parts) == 2 else ""
    return f"{base}feedback/?page={key}" if key else f"{base}feedback/"
