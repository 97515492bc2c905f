"""Stands up public pages for tests: editors of a municipality and of the country, pages in the tree, texts published."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.models import Page, PageText

ON = date(2026, 11, 23)
VANTAA, COUNTRY = "vantaa", "suomi"


def editor(code: str = "kunta-092", on: date = ON) -> Viewer:
    """An editor who writes and publishes."""
    return make.worker(code, on, role=Role.EDITOR)


def writer(code: str = "kunta-092", on: date = ON) -> Viewer:
    """A team leader, who writes and translates but does not publish."""
    return make.worker(code, on, role=Role.TEAM_LEADER)


def national(on: date = ON) -> Viewer:
    return make.worker("tem", on, role=Role.MINISTRY_OFFICER)


def content(title: str = "Asuminen", text: str = "Asunto haetaan itse.", **more: Any) -> TextContent:
    return TextContent(title, blocks=[{"id": "a1", "kind": "text", "text": text}], **more)


def page(actor: Viewer, key: str = "asuminen", space: str = VANTAA, *, title: str = "", **place: Any) -> Page:
    """A page with a draft."""
    with make.working(actor) as at_work:
        return pages.add_page(space, PagePlace(key=key, **place), content(title or key), actor=at_work)


def saved(actor: Viewer, of: Page, language: str = "fi", **more: Any) -> PageText:
    """A further version of a text."""
    known = PageText.objects.filter(page=of, language=language).first()
    with make.working(actor) as at_work:
        return texts.save_text(
            of.pk, language, content(**more), actor=at_work, expected_version=known.version if known else 0
        )


def published(actor: Viewer, of: Page, language: str = "fi") -> PageText:
    with make.working(actor) as at_work:
        return texts.publish(of.pk, language, actor=at_work)


def shown(actor: Viewer, key: str = "asuminen", space: str = VANTAA, **more: Any) -> Page:
    """A page that readers see in the language of its space."""
    made = page(actor, key, space, **more)
    published(actor, made)
    return made
