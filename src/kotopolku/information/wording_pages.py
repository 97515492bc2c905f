"""Words and marks of editing: states of texts, differences, blocks. Not for: refusals (``clients.wording``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from kotopolku import clock, worddiff
from kotopolku.information import blocks, differences
from kotopolku.information.forms_pages import KINDS, LABELS, TONES
from kotopolku.information.models import ContentLanguage, PageText, TextState
from kotopolku.information.queries.editing import TextMark


@dataclass(frozen=True)
class Mark:
    """A state as the design shows it: which colour and icon, and the words."""

    state: str
    words: str
    icon: str = ""


_STATES: dict[str, tuple[str, str | Promise]] = {
    TextState.DRAFT: ("plan", gettext_lazy("draft")),
    TextState.REVIEW: ("now", gettext_lazy("in review")),
    TextState.SCHEDULED: ("wait", gettext_lazy("will be published")),
    TextState.PUBLISHED: ("ok", gettext_lazy("published")),
    TextState.WITHDRAWN: ("lock", gettext_lazy("withdrawn")),
}


def text_marks(mark: TextMark) -> list[Mark]:
    """The marks of one text: its state first, then what else is to be known."""
    state, words = _STATES[mark.state]
    found = [Mark(state, str(words), _icon(mark.state))]
    if mark.published and mark.state != TextState.PUBLISHED:
        found.append(Mark("ok", _("readers see an earlier version")))
    if mark.stale:
        found.append(Mark("soon", _("stale")))
    if mark.machine:
        found.append(Mark("soon", _("machine-suggested")))
    return found


def state_mark(text: PageText) -> Mark:
    state, words = _STATES[text.state]
    return Mark(state, str(words), _icon(text.state))


def _icon(state: str) -> str:
    return "edit" if state == TextState.DRAFT else ""


def language_names() -> dict[str, str]:
    """Names of the content languages by code, in the editor's language."""
    speaker = (get_language() or "fi")[:2]
    return {one.code: one.names.get(speaker) or one.name for one in ContentLanguage.objects.all()}


def block_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def field_name(name: str) -> str:
    """A field of a difference in words; "item-3" is the third step."""
    if name.startswith("item-"):
        return _("Step %(number)s") % {"number": name.removeprefix("item-")}
    return str(LABELS.get(name, name))


def change_words(change: differences.BlockChange) -> str:
    """What became of a block, as one sentence."""
    if not change.kind:
        return _("Title and summary changed")
    values = {"kind": block_name(change.kind), "number": change.number}
    if change.state == worddiff.ADDED:
        return _("Added: %(kind)s, block %(number)s") % values
    if change.state == worddiff.REMOVED:
        return _("Taken away: %(kind)s, block %(number)s of the earlier version") % values
    if change.state == differences.MOVED:
        return _("Moved: %(kind)s, now block %(number)s") % values
    if change.moved:
        return _("Moved and changed: %(kind)s, now block %(number)s") % values
    return _("Changed: %(kind)s, block %(number)s") % values


@dataclass(frozen=True)
class ShownChange:
    """A difference as a page draws it."""

    words: str
    state: str
    fields: list[tuple[str, tuple[worddiff.Piece, ...]]]


def shown(changes: Iterable[differences.BlockChange], names: dict[str, str]) -> list[ShownChange]:
    """The differences in words. ``names``: of live cards by "kind-id", in place of their numbers."""
    found = []
    for change in changes:
        fields = []
        for one in change.fields:
            kind = blocks.SHAPES[change.kind].target if change.kind else ""
            pieces = tuple(
                worddiff.Piece(piece.state, _value(one.name, kind, piece.words, names))
                for piece in one.pieces
            )
            fields.append((field_name(one.name), pieces))
        found.append(ShownChange(change_words(change), change.state, fields))
    return found


def _value(name: str, kind: str, value: str, names: dict[str, str]) -> str:
    if name == "tone":
        return str(dict(TONES).get(value, value))
    return names.get(f"{kind}-{value}", value) if name == "target" else value


def block_lines(block: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    """A block as lines (name, words), for two versions side by side. ``names``: as for ``shown``."""
    kind = blocks.SHAPES[block["kind"]].target
    lines = [
        (field_name(name), _value(name, kind, str(block[name]), names))
        for name in ("tone", "heading", "text", "label", "alt", "target", "address")
        if block.get(name)
    ]
    for number, item in enumerate(block.get("items", ()), start=1):
        words = "\n".join(filter(None, (item.get("title", ""), item.get("text", ""))))
        lines.append((field_name(f"item-{number}"), words))
    return lines


def row_name(path: str, kind: str, number: int) -> str:
    """What a row of a clash is about."""
    if path == "order":
        return pgettext("blocks", "Order of the blocks")
    if path in ("title", "summary"):
        return str(LABELS[path])
    return f"{number}. {block_name(kind)}"


def moment(at: datetime) -> str:
    """A day and time of the Finnish clock."""
    local = at.astimezone(clock.HELSINKI)
    return _("%(day)s at %(time)s") % {
        "day": formats.date_format(local.date(), "DATE_FORMAT"),
        "time": f"{local.hour}.{local.minute:02d}",
    }
