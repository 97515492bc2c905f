"""What waits for somebody after meetings: tasks, minutes to check, to write and to publish. For My work."""

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.models import (
    Meeting,
    MeetingState,
    MeetingTask,
    MinutesCheck,
    MinutesState,
    TaskState,
)
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Own open tasks, minutes to check and sign; for the keeper minutes to write and to publish. Three statements."""
    if not viewer.may(Capability.SIGNED_IN) or viewer.user_id is None:
        return []
    found = [
        Todo(
            _("Task from a meeting: %(text)s") % {"text": one.text},
            _("A meeting gave it to you"),
            one.due,
            reverse("cooperation:minutes-task", args=[one.pk]),
        )
        for one in my_tasks(viewer)[:limit]
    ]
    checks = MinutesCheck.objects.filter(
        call__user_id=viewer.user_id, signed_at=None, minutes__state=MinutesState.CHECKING
    ).select_related("minutes__meeting__body")
    found += [
        Todo(
            _("Check and sign the minutes: %(body)s") % {"body": one.minutes.meeting.body.name},
            _("You were chosen to check them"),
            _due(one.minutes.meeting),
            reverse("cooperation:minutes-of", args=[one.minutes.meeting_id]),
        )
        for one in checks.order_by("pk")[:limit]
    ]
    if viewer.may(Capability.BODY_KEEP):
        found += [_kept(one) for one in unfinished(viewer)[:limit]]
    return found[:limit]


def my_tasks(viewer: Viewer) -> list[MeetingTask]:
    """The viewer's open tasks, the nearest day first."""
    rows = access.own_tasks(viewer).filter(state=TaskState.OPEN)
    return list(rows.order_by("due", "pk")[:MOST_LISTED])


def unfinished(viewer: Viewer) -> list[Meeting]:
    """Closed meetings of own bodies whose minutes are a draft or wait to be published, the oldest first."""
    rows = meetings.own_meetings(viewer).filter(state=MeetingState.CLOSED).select_related("minutes")
    waiting = Q(minutes=None) | Q(minutes__state__in=(MinutesState.DRAFT, MinutesState.SIGNED))
    return list(rows.filter(waiting).order_by("starts_at", "pk")[:MOST_LISTED])


def _kept(of: Meeting) -> Todo:
    minutes = getattr(of, "minutes", None)
    signed = minutes is not None and minutes.state == MinutesState.SIGNED
    words = _("Publish the minutes: %(body)s") if signed else _("Finish the minutes: %(body)s")
    reason = _("They have been signed") if signed else _("The meeting has been held")
    return Todo(
        words % {"body": of.body.name}, reason, _due(of), reverse("cooperation:minutes-of", args=[of.pk])
    )


def _due(of: Meeting) -> date:
    held = of.starts_at.astimezone(clock.HELSINKI).date()
    return held + timedelta(days=rules.minutes_days(held))
