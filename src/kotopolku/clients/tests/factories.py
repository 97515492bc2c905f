"""Stands up what a test needs: workers in their seats, clients at a stage of the path. Every person is invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, Team, User
from kotopolku.actors.signin import seat_of
from kotopolku.clients import actions, rules
from kotopolku.clients.models import Assessment, Plan, Relationship
from kotopolku.clients.rules import (
    AssessmentContent,
    ContactContent,
    GoalContent,
    MeasureContent,
    NewClient,
    PersonContent,
    PlanContent,
)

VANTAA, KAJAANI, MARIEHAMN = "092", "205", "478"

_numbers = count(1)


def identity_code(born: date, number: int) -> str:
    """A right identity code with a temporary number (900–999), which no real person has."""
    body = f"{born:%d%m%y}{'A' if born.year >= 2000 else '-'}{900 + number % 100}"
    return body + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(body[:6] + body[7:]) % 31]


def employment_area_of(municipality: str, on: date) -> str:
    """The code of the employment authority that answers in a municipality."""
    from kotopolku.actors.queries import who_answers

    return who_answers("assessment-jobseeker", municipality, on).organisation_code


def worker(
    organisation: str, on: date, *, role: Role = Role.CASEWORKER, name: str = "", team: str = ""
) -> Viewer:
    """A viewer in a seat of an organisation, valid on the day. Applies no row security."""
    number = next(_numbers)
    user = User.objects.create(username=f"worker-{number}", full_name=name or f"Tuuli Testi {number}")
    found = Organisation.objects.get(code=organisation)
    group = Team.objects.get_or_create(organisation=found, name=team)[0] if team else None
    membership = Membership.objects.create(
        user=user, organisation=found, role=role.value, team=group, valid=DateRange(date(2015, 1, 1), None)
    )
    return Viewer(user_id=user.pk, name=user.full_name, day=on, seat=seat_of(membership))


@contextmanager
def working(viewer: Viewer, on: date | None = None) -> Iterator[Viewer]:
    """The viewer at work on a day: row security as in a request, and the clock on that day."""
    there = replace(viewer, day=on or viewer.day)
    with clock.at(there.day):
        rowsecurity.apply(there)
        yield there


def person(**changes: Any) -> PersonContent:
    """An invented person; each has another name."""
    number = next(_numbers)
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return replace(
        PersonContent(
            family_name=f"Mallinen{letters}",
            given_names="Aino",
            birth_date=date(1960, 1, 1) + timedelta(days=number * 97 % 15_000),
            service_language="fi",
        ),
        **changes,
    )


def new_client(started_on: date, **changes: Any) -> NewClient:
    """What registering needs, for Vantaa; ``person`` and ``contact`` can be given."""
    return replace(
        NewClient(person=person(), contact=ContactContent(municipality=VANTAA), started_on=started_on),
        **changes,
    )


def client(actor: Viewer, **changes: Any) -> Relationship:
    """A client registered on the actor's day by the actor's own authority, whoever answers by law."""
    data = new_client(changes.pop("started_on", actor.day), **changes)
    return actions.register_client(
        replace(data, override_reason="agreed between the authorities"), actor=actor
    )


def complete_content(act: str, on: date, **changes: Any) -> AssessmentContent:
    """Every item of the Act answered."""
    items = {item.id: "Selvitetty keskustelussa." for item in law.assessment_items(act, on)}
    return replace(
        AssessmentContent(items=items, plan_needed=True, conclusion="Tarvitsee suunnitelman."), **changes
    )


def assessed(
    relationship: Relationship, actor: Viewer, *, started: date, done: date, **changes: Any
) -> Assessment:
    """The relationship's assessment started and completed."""
    assessment = actions.start_assessment(relationship.pk, started, actor=actor)
    content = complete_content(assessment.act, started, **changes)
    return actions.complete_assessment(
        relationship.pk, content, done, actor=actor, expected_version=assessment.version
    )


PLAN = PlanContent(
    goals=(
        GoalContent(
            title="Suomen kieli tasolle B1.1",
            measures=(
                MeasureContent(kind="language", title="Kotoutumiskoulutus", responsible="Esimerkkiopisto"),
                MeasureContent(kind="association", title="Kielikahvila", responsible="Näyteyhdistys ry"),
            ),
        ),
        GoalContent(
            title="Työ lähihoitajana", measures=(MeasureContent(kind="vocational", title="Tutkinto"),)
        ),
    ),
    makers="Asiakas ja työntekijä",
)


def planned(
    relationship: Relationship,
    actor: Viewer,
    *,
    made: date,
    signed: date | None = None,
    ends: date | None = None,
) -> Plan:
    """A plan drafted, made, and signed if a day is given."""
    plan = actions.start_plan(relationship.pk, actor=actor)
    plan = actions.save_plan(relationship.pk, PLAN, actor=actor, expected_version=plan.version)
    plan = actions.make_plan(relationship.pk, made, ends, actor=actor, expected_version=plan.version)
    if signed:
        plan = actions.sign_plan(relationship.pk, signed, "paper", "", actor=actor)
    return plan


def refused(refusals: rules.Refusals) -> set[tuple[str, str]]:
    """Fields and codes of what was refused."""
    return {(refusal.field, refusal.code) for refusal in refusals.refusals}


_MANY = """
WITH made AS (
    SELECT n, nextval('clients_person_id_seq') AS person, nextval('clients_relationship_id_seq') AS relationship
    FROM generate_series(1, %(count)s) n
), persons AS (
    INSERT INTO clients_person (id, family_name, given_names, birth_date, sex, name_phonetic, mother_tongue, languages,
        service_language, interpreter_needed, interpreter_wish, citizenships, non_disclosure, education, occupation, version)
    SELECT person, 'Joukkonen' || n, 'Otso', '1985-05-05', 'unknown', 'X' || n, '', '{}', 'fi', false, '', '{}', false,
        '', '', 1 FROM made
), relationships AS (
    INSERT INTO clients_relationship (id, person_id, case_number, started_on, end_reason, end_note)
    SELECT relationship, person, 'T' || relationship, %(on)s, '', '' FROM made
), responsibilities AS (
    INSERT INTO clients_responsibility (relationship_id, person_id, authority_id, worker_id, days, duty, section, reason,
        sort_key, search_text, service_language, municipality, started_on)
    SELECT relationship, person, %(authority)s, %(worker)s, daterange(%(on)s::date, NULL), 'assessment-other', '', '',
        'joukkonen' || n, 'joukkonen' || n || ' otso', 'fi', '092', %(on)s FROM made
)
INSERT INTO clients_clock (relationship_id, person_id, authority_id, worker_id, rule, act, section, kind, own, opens_on,
    nominal, due, suspended_days, lapsed, explanation)
SELECT relationship, person, %(authority)s, %(worker)s, 'A1', '1386/2010', '10', 'act-by', false, %(on)s,
    %(on)s::date + n %% 90, %(on)s::date + n %% 90, 0, false, '{"steps": []}' FROM made
"""


def many(actor: Viewer, number: int) -> None:
    """Many registered clients of the actor's authority at once, each with one clock: for counting statements."""
    with rowsecurity.as_system(), connection.cursor() as cursor:
        values = {
            "count": number,
            "on": actor.day,
            "authority": actor.organisation_id,
            "worker": actor.user_id,
        }
        cursor.execute(_MANY, values)
