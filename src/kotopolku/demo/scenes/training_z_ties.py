"""What carries goals out in the demo world: the persona's goals tied to services, contracts, courses, measures and paths.

Played when all of these are there. Nothing is done without goals.
"""

from datetime import date

from kotopolku.demo.goal_words import IDEAS
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at
from kotopolku.steering import access_goals as access
from kotopolku.steering import carrying
from kotopolku.steering.actions import goal_ties
from kotopolku.steering.models import TieKind
from kotopolku.steering.queries.goal_figures import codes_of, codes_of_goal

PERSONA = "kunta.vantaa"
MOST_GOALS = 6
EACH = 2
"""How many services, courses and others a goal is tied to."""


def play(actor_of: ActorOf, day: date) -> None:
    leader = actor_of(PERSONA)
    measures = {idea.fi: idea.measure for idea in IDEAS if idea.measure}
    rows = access.followed_goals(leader).filter(programme__organisation_id=leader.organisation_id or 0)
    goals = list(rows.exclude(programme__state="ended").order_by("programme_id", "order")[:MOST_GOALS])
    if not goals:
        return
    codes = codes_of([one.programme_id for one in goals], day)
    where = codes_of_goal(goals[0], codes, day)
    found = {
        one.kind: one.find(leader, "", where) for one in carrying.carriers() if one.kind != TieKind.MEASURE
    }
    for place, goal in enumerate(goals):
        there = at(leader)
        kind = measures.get(goal.title.get("fi", ""))
        if kind:
            goal_ties.tie(goal.pk, TieKind.MEASURE, kind, actor=there)
        for number, (what, choices) in enumerate(found.items()):
            if (number + place) % 2 == 0 or not choices:
                continue
            first = place * EACH % len(choices)
            for one in choices[first : first + EACH]:
                goal_ties.tie(goal.pk, what, one.ref, actor=there)
