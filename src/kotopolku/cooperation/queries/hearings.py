"""What pages ask about hearings: lists for those asked and those who ask, one hearing, its summary by question.

Also ``about``: what other rooms show beside their draft. A bounded number of statements each.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation.hearing_rules import Counts, counts
from kotopolku.cooperation.models import (
    Hearing,
    HearingInvitee,
    HearingQuestion,
    HearingState,
    Statement,
    StatementAnswer,
)
from kotopolku.cooperation.queries.hearing_addressing import silent

PAGE_SIZE = 25
ALPHABETICALLY = ("organisation__sort_key_fi", "organisation__code", "body__name_fi", "pk")
"""Of those asked, by the organisation that answers."""


def _number_of(rows: "QuerySet[HearingInvitee] | QuerySet[Statement]") -> Coalesce:
    counted = rows.order_by().values("hearing").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def asked(viewer: Viewer, *, waiting: bool = False) -> "QuerySet[Hearing]":
    """Hearings in which the own organisation or a body of it was asked: whether one is waited for (``waits``), has given.

    ``waiting``: only those that are open and wait, the nearest day first.
    """
    mine = {"hearing": OuterRef("pk"), "organisation_id": viewer.organisation_id or 0}
    rows = access.asked_hearings(viewer).select_related("organisation")
    rows = rows.annotate(
        waits=Exists(silent().filter(**mine)),
        gave=Exists(Statement.objects.filter(**mine, given_at__isnull=False)),
    )
    if waiting:
        return rows.filter(state=HearingState.OPEN, waits=True).order_by("answer_by", "pk")
    return rows.order_by("-opened_at", "-pk")


def ours(viewer: Viewer) -> "QuerySet[Hearing]":
    """The own organisation's hearings, with how many were asked, have given and have declined."""
    invited = HearingInvitee.objects.filter(hearing=OuterRef("pk"))
    given = Statement.objects.filter(hearing=OuterRef("pk"), given_at__isnull=False)
    rows = access.own_hearings(viewer).annotate(
        asked=_number_of(invited),
        given=_number_of(given),
        declined=_number_of(invited.filter(declined_at__isnull=False)),
    )
    return rows.order_by("-made_at", "-pk")


