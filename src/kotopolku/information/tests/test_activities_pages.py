"""The pages of services and events, walked as people do: keeping, approving, importing, reading, and putting into a plan."""

import re
from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.clients.models import Measure
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information.actions import events
from kotopolku.information.models import EntryState, Event, Service, Venue
from kotopolku.information.tests import activities_world as world
from kotopolku.information.tests.test_activities import file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SERVICES, EVENTS = "/information/activities/services/", "/information/activities/events/"
APPROVALS = "/information/activities/approvals/"


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def editor() -> Worker:
    return Worker(world.CITY, world.ON, Role.EDITOR)


@pytest.fixture
def member() -> Worker:
    world.association()
    return Worker(world.ASSOCIATION, world.ON, Role.COMMUNITY)


def read(path: str, language: str = "en", space: str = "vantaa", **asked: str) -> Any:
    """A public page as anybody opens it."""
    with clock.at(world.ON):
        return Client().get(f"/info/{language}/{space}/{path}", asked)


def typed_service(**changes: Any) -> dict[str, Any]:
    return {
        "names_fi": "Neuvonta",
        "summaries_fi": "Kysy työstä ja arjesta.",
        "topics": ["advice"],
        "languages": ["ar"],
        "where": "own",
        "price": "free",
        "hours_kind": "weekly",
        "day_1": "9–15",
    } | changes


def typed_event(**changes: Any) -> dict[str, Any]:
    return {
        "names_fi": "Kielikahvila",
        "on": "24.11.2026",
        "at": "17",
        "ends_at": "19",
        "repeat": "weekly",
        "place_note": "Kirjasto",
        "where": "own",
        "price": "free",
    } | changes


def send(by: Worker, page: str, typed: dict[str, Any]) -> Any:
    hidden = by.hidden(page)
    return by.post(page, **{"token": hidden.get("token"), "version": hidden.get("version")} | typed)


def test_a_service_is_written_published_changed_and_read(editor: Worker) -> None:
    wrong = send(
        editor, f"{SERVICES}add/", typed_service(names_fi="", day_1="nine", exceptions="28.3.2027 3.30–10")
    )
    assert wrong.status_code == 422
    said = words(wrong)
    assert "Give the service a name." in said or "is not a time" in said
    assert "Line 1" not in said
    assert "The hour 03.30 does not exist on 28.3.2027" in said
    assert "Write 04.30 instead." in said
    assert "Kysy työstä" in wrong.content.decode(), "nothing typed is lost"
    sent = typed_service()
    assert send(editor, f"{SERVICES}add/", sent).status_code == 302
    with make.working(editor.viewer):
        made = Service.objects.get()
    page = f"{SERVICES}{made.pk}/"
    assert read(f"services/{made.pk}/").status_code == 404
    assert editor.post(f"{page}publish/").status_code == 302
    answer = read(f"services/{made.pk}/")
    assert "In another language: Finnish" in words(answer) or "another language: Finnish" in words(answer)
    assert "Monday" in words(answer)
    changed = send(editor, f"{page}change/", typed_service(names_en="Advice"))
    assert changed.status_code == 302
    assert "Advice" in words(read(f"services/{made.pk}/"))
    stale = send(editor, f"{page}change/", typed_service(version="1"))
    assert stale.status_code == 409


def test_the_same_form_sent_twice_makes_one_service(editor: Worker) -> None:
    token = editor.hidden(f"{SERVICES}add/")["token"]
    for _again in range(2):
        assert editor.post(f"{SERVICES}add/", token=token, **typed_service()).status_code == 302
    with make.working(editor.viewer):
        assert Service.objects.count() == 1


