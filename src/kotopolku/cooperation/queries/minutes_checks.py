"""Who checks minutes and how it stands: those who may be chosen, signatures, remarks. Not for: writing."""

from collections.abc import Iterable
from typing import Any

from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation.models import Meeting, MeetingCall, Minutes, MinutesCheck
from kotopolku.writing import as_day


def may_check(of: Meeting) -> list[MeetingCall]:
    """Those who decided in the meeting: members and deputies who were there. Three statements."""
    there = {one.pk for one in meetings.callers(of) if one.votes and one.spells}
    rows = MeetingCall.objects.filter(meeting=of, pk__in=there).select_related("seat")
    return list(rows.order_by("name", "pk"))


def checks_of(found: Minutes) -> list[MinutesCheck]:
    """In the order of names."""
    return list(found.checks.select_related("call").order_by("call__name", "pk"))


def checked(rows: Iterable[MinutesCheck]) -> list[dict[str, Any]]:
    """Who has signed and when, as it is told beside what was signed."""
    signed = []
    for one in rows:
        day = as_day(one.signed_at)
        if day is not None:
            signed.append({"name": one.call.name, "on": day.isoformat()})
    return signed
