"""The only way from a viewer to what the service catalogue says and suggests: the own organisation's.

Not for: our own services and places (``access_activities.py``).
"""

from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueOrganisation,
    CatalogueRun,
    CatalogueSuggestion,
    Service,
    Venue,
)


def own_items(viewer: Viewer) -> "QuerySet[CatalogueItem]":
    """Items of the viewer's organisation. Raises ``MissingCapability``."""
    require(viewer, Capability.CONTENT_PUBLISH)
    rows = CatalogueItem.objects.select_related("service", "venue", "organisation")
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_item(viewer: Viewer, item_id: int, *, lock: bool = False) -> CatalogueItem:
    """One of them. ``lock``: with ours that it is linked to, as they are now. Raises ``MissingCapability``, ``NotVisible``."""
    rows = own_items(viewer).filter(pk=item_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    if lock:
        found.service = Service.objects.select_for_update().filter(pk=found.service_id or 0).first()
        found.venue = Venue.objects.select_for_update().filter(pk=found.venue_id or 0).first()
    return found


def own_suggestion(viewer: Viewer, suggestion_id: int) -> CatalogueSuggestion:
    """A suggestion for an own item. Raises ``MissingCapability``, ``NotVisible``."""
    found = CatalogueSuggestion.objects.filter(pk=suggestion_id, item__in=own_items(viewer)).first()
    if found is None:
        raise NotVisible
    return found


def own_links(viewer: Viewer) -> "QuerySet[CatalogueOrganisation]":
    """Ids in the catalogue that mean the viewer's organisation. Raises ``MissingCapability``."""
    require(viewer, Capability.CONTENT_PUBLISH)
    rows = CatalogueOrganisation.objects.order_by("name", "guid")
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_runs(viewer: Viewer) -> "QuerySet[CatalogueRun]":
    """Runs that asked for, or brought, something of the viewer's organisation. Raises ``MissingCapability``."""
    require(viewer, Capability.CONTENT_PUBLISH)
    rows = CatalogueRun.objects.order_by("-id")
    return rows if viewer.system else rows.filter(counts__has_key=str(viewer.organisation_id or 0))
