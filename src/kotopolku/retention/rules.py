"""When data must go, as pure functions over the law's data: which rule, until when, what a hold needs, coarse facts.

Not for: which rows (``graph.py``, ``sweeps.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kotopolku import law
from kotopolku.clients.rules import Milestones, Refusal

CLIENT_RULES = ("R1", "R2", "R3")
"""Rules of whole clients: 681/2023 § 77, 380/2023 § 122, 1386/2010 § 62."""
EMPLOYMENT_KINDS = frozenset({"employment-area", "te"})
SHORTEST_REASON = 10
"""Characters: a word is no reason. Our own rule."""
AGE_GROUPS = ((0, 17), (18, 29), (30, 49), (50, 64))


def client_rule(ended_on: date, authority_kind: str) -> law.Rule:
    """The rule by which a client relationship goes: by the Act in force when it ended, then by who answers."""
    if ended_on < law.rule("R1").valid_from:
        return law.rule("R3")
    return law.rule("R2" if authority_kind in EMPLOYMENT_KINDS else "R1")


def months_of(rule: law.Rule) -> int:
    """The length of a rule of months or years, in months. ``ValueError`` for another unit."""
    if rule.unit not in ("months", "years"):
        raise ValueError(f"{rule.id} is not counted in months")
    return rule.length * (12 if rule.unit == "years" else 1)


def goes_on(ended_on: date, authority_kind: str) -> date:
    """First day on which the client's data may no longer be kept."""
    return law.add_months(ended_on, months_of(client_rule(ended_on, authority_kind)))


def latest_start(rule: law.Rule, day: date) -> date:
    """The last starting day whose time by the rule is over on ``day``."""
    if rule.unit == "days":
        return date.fromordinal(day.toordinal() - rule.length)
    start = law.add_months(day, -months_of(rule))
    # 28 February minus months can fall short of a longer month's end; the days between have run out as well.
    following = date.fromordinal(start.toordinal() + 1)
    while law.add_months(following, months_of(rule)) <= day:
        start, following = following, date.fromordinal(following.toordinal() + 1)
    return start


def check_hold(reason: str, until: date | None, today: date) -> list[Refusal]:
    """A hold says why, and does not end before it begins."""
    found = _check_reason(reason)
    if until is not None and until < today:
        found.append(Refusal("until", "day-past"))
    return found


def check_lift(reason: str) -> list[Refusal]:
    """Lifting says why as well."""
    return _check_reason(reason)


def _check_reason(reason: str) -> list[Refusal]:
    if len(reason.strip()) < SHORTEST_REASON:
        return [Refusal("reason", "reason-short")]
    return []


def check_asked(asked_on: date, today: date) -> list[Refusal]:
    """A request cannot have been made in the future."""
    if asked_on > today:
        return [Refusal("asked_on", "day-to-come")]
    return []


def age_group(born: date | None, on: date) -> str:
    """A coarse age group on a day."""
    if born is None:
        return "unknown"
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((f"{low}-{high}" for low, high in AGE_GROUPS if low <= age <= high), "65-")


def stage_reached(days: Milestones) -> str:
    """How far a path came before it ended."""
    if days.referred_on:
        return "referred"
    if days.planned_on:
        return "planned"
    return "assessed" if days.assessed_on else "registered"


def whole_months(first: date, last: date) -> int:
    """Whole months between two days, never less than none."""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(months, 0)


@dataclass(frozen=True)
class Reported:
    """What one rule says on a day: how many are due, how many of them are held back."""

    rule: law.Rule
    due: int
    held: int

    @property
    def to_go(self) -> int:
        return self.due - self.held

    def to_json(self) -> Mapping[str, object]:
        return {
            "rule": self.rule.id,
            "source": self.rule.citation("en"),
            "certainty": self.rule.certainty,
            "title": self.rule.titles["en"],
            "valid": law.validity_text(self.rule, "en"),
            "due": self.due,
            "held": self.held,
            "to_go": self.to_go,
        }