def published(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings with a summary for everybody, the newest first."""
    rows = access.published_hearings(viewer).select_related("organisation")
    return rows.order_by("-published_at", "-pk")


def questions(hearing: Hearing) -> list[HearingQuestion]:
    return list(hearing.questions.order_by("order", "pk"))


@dataclass(frozen=True)
class Own:
    """What the reader's organisation was asked as, and what it has said."""

    invitee: HearingInvitee
    statement: Statement | None
    answers: list[StatementAnswer]


def own(viewer: Viewer, asked: Sequence[HearingInvitee]) -> list[Own]:
    """Two statements for each that was asked."""
    found = []
    for one in asked:
        kept = access.own_statement(viewer, one)
        answers = kept.answers.select_related("question").order_by("question__order") if kept else []
        found.append(Own(one, kept, list(answers)))
    return found


@dataclass(frozen=True)
class Line:
    """One organisation or body that was asked, for who keeps the hearing."""

    invitee: HearingInvitee
    statement: Statement | None

    @property
    def name(self) -> str:
        return self.invitee.name


def lines(hearing: Hearing) -> list[Line]:
    """Those asked with what they have given, in alphabetical order of organisations. Two statements."""
    given = {
        (one.organisation_id, one.body_id): one
        for one in Statement.objects.filter(hearing=hearing, given_at__isnull=False)
    }
    rows = hearing.invitees.select_related("organisation", "body").order_by(*ALPHABETICALLY)
    return [Line(one, given.get((one.organisation_id, one.body_id))) for one in rows]


@dataclass(frozen=True)
class Block:
    """What was said to one question; ``question`` None: in general."""

    question: HearingQuestion | None
    answers: list[StatementAnswer]

    @property
    def number(self) -> int:
        """In addresses: the question's id, 0 in general."""
        return self.question.pk if self.question else 0

    @property
    def is_view(self) -> bool:
        return self.question is not None and self.question.kind == "view"

    @property
    def counts(self) -> Counts:
        return counts(one.view for one in self.answers)

    @property
    def unmarked(self) -> int:
        """Answers in words of which it is not said how they were taken into account."""
        return sum(bool(one.text) and not one.taken for one in self.answers)


@dataclass(frozen=True)
class Summary:
    """A hearing as its summary tells it."""

    hearing: Hearing
    blocks: list[Block]
    heard: list[str]
    """Those that gave a statement."""
    silent: list[str]
    """Those who were asked and gave none, as far as the viewer may know of them."""


def blocks(hearing: Hearing) -> list[Block]:
    """What was said, by question, in general last; of statements that the viewer may see. Two statements."""
    rows = (
        StatementAnswer.objects.filter(statement__hearing=hearing, statement__given_at__isnull=False)
        .select_related("statement__organisation", "statement__body", "responded_by")
        .order_by(*(f"statement__{name}" for name in ALPHABETICALLY))
    )
    said: dict[int, list[StatementAnswer]] = defaultdict(list)
    for one in rows:
        said[one.question_id or 0].append(one)
    found = [Block(one, said[one.pk]) for one in questions(hearing)]
    return [*found, Block(None, said[0])] if said[0] or not found else found


def summary(hearing: Hearing) -> Summary:
    """Four statements."""
    silent = [one.name for one in lines(hearing) if one.statement is None]
    return Summary(hearing, blocks(hearing), _heard(hearing), silent)


def _heard(hearing: Hearing) -> list[str]:
    """Who gave a statement, as far as the reader may know. One statement."""
    given = Statement.objects.filter(hearing=hearing, given_at__isnull=False)
    rows = given.select_related("organisation", "body").order_by(*ALPHABETICALLY)
    return [one.name for one in rows]


@dataclass(frozen=True)
class HeardIn:
    """A hearing beside what was heard of: who gave a statement, once that may be told."""

    hearing: Hearing
    heard: list[str]

    @property
    def is_published(self) -> bool:
        return self.hearing.state == HearingState.PUBLISHED


def heard_in(hearing: Hearing | None) -> HeardIn | None:
    """Of a hearing that the viewer may see; the names once its summary has been published. One statement."""
    if hearing is None:
        return None
    if hearing.state != HearingState.PUBLISHED:
        return HeardIn(hearing, [])
    return HeardIn(hearing, _heard(hearing))


def mark_of(answer: StatementAnswer) -> str:
    """A mark of how an answer is said to be taken into account; another when somebody has changed it."""
    return answer.responded_at.isoformat() if answer.responded_at else ""


def unmarked(hearing: Hearing) -> int:
    """Answers in words of which it is not said how they were taken into account. One statement."""
    rows = StatementAnswer.objects.filter(
        statement__hearing=hearing, statement__given_at__isnull=False, taken=""
    )
    return rows.exclude(text="").count()


# For My work and other rooms ----------------------------------------------------------------------------------------


def to_close(viewer: Viewer) -> "QuerySet[Hearing]":
    """Own open hearings whose day has passed, or that nobody is waited for."""
    left = silent().filter(hearing=OuterRef("pk"))
    rows = access.own_hearings(viewer).filter(state=HearingState.OPEN)
    return rows.filter(Q(answer_by__lt=viewer.day) | ~Exists(left)).order_by("answer_by", "pk")


def to_summarise(viewer: Viewer) -> "QuerySet[Hearing]":
    """Own hearings that were closed and whose summary has not been published."""
    return access.own_hearings(viewer).filter(state=HearingState.CLOSED).order_by("closed_at", "pk")


@dataclass(frozen=True)
class About:
    """A hearing of another room's draft: "in hearing until …", "3 of 5 have answered"."""

    hearing_id: int
    state: str
    answer_by: date
    public: bool
    asked: int | None
    """None for who does not keep the hearing."""
    given: int | None

    @property
    def is_open(self) -> bool:
        return self.state == HearingState.OPEN


def about(viewer: Viewer, kind: str, object_id: int) -> list[About]:
    """Hearings of another room's draft that the viewer may read, the newest first. ``kind`` as the journal names it.

    Drafts and numbers only for who keeps them. One statement.
    """
    rows = access.hearings(viewer).filter(subject_kind=kind, subject_id=object_id)
    rows = rows.annotate(
        asked=_number_of(HearingInvitee.objects.filter(hearing=OuterRef("pk"))),
        given=_number_of(Statement.objects.filter(hearing=OuterRef("pk"), given_at__isnull=False)),
    )
    return [
        About(
            one.pk,
            one.state,
            one.answer_by,
            one.public,
            one.asked if access.keeps(viewer, one) else None,
            one.given if access.keeps(viewer, one) else None,
        )
        for one in rows.order_by("-pk")
    ]
