"""What the engine is given to spend and what it answers: a plan, its value, a proven bound and the prices of places.

Not for: how either is found (``solver``) or checked again (``certificate``).
"""

from dataclasses import dataclass, field
from typing import Any

from kotopolku.placement.engine.problem import NOWHERE, Ints

ENGINE_VERSION = "1"


@dataclass(frozen=True)
class Budget:
    """How much may be spent. The same input, seed and budget give the same answer unless the time limit ends it."""

    time_limit: float = 60.0
    """Seconds by the clock: a brake, after which the best plan so far is given."""
    effort: float = 1.0
    """Scales the steps and nodes of every stage; 1 suits a year's plan in about a minute."""
    target_gap_pct: float = 0.0
    """Stop when the proven gap is at most this many per cent of the score; 0 goes on to the end of the budget."""


@dataclass(frozen=True)
class Answer:
    """A plan with its proof. Money of the model is points; everything that is claimed is an integer."""

    assignment: Ints
    """[n] municipality of each family; −1 none."""
    objective: int
    """Points of the pairs plus the bonus for persons placed less the penalty for regions."""
    upper_bound: int
    """No plan is worth more: the better of the certificate's bound and the solver's."""
    certificate_bound: int
    """What anybody gets from the raw data and the prices below (``certificate.check``)."""
    bound_kind: str
    """"certificate" when ``upper_bound`` is the certificate's; "solver" when HiGHS' search made it smaller."""
    persons_placed: int
    prices: Ints
    """[m, D] points that one more place is worth."""
    region_prices: Ints
    """[R] points by which one more person in the region is dearer; negative when too few are there."""
    family_prices: Ints | None
    """[n] what each family is worth to the plan, for the certificate by baskets; None for the plain one."""
    seconds: float
    cpu_seconds: float
    seed: int
    digest: str
    stopped: bool
    """The time limit, or a person, ended the search before its budget was spent."""
    optimal: bool
    """Proven: no plan is better."""
    settings: dict[str, Any] = field(default_factory=dict)
    trail: tuple[tuple[str, int, int], ...] = ()
    """(stage, objective, bound) after each stage."""
    bonus: int = 0

    @property
    def score(self) -> int:
        """The objective without the bonus of persons placed."""
        return self.objective - self.bonus * self.persons_placed

    @property
    def gap_points(self) -> int:
        return self.upper_bound - self.objective

    @property
    def gap_score_pct(self) -> float:
        """The gap in per cent of the score without the bonus, which would make it look smaller."""
        if self.gap_points <= 0:
            return 0.0
        return round(100.0 * self.gap_points / max(1, self.score), 6)

    @property
    def unplaced(self) -> int:
        return int((self.assignment == NOWHERE).sum())

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment.tolist(),
            "objective": self.objective,
            "upper_bound": self.upper_bound,
            "bound_kind": self.bound_kind,
            "certificate_bound": self.certificate_bound,
            "gap_points": self.gap_points,
            "gap_score_pct": self.gap_score_pct,
            "persons_placed": self.persons_placed,
            "families_unplaced": self.unplaced,
            "optimal": self.optimal,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "seed": self.seed,
            "digest": self.digest,
            "engine": ENGINE_VERSION,
            "settings": self.settings,
            "trail": [list(step) for step in self.trail],
            "prices": self.prices.tolist(),
            "region_prices": self.region_prices.tolist(),
            "family_prices": None if self.family_prices is None else self.family_prices.tolist(),
        }
