"""The client's pages in whole requests: what they show, what they do, and what stays hidden from everybody else."""

from datetime import date, timedelta

import pytest

from kotopolku.actors.models import Absence, date_range
from kotopolku.clients import actions
from kotopolku.clients.models import Measure, Plan, SignedHow
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk.models import Message
from kotopolku.journal.models import Entry
from kotopolku.mypage.models import CorrectionRequest, OwnAccount
from kotopolku.mypage.tests.visiting import (
    DAY,
    Visitor,
    a_client,
    everything,
    planned_client,
    signed_in,
)
from kotopolku.notices.models import Notice
from kotopolku.progress.models import AttendanceMonth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

PAGES = [
    "/my/",
    "/my/plan/",
    "/my/appointments/",
    "/my/courses/",
    "/my/messages/",
    "/my/letters/",
    "/my/rights/",
    "/my/data/",
    "/my/correct/",
    "/my/looks/",
    "/my/language/",
    "/my/passkey/",
    "/my/first-steps/",
    "/my/about/",
]


def test_every_page_opens_with_and_without_a_plan() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    for address in PAGES:
        assert visitor.say(address)
    planned_client(worker, relationship)
    for address in PAGES:
        assert visitor.say(address)


def test_the_path_shows_what_is_done_what_comes_and_who_helps() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    page = signed_in(worker, relationship).say("/my/")
    assert "We made your plan together. 23 November 2026" in page
    assert "Read the plan and sign it, if you accept it." in page
    assert "We direct you to a course or service on 23 December 2026 at the latest." in page
    assert "Kotoutumiskoulutus" in page


def test_the_client_signs_the_plan_on_screen_and_the_worker_is_told() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    with make.working(worker) as at_work:
        actions.assign_worker(relationship.pk, at_work.user_id, actor=at_work)
    visitor = signed_in(worker, relationship)
    everything()
    version = Plan.objects.get(relationship=relationship).version
    empty = visitor.post("/my/plan/sign/", version=version, signed_name="")
    assert empty.status_code == 422
    assert "Read the plan first, then tick this box." in words(empty)
    done = visitor.post("/my/plan/sign/", version=version, read="on", signed_name="Aino Mallinen")
    assert done.status_code == 302
    everything()
    plan = Plan.objects.get(relationship=relationship)
    assert (plan.signed_on, plan.signed_how, plan.signed_name) == (DAY, SignedHow.SCREEN, "Aino Mallinen")
    entry = Entry.objects.get(action="mypage.plan.signed")
    assert entry.subjects == [relationship.person_id]
    assert Notice.objects.filter(user_id=worker.user_id, kind="mypage.plan-signed").exists()
    again = visitor.post("/my/plan/sign/", version=plan.version, read="on", signed_name="Aino")
    assert again.status_code == 422
    assert "The plan has been signed already" in words(again)


def test_a_plan_that_has_changed_since_it_was_read_is_not_signed() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    answer = visitor.post("/my/plan/sign/", version=1, read="on", signed_name="Aino")
    assert answer.status_code == 422
    assert "The plan has changed since you opened it." in words(answer)


def test_a_comment_on_a_goal_reaches_the_worker_once_as_a_message() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    everything()
    goal = Plan.objects.get(relationship=relationship).goals.first()
    assert goal is not None
    token = "6f2b6f0e-5d0b-4c55-9d21-000000000001"
    for _time in range(2):
        sent = visitor.post("/my/plan/comment/", token=token, goal=goal.pk, text="Haluan opiskella iltaisin.")
        assert sent.status_code == 302
    everything()
    message = Message.objects.get(relationship=relationship)
    assert goal.title in message.text
    assert message.text.endswith("Haluan opiskella iltaisin.")
    assert visitor.post("/my/plan/comment/", token=token, text="").status_code == 422


def test_a_message_is_sent_and_stands_in_the_thread() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    token = "6f2b6f0e-5d0b-4c55-9d21-000000000002"
    assert visitor.post("/my/messages/", token=token, text="Привіт").status_code == 302
    assert "Привіт" in visitor.say("/my/messages/")
    empty = visitor.post("/my/messages/", token=token, text=" ")
    assert empty.status_code == 422
    assert "Write your message first." in words(empty)


