"""What is new in the shared space for one reader: its front page. A bounded number of statements."""

from dataclasses import dataclass

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import Bulletin, Material, PublishedAnswer, Question, QuestionState, Seminar
from kotopolku.cooperation.queries import bulletins, materials, questions, seminars
from kotopolku.cooperation.queries.materials import WantedMaterial

SHOWN = 5


@dataclass(frozen=True)
class Front:
    """Each list has the first few; the pages of the subjects have the rest."""

    unread: list[Bulletin]
    unread_more: bool
    to_answer: list[Bulletin]
    """Read or not: bulletins that want an answer of the own organisation, the nearest day first."""
    coming: list[Seminar]
    materials: list[Material]
    answers: list[PublishedAnswer]
    open_questions: list[Question]
    suggested: list[Material]
    drafts: list[tuple[str, str, int]]
    """Own organisation's drafts: kind, title, id."""


def front(viewer: Viewer) -> Front:
    """Nine statements at most."""
    inbox = bulletins.inbox(viewer)
    unread = list(bulletins.unread(inbox)[: SHOWN + 1])
    drafts: list[tuple[str, str, int]] = []
    if viewer.may(Capability.BULLETIN_SEND):
        drafts += [("bulletin", one.title, one.pk) for one in bulletins.drafts(viewer)[:SHOWN]]
        planned = access.seminars(viewer).filter(
            organiser_id=viewer.organisation_id, state="draft", ends_at__gte=clock.now()
        )
        drafts += [("seminar", one.title, one.pk) for one in planned.order_by("starts_at")[:SHOWN]]
    if access.is_centre(viewer):
        waiting = questions.questions(viewer, state="open").filter(state=QuestionState.ASKED)
    else:
        waiting = questions.questions(viewer, state="open")
    return Front(
        unread[:SHOWN],
        len(unread) > SHOWN,
        list(bulletins.to_answer(inbox).order_by("answer_by", "id")[:SHOWN]),
        list(seminars.seminars(viewer)[:SHOWN]),
        list(materials.materials(viewer, WantedMaterial())[:SHOWN]),
        list(questions.answers(viewer).filter(withdrawn_on=None)[:SHOWN]),
        list(waiting[:SHOWN]),
        list(materials.suggested(viewer)[:SHOWN]),
        drafts,
    )
