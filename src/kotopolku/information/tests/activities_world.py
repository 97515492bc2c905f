"""Stands up services, venues and events for tests: a city's editor, an association, a region; every one is invented."""

from datetime import date, time
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import events, services, venues
from kotopolku.information.activity_rules import EventContent, PointContent, ServiceContent, VenueContent
from kotopolku.information.models import Event, Service, Space, Venue

ON = date(2026, 11, 23)
"""A Monday."""
CITY, OTHER_CITY, REGION, MINISTRY = "kunta-092", "kunta-049", "evk-01", "tem"
ASSOCIATION = "yhd-kokeilu"


def association(code: str = ASSOCIATION) -> Organisation:
    found, _new = Organisation.objects.get_or_create(
        code=code,
        defaults={
            "kind": OrganisationKind.ASSOCIATION,
            "name_fi": "Kokeiluyhdistys ry",
            "name_sv": "Försöksföreningen rf",
            "name_en": "Trial Association",
            "valid": DateRange(date(2020, 1, 1), None),
        },
    )
    return found


def member(code: str = ASSOCIATION) -> Viewer:
    """Who keeps an association's entries."""
    association(code)
    return make.worker(code, ON, role=Role.COMMUNITY)


def editor(code: str = CITY) -> Viewer:
    return make.worker(code, ON, role=Role.EDITOR)


def officer() -> Viewer:
    return make.worker(REGION, ON, role=Role.REGIONAL_OFFICER)


def space(slug: str = "vantaa") -> Space:
    return Space.objects.get(slug=slug)


def service_content(**changes: Any) -> ServiceContent:
    values: dict[str, Any] = {
        "names": {"fi": "Neuvonta omalla kielellä"},
        "summaries": {"fi": "Kysy työstä ja arjesta."},
        "topics": ("advice",),
        "languages": ("ar", "so"),
    }
    return ServiceContent(**(values | changes))


def event_content(**changes: Any) -> EventContent:
    values: dict[str, Any] = {
        "names": {"fi": "Kielikahvila"},
        "on": date(2026, 11, 24),
        "at": time(17),
        "ends_at": time(19),
        "place_note": "Kirjasto",
        "topics": ("language",),
    }
    return EventContent(**(values | changes))


def venue(actor: Viewer, name: str = "Tikkurilan kirjasto", **changes: Any) -> Venue:
    values: dict[str, Any] = {
        "names": {"fi": name},
        "street": "Esimerkkikatu 1",
        "postal_code": "01300",
        "city": "Vantaa",
        "municipality": "092",
    }
    with make.working(actor) as at_work:
        return venues.add_venue(VenueContent(**(values | changes)), actor=at_work)


def service(actor: Viewer, *, published: bool = True, **changes: Any) -> Service:
    with make.working(actor) as at_work:
        made = services.add_service(service_content(**changes), actor=at_work)
        return services.publish_service(made.pk, actor=at_work) if published else made


def event(actor: Viewer, *, published: bool = True, **changes: Any) -> Event:
    with make.working(actor) as at_work:
        made = events.add_event(event_content(**changes), actor=at_work)
        return events.publish_event(made.pk, actor=at_work) if published else made


def point(of: Venue) -> PointContent:
    return PointContent(of.pk)
