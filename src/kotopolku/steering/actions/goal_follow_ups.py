"""Acts on the yearly follow-up of goals: written once a year, corrected with what it said before kept in the journal.

The goal is locked by each. Whether a goal is on track is said by a person; what figures propose stands in the pages.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.gate import one_of
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_goals as access
from kotopolku.steering import goal_rules as rules
from kotopolku.steering.goal_rules import FollowUpContent
from kotopolku.steering.models import GoalFollowUp, MunicipalGoal, MunicipalState

FOLLOW_UP = "steering.goal-follow-up"


@transaction.atomic
def write(
    goal_id: int, content: FollowUpContent, *, actor: Viewer, token: UUID | None = None
) -> GoalFollowUp:
    """A year's follow-up. Raises ``MissingCapability``, ``NotVisible``, ``Refusals``."""
    found = access.followed_goal(actor, goal_id, lock=True)
    if (before := done_before(token, FOLLOW_UP)) is not None:
        return one_of(found.follow_ups.all(), before)
    known = list(found.follow_ups.values_list("year", flat=True))
    refuse(_check_goal(found) + rules.check_follow_up(content, found.start_year, actor.day.year, known))
    made = GoalFollowUp(goal=found, year=content.year)
    _set(made, content, actor)
    made.save()
    record(
        "steering.goal.followed-up",
        actor=actor,
        object=(FOLLOW_UP, made.pk),
        token=token,
        details={"goal": found.pk, "year": content.year, "track": content.track},
    )
    return made


@transaction.atomic
def correct(goal_id: int, content: FollowUpContent, *, actor: Viewer, expected_version: int) -> GoalFollowUp:
    """The same year's, put right. Raises ``EditClash``, ``MissingCapability``, ``NotVisible``, ``Refusals``."""
    found = access.followed_goal(actor, goal_id, lock=True)
    kept = access.follow_up(actor, found, content.year)
    same_version(kept.version, expected_version)
    refuse(rules.check_follow_up(content, min(found.start_year, kept.year), actor.day.year))
    before = _facts(kept)
    _set(kept, content, actor)
    kept.version += 1
    kept.save()
    after = _facts(kept)
    record(
        "steering.goal.follow-up-corrected",
        actor=actor,
        object=(FOLLOW_UP, kept.pk),
        details={name: [before[name], after[name]] for name in after if after[name] != before[name]},
    )
    return kept


def _check_goal(goal: MunicipalGoal) -> list[Refusal]:
    if goal.programme.state in (MunicipalState.APPROVED, MunicipalState.ENDED):
        return []
    words = _("The programme has not been approved: its goals are followed up after that.")
    return [Refusal("", "draft", words)]


def _set(follow_up: GoalFollowUp, content: FollowUpContent, actor: Viewer) -> None:
    follow_up.value = content.value
    follow_up.track = content.track
    follow_up.text = content.text.strip()
    follow_up.source = content.source.strip()
    follow_up.written_by_id = actor.user_id
    follow_up.written_at = clock.now()


def _facts(follow_up: GoalFollowUp) -> dict[str, Any]:
    value = follow_up.value
    return {
        "value": None if value is None else str(Decimal(value).normalize()),
        "track": follow_up.track,
        "text": follow_up.text,
        "source": follow_up.source,
    }
