"""Acts on places in courses: the queue, the offer, its answer, the start, another group, and the end of the studies.

Seats are counted on the course's row, which is locked before the enrolment, so that a hundred at once queue and no seat
is given twice. People decide: a place that becomes free is told to the organiser, nobody is moved by a machine.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients import rules as client_rules
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.measures import carry_out
from kotopolku.clients.models import Measure, MeasureKind, MeasureState, PlanStatus, Relationship
from kotopolku.clients.rules import MeasureContent, Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.training import access, rules
from kotopolku.training.actions.courses import COURSE
from kotopolku.training.actions.telling import (
    ENROLMENT,
    tell_clients,
    tell_organiser,
    tell_provider,
    tell_workers,
)
from kotopolku.training.models import (
    OPEN,
    SEATED,
    Course,
    CourseState,
    EndReason,
    Enrolment,
    EnrolmentState,
)
from kotopolku.training.queries.levels import entry_level

MEASURE_KINDS = {
    "integration": MeasureKind.INTEGRATION_TRAINING,
    "literacy": MeasureKind.LITERACY,
    "vocational": MeasureKind.VOCATIONAL,
    "self-study": MeasureKind.SELF_STUDY,
    "orientation": MeasureKind.ORIENTATION,
}
CHANGED = _("This has changed meanwhile. See how it is now.")
NOT_PUBLISHED = _("The course is not open: it is a draft or has been withdrawn.")
FULL = _("The course is full: every seat has been offered or is in use.")
ENDED = _("The course has ended.")
LATE = _("The last day for the answer was %(day)s. Ask whether there is still a place.")


# --- The queue -------------------------------------------------------------------------------------------------------


@transaction.atomic
def queue_client(
    relationship_id: int,
    course_id: int,
    reason: str,
    *,
    actor: Viewer,
    measure_id: int | None = None,
    token: UUID | None = None,
) -> Enrolment:
    """Puts the client into the course's queue, or takes the client's own wish there. The client's worker's act."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, ENROLMENT)) is not None:
        return access.enrolment(actor, before)
    course = access.course(actor, course_id)
    relationship = case.relationship
    found = cases.ended(relationship) + _check_open(course)
    existing = Enrolment.objects.filter(course=course, relationship=relationship, state__in=OPEN).first()
    if existing is not None and existing.state != EnrolmentState.WISHED:
        words = _("The client is in the queue or has a place there already.")
        found.append(Refusal("", "queued-already", words))
    if measure_id is not None and not _own_measure(measure_id, relationship_id):
        found.append(Refusal("measure", "unknown-measure", _("Choose a measure of the client's plan.")))
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why this course suits the client.")))
    refuse(found)
    row = existing or new_row(course, relationship)
    level = entry_level(relationship.person_id, course.language)
    row.entry_level, row.entry_rank = (level.code, level.rank) if level else ("", None)
    row.state, row.queued_on, row.queued_by_id = EnrolmentState.QUEUED, clock.today(), actor.user_id
    row.queue_reason, row.measure_id = reason.strip(), measure_id
    row.save()
    record(
        "training.place.queued",
        actor=actor,
        subjects=[relationship.person_id],
        object=(ENROLMENT, row.pk),
        details={"course": course.pk},
        token=token,
    )
    tell_organiser("training.queue-grown", course, actor=actor)
    if existing is not None:
        tell_clients("training.own-wish-answered", [row], actor=actor)
    return row


@transaction.atomic
def leave_queue(enrolment_id: int, reason: str, *, actor: Viewer) -> Enrolment:
    """Takes the client out of the queue, or back an offered place; by the client's worker or the organiser.

    A wish is no place in the queue: it is answered (``wishes.py``).
    """
    course, row = locked(enrolment_id, actor)
    _let_act(actor, course, row, Capability.CLIENT_EDIT)
    found = []
    if row.state not in (EnrolmentState.QUEUED, EnrolmentState.OFFERED):
        found.append(Refusal("", "state", CHANGED))
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why.")))
    refuse(found)
    close(course, row, EnrolmentState.CANCELLED, actor, note=reason)
    record(
        "training.place.cancelled",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        reason=reason.strip(),
        details={"course": course.pk},
    )
    tell_workers("training.place-cancelled", [row], actor=actor)
    tell_clients("training.own-place-changed", [row], actor=actor)
    return row


