"""The only way from a viewer to regional measures and yearly reports, and from an id to one of them.

Everybody signed in reads measures; the regional authority that has one changes it; who follows that authority in a reform
may take it over. A report is the region's own, who follows the region finishes what it left; once sent it is the ministry's
too. Row security stands under it.
"""

from datetime import date

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind, Succession
from kotopolku.reference import queries as reference
from kotopolku.steering.models import (
    Line,
    LineKind,
    NationalProgramme,
    ProgrammeState,
    RegionalMeasure,
    RegionalReport,
    ReportState,
)

REGIONS = (OrganisationKind.ELY.value, OrganisationKind.EVK.value)


def keeps(viewer: Viewer) -> bool:
    """Whether the viewer writes measures and reports of a regional authority."""
    return (
        viewer.may(Capability.STEERING_REGIONAL)
        and viewer.seat is not None
        and viewer.seat.organisation_kind in REGIONS
    )


def require_region(viewer: Viewer) -> Organisation:
    """The viewer's regional authority. Raises ``MissingCapability`` for a seat that has none."""
    require(viewer, Capability.STEERING_REGIONAL)
    if not keeps(viewer):
        raise MissingCapability(Capability.STEERING_REGIONAL)
    return Organisation.objects.get(pk=viewer.organisation_id or 0)


def regions_of(authority: Organisation, day: date) -> tuple[str, ...]:
    """Codes of the regions (maakunta) in the authority's area on the day."""
    if not authority.area_kind or not authority.area_code:
        return ()
    inside = reference.municipalities_in(authority.area_kind, authority.area_code, day)
    return tuple(sorted({reference.areas_of(one.code, day).region for one in inside}))


def predecessors(authority_id: int, day: date) -> "QuerySet[Organisation]":
    """Whom the authority has followed by the day."""
    past = Succession.objects.filter(successor_id=authority_id, on__lte=day).values("predecessor_id")
    return Organisation.objects.filter(pk__in=past, kind__in=REGIONS)


# The State's lines, as measures need them ----------------------------------------------------------------------------


def adopted(viewer: Viewer) -> "QuerySet[NationalProgramme]":
    """Programmes of the State that have been adopted."""
    require(viewer, Capability.SIGNED_IN)
    return NationalProgramme.objects.filter(state=ProgrammeState.ADOPTED)


def lines(viewer: Viewer) -> "QuerySet[Line]":
    """Lines of adopted programmes: what a regional measure can carry out."""
    require(viewer, Capability.SIGNED_IN)
    return Line.objects.filter(programme__state=ProgrammeState.ADOPTED, kind=LineKind.LINE)


# Measures ------------------------------------------------------------------------------------------------------------


def measures(viewer: Viewer) -> "QuerySet[RegionalMeasure]":
    """Regional measures of every authority."""
    require(viewer, Capability.SIGNED_IN)
    return RegionalMeasure.objects.all()


def measure(viewer: Viewer, measure_id: int) -> RegionalMeasure:
    """Raises ``NotVisible``."""
    return one_of(
        measures(viewer).select_related("organisation", "owner", "indicator", "contact"), measure_id
    )


def own_measure(viewer: Viewer, measure_id: int, *, lock: bool = False) -> RegionalMeasure:
    """A measure that the viewer may change. Raises ``MissingCapability``, ``NotVisible``."""
    require_region(viewer)
    rows = measures(viewer).filter(organisation_id=viewer.organisation_id or 0)
    return one_of(rows.select_related("organisation", "indicator"), measure_id, lock)


def may_take_over(viewer: Viewer, of: RegionalMeasure) -> bool:
    """Whether the viewer's authority follows the measure's one and answers for one of its regions on the day."""
    if not keeps(viewer) or viewer.organisation_id is None:
        return False
    if not predecessors(viewer.organisation_id, viewer.day).filter(pk=of.organisation_id).exists():
        return False
    mine = regions_of(Organisation.objects.get(pk=viewer.organisation_id), viewer.day)
    return bool(set(mine) & set(of.regions))


def to_take_over(viewer: Viewer, measure_id: int) -> RegionalMeasure:
    """A predecessor's measure. Raises ``MissingCapability``, ``NotVisible``."""
    require_region(viewer)
    found = measure(viewer, measure_id)
    if not may_take_over(viewer, found):
        raise NotVisible
    return found


# Reports -------------------------------------------------------------------------------------------------------------


def reports(viewer: Viewer) -> "QuerySet[RegionalReport]":
    """The own authority's reports and its predecessors', and those that were sent to the viewer's organisation."""
    require(viewer, Capability.SIGNED_IN)
    rows = RegionalReport.objects.all()
    if viewer.system:
        return rows
    return rows.filter(
        _own_reports(viewer) | Q(receiver_id=viewer.organisation_id or 0, state=ReportState.SENT)
    )


def _own_reports(viewer: Viewer) -> Q:
    mine = viewer.organisation_id or 0
    return Q(organisation_id=mine) | Q(organisation__in=actors.followed(mine, viewer.day))


def writes(viewer: Viewer, of: RegionalReport) -> bool:
    """Whether the viewer's authority writes the report: its own, or one that a predecessor left."""
    if not keeps(viewer):
        return False
    return RegionalReport.objects.filter(_own_reports(viewer), pk=of.pk).exists()


def report(viewer: Viewer, report_id: int) -> RegionalReport:
    """Raises ``NotVisible``."""
    return one_of(reports(viewer).select_related("organisation", "receiver"), report_id)


def own_report(viewer: Viewer, report_id: int, *, lock: bool = False) -> RegionalReport:
    """A report that the viewer may write: its authority's or a predecessor's. Raises ``MissingCapability``, ``NotVisible``."""
    require_region(viewer)
    rows = reports(viewer).filter(_own_reports(viewer))
    return one_of(rows.select_related("organisation", "receiver"), report_id, lock)
