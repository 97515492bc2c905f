"""Acts on files of translations: brought to be looked at, confirmed, thrown away.

Nothing of a file is written before a person has confirmed what the report shows. Not for: comparing (``xliff_checking.py``).
"""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access, xliff, xliff_checking
from kotopolku.information.actions.texts import TextContent, ask_review, save_text
from kotopolku.information.models import ContentLanguage, Space, TranslationFile
from kotopolku.information.queries import translating
from kotopolku.journal.actions import record

FILE = "information.translation-file"
KEPT = timedelta(days=30)
"""So long a file waits to be confirmed."""


@transaction.atomic
def send_out(
    space_slug: str, language: str, *, actor: Viewer, page_id: int | None = None, only_open: bool = False
) -> bytes:
    """One page with all below it, or the whole space, as a file to be translated. Raises ``Refusals``, ``NotVisible``."""
    space = access.own_space(actor, space_slug)
    _refuse_language(space, language)
    files = translating.page_files(space, translating.subtree(space, page_id), language, only_open=only_open)
    if not files:
        refuse([Refusal("language", "nothing", _("There is nothing to translate here."))])
    made = xliff.written(files, space.source_language, language)
    record(
        "information.xliff.sent",
        actor=actor,
        object=("information.space", space.pk),
        details={"language": language, "pages": len(files)},
    )
    return made


def _refuse_language(space: Space, language: str) -> None:
    known = ContentLanguage.objects.filter(code=language, retired_on=None).exists()
    if not known or language == space.source_language:
        refuse([Refusal("language", "unknown", _("Choose a language to translate into."))])


@transaction.atomic
def receive_file(
    space_slug: str, language: str, name: str, content: bytes, *, actor: Viewer
) -> TranslationFile:
    """Keeps a file to be looked at; the same file again gives the one that is there.

    Raises ``xliff.Unreadable``, ``Refusals``.
    """
    space = access.own_space(actor, space_slug)
    _refuse_language(space, language)
    xliff.read(content)
    digest = hashlib.sha256(content).hexdigest()
    there = (
        TranslationFile.objects.filter(space=space, language=language, sha256=digest, dropped_at=None)
        .order_by("-pk")
        .first()
    )
    if there is not None:
        return there
    made = TranslationFile.objects.create(
        space=space,
        language=language,
        name=name[-200:],
        sha256=digest,
        content=content,
        received_at=clock.now(),
        by_id=actor.user_id,
    )
    record("information.xliff.received", actor=actor, object=(FILE, made.pk))
    return made


def file(viewer: Viewer, space_slug: str, file_id: int, *, lock: bool = False) -> TranslationFile:
    """A file of an own space. Raises ``NotVisible``."""
    space = access.own_space(viewer, space_slug)
    rows = TranslationFile.objects.filter(pk=file_id, space=space, dropped_at=None)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotVisible
    found.space = space
    return found


def report(of: TranslationFile) -> xliff_checking.Report:
    """What the file would change now. Reads only."""
    return xliff_checking.compare(xliff.read(bytes(of.content)), of.space, of.language)


@transaction.atomic
def confirm_file(
    space_slug: str, file_id: int, *, actor: Viewer, digest: str, to_review: bool = False
) -> int:
    """Writes what the report showed, as drafts or for review; returns how many texts. Confirmed again, nothing happens.

    ``digest``: of the report that was looked at. Raises ``EditClash`` when anything in it has changed since, ``Refusals``.
    """
    found = file(actor, space_slug, file_id, lock=True)
    if found.confirmed_at is not None:
        return found.taken
    now = report(found)
    if now.digest != digest:
        raise EditClash(theirs={}, version=0, who="", when=clock.now())
    if not now.writes:
        refuse([Refusal("", "nothing", _("Nothing of this file can be taken in."))])
    for one in now.writes:
        if one.page is None or one.content is None:
            continue
        content = TextContent(
            one.content.title,
            one.content.summary,
            one.content.blocks,
            machine=one.machine,
            made_from=one.made_from,
            note=found.name[-100:],
        )
        save_text(one.page.pk, found.language, content, actor=actor, expected_version=one.version)
        if to_review:
            ask_review(one.page.pk, found.language, actor=actor, reviewer=None)
    found.confirmed_at, found.taken, found.content = clock.now(), len(now.writes), b""
    found.save(update_fields=["confirmed_at", "taken", "content"])
    record("information.xliff.taken", actor=actor, object=(FILE, found.pk), details={"texts": found.taken})
    return found.taken


@transaction.atomic
def drop_file(space_slug: str, file_id: int, *, actor: Viewer) -> None:
    """Throws a file away without taking anything of it. One that was confirmed stays in the list."""
    found = file(actor, space_slug, file_id, lock=True)
    if found.confirmed_at is None:
        found.dropped_at, found.content = clock.now(), b""
        found.save(update_fields=["dropped_at", "content"])
        record("information.xliff.dropped", actor=actor, object=(FILE, found.pk))


@transaction.atomic
def forget_old(*, actor: Viewer) -> int:
    """Empties files that nobody has confirmed for a long time; returns how many. For the job."""
    require(actor, Capability.CONTENT_EDIT)
    rows = TranslationFile.objects.filter(
        confirmed_at=None, dropped_at=None, received_at__lt=clock.now() - KEPT
    )
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        TranslationFile.objects.filter(pk__in=ids).update(dropped_at=clock.now(), content=b"")
        record("information.xliff.dropped", actor=actor, object=(FILE, ids[0]), details={"files": len(ids)})
    return len(ids)


def files(viewer: Viewer, space: Space) -> list[TranslationFile]:
    """Files of the space, the newest first."""
    rows = TranslationFile.objects.filter(space=space, dropped_at=None).defer("content").select_related("by")
    return list(rows.order_by("-pk")[:20])
