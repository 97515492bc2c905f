"""Acts on positions: a phenomenon noticed, the draft written, commented, adopted or given up.

Not for: sending and answers (``position_sending.py``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation import position_rules as rules
from kotopolku.cooperation.actions.checks import check_language, check_text, check_topics, same_version
from kotopolku.cooperation.models import (
    Body,
    Position,
    PositionComment,
    PositionState,
    PositionVersion,
)
from kotopolku.cooperation.position_rules import Adoption, Fault, Phenomenon, Wording
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

POSITION = "cooperation.position"
COMMENT = "cooperation.positioncomment"
SETTLED = _("The position has been adopted or given up. It cannot be changed any more.")
WORDS = {
    "no-text": _("The position has no text yet."),
    "unanswered": _("Comments without an answer: %(number)s. Answer each of them first."),
    "commented": _("Comments can be given until %(day)s. Adopt it after that, or move the day."),
    "how": _("Choose the item of the meeting in which it was adopted, or write how it was adopted."),
    "both": _("Choose the item of a meeting or write how it was adopted, not both."),
    "required": _("Give the day on which it was adopted."),
    "to-come": _("The day has not come yet."),
    "before": _("It cannot have been adopted before the phenomenon was noticed on %(day)s."),
}


def from_faults(faults: list[Fault], words: dict[str, str]) -> list[Refusal]:
    return [Refusal(one.field, one.code, words[one.code], one.params) for one in faults]


# Noticed ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def notice(
    content: Phenomenon, *, actor: Viewer, token: UUID | None = None, invented: bool = False
) -> Position:
    """A phenomenon for the list of who keeps a body, or of an authority; anybody at work. Its keepers are told.

    Raises ``Refusals``.
    """
    require(actor, Capability.SIGNED_IN)
    if (before := done_before(token, POSITION)) is not None:
        return access.noticed_one(actor, before)
    if actor.seat is None:
        raise NotVisible
    body = access_bodies.bodies(actor).filter(pk=content.body_id or 0).first()
    refused = _check_phenomenon(content, body, actor.day)
    refuse(refused)
    keeper = body.organisation_id if body else content.organisation_id or actor.seat.organisation_id
    made = Position(
        organisation_id=keeper,
        body=body,
        title=content.title.strip(),
        phenomenon=content.text.strip(),
        noticed_on=content.noticed_on,
        noticed_by=f"{actor.name}, {actor.seat.organisation_name}"[:200],
        topics=list(content.topics),
        invented=invented,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    with rowsecurity.as_system():
        # The row is the keeper's from the first: who noticed it writes it once and does not keep it.
        made.save()
    record("cooperation.position.noticed", actor=actor, object=(POSITION, made.pk), token=token)
    tell_keepers("cooperation.position-noticed", made, actor)
    return made


@transaction.atomic
def drop(position_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Position:
    """Gives a phenomenon or a draft up; who noticed it sees why. Raises ``EditClash``, ``Refusals``."""
    found = _to_write(position_id, actor, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", _("Write why."))]
    refuse(refused)
    found.state, found.dropped_reason = PositionState.DROPPED, reason.strip()
    _saved(found)
    record(
        "cooperation.position.dropped", actor=actor, object=(POSITION, found.pk), reason=found.dropped_reason
    )
    _tell("cooperation.position-dropped", found, {found.made_by_id}, actor)
    return found


# Written ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(position_id: int, content: Wording, *, actor: Viewer, expected_version: int) -> Position:
    """Writes the draft; another text or title is another version. Raises ``EditClash``, ``Refusals``."""
    found = _to_write(position_id, actor, expected_version)
    refuse(_check_wording(content, actor, found))
    other = (content.title.strip(), content.text.strip()) != (found.title, found.text)
    found.title, found.text = content.title.strip(), content.text.strip()
    found.language, found.public = content.language, content.public
    found.body_id, found.topics = content.body_id, list(content.topics)
    if found.state == PositionState.NOTICED:
        found.state = PositionState.DRAFT
    if other or not found.number:
        found.number += 1
        PositionVersion.objects.create(
            position=found,
            number=found.number,
            title=found.title,
            text=found.text,
            note=content.note.strip(),
            made_by_id=actor.user_id,
            made_at=clock.now(),
        )
    _saved(found)
    record(
        "cooperation.position.written",
        actor=actor,
        object=(POSITION, found.pk),
        details={"number": found.number},
    )
    return found


# Comments -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_comments(position_id: int, until: date, *, actor: Viewer, expected_version: int) -> Position:
    """Lets everybody at work comment until a day, or moves the day; at the opening the body's people are told."""
    found = _to_write(position_id, actor, expected_version)
    refused = []
    if not found.text.strip():
        refused.append(Refusal("", "no-text", WORDS["no-text"]))
    if until < clock.today():
        refused.append(Refusal("until", "past", _("The day has passed already. Choose a later one.")))
    refuse(refused)
    opened = found.state != PositionState.COMMENTS
    found.state, found.comments_until = PositionState.COMMENTS, until
    _saved(found)
    record(
        "cooperation.position.opened",
        actor=actor,
        object=(POSITION, found.pk),
        details={"until": until.isoformat()},
    )
    if opened:
        people = {*_members(found, actor), found.made_by_id}
        _tell("cooperation.position-comments", found, people, actor, on=until)
    return found


