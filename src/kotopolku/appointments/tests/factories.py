"""Stands up what a test of appointments needs. Every person is invented."""

from datetime import date, time, timedelta
from typing import Any

from kotopolku.access.viewer import Own, Viewer
from kotopolku.appointments import actions, rules
from kotopolku.appointments.actions import Details
from kotopolku.appointments.models import Appointment, Participant
from kotopolku.clients.models import Relationship

ON = date(2026, 11, 16)
"""A Monday."""
NEXT = ON + timedelta(days=2)


def slot(day: date = NEXT, starts: time = time(9), ends: time = time(10)) -> rules.Slot:
    made, wrong = rules.slot(day, starts, ends)
    assert made is not None, wrong
    return made


def details(actor: Viewer, **changes: Any) -> Details:
    assert actor.user_id is not None
    values: dict[str, Any] = {
        "topic": "guidance",
        "slot": slot(),
        "workers": (actor.user_id,),
        "room": "Kokoushuone 2",
        "place": "Esimerkkikatu 1",
    }
    return Details(**(values | changes))


def booked(actor: Viewer, relationship: Relationship, **changes: Any) -> Appointment:
    more = {name: changes.pop(name) for name in ("interpreter", "confirmed", "token") if name in changes}
    return actions.book_appointment(details(actor, **changes), [relationship.pk], actor=actor, **more)


def participant(appointment: Appointment) -> Participant:
    return Participant.objects.get(appointment=appointment)


def client_viewer(relationship: Relationship, on: date = ON, user_id: int | None = None) -> Viewer:
    """The client at the own page."""
    own = Own(person_id=relationship.person_id, self_id=relationship.person_id)
    return Viewer(user_id=user_id, name="", day=on, seat=None, own=own)
