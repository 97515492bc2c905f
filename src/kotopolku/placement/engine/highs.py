"""Linear and integer programmes over chosen pairs, solved by HiGHS.

One thread everywhere: HiGHS keeps one pool for the process, and a later different number makes a run fail silently.
Not for: which pairs to take (``relaxation``, ``rounding``, ``neighbourhoods``).
"""

from typing import Any

import highspy
import numpy as np

from kotopolku.placement.engine.problem import Flags, Ints
from kotopolku.placement.engine.work import Clock, Floats, Work

INFINITE = highspy.kHighsInf
INTEGER = highspy.HighsVarType.kInteger
NODE_GAP = 0.9
"""Points are whole numbers: a plan within 0.9 of the bound is the best there is."""


def new_solver() -> Any:
    """A silent HiGHS with the one number of threads of this process."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("random_seed", 0)
    return solver


def version() -> str:
    return str(highspy.Highs().version())


def add_rows(solver: Any, low: Floats, high: Floats) -> None:
    empty = np.zeros(len(low), np.int32)
    solver.addRows(len(low), low, high, 0, empty, np.zeros(0, np.int32), np.zeros(0))


def add_columns(
    solver: Any,
    gain: Floats,
    column: Ints,
    row: Ints,
    entry: Floats,
    *,
    integer: bool,
    most: float | None = None,
) -> None:
    """Columns 0..k−1 with entries (column, row, entry) in any order; at most 1 each when integer."""
    k = len(gain)
    if not k:
        return
    first = solver.getNumCol()
    order = np.lexsort((row, column))
    starts = np.searchsorted(column[order], np.arange(k)).astype(np.int32)
    top = (1.0 if integer else INFINITE) if most is None else most
    solver.addCols(
        k,
        np.ascontiguousarray(gain, np.float64),
        np.zeros(k),
        np.full(k, top),
        len(entry),
        starts,
        row[order].astype(np.int32),
        entry[order].astype(np.float64),
    )
    if integer:
        which = np.arange(first, first + k, dtype=np.int32)
        solver.changeColsIntegrality(k, which, np.full(k, INTEGER))


class PairModel:
    """Rows: each family at most once, the places that can run out, the bands of regions. Columns: pairs."""

    def __init__(
        self,
        work: Work,
        families: Ints,
        room: Ints,
        low: Ints,
        high: Ints,
        rows: Flags,
        *,
        integer: bool = False,
    ) -> None:
        """``rows`` [m, D] says which places get a row; the others cannot run out over the pairs to come."""
        self.work, self.integer = work, integer
        self.family_row = np.full(work.n, -1, np.int64)
        self.family_row[families] = np.arange(len(families))
        self.place_row = np.full((work.m, work.resources), -1, np.int64)
        count = int(rows.sum())
        self.rows = rows
        self.place_row[rows] = len(families) + np.arange(count)
        self.region_row = len(families) + count
        self.families = families
        bands = work.regions if work.banded else 0
        least = np.full(self.region_row + bands, -INFINITE)
        most = np.concatenate([np.ones(len(families)), room[rows].astype(float), np.zeros(bands)])
        self.solver = new_solver()
        self.spare = 2 * bands
        if bands:
            least[self.region_row :] = low
            most[self.region_row :] = high
        add_rows(self.solver, least, most)
        if bands:
            over = np.arange(2 * bands)
            add_columns(
                self.solver,
                np.full(2 * bands, -float(work.penalty)),
                over,
                self.region_row + over % bands,
                np.where(over < bands, -1.0, 1.0),
                integer=False,
            )
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.family = np.zeros(0, np.int64)
        self.town = np.zeros(0, np.int64)

    def add(self, family: Ints, town: Ints) -> None:
        if not len(family):
            return
        work, k = self.work, len(family)
        columns, rows, entries = [np.arange(k)], [self.family_row[family]], [np.ones(k)]
        for d in range(work.resources):
            need, row = work.need[family, d], self.place_row[town, d]
            counts = np.flatnonzero((need > 0) & (row >= 0))
            columns.append(counts)
            rows.append(row[counts])
            entries.append(need[counts].astype(float))
        if work.banded:
            columns.append(np.arange(k))
            rows.append(self.region_row + work.region[town])
            entries.append(work.persons[family].astype(float))
        add_columns(
            self.solver,
            work.value[family, town].astype(float),
            np.concatenate(columns),
            np.concatenate(rows),
            np.concatenate(entries),
            integer=self.integer,
        )
        self.family = np.concatenate([self.family, family])
        self.town = np.concatenate([self.town, town])

    def start_from(self, plan: Ints, low: Ints, high: Ints) -> None:
        """Give the integer search a plan to begin with."""
        x = np.zeros(self.spare + len(self.family))
        chosen = plan[self.family] == self.town
        x[self.spare :] = chosen
        if self.spare:
            where = self.work.region[self.town[chosen]]
            regional = np.bincount(where, self.work.persons[self.family[chosen]], self.work.regions)
            x[: self.work.regions] = np.maximum(regional - high, 0)
            x[self.work.regions : self.spare] = np.maximum(low - regional, 0)
        solution = highspy.HighsSolution()
        solution.col_value = x.tolist()
        self.solver.setSolution(solution)

    def run(self, clock: Clock, /, **options: Any) -> bool:
        return run(self.solver, clock, **options)

    def values(self) -> Floats:
        return np.array(self.solver.getSolution().col_value)[self.spare :]

    def duals(self) -> tuple[Floats, Floats, Floats]:
        """Prices of the families (in the order given), places [m, D] and regions [R]."""
        dual = np.array(self.solver.getSolution().row_dual)
        places = np.zeros((self.work.m, self.work.resources))
        places[self.rows] = np.maximum(dual[self.place_row[self.rows]], 0)
        regions = dual[self.region_row :] if self.work.banded else np.zeros(self.work.regions)
        return np.maximum(dual[: len(self.families)], 0), places, regions


def run(solver: Any, clock: Clock, /, **options: Any) -> bool:
    """Solve within the time that is left; False when there is no solution to read."""
    limit = min(float(options.pop("time_limit", INFINITE)), clock.left())
    if limit <= 0.01 or clock.over():
        return False
    solver.setOptionValue("time_limit", solver.getRunTime() + limit)
    for name, setting in options.items():
        solver.setOptionValue(name, setting)

    def ask(event: Any) -> None:
        if clock.over():
            event.interrupt()

    solver.cbMipInterrupt += ask
    try:
        solver.run()
    finally:
        solver.cbMipInterrupt -= ask
    return bool(len(solver.getSolution().col_value)) and solver.getInfo().primal_solution_status == 2
