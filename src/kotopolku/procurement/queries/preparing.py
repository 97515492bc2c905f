"""What of tenders that are prepared, open for bids or waiting for their opening waits for the viewer. Not for: evaluation."""

from datetime import date, datetime

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.procurement import access
from kotopolku.procurement.models import Opener, Question, TenderReview, TenderState
from kotopolku.procurement.models.tenders import Outcome
from kotopolku.procurement.queries.awards import Waiting

PREPARED = (TenderState.DRAFT, TenderState.REVIEW)


def my_work(viewer: Viewer) -> list[Waiting]:
    """Reviews by a second person, unanswered questions, phrases to choose and bids to open: at most three statements."""
    if not viewer.may(Capability.PROCUREMENT_PREPARE) or not access.is_buyer(viewer):
        return []
    return _reviews(viewer) + _questions(viewer) + _openings(viewer)


def _reviews(viewer: Viewer) -> list[Waiting]:
    if not viewer.may(Capability.PROCUREMENT_DECIDE):
        return []
    rows = TenderReview.objects.filter(
        tender__in=access.tenders(viewer).filter(state=TenderState.REVIEW), outcome=Outcome.WAITING
    )
    others = rows.exclude(sent_by_id=viewer.user_id).exclude(tender__drafted_by_id=viewer.user_id)
    return [
        Waiting("review", one.tender, "procurement:tender", (one.tender_id,))
        for one in others.select_related("tender").order_by("id")
    ]


def _questions(viewer: Viewer) -> list[Waiting]:
    """The oldest question of each tender: the page of questions shows the others."""
    rows = Question.objects.filter(
        tender__in=access.tenders(viewer).filter(state=TenderState.PUBLISHED), answered_on=None
    )
    return [
        Waiting(
            "question", one.tender, "procurement:questions", (one.tender_id,), _day(one.tender.answers_by)
        )
        for one in rows.select_related("tender").order_by("tender_id", "id").distinct("tender_id")
    ]


def _openings(viewer: Viewer) -> list[Waiting]:
    """Where the viewer is an opener: a phrase before publication, and from the time of opening the opening itself."""
    under_way = access.tenders(viewer).filter(state__in=(*PREPARED, TenderState.PUBLISHED))
    rows = Opener.objects.filter(tender__in=under_way, user_id=viewer.user_id)
    now, found = clock.now(), []
    for one in rows.select_related("tender").order_by("id"):
        tender = one.tender
        if one.phrase_set_at is None and tender.state in PREPARED:
            found.append(Waiting("phrase", tender, "procurement:bids-openers-phrase", (tender.pk,)))
        elif tender.phase(now) == "closed":
            found.append(
                Waiting("opening", tender, "procurement:opening", (tender.pk,), _day(tender.opening_at))
            )
    return found


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.HELSINKI).date() if moment else None
