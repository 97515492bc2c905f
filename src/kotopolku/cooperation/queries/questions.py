"""What pages ask about questions: the own organisation's, what waits for the centre, published answers, similar ones."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import PublishedAnswer, Question, QuestionLine, QuestionState
from kotopolku.cooperation.rules import searched, words_of

PAGE_SIZE = 25
SIMILAR = 0.25
"""How like a question must be to be shown to who asks; trigrams of all its words. Our own choice, on the safe side."""
SAID = 0.5
"""How much of a question must stand in the text of an answer when the questions are not alike."""
MOST_SIMILAR = 5


def questions(viewer: Viewer, *, state: str = "") -> "QuerySet[Question]":
    """Questions that the viewer sees: the own organisation's; to the centre all, those that wait first by their day."""
    rows = access.questions(viewer).select_related("organisation", "asked_by")
    if state == "open":
        rows = rows.filter(state__in=(QuestionState.ASKED, QuestionState.UNCLEAR))
        return rows.order_by("answer_by", "id") if access.is_centre(viewer) else rows.order_by("-asked_at")
    return rows.order_by("-asked_at", "-id")


def lines(question: Question) -> list[QuestionLine]:
    return list(
        QuestionLine.objects.filter(question=question)
        .select_related("written_by", "organisation")
        .order_by("id")
    )


def published_from(viewer: Viewer, question: Question) -> "QuerySet[PublishedAnswer]":
    """Published answers that began with a question: one a language. For the centre of expertise."""
    return access.answers(viewer).filter(asked=question.pk, withdrawn_on=None).order_by("id")


def answers(viewer: Viewer, *, q: str = "", topic: str = "") -> "QuerySet[PublishedAnswer]":
    """Published answers of a topic with all the words, or failing that with words nearly so written."""
    rows = access.answers(viewer)
    if topic:
        rows = rows.filter(topic=topic)
    if q.strip():
        exact = rows
        for word in searched(q):
            exact = exact.filter(search_text__contains=word)
        if exact.exists():
            rows = exact
        else:
            near = TrigramWordSimilarity(words_of(q), "search_text")
            return rows.annotate(near=near).filter(near__gte=SIMILAR).order_by("-near", "-id")
    return rows.order_by("-published_on", "-id")


@dataclass(frozen=True)
class Similar:
    """A published answer that may do."""

    answer: PublishedAnswer
    likeness: float


def similar(viewer: Viewer, title: str) -> list[Similar]:
    """Published answers like a question, the likest first. One statement."""
    sought = words_of(title)
    if not sought:
        return []
    asked = TrigramSimilarity("question", sought)
    told = TrigramWordSimilarity(sought, "search_text")
    rows = access.answers(viewer).filter(withdrawn_on=None)
    rows = rows.annotate(asked_alike=asked, told_alike=told, likeness=Greatest(asked, told))
    near = rows.filter(Q(asked_alike__gte=SIMILAR) | Q(told_alike__gte=SAID))
    near = near.order_by("-likeness", "-id")[:MOST_SIMILAR]
    return [Similar(one, one.likeness) for one in near]
