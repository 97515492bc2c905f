"""Runs the engine over an input of the register and keeps of it what is stored; and stands a stored round up again.

Reads no database and no clock. Not for: where the input comes from (``round_input``), storing (``actions/rounds``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np

from kotopolku.placement import rules
from kotopolku.placement.engine import fairness, weekly
from kotopolku.placement.engine.answer import ENGINE_VERSION, Answer, Budget
from kotopolku.placement.engine.certificate import plan_value
from kotopolku.placement.engine.explain import ALTERNATIVES, Explainer, worth_asking_for
from kotopolku.placement.engine.fairness import Fairness
from kotopolku.placement.engine.lottery import Lottery
from kotopolku.placement.engine.placing import Placing, place
from kotopolku.placement.engine.preferences import measure
from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.rounds import Round, make_round
from kotopolku.placement.round_input import Input, Pool, from_json

TIME_LIMIT = 60.0
"""Seconds by the clock: a brake. Budgets by steps end a region's round long before."""
Show = Callable[[str, int | None, int | None, float], None]
Stop = Callable[[], bool]


class OtherVersion(Exception):
    """A stored round cannot be stood up again: the engine has changed since. Run a new one."""


@dataclass(frozen=True)
class Solved:
    """A finished round. ``worth``: [places, resources] prices to explain with, those for families to come included."""

    placing: Placing
    worth: Ints
    gap_points: int
    ahead: Mapping[str, Any] | None = None
    """Of a weekly round: the forecast, and that the proof is of points after future prices."""

    @property
    def round(self) -> Round:
        return self.placing.round

    @property
    def score(self) -> int:
        return self.placing.score

    @property
    def gap_pct(self) -> float:
        return round(100.0 * self.gap_points / max(1, self.score), 4)

    @cached_property
    def explainer(self) -> Explainer:
        answer = self.placing.answer
        return Explainer(self.round, self.placing.plan, self.worth, answer.region_prices)

    def figures(self) -> dict[str, Any]:
        placing, answer, one = self.placing, self.placing.answer, self.round
        placed = placing.plan != NOWHERE
        return {
            "families": len(one.units),
            "placed": int(placed.sum()),
            "persons": int(one.problem.persons.sum()),
            "persons_placed": placing.value.persons_placed,
            "score": self.score,
            "gap_points": self.gap_points,
            "gap_pct": self.gap_pct,
            "optimal": self.gap_points == 0,
            "bound_kind": answer.bound_kind,
            "fairness": placing.fair.to_json(),
            "wishes": {
                **placing.wishes.to_json(),
                "points_lost": placing.polished_points,
                "moved": placing.polished_families,
            },
            "lottery": placing.lots.to_json(),
            "asks": worth_asking_for(one, self.worth),
            "ahead": self.ahead,
            "engine": ENGINE_VERSION,
            "solver": f"HiGHS {version('highspy')}",
            "cpu_seconds": round(answer.cpu_seconds, 2),
        }

    def proof(self) -> dict[str, Any]:
        return {
            "problem": self.round.problem.digest(),
            "resources": list(self.round.resources),
            "plan": self.placing.plan.tolist(),
            "worth": self.worth.tolist(),
            "answer": self.placing.answer.to_json(),
        }

    def rows(self) -> dict[str, dict[str, Any]]:
        """Fields of a stored row by the case's number."""
        lots = self.placing.lots.probability
        return {
            unit.id: self._row(row) | {"probability": float(lots[row])}
            for row, unit in enumerate(self.round.units)
        }

    def _row(self, unit: int) -> dict[str, Any]:
        why = self.explainer.reasons(unit)
        year, quarter = quarter_of(why.period)
        return {
            "municipality": why.municipality,
            "year": year,
            "quarter": quarter,
            "points": why.points,
            "parts": {name: points for name, points in why.parts.items() if points},
            "price": why.price,
            "deciding": why.deciding,
            "alternatives": alternatives(self.explainer, unit),
            "removed": dict(why.removed),
            "sentences": {name: list(texts) for name, texts in why.sentences.items()},
            "waits": bool(
                not why.municipality
                and self.ahead
                and self.explainer.has_room(unit)[self._possible(unit)].any()
            ),
        }

    def _possible(self, unit: int) -> Any:
        return self.round.forbidden[unit] == 0


def quarter_of(period: str) -> tuple[int | None, int | None]:
    """Year and quarter of a place's first day; None for none."""
    if not period:
        return None, None
    first = date.fromisoformat(period)
    return first.year, rules.quarter_of(first)


def alternatives(explainer: Explainer, unit: int, most: int = ALTERNATIVES) -> list[dict[str, Any]]:
    """The best other municipalities for a unit, each once, in its best period."""
    one, at = explainer.round, int(explainer.plan[unit])
    net, worth, room = explainer.net(unit), explainer.worth(unit), explainer.has_room(unit)
    now = int(net[at]) if at != NOWHERE else 0
    seen = {one.places[at].municipality} if at != NOWHERE else set()
    found: list[dict[str, Any]] = []
    for j in np.lexsort((np.arange(len(net)), ~room, -net)):
        code = one.places[j].municipality
        if net[j] <= -(2**59) or len(found) == most:
            break
        if code in seen:
            continue
        seen.add(code)
        found.append(
            {
                "municipality": code,
                "period": one.places[j].key[1],
                "points": int(one.problem.scores[unit, j]),
                "worth": int(worth[j]),
                "net": now - int(net[j]),
                "room": bool(room[j]),
            }
        )
    return found


# --- Solving ---------------------------------------------------------------------------------------------------------