# --- The offer and its answer ------------------------------------------------------------------------------------------


@transaction.atomic
def offer_place(
    enrolment_id: int, *, actor: Viewer, reason: str = "", answer_by: date | None = None
) -> Enrolment:
    """Offers a seat to one in the queue. Somebody who is not the first is chosen with a reason.

    ``answer_by`` None: by our own target (O-TO), and never past the course's first day. Never more than the seats.
    """
    course, row = locked(enrolment_id, actor)
    if not access.organises(actor, course):
        require(actor, Capability.TRAINING_MANAGE)
        raise NotVisible
    today = clock.today()
    found = _check_open(course)
    if row.state != EnrolmentState.QUEUED:
        found.append(Refusal("", "state", CHANGED))
    elif course.free < 1:
        found.append(Refusal("", "full", FULL))
    if not reason.strip() and not _is_first(row):
        found.append(
            Refusal("reason", "not-first", _("Others came to the queue earlier. Write why this client."))
        )
    answer_by = answer_by or answer_day(course, today)
    if answer_by < today:
        found.append(Refusal("answer_by", "day-past", _("Choose an answer day that is still to come.")))
    refuse(found)
    row.state, row.offered_on, row.offered_by_id = EnrolmentState.OFFERED, today, actor.user_id
    row.offer_reason, row.answer_by = reason.strip(), answer_by
    row.version += 1
    with seeing_all(actor):
        row.save()
        Course.objects.filter(pk=course.pk).update(taken=F("taken") + 1)
    record(
        "training.place.offered",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        reason=row.offer_reason,
        details={"course": course.pk, "answer_by": answer_by.isoformat()},
    )
    tell_workers("training.place-offered", [row], actor=actor, on=answer_by)
    tell_clients("training.own-place-offered", [row], actor=actor, on=answer_by)
    return row


def answer_day(course: Course, today: date) -> date:
    """The last day for the answer by our own target (O-TO); on the course's first day at the latest, unless that is past."""
    target = law.due("O-TO", today).due or today
    return min(target, course.starts_on) if course.starts_on >= today else target


@transaction.atomic
def answer_offer(enrolment_id: int, accepts: bool, *, actor: Viewer, reason: str = "") -> Enrolment:
    """The client takes the place or says no: at the own page, or through the client's worker.

    After the last day for the answer it is refused; sent again it changes nothing.
    """
    course, row = locked(enrolment_id, actor)
    if actor.own is not None:
        require(actor, Capability.OWN_PATH)
        if row.person_id != actor.own.person_id:
            raise NotVisible
    else:
        cases.let_in(actor, Capability.CLIENT_EDIT, row.relationship_id)
    wanted = EnrolmentState.ACCEPTED if accepts else EnrolmentState.DECLINED
    if row.state == wanted:
        return row
    found = []
    if row.state != EnrolmentState.OFFERED:
        found.append(Refusal("", "state", CHANGED))
    elif not rules.answer_open(row.answer_by, clock.today()):
        found.append(Refusal("", "late", LATE, {"day": row.answer_by}))
    refuse(found)
    row.answered_on, row.answer_reason = clock.today(), reason.strip()
    row.answered_by_id = None if actor.own is not None else actor.user_id
    if accepts:
        row.state = EnrolmentState.ACCEPTED
        row.version += 1
        with seeing_all(actor):
            row.save()
    else:
        close(course, row, EnrolmentState.DECLINED, actor)
    record(
        "training.place.accepted" if accepts else "training.place.declined",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        reason=row.answer_reason,
        details={"course": course.pk, "own": actor.own is not None},
    )
    if accepts:
        tell_provider("training.student-coming", course, actor=actor, on=course.starts_on)
    tell_organiser("training.offer-answered", course, actor=actor)
    if actor.own is not None:
        tell_workers("training.client-answered", [row], actor=actor)
    return row


@transaction.atomic
def expire_offers(*, actor: Viewer) -> int:
    """Ends offers whose last day has passed; worker and organiser are told, who decide what follows. The morning's job."""
    require(actor, Capability.TRAINING_MANAGE)
    late = Enrolment.objects.filter(state=EnrolmentState.OFFERED, answer_by__lt=clock.today())
    gone: list[Enrolment] = []
    for course_id in late.order_by("course_id").values_list("course_id", flat=True).distinct():
        course = Course.objects.select_for_update().get(pk=course_id)
        rows = list(late.select_for_update().filter(course=course).order_by("id"))
        for row in rows:
            close(course, row, EnrolmentState.EXPIRED, actor)
        gone += rows
    if gone:
        record(
            "training.offers.expired",
            actor=actor,
            subjects=sorted({row.person_id for row in gone}),
            details={"offers": len(gone)},
        )
        tell_workers("training.offer-expired", gone, actor=actor)
        tell_clients("training.own-place-changed", gone, actor=actor)
    return len(gone)


