"""Notices to the national service that wait: sent once whatever happens, asked about until they are published.

queued → sent → published | refused | queued again, later each time → failed, which waits for a person. Nothing is sent inside a
transaction; a notice whose sender died is sent again with the same key. Not for: the other side (``notice_service``).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, eforms
from kotopolku.procurement.actions import publication
from kotopolku.procurement.models import Notice, NoticeState, Occasion, Tender
from kotopolku.procurement.notice_service import Answer, NoticeService, Unavailable

NOTICE = "procurement.notice"
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
LOST_AFTER = timedelta(minutes=10)
"""A notice being sent for so long has lost its sender."""
ASK_AGAIN = timedelta(minutes=30)
ASK_SOON = timedelta(minutes=4)
"""While a tender waits for its notice to be public here (§60)."""


def send_waiting(
    system: NoticeService, *, actor: Viewer, within: Callable[[Callable[[], Any]], Any], limit: int = 1_000
) -> dict[str, int]:
    """Sends notices that are due and asks about those not yet published; counts by new state.

    ``within`` runs an act in a transaction with row security. Nobody at the other end ends the round: the rest waits too.
    """
    counts: dict[str, int] = {}
    for _number in range(limit):
        taken = within(lambda: claim(actor=actor))
        if taken is None:
            return counts
        notice_id, key, payload, service_id = taken
        answer: Answer | None
        try:
            answer, reason = (system.ask(service_id) if service_id else system.send(key, payload)), ""
        except Unavailable as error:
            answer, reason = None, str(error)
        state = within(lambda: settle(notice_id, answer, reason, actor=actor))  # noqa: B023 - called at once
        counts[state] = counts.get(state, 0) + 1
        if answer is None:
            return counts
    return counts


@transaction.atomic
def claim(*, actor: Viewer) -> tuple[int, UUID, dict[str, Any], str] | None:
    """Takes the next notice that is due; two senders never take the same. None when there is none.

    A correction after the bids' deadline, as it is here, is cancelled and never sent: nobody could act on it any more. One
    whose first notice has no number of the service yet waits for it.
    """
    now = clock.real_now()
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    rows = Notice.objects.filter(due, state__in=(NoticeState.QUEUED, NoticeState.SENT))
    rows = rows.select_related("tender", "tender__buyer", "corrects").order_by("id")
    for notice in rows.select_for_update(skip_locked=True, of=("self",))[:50]:
        if notice.state == NoticeState.QUEUED and not _may_go(notice):
            continue
        notice.attempts += 1
        notice.next_try_at = now + LOST_AFTER
        if notice.state == NoticeState.QUEUED:
            notice.payload = eforms.payload(
                notice.tender, notice.occasion, notice.subtype, notice.key, notice.about
            )
            if notice.corrects is not None:
                notice.payload["BT-758"] = notice.corrects.service_id
        notice.save(update_fields=["attempts", "next_try_at", "payload"])
        return notice.pk, notice.key, notice.payload, notice.service_id
    return None


def _may_go(notice: Notice) -> bool:
    if notice.occasion != Occasion.CHANGE:
        return True
    bids_by = notice.tender.bids_by
    if bids_by is not None and clock.now() > bids_by:
        notice.state, notice.last_error = NoticeState.CANCELLED, "deadline"
        notice.save(update_fields=["state", "last_error"])
        return False
    return notice.corrects is None or bool(notice.corrects.service_id)


@transaction.atomic
def settle(notice_id: int, answer: Answer | None, reason: str, *, actor: Viewer) -> str:
    """Writes down what the service said, None when it could not be reached; returns the new state."""
    rows = Notice.objects.select_related("tender")
    notice = rows.select_for_update(of=("self",)).get(pk=notice_id)
    now = clock.real_now()
    if answer is None:
        notice.last_error = reason[:300]
        stuck = notice.attempts >= MOST_TRIES
        notice.state = NoticeState.FAILED if stuck and not notice.service_id else notice.state
        notice.next_try_at = now + min(FIRST_WAIT * 4 ** min(notice.attempts, 5), LONGEST_WAIT)
    elif answer.state == "refused":
        notice.state, notice.last_error = NoticeState.REFUSED, answer.reason
    else:
        notice.service_id = notice.service_id or answer.service_id
        notice.sent_at = notice.sent_at or now
        notice.last_error, notice.attempts, notice.next_try_at = "", 0, now + ASK_AGAIN
        notice.state = NoticeState.SENT
        if answer.state == "published":
            notice.state, notice.published_at = NoticeState.PUBLISHED, now
        elif _waits_for(notice):
            notice.next_try_at = now + ASK_SOON
    notice.save()
    record(
        "procurement.notice.sent",
        actor=actor,
        object=(NOTICE, notice.pk),
        details={"state": str(notice.state)},
    )
    _open(notice, actor)
    if notice.state in (NoticeState.REFUSED, NoticeState.FAILED):
        _tell_buyer(notice, actor)
    return str(notice.state)


@transaction.atomic
def confirm(notice_id: int, service_id: str, *, actor: Viewer) -> Notice:
    """A person has seen that the national service has published the notice, by its number there. Raises ``Refusals``.

    For a notice that was handed in by hand, or whose answer does not come.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    notice = _own(notice_id, actor)
    if notice.state in (NoticeState.PUBLISHED, NoticeState.CANCELLED):
        raise Refusals([Refusal("", "state", _("This notice does not wait for a publication."))])
    if not service_id.strip():
        raise Refusals([Refusal("service_id", "required", _("Write the number that the service gave."))])
    notice.service_id, notice.state = service_id.strip()[:60], NoticeState.PUBLISHED
    notice.published_at = clock.real_now()
    notice.sent_at = notice.sent_at or notice.published_at
    notice.last_error, notice.next_try_at = "", None
    notice.version += 1
    notice.save()
    record("procurement.notice.confirmed", actor=actor, object=(NOTICE, notice.pk))
    _open(notice, actor)
    return notice


