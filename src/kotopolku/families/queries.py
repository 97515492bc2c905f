"""What pages, panels, the API and the client's own page ask of families: the household as a unit, and who acts for whom.

Not for: what is said of it by law (``rules.special_rules``). Names of persons outside the viewer's sight are shown
only as far as a relation to one's own client needs, never of one under a non-disclosure order.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.access import Case, seeing_all
from kotopolku.clients.models import Clock, HouseholdMember, Permit, Person, Responsibility
from kotopolku.clients.queries.lists import milestones, next_clocks
from kotopolku.clients.rules import Stage, non_disclosure_in_force, stage
from kotopolku.families import access, facts, rules
from kotopolku.families.models import (
    EarlierMaximum,
    FamilyGoal,
    FamilyPlan,
    FamilyReview,
    Housing,
    HousingUnit,
    Relation,
    Representative,
)
from kotopolku.families.rules import ONE_DAY, ActingFor, Situation

MOST_RESIDENTS = 2_000


@dataclass(frozen=True)
class Path:
    """A member's own path in a line, for those whom the viewer's authority answers for."""

    relationship_id: int
    case_number: str
    stage: Stage
    clock: Clock | None


@dataclass(frozen=True)
class Member:
    """One who lives in the household on the day. ``path`` None: not a client of the viewer's authority."""

    membership_id: int | None
    person: Person
    role: str
    since: date | None
    age: int | None
    is_minor: bool
    is_client: bool
    """The client whose page it is."""
    path: Path | None


@dataclass(frozen=True)
class RelationRow:
    """A relation as the reader sees it: "``name`` is the ``kind`` of ``other_name``". Empty name: hidden."""

    id: int
    kind: str
    name: str
    other_name: str
    of_client: str
    """What the other end is to the client, when the client is one end; else empty."""
    with_name: str
    """The name at the other end, then."""
    custody: bool
    since: date
    source: str


@dataclass(frozen=True)
class RepresentativeRow:
    row: Representative
    first: date
    last: date | None
    current: bool
    ground: str
    """In words, in fi, sv or en by ``language``."""


@dataclass(frozen=True)
class HousingRow:
    """A stay; ``unit`` None while a non-disclosure order hides where the person lives."""

    id: int
    unit: HousingUnit | None
    first: date
    last: date | None


@dataclass(frozen=True)
class FamilyPlanRow:
    plan: FamilyPlan
    goals: list[FamilyGoal]
    reviews: list[FamilyReview]
    is_open: bool
    ended_with_act: date | None
    """Last day of the Act, for a plan that nobody ended before it."""


@dataclass(frozen=True)
class Family:
    members: list[Member]
    relations: list[RelationRow]
    representatives: list[RepresentativeRow]
    """The newest first."""
    housings: list[HousingRow]
    plans: list[FamilyPlanRow]
    guardians: dict[int, list[str]]
    """Names of those who have custody on the day, by child."""


def family(viewer: Viewer, case: Case, language: str) -> Family:
    """The household as a unit, seen from one client, in a bounded number of statements."""
    day, person = viewer.day, case.relationship.person
    members = _members(viewer, case)
    ids = {member.person.pk for member in members}
    relations = list(access.relations(viewer, ids).order_by("id"))
    names = _names(viewer, {one.pk: one for one in (member.person for member in members)}, relations)
    hidden = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)
    guardians: dict[int, list[str]] = {}
    for relation in relations:
        if relation.custody and names.get(relation.person_id):
            guardians.setdefault(relation.other_id, []).append(names[relation.person_id])
    return Family(
        members=members,
        relations=[_relation(relation, person.pk, names) for relation in relations],
        representatives=representatives(person.pk, day, language),
        housings=_housings(person.pk, hidden),
        plans=_plans(person.pk, day),
        guardians=guardians,
    )


