"""The only way from a viewer to work-permit guidelines, and from an id to one of them.

Row security stands under it. An adopted or withdrawn version is public; a draft is its organisation's.
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, Succession
from kotopolku.cooperation import access_positions
from kotopolku.cooperation.models import (
    Guideline,
    GuidelineOccupation,
    GuidelineState,
    GuidelineTable,
    Hearing,
    Position,
)
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

AUTHORITY_AREAS = (AreaKind.ELY.value, AreaKind.EVK.value)
"""Whose area is made of regions: the authority that adopts guidelines, before 2026 and from 2026."""


_POSITION = tuple(f"body_position__{name}" for name in access_positions.SHOWN)
"""Read with a version; empty for who may not see the position."""


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
    return one_of(
        guidelines(viewer).select_related("organisation", "hearing__organisation", *_POSITION), guideline_id
    )


def own_guidelines(viewer: Viewer) -> "QuerySet[Guideline]":
    """The viewer's own organisation's versions. Raises ``MissingCapability``."""
    require(viewer, Capability.GUIDELINE_KEEP)
    own = Q() if viewer.system else Q(organisation_id=viewer.organisation_id or 0)
    return Guideline.objects.filter(own)


def own_guideline(viewer: Viewer, guideline_id: int, *, lock: bool = False) -> Guideline:
    """A version that the viewer's organisation prepares. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_guidelines(viewer).select_related("organisation"), guideline_id, lock)


def own_draft(viewer: Viewer, guideline_id: int) -> Guideline:
    """A version that can still be written. Raises ``MissingCapability``, ``NotVisible``."""
    found = own_guideline(viewer, guideline_id)
    if found.state != GuidelineState.DRAFT:
        raise NotVisible
    return found


def line(of: Guideline, line_id: int) -> GuidelineOccupation:
    """An occupation of a version that was found already. Raises ``NotVisible``."""
    return one_of(GuidelineOccupation.objects.filter(guideline=of), line_id)


def table(of: Guideline, table_id: int) -> GuidelineTable:
    """A table of grounds of a version that was found already. Raises ``NotVisible``."""
    return one_of(GuidelineTable.objects.filter(guideline=of), table_id)


def own_regions(viewer: Viewer) -> list[str]:
    """Codes of the regions whose authority the viewer's organisation is on the viewer's day. One statement."""
    of = Organisation.objects.filter(pk=viewer.organisation_id or 0, area_kind__in=AUTHORITY_AREAS).first()
    if of is None:
        return []
    municipalities = reference.municipalities_in(of.area_kind, of.area_code, viewer.day)
    return sorted({reference.areas_of(one.code, viewer.day).region for one in municipalities})


def own_body_positions(viewer: Viewer) -> "QuerySet[Position]":
    """Adopted positions of the bodies that the viewer's organisation keeps, as far as everybody reads them."""
    rows = access_positions.published(viewer).filter(body__isnull=False)
    return rows.filter(organisation_id=viewer.organisation_id or 0).order_by("-adopted_on", "-pk")


def follows(viewer: Viewer, of: Guideline) -> list[str]:
    """Codes of the guideline's regions that the viewer's authority answers for as successor of the one that adopted it."""
    if not viewer.may(Capability.GUIDELINE_KEEP) or of.organisation_id == viewer.organisation_id:
        return []
    past = Succession.objects.filter(
        successor_id=viewer.organisation_id or 0, predecessor_id=of.organisation_id, on__lte=viewer.day
    )
    return sorted(set(of.regions) & set(own_regions(viewer))) if past.exists() else []


def to_withdraw(viewer: Viewer, guideline_id: int) -> Guideline:
    """An own version, or one of an authority that the viewer's follows. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.GUIDELINE_KEEP)
    found = guideline(viewer, guideline_id)
    if found.organisation_id != viewer.organisation_id and not follows(viewer, found):
        raise NotVisible
    return found


def own_hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings of the viewer's organisation that a version can be tied to."""
    return Hearing.objects.filter(organisation_id=viewer.organisation_id or 0).order_by("-id")
