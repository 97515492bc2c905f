"""The only way from a viewer to work-permit guidelines, and from an id to one of them.

Row security stands under it. An adopted or withdrawn version is public; a draft is its organisation's.
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation.models import (
    Guideline,
    GuidelineOccupation,
    GuidelineState,
    GuidelineTable,
    Hearing,
)
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

AUTHORITY_AREAS = (AreaKind.ELY.value, AreaKind.EVK.value)
"""Whose area is made of regions: the authority that adopts guidelines, before 2026 and from 2026."""


def guidelines(viewer: Viewer) -> "QuerySet[Guideline]":
    """Versions that were adopted, withdrawn ones too; to those who prepare them also their own drafts."""
    seen = ~Q(state=GuidelineState.DRAFT)
    if viewer.system:
        seen = Q()
    elif viewer.may(Capability.GUIDELINE_KEEP):
        seen |= Q(organisation_id=viewer.organisation_id or 0)
    return Guideline.objects.filter(seen)


def guideline(viewer: Viewer, guideline_id: int) -> Guideline:
    """Raises ``NotVisible``."""
    found = guidelines(viewer).select_related("organisation", "hearing").filter(pk=guideline_id).first()
    if found is None:
        raise NotVisible
    return found


def own_guidelines(viewer: Viewer) -> "QuerySet[Guideline]":
    """The viewer's own organisation's versions. Raises ``MissingCapability``."""
    require(viewer, Capability.GUIDELINE_KEEP)
    own = Q() if viewer.system else Q(organisation_id=viewer.organisation_id or 0)
    return Guideline.objects.filter(own)


def own_guideline(viewer: Viewer, guideline_id: int, *, lock: bool = False) -> Guideline:
    """A version that the viewer's organisation prepares. Raises ``MissingCapability``, ``NotVisible``."""
    rows = own_guidelines(viewer).select_related("organisation").filter(pk=guideline_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def own_draft(viewer: Viewer, guideline_id: int) -> Guideline:
    """A version that can still be written. Raises ``MissingCapability``, ``NotVisible``."""
    found = own_guideline(viewer, guideline_id)
    if found.state != GuidelineState.DRAFT:
        raise NotVisible
    return found


def line(of: Guideline, line_id: int) -> GuidelineOccupation:
    """An occupation of a version that was found already. Raises ``NotVisible``."""
    found = GuidelineOccupation.objects.filter(guideline=of, pk=line_id).first()
    if found is None:
        raise NotVisible
    return found


def table(of: Guideline, table_id: int) -> GuidelineTable:
    """A table of grounds of a version that was found already. Raises ``NotVisible``."""
    found = GuidelineTable.objects.filter(guideline=of, pk=table_id).first()
    if found is None:
        raise NotVisible
    return found


def own_regions(viewer: Viewer) -> list[str]:
    """Codes of the regions whose authority the viewer's organisation is on the viewer's day. One statement."""
    of = Organisation.objects.filter(pk=viewer.organisation_id or 0, area_kind__in=AUTHORITY_AREAS).first()
    if of is None:
        return []
    municipalities = reference.municipalities_in(of.area_kind, of.area_code, viewer.day)
    return sorted({reference.areas_of(one.code, viewer.day).region for one in municipalities})


def own_hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings of the viewer's organisation that a version can be tied to."""
    return Hearing.objects.filter(organisation_id=viewer.organisation_id or 0).order_by("-id")
