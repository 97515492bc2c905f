"""Objects that the permission guard asks for: goals of municipalities, their follow-up and what carries them out."""

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import (
    GoalFollowUp,
    GoalTie,
    Indicator,
    MunicipalGoal,
    MunicipalProgramme,
)
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    programme = make.row(
        MunicipalProgramme,
        organisation=vantaa,
        act="681/2023",
        state="approved",
        languages=["fi"],
        replaces=None,
    )
    indicator = make.row(Indicator, key="guard-goal", unit="%", better="more")
    goal = make.row(
        MunicipalGoal,
        programme=programme,
        section=None,
        title={"fi": "x"},
        indicator=indicator,
        start_year=2024,
        target=50,
        target_year=2028,
        owner=vantaa,
    )
    make.row(GoalFollowUp, goal=goal, year=2025, track="on")
    tie = make.row(GoalTie, goal=goal, kind="measure", key="language", object_id=None)
    return {
        "steering/goals/": {
            "programme_id": programme.pk,
            "goal_id": goal.pk,
            "year": 2025,
            "tie_id": tie.pk,
        },
        "api/steering/goals/": {"municipality": "092"},
    }