def test_a_request_to_correct_is_answered_by_the_worker_and_the_client_sees_why_not() -> None:
    worker = Worker("kunta-092", DAY)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work)
    visitor = signed_in(worker.viewer, relationship)
    wrong = visitor.post("/my/correct/", token="6f2b6f0e-5d0b-4c55-9d21-000000000003", text="")
    assert wrong.status_code == 422
    sent = {"token": "6f2b6f0e-5d0b-4c55-9d21-000000000003", "part": "name", "text": "Nimeni on Aina."}
    assert visitor.post("/my/correct/", **sent).status_code == 302
    assert visitor.post("/my/correct/", **sent).status_code == 302
    everything()
    asked = CorrectionRequest.objects.get()
    assert "Nimeni on Aina." in words(worker.get(f"/my/corrections/{asked.pk}/"))
    assert relationship.case_number in words(worker.get("/my/corrections/"))
    silent = worker.post(f"/my/corrections/{asked.pk}/", do="refuse", answer="")
    assert silent.status_code == 422
    done = worker.post(f"/my/corrections/{asked.pk}/", do="refuse", answer="Passissa lukee Aino.")
    assert done.status_code == 302
    page = visitor.say("/my/data/")
    assert "We do not change it." in page
    assert "Passissa lukee Aino." in page
    assert worker.post(f"/my/corrections/{asked.pk}/", do="accept").status_code == 422


def test_an_accepted_request_opens_the_edit_of_the_client() -> None:
    worker = Worker("kunta-092", DAY)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work)
    visitor = signed_in(worker.viewer, relationship)
    visitor.post("/my/correct/", token="6f2b6f0e-5d0b-4c55-9d21-000000000004", part="name", text="Aina")
    everything()
    asked = CorrectionRequest.objects.get()
    answer = worker.post(f"/my/corrections/{asked.pk}/", do="accept", answer="")
    assert answer["Location"] == f"/clients/{relationship.pk}/edit/"
    assert "We have agreed and correct it." in visitor.say("/my/data/")


def test_another_authority_cannot_see_or_answer_a_request() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    visitor.post("/my/correct/", token="6f2b6f0e-5d0b-4c55-9d21-000000000005", part="name", text="Aina")
    everything()
    asked = CorrectionRequest.objects.get()
    stranger = Worker("kunta-205", DAY)
    assert stranger.get(f"/my/corrections/{asked.pk}/").status_code == 404
    assert stranger.post(f"/my/corrections/{asked.pk}/", do="refuse", answer="Ei.").status_code == 404
    assert "No request waits for an answer." in words(stranger.get("/my/corrections/"))
    assert stranger.get(f"/my/give/{relationship.pk}/").status_code == 404


def test_who_has_looked_names_the_official_and_counts_the_times() -> None:
    worker = Worker("kunta-092", DAY)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work)
    for _time in range(2):
        worker.get(f"/clients/{relationship.pk}/")
    page = signed_in(worker.viewer, relationship).say("/my/looks/")
    assert worker.viewer.name in page
    assert "Times: 2." in page


def test_stored_data_come_as_page_pdf_and_json_and_the_download_is_journalled() -> None:
    worker, relationship = a_client(
        contact=ContactContent(municipality="092", street_address="Esimerkkikatu 1")
    )
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    assert "Esimerkkikatu 1" in visitor.say("/my/data/")
    pdf = visitor.get("/my/data/pdf/")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Cache-Control"] == "no-store"
    data = visitor.get("/my/data/json/").json()
    assert data["contact"]["street_address"] == "Esimerkkikatu 1"
    assert data["plan"]["goals"][0]["title"] == "Suomen kieli tasolle B1.1"
    everything()
    assert Entry.objects.filter(action="mypage.data.downloaded").count() == 2


@pytest.mark.parametrize("language", ["ar", "fa", "zh-hans", "so", "uk"])
def test_the_paper_is_made_in_every_script(language: str) -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship, language=language)
    assert visitor.get("/my/data/pdf/").content.startswith(b"%PDF")


