"""What readers see of services and events: lists, one of each, what the front page and texts show. Published only.

Every question takes a bounded number of statements. Not for: what staff keep and approve (``queries/keeping.py``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.information import access_activities as access
from kotopolku.information import headings, hours_rules, languages
from kotopolku.information.headings import Heading
from kotopolku.information.languages import Language
from kotopolku.information.models import (
    EntryState,
    Event,
    Occurrence,
    Service,
    ServicePoint,
    Space,
    SpaceKind,
    Venue,
)
from kotopolku.reference.alphabet import sort_key

PAGE_SIZE = 30
EVENTS_PAGE = 40
DATES_SHOWN = 12


@dataclass(frozen=True)
class Said:
    """A text in the best language there is. ``own``: it stands in the reader's language."""

    words: str
    language: str
    own: bool

    def __str__(self) -> str:
        return self.words


def as_language(language: Language | str) -> Language:
    """A language by its code, as the data at the start has it."""
    if isinstance(language, Language):
        return language
    return next(
        (one for one in languages.at_the_start() if one.code == language), Language(language, language)
    )


def said(texts: Mapping[str, str], language: Language) -> Said | None:
    """The text in the reader's language, else in the nearest that has it, else in any; None when nobody wrote it."""
    for code in (*language.offered, *texts):
        if texts.get(code):
            return Said(texts[code], code, code == language.code)
    return None


@dataclass(frozen=True)
class Wanted:
    """What is sought. ``from_day``: events only."""

    words: str = ""
    topic: str = ""
    group: str = ""
    language: str = ""
    from_day: date | None = None
    page: int = 1


@dataclass(frozen=True)
class Shared:
    """What a service and an event show alike."""

    id: int
    name: Said
    organisation: str
    topics: list[Heading]
    groups: list[Heading]
    languages: list[str]
    """Codes of the languages in which one is served."""
    price: str
    price_note: Said | None
    local: bool
    """Of the space itself, not of one above or below it."""


@dataclass(frozen=True)
class ServiceLine(Shared):
    summary: Said | None = None
    provider: Said | None = None
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceShown:
    """A venue as readers see it."""

    name: Said
    address: str
    telephone: str
    email: str
    web: str
    accessibility: Said | None
    languages: list[str]
    latitude: str
    longitude: str
    hours: hours_rules.Hours
    now: hours_rules.Now
    note: Said | None = None


@dataclass(frozen=True)
class ServiceShown(ServiceLine):
    description: Said | None = None
    how_to: Said | None = None
    requirements: Said | None = None
    web: str = ""
    telephone: str = ""
    email: str = ""
    channels: list[dict[str, Any]] = field(default_factory=list)
    hours: hours_rules.Hours = field(default_factory=hours_rules.Hours)
    now: hours_rules.Now | None = None
    points: list[PlaceShown] = field(default_factory=list)
    changed_at: datetime | None = None


@dataclass(frozen=True)
class EventLine(Shared):
    """An event on one of its dates. ``starts`` and ``ends`` in Finnish time."""

    starts: datetime
    ends: datetime
    original: date
    cancelled: bool
    moved: bool
    note: Said | None
    where: Said | None
    online: bool
    recurs: bool


@dataclass(frozen=True)
class DateShown:
    """One date on an event's own page."""

    starts: datetime
    ends: datetime
    original: date
    cancelled: bool
    moved: bool
    note: Said | None


@dataclass(frozen=True)
class EventShown(Shared):
    description: Said | None
    place: PlaceShown | None
    place_note: str
    online: str
    web: str
    registration: str
    registration_by: date | None
    recurs: bool
    rule: str
    starts: datetime
    dates: list[DateShown]
    event: Event


@dataclass(frozen=True)
class Found:
    """A page of a list. ``topics``, ``groups``, ``languages``: what the filter can offer, each with its number."""

    lines: list[Any]
    number: int
    page: int
    more: bool
    topics: list[tuple[Heading, int]]
    groups: list[tuple[Heading, int]]
    languages: list[tuple[str, int]]


def _where(space: Space, day: date) -> Q:
    return Q(state=EntryState.PUBLISHED, places__overlap=access.keys_of(space, day))


def _own_key(space: Space) -> str:
    if space.kind == SpaceKind.MUNICIPALITY:
        return space.area_code
    return f"r{space.area_code}" if space.area_code else access.NATIONWIDE


# --- Services ---------------------------------------------------------------------------------------------------------


