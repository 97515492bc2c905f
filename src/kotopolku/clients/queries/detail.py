"""One client: the client page in two statements, and the small lists of its forms. Not for lists of clients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, rules
from kotopolku.clients.models import (
    Assessment,
    Clock,
    Consent,
    Extension,
    FormDraft,
    Goal,
    HouseholdMember,
    Interruption,
    JobseekerPeriod,
    Measure,
    Permit,
    Person,
    Plan,
    PlanVersion,
    ProtectedContact,
    Relationship,
    Responsibility,
    Review,
)
from kotopolku.clients.queries.lists import CASE_NUMBER, milestones
from kotopolku.clients.rules import Difference, GoalContent, MeasureContent, PlanContent, Stage

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class GoalView:
    goal: Goal
    measures: list[Measure]


@dataclass(frozen=True)
class PlanView:
    """The plan of the client page: the open one, else the last ended."""

    plan: Plan
    goals: list[GoalView]
    reviews: list[Review]
    """Newest first."""
    interruptions: list[Interruption]
    """Not cancelled, in order of days; so are the extensions."""
    extensions: list[Extension]
    version_number: int
    content: PlanContent


@dataclass(frozen=True)
class ClientDetail:
    """All that the client page shows. ``contact`` is None when hidden by a non-disclosure order, or not known."""

    relationship: Relationship
    person: Person
    responsibility: Responsibility
    worker_name: str
    authority_name: str
    stage: Stage
    protected: bool
    contact: ProtectedContact | None
    permits: list[Permit]
    """In order of starting."""
    household: list[HouseholdMember]
    """Members valid on the day, the client left out; ``.person`` is loaded."""
    jobseeker: JobseekerPeriod | None
    """The period that covers the day."""
    consents: list[Consent]
    assessment: Assessment | None
    """The latest."""
    plan: PlanView | None
    clocks: list[Clock]
    """Running on the day, nearest last day first, those without a day last."""
    closed_clocks: list[Clock]
    """Met or lapsed by the day, the newest first."""
    drafts: dict[str, FormDraft]
    """The viewer's own unsaved drafts by form name."""


def client_page(viewer: Viewer, relationship_id: int) -> ClientDetail:
    """Everything of the client page in two statements. Raises ``NotVisible``."""
    rows = access.responsibilities(viewer).select_related("relationship__person", "authority", "worker")
    responsibility = next(iter(rows.filter(relationship_id=relationship_id)[:1]), None)
    if responsibility is None:
        raise NotVisible
    relationship, day = responsibility.relationship, viewer.day
    person = relationship.person
    protected = rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)
    found = _case(relationship_id, person.pk, day, viewer.user_id, protected)
    clocks = _objects(Clock, found["clocks"])
    contacts = _objects(ProtectedContact, found["contact"])
    jobseeker = [_with_days(JobseekerPeriod, row, "days") for row in found["jobseeker"]]
    assessments = _objects(Assessment, found["assessments"])
    running = [clock for clock in clocks if clock.closed_on is None or clock.closed_on > day]
    closed = [clock for clock in clocks if clock.closed_on is not None and clock.closed_on <= day]
    return ClientDetail(
        relationship=relationship,
        person=person,
        responsibility=responsibility,
        worker_name=responsibility.worker.get_full_name() if responsibility.worker else "",
        authority_name=responsibility.authority.name,
        stage=rules.stage(milestones(responsibility), day),
        protected=protected,
        contact=contacts[0] if contacts else None,
        permits=_objects(Permit, found["permits"]),
        household=_members(found),
        jobseeker=jobseeker[0] if jobseeker else None,
        consents=_objects(Consent, found["consents"]),
        assessment=assessments[0] if assessments else None,
        plan=_plan_view(found),
        clocks=running,
        closed_clocks=sorted(closed, key=lambda clock: (clock.closed_on or day, clock.pk), reverse=True),
        drafts={draft.form: draft for draft in _objects(FormDraft, found["drafts"])},
    )


def _case(*of: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of all the small tables: JSON that Django's own fields read back. Why a function: ``0007_case``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_case(%s, %s, %s, %s, %s)", of)
        rows: dict[str, list[dict[str, Any]]] = cursor.fetchone()[0]
    return rows


def _objects(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Rows of JSON as objects of a model, as if they had been read by Django."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model.from_db(
            connection.alias, list(fields), [field.to_python(row[name]) for name, field in fields.items()]
        )
        for row in rows
    ]


def _with_days(model: type[M], row: dict[str, Any], field: str) -> M:
    values = {key: value for key, value in row.items() if key not in ("first", "after")}
    values[field] = DateRange(_day(row["first"]), _day(row["after"]))
    names = [one.attname for one in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [values[name] for name in names])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _members(found: Mapping[str, list[dict[str, Any]]]) -> list[HouseholdMember]:
    persons = {person.pk: person for person in _objects(Person, found["persons"])}
    members = [_with_days(HouseholdMember, row, "valid") for row in found["members"]]
    for member in members:
        member.person = persons[member.person_id]
    return members


