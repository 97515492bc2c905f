"""Acts after the adoption of a position: sent to its receivers, answered by them, the reminder before the day.

Not for: how it came to be (``positions.py``).
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation import position_rules as rules
from kotopolku.cooperation.actions.checks import check_text, same_version
from kotopolku.cooperation.actions.positions import POSITION, WORDS, from_faults, tell_keepers
from kotopolku.cooperation.models import Position, PositionReceiver, PositionState
from kotopolku.cooperation.position_rules import Sending
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.placement.queries.people import holders

RECEIVER = "cooperation.positionreceiver"
REMINDER = "cooperation.position-reminder"
NOT_ADOPTED = _("Only an adopted position is sent.")
SENDING_WORDS = {
    "nobody": _("Choose at least one organisation, or write a name."),
    "many": _("At most %(most)s receivers at one time. Send it to the others after that."),
    "sent": _("It was sent to %(name)s already."),
    "long": _("A name is too long: at most 200 characters fit."),
    "past": _("Choose a later day: they need time for the answer."),
}


@transaction.atomic
def send(position_id: int, sending: Sending, *, actor: Viewer) -> int:
    """Sends an adopted position; an organisation that has it already is left out. Returns how many are new.

    Those who give statements in the organisations are told. Raises ``Refusals``.
    """
    found = access.own_position(actor, position_id, lock=True)
    refused = [] if found.state == PositionState.ADOPTED else [Refusal("", "not-adopted", NOT_ADOPTED)]
    kept = list(found.receivers.values_list("organisation_id", "name"))
    refused += from_faults(
        rules.sending_faults(sending, [name for pk, name in kept if pk is None], clock.today()),
        SENDING_WORDS,
    )
    chosen = {one.pk: one for one in Organisation.objects.filter(pk__in=sending.organisations)}
    gone = [
        pk for pk in sending.organisations if pk not in chosen or not actors.exists(chosen[pk], actor.day)
    ]
    if gone:
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    have = {pk for pk, _name in kept}
    new = [pk for pk in chosen if pk not in have and pk != found.organisation_id]
    if not refused and not new and not sending.names:
        words = _("Every organisation that you chose has it already.")
        refused.append(Refusal("organisations", "sent-already", words))
    refuse(refused)
    common = {
        "position": found,
        "sender_id": found.organisation_id,
        "answer_by": sending.answer_by,
        "sent_at": clock.now(),
    }
    PositionReceiver.objects.bulk_create(
        [
            *(PositionReceiver(organisation_id=pk, **common) for pk in new),
            *(PositionReceiver(name=name, **common) for name in sending.names),
        ]
    )
    number = len(new) + len(sending.names)
    record(
        "cooperation.position.sent", actor=actor, object=(POSITION, found.pk), details={"receivers": number}
    )
    kind = "cooperation.position-answer-wanted" if sending.answer_by else "cooperation.position-received"
    for pk in sorted(new):
        _tell(kind, found, pk, sending.answer_by, actor)
    return number


@transaction.atomic
def answer(
    position_id: int, receiver_id: int, text: str, on: date, *, actor: Viewer, expected_version: int
) -> PositionReceiver:
    """A receiver's answer, by its own people, or by the sender for one that came by another way; changed likewise.

    The receiver's own answer is not changed by the sender. Raises ``EditClash``, ``Refusals``.
    """
    row = access.answering(actor, position_id, receiver_id, lock=True)
    same_version(row.version, expected_version)
    own = bool(access.received(actor, [row]))
    refused = check_text("answer", text, _("Write the answer."))
    if on > clock.today():
        refused.append(Refusal("on", "to-come", WORDS["to-come"]))
    elif row.position.adopted_on is not None and on < row.position.adopted_on:
        words = _("The answer cannot have come before the position was adopted on %(day)s.")
        refused.append(Refusal("on", "before", words, {"day": row.position.adopted_on}))
    if not own and access.answered_themselves([row]):
        refused.append(
            Refusal("", "theirs", _("The receiver has answered here. Its answer is not changed by others."))
        )
    refuse(refused)
    row.answer, row.answered_on, row.answered_by_id = text.strip(), on, actor.user_id
    row.version += 1
    row.save()
    record("cooperation.position.answered", actor=actor, object=(RECEIVER, row.pk))
    tell_keepers("cooperation.position-answered", row.position, actor)
    return row


# For the job --------------------------------------------------------------------------------------------------------


def to_remind(*, actor: Viewer) -> list[int]:
    """Receivers whose day for the reminder has come. Writes nothing."""
    require(actor, Capability.BODY_KEEP)
    today = clock.today()
    rows = PositionReceiver.objects.filter(
        organisation__isnull=False, answered_on=None, answer_by__gte=today
    ).order_by("pk")
    return [
        one.pk
        for one in rows
        if one.answer_by
        and rules.wants_reminder(today, one.sent_at.astimezone(clock.HELSINKI).date(), one.answer_by)
    ]


@transaction.atomic
def remind(receiver_id: int, *, actor: Viewer) -> int:
    """Reminds a receiver that has not answered, or who follows it, once. Returns how many people. For the job."""
    require(actor, Capability.BODY_KEEP)
    row = (
        PositionReceiver.objects.select_for_update(of=("self",))
        .select_related("position")
        .filter(pk=receiver_id, answered_on=None, organisation__isnull=False)
        .first()
    )
    if row is None or row.organisation_id is None:
        return 0
    heirs = actors.heirs(row.organisation_id, actor.day)
    before = Notice.objects.filter(
        object_kind=POSITION,
        object_id=row.position_id,
        kind=REMINDER,
        organisation_id__in={row.organisation_id, *heirs},
        on=row.answer_by,
    )
    if before.exists():
        return 0
    told = sum(_tell(REMINDER, row.position, pk, row.answer_by, actor) for pk in heirs)
    if told:
        record(
            "cooperation.position.reminded", actor=actor, object=(RECEIVER, row.pk), details={"told": told}
        )
    return told


def _tell(kind: str, found: Position, organisation_id: int, on: date | None, actor: Viewer) -> int:
    return notify(
        kind,
        holders(organisation_id, Capability.STATEMENT_GIVE, actor.day),
        actor=actor,
        address=reverse("cooperation:position", args=[found.pk]),
        organisation_id=organisation_id,
        about=(POSITION, found.pk),
        on=on,
    )
