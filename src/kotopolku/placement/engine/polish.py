"""Many small moves by chance that cools down: a family moves, swaps, or pushes another to where there is room.

Compiled by numba when it can be imported; the same steps run, slower and fewer, without it. All places are kept at every
step. Not for: moves that need many families at once (``neighbourhoods``).
"""

import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from kotopolku.placement.engine.problem import NOWHERE, Ints
from kotopolku.placement.engine.work import AT_ONCE, NEVER, Prices, Work

CHOICES = 24
"""Municipalities looked at for each family, best after prices first."""
MODULUS = 2_147_483_647
"""Of the small generator of random numbers (Lehmer), which is the same compiled and not."""
WITHOUT_COMPILER = 150
"""By how much fewer steps are made when numba is missing."""


def polish(
    work: Work, plan: Ints, prices: Prices, *, steps: int, warm: float, cold: float, seed: int
) -> Ints:
    """The best plan met in ``steps`` steps; ``warm`` and ``cold`` are points at the beginning and the end."""
    if not work.n or not work.m:
        return plan
    compiled = compiler_there()
    kernel = _kernel(compiled)
    found = kernel(
        work.value,
        work.need,
        work.left(plan),
        work.region,
        work.low,
        work.high,
        work.penalty,
        _choices(work, prices),
        plan.astype(np.int64),
        work.regional(plan),
        steps if compiled else max(1, steps // WITHOUT_COMPILER),
        float(warm),
        float(cold),
        1 + (seed * 7919 + 12345) % (MODULUS - 1),
    )
    return np.asarray(found, np.int64)


def compiler_there() -> bool:
    return importlib.util.find_spec("numba") is not None


@cache
def _kernel(compiled: bool) -> Callable[..., Any]:
    if not compiled:
        return _steps
    import numba

    try:
        return numba.njit(cache=True)(_steps)
    except RuntimeError:  # nowhere to keep the compiled code: compile in each process
        return numba.njit(_steps)


def _choices(work: Work, prices: Prices) -> Ints:
    """[n, CHOICES] municipalities, best after prices first; −1 at the end."""
    k = min(CHOICES, work.m)
    choices = np.full((work.n, k), NOWHERE, np.int64)
    for start in range(0, work.n, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        left = work.after(prices, part)
        near = np.argpartition(-left, k - 1, axis=1)[:, :k]
        gain = np.take_along_axis(left, near, axis=1)
        order = np.argsort(-gain, axis=1, kind="stable")
        near, gain = np.take_along_axis(near, order, axis=1), np.take_along_axis(gain, order, axis=1)
        choices[part] = np.where(gain > NEVER / 2, near, NOWHERE)
    return choices


def _steps(
    value: Any,
    need: Any,
    room: Any,
    region: Any,
    low: Any,
    high: Any,
    penalty: Any,
    choices: Any,
    plan: Any,
    regional: Any,
    steps: Any,
    warm: Any,
    cold: Any,
    state: Any,
) -> Any:
    """The loop itself, over integers and in plain words, so that it runs the same compiled and not.

    ``room`` [m, D] is what ``plan`` leaves; ``members[begin[j]:begin[j] + count[j]]`` are the families in municipality j.
    """
    n, resources = need.shape
    m, k = room.shape[0], choices.shape[1]
    count = np.zeros(m, np.int64)
    most = room[:, 0].copy()
    for i in range(n):
        if plan[i] >= 0:
            most[plan[i]] += need[i, 0]
    begin = np.zeros(m + 1, np.int64)
    for j in range(m):
        begin[j + 1] = begin[j] + min(n, most[j])
    members = np.zeros(begin[m] + 1, np.int32)
    place = np.zeros(n, np.int32)
    for i in range(n):
        j = plan[i]
        if j >= 0:
            members[begin[j] + count[j]] = i
            place[i] = count[j]
            count[j] += 1
    best_plan = plan.copy()
    change = 0
    most_change = 0
    cooling = np.log(cold / warm) / max(1, steps)
    for step in range(steps):
        state = (state * 48271) % 2147483647
        i = state % n
        state = (state * 48271) % 2147483647
        share = state / 2147483647.0
        j = choices[i, int(k * share * share)]
        here = plan[i]
        if j < 0 or j == here:
            continue
        gain = value[i, j] - (value[i, here] if here >= 0 else 0)
        other, other_to = -1, -1
        fits = True
        for d in range(resources):
            if need[i, d] > room[j, d]:
                fits = False
                break
        if not fits:
            if count[j] == 0:
                continue
            state = (state * 48271) % 2147483647
            other = members[begin[j] + state % count[j]]
            swap = True
            for d in range(resources):
                if room[j, d] + need[other, d] < need[i, d]:
                    swap = False
                    break
            if not swap:
                continue
            offer = -(2**29)
            if here >= 0 and value[other, here] > 0:
                swap = True
                for d in range(resources):
                    if room[here, d] + need[i, d] < need[other, d]:
                        swap = False
                        break
                if swap:
                    offer = value[other, here]
                    other_to = here
            for q in range(k):
                c = choices[other, q]
                if c < 0:
                    break
                if c == j or c == here or value[other, c] <= offer:  # noqa: SIM109
                    continue
                fits = True
                for d in range(resources):
                    if need[other, d] > room[c, d]:
                        fits = False
                        break
                if fits:
                    offer = value[other, c]
                    other_to = c
            if other_to < 0:
                continue
            gain += offer - value[other, j]
        if penalty > 0:
            before = 0
            for part in range(2):
                # Count the persons outside the bands of up to three regions, then again after the move.
                first = region[j]
                second = region[here] if here >= 0 else -1
                third = region[other_to] if other >= 0 else -1
                outside = max(regional[first] - high[first], 0) + max(low[first] - regional[first], 0)
                if second >= 0 and second != first:
                    outside += max(regional[second] - high[second], 0) + max(
                        low[second] - regional[second], 0
                    )
                if third >= 0 and third != first and third != second:
                    outside += max(regional[third] - high[third], 0) + max(low[third] - regional[third], 0)
                if part == 0:
                    before = outside
                    regional[first] += need[i, 0]
                    if second >= 0:
                        regional[second] -= need[i, 0]
                    if other >= 0:
                        regional[first] -= need[other, 0]
                        regional[third] += need[other, 0]
                else:
                    gain -= penalty * (outside - before)
        accept = gain >= 0
        if not accept:
            state = (state * 48271) % 2147483647
            heat = warm * np.exp(cooling * step)
            accept = state / 2147483647.0 < np.exp(gain / heat)
        if not accept:
            if penalty > 0:
                regional[region[j]] -= need[i, 0]
                if here >= 0:
                    regional[region[here]] += need[i, 0]
                if other >= 0:
                    regional[region[j]] += need[other, 0]
                    regional[region[other_to]] -= need[other, 0]
            continue
        if other >= 0:
            count[j] -= 1
            last = members[begin[j] + count[j]]
            members[begin[j] + place[other]] = last
            place[last] = place[other]
        if here >= 0:
            count[here] -= 1
            last = members[begin[here] + count[here]]
            members[begin[here] + place[i]] = last
            place[last] = place[i]
        members[begin[j] + count[j]] = i
        place[i] = count[j]
        count[j] += 1
        plan[i] = j
        for d in range(resources):
            room[j, d] -= need[i, d]
            if here >= 0:
                room[here, d] += need[i, d]
            if other >= 0:
                room[j, d] += need[other, d]
                room[other_to, d] -= need[other, d]
        if other >= 0:
            members[begin[other_to] + count[other_to]] = other
            place[other] = count[other_to]
            count[other_to] += 1
            plan[other] = other_to
        change += gain
        if change > most_change:
            most_change = change
            best_plan[:] = plan
    return best_plan
