"""Stands up what the tests of guidance need: a draft of Vantaa with texts, its region, another one, a request."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.actions import guidance, guidance_work, municipal, municipal_sections
from kotopolku.steering.guidance_rules import CommentContent, GuidanceContent
from kotopolku.steering.models import Guidance, GuidanceComment, MunicipalProgramme, ProgrammeSection
from kotopolku.steering.municipal_rules import FrameContent

ON = date(2026, 11, 23)
VANTAA, KAJAANI, AREA, MINISTRY = "kunta-092", "kunta-205", "tyo-43", "tem"
REGION, OTHER = "evk-01", "evk-02"
FIRST = "assessment"
TEXT = "Arviointi tehdään kahden kuukauden kuluessa. Tulkki tilataan ajoissa."


def municipality(code: str = VANTAA, on: date = ON) -> Worker:
    return Worker(code, on, Role.TEAM_LEADER)


def region(code: str = REGION, on: date = ON) -> Worker:
    return Worker(code, on, Role.REGIONAL_OFFICER)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def draft(actor: Viewer, text: str = TEXT) -> MunicipalProgramme:
    """A programme that is being drawn up, its first section written."""
    frame = FrameContent({"fi": "Keksitty ohjelma"}, date(2027, 1, 1), date(2030, 12, 31))
    with make.working(actor) as at_work:
        made = municipal.draw_up(frame, actor=at_work)
        write(made, text, at_work)
    return made


def sections(of: MunicipalProgramme) -> list[ProgrammeSection]:
    return list(ProgrammeSection.objects.filter(programme=of).order_by("order", "pk"))


def write(of: MunicipalProgramme, text: str, actor: Viewer) -> ProgrammeSection:
    """The first section says this from now on."""
    with make.working(actor) as at_work:
        first = sections(of)[0]
        return municipal_sections.write(first.pk, "fi", text, actor=at_work, expected_number=first.number)


def content(actor: Viewer, **changes: Any) -> GuidanceContent:
    values: dict[str, Any] = {
        "kind": "question",
        "subject": "Kuka tekee arvioinnin?",
        "text": "Kuka arvioi **työttömän** palvelutarpeen?",
        "region_id": organisation(REGION).pk,
        "answer_by": rules.proposed_day(actor.day),
    }
    return GuidanceContent(**(values | changes))


def asked(actor: Viewer, **changes: Any) -> Guidance:
    with make.working(actor) as at_work:
        return guidance.ask(content(at_work, **changes), actor=at_work)


def sent(actor: Viewer, of: MunicipalProgramme, **changes: Any) -> Guidance:
    """A draft sent for comments."""
    return asked(actor, kind="draft", programme_id=of.pk, subject="Luonnos kommenteille", **changes)


def commented(
    actor: Viewer, of: Guidance, verdict: str = "must", key: str = "", **more: Any
) -> GuidanceComment:
    with make.working(actor) as at_work:
        given = CommentContent(verdict, "Määräaika puuttuu.", key, **more)
        return guidance_work.comment(of.pk, given, actor=at_work)


def answered(actor: Viewer, of: Guidance) -> Guidance:
    with make.working(actor) as at_work:
        now = Guidance.objects.get(pk=of.pk).version
        return guidance_work.send_answer(of.pk, "Hyvä luonnos.", actor=at_work, expected_version=now)


def now(viewer: Viewer, of: Guidance) -> Guidance:
    with make.working(viewer):
        return Guidance.objects.get(pk=of.pk)
