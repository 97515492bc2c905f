"""Who sees which client page, what a non-disclosure order hides, and how many statements a page spends."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.clients.forms import DayField
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, assessed, drafted, made, registered, registration, words
from kotopolku.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SPRING = date(2021, 4, 26)
PAGES = (
    "",
    "events/",
    "edit/",
    "non-disclosure/",
    "permit/",
    "household/",
    "consent/",
    "jobseeker/",
    "worker/",
    "end/",
    "assessment/",
    "assessment/reopen/",
    "assessment/paper.fi.pdf",
    "plan/",
    "plan/edit/",
    "plan/make/",
    "plan/sign/",
    "plan/sign/screen/",
    "plan/referral/",
    "plan/end/",
    "plan/versions/",
    "plan/review/",
    "plan/interruption/",
    "plan/extension/",
    "plan/paper.fi.pdf",
)


@pytest.fixture
def planned() -> tuple[Worker, int]:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    return worker, number


def test_every_page_of_a_client_opens_and_every_look_is_journalled(planned: tuple[Worker, int]) -> None:
    worker, number = planned
    rowsecurity.apply(worker.viewer)
    before = Entry.objects.count()
    opened = {page: worker.get(f"/clients/{number}/{page}").status_code for page in PAGES}
    assert set(opened.values()) <= {200, 302}, opened
    assert opened["plan/make/"] == 302, "a plan is made once"
    rowsecurity.apply(worker.viewer)
    assert Entry.objects.count() - before >= len(PAGES) - 1


def test_a_client_of_another_authority_is_not_found_on_any_page(planned: tuple[Worker, int]) -> None:
    _worker, number = planned
    other = Worker("kunta-205", SPRING)
    answers = {page: other.get(f"/clients/{number}/{page}").status_code for page in PAGES}
    assert set(answers.values()) == {404}, answers


def test_a_role_without_clients_is_told_which_right_is_missing(planned: tuple[Worker, int]) -> None:
    _worker, number = planned
    reader = Worker("te-01", SPRING, role=Role.READER)
    assert {reader.get(f"/clients/{number}/{page}").status_code for page in PAGES} == {403}
    assert reader.get("/clients/").status_code == 403
    assert reader.get("/clients/new/").status_code == 403
    assert reader.get("/clients/export.csv").status_code == 403


def test_after_the_reform_the_te_office_sees_nothing_of_its_former_client(
    planned: tuple[Worker, int],
) -> None:
    worker, number = planned
    with worker.on(date(2025, 1, 1)):
        assert worker.get(f"/clients/{number}/").status_code in (403, 404)


def test_somebody_not_signed_in_is_led_to_sign_in_and_back() -> None:
    from django.test import Client

    answer = Client().get("/clients/?q=esimerkki")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_the_non_disclosure_order_hides_municipality_and_contacts_everywhere() -> None:
    worker = Worker("te-01", SPRING)
    secret = {"street_address": "Salakatu 99", "telephone": "040 999 888", "non_disclosure": "on"}
    number = registered(worker, **secret, non_disclosure_until="14.3.2029")
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    for page in (*(f"/clients/{number}/{page}" for page in PAGES), "/", "/clients/", "/clients/export.csv"):
        text = worker.get(page).content.decode("utf-8", "replace")
        assert "Salakatu" not in text, page
        assert "999 888" not in text, page
        assert "Vantaa" not in _without_authorities(text, page), page
    bar = words(worker.get(f"/clients/{number}/"))
    assert "Non-disclosure order until 14 March 2029." in bar
    assert "hidden" in bar
    assert not worker.get("/clients/?municipality=092").content.decode().count("Esimerkki, Hodan")


def _without_authorities(text: str, page: str) -> str:
    """The page without its selects of all municipalities."""
    return "".join(part.partition("</select>")[2] or part for part in text.split("<select")) if text else page


def test_hidden_contacts_are_shown_only_with_the_right_and_a_reason() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker, street_address="Salakatu 99", non_disclosure="on")
    address = f"/clients/{number}/contacts/"
    assert worker.get(address).status_code == 403
    leader = Worker("te-01", SPRING, role=Role.TEAM_LEADER)
    assert "Salakatu" not in leader.get(address).content.decode()
    assert leader.post(address, reason="").status_code == 422
    shown = leader.post(address, reason="The client moves and needs an address for the papers.")
    assert "Salakatu 99" in words(shown)
    assert shown["Cache-Control"] == "no-store"
    timeline = words(leader.get(f"/clients/{number}/events/"))
    assert "The client moves and needs an address" in timeline
    assert "Salakatu" not in timeline


def test_bad_input_is_told_at_its_field_and_what_was_typed_stays() -> None:
    worker = Worker("te-01", SPRING)
    wrong: dict[str, str] = {
        "identity_code": "131052-308A",
        "birth_date": "30.2.1990",
        "started_on": "26.4.2022",
        "municipality": "999",
        "permit_kind": "permit",
        "family_name": "",
    }
    answer = worker.send("/clients/new/", registration(**wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "<title>Error:" in text
    for field in ("birth_date", "municipality", "permit_starts", "family_name"):
        assert f'href="#id_{field}"' in text, field
    assert "30.2.1990 does not exist. February has 28 days in 1990." in words(answer)
    assert 'value="131052-308A"' in text
    for changes, field in (
        ({"identity_code": "131052-308A"}, "identity_code"),
        ({"birth_date": "1.1.2030"}, "birth_date"),
        ({"started_on": "26.4.2022"}, "started_on"),
        ({"non_disclosure": "on", "non_disclosure_until": "1.1.2020"}, "non_disclosure_until"),
        ({"household_case": "1999-00001", "household_role": "child"}, "household_case"),
    ):
        answer = worker.send("/clients/new/", registration(**changes))
        assert answer.status_code == 422, changes
        assert f'href="#id_{field}"' in answer.content.decode(), (changes, words(answer)[:500])
    rowsecurity.apply(worker.viewer)
    assert not Relationship.objects.exists()


@pytest.mark.parametrize("text", ["29.2.2023", "0.1.2024", "1.13.2024", "tomorrow", "1.1.24", "1.1.1800"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        DayField().clean(text)


@pytest.mark.parametrize("text", ["29.2.2024", " 29.02.2024 ", "2024-02-29"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert DayField().clean(text) == date(2024, 2, 29)


def statements(worker: Worker, address: str) -> int:
    worker.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert worker.get(address).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


def test_lists_and_client_page_spend_few_statements_whatever_stands_behind_them() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    few = {address: statements(worker, address) for address in ("/clients/", f"/clients/{number}/", "/")}
    with make.working(worker.viewer) as actor:
        for _ in range(60):
            make.client(actor, jobseeker_since=SPRING, worker_id=actor.user_id)
    many = {address: statements(worker, address) for address in few}
    assert many == few
    assert many["/clients/"] <= 8
    assert many[f"/clients/{number}/"] <= 15


def test_the_list_pages_by_fifty_and_keeps_its_filters_in_the_address() -> None:
    worker = Worker("te-01", SPRING)
    registered(worker)
    with make.working(worker.viewer) as actor:
        for _ in range(55):
            make.client(actor, jobseeker_since=SPRING)
    first = worker.get("/clients/?stage=registered")
    assert first.content.decode().count('<th scope="row"') == 50
    assert "stage=registered&amp;page=2" in first.content.decode()
    assert worker.get("/clients/?stage=registered&page=2").content.decode().count('<th scope="row"') == 6
    found = words(worker.get("/clients/?q=hodan+esim"))
    assert "Esimerkki, Hodan" in found
    assert "remove this filter" in found
    assert "No client matches these filters." in words(worker.get("/clients/?q=ei+ketään"))
    assert worker.get("/clients/?page=-3&stage=nonsense&year=abc&municipality=zz").status_code == 200
    mine = words(worker.get("/clients/?worker=mine"))
    assert "Esimerkki, Hodan" in mine
    assert "Mallinen" not in mine


def test_an_export_holds_what_the_list_shows_and_runs_in_no_spreadsheet() -> None:
    worker = Worker("te-01", SPRING)
    registered(worker, family_name="=cmd|'/c calc'!A1")
    hidden = registration(
        token="4b7f0c7c-6a5f-4a51-9d21-0000000000ff", family_name="Suojattu", birth_date="1.1.1980"
    )
    registered(worker, **hidden, non_disclosure="on")
    answer = worker.get("/clients/export.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Family name"] for row in rows} == {"'=cmd|'/c calc'!A1", "Suojattu"}
    assert {row["Municipality"] for row in rows if row["Family name"] == "Suojattu"} == {"hidden"}
    assert [row["Last day"] for row in rows] == ["2021-06-28", "2021-06-28"]
    sheet = worker.get("/clients/export.xlsx")
    assert sheet.content.startswith(b"PK")
    one = worker.get("/clients/export.csv?q=suojattu").content.decode("utf-8-sig")
    assert "cmd" not in one
    rowsecurity.apply(worker.viewer)
    assert Entry.objects.filter(action="clients.list.exported").count() == 3


def test_my_work_groups_by_last_day_and_explains_each() -> None:
    worker = Worker("te-01", SPRING)
    registered(worker)
    early = words(worker.get("/"))
    assert "Nothing is late, and nothing is due this week." in early
    assert "Start the assessment" not in early, "due in 63 days: not today's work"
    with worker.on(date(2021, 6, 28)):
        assert "One is due today." in words(worker.get("/"))
    with worker.on(date(2021, 6, 22)):
        page = words(worker.get("/"))
        assert "Later" in page
        assert "How 28 June 2021 was counted" in page
        assert "Without an assessment" in page
    with worker.on(date(2021, 7, 2)):
        assert "One thing is late." in words(worker.get("/"))
        assert "4 days late" in words(worker.get("/"))
        assert "Opened last" in words(worker.get("/?scope=organisation"))


def test_those_who_serve_no_clients_get_the_ways_to_what_they_may_see() -> None:
    officer = Worker("ely-01", SPRING, role=Role.REGIONAL_OFFICER)
    page = officer.get("/")
    assert page.status_code == 200
    assert "/counts/" in page.content.decode()
    assert officer.get("/clients/").status_code == 403


def test_no_page_title_and_no_address_carries_a_name(planned: tuple[Worker, int]) -> None:
    worker, number = planned
    for page in PAGES:
        answer = worker.get(f"/clients/{number}/{page}")
        if answer.status_code == 200 and "pdf" not in page:
            title = answer.content.decode().partition("<title>")[2].partition("</title>")[0]
            assert "Esimerkki" not in title, page
