"""What stands in a page on paper and in the guide of a space: texts, live cards as of the day, who keeps it, when.

Pictures are left to the screen. Not for: how it is set (``booklet.py``).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kotopolku.information import languages, public_frame, wording_public
from kotopolku.information.blocks import (
    CONTACT,
    DOWNLOAD,
    EVENT,
    FORM,
    NOTICE,
    SERVICE,
    STEPS,
    TEXT,
    embeds_in,
)
from kotopolku.information.inheritance import Node, Text
from kotopolku.information.queries import activities, directory, reading
from kotopolku.information.queries.directory import ContactCard
from kotopolku.information.revisions import Reader
from kotopolku.information.wording_activities import span
from kotopolku.letters import booklet

CONTACTS = 12
DEEPEST = 2
"""Pages of the first two levels are headings of their own; those below stand under the second."""


def of_page(reader: Reader, key: str) -> dict[str, Any] | None:
    """One page with what is added to it; None when the space has none of this key. A statement for each kind of card more."""
    shown = reading.page(reader, key)
    if shown is None or shown.node.text is None:
        return None
    return _guide(reader, shown.node.text.title, "", list(_texts(reader, [shown.node], 1)))


def of_space(reader: Reader) -> dict[str, Any]:
    """All pages of a space in the order of reading, then who answers. Bounded statements whatever the number of pages."""
    tree = reading.tree(reader, with_blocks=True)
    pages = [*_texts(reader, tree.roots, 1, below=True), *_contacts(reader)]
    return _guide(reader, reader.space.name(reader.language.code), _("Contents"), pages)


def _guide(reader: Reader, title: str, contents: str, pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "contents": contents,
        "lang": languages.ui_code(reader.language.code).partition("-")[0],
        "rtl": reader.language.direction == "rtl",
        "keeper": public_frame.organisation_name(reader.space),
        "day": wording_public.day(reader.day),
        "footer": f"Kotopolku · {reader.space.name(reader.language.code)}",
        "pages": list(pages),
    }


def _texts(
    reader: Reader, nodes: Sequence[Node], level: int, *, below: bool = False
) -> Iterator[dict[str, Any]]:
    """The pages one after another, each with its additions; with ``below`` also the pages under them."""
    live = _Live(reader, nodes, below=below)
    yield from _walk(reader, nodes, level, live, below)


def _walk(
    reader: Reader, nodes: Sequence[Node], level: int, live: "_Live", below: bool
) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node.text is not None:
            yield _text(reader, node.text, level, live)
            for row in node.additions:
                if row.text is not None:
                    keeper = public_frame.organisation_name(reader.level(row.level))
                    yield _text(reader, row.text, min(level + 1, DEEPEST), live, keeper)
        if below:
            yield from _walk(reader, node.children, min(level + 1, DEEPEST), live, below)


def _text(reader: Reader, text: Text, level: int, live: "_Live", keeper: str = "") -> dict[str, Any]:
    language = reader.named(text.language)
    rtl = language.direction == "rtl"
    notes = [keeper] if keeper else []
    if text.language != reader.language.code:
        notes.append(wording_public.language_name(text.language))
    if text.machine:
        notes.append(_("Translated by a machine. Nobody has checked the text yet."))
    if text.updated:
        notes.append(_("Updated %(day)s") % {"day": wording_public.day(text.updated)})
    return {
        "title": text.title,
        "level": level,
        "lang": text.language.partition("-")[0],
        "rtl": rtl,
        "notes": notes,
        "parts": [
            *([booklet.paragraph(text.summary, rtl=rtl, bold=True)] if text.summary else []),
            *_parts(text, rtl, live),
        ],
    }


def _parts(text: Text, rtl: bool, live: "_Live") -> Iterator[booklet.Part]:
    for block in text.blocks or []:
        kind, words = block["kind"], block.get("text", "")
        if block.get("heading"):
            yield {"kind": "heading", "runs": [{"text": block["heading"]}]}
        if kind == TEXT:
            yield from booklet.parts_of(words, rtl=rtl)
        elif kind == NOTICE:
            yield {"kind": "box", "parts": booklet.parts_of(words, rtl=rtl)}
        elif kind == STEPS:
            yield {
                "kind": "numbers",
                "items": [
                    [
                        *([booklet.paragraph(one["title"], rtl=rtl, bold=True)] if one.get("title") else []),
                        *booklet.parts_of(one.get("text", ""), rtl=rtl),
                    ]
                    for one in block.get("items", ())
                ],
            }
        elif kind == FORM:
            yield booklet.paragraph(block["label"], rtl=rtl, address=_whole(block["address"]))
            yield booklet.paragraph(block["address"])
        elif kind == DOWNLOAD:
            yield booklet.paragraph(block["label"], rtl=rtl)
        elif kind in (CONTACT, SERVICE, EVENT):
            yield from live.parts(kind, int(block.get("target") or 0), rtl)


def _whole(address: str) -> str:
    from django.conf import settings

    return f"{settings.SITE_ADDRESS.rstrip('/')}{address}" if address.startswith("/") else address


class _Live:
    """Contacts, services and events that the texts show, as of the day: one question for each kind that occurs."""

    def __init__(self, reader: Reader, nodes: Sequence[Node], *, below: bool) -> None:
        wanted: dict[str, set[int]] = {}
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            waiting += node.children if below else []
            for text in node.texts:
                for kind, target in embeds_in(text.blocks or []):
                    wanted.setdefault(kind, set()).add(target)
        code, day, space = reader.language.code, reader.day, reader.space
        self._contacts = directory.cards(sorted(wanted[CONTACT]), code, day) if CONTACT in wanted else {}
        services = activities.service_cards(sorted(wanted.get(SERVICE, ())), space, code, day)
        events = activities.event_cards(sorted(wanted.get(EVENT, ())), space, code, day)
        self._services = {one.id: one for one in services}
        self._events = {one.id: one for one in events}

    def parts(self, kind: str, target: int, rtl: bool) -> Iterator[booklet.Part]:
        """The card of a target; nothing for one that readers may not see."""
        if kind == CONTACT and (contact := self._contacts.get(target)) is not None:
            yield {"kind": "box", "parts": list(contact_parts(contact, rtl))}
        if kind == SERVICE and (service := self._services.get(target)) is not None:
            lines = [
                booklet.paragraph(str(service.name), rtl=rtl, bold=True),
                booklet.paragraph(service.organisation),
            ]
            if service.summary:
                lines.append(booklet.paragraph(str(service.summary), rtl=rtl))
            yield {"kind": "box", "parts": lines}
        if kind == EVENT and (event := self._events.get(target)) is not None:
            lines = [
                booklet.paragraph(str(event.name), rtl=rtl, bold=True),
                booklet.paragraph(
                    f"{wording_public.day(event.starts.date())} {span(event.starts, event.ends)}", rtl=rtl
                ),
            ]
            if event.where:
                lines.append(booklet.paragraph(str(event.where), rtl=rtl))
            yield {"kind": "box", "parts": lines}


def contact_parts(contact: ContactCard, rtl: bool) -> Iterator[booklet.Part]:
    """Who answers, how, and who is away until when."""
    yield booklet.paragraph(contact.name or str(contact.title), rtl=rtl, bold=True)
    if contact.name and contact.title:
        yield booklet.paragraph(str(contact.title), rtl=rtl)
    yield booklet.paragraph(str(contact.organisation), rtl=rtl)
    if contact.telephone:
        yield booklet.paragraph(contact.telephone.shown, rtl=rtl, address=f"tel:{contact.telephone.dialled}")
    if contact.email:
        yield booklet.paragraph(contact.email, address=f"mailto:{contact.email}")
    for one in contact.stands_in:
        if one.returns:
            words = _("%(name)s is away and back on %(day)s.") % {
                "name": one.stands_in_for,
                "day": one.returns,
            }
            yield booklet.paragraph(words, rtl=rtl)


def _contacts(reader: Reader) -> Iterator[dict[str, Any]]:
    rtl = reader.language.direction == "rtl"
    people = directory.directory(reader.space, reader.language.code, reader.day, directory.Wanted()).cards
    if people:
        yield {
            "title": _("Contacts"),
            "level": 1,
            "lang": reader.language.code.partition("-")[0],
            "rtl": rtl,
            "notes": [_("As of %(day)s") % {"day": wording_public.day(reader.day)}],
            "parts": [{"kind": "box", "parts": list(contact_parts(one, rtl))} for one in people[:CONTACTS]],
        }
