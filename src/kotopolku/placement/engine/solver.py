"""Plans and bounds by stages: prices, relaxation, whole numbers, baskets, neighbourhoods, and what is left to HiGHS.

Small problems (a week's) are solved to proven optimality; of big ones the gap is proven. Every number in the answer is
recomputed by ``certificate`` from the raw data. Not for: what the points mean (``points``) or why a plan is so (``explain``).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kotopolku.placement.engine import certificate, highs
from kotopolku.placement.engine.answer import Answer, Budget
from kotopolku.placement.engine.baskets import Baskets
from kotopolku.placement.engine.neighbourhoods import improve
from kotopolku.placement.engine.prices import search_prices
from kotopolku.placement.engine.problem import NOWHERE, Ints, Problem
from kotopolku.placement.engine.relaxation import Relaxed, relax
from kotopolku.placement.engine.rounding import insert, search
from kotopolku.placement.engine.work import Clock, Pairs, Prices, Work

TINY = 40
"""Up to so many families the exact search alone is the quickest."""
SMALL = 150
"""Up to so many families every pair that could be in a best plan is searched to the end."""
MIDDLE = 2_000
"""Up to so many families baskets and HiGHS tighten the bound."""
BASKET_BOUND = 8_000
"""Up to so many families the bound by baskets is worth its time."""
SETTLE = 700
"""From so many families on, baskets that the master takes whole are kept when the rest is made whole."""
NEAR = 100
"""Points behind a family's best up to which its pairs are searched in the first neighbourhoods."""
BIG_GAP = 30
"""Points for each family between plan and bound from which baskets come before the exact search."""

Show = Callable[[str, int | None, int | None, float], None]
"""Told the stage, the value of the best plan, the bound and the seconds gone."""


def solve(
    problem: Problem,
    *,
    budget: Budget | None = None,
    seed: int = 0,
    progress: Show | None = None,
    stop: Callable[[], bool] | None = None,
    locks: Mapping[int, int] | None = None,
    forbid: Iterable[tuple[int, int]] = (),
    warm: Answer | None = None,
) -> Answer:
    """The best plan within the budget, with its proof.

    ``locks`` fixes families to municipalities, ``forbid`` excludes pairs; ``warm`` is an earlier answer to a problem of
    the same shape, whose prices and plan are a start. ``stop`` is asked often; when it says yes, the best so far is given.
    """
    problem = problem.forbidding(forbid) if forbid else problem
    problem = problem.locked(locks) if locks else problem
    return _Search(problem, budget or Budget(), seed, progress, stop).run(warm)


@dataclass(frozen=True)
class _Proof:
    """Prices and the bound that ``certificate`` gives for them."""

    bound: int
    places: Ints
    regions: Ints
    families: Ints | None = None


