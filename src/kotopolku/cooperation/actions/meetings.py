"""Acts on meetings of bodies by the authority that keeps the body: planned singly or as a series, changed, moved, cancelled.

Not for: the agenda (``agenda.py``), who is called (``meeting_calls.py``), the day itself (``meeting_day.py``).
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.actions.checks import check_language, same_version
from kotopolku.cooperation.actions.meeting_calls import ask_anew
from kotopolku.cooperation.actions.meeting_told import MEETING, tell_called
from kotopolku.cooperation.meeting_rules import MeetingContent, SeriesContent
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    BodyTerm,
    ItemKind,
    ItemState,
    Meeting,
    MeetingSeries,
    MeetingState,
)
from kotopolku.journal.actions import record
from kotopolku.law import RuleNotInForce

SERIES = "cooperation.meeting-series"
NOT_DRAFT = _("The invitations have been sent. Move or cancel the meeting instead.")
NOT_CALLED = _("Only a meeting to which people have been called can be moved or cancelled.")
NO_TERM = _("The body has no term on that day. Appoint it for a term first.")
FORMAL_FIRST = (
    _("Opening of the meeting"),
    _("Legality and quorum of the meeting"),
    _("Election of those who check the minutes"),
    _("Approval of the agenda"),
)
FORMAL_LAST = (_("Other matters"), _("Closing of the meeting"))


@transaction.atomic
def plan(
    body_id: int,
    content: MeetingContent,
    *,
    actor: Viewer,
    token: UUID | None = None,
    invented: bool = False,
) -> Meeting:
    """A meeting of a body that the actor keeps, with the formal items on its agenda. Raises ``Refusals``."""
    if (before := done_before(token, MEETING)) is not None:
        return access.own_meeting(actor, before)
    body = access_bodies.own_body(actor, body_id, lock=True)
    term = _term(body, content.starts_at)
    refuse(_check(content, term))
    made = _make(body, term, content, actor, invented=invented)
    carry_over(body)
    record("cooperation.meeting.planned", actor=actor, object=(MEETING, made.pk), token=token)
    return made


@transaction.atomic
def plan_series(
    body_id: int,
    content: SeriesContent,
    *,
    actor: Viewer,
    token: UUID | None = None,
    invented: bool = False,
) -> tuple[MeetingSeries, list[date]]:
    """Meetings every so many weeks within a term. Returns the series and the days that were skipped as public holidays."""
    if (before := done_before(token, SERIES)) is not None:
        return access.one_series(actor, before), []
    body = access_bodies.own_body(actor, body_id, lock=True)
    term = body.terms.filter(days__contains=content.first_on).first()
    if term is None:
        refuse([Refusal("first_on", "no-term", NO_TERM)])
        raise AssertionError
    refused = rules.check_series(content, _days(term), clock.today()) + check_language(content.language)
    days = rules.series_days(content.first_on, content.last_on, content.every_weeks)
    if not refused and not any(not one.skipped for one in days):
        words = _("Every day of the series is a Sunday or a public holiday.")
        refused.append(Refusal("first_on", "holidays", words))
    refuse(refused)
    made = MeetingSeries.objects.create(
        body=body,
        first_on=content.first_on,
        last_on=content.last_on,
        every_weeks=content.every_weeks,
        starts_at=f"{content.hour:02d}:{content.minute:02d}",
        minutes_long=content.minutes_long,
        place=content.place.strip(),
        link=content.link.strip(),
    )
    for one in days:
        if one.skipped:
            continue
        starts = datetime.combine(one.day, datetime.min.time(), tzinfo=clock.HELSINKI).replace(
            hour=content.hour, minute=content.minute
        )
        meeting = MeetingContent(
            starts,
            starts + timedelta(minutes=content.minutes_long),
            language=content.language,
            place=content.place,
            link=content.link,
        )
        _make(body, term, meeting, actor, series=made, invented=invented)
    carry_over(body)
    record(
        "cooperation.meeting.series-planned",
        actor=actor,
        object=(SERIES, made.pk),
        details={"meetings": sum(not one.skipped for one in days)},
        token=token,
    )
    return made, [one.day for one in days if one.skipped]


@transaction.atomic
def change(meeting_id: int, content: MeetingContent, *, actor: Viewer, expected_version: int) -> Meeting:
    """Changes a meeting that is being prepared. Raises ``EditClash``, ``Refusals``."""
    found = access.own_meeting(actor, meeting_id, lock=True)
    same_version(found.version, expected_version)
    term = _term(found.body, content.starts_at)
    refused = _check(content, term)
    if found.state != MeetingState.DRAFT:
        refused.append(Refusal("", "called", NOT_DRAFT))
    refuse(refused)
    _write(found, content, term)
    found.version += 1
    found.save()
    record("cooperation.meeting.changed", actor=actor, object=(MEETING, found.pk))
    return found


@transaction.atomic
def change_later(
    meeting_id: int, content: MeetingContent, *, actor: Viewer, expected_version: int
) -> tuple[int, int]:
    """Changes this meeting of a series and the later ones that are being prepared: hours, place, and days by as much.

    Returns how many were changed, and how many later ones were left because people have been called to them.
    """
    found = access.own_meeting(actor, meeting_id, lock=True)
    same_version(found.version, expected_version)
    term = _term(found.body, content.starts_at)
    refused = _check(content, term)
    if found.state != MeetingState.DRAFT:
        refused.append(Refusal("", "called", NOT_DRAFT))
    if found.series_id is None:
        refused.append(Refusal("", "single", _("The meeting is not part of a series.")))
    refuse(refused)
    later = Meeting.objects.select_for_update().filter(
        series_id=found.series_id, starts_at__gte=found.starts_at
    )
    rows = list(later.order_by("starts_at", "pk"))
    shift = _day(content.starts_at) - _day(found.starts_at)
    long = content.ends_at - content.starts_at
    changed = 0
    for one in rows:
        if one.state != MeetingState.DRAFT:
            continue
        day = _day(one.starts_at) + shift
        starts = datetime.combine(day, content.starts_at.timetz())
        new_term = _term(found.body, starts)
        new = MeetingContent(
            starts,
            starts + long,
            title=content.title if one.pk == found.pk else one.title,
            language=content.language,
            place=content.place,
            link=content.link,
            items_until=content.items_until if one.pk == found.pk else None,
        )
        refuse(_check(new, new_term))
        _write(one, new, new_term)
        one.version += 1
        one.save()
        changed += 1
    record(
        "cooperation.meeting.series-changed",
        actor=actor,
        object=(MEETING, found.pk),
        details={"meetings": changed},
    )
    return changed, sum(one.state in (MeetingState.CALLED, MeetingState.OPEN) for one in rows)


@transaction.atomic
def move(
    meeting_id: int,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    link: str,
    *,
    actor: Viewer,
    expected_version: int,
) -> Meeting:
    """Another time or place for a meeting to which people have been called; they are told, and asked anew for another time.

    Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_meeting(actor, meeting_id, lock=True)
    same_version(found.version, expected_version)
    content = MeetingContent(starts_at, ends_at, found.title, found.language, place, link, found.items_until)
    if found.items_until and found.items_until > _day(starts_at):
        content = MeetingContent(starts_at, ends_at, found.title, found.language, place, link)
    term = _term(found.body, starts_at)
    refused = _check(content, term)
    if found.state != MeetingState.CALLED:
        refused.append(Refusal("", "not-called", NOT_CALLED))
    refuse(refused)
    another_time = (found.starts_at, found.ends_at) != (starts_at, ends_at)
    _write(found, content, term)
    found.sequence += 1
    found.version += 1
    found.save()
    if another_time:
        ask_anew(found, actor)
    tell_called("cooperation.meeting-moved", found, actor)
    record("cooperation.meeting.moved", actor=actor, object=(MEETING, found.pk))
    return found