def _members(viewer: Viewer, case: Case) -> list[Member]:
    person, day = case.relationship.person, viewer.day
    own = HouseholdMember.objects.filter(person=person, valid__contains=day).values("household_id")
    rows = list(
        HouseholdMember.objects.filter(household_id__in=own, valid__contains=day)
        .select_related("person")
        .order_by("person__birth_date", "id")
    )
    persons = [row.person for row in rows] or [person]
    paths = _paths(viewer, [one.pk for one in persons])
    by_person = {row.person_id: row for row in rows}
    found = [_member(one, by_person.get(one.pk), person.pk, paths.get(one.pk), day) for one in persons]
    return sorted(found, key=lambda member: (not member.is_client, member.is_minor))


def _member(person: Person, row: HouseholdMember | None, client: int, path: Path | None, day: date) -> Member:
    born = person.birth_date
    return Member(
        membership_id=row.pk if row else None,
        person=person,
        role=row.get_role_display() if row else "",
        since=row.valid.lower if row else None,
        age=law.age_on(born, day) if born else None,
        is_minor=law.is_minor(born, day),
        is_client=person.pk == client,
        path=path,
    )


def _paths(viewer: Viewer, person_ids: list[int]) -> dict[int, Path]:
    rows = clients.responsibilities(viewer).filter(person_id__in=person_ids).select_related("relationship")
    found = {row.person_id: row for row in sorted(rows, key=_goes_on)}
    nearest = next_clocks([row.relationship_id for row in found.values()], viewer.day)
    return {
        person_id: Path(
            row.relationship_id,
            row.relationship.case_number,
            stage(milestones(row), viewer.day),
            nearest.get(row.relationship_id),
        )
        for person_id, row in found.items()
    }


def _goes_on(row: Responsibility) -> tuple[bool, date]:
    """The relationship that goes on comes last, so that it is the one kept."""
    return row.ended_on is None, row.started_on


def _names(viewer: Viewer, seen: dict[int, Person], relations: Iterable[Relation]) -> dict[int, str]:
    """Names of both ends; empty for one outside the viewer's sight under a non-disclosure order."""
    wanted = {end for relation in relations for end in (relation.person_id, relation.other_id)} - set(seen)
    names = {pk: person.name for pk, person in seen.items()}
    if not wanted:
        return names
    visible = {person.pk: person.name for person in Person.objects.filter(pk__in=wanted)}
    rest = wanted - set(visible)
    if rest:
        with seeing_all(viewer):
            for person in Person.objects.filter(pk__in=rest):
                hidden = non_disclosure_in_force(
                    person.non_disclosure, person.non_disclosure_until, viewer.day
                )
                visible[person.pk] = "" if hidden else person.name
    return names | visible


def _relation(relation: Relation, client: int, names: dict[int, str]) -> RelationRow:
    ends = (relation.person_id, relation.other_id)
    kept = rules.StoredRelation(*ends, relation.kind)
    other = next((end for end in ends if end != client), client)
    return RelationRow(
        id=relation.pk,
        kind=relation.kind,
        name=names.get(relation.person_id, ""),
        other_name=names.get(relation.other_id, ""),
        of_client=rules.seen_from(kept, client) if client in ends else "",
        with_name=names.get(other, "") if client in ends else "",
        custody=relation.custody,
        since=relation.days.lower,
        source=relation.source,
    )


def representatives(person_id: int, day: date, language: str) -> list[RepresentativeRow]:
    """Every representative of the person, the newest first. Row security decides whether any is seen."""
    found = []
    for row in Representative.objects.filter(person_id=person_id).order_by("-days"):
        first, after = row.days.lower, row.days.upper
        ground = next((one for one in law.representation_grounds(first) if one.id == row.ground), None)
        found.append(
            RepresentativeRow(
                row,
                first,
                after - ONE_DAY if after else None,
                first <= day and (after is None or day < after),
                ground.texts[language] if ground else row.ground,
            )
        )
    return found


