"""What may be written at the desk, as pure functions: tasks, notes, titles of documents, messages. No Django, no clock.

Refusals carry a code; ``wording.py`` has the words. Not for: what a file really is (``content.py``).
"""

from dataclasses import dataclass
from datetime import date

from kotopolku.clients.rules import Refusal, fold

LONGEST_TASK = 1_000
LONGEST_NOTE = 10_000
LONGEST_MESSAGE = 4_000
LONGEST_TITLE = 120
SHORTEST_REASON = 5
"""Characters. All five are our own rules."""


@dataclass(frozen=True)
class TaskContent:
    """A task as typed: for a person or for a team, one of the two."""

    text: str
    due: date | None = None
    assignee_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True)
class NoteContent:
    """A note as typed. ``language``: a code of ``reference.Language``, or empty."""

    category: str
    day: date
    text: str
    language: str = ""


def check_text(field: str, text: str, most: int, code: str = "text-required") -> list[Refusal]:
    """Something is written, and not more than fits."""
    if not text.strip():
        return [Refusal(field, code)]
    if len(text) > most:
        return [Refusal(field, "text-long", params={"most": most})]
    return []


def check_task(content: TaskContent, today: date, before: date | None = None) -> list[Refusal]:
    """A task has words, and a day that is not over unless it stays as it was (``before``)."""
    found = check_text("text", content.text, LONGEST_TASK, "task-required")
    if content.due is not None and content.due < today and content.due != before:
        found.append(Refusal("due", "due-past"))
    return found


def check_note(content: NoteContent, today: date) -> list[Refusal]:
    found = check_text("text", content.text, LONGEST_NOTE)
    if content.day > today:
        found.append(Refusal("day", "note-future"))
    return found


def correction_needs_reason(
    author_id: int | None, written_on: date, actor_id: int | None, today: date
) -> bool:
    """One's own note of the same day is mended freely; anything else is a correction, and says why."""
    return author_id is None or author_id != actor_id or written_on != today


def check_reason(reason: str) -> list[Refusal]:
    if len(reason.strip()) < SHORTEST_REASON:
        return [Refusal("reason", "reason-required")]
    return []


def check_title(title: str, *names: str) -> list[Refusal]:
    """A document's title says what it is, without the client's ``names``."""
    if found := check_text("title", title, LONGEST_TITLE, "title-required"):
        return found
    forbidden = {word for name in names for word in fold(name).split() if len(word) > 2}
    if forbidden & set(fold(title).split()):
        return [Refusal("title", "title-name")]
    return []
