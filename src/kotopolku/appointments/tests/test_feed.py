"""The calendar feed: a secret address, no name in it, unchanged when nothing has changed, ended at once."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from kotopolku import clock
from kotopolku.appointments import actions
from kotopolku.appointments.models import CalendarFeed
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def new_address(worker: Worker) -> str:
    page = worker.post("/appointments/feed/", do="make")
    found = re.search(r"https?://[^<\s]+\.ics", html.unescape(page.content.decode()))
    assert found is not None
    return "/" + found[0].split("/", 3)[3]


def fetch(address: str, **headers: str) -> object:
    with clock.at(ON):
        return Client().get(address, headers=headers)


def test_the_feed_has_client_numbers_and_links_and_no_name() -> None:
    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        client = make.client(at_work)
        made.booked(at_work, client)
        hidden = make.client(at_work, non_disclosure=True)
        made.booked(at_work, hidden, slot=made.slot(NEXT + timedelta(days=1)), room="Kokoushuone 3")
        actions.book_appointment(
            made.details(at_work, slot=made.slot(NEXT + timedelta(days=2)), capacity=5),
            [client.pk],
            actor=at_work,
        )
        colleague = make.worker("kunta-092", ON)
        made.booked(at_work, client, workers=(colleague.user_id,), confirmed=True)
    answer = fetch(new_address(worker))
    assert answer.status_code == 200  # type: ignore[attr-defined]
    text = answer.content.decode()  # type: ignore[attr-defined]
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [
        f"Client {client.case_number}",
        f"Client {hidden.case_number}",
        "Group, 1 client",
    ]
    assert events[0].decoded("dtstart") == made.slot().starts
    assert str(events[0]["LOCATION"]) == "Kokoushuone 2"
    assert "LOCATION" not in events[1]
    assert "/appointments/" in str(events[0]["URL"])
    for name in (client.person.family_name, client.person.given_names, hidden.person.family_name):
        assert name not in text


def test_the_same_content_has_the_same_tag_and_a_change_another() -> None:
    worker = Worker("kunta-092", ON)
    address = new_address(worker)
    first = fetch(address)
    tag = first["ETag"]  # type: ignore[index]
    assert fetch(address, **{"If-None-Match": tag}).status_code == 304  # type: ignore[attr-defined]
    with make.working(worker.viewer) as at_work:
        booked = made.booked(at_work, make.client(at_work))
    second = fetch(address, **{"If-None-Match": tag})
    assert second.status_code == 200  # type: ignore[attr-defined]
    with make.working(worker.viewer) as at_work:
        actions.cancel_appointment(booked.pk, "", actor=at_work)
    assert b"STATUS:CANCELLED" in fetch(address).content  # type: ignore[attr-defined]


def test_a_new_address_ends_the_old_one_and_ending_ends_all() -> None:
    worker = Worker("kunta-092", ON)
    old = new_address(worker)
    new = new_address(worker)
    assert [fetch(address).status_code for address in (old, new)] == [404, 200]  # type: ignore[attr-defined]
    assert new.split("/")[-1] not in worker.get("/appointments/feed/").content.decode()
    worker.post("/appointments/feed/", do="end")
    assert fetch(new).status_code == 404  # type: ignore[attr-defined]
    assert fetch("/appointments/feed/arvaus.ics").status_code == 404  # type: ignore[attr-defined]


def test_the_secret_is_kept_as_a_hash_only_and_another_user_sees_no_row() -> None:
    worker = Worker("kunta-092", ON)
    secret = new_address(worker).split("/")[-1].removesuffix(".ics")
    with make.working(worker.viewer):
        kept = CalendarFeed.objects.get()
        assert secret.encode() not in bytes(kept.token_hash)
    with make.working(make.worker("kunta-092", ON)):
        assert not CalendarFeed.objects.exists()


def test_a_user_without_a_seat_on_the_day_gets_an_empty_calendar() -> None:
    from kotopolku.actors.models import Membership

    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        made.booked(at_work, make.client(at_work))
    address = new_address(worker)
    Membership.objects.filter(user_id=worker.viewer.user_id).delete()
    assert b"VEVENT" not in fetch(address).content  # type: ignore[attr-defined]
