"""Rules of the quality room as pure functions: what an excuse needs, what a region may be shown, drawing the history.

Not for: the checks' conditions (``checks.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kotopolku import law
from kotopolku.clients.rules import Refusal

LONGEST_EXCUSE_MONTHS = 12
"""An excuse is looked at again at least once a year. Our own rule."""
SHORTEST_REASON = 10
"""Characters: a word is no reason. Our own rule."""


def check_excuse(reason: str, until: date, today: date) -> list[Refusal]:
    """A reason that says something, and a last day between today and a year from now."""
    found = []
    if len(reason.strip()) < SHORTEST_REASON:
        found.append(Refusal("reason", "excuse-reason"))
    latest = law.add_months(today, LONGEST_EXCUSE_MONTHS)
    if until < today:
        found.append(Refusal("until", "day-past"))
    elif until > latest:
        found.append(Refusal("until", "excuse-long", params={"latest": latest}))
    return found


def shown_counts(counts: Sequence[int], smallest: int) -> list[int | None]:
    """The counts with those of too few people hidden (None). When one alone is hidden, the next smallest is too.

    Else it could be had by subtraction from a total known elsewhere.
    """
    hidden = [0 < number < smallest for number in counts]
    if sum(hidden) == 1:
        others = [(number, place) for place, number in enumerate(counts) if number and not hidden[place]]
        if others:
            hidden[min(others)[1]] = True
    return [None if hide else number for number, hide in zip(counts, hidden, strict=True)]


@dataclass(frozen=True)
class Curve:
    """A line of counts as points of an SVG of 600 × 140: only numbers, no text of a person."""

    points: str
    marks: tuple[tuple[float, float], ...]
    most: int
    half: float
    first: date
    last: date


WIDTH, HEIGHT, LEFT, TOP = 600.0, 140.0, 44.0, 10.0


def curve(history: Sequence[tuple[date, int]]) -> Curve | None:
    """The history as a line; None for fewer than two days."""
    if len(history) < 2:
        return None
    first, last = history[0][0], history[-1][0]
    most = max(max(count for _day, count in history), 1)
    span = max((last - first).days, 1)
    marks = tuple(
        (
            round(LEFT + (WIDTH - LEFT - 10) * (day - first).days / span, 1),
            round(TOP + (HEIGHT - TOP) * (1 - count / most), 1),
        )
        for day, count in history
    )
    points = " ".join(f"{x},{y}" for x, y in marks)
    return Curve(points, marks[-1:], most, round(TOP + (HEIGHT - TOP) / 2, 1), first, last)
