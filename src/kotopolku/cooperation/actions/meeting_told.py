"""Who is told of a meeting, and how: notices to users, letters with a calendar file to the others; who may read it.

Parts of other acts, in their transaction, and what the jobs write. Not for: who is called (``meeting_calls.py``).
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import clock, writing
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.meeting_calendar import as_ics, name_of
from kotopolku.cooperation.models import (
    AgendaItem,
    CallAnswer,
    CallAs,
    ItemAccess,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingState,
)
from kotopolku.cooperation.queries.meetings import day_of
from kotopolku.journal.actions import record
from kotopolku.law import RuleNotInForce
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.placement.queries.people import holders

log = logging.getLogger(__name__)
MEETING = "cooperation.meeting"
REMINDER = "cooperation.meeting-reminder"
NOT_NEEDED = "cooperation.meeting-call-ended"


# Parts of other acts ------------------------------------------------------------------------------------------------


def refresh_readers(meeting: Meeting) -> None:
    """Keeps who may read the meeting in step with the calls that have not ended."""
    with rowsecurity.as_system():
        rows = MeetingCall.objects.filter(meeting=meeting, ended_at=None, user__isnull=False)
        meeting.readers = sorted(set(rows.values_list("user_id", flat=True)))
        meeting.save(update_fields=["readers"])


def tell_called(
    kind: str, meeting: Meeting, actor: Viewer, calls: Iterable[MeetingCall] | None = None
) -> int:
    """Tells everybody called, or only ``calls``: users at once, the others by a letter that a job sends. How many users."""
    with rowsecurity.as_system():
        live = list(MeetingCall.objects.filter(meeting=meeting, ended_at=None) if calls is None else calls)
        ids = [one.pk for one in live]
        rows = MeetingCall.objects.filter(pk__in=ids)
        rows.filter(user__isnull=False).update(told_at=clock.now())
        rows.filter(user=None).update(told_at=None)
    return tell(kind, meeting, [one.user_id for one in live if one.user_id is not None], actor)


def tell(kind: str, meeting: Meeting, users: Iterable[int], actor: Viewer) -> int:
    return notify(
        kind,
        users,
        actor=actor,
        address=reverse("cooperation:meeting", args=[meeting.pk]),
        about=(MEETING, meeting.pk),
        on=day_of(meeting),
    )


def end(calls: Iterable[MeetingCall], meeting: Meeting, actor: Viewer) -> None:
    """Ends calls that are not needed any more: users are told at once, who got a letter gets one that takes it back."""
    rows = list(calls)
    now = clock.now()
    for one in rows:
        one.ended_at = now
        one.told_at = None if one.user_id is None and one.told_sequence is not None else now
        one.save(update_fields=["ended_at", "told_at"])
    tell(NOT_NEEDED, meeting, [one.user_id for one in rows if one.user_id is not None], actor)


def tell_desk(kind: str, meeting: Meeting, actor: Viewer) -> int:
    return tell(kind, meeting, desk_of(meeting), actor)


def desk_of(meeting: Meeting) -> set[int]:
    """The secretary called, and who has prepared the meeting; when that one is there no more, all who keep the body."""
    with rowsecurity.as_system():
        calls = MeetingCall.objects.filter(
            meeting=meeting, part=CallAs.SECRETARY, ended_at=None, user__isnull=False
        )
        users = set(calls.values_list("user_id", flat=True))
    keepers = set(holders(meeting.organisation_id, Capability.BODY_KEEP, clock.today()))
    return users | (keepers & {meeting.made_by_id or 0} or keepers)


# Reminders, for the job -----------------------------------------------------------------------------------------------


def to_remind(*, actor: Viewer) -> list[int]:
    """Coming meetings whose day for the reminder has come; for the job. Writes nothing."""
    require(actor, Capability.BODY_KEEP)
    today = clock.today()
    rows = Meeting.objects.filter(state=MeetingState.CALLED, starts_at__gt=clock.now())
    return [one.pk for one in rows.order_by("pk") if _remind_on(day_of(one)) <= today]


def _remind_on(day: date) -> date:
    try:
        return rules.days_before(day).remind_on
    except RuleNotInForce:
        return day + timedelta(days=1)


@transaction.atomic
def remind(meeting_id: int, *, actor: Viewer) -> int:
    """Reminds those who have not answered, each once for a day of the meeting. Returns how many. For the job."""
    require(actor, Capability.BODY_KEEP)
    found = Meeting.objects.select_for_update().filter(pk=meeting_id, state=MeetingState.CALLED).first()
    if found is None:
        return 0
    reminded = set(
        Notice.objects.filter(
            object_kind=MEETING, object_id=found.pk, kind=REMINDER, on=day_of(found)
        ).values_list("user_id", flat=True)
    )
    waiting = MeetingCall.objects.filter(
        meeting=found, ended_at=None, answer=CallAnswer.NONE, user__isnull=False
    ).exclude(part=CallAs.GUEST)
    users = sorted(set(waiting.values_list("user_id", flat=True)) - reminded)
    told = tell(REMINDER, found, users, actor)
    if told:
        record(
            "cooperation.meeting.reminded", actor=actor, object=(MEETING, found.pk), details={"told": told}
        )
    return told


# Letters to those who do not sign in here, for the job -------------------------------------------------------------------


def send_letters(*, actor: Viewer) -> tuple[int, int]:
    """Mails those called who are not users, each in a transaction of its own. Returns (sent, failed). For the job."""
    require(actor, Capability.BODY_KEEP)
    with transaction.atomic():
        rowsecurity.apply(actor)
        waiting = list(_to_mail().order_by("pk").values_list("pk", flat=True))
    sent = failed = 0
    for pk in waiting:
        outcome = _send(pk, actor)
        sent += outcome is True
        failed += outcome is False
    return sent, failed


def _to_mail() -> "QuerySet[MeetingCall]":
    """Calls with an address of which nothing has been sent since they were last changed, to meetings still ahead."""
    rows = MeetingCall.objects.filter(user=None, told_at=None)
    return rows.filter(
        ~Q(email="") | Q(holder__private__email__gt=""),
        meeting__state__in=(MeetingState.CALLED, MeetingState.CANCELLED),
        meeting__starts_at__gt=clock.now(),
        meeting__invented=False,
    )


@transaction.atomic
def _send(pk: int, actor: Viewer) -> bool | None:
    """True: sent. False: the mail server did not take it, so it waits. None: somebody else has sent it."""
    rowsecurity.apply(actor)
    rows = _to_mail().select_for_update(skip_locked=True, of=("self",))
    call = (
        rows.select_related("holder__private", "meeting__body", "meeting__organisation", "meeting__term")
        .filter(pk=pk)
        .first()
    )
    if call is None:
        return None
    try:
        letter(call).send()
    except (OSError, smtplib.SMTPException) as error:
        # Only the kind of fault: an address may stand in its text.
        log.warning("meetings: a letter was not sent (%s); it will be tried again", type(error).__name__)
        return False
    call.told_at, call.told_sequence = clock.now(), call.meeting.sequence
    call.save(update_fields=["told_at", "told_sequence"])
    record("cooperation.meeting.letter-sent", actor=actor, object=(MEETING, call.meeting_id))
    return True


def letter(call: MeetingCall) -> EmailMessage:
    """The invitation, or what has changed since, in the meeting's language: time, place, link, agenda, calendar file.

    Titles of secret items and papers do not go by e-mail, to a guest none of a paper that is not public.
    """
    meeting = call.meeting
    with translation.override(meeting.language):
        name = name_of(meeting)
        hours = f"{writing.clock_time(meeting.starts_at)}–{writing.clock_time(meeting.ends_at)}"
        when = f"{writing.long_day(meeting.starts_at)} {hours}"
        cancelled = meeting.state == MeetingState.CANCELLED or call.ended_at is not None
        if call.ended_at is not None:
            subject = _("Call taken back: %(name)s") % {"name": name}
            body = [_("You are not called to this meeting any more."), "", when]
        elif cancelled:
            subject = _("Cancelled: %(name)s") % {"name": name}
            body = [pgettext("body", "The meeting was cancelled."), meeting.reason, "", when]
        else:
            subject, news = _news(call, name)
            body = [news, "", when, *(one for one in (meeting.place, meeting.link) if one)]
            body += ["", _("Agenda"), *_agenda(call)]
            if call.answer == CallAnswer.NONE:
                words = _("Answer to %(organisation)s whether you come.")
                body += ["", words % {"organisation": meeting.organisation.name}]
        message = EmailMessage(
            subject, "\n".join(body), to=[call.holder.email if call.holder else call.email]
        )
        calendar = as_ics(meeting, with_link=not cancelled, cancelled=cancelled)
        message.attach("kotopolku-meeting.ics", calendar.decode(), "text/calendar")
        return message


def _news(call: MeetingCall, name: str) -> tuple[str, str]:
    """Subject and first line: the call itself, or what has changed since the last letter."""
    if call.told_sequence is None:
        words = _("You are called to the meeting.")
        if call.part == CallAs.DEPUTY:
            words = _("You are called to the meeting as the personal deputy.")
        return _("Call to a meeting: %(name)s") % {"name": name}, words
    if call.told_sequence < call.meeting.sequence:
        words = _("The time or the place of the meeting has changed. Below everything is as it is now.")
        return _("Time or place changed: %(name)s") % {"name": name}, words
    words = _("The agenda of the meeting or its papers have changed. Below everything is as it is now.")
    return _("Agenda or papers changed: %(name)s") % {"name": name}, words


def _agenda(call: MeetingCall) -> list[str]:
    items = list(AgendaItem.objects.filter(meeting=call.meeting_id).order_by("order", "pk"))
    papers: dict[int, list[str]] = {}
    sent = MeetingPaper.objects.filter(item__meeting=call.meeting_id, sent_at__isnull=False)
    if call.seat_id is None:
        sent = sent.filter(access=ItemAccess.PUBLIC, item__access=ItemAccess.PUBLIC)
    for paper in sent.exclude(access=ItemAccess.SECRET).order_by("order", "pk"):
        words = paper.title
        if paper.withdrawn_at:
            words = _("%(title)s (withdrawn: %(reason)s)") % {
                "title": paper.title,
                "reason": paper.withdrawn_reason,
            }
        papers.setdefault(paper.item_id, []).append(f"   – {words}")
    found = []
    for number, one in zip(rules.numbers([row.state for row in items]), items, strict=True):
        if number is None:
            continue
        if one.access == ItemAccess.SECRET:
            found.append(f"{number}. {_('A secret item')}")
            continue
        found += [f"{number}. {one.title}", *papers.get(one.pk, [])]
    return found
