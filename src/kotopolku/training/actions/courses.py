"""Acts on courses: planned, changed, published, withdrawn; a meeting cancelled or added. The organiser's own only.

Not for: who gets a place (``places.py``), attendance (``teaching.py``).
"""

from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.progress.sources import levels
from kotopolku.reference import queries as reference
from kotopolku.training import access, curricula, rules
from kotopolku.training.actions.telling import tell_clients, tell_provider, tell_workers
from kotopolku.training.models import (
    OPEN,
    Course,
    CourseSession,
    CourseState,
    Enrolment,
    EnrolmentState,
)
from kotopolku.training.rules import CourseContent

COURSE = "training.course"


@transaction.atomic
def plan_course(content: CourseContent, *, actor: Viewer, token: UUID | None = None) -> Course:
    """A new course of the actor's organisation, as a draft, with its meetings. Raises ``Refusals``."""
    require(actor, Capability.TRAINING_MANAGE)
    if (before := done_before(token, COURSE)) is not None:
        return access.own_course(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor))
    course = Course(organiser_id=actor.organisation_id, made_on=clock.today(), made_by_id=actor.user_id)
    _write(course, content)
    course.save()
    _make_sessions(course, course.starts_on)
    record("training.course.planned", actor=actor, object=(COURSE, course.pk), token=token)
    return course


@transaction.atomic
def change_course(course_id: int, content: CourseContent, *, actor: Viewer, expected_version: int) -> Course:
    """Changes a course. Meetings still to come are made again when the days or times change.

    Raises ``EditClash``; ``Refusals`` also when there would be fewer seats than are taken.
    """
    course = access.own_course(actor, course_id, lock=True)
    if course.version != expected_version:
        raise EditClash(theirs={}, version=course.version, who="", when=clock.now())
    found = _check(content, actor, course)
    if course.state == CourseState.WITHDRAWN:
        found.append(Refusal("", "withdrawn", WITHDRAWN))
    if content.seats < course.taken:
        words = _("%(taken)s seats are taken already; there cannot be fewer.")
        found.append(Refusal("seats", "under-taken", words, {"taken": course.taken}))
    refuse(found)
    before = (course.starts_on, course.ends_on, course.slots)
    _write(course, content)
    course.version += 1
    course.save()
    if (course.starts_on, course.ends_on, course.slots) != before:
        _make_sessions(course, course.starts_on)
    record(
        "training.course.changed",
        actor=actor,
        object=(COURSE, course.pk),
        details={"version": course.version},
    )
    if course.state == CourseState.PUBLISHED:
        tell_provider("training.course-changed", course, actor=actor)
    return course


WITHDRAWN = _("The course has been withdrawn.")


@transaction.atomic
def publish_course(course_id: int, *, actor: Viewer) -> Course:
    """Shows the course to all who seek one; from now on clients can be put into its queue. Safe to repeat."""
    course = access.own_course(actor, course_id, lock=True)
    if course.state == CourseState.PUBLISHED:
        return course
    found = []
    if course.state == CourseState.WITHDRAWN:
        found.append(Refusal("", "withdrawn", WITHDRAWN))
    if course.ends_on < clock.today():
        found.append(Refusal("", "past", _("The course has ended already. Check its days.")))
    refuse(found)
    course.state, course.published_on = CourseState.PUBLISHED, clock.today()
    course.version += 1
    course.save(update_fields=["state", "published_on", "version"])
    record("training.course.published", actor=actor, object=(COURSE, course.pk))
    tell_provider("training.course-published", course, actor=actor)
    return course


@transaction.atomic
def withdraw_course(course_id: int, reason: str, *, actor: Viewer) -> Course:
    """Takes the course back with a reason: the queue and open offers end, and those who handle the clients are told.

    Refused while somebody studies in it: they are moved or their studies ended first.
    """
    course = access.own_course(actor, course_id, lock=True)
    found = []
    if course.state == CourseState.WITHDRAWN:
        found.append(Refusal("", "withdrawn", WITHDRAWN))
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the course is withdrawn.")))
    if Enrolment.objects.filter(course=course, state=EnrolmentState.STARTED).exists():
        words = _("Somebody studies in the course. Move the students to another group first.")
        found.append(Refusal("", "students", words))
    refuse(found)
    waiting = list(Enrolment.objects.select_for_update().filter(course=course, state__in=OPEN).order_by("id"))
    for one in waiting:
        wished = one.state == EnrolmentState.WISHED
        one.state = EnrolmentState.TURNED_DOWN if wished else EnrolmentState.CANCELLED
        one.ended_on = clock.today()
        one.end_note = reason.strip()
        one.version += 1
    Enrolment.objects.bulk_update(waiting, ["state", "ended_on", "end_note", "version"])
    course.state, course.withdrawn_on = CourseState.WITHDRAWN, clock.today()
    course.withdrawn_reason, course.taken = reason.strip(), 0
    course.version += 1
    course.save(update_fields=["state", "withdrawn_on", "withdrawn_reason", "taken", "version"])
    record(
        "training.course.withdrawn",
        actor=actor,
        subjects=sorted({one.person_id for one in waiting}),
        object=(COURSE, course.pk),
        reason=reason.strip(),
        details={"waiting": len(waiting)},
    )
    tell_workers("training.course-withdrawn", waiting, actor=actor)
    tell_clients("training.own-place-changed", waiting, actor=actor)
    tell_provider("training.course-withdrawn", course, actor=actor)
    return course


