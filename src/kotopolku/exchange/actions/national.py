"""Messages to the national client system (681/2023 §74; compulsory by rule N1): in line, sent, accepted, rejected or stuck.

waiting → sending → accepted | rejected | waiting again, later each time → failed, which waits for a person. Nothing is sent
inside a transaction; a message whose sender died is sent again with the same key. Not for: the other side (``adapters``).
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation
from kotopolku.clients.models import Relationship, Responsibility
from kotopolku.exchange import exports, rules
from kotopolku.exchange.actions.imports import require_importing
from kotopolku.exchange.adapters import NationalSystem, Receipt, Unavailable
from kotopolku.exchange.models import MessageState, NationalMessage, Reconciliation
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

MESSAGE = "exchange.message"
FORMAT = "kotopolku-national/1"
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
LOST_AFTER = timedelta(minutes=10)
"""A message being sent for so long has lost its sender."""


def message_of(exported: exports.Exported, organisation: str) -> dict[str, Any]:
    """One client in our own message shape: values by group. No contacts of a person under a non-disclosure order."""
    groups: dict[str, dict[str, str]] = {}
    for one in rules.fields():
        if value := exported.values.get(one.id):
            groups.setdefault(one.group, {})[one.id] = value
    reference = exported.values["row_key"]
    return {"format": FORMAT, "organisation": organisation, "reference": reference, "groups": groups}


def digest_of(message: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).digest()


@transaction.atomic
def queue_changed(*, actor: Viewer, limit: int = exports.MOST) -> int:
    """Puts clients whose data differs from what was last sent in line, at most ``limit``; returns how many."""
    organisation_id = require_importing(actor)
    code = Organisation.objects.values_list("code", flat=True).get(pk=organisation_id)
    last = {
        row.relationship_id: row
        for row in NationalMessage.objects.filter(organisation_id=organisation_id).order_by("id")
    }
    new: list[NationalMessage] = []
    again: list[NationalMessage] = []
    for exported in exports.clients(actor):
        digest = digest_of(message_of(exported, code))
        before = last.get(exported.relationship_id)
        if len(new) + len(again) >= limit:
            break
        if before is not None and bytes(before.digest) == digest:
            continue
        if before is None or before.state == MessageState.ACCEPTED:
            new.append(_new(organisation_id, exported, digest))
        elif before.state != MessageState.SENDING:
            before.digest, before.state, before.tries = digest, MessageState.WAITING, 0
            before.token, before.next_try_at, before.answer = uuid.uuid4(), clock.real_now(), ""
            again.append(before)
    NationalMessage.objects.bulk_create(new, batch_size=1_000)
    fields = ["digest", "state", "tries", "token", "next_try_at", "answer"]
    NationalMessage.objects.bulk_update(again, fields, batch_size=500)
    persons = [row.person_id for row in (*new, *again)]
    if persons:
        record("exchange.national.queued", actor=actor, subjects=persons, details={"number": len(persons)})
    return len(persons)


def _new(organisation_id: int, exported: exports.Exported, digest: bytes) -> NationalMessage:
    return NationalMessage(
        organisation_id=organisation_id,
        person_id=exported.person_id,
        relationship_id=exported.relationship_id,
        digest=digest,
        token=uuid.uuid4(),
        next_try_at=clock.real_now(),
        made_at=clock.real_now(),
    )


def send_waiting(
    system: NationalSystem, *, actor: Viewer, within: Callable[[Callable[[], Any]], Any], limit: int = 100_000
) -> dict[str, int]:
    """Sends what is due, one by one. ``within`` runs an act in a transaction with row security. Counts by outcome.

    The first message that finds nobody at the other end ends the round: the rest would wait as well.
    """
    outcome = {"accepted": 0, "rejected": 0, "later": 0, "failed": 0}
    for _round in range(limit):
        taken = within(lambda: claim(actor=actor))
        if taken is None:
            return outcome
        number, message, token = taken
        try:
            receipt: Receipt | None = system.send(message, token)
            reason = ""
        except Unavailable as error:
            receipt, reason = None, str(error)
        state = within(lambda: settle(number, receipt, reason, actor=actor))  # noqa: B023 - called at once
        outcome["later" if state == MessageState.WAITING else str(state)] += 1
        if receipt is None:
            return outcome
    return outcome


@transaction.atomic
def claim(*, actor: Viewer) -> tuple[int, dict[str, Any], uuid.UUID] | None:
    """Takes the next message that is due, for sending; None when there is none. Two senders never take the same one.

    What is sent is the client's data now. A client whom the authority no longer serves is not sent.
    """
    organisation_id = require_importing(actor)
    now = clock.real_now()
    due = Q(state=MessageState.WAITING, next_try_at__lte=now) | Q(
        state=MessageState.SENDING, sent_at__lt=now - LOST_AFTER
    )
    rows = NationalMessage.objects.filter(due, organisation_id=organisation_id).order_by("next_try_at", "id")
    row = rows.select_for_update(skip_locked=True, of=("self",)).select_related("organisation").first()
    if row is None:
        return None
    answering = Responsibility.objects.filter(
        relationship_id=row.relationship_id, authority_id=organisation_id, days__contains=actor.day
    ).select_related("relationship__person")
    exported = exports.of_responsibilities(list(answering[:1]), actor.day)
    if not exported:
        row.state, row.answer = MessageState.REJECTED, "not ours any more"
        row.save()
        return claim(actor=actor)
    message = message_of(exported[0], row.organisation.code)
    row.state, row.tries, row.sent_at, row.digest = (
        MessageState.SENDING,
        row.tries + 1,
        now,
        digest_of(message),
    )
    row.save()
    return row.pk, message, row.token


@transaction.atomic
def settle(number: int, receipt: Receipt | None, reason: str, *, actor: Viewer) -> str:
    """Writes down the answer to a message being sent; ``receipt`` None when nobody answered. Returns the new state."""
    row = _own(number, actor)
    if row.state != MessageState.SENDING:
        return row.state
    if receipt is not None and receipt.accepted:
        row.state, row.receipt, row.answer = MessageState.ACCEPTED, receipt.text, ""
    elif receipt is not None:
        row.state, row.answer = MessageState.REJECTED, receipt.text
    elif row.tries >= MOST_TRIES:
        row.state, row.answer = MessageState.FAILED, reason[:300]
    else:
        row.state, row.answer = MessageState.WAITING, reason[:300]
        row.next_try_at = clock.real_now() + min(FIRST_WAIT * 4 ** (row.tries - 1), LONGEST_WAIT)
    row.save()
    record(
        "exchange.national.sent",
        actor=actor,
        subjects=[row.person_id],
        object=(MESSAGE, row.pk),
        details={"state": row.state, "try": row.tries},
    )
    if row.state in (MessageState.FAILED, MessageState.REJECTED):
        _tell_leaders(row, actor)
    return row.state


def _tell_leaders(row: NationalMessage, actor: Viewer) -> None:
    leaders = Membership.objects.filter(
        organisation_id=row.organisation_id, role=Role.TEAM_LEADER.value, valid__contains=actor.day
    )
    notify(
        "exchange.message-failed",
        leaders.values_list("user_id", flat=True),
        actor=actor,
        address="/exchange/national/",
        organisation_id=row.organisation_id,
        about=("exchange.national", row.organisation_id),
    )


def _own(number: int, actor: Viewer) -> NationalMessage:
    rows = NationalMessage.objects.select_for_update().filter(pk=number)
    found = rows.filter(organisation_id=require_importing(actor)).first()
    if found is None:
        raise NotVisible
    return found


@transaction.atomic
def try_again(number: int, *, actor: Viewer) -> NationalMessage:
    """A person has looked at a stuck message: it goes in line again."""
    row = _own(number, actor)
    if row.state in (MessageState.FAILED, MessageState.REJECTED):
        row.state, row.tries, row.next_try_at = MessageState.WAITING, 0, clock.real_now()
        row.token = uuid.uuid4()
        row.save()
        record(
            "exchange.national.tried-again", actor=actor, subjects=[row.person_id], object=(MESSAGE, row.pk)
        )
    return row


@transaction.atomic
def reconcile(system: NationalSystem, *, actor: Viewer) -> Reconciliation:
    """Compares every client of ours with what they have, by digest. Raises ``Unavailable``."""
    organisation_id = require_importing(actor)
    code = Organisation.objects.values_list("code", flat=True).get(pk=organisation_id)
    theirs = dict(system.inventory(code))
    same, only_ours, different, persons = 0, [], [], []
    for exported in exports.clients(actor):
        persons.append(exported.person_id)
        told = theirs.pop(exported.values["row_key"], None)
        if told is None:
            only_ours.append(exported.relationship_id)
        elif told != digest_of(message_of(exported, code)).hex():
            different.append(exported.relationship_id)
        else:
            same += 1
    ended = Relationship.objects.filter(case_number__in=list(theirs)).values_list("case_number", flat=True)
    report = Reconciliation.objects.create(
        organisation_id=organisation_id,
        made_at=clock.now(),
        same=same,
        only_ours=only_ours,
        only_theirs=sorted(set(theirs) - set(ended)),
        different=different,
    )
    record(
        "exchange.national.compared",
        actor=actor,
        subjects=persons,
        object=("exchange.reconciliation", report.pk),
        details={"same": same, "different": len(different)},
    )
    return report
