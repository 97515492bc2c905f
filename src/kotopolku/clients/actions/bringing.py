"""Brings many clients in at once, with the path that another register tells of: set by set, one journal entry a portion.

The same checks, rows and clocks as when a person registers one (``register.py``). Not for: files (``exchange``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.gate import require
from kotopolku.access.inserting import insert_many
from kotopolku.access.viewer import Viewer
from kotopolku.clients import deadlines, queries, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.person import person_values
from kotopolku.clients.actions.register import _check_new
from kotopolku.clients.deadlines import NEW_ACT, NEW_ACT_FROM, OLD_ACT
from kotopolku.clients.models import (
    Assessment,
    Clock,
    Goal,
    JobseekerPeriod,
    Measure,
    Permit,
    PermitBasis,
    Person,
    Plan,
    PlanStatus,
    PlanVersion,
    ProtectedContact,
    Relationship,
    Responsibility,
    Review,
    SignedHow,
    Status,
)
from kotopolku.clients.past import PastCase, check_order
from kotopolku.clients.rules import PlanContent, Refusal, ReviewContent
from kotopolku.journal.actions import record
from kotopolku.reference.alphabet import sort_key

_DRAW = "SELECT kotopolku_draw(%s, %s)"
_CASE_NUMBERS = """
INSERT INTO clients_casenumber (year, last) VALUES (%s, %s)
ON CONFLICT (year) DO UPDATE SET last = clients_casenumber.last + excluded.last RETURNING last
"""


@dataclass(frozen=True)
class Brought:
    """What one case became."""

    person_id: int
    relationship_id: int
    case_number: str


def check_case(case: PastCase, *, actor: Viewer) -> list[Refusal]:
    """Everything that stands against bringing the case in, except duplicates. No statement once codes are known.

    By law one authority answers for the client; another brings it in only with a written reason.
    """
    today = clock.today()
    found = _check_new(case.new) + check_order(case, today)
    if case.plan is not None:
        found += rules.check_plan(case.plan.content)
        longest = _longest(case)
        ends = case.plan.content.ends_on
        if ends is not None and longest is not None and ends > longest:
            message = _("The plan ends after the longest time by law (%(longest)s).")
            found.append(Refusal("plan_ends", "past-longest", message, {"longest": longest}))
    if any(refusal.field == "municipality" for refusal in found):
        return found
    try:
        answer = _answer(case, actor)
    except rules.Refusals as refusals:
        return [*found, *refusals.refusals]
    if not answer.is_own and not case.new.override_reason.strip():
        message = _(
            "By law %(authority)s answers for this client. Write a reason if your authority takes the client."
        )
        found.append(Refusal("municipality", "other-authority", message, {"authority": answer.name}))
    return found


def _answer(case: PastCase, actor: Viewer) -> queries.AuthorityAnswer:
    jobseeker = case.new.jobseeker_since is not None
    return queries.who_answers_for(
        actor, municipality=case.new.contact.municipality, jobseeker=jobseeker, on=clock.today()
    )


def _longest(case: PastCase) -> date | None:
    """The latest end by law of the plan told of; a plan made long ago has one too."""
    facts = _plan_facts(case, None)
    return deadlines.plan_end(facts, cases.transition()).latest_end if facts else None


@transaction.atomic
def bring_in(portion: Sequence[PastCase], *, actor: Viewer, token: UUID | None = None) -> list[Brought]:
    """Registers the cases for the actor's authority, in their order; clocks are computed from the whole path.

    Raises ``Refusals`` with the first case that cannot be taken, before anything is written. Duplicates are the caller's
    matter: what is brought in here has been looked through. About twenty statements, however many cases.
    """
    require(actor, Capability.CLIENT_IMPORT)
    if actor.organisation_id is None:
        raise MissingCapability(Capability.CLIENT_IMPORT)
    for case in portion:
        rules.refuse(check_case(case, actor=actor))
    if not portion:
        return []
    many = _Many(list(portion), actor)
    many.insert()
    record(
        "clients.clients.brought-in",
        actor=actor,
        subjects=[row.person_id for row in many.brought],
        reason=next((case.new.override_reason for case in portion if case.new.override_reason), ""),
        details={"number": len(portion)},
        token=token,
    )
    return many.brought


class _Many:
    """The rows of a portion, made table by table; the responsibility first, as row security shows the others by it."""

    def __init__(self, portion: list[PastCase], actor: Viewer) -> None:
        self.actor = actor
        self.authority_id = actor.organisation_id or 0
        self.portion = portion
        self.answers = [_answer(case, actor) for case in portion]
        self.persons = _drawn("clients_person", len(portion))
        self.relationships = _drawn("clients_relationship", len(portion))
        with_plan = [number for number, case in enumerate(portion) if case.plan is not None]
        self.plans = dict(zip(with_plan, _drawn("clients_plan", len(with_plan)), strict=True))
        self.facts = [self._facts(number, case) for number, case in enumerate(portion)]
        self.clocks = [deadlines.clocks(facts) for facts in self.facts]
        # Last, as whoever registers in the same year waits for the numbers until the transaction ends.
        numbers = _case_numbers(case.new.started_on.year for case in portion)
        self.brought = [
            Brought(person, relationship, next(numbers[case.new.started_on.year]))
            for case, person, relationship in zip(portion, self.persons, self.relationships, strict=True)
        ]

    def insert(self) -> None:
        insert_many(map(self._responsibility, range(len(self.portion))))
        insert_many(map(self._person, range(len(self.portion))))
        insert_many(
            Relationship(
                id=made.relationship_id,
                person_id=made.person_id,
                case_number=made.case_number,
                started_on=case.new.started_on,
                request_on=case.new.request_on,
            )
            for case, made in zip(self.portion, self.brought, strict=True)
        )
        insert_many(
            ProtectedContact(person_id=made.person_id, **asdict(case.new.contact))
            for case, made in zip(self.portion, self.brought, strict=True)
        )
        insert_many(
            Permit(person_id=made.person_id, **asdict(case.new.permit))
            for case, made in zip(self.portion, self.brought, strict=True)
            if case.new.permit is not None
        )
        insert_many(
            JobseekerPeriod(person_id=made.person_id, days=DateRange(case.new.jobseeker_since, None))
            for case, made in zip(self.portion, self.brought, strict=True)
            if case.new.jobseeker_since is not None
        )
        insert_many(self._assessment(number) for number, case in enumerate(self.portion) if case.assessment)
        self._insert_plans()
        insert_many(row for number in range(len(self.portion)) for row in self._clock_rows(number))

    def _responsibility(self, number: int) -> Responsibility:
        case, made, answer = self.portion[number], self.brought[number], self.answers[number]
        new = case.new
        hidden = rules.non_disclosure_in_force(new.non_disclosure, new.non_disclosure_until, clock.today())
        row = Responsibility(
            relationship_id=made.relationship_id,
            person_id=made.person_id,
            authority_id=self.authority_id,
            worker_id=new.worker_id,
            days=DateRange(new.started_on, None),
            duty=answer.duty,
            section=answer.section,
            reason="registered" if answer.is_own else "handed-over",
            sort_key=sort_key(f"{new.person.family_name}, {new.person.given_names}")[:300],
            search_text=rules.search_text(new.person.family_name, new.person.given_names, made.case_number),
            service_language=new.person.service_language,
            municipality="" if hidden else new.contact.municipality,
            started_on=new.started_on,
        )
        cases.copy_milestones(row, self._milestones(case))
        return row

    def _milestones(self, case: PastCase) -> rules.Milestones:
        assessment, plan = case.assessment, case.plan
        return rules.Milestones(
            assessment_on=(assessment.started_on or assessment.completed_on) if assessment else None,
            assessed_on=assessment.completed_on if assessment else None,
            plan_needed=assessment.plan_needed if assessment else None,
            planned_on=plan.made_on if plan else None,
            referred_on=plan.referred_on if plan else None,
        )

    def _person(self, number: int) -> Person:
        new = self.portion[number].new
        return Person(
            id=self.persons[number],
            **person_values(new.person),
            non_disclosure=new.non_disclosure,
            non_disclosure_until=new.non_disclosure_until,
        )

    def _assessment(self, number: int) -> Assessment:
        told = self.portion[number].assessment
        person = self.portion[number].new.person
        assert told is not None  # noqa: S101 - the caller has asked
        started = told.started_on or told.completed_on
        return Assessment(
            relationship_id=self.relationships[number],
            act=_act(started),
            started_on=started,
            completed_on=told.completed_on,
            status=Status.COMPLETED,
            items=dict(told.items),
            measures={name: {"done": True, "note": ""} for name in told.measures},
            participants=told.makers,
            language=person.service_language,
            interpreter_used=person.interpreter_needed,
            plan_needed=told.plan_needed,
            conclusion=told.conclusion,
            planned_plan_on=told.planned_plan_on,
        )

    def _insert_plans(self) -> None:
        plans = [self._plan(number, plan_id) for number, plan_id in self.plans.items()]
        goals, measures, contents = self._goals()
        insert_many(plans)
        insert_many(goals)
        insert_many(measures)
        insert_many(
            PlanVersion(
                plan_id=plan.pk,
                number=1,
                saved_at=clock.now(),
                saved_by_id=self.actor.user_id,
                occasion="made",
                content=rules.plan_to_json(replace(contents[plan.pk], ends_on=plan.ends_on)),
            )
            for plan in plans
        )
        insert_many(
            Review(plan_id=plan_id, act=_act(review.held_on), plan_ends_on=review.ends_on, **_review(review))
            for number, plan_id in self.plans.items()
            if (review := self.portion[number].review) is not None
        )

    def _goals(self) -> tuple[list[Goal], list[Measure], dict[int, PlanContent]]:
        """Rows of goals and measures, and each plan's content with their ids."""
        contents = {plan_id: _told(self.portion[number]).content for number, plan_id in self.plans.items()}
        goal_ids = iter(_drawn("clients_goal", sum(len(one.goals) for one in contents.values())))
        counted = sum(len(goal.measures) for one in contents.values() for goal in one.goals)
        measure_ids = iter(_drawn("clients_measure", counted))
        goals, measures = [], []
        for plan_id, content in contents.items():
            numbered = []
            for place, goal in enumerate(content.goals):
                served = tuple(replace(one, id=next(measure_ids)) for one in goal.measures)
                numbered.append(replace(goal, id=next(goal_ids), measures=served))
                values = {"title": goal.title, "description": goal.description, "state": goal.state}
                goals.append(Goal(id=numbered[-1].id, plan_id=plan_id, position=place, **values))
                measures += [
                    Measure(plan_id=plan_id, goal_id=numbered[-1].id, position=order, **asdict(one))
                    for order, one in enumerate(served)
                ]
            contents[plan_id] = replace(content, goals=tuple(numbered))
        return goals, measures, contents

    def _plan(self, number: int, plan_id: int) -> Plan:
        case, told = self.portion[number], _told(self.portion[number])
        first_end = law.first_plan_end(told.made_on)
        ends = told.content.ends_on or (case.review.ends_on if case.review else None) or first_end.due
        longest = next((one.due for one in self.clocks[number] if one.rule in ("D2", "D3")), None)
        return Plan(
            id=plan_id,
            relationship_id=self.relationships[number],
            act=first_end.rule.act,
            status=PlanStatus.IN_FORCE,
            drafted_on=told.made_on,
            made_on=told.made_on,
            signed_on=told.signed_on,
            signed_how=SignedHow.PAPER if told.signed_on else "",
            ends_on=ends,
            first_ends_on=min(filter(None, (ends, first_end.due)), default=None),
            latest_end=longest,
            makers=told.content.makers,
            justification=told.content.justification,
            referred_on=told.referred_on,
        )

    def _facts(self, number: int, case: PastCase) -> deadlines.Facts:
        new, assessment = case.new, case.assessment
        told = (
            deadlines.AssessmentFacts(
                assessment.started_on or assessment.completed_on,
                assessment.completed_on,
                assessment.plan_needed,
            )
            if assessment
            else None
        )
        return deadlines.Facts(
            started_on=new.started_on,
            who=deadlines.who(self.answers[number].duty),
            request_on=new.request_on,
            jobseeker_since=(new.jobseeker_since,) if new.jobseeker_since else (),
            first_permit_on=new.permit.starts if new.permit else None,
            trafficking_victim=bool(new.permit and new.permit.basis == PermitBasis.TRAFFICKING),
            born=_born(case),
            assessments=(told,) if told else (),
            plans=_plan_facts(case, self.plans.get(number)),
            transition=cases.transition(),
        )

    def _clock_rows(self, number: int) -> Iterable[Clock]:
        made, worker_id = self.brought[number], self.portion[number].new.worker_id
        for facts in self.clocks[number]:
            yield Clock(
                relationship_id=made.relationship_id,
                person_id=made.person_id,
                authority_id=self.authority_id,
                worker_id=worker_id,
                rule=facts.rule,
                own=facts.own,
                opens_on=facts.opens_on,
                **{name: getattr(facts, name) for name in cases._CLOCK_FIELDS},
            )


