"""The desk's tables: tasks with comments, notes, attached documents, messages between a client and the authority.

Not for: the files themselves (``files.py``), who may see them (``access.py``, row security in ``migrations/``).
"""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "open")
    DONE = "done", pgettext_lazy("task", "done")
    WITHDRAWN = "withdrawn", pgettext_lazy("task", "taken back")


class Task(models.Model):
    """Tehtävä. Something to do, given to a colleague, a team or oneself; about a client, or about none.

    About a client it is seen by the authority that answers for the client on the day; about none, by ``organisation``.
    """

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The authority in which it was given."""
    person = models.ForeignKey(
        "clients.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    relationship = models.ForeignKey(
        "clients.Relationship",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    text = models.CharField(max_length=1000)
    due = models.DateField(null=True, blank=True)
    """The last day agreed between people; no time limit of the law."""
    assignee = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    """Either a person or a team."""
    team = models.ForeignKey(
        "actors.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    given_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """Empty when a job of the product gave it."""
    given_on = models.DateField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(assignee=None) ^ models.Q(team=None), name="desk_task_person_or_team"
            ),
            models.CheckConstraint(
                condition=models.Q(person=None, relationship=None)
                | models.Q(person__isnull=False, relationship__isnull=False),
                name="desk_task_client_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["assignee", "state", "due"], name="desk_task_assignee"),
            models.Index(fields=["team", "state", "due"], name="desk_task_team"),
            models.Index(fields=["given_by", "state", "due"], name="desk_task_given"),
            models.Index(fields=["relationship", "state", "due"], name="desk_task_client"),
        ]


class TaskComment(models.Model):
    """Tehtävän kommentti."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(
        "clients.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


@pghistory.track(model_name="NoteEvent")
class Note(models.Model):
    """Muistiinpano. What a worker wrote down about a contact or an event. All notes travel at a hand-over."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.CharField(max_length=20)
    """An id of ``categories.categories``."""
    day = models.DateField()
    """The day of what it tells about."""
    language = models.CharField(max_length=10, blank=True)
    """In which it is written: a code of ``reference.Language``."""
    text = models.TextField()
    pinned = models.BooleanField(default=False)
    author = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The authority whose note it was."""
    written_at = models.DateTimeField()
    written_on = models.DateField()
    saved_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    removed_on = models.DateField(null=True, blank=True)
    """Taken away by mistake's reason (in the journal); can be put back."""
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["relationship", "-day", "-id"], name="desk_note_client")]


class Scan(models.TextChoices):
    CLEAN = "clean", _("checked for viruses")
    UNSCANNED = "unscanned", _("not scanned")
    WAITING = "waiting", _("waits for the virus check")
    INFECTED = "infected", _("refused: a virus was found")


class Document(models.Model):
    """Liite. A file attached to a client; its content lies in ``files`` under its hash."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=120)
    """What it is; never a person's name."""
    kind = models.CharField(max_length=8)
    """pdf, png, jpg, docx, xlsx, txt: found from the content (``content.FileKind``)."""
    size = models.IntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan.choices)
    shared = models.BooleanField(default=False)
    """Whether the client sees it at the own page."""
    added_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_on = models.DateField()
    added_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["relationship", "-id"], name="desk_document_client"),
            models.Index(fields=["sha256"], name="desk_document_content"),
            models.Index(fields=["id"], condition=models.Q(scan="waiting"), name="desk_document_waiting"),
        ]

    @property
    def can_be_opened(self) -> bool:
        return self.scan in (Scan.CLEAN, Scan.UNSCANNED)


class Message(models.Model):
    """Viesti. One message of the thread between a client and the authority that answers."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey(
        "clients.Relationship", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    from_client = models.BooleanField()
    on_behalf = models.BooleanField(default=False)
    """Written by somebody who acts for the client."""
    author = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The authority that sent it, or answered when it came."""
    text = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    """In which it is written: a code of ``reference.Language``."""
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    """By the other side: a worker, or the client."""
    read_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["relationship", "-id"], name="desk_message_thread"),
            models.Index(
                fields=["relationship", "sent_at"],
                condition=models.Q(from_client=True, read_at=None),
                name="desk_message_unread",
            ),
        ]
