"""Stands up what the tests of municipal programmes need: a draft of Vantaa, other municipalities, an association as partner."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.steering.actions import municipal, municipal_partners, municipal_sections, municipal_talk
from kotopolku.steering.actions.municipal_talk import Spot
from kotopolku.steering.models import (
    MunicipalProgramme,
    ProgrammePartner,
    ProgrammeSection,
    SectionComment,
    SectionProposal,
)
from kotopolku.steering.municipal_rules import FrameContent

ON = date(2026, 11, 23)
OLD = date(2021, 5, 3)
VANTAA, HELSINKI, KERAVA, KELA = "kunta-092", "kunta-091", "kunta-245", "kela"
ASSOCIATION = "keksitty-yhdistys"
LIST = "/steering/municipal/"
TEXT = "Alku on tässä.\n\nToinen kappale kertoo ohjauksesta.\n\n- yksi\n- kaksi"

T = TypeVar("T")


def lead(code: str = VANTAA, on: date = ON) -> Viewer:
    """Who draws up the programmes of a municipality."""
    return make.worker(code, on, role=Role.TEAM_LEADER)


def leader(code: str = VANTAA, on: date = ON) -> Worker:
    return Worker(code, on, Role.TEAM_LEADER)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def association(code: str = ASSOCIATION) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    return found or Organisation.objects.create(
        code=code,
        kind=OrganisationKind.ASSOCIATION,
        name_fi="Keksitty yhdistys",
        valid=DateRange(date(2015, 1, 1), None),
    )


def member(code: str = ASSOCIATION, on: date = ON) -> Viewer:
    """Somebody at work in the association."""
    association(code)
    return make.worker(code, on, role=Role.COMMUNITY)


def at_association(on: date = ON) -> Worker:
    association()
    return Worker(ASSOCIATION, on, Role.COMMUNITY)


def by(actor: Viewer, act: Callable[[Viewer], T]) -> T:
    """The act, done by the actor at work."""
    with make.working(actor) as at_work:
        return act(at_work)


def frame(**changes: Any) -> FrameContent:
    content = FrameContent(
        names={"fi": "Vantaan keksitty ohjelma", "sv": "Vandas påhittade program"},
        first_day=date(2027, 1, 1),
        last_day=date(2030, 12, 31),
        languages=("fi", "sv"),
    )
    return replace(content, **changes)


def programme(actor: Viewer, others: Collection[str] = (), **changes: Any) -> MunicipalProgramme:
    joined = tuple(organisation(code).pk for code in others)
    content = frame(municipalities=joined, **changes)
    return by(actor, lambda at_work: municipal.draw_up(content, actor=at_work))


def partner(
    actor: Viewer, of: MunicipalProgramme, code: str, right: str, sections: Collection[int] = ()
) -> ProgrammePartner:
    invited = association() if code == ASSOCIATION else organisation(code)
    return by(
        actor,
        lambda at_work: municipal_partners.give(of.pk, invited.pk, right, sections, actor=at_work),
    )


def section(actor: Viewer, of: MunicipalProgramme, key: str = "plan") -> ProgrammeSection:
    return by(actor, lambda _at_work: ProgrammeSection.objects.get(programme=of, key=key))


def written(actor: Viewer, of: ProgrammeSection, text: str = TEXT, language: str = "fi") -> ProgrammeSection:
    def write(at_work: Viewer) -> ProgrammeSection:
        number = ProgrammeSection.objects.get(pk=of.pk).number
        return municipal_sections.write(of.pk, language, text, actor=at_work, expected_number=number)

    return by(actor, write)


def comment(
    actor: Viewer, of: ProgrammeSection, paragraph: int | None = 1, text: str = "Hyvä."
) -> SectionComment:
    spot = Spot(of.number, "fi", paragraph)
    return by(actor, lambda at_work: municipal_talk.comment(of.pk, spot, text, actor=at_work))


def proposal(
    actor: Viewer, of: ProgrammeSection, new: str = "Toisin sanottu.", paragraph: int = 1
) -> SectionProposal:
    spot = Spot(of.number, "fi", paragraph)
    return by(actor, lambda at_work: municipal_talk.propose(of.pk, spot, new, "Selkeämpi", actor=at_work))


def text_of(actor: Viewer, of: ProgrammeSection, language: str = "fi") -> str:
    found: ProgrammeSection = by(actor, lambda _at_work: ProgrammeSection.objects.get(pk=of.pk))
    return str(found.text.get(language, ""))
