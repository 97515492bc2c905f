"""Stands up what the tests of goals need: a municipal programme alone or of several, an indicator with figures, a goal."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering.actions import goal_follow_ups, goals
from kotopolku.steering.goal_rules import FollowUpContent, GoalContent
from kotopolku.steering.models import (
    GoalFollowUp,
    Indicator,
    IndicatorValue,
    MunicipalGoal,
    MunicipalProgramme,
    ProgrammeMunicipality,
    ProgrammePartner,
)
from kotopolku.steering.queries.goals_work import todo

ON = date(2026, 11, 23)
VANTAA, ESPOO, KAUNIAINEN = "092", "049", "235"
COUNTY, REGION, MINISTRY = "hva-06", "evk-01", "tem"


def leader(code: str = VANTAA, on: date = ON) -> Viewer:
    """Who keeps the programme in a municipality."""
    return make.worker(f"kunta-{code}", on, role=Role.TEAM_LEADER)


def at_work(code: str = VANTAA, on: date = ON) -> Worker:
    return Worker(f"kunta-{code}", on, Role.TEAM_LEADER)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def system() -> Viewer:
    return Viewer.for_system("test", ON)


def programme(
    *codes: str, state: str = "draft", partners: tuple[str, ...] = (), published: bool = False, **changes: Any
) -> MunicipalProgramme:
    """Of municipalities by code, the first leading; by default of Vantaa alone, 2024–2029."""
    places = codes or (VANTAA,)
    own = [organisation(f"kunta-{code}") for code in places]
    others = [organisation(code) for code in partners]
    with make.working(system()):
        made = MunicipalProgramme.objects.create(
            **{
                "name_fi": f"Keksitty ohjelma {' '.join(places)}",
                "organisation": own[0],
                "act": "681/2023",
                "state": state,
                "days": date_range(date(2024, 1, 1), date(2029, 12, 31)),
                "languages": ["fi", "sv"],
                "participants": [one.pk for one in (*own, *others)],
                "published_at": clock.now() if published else None,
                "made_at": clock.now(),
            }
            | changes
        )
        for code, one in zip(places, own, strict=True):
            ProgrammeMunicipality.objects.create(
                programme=made, organisation=one, code=code, days=date_range(date(2024, 1, 1), None)
            )
        for one in others:
            ProgrammePartner.objects.create(
                programme=made, organisation=one, days=date_range(date(2024, 1, 1), None)
            )
    return made


def indicator(better: str = "more", unit: str = "%", **figures: dict[int, int]) -> Indicator:
    """``figures``: m092={2024: 40} and the like."""
    found = Indicator.objects.get_or_create(
        key=f"keksitty-{better}-{len(unit)}",
        defaults={
            "name_fi": f"Keksitty mittari {better}",
            "better": better,
            "source": "Keksitty",
            "unit": unit,
        },
    )[0]
    for place, values in figures.items():
        for year, value in values.items():
            IndicatorValue.objects.create(
                indicator=found, place=f"municipality-{place[1:]}", year=year, value=value
            )
    return found


def content(**changes: Any) -> GoalContent:
    values: dict[str, Any] = {
        "title": {"fi": "Useampi työssä", "sv": "Fler i arbete"},
        "text": {"fi": "Työllisyys **nousee**."},
        "start_value": Decimal(40),
        "start_year": 2024,
        "target": Decimal(50),
        "target_year": 2028,
    }
    if "indicator_id" not in changes:
        values["indicator_id"] = indicator().pk
    return GoalContent(**(values | changes))


def goal(
    of: MunicipalProgramme, by: Viewer | None = None, reason: str = "Koe", **changes: Any
) -> MunicipalGoal:
    with make.working(by or leader(of.organisation.code.removeprefix("kunta-"))) as actor:
        return goals.add(of.pk, content(**changes), reason, actor=actor)


def follow_up(
    of: MunicipalGoal, by: Viewer, year: int = 2025, track: str = "on", value: int | None = 43
) -> GoalFollowUp:
    given = FollowUpContent(year, track, f"Vuosi {year}.", None if value is None else Decimal(value))
    with make.working(by) as actor:
        return goal_follow_ups.write(of.pk, given, actor=actor)


def waiting(viewer: Viewer, limit: int = 10) -> list[Todo]:
    """What My work says of goals, in English."""
    with translation.override("en"):
        return todo(viewer, limit)


def refreshed(of: MunicipalGoal) -> MunicipalGoal:
    with make.working(system()):
        return MunicipalGoal.objects.get(pk=of.pk)
