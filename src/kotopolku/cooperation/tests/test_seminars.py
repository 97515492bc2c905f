"""Trainings for professionals: the last place, the waiting list in order, what only the arranger sees."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import seminars
from kotopolku.cooperation.models import Registration, Seminar, SeminarLink
from kotopolku.cooperation.tests import commons_world as world
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


def arranger() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def state_of(row: Registration) -> str:
    with rowsecurity.as_system():
        row.refresh_from_db()
    return row.state


def test_a_training_is_planned_opened_and_changed_on_the_pages() -> None:
    by = arranger()
    new = "/commons/trainings/new/"
    typed = {
        "token": by.hidden(new)["token"],
        "title": "Tulkin kanssa työskentely",
        "topic": "interpreting",
        "language": "fi",
        "day": "9.12.2026",
        "starts": "12",
        "ends": "9",
        "attending": "place",
        "places": "20",
        "register_by": "10.12.2026",
    }
    wrong = by.post(new, **typed)
    assert wrong.status_code == 422
    for words_said in (
        "The training ends before it starts.",
        "The last day to register is after the training.",
        "Give the place.",
    ):
        assert words_said in words(wrong)
    typed |= {"ends": "15", "register_by": "1.12.2026", "place": "Esimerkkitalo"}
    assert by.post(new, **typed).status_code == 302
    with make.working(by.viewer):
        [made] = Seminar.objects.all()
    page = f"/commons/trainings/{made.pk}/"
    reader = Worker(world.VANTAA, world.ON)
    assert reader.get(page).status_code == 404, "a draft"
    assert reader.get(page + "register/").status_code == 404
    assert reader.get(page + "edit/").status_code == 403
    assert Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER).get(page + "edit/").status_code == 404
    assert by.post(page + "publish/").status_code == 302
    assert "20 free places" in words(reader.get(page))
    edited = typed | {"version": by.hidden(page + "edit/")["version"], "places": "30"}
    assert by.post(page + "edit/", **edited).status_code == 302
    assert by.post(page + "edit/", **edited).status_code == 409


def test_the_webinar_s_address_is_shown_only_to_those_who_have_a_place() -> None:
    by = arranger()
    made = world.seminar(by.viewer)
    page = f"/commons/trainings/{made.pk}/"
    inside, outside = Worker(world.VANTAA, world.ON), Worker(world.VANTAA, world.ON)
    assert inside.post(page + "register/", needs="Kasvisruoka").status_code == 302
    assert "webinaari.example.fi" in inside.get(page).content.decode()
    for address in ("", "event.ics"):
        assert "webinaari.example.fi" not in outside.get(page + address).content.decode()
    with make.working(outside.viewer):
        assert not SeminarLink.objects.exists()
        assert not Registration.objects.exists(), "who comes and what they need is the arranger's to see"
    assert outside.get(page + "participants/").status_code == 403
    assert Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER).get(page + "participants/").status_code == 404
    assert "Kasvisruoka" in words(by.get(page + "participants/"))
    event = Calendar.from_ical(inside.get(page + "event.ics").content).walk("VEVENT")[0]
    assert str(event["summary"]) == made.title
    assert "webinaari.example.fi" in str(event["location"])
    assert event["dtstart"].dt == made.starts_at


def test_one_who_gave_up_the_place_can_send_the_same_form_again() -> None:
    made, by = world.seminar(world.officer()), Worker(world.VANTAA, world.ON)
    page = f"/commons/trainings/{made.pk}/"
    typed = by.hidden(page + "register/")
    assert by.post(page + "register/", **typed).status_code == 302
    assert by.post(page + "unregister/").status_code == 302
    assert by.post(page + "register/", **typed).status_code == 302
    assert "you have a place" in words(by.get(page))


def test_those_who_come_are_told_of_a_new_address_and_of_nothing_smaller() -> None:
    by, reader = world.officer(), world.worker()
    made = world.seminar(by)
    world.registered(reader, made)
    for version, changes, told in (
        (2, {"body": "Ohjelma"}, 0),
        (3, {"link": "https://toinen.example.fi/"}, 1),
    ):
        with make.working(by) as at_work:
            content = world.seminar_content(**changes)
            seminars.change(made.pk, content, actor=at_work, expected_version=version)
        with rowsecurity.as_system():
            assert Notice.objects.filter(kind="cooperation.seminar-changed").count() == told


def test_nobody_is_promised_a_place_in_a_training_that_is_not_to_come() -> None:
    by, inside, waiting = world.officer(), *(Worker(world.VANTAA, world.ON) for _n in range(2))
    over, made = world.seminar(by), world.seminar(by)
    for one in (inside, waiting):
        world.registered(one.viewer, over)
        world.registered(one.viewer, made)
    page = f"/commons/trainings/{over.pk}/"
    assert "number 1 on the waiting list" in words(waiting.get(page))
    with waiting.on(over.ends_at.date() + timedelta(days=1)):
        assert "waiting list" not in words(waiting.get(page))
        assert "on the waiting list" not in words(waiting.get("/commons/trainings/", past="on"))
    with make.working(by) as at_work:
        seminars.cancel(made.pk, "Kouluttaja sairastui.", actor=at_work)
    assert "you have a place" not in words(inside.get(f"/commons/trainings/{made.pk}/"))


def test_a_training_in_the_hour_that_does_not_exist_is_refused_in_words() -> None:
    night = date(2027, 3, 28)
    times = [datetime.combine(night, at, tzinfo=clock.HELSINKI) for at in (time(3, 30), time(4, 0))]
    with pytest.raises(Refusals) as refused:
        world.seminar(world.officer(), starts_at=times[0], ends_at=times[1])
    assert refused.value.codes == ("before-start",)


def test_a_freed_place_goes_to_the_first_who_waits() -> None:
    by = world.officer()
    made = world.seminar(by)
    people = [world.worker() for _n in range(4)]
    rows = [world.registered(one, made) for one in people]
    assert [one.state for one in rows] == ["confirmed", "waiting", "waiting", "waiting"]
    assert world.registered(people[1], made).pk == rows[1].pk, "a second time gives the same turn"
    with make.working(people[1]) as at_work:
        seminars.unregister(made.pk, actor=at_work)
    with make.working(people[0]) as at_work:
        seminars.unregister(made.pk, actor=at_work)
        seminars.unregister(made.pk, actor=at_work)
    assert [state_of(one) for one in rows] == ["cancelled", "cancelled", "confirmed", "waiting"]
    with rowsecurity.as_system():
        [notice] = Notice.objects.filter(kind="cooperation.place-freed")
    assert notice.user_id == people[2].user_id
    with make.working(by) as at_work:
        seminars.change(
            made.pk,
            world.seminar_content(places=5),
            actor=at_work,
            expected_version=Seminar.objects.get(pk=made.pk).version,
        )
    assert state_of(rows[3]) == "confirmed", "more places go to the waiting list at once"
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        seminars.change(
            made.pk,
            world.seminar_content(places=1),
            actor=at_work,
            expected_version=Seminar.objects.get(pk=made.pk).version,
        )
    assert refused.value.codes == ("under-taken",)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_for_the_last_place_at_once_one_gets_it() -> None:
    with transaction.atomic():
        made = world.seminar(world.officer())
        people = [world.worker() for _n in range(4)]
    states: list[str] = []
    ready = threading.Barrier(len(people))

    def take(viewer: Viewer) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                states.append(world.registered(viewer, made).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(states) == ["confirmed", "waiting", "waiting", "waiting"]
    with transaction.atomic(), rowsecurity.as_system():
        assert Seminar.objects.get().taken == 1


def test_nobody_registers_after_the_last_day_or_for_a_cancelled_training() -> None:
    by, reader = world.officer(), world.worker()
    made = world.seminar(by)
    late = made.register_by + timedelta(days=1)
    with make.working(reader, late) as at_work, pytest.raises(Refusals) as refused:
        seminars.register(made.pk, actor=at_work)
    assert refused.value.codes == ("closed",)
    row = world.registered(reader, made)
    with make.working(by) as at_work:
        seminars.cancel(made.pk, "Kouluttaja sairastui.", actor=at_work)
    with make.working(world.worker()) as at_work, pytest.raises(Refusals) as refused:
        seminars.register(made.pk, actor=at_work)
    assert refused.value.codes == ("cancelled",)
    over = world.seminar(by)
    day_after = over.ends_at.date() + timedelta(days=1)
    with make.working(by, day_after) as at_work, pytest.raises(Refusals) as refused:
        seminars.cancel(over.pk, "Liian myöhään.", actor=at_work)
    assert refused.value.codes == ("over",)
    with rowsecurity.as_system():
        assert list(Notice.objects.values_list("kind", "user_id")) == [
            ("cooperation.seminar-cancelled", row.user_id)
        ]


def test_attendance_is_marked_afterwards_and_needs_are_forgotten() -> None:
    by = arranger()
    made = world.seminar(by.viewer, places=3)
    first = world.registered(world.worker(), made, "Esteetön kulku")
    second = world.registered(world.worker(), made)
    page = f"/commons/trainings/{made.pk}/participants/"
    by.post(page, present=str(first.pk))
    assert state_of(first) == "confirmed"
    assert first.attended is None, "not before it has begun"
    over = made.ends_at.date() + timedelta(days=1)
    with by.on(over):
        assert by.post(page, present=[str(first.pk), "999999"]).status_code == 302
    state_of(first), state_of(second)
    assert (first.attended, second.attended) == (True, False)
    job = Viewer.for_system("test", over + timedelta(days=20))
    with make.working(job) as at_work:
        assert seminars.forget_needs(actor=at_work) == 1
        assert seminars.forget_needs(actor=at_work) == 0
    state_of(first)
    assert first.needs == ""


def test_the_list_takes_as_many_statements_for_many_as_for_few() -> None:
    by, reader = world.officer(), Worker(world.VANTAA, world.ON)

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get(address).status_code == 200
        return len(found)

    for _n in range(2):
        world.seminar(by)
    addresses = ("/commons/trainings/", "/commons/")
    for address in addresses:
        statements(address)
    few = [statements(address) for address in addresses]
    for _n in range(30):
        world.seminar(by)
    assert [statements(address) for address in addresses] == few
