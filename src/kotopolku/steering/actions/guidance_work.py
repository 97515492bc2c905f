"""Acts on a request for guidance while the region works at it: taken, checked, commented, answered; changes followed up.

Not for: asking and closing (``guidance.py``). A request is versioned as a whole, so that two officers at once are told.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_guidance as access
from kotopolku.steering import access_measures
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.actions.guidance import NOT_OPEN
from kotopolku.steering.actions.guidance_told import GUIDANCE, tell_asker, tell_region
from kotopolku.steering.guidance_rules import CommentContent, Said
from kotopolku.steering.models import (
    Covered,
    Guidance,
    GuidanceComment,
    GuidanceMark,
    GuidanceState,
    Verdict,
)
from kotopolku.steering.queries.guidance_sent import checklist, section_keys

COMMENT = "steering.guidance-comment"


@transaction.atomic
def take(guidance_id: int, *, actor: Viewer) -> Guidance:
    """The actor answers it from now on, in place of whoever did. Safe to repeat."""
    found = access.to_answer(actor, guidance_id, lock=True)
    refuse(_check_open(found))
    if found.responsible_id == actor.user_id and found.state == GuidanceState.WORK:
        return found
    before = found.responsible_id
    found.state, found.responsible_id = GuidanceState.WORK, actor.user_id
    _save(found)
    record("steering.guidance.taken", actor=actor, object=(GUIDANCE, found.pk), details={"before": before})
    return found


@transaction.atomic
def mark(
    guidance_id: int, marks: Mapping[str, tuple[str, str]], *, actor: Viewer, expected_version: int
) -> Guidance:
    """The checklist as the actor sees it: by content, whether it is covered ("" takes the mark away) and a note."""
    found = _open(guidance_id, actor, expected_version)
    known = {one.id for one in checklist(found)}
    refused = []
    for key, (covered, note) in marks.items():
        if key not in known or covered not in ("", *Covered.values):
            refused.append(Refusal(f"covered-{key}", "unknown", _("Choose from the list.")))
        if not covered and note.strip():
            words = _("Say whether it is covered, too.")
            refused.append(Refusal(f"covered-{key}", "required", words))
    refuse(refused)
    kept = {one.key: one for one in GuidanceMark.objects.filter(guidance=found)}
    changed = []
    for key, (covered, note) in marks.items():
        before = kept.get(key)
        if (before.covered, before.note) == (covered, note.strip()) if before else not covered:
            continue
        changed.append(key)
        if not covered:
            GuidanceMark.objects.filter(guidance=found, key=key).delete()
            continue
        GuidanceMark.objects.update_or_create(
            guidance=found,
            key=key,
            defaults={
                "covered": covered,
                "note": note.strip(),
                "marked_by_id": actor.user_id,
                "marked_at": clock.now(),
            },
        )
    _take_up(found, actor)
    _save(found)
    record("steering.guidance.marked", actor=actor, object=(GUIDANCE, found.pk), details={"changed": changed})
    return found


@transaction.atomic
def comment(
    guidance_id: int, content: CommentContent, *, actor: Viewer, token: UUID | None = None
) -> GuidanceComment:
    """A comment that the asker reads when the answer has been sent. Raises ``Refusals``."""
    found = access.to_answer(actor, guidance_id, lock=True)
    if (before := done_before(token, COMMENT)) is not None:
        return GuidanceComment.objects.get(pk=before, guidance=found)
    refused = _check_open(found) + _check_comment(content, found, actor)
    if GuidanceComment.objects.filter(guidance=found).count() >= rules.MOST_COMMENTS:
        words = _("There can be at most %(most)s comments.")
        refused.append(Refusal("", "many", words, {"most": rules.MOST_COMMENTS}))
    refuse(refused)
    made = GuidanceComment(guidance=found)
    _write(made, content, actor)
    made.save()
    _take_up(found, actor)
    found.save()
    record("steering.guidance.commented", actor=actor, object=(COMMENT, made.pk), token=token)
    return made


@transaction.atomic
def change_comment(
    comment_id: int, content: CommentContent, *, actor: Viewer, expected_version: int
) -> GuidanceComment:
    """Before it has been sent only: what was sent stays as it was. Raises ``EditClash``, ``Refusals``."""
    made = access.comment_to_write(actor, comment_id)
    same_version(made.version, expected_version)
    refuse(_check_unsent(made) + _check_comment(content, made.guidance, actor))
    before = [made.key, made.verdict, made.line_id, made.text]
    _write(made, content, actor)
    made.version += 1
    made.save()
    record(
        "steering.guidance.comment-changed",
        actor=actor,
        object=(COMMENT, made.pk),
        details={"before": before},
    )
    return made


@transaction.atomic
def remove_comment(comment_id: int, *, actor: Viewer) -> Guidance:
    """Takes a comment away that has not been sent."""
    made = access.comment_to_write(actor, comment_id)
    refuse(_check_unsent(made))
    record(
        "steering.guidance.comment-removed",
        actor=actor,
        object=(COMMENT, made.pk),
        details={"key": made.key, "verdict": made.verdict, "text": made.text},
    )
    made.delete()
    return made.guidance


@transaction.atomic
def write_answer(guidance_id: int, text: str, *, actor: Viewer, expected_version: int) -> Guidance:
    """Keeps the answer as a draft that the asker does not see. Raises ``EditClash``, ``Refusals``."""
    found = _open(guidance_id, actor, expected_version)
    refuse(rules.check_length("answer", text, rules.LONGEST_TEXT))
    found.answer = text.strip()
    _take_up(found, actor)
    _save(found)
    record("steering.guidance.answer-written", actor=actor, object=(GUIDANCE, found.pk))
    return found


@transaction.atomic
def send_answer(guidance_id: int, text: str, *, actor: Viewer, expected_version: int) -> Guidance:
    """Sends the answer with its comments and marks: from now on the asker reads them. Raises ``EditClash``, ``Refusals``."""
    found = _open(guidance_id, actor, expected_version)
    refused = rules.check_length("answer", text, rules.LONGEST_TEXT)
    if not text.strip():
        refused.append(Refusal("answer", "required", _("Write the answer as a whole.")))
    refuse(refused)
    _take_up(found, actor)
    found.answer, found.state = text.strip(), GuidanceState.ANSWERED
    found.answered_by_id, found.answered_at = actor.user_id, clock.now()
    _save(found)
    record(
        "steering.guidance.answered",
        actor=actor,
        object=(GUIDANCE, found.pk),
        details={"comments": GuidanceComment.objects.filter(guidance=found).count()},
    )
    tell_asker("steering.guidance-answered", found, actor=actor)
    return found


@transaction.atomic
def tell_change(comment_id: int, text: str, *, actor: Viewer, expected_version: int) -> GuidanceComment:
    """The asker tells what was done about a comment. What was settled stays so. Raises ``EditClash``, ``Refusals``."""
    made = access.comment_to_follow(actor, comment_id)
    same_version(made.version, expected_version)
    refused = _check_following(made.guidance)
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write what was changed, or why nothing was.")))
    refused += rules.check_length("text", text, rules.LONGEST_CHANGE)
    refuse(refused)
    made.changed, made.changed_by_id, made.changed_at = text.strip(), actor.user_id, clock.now()
    made.version += 1
    made.save()
    record("steering.guidance.change-told", actor=actor, object=(COMMENT, made.pk))
    tell_region("steering.guidance-changed", made.guidance, actor=actor)
    return made


@transaction.atomic
def settle(comment_id: int, *, actor: Viewer, expected_version: int, content: bool = True) -> Guidance:
    """The region is content with what was done, or is not after all. With the last comment the request is followed up."""
    made = access.comment_to_write(actor, comment_id)
    same_version(made.version, expected_version)
    found = made.guidance
    refuse(_check_following(found))
    made.settled_at = clock.now() if content else None
    made.version += 1
    made.save()
    over = _followed(found)
    state = GuidanceState.FOLLOWED if over else GuidanceState.ANSWERED
    if found.state != state:
        found.state = state
        _save(found)
    record(
        "steering.guidance.settled",
        actor=actor,
        object=(COMMENT, made.pk),
        details={"content": content, "state": state.value},
    )
    if over:
        tell_asker("steering.guidance-followed", found, actor=actor)
    return found


@transaction.atomic
def follow(guidance_id: int, *, actor: Viewer, expected_version: int) -> Guidance:
    """The region has seen what became of its answer, when no comment asks for anything more. Raises ``Refusals``."""
    found = access.to_answer(actor, guidance_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check_following(found)
    if not _followed(found):
        refused.append(Refusal("", "open-comments", _("Some comments have not been settled yet.")))
    refuse(refused)
    found.state = GuidanceState.FOLLOWED
    _save(found)
    record("steering.guidance.followed", actor=actor, object=(GUIDANCE, found.pk))
    tell_asker("steering.guidance-followed", found, actor=actor)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _open(guidance_id: int, actor: Viewer, expected_version: int) -> Guidance:
    found = access.to_answer(actor, guidance_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_check_open(found))
    return found


def _check_open(found: Guidance) -> list[Refusal]:
    return [] if found.state in rules.OPEN else [Refusal("", "not-open", NOT_OPEN)]


def _check_unsent(made: GuidanceComment) -> list[Refusal]:
    refused = _check_open(made.guidance)
    sent = made.guidance.answered_at
    if sent is not None and made.written_at <= sent:
        refused.append(Refusal("", "sent", _("The comment has been sent. Write a new one.")))
    return refused


def _check_following(found: Guidance) -> list[Refusal]:
    if found.state in (GuidanceState.ANSWERED, GuidanceState.FOLLOWED):
        return []
    return [Refusal("", "not-answered", _("The request waits for an answer, or it has been closed."))]


def _check_comment(content: CommentContent, found: Guidance, actor: Viewer) -> list[Refusal]:
    refused = rules.check_comment(content, section_keys(found), Verdict.values)
    if content.line_id is not None:
        lines = access_measures.lines(actor)
        if not lines.filter(pk=content.line_id).exists():
            words = _("Choose a line of a programme that the Government has adopted.")
            refused.append(Refusal("line", "unknown", words))
    return refused


def _write(made: GuidanceComment, content: CommentContent, actor: Viewer) -> None:
    made.key, made.verdict, made.line_id = content.key, content.verdict, content.line_id
    made.text = content.text.strip()
    made.written_by_id, made.written_at = actor.user_id, clock.now()


def _take_up(found: Guidance, actor: Viewer) -> None:
    """Who begins to work at a request that nobody has taken answers for it."""
    found.state = GuidanceState.WORK
    if found.responsible_id is None:
        found.responsible_id = actor.user_id


def _save(found: Guidance) -> None:
    found.version += 1
    found.save()


def _followed(found: Guidance) -> bool:
    rows = GuidanceComment.objects.filter(guidance=found)
    return rules.is_followed(Said(one.verdict, bool(one.changed), one.settled_at is not None) for one in rows)
