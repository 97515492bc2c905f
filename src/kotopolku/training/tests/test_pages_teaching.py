"""Teachers' pages and the API in whole requests: the list on a telephone, what §94 lets through, the student's own page."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.models import Person, ProtectedContact, Relationship
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.mypage.tests.visiting import signed_in
from kotopolku.mypage.wording_studies import SENTENCES
from kotopolku.progress.models import Skill
from kotopolku.training import actions as courses
from kotopolku.training import models, provider_items
from kotopolku.training.actions import studies, teaching
from kotopolku.training.feedback import QUESTIONS, SCALE
from kotopolku.training.models import FeedbackGiven, SessionMark
from kotopolku.training.tests import classroom
from kotopolku.training.tests.classroom import DAY, Class, mark

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


class Teacher(Worker):
    """A viewer that exists already, at a screen."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.day = viewer, DAY
        self.client = Client()
        self.client.cookies["kotopolku_language"] = "en"
        User.objects.filter(pk=viewer.user_id).update(language="en")
        user = User.objects.get(pk=viewer.user_id)
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def puts(self, session_id: int, rows: list[dict[str, Any]], key: str) -> Any:
        with clock.at(self.day):
            return self.client.put(
                f"/api/training/sessions/{session_id}/marks",
                json.dumps({"marks": rows}),
                content_type="application/json",
                headers={"Idempotency-Key": key},
            )


def address_of(of: Class) -> str:
    return f"/training/teaching/sessions/{of.session(DAY).pk}/"


def test_a_teacher_marks_a_session_without_script_and_sends_the_form_twice() -> None:
    found = classroom.a_class()
    teacher, address = Teacher(found.teacher), address_of(found)
    assert "2 students, not marked" in words(teacher.get("/training/teaching/"))
    first, second = (row.pk for row in found.students)
    form = teacher.hidden(address) | {f"mark-{first}": "present", f"late-{first}": "20", "rest": "away"}
    for _time in range(2):
        assert teacher.send(address, form).status_code == 302
    with make.working(found.teacher, DAY):
        kept = {
            row.enrolment_id: (row.state, row.late_minutes, row.version) for row in SessionMark.objects.all()
        }
    assert kept == {first: ("present", 20, 1), second: ("away", 0, 1)}
    assert "2 of 2 marked" in words(teacher.get(address))


def test_what_is_wrong_stands_at_its_student_and_nothing_typed_is_lost() -> None:
    found = classroom.a_class()
    teacher, address = Teacher(found.teacher), address_of(found)
    first = found.students[0].pk
    answer = teacher.send(
        address, teacher.hidden(address) | {f"mark-{first}": "present", f"late-{first}": "999"}
    )
    assert answer.status_code == 422
    assert "Minutes late are from 0 to 300" in words(answer)
    assert 'value="999"' in answer.content.decode()


def test_a_clash_shows_both_marks_at_the_student() -> None:
    found = classroom.a_class()
    teacher, address = Teacher(found.teacher), address_of(found)
    form = teacher.hidden(address)
    first = found.students[0].pk
    with make.working(found.colleague, DAY) as colleague:
        teaching.mark_session(found.session(DAY).pk, [mark(found.students[0], "leave")], actor=colleague)
    answer = teacher.send(address, form | {f"mark-{first}": "away"})
    assert answer.status_code == 409
    assert re.search(r"Kaisa Kollega marked at [\d.]+: away with leave", words(answer))
    form = {**form, **dict(re.findall(r'name="(version-\d+)" value="(\d+)"', answer.content.decode()))}
    form["token"] = re.findall(r'name="token" value="([^"]+)"', answer.content.decode())[0]
    assert teacher.send(address, form | {f"mark-{first}": "away"}).status_code == 302


