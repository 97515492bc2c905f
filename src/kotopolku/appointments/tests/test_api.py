"""Appointments over the API: the same rules, tokens of calls, no row of another authority."""

import json
from typing import Any

import pytest

from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.portal.api import api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def call(worker: Worker, address: str, data: dict[str, Any], key: str) -> Any:
    from kotopolku import clock

    with clock.at(worker.day):
        return worker.client.post(
            f"/api/{address}",
            json.dumps(data),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )


def body(worker: Worker, client: int, **changes: Any) -> dict[str, Any]:
    return {
        "topic": "review",
        "starts_at": f"{NEXT}T09:00:00+02:00",
        "ends_at": f"{NEXT}T10:00:00+02:00",
        "workers": [worker.viewer.user_id],
        "clients": [client],
    } | changes


def wired() -> bool:
    return any("appointments" in path for _prefix, router in api._routers for path in router.path_operations)


def test_an_appointment_is_booked_moved_and_cancelled_over_the_api() -> None:
    assert wired()
    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        client = make.client(at_work)
    first = call(worker, "appointments", body(worker, client.pk), "avain-0001")
    assert first.status_code == 201, first.content
    made = first.json()
    assert made["participants"][0]["case_number"] == client.case_number
    again = call(worker, "appointments", body(worker, client.pk), "avain-0001")
    assert again.json()["id"] == made["id"]
    double = call(worker, "appointments", body(worker, client.pk), "avain-0002")
    assert double.status_code == 422
    assert {one["code"] for one in double.json()["errors"]} == {"double-worker", "double-person"}
    moved = body(worker, client.pk, version=made["version"], ends_at=f"{NEXT}T10:30:00+02:00")
    del moved["clients"]
    address = f"appointments/{made['id']}"
    assert call(worker, f"{address}/move", moved, "avain-0003").json()["version"] == 2
    assert call(worker, f"{address}/move", moved, "avain-0004").status_code == 409
    early = call(
        worker,
        f"appointments/participants/{made['participants'][0]['id']}/result",
        {"state": "held"},
        "avain-05",
    )
    assert [one["code"] for one in early.json()["errors"]] == ["not-yet"]
    assert call(worker, f"{address}/cancel", {}, "avain-0006").json()["cancelled"] is True
    assert call(worker, f"{address}/cancel", {}, "avain-0007").status_code == 422
    listed = worker.get("/api/appointments", first=NEXT.isoformat(), last=NEXT.isoformat()).json()
    assert [row["id"] for row in listed["appointments"]] == [made["id"]]
    other = Worker("kunta-205", ON)
    assert other.get(f"/api/{address}").status_code == 404
    assert other.get("/api/appointments", scope="organisation").json()["appointments"] == []


def test_times_that_make_no_sense_are_refused() -> None:
    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        client = make.client(at_work)
    reversed_times = body(worker, client.pk, ends_at=f"{NEXT}T08:00:00+02:00")
    assert (
        call(worker, "appointments", reversed_times, "avain-0001").json()["errors"][0]["code"]
        == "ends-before-start"
    )
    long_ago = body(worker, client.pk, starts_at="2020-01-01T09:00:00", ends_at="2020-01-01T10:00:00")
    assert "past" in call(worker, "appointments", long_ago, "avain-0002").content.decode()
    assert call(worker, "appointments", body(worker, client.pk, topic="x"), "avain-0003").status_code == 422
    for odd in ("0001-01-01T00:00:00", "9999-12-31T23:59:59+14:00"):
        data = body(worker, client.pk, starts_at=odd)
        assert call(worker, "appointments", data, f"avain-{odd[:4]}").status_code == 422
    for days in ({"first": "0001-01-01"}, {"last": "9999-12-31"}, {"cursor": "x"}):
        assert worker.get("/api/appointments", **days).status_code == 422
