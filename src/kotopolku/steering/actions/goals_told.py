"""What the job of follow-ups writes: who answers is told, once a year, of goals whose follow-up of last year is missing.

Who answers is the leading municipality, and the organisation that owns a goal. Not for: writing follow-ups
(``goal_follow_ups.py``).
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.notices.models import Notice
from kotopolku.steering.actions.municipal_rights import PROGRAMME, people_of
from kotopolku.steering.models import MunicipalGoal, MunicipalProgramme
from kotopolku.steering.queries.goals import lacking

MISSING = "steering.goals-follow-up-missing"
TARGET = "O-GF"


def to_remind(*, actor: Viewer) -> list[int]:
    """Programmes with such goals, from the day of the own target O-GF on; for the job. Writes nothing."""
    require(actor, Capability.PROGRAMME_KEEP)
    by = _by(clock.today())
    return sorted(set(_missing(by.year - 1).values_list("programme_id", flat=True))) if by else []


@transaction.atomic
def remind(programme_id: int, *, actor: Viewer) -> int:
    """Tells of one programme's goals, each organisation once a year. Returns how many people. For the job."""
    require(actor, Capability.PROGRAMME_KEEP)
    found = MunicipalProgramme.objects.select_for_update(skip_locked=True).filter(pk=programme_id).first()
    by = _by(clock.today())
    if found is None or by is None:
        return 0
    owned: dict[int, int] = {}
    for owner_id in _missing(by.year - 1).filter(programme=found).values_list("owner_id", flat=True):
        for one in {owner_id, found.organisation_id}:
            owned[one] = owned.get(one, 0) + 1
    rows = Notice.objects.filter(kind=MISSING, object_kind=PROGRAMME, object_id=found.pk, on=by)
    known = set(rows.values_list("organisation_id", flat=True))
    told = 0
    for organisation_id, goals in sorted(owned.items()):
        if organisation_id not in known:
            told += notify(
                MISSING,
                people_of(organisation_id, actor.day),
                actor=actor,
                address=f"{reverse('steering:goals')}?programme={found.pk}&missing=on",
                organisation_id=organisation_id,
                about=(PROGRAMME, found.pk),
                on=by,
                count=goals,
            )
    if told:
        record("steering.goal.reminded", actor=actor, object=(PROGRAMME, found.pk), details={"told": told})
    return told


def _by(today: date) -> date | None:
    """The day by which last year is to be followed up, once it is near; None before that."""
    by = law.due(TARGET, date(today.year - 1, 12, 31)).due
    near = timedelta(law.rule(TARGET, today).other_amounts["reminder-days"])
    return by if by is not None and today >= by - near else None


def _missing(year: int) -> "QuerySet[MunicipalGoal]":
    return MunicipalGoal.objects.filter(lacking(year)).exclude(follow_ups__year=year)
