"""Acts on the languages of the public pages: added, changed, retired, brought back, put in order. Data, not code.

A language that is retired keeps every text; it is no longer offered. The keeper of the country's pages only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.information import sources
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import ContentLanguage, Space
from kotopolku.journal.actions import record

_CODE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?")
_LOCK = 0x6C616E67  # "lang"
LONGEST_NAME = 100


@dataclass(frozen=True)
class LanguageContent:
    """What is said of a language. ``nearest``: codes offered where a text is missing, the nearest first."""

    name: str
    direction: str = "ltr"
    nearest: Sequence[str] = ()


def keeps_languages(viewer: Viewer) -> bool:
    """Whether the viewer may change the languages: may publish, for the keeper of the country's pages."""
    if viewer.system:
        return True
    national = Space.objects.filter(slug=sources.NATIONAL, organisation_id=viewer.organisation_id or 0)
    return viewer.may(Capability.CONTENT_PUBLISH) and national.exists()


def _require_keeper(actor: Viewer) -> None:
    require(actor, Capability.CONTENT_PUBLISH)
    if not keeps_languages(actor):
        raise NotVisible
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _record(name: str, code: str, actor: Viewer) -> None:
    """Readers everywhere see another list of languages."""
    touch(Space.objects.filter(slug=sources.NATIONAL).values_list("pk", flat=True))
    record(name, actor=actor, object=("information.language", 0), details={"language": code})


@transaction.atomic
def add_language(code: str, content: LanguageContent, *, actor: Viewer) -> ContentLanguage:
    """A new language, the last in the order. Added again as it is, nothing happens. Raises ``Refusals``."""
    _require_keeper(actor)
    code = code.strip().lower()
    found = _check(content, code)
    if not _CODE.fullmatch(code):
        words = _("Give the code as in web addresses, for example “so” or “zh-hans”.")
        found.append(Refusal("code", "bad-code", words))
    there = ContentLanguage.objects.filter(pk=code).first()
    if there is not None:
        if not found and there.retired_on is None and _plain(there) == _clean(content):
            return there
        words = (
            _("This language is in the list already.")
            if there.retired_on is None
            else _("This language was retired. Bring it back from the list: its texts are still there.")
        )
        found.append(Refusal("code", "there", words))
    refuse(found)
    last = ContentLanguage.objects.order_by("-order").values_list("order", flat=True).first() or 0
    clean = _clean(content)
    made = ContentLanguage.objects.create(
        code=code,
        name=clean.name,
        names=sources.names_of(code),
        direction=clean.direction,
        nearest=list(clean.nearest),
        order=min(last + 10, 32_000),
    )
    _record("information.language.added", code, actor)
    return made


@transaction.atomic
def change_language(code: str, content: LanguageContent, *, actor: Viewer) -> ContentLanguage:
    """Changes name, direction or the nearest languages. Raises ``Refusals``, ``NotVisible``."""
    _require_keeper(actor)
    row = _row(code)
    refuse(_check(content, code))
    clean = _clean(content)
    if _plain(row) == clean:
        return row
    row.name, row.direction, row.nearest = clean.name, clean.direction, list(clean.nearest)
    row.save(update_fields=["name", "direction", "nearest"])
    _record("information.language.changed", code, actor)
    return row


@transaction.atomic
def retire_language(code: str, *, actor: Viewer) -> ContentLanguage:
    """Takes a language out of use: its texts stay, no reader or editor is offered it. Safe to repeat."""
    _require_keeper(actor)
    row = _row(code)
    if row.retired_on is not None:
        return row
    written = Space.objects.filter(source_language=code).count()
    if written:
        words = _("%(spaces)s sites are written in this language first. It cannot be retired.")
        refuse([Refusal("", "source", words, {"spaces": str(written)})])
    row.retired_on = clock.today()
    row.save(update_fields=["retired_on"])
    _record("information.language.retired", code, actor)
    return row


@transaction.atomic
def bring_back_language(code: str, *, actor: Viewer) -> ContentLanguage:
    """Puts a retired language into use again, with the texts it had. Safe to repeat."""
    _require_keeper(actor)
    row = _row(code)
    if row.retired_on is None:
        return row
    row.retired_on = None
    row.save(update_fields=["retired_on"])
    _record("information.language.brought-back", code, actor)
    return row


@transaction.atomic
def move_language(code: str, *, up: bool, actor: Viewer) -> ContentLanguage:
    """Changes places with the language before (``up``) or after it among those in use. At the end nothing happens."""
    _require_keeper(actor)
    row = _row(code)
    rows = list(ContentLanguage.objects.order_by("order", "code"))
    place = rows.index(row)
    further = range(place - 1, -1, -1) if up else range(place + 1, len(rows))
    other = next((number for number in further if rows[number].retired_on is None), None)
    if other is None:
        return row
    rows.insert(other, rows.pop(place))
    for number, one in enumerate(rows, start=1):
        one.order = number * 10
    ContentLanguage.objects.bulk_update(rows, ["order"])
    _record("information.language.moved", code, actor)
    return rows[other]


def _row(code: str) -> ContentLanguage:
    row = ContentLanguage.objects.filter(pk=code).first()
    if row is None:
        raise NotVisible
    return row


def _plain(row: ContentLanguage) -> LanguageContent:
    return LanguageContent(row.name, row.direction, tuple(row.nearest))


def _clean(content: LanguageContent) -> LanguageContent:
    return LanguageContent(
        " ".join(content.name.split()), content.direction, tuple(dict.fromkeys(content.nearest))
    )


def _check(content: LanguageContent, code: str) -> list[Refusal]:
    found = []
    name = content.name.strip()
    if not name:
        found.append(Refusal("name", "required", _("Write what the language calls itself.")))
    if len(name) > LONGEST_NAME:
        words = _("This is longer than %(most)s characters. Shorten it.")
        found.append(Refusal("name", "too-long", words, {"most": str(LONGEST_NAME)}))
    if content.direction not in ("ltr", "rtl"):
        found.append(Refusal("direction", "unknown", _("Choose the direction of writing.")))
    known = set(ContentLanguage.objects.values_list("code", flat=True))
    for one in content.nearest:
        if one == code:
            found.append(Refusal("nearest", "itself", _("A language is not offered in its own place.")))
        elif one not in known:
            words = _("There is no language with the code %(code)s.")
            found.append(Refusal("nearest", "unknown", words, {"code": one[:12]}))
    return found