def _housings(person_id: int, hidden: bool) -> list[HousingRow]:
    rows = Housing.objects.filter(person_id=person_id).select_related("unit").order_by("-days")
    return [
        HousingRow(
            row.pk,
            None if hidden else row.unit,
            row.days.lower,
            row.days.upper - ONE_DAY if row.days.upper else None,
        )
        for row in rows
    ]


def _plans(person_id: int, day: date) -> list[FamilyPlanRow]:
    own = access.memberships(person_id)
    rows = FamilyPlan.objects.filter(household_id__in={row.household_id for row in own})
    rows = rows.order_by("-made_on", "-id").prefetch_related("goals", "reviews")
    plans = [plan for plan in rows if access.is_in_plan(plan, own, day)]
    _line, last = law.family_plan_of_old()
    return [
        FamilyPlanRow(
            plan,
            sorted(plan.goals.all(), key=lambda goal: goal.position),
            sorted(plan.reviews.all(), key=lambda review: review.held_on, reverse=True),
            rules.family_plan_is_open(plan.made_on, plan.ended_on, day),
            last if plan.ended_on is None and day > last else None,
        )
        for plan in plans
    ]


# --- Persons to choose from ------------------------------------------------------------------------------------------


def persons_of_family(viewer: Viewer, case: Case) -> list[tuple[int, str]]:
    """(person id, name) of the client, the household and those related, for forms; nobody whose name is hidden."""
    own = case.relationship.person
    members = access.member_ids(viewer, case)
    relations = list(access.relations(viewer, members))
    seen = {person.pk: person for person in Person.objects.filter(pk__in=members)} | {own.pk: own}
    names = _names(viewer, seen, relations)
    others = sorted((name, pk) for pk, name in names.items() if name and pk != own.pk)
    return [(own.pk, own.name), *((pk, name) for name, pk in others)]


def household_names(viewer: Viewer, case: Case) -> list[tuple[int, str]]:
    """(person id, name) of those who live in the household on the day, the client first."""
    ids = access.member_ids(viewer, case)
    own = case.relationship.person_id
    persons = sorted(Person.objects.filter(pk__in=ids), key=lambda one: (one.pk != own, one.name))
    return [(person.pk, person.name) for person in persons]


def person_ids(viewer: Viewer, relationship_ids: Iterable[int]) -> list[int]:
    """Persons of relationships that the viewer's authority answers for."""
    rows = clients.responsibilities(viewer).filter(relationship_id__in=list(relationship_ids))
    return list(rows.values_list("person_id", flat=True))


# --- The client's situation ------------------------------------------------------------------------------------------

_SITUATION = """
SELECT families_earlier(%(relationship)s),
    (SELECT counts FROM families_earliermaximum WHERE relationship_id = %(relationship)s),
    r.name, upper(r.days), u.kind, u.name,
    (SELECT coalesce(json_agg(json_build_array(person_id, other_id, kind, custody) ORDER BY id), '[]')
        FROM families_relation WHERE days @> %(day)s::date AND (person_id = %(person)s OR other_id = %(person)s))
FROM (SELECT 1) one
LEFT JOIN families_representative r ON r.person_id = %(person)s AND r.days @> %(day)s::date
LEFT JOIN families_housing h ON h.person_id = %(person)s AND h.days @> %(day)s::date
LEFT JOIN families_housingunit u ON u.id = h.unit_id
"""


@dataclass(frozen=True)
class Around:
    """What surrounds a client on the day, in one statement; ``housing_name`` is hidden with a non-disclosure order."""

    earlier_relationships: int
    earlier_judged: bool | None
    representative: str
    representative_until: date | None
    housing_kind: str
    housing_name: str
    relations: list[tuple[rules.StoredRelation, bool]]
    """Relations of the client on the day, each with whether there is custody."""