def _waits_for(notice: Notice) -> bool:
    """Whether the tender becomes public here only with this notice (§60)."""
    return notice.occasion in (Occasion.TENDER, Occasion.DIRECT) and notice.tender.is_announced


def _open(notice: Notice, actor: Viewer) -> None:
    """A published notice opens its tender to all here."""
    if notice.state != NoticeState.PUBLISHED or not _waits_for(notice):
        return
    tender = Tender.objects.select_for_update().get(pk=notice.tender_id)
    if tender.is_announced:
        publication.open_here(tender, actor=actor)


def _tell_buyer(notice: Notice, actor: Viewer) -> None:
    """Somebody must mend it: until then a tender that waits for it is not public."""
    buyer_id = notice.tender.buyer_id
    notify(
        "procurement.notice-not-taken",
        holders(buyer_id, Capability.PROCUREMENT_PREPARE, clock.today()),
        actor=actor,
        address=reverse("procurement:tender", args=[notice.tender_id]),
        organisation_id=buyer_id,
        about=(NOTICE, notice.pk),
    )


def _own(notice_id: int, actor: Viewer) -> Notice:
    rows = Notice.objects.filter(tender__in=access.tenders(actor)).select_related("tender")
    notice = rows.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible
    return notice


@transaction.atomic
def send_again(notice_id: int, *, actor: Viewer) -> Notice:
    """Puts a notice that was refused or could not be sent in line again, with the key it had."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    notice = _own(notice_id, actor)
    if notice.state in (NoticeState.REFUSED, NoticeState.FAILED):
        notice.state, notice.attempts, notice.next_try_at = NoticeState.QUEUED, 0, None
        notice.version += 1
        notice.save(update_fields=["state", "attempts", "next_try_at", "version"])
        record("procurement.notice.queued-again", actor=actor, object=(NOTICE, notice.pk))
    return notice
