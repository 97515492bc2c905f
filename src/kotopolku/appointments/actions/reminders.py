"""The act behind the daily reminders, for the job: who is told of coming appointments, and that it was done."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.appointments import client_users, rules
from kotopolku.appointments.actions.booking import KIND
from kotopolku.appointments.models import AppointmentWorker, Participant, State
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify


@transaction.atomic
def send_reminders(*, actor: Viewer) -> int:
    """Tells workers and clients of appointments near at hand, each once (own targets O-M1, O-M2). How many were told.

    For the system's viewer. A client without a page of one's own is left for a letter or a message by other means.
    """
    require(actor, Capability.CLIENT_EDIT)
    told = _remind_workers(actor) + _remind_clients(actor)
    if told:
        record("appointments.reminders.sent", actor=actor, details={"told": told})
    return told


def _near(rule_id: str) -> Q:
    today = clock.today()
    days = rules.remind_days(today, law.rule(rule_id, today).length)
    return Q(
        reminded_on=None,
        starts_at__date__gte=days[0],
        starts_at__date__lte=days[-1],
        appointment__cancelled_at=None,
    )


def _remind_workers(actor: Viewer) -> int:
    rows = list(AppointmentWorker.objects.filter(_near("O-M2")).select_related("appointment"))
    for row in rows:
        notify(
            "appointments.coming",
            [row.worker_id],
            actor=actor,
            address=reverse("appointments:appointment", args=[row.appointment_id]),
            organisation_id=row.organisation_id,
            about=(KIND, row.appointment_id),
            on=row.starts_at.astimezone(clock.HELSINKI).date(),
        )
    AppointmentWorker.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=clock.today())
    return len(rows)


def _remind_clients(actor: Viewer) -> int:
    rows = list(Participant.objects.filter(_near("O-M1"), state=State.PLANNED))
    users = client_users.of_persons(row.person_id for row in rows)
    reached = [row for row in rows if users.get(row.person_id)]
    for row in reached:
        for user in users[row.person_id]:
            notify(
                "appointments.own-coming",
                [user.user_id],
                actor=actor,
                address=user.address,
                about=(KIND, row.appointment_id),
                on=row.starts_at.astimezone(clock.HELSINKI).date(),
            )
    Participant.objects.filter(pk__in=[row.pk for row in reached]).update(reminded_on=clock.today())
    return len(reached)
