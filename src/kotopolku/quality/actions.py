"""The writers of the quality room: counting for the day, excusing a client from a check, the weekly summary.

Not for: the counting itself (``engine.py``).
"""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.clients import rules as client_rules
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Responsibility
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import digest
from kotopolku.quality import engine, rules
from kotopolku.quality.checks import all_checks, checks_on
from kotopolku.quality.models import Excuse, QualityCount, QualityRun

EXCUSE = "quality.excuse"


@transaction.atomic
def count_day(*, actor: Viewer, progress: Callable[[int, int], None] = lambda _done, _of: None) -> QualityRun:
    """Counts every check for every authority as things are now, and keeps the counts under today. Safe to repeat."""
    require(actor, Capability.COUNTS_VIEW)
    day, started = clock.today(), clock.now()
    checks = checks_on(day)
    with seeing_all(actor):
        with connection.cursor() as cursor:
            # Row security hides from the planner how many rows there are: it would walk each table client by client.
            # Whole tables are joined at once here, with memory for it; compiling costs more than it gives.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL jit = off")
        counts = engine.count(day, checks, progress=lambda done: progress(done, len(checks)))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
        QualityCount.objects.filter(day=day).delete()
        QualityCount.objects.bulk_create(
            [
                QualityCount(organisation_id=authority_id, check_id=check_id, day=day, count=number)
                for authority_id, numbers in counts.items()
                for check_id, number in numbers.items()
            ],
            batch_size=1000,
        )
        clients = Responsibility.objects.filter(days__contains=day).filter(
            Q(ended_on=None) | Q(ended_on__gt=day)
        )
        run, _made = QualityRun.objects.update_or_create(
            day=day, defaults={"started_at": started, "ended_at": clock.now(), "clients": clients.count()}
        )
    record(
        "quality.run.counted",
        actor=actor,
        object=("quality.run", run.pk),
        details={"checks": len(checks), "clients": run.clients},
    )
    return run


@transaction.atomic
def excuse(
    relationship_id: int, check_id: str, reason: str, until: date, *, actor: Viewer, token: UUID | None = None
) -> Excuse:
    """Lets one check pass one client over until a day, with a reason. Raises ``Refusals``, ``NotVisible``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    check = all_checks().get(check_id)
    if check is None:
        raise NotVisible
    if (before := cases.done_before(token, EXCUSE)) is not None:
        return Excuse.objects.get(pk=before, relationship_id=relationship_id)
    found = rules.check_excuse(reason, until, clock.today())
    if not found and not engine.finds(check, relationship_id, clock.today()):
        message = _("The check does not find this client any more. Nothing needs to be excused.")
        found.append(Refusal("", "not-found", message))
    client_rules.refuse(found)
    Excuse.objects.filter(relationship_id=relationship_id, check_id=check_id, withdrawn_on=None).update(
        withdrawn_on=clock.today()
    )
    given = Excuse.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        check_id=check_id,
        reason=reason.strip(),
        given_on=clock.today(),
        given_by_id=actor.user_id,
        until=until,
    )
    record(
        "quality.excuse.given",
        actor=actor,
        subjects=[given.person_id],
        object=(EXCUSE, given.pk),
        reason=reason,
        details={"check": check_id, "until": until.isoformat()},
        token=token,
    )
    return given


@transaction.atomic
def withdraw_excuse(excuse_id: int, *, actor: Viewer) -> Excuse:
    """Takes an excuse back: the check finds the client again. A second time changes nothing."""
    require(actor, Capability.CLIENT_EDIT)
    given = Excuse.objects.filter(pk=excuse_id).first()
    if given is None:
        raise NotVisible
    cases.let_in(actor, Capability.CLIENT_EDIT, given.relationship_id)
    given = Excuse.objects.select_for_update().get(pk=excuse_id)
    if given.withdrawn_on is None:
        given.withdrawn_on = clock.today()
        given.save(update_fields=["withdrawn_on"])
        record(
            "quality.excuse.withdrawn",
            actor=actor,
            subjects=[given.person_id],
            object=(EXCUSE, given.pk),
            details={"check": given.check_id},
        )
    return given


@transaction.atomic
def send_digests(*, actor: Viewer) -> int:
    """Tells every team leader in how many gap lists the authority had clients at the last count; numbers only.

    Each leader says in the settings of notices how to hear of it. Returns how many were told.
    """
    require(actor, Capability.COUNTS_VIEW)
    day = clock.today()
    roles = [role.value for role, rights in CAPABILITIES.items() if Capability.TEAM_LEAD in rights]
    told = 0
    with seeing_all(actor):
        run = QualityRun.objects.filter(day__lte=day).order_by("-day").first()
        if run is None:
            return 0
        lists = dict(
            QualityCount.objects.filter(day=run.day)
            .values_list("organisation_id")
            .annotate(lists=Count("id"))
        )
        seats = Membership.objects.filter(
            role__in=roles, valid__contains=day, organisation_id__in=lists, user__is_active=True
        ).values_list("user_id", "organisation_id")
    for user_id, organisation_id in seats.order_by("organisation_id", "user_id"):
        digest(
            user_id,
            "quality.week-counted",
            lists[organisation_id],
            reverse("quality:overview"),
            actor=actor,
            organisation_id=organisation_id,
        )
        told += 1
    record("quality.digest.sent", actor=actor, details={"day": run.day.isoformat(), "told": told})
    return told
