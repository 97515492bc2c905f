"""What the jobs of hearings write: those asked are told, and reminded before the day.

What those asked have been told already is read from its notices: who is asked later is told later, and nobody twice.
Not for: what a hearing says (``hearings.py``).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import hearing_rules as rules
from kotopolku.cooperation.actions.hearings import HEARING
from kotopolku.cooperation.hearing_rules import Notices
from kotopolku.cooperation.models import Hearing, HearingInvitee, HearingState
from kotopolku.cooperation.queries.hearing_addressing import unanswered
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.placement.queries.people import holders

INVITEE = "cooperation.hearing-invitee"
ASKED, MOVED = "cooperation.hearing-asked", "cooperation.hearing-moved"
REMINDER = "cooperation.hearing-reminder"
ENDED = {
    HearingState.CANCELLED: "cooperation.hearing-cancelled",
    HearingState.PUBLISHED: "cooperation.hearing-published",
}


def untold(*, actor: Viewer) -> list[int]:
    """Hearings of which those asked have not been told yet; for the job. Writes nothing."""
    require(actor, Capability.HEARING_KEEP)
    rows = Hearing.objects.filter(state__in=(HearingState.OPEN, *ENDED), told_at=None)
    return list(rows.order_by("id").values_list("pk", flat=True))


@transaction.atomic
def tell_of_hearing(hearing_id: int, *, actor: Viewer) -> int:
    """Tells those asked that they are asked, that the day moved, that it was cancelled or its summary published.

    Returns how many people. For the job.
    """
    require(actor, Capability.HEARING_KEEP)
    found = Hearing.objects.select_for_update(skip_locked=True).filter(pk=hearing_id, told_at=None).first()
    if found is None or found.state not in (HearingState.OPEN, *ENDED):
        return 0
    before = _told(found)
    told = 0
    for one in found.invitees.order_by("organisation_id", "pk"):
        if found.state == HearingState.OPEN:
            news = rules.news(before.get(_about(one), Notices()), found.answer_by)
            kind = {"asked": ASKED, "moved": MOVED}.get(news, "")
        else:
            kind = ENDED[HearingState(found.state)]
        if kind:
            told += _tell(kind, found, one, actor)
    found.told_at = clock.now()
    found.save(update_fields=["told_at"])
    record("cooperation.hearing.told", actor=actor, object=(HEARING, found.pk), details={"told": told})
    return told


def to_remind(*, actor: Viewer) -> list[int]:
    """Open hearings whose day for the reminder has come; for the job. Writes nothing."""
    require(actor, Capability.HEARING_KEEP)
    today = clock.today()
    rows = Hearing.objects.filter(state=HearingState.OPEN, answer_by__gte=today, told_at__isnull=False)
    return [
        one.pk
        for one in rows.order_by("id")
        if one.opened_at
        and rules.wants_reminder(today, one.opened_at.astimezone(clock.HELSINKI).date(), one.answer_by)
    ]


@transaction.atomic
def remind(hearing_id: int, *, actor: Viewer) -> int:
    """Reminds those who have not answered, once for a day that was asked for. Returns how many people. For the job."""
    require(actor, Capability.HEARING_KEEP)
    found = Hearing.objects.select_for_update().filter(pk=hearing_id, state=HearingState.OPEN).first()
    if found is None:
        return 0
    before = _told(found)
    told = 0
    for one in unanswered(found).order_by("organisation_id", "pk"):
        if found.answer_by not in before.get(_about(one), Notices()).reminded_of:
            told += _tell(REMINDER, found, one, actor)
    if told:
        record(
            "cooperation.hearing.reminded", actor=actor, object=(HEARING, found.pk), details={"told": told}
        )
    return told


About = tuple[str, int, int]
"""What a notice is about, and whose it is: of an organisation the hearing, of a body that it was asked."""


def _about(asked: HearingInvitee) -> About:
    if asked.body_id is None:
        return HEARING, asked.hearing_id, asked.organisation_id
    return INVITEE, asked.pk, asked.organisation_id


def _told(hearing: Hearing) -> dict[About, Notices]:
    """What each of those asked has been told of a hearing. One statement."""
    of = Q(object_kind=HEARING, object_id=hearing.pk)
    of |= Q(object_kind=INVITEE, object_id__in=hearing.invitees.exclude(body=None).values("pk"))
    rows = Notice.objects.filter(of, kind__in=(ASKED, MOVED, REMINDER))
    days: dict[About, list[tuple[str, date]]] = defaultdict(list)
    for kind, on, *about in rows.values_list(
        "kind", "on", "object_kind", "object_id", "organisation_id"
    ).distinct():
        if on is not None and None not in about:
            days[cast(About, tuple(about))].append((kind, on))
    return {about: _notices(found) for about, found in days.items()}


def _notices(found: Iterable[tuple[str, date]]) -> Notices:
    rows = list(found)
    told = [on for kind, on in rows if kind != REMINDER]
    return Notices(max(told, default=None), frozenset(on for kind, on in rows if kind == REMINDER))


def _tell(kind: str, hearing: Hearing, asked: HearingInvitee, actor: Viewer) -> int:
    what, number, organisation_id = _about(asked)
    return notify(
        kind,
        holders(organisation_id, Capability.STATEMENT_GIVE, actor.day),
        actor=actor,
        address=reverse("cooperation:hearing", args=[hearing.pk]),
        organisation_id=organisation_id,
        about=(what, number),
        on=hearing.answer_by,
    )
