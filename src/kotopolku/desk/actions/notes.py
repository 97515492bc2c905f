"""Acts on notes: writing, correcting with the history kept, pinning, taking away and putting back."""

from typing import Any
from uuid import UUID

from django.db import transaction

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import Case
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.desk import access, rules
from kotopolku.desk.categories import category
from kotopolku.desk.models import Note
from kotopolku.desk.rules import NoteContent
from kotopolku.desk.wording import refusal, said
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

NOTE = "desk.note"


@transaction.atomic
def write_note(
    relationship_id: int, content: NoteContent, *, actor: Viewer, token: UUID | None = None
) -> Note:
    """Writes a note about a client. Raises ``Refusals``, ``NotVisible``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, NOTE)) is not None:
        return access.note(relationship_id, before)
    refuse(_check(content))
    now = clock.now()
    note = Note.objects.create(
        person_id=case.relationship.person_id,
        relationship_id=relationship_id,
        category=content.category,
        day=content.day,
        language=content.language,
        text=content.text.strip(),
        author_id=actor.user_id,
        organisation_id=case.responsibility.authority_id,
        written_at=now,
        written_on=clock.today(),
        saved_by_id=actor.user_id,
        saved_at=now,
    )
    _record("desk.note.written", note, actor, token=token, details={"category": note.category})
    return note


@transaction.atomic
def correct_note(
    relationship_id: int,
    note_id: int,
    content: NoteContent,
    *,
    actor: Viewer,
    expected_version: int,
    reason: str = "",
) -> Note:
    """Changes a note; what it said before stays in its history. A reason is needed but for one's own of the day.

    Raises ``EditClash`` when somebody saved in between, ``Refusals``, ``NotVisible``.
    """
    note, _case = _let_in(actor, relationship_id, note_id)
    if note.version != expected_version:
        raise _clash(note)
    if note.removed_on is not None:
        raise Refusals([refusal("", "note-removed")])
    found = _check(content)
    if rules.correction_needs_reason(note.author_id, note.written_on, actor.user_id, clock.today()):
        found += said(rules.check_reason(reason))
    refuse(found)
    changed = [
        name for name in NoteContent.__dataclass_fields__ if getattr(content, name) != getattr(note, name)
    ]
    note.category, note.day, note.language = content.category, content.day, content.language
    note.text = content.text.strip()
    _save(note, actor)
    _record("desk.note.corrected", note, actor, reason=reason.strip(), details={"fields": changed})
    return note


@transaction.atomic
def pin_note(relationship_id: int, note_id: int, *, actor: Viewer) -> Note:
    """Keeps the note above the others."""
    note, _case = _let_in(actor, relationship_id, note_id)
    note.pinned = True
    note.save(update_fields=["pinned"])
    _record("desk.note.pinned", note, actor)
    return note


@transaction.atomic
def unpin_note(relationship_id: int, note_id: int, *, actor: Viewer) -> Note:
    note, _case = _let_in(actor, relationship_id, note_id)
    note.pinned = False
    note.save(update_fields=["pinned"])
    _record("desk.note.unpinned", note, actor)
    return note


@transaction.atomic
def remove_note(relationship_id: int, note_id: int, reason: str, *, actor: Viewer) -> Note:
    """Takes a note away that was written by mistake, with a reason. ``restore_note`` puts it back."""
    note, _case = _let_in(actor, relationship_id, note_id)
    refuse(said(rules.check_reason(reason)))
    if note.removed_on is None:
        note.removed_on, note.pinned = clock.today(), False
        _save(note, actor)
    _record("desk.note.removed", note, actor, reason=reason.strip())
    return note


@transaction.atomic
def restore_note(relationship_id: int, note_id: int, *, actor: Viewer) -> Note:
    note, _case = _let_in(actor, relationship_id, note_id)
    note.removed_on = None
    _save(note, actor)
    _record("desk.note.restored", note, actor)
    return note


@transaction.atomic(savepoint=False)
def record_printing(relationship_id: int, *, actor: Viewer) -> None:
    """The client's notes were shown as a list for printing."""
    case = cases.let_in(actor, Capability.CLIENT_VIEW, relationship_id)
    record(
        "desk.notes.printed",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("clients.relationship", relationship_id),
    )


def _let_in(actor: Viewer, relationship_id: int, note_id: int) -> tuple[Note, Case]:
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    return access.note(relationship_id, note_id, lock=True), case


def _save(note: Note, actor: Viewer) -> None:
    note.saved_by_id, note.saved_at = actor.user_id, clock.now()
    note.version += 1
    note.save()


def _check(content: NoteContent) -> list[Refusal]:
    found = said(rules.check_note(content, clock.today()))
    if category(content.category) is None:
        found.append(refusal("category", "unknown-category"))
    if content.language and reference.language(content.language) is None:
        found.append(refusal("language", "unknown-language"))
    return found


def _clash(note: Note) -> EditClash:
    theirs = {name: getattr(note, name) for name in NoteContent.__dataclass_fields__}
    who = note.saved_by.get_full_name() if note.saved_by else ""
    return EditClash(theirs=theirs, version=note.version, who=who, when=note.saved_at)


def _record(action: str, note: Note, actor: Viewer, **more: Any) -> None:
    record(action, actor=actor, subjects=[note.person_id], object=(NOTE, note.pk), **more)
