"""Stands up hearings for tests: of a region, to municipalities and a county, with statements. Every text is invented."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.actions import hearing_answers, hearings, hearings_told, statements
from kotopolku.cooperation.hearing_rules import Asked, AskedQuestion, HearingContent, Response, Said
from kotopolku.cooperation.models import Hearing, HearingQuestion, Statement, StatementAnswer
from kotopolku.cooperation.tests import commons_world as world

ON, VANTAA, KAJAANI, MINISTRY, REGION = (
    world.ON,
    world.VANTAA,
    world.KAJAANI,
    world.MINISTRY,
    world.REGION,
)
BY = ON + timedelta(days=42)
AFTER = BY + timedelta(days=1)
TEXT, VIEW = "Mitä ohjelmasta puuttuu?", "Ovatko tavoitteet oikeat?"
QUESTIONS = (AskedQuestion(TEXT), AskedQuestion(VIEW, "view"))


def keeper(on: date = ON) -> Viewer:
    return world.officer(on)


def leader(code: str = VANTAA, on: date = ON) -> Viewer:
    """Somebody who gives statements."""
    return world.worker(code, on, role=Role.TEAM_LEADER)


def content(**changes: Any) -> HearingContent:
    values: dict[str, Any] = {
        "title": "Alueen kotoutumisohjelman luonnos",
        "body": "Pyydämme lausuntoa **luonnoksesta**.",
        "draft": "1. Tavoitteet\n\nKotoutumista edistetään yhdessä.",
        "answer_by": BY,
        "questions": QUESTIONS,
    }
    return HearingContent(**(values | changes))


def drafted(by: Viewer, codes: Sequence[str] = (VANTAA,), **changes: Any) -> Hearing:
    with make.working(by) as at_work:
        made = hearings.draft(content(**changes), actor=at_work)
        if codes:
            asked = Asked(organisations=tuple(world.organisation(one) for one in codes))
            hearings.ask(made.pk, asked, actor=at_work)
        return made


def opened(by: Viewer, codes: Sequence[str] = (VANTAA,), **changes: Any) -> Hearing:
    made = drafted(by, codes, **changes)
    with make.working(by) as at_work:
        return hearings.open_hearing(made.pk, actor=at_work)


def question_ids(of: Hearing) -> list[int]:
    """In the order of the form. Called by somebody who sees the hearing."""
    return list(HearingQuestion.objects.filter(hearing=of).order_by("order").values_list("pk", flat=True))


def said(of: Hearing, text: str = "Nuoret.", view: str = "agree", why: str = "") -> dict[int, Said]:
    first, second = question_ids(of)
    return {first: Said(text), second: Said(why, view), 0: Said("")}


def given(by: Viewer, of: Hearing, on: date = ON, **changes: Any) -> Statement:
    with make.working(by, on) as at_work:
        return statements.give(of.pk, said(of, **changes), actor=at_work, expected_version=0)


def closed(by: Viewer, of: Hearing, on: date = AFTER) -> Hearing:
    with make.working(by, on) as at_work:
        return hearings.close(of.pk, actor=at_work)


def responded(by: Viewer, of: Hearing, taken: str = "yes", on: date = AFTER) -> None:
    """Every answer marked the same."""
    with make.working(by, on) as at_work:
        rows = list(StatementAnswer.objects.filter(statement__hearing=of))
        for question_id in {one.question_id for one in rows}:
            marked = [
                Response(one.pk, taken, "Lisättiin lukuun 2.")
                for one in rows
                if one.question_id == question_id
            ]
            hearing_answers.respond(of.pk, question_id, marked, actor=at_work)


def published(by: Viewer, of: Hearing, on: date = AFTER) -> Hearing:
    with make.working(by, on) as at_work:
        version = Hearing.objects.get(pk=of.pk).version
        return hearing_answers.publish(
            of.pk, "Lausunnoissa toivottiin **nuoria**.", actor=at_work, expected_version=version
        )


def told(on: date = ON) -> int:
    """The job that tells. Returns how many people."""
    with make.working(Viewer.for_system("cooperation.hearings", on)) as at_work:
        waiting = hearings_told.untold(actor=at_work)
        return sum(hearings_told.tell_of_hearing(one, actor=at_work) for one in waiting)


def reminded(on: date) -> int:
    with make.working(Viewer.for_system("cooperation.remind", on)) as at_work:
        waiting = hearings_told.to_remind(actor=at_work)
        return sum(hearings_told.remind(one, actor=at_work) for one in waiting)
