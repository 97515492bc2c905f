"""What a request for guidance must hold, by when it is answered, when it is followed up. Pure: no Django, no clock.

The days are an office's own target, kept as data (rule O-GU): no Act gives them. Not for: rights (``access_guidance.py``).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kotopolku import law
from kotopolku.clients.rules import Refusal


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


TARGET = "O-GU"
QUESTION, DRAFT, REVIEW = "question", "draft", "review"
ASKED, WORK, ANSWERED, FOLLOWED, CLOSED = "asked", "work", "answered", "followed", "closed"
OPEN = (ASKED, WORK)
"""The region owes an answer."""
FINE = "fine"
LONGEST_TEXT = 20_000
LONGEST_COMMENT = 4_000
LONGEST_CHANGE = 2_000
MOST_COMMENTS = 300


@dataclass(frozen=True)
class GuidanceContent:
    """A request as somebody wrote it. ``programme_id``: what is sent along, or what the question is about."""

    kind: str
    subject: str
    answer_by: date
    text: str = ""
    language: str = "fi"
    region_id: int | None = None
    programme_id: int | None = None


@dataclass(frozen=True)
class CommentContent:
    """A comment of the region. ``key``: of the section; empty: on the whole."""

    verdict: str
    text: str
    key: str = ""
    line_id: int | None = None


@dataclass(frozen=True)
class Said:
    """A comment as the follow-up counts it: its verdict, whether the asker has told of a change, whether it is settled."""

    verdict: str
    changed: bool
    settled: bool


def proposed_day(asked: date) -> date:
    """The day by which an answer is proposed (own target O-GU)."""
    found = law.due(TARGET, asked).due
    return found or asked


def earliest_day(asked: date) -> date:
    """The first day that can be asked for (own target O-GU)."""
    return asked + timedelta(days=law.rule(TARGET, asked).other_amounts["shortest-days"])


def reminder_of(today: date, answer_by: date) -> str:
    """What the region is reminded of on the day: "due" shortly before the last day, "late" after it, "" else."""
    if today > answer_by:
        return "late"
    ahead = timedelta(days=law.rule(TARGET, today).other_amounts["reminder-days"])
    return "due" if today >= answer_by - ahead else ""


def check_request(
    content: GuidanceContent, today: date, regions: Collection[int], programme_state: str
) -> list[Refusal]:
    """``regions``: authorities that guide the asker on the day. ``programme_state``: of the programme; "" without one."""
    refused = []
    if content.kind not in (QUESTION, DRAFT, REVIEW):
        refused.append(Refusal("kind", "required", _("Choose what you ask for.")))
    if not content.subject.strip():
        refused.append(Refusal("subject", "required", _("Say in one line what it is about.")))
    if content.kind == QUESTION and not content.text.strip():
        refused.append(Refusal("text", "required", _("Write the question.")))
    refused += check_length("text", content.text, LONGEST_TEXT)
    if content.region_id not in regions:
        words = _("Choose the regional authority that guides you today.")
        refused.append(Refusal("region", "other", words))
    if content.kind == DRAFT and programme_state != "draft":
        words = _("Choose a programme of yours that is being drawn up.")
        refused.append(Refusal("programme", "draft", words))
    if content.kind == REVIEW and programme_state != "approved":
        words = _("Choose a programme of yours that has been approved.")
        refused.append(Refusal("programme", "approved", words))
    return refused + check_day(content.answer_by, today)


def check_length(field: str, text: str, most: int) -> list[Refusal]:
    if len(text) <= most:
        return []
    return [
        Refusal(field, "long", _("The text is too long: at most %(most)s characters fit."), {"most": most})
    ]


def check_day(answer_by: date, today: date) -> list[Refusal]:
    first = earliest_day(today)
    if answer_by >= first:
        return []
    words = _("The region cannot answer so soon. Choose %(day)s or a later day.")
    return [Refusal("answer_by", "soon", words, {"day": first})]


def check_comment(content: CommentContent, keys: Collection[str], verdicts: Collection[str]) -> list[Refusal]:
    """``keys``: of the sections of what was sent."""
    refused = []
    if content.verdict not in verdicts:
        refused.append(Refusal("verdict", "required", _("Choose how it is.")))
    if not content.text.strip():
        refused.append(Refusal("text", "required", _("Write the comment.")))
    refused += check_length("text", content.text, LONGEST_COMMENT)
    if content.key and content.key not in keys:
        refused.append(Refusal("key", "unknown", _("Choose a section of what was sent.")))
    return refused


def waits(one: Said) -> bool:
    """Whether something is still to be done for a comment: what is as it should be asks for nothing."""
    return one.verdict != FINE and not one.settled


def is_followed(comments: Iterable[Said]) -> bool:
    """Whether every comment that asks for something has been settled by the region."""
    return not any(waits(one) for one in comments)


def stage(state: str, comments: Collection[Said]) -> str:
    """Whose turn it is: "region" to answer or to settle, "asker" to tell what was changed, "" nobody's."""
    if state in OPEN:
        return "region"
    if state != ANSWERED:
        return ""
    waiting = [one for one in comments if waits(one)]
    if any(not one.changed for one in waiting):
        return "asker"
    return "region"
