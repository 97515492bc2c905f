"""What an interruption or an extension would do to the plan's latest end, counted before it is saved.

Not for: saving it (``actions.plan_time``), which checks everything again.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, deadlines
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Plan


@dataclass(frozen=True)
class Effect:
    """The latest end by law as it is and as it would be, with the reasons of the new one."""

    before: date
    after: date
    explanation: dict[str, Any]
    rule: str

    @property
    def days(self) -> int:
        """Days more."""
        return (self.after - self.before).days


def effect(
    viewer: Viewer,
    relationship_id: int,
    *,
    interruption: law.Period | None = None,
    extension: law.Extension | None = None,
) -> Effect:
    """The effect on the plan in force. Raises ``NotVisible``, and ``law.LawError`` for what the law does not allow."""
    plan = access.plan(viewer, relationship_id)
    made = Plan.objects.filter(relationship_id=relationship_id).exclude(made_on=None).exclude(pk=plan.pk)
    facts = cases.plan_facts([*made.order_by("made_on", "id"), plan])
    last = facts[-1]
    if interruption is not None:
        last = replace(last, interruptions=(*last.interruptions, interruption))
    if extension is not None:
        last = deadlines.with_extensions(last, (*last.extensions, extension))
    before = deadlines.plan_end(facts, cases.transition())
    after = deadlines.plan_end((*facts[:-1], last), cases.transition())
    return Effect(before.latest_end, after.latest_end, after.explanation.to_json(), after.rules[0].id)
