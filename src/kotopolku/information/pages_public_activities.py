"""What readers open of services and events: lists with a filter, one of each, calendar files.

No session and no cookies; everything sought stands in the address. Not for: keeping them (``pages_services.py``).
"""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kotopolku import clock
from kotopolku.information import headings, hours_rules, ical, wording_activities, wording_public
from kotopolku.information.models import Event, Space
from kotopolku.information.queries import activities, keeping
from kotopolku.information.queries.activities import Found, Wanted
from kotopolku.information.revisions import Reader, revised
from kotopolku.markup import plain

DESCRIPTION = 160
MOST_DAYS_AHEAD = 366


def _wanted(request: HttpRequest, day: date) -> Wanted:
    """What the address asks for. Values that do not exist narrow nothing: an old link still opens."""
    asked = request.GET
    page = asked.get("page", "")
    return Wanted(
        words=" ".join(asked.get("q", "").replace("\0", " ").split())[:80],
        topic=asked.get("topic", "") if asked.get("topic") in headings.topics() else "",
        group=asked.get("group", "") if asked.get("group") in headings.groups() else "",
        language=asked.get("served", "")[:12],
        from_day=_day(asked.get("from", ""), day),
        page=int(page) if page.isdecimal() and 0 < len(page) < 4 and int(page) > 0 else 1,
    )


def _day(text: str, today: date) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if today <= found <= today + timedelta(days=MOST_DAYS_AHEAD) else None


def _list_context(request: HttpRequest, reader: Reader, wanted: Wanted, found: Found) -> dict[str, Any]:
    kept = {
        "q": wanted.words,
        "topic": wanted.topic,
        "group": wanted.group,
        "served": wanted.language,
        "from": wanted.from_day.isoformat() if wanted.from_day else "",
    }
    kept = {name: value for name, value in kept.items() if value}
    return {
        "reader": reader,
        "space": reader.space,
        "wanted": wanted,
        "found": found,
        "served_choices": [(code, wording_public.language_name(code)) for code, _number in found.languages],
        "narrowed": bool(kept),
        "earlier": f"?{urlencode({**kept, 'page': wanted.page - 1})}" if wanted.page > 1 else "",
        "later": f"?{urlencode({**kept, 'page': wanted.page + 1})}" if found.more else "",
    }


@require_safe
@revised
def services(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Services of a space, by topic, target group, language and word."""
    wanted = _wanted(request, reader.day)
    found = activities.services(reader.space, reader.language, wanted, reader.day)
    context = _list_context(request, reader, wanted, found)
    context["description"] = _("Services for people who have moved to Finland")
    return render(request, "information/public/services.html", context)


def _service(request: HttpRequest, reader: Reader, service_id: int) -> HttpResponse:
    """One service: what one gets, how, where, when it is open, in which languages."""
    now = clock.now()
    shown = activities.service(reader.space, reader.language, service_id, now)
    context = {
        "reader": reader,
        "space": reader.space,
        "shown": shown,
        "now": now,
        "served": [wording_public.language_name(code) for code in shown.languages],
        "updated": shown.changed_at,
        "description": str(shown.summary or "")[:DESCRIPTION],
        "og_title": str(shown.name),
    }
    return render(request, "information/public/service.html", context)


_service.by_minute = True  # type: ignore[attr-defined]
service = require_safe(revised(_service))


@require_safe
@revised
def events(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Dates of events of a space, in their order."""
    wanted = _wanted(request, reader.day)
    now = clock.now()
    found = activities.events(reader.space, reader.language, wanted, now)
    days: dict[date, list[activities.EventLine]] = {}
    for line in found.lines:
        days.setdefault(max(line.starts.date(), reader.day), []).append(line)
    context = _list_context(request, reader, wanted, found)
    context |= {
        "days": list(days.items()),
        "today": reader.day,
        "description": _("Events for people who have moved to Finland"),
    }
    return render(request, "information/public/events.html", context)


@require_safe
@revised
def event(request: HttpRequest, reader: Reader, event_id: int) -> HttpResponse:
    """One event with its dates to come, those moved and cancelled marked."""
    now = clock.now()
    shown = activities.event(reader.space, reader.language, event_id, now)
    context = {
        "reader": reader,
        "space": reader.space,
        "shown": shown,
        "rule": wording_activities.rule(shown.rule, shown.starts),
        "served": [wording_public.language_name(code) for code in shown.languages],
        "over": not shown.dates,
        "description": plain(str(shown.description or ""))[:DESCRIPTION],
        "og_title": str(shown.name),
        "doubled": hours_rules.check_hour(shown.starts.date(), shown.starts.time()) is not None,
    }
    return render(request, "information/public/event.html", context)


@require_safe
@revised
def event_file(request: HttpRequest, reader: Reader, event_id: int) -> HttpResponse:
    """One event for the reader's own calendar."""
    found = activities.one_for_calendar(reader.space, event_id, reader.day)
    return _file([found], reader, f"event-{event_id}")


@require_safe
@revised
def events_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The events of a space, to be followed in the reader's own calendar."""
    wanted = _wanted(request, reader.day)
    return _file(activities.calendar(reader.space, reader.day, wanted), reader, f"{reader.space.slug}-events")


def _file(events: list[Event], reader: Reader, name: str) -> HttpResponse:
    title = _("Events: %(place)s") % {"place": reader.space.name()}
    content = ical.calendar(title, reader.language.code, [_out(one, reader) for one in events])
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
    )


def _out(event: Event, reader: Reader) -> ical.Out:
    """An event in the reader's language, else in the nearest."""
    language = reader.language
    venue = event.venue
    place = [str(activities.said(venue.names, language) or ""), venue.address] if venue else []
    return ical.Out(
        uid=event.uid,
        sequence=event.sequence,
        title=str(activities.said(event.names, language) or "–"),
        description=str(activities.said(event.descriptions, language) or ""),
        place=", ".join(part for part in (event.place_note, *place, event.online) if part),
        address=address_of(reader.space, language.code, event.pk),
        changed=event.changed_at,
        pattern=keeping.pattern(event, list(event.exceptions.all())),
        topics=tuple(one.name for one in headings.named(event.topics, headings.topics())),
        position=(float(venue.latitude), float(venue.longitude))
        if venue and venue.latitude is not None and venue.longitude is not None
        else None,
    )


def address_of(space: Space, language: str, event_id: int) -> str:
    """The whole address of an event's page."""
    path = reverse("info:event", kwargs={"language": language, "space": space.slug, "event_id": event_id})
    return f"{settings.SITE_ADDRESS.rstrip('/')}{path}"