@transaction.atomic
def cancel(meeting_id: int, reason: str, *, actor: Viewer) -> Meeting:
    """Cancels a meeting to which people have been called; they are told and see the reason. Raises ``Refusals``."""
    found = access.own_meeting(actor, meeting_id, lock=True)
    refused = []
    if found.state != MeetingState.CALLED:
        refused.append(Refusal("", "not-called", NOT_CALLED))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    found.state, found.reason = MeetingState.CANCELLED, reason.strip()
    found.sequence += 1
    found.version += 1
    found.save()
    tell_called("cooperation.meeting-cancelled", found, actor)
    record("cooperation.meeting.cancelled", actor=actor, object=(MEETING, found.pk))
    return found


@transaction.atomic
def remove(meeting_id: int, *, actor: Viewer) -> None:
    """Removes a meeting to which nobody has been called. What members have proposed for it must be settled first."""
    found = access.own_meeting(actor, meeting_id, lock=True)
    refused = []
    if found.state != MeetingState.DRAFT:
        refused.append(Refusal("", "called", NOT_DRAFT))
    if found.items.filter(state=ItemState.PROPOSED).exists():
        words = _("A member has proposed an item. Take it or refuse it first.")
        refused.append(Refusal("", "proposed", words))
    refuse(refused)
    body = found.body
    record("cooperation.meeting.removed", actor=actor, object=(MEETING, found.pk))
    found.delete()
    carry_over(body)


