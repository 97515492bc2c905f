"""Acts on what happened later: questions planned when a relationship has ended, and their answers."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients import rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import EndReason, Relationship, Responsibility
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.progress.models import FollowUp, FollowUpSource, Situation
from kotopolku.progress.rules import follow_up_days

PORTION = 500
LATE_DAYS = 31
"""A question older than this when it is planned is not asked any more. Our own choice."""
LONGEST_DAYS = 390
"""Relationships that ended longer ago have nothing left to ask: a year, and most of the days above."""


@transaction.atomic
def plan_follow_ups(*, actor: Viewer) -> int:
    """Plans the questions of relationships that have ended, takes away those whose end was taken back, tells who asks.

    One portion; returns how much it did, 0 when nothing is left. For the nightly job.
    """
    require(actor, Capability.CLIENT_EDIT)
    today = clock.today()
    FollowUp.objects.filter(relationship__ended_on=None, answered_on=None).delete()
    planned = Exists(FollowUp.objects.filter(relationship_id=OuterRef("pk")))
    ended = Relationship.objects.filter(
        ~planned, ended_on__lte=today, ended_on__gt=today - timedelta(days=LONGEST_DAYS)
    ).exclude(end_reason=EndReason.DECEASED)
    portion = list(ended.order_by("pk")[:PORTION])
    rows = [
        FollowUp(relationship=one, person_id=one.person_id, rule=rule.id, months=rule.length, due_on=due)
        for one in portion
        if one.ended_on is not None
        for rule, due in follow_up_days(one.ended_on)
        if due >= today - timedelta(days=LATE_DAYS)
    ]
    FollowUp.objects.bulk_create(rows)
    due = _tell(actor, today)
    if portion or due:
        record(
            "progress.follow-ups.planned",
            actor=actor,
            subjects=[one.person_id for one in portion],
            details={"planned": len(rows), "due": due},
        )
    return len(rows) + due


def _tell(actor: Viewer, today: date) -> int:
    """One notice a worker for what has become due, to the deputy of one who is away; returns how many are due."""
    due = list(
        FollowUp.objects.filter(Q(answered_on=None), due_on__lte=today, told_on=None).order_by("due_on")[
            :PORTION
        ]
    )
    answers = {
        row.relationship_id: row
        for row in Responsibility.objects.filter(
            relationship_id__in=[one.relationship_id for one in due], days__contains=today
        )
    }
    workers = actors.answering_workers(
        [row.worker_id for row in answers.values() if row.worker_id is not None], today
    )
    told: set[tuple[int, int]] = set()
    for one in due:
        row = answers.get(one.relationship_id)
        worker = workers.get(row.worker_id) if row is not None and row.worker_id is not None else None
        if row is None or worker is None or (worker.user_id, row.authority_id) in told:
            continue
        told.add((worker.user_id, row.authority_id))
        notify(
            "progress.follow-up-due",
            [worker.user_id],
            actor=actor,
            address=reverse("progress:follow-ups"),
            organisation_id=row.authority_id,
            on=one.due_on,
        )
    FollowUp.objects.filter(pk__in=[one.pk for one in due]).update(told_on=today)
    return len(due)


@transaction.atomic
def answer_follow_up(
    relationship_id: int,
    follow_up_id: int,
    situation: str,
    source: str,
    *,
    actor: Viewer,
    note: str = "",
) -> FollowUp:
    """What the former client is doing and who said so. Answered again, the newer answer stands."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    row = (
        FollowUp.objects.select_for_update().filter(pk=follow_up_id, relationship_id=relationship_id).first()
    )
    if row is None:
        raise NotVisible
    found = []
    if situation not in Situation.values:
        found.append(Refusal("situation", "required", _("Choose what the client is doing.")))
    if source not in FollowUpSource.values:
        found.append(Refusal("source", "required", _("Say where this is known from.")))
    rules.refuse(found)
    row.situation, row.source, row.note = situation, source, note.strip()
    row.answered_on, row.answered_by_id = clock.today(), actor.user_id
    row.save()
    record(
        "progress.follow-up.answered",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("progress.follow-up", row.pk),
        details={"months": row.months, "situation": situation, "source": source},
    )
    return row
