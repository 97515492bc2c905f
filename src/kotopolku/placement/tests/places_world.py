"""Stands up agreements and places for tests: officers in their seats, a signed agreement, agreed places."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.placement import actions, rules
from kotopolku.placement.models import Agreement, Group

ON = date(2026, 11, 23)
UUSIMAA, VANTAA, KAJAANI = "evk-01", "kunta-092", "kunta-205"


def officer(code: str = UUSIMAA, on: date = ON) -> Viewer:
    """A regional officer."""
    return make.worker(code, on, role=Role.REGIONAL_OFFICER)


def leader(code: str = VANTAA, on: date = ON) -> Viewer:
    """A team leader of a municipality: answers and signs for it."""
    return make.worker(code, on, role=Role.TEAM_LEADER)


def ministry(on: date = ON) -> Viewer:
    return make.worker("tem", on, role=Role.MINISTRY_OFFICER)


def content(municipality_id: int | None, **changes: Any) -> rules.AgreementContent:
    values = {
        "municipality_id": municipality_id,
        "starts_on": date(2026, 1, 1),
        "groups": tuple(Group.values),
        "preparedness": "Asunnot kaupungin vuokrayhtiöltä.",
    }
    return rules.AgreementContent(**(values | changes))  # type: ignore[arg-type]


def drafted(region: Viewer, municipality: Viewer, **changes: Any) -> Agreement:
    with make.working(region):
        return actions.draft_agreement(content(municipality.organisation_id, **changes), actor=region)


def heard(agreement: Agreement, municipality: Viewer) -> None:
    """The county asked and its statement recorded."""
    with make.working(municipality):
        actions.ask_county(agreement.pk, actor=municipality)
        actions.record_statement(agreement.pk, "Palvelut riittävät.", municipality.day, actor=municipality)


def decided(agreement: Agreement, municipality: Viewer) -> Agreement:
    with make.working(municipality):
        agreement.refresh_from_db()
        return actions.decide_agreement(
            agreement.pk,
            rules.Decision("Kaupunginhallitus", municipality.day, "VD/1/2026"),
            actor=municipality,
            expected_version=agreement.version,
        )


def signed(region: Viewer, municipality: Viewer, **changes: Any) -> Agreement:
    """An agreement from draft to both signatures."""
    agreement = drafted(region, municipality, **changes)
    if agreement.county_id is not None:
        heard(agreement, municipality)
    agreement = decided(agreement, municipality)
    for side in (municipality, region):
        with make.working(side):
            agreement = actions.sign_agreement(agreement.pk, actor=side, expected_version=agreement.version)
    return agreement


def agreed(region: Viewer, municipality: Viewer, year: int, **places: int) -> None:
    """Places agreed in every quarter: ``persons_quota=5`` and the like; the agreement must be there."""
    figures = {
        (quarter, name.replace("_", "-")): number
        for quarter in rules.QUARTERS
        for name, number in places.items()
    }
    with make.working(region):
        assert municipality.organisation_id is not None
        actions.agree_places(
            municipality.organisation_id, year, figures, "Sovittu.", actor=region, expected_version=0
        )