@transaction.atomic
def bind_contract(course_id: int, reference: str, *, actor: Viewer) -> Course:
    """Writes down by which contract the course was bought. For the room that keeps contracts, and for corrections."""
    course = access.own_course(actor, course_id, lock=True)
    course.contract_reference = reference.strip()[:60]
    course.version += 1
    course.save(update_fields=["contract_reference", "version"])
    record("training.course.bound", actor=actor, object=(COURSE, course.pk))
    return course


@transaction.atomic
def cancel_session(course_id: int, session_id: int, reason: str, *, actor: Viewer) -> CourseSession:
    """Cancels one meeting, with a reason that students can read. The organiser's or the provider's act."""
    course, session = _session(actor, course_id, session_id)
    if not reason.strip():
        refuse([Refusal("reason", "required", _("Write why the meeting is cancelled."))])
    session.cancelled, session.cancel_reason = True, reason.strip()[:200]
    session.save(update_fields=["cancelled", "cancel_reason"])
    record(
        "training.session.cancelled",
        actor=actor,
        object=(COURSE, course.pk),
        reason=session.cancel_reason,
        details={"on": session.date.isoformat()},
    )
    return session


@transaction.atomic
def add_session(
    course_id: int, on: date, starts: time, ends: time, *, actor: Viewer, room: str = "", link: str = ""
) -> CourseSession:
    """Adds one meeting, for example for one that was cancelled. The organiser's or the provider's act."""
    course = access.managed_course(actor, course_id)
    found = []
    if not course.starts_on <= on <= course.ends_on:
        found.append(Refusal("on", "outside", _("Choose a day of the course.")))
    if ends <= starts:
        found.append(Refusal("ends", "reversed", _("The meeting ends before it starts.")))
    refuse(found)
    try:
        with transaction.atomic():
            session = CourseSession.objects.create(
                course=course, date=on, starts=starts, ends=ends, room=room.strip(), link=link.strip()
            )
    except IntegrityError:
        refuse([Refusal("starts", "twice", _("The course meets at that time already."))])
        raise
    record(
        "training.session.added",
        actor=actor,
        object=(COURSE, course.pk),
        details={"on": on.isoformat()},
    )
    return session


def _session(actor: Viewer, course_id: int, session_id: int) -> tuple[Course, CourseSession]:
    course = access.managed_course(actor, course_id)
    session = CourseSession.objects.select_for_update().filter(pk=session_id, course=course).first()
    if session is None:
        raise NotVisible
    return course, session


def _check(content: CourseContent, actor: Viewer, course: Course | None = None) -> list[Refusal]:
    found = rules.check_course(
        content, bounds_of(content), {code: level.rank for code, level in levels().items()}
    )
    kept = course.provider_id if course else None
    if content.provider_id not in (None, kept) and not _may_teach(content.provider_id, actor):
        found.append(
            Refusal(
                "provider",
                "unknown-provider",
                _("Choose a provider of the directory, or your own organisation."),
            )
        )
    codes = {one.code for one in reference.municipalities_on(actor.day)}
    if content.municipality and content.municipality not in codes:
        found.append(Refusal("municipality", "unknown", _("Choose a municipality of the list.")))
    return found


def bounds_of(content: CourseContent) -> rules.Bounds | None:
    """What the course's curriculum lays down, on the day on which the course starts."""
    found = curricula.curriculum(content.curriculum)
    if found is None:
        return None
    return rules.Bounds(
        found.kind, found.covers(content.starts_on), found.max_scope, found.unit, found.tracks
    )


def _may_teach(provider_id: int | None, actor: Viewer) -> bool:
    """A provider or association of the directory, or the organiser itself."""
    return provider_id == actor.organisation_id or provider_id in {
        one.pk for one in actors.providers_on(actor.day)
    }


_COPIED = (
    "name",
    "kind",
    "curriculum",
    "track",
    "target_level",
    "entry_from",
    "entry_to",
    "field",
    "attending",
    "municipality",
    "address",
    "link",
    "starts_on",
    "ends_on",
    "timetable",
    "scope",
    "seats",
    "language",
    "child_care",
    "fee_free",
    "note",
)


def _write(course: Course, content: CourseContent) -> None:
    """The row as typed; who has a place learns of another provider from then on."""
    for name in _COPIED:
        value: Any = getattr(content, name)
        setattr(course, name, value.strip() if isinstance(value, str) else value)
    moved = course.pk is not None and course.provider_id != content.provider_id
    if content.provider_id is None:
        raise ValueError("a checked course has a provider")
    course.provider_id = content.provider_id
    if moved:
        Enrolment.objects.filter(course=course).update(provider_id=content.provider_id)
    course.support_languages = list(content.support_languages)
    course.slots = [slot.to_json() for slot in content.slots]
    ranks = levels()
    course.entry_from_rank = ranks[content.entry_from].rank if content.entry_from else None
    course.entry_to_rank = ranks[content.entry_to].rank if content.entry_to else None
    counted = rules.hours_of(rules.meetings(content.slots, content.starts_on, content.ends_on))
    course.hours = content.hours if content.hours is not None else counted


def _make_sessions(course: Course, first: date) -> None:
    """The meetings from the weekly times: of a course that runs only those after today; added ones of past days stay."""
    slots = [rules.Slot.from_json(row) for row in course.slots]
    if course.version > 1:
        first = max(first, date.fromordinal(clock.today().toordinal() + 1))
    CourseSession.objects.filter(course=course, date__gte=first).delete()
    if course.version > 1:
        CourseSession.objects.filter(course=course, date__gt=course.ends_on).delete()
    CourseSession.objects.bulk_create(
        CourseSession(course=course, date=one.date, starts=one.starts, ends=one.ends)
        for one in rules.meetings(slots, first, course.ends_on)
    )
