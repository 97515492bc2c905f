"""Stands up what tests of cases need: a region, municipalities with an agreement and places, a family under the seal."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.placement.actions import cases, proposals
from kotopolku.placement.actions.proposals import NewProposal
from kotopolku.placement.case_rules import CaseContent, MemberContent
from kotopolku.placement.models import Agreement, Capacity, Case, Group, Proposal
from kotopolku.reference import queries as reference

ON = date(2026, 11, 18)
VANTAA, LOHJA = "092", "444"

FAMILY = (
    MemberContent(
        age=34, work="hitsaaja", family_name="Esimerkki", given_names="Baraka", birth_date=date(1992, 3, 4)
    ),
    MemberContent(
        age=31, relation="spouse", family_name="Esimerkki", given_names="Neema", birth_date=date(1995, 5, 6)
    ),
    MemberContent(
        age=9, relation="child", family_name="Esimerkki", given_names="Zawadi", birth_date=date(2017, 1, 2)
    ),
    MemberContent(
        age=6, relation="child", family_name="Esimerkki", given_names="Imani", birth_date=date(2020, 2, 3)
    ),
    MemberContent(
        age=2, relation="child", family_name="Esimerkki", given_names="Juma", birth_date=date(2024, 4, 5)
    ),
)
FIVE = CaseContent(
    group="quota",
    received_on=date(2026, 11, 2),
    members=FAMILY,
    source="migri",
    reference="M-1",
    deadline=date(2026, 12, 14),
    wishes=(LOHJA,),
    languages=("sw", "en"),
    description="Isä on tehnyt hitsaajan työtä.",
)


def region_code(municipality: str = VANTAA, on: date = ON) -> str:
    """The regional authority of a municipality on the day."""
    areas = reference.areas_of(municipality, on)
    found = Organisation.objects.get(kind="evk", area_code=areas.area("evk"), valid__contains=on)
    return found.code


def officer(on: date = ON) -> Viewer:
    return make.worker(region_code(on=on), on, role=Role.REGIONAL_OFFICER)


def leader(code: str = LOHJA, on: date = ON) -> Viewer:
    return make.worker(f"kunta-{code}", on, role=Role.TEAM_LEADER)


def places(
    code: str = LOHJA, persons: int = 25, year: int = 2026, quarter: int = 4, **more: int
) -> Organisation:
    """An agreement in force and agreed places of a quarter: persons of every group, and homes and the like in ``more``."""
    municipality = Organisation.objects.get(code=f"kunta-{code}")
    authority = Organisation.objects.get(code=region_code(code))
    with rowsecurity.as_system():
        Agreement.objects.get_or_create(
            municipality=municipality,
            authority=authority,
            defaults={
                "act": "681/2023",
                "days": DateRange(date(2025, 1, 1), None),
                "state": "in-force",
                "groups": Group.values,
                "made_on": date(2024, 12, 1),
            },
        )
        amounts = {f"persons-{group}": persons for group in Group.values}
        amounts |= {name.replace("_", "-"): number for name, number in more.items()}
        for resource, number in amounts.items():
            Capacity.objects.create(
                municipality=municipality,
                authority=authority,
                year=year,
                quarter=quarter,
                resource=resource,
                offered=number,
                agreed=number,
            )
    return municipality


def family(actor: Viewer, **changes: Any) -> Case:
    """A case of five people at the actor's region."""
    with make.working(actor) as at_work:
        return cases.add_case(replace(FIVE, **changes), actor=at_work)


def proposed(actor: Viewer, case: Case, municipality: Organisation, **changes: Any) -> Proposal:
    data = NewProposal(municipality.pk, "Koti ja työtä lähellä.", 2026, 4)
    with make.working(actor) as at_work:
        return proposals.propose(case.pk, replace(data, **changes), actor=at_work)


def name_of(viewer: Viewer) -> str:
    return actors.user_names([viewer.user_id or 0])[viewer.user_id or 0]