def services(space: Space, language: Language | str, wanted: Wanted, day: date) -> Found:
    """The services that readers of the space can get: the space's own first, then by name. Three statements."""
    reader = as_language(language)
    rows = Service.objects.filter(_where(space, day))
    if wanted.words:
        rows = rows.filter(_says(wanted.words))
    light = list(rows.values_list("pk", "names", "places", "topics", "groups", "languages"))
    kept = [row for row in light if _fits(wanted, row[3], row[4], row[5])]
    own = _own_key(space)
    kept.sort(key=lambda row: (own not in row[2], sort_key(str(said(row[1], reader) or "")), row[0]))
    first = (wanted.page - 1) * PAGE_SIZE
    ids = [row[0] for row in kept[first : first + PAGE_SIZE]]
    found = {one.pk: one for one in _services(ids)}
    lines = [_service_line(found[pk], reader, own) for pk in ids if pk in found]
    topics, groups, served = _offered((row[3], row[4], row[5]) for row in light)
    return Found(lines, len(kept), wanted.page, len(kept) > first + PAGE_SIZE, topics, groups, served)


def _says(words: str) -> Q:
    texts = ("names", "summaries", "descriptions", "provider_names")
    found = Q()
    for word in words.split()[:6]:
        one = Q()
        for name in texts:
            one |= Q(**{f"{name}__icontains": word})
        found &= one
    return found


def _fits(wanted: Wanted, topics: Sequence[str], groups: Sequence[str], served: Sequence[str]) -> bool:
    """Whether an entry fits the filter. One without target groups is for everybody."""
    return (
        (not wanted.topic or wanted.topic in topics)
        and (not wanted.group or not groups or wanted.group in groups)
        and (not wanted.language or wanted.language in served)
    )


def _offered(
    rows: Iterable[tuple[Sequence[str], Sequence[str], Sequence[str]]],
) -> tuple[list[tuple[Heading, int]], list[tuple[Heading, int]], list[tuple[str, int]]]:
    topics: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    served: Counter[str] = Counter()
    for of_topics, of_groups, of_languages in rows:
        topics.update(of_topics)
        groups.update(of_groups)
        served.update(of_languages)
    return (
        [(one, topics[one.id]) for one in headings.named(topics, headings.topics())],
        [(one, groups[one.id]) for one in headings.named(groups, headings.groups())],
        sorted(served.items(), key=lambda pair: (-pair[1], pair[0])),
    )


def _services(ids: Iterable[int]) -> "QuerySet[Service]":
    points = ServicePoint.objects.select_related("venue").order_by("order", "pk")
    return (
        Service.objects.filter(pk__in=list(ids))
        .select_related("organisation")
        .prefetch_related(Prefetch("points", queryset=points))
    )


def _shared(entry: Service | Event, language: Language, own: str) -> dict[str, Any]:
    name = said(entry.names, language) or Said("–", language.code, True)
    return {
        "id": entry.pk,
        "name": name,
        "organisation": entry.organisation.name,
        "topics": headings.named(entry.topics, headings.topics()),
        "groups": headings.named(entry.groups, headings.groups()),
        "languages": list(entry.languages),
        "price": entry.price,
        "price_note": said(entry.price_notes, language),
        "local": own in entry.places,
    }


def _service_fields(service: Service, language: Language) -> dict[str, Any]:
    venues = [point.venue for point in service.points.all()]
    return {
        "summary": said(service.summaries, language),
        "provider": said(service.provider_names, language),
        "where": tuple(
            ", ".join(part for part in (str(said(one.names, language) or ""), one.city) if part)
            for one in venues
        ),
    }


def _service_line(service: Service, language: Language, own: str) -> ServiceLine:
    return ServiceLine(**_shared(service, language, own), **_service_fields(service, language))


def service(space: Space, language: Language | str, service_id: int, now: datetime) -> ServiceShown:
    """One service as readers of the space see it. Two statements. Raises ``NotVisible``."""
    found = _services([service_id]).filter(_where(space, now.astimezone(clock.HELSINKI).date())).first()
    if found is None:
        raise NotVisible
    return shown_service(found, as_language(language), now, _own_key(space))


def shown_service(service: Service, language: Language, now: datetime, own: str = "") -> ServiceShown:
    """A service with its points, as it reads in a language; for previews too."""
    hours = hours_rules.from_json(service.hours)
    return ServiceShown(
        **_shared(service, language, own),
        **_service_fields(service, language),
        description=said(service.descriptions, language),
        how_to=said(service.how_to, language),
        requirements=said(service.requirements, language),
        web=service.web,
        telephone=service.telephone,
        email=service.email,
        channels=[_channel(one, language) for one in service.channels],
        hours=hours,
        now=hours_rules.at(hours, now) if hours else None,
        points=[_point(one, language, now) for one in service.points.all()],
        changed_at=service.changed_at,
    )


