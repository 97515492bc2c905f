"""Acts on goals of municipal programmes: added, changed, moved, their state, the lines that came in place of ended ones.

The programme is locked by each, so that two never give the same number. Not for: yearly follow-up and ties
(``goal_follow_ups.py``, ``goal_ties.py``).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.steering import access_goals as access
from kotopolku.steering import access_measures, access_municipal
from kotopolku.steering import goal_rules as rules
from kotopolku.steering.goal_rules import Aim, GoalContent
from kotopolku.steering.models import Indicator, Line, MunicipalGoal, MunicipalProgramme, MunicipalState
from kotopolku.steering.queries import goal_lines, goal_people
from kotopolku.steering.queries.goal_figures import programme_codes

GOAL = "steering.goal"


@transaction.atomic
def add(
    programme_id: int, content: GoalContent, reason: str, *, actor: Viewer, token: UUID | None = None
) -> MunicipalGoal:
    """A goal after the others. Raises ``MissingCapability``, ``NotVisible``, ``Refusals``."""
    of = access_municipal.own_programme(actor, programme_id, lock=True)
    if (before := done_before(token, GOAL)) is not None:
        return access.own_goal(actor, before)
    refuse(_check(content, of, actor, None) + _check_frame(of, reason))
    goals = list(MunicipalGoal.objects.filter(programme=of).order_by("order", "pk"))
    made = MunicipalGoal(programme=of, order=max((one.order for one in goals), default=0) + 1)
    made.code = content.code.strip() or _next_code([one.code for one in goals])
    _write(made, content)
    made.save()
    _tie(made, content)
    record("steering.goal.added", actor=actor, object=(GOAL, made.pk), token=token, reason=reason.strip())
    _tell_owner(made, None, actor)
    return made


@transaction.atomic
def change(
    goal_id: int, content: GoalContent, reason: str, *, actor: Viewer, expected_version: int
) -> MunicipalGoal:
    """What it said before stands in the journal. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = access.own_goal(actor, goal_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_check(content, found.programme, actor, found) + _check_frame(found.programme, reason))
    before, owner = _facts(found), found.owner_id
    found.code = content.code.strip() or found.code
    _write(found, content)
    found.version += 1
    found.save()
    _tie(found, content)
    after = _facts(found)
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    record(
        "steering.goal.changed",
        actor=actor,
        object=(GOAL, found.pk),
        reason=reason.strip(),
        details=changed,
    )
    _tell_owner(found, owner, actor)
    return found