@transaction.atomic
def comment(position_id: int, text: str, *, actor: Viewer, token: UUID | None = None) -> PositionComment:
    """A comment on the newest version, by anybody at work while comments are taken. Raises ``Refusals``."""
    require(actor, Capability.SIGNED_IN)
    readable = access.position(actor, position_id)
    if (before := done_before(token, COMMENT)) is not None:
        return access.comment(readable, before)
    if actor.organisation_id is None:
        raise NotVisible
    found = access.locked(readable)
    refused = []
    if not rules.may_comment(found.state, found.comments_until, clock.today()):
        words = _("Comments are not taken any more. What you wrote is below: keep it.")
        refused.append(Refusal("", "closed", words))
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write the comment.")))
    elif len(text.strip()) > 4_000:
        refused.append(Refusal("text", "long", _("The comment is too long: at most 4,000 characters fit.")))
    refuse(refused)
    made = PositionComment.objects.create(
        position=found,
        number=found.number,
        text=text.strip(),
        organisation_id=actor.organisation_id,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    record("cooperation.position.commented", actor=actor, object=(COMMENT, made.pk), token=token)
    tell_keepers("cooperation.position-commented", found, actor)
    return made


@transaction.atomic
def respond(position_id: int, comment_id: int, text: str, *, actor: Viewer, was: str = "") -> PositionComment:
    """Answers a comment, or changes the answer until the adoption; who commented is told.

    ``was``: the mark of the answer as it stood in the form. Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_position(actor, position_id, lock=True)
    row = access.comment(found, comment_id, lock=True)
    if mark_of(row) != was:
        raise EditClash(theirs={"response": row.response}, version=0, who="", when=clock.now())
    refused = _closed(found)
    if not text.strip():
        refused.append(Refusal("response", "required", _("Write the answer.")))
    elif len(text.strip()) > 2_000:
        refused.append(
            Refusal("response", "long", _("The answer is too long: at most 2,000 characters fit."))
        )
    refuse(refused)
    row.response, row.responded_by_id, row.responded_at = text.strip(), actor.user_id, clock.now()
    row.save()
    record("cooperation.position.responded", actor=actor, object=(COMMENT, row.pk))
    _tell("cooperation.position-responded", found, {row.made_by_id}, actor)
    return row


def mark_of(row: PositionComment) -> str:
    """A mark of the answer to a comment; another when somebody has changed it."""
    return row.responded_at.isoformat() if row.responded_at else ""


# Adopted ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def adopt(position_id: int, adoption: Adoption, *, actor: Viewer, expected_version: int) -> Position:
    """Adopts the newest version: in an item of a meeting that the body held, or otherwise. It is not changed any more.

    Raises ``EditClash``, ``Refusals``: never without a text, nor while a comment has no answer.
    """
    found = _to_write(position_id, actor, expected_version)
    item, on, refused = None, adoption.on, []
    if adoption.item_id is not None:
        item = access.items(actor, found).filter(pk=adoption.item_id).first()
        if item is None:
            words = _("Choose an item that the body has dealt with in a meeting that was held.")
            refused.append(Refusal("item", "unknown", words))
        else:
            on = item.meeting.starts_at.astimezone(clock.HELSINKI).date()
    refused += from_faults(
        rules.adoption_faults(
            Adoption(adoption.item_id, on, adoption.how),
            text=found.text if found.number else "",
            unanswered=found.comments.filter(response="").count(),
            until=found.comments_until,
            noticed_on=found.noticed_on,
            today=clock.today(),
        ),
        WORDS,
    )
    refuse(refused)
    found.state, found.adopted_on = PositionState.ADOPTED, on
    found.meeting_item, found.adopted_how = item, adoption.how.strip()
    _saved(found)
    record("cooperation.position.adopted", actor=actor, object=(POSITION, found.pk))
    commented = found.comments.values_list("made_by_id", flat=True)
    people = {found.made_by_id, *commented} if found.public else {found.made_by_id}
    _tell("cooperation.position-adopted", found, people, actor, on=on)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def tell_keepers(kind: str, found: Position, actor: Viewer, on: date | None = None) -> None:
    """Tells those who prepare positions in the position's organisation."""
    notify(
        kind,
        holders(found.organisation_id, Capability.BODY_KEEP, actor.day),
        actor=actor,
        address=reverse("cooperation:position", args=[found.pk]),
        organisation_id=found.organisation_id,
        about=(POSITION, found.pk),
        on=on,
    )


def _tell(kind: str, found: Position, users: set[int | None], actor: Viewer, on: date | None = None) -> None:
    notify(
        kind,
        [one for one in users if one is not None],
        actor=actor,
        address=reverse("cooperation:position", args=[found.pk]),
        about=(POSITION, found.pk),
        on=on,
    )


def _members(found: Position, actor: Viewer) -> list[int]:
    """Users among those who sit in the position's body on the day, members and deputies."""
    rows = access_bodies.holders(actor).filter(
        seat__term__body_id=found.body_id or 0,
        seat__term__days__contains=actor.day,
        days__contains=actor.day,
        user__isnull=False,
    )
    return [one for one in rows.values_list("user_id", flat=True) if one is not None]


def _to_write(position_id: int, actor: Viewer, expected_version: int) -> Position:
    """A position that can still be changed. Raises ``EditClash``, ``Refusals``."""
    found = access.own_position(actor, position_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_closed(found))
    return found


def _closed(found: Position) -> list[Refusal]:
    settled = found.state in (PositionState.ADOPTED, PositionState.DROPPED)
    return [Refusal("", "settled", SETTLED)] if settled else []


def _saved(found: Position) -> None:
    found.version += 1
    found.save()


def _check_phenomenon(content: Phenomenon, body: Body | None, day: date) -> list[Refusal]:
    refused = check_text("text", content.text, _("Write what you have noticed, where, and how it shows."))
    refused += check_topics(content.topics)
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give the phenomenon a title.")))
    if content.noticed_on > day:
        refused.append(Refusal("noticed_on", "to-come", WORDS["to-come"]))
    unknown = _("Choose from the list whose it is to take a position.")
    if content.body_id is not None and body is None:
        refused.append(Refusal("whose", "unknown", unknown))
    elif body is not None and body.has_ended(day):
        words = _("%(name)s has ended. Choose another body or an authority.")
        refused.append(Refusal("whose", "ended", words, {"name": body.name}))
    if content.body_id is None and content.organisation_id is not None:
        keeper = Organisation.objects.filter(pk=content.organisation_id).first()
        if keeper is None or not actors.exists(keeper, day):
            refused.append(Refusal("whose", "unknown", unknown))
    return refused


def _check_wording(content: Wording, actor: Viewer, found: Position) -> list[Refusal]:
    refused = check_text("text", content.text, _("Write the position."))
    refused += check_language(content.language) + check_topics(content.topics)
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give the position a title.")))
    bodies = access.own_bodies(actor).filter(pk=content.body_id or 0)
    if content.body_id not in (None, found.body_id) and not bodies.exists():
        refused.append(
            Refusal("body", "unknown", _("Choose one of the bodies that your organisation keeps."))
        )
    return refused