# Parts --------------------------------------------------------------------------------------------------------------


def carry_over(body: Body) -> int:
    """Puts what earlier meetings left on the table on the agenda of the next one that is being prepared.

    Part of other acts, in their transaction. Returns how many items.
    """
    Body.objects.select_for_update().get(
        pk=body.pk
    )  # Two that close or plan at once carry an item over once.
    left = AgendaItem.objects.filter(
        meeting__body=body, meeting__state=MeetingState.CLOSED, state=ItemState.TABLED, continued_by=None
    ).select_related("meeting")
    coming = Meeting.objects.filter(body=body, state=MeetingState.DRAFT).order_by("starts_at", "pk").first()
    rows = list(left.order_by("meeting__starts_at", "order", "pk"))
    if coming is None:
        return 0
    rows = [one for one in rows if one.meeting.starts_at < coming.starts_at]
    for one in rows:
        put_on(
            coming,
            AgendaItem(
                meeting=coming,
                kind=one.kind,
                access=one.access,
                access_reason=one.access_reason,
                title=one.title,
                text=one.text,
                proposal=one.proposal,
                minutes_planned=one.minutes_planned,
                presenter=one.presenter,
                proposed_by_id=one.proposed_by_id,
                subject_kind=one.subject_kind,
                subject_id=one.subject_id,
                continued=one,
            ),
        )
    return len(rows)


def put_on(meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """Saves an item on an agenda, before the formal items at its end. Part of other acts, in their transaction."""
    rows = list(meeting.items.exclude(pk=item.pk).order_by("order", "pk"))
    place = rules.place_for_new([one.kind for one in rows])
    order = [*rows[:place], item, *rows[place:]]
    for number, one in enumerate(order, start=1):
        if one is item:
            item.meeting, item.order = meeting, number
            item.save()
        elif one.order != number:
            one.order = number
            one.save(update_fields=["order"])
    return item


def _make(
    body: Body,
    term: BodyTerm | None,
    content: MeetingContent,
    actor: Viewer,
    *,
    series: MeetingSeries | None = None,
    invented: bool = False,
) -> Meeting:
    made = Meeting(
        body=body,
        organisation_id=body.organisation_id,
        series=series,
        invented=invented,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    _write(made, content, term)
    made.save()
    with translation.override(content.language):
        titles = [gettext(one) for one in (*FORMAL_FIRST, *FORMAL_LAST)]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=made, order=number, kind=ItemKind.FORMAL, title=title)
        for number, title in enumerate(titles, start=1)
    )
    return made


def _write(meeting: Meeting, content: MeetingContent, term: BodyTerm | None) -> None:
    day = _day(content.starts_at)
    if meeting.pk is None or meeting.year != day.year:
        Body.objects.select_for_update().get(pk=meeting.body_id)
        taken = Meeting.objects.filter(body_id=meeting.body_id, year=day.year)
        meeting.year = day.year
        meeting.number = rules.next_number(taken.values_list("number", flat=True))
    if term is not None:
        meeting.term = term
    meeting.title, meeting.language = content.title.strip(), content.language
    meeting.starts_at, meeting.ends_at = content.starts_at, content.ends_at
    meeting.place, meeting.link = content.place.strip(), content.link.strip()
    meeting.items_until = content.items_until or _items_until(day)


def _items_until(day: date) -> date | None:
    """By our own target; before it there was none."""
    try:
        return rules.days_before(day).items_until
    except RuleNotInForce:
        return None


def _check(content: MeetingContent, term: BodyTerm | None) -> list[Refusal]:
    if term is None:
        return [Refusal("day", "no-term", NO_TERM)]
    return rules.check_meeting(content, _days(term), clock.now()) + check_language(content.language)


def _term(body: Body, starts_at: datetime) -> BodyTerm | None:
    return body.terms.filter(days__contains=_day(starts_at)).first()


def _days(term: BodyTerm) -> tuple[date, date]:
    return term.days.lower, term.last_day or date.max


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.HELSINKI).date()
