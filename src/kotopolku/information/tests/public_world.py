"""Published pages and news for the tests of readers: written through the actions, as editors write them."""

from datetime import date
from typing import Any

from kotopolku.access.viewer import Viewer
from kotopolku.information.actions.pages import PagePlace, add_page
from kotopolku.information.actions.texts import TextContent, publish, save_text
from kotopolku.information.models import Page, PageText, Space

DAY = date(2026, 11, 23)


def system() -> Viewer:
    return Viewer.for_system("tests", DAY)


def content(title: str, words: str = "Words.", **more: Any) -> TextContent:
    blocks = more.pop("blocks", [{"kind": "text", "text": words}])
    return TextContent(title=title, summary=more.pop("summary", ""), blocks=blocks, **more)


def page(space: str, key: str, title: str = "", *, language: str = "fi", **more: Any) -> Page:
    """An own page, published in one language."""
    place = PagePlace(
        key=key,
        parent=more.pop("parent", None),
        icon=more.pop("icon", ""),
        review_by=more.pop("review_by", None),
    )
    made = add_page(space, place, content(title or key.title(), **more), actor=system())
    if language == Space.objects.get(slug=space).source_language:
        publish(made.pk, language, actor=system())
    return made


def variant(space: str, kind: str, of: Page, title: str = "", words: str = "Words.") -> Page:
    """An addition to a page from above, one in its place, or one that hides it; published in Finnish."""
    told = None if kind == "hidden" else content(title or kind, words)
    made = add_page(space, PagePlace(kind=kind, of=of.pk), told, actor=system())
    if told is not None:
        publish(made.pk, "fi", actor=system())
    return made


def translated(made: Page, language: str, title: str, words: str = "Words.", **more: Any) -> None:
    """The page in a further language, published."""
    text = PageText.objects.filter(page=made, language=language).first()
    save_text(
        made.pk,
        language,
        content(title, words, **more),
        actor=system(),
        expected_version=text.version if text else 0,
    )
    publish(made.pk, language, actor=system())