# --- Studies ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_course(course_id: int, on: date, *, actor: Viewer) -> list[Enrolment]:
    """Everybody who has accepted a place begins on the day. The organiser's act; safe to repeat."""
    course = access.own_course(actor, course_id, lock=True)
    refuse(_check_start(course, on))
    rows = list(
        Enrolment.objects.select_for_update()
        .filter(course=course, state=EnrolmentState.ACCEPTED)
        .order_by("id")
    )
    return _begin(course, rows, on, actor)


@transaction.atomic
def start_student(enrolment_id: int, on: date, *, actor: Viewer) -> Enrolment:
    """One who came later begins. The organiser's act, or the client's worker's."""
    course, row = locked(enrolment_id, actor)
    _let_act(actor, course, row, Capability.CLIENT_EDIT)
    if row.state == EnrolmentState.STARTED:
        return row
    found = _check_start(course, on)
    if row.state != EnrolmentState.ACCEPTED:
        found.append(Refusal("", "state", CHANGED))
    refuse(found)
    return _begin(course, [row], on, actor)[0]


def _check_start(course: Course, on: date) -> list[Refusal]:
    found = client_rules.check_not_future("on", on, clock.today())
    if course.state != CourseState.PUBLISHED:
        found.append(Refusal("", "not-published", NOT_PUBLISHED))
    if not course.starts_on <= on <= course.ends_on:
        found.append(Refusal("on", "outside", _("Choose a day of the course.")))
    return found


def _begin(course: Course, rows: Sequence[Enrolment], on: date, actor: Viewer) -> list[Enrolment]:
    with seeing_all(actor):
        for row in rows:
            row.state, row.started_on = EnrolmentState.STARTED, on
            row.measure = _into_plan(course, row, MeasureState.UNDER_WAY, actor, starts_on=on)
            row.version += 1
            row.save()
    if rows:
        record(
            "training.studies.started",
            actor=actor,
            subjects=sorted({row.person_id for row in rows}),
            object=(COURSE, course.pk),
            details={"on": on.isoformat(), "students": len(rows)},
        )
        tell_workers("training.studies-started", rows, actor=actor, on=on)
    return list(rows)


@transaction.atomic
def end_course(course_id: int, on: date, *, actor: Viewer) -> list[Enrolment]:
    """Everybody who still studies has completed the course on the day. The organiser's act; safe to repeat."""
    course = access.own_course(actor, course_id, lock=True)
    refuse(client_rules.check_not_future("on", on, clock.today()) + _check_end(course, on))
    rows = list(
        Enrolment.objects.select_for_update()
        .filter(course=course, state=EnrolmentState.STARTED)
        .order_by("id")
    )
    _finish(course, rows, on, actor)
    return rows


@transaction.atomic
def end_student(enrolment_id: int, on: date, *, actor: Viewer) -> Enrolment:
    """One student has completed the course. The organiser's act, or the client's worker's."""
    course, row = locked(enrolment_id, actor)
    _let_act(actor, course, row, Capability.CLIENT_EDIT)
    refuse(client_rules.check_not_future("on", on, clock.today()) + _check_studies(row, on))
    _finish(course, [row], on, actor)
    return row


def _finish(course: Course, rows: Sequence[Enrolment], on: date, actor: Viewer) -> None:
    with seeing_all(actor):
        for row in rows:
            row.state, row.ended_on, row.end_reason = EnrolmentState.ENDED, on, EndReason.COMPLETED
            row.measure = _into_plan(course, row, MeasureState.DONE, actor, ends_on=on)
            row.version += 1
            row.save()
    if rows:
        record(
            "training.studies.ended",
            actor=actor,
            subjects=sorted({row.person_id for row in rows}),
            object=(COURSE, course.pk),
            details={"on": on.isoformat(), "students": len(rows)},
        )
        tell_workers("training.studies-ended", rows, actor=actor, on=on)


