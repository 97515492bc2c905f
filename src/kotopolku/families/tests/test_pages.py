"""The pages of families in whole requests on a real database: what a worker does, sees, and is refused."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.clients import access
from kotopolku.clients import actions as clients
from kotopolku.clients.models import HouseholdMember
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.conftest import no_second_factor
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.families import actions
from kotopolku.families.models import FamilyPlan, Housing, HousingUnit, Relation, Representative
from kotopolku.families.tests import family as given
from kotopolku.families.tests.family import SINCE, TODAY

__all__ = ["no_second_factor"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def worker() -> Worker:
    return Worker("kunta-092", TODAY)


def a_mother(worker: Worker) -> int:
    with make.working(worker.viewer) as at_work:
        return given.mother(at_work).pk


def a_minor(worker: Worker, **changes: Any) -> int:
    with make.working(worker.viewer) as at_work:
        return given.alone(at_work, **changes).pk


def sent(worker: Worker, address: str, **typed: Any) -> Any:
    hidden = worker.hidden(address)
    return worker.send(address, ({"token": hidden["token"]} if "token" in hidden else {}) | typed)


def test_a_child_joins_with_its_relation_and_the_family_opens_from_every_member(worker: Worker) -> None:
    mother = a_mother(worker)
    join = {
        "given_names": "Aatos",
        "family_name": "Malliperhe",
        "birth_date": "6.5.2014",
        "role": "child",
        "from_day": "2.2.2026",
        "relation": "child",
    }
    answer = sent(worker, f"/family/{mother}/join/", **join)
    assert answer.status_code == 302, words(answer)
    page = words(worker.get(f"/family/{mother}/"))
    assert "Aatos Malliperhe , child, 12 years" in page
    assert "Not a client of your authority." in page
    relation = Relation.objects.get()
    assert not relation.custody
    address = f"/family/{mother}/relation/{relation.pk}/"
    assert worker.post(address, on="23.11.2026", do="custody").status_code == 302
    assert "Custody: Hodan Malliperhe" in words(worker.get(f"/family/{mother}/"))
    spouse = {
        "case_number": "",
        "person": "",
        "kind": "spouse",
        "other": "",
        "from_day": "2.2.2026",
    }
    refused = sent(worker, f"/family/{mother}/relation/", **spouse)
    assert refused.status_code == 422
    assert "Choose a person or give a client number." in words(refused)


def test_two_clients_of_one_household_see_each_others_paths(worker: Worker) -> None:
    mother, minor = a_mother(worker), a_minor(worker)
    with make.working(worker.viewer) as at_work:
        clients.add_household_member(
            mother, actor=at_work, role="other", from_day=SINCE, member_relationship_id=minor
        )
    page = worker.get(f"/family/{mother}/").content.decode()
    assert f"/family/{minor}/" in page
    assert "registered" in page
    assert f"/family/{mother}/" in worker.get(f"/family/{minor}/").content.decode()
    panel = words(worker.get(f"/clients/{mother}/"))
    assert "Household Family" in panel


def test_a_wrong_relation_changes_nothing_and_keeps_what_was_typed(worker: Worker) -> None:
    mother = a_mother(worker)
    join = {
        "given_names": "Aatos",
        "family_name": "Malliperhe",
        "birth_date": "6.5.2014",
        "role": "child",
        "from_day": "2.2.2026",
        "relation": "parent",
    }
    answer = sent(worker, f"/family/{mother}/join/", **join)
    assert answer.status_code == 422
    assert "a child is younger than its parent" in words(answer)
    assert "Aatos" in answer.content.decode()
    assert not HouseholdMember.objects.exists(), "the member did not join alone"


def test_members_move_out_and_the_household_is_split(worker: Worker) -> None:
    mother = a_mother(worker)
    with make.working(worker.viewer) as at_work:
        parent = access.relationship(at_work, mother)
        given.joined(parent, at_work)
        daughter = given.joined(parent, at_work, "Aava")
        uncle = given.joined(parent, at_work, "Aaro", date(1980, 1, 1))
    answer = sent(worker, f"/family/{mother}/split/", members=daughter.person_id, on="23.11.2026")
    assert answer.status_code == 302, words(answer)
    left = worker.post(f"/family/{mother}/leave/", member=uncle.pk, left_on="23.11.2026")
    assert left.status_code == 302
    page = words(worker.get(f"/family/{mother}/"))
    assert "Aatos" in page
    assert "Aava" not in page
    assert "Aaro" not in page
    wrong = worker.post(f"/family/{mother}/leave/", member=uncle.pk, left_on="31.2.2026")
    assert wrong.status_code == 302
    assert "does not exist" in words(worker.get(f"/family/{mother}/"))


def test_a_minor_without_a_guardian_gets_a_representative_whose_end_is_settled(worker: Worker) -> None:
    minor = a_minor(worker)
    page = words(worker.get(f"/family/{minor}/"))
    assert "no representative" in page
    assert "There is no longer a separate plan for a minor" in page
    assert "until 13 March 2033" in page
    task = {"name": "Eila Edustaja", "ground": "unaccompanied", "first": "2.2.2026", "last": "5.1.2027"}
    address = f"/family/{minor}/representative/"
    refused = sent(worker, address, **(task | {"last": "14.3.2028"}))
    assert refused.status_code == 422
    assert "14 March 2028" in words(refused)
    assert sent(worker, address, **task).status_code == 302
    page = words(worker.get(f"/family/{minor}/"))
    assert "Eila Edustaja acts today" in page
    assert "no representative" not in page
    client = words(worker.get(f"/clients/{minor}/"))
    assert "Our own target: 8 weeks" in client
    assert "5 January 2027" in client
    row = Representative.objects.get()
    assert (
        sent(worker, f"{address}{row.pk}/", telephone="+358 9 000", email="", organisation="").status_code
        == 302
    )
    assert sent(worker, f"{address}{row.pk}/end/", last="23.11.2026", note="Decision.").status_code == 302
    row.refresh_from_db()
    assert row.settled_on == TODAY


def test_housing_units_list_those_who_came_without_a_guardian(worker: Worker) -> None:
    minor = a_minor(worker)
    added = sent(worker, "/family/units/", name="Koivukoti", kind="family-group-home", places="7")
    assert added.status_code == 302, words(added)
    unit = HousingUnit.objects.get()
    assert sent(worker, "/family/units/", name="Koivukoti", kind="family-group-home").status_code == 422
    moved = sent(worker, f"/family/{minor}/housing/", unit=unit.pk, from_day="2.2.2026")
    assert moved.status_code == 302, words(moved)
    page = words(worker.get("/family/units/"))
    assert "1 of 7 places taken" in page
    assert "no representative" in page
    home = Housing.objects.get()
    gone = worker.post(f"/family/{minor}/housing/{home.pk}/end/", on="23.11.2026")
    assert gone.status_code == 302
    assert "No unit recorded" in words(worker.get("/family/units/"))
    assert worker.post(f"/family/units/{unit.pk}/close/", on="23.11.2026").status_code == 302
    assert "Koivukoti" not in words(worker.get("/family/units/"))


def test_the_situation_is_marked_with_a_reason(worker: Worker) -> None:
    mother = a_mother(worker)
    address = f"/family/{mother}/situation/"
    assert worker.send(address, {"trafficking_victim": "on"}).status_code == 422
    assert (
        worker.send(address, {"trafficking_victim": "on", "reason": "Told by the helper."}).status_code == 302
    )
    assert "A victim of trafficking can be assessed" in words(worker.get(f"/family/{mother}/"))


def test_a_familys_plan_is_refused_with_the_reason_from_2025_and_recorded_before(worker: Worker) -> None:
    mother = a_mother(worker)
    with make.working(worker.viewer) as at_work:
        given.joined(access.relationship(at_work, mother), at_work)
    assert "Family's integration plan" not in words(worker.get(f"/family/{mother}/"))
    typed = {"made_on": "23.11.2026", "need": "Koko perhe.", "goal_1": "Kieli"}
    refused = sent(worker, f"/family/{mother}/plan/", **typed)
    assert refused.status_code == 422
    assert "1386/2010 § 16" in words(refused)
    made = sent(worker, f"/family/{mother}/plan/", **(typed | {"made_on": "1.3.2024"}))
    assert made.status_code == 302
    page = words(worker.get(f"/family/{mother}/"))
    assert "ended 31 December 2024 with the Act of 2010" in page
    plan = FamilyPlan.objects.get()
    late = sent(worker, f"/family/{mother}/plan/{plan.pk}/review/", held_on="23.11.2026", text="Hyvä.")
    assert late.status_code == 422
    ended = sent(worker, f"/family/{mother}/plan/{plan.pk}/end/", on="23.11.2026")
    assert ended.status_code == 302
    assert sent(worker, f"/family/{mother}/plan/{plan.pk + 1}/end/", on="23.11.2026").status_code == 404


def test_another_authority_gets_404_and_a_reader_403(worker: Worker) -> None:
    minor = a_minor(worker)
    other = Worker("kunta-205", TODAY)
    for page in (
        "",
        "join/",
        "split/",
        "relation/",
        "situation/",
        "representative/",
        "housing/",
        "plan/",
        "earlier/",
    ):
        assert other.get(f"/family/{minor}/{page}").status_code == 404, page
    for page in ("leave/", "relation/1/", "housing/1/end/"):
        assert other.post(f"/family/{minor}/{page}").status_code == 404, page
    assert other.post("/family/units/1/close/", on="23.11.2026").status_code == 404
    reader = Worker("kunta-092", TODAY, role=Role.READER)
    assert reader.get(f"/family/{minor}/").status_code == 403
    assert reader.get("/family/units/").status_code == 403


def test_the_family_page_asks_the_database_a_bounded_number_of_times(worker: Worker) -> None:
    mother = a_mother(worker)
    worker.get(f"/family/{mother}/")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert worker.get(f"/family/{mother}/").status_code == 200
        return len(found)

    before = asked()
    with make.working(worker.viewer) as at_work:
        parent = access.relationship(at_work, mother)
        children = [given.joined(parent, at_work, name) for name in ("Aatos", "Aava", "Aaro", "Aino")]
        for one in children:
            given.parent_of(parent, one.person_id, at_work)
    assert asked() - before <= 3


def test_the_list_by_unit_asks_the_database_a_bounded_number_of_times(worker: Worker) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert worker.get("/family/units/").status_code == 200
        return len(found)

    first = a_minor(worker)
    with make.working(worker.viewer) as at_work:
        unit = actions.add_unit("Koivukoti", "family-group-home", actor=at_work)
        actions.begin_housing(first, unit.pk, SINCE, actor=at_work)
    worker.get("/family/units/")
    before = asked()
    for _each in range(4):
        with make.working(worker.viewer) as at_work:
            minor = given.alone(at_work)
            actions.begin_housing(minor.pk, unit.pk, SINCE, actor=at_work)
            given.represented(minor, at_work)
    assert asked() == before
    assert len(re.findall("Mallinen", words(worker.get("/family/units/")))) == 5
