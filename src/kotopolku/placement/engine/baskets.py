"""A stronger bound, and plans from it: each municipality takes whole sets of families ("baskets"), never half a family.

The master programme chooses one basket for each municipality, each family in at most one. New baskets come from the exact
dynamic programme of ``knapsack`` at the master's family prices (Dantzig–Wolfe). Municipalities with so many places that
the table would be too big keep single pairs and a price for their places.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from kotopolku.placement.engine import highs
from kotopolku.placement.engine.knapsack import MOST_STATES, best_basket, may_belong
from kotopolku.placement.engine.problem import NOWHERE, Flags, Ints
from kotopolku.placement.engine.work import NEVER, Clock, Floats, Pairs, Prices, Work

SMOOTH = 0.7
"""How much of the best prices stays when the next baskets are looked for: keeps prices from jumping about."""
FIRST_SMALL, FIRST_PAIRS = 1.0, 25.0
"""Points behind the family's best up to which single pairs are in the master from the start, where there are baskets and
where there are not."""
AIM, FIRST_STEP, PATIENCE = 0.3, 0.3, 8
"""The walk aims this share of the way from bound to plan; its first step; rounds without gain before the step is halved."""
NO_BOUND = 2**62
NEW_PAIRS = 40
"""Single pairs that one round may add for a municipality without baskets."""
NEAR = 0.9
"""Points between master and bound at which the bound cannot get better."""


@dataclass(frozen=True)
class Bounded:
    """The best bound by baskets and the whole prices that prove it."""

    total: int
    families: Ints
    """[n] price of each family."""
    prices: Prices
    tops: Ints
    """[m] best basket of each municipality at these prices (or the bound for it)."""


class Baskets:
    """The master programme and what it has found so far."""

    def __init__(self, work: Work, prices: Prices, families: Floats, plan: Ints, pairs: Pairs) -> None:
        """``prices`` and ``families`` are the relaxation's; the first bound is at these."""
        self.work = work
        self.prices = prices.whole(work.penalty)
        self.places = self.prices.places.astype(np.int64)
        cells = np.prod(np.minimum(work.room, work.need.sum(axis=0)).astype(float) + 1, axis=1)
        self.open: Flags = (work.room[:, 0] > 0) & (work.value > NEVER).any(axis=0)
        self.small: Flags = self.open & (cells <= MOST_STATES)
        nothing = np.zeros(work.m, np.int64)
        self.best = Bounded(NO_BOUND, np.zeros(work.n, np.int64), self.prices, nothing)
        self.total = NO_BOUND
        self.members: list[Ints] = []
        self.owner: list[int] = []
        self.known: set[tuple[int, bytes]] = set()
        self._build(pairs)
        self._add(self._of_plan(plan), first=True)
        self._add(self.price(families, prices.places, prices.regions))

    def _build(self, pairs: Pairs) -> None:
        """Rows: families, municipalities with baskets (one basket each), places of the others, regions."""
        work = self.work
        self.town_row = np.full(work.m, -1, np.int64)
        self.town_row[self.small] = work.n + np.arange(int(self.small.sum()))
        rows = (work.room > 0) & (self.open & ~self.small)[:, None]
        first = work.n + int(self.small.sum())
        self.place_row = np.full(work.room.shape, -1, np.int64)
        self.place_row[rows] = first + np.arange(int(rows.sum()))
        self.rows = rows
        self.region_row = first + int(rows.sum())
        bands = work.regions if work.banded else 0
        least = np.full(self.region_row + bands, -highs.INFINITE)
        most = np.concatenate([np.ones(first), work.room[rows].astype(float), np.zeros(bands)])
        self.solver = highs.new_solver()
        if bands:
            least[self.region_row :], most[self.region_row :] = work.low, work.high
        highs.add_rows(self.solver, least, most)
        if bands:
            over = np.arange(2 * bands)
            sign = np.where(over < bands, -1.0, 1.0)
            cost = np.full(2 * bands, -float(work.penalty))
            highs.add_columns(self.solver, cost, over, self.region_row + over % bands, sign, integer=False)
        self.spare = 2 * bands
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        near = pairs.loss <= np.where(self.small[pairs.municipality], FIRST_SMALL, FIRST_PAIRS)
        near &= self.open[pairs.municipality]
        alone = zip(pairs.family[near], pairs.municipality[near], strict=True)
        self._add([(int(j), np.array([i])) for i, j in alone], first=True)

    def _of_plan(self, plan: Ints) -> list[tuple[int, Ints]]:
        found: list[tuple[int, Ints]] = []
        for j in np.flatnonzero(self.open):
            inside = np.flatnonzero(plan == j)
            if len(inside) and self.small[j]:
                found.append((int(j), inside))
            else:
                found.extend((int(j), np.array([i])) for i in inside)
        return found

    def _add(self, new: list[tuple[int, Ints]], *, first: bool = False) -> int:
        """Columns for the baskets not yet known; of single pairs only a few at a time, but the ``first``."""
        work = self.work
        gain: list[float] = []
        columns: list[Ints] = []
        rows: list[Ints] = []
        entries: list[Floats] = []
        single = np.zeros(work.m, np.int64)
        for j, members in new:
            key = (j, members.tobytes())
            if key in self.known or single[j] >= NEW_PAIRS:
                continue
            single[j] += not self.small[j] and not first
            self.known.add(key)
            k, before = len(gain), len(rows)
            gain.append(float(work.value[members, j].astype(np.int64).sum()))
            rows.append(members)
            entries.append(np.ones(len(members)))
            if self.small[j]:
                rows.append(np.array([self.town_row[j]]))
                entries.append(np.ones(1))
            else:
                needed = work.need[members].sum(axis=0)
                counts = np.flatnonzero((needed > 0) & self.rows[j])
                rows.append(self.place_row[j, counts])
                entries.append(needed[counts].astype(float))
            if work.banded:
                rows.append(np.array([self.region_row + work.region[j]]))
                entries.append(np.array([float(work.persons[members].sum())]))
            columns.append(np.full(sum(len(part) for part in rows[before:]), k))
            self.members.append(members)
            self.owner.append(j)
        if gain:
            highs.add_columns(
                self.solver,
                np.array(gain),
                np.concatenate(columns),
                np.concatenate(rows).astype(np.int64),
                np.concatenate(entries),
                integer=False,
            )
        return len(gain)

    def improve(self, rounds: int, clock: Clock, floor: int) -> bool:
        """Lower the bound; True when it cannot get lower (or has met ``floor``, the value of a plan)."""
        work = self.work
        smooth, method = SMOOTH, "ipm"
        for _round in range(rounds):
            if not highs.run(self.solver, clock, solver=method):
                return False
            method = "simplex"
            value = float(self.solver.getInfo().objective_function_value)
            dual = np.array(self.solver.getSolution().row_dual)
            places = self.places.astype(float)
            places[self.rows] = np.maximum(dual[self.place_row[self.rows]], 0)
            regions = dual[self.region_row :] if work.banded else np.zeros(work.regions)
            regions = np.clip(regions, -work.penalty, work.penalty)
            best = self.best
            new = self.price(
                smooth * best.families + (1 - smooth) * np.maximum(dual[: work.n], 0),
                smooth * best.prices.places + (1 - smooth) * places,
                smooth * best.prices.regions + (1 - smooth) * regions,
                clock,
            )
            if clock.over():
                return False
            if self.best.total <= max(value + NEAR, floor):
                return True
            if self._add(new):
                smooth = min(SMOOTH, smooth + 0.1) if self.best is not best else smooth
            elif smooth > 0.0:
                smooth = 0.0 if smooth < 0.2 else smooth / 2
            else:
                return True
        return False

    def walk(self, rounds: int, clock: Clock, floor: int) -> None:
        """Lower the bound by steps against its slope, without the master: cheap, and its baskets are good columns.

        Each family's price goes up when several baskets hold it and down when none does; the prices of big
        municipalities' places stay, because there a whole point is already a long step. ``floor`` is a plan's value.
        """
        aim = self.best.total - AIM * max(0, self.best.total - floor)
        places, regions = self.best.prices.places, self.best.prices.regions
        families, slope = self.best.families.astype(float), np.zeros(self.work.n)
        step, last_better, fresh = FIRST_STEP, 0, True
        for turn in range(rounds):
            before = self.best
            chosen = self.price(families, places, regions, clock)
            if clock.over() or self.best.total <= floor:
                return
            self._add(chosen)
            if self.best is not before:
                last_better = turn
            elif turn - last_better > PATIENCE:
                step, last_better, fresh = step / 2, turn, True
                families = self.best.families.astype(float)
                continue
            free = np.ones(self.work.n)
            for _town, members in chosen:
                free[members] -= 1
            free[(families <= 0) & (free > 0)] = 0
            slope = free if fresh else 0.3 * free + 0.7 * slope
            fresh = False
            length = max(float((slope**2).sum()), 1e-9)
            families = np.maximum(families - step * max(self.total - aim, 1.0) / length * slope, 0)

    def price(
        self, families: Floats, places: Floats, regions: Floats, clock: Clock | None = None
    ) -> list[tuple[int, Ints]]:
        """The bound at these prices, rounded to whole points; gives the basket, or the pairs, that each municipality takes.

        A ``clock`` that runs out leaves the bound as it was.
        """
        work = self.work
        own = np.rint(families).astype(np.int64)
        area = np.rint(regions).astype(np.int64)
        dear = np.maximum(np.rint(places), 0).astype(np.int64)
        total = int(own.sum())
        if work.banded:
            total += int(np.where(area > 0, area * work.high, area * work.low).sum())
        tops = np.zeros(work.m, np.int64)
        new: list[tuple[int, Ints]] = []
        charge = area[work.region]
        for j in np.flatnonzero(self.open):
            if clock is not None and clock.over():
                return []
            column = work.value[:, j]
            gains = np.where(column > NEVER, column - own - charge[j] * work.persons, 0)
            basket = best_basket(
                gains, work.need, work.room[j], dear[j], most_states=MOST_STATES if self.small[j] else 0
            )
            tops[j] = basket.most
            total += basket.most
            if self.small[j]:
                if len(basket.members):
                    new.append((int(j), np.sort(basket.members)))
            else:
                new.extend(self._pairs(int(j), gains, dear[j]))
        self.total = total
        if total < self.best.total:
            self.best = Bounded(total, own, Prices(dear.astype(float), area.astype(float)), tops)
        return new

    def _pairs(self, j: int, gains: Ints, dear: Ints) -> list[tuple[int, Ints]]:
        after = np.where(gains > 0, gains - self.work.need @ dear, 0)
        taken = np.flatnonzero(after > 0)
        best = taken[np.argsort(-after[taken], kind="stable")]
        return [(j, best[k : k + 1]) for k in range(len(best))]

    def possible(self, floor: int) -> Pairs:
        """The pairs that a plan worth more than ``floor`` may use; all others are proven to be in no such plan."""
        work, best = self.work, self.best
        slack = best.total - floor - 1
        charge = best.prices.regions[work.region].astype(np.int64)
        dear = best.prices.places.astype(np.int64)
        rows, towns, losses = [], [], []
        for j in np.flatnonzero(self.open):
            column = work.value[:, j]
            possible = column > NEVER
            net = np.where(possible, column - best.families - charge[j] * work.persons, 0)
            states = MOST_STATES if self.small[j] else 0
            basket = best_basket(np.maximum(net, 0), work.need, work.room[j], dear[j], most_states=0)
            top = int(best.tops[j])
            can, most = may_belong(
                net, possible, work.need, work.room[j], basket, dear[j], top - slack, states
            )
            rows.append(can)
            towns.append(np.full(len(can), j))
            losses.append(np.maximum(top - most, 0).astype(float))
        family, town = np.concatenate(rows), np.concatenate(towns)
        order = np.lexsort((town, family))
        return Pairs(family[order], town[order], np.concatenate(losses)[order])

    def plan(self, clock: Clock, *, nodes: int, settle: bool) -> Ints | None:
        """The best whole-number plan out of the baskets known; ``settle`` keeps those that the master takes whole."""
        work = self.work
        count = len(self.owner)
        which = np.arange(self.spare, self.spare + count, dtype=np.int32)
        least = np.zeros(count)
        if not highs.run(self.solver, clock, solver="choose"):
            return None
        if settle:
            least[np.array(self.solver.getSolution().col_value)[self.spare :] > 0.9999] = 1.0
        self.solver.changeColsBounds(count, which, least, np.ones(count))
        self.solver.changeColsIntegrality(count, which, np.full(count, highs.INTEGER))
        done = highs.run(
            self.solver,
            clock,
            solver="choose",
            mip_max_nodes=nodes,
            mip_rel_gap=0.0,
            mip_abs_gap=highs.NODE_GAP,
        )
        found = None
        if done:
            x = np.array(self.solver.getSolution().col_value)[self.spare :]
            found = np.full(work.n, NOWHERE)
            for k in np.flatnonzero(x > 0.5):
                found[self.members[k]] = self.owner[k]
        self.solver.changeColsIntegrality(count, which, np.full(count, highspy.HighsVarType.kContinuous))
        self.solver.changeColsBounds(count, which, np.zeros(count), np.full(count, highs.INFINITE))
        return found if found is not None and work.fits(found) else None
