"""Stands up the shared space for tests: people of invented seats, a bulletin, a material, a training, a question."""

from datetime import date, datetime, timedelta
from typing import Any

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.actions import bulletins, materials, questions, seminars
from kotopolku.cooperation.models import Bulletin, Material, Question, Registration, Seminar
from kotopolku.cooperation.rules import BulletinContent, MaterialContent, SeminarContent

ON = date(2026, 11, 23)
REGION, VANTAA, KAJAANI, MINISTRY, COUNTY = "evk-01", "kunta-092", "kunta-205", "tem", "hva-4"


def officer(on: date = ON) -> Viewer:
    """A regional officer: sends bulletins, arranges trainings."""
    return make.worker(REGION, on, role=Role.REGIONAL_OFFICER)


def worker(code: str = VANTAA, on: date = ON, role: Role = Role.CASEWORKER) -> Viewer:
    return make.worker(code, on, role=role)


def expert(on: date = ON) -> Viewer:
    """Somebody of the centre of expertise."""
    return make.worker(MINISTRY, on, role=Role.MINISTRY_OFFICER)


def organisation(code: str) -> int:
    return Organisation.objects.get(code=code).pk


def bulletin(sender: Viewer, *, sent: bool = True, **changes: Any) -> Bulletin:
    """A bulletin to Vantaa unless told otherwise."""
    values: dict[str, Any] = {"title": "Uusi ohje kuntapaikoista", "body": "Ohje **muuttuu** tammikuussa."}
    if not {"kinds", "everybody", "organisations", "duties", "bodies"} & set(changes):
        values["organisations"] = (organisation(VANTAA),)
    with make.working(sender) as at_work:
        made = bulletins.draft(BulletinContent(**(values | changes)), actor=at_work)
        if not sent:
            return made
        return bulletins.send(made.pk, actor=at_work, expected_version=made.version)


def material(actor: Viewer, **changes: Any) -> Material:
    values = {
        "kind": "material",
        "topic": "first-guidance",
        "title": "Selkokielinen opas",
        "summary": "Opas ensimmäisiin viikkoihin.",
        "body": "Mitä tehdään ensin.",
    }
    with make.working(actor) as at_work:
        return materials.add(MaterialContent(**(values | changes)), actor=at_work)


def practice(actor: Viewer, **changes: Any) -> Material:
    values = {"kind": "practice", "tried": "Vantaalla 2025", "title": "Ryhmäohjaus omalla kielellä"}
    return material(actor, **(values | changes))


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.HELSINKI)


def seminar_content(**changes: Any) -> SeminarContent:
    day = ON + timedelta(days=14)
    values: dict[str, Any] = {
        "title": "Palvelutarpeen arviointi käytännössä",
        "topic": "assessment-and-plan",
        "starts_at": at(day, 9),
        "ends_at": at(day, 12),
        "attending": "remote",
        "places": 1,
        "register_by": day - timedelta(days=3),
        "link": "https://webinaari.example.fi/huone",
        "asks_needs": True,
    }
    return SeminarContent(**(values | changes))


def seminar(actor: Viewer, *, published: bool = True, **changes: Any) -> Seminar:
    with make.working(actor) as at_work:
        made = seminars.plan(seminar_content(**changes), actor=at_work)
        return seminars.publish(made.pk, actor=at_work) if published else made


def registered(viewer: Viewer, of: Seminar, needs: str = "") -> Registration:
    with make.working(viewer) as at_work:
        return seminars.register(of.pk, needs, actor=at_work)


def question(viewer: Viewer, title: str = "Kuka tekee perheenjäsenen arvioinnin?") -> Question:
    with make.working(viewer) as at_work:
        return questions.ask("assessment-and-plan", title, "Perhe muuttaa ennen lupaa.", "fi", actor=at_work)


def answered(centre: Viewer, of: Question, text: str = "Kunta tekee arvioinnin.") -> Question:
    with make.working(centre) as at_work:
        fresh = Question.objects.get(pk=of.pk)
        return questions.answer(of.pk, text, actor=at_work, expected_version=fresh.version)


def published(centre: Viewer, question: str, answer: str = "Kunta tekee arvioinnin.") -> Any:
    with make.working(centre) as at_work:
        return questions.publish(None, "assessment-and-plan", question, answer, "fi", actor=at_work)
