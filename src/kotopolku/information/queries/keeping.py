"""What those who keep or approve services, venues and events see: their lists, what waits, contents as forms begin with.

Everything goes through ``access_activities``. Not for: readers (``activities.py``).
"""

from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information import hours_rules, recurrence
from kotopolku.information.activity_rules import EventContent, PointContent, ServiceContent, VenueContent
from kotopolku.information.models import (
    Entry,
    EntryState,
    Event,
    EventException,
    Service,
    ServicePoint,
    Trust,
    Venue,
)
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

E = TypeVar("E", Service, Event)
PAGE_SIZE = 30
NEAR_DATES = 60
DATES_AHEAD_DAYS = 400


@dataclass(frozen=True)
class Sought:
    """How staff narrow a list."""

    words: str = ""
    state: str = ""
    topic: str = ""
    past: bool = False


def services(viewer: Viewer, sought: Sought) -> "QuerySet[Any]":
    """Own services, the newest change first."""
    rows = _narrowed(access.own_services(viewer), sought)
    return rows.annotate(points_number=Count("points")).order_by("-changed_at", "-pk")


def events(viewer: Viewer, sought: Sought) -> "QuerySet[Event]":
    """Own events, those that begin next first; past ones only when they are asked for."""
    rows = _narrowed(access.own_events(viewer), sought)
    if not sought.past:
        now = clock.now()
        unwritten = ~Q(rule="") & ~Q(state=EntryState.PUBLISHED)
        rows = rows.filter(Q(ends__gte=now) | Q(occurrences__ends__gte=now) | unwritten).distinct()
    return rows.select_related("venue").order_by("starts", "pk")


def _narrowed(rows: "QuerySet[E]", sought: Sought) -> "QuerySet[E]":
    if sought.state == "changed":
        rows = rows.filter(proposed__isnull=False).exclude(awaits=[])
    elif sought.state in EntryState.values:
        rows = rows.filter(state=sought.state)
    if sought.topic:
        rows = rows.filter(topics__contains=[sought.topic])
    if sought.words:
        rows = rows.filter(names__icontains=sought.words)
    return rows


def venues(viewer: Viewer, words: str = "") -> "QuerySet[Venue]":
    """Own venues with the number of services that are given there."""
    rows = access.own_venues(viewer).annotate(points_number=Count("points"))
    if words:
        rows = rows.filter(Q(names__icontains=words) | Q(street__icontains=words) | Q(city__icontains=words))
    return rows.order_by("city", "street", "pk")


def states(viewer: Viewer) -> dict[str, dict[str, int]]:
    """Numbers of own services and events by state. Two statements."""
    return {
        "service": _states(access.own_services(viewer)),
        "event": _states(access.own_events(viewer)),
    }


def _states(rows: "QuerySet[Service] | QuerySet[Event]") -> dict[str, int]:
    return {row["state"]: row["number"] for row in rows.values("state").annotate(number=Count("pk"))}


# --- Approving --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """An entry that waits, for the list of those who approve. ``kind``: "service" or "event"."""

    kind: str
    entry: Entry
    places: list[str]
    """Names of the viewer's places where it waits."""
    is_change: bool


def waiting(viewer: Viewer) -> list[Waiting]:
    """What waits for the viewer's organisation, the oldest first. Five statements."""
    found = []
    area = access.own_area(viewer)
    for kind, rows in (
        ("service", access.to_approve(viewer, Service)),
        ("event", access.to_approve(viewer, Event)),
    ):
        found += [
            Waiting(kind, one, place_names([*filter(area.covers, one.awaits)]), one.proposed is not None)
            for one in rows.select_related("organisation").order_by("changed_at", "pk")[:200]
        ]
    return found


def waiting_number(viewer: Viewer) -> int:
    """How many entries wait for the viewer's organisation."""
    return access.to_approve(viewer, Service).count() + access.to_approve(viewer, Event).count()


def shown_here(viewer: Viewer) -> list[tuple[str, Entry]]:
    """Entries of others that readers of the viewer's area see, the newest first. Five statements."""
    found: list[tuple[str, Entry]] = []
    area = access.own_area(viewer)
    models: dict[str, Any] = {"service": Service, "event": Event}
    for kind, model in models.items():
        rows = access.in_own_area(viewer, model).filter(state=EntryState.PUBLISHED)
        rows = rows.select_related("organisation").order_by("-published_at", "-pk")[:100]
        found += [(kind, one) for one in rows if any(map(area.covers, one.places))]
    return found