def _channel(kept: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        "kind": kept.get("kind", "web"),
        "address": str(kept.get("address", "")),
        "words": said(kept.get("words") or {}, language),
    }


def _point(point: ServicePoint, language: Language, now: datetime) -> PlaceShown:
    return _place(point.venue, language, now, point.hours, point.telephone, point.notes)


def _place(
    venue: Venue,
    language: Language,
    now: datetime,
    hours: Mapping[str, Any] | None = None,
    telephone: str = "",
    notes: Mapping[str, str] | None = None,
) -> PlaceShown:
    kept = hours_rules.from_json(hours or venue.hours)
    return PlaceShown(
        name=said(venue.names, language) or Said("–", language.code, True),
        address=venue.address,
        telephone=telephone or venue.telephone,
        email=venue.email,
        web=venue.web,
        accessibility=said(venue.accessibility, language),
        languages=list(venue.languages),
        latitude=str(venue.latitude or ""),
        longitude=str(venue.longitude or ""),
        hours=kept,
        now=hours_rules.at(kept, now),
        note=said(notes or {}, language),
    )


def front_services(space: Space, language: Language | str, limit: int = 6) -> list[ServiceLine]:
    """A few services for the front page of a space, its own first, without their places. One statement."""
    reader, own = as_language(language), _own_key(space)
    rows = list(
        Service.objects.filter(_where(space, clock.today()))
        .select_related("organisation")
        .defer("proposed", "descriptions", "how_to", "requirements", "hours", "channels")
    )
    rows.sort(key=lambda one: (own not in one.places, sort_key(str(said(one.names, reader) or "")), one.pk))
    return [
        ServiceLine(
            **_shared(one, reader, own),
            summary=said(one.summaries, reader),
            provider=said(one.provider_names, reader),
        )
        for one in rows[:limit]
    ]


# --- Events -----------------------------------------------------------------------------------------------------------


def events(space: Space, language: Language | str, wanted: Wanted, now: datetime) -> Found:
    """Dates of events from now, or from a day, in their order; cancelled ones too. Two statements."""
    reader = as_language(language)
    today = now.astimezone(clock.HELSINKI).date()
    own = _own_key(space)
    known = {
        one.pk: one
        for one in Event.objects.filter(_where(space, today), _not_over(today))
        .select_related("organisation", "venue")
        .defer("proposed")
    }
    fitting = [
        one.pk
        for one in known.values()
        if _fits(wanted, one.topics, one.groups, one.languages) and _named(one, wanted.words)
    ]
    start = max(now, _midnight(wanted.from_day)) if wanted.from_day else now
    first = (wanted.page - 1) * EVENTS_PAGE
    dates = list(
        Occurrence.objects.filter(event__in=fitting, ends__gt=start).order_by("starts", "event_id", "pk")[
            first : first + EVENTS_PAGE + 1
        ]
        if fitting
        else []
    )
    lines = [_event_line(known[one.event_id], one, reader, own) for one in dates[:EVENTS_PAGE]]
    topics, groups, served = _offered((one.topics, one.groups, one.languages) for one in known.values())
    return Found(lines, len(fitting), wanted.page, len(dates) > EVENTS_PAGE, topics, groups, served)


def _not_over(today: date) -> Q:
    """Events that have a date today or later."""
    return Q(Exists(Occurrence.objects.filter(event=OuterRef("pk"), ends__gte=_midnight(today))))


def _midnight(day: date | None) -> datetime:
    return datetime.combine(day or clock.today(), datetime.min.time(), clock.HELSINKI)


def _named(event: Event, words: str) -> bool:
    """Whether every word is somewhere in the names, descriptions or place of the event, in any language."""
    if not words:
        return True
    venue = list(event.venue.names.values()) if event.venue else []
    text = " ".join(
        [*event.names.values(), *event.descriptions.values(), event.place_note, *venue]
    ).casefold()
    return all(word in text for word in words.casefold().split()[:6])


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.HELSINKI)


def _event_line(event: Event, one: Occurrence, language: Language, own: str) -> EventLine:
    return EventLine(
        **_shared(event, language, own),
        starts=_local(one.starts),
        ends=_local(one.ends),
        original=one.original,
        cancelled=one.cancelled,
        moved=one.moved,
        note=said(one.notes, language),
        where=place_words(event, language),
        online=bool(event.online),
        recurs=bool(event.rule),
    )