def test_the_telephone_sends_what_it_kept_and_gets_versions_and_clashes_back() -> None:
    found = classroom.a_class()
    teacher, session = Teacher(found.teacher), found.session(DAY)
    first, second = (row.pk for row in found.students)
    rows = [{"enrolment": first, "state": "present", "late_minutes": 5, "version": 0}]
    answers = [teacher.puts(session.pk, rows, "from-the-phone-1") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    colleague = Teacher(found.colleague)
    told = colleague.puts(
        session.pk,
        [
            {"enrolment": first, "state": "away", "late_minutes": 0, "version": 0},
            {"enrolment": second, "state": "present", "late_minutes": 0, "version": 0},
        ],
        "from-another-phone",
    ).json()
    assert (told["saved"], [one["enrolment"] for one in told["clashes"]]) == (1, [first])
    assert {one["enrolment"]: one["version"] for one in told["marks"]} == {first: 1, second: 1}
    assert (
        Teacher(classroom.other_school(found.leader)[1]).puts(session.pk, rows, "stranger-1").status_code
        == 404
    )


def test_a_provider_is_told_the_eighteen_items_and_nothing_else() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    with rowsecurity.as_system():
        Person.objects.filter(pk=student.person_id).update(
            occupation="Kokki",
            education="Peruskoulu",
            interpreter_wish="Salainen toive",
            citizenships=["643"],
        )
        ProtectedContact.objects.filter(person_id=student.person_id).update(
            municipality="092", street_address="Esimerkkikatu 5", telephone="050 000 0000"
        )
        case_number = Relationship.objects.get(pk=student.relationship_id).case_number
    teacher = Teacher(found.teacher)
    told = teacher.get(f"/api/training/students/{student.pk}").json()
    items = {one["item"]: one["text"] for one in told["told"]}
    assert set(items) <= {item.id for item in law.provider_items()} == set(provider_items.ITEMS)
    assert len(provider_items.ITEMS) == 18
    assert (items["occupation"], items["residence"]) == ("Kokki", "Vantaa")
    assert set(told) == {"enrolment", "course", "state", "started_on", "ended_on", "told"}
    page = words(teacher.get(f"/training/teaching/students/{student.pk}/"))
    assert "Esimerkkikatu 5" in page
    for text in (page, json.dumps(told), words(teacher.get(address_of(found)))):
        assert "Salainen toive" not in text
        assert case_number not in text
    with rowsecurity.as_system():
        Person.objects.filter(pk=student.person_id).update(non_disclosure=True)
    page = words(teacher.get(f"/training/teaching/students/{student.pk}/"))
    assert "Esimerkkikatu 5" not in page
    assert "hidden by a non-disclosure order" in page


def test_the_list_of_a_full_group_takes_as_many_statements_as_that_of_a_small_one() -> None:
    def statements(of: Class) -> int:
        teacher = Teacher(of.teacher)
        teacher.get(address_of(of))
        with CaptureQueriesContext(connection) as seen:
            assert teacher.get(address_of(of)).status_code == 200
        return len(seen)

    few, many = classroom.a_class(1), classroom.a_class(6, "Suuri opisto")
    assert statements(few) == statements(many) <= 30


def test_the_student_reads_the_own_study_plan_and_answers_in_the_own_language() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    with make.working(found.teacher, DAY) as at_work:
        content = studies.studies.StudyPlanContent("Lähihoitajaksi.", "", ())
        studies.save_study_plan(student.pk, content, actor=at_work, expected_version=0)
    with rowsecurity.as_system():
        relationship = Relationship.objects.select_related("person").get(pk=student.relationship_id)
    visitor = signed_in(found.leader, relationship)
    with visitor.on(DAY):
        assert "Lähihoitajaksi." in visitor.say("/my/studies/")
        address = f"/my/studies/{student.pk}/feedback/"
        assert visitor.post(address, answer1="5").status_code == 422
        answers = {f"answer{number}": "4" for number in range(1, 6)}
        assert visitor.post(address, words="Дякую", **answers).status_code == 302
        assert "Thank you" in visitor.say("/my/studies/")
        assert visitor.get(f"/my/studies/{student.pk + 10_000}/feedback/").status_code == 404
    with rowsecurity.as_system():
        assert FeedbackGiven.objects.count() == 1


def test_the_clients_own_authority_reads_the_studies_and_another_does_not() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    address = f"/training/teaching/students/{student.pk}/studies/"
    with make.working(found.leader, DAY) as organiser:
        courses.interrupt_student(student.pk, DAY, "health", "", actor=organiser)
    assert Teacher(found.leader).get(address).status_code == 200
    assert Teacher(make.worker("kunta-205", DAY)).get(address).status_code == 404
    assert Teacher(found.teacher).get(address).status_code == 403


def test_what_a_student_is_asked_stands_among_the_texts_for_clients() -> None:
    with translation.override("en"):
        asked = [*QUESTIONS, SCALE[0][1], SCALE[-1][1], *(kind.label for kind in models.TestKind)]
        asked += [skill.label for skill in Skill]
        assert {str(text) for text in asked} | {studies.GIVEN} == set(SENTENCES)
