"""The pages of courses and places, walked as people do; who gets which; and bounded statements."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.clients import actions as clients
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.training.models import Course, CourseSession, Enrolment
from kotopolku.training.tests import courses_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def leader() -> Worker:
    return Worker(world.AREA, world.ON, Role.TEAM_LEADER)


def typed(page: str, by: Worker, provider_id: int, **changes: Any) -> dict[str, Any]:
    return {
        "token": by.hidden(page).get("token"),
        "version": by.hidden(page).get("version"),
        "name": "Peruspolku 4",
        "curriculum": "integration-2022",
        "provider": provider_id,
        "track": "basic",
        "entry_from": "A1.1",
        "entry_to": "A2.1",
        "target_level": "B1.1",
        "starts_on": "30.11.2026",
        "ends_on": "29.1.2027",
        "seats": "12",
        "attending": "place",
        "municipality": "092",
        "language": "fi",
        "support_1": "ar",
        "weekday_1": "1",
        "starts_1": "9",
        "ends_1": "12.30",
    } | changes


def test_a_course_is_planned_published_and_changed_on_the_pages(leader: Worker) -> None:
    provider, _teacher = world.school(leader.viewer)
    new = "/training/courses/new/"
    wrong = leader.post(new, **typed(new, leader, provider.pk, seats="0", ends_on="1.1.2026", scope="90"))
    assert wrong.status_code == 422
    assert "The course ends before it starts." in words(wrong)
    assert "The curriculum allows 80 op at most." in words(wrong)
    assert "Peruspolku 4" in wrong.content.decode(), "nothing typed is lost"
    sent = typed(new, leader, provider.pk)
    assert leader.post(new, **sent).status_code == 302
    assert leader.post(new, **sent).status_code == 302
    with make.working(leader.viewer):
        [course] = Course.objects.all()
        days = set(CourseSession.objects.filter(course=course).values_list("date", flat=True))
    assert date(2026, 11, 30) in days
    assert len(days) == 9, "nine Mondays, none of them a holiday"
    page = f"/training/courses/{course.pk}/"
    stranger = Worker(world.KAJAANI, world.ON)
    assert stranger.get(page).status_code == 404, "a draft"
    assert leader.post(page + "publish/").status_code == 302
    assert "12 of 12 free" in words(stranger.get(page))
    changed = typed(page + "edit/", leader, provider.pk, seats="14")
    assert leader.post(page + "edit/", **changed).status_code == 302
    again = leader.post(page + "edit/", **(changed | {"seats": "15"}))
    assert again.status_code == 409
    assert stranger.get(page + "edit/").status_code == 403


def test_the_search_narrows_and_the_file_has_the_same_rows(leader: Worker) -> None:
    provider = world.school(leader.viewer)[0]
    world.course(leader.viewer, provider, name="Hidas polku", track="slow", entry_from="", entry_to="A1.1")
    world.course(
        leader.viewer,
        provider,
        name="Etäryhmä",
        attending="remote",
        municipality="",
        entry_from="A2.1",
        entry_to="",
    )
    page = leader.get("/training/")
    assert "Hidas polku" in words(page)
    assert "Etäryhmä" in words(page)
    assert "Vantaa: 1 course, free seats 2" in page.content.decode()
    high = leader.get("/training/", level="B1.1")
    assert "Etäryhmä" in words(high)
    assert "Hidas polku" not in words(high)
    slow = leader.get("/training/list.csv", track="slow").content.decode("utf-8-sig").splitlines()
    assert len(slow) == 2
    assert slow[1].startswith("Hidas polku;")
    assert leader.get("/training/", level="nonsense", from_day="x", page="99").status_code == 200


def test_a_client_is_suggested_a_course_with_reasons_queued_offered_and_answers(
    leader: Worker,
) -> None:
    provider = world.school(leader.viewer)[0]
    course = world.course(leader.viewer, provider)
    world.course(
        leader.viewer, provider, name="Liian vaikea", entry_from="B2.1", entry_to="", target_level=""
    )
    relationship = world.client(leader.viewer)
    tab = f"/training/clients/{relationship.pk}/"
    page = words(leader.get(tab))
    assert "Level A1.3 fits: the course takes A1.1–A2.1" in page
    assert "In the own municipality" in page
    assert "Liian vaikea" not in page
    queue = f"{tab}queue/{course.pk}/"
    token = leader.hidden(queue)["token"]
    assert leader.post(queue, token=token, reason="").status_code == 422
    assert leader.post(queue, token=token, reason="Tavoite B1.1.").status_code == 302
    assert leader.post(queue, token=token, reason="Tavoite B1.1.").status_code == 302
    with make.working(leader.viewer):
        [row] = Enrolment.objects.all()
    buyer = Worker(world.AREA, world.ON, Role.PROCUREMENT_OFFICER)
    seen = words(buyer.get(f"/training/courses/{course.pk}/queue/"))
    assert relationship.case_number in seen
    assert relationship.person.family_name not in seen, "who opens no clients selects by number"
    assert relationship.person.family_name in words(leader.get(f"/training/courses/{course.pk}/queue/"))
    assert buyer.post(f"/training/places/{row.pk}/offer/", answer_by="30.11.2026").status_code == 302
    answered = leader.post(f"{tab}places/{row.pk}/answer/", answer="yes", reason="")
    assert answered.status_code == 302
    late = leader.post(f"{tab}places/{row.pk}/answer/", answer="no", reason="")
    assert late.status_code == 422


def test_the_pages_of_places_walk_from_start_to_interruption_and_another_group(leader: Worker) -> None:
    provider = world.school(leader.viewer)[0]
    course = world.course(leader.viewer, provider)
    other = world.course(leader.viewer, provider, name="Toinen ryhmä")
    rows = [
        world.accepted(
            leader.viewer,
            world.offered(leader.viewer, world.queued(leader.viewer, world.client(leader.viewer), course)),
        )
        for _number in range(2)
    ]
    with leader.on(date(2026, 12, 8)):
        assert leader.post(f"/training/courses/{course.pk}/start/", on="1.12.2026").status_code == 302
        assert "Study now" in words(leader.get(f"/training/courses/{course.pk}/queue/"))
        tab = f"/training/clients/{rows[0].relationship_id}/places/{rows[0].pk}/"
        moved = leader.post(tab + "move/", to=other.pk, on="7.12.2026", reason="Lähempänä kotia.")
        assert moved.status_code == 302
        stopped = leader.post(
            f"/training/places/{rows[1].pk}/interrupt/", on="7.12.2026", end_reason="employed", note=""
        )
        assert stopped.status_code == 302
        withdrawn = leader.post(f"/training/courses/{other.pk}/withdraw/", reason="Ei tarpeeksi.")
        assert withdrawn.status_code == 422, "somebody studies in it"
        assert (
            leader.post(f"/training/courses/{course.pk}/withdraw/", reason="Ei tarpeeksi.").status_code == 302
        )


def test_who_gets_which_page(leader: Worker) -> None:
    provider, _teacher = world.school(leader.viewer)
    course = world.course(leader.viewer, provider)
    relationship = world.client(leader.viewer)
    teacher = Worker(provider.code, world.ON, Role.PROVIDER)
    pages = (
        "/training/",
        "/training/courses/new/",
        f"/training/courses/{course.pk}/",
        f"/training/courses/{course.pk}/queue/",
        f"/training/clients/{relationship.pk}/",
    )
    expected = {
        leader: [200, 200, 200, 200, 200],
        Worker(world.AREA, world.ON): [200, 403, 200, 403, 200],
        Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER): [200, 200, 200, 404, 404],
        Worker("tem", world.ON, Role.MINISTRY_OFFICER): [200, 403, 200, 403, 403],
        Worker("kunta-092", world.ON, Role.ADMINISTRATOR): [403, 403, 403, 403, 403],
        teacher: [200, 403, 200, 403, 403],
    }
    for worker, statuses in expected.items():
        assert [worker.get(page).status_code for page in pages] == statuses, worker.viewer.seat


def test_lists_take_the_same_number_of_statements_for_many_rows(leader: Worker) -> None:
    provider = world.school(leader.viewer)[0]
    course = world.course(leader.viewer, provider, seats=20)
    world.queued(leader.viewer, world.client(leader.viewer), course)

    def statements() -> list[int]:
        found = []
        for page in ("/training/", f"/training/courses/{course.pk}/queue/"):
            with CaptureQueriesContext(connection) as counted:
                assert leader.get(page).status_code == 200
            found.append(len(counted))
        return found

    statements()
    before = statements()
    for number in range(4):
        world.course(leader.viewer, provider, name=f"Ryhmä {number}")
        world.queued(leader.viewer, world.client(leader.viewer), course)
    assert statements() == before


def test_a_protected_clients_municipality_is_not_used_for_distance(leader: Worker) -> None:
    course = world.course(leader.viewer, world.school(leader.viewer)[0])
    relationship = world.client(leader.viewer)
    with make.working(leader.viewer) as at_work:
        clients.set_non_disclosure(relationship.pk, True, None, actor=at_work)
    page = words(leader.get(f"/training/clients/{relationship.pk}/"))
    assert course.name in page
    assert "In the own municipality" not in page
    assert "km away" not in page