def test_a_place_is_added_used_and_has_its_own_hours(editor: Worker) -> None:
    place = {"names_fi": "Kirjasto", "street": "Esimerkkikatu 1", "city": "Vantaa", "municipality": "092"}
    assert send(editor, "/information/activities/places/add/", place).status_code == 302
    with make.working(editor.viewer):
        venue = Venue.objects.get()
    assert send(editor, f"{SERVICES}add/", typed_service(venues=[str(venue.pk)])).status_code == 302
    with make.working(editor.viewer):
        made = Service.objects.get()
    page = f"{SERVICES}{made.pk}/places/{venue.pk}/"
    assert send(editor, page, {"hours_kind": "weekly", "day_2": "21–03"}).status_code == 302
    editor.post(f"{SERVICES}{made.pk}/publish/")
    assert "21:00–3:00" in words(read(f"services/{made.pk}/"))


def test_an_association_sends_in_and_the_city_approves(editor: Worker, member: Worker) -> None:
    typed = typed_service(where="named", municipalities="Vantaa")
    unknown = send(member, f"{SERVICES}add/", typed | {"municipalities": "Vantaa, Atlantis"})
    assert unknown.status_code == 422
    assert "There is no municipality called “Atlantis”." in words(unknown)
    assert send(member, f"{SERVICES}add/", typed).status_code == 302
    with make.working(member.viewer):
        made = Service.objects.get()
    page = f"{SERVICES}{made.pk}/"
    assert editor.get(page).status_code == 404, "a draft of another"
    assert member.post(f"{page}publish/").status_code == 302
    assert "Neuvonta" in words(editor.get(APPROVALS))
    assert member.get(APPROVALS).status_code == 403
    assert Worker(world.OTHER_CITY, world.ON, Role.EDITOR).get(page).status_code == 404
    empty = editor.post(f"{APPROVALS}service/{made.pk}/send-back/", reason="")
    assert empty.status_code == 422
    assert editor.post(f"{APPROVALS}service/{made.pk}/send-back/", reason="Kerro hinta.").status_code == 302
    assert "Kerro hinta." in words(member.get(page))
    member.post(f"{page}publish/")
    assert editor.post(f"{APPROVALS}service/{made.pk}/approve/", trust="on").status_code == 302
    assert "Neuvonta" in words(read("services/"))
    assert editor.get(f"{page}change/").status_code == 404, "approving is not keeping"