class _Search:
    """One run: the best plan and the best proof so far, and the stages that better them."""

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        seed: int,
        progress: Show | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.problem, self.budget, self.seed, self.progress = problem, budget, seed, progress
        self.began, self.cpu_began = time.perf_counter(), time.process_time()
        self.clock = Clock(time.perf_counter, budget.time_limit, stop)
        self.work = Work(problem)
        self.plan: Ints = np.full(self.work.n, NOWHERE, np.int64)
        self.value = self.work.worth(self.plan)
        self.fixed = self._fixed()
        self.proof = self._first_proof()
        self.solver_bound: int | None = None
        self.baskets: Baskets | None = None
        self.trail: list[tuple[str, int, int]] = []

    def _fixed(self) -> int:
        """Value of the locked families, which ``work`` leaves out."""
        locked = np.flatnonzero(self.problem.lock != NOWHERE)
        points = self.problem.scores[locked, self.problem.lock[locked]].astype(np.int64).sum()
        return int(points + self.problem.bonus * self.problem.persons[locked].sum())

    def run(self, warm: Answer | None) -> Answer:
        work, budget = self.work, self.budget
        start = self._take_warm(warm)
        rounds = self._steps(60 if start else (120 if work.n <= SMALL else 250))
        prices = search_prices(work, rounds, self.seed, start).whole(work.penalty)
        self._prove(prices)
        self._offer(insert(work, self.plan, prices))
        self._tell("prices")
        if not self._done():
            self._stages(prices)
        return self._answer(budget)

    def _stages(self, prices: Prices) -> None:
        work = self.work
        relaxed = relax(work, prices, self.clock)
        if relaxed is not None:
            prices = relaxed.prices.whole(work.penalty)
            self._prove(prices)
        self._tell("relaxation")
        pairs = work.pairs_near(prices, min(60, work.m), 250.0)
        if relaxed is not None:
            self._offer(self._round(relaxed, pairs, prices))
            self._tell("rounding")
        if work.n <= SMALL:
            self._small(prices, pairs, relaxed)
        elif work.n <= MIDDLE:
            self._middle(prices, pairs, relaxed)
        else:
            self._large(prices, pairs, relaxed)

    # Stages

    def _round(self, relaxed: Relaxed, pairs: Pairs, prices: Prices) -> Ints:
        """Keep what the relaxation settles whole; search the rest; place who is then left where there is room."""
        work = self.work
        whole = relaxed.x > 0.999
        plan = np.full(work.n, NOWHERE, np.int64)
        plan[relaxed.family[whole]] = relaxed.town[whole]
        if not work.fits(plan):
            return self.plan
        rest = np.flatnonzero(plan == NOWHERE)
        if len(rest):
            plan = search(work, plan, rest, pairs, self.clock, nodes=self._steps(100), start=False).plan
        return insert(work, plan, prices)

    def _small(self, prices: Prices, pairs: Pairs, relaxed: Relaxed | None) -> None:
        """Search all pairs that the bound cannot exclude, to the end."""
        if self.work.n > TINY and self._gap_is_big() and relaxed is not None:
            self._baskets(
                prices, pairs, relaxed, walk=self._steps(40), rounds=self._steps(40), nodes=self._steps(200)
            )
        if not self._done():
            self._rest(nodes=self._steps(200_000))

    def _middle(self, prices: Prices, pairs: Pairs, relaxed: Relaxed | None) -> None:
        """Baskets give both bound and plan; neighbourhoods before and after and a last search close what they can."""
        self._neighbourhoods(prices, self._near(pairs), searches=self._steps(10))
        if relaxed is not None:
            self._baskets(
                prices, pairs, relaxed, walk=self._steps(60), rounds=self._steps(60), nodes=self._steps(100)
            )
        self._neighbourhoods(prices, pairs, searches=self._steps(30))
        self._rest(nodes=self._steps(5_000))

    def _large(self, prices: Prices, pairs: Pairs, relaxed: Relaxed | None) -> None:
        """Neighbourhoods give the plan; the bound by baskets comes between, when a good plan shows how low it can go."""
        pairs = self._near(pairs)
        self._neighbourhoods(prices, pairs, searches=self._steps(20))
        if relaxed is not None and self.work.n <= BASKET_BOUND and not self._done():
            baskets = Baskets(self.work, relaxed.prices, relaxed.families, self.plan, pairs)
            baskets.walk(self._steps(40), self.clock, self.value)
            self._prove_baskets(baskets)
            self._tell("bound by baskets")
        self._neighbourhoods(prices, pairs, searches=self._steps(200))

    def _near(self, pairs: Pairs) -> Pairs:
        """Fewer pairs to search, but all of those who have no place yet."""
        return pairs.where((pairs.loss <= NEAR) | (self.plan[pairs.family] == NOWHERE))

    def _gap_is_big(self) -> bool:
        return self._bound() - self.fixed - self.value > BIG_GAP * self.work.n

    def _neighbourhoods(self, prices: Prices, pairs: Pairs, *, searches: int) -> None:
        if self._done():
            return
        found = improve(
            self.work,
            self.plan,
            prices,
            pairs,
            self.clock,
            self.seed + len(self.trail),
            searches=searches,
            size=int(np.clip(self.work.n // 5, 100, 450)),
            ceiling=self._bound() - self.fixed,
            show=self._show,
        )
        self._offer(found.plan)
        self._tell("neighbourhoods")

    def _baskets(
        self, prices: Prices, pairs: Pairs, relaxed: Relaxed, *, walk: int, rounds: int, nodes: int
    ) -> None:
        if self._done():
            return
        baskets = Baskets(self.work, relaxed.prices, relaxed.families, self.plan, pairs)
        baskets.walk(walk, self.clock, self.value)
        baskets.improve(rounds, self.clock, self.value)
        self._prove_baskets(baskets)
        self.baskets = baskets
        self._tell("bound by baskets")
        if not self._done():
            plan = baskets.plan(self.clock, nodes=nodes, settle=self.work.n > SETTLE)
            if plan is not None:
                self._offer(insert(self.work, plan, prices))
            self._tell("plan of baskets")

    def _rest(self, nodes: int) -> None:
        """Exact search over every pair that could be in a better plan than ours."""
        if self._done():
            return
        everybody = np.arange(self.work.n)
        gap = self._bound() - self.fixed - self.value
        near = self._possible()
        near = near.where(near.loss <= max(20, gap / 6))
        self._offer(search(self.work, self.plan, everybody, near, self.clock, nodes=max(1, nodes // 10)).plan)
        if self._done():
            return
        pairs = self._possible()
        found = search(self.work, self.plan, everybody, pairs, self.clock, nodes=nodes)
        self._offer(found.plan)
        if np.isfinite(found.bound):
            limit = int(np.floor(found.bound + 1e-6)) + self.fixed
            self.solver_bound = max(min(limit, self._bound()), self.value + self.fixed)
            if found.proven:
                self.solver_bound = self.value + self.fixed
        self._tell("search")

    def _possible(self) -> Pairs:
        if self.baskets is not None:
            return self.baskets.possible(self.value)
        slack = self.proof.bound - self.fixed - self.value
        now = Prices(self.proof.places.astype(float), self.proof.regions.astype(float))
        return self.work.pairs_near(now, self.work.m, float(slack))

    # The best so far

    def _take_warm(self, warm: Answer | None) -> Prices | None:
        if warm is None or warm.prices.shape != self.problem.capacity.shape:
            return None
        if len(warm.assignment) == self.problem.families:
            plan = warm.assignment[self.work.free]
            if self.work.fits(plan):
                self._offer(plan)
        regions = warm.region_prices.astype(float)
        if len(regions) != self.work.regions:
            regions = np.zeros(self.work.regions)
        return Prices(warm.prices * (self.work.room > 0).astype(float), regions)

    def _offer(self, plan: Ints) -> None:
        value = self.work.worth(plan)
        if value > self.value and self.work.fits(plan):
            self.plan, self.value = plan, value

    def _first_proof(self) -> _Proof:
        """Everybody at their best place, as if there was room for all."""
        places, regions = np.zeros_like(self.problem.capacity), np.zeros(self.problem.regions, np.int64)
        return _Proof(certificate.bound(self.problem, places, regions), places, regions)

    def _prove(self, prices: Prices, families: Ints | None = None) -> None:
        places, regions = prices.places.astype(np.int64), prices.regions.astype(np.int64)
        everybody = None
        if families is not None:
            everybody = np.zeros(self.problem.families, np.int64)
            everybody[self.work.free] = families
        bound = certificate.bound(self.problem, places, regions, everybody)
        if bound < self.proof.bound:
            self.proof = _Proof(bound, places, regions, everybody)

    def _prove_baskets(self, baskets: Baskets) -> None:
        self._prove(baskets.best.prices, baskets.best.families)

    def _bound(self) -> int:
        return self.proof.bound if self.solver_bound is None else min(self.proof.bound, self.solver_bound)

    def _done(self) -> bool:
        gap = self._bound() - self.fixed - self.value
        if gap <= 0:
            return True
        score = self.value + self.fixed - self.problem.bonus * int(self.problem.persons.sum())
        if self.budget.target_gap_pct and 100 * gap <= self.budget.target_gap_pct * max(1, score):
            return True
        return self.clock.over()

    def _steps(self, usual: int) -> int:
        return max(1, round(usual * self.budget.effort))

    def _tell(self, stage: str) -> None:
        self.trail.append((stage, self.value + self.fixed, self._bound()))
        self._show(self.value, stage)

    def _show(self, value: int, stage: str = "neighbourhoods") -> None:
        if self.progress is not None:
            self.progress(stage, value + self.fixed, self._bound(), time.perf_counter() - self.began)

    def _answer(self, budget: Budget) -> Answer:
        plan = self.work.whole(self.plan)
        checked = certificate.plan_value(self.problem, plan)
        bound = self._bound()
        return Answer(
            assignment=plan,
            objective=checked.objective,
            upper_bound=bound,
            certificate_bound=self.proof.bound,
            bound_kind="certificate" if bound == self.proof.bound else "solver",
            persons_placed=checked.persons_placed,
            prices=self.proof.places,
            region_prices=self.proof.regions,
            family_prices=self.proof.families,
            seconds=time.perf_counter() - self.began,
            cpu_seconds=time.process_time() - self.cpu_began,
            seed=self.seed,
            digest=self.problem.digest(),
            stopped=self.clock.stopped,
            optimal=bound <= checked.objective,
            settings={
                "time_limit": budget.time_limit,
                "effort": budget.effort,
                "target_gap_pct": budget.target_gap_pct,
                "highs": highs.version(),
            },
            trail=tuple(self.trail),
            bonus=self.problem.bonus,
        )
