"""What every act on a client shares: letting the actor in, the facts behind the clocks, renewing what follows.

Not an act itself: nothing here is called by pages, and nothing here writes to the journal.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import access, deadlines, rules
from kotopolku.clients.models import (
    Assessment,
    Clock,
    Extension,
    FormDraft,
    Interruption,
    JobseekerPeriod,
    Permit,
    PermitBasis,
    Plan,
    ProtectedContact,
    Relationship,
    Responsibility,
    Review,
)
from kotopolku.journal import queries as journal
from kotopolku.reference.alphabet import sort_key


def let_in(actor: Viewer, capability: Capability, relationship_id: int) -> access.Case:
    """The case, locked, if the actor has the right and the authority answers. ``MissingCapability``, ``NotVisible``."""
    require(actor, capability)
    return access.case(actor, relationship_id, lock=True)


def done_before(token: UUID | None, kind: str) -> int | None:
    """Id of what an earlier submission of the same form made."""
    found = journal.done_before(token) if token else None
    return found[1] if found and found[0] == kind else None


def preallocated(table: str) -> int:
    """An id for a row whose first mention stands in another table. Noted for those who read by cursor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kotopolku_draw(%s)", [table])
        return int(cursor.fetchone()[0])


def forget_draft(actor: Viewer, relationship_id: int, form: str) -> int:
    """Deletes what the actor has typed into a form and not saved; returns how many drafts there were."""
    if actor.user_id is None:
        return 0
    drafts = FormDraft.objects.filter(relationship_id=relationship_id, user_id=actor.user_id, form=form)
    return drafts.delete()[0]


def clash(
    actor: Viewer, person_id: int, kind: str, object_id: int, *, theirs: dict[str, Any], version: int
) -> rules.EditClash:
    """The clash to raise: who saved last and when, by the journal."""
    lines = journal.timeline(actor, person_id, limit=100, with_looks=False).lines
    last = next((line for line in lines if line.object_kind == kind and line.object_id == object_id), None)
    who = ""
    if last is not None and last.actor_id is not None:
        who = User.objects.filter(pk=last.actor_id).values_list("full_name", flat=True).first() or ""
    when: datetime = last.at if last is not None else clock.now()
    return rules.EditClash(theirs=theirs, version=version, who=who, when=when)


# --- What follows from the facts --------------------------------------------------------------------------------------


def plan_facts(plans: list[Plan]) -> tuple[deadlines.PlanFacts, ...]:
    """Facts of plans with reviews, interruptions and extensions, in three statements."""
    ids = [plan.pk for plan in plans]
    reviews: dict[int, list[deadlines.ReviewFacts]] = {}
    periods: dict[int, list[law.Period]] = {}
    extensions: dict[int, list[law.Extension]] = {}
    if ids:
        for review in Review.objects.filter(plan_id__in=ids).order_by("held_on", "id"):
            reviews.setdefault(review.plan_id, []).append(
                deadlines.ReviewFacts(review.held_on, review.plan_ends_on)
            )
        for stop in Interruption.objects.filter(plan_id__in=ids, cancelled=False).order_by("first_day"):
            periods.setdefault(stop.plan_id, []).append(law.Period(stop.first_day, stop.last_day))
        for more in Extension.objects.filter(plan_id__in=ids, cancelled=False).order_by("decided_on", "id"):
            extensions.setdefault(more.plan_id, []).append(law.Extension(more.ground, more.months))
    return tuple(
        deadlines.PlanFacts(
            id=plan.pk,
            drafted_on=plan.drafted_on,
            made_on=plan.made_on,
            signed_on=plan.signed_on,
            referred_on=plan.referred_on,
            ended_on=plan.ended_on,
            reviews=tuple(reviews.get(plan.pk, ())),
            interruptions=tuple(periods.get(plan.pk, ())),
            extensions=tuple(extensions.get(plan.pk, ())),
        )
        for plan in plans
    )


Source = Callable[[Relationship], Any]
_sources: dict[str, Source] = {}


def add_facts(name: str, source: Source) -> None:
    """Lets a room above give facts that only it knows. ``name``: representations or earlier_plans of the facts."""
    _sources[name] = source


def earlier_plans(relationship: Relationship) -> tuple[deadlines.PlanFacts, ...]:
    """Plans of an earlier relationship whose longest time goes on in this one, in order of making."""
    source = _sources.get("earlier_plans")
    return tuple(source(relationship)) if source else ()


def transition() -> law.Transition:
    """How the change of Acts is read (681/2023 §102.2), as the operator has set it."""
    return law.Transition(settings.TRANSITION)


def facts_of(
    relationship: Relationship, responsibility: Responsibility
) -> tuple[deadlines.Facts, list[Assessment], list[Plan]]:
    """The facts behind the clocks, as stored now."""
    person = relationship.person
    permits = list(Permit.objects.filter(person=person).order_by("starts", "id"))
    periods = JobseekerPeriod.objects.filter(person=person).order_by("days")
    assessments = list(Assessment.objects.filter(relationship=relationship).order_by("started_on", "id"))
    plans = list(Plan.objects.filter(relationship=relationship).order_by("id"))
    facts = deadlines.Facts(
        started_on=relationship.started_on,
        who=deadlines.who(responsibility.duty),
        request_on=relationship.request_on,
        ended_on=relationship.ended_on,
        jobseeker_since=tuple(period.days.lower for period in periods),
        first_permit_on=permits[0].starts if permits else None,
        later_permit_on=permits[-1].starts if len(permits) > 1 else None,
        trafficking_victim=person.trafficking_victim
        or any(permit.basis == PermitBasis.TRAFFICKING for permit in permits),
        born=person.birth_date,
        unaccompanied=person.unaccompanied,
        confirmed_on=person.confirmed_on,
        assessments=tuple(
            deadlines.AssessmentFacts(a.started_on, a.completed_on, a.plan_needed) for a in assessments
        ),
        plans=plan_facts(plans),
        transition=transition(),
        **{name: tuple(source(relationship)) for name, source in _sources.items()},
    )
    return facts, assessments, plans


