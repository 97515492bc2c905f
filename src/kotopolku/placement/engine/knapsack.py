"""The best set of families for one municipality when each has a gain and needs places: exact, in whole numbers.

Not for: what the gains are (``certificate``, ``baskets``).
"""

from dataclasses import dataclass

import numpy as np

from kotopolku.placement.engine.problem import Flags, Ints

MOST_STATES = 60_000
"""Cells of the table (free places of each resource, multiplied) up to which the exact set is looked for."""


@dataclass(frozen=True)
class Basket:
    """``most`` is never below the best set's gain; it is that gain when ``exact``."""

    most: int
    exact: bool
    members: Ints
    """Rows of the families in the set found (the best one when ``exact``)."""
    gain: int
    """Gain of ``members``."""
    relaxed: int
    """The bound from prices alone; less a family's loss after prices it bounds each set with that family in it."""
    person_price: int
    """Points for a person's place at which ``relaxed`` was reached."""


NOBODY = np.zeros(0, np.int64)


def best_basket(
    gains: Ints, use: Ints, room: Ints, prices: Ints, *, most_states: int = MOST_STATES
) -> Basket:
    """``gains`` [n], ``use`` [n, D], ``room`` [D]; ``prices`` [D] only help to leave hopeless families out.

    The bound from prices: each place costs ``prices``, persons cost whatever makes the bound lowest. A family that falls
    further behind than that bound is above a set already found cannot be in the best set.
    """
    rows = np.flatnonzero(gains > 0)
    base = int(prices[1:] @ room[1:])
    if not len(rows):
        return Basket(0, True, NOBODY, 0, base, 0)
    gain, need = gains[rows], use[rows]
    after = gain - need[:, 1:] @ prices[1:]
    order = np.argsort(-(after / need[:, 0]), kind="stable")
    person_price = _critical(after[order], need[order, 0], int(room[0]), int(prices[0]))
    net = after - person_price * need[:, 0]
    relaxed = base + person_price * int(room[0]) + int(np.maximum(net, 0).sum())
    losses = np.maximum(-net, 0)
    everything = int(gain.sum())
    found = _greedy(np.argsort(-net, kind="stable"), need, room)
    other = _greedy(order, need, room)
    if gain[other].sum() > gain[found].sum():
        found = other
    got = int(gain[found].sum())
    most = min(relaxed, everything)
    hopeful = losses <= relaxed - got
    if got >= most:
        return Basket(most, True, rows[found], got, relaxed, person_price)
    few, small = gain[hopeful], need[hopeful]
    table = np.minimum(room, small.sum(axis=0))
    binding = small.sum(axis=0) > room
    if not binding.any():
        members = np.flatnonzero(hopeful)
        return Basket(int(few.sum()), True, rows[members], int(few.sum()), relaxed, person_price)
    shape = table[binding] + 1
    if float(np.prod(shape.astype(float))) > most_states:
        return Basket(most, False, rows[found], got, relaxed, person_price)
    chosen, value = _table(few, small[:, binding], shape)
    if value < got:
        raise AssertionError("the exact set cannot be worth less than one that was found")
    return Basket(value, True, rows[np.flatnonzero(hopeful)[chosen]], value, relaxed, person_price)


def may_belong(
    gains: Ints,
    possible: Flags,
    use: Ints,
    room: Ints,
    basket: Basket,
    prices: Ints,
    floor: int,
    most_states: int,
) -> tuple[Ints, Ints]:
    """The families that can be in a set with a gain of at least ``floor``, and the most such a set can gain.

    ``gains`` may be negative here: a family may have to be where it is no gain. ``basket`` is this municipality's best.
    """
    after = gains - use[:, 1:] @ prices[1:]
    loss = np.maximum(basket.person_price * use[:, 0] - after, 0)
    rows = np.flatnonzero(possible & (loss <= basket.relaxed - floor))
    most = basket.relaxed - loss[rows]
    if not len(rows):
        return rows, most
    total = use[rows].sum(axis=0)
    binding = total > room
    shape = np.minimum(room, total)[binding] + 1
    if not binding.any() or float(np.prod(shape.astype(float))) > most_states:
        return rows, most
    helpful = rows[gains[rows] > 0]
    best = np.zeros(tuple(int(side) for side in shape), np.int64)
    for g, row in zip(gains[helpful].tolist(), use[helpful][:, binding].tolist(), strict=True):
        target = best[tuple(slice(s, None) for s in row)]
        np.maximum(
            target,
            best[tuple(slice(0, side - s) for s, side in zip(row, best.shape, strict=True))] + g,
            out=target,
        )
    rest = shape[None, :] - 1 - use[rows][:, binding]
    most = np.minimum(most, gains[rows] + best[tuple(rest.T)])
    keep = most >= floor
    return rows[keep], most[keep]


def _critical(after: Ints, persons: Ints, room: int, fallback: int) -> int:
    """The whole price of a person's place at which about ``room`` persons would be taken, best first."""
    taken = np.cumsum(persons)
    k = int(np.searchsorted(taken, room, side="right"))
    if k >= len(after):
        return 0
    return max(0, int(after[k] // persons[k]))


def _greedy(order: Ints, need: Ints, room: Ints) -> Ints:
    left = room.copy()
    members = []
    for k in order[:400]:
        if (need[k] <= left).all():
            left -= need[k]
            members.append(int(k))
            if left[0] == 0:
                break
    return np.array(members, np.int64)


def _table(gain: Ints, need: Ints, shape: Ints) -> tuple[Ints, int]:
    """Dynamic programme over the places: ``best[places]`` is the most gain within them; then the way back."""
    best = np.zeros(tuple(int(side) for side in shape), np.int64)
    taken: list[tuple[tuple[slice, ...], Flags]] = []
    for g, row in zip(gain.tolist(), need.tolist(), strict=True):
        into = tuple(slice(s, None) for s in row)
        source = tuple(slice(0, side - s) for s, side in zip(row, best.shape, strict=True))
        target = best[into]
        offer = best[source] + g
        better = offer > target
        np.copyto(target, offer, where=better)
        taken.append((into, better))
    place = [side - 1 for side in best.shape]
    chosen = []
    for k in range(len(taken) - 1, -1, -1):
        into, better = taken[k]
        at = tuple(p - (s.start or 0) for p, s in zip(place, into, strict=True))
        if min(at) >= 0 and better[at]:
            chosen.append(k)
            place = list(at)
    chosen.reverse()
    return np.array(chosen, np.int64), int(best.flat[-1])
