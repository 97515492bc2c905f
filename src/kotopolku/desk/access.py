"""The only way from an id to a task, note, document or message. Row security stands under it as a net.

Not for: what may be done (capabilities). A thing of another authority is answered like one that does not exist.
"""

from django.db.models import Q, QuerySet

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.desk.models import Document, Note, Task


def tasks(viewer: Viewer) -> "QuerySet[Task]":
    """Tasks that the viewer sees: about clients by row security, about none those of the own organisation."""
    if viewer.system:
        return Task.objects.all()
    return Task.objects.filter(Q(relationship__isnull=False) | Q(organisation_id=viewer.organisation_id))


def task(viewer: Viewer, task_id: int, *, lock: bool = False) -> Task:
    """Raises ``NotVisible``."""
    rows = tasks(viewer).select_related("assignee", "team", "given_by", "relationship__person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=task_id).first()
    if found is None:
        raise NotVisible
    if found.relationship_id is not None:
        clients.case(viewer, found.relationship_id)
    return found


def note(relationship_id: int, note_id: int, *, lock: bool = False) -> Note:
    """A note of a client into whose case the viewer has been let. Raises ``NotVisible``."""
    rows = Note.objects.select_for_update() if lock else Note.objects.select_related("author", "saved_by")
    found = rows.filter(pk=note_id, relationship_id=relationship_id).first()
    if found is None:
        raise NotVisible
    return found


def document(relationship_id: int, document_id: int, *, lock: bool = False) -> Document:
    """A document of a client into whose case the viewer has been let. Raises ``NotVisible``."""
    rows = Document.objects.select_for_update() if lock else Document.objects.select_related("added_by")
    found = rows.filter(pk=document_id, relationship_id=relationship_id).first()
    if found is None:
        raise NotVisible
    return found


def own_document(viewer: Viewer, document_id: int) -> Document:
    """A document shown to the client, for the client at the own page. Raises ``NotVisible``."""
    if viewer.own is None:
        raise NotVisible
    found = Document.objects.filter(pk=document_id, person_id=viewer.own.person_id, shared=True).first()
    if found is None:
        raise NotVisible
    return found
