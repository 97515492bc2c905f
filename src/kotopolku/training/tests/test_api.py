"""Courses and places over HTTP: the same rows, rights and refusals as the pages."""

import json
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.clients.tests.walking import Worker
from kotopolku.training.tests import courses_world as world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def send(worker: Worker, address: str, body: dict[str, Any], key: str = "a key of its own") -> Any:
    with clock.at(worker.day):
        return worker.client.post(
            f"/api/training/{address}",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )


def test_a_client_is_queued_offered_a_seat_and_answers_over_the_api() -> None:
    leader = Worker(world.AREA, world.ON, Role.TEAM_LEADER)
    stranger = Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER)
    provider = world.school(leader.viewer)[0]
    course = world.course(leader.viewer, provider, seats=1)
    world.course(leader.viewer, provider, name="Luonnos", published=False)
    [listed] = leader.get("/api/training/courses").json()["courses"]
    assert (listed["id"], listed["free"], listed["provider"]) == (course.pk, 1, provider.code)
    rows = []
    for number in range(2):
        wanted = {"relationship": world.client(leader.viewer).pk, "reason": "Sopii."}
        answer = send(leader, f"courses/{course.pk}/queue", wanted, f"key number {number}")
        assert answer.status_code == 201, answer.content
        again = send(leader, f"courses/{course.pk}/queue", wanted, f"key number {number}")
        assert again.json() == answer.json()
        rows.append(answer.json())
    assert stranger.get("/api/training/enrolments").json()["enrolments"] == []
    assert send(stranger, f"enrolments/{rows[0]['id']}/offer", {}).status_code == 404
    assert send(leader, f"enrolments/{rows[1]['id']}/offer", {}, "not the first").status_code == 422
    offered = send(leader, f"enrolments/{rows[0]['id']}/offer", {}, "the first one")
    assert (offered.json()["state"], offered.json()["answer_by"]) == ("offered", "2026-11-30")
    full = send(leader, f"enrolments/{rows[1]['id']}/offer", {"reason": "Kiire."}, "the second")
    assert full.status_code == 422
    taken = send(leader, f"enrolments/{rows[0]['id']}/answer", {"accepts": True}, "the answer")
    assert taken.json()["state"] == "accepted"
    own = leader.get("/api/training/enrolments", course=course.pk).json()["enrolments"]
    assert [one["state"] for one in own] == ["accepted", "queued"]
