"""Acts on attendance: a provider's monthly report of its own participants, and the own worker's of one client.

An absence as long as the law says starts the hearing of the client (rule T1) and tells the worker who answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients import access, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Measure, Responsibility
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.progress import queries
from kotopolku.progress.models import AbsenceProcess, AttendanceMonth, Outcome
from kotopolku.progress.rules import Attendance, check_attendance, interruption_rule

ATTENDANCE = "progress.attendance"


@dataclass(frozen=True)
class Reported:
    """How many months were new, changed, or as they were; and how many clients are to be heard now."""

    new: int = 0
    changed: int = 0
    same: int = 0
    to_hear: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same


@transaction.atomic(savepoint=False)
def show_participants(*, actor: Viewer) -> list[queries.Participant]:
    """The provider's participants of the day, looked at and so journalled: name, course and days, nothing else."""
    require(actor, Capability.ATTENDANCE_REPORT)
    found = queries.participants(actor)
    if found:
        persons = _persons([one.measure_id for one in found], actor)
        record("progress.participants.listed", actor=actor, subjects=list(persons.values()))
    return found


def _persons(measure_ids: Sequence[int], actor: Viewer) -> dict[int, int]:
    """Person by measure: for the journal, never given to the provider."""
    with access.seeing_all(actor):
        rows = Measure.objects.filter(pk__in=measure_ids)
        return dict(rows.values_list("pk", "plan__relationship__person_id"))


@transaction.atomic
def report_attendance(rows: Sequence[Attendance], *, actor: Viewer, token: UUID | None = None) -> Reported:
    """Months of the actor's own participants, all or nothing. Sent again they change nothing.

    Refusals stand at ``rows-<place>-<field>``. Raises ``Refusals`` also for somebody who is not a participant.
    """
    require(actor, Capability.ATTENDANCE_REPORT)
    if cases.done_before(token, ATTENDANCE) is not None:
        return Reported(same=len(rows))
    rules.refuse(check_rows(rows, actor))
    with access.seeing_all(actor):
        measures = {
            measure.pk: measure
            for measure in Measure.objects.select_for_update(of=("self",))
            .filter(pk__in=[row.measure_id for row in rows])
            .select_related("plan__relationship")
            .order_by("pk")
        }
        outcomes = [_store(row, measures[row.measure_id], actor, actor.organisation_id) for row in rows]
    first = next((stored.pk for stored, _how, _hear in outcomes), 0)
    record(
        "progress.attendance.reported",
        actor=actor,
        subjects=[measures[row.measure_id].plan.relationship.person_id for row in rows],
        object=(ATTENDANCE, first),
        details={"months": sorted({row.month.isoformat() for row in rows}), "rows": len(rows)},
        token=token,
    )
    return _counted(outcomes)


def check_rows(rows: Sequence[Attendance], actor: Viewer) -> list[Refusal]:
    """What is wrong in a provider's rows, each at ``rows-<place>-<field>``; one statement, nothing is written."""
    own = {one.measure_id for one in queries.participants(actor)}
    seen: set[tuple[int, object]] = set()
    found = []
    for place, row in enumerate(rows):
        wrong = check_attendance(row, clock.today())
        if row.measure_id not in own:
            wrong = [Refusal("measure_id", "not-participant", NOT_PARTICIPANT)]
        elif (row.measure_id, row.month) in seen:
            wrong.append(
                Refusal("measure_id", "twice", _("The same participant and month stands here twice."))
            )
        seen.add((row.measure_id, row.month))
        found += [Refusal(f"rows-{place}-{one.field}", one.code, one.message, one.params) for one in wrong]
    return found


NOT_PARTICIPANT = _("You have no participant of this number now.")


@transaction.atomic
def record_attendance(
    relationship_id: int, row: Attendance, *, actor: Viewer, token: UUID | None = None
) -> Reported:
    """A month of one client as the own authority knows it, also for a measure that no provider reports."""
    case = cases.let_in(actor, Capability.PLAN_WRITE, relationship_id)
    if cases.done_before(token, ATTENDANCE) is not None:
        return Reported(same=1)
    measure = (
        Measure.objects.filter(pk=row.measure_id, plan__relationship_id=relationship_id, removed=False)
        .select_related("plan__relationship")
        .first()
    )
    if measure is None:
        raise NotVisible
    rules.refuse(check_attendance(row, clock.today()))
    stored, how, hear = _store(row, measure, actor, None)
    record(
        "progress.attendance.recorded",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(ATTENDANCE, stored.pk),
        details={"measure": measure.pk, "month": row.month.isoformat()},
        token=token,
    )
    return _counted([(stored, how, hear)])


