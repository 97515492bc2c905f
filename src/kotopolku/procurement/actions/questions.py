"""Acts on questions: a bidder asks until the deadline, the buyer answers to all at the same time.

Who asked is known to the asker's organisation alone. Not for: what everybody reads (``queries.public``).
"""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access
from kotopolku.procurement.models import Lot, Question, QuestionAsker, Tender, TenderState

QUESTION = "procurement.question"
LONGEST = 4_000


@transaction.atomic
def ask(
    tender_id: int,
    text: str,
    *,
    lot_code: str = "",
    language: str = "fi",
    actor: Viewer,
    token: UUID | None = None,
) -> Question:
    """A bidder's question on a published tender, until the deadline of questions. Raises ``Refusals``, ``NotVisible``."""
    require(actor, Capability.BID_SUBMIT)
    tender = access.tender_for_bidder(actor, tender_id)
    organisation_id = access.own(actor)
    if (before := done_before(token, QUESTION)) is not None:
        return Question.objects.get(pk=before, asker__organisation_id=organisation_id)
    now = clock.now()
    if tender.questions_by is None or now > tender.questions_by or not tender.takes_bids(now):
        raise Refusals([Refusal("", "questions-closed", CLOSED)])
    if not text.strip():
        raise Refusals([Refusal("text", "required", _("Write the question."))])
    if len(text) > LONGEST:
        raise Refusals([Refusal("text", "long", TOO_LONG, {"most": LONGEST})])
    lot = Lot.objects.filter(tender=tender, code=lot_code).first() if lot_code else None
    with seeing_all(actor):
        question = Question.objects.create(
            tender=tender, lot=lot, text=text.strip(), language=language, asked_at=now
        )
        QuestionAsker.objects.create(
            question=question, organisation_id=organisation_id, user_id=actor.user_id, text=text.strip()
        )
    record(
        "procurement.question.asked",
        actor=actor,
        object=(QUESTION, question.pk),
        details={"tender": tender.pk},
        token=token,
    )
    _tell_buyer(tender, actor)
    return question


@transaction.atomic
def answer(
    question_id: int,
    text: str,
    *,
    as_published: str = "",
    actor: Viewer,
    expected_version: int,
) -> Question:
    """Answers to everybody. ``as_published``: the question without what tells who asks, when the words did.

    Raises ``EditClash``, ``Refusals``. An answer that has been published is not changed: a correction is made instead.
    """
    require(actor, Capability.PROCUREMENT_PREPARE)
    question = access.question(actor, question_id, lock=True)
    if question.version != expected_version:
        raise EditClash(theirs={}, version=question.version, who="", when=clock.now())
    if question.answered_on is not None:
        raise Refusals([Refusal("", "answered", ANSWERED)])
    if question.tender.state != TenderState.PUBLISHED:
        raise Refusals([Refusal("", "state", OVER)])
    if not text.strip():
        raise Refusals([Refusal("answer", "required", _("Write the answer."))])
    question.text = as_published.strip() or question.text
    question.answer, question.answered_by_id = text.strip(), actor.user_id
    question.answered_at, question.answered_on = clock.now(), clock.today()
    question.version += 1
    question.save(update_fields=["text", "answer", "answered_by", "answered_at", "answered_on", "version"])
    record(
        "procurement.question.answered",
        actor=actor,
        object=(QUESTION, question.pk),
        details={"tender": question.tender_id},
    )
    _tell_asker(question, actor)
    return question


def _tell_buyer(tender: Tender, actor: Viewer) -> None:
    with seeing_all(actor):
        people = holders(tender.buyer_id, Capability.PROCUREMENT_PREPARE, clock.today())
    notify(
        "procurement.question-asked",
        people,
        # Nobody at the buyer learns from a notice who asked.
        actor=Viewer.for_system("procurement.questions", clock.today()),
        address=reverse("procurement:questions", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=("procurement.tender", tender.pk),
    )


def _tell_asker(question: Question, actor: Viewer) -> None:
    with seeing_all(actor):
        asker = QuestionAsker.objects.filter(question=question).first()
    if asker is None or asker.user_id is None:
        return
    notify(
        "procurement.question-answered",
        [asker.user_id],
        actor=actor,
        address=reverse("procurement:public-tender", args=[question.tender_id]),
        organisation_id=asker.organisation_id,
        about=("procurement.tender", question.tender_id),
    )


CLOSED = _("The time for questions is over.")
TOO_LONG = _("The text is too long: at most %(most)s characters fit.")
ANSWERED = _("The question has been answered to all. To change something, publish a correction.")
OVER = _("Questions are answered until the bids are opened.")
