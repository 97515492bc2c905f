"""The only way from a viewer to a council's decision on a municipal programme, and to a programme left by a merger.

A council's decision is recorded by its own municipality, or by the leading one for it. Not for: programmes themselves
(``access_municipal.py``).
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import OrganisationKind, Succession
from kotopolku.steering import access_municipal
from kotopolku.steering.models import (
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    ProgrammeVersion,
)


@dataclass(frozen=True)
class Seat:
    """A municipality of a programme as the viewer may record for it."""

    programme: MunicipalProgramme
    municipality: ProgrammeMunicipality
    own: bool
    """Recorded by the municipality itself, not by the leading one for it."""


def records_for(viewer: Viewer, programme: MunicipalProgramme, of: ProgrammeMunicipality) -> bool:
    """Whether the viewer may record what this municipality's council decided."""
    if not access_municipal.keeps(viewer):
        return False
    return viewer.organisation_id in (of.organisation_id, programme.organisation_id)


def seat(viewer: Viewer, programme_id: int, municipality_id: int) -> Seat:
    """Raises ``MissingCapability``, ``NotVisible``."""
    access_municipal.require_municipality(viewer)
    programme = access_municipal.programme(viewer, programme_id)
    rows = access_municipal.municipalities(viewer).filter(programme=programme)
    found = one_of(rows.select_related("organisation"), municipality_id)
    if not records_for(viewer, programme, found):
        raise NotVisible
    return Seat(programme, found, found.organisation_id == viewer.organisation_id)


def led_seat(viewer: Viewer, programme_id: int, municipality_id: int) -> Seat:
    """A municipality of a programme that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    found = seat(viewer, programme_id, municipality_id)
    if not access_municipal.leads(viewer, found.programme):
        raise NotVisible
    return found


def locked(found: Seat) -> Seat:
    """The same behind a lock of the programme: two councils' decisions come one after the other. As the system, for a
    municipality that does not lead may not write the programme's row. The caller has been let in."""
    with rowsecurity.as_system():
        programme = MunicipalProgramme.objects.select_for_update().get(pk=found.programme.pk)
        rows = ProgrammeMunicipality.objects.select_for_update(of=("self",)).select_related("organisation")
        return Seat(programme, rows.get(pk=found.municipality.pk, programme=programme), found.own)


def versions(viewer: Viewer, programme: MunicipalProgramme) -> "QuerySet[ProgrammeVersion]":
    """Kept versions: every one to who takes part, approved ones to who reads the programme. The newest first."""
    rows = ProgrammeVersion.objects.filter(programme=access_municipal.programme(viewer, programme.pk))
    if not access_municipal.takes_part(viewer, programme):
        rows = rows.filter(stage="approved")
    return rows.select_related("made_by").order_by("-number")


def version(viewer: Viewer, programme: MunicipalProgramme, number: int) -> ProgrammeVersion:
    """Raises ``NotVisible``."""
    found = versions(viewer, programme).filter(number=number).first()
    if found is None:
        raise NotVisible
    return found


# A leading municipality that has ended -------------------------------------------------------------------------------


def left_programmes(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Programmes of municipalities that the viewer's municipality has followed by the day. To be read as the system."""
    require(viewer, Capability.PROGRAMME_KEEP)
    mine = viewer.organisation_id or 0
    past = Succession.objects.filter(
        successor_id=mine, on__lte=viewer.day, predecessor__kind=OrganisationKind.MUNICIPALITY
    )
    rows = MunicipalProgramme.objects.filter(organisation_id__in=past.values("predecessor_id"))
    return rows.exclude(state=MunicipalState.ENDED).select_related("organisation")


def to_take_over(viewer: Viewer, programme_id: int, *, lock: bool = False) -> MunicipalProgramme:
    """A programme whose leading municipality was merged into the viewer's. Raises ``MissingCapability``, ``NotVisible``."""
    access_municipal.require_municipality(viewer)
    with rowsecurity.as_system():
        return one_of(left_programmes(viewer), programme_id, lock)
