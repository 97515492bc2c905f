"""The pages of appointments as a worker walks them: forms, warnings, lists, absence, other authorities."""

from datetime import date, timedelta
from typing import Any

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.appointments.models import Appointment, InterpreterOrder, Participant
from kotopolku.appointments.tests import factories as made
from kotopolku.appointments.tests.factories import NEXT, ON
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
SECRET_STREET = "Salakatu 13"


def form(worker: Worker, **changes: Any) -> dict[str, Any]:
    typed = {
        "token": "4b7f0c7c-6a5f-4a51-9d21-00000000aa01",
        "day": f"{NEXT.day}.{NEXT.month}.{NEXT.year}",
        "starts": "9.30",
        "ends": "10:15",
        "topic": "plan",
        "way": "office",
        "room": "Kokoushuone 2",
        "place": "Esimerkkikatu 1",
        "workers": str(worker.viewer.user_id),
    }
    return typed | changes


def a_worker(organisation: str = "kunta-092", role: Role = Role.CASEWORKER) -> Worker:
    return Worker(organisation, ON, role=role)


def a_client(worker: Worker, **changes: Any) -> Relationship:
    with make.working(worker.viewer) as at_work:
        return make.client(at_work, **changes)


def a_time(worker: Worker, client: Relationship, **changes: Any) -> Appointment:
    with make.working(worker.viewer) as at_work:
        return made.booked(at_work, client, **changes)


def looked(worker: Worker, model: Any) -> Any:
    """The only row of a model, as the worker sees it."""
    with make.working(worker.viewer):
        return model.objects.get()


