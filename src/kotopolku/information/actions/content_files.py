"""Acts on pictures and papers of a space: added with every check, described in each language.

A file stays once it is there: earlier versions of a text show it, too. Not for: where files lie (``filing.py``).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.desk.content import MEDIA_TYPES, FileKind, NotAccepted, kind_of
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal
from kotopolku.information import access, blocks, filing, pictures
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import ContentFile, Embed
from kotopolku.journal.actions import record

log = logging.getLogger(__name__)

FILE = "information.file"
MEGABYTE = 1024 * 1024
LONGEST_ALTERNATIVE = 300
LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name is believed only as far as the content bears it out."""

    name: str
    data: bytes


def check_size(size: int) -> None:
    """Raises ``Refusals`` for a file that is too large; ask before reading it."""
    most = settings.LARGEST_FILE_BYTES
    if size > most:
        sizes = {"size": -(-size // MEGABYTE), "most": most // MEGABYTE}
        raise Refusals([refusal("file", "file-large", **sizes)])


def add_file(
    space_slug: str,
    upload: Upload,
    alternatives: Mapping[str, str] | None = None,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> ContentFile:
    """Keeps a picture or a paper of an own space. ``alternatives``: alternative text by language.

    Nothing goes to readers unchecked: while the virus scanner is away, no file is taken. Raises ``Refusals``, ``NotVisible``.
    """
    require(actor, Capability.CONTENT_EDIT)
    access.own_space(actor, space_slug)
    check_size(len(upload.data))
    try:
        kind = kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal("file", error.code, found=error.found)]) from error
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        _record_refusal(space_slug, kind, actor)
        raise Refusals([refusal("file", "file-virus")])
    if verdict == Verdict.AWAY:
        words = _("The virus check does not answer now. Nothing was kept; send the file again in a while.")
        raise Refusals([Refusal("file", "scanner-away", words)])
    bare = Upload(upload.name, _bare(upload.data, kind))
    return _keep(space_slug, kind, bare, alternatives or {}, actor, token)


def _bare(data: bytes, kind: FileKind) -> bytes:
    """A picture without the place where it was taken and all else that its camera noted."""
    make = {FileKind.JPG: pictures.bare_jpeg, FileKind.PNG: pictures.bare_png}.get(kind)
    try:
        return make(data) if make else data
    except pictures.BrokenPicture as error:
        raise Refusals([refusal("file", "file-broken")]) from error


@transaction.atomic
def _record_refusal(space_slug: str, kind: FileKind, actor: Viewer) -> None:
    space = access.own_space(actor, space_slug)
    record(
        "information.file.refused",
        actor=actor,
        object=("information.space", space.pk),
        details={"kind": kind.value},
    )


@transaction.atomic
def _keep(
    space_slug: str,
    kind: FileKind,
    upload: Upload,
    alternatives: Mapping[str, str],
    actor: Viewer,
    token: UUID | None,
) -> ContentFile:
    if (before := done_before(token, FILE)) is not None:
        return own_file(actor, before)
    space = access.own_space(actor, space_slug)
    words = _clean(alternatives)
    try:
        sha256, place = filing.store(upload.data)
    except OSError as error:
        log.exception("a file of public pages could not be written")
        raise Refusals([refusal("file", "file-not-stored")]) from error
    found = ContentFile.objects.create(
        space=space,
        name=blocks.clean_words(PurePosixPath(upload.name.replace("\\", "/")).name)[-LONGEST_NAME:],
        media_type=MEDIA_TYPES[kind],
        size=len(upload.data),
        place=place,
        sha256=sha256,
        alternatives=words,
        added_by_id=actor.user_id,
        added_at=clock.now(),
    )
    record("information.file.added", actor=actor, object=(FILE, found.pk), token=token)
    return found


@transaction.atomic
def describe_file(file_id: int, alternatives: Mapping[str, str], *, actor: Viewer) -> ContentFile:
    """Says in each language what a picture shows. Pages that show it show the new words at once."""
    require(actor, Capability.CONTENT_EDIT)
    found = own_file(actor, file_id, lock=True)
    found.alternatives = _clean(alternatives)
    found.save(update_fields=["alternatives"])
    if Embed.objects.filter(kind="file", target=found.pk).exclude(text__published=None).exists():
        touch([found.space_id])
    record("information.file.described", actor=actor, object=(FILE, found.pk))
    return found


def own_file(viewer: Viewer, file_id: int, *, lock: bool = False) -> ContentFile:
    """A file of an own space. Raises ``MissingCapability``, ``NotVisible``."""
    rows = ContentFile.objects.select_related("space").filter(space__in=access.own_spaces(viewer), pk=file_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def _clean(alternatives: Mapping[str, str]) -> dict[str, str]:
    found = {code: blocks.clean_words(words) for code, words in alternatives.items()}
    refuse(
        [
            Refusal(
                f"alt_{code}",
                "too-long",
                _("This is longer than %(most)s characters. Shorten it."),
                {"most": LONGEST_ALTERNATIVE},
            )
            for code, words in found.items()
            if len(words) > LONGEST_ALTERNATIVE
        ]
    )
    return {code: words for code, words in found.items() if words}
