"""What would change in a round: one more place, a municipality that leaves, other weights, a case fixed elsewhere.

Solved again from the round's prices in seconds; nothing is stored. Not for: reasons that need no solving (``rounds``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch
from django.utils.translation import gettext_noop as _noop

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.placement import access
from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.contract import ContractError, Place
from kotopolku.placement.engine.problem import ProblemError
from kotopolku.placement.engine.rounds import Round as EngineRound
from kotopolku.placement.engine.rounds import make_round
from kotopolku.placement.engine.solver import solve
from kotopolku.placement.engine.what_if import Moved, moved
from kotopolku.placement.engine.what_if import lock_cost as engine_lock_cost
from kotopolku.placement.models import PERSONS, Case, CaseMember, Resource, Round
from kotopolku.placement.queries.cases import people_text, place_name
from kotopolku.placement.queries.rounds import of_round
from kotopolku.placement.round_solving import OtherVersion, Stored

BUDGET = Budget(time_limit=8.0, effort=0.3)
MOST_MORE = 500

TOO_OLD = _noop("The round is too old to be asked. Run a new one.")
NO_PLACES = _noop("%(name)s has no places in this round.")
NO_CASE = _noop("Case %(number)s is not in this round.")
NO_THING = _noop("Choose what there would be more of, and how many (at most %(most)s).")
NOT_POSSIBLE = _noop("That is not possible: %(text)s")


@dataclass(frozen=True)
class Changes:
    """What is tried. ``more``: (municipality, resource) → how many more (or fewer) in its first quarter of the round."""

    more: Mapping[tuple[str, str], int] = field(default_factory=dict)
    leave: tuple[str, ...] = ()
    weights: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    locks: Mapping[str, str] = field(default_factory=dict)
    """Municipality by the case's number."""


@dataclass(frozen=True)
class MovedLine:
    """A case that would go elsewhere; names of municipalities, empty for none."""

    number: str
    people: str
    before: str
    after: str


@dataclass(frozen=True)
class WhatIfAnswer:
    """``points``: the new value less the old; None with other weights, when the two are not of one measure.

    ``hidden``: how many of those who move are cases that the viewer may not see.
    """

    points: int | None
    persons: int
    moved: list[MovedLine]
    hidden: int
    seconds: float
    gap_pct: float


@dataclass(frozen=True)
class Moves:
    """What it costs to fix a case elsewhere. ``points_lost`` below 0: a better plan was found on the way."""

    possible: bool
    points_lost: int
    persons_lost: int
    moved: list[MovedLine]
    hidden: int
    seconds: float


def what_if(viewer: Viewer, round_id: int, changes: Changes) -> WhatIfAnswer:
    """Raises ``Refusals`` for what cannot be, ``NotVisible``."""
    found = access.round_(viewer, round_id)
    again, base = _stood_up(found)
    try:
        answer = solved(again, changes, found.seed, warm=base)
    except (ContractError, ProblemError) as error:
        raise Refusals([Refusal("", "not-possible", NOT_POSSIBLE, {"text": str(error)})]) from error
    lines, hidden = _lines(viewer, moved(again.round, base.assignment, answer.assignment))
    return WhatIfAnswer(
        points=None if changes.weights else answer.objective - base.objective,
        persons=answer.persons_placed - base.persons_placed,
        moved=lines,
        hidden=hidden,
        seconds=round(answer.seconds, 2),
        gap_pct=answer.gap_score_pct,
    )


def solved(again: Stored, changes: Changes, seed: int, warm: Answer | None = None) -> Answer:
    """The best plan of the changed round. Raises ``Refusals``, ``ContractError``."""
    return solve(_tried(again, changes).problem, budget=BUDGET, seed=seed, warm=warm or again.answer)


