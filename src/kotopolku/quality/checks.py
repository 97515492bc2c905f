"""What a check is: its words, how serious it is, and the set-based condition that finds its clients.

Not for: the checks themselves (``checks_client.py``, ``checks_plan.py``, ``checks_rooms.py``) and running them
(``engine.py``). A condition speaks of the aliases of its source; the limits of our own come from the law's data.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotopolku import law

Words = str | Promise


class Severity(IntEnum):
    """How much it matters: first what the law or the client's rights hang on."""

    SERIOUS = 1
    MATTERS = 2
    MINOR = 3

    @property
    def words(self) -> Words:
        return {1: _("serious"), 2: _("important"), 3: _("to tidy up")}[self.value]

    @property
    def mark(self) -> str:
        """The state of the design's mark."""
        return {1: "late", 2: "soon", 3: "plan"}[self.value]


@dataclass(frozen=True)
class Source:
    """Rows that a check looks at. ``r`` is always the responsibility of the day, whose authority the count goes to."""

    name: str
    tables: str
    """SQL after FROM; joins on ``r``."""
    several: bool = False
    """A client can have several rows; one is enough to be counted, once."""
    ended: bool = False
    """Looks at relationships that have ended, not at those under way."""


@dataclass(frozen=True)
class Check:
    """One check that explains itself. ``condition`` is SQL over the aliases of ``source``, true for a faulty client."""

    id: str
    title: Words
    what: Words
    why: Words
    mend: Words
    severity: Severity
    source: Source
    condition: str
    address: str
    """Name of the page, taking the relationship's id, on which it is mended."""
    limit: str = ""
    """Id of the rule whose time the condition counts with; ``%(O_ID)s`` is the last day past it for O-ID."""
    apart: bool = False
    """Counted by a statement of its own: the condition asks of other tables, and the planner joins them best alone."""
    since: date = date.min
    """First day on which it means something, such as the day an Act came into force."""

    def in_force(self, on: date) -> bool:
        return self.since <= on


CLIENT = Source(
    "client",
    "clients_responsibility r JOIN clients_relationship c ON c.id = r.relationship_id"
    " JOIN clients_person p ON p.id = r.person_id LEFT JOIN clients_protectedcontact k ON k.person_id = r.person_id",
)
ALONE = Source("alone", "clients_responsibility r")
PERSON = Source("person", "clients_responsibility r JOIN clients_person p ON p.id = r.person_id")
ENDED = Source(
    "ended",
    "clients_responsibility r JOIN clients_relationship c ON c.id = r.relationship_id",
    ended=True,
)
PLAN = Source(
    "plan",
    "clients_responsibility r JOIN clients_plan n ON n.relationship_id = r.relationship_id AND n.status <> 'ended'",
)
MEASURE = Source(
    "measure",
    "clients_responsibility r JOIN clients_plan n ON n.relationship_id = r.relationship_id AND n.status = 'in-force'"
    " JOIN clients_measure x ON x.plan_id = n.id AND NOT x.removed"
    " AND x.state IN ('planned', 'under-way')",
    several=True,
)

PROTECTED = "(p.non_disclosure AND (p.non_disclosure_until IS NULL OR p.non_disclosure_until >= %(day)s))"
"""The person is under a non-disclosure order on the day."""


def limit_day(rule_id: str, day: date) -> date:
    """The last starting day whose time by the rule has run out before ``day``."""
    rule = law.rule(rule_id, day)
    if rule.unit in ("months", "years"):
        months = rule.length * (12 if rule.unit == "years" else 1)
        return law.add_months(day, -months) - timedelta(days=1)
    return day - timedelta(days=rule.length + 1)


def limit_name(rule_id: str) -> str:
    return rule_id.replace("-", "_")


@cache
def all_checks() -> dict[str, Check]:
    """Every check by id, the most serious first. Raises ``ValueError`` for an id given twice."""
    from kotopolku.quality import checks_client, checks_plan, checks_rooms

    found: dict[str, Check] = {}
    for check in (*checks_client.CHECKS, *checks_plan.CHECKS, *checks_rooms.CHECKS):
        if check.id in found:
            raise ValueError(f"the check {check.id} is there twice")
        found[check.id] = check
    return dict(sorted(found.items(), key=lambda pair: (pair[1].severity, pair[0])))


def checks_on(day: date) -> list[Check]:
    """The checks that mean something on the day."""
    return [check for check in all_checks().values() if check.in_force(day)]
