"""Stands up pages for tests of translating: an editor of a municipality, a page with every kind of text."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.blocks import Block
from kotopolku.information.models import Page, PageText

ON = date(2026, 11, 23)
SPACE = "vantaa"


def editor(code: str = "kunta-092", role: Role = Role.EDITOR) -> Viewer:
    return make.worker(code, ON, role=role)


def empty() -> None:
    """Takes the pages of the start content out of the municipality, so that a test sees its own only."""
    Page.objects.filter(space__slug=SPACE).update(removed_on=ON)


def content_blocks(**changes: str) -> list[Block]:
    """A text with a link, steps, and a form; ids as they stay."""
    words = {
        "text": "Tee kotoutumissuunnitelma [täällä](https://tyo.example.fi/).",
        "step": "Varaa aika",
    } | changes
    return [
        {"id": "t1", "kind": "text", "heading": "Suunnitelma", "text": words["text"]},
        {
            "id": "s1",
            "kind": "steps",
            "heading": "Näin teet",
            "items": [{"title": words["step"], "text": "Soita."}, {"title": "Tule paikalle", "text": ""}],
        },
        {"id": "f1", "kind": "form", "label": "Hakemus", "address": "https://lomake.example.fi/"},
    ]


def page(
    viewer: Viewer,
    *,
    key: str = "plan",
    parent: int | None = None,
    published: bool = True,
    space: str = SPACE,
) -> int:
    """A page with its source text."""
    with make.working(viewer) as at_work:
        made = pages.add_page(
            space,
            PagePlace(key=key, parent=parent),
            TextContent(f"Kotoutumissuunnitelma {key}", "Mikä se on?", content_blocks()),
            actor=at_work,
        )
        if published:
            texts.publish(made.pk, "fi", actor=at_work)
    return made.pk


def text(page_id: int, language: str) -> PageText:
    rows = PageText.objects.select_related("latest__made_from", "published", "page__space")
    return rows.get(page=page_id, language=language)


def rewrite(
    viewer: Viewer,
    page_id: int,
    *,
    minor: bool = False,
    published: bool = True,
    blocks: list[Block] | None = None,
    **changes: str,
) -> PageText:
    """A new version of the source."""
    with make.working(viewer) as at_work:
        saved = texts.save_text(
            page_id,
            "fi",
            TextContent(
                changes.pop("title", "Kotoutumissuunnitelma"),
                "Mikä se on?",
                blocks if blocks is not None else content_blocks(**changes),
                minor=minor,
            ),
            actor=at_work,
            expected_version=text(page_id, "fi").version,
        )
        return texts.publish(page_id, "fi", actor=at_work) if published else saved


def translate(
    viewer: Viewer, page_id: int, *, made_from: int, language: str = "sv", **changes: Any
) -> PageText:
    """A translation of a version of the source."""
    blocks: list[Block] = [
        {
            "id": "t1",
            "kind": "text",
            "heading": "Planen",
            "text": "Gör en plan [här](https://tyo.example.fi/).",
        },
        {
            "id": "s1",
            "kind": "steps",
            "heading": "Så här gör du",
            "items": [{"title": "Boka tid", "text": "Ring."}, {"title": "Kom till platsen", "text": ""}],
        },
        {"id": "f1", "kind": "form", "label": "Ansökan", "address": "https://lomake.example.fi/sv"},
    ]
    there = PageText.objects.filter(page=page_id, language=language).first()
    with make.working(viewer) as at_work:
        return texts.save_text(
            page_id,
            language,
            TextContent(
                changes.get("title", "Integrationsplan"),
                "Vad är det?",
                changes.get("blocks", blocks),
                made_from=made_from,
                machine=changes.get("machine", False),
            ),
            actor=at_work,
            expected_version=there.version if there else 0,
        )
