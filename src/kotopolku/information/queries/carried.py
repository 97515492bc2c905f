"""Services that carry goals of municipalities out, as the steering room asks for them: published ones by name.

Of others only that there is one. Not for: what readers see of a service (``activities.py``).
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku import writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.information.access_activities import NATIONWIDE, keeps
from kotopolku.information.models import EntryState, Service, Space
from kotopolku.information.queries.activities import as_language, said
from kotopolku.reference import queries as reference
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Carried, Choice, Ref
from kotopolku.steering.models import TieKind


def _seen(viewer: Viewer) -> Q:
    if viewer.system:
        return Q()
    own = viewer.may(Capability.ACTIVITY_KEEP)
    published = Q(state=EntryState.PUBLISHED)
    return published | Q(organisation_id=viewer.organisation_id or 0) if own else published


def find(viewer: Viewer, words: str, municipalities: Sequence[str]) -> list[Choice]:
    """Published services that can be got in the municipalities."""
    known = {one.code for one in reference.municipalities_on(viewer.day)}
    regions = {reference.areas_of(code, viewer.day).region for code in municipalities if code in known}
    places = [NATIONWIDE, *(f"r{code}" for code in regions), *municipalities]
    rows = Service.objects.filter(state=EntryState.PUBLISHED, places__overlap=places)
    for word in words.split()[:6]:
        rows = rows.filter(Q(names__icontains=word) | Q(organisation__name_fi__icontains=word))
    found = rows.select_related("organisation").order_by("pk")[: carrying.MOST_FOUND]
    return sorted((Choice(one.pk, _name(one), one.organisation.name) for one in found), key=lambda c: c.words)


def read(viewer: Viewer, refs: Sequence[Ref], municipalities: Sequence[str], on: date) -> dict[Ref, Carried]:
    """Three statements."""
    rows = list(Service.objects.filter(_seen(viewer), pk__in=refs).select_related("organisation"))
    spaces = _spaces({place for one in rows for place in one.places})
    found: dict[Ref, Carried] = {
        one.pk: Carried(_name(one), one.organisation.name, _address(viewer, one, spaces, municipalities))
        for one in rows
    }
    return carrying.with_hidden(found, refs, Service)


def _name(service: Service) -> str:
    return str(said(service.names, as_language(writing.language())) or "–")


def _spaces(places: set[str]) -> dict[str, str]:
    """Slugs of the spaces whose own key is among the places."""
    codes = {place.removeprefix("r") for place in places if place != NATIONWIDE} | {""}
    found = {}
    for one in Space.objects.filter(area_code__in=codes).order_by("pk"):
        key = (
            one.area_code if len(one.area_code) == 3 else f"r{one.area_code}" if one.area_code else NATIONWIDE
        )
        found[key] = one.slug
    return found


def _address(viewer: Viewer, service: Service, spaces: dict[str, str], near: Sequence[str]) -> str:
    """Where the viewer reads it: who keeps it at its own page, others where it is published, nearest first."""
    if keeps(viewer, service):
        return reverse("information:service", args=[service.pk])
    if service.state != EntryState.PUBLISHED:
        return ""
    at = [*(code for code in near if code in service.places), *service.places]
    slug = next((spaces[place] for place in at if place in spaces), "")
    return reverse("info:service", args=[writing.language(), slug, service.pk]) if slug else ""


carrying.register(TieKind.SERVICE, _("Services"), find, read)