def renew(case: access.Case) -> None:
    """Computes clocks, latest end of the plan, and the responsibility's copies again from the facts. Safe to repeat."""
    relationship, responsibility = case.relationship, case.responsibility
    facts, assessments, plans = facts_of(relationship, responsibility)
    computed = deadlines.clocks(facts)
    _store_clocks(computed, relationship, responsibility)
    _store_latest_end(computed, plans)
    copy_person(relationship, responsibility)
    copy_milestones(responsibility, milestones(relationship, assessments, plans))
    responsibility.save()


_CLOCK_FIELDS = (
    "act",
    "section",
    "kind",
    "nominal",
    "due",
    "suspended_days",
    "closed_on",
    "lapsed",
    "explanation",
    "plan_id",
)


def _store_clocks(
    computed: list[deadlines.ClockFacts], relationship: Relationship, responsibility: Responsibility
) -> None:
    stored = {
        (row.rule, row.own, row.opens_on): row for row in Clock.objects.filter(relationship=relationship)
    }
    new, changed = [], []
    for facts in computed:
        row = stored.pop(facts.key, None)
        values = {name: getattr(facts, name) for name in _CLOCK_FIELDS}
        if row is None:
            new.append(
                Clock(
                    relationship=relationship,
                    person_id=relationship.person_id,
                    authority_id=responsibility.authority_id,
                    worker_id=responsibility.worker_id,
                    rule=facts.rule,
                    own=facts.own,
                    opens_on=facts.opens_on,
                    **values,
                )
            )
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    # A clock whose trigger is gone was a mistake, unless it has been met: that stays as it was.
    gone = [row.pk for row in stored.values() if row.closed_on is None or row.lapsed]
    if gone:
        Clock.objects.filter(pk__in=gone).delete()
    if new:
        Clock.objects.bulk_create(new)
    if changed:
        Clock.objects.bulk_update(changed, [name.removesuffix("_id") for name in _CLOCK_FIELDS])


def _store_latest_end(computed: list[deadlines.ClockFacts], plans: list[Plan]) -> None:
    longest = next((one for one in computed if one.rule in ("D2", "D3")), None)
    for plan in plans:
        if longest is not None and longest.plan_id == plan.pk and plan.latest_end != longest.due:
            plan.latest_end = longest.due
            plan.save(update_fields=["latest_end"])


def copy_person(relationship: Relationship, responsibility: Responsibility) -> None:
    """Sets what the list sorts, searches and filters by. A municipality only while no non-disclosure order hides it."""
    person = relationship.person
    responsibility.sort_key = sort_key(f"{person.family_name}, {person.given_names}")[:300]
    responsibility.search_text = rules.search_text(
        person.family_name, person.given_names, relationship.case_number
    )
    responsibility.service_language = person.service_language
    hidden = rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, clock.today())
    responsibility.municipality = "" if hidden else municipality_of(person.pk)
    responsibility.started_on = relationship.started_on


def municipality_of(person_id: int) -> str:
    """The municipality code of a person, empty when not known. For deciding who answers, not for showing."""
    return ProtectedContact.objects.filter(pk=person_id).values_list("municipality", flat=True).first() or ""


def milestones(
    relationship: Relationship, assessments: list[Assessment], plans: list[Plan]
) -> rules.Milestones:
    """Days of the latest assessment and the latest plan that was made."""
    assessment = assessments[-1] if assessments else None
    made = [plan for plan in plans if plan.made_on]
    plan = made[-1] if made else None
    return rules.Milestones(
        assessment_on=assessment.started_on if assessment else None,
        assessed_on=assessment.completed_on if assessment else None,
        plan_needed=assessment.plan_needed if assessment and assessment.completed_on else None,
        planned_on=plan.made_on if plan else None,
        referred_on=plan.referred_on if plan else None,
        plan_ended_on=plan.ended_on if plan else None,
        ended_on=relationship.ended_on,
    )


def copy_milestones(responsibility: Responsibility, days: rules.Milestones) -> None:
    for name in rules.Milestones.__dataclass_fields__:
        setattr(responsibility, name, getattr(days, name))


def not_before_start(relationship: Relationship, field: str, day: date) -> list[rules.Refusal]:
    """A day of the path cannot be before the relationship began, nor in the future."""
    return rules.check_not_future(field, day, clock.today()) + rules.check_not_before(
        field, day, relationship.started_on, BEFORE_RELATIONSHIP, "before-relationship"
    )


BEFORE_RELATIONSHIP = _("The day is before the client relationship began (%(earliest)s).")


def ended(relationship: Relationship) -> list[rules.Refusal]:
    """Nothing is added to a relationship that has ended."""
    if relationship.ended_on is None:
        return []
    message = _("The client relationship ended on %(ended)s. Take the end back first if it was a mistake.")
    return [rules.Refusal("", "ended", message, {"ended": relationship.ended_on})]