def trusts(viewer: Viewer) -> list[Trust]:
    """Organisations that have been approved in the viewer's area. Two statements."""
    area = access.own_area(viewer)
    rows = Trust.objects.select_related("organisation").order_by("organisation__sort_key_fi", "place", "pk")
    return list(rows if area.everywhere else rows.filter(place__in=sorted(area.keys)))


def place_names(keys: list[str]) -> list[str]:
    """Names of places by key; for the whole country an empty name."""
    found = []
    for key in keys:
        if key == rules.NATIONWIDE:
            found.append("")
        elif key.startswith("r"):
            area = reference.area(AreaKind.REGION, key[1:])
            found.append(area.name() if area else key)
        else:
            municipality = reference.municipality_by_code(key)
            found.append(municipality.name() if municipality else key)
    return found


def base_names(organisation: Organisation | None, day: date) -> list[str]:
    """Names of the organisation's own area, empty for one without."""
    return place_names(list(access.area_of(organisation, day).base)) if organisation else []


# --- One entry --------------------------------------------------------------------------------------------------------


def with_points(service: Service) -> Service:
    """The service with its points and their venues. One statement."""
    points = ServicePoint.objects.filter(service=service).select_related("venue").order_by("order", "pk")
    service._prefetched_objects_cache = {"points": list(points)}  # type: ignore[attr-defined]
    return service


@dataclass(frozen=True)
class DateLine:
    """One date of an event for those who keep it."""

    original: date
    time: recurrence.Time
    exception: EventException | None


def dates(event: Event) -> list[DateLine]:
    """The next dates of an event with what was done to each, whatever its state. One statement."""
    rows = {one.original: one for one in event.exceptions.all()}
    when = pattern(event, list(rows.values()))
    today = clock.today()
    found = recurrence.times(when, today, today + timedelta(days=DATES_AHEAD_DAYS))
    if not event.rule:
        found = found or recurrence.times(when, date.min, date.max)
    return [DateLine(one.original, one, rows.get(one.original)) for one in found[:NEAR_DATES]]


def pattern(event: Event, exceptions: list[EventException]) -> recurrence.Pattern:
    """When an event happens, for the pure rules."""
    return recurrence.Pattern(
        event.starts,
        event.ends,
        event.rule,
        tuple(
            recurrence.Exceptional(one.original, one.cancelled, one.starts, one.ends, one.notes)
            for one in exceptions
        ),
    )


# --- Contents ---------------------------------------------------------------------------------------------------------


def venue_content(venue: Venue) -> VenueContent:
    return VenueContent(
        names=venue.names,
        street=venue.street,
        postal_code=venue.postal_code,
        city=venue.city,
        municipality=venue.municipality,
        latitude=str(venue.latitude or ""),
        longitude=str(venue.longitude or ""),
        telephone=venue.telephone,
        email=venue.email,
        web=venue.web,
        accessibility=venue.accessibility,
        languages=tuple(venue.languages),
        hours=venue.hours,
    )


_SERVICE = (
    "names", "summaries", "descriptions", "how_to", "requirements", "provider_names", "nationwide", "price",
    "price_notes", "web", "telephone", "email", "hours", "for_plans",
)  # fmt: skip
_LISTS = ("topics", "groups", "languages", "municipalities")
_EVENT = (
    "names", "descriptions", "rule", "venue_id", "place_note", "online", "nationwide", "price", "price_notes", "web",
    "registration", "registration_by", "for_plans",
)  # fmt: skip


def _lists(entry: Entry) -> dict[str, Any]:
    return {name: tuple(getattr(entry, name)) for name in _LISTS}


def service_content(service: Service) -> ServiceContent:
    """The content as it stands, with its points."""
    return ServiceContent(
        **{name: getattr(service, name) for name in _SERVICE},
        **_lists(service),
        channels=tuple(service.channels),
        points=tuple(
            PointContent(one.venue_id, one.telephone, one.hours, one.notes)
            for one in sorted(service.points.all(), key=lambda one: (one.order, one.pk))
        ),
    )


