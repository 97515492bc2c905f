"""What waits for somebody in the shared space: for My work. Not for: what is new there (``front.py``)."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import QuestionState, RegistrationState, Seminar, SeminarState
from kotopolku.cooperation.queries import (
    body_work,
    bulletins,
    guidelines,
    hearing_work,
    materials,
    meetings_work,
    minutes_work,
    positions_work,
)
from kotopolku.placement.queries.my_work import Todo

MOST_LISTED = 50


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Bulletins to answer or acknowledge, own trainings, questions to clarify or answer, practices to decide on, hearings,
    bodies of cooperation, their meetings and minutes, positions, guidelines to update.

    The nearest day first. The number of statements does not grow with the rows.
    """
    if not viewer.may(Capability.SIGNED_IN) or viewer.organisation_id is None:
        return []
    found = _bulletins(viewer) + _seminars(viewer) + _questions(viewer)
    found += hearing_work.todo(viewer) + body_work.todo(viewer)
    for work in (meetings_work, minutes_work, positions_work):
        found += work.todo(viewer)
    found += guidelines.todo(viewer, MOST_LISTED)
    if access.is_centre(viewer):
        found += _suggested(viewer)
    return sorted(found, key=lambda one: one.due or date.max)[:limit]


def _bulletins(viewer: Viewer) -> list[Todo]:
    rows = bulletins.inbox(viewer)
    wanted = [
        Todo(
            _("Answer the bulletin: %(title)s") % {"title": one.title},
            _("%(sender)s wants an answer from your organisation") % {"sender": one.sender.name},
            one.answer_by,
            reverse("cooperation:bulletin", args=[one.pk]),
        )
        for one in bulletins.to_answer(rows).order_by("answer_by", "id")[:MOST_LISTED]
    ]
    asked = bulletins.to_acknowledge(rows)[:MOST_LISTED]
    return wanted + [
        Todo(
            _("Read and acknowledge: %(title)s") % {"title": one.title},
            _("%(sender)s asks you to say that you have read it") % {"sender": one.sender.name},
            None,
            reverse("cooperation:bulletin", args=[one.pk]),
        )
        for one in asked
        if one.answer_by is None or one.answered  # type: ignore[attr-defined]
    ]


def _seminars(viewer: Viewer) -> list[Todo]:
    mine = access.own_registrations(viewer).filter(
        state=RegistrationState.CONFIRMED,
        seminar__state=SeminarState.PUBLISHED,
        seminar__ends_at__gte=clock.now(),
    )
    found = [
        Todo(
            _("Training: %(title)s") % {"title": one.seminar.title},
            _("You have a place"),
            _day(one.seminar),
            reverse("cooperation:seminar", args=[one.seminar_id]),
        )
        for one in mine.select_related("seminar").order_by("seminar__starts_at")[:MOST_LISTED]
    ]
    if viewer.may(Capability.BULLETIN_SEND):
        unmarked = access.seminars(viewer).filter(
            organiser_id=viewer.organisation_id,
            state=SeminarState.PUBLISHED,
            ends_at__lt=clock.now(),
            registrations__state=RegistrationState.CONFIRMED,
            registrations__attended=None,
        )
        found += [
            Todo(
                _("Mark who attended: %(title)s") % {"title": one.title},
                _("The training is over"),
                _day(one),
                reverse("cooperation:seminar-participants", args=[one.pk]),
            )
            for one in unmarked.distinct().order_by("-starts_at")[:MOST_LISTED]
        ]
    return found


def _day(seminar: Seminar) -> date:
    return seminar.starts_at.astimezone(clock.HELSINKI).date()


def _questions(viewer: Viewer) -> list[Todo]:
    rows = access.questions(viewer)
    if access.is_centre(viewer):
        return [
            Todo(
                _("Answer the question: %(title)s") % {"title": one.title},
                _("A professional has asked the centre of expertise"),
                one.answer_by,
                reverse("cooperation:question", args=[one.pk]),
            )
            for one in rows.filter(state=QuestionState.ASKED).order_by("answer_by", "id")[:MOST_LISTED]
        ]
    return [
        Todo(
            _("Add to your question: %(title)s") % {"title": one.title},
            _("The centre of expertise asks for more"),
            None,
            reverse("cooperation:question", args=[one.pk]),
        )
        for one in rows.filter(state=QuestionState.UNCLEAR, asked_by_id=viewer.user_id).order_by("id")[
            :MOST_LISTED
        ]
    ]


def _suggested(viewer: Viewer) -> list[Todo]:
    return [
        Todo(
            _("Decide on the good practice: %(title)s") % {"title": one.title},
            _("%(organisation)s suggests it") % {"organisation": one.organisation.name},
            None,
            reverse("cooperation:material", args=[one.pk]),
        )
        for one in materials.suggested(viewer)[:MOST_LISTED]
    ]