def place_words(event: Event, language: Language) -> Said | None:
    """Where it is, on one line: the venue with its town, or what was written."""
    venue = event.venue
    if venue is None:
        return Said(event.place_note, "", True) if event.place_note else None
    name = said(venue.names, language)
    parts = (str(name or ""), venue.city if venue.city not in str(name) else "")
    return Said(", ".join(part for part in parts if part), name.language if name else "", True)


def event(space: Space, language: Language | str, event_id: int, now: datetime) -> EventShown:
    """One event as readers of the space see it, with the dates to come. Two statements. Raises ``NotVisible``."""
    today = now.astimezone(clock.HELSINKI).date()
    rows = Event.objects.filter(_where(space, today)).select_related("organisation", "venue")
    found = rows.filter(pk=event_id).first()
    if found is None:
        raise NotVisible
    dates = found.occurrences.filter(ends__gt=_midnight(today)).order_by("starts", "pk")[:DATES_SHOWN]
    return shown_event(found, list(dates), as_language(language), now, _own_key(space))


def shown_event(
    event: Event, dates: Iterable[Occurrence], language: Language, now: datetime, own: str = ""
) -> EventShown:
    """An event as it reads in a language, with those dates; for previews too."""
    return EventShown(
        **_shared(event, language, own),
        description=said(event.descriptions, language),
        place=_place(event.venue, language, now) if event.venue else None,
        place_note=event.place_note,
        online=event.online,
        web=event.web,
        registration=event.registration,
        registration_by=event.registration_by,
        recurs=bool(event.rule),
        rule=event.rule,
        starts=_local(event.starts),
        dates=[
            DateShown(
                _local(one.starts),
                _local(one.ends),
                one.original,
                one.cancelled,
                one.moved,
                said(one.notes, language),
            )
            for one in dates
        ],
        event=event,
    )


def calendar(space: Space, day: date, wanted: Wanted | None = None) -> list[Event]:
    """The events of a space that are not over, with their exceptions, for a calendar file. Two statements."""
    rows = Event.objects.filter(_where(space, day), _not_over(day))
    rows = (
        rows.select_related("organisation", "venue").prefetch_related("exceptions").order_by("starts", "pk")
    )
    asked = wanted or Wanted()
    return [one for one in rows if _fits(asked, one.topics, one.groups, one.languages)]


def one_for_calendar(space: Space, event_id: int, day: date) -> Event:
    """One event with its exceptions, for a calendar file. Two statements. Raises ``NotVisible``."""
    rows = Event.objects.filter(_where(space, day), pk=event_id).select_related("organisation", "venue")
    found = rows.prefetch_related("exceptions").first()
    if found is None:
        raise NotVisible
    return found


def front_events(space: Space, language: Language | str, limit: int = 4) -> list[EventLine]:
    """The next dates for the front page of a space: one of each event, none that is cancelled. One statement."""
    reader, own, now = as_language(language), _own_key(space), clock.now()
    fitting = Q(
        event__state=EntryState.PUBLISHED, event__places__overlap=access.keys_of(space, clock.today())
    )
    next_dates = (
        Occurrence.objects.filter(fitting, ends__gt=now, cancelled=False)
        .order_by("event_id", "starts", "pk")
        .distinct("event_id")
    )
    rows = (
        Occurrence.objects.filter(pk__in=next_dates.values("pk"))
        .select_related("event__organisation", "event__venue")
        .defer("event__proposed")
        .order_by("starts", "event_id")[:limit]
    )
    return [_event_line(one.event, one, reader, own) for one in rows]


# --- For cards in texts -----------------------------------------------------------------------------------------------


def service_cards(ids: Iterable[int], space: Space, language: Language | str, day: date) -> list[ServiceLine]:
    """Services by id, those that readers of the space see. Two statements."""
    reader = as_language(language)
    return [_service_line(one, reader, "") for one in _services(ids).filter(_where(space, day))]


def event_cards(ids: Iterable[int], space: Space, language: Language | str, day: date) -> list[EventLine]:
    """The next date of each of the events that readers of the space see. One statement; what is over has no card."""
    reader = as_language(language)
    rows = (
        Occurrence.objects.filter(
            Q(event__state=EntryState.PUBLISHED, event__places__overlap=access.keys_of(space, day)),
            event__in=list(ids),
            ends__gt=_midnight(day),
            ends__lt=_midnight(day) + timedelta(days=400),
        )
        .select_related("event__organisation", "event__venue")
        .order_by("event_id", "cancelled", "starts")
        .distinct("event_id")
    )
    return [_event_line(one.event, one, reader, "") for one in rows]
