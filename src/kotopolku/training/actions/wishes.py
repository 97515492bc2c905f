"""A client's own wish for a course: made at the own page, taken back there, answered by the client's worker.

A wish holds no seat and no place in the queue. The worker puts the client into the queue (``places.queue_client``), or
answers why not, in words that the client reads.
"""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.training import access
from kotopolku.training.actions.places import CHANGED, locked, new_row
from kotopolku.training.actions.telling import ENROLMENT, tell_clients, tell_workers
from kotopolku.training.models import OPEN, CourseState, Enrolment, EnrolmentState

MOST_WISHES = 3
"""Wishes that wait for an answer at a time. Our own rule."""
MOST_WORDS = 1_000
CLOSED = _("This course takes nobody any more.")
HAS_PLACE = _("You are in the queue of this course or have a place in it already.")
TOO_MANY = _("You have three wishes already. Take one back first.")


@transaction.atomic
def wish_course(course_id: int, words: str, *, actor: Viewer) -> Enrolment:
    """The client would like this course. Said again, it is the same wish with the later words.

    Raises ``MissingCapability``, ``NotVisible`` for who is no client now, and ``Refusals``.
    """
    own = _own(actor)
    course = access.course(actor, course_id)
    with seeing_all(actor):
        relationship = (
            Relationship.objects.select_for_update()
            .filter(person_id=own.person_id, ended_on=None)
            .order_by("-started_on", "-id")
            .first()
        )
        if relationship is None:
            raise NotVisible
        wishes = Enrolment.objects.filter(relationship=relationship, state__in=OPEN)
        existing = wishes.filter(course=course).first()
        waiting = wishes.filter(state=EnrolmentState.WISHED).exclude(course=course).count()
        found = []
        if course.state != CourseState.PUBLISHED or course.ends_on < clock.today():
            found.append(Refusal("", "closed", CLOSED))
        if existing is not None and existing.state != EnrolmentState.WISHED:
            found.append(Refusal("", "queued-already", HAS_PLACE))
        if waiting >= MOST_WISHES:
            found.append(Refusal("", "too-many", TOO_MANY))
        refuse(found)
        row = existing or new_row(course, relationship)
        row.state, row.wish_words = EnrolmentState.WISHED, words.strip()[:MOST_WORDS]
        row.wished_on = row.wished_on or clock.today()
        row.save()
    record(
        "training.wish.made",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        details={"course": course.pk, "for_other": own.self_id != own.person_id},
    )
    tell_workers("training.wish-made", [row], actor=actor)
    return row


@transaction.atomic
def take_back_wish(enrolment_id: int, *, actor: Viewer) -> Enrolment:
    """The client takes the wish back before it is answered. Sent again it changes nothing."""
    own = _own(actor)
    _course, row = locked(enrolment_id, actor)
    if row.person_id != own.person_id:
        raise NotVisible
    if row.state == EnrolmentState.CANCELLED and row.wished_on is not None:
        return row
    if row.state != EnrolmentState.WISHED:
        refuse([Refusal("", "state", CHANGED)])
    row.state, row.ended_on = EnrolmentState.CANCELLED, clock.today()
    row.version += 1
    with seeing_all(actor):
        row.save()
    record(
        "training.wish.withdrawn",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        details={"course": row.course_id},
    )
    return row


@transaction.atomic
def answer_wish(enrolment_id: int, answer: str, *, actor: Viewer) -> Enrolment:
    """Answers why the wish is not met; the client reads it at the own page. The client's worker's act."""
    _course, row = locked(enrolment_id, actor)
    cases.let_in(actor, Capability.CLIENT_EDIT, row.relationship_id)
    found = []
    if row.state != EnrolmentState.WISHED:
        found.append(Refusal("", "state", CHANGED))
    if not answer.strip():
        found.append(Refusal("answer", "required", _("Write why, in words that the client understands.")))
    refuse(found)
    row.state, row.wish_answer = EnrolmentState.TURNED_DOWN, answer.strip()[:MOST_WORDS]
    row.answered_on = row.ended_on = clock.today()
    row.answered_by_id = actor.user_id
    row.version += 1
    row.save()
    record(
        "training.wish.answered",
        actor=actor,
        subjects=[row.person_id],
        object=(ENROLMENT, row.pk),
        details={"course": row.course_id},
    )
    tell_clients("training.own-wish-answered", [row], actor=actor)
    return row


def _own(actor: Viewer) -> Own:
    require(actor, Capability.OWN_PATH)
    if actor.own is None or actor.own.person_id not in actor.own.persons:
        raise NotVisible
    return actor.own
