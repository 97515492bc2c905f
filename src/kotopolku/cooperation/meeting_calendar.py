"""A meeting as an iCalendar file (RFC 5545) in Finnish time: one stable identifier, a new sequence at each change.

Not for: who may have the remote link (the caller says).
"""

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress, vText

from kotopolku import clock
from kotopolku.cooperation.models import Meeting, MeetingState

PRODUCT = "-//Kotopolku//Meetings of bodies//FI"


def as_ics(meeting: Meeting, *, with_link: bool, cancelled: bool = False) -> bytes:
    """One event; a cancelled meeting takes itself out of the calendar (RFC 5546, CANCEL). ``with_link``: only to those called.

    ``cancelled``: for one who is not called any more. Text is escaped by the library. ``meeting`` with its body and
    organisation.
    """
    cancelled = cancelled or meeting.state == MeetingState.CANCELLED
    calendar, event = Calendar(), Event()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(settings.SITE_ADDRESS).hostname}")
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(clock.HELSINKI))
    event.add("dtend", meeting.ends_at.astimezone(clock.HELSINKI))
    event.add("sequence", meeting.sequence)
    event.add("summary", name_of(meeting))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    address = f"{settings.SITE_ADDRESS}{reverse('cooperation:meeting', args=[meeting.pk])}"
    event.add("url", address)
    where = ", ".join(one for one in (meeting.place, meeting.link if with_link else "") if one)
    if where:
        event.add("location", where)
    if meeting.reason:
        event.add("description", meeting.reason)
    organiser = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organiser.params["cn"] = vText(meeting.organisation.name)
    event.add("organizer", organiser)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def name_of(meeting: Meeting) -> str:
    """The body and the meeting's number, with its own title if it has one."""
    number = f"{meeting.body.name} {meeting.number}/{meeting.year}"
    return f"{number}: {meeting.title}" if meeting.title else number