@transaction.atomic
def move(goal_id: int, steps: int, *, actor: Viewer) -> MunicipalGoal:
    """One place up (−1) or down (1) in the programme; at the end nothing changes. Raises ``NotVisible``, ``Refusals``."""
    found = access.own_goal(actor, goal_id, lock=True)
    refuse(_check_ended(found.programme))
    if access.is_fixed(found.programme):
        refuse([Refusal("", "fixed", _("The councils have the goals in this order: it stays."))])
    rows = list(MunicipalGoal.objects.filter(programme=found.programme_id).order_by("order", "pk"))
    here = next(number for number, one in enumerate(rows) if one.pk == found.pk)
    there = min(max(here + steps, 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    for place, one in enumerate(rows, start=1):
        one.order = place
    MunicipalGoal.objects.bulk_update(rows, ["order"])
    record(
        "steering.goal.moved", actor=actor, object=(GOAL, found.pk), details={"place": [here + 1, there + 1]}
    )
    return rows[there]


@transaction.atomic
def set_state(
    goal_id: int, state: str, reason: str, *, actor: Viewer, expected_version: int
) -> MunicipalGoal:
    """Reached, given up or taken up again, each with a reason. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = access.own_goal(actor, goal_id, lock=True)
    same_version(found.version, expected_version)
    refuse(rules.check_state(found.state, state, reason) + _check_ended(found.programme))
    before, found.state = found.state, state
    found.state_reason = reason.strip()
    found.version += 1
    found.save()
    record(
        "steering.goal.state-set",
        actor=actor,
        object=(GOAL, found.pk),
        reason=found.state_reason,
        details={"state": [before, state]},
    )
    return found


@transaction.atomic
def take_followers(goal_id: int, *, actor: Viewer, expected_version: int) -> MunicipalGoal:
    """Ties the goal to the lines that came in place of ended ones. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = access.own_goal(actor, goal_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_check_ended(found.programme))
    lines = list(found.lines.all())
    followers = {ended: one.pk for ended, one in goal_lines.successors(actor, lines).items()}
    if not followers:
        refuse([Refusal("lines", "none", _("No line has come in place of one that has ended."))])
    left = {one.pk for one in lines} - set(followers)
    found.lines.set(sorted(left | set(followers.values())))
    found.version += 1
    found.save()
    record(
        "steering.goal.lines-taken",
        actor=actor,
        object=(GOAL, found.pk),
        details={"lines": [sorted(followers), sorted(followers.values())]},
    )
    return found


def _next_code(known: list[str]) -> str:
    numbers = [int(one) for one in known if one.isdecimal()]
    return str(max(numbers, default=0) + 1)


def _check_ended(of: MunicipalProgramme) -> list[Refusal]:
    if of.state != MunicipalState.ENDED:
        return []
    return [Refusal("", "ended", _("The programme has ended: its goals stay as they are."))]


def _check_frame(of: MunicipalProgramme, reason: str) -> list[Refusal]:
    if not access.is_fixed(of) or reason.strip():
        return _check_ended(of)
    words = _("The programme is before the councils or approved: write why its goals are changed.")
    return [Refusal("reason", "required", words)]


def _check(
    content: GoalContent, of: MunicipalProgramme, actor: Viewer, kept: MunicipalGoal | None
) -> list[Refusal]:
    indicator = Indicator.objects.filter(pk=content.indicator_id or 0).first()
    before = Aim(kept.start_value, kept.start_year, kept.target, kept.target_year) if kept else None
    better = indicator.better if indicator else ""
    refused = rules.check_goal(content, of.languages, better, actor.day.year, before)
    if content.indicator_id is not None and indicator is None:
        refused.append(Refusal("indicator", "unknown", _("Choose the indicator from the list.")))
    same = MunicipalGoal.objects.filter(programme=of, code=content.code.strip())
    if content.code.strip() and same.exclude(pk=kept.pk if kept else 0).exists():
        words = _("Another goal of the programme has this number.")
        refused.append(Refusal("code", "taken", words))
    if content.section_id is not None and not of.sections.filter(pk=content.section_id).exists():
        refused.append(Refusal("section", "unknown", _("Choose a section of the programme.")))
    codes = set(programme_codes(of, actor.day)) | ({kept.municipality} if kept else set())
    if content.municipality and content.municipality not in codes:
        refused.append(Refusal("municipality", "unknown", _("Choose a municipality of the programme.")))
    kept_owner = [kept.owner_id] if kept else []
    owners = {one.pk for one in goal_people.owners(of, actor.day, kept_owner)}
    if content.owner_id is not None and content.owner_id not in owners:
        words = _("Choose who owns the goal: a municipality or a partner of the programme.")
        refused.append(Refusal("owner", "unknown", words))
    return refused + _check_ties(content, of, actor, kept)


def _check_ties(
    content: GoalContent, of: MunicipalProgramme, actor: Viewer, kept: MunicipalGoal | None
) -> list[Refusal]:
    """Lines and regional measures: those newly chosen must go on; those kept may stay."""
    old_lines = set(kept.lines.values_list("pk", flat=True)) if kept else set()
    old_measures = set(kept.measures.values_list("pk", flat=True)) if kept else set()
    chosen = list(access_measures.lines(actor).filter(pk__in=content.lines).select_related("programme"))
    refused = []
    if {one.pk for one in chosen} != set(content.lines):
        words = _("Choose lines of a programme that the Government has adopted.")
        refused.append(Refusal("lines", "unknown", words))
    new = [one for one in chosen if one.pk not in old_lines]
    refused += rules.check_lines(goal_lines.facts(actor, new))
    open_measures = access.measures(actor, goal_lines.regions(programme_codes(of, actor.day), actor.day))
    wanted = set(content.measures) - old_measures
    if wanted and set(open_measures.filter(pk__in=wanted).values_list("pk", flat=True)) != wanted:
        words = _("Choose measures of the region that go on.")
        refused.append(Refusal("measures", "unknown", words))
    return refused


def _write(goal: MunicipalGoal, content: GoalContent) -> None:
    goal.title, goal.text = _kept(content.title), _kept(content.text)
    goal.section_id = content.section_id
    goal.municipality = content.municipality
    goal.indicator_id = content.indicator_id or 0
    goal.start_value, goal.start_year = content.start_value, content.start_year or 0
    goal.target, goal.target_year = content.target or Decimal(0), content.target_year or 0
    goal.owner_id = content.owner_id or goal.programme.organisation_id
    goal.owner_also = content.owner_also.strip()


def _kept(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _tie(goal: MunicipalGoal, content: GoalContent) -> None:
    goal.lines.set(Line.objects.filter(pk__in=content.lines))
    goal.measures.set(content.measures)


def _tell_owner(goal: MunicipalGoal, before: int | None, actor: Viewer) -> None:
    """A further organisation that is made the owner hears of it; not while the draft is still kept from it."""
    if goal.owner_id in (before, goal.programme.organisation_id):
        return
    if goal.programme.state == MunicipalState.DRAFT and goal.owner_id not in goal.programme.participants:
        return
    notify(
        "steering.goal-given",
        goal_people.told(goal.owner_id, actor.day),
        actor=actor,
        address=reverse("steering:goal", args=[goal.pk]),
        organisation_id=goal.owner_id,
        about=(GOAL, goal.pk),
    )


def _facts(goal: MunicipalGoal) -> dict[str, Any]:
    """What the goal says, for the journal's before and after."""
    return {
        "code": goal.code,
        "title": dict(goal.title),
        "text": dict(goal.text),
        "section": goal.section_id,
        "municipality": goal.municipality,
        "lines": sorted(goal.lines.values_list("pk", flat=True)),
        "measures": sorted(goal.measures.values_list("pk", flat=True)),
        "indicator": goal.indicator_id,
        "aim": [_text(goal.start_value), goal.start_year, _text(goal.target), goal.target_year],
        "owner": goal.owner_id,
        "owner_also": goal.owner_also,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(Decimal(amount).normalize())