def around(relationship_id: int, person: Person, day: date) -> Around:
    with connection.cursor() as cursor:
        cursor.execute(_SITUATION, {"relationship": relationship_id, "person": person.pk, "day": day})
        earlier, judged, name, after, kind, unit, relations = cursor.fetchone()
    hidden = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)
    rows = json.loads(relations) if isinstance(relations, str) else relations
    return Around(
        earlier_relationships=earlier,
        earlier_judged=judged,
        representative=name or "",
        representative_until=after - ONE_DAY if after else None,
        housing_kind=kind or "",
        housing_name="" if hidden else unit or "",
        relations=[(rules.StoredRelation(*row[:3]), row[3]) for row in rows],
    )


def situation(person: Person, permits: Iterable[Permit], has_plan: bool, found: Around) -> Situation:
    """What the special rules go by."""
    rows = sorted(permits, key=lambda permit: permit.starts)
    return Situation(
        born=person.birth_date,
        unaccompanied=person.unaccompanied,
        trafficking_victim=person.trafficking_victim or any(row.basis == "trafficking" for row in rows),
        permits=[row.starts for row in rows],
        has_representative=bool(found.representative),
        has_plan=has_plan,
        earlier_relationships=found.earlier_relationships,
        earlier_judged=found.earlier_judged,
    )


# --- Returning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EarlierRelationship:
    """An earlier client relationship: its days, and those of the plans made in it. No more of another authority's."""

    started_on: date
    ended_on: date | None
    plans: list[tuple[date, date | None, date | None, str]]
    """(made on, signed on, ended on, Act)."""


def earlier(viewer: Viewer, case: Case) -> tuple[list[EarlierRelationship], EarlierMaximum | None]:
    """Earlier client relationships of the person, the oldest first, and what has been judged of their longest time."""
    relationship = case.relationship
    plans = facts.made_before(relationship)
    with seeing_all(viewer):
        rows = list(
            type(relationship)
            .objects.filter(person_id=relationship.person_id, pk__lt=relationship.pk)
            .order_by("started_on", "id")
            .values_list("started_on", "ended_on")
        )
    found = [
        EarlierRelationship(
            started,
            ended,
            [plan for plan in plans if started <= plan[0] and (ended is None or plan[0] <= ended)],
        )
        for started, ended in rows
    ]
    judged = EarlierMaximum.objects.filter(pk=relationship.pk).select_related("decided_by").first()
    return found, judged


# --- Housing units ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resident:
    """One who came without a guardian, in the list by housing unit."""

    relationship_id: int
    case_number: str
    name: str
    age: int | None
    is_minor: bool
    since: date | None
    representative: str


@dataclass(frozen=True)
class UnitRow:
    """A unit with those who live there on the day. ``unit`` None: no unit known, or hidden by non-disclosure."""

    unit: HousingUnit | None
    hidden: bool
    residents: list[Resident]


def units(viewer: Viewer) -> list[HousingUnit]:
    """Units of the viewer's authority that are open on the day, by name."""
    rows = HousingUnit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=viewer.day))
    if not viewer.system:
        rows = rows.filter(authority_id=viewer.organisation_id)
    return list(rows.order_by("name"))