def test_an_event_recurs_and_its_dates_are_cancelled_and_moved(editor: Worker) -> None:
    missing = send(editor, f"{EVENTS}add/", typed_event(on="28.3.2027", at="3.30", ends_at="5", repeat=""))
    assert missing.status_code == 422
    assert "Write 04.30 instead." in words(missing)
    assert send(editor, f"{EVENTS}add/", typed_event()).status_code == 302
    with make.working(editor.viewer):
        made = Event.objects.get()
        assert made.rule == "FREQ=WEEKLY;INTERVAL=1"
    page = f"{EVENTS}{made.pk}/"
    editor.post(f"{page}publish/")
    assert send(editor, f"{page}dates/2026-12-01/cancel/", {"notes_fi": "Sairaana"}).status_code == 302
    moved = {"on": "9.12.2026", "at": "18", "ends_at": "20"}
    assert send(editor, f"{page}dates/2026-12-08/move/", moved).status_code == 302
    assert editor.get(f"{page}dates/2026-12-08x/move/").status_code == 404
    said = words(read(f"events/{made.pk}/"))
    assert "Every week: Tuesday" in said
    assert "Cancelled" in said
    assert "Sairaana" in said
    assert "Moved from Tue 8 Dec" in said
    listed = words(read("events/"))
    assert "Cancelled" in listed
    calendar = read(f"events/{made.pk}.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    text = calendar.content.decode()
    assert "EXDATE;TZID=Europe/Helsinki:20261201T170000" in text
    assert "RECURRENCE-ID;TZID=Europe/Helsinki:20261208T170000" in text
    assert "BEGIN:VEVENT" in read("events.ics").content.decode()


def test_the_doubled_hour_is_taken_and_said(editor: Worker) -> None:
    sent = send(editor, f"{EVENTS}add/", typed_event(on="31.10.2027", at="3.30", ends_at="5", repeat=""))
    assert sent.status_code == 302
    assert "The hour 03.30 comes twice on 31.10.2027" in words(editor.get(sent["Location"]))


def test_a_copy_is_made_once_for_one_press(editor: Worker) -> None:
    made = world.event(editor.viewer)
    token = editor.hidden(f"{EVENTS}{made.pk}/")["token"]
    first = editor.post(f"{EVENTS}{made.pk}/copy/", token=token)
    again = editor.post(f"{EVENTS}{made.pk}/copy/", token=token)
    assert first["Location"] == again["Location"]


def test_the_menu_shows_one_room_on_services_places_and_events(editor: Worker) -> None:
    for page, room in ((SERVICES, SERVICES), (EVENTS, SERVICES), (APPROVALS, APPROVALS)):
        lit = re.findall(r'<a href="([^"]+)" aria-current="page">', editor.get(page).content.decode())
        assert room in lit, page


def test_a_calendar_file_is_reported_confirmed_and_harmless_twice(editor: Worker) -> None:
    page = f"{EVENTS}file/"

    def sent(content: bytes) -> Any:
        given = {"token": editor.hidden(page)["token"], "language": "fi"}
        return editor.post(page, file=SimpleUploadedFile("kalenteri.ics", content), **given)

    bad = sent(b"not a calendar")
    assert bad.status_code == 422
    assert "The file is not an iCalendar file" in words(bad)
    report = sent(file())
    assert "Nothing has been saved yet." in words(report)
    assert "Write 04.30 instead." in words(report)
    with make.working(editor.viewer):
        assert not Event.objects.exists()
    hidden = dict(re.findall(r'name="(token|kept)" value="([^"]+)"', report.content.decode()))
    tampered = editor.post(f"{page}take/", token=hidden["token"], kept=hidden["kept"][:-3] + "abc")
    assert tampered["Location"] == page
    for _again in range(2):
        assert editor.post(f"{page}take/", publish="on", **hidden).status_code == 302
    with make.working(editor.viewer):
        assert Event.objects.get().state == EntryState.PUBLISHED
    assert "is here already" in words(sent(file()))


def test_strangers_meet_nothing_and_those_without_the_right_are_told(editor: Worker) -> None:
    made, happening = world.service(editor.viewer), world.event(editor.viewer)
    place = world.venue(editor.viewer)
    stranger = Worker(world.OTHER_CITY, world.ON, Role.EDITOR)
    reader = Worker(world.CITY, world.ON, Role.READER)
    for page in (
        f"{SERVICES}{made.pk}/change/",
        f"{EVENTS}{happening.pk}/change/",
        f"{EVENTS}{happening.pk}/dates/2026-11-24/cancel/",
        f"/information/activities/places/{place.pk}/",
        f"{APPROVALS}service/{made.pk}/approve/",
    ):
        assert stranger.get(page).status_code == 404, page
        assert reader.get(page).status_code == 403, page


# --- Readers ----------------------------------------------------------------------------------------------------------


def test_lists_narrow_by_what_the_address_asks_and_ignore_what_does_not_exist(editor: Worker) -> None:
    world.service(editor.viewer)
    world.event(editor.viewer)
    assert "Neuvonta" in words(read("services/", topic="advice", served="ar", q="neuv"))
    assert "No service fits." in words(read("services/", topic="language"))
    assert "Neuvonta" in words(read("services/", topic="no-such", page="0", **{"from": "x"}))
    assert "Kielikahvila" in words(read("events/", **{"from": "2026-11-24"}))
    assert "No event fits." in words(read("events/", **{"from": "2026-11-25"}))


def test_an_arabic_page_is_right_to_left_with_finnish_texts_marked(editor: Worker) -> None:
    made = world.service(editor.viewer)
    page = read(f"services/{made.pk}/", "ar").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert '<h1><bdi lang="fi" dir="ltr">Neuvonta omalla kielellä</bdi></h1>' in page


def test_open_now_is_told_by_the_minute_and_not_kept_for_the_day(editor: Worker) -> None:
    hours = {"kind": "weekly", "weekly": {"1": [["00:00", "12:00"]]}}
    made = world.service(editor.viewer, hours=hours)
    first = read(f"services/{made.pk}/")
    assert "Open now, closes at 12:00" in words(first) or "Closed" in words(first)
    assert first["ETag"]


def test_scripts_in_texts_are_words_only(editor: Worker) -> None:
    made = world.service(
        editor.viewer, descriptions={"fi": "<script>alert(1)</script> [x](javascript:alert(1))"}
    )
    page = read(f"services/{made.pk}/", "fi").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


@pytest.mark.parametrize("number", [2, 40])
def test_public_pages_take_at_most_six_statements(editor: Worker, number: int) -> None:
    for count in range(number):
        world.service(editor.viewer, names={"fi": f"Palvelu {count}"})
        world.event(
            editor.viewer, names={"fi": f"Tapahtuma {count}"}, rule="FREQ=WEEKLY" if count % 4 == 0 else ""
        )
    made, happening = Service.objects.first(), Event.objects.first()
    assert made is not None
    assert happening is not None
    for path in ("services/", "events/", "events.ics", f"services/{made.pk}/", f"events/{happening.pk}/"):
        with CaptureQueriesContext(connection) as statements:
            assert read(path).status_code == 200
        asked = [one["sql"] for one in statements if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 6, (path, asked)


# --- Plans ------------------------------------------------------------------------------------------------------------


def test_an_activity_goes_into_the_clients_plan_with_its_name_and_place() -> None:
    started = date(2026, 6, 1)
    worker = Worker("kunta-092", world.ON)
    place = world.venue(world.editor())
    offered = world.event(
        world.editor(), for_plans=True, venue_id=place.pk, rule="FREQ=WEEKLY;UNTIL=20261231T235959"
    )
    world.event(world.editor(), names={"fi": "Ei suunnitelmiin"})
    with make.working(worker.viewer, started) as earlier:
        relationship = make.client(earlier, worker_id=earlier.user_id)
        make.assessed(relationship, earlier, started=started, done=started)
        make.planned(relationship, earlier, made=started, signed=started)
    page = f"/information/activities/clients/{relationship.pk}/"
    found = words(worker.get(page))
    assert "Kielikahvila" in found
    assert "Ei suunnitelmiin" not in found
    into = f"{page}event/{offered.pk}/"
    assert worker.post(into, goal="", version=worker.hidden(into)["version"]).status_code == 422
    sent = {"goal": "0", "version": worker.hidden(into)["version"], "token": worker.hidden(into)["token"]}
    assert worker.post(into, **sent, starts_on="24.11.2026", ends_on="29.12.2026").status_code == 302
    again = worker.post(into, **sent)
    assert again.status_code == 422, "a second press is told of the newer plan"
    with make.working(worker.viewer):
        [measure] = Measure.objects.filter(title__startswith="Kielikahvila, ", removed=False)
        assert measure.title == "Kielikahvila, Tikkurilan kirjasto, Vantaa"
        assert (measure.kind, measure.starts_on) == ("language", date(2026, 11, 24))
    assert "in the plan" in words(worker.get(page))
    assert "Tikkurilan kirjasto" in words(worker.get(f"/clients/{relationship.pk}/"))


def test_a_moved_event_shows_both_days_on_the_staff_page(editor: Worker) -> None:
    made = world.event(editor.viewer, rule="FREQ=WEEKLY")
    with make.working(editor.viewer) as at_work:
        events.move_date(made.pk, date(2026, 12, 1), date(2026, 12, 2), time(18), time(20), actor=at_work)
    said = words(editor.get(f"{EVENTS}{made.pk}/"))
    assert "moved from Tue 1 Dec" in said
