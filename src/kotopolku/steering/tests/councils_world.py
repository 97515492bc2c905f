"""Stands up what the tests of councils need: programmes of one or several municipalities, before and after their councils."""

from datetime import date
from decimal import Decimal

from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering.actions import councils, goals, municipal, municipal_sections
from kotopolku.steering.council_rules import Decision
from kotopolku.steering.goal_rules import GoalContent
from kotopolku.steering.models import Indicator, MunicipalProgramme, ProgrammeMunicipality, ProgrammeSection
from kotopolku.steering.municipal_rules import FrameContent
from kotopolku.steering.queries.councils_work import todo

ON = date(2026, 11, 23)
VANTAA, KERAVA, TUUSULA = "kunta-092", "kunta-245", "kunta-858"
OLD_ON = date(2022, 3, 1)
"""A day under 1386/2010."""


def keeper(code: str = VANTAA, on: date = ON) -> Viewer:
    return make.worker(code, on, role=Role.TEAM_LEADER)


def at_screen(code: str = VANTAA, on: date = ON) -> Worker:
    return Worker(code, on, Role.TEAM_LEADER)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def draft(
    actor: Viewer, *others: str, on: date = ON, languages: tuple[str, ...] = ("fi", "sv")
) -> MunicipalProgramme:
    """A programme with texts in every section and a goal: nothing is lacking in Finnish."""
    ids = tuple(organisation(code).pk for code in others)
    with make.working(actor, on) as there:
        made = municipal.draw_up(
            FrameContent(
                {"fi": "Keksitty ohjelma", "sv": "Påhittat program"},
                on,
                date(on.year + 4, 12, 31),
                languages,
                ids,
            ),
            actor=there,
        )
        for section in made.sections.order_by("order"):
            for language in languages:
                number = ProgrammeSection.objects.get(pk=section.pk).number
                words = "Keksitty **teksti**." if language == "fi" else "Påhittad **text**."
                municipal_sections.write(section.pk, language, words, actor=there, expected_number=number)
        goal(made, there)
        made.refresh_from_db()
    return made


def goal(of: MunicipalProgramme, actor: Viewer) -> None:
    indicator = Indicator.objects.get_or_create(
        key="keksitty", defaults={"name_fi": "Keksitty mittari", "name_sv": "Påhittad mätare", "source": "–"}
    )[0]
    content = GoalContent(
        {"fi": "Keksitty tavoite", "sv": "Påhittat mål"},
        indicator.pk,
        Decimal(60),
        actor.day.year + 2,
        actor.day.year,
        Decimal(40),
    )
    goals.add(of.pk, content, "", actor=actor)


def sent(actor: Viewer, *others: str, on: date = ON) -> MunicipalProgramme:
    made = draft(actor, *others, on=on)
    with make.working(actor, on) as there:
        councils.send(made.pk, "Ruotsi tulee myöhemmin.", actor=there, expected_version=made.version)
        made.refresh_from_db()
    return made


def row(of: MunicipalProgramme, code: str) -> ProgrammeMunicipality:
    with rowsecurity.as_system():
        return ProgrammeMunicipality.objects.get(programme=of, organisation__code=code)


def decision(state: str = "approved", on: date = ON, **changes: str) -> Decision:
    words = {"section_number": "§ 48", "note": "Pöytäkirja.", "reason": ""}
    return Decision(state, on, **(words | changes))


def decides(actor: Viewer, of: MunicipalProgramme, code: str, state: str = "approved", on: date = ON) -> None:
    with make.working(actor, on) as there:
        found = row(of, code)
        councils.decide(of.pk, found.pk, decision(state, on), actor=there, expected_version=found.version)


def approved(actor: Viewer, *others: str, on: date = ON) -> MunicipalProgramme:
    """Every council has approved on the day; the leading municipality recorded it."""
    made = sent(actor, *others, on=on)
    for code in (actor.seat.organisation_code if actor.seat else "", *others):
        decides(actor, made, code, on=on)
    return stored(made)


def stored(of: MunicipalProgramme) -> MunicipalProgramme:
    """As it is in the database, whoever may read it."""
    with rowsecurity.as_system():
        return MunicipalProgramme.objects.get(pk=of.pk)


def work(viewer: Viewer) -> list[Todo]:
    """What waits for the viewer, in English."""
    with translation.override("en"):
        return todo(viewer, 10)