def by_unit(viewer: Viewer) -> list[UnitRow]:
    """Clients who came without a guardian and are still supported as such, by housing unit. Five statements.

    Where a person under a non-disclosure order lives is not shown.
    """
    require(viewer, Capability.CLIENT_VIEW)
    day = viewer.day
    rows = list(
        clients.responsibilities(viewer)
        .filter(Q(ended_on=None) | Q(ended_on__gt=day), person__unaccompanied=True)
        .select_related("person", "relationship")
        .order_by("sort_key", "id")[:MOST_RESIDENTS]
    )
    rows = [row for row in rows if _supported(row.person.birth_date, day)]
    ids = [row.person_id for row in rows]
    homes = {home.person_id: home for home in Housing.objects.filter(person_id__in=ids, days__contains=day)}
    acting = dict(
        Representative.objects.filter(person_id__in=ids, days__contains=day).values_list("person_id", "name")
    )
    placed: dict[int, list[Resident]] = {}
    hidden: list[Resident] = []
    nowhere: list[Resident] = []
    for row in rows:
        home = homes.get(row.person_id)
        person = row.person
        protected = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day)
        resident = Resident(
            row.relationship_id,
            row.relationship.case_number,
            person.name,
            law.age_on(person.birth_date, day) if person.birth_date else None,
            law.is_minor(person.birth_date, day),
            home.days.lower if home and not protected else None,
            acting.get(row.person_id, ""),
        )
        where = hidden if protected else placed.setdefault(home.unit_id, []) if home else nowhere
        where.append(resident)
    found = [UnitRow(unit, False, placed.pop(unit.pk, [])) for unit in units(viewer)]
    rest = HousingUnit.objects.in_bulk(placed)
    found += [UnitRow(rest.get(unit_id), False, residents) for unit_id, residents in placed.items()]
    if hidden:
        found.append(UnitRow(None, True, hidden))
    if nowhere:
        found.append(UnitRow(None, False, nowhere))
    return found


def _supported(born: date | None, day: date) -> bool:
    until = law.own_support_until(born).due if born else None
    return until is None or day < until


# --- Who acts for whom -----------------------------------------------------------------------------------------------


def persons_acted_for(person_id: int | None, representative_id: int | None, day: date) -> list[ActingFor]:
    """For whom a person (as guardian), or a representative, may act on the day; each once.

    ``person_id``: one who signs in as a client. ``representative_id``: one who signs in as a representative; other
    rows of the same account are found too. Looks as the system, as it decides what the one who signs in may see.
    Call inside a transaction.
    """
    found: dict[int, ActingFor] = {}
    with rowsecurity.as_system():
        for row in _guarded(person_id, day) if person_id is not None else ():
            one = rules.acting(
                "guardian", row.other_id, row.other.birth_date, row.days.lower, row.days.upper, day
            )
            if one is not None:
                found.setdefault(one.person_id, one)
        for task in _tasks(representative_id, day) if representative_id is not None else ():
            one = rules.acting(
                "representative",
                task.person_id,
                task.person.birth_date,
                task.days.lower,
                task.days.upper,
                day,
            )
            if one is not None:
                found.setdefault(one.person_id, one)
    return sorted(found.values(), key=lambda one: one.person_id)


def _guarded(person_id: int, day: date) -> list[Relation]:
    rows = Relation.objects.filter(person_id=person_id, custody=True, days__contains=day)
    return list(rows.select_related("other"))


def _tasks(representative_id: int, day: date) -> list[Representative]:
    user_id = Representative.objects.filter(pk=representative_id).values_list("user_id", flat=True).first()
    same = Q(pk=representative_id) if user_id is None else Q(pk=representative_id) | Q(user_id=user_id)
    return list(Representative.objects.filter(same, days__contains=day).select_related("person"))


def acts_for(person_id: int, child_id: int, day: date) -> ActingFor | None:
    """Whether a person may act for a child on the day as its guardian."""
    return next((one for one in persons_acted_for(person_id, None, day) if one.person_id == child_id), None)


def minors_without_representative(viewer: Viewer) -> int:
    """How many minors without a guardian have nobody to act for them on the day, among the viewer's own clients."""
    rows = clients.responsibilities(viewer).filter(
        Q(ended_on=None) | Q(ended_on__gt=viewer.day), person__unaccompanied=True
    )
    born = dict(rows.values_list("person_id", "person__birth_date"))
    minors = {pk for pk, day in born.items() if law.is_minor(day, viewer.day)}
    acting = Representative.objects.filter(person_id__in=minors, days__contains=viewer.day)
    return len(minors - set(acting.values_list("person_id", flat=True)))
