"""Absences of workers: who does whose work on which days. It begins and ends by the days, without anybody's act.

Not for: deputies of contacts in the directory (``contacts.py``), clients themselves (``clients``).
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Absence, Membership, User, date_range
from kotopolku.actors.rules import Refusal
from kotopolku.journal import queries as journal
from kotopolku.journal.actions import record

ABSENCE = "actors.absence"
CASEWORK = (Role.CASEWORKER.value, Role.TEAM_LEADER.value)


@transaction.atomic
def write_absence(
    *, actor: Viewer, user_id: int, deputy_id: int, first: date, last: date, token: UUID | None = None
) -> Absence:
    """``deputy_id`` does the work of ``user_id`` in the actor's organisation, both days included.

    One's own absence needs a worker's seat, another's TEAM_LEAD. Raises `Refusal` naming the field that is wrong.
    """
    require(actor, Capability.CLIENT_VIEW if user_id == actor.user_id else Capability.TEAM_LEAD)
    organisation_id = actor.organisation_id or 0
    before = journal.done_before(token) if token else None
    if before is not None and before[0] == ABSENCE:
        return Absence.objects.get(pk=before[1], organisation_id=organisation_id)
    if last < first:
        raise Refusal("last", _("The last day is before the first."))
    if last < clock.today():
        raise Refusal("last", _("The last day has gone already."))
    if deputy_id == user_id:
        raise Refusal("deputy", _("A person cannot be their own deputy."))
    _lock_seats(organisation_id, user_id, deputy_id, first)
    span = date_range(first, last)
    on_these_days = Absence.objects.filter(organisation_id=organisation_id, days__overlap=span)
    if on_these_days.filter(user_id=user_id).exists():
        raise Refusal("first", _("There is already an absence on some of these days."))
    if _leads_back(user_id, deputy_id, dict(on_these_days.values_list("user_id", "deputy_id"))):
        raise Refusal(
            "deputy", _("The deputy is away on some of these days, and would be stood in for by you.")
        )
    absence = Absence.objects.create(
        user_id=user_id,
        organisation_id=organisation_id,
        deputy_id=deputy_id,
        days=span,
        written_by_id=actor.user_id,
    )
    record(
        "actors.absence.write",
        actor=actor,
        object=(ABSENCE, absence.pk),
        details={
            "user": user_id,
            "deputy": deputy_id,
            "first": first.isoformat(),
            "last": last.isoformat(),
        },
        token=token,
    )
    return absence


@transaction.atomic
def end_absence(*, actor: Viewer, absence_id: int, back_on: date) -> None:
    """The worker is back on the day ``back_on``; an absence that has not begun by then is taken away."""
    absence = (
        Absence.objects.select_for_update(of=("self",))
        .filter(pk=absence_id, organisation_id=actor.organisation_id or 0)
        .first()
    )
    require(actor, Capability.CLIENT_VIEW)
    if absence is None:
        raise NotVisible
    if absence.user_id != actor.user_id:
        require(actor, Capability.TEAM_LEAD)
    last = absence.last_day
    if last is not None and back_on > last + timedelta(days=1):
        raise Refusal("back_on", _("Choose a day inside the absence."))
    if absence.days.lower is not None and back_on <= absence.days.lower:
        absence.delete()
    else:
        absence.days = DateRange(absence.days.lower, back_on)
        absence.save(update_fields=["days"])
    record(
        "actors.absence.end",
        actor=actor,
        object=(ABSENCE, absence_id),
        details={"user": absence.user_id, "back_on": back_on.isoformat()},
    )


def _lock_seats(organisation_id: int, user_id: int, deputy_id: int, first: date) -> None:
    """Both must do casework here when it begins. Locks the users, so that two absences written at once queue."""
    list(User.objects.select_for_update().filter(pk__in=(user_id, deputy_id)).order_by("pk"))
    seats = Membership.objects.filter(
        organisation_id=organisation_id, role__in=CASEWORK, valid__contains=first, user__is_active=True
    )
    here = set(seats.filter(user_id__in=(user_id, deputy_id)).values_list("user_id", flat=True))
    if user_id not in here:
        raise Refusal("user", _("Choose a worker of your organisation."))
    if deputy_id not in here:
        raise Refusal("deputy", _("Choose a worker of your organisation."))


def _leads_back(user_id: int, deputy_id: int, deputies: dict[int, int]) -> bool:
    """Whether the deputy's own deputies lead back to the one who is away."""
    asked: set[int] = set()
    current: int | None = deputy_id
    while current is not None and current not in asked:
        if current == user_id:
            return True
        asked.add(current)
        current = deputies.get(current)
    return False