def _tried(again: Stored, changes: Changes) -> EngineRound:
    refusals = list(_wrong(again, changes))
    if refusals:
        raise Refusals(refusals)
    source, first = again.input, _first_columns(again)
    places = [
        _changed(place, changes, column == first[place.municipality])
        for column, place in enumerate(again.round.places)
    ]
    families = [
        replace(one, lock=changes.locks[one.id]) if one.id in changes.locks else one
        for one in source.families
    ]
    return make_round(families, places, source.settings, weights=source.weights.changed(changes.weights))


def _first_columns(again: Stored) -> dict[str, int]:
    return {code: columns[0] for code, columns in again.round.columns_of.items()}


def _wrong(again: Stored, changes: Changes) -> Iterator[Refusal]:
    named = {*changes.leave, *(code for code, _thing in changes.more), *changes.locks.values()}
    for code in sorted(named - set(again.round.columns_of)):
        yield Refusal("municipality", "no-places", NO_PLACES, {"name": place_name(code)})
    for number in sorted(set(changes.locks) - set(again.round.unit_row)):
        yield Refusal("case", "no-case", NO_CASE, {"number": number})
    for (_code, thing), more in changes.more.items():
        if thing not in Resource.values or abs(more) > MOST_MORE:
            yield Refusal("thing", "no-thing", NO_THING, {"most": MOST_MORE})


def _changed(place: Place, changes: Changes, first: bool) -> Place:
    agreed = dict(place.agreed)
    for (code, thing), number in changes.more.items():
        if code == place.municipality and first and thing in agreed:
            least = place.used.get(thing, 0)
            more = max(least, agreed[thing] + number) - agreed[thing]
            agreed[thing] += more
            if thing in PERSONS:
                agreed["persons"] += more
    if place.municipality in changes.leave:
        # What is in use stays; nobody new comes.
        agreed["persons"] = place.used.get("persons", 0)
    return replace(place, agreed=agreed)


def lock_cost(viewer: Viewer, row_id: int, code: str) -> Moves:
    """What the round loses when the case is fixed to a municipality, and who would move. Raises ``Refusals``."""
    row = access.round_row(viewer, row_id)
    again, _base = _stood_up(row.round)
    unit = again.round.unit_row[row.case.number]
    columns = again.round.columns_of.get(code, ())
    if not columns:
        raise Refusals([Refusal("municipality", "no-places", NO_PLACES, {"name": place_name(code)})])
    explainer = again.explainer
    net = explainer.net(unit)
    best = max(columns, key=lambda column: (int(net[column]), -column))
    found = engine_lock_cost(
        again.round, explainer.plan, explainer.prices, again.answer.region_prices, unit, best
    )
    lines, hidden = _lines(viewer, found.moved)
    return Moves(
        found.possible, found.points_lost, found.persons_lost, lines, hidden, round(found.seconds, 2)
    )


def _stood_up(found: Round) -> tuple[Stored, Answer]:
    """The round, and what changes are measured against: its own first answer, or for a weekly round, which kept places
    for those to come, the best plan for this week alone.
    """
    try:
        again = of_round(found)
    except OtherVersion as error:
        raise Refusals([Refusal("", "too-old", TOO_OLD)]) from error
    if not found.weekly:
        return again, again.answer
    return again, solve(again.round.problem, budget=BUDGET, seed=found.seed, warm=again.answer)


def _lines(viewer: Viewer, found: Sequence[Moved]) -> tuple[list[MovedLine], int]:
    members = Prefetch("members", CaseMember.objects.order_by("number"))
    rows = access.cases(viewer).filter(number__in=[one.unit for one in found]).prefetch_related(members)
    cases: dict[str, Case] = {case.number: case for case in rows if access.sees_municipality(viewer, case)}
    lines = [
        MovedLine(
            one.unit,
            people_text(list(cases[one.unit].members.all())),
            place_name(one.before) if one.before else "",
            place_name(one.after) if one.after else "",
        )
        for one in found
        if one.unit in cases
    ]
    return lines, len(found) - len(lines)
