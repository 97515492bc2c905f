"""The only way from a viewer to the room's rows. Row security stands under it as a net.

An appointment belongs to the authority that booked it; a participant is seen by the authority that answers for the
client, so a client who has moved on takes the participation along. Not for: what may be done (``access.gate``).
"""

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments.models import Appointment, AppointmentWorker, InterpreterOrder, Participant
from kotopolku.clients import access as clients

SCOPES = clients.SCOPES


def appointments(viewer: Viewer) -> "QuerySet[Appointment]":
    """Those booked by the viewer's organisation; all for a job."""
    rows = Appointment.objects.all()
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def in_scope(viewer: Viewer, scope: str) -> Q:
    """Condition on an appointment: own, team or organisation; the last two need TEAM_VIEW."""
    require(viewer, Capability.CLIENT_VIEW)
    if scope == "organisation":
        require(viewer, Capability.TEAM_VIEW)
        return Q()
    if scope == "team":
        require(viewer, Capability.TEAM_VIEW)
    mine = AppointmentWorker.objects.filter(clients.in_scope(viewer, scope))
    return Q(pk__in=mine.values("appointment_id"))


def appointment(viewer: Viewer, appointment_id: int, *, lock: bool = False) -> Appointment:
    """One of the viewer's organisation. Raises ``NotVisible``."""
    rows = appointments(viewer)
    found = (rows.select_for_update() if lock else rows).filter(pk=appointment_id).first()
    if found is None:
        raise NotVisible
    return found


def participant(viewer: Viewer, participant_id: int, *, lock: bool = False) -> Participant:
    """A participation booked by the viewer's organisation of a client it answers for. Raises ``NotVisible``."""
    rows = Participant.objects.select_related("appointment", "person", "relationship")
    if lock:
        rows = rows.select_for_update(of=("self",))
    if not viewer.system:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    found = rows.filter(pk=participant_id).first()
    if found is None:
        raise NotVisible
    clients.case(viewer, found.relationship_id)
    return found


def order(viewer: Viewer, order_id: int, *, lock: bool = False) -> InterpreterOrder:
    """One interpreter order of the viewer's organisation. Raises ``NotVisible``."""
    rows = InterpreterOrder.objects.select_related("appointment")
    if lock:
        rows = rows.select_for_update(of=("self",))
    if not viewer.system:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotVisible
    return found


def own_participation(viewer: Viewer, appointment_id: int) -> Participant:
    """The participation of the client whose path is open at the own page. Raises ``NotVisible``."""
    require(viewer, Capability.OWN_PATH)
    own = viewer.own
    found = None
    if own is not None and own.person_id in own.persons:
        rows = Participant.objects.select_related("appointment")
        found = rows.filter(appointment_id=appointment_id, person_id=own.person_id).first()
    if found is None:
        raise NotVisible
    return found