def test_a_client_sees_nobody_else_s_things() -> None:
    worker, relationship = a_client()
    with make.working(worker) as at_work:
        other = make.client(at_work)
    visitor = signed_in(worker, relationship)
    assert visitor.post("/my/person/", person=other.person_id).status_code == 404
    for address in ("/my/letters/1/", "/my/documents/1/", "/my/appointments/1/other-time/"):
        assert visitor.get(address).status_code == 404
    assert visitor.post("/my/appointments/1/come/").status_code == 404
    data = visitor.get("/my/data/json/").content.decode()
    everything()
    assert other.person.family_name not in data


def test_a_client_s_session_opens_no_page_of_officials() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    assert visitor.get("/")["Location"] == "/my/"
    for address in (
        "/clients/",
        f"/clients/{relationship.pk}/",
        f"/my/give/{relationship.pk}/",
        "/my/corrections/",
        "/directory/",
        "/counts/",
        "/journal/",
    ):
        assert visitor.get(address).status_code == 403, address
    assert visitor.get("/api/clients").status_code == 401


def test_an_official_s_session_never_opens_the_own_page() -> None:
    worker = Worker("kunta-092", DAY)
    for address in ("/my/", "/my/data/", "/my/data/json/"):
        answer = worker.get(address)
        assert answer.status_code == 403
    person = a_client()[1].person
    everything()
    OwnAccount.objects.create(user_id=worker.viewer.user_id, person=person, created_on=DAY)
    assert worker.get("/my/").status_code == 403


def test_nobody_is_asked_to_sign_in_in_another_place_than_the_client_s_own() -> None:
    answer = Visitor().get("/my/plan/")
    assert answer.status_code == 302
    assert answer["Location"] == "/my/sign-in/?next=%2Fmy%2Fplan%2F"
    assert Visitor().get("/api/my/path").status_code == 401


def test_the_own_page_costs_a_bounded_number_of_statements(django_assert_max_num_queries: object) -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        visitor.get("/my/")


def test_the_api_gives_the_own_path_and_data() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    path = visitor.get("/api/my/path").json()
    assert [step["name"] for step in path["steps"]][:4] == ["start", "talk", "plan", "sign"]
    assert {row["rule"] for row in path["deadlines"]} >= {"A4", "D1"}
    assert visitor.get("/api/my/data").json()["data"]["person"]["family_name"]
    assert visitor.get("/api/my/appointments").json() == []
    assert isinstance(visitor.get("/api/my/looks").json(), list)


def test_the_deputy_is_named_while_the_worker_is_away_and_the_page_says_when_the_worker_is_back() -> None:
    worker, relationship = a_client()
    other = make.worker("kunta-092", DAY, name="Sirkka Sijainen")
    with make.working(worker) as at_work:
        actions.assign_worker(relationship.pk, at_work.user_id, actor=at_work)
    assert "Tuuli Testi" in signed_in(worker, relationship).say("/my/messages/")
    everything()
    Absence.objects.create(
        organisation_id=worker.organisation_id,
        user_id=worker.user_id,
        deputy_id=other.user_id,
        days=date_range(DAY, DAY + timedelta(days=4)),
    )
    page = signed_in(worker, relationship).say("/my/")
    assert "Sirkka Sijainen" in page
    assert "Stands in for Tuuli Testi , who is back on 28 November 2026." in page


def test_hours_that_the_provider_has_reported_stand_with_the_course() -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship)
    everything()
    measure = Measure.objects.filter(plan__relationship=relationship).order_by("id").first()
    assert measure is not None
    for month, attended in ((9, 20), (10, 15)):
        AttendanceMonth.objects.create(
            measure=measure,
            relationship=relationship,
            person_id=relationship.person_id,
            month=date(2026, month, 1),
            hours_planned=25,
            hours_attended=attended,
            hours_absent=0,
            reported_on=DAY,
        )
    assert "You have been there 35 hours of 50." in visitor.say("/my/courses/")


def test_after_the_relationship_has_ended_the_page_still_opens() -> None:
    worker, relationship = a_client(on=DAY - timedelta(days=30))
    with make.working(worker, DAY) as at_work:
        actions.end_relationship(relationship.pk, DAY, "moved", actor=at_work)
    visitor = signed_in_later(worker, relationship)
    for address in PAGES:
        assert visitor.say(address)


def signed_in_later(worker: object, relationship: object) -> Visitor:
    visitor = signed_in(worker, relationship)  # type: ignore[arg-type]
    visitor.day = date(2027, 1, 15)
    return visitor
