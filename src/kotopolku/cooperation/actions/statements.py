"""Acts of those who are asked in a hearing: read, a statement saved and given, declined.

Who was asked has one statement, which the people of the organisation write together, a body's those of who keeps it: the
row that says that it was asked is the lock. ``body_id``: the statement of that body.
Not for: who asks (``hearings.py``).
"""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation import hearing_rules as rules
from kotopolku.cooperation.actions.checks import check_text
from kotopolku.cooperation.actions.hearings import HEARING
from kotopolku.cooperation.hearing_rules import Said
from kotopolku.cooperation.models import (
    Hearing,
    HearingInvitee,
    HearingState,
    Statement,
    StatementAnswer,
)
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

STATEMENT = "cooperation.statement"
CLOSED = _(
    "The hearing was closed before this was sent, so the statement was not saved. What you wrote is below: keep it."
)
GIVEN = _("The statement has been given already.")


@transaction.atomic
def note_opened(hearing_id: int, *, actor: Viewer) -> list[HearingInvitee]:
    """Keeps that somebody of those asked has read the hearing, the first time. Empty for who was not asked."""
    found = list(access.invitees(actor, hearing_id))
    unread = [one for one in found if one.opened_at is None]
    if unread and actor.user_id is not None:
        for one in unread:
            one.opened_at = clock.now()
        HearingInvitee.objects.bulk_update(unread, ["opened_at"])
        record("cooperation.hearing.read", actor=actor, object=(HEARING, hearing_id))
    return found


@transaction.atomic
def save(
    hearing_id: int,
    said: Mapping[int, Said],
    *,
    actor: Viewer,
    expected_version: int,
    body_id: int | None = None,
) -> Statement:
    """Keeps an unfinished statement, which only the own organisation sees. Raises ``EditClash``, ``Refusals``.

    ``said``: by question, 0 in general. ``expected_version`` 0: the first.
    """
    hearing, _asked, kept = _to_write(hearing_id, body_id, actor, expected_version)
    refused = _check_texts(said)
    if kept.given_at is not None:
        refused.append(Refusal("", "given", GIVEN))
    refuse(refused + _check_open(hearing))
    kept.version += 1
    kept.save()
    _write(kept, said)
    record("cooperation.statement.saved", actor=actor, object=(STATEMENT, kept.pk))
    return kept


@transaction.atomic
def give(
    hearing_id: int,
    said: Mapping[int, Said],
    *,
    actor: Viewer,
    expected_version: int,
    body_id: int | None = None,
) -> Statement:
    """Gives the statement, or changes the one that was given. Raises ``EditClash``, ``Refusals``."""
    hearing, asked, kept = _to_write(hearing_id, body_id, actor, expected_version)
    refuse(_check_texts(said) + _check_whole(hearing, said) + _check_open(hearing))
    kept.given_at, kept.given_by_id = clock.now(), actor.user_id
    kept.late = rules.is_late(clock.today(), hearing.answer_by)
    kept.version += 1
    kept.save()
    _write(kept, said)
    if asked.declined_at is not None:
        asked.declined_at = None
        asked.save(update_fields=["declined_at"])
    record("cooperation.statement.given", actor=actor, object=(STATEMENT, kept.pk))
    _tell_keeper(hearing, actor)
    return kept


@transaction.atomic
def decline(hearing_id: int, *, actor: Viewer, body_id: int | None = None) -> HearingInvitee:
    """Tells that the actor's organisation, or its body, gives no statement; until the closing it still can. Safe to repeat."""
    require(actor, Capability.STATEMENT_GIVE)
    asked = access.invitee(actor, hearing_id, body_id, lock=True)
    hearing = access.asked_hearing(actor, hearing_id)
    if asked.declined_at is not None:
        return asked
    refused = []
    if hearing.state != HearingState.OPEN:
        refused.append(Refusal("", "closed", _("The hearing is not open.")))
    kept = access.own_statement(actor, asked)
    if kept is not None and kept.given_at is not None:
        refused.append(Refusal("", "given", GIVEN))
    refuse(refused)
    asked.declined_at = clock.now()
    asked.save(update_fields=["declined_at"])
    record("cooperation.statement.declined", actor=actor, object=(HEARING, hearing.pk))
    _tell_keeper(hearing, actor)
    return asked


# Parts --------------------------------------------------------------------------------------------------------------


def _to_write(
    hearing_id: int, body_id: int | None, actor: Viewer, expected_version: int
) -> tuple[Hearing, HearingInvitee, Statement]:
    """The hearing, read after the lock: closing waits for the same row. Raises ``EditClash``."""
    require(actor, Capability.STATEMENT_GIVE)
    asked = access.invitee(actor, hearing_id, body_id, lock=True)
    hearing = access.asked_hearing(actor, hearing_id)
    kept = access.own_statement(actor, asked)
    version = kept.version if kept else 0
    if version != expected_version:
        who = kept.given_by.get_full_name() if kept and kept.given_by else ""
        raise EditClash(theirs={}, version=version, who=who, when=clock.now())
    if kept is None:
        kept = Statement(
            hearing=hearing,
            body_id=asked.body_id,
            organisation_id=asked.organisation_id,
            sender_id=asked.sender_id,
            version=0,
        )
    return hearing, asked, kept


def _check_open(hearing: Hearing) -> list[Refusal]:
    return [] if hearing.state == HearingState.OPEN else [Refusal("", "closed", CLOSED)]


def _check_texts(said: Mapping[int, Said]) -> list[Refusal]:
    refused = [one for number, answer in said.items() for one in check_text(f"text-{number}", answer.text)]
    views = {answer.view for answer in said.values()} - {"", *rules.VIEWS}
    if views:
        refused.append(Refusal("", "unknown", _("Choose one of the answers given.")))
    return refused


def _check_whole(hearing: Hearing, said: Mapping[int, Said]) -> list[Refusal]:
    kinds = dict(hearing.questions.order_by("order").values_list("pk", "kind"))
    lacks = rules.missing(kinds, said)
    if lacks.everything:
        return [Refusal("text-0", "required", _("Write the statement, or answer at least one question."))]
    views = [
        Refusal(f"view-{one}", "required", _("Choose what your organisation thinks.")) for one in lacks.views
    ]
    return views + [
        Refusal(f"text-{one}", "reasons", _("Write why, or what should be changed.")) for one in lacks.reasons
    ]


def _write(kept: Statement, said: Mapping[int, Said]) -> None:
    """The answers that are not empty; one that was emptied goes away. Numbers that are no questions of it are left."""
    questions = set(kept.hearing.questions.values_list("pk", flat=True))
    known = {one.question_id or 0: one for one in kept.answers.all()}
    for number, answer in said.items():
        if number and number not in questions:
            continue
        row = known.get(number)
        if answer.is_empty:
            if row is not None:
                row.delete()
            continue
        row = row or StatementAnswer(statement=kept, question_id=number or None)
        row.text, row.view = answer.text.strip(), answer.view
        row.save()


def _tell_keeper(hearing: Hearing, actor: Viewer) -> None:
    notify(
        "cooperation.statement-given",
        holders(hearing.organisation_id, Capability.HEARING_KEEP, actor.day),
        actor=actor,
        address=reverse("cooperation:hearing", args=[hearing.pk]),
        organisation_id=hearing.organisation_id,
        about=(HEARING, hearing.pk),
    )
