"""The only way from a viewer to the State's programmes, their lines and indicators, and from an id to one of them.

Row security stands under it: an adopted programme is public, a draft its ministry's. Not for: what may be done with
them (capabilities, ``access.gate``).
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.steering.models import Indicator, Line, NationalProgramme, ProgrammeState


def _own(viewer: Viewer, column: str) -> Q:
    return Q() if viewer.system else Q(**{column: viewer.organisation_id or 0})


def is_preparer(viewer: Viewer) -> bool:
    """Whether the viewer prepares the State's programme."""
    return viewer.may(Capability.STEERING_NATIONAL)


def _visible(viewer: Viewer, before: str = "") -> Q:
    adopted = Q(**{f"{before}state": ProgrammeState.ADOPTED})
    return adopted | _own(viewer, f"{before}organisation_id") if is_preparer(viewer) else adopted


def programmes(viewer: Viewer) -> "QuerySet[NationalProgramme]":
    """Adopted programmes, to anybody; to those who prepare them their drafts too."""
    return NationalProgramme.objects.filter(_visible(viewer)).select_related("organisation")


def programme(viewer: Viewer, programme_id: int) -> NationalProgramme:
    """A programme that the viewer may read. Raises ``NotVisible``."""
    return one_of(programmes(viewer), programme_id)


def own_programme(viewer: Viewer, programme_id: int, *, lock: bool = False) -> NationalProgramme:
    """A programme that the viewer may change. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.STEERING_NATIONAL)
    rows = NationalProgramme.objects.filter(_own(viewer, "organisation_id"))
    return one_of(rows.select_related("organisation"), programme_id, lock)


def lines(viewer: Viewer) -> "QuerySet[Line]":
    """Goals, lines and measures of the programmes that the viewer may read."""
    return Line.objects.filter(_visible(viewer, "programme__"))


def line(viewer: Viewer, line_id: int) -> Line:
    """A line that the viewer may read. Raises ``NotVisible``."""
    return one_of(lines(viewer).select_related("programme", "parent", "answers", "replaced_by"), line_id)


def own_line(viewer: Viewer, line_id: int) -> Line:
    """A line that the viewer may change, its programme locked. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.STEERING_NATIONAL)
    rows = Line.objects.filter(_own(viewer, "programme__organisation_id"))
    found = one_of(rows, line_id)
    own_programme(viewer, found.programme_id, lock=True)
    # Read again behind the lock: what somebody saved while we waited is there now.
    return one_of(rows.select_related("programme", "parent"), line_id)


def indicators(viewer: Viewer) -> "QuerySet[Indicator]":
    """Every indicator: they are public figures, and the viewer only says who asks."""
    return Indicator.objects.all()


def indicator(viewer: Viewer, indicator_id: int, *, lock: bool = False) -> Indicator:
    """One indicator. Raises ``NotVisible``; to lock it, ``MissingCapability`` too."""
    if lock:
        require(viewer, Capability.STEERING_NATIONAL)
    return one_of(indicators(viewer), indicator_id, lock)