@transaction.atomic
def sum_up_attendance(rows: Sequence[Attendance], *, actor: Viewer) -> Reported:
    """Months that a job has counted from attendance marked by session, in the name of each measure's provider.

    Measures that are no longer there are passed over. No person is asked: figures that cannot be raise ``Refusals``.
    """
    if not actor.system:
        raise MissingCapability(Capability.ATTENDANCE_REPORT)
    rules.refuse([refusal for row in rows for refusal in check_attendance(row, clock.today())])
    measures = {
        measure.pk: measure
        for measure in Measure.objects.select_for_update(of=("self",))
        .filter(pk__in=[row.measure_id for row in rows], removed=False)
        .select_related("plan__relationship")
        .order_by("pk")
    }
    kept = [(row, measures[row.measure_id]) for row in rows if row.measure_id in measures]
    outcomes = [_store(row, measure, actor, measure.provider_id) for row, measure in kept]
    written = [stored for stored, how, _hear in outcomes if how != "same"]
    if written:
        record(
            "progress.attendance.summed",
            actor=actor,
            subjects=[stored.person_id for stored in written],
            object=(ATTENDANCE, written[0].pk),
            details={
                "months": sorted({row.month.isoformat() for row, _measure in kept}),
                "rows": len(written),
            },
        )
    return _counted(outcomes)


_FIELDS = ("hours_planned", "hours_attended", "hours_absent", "longest_absence", "last_attended_on")
Stored = tuple[AttendanceMonth, str, bool]


def _store(row: Attendance, measure: Measure, actor: Viewer, provider_id: int | None) -> Stored:
    """The month as told now: (row, new or changed or same, whether the client is to be heard)."""
    values = {name: getattr(row, name) for name in _FIELDS}
    relationship = measure.plan.relationship
    stored = AttendanceMonth.objects.select_for_update().filter(measure=measure, month=row.month).first()
    if stored is not None and all(getattr(stored, name) == value for name, value in values.items()):
        return stored, "same", False
    how = "changed" if stored is not None else "new"
    if stored is None:
        stored = AttendanceMonth(
            measure=measure,
            relationship=relationship,
            person_id=relationship.person_id,
            month=row.month,
            version=0,
        )
    for name, value in values.items():
        setattr(stored, name, value)
    stored.provider_id = provider_id or stored.provider_id
    stored.reported_on, stored.reported_by_id = clock.today(), actor.user_id
    stored.version += 1
    stored.save()
    return stored, how, _look_into(row, measure, actor)


def _look_into(row: Attendance, measure: Measure, actor: Viewer) -> bool:
    """Starts the hearing of the client when the days are too many; takes it back when the report was corrected."""
    process = AbsenceProcess.objects.filter(measure=measure, month=row.month).first()
    rule = interruption_rule(row)
    if rule is None:
        if process is not None and process.heard_on is None and process.decided_on is None:
            process.decided_on, process.outcome = clock.today(), Outcome.WITHDRAWN
            process.save(update_fields=["decided_on", "outcome"])
        return False
    if process is None or process.outcome == Outcome.WITHDRAWN:
        _begin(process, rule, row, measure, actor)
        return True
    process.days, process.last_attended_on = row.longest_absence, row.last_attended_on
    process.save(update_fields=["days", "last_attended_on"])
    return False


def _begin(
    process: AbsenceProcess | None, rule: law.Rule, row: Attendance, measure: Measure, actor: Viewer
) -> None:
    relationship = measure.plan.relationship
    process = process or AbsenceProcess(measure=measure, month=row.month)
    process.relationship, process.person_id = relationship, relationship.person_id
    process.days, process.last_attended_on = row.longest_absence, row.last_attended_on
    process.act, process.section, process.opened_on = rule.act, rule.section, clock.today()
    process.decided_on, process.outcome = None, ""
    process.save()
    answers = Responsibility.objects.filter(relationship=relationship, days__contains=actor.day).first()
    if answers is None or answers.worker_id is None:
        return
    worker = actors.answering_worker(answers.worker_id, actor.day, answers.authority_id)
    notify(
        "progress.absence-too-long",
        {answers.worker_id, worker.user_id if worker else answers.worker_id},
        actor=actor,
        address=reverse("progress:measures", args=[relationship.pk]),
        organisation_id=answers.authority_id,
        about=("progress.absence", process.pk),
    )


def _counted(outcomes: Sequence[Stored]) -> Reported:
    how = [one for _stored, one, _hear in outcomes]
    return Reported(
        new=how.count("new"),
        changed=how.count("changed"),
        same=how.count("same"),
        to_hear=sum(hear for _stored, _how, hear in outcomes),
    )