@transaction.atomic
def interrupt_student(enrolment_id: int, on: date, end_reason: str, note: str, *, actor: Viewer) -> Enrolment:
    """The studies stop before the end, on ``on``, for a reason. The seat becomes free.

    After a long absence the client is heard first (rule T1): that decision is made where absences are looked into.
    """
    course, row = locked(enrolment_id, actor)
    _let_act(actor, course, row, Capability.CLIENT_EDIT)
    found = client_rules.check_not_future("on", on, clock.today()) + _check_studies(row, on)
    if end_reason not in EndReason.values or end_reason == EndReason.COMPLETED:
        found.append(Refusal("end_reason", "required", _("Choose why the studies stop.")))
    refuse(found)
    row.end_reason = end_reason
    with seeing_all(actor):
        row.measure = _into_plan(course, row, MeasureState.DROPPED, actor, ends_on=on)
    close(course, row, EnrolmentState.INTERRUPTED, actor, note=note, on=on)
    record(
        "training.studies.interrupted",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        reason=note.strip(),
        details={"course": course.pk, "on": on.isoformat(), "why": end_reason},
    )
    tell_workers("training.studies-interrupted", [row], actor=actor, on=on)
    tell_provider("training.student-left", course, actor=actor, on=on)
    return row


@transaction.atomic
def move_student(enrolment_id: int, to_course_id: int, on: date, reason: str, *, actor: Viewer) -> Enrolment:
    """Moves a student, or one who has accepted, to another group of the same organiser; returns the new enrolment.

    The measure of the plan goes on in the new group. Both courses are locked, the smaller id first.
    """
    target = access.course(actor, to_course_id)
    first = (
        Enrolment.objects.filter(pk=access.enrolment(actor, enrolment_id).pk)
        .values_list("course_id", flat=True)
        .get()
    )
    with seeing_all(actor):
        both = {
            one.pk: one
            for one in Course.objects.select_for_update().filter(pk__in={first, target.pk}).order_by("pk")
        }
    course, row = locked(enrolment_id, actor)
    _let_act(actor, course, row, Capability.CLIENT_EDIT)
    target = both[target.pk]
    found = _check_move(course, target, row, on)
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the student changes groups.")))
    refuse(found)
    with seeing_all(actor):
        new = new_row(target, row.relationship)
        for name in ("entry_level", "entry_rank", "measure_id", "queued_on", "queued_by_id", "queue_reason"):
            setattr(new, name, getattr(row, name))
        new.state, new.offered_on, new.answered_on = row.state, row.offered_on, row.answered_on
        new.offer_reason = reason.strip()
        if row.state == EnrolmentState.STARTED:
            new.started_on = max(on, target.starts_on)
            new.measure = _into_plan(target, row, MeasureState.UNDER_WAY, actor)
        new.save()
        Course.objects.filter(pk=target.pk).update(taken=F("taken") + 1)
        row.moved_to = new
    close(course, row, EnrolmentState.MOVED, actor, note=reason, on=on)
    record(
        "training.studies.moved",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, new.pk),
        reason=reason.strip(),
        details={"from": course.pk, "to": target.pk, "on": on.isoformat()},
    )
    tell_workers("training.student-moved", [new], actor=actor, on=on)
    tell_provider("training.student-coming", target, actor=actor, on=on)
    if course.provider_id != target.provider_id:
        tell_provider("training.student-left", course, actor=actor, on=on)
    return new


def _check_move(course: Course, target: Course, row: Enrolment, on: date) -> list[Refusal]:
    found = _check_open(target)
    if row.state not in (EnrolmentState.ACCEPTED, EnrolmentState.STARTED):
        found.append(Refusal("", "state", CHANGED))
    if target.pk == course.pk or target.organiser_id != course.organiser_id:
        found.append(Refusal("to", "other", _("Choose another group of the same organiser.")))
    elif target.free < 1:
        found.append(Refusal("to", "full", FULL))
    if Enrolment.objects.filter(course=target, relationship_id=row.relationship_id, state__in=OPEN).exists():
        found.append(
            Refusal("to", "queued-already", _("The client is in the queue or has a place there already."))
        )
    if row.started_on is not None:
        found += client_rules.check_not_future("on", on, clock.today()) + _check_days(row, on)
    return found


# --- Shared ------------------------------------------------------------------------------------------------------------