def solve_now(found: Input, *, progress: Show | None = None, stop: Stop | None = None) -> Solved:
    """All stages over those who wait. Raises ``ContractError``."""
    placing = place(
        found.round(), budget=Budget(time_limit=TIME_LIMIT), seed=found.seed, progress=progress, stop=stop
    )
    placing = replace(placing, plan=_sooner(placing.round, placing.plan))
    return Solved(placing, placing.answer.prices, placing.gap_points)


def solve_week(found: Input, pool: Pool, *, progress: Show | None = None, stop: Stop | None = None) -> Solved:
    """The week's best with those in mind who are still to come; some may be left to wait. Raises ``ContractError``.

    The number to come is forecast from last year's arrivals, never from the places agreed.
    """
    coming = weekly.forecast(pool.weekly, pool.weeks_left)
    if not pool.families or coming.mid <= 0:
        return solve_now(found, progress=progress, stop=stop)
    if progress:
        progress("prices", None, None, 0.0)
    everybody = make_round(
        [*found.families, *pool.families], found.places, found.settings, weights=found.weights
    )
    one = found.round(keep=everybody.resources)
    now = np.array([everybody.unit_row[unit.id] for unit in one.units], np.int64)
    past = np.array([everybody.unit_row[family.id] for family in pool.families], np.int64)
    problem = everybody.problem
    plan: Ints = problem.lock[now].copy()
    free = np.flatnonzero(plan == NOWHERE)
    room = problem.capacity.copy()
    held = np.flatnonzero(plan != NOWHERE)
    np.subtract.at(room, plan[held], problem.use[now[held]].astype(np.int64))
    everyone = weekly.Batch(problem.scores, problem.use)
    future = weekly.Future(
        everyone.rows(now[:0]), everyone.rows(past), expected=coming.mid, at_most=coming.high
    )
    week = weekly.place_week(
        everyone.rows(now[free]),
        future,
        np.maximum(room, 0),
        bonus=problem.bonus,
        budget=Budget(time_limit=TIME_LIMIT),
        seed=found.seed,
        progress=_without_points(progress),
        stop=stop,
    )
    plan[free] = week.assignment
    plan = _sooner(one, plan)
    worth = np.rint(week.prices).astype(np.int64) + week.answer.prices
    ahead = {
        "low": round(coming.low),
        "mid": round(coming.mid),
        "high": round(coming.high),
        "pool": len(pool.families),
    }
    return Solved(_placing(one, plan, week.answer, worth, found.seed), worth, week.answer.gap_points, ahead)


def _without_points(progress: Show | None) -> Show | None:
    """Tells the stages only: the points of a week are after prices, which nobody else counts in."""
    if progress is None:
        return None
    return lambda stage, _objective, _bound, seconds: progress(stage, None, None, seconds)


def _placing(one: Round, plan: Ints, answer: Answer, worth: Ints, seed: int) -> Placing:
    share = fairness.shares(one.problem, one.same_everywhere)
    level = fairness.attainment(share, plan, one.fairness_groups)
    value = plan_value(one.problem, plan)
    answer = replace(
        answer,
        assignment=plan,
        objective=value.objective,
        upper_bound=value.objective + answer.gap_points,
        persons_placed=value.persons_placed,
        prices=worth,
        family_prices=None,
        region_prices=np.zeros(one.problem.regions, np.int64),
        bonus=one.problem.bonus,
    )
    return Placing(
        round=one,
        answer=answer,
        plan=plan,
        value=value,
        fair=Fairness(plan, level, level, 0, 0.0, ()),
        polished_points=0,
        polished_families=0,
        wishes=measure(one.problem, one.wish_rank, plan),
        lots=Lottery(plan, np.ones(len(plan)), (), seed, 0),
    )


def _sooner(one: Round, plan: Ints) -> Ints:
    """The same municipalities with the same points, in the first quarter that has room."""
    problem, found = one.problem, plan.copy()
    use = problem.use.astype(np.int64)
    left = problem.capacity.copy()
    placed = np.flatnonzero(found != NOWHERE)
    np.subtract.at(left, found[placed], use[placed])
    for unit in placed:
        at = int(found[unit])
        for column in one.columns_of[one.places[at].municipality]:
            if column >= at or problem.lock[unit] != NOWHERE:
                break
            same = problem.scores[unit, column] == problem.scores[unit, at]
            if same and (use[unit] <= left[column]).all():
                left[at] += use[unit]
                left[column] -= use[unit]
                found[unit] = column
                break
    return found


# --- A stored round --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """A round stood up again from what was stored."""

    input: Input
    round: Round
    explainer: Explainer
    answer: Answer


def stored(source: Mapping[str, Any], proof: Mapping[str, Any]) -> Stored:
    """Raises ``OtherVersion`` when the same input makes another problem now, or has been deleted."""
    if not source or not proof:
        raise OtherVersion
    found = from_json(source)
    one = found.round(keep=proof["resources"])
    if one.problem.digest() != proof["problem"]:
        raise OtherVersion
    data = proof["answer"]
    answer = Answer(
        assignment=np.array(data["assignment"], np.int64),
        objective=data["objective"],
        upper_bound=data["upper_bound"],
        certificate_bound=data["certificate_bound"],
        bound_kind=data["bound_kind"],
        persons_placed=data["persons_placed"],
        prices=np.array(data["prices"], np.int64).reshape(one.problem.capacity.shape),
        region_prices=np.array(data["region_prices"], np.int64),
        family_prices=None,
        seconds=data["seconds"],
        cpu_seconds=data["cpu_seconds"],
        seed=data["seed"],
        digest=data["digest"],
        stopped=data["stopped"],
        optimal=data["optimal"],
        bonus=one.problem.bonus,
    )
    worth = np.array(proof["worth"], np.int64).reshape(one.problem.capacity.shape)
    plan = np.array(proof["plan"], np.int64)
    return Stored(found, one, Explainer(one, plan, worth, answer.region_prices), answer)
