"""Which numbers of a table are hidden: small ones, and others so that no sum gives a small one away. Pure.

A table is cells and lines, a line being one cell that is the sum of others. Not for: which tables there are.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Cell = Hashable


@dataclass(frozen=True)
class Line:
    """``whole`` is the sum of ``parts``, and a reader knows it."""

    whole: Cell
    parts: tuple[Cell, ...]


def hidden_cells(cells: Mapping[Any, int], lines: Sequence[Line], smallest: int) -> frozenset[Cell]:
    """Cells that may not be shown. No cell from 1 to ``smallest`` − 1 is left, nor one that the lines give exactly.

    Besides exact sums it keeps apart what is known of hidden numbers without them: that each is at least 1, and that those
    hidden for their smallness are under ``smallest``. The same input gives the same answer.
    """
    hidden = {key for key, number in cells.items() if 0 < number < smallest}
    lines = [line for line in lines if line.parts]
    while True:
        more = _open_line(cells, lines, hidden, smallest) or _determined(cells, lines, hidden)
        if more is None:
            return frozenset(hidden)
        hidden.add(more)


def _open_line(
    cells: Mapping[Any, int], lines: Sequence[Line], hidden: set[Cell], smallest: int
) -> Cell | None:
    """One more cell to hide because a line alone would tell of a hidden one."""
    for line in lines:
        parts = [part for part in line.parts if part in hidden]
        if line.whole in hidden:
            told = not parts
        else:
            together = sum(cells[part] for part in parts)
            told = bool(parts) and (
                len(parts) < 2
                or together < smallest
                or together == len(parts)
                or together == len(parts) * (smallest - 1)
            )
        if told and (found := _least(cells, line, hidden)) is not None:
            return found
    return None


def _determined(cells: Mapping[Any, int], lines: Sequence[Line], hidden: set[Cell]) -> Cell | None:
    """One more cell to hide because the lines together have one answer only for a hidden cell."""
    if not hidden:
        return None
    unknown = sorted(hidden, key=repr)
    place = {key: number for number, key in enumerate(unknown)}
    touching = [line for line in lines if line.whole in place or any(part in place for part in line.parts)]
    if not touching:
        return None
    matrix = np.zeros((len(touching), len(unknown)))
    for row, line in enumerate(touching):
        for part in line.parts:
            if part in place:
                matrix[row, place[part]] += 1
        if line.whole in place:
            matrix[row, place[line.whole]] -= 1
    _u, values, directions = np.linalg.svd(matrix, full_matrices=True)
    rank = int((values > 1e-9).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0.0) > 1e-9
    for number, key in enumerate(unknown):
        if free[number]:
            continue
        for line in touching:
            if key in (line.whole, *line.parts) and (found := _least(cells, line, hidden)) is not None:
                return found
    return None


def _least(cells: Mapping[Any, int], line: Line, hidden: set[Cell]) -> Cell | None:
    """The shown cell of a line that costs least: a part before the whole, a number before a zero, a small one first."""
    shown: Iterable[Cell] = (key for key in (*line.parts, line.whole) if key not in hidden)
    return min(
        shown, key=lambda key: (key == line.whole, cells[key] == 0, cells[key], repr(key)), default=None
    )