def newest_service(service: Service) -> ServiceContent:
    """What was written last: the change that waits for approval, else what stands."""
    return rules.service_from_json(service.proposed) if service.proposed else service_content(service)


def event_content(event: Event) -> EventContent:
    """The content as it stands; times by the wall clock in Finland."""
    starts = hours_rules.back_and_forth(event.starts)
    ends = hours_rules.back_and_forth(event.ends)
    return EventContent(
        **{name: getattr(event, name) for name in _EVENT},
        **_lists(event),
        on=starts.date(),
        at=starts.time(),
        ends_on=ends.date(),
        ends_at=ends.time(),
    )


def newest_event(event: Event) -> EventContent:
    """What was written last: the change that waits for approval, else what stands."""
    return rules.event_from_json(event.proposed) if event.proposed else event_content(event)


def previewed_service(service: Service) -> Service:
    """The service as the change that waits would make it, not saved; itself where nothing waits. One statement at most."""
    if not service.proposed:
        return service
    content, copied = rules.service_from_json(service.proposed), copy(service)
    for name in (*_SERVICE, *_LISTS):
        setattr(copied, name, getattr(content, name))
    copied.channels = [dict(one) for one in content.channels]
    venues = Venue.objects.in_bulk([point.venue_id for point in content.points])
    points = [
        ServicePoint(
            service=copied,
            venue=venues[one.venue_id],
            hours=one.hours,
            notes=one.notes,
            telephone=one.telephone,
        )
        for one in content.points
        if one.venue_id in venues
    ]
    copied._prefetched_objects_cache = {"points": points}  # type: ignore[attr-defined]
    return copied


def previewed_event(event: Event) -> Event:
    """The event as the change that waits would make it, not saved; itself where nothing waits."""
    if not event.proposed:
        return event
    content, copied = rules.event_from_json(event.proposed), copy(event)
    for name in (*_EVENT, *_LISTS):
        setattr(copied, name, getattr(content, name))
    copied.venue = Venue.objects.filter(pk=content.venue_id or 0).first()
    ends = content.last_wall
    if content.on is not None and content.at is not None and ends is not None:
        copied.starts = recurrence.at(content.on, content.at)
        copied.ends = max(recurrence.at(ends.date(), ends.time()), copied.starts)
    return copied


def own_venue_choices(organisation_id: int) -> list[Venue]:
    """The organisation's venues, for choosing. One statement."""
    return list(Venue.objects.filter(organisation_id=organisation_id, removed_on=None).order_by("city", "pk"))


# --- For clients' plans -----------------------------------------------------------------------------------------------


def for_plans(viewer: Viewer, municipality: str, words: str, day: date) -> list[tuple[str, Service | Event]]:
    """Published activities that may go into a plan and are seen in the municipality. Four statements at most.

    Without a municipality: those of the viewer's own area.
    """
    keys = _keys(viewer, municipality, day)
    points = ServicePoint.objects.select_related("venue").order_by("order", "pk")
    services_found = _for(access.for_plans(viewer, Service), keys, words).prefetch_related(
        Prefetch("points", queryset=points)
    )
    events_found = _for(access.for_plans(viewer, Event), keys, words).filter(
        Q(occurrences__ends__gte=clock.now(), occurrences__cancelled=False)
    )
    return [
        *(
            ("service", one)
            for one in services_found.select_related("organisation").order_by("-changed_at", "pk")[:60]
        ),
        *(
            ("event", one)
            for one in events_found.select_related("organisation", "venue")
            .order_by("starts", "pk")
            .distinct()[:60]
        ),
    ]


def _keys(viewer: Viewer, municipality: str, day: date) -> list[str]:
    if not municipality or reference.municipality_by_code(municipality) is None:
        area = access.own_area(viewer)
        return [rules.NATIONWIDE, *sorted(area.keys)]
    return [rules.NATIONWIDE, f"r{reference.areas_of(municipality, day).region}", municipality]


def _for(rows: "QuerySet[E]", keys: list[str], words: str) -> "QuerySet[E]":
    rows = rows.filter(places__overlap=keys)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(names__icontains=word)
            | Q(descriptions__icontains=word)
            | Q(organisation__name_fi__icontains=word)
        )
    return rows
