"""A whole round from first to last: solve, lift the worst-off group, polish wishes, draw lots, give reasons.

What comes out is a proposal; people decide. Not for: reading files (``tables``), the web, or the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kotopolku.placement.engine import fairness, preferences
from kotopolku.placement.engine.answer import ENGINE_VERSION, Answer, Budget
from kotopolku.placement.engine.certificate import Value, plan_value
from kotopolku.placement.engine.explain import Explainer, Reasons, worth_asking_for
from kotopolku.placement.engine.fairness import Fairness, attainment, shares
from kotopolku.placement.engine.lottery import Lottery, draw
from kotopolku.placement.engine.preferences import Wishes, measure
from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.rounds import Round
from kotopolku.placement.engine.solver import Show, solve

FAIR_TIME = 0.1
"""Share of the time for each point of the curve of fairness; the first stage gets what is left."""
FAIR_EFFORT = 0.25


@dataclass(frozen=True)
class Placing:
    """A finished round: the plan to propose, its proof, and what each stage cost in points."""

    round: Round
    answer: Answer
    """Of the first stage: prices and bound; its plan is not yet polished."""
    plan: Ints
    value: Value
    fair: Fairness
    polished_points: int
    polished_families: int
    wishes: Wishes
    lots: Lottery

    @property
    def score(self) -> int:
        """Points without the bonus and without what every place gives alike."""
        placed = self.plan != NOWHERE
        return self.value.score - int(self.round.same_everywhere[placed].sum())

    @property
    def gap_points(self) -> int:
        return max(0, self.answer.upper_bound - self.value.objective)

    @property
    def gap_score_pct(self) -> float:
        return round(100.0 * self.gap_points / max(1, self.score), 6)

    def explainer(self, *, may_see_protected: bool = False) -> Explainer:
        return Explainer(
            self.round,
            self.plan,
            self.answer.prices,
            self.answer.region_prices,
            may_see_protected=may_see_protected,
        )

    def reasons(self, *, may_see_protected: bool = False) -> list[Reasons]:
        """For each unit, in their order."""
        explainer = self.explainer(may_see_protected=may_see_protected)
        return [explainer.reasons(row) for row in range(len(self.round.units))]

    def to_json(self, *, may_see_protected: bool = False) -> dict[str, Any]:
        one, answer = self.round, self.answer
        reasons = self.reasons(may_see_protected=may_see_protected)
        rows = [
            {
                **found.to_json(),
                "families": [family.id for family in unit.members],
                "probability": float(self.lots.probability[row]),
            }
            for row, (unit, found) in enumerate(zip(one.units, reasons, strict=True))
        ]
        return {
            "engine": ENGINE_VERSION,
            "weights": one.weights.version,
            "day": one.settings.day.isoformat(),
            "seed": answer.seed,
            "digest": answer.digest,
            "settings": answer.settings,
            "objective": self.value.objective,
            "upper_bound": answer.upper_bound,
            "bound_kind": answer.bound_kind,
            "gap_points": self.gap_points,
            "gap_score_pct": self.gap_score_pct,
            "score": self.score,
            "optimal_before_stages": answer.optimal,
            "stopped": answer.stopped,
            "persons": int(one.problem.persons.sum()),
            "persons_placed": self.value.persons_placed,
            "families": len(one.families),
            "units_unplaced": int((self.plan == NOWHERE).sum()),
            "stages": {
                "solve": {"objective": answer.objective},
                "fairness": self.fair.to_json(),
                "wishes": {"points_lost": self.polished_points, "families_moved": self.polished_families},
                "lottery": self.lots.to_json(),
            },
            "preferences": self.wishes.to_json(),
            "worth_asking_for": worth_asking_for(one, answer.prices),
            "placements": rows,
            "seconds": round(answer.seconds, 3),
        }


def place(
    one: Round,
    *,
    budget: Budget | None = None,
    seed: int = 0,
    progress: Show | None = None,
    stop: Callable[[], bool] | None = None,
    warm: Answer | None = None,
) -> Placing:
    """Run all stages. Each later stage may lose no more points than the settings allow, and places nobody less."""
    settings, problem = one.settings, one.problem
    budget = budget or Budget()
    budget = replace(budget, effort=budget.effort * settings.effort)
    first = budget
    if settings.fairness_pct > 0:
        first = replace(budget, time_limit=budget.time_limit * (1 - fairness.STEPS * FAIR_TIME))
    answer = solve(problem, budget=first, seed=seed, progress=progress, stop=stop, warm=warm)
    base = answer.objective - problem.bonus * answer.persons_placed
    fair = _lifted(one, answer, budget, stopped=stop is not None and stop())
    spare = int(settings.wishes_pct * max(0, base) / 100)
    held = _kept(one)
    polished = preferences.polish(problem, one.wish_rank, fair.plan, spare, held=held)
    if not _still_fair(one, fair, polished.plan):
        polished = preferences.Polished(fair.plan, 0, 0)
    ids = [unit.id for unit in one.units]
    lots = draw(problem, polished.plan, ids, settings.lottery_points, seed, held=held)
    return Placing(
        round=one,
        answer=answer,
        plan=lots.plan,
        value=plan_value(problem, lots.plan),
        fair=fair,
        polished_points=polished.points_lost,
        polished_families=polished.moved,
        wishes=measure(problem, one.wish_rank, lots.plan),
        lots=lots,
    )


def _lifted(one: Round, answer: Answer, budget: Budget, *, stopped: bool) -> Fairness:
    """The first plan with the worst-off group lifted; untouched when a person has stopped the round."""
    share = shares(one.problem, one.same_everywhere)
    before = attainment(share, answer.assignment, one.fairness_groups)
    if stopped or one.settings.fairness_pct <= 0:
        return Fairness(answer.assignment, before, before, 0, 0.0, ())
    less = replace(budget, time_limit=budget.time_limit * FAIR_TIME, effort=budget.effort * FAIR_EFFORT)
    return fairness.lift(
        one.problem,
        answer,
        one.fairness_groups,
        most_pct=one.settings.fairness_pct,
        budget=less,
        same_everywhere=one.same_everywhere,
    )


def _still_fair(one: Round, fair: Fairness, plan: Ints) -> bool:
    """Wishes may not push the worst-off group below where it was lifted to by more than a thousandth."""
    if not fair.after:
        return True
    after = attainment(shares(one.problem, one.same_everywhere), plan, one.fairness_groups)
    return min(after.values()) >= min(fair.after.values()) - 0.001


def _kept(one: Round) -> Any:
    """[units] those told of a proposal already: neither wishes nor lots move them."""
    return np.array([any(family.kept for family in unit.members) for unit in one.units], np.bool_)