def test_a_time_is_booked_on_the_client_s_tab_with_the_interpreter_proposed() -> None:
    worker = a_worker()
    client = a_client(worker, person=make.person(service_language="so", interpreter_needed=True))
    address = f"/appointments/of/{client.pk}/"
    assert "No times have been booked." in words(worker.get(address))
    page = worker.get(f"{address}new/").content.decode()
    assert 'value="so" selected' in page
    answer = worker.send(
        f"{address}new/",
        form(worker, interpreter="on", language="so", sex="female", interpreting="telephone"),
    )
    assert answer.status_code == 302, words(answer)
    shown = words(worker.get(answer["Location"]))
    assert "Wednesday 18 November 2026, 9.30–10.15" in shown
    assert "interpreter ordered" in shown
    assert "Integration plan, at the office: Kokoushuone 2 · Esimerkkikatu 1" in shown
    assert client.case_number in words(
        worker.get("/appointments/?on=2026-11-16")
    ) or client.person.name in words(worker.get("/appointments/?on=2026-11-16"))
    assert "Next appointment" in words(worker.get(f"/clients/{client.pk}/"))
    again = worker.send(f"{address}new/", form(worker))
    assert again["Location"] == answer["Location"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() -> None:
    worker = a_worker()
    address = f"/appointments/of/{a_client(worker).pk}/new/"
    past = worker.send(address, form(worker, day="15.11.2026"))
    assert (past.status_code, "The time has passed already." in words(past)) == (422, True)
    assert "Kokoushuone 2" in past.content.decode()
    early = worker.send(address, form(worker, ends="9"))
    assert "The appointment ends before it begins." in words(early)
    odd = worker.send(address, form(worker, starts="25.00"))
    assert "“25.00” is not a time of day." in words(odd)
    night = worker.send(address, form(worker, day="28.3.2027", starts="3.30", ends="4.30"))
    assert "This time does not exist" in words(night)
    no_language = worker.send(address, form(worker, interpreter="on"))
    assert "Choose the language of the interpreter." in words(no_language)
    nobody = worker.send(address, form(worker, workers=None))
    assert "Choose at least one worker." in words(nobody)


def test_a_double_booking_shows_a_box_to_confirm() -> None:
    worker = a_worker()
    client = a_client(worker)
    address = f"/appointments/of/{client.pk}/new/"
    first = worker.get(address).content.decode()
    assert 'type="hidden" name="confirm"' in first
    assert worker.send(address, form(worker)).status_code == 302
    other = form(worker, token="4b7f0c7c-6a5f-4a51-9d21-00000000aa02")
    told = worker.send(address, other)
    assert told.status_code == 422
    assert "The room is booked for another appointment at 9.30–10.15." in words(told)
    assert 'type="checkbox" name="confirm"' in told.content.decode()
    assert worker.send(address, other | {"confirm": "on"}).status_code == 302
    sunday = worker.send(
        address, form(worker, token="4b7f0c7c-6a5f-4a51-9d21-00000000aa03", day="22.11.2026")
    )
    assert "is not a working day (Sunday)" in words(sunday)


def test_the_calendar_has_week_and_day_and_steps_to_previous_and_next() -> None:
    worker = a_worker()
    client = a_client(worker)
    a_time(worker, client)
    week = worker.get("/appointments/")
    text = words(week)
    assert client.person.name in text
    assert "on=2026-11-09" in week.content.decode()
    assert "on=2026-11-23" in week.content.decode()
    assert client.person.name not in words(worker.get("/appointments/?on=2026-11-23"))
    day = worker.get("/appointments/?view=day&on=2026-11-18")
    assert client.person.name in words(day)
    assert "on=2026-11-17" in day.content.decode()
    for odd in ("?on=x", "?view=year", "?scope=all", "?on=0001-01-01"):
        assert worker.get(f"/appointments/{odd}").status_code == 200
    with make.working(worker.viewer):
        assert Entry.objects.filter(action="appointments.calendar.listed").exists()


def test_another_authority_gets_404_and_an_empty_calendar() -> None:
    worker = a_worker()
    client = a_client(worker)
    booked = a_time(worker, client)
    with make.working(worker.viewer):
        one = made.participant(booked)
    other = a_worker("kunta-205")
    for address in (
        f"{booked.pk}/",
        f"{booked.pk}/change/",
        f"{booked.pk}/cancel/",
        f"{booked.pk}/interpreter/",
        f"of/{client.pk}/",
        f"of/{client.pk}/new/",
        f"of/{client.pk}/warning/",
        f"participant/{one.pk}/result/",
        f"absence/{one.pk}/",
    ):
        assert other.get(f"/appointments/{address}").status_code == 404, address
    assert client.person.name not in words(other.get("/appointments/?scope=organisation"))
    reader = a_worker(role=Role.READER)
    assert reader.get("/appointments/").status_code == 403


def test_under_non_disclosure_no_page_shows_where_outside_the_office() -> None:
    worker = a_worker()
    contact = ContactContent(municipality=make.VANTAA, street_address=SECRET_STREET)
    client = a_client(worker, contact=contact, non_disclosure=True)
    refused = worker.send(
        f"/appointments/of/{client.pk}/new/", form(worker, way="elsewhere", place=SECRET_STREET, room="")
    )
    assert "leave the place empty" in words(refused)
    booked = a_time(worker, client, way="telephone", place="", room="")
    for address in (
        "",
        f"{booked.pk}/",
        f"of/{client.pk}/",
        "orders/?on=18.11.2026",
        "orders.csv?on=18.11.2026",
    ):
        answer = worker.get(f"/appointments/{address}")
        assert answer.status_code == 200
        assert SECRET_STREET not in answer.content.decode()


def test_a_time_is_moved_and_the_clash_of_two_editors_is_told() -> None:
    worker = a_worker()
    booked = a_time(worker, a_client(worker))
    address = f"/appointments/{booked.pk}/change/"
    hidden = worker.hidden(address)
    moved = form(worker, token=hidden["token"], version=hidden["version"], day="19.11.2026")
    assert worker.send(address, moved).status_code == 302
    late = moved | {"token": "4b7f0c7c-6a5f-4a51-9d21-00000000aa09", "day": "20.11.2026"}
    clash = worker.send(address, late)
    assert clash.status_code == 409
    assert "it is now 19.11.2026 at 9.30–10.15" in words(clash)
    assert 'value="20.11.2026"' in clash.content.decode()
    version = worker.hidden(address)["version"]
    assert worker.send(address, late | {"version": version}).status_code == 302
    assert looked(worker, Appointment).version == 3


def test_cancelling_asks_about_the_interpreter_and_can_be_taken_back() -> None:
    worker = a_worker()
    client = a_client(worker)
    with make.working(worker.viewer) as at_work:
        from kotopolku.appointments.actions import OrderContent

        booked = made.booked(at_work, client, interpreter=OrderContent("so", "present"))
    address = f"/appointments/{booked.pk}/cancel/"
    page = worker.get(address)
    assert "The interpreter would be cancelled in time" in words(page)
    token = worker.hidden(address)["token"]
    assert worker.post(address, token=token, reason="sairaus", cancel_orders="on").status_code == 302
    assert looked(worker, InterpreterOrder).state == "cancelled-in-time"
    twice = worker.post(address, token="4b7f0c7c-6a5f-4a51-9d21-00000000aa05", reason="")
    assert "was cancelled already" in words(twice)
    assert worker.post(f"/appointments/{booked.pk}/restore/").status_code == 302
    assert "The interpreter stays cancelled." in words(worker.get(f"/appointments/{booked.pk}/"))


def test_a_group_is_booked_empty_and_filled_by_client_number() -> None:
    worker = a_worker()
    client = a_client(worker)
    answer = worker.send("/appointments/new/", form(worker, capacity="1", topic="orientation"))
    assert answer.status_code == 302, words(answer)
    address = answer["Location"]
    token = worker.hidden(f"{address}add/")["token"]
    unknown = worker.post(f"{address}add/", token=token, number="2020-99999")
    assert "No client of your authority has this number." in words(unknown)
    assert worker.post(f"{address}add/", token=token, number=client.case_number).status_code == 302
    assert "Group: rights and duties, 1 of 1" in words(worker.get("/appointments/?on=2026-11-18"))
    one = looked(worker, Participant)
    assert worker.post(f"/appointments/participant/{one.pk}/remove/").status_code == 302
    assert looked(worker, Participant).state == "cancelled"


def test_orders_of_a_day_are_a_list_and_a_file_without_the_client() -> None:
    worker = a_worker()
    client = a_client(worker)
    booked = a_time(worker, client, room="=1+1")
    token = worker.hidden(f"/appointments/{booked.pk}/interpreter/")["token"]
    sent = worker.post(
        f"/appointments/{booked.pk}/interpreter/", token=token, language="so", way="present", sex="male"
    )
    assert sent.status_code == 302
    page = worker.get("/appointments/orders/?on=18.11.2026")
    assert "Somali" in words(page)
    file = worker.get("/appointments/orders.csv?on=18.11.2026").content.decode("utf-8-sig")
    assert "Somali" in file
    assert "'=1+1" in file
    for text in (words(page), file):
        assert client.person.family_name not in text
        assert client.case_number not in text
    assert worker.get("/appointments/orders/?on=31.2.2026").status_code == 422


def test_an_absence_is_walked_from_the_outcome_to_the_decision() -> None:
    worker = a_worker(role=Role.TEAM_LEADER)
    client = a_client(worker, person=make.person(birth_date=date(1990, 3, 14)))
    warning = f"/appointments/of/{client.pk}/warning/"
    token = worker.hidden(warning)["token"]
    assert (
        worker.post(warning, token=token, given_on="16.11.2026", how="talk", language="so").status_code == 302
    )
    booked = a_time(worker, client)
    order = f"/appointments/{booked.pk}/interpreter/"
    worker.post(order, token=worker.hidden(order)["token"], language="so", way="present")
    one = looked(worker, Participant)
    order_id = looked(worker, InterpreterOrder).pk
    with worker.on(NEXT + timedelta(days=1)):
        changed = worker.post(f"/appointments/interpreter/{order_id}/", state="done", cost_eur="80,00")
        assert changed.status_code == 302, words(changed)
        result = f"/appointments/participant/{one.pk}/result/"
        answer = worker.post(result, token=worker.hidden(result)["token"], state="no-show")
        assert answer["Location"] == f"/appointments/absence/{one.pk}/"
        page = words(worker.get(answer["Location"]))
        assert "A fee may be considered" in page
        assert "At most 56,70 euros can be charged." in page
        assert "681/2023 § 32a" in page
        hear = f"/appointments/absence/{one.pk}/hear/"
        typed = worker.hidden(hear)
        assert worker.post(hear, token=typed["token"], heard_by="4.12.2026").status_code == 302
        assert worker.get(f"/appointments/absence/{one.pk}/propose/").status_code == 302
    with worker.on(date(2026, 12, 7)):
        base = f"/appointments/absence/{one.pk}/"
        assert worker.post(f"{base}explanation/", explanation="").status_code == 302
        refused = worker.post(f"{base}propose/", amount_eur="60", reasons="Aika oli sovittu yhdessä.")
        assert "The sum can be at most 56,70 euros." in words(refused)
        assert (
            worker.post(f"{base}propose/", amount_eur="50", reasons="Aika oli sovittu yhdessä.").status_code
            == 302
        )
        decide = worker.get(f"{base}decide/")
        assert "The client will owe this sum." in words(decide)
        wrong = worker.post(f"{base}decide/", amount_again="5", due_on="22.12.2026")
        assert "The sum is not the one that was proposed (50,00 euros)." in words(wrong)
        assert worker.post(f"{base}decide/", amount_again="50", due_on="22.12.2026").status_code == 302
        assert "falls due on Tue 22 Dec" in words(worker.get(base))
        assert client.person.name in words(worker.get("/appointments/absences/"))


def test_before_the_act_of_2023_the_absence_says_that_there_is_no_fee() -> None:
    day = date(2024, 11, 18)
    worker = Worker("kunta-092", day)
    client = a_client(worker)
    booked = a_time(worker, client, slot=made.slot(day + timedelta(days=1)))
    with make.working(worker.viewer):
        one = made.participant(booked)
    with worker.on(day + timedelta(days=2)):
        result = f"/appointments/participant/{one.pk}/result/"
        worker.post(result, token=worker.hidden(result)["token"], state="no-show")
        page = words(worker.get(f"/appointments/absence/{one.pk}/"))
    assert "The Act of 2010 knows no such fee." in page
    assert "No fee can be charged" in page


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_opens_in_every_language(language: str) -> None:
    worker = Worker("kunta-092", ON, role=Role.TEAM_LEADER, language=language)
    client = a_client(worker)
    booked = a_time(worker, client)
    for address in (
        "",
        "?view=day&scope=team",
        "new/",
        "orders/",
        "absences/",
        "feed/",
        f"of/{client.pk}/",
        f"of/{client.pk}/new/",
        f"of/{client.pk}/warning/",
        f"{booked.pk}/",
        f"{booked.pk}/change/",
        f"{booked.pk}/cancel/",
        f"{booked.pk}/interpreter/",
    ):
        assert worker.get(f"/appointments/{address}").status_code == 200, address


def test_at_the_weekend_the_calendar_opens_on_the_coming_week_unless_something_is_left_of_this() -> None:
    worker = Worker("kunta-092", date(2026, 11, 21))
    assert "Mon 23 Nov – Sun 29 Nov" in words(worker.get("/appointments/"))
    assert "Mon 16 Nov – Sun 22 Nov" in words(worker.get("/appointments/?on=2026-11-21"))
    client = a_client(worker)
    with make.working(worker.viewer) as at_work:
        made.booked(at_work, client, slot=made.slot(date(2026, 11, 22)), confirmed=True)
    assert "Mon 16 Nov – Sun 22 Nov" in words(worker.get("/appointments/"))
