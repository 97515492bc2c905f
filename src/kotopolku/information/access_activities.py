"""The only way from a viewer to venues, services and events that are not everybody's, and from an id to one of them.

What is published is everybody's (``queries/activities.py``). Own entries are kept; those sent in to the viewer's area are
approved. Not for: what may be done (capabilities, ``access.gate``).
"""

from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.information.activity_rules import NATIONWIDE, Area
from kotopolku.information.models import Entry, EntryState, Event, Service, Space, SpaceKind, Venue
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

E = TypeVar("E", Service, Event)
COUNTRY, MUNICIPALITY, STATE_REGION = "country", "municipality", "evk"
WITHOUT_AREA = (OrganisationKind.ASSOCIATION, OrganisationKind.PROVIDER, OrganisationKind.BODY)
"""Organisations whose entries are approved by others, wherever they are."""


def area_of(organisation: Organisation, day: date) -> Area:
    """Where an organisation publishes by itself: an authority in its area, an association nowhere."""
    kind, code = organisation.area_kind, organisation.area_code
    if kind == COUNTRY:
        return Area(base=(NATIONWIDE,), everywhere=True)
    if kind == MUNICIPALITY:
        return Area(frozenset({code}), (code,))
    if kind not in AreaKind.values:
        return Area()
    codes = [one.code for one in reference.municipalities_in(kind, code, day)]
    if kind != STATE_REGION:
        return Area(frozenset(codes), tuple(sorted(codes)))
    regions = sorted({f"r{reference.areas_of(one, day).region}" for one in codes})
    return Area(frozenset([*codes, *regions]), tuple(regions))


def own_area(viewer: Viewer) -> Area:
    """The area of the viewer's organisation; everything for jobs."""
    if viewer.system:
        return Area(everywhere=True)
    found = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    return area_of(found, viewer.day) if found else Area()


def keys_of(space: Space, day: date) -> list[str]:
    """Keys of the places whose entries a space shows: its own, those above it, and a region's municipalities."""
    if space.kind == SpaceKind.NATIONAL:
        return [NATIONWIDE]
    if space.kind == SpaceKind.REGION:
        codes = [one.code for one in reference.municipalities_in(AreaKind.REGION, space.area_code, day)]
        return [NATIONWIDE, f"r{space.area_code}", *codes]
    region = reference.areas_of(space.area_code, day).region
    return [NATIONWIDE, f"r{region}", space.area_code]


def own_venues(viewer: Viewer) -> "QuerySet[Venue]":
    """Venues that the viewer's organisation keeps. Raises ``MissingCapability``."""
    require(viewer, Capability.ACTIVITY_KEEP)
    rows = Venue.objects.filter(removed_on=None)
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_venue(viewer: Viewer, venue_id: int, *, lock: bool = False) -> Venue:
    """One of them. Raises ``MissingCapability``, ``NotVisible``."""
    rows = own_venues(viewer).filter(pk=venue_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def _own(viewer: Viewer, model: type[E]) -> "QuerySet[E]":
    require(viewer, Capability.ACTIVITY_KEEP)
    rows = model._default_manager.all()
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_services(viewer: Viewer) -> "QuerySet[Service]":
    """Services that the viewer's organisation keeps. Raises ``MissingCapability``."""
    return _own(viewer, Service)


def own_events(viewer: Viewer) -> "QuerySet[Event]":
    """Events that the viewer's organisation keeps. Raises ``MissingCapability``."""
    return _own(viewer, Event)


def own_entry(viewer: Viewer, model: type[E], entry_id: int, *, lock: bool = False) -> E:
    """An own service or event. Raises ``MissingCapability``, ``NotVisible``."""
    rows = _own(viewer, model).select_related("organisation").filter(pk=entry_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def to_approve(viewer: Viewer, model: type[E]) -> "QuerySet[E]":
    """Entries that wait for the viewer's organisation. Raises ``MissingCapability``."""
    require(viewer, Capability.ACTIVITY_APPROVE)
    area = own_area(viewer)
    rows = model._default_manager.exclude(awaits=[]).exclude(organisation_id=viewer.organisation_id or 0)
    return rows if area.everywhere else rows.filter(awaits__overlap=sorted(area.keys) or [""])


def in_own_area(viewer: Viewer, model: type[E]) -> "QuerySet[E]":
    """Entries that wait in the viewer's area, and those of associations and the like that readers see there.

    What an authority publishes in its own area is nobody else's to take away. Raises ``MissingCapability``.
    """
    require(viewer, Capability.ACTIVITY_APPROVE)
    area = own_area(viewer)
    rows = model._default_manager.filter(state__in=[EntryState.WAITING, EntryState.PUBLISHED])
    rows = rows.exclude(organisation_id=viewer.organisation_id or 0)
    without_area = Q(organisation__kind__in=WITHOUT_AREA)
    if area.everywhere:
        return rows.filter(~Q(awaits=[]) | without_area)
    keys = sorted(area.keys) or [""]
    return rows.filter(Q(awaits__overlap=keys) | (Q(places__overlap=keys) & without_area))


def approvable(viewer: Viewer, model: type[E], entry_id: int, *, lock: bool = False) -> E:
    """An entry of the viewer's area, to approve, send back or withdraw. Raises ``MissingCapability``, ``NotVisible``."""
    rows = in_own_area(viewer, model).select_related("organisation").filter(pk=entry_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def shown_entry(viewer: Viewer, model: type[E], entry_id: int) -> E:
    """An entry for its page among staff: an own one, or one of the viewer's area. Raises as the others do."""
    rows = _own(viewer, model).filter(pk=entry_id)
    found = rows.select_related("organisation").first()
    if found is not None:
        return found
    if not viewer.may(Capability.ACTIVITY_APPROVE):
        raise NotVisible
    return approvable(viewer, model, entry_id)


def keeps(viewer: Viewer, entry: Entry) -> bool:
    """Whether the viewer may change the entry."""
    return viewer.may(Capability.ACTIVITY_KEEP) and (
        bool(viewer.system) or entry.organisation_id == viewer.organisation_id
    )


def my_places(viewer: Viewer, keys: list[str]) -> list[str]:
    """Those of the places for which the viewer's organisation decides."""
    area = own_area(viewer)
    return [key for key in keys if area.covers(key)]


def for_plans(viewer: Viewer, model: type[E]) -> "QuerySet[E]":
    """Published entries that may be put into a client's plan. Raises ``MissingCapability``."""
    require(viewer, Capability.PLAN_WRITE)
    return model._default_manager.filter(state=EntryState.PUBLISHED, for_plans=True)
