"""Acts on questions to the centre of expertise: asked, asked back, added to, answered; published without the asker."""

import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access
from kotopolku.cooperation.actions.checks import check_language, check_text, check_topic, same_version
from kotopolku.cooperation.models import (
    LineKind,
    PublishedAnswer,
    Question,
    QuestionLine,
    QuestionState,
)
from kotopolku.cooperation.queries.questions import published_from
from kotopolku.cooperation.rules import ANSWER_DAYS, words_of
from kotopolku.journal.actions import record
from kotopolku.markup import plain
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

QUESTION = "cooperation.question"
ANSWER = "cooperation.answer"
CLOSED = _("The question has been answered or taken back.")


@transaction.atomic
def ask(
    topic: str, title: str, text: str, language: str, *, actor: Viewer, token: UUID | None = None
) -> Question:
    """A question of the actor's organisation. Raises ``Refusals``."""
    require(actor, Capability.SIGNED_IN)
    if (before := done_before(token, QUESTION)) is not None:
        return access.question(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refused = check_text("text", text, _("Write the question."))
    if not title.strip():
        refused.append(Refusal("title", "required", _("Say the question in one line.")))
    refuse(refused + check_topic(topic) + check_language(language))
    centre = access.centre()
    made = Question.objects.create(
        organisation_id=actor.organisation_id,
        centre_id=centre.pk,
        topic=topic,
        title=title.strip(),
        language=language,
        asked_by_id=actor.user_id,
        asked_at=clock.now(),
        answer_by=clock.today() + timedelta(days=ANSWER_DAYS),
    )
    _line(made, LineKind.QUESTION, text, actor)
    record("cooperation.question.asked", actor=actor, object=(QUESTION, made.pk), token=token)
    _tell_centre(made, actor)
    return made


@transaction.atomic
def ask_back(question_id: int, text: str, *, actor: Viewer, expected_version: int) -> Question:
    """The centre asks for more before it answers."""
    found = _to_answer(question_id, actor, expected_version)
    refused = check_text("text", text, _("Write what you need to know."))
    if found.state not in (QuestionState.ASKED, QuestionState.UNCLEAR):
        refused.append(Refusal("", "closed", CLOSED))
    refuse(refused)
    _line(found, LineKind.ASKED_BACK, text, actor)
    _save(found, QuestionState.UNCLEAR)
    record("cooperation.question.asked-back", actor=actor, object=(QUESTION, found.pk))
    _tell_asker("cooperation.question-asked-back", found, actor)
    return found


@transaction.atomic
def add_more(question_id: int, text: str, *, actor: Viewer, expected_version: int) -> Question:
    """The asker's organisation adds to its question; the target to answer begins anew when the centre had asked for it."""
    found = access.question(actor, question_id, lock=True)
    if found.organisation_id != actor.organisation_id:
        raise NotVisible
    same_version(found.version, expected_version)
    refused = check_text("text", text, _("Write what you want to add."))
    if found.state == QuestionState.WITHDRAWN:
        refused.append(Refusal("", "closed", CLOSED))
    refuse(refused)
    if found.state != QuestionState.ASKED:
        found.answer_by = clock.today() + timedelta(days=ANSWER_DAYS)
    _line(found, LineKind.MORE, text, actor)
    _save(found, QuestionState.ASKED)
    record("cooperation.question.added", actor=actor, object=(QUESTION, found.pk))
    _tell_centre(found, actor)
    return found


@transaction.atomic
def answer(question_id: int, text: str, *, actor: Viewer, expected_version: int) -> Question:
    """The centre answers; the asker is told. A further answer to an answered question is added."""
    found = _to_answer(question_id, actor, expected_version)
    refused = check_text("text", text, _("Write the answer."))
    if found.state == QuestionState.WITHDRAWN:
        refused.append(Refusal("", "closed", CLOSED))
    refuse(refused)
    _line(found, LineKind.ANSWER, text, actor)
    found.answered_at = clock.now()
    _save(found, QuestionState.ANSWERED)
    record("cooperation.question.answered", actor=actor, object=(QUESTION, found.pk))
    _tell_asker("cooperation.question-answered", found, actor)
    return found


@transaction.atomic
def take_back(question_id: int, *, actor: Viewer) -> Question:
    """The asker's organisation does not need the answer any more. Safe to repeat."""
    found = access.question(actor, question_id, lock=True)
    if found.organisation_id != actor.organisation_id:
        raise NotVisible
    if found.state == QuestionState.WITHDRAWN:
        return found
    if found.state == QuestionState.ANSWERED:
        refuse([Refusal("", "closed", CLOSED)])
    _save(found, QuestionState.WITHDRAWN)
    record("cooperation.question.taken-back", actor=actor, object=(QUESTION, found.pk))
    return found


@transaction.atomic
def publish(
    question_id: int | None,
    topic: str,
    question: str,
    text: str,
    language: str,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> PublishedAnswer:
    """Publishes a question and its answer, written anew without the asker. ``question_id`` None: nobody asked it here."""
    access.require_centre(actor)
    if (before := done_before(token, ANSWER)) is not None:
        return access.answer(actor, before)
    refused = _check_published(topic, question, text, language)
    if question_id is not None:
        asked = access.question(actor, question_id, lock=True)
        if asked.state != QuestionState.ANSWERED:
            refused.append(Refusal("", "not-answered", _("Answer the asker first.")))
        refused += _names_the_asker(asked, f"{question} {text}")
        # Two of the centre at once: the second is told to look what is there. In another language it may be told again.
        same_version(published_from(actor, asked).filter(language=language).count(), 0)
    refuse(refused)
    today = clock.today()
    made = PublishedAnswer(
        centre_id=access.centre().pk, asked=question_id, published_on=today, checked_on=today
    )
    _write(made, topic, question, text, language)
    made.save()
    record("cooperation.answer.published", actor=actor, object=(ANSWER, made.pk), token=token)
    return made


@transaction.atomic
def change_published(
    answer_id: int,
    topic: str,
    question: str,
    text: str,
    language: str,
    *,
    actor: Viewer,
    expected_version: int,
) -> PublishedAnswer:
    """Changes a published answer, which counts as checked today. Raises ``EditClash``, ``Refusals``."""
    access.require_centre(actor)
    found = access.answer(actor, answer_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check_published(topic, question, text, language)
    if found.asked is not None:
        refused += _names_the_asker(access.question(actor, found.asked), f"{question} {text}")
    refuse(refused)
    _write(found, topic, question, text, language)
    found.checked_on = clock.today()
    found.version += 1
    found.save()
    record("cooperation.answer.changed", actor=actor, object=(ANSWER, found.pk))
    return found


@transaction.atomic
def withdraw_published(answer_id: int, *, actor: Viewer) -> PublishedAnswer:
    """Takes a published answer away from readers. Safe to repeat."""
    access.require_centre(actor)
    found = access.answer(actor, answer_id, lock=True)
    if found.withdrawn_on is None:
        found.withdrawn_on = clock.today()
        found.version += 1
        found.save(update_fields=["withdrawn_on", "version"])
        record("cooperation.answer.withdrawn", actor=actor, object=(ANSWER, found.pk))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _to_answer(question_id: int, actor: Viewer, expected_version: int) -> Question:
    access.require_centre(actor)
    found = access.question(actor, question_id, lock=True)
    same_version(found.version, expected_version)
    return found


def _check_published(topic: str, question: str, text: str, language: str) -> list[Refusal]:
    refused = check_text("answer", text, _("Write the answer."))
    if not question.strip():
        refused.append(Refusal("question", "required", _("Write the question.")))
    return refused + check_topic(topic) + check_language(language)


def _names_the_asker(asked: Question, text: str) -> list[Refusal]:
    """Refused when the text holds the asker's or the organisation's name."""
    organisation = asked.organisation
    names = [organisation.name_fi, organisation.name_sv, organisation.name_en]
    if asked.asked_by is not None:
        names.append(asked.asked_by.get_full_name())
    # From the beginning of a word: the name may be declined, and the name of Ii is not in "niin".
    found = [name for name in names if name and re.search(rf"\b{re.escape(name)}", text, re.IGNORECASE)]
    words = _("The text names the asker: %(name)s. Write it so that nobody is known from it.")
    return [Refusal("answer", "names", words, {"name": name}) for name in found[:1]]


def _line(question: Question, kind: str, text: str, actor: Viewer) -> None:
    QuestionLine.objects.create(
        question=question,
        kind=kind,
        text=text.strip(),
        written_by_id=actor.user_id,
        organisation_id=actor.organisation_id or question.centre_id,
        written_at=clock.now(),
    )


def _save(question: Question, state: str) -> None:
    question.state = state
    question.version += 1
    question.save()


def _write(made: PublishedAnswer, topic: str, question: str, text: str, language: str) -> None:
    made.topic, made.language = topic, language
    made.question, made.answer = question.strip(), text.strip()
    made.search_text = words_of(made.question, plain(made.answer))


def _tell_centre(question: Question, actor: Viewer) -> None:
    notify(
        "cooperation.question-asked",
        holders(question.centre_id, Capability.EXPERTISE_ANSWER, actor.day),
        actor=actor,
        address=reverse("cooperation:question", args=[question.pk]),
        organisation_id=question.centre_id,
        about=(QUESTION, question.pk),
        on=question.answer_by,
    )


def _tell_asker(kind: str, question: Question, actor: Viewer) -> None:
    if question.asked_by_id is not None:
        notify(
            kind,
            [question.asked_by_id],
            actor=actor,
            address=reverse("cooperation:question", args=[question.pk]),
            organisation_id=question.organisation_id,
            about=(QUESTION, question.pk),
        )