def _told(case: PastCase) -> Any:
    return case.plan


def _born(case: PastCase) -> date | None:
    person = case.new.person
    if person.birth_date is None and person.identity_code:
        return rules.birth_date_of(person.identity_code)
    return person.birth_date


def _review(content: ReviewContent) -> dict[str, Any]:
    values = asdict(content)
    values.pop("ends_on")
    return values


def _act(on: date) -> str:
    return OLD_ACT if on < NEW_ACT_FROM else NEW_ACT


def _plan_facts(case: PastCase, plan_id: int | None) -> tuple[deadlines.PlanFacts, ...]:
    plan, review = case.plan, case.review
    if plan is None:
        return ()
    held = (deadlines.ReviewFacts(review.held_on, review.ends_on),) if review else ()
    return (
        deadlines.PlanFacts(
            id=plan_id,
            drafted_on=plan.made_on,
            made_on=plan.made_on,
            signed_on=plan.signed_on,
            referred_on=plan.referred_on,
            reviews=held,
        ),
    )


def _drawn(table: str, number: int) -> list[int]:
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [table, number])
        return [int(row[0]) for row in cursor.fetchall()]


def _case_numbers(years: Iterable[int]) -> dict[int, Any]:
    """Running numbers for each year, drawn in one statement a year, the years in their order so that none waits crosswise."""
    drawn = {}
    with connection.cursor() as cursor:
        for year, number in sorted(Counter(years).items()):
            cursor.execute(_CASE_NUMBERS, [year, number])
            last = cursor.fetchone()[0]
            drawn[year] = iter([f"{year}-{one:05d}" for one in range(last - number + 1, last + 1)])
    return drawn