def locked(enrolment_id: int, actor: Viewer) -> tuple[Course, Enrolment]:
    """The enrolment and its course as they are now, the course locked before it. Raises ``NotVisible``."""
    seen = access.enrolment(actor, enrolment_id)
    with seeing_all(actor):
        course = Course.objects.select_for_update().get(pk=seen.course_id)
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
    return course, row


def _let_act(actor: Viewer, course: Course, row: Enrolment, capability: Capability) -> None:
    """Lets in the organiser, or the worker of the client's own authority. ``MissingCapability``, ``NotVisible``."""
    if not access.organises(actor, course):
        cases.let_in(actor, capability, row.relationship_id)


def new_row(course: Course, relationship: Relationship) -> Enrolment:
    return Enrolment(
        course=course,
        relationship=relationship,
        person_id=relationship.person_id,
        organiser_id=course.organiser_id,
        provider_id=course.provider_id,
        case_number=relationship.case_number,
        queued_on=clock.today(),
    )


def _check_open(course: Course) -> list[Refusal]:
    if course.state != CourseState.PUBLISHED:
        return [Refusal("", "not-published", NOT_PUBLISHED)]
    return [Refusal("", "ended", ENDED)] if course.ends_on < clock.today() else []


def _is_first(row: Enrolment) -> bool:
    """Whether nobody in the queue came earlier."""
    earlier = Enrolment.objects.filter(course_id=row.course_id, state=EnrolmentState.QUEUED).order_by(
        "queued_on", "id"
    )
    return earlier.values_list("pk", flat=True).first() == row.pk


def _check_studies(row: Enrolment, on: date) -> list[Refusal]:
    if row.state != EnrolmentState.STARTED:
        return [Refusal("", "state", CHANGED)]
    return _check_days(row, on)


def _check_days(row: Enrolment, on: date) -> list[Refusal]:
    words = _("The studies began on %(earliest)s; choose that day or a later one.")
    return client_rules.check_not_before("on", on, row.started_on, words, "before-start")


def _check_end(course: Course, on: date) -> list[Refusal]:
    words = _("The course begins on %(earliest)s; choose that day or a later one.")
    return client_rules.check_not_before("on", on, course.starts_on, words, "before-start")


def close(
    course: Course,
    row: Enrolment,
    state: EnrolmentState,
    actor: Viewer,
    *,
    note: str = "",
    on: date | None = None,
) -> None:
    """Ends an enrolment; a seat that it held becomes free, which the organiser is told when others wait for one."""
    held = row.state in SEATED
    row.state, row.ended_on = state, on or clock.today()
    row.end_note = note.strip() or row.end_note
    row.version += 1
    with seeing_all(actor):
        row.save()
        if held:
            Course.objects.filter(pk=course.pk).update(taken=F("taken") - 1)
        waits = Enrolment.objects.filter(course=course, state=EnrolmentState.QUEUED).exists()
    if held and waits and course.ends_on >= clock.today():
        tell_organiser("training.seat-free", course, actor=actor)


def _own_measure(measure_id: int, relationship_id: int) -> bool:
    return Measure.objects.filter(
        pk=measure_id, plan__relationship_id=relationship_id, removed=False
    ).exists()


def _into_plan(
    course: Course,
    row: Enrolment,
    state: MeasureState,
    actor: Viewer,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Measure | None:
    """The measure of the client's plan as the course now makes it; None when no plan in force has a place for it.

    Row security is lifted by the caller: an organiser may be another authority than the client's own.
    """
    plan = clients.latest_plan(row.relationship_id, lock=True)
    if plan is None or plan.status != PlanStatus.IN_FORCE:
        return row.measure
    known = row.measure if row.measure is not None and row.measure.plan_id == plan.pk else None
    content = MeasureContent(
        kind=known.kind if known else MEASURE_KINDS[course.kind].value,
        title=known.title if known else course.name,
        responsible=known.responsible if known else "",
        starts_on=starts_on or (known.starts_on if known else row.started_on),
        ends_on=ends_on or course.ends_on,
        state=state.value,
        result=known.result if known else "",
        id=known.pk if known else None,
        provider_id=course.provider_id,
        hours_planned=course.hours or None,
    )
    if content.starts_on and content.ends_on and content.ends_on < content.starts_on:
        content = replace(content, ends_on=content.starts_on)
    return carry_out(plan, content, course.name, actor=actor)