def _plan_view(found: Mapping[str, list[dict[str, Any]]]) -> PlanView | None:
    plans = _objects(Plan, found["plans"])
    if not plans:
        return None
    measures = _objects(Measure, found["measures"])
    goals = [
        GoalView(goal, [measure for measure in measures if measure.goal_id == goal.pk])
        for goal in _objects(Goal, found["goals"])
    ]
    return PlanView(
        plan=plans[0],
        goals=goals,
        reviews=_objects(Review, found["reviews"]),
        interruptions=_objects(Interruption, found["interruptions"]),
        extensions=_objects(Extension, found["extensions"]),
        version_number=found["versions"][0]["number"] or 0,
        content=_content(plans[0], goals),
    )


def _content(plan: Plan, goals: list[GoalView]) -> PlanContent:
    names = ("id", "kind", "title", "responsible", "starts_on", "ends_on", "state", "result")
    return PlanContent(
        goals=tuple(
            GoalContent(
                id=view.goal.pk,
                title=view.goal.title,
                description=view.goal.description,
                state=view.goal.state,
                measures=tuple(
                    MeasureContent(**{name: getattr(measure, name) for name in names})
                    for measure in view.measures
                ),
            )
            for view in goals
        ),
        makers=plan.makers,
        justification=plan.justification,
        ends_on=plan.ends_on,
    )


# --- Small lists of the forms ------------------------------------------------------------------------------


def permits(viewer: Viewer, relationship_id: int) -> list[Permit]:
    """Permits, cards and registrations, in order of starting. Raises ``NotVisible``."""
    person_id = access.relationship(viewer, relationship_id).person_id
    return list(Permit.objects.filter(person_id=person_id).order_by("starts", "id"))


def consents(viewer: Viewer, relationship_id: int) -> list[Consent]:
    """Consents, the newest first. Raises ``NotVisible``."""
    person_id = access.relationship(viewer, relationship_id).person_id
    return list(Consent.objects.filter(person_id=person_id).order_by("-given_on", "-id"))


def household(viewer: Viewer, relationship_id: int) -> list[HouseholdMember]:
    """The others who live with the client on the day, ``.person`` loaded. Raises ``NotVisible``."""
    person_id = access.relationship(viewer, relationship_id).person_id
    own = HouseholdMember.objects.filter(person_id=person_id, valid__contains=viewer.day).values(
        "household_id"
    )
    others = HouseholdMember.objects.filter(household_id__in=own, valid__contains=viewer.day).exclude(
        person_id=person_id
    )
    return list(others.select_related("person").order_by("id"))


def contact(viewer: Viewer, relationship_id: int) -> ProtectedContact | None:
    """Municipality, address and contacts; None while a non-disclosure order hides them (``actions.open_protected``)."""
    person = access.relationship(viewer, relationship_id).person
    if rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day):
        return None
    return ProtectedContact.objects.filter(pk=person.pk).first()


def relationship_by_number(viewer: Viewer, number: str) -> int | None:
    """Id of the relationship with this case number, if the viewer's authority answers for it."""
    if not CASE_NUMBER.match(number.strip()):
        return None
    rows = access.responsibilities(viewer).filter(relationship__case_number=number.strip())
    return rows.values_list("relationship_id", flat=True).first()


def person_by_number(viewer: Viewer, number: str) -> int | None:
    """Id of the person of the relationship with this case number, if the viewer's authority answers for it."""
    if not CASE_NUMBER.match(number.strip()):
        return None
    rows = access.responsibilities(viewer).filter(relationship__case_number=number.strip())
    return rows.values_list("person_id", flat=True).first()


# --- Versions of the plan ----------------------------------------------------------------------------------


def plan_versions(viewer: Viewer, relationship_id: int) -> list[PlanVersion]:
    """Versions of the open plan, else of the last ended one; newest first. Raises ``NotVisible``."""
    plan = access.plan(viewer, relationship_id)
    return list(PlanVersion.objects.filter(plan=plan).select_related("saved_by").order_by("-number"))


def plan_differences(
    viewer: Viewer, relationship_id: int, from_number: int, to_number: int
) -> list[Difference]:
    """What changed between two versions. Raises ``NotVisible`` for a version that does not exist."""
    plan = access.plan(viewer, relationship_id)
    versions = PlanVersion.objects.filter(plan=plan, number__in=(from_number, to_number))
    contents = {version.number: version.content for version in versions}
    if from_number not in contents or to_number not in contents:
        raise NotVisible
    return rules.differences(contents[from_number], contents[to_number])
