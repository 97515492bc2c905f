"""Acts on messages between a client and the authority that answers: sending either way, marking as read.

Not for: messages through other services (``letters``), words of notices (``notice_kinds.py``).
"""

from uuid import UUID

from django.db import transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Responsibility
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.desk import recipients, rules
from kotopolku.desk.models import Message
from kotopolku.desk.wording import refusal, said
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.reference import queries as reference

MESSAGE = "desk.message"


@transaction.atomic
def send_to_client(
    relationship_id: int, text: str, *, actor: Viewer, language: str = "", token: UUID | None = None
) -> Message:
    """A message to the client's own page. It answers what the client has written. Raises ``Refusals``, ``NotVisible``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, MESSAGE)) is not None:
        return Message.objects.get(pk=before, relationship_id=relationship_id)
    refuse(_check(text, language) + cases.ended(case.relationship))
    now = clock.now()
    waiting = Message.objects.filter(relationship_id=relationship_id, from_client=True, answered_at=None)
    waiting.filter(read_at=None).update(read_at=now, read_by=actor.user_id)
    answered = waiting.update(answered_at=now, answered_by=actor.user_id)
    message = Message.objects.create(
        person_id=case.relationship.person_id,
        relationship_id=relationship_id,
        from_client=False,
        author_id=actor.user_id,
        organisation_id=case.responsibility.authority_id,
        text=text.strip(),
        language=language,
        sent_at=now,
    )
    _record("desk.message.sent", message, actor, token, answered=answered)
    to = recipients.of(message.person_id, "message")
    if to.users:
        notify(
            "desk.message-sent",
            to.users,
            actor=actor,
            address=to.address,
            about=("desk.thread", relationship_id),
        )
    return message


@transaction.atomic
def send_from_client(
    person_id: int, text: str, *, actor: Viewer, language: str = "", token: UUID | None = None
) -> Message:
    """A message from the client's own page to whoever answers today; the worker, or the deputy, is told.

    Raises ``Refusals``, and ``NotVisible`` for a person for whom the viewer may not act or whom no authority answers for.
    """
    require(actor, Capability.OWN_PATH)
    responsibility = _answering(actor, person_id)
    if (before := cases.done_before(token, MESSAGE)) is not None:
        return Message.objects.get(pk=before, person_id=person_id)
    refuse(_check(text, language) + cases.ended(responsibility.relationship))
    with seeing_all(actor):
        message = Message.objects.create(
            person_id=person_id,
            relationship_id=responsibility.relationship_id,
            from_client=True,
            on_behalf=actor.own is not None and actor.own.self_id != person_id,
            author_id=actor.user_id,
            organisation_id=responsibility.authority_id,
            text=text.strip(),
            language=language,
            sent_at=clock.now(),
        )
    _record("desk.message.received", message, actor, token, on_behalf=message.on_behalf)
    notify(
        "desk.message-arrived",
        _workers_told(responsibility),
        actor=actor,
        address=reverse("desk:messages", args=[responsibility.relationship_id]),
        organisation_id=responsibility.authority_id,
        about=("desk.thread", responsibility.relationship_id),
    )
    return message


@transaction.atomic
def mark_read(relationship_id: int, *, actor: Viewer) -> int:
    """A worker has read the client's messages. Answers how many were new; nothing is written when none was."""
    case = cases.let_in(actor, Capability.CLIENT_VIEW, relationship_id)
    rows = Message.objects.filter(relationship_id=relationship_id, from_client=True, read_at=None)
    number = rows.update(read_at=clock.now(), read_by=actor.user_id)
    if number:
        _record_read(relationship_id, case.relationship.person_id, number, actor)
    return number


@transaction.atomic
def mark_read_by_client(person_id: int, *, actor: Viewer) -> int:
    """The client has read the authority's messages at the own page. Answers how many were new. ``NotVisible``."""
    require(actor, Capability.OWN_PATH)
    if actor.own is None or person_id not in actor.own.persons:
        raise NotVisible
    with seeing_all(actor):
        rows = Message.objects.filter(person_id=person_id, from_client=False, read_at=None)
        relationship_id = rows.values_list("relationship_id", flat=True).first()
        number = rows.update(read_at=clock.now(), read_by=actor.user_id)
    if relationship_id is not None:
        _record_read(relationship_id, person_id, number, actor)
    return number


def _check(text: str, language: str) -> list[Refusal]:
    found = said(rules.check_text("text", text, rules.LONGEST_MESSAGE))
    if language and reference.language(language) is None:
        found.append(refusal("language", "unknown-language"))
    return found


def _answering(actor: Viewer, person_id: int) -> Responsibility:
    if actor.own is None or person_id not in actor.own.persons:
        raise NotVisible
    rows = Responsibility.objects.filter(person_id=person_id, days__contains=clock.today())
    found = rows.select_related("relationship").order_by("-started_on", "-id").first()
    if found is None:
        raise NotVisible
    return found


def _workers_told(responsibility: Responsibility) -> set[int]:
    """The client's worker, or who stands in; with nobody named, the team leaders of the authority."""
    if responsibility.worker_id is None:
        seats = actors.colleagues(responsibility.authority_id, clock.today())
        return {seat.user_id for seat in seats if seat.role == Role.TEAM_LEADER}
    answering = actors.answering_worker(responsibility.worker_id, clock.today(), responsibility.authority_id)
    return {answering.user_id} if answering else {responsibility.worker_id}


def _record(action: str, message: Message, actor: Viewer, token: UUID | None, **details: object) -> None:
    record(
        action,
        actor=actor,
        subjects=[message.person_id],
        object=(MESSAGE, message.pk),
        details=details,
        token=token,
    )


def _record_read(relationship_id: int, person_id: int, number: int, actor: Viewer) -> None:
    record(
        "desk.message.read",
        actor=actor,
        subjects=[person_id],
        object=("clients.relationship", relationship_id),
        details={"messages": number},
    )
