"""Rights: deny by default, a role is a named set of capabilities, and the day's seat decides."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import CAPABILITIES, Capability, Role
from kotopolku.access.errors import MissingCapability
from kotopolku.access.gate import needs, open_to_all, require
from kotopolku.access.viewer import Own, Seat, Viewer

DAY = date(2026, 3, 2)
PERSONS = {
    Capability.CLIENT_VIEW,
    Capability.CLIENT_REGISTER,
    Capability.CLIENT_EDIT,
    Capability.CLIENT_EXPORT,
    Capability.ASSESSMENT_WRITE,
    Capability.PLAN_WRITE,
    Capability.PROTECTED_VIEW,
}


def viewer(role: Role) -> Viewer:
    return Viewer(1, "Worker", DAY, Seat(1, 7, "kunta-092", "municipality", "Vantaa", role))


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_capabilities_and_may_sign_in(role: Role) -> None:
    assert Capability.SIGNED_IN in CAPABILITIES[role]
    assert all(
        viewer(role).may(capability) == (capability in CAPABILITIES[role]) for capability in Capability
    )


def test_every_capability_is_given_by_some_role() -> None:
    assert frozenset().union(*CAPABILITIES.values()) == frozenset(Capability) - {Capability.OWN_PATH}


def test_only_a_client_at_the_own_page_has_the_own_path_and_nothing_else() -> None:
    client = Viewer(1, "Aino Malli", date(2026, 11, 23), None, own=Own(person_id=7, self_id=7))
    assert [capability for capability in Capability if client.may(capability)] == [Capability.OWN_PATH]


@pytest.mark.parametrize(
    "role",
    [
        Role.ADMINISTRATOR,
        Role.DATA_PROTECTION_OFFICER,
        Role.REGIONAL_OFFICER,
        Role.MINISTRY_OFFICER,
        Role.READER,
    ],
)
def test_who_does_no_casework_sees_no_person(role: Role) -> None:
    assert not CAPABILITIES[role] & PERSONS


def test_only_a_team_leader_opens_protected_data() -> None:
    assert {role for role in Role if rowsecurity.sees_protected(viewer(role))} == {Role.TEAM_LEADER}


def test_only_the_data_protection_officer_sees_who_has_looked() -> None:
    assert {role for role in Role if viewer(role).may(Capability.JOURNAL_VIEW)} == {
        Role.DATA_PROTECTION_OFFICER
    }


def test_a_viewer_without_a_seat_may_nothing() -> None:
    nobody = Viewer(1, "Nobody", DAY, None)
    assert not any(nobody.may(capability) for capability in Capability)
    assert nobody.organisation_id is None


def test_a_job_may_everything_and_carries_its_name() -> None:
    job = Viewer.for_system("nightly", DAY)
    assert all(job.may(capability) for capability in Capability)
    assert (job.system, job.user_id, job.organisation_id) == ("nightly", None, None)


def test_a_guarded_page_refuses_before_it_runs() -> None:
    ran: list[str] = []

    @needs(Capability.CLIENT_VIEW)
    def page(request: Any, name: str) -> str:
        ran.append(name)
        return "shown"

    with pytest.raises(MissingCapability) as refused:
        page(SimpleNamespace(viewer=viewer(Role.READER)), "reader")
    assert page(SimpleNamespace(viewer=viewer(Role.CASEWORKER)), "worker") == "shown"
    assert (ran, refused.value.capability) == (["worker"], Capability.CLIENT_VIEW)
    assert page.capability is Capability.CLIENT_VIEW  # type: ignore[attr-defined]


def test_an_open_page_says_so() -> None:
    @open_to_all
    def page(request: Any) -> str:
        return "shown"

    assert page.capability is None  # type: ignore[attr-defined]


def test_requiring_a_right_names_the_one_that_is_missing() -> None:
    require(viewer(Role.CASEWORKER), Capability.PLAN_WRITE)
    with pytest.raises(MissingCapability, match="journal\\.view"):
        require(viewer(Role.CASEWORKER), Capability.JOURNAL_VIEW)
