"""What of training the client is told as own data, what an information request answers, and what is left in the end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.tests import factories as make
from kotopolku.mypage.tests.visiting import signed_in
from kotopolku.retention import information, queries, rules, run
from kotopolku.training import actions, models
from kotopolku.training.actions import studies, teaching
from kotopolku.training.models import Enrolment
from kotopolku.training.studies import PlanPart, StudyPlanContent
from kotopolku.training.tests import classroom
from kotopolku.training.tests import courses_world as world
from kotopolku.training.tests.classroom import DAY, Class

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
OF_STUDENT = (
    models.Enrolment,
    models.SessionMark,
    models.StudyPlan,
    models.TestResult,
    models.Certificate,
    models.FeedbackGiven,
)


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def studied() -> tuple[Class, Enrolment]:
    """A student of whom every table of the room has a row, and a wish for another course."""
    found = classroom.a_class(1)
    [row] = found.students
    later = world.course(found.leader, found.course.provider, name="Jatkoryhmä")
    with make.working(found.teacher, DAY) as teacher:
        marks = [classroom.mark(row, late=15)]
        teaching.mark_session(found.session(DAY).pk, marks, actor=teacher)
        part = PlanPart("language", Decimal(45))
        content = StudyPlanContent("Lähihoitajaksi.", "Ohjaus viikoittain.", (part,))
        studies.save_study_plan(row.pk, content, actor=teacher, expected_version=0)
        studies.record_test(row.pk, "final", {"reading": "B1.1"}, DAY, actor=teacher)
    with make.working(found.leader, DAY) as leader:
        actions.end_student(row.pk, DAY, actor=leader)
    with make.working(found.teacher, DAY) as teacher:
        studies.issue_certificate(row.pk, actor=teacher)
    own = Viewer(None, "", DAY, None, own=Own(row.person_id, row.person_id))
    with make.working(own, DAY) as client:
        studies.give_feedback(row.pk, (5, 4, 3, 4, 5), "Kiitos.", "uk", actor=client)
        actions.wish_course(later.pk, "Haluan jatkaa.", actor=client)
    return found, row


def test_the_client_and_an_information_request_are_told_all_of_the_studies() -> None:
    found, row = studied()
    visitor = signed_in(world.leader(), row.relationship)
    page = visitor.say("/my/data/")
    for words in (
        "Haluan jatkaa.",
        "Lähihoitajaksi.",
        "4.8 hours there",
        "B1.1",
        "You have completed the course.",
    ):
        assert words in page
    told = "You have been there 95 % of the time."
    assert told in visitor.say("/my/studies/"), "of what is marked, not of what nobody has marked yet"
    wish, course = visitor.get("/my/data/json/").json()["courses"]
    assert (wish["state"], wish["wish_words"]) == ("wished", "Haluan jatkaa.")
    assert [(one["date"], one["late_minutes"]) for one in course["attendance"]] == [("2026-11-09", 15)]
    assert course["study_plans"][0]["goals"] == "Lähihoitajaksi."
    assert course["tests"][0]["reading"] == "B1.1"
    assert course["certificates"][0]["number"] == 1
    assert visitor.get("/my/data/pdf/").content.startswith(b"%PDF")
    officer = make.worker(world.AREA, DAY, role=Role.DATA_PROTECTION_OFFICER)
    with make.working(officer, DAY) as viewer:
        parts = {
            part.label: part for part in information.parts(queries.case(viewer, row.relationship_id), viewer)
        }
    assert {model._meta.label_lower for model in OF_STUDENT} <= set(parts)
    [mark] = parts["training.sessionmark"].rows
    assert "9.11.2026 09.00–14.00" in dict(mark).values()
    assert found.course.name in {value for line in parts["training.enrolment"].rows for _name, value in line}


def test_all_of_a_student_goes_with_the_client_and_the_course_stays() -> None:
    found, row = studied()
    ended = date(2026, 12, 1)
    with make.working(found.leader, ended) as leader:
        clients.end_relationship(row.relationship_id, ended, "goal-reached", actor=leader)
    goes = rules.goes_on(ended, "employment-area")
    with clock.at(goes):
        made, _told = run.delete_what_is_due(Viewer.for_system("retention.run", goes))
    assert sum(made.deleted.values()) > 0
    with rowsecurity.as_system():
        assert {model.__name__: model._default_manager.count() for model in OF_STUDENT} == {
            model.__name__: 0 for model in OF_STUDENT
        }
        assert models.Course.objects.count() == 2
        assert models.Feedback.objects.count() == 1, "what was said names nobody and is counted on"
