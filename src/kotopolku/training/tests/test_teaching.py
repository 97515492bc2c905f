"""Teachers' acts: attendance sent twice, killed in the middle, marked by two at once; the evening's sums; studies."""

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.progress import actions as progress
from kotopolku.progress.models import AbsenceProcess, AttendanceMonth, LanguageLevel
from kotopolku.progress.sources import levels
from kotopolku.training import actions as courses
from kotopolku.training import certificate, models
from kotopolku.training.actions import studies, teaching
from kotopolku.training.jobs import sum_up_attendance
from kotopolku.training.models import (
    Feedback,
    SessionMark,
    SessionRegister,
    StudyPlan,
)
from kotopolku.training.queries import teaching as queries
from kotopolku.training.queries.courses import to_interrupt
from kotopolku.training.queries.work import todo
from kotopolku.training.studies import PlanPart, StudyPlanContent
from kotopolku.training.tests import classroom
from kotopolku.training.tests import courses_world as world
from kotopolku.training.tests.classroom import BEGAN, DAY, Class, mark

DATABASE = pytest.mark.django_db


def marks_of(session_id: int) -> dict[int, tuple[str, int, int]]:
    with rowsecurity.as_system():
        rows = SessionMark.objects.filter(session_id=session_id)
        return {row.enrolment_id: (row.state, row.late_minutes, row.version) for row in rows}


def marked(of: Class, on: date, state: str, *, which: int = 0, version: int = 0) -> teaching.Marked:
    with make.working(of.teacher, on) as at_work:
        rows = [mark(of.students[which], state, version=version)]
        return teaching.mark_session(of.session(on).pk, rows, actor=at_work)


def evening(on: date) -> int:
    with make.working(make.worker("kunta-205", on), on):
        return int(sum_up_attendance(timestamp=0))


@DATABASE
def test_a_list_sent_twice_is_written_once() -> None:
    found = classroom.a_class()
    session, token = found.session(DAY), uuid.uuid4()
    rows = [mark(found.students[0], late=15), mark(found.students[1], "away")]
    with make.working(found.teacher, DAY) as at_work:
        first = teaching.mark_session(session.pk, rows, actor=at_work, token=token)
        again = teaching.mark_session(session.pk, rows, actor=at_work, token=token)
        lost_answer = teaching.mark_session(session.pk, rows, actor=at_work, token=uuid.uuid4())
        entry = Entry.objects.get(token=token)
    assert (first.saved, again.saved, again.same, lost_answer.saved, lost_answer.same) == (2, 0, 2, 0, 2)
    assert marks_of(session.pk) == {
        rows[0].enrolment_id: ("present", 15, 1),
        rows[1].enrolment_id: ("away", 0, 1),
    }
    assert sorted(entry.subjects) == sorted(row.person_id for row in found.students)


@DATABASE
def test_a_list_killed_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = classroom.a_class()
    session = found.session(DAY)

    def killed(*_given: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(teaching, "record", killed)
    with make.working(found.teacher, DAY) as at_work, pytest.raises(KeyboardInterrupt):
        teaching.mark_session(session.pk, [mark(found.students[0])], actor=at_work)
    with rowsecurity.as_system():
        assert not SessionMark.objects.exists()
        assert not SessionRegister.objects.exists()


@DATABASE
def test_what_a_colleague_has_marked_otherwise_is_shown_and_never_overwritten_unseen() -> None:
    found = classroom.a_class()
    session = found.session(DAY)
    one, other = found.students
    with make.working(found.colleague, DAY) as colleague:
        teaching.mark_session(session.pk, [mark(one, "leave")], actor=colleague)
    with make.working(found.teacher, DAY) as at_work:
        done = teaching.mark_session(session.pk, [mark(one, "away"), mark(other)], actor=at_work)
        [clash] = done.clashes
        assert (clash.theirs.state, clash.theirs.marked_by, clash.theirs.version) == (
            "leave",
            "Kaisa Kollega",
            1,
        )
        assert done.saved == 1
        assert marks_of(session.pk)[one.pk] == ("leave", 0, 1)
        seen = teaching.mark_session(session.pk, [mark(one, "away", version=1)], actor=at_work)
    assert (seen.saved, seen.clashes) == (1, [])
    assert marks_of(session.pk) == {one.pk: ("away", 0, 2), other.pk: ("present", 0, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_teachers_at_the_same_moment_queue_and_one_is_told() -> None:
    with transaction.atomic():
        found = classroom.a_class(1)
    session, together = found.session(DAY), threading.Barrier(2)
    results: list[teaching.Marked] = []

    def send(viewer: Any, state: str) -> None:
        try:
            together.wait()
            with transaction.atomic(), make.working(viewer, DAY) as at_work:
                results.append(
                    teaching.mark_session(session.pk, [mark(found.students[0], state)], actor=at_work)
                )
        finally:
            connection.close()

    senders = [
        threading.Thread(target=send, args=(found.teacher, "present")),
        threading.Thread(target=send, args=(found.colleague, "away")),
    ]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert sorted(done.saved for done in results) == [0, 1]
    assert sorted(len(done.clashes) for done in results) == [0, 1]


@DATABASE
def test_another_provider_and_a_caseworker_reach_no_session_and_no_mark() -> None:
    found = classroom.a_class(1)
    marked(found, DAY, "present")
    _school, stranger = classroom.other_school(found.leader)
    with make.working(stranger, DAY) as elsewhere:
        assert not SessionMark.objects.exists()
        assert queries.students_of(found.course.pk) == []
        with pytest.raises(NotVisible):
            teaching.mark_session(found.session(DAY).pk, [mark(found.students[0])], actor=elsewhere)
    with make.working(make.worker("kunta-205", DAY), DAY) as far:
        assert not SessionMark.objects.exists()
        with pytest.raises(MissingCapability):
            teaching.mark_session(found.session(DAY).pk, [mark(found.students[0])], actor=far)
    with make.working(found.leader, DAY):
        assert SessionMark.objects.count() == 1, "the client's own authority sees it"
    with make.working(stranger, DAY) as elsewhere, pytest.raises(NotVisible):
        studies.show_student(found.students[0].pk, actor=elsewhere)


@DATABASE
def test_what_cannot_be_marked_is_refused_at_its_student() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    with make.working(found.teacher, DAY) as at_work:
        for session, row, code in (
            (found.session(DAY + timedelta(days=1)), mark(student), "session-future"),
            (found.session(DAY), mark(student, late=301), "late"),
            (found.session(DAY), mark(student, "away", late=5), "late-away"),
            (found.session(DAY), mark(student, "asleep"), "unknown-state"),
        ):
            with pytest.raises(Refusals) as refused:
                teaching.mark_session(session.pk, [row], actor=at_work)
            assert refused.value.codes == (code,)
    with make.working(found.leader, DAY) as organiser:
        courses.interrupt_student(student.pk, DAY, "health", "", actor=organiser)
    later = DAY + timedelta(days=1)
    with make.working(found.teacher, later) as at_work, pytest.raises(Refusals) as refused:
        teaching.mark_session(found.session(later).pk, [mark(student)], actor=at_work)
    assert refused.value.codes == ("not-student",)


@DATABASE
def test_five_days_away_are_told_to_the_clients_worker_the_same_evening() -> None:
    found = classroom.a_class(1)
    days = [BEGAN + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7)]
    marked(found, days[0], "present")
    for day in days[1:5]:
        marked(found, day, "away")
    assert evening(days[4]) == 1
    with rowsecurity.as_system():
        assert not AbsenceProcess.objects.exists()
    marked(found, days[5], "away")
    assert evening(days[5]) == 1
    with make.working(found.leader, days[5]):
        process = AbsenceProcess.objects.get()
        month = AttendanceMonth.objects.get()
    assert (process.days, process.last_attended_on, process.opened_on) == (5, days[0], days[5])
    assert (month.hours_attended, month.hours_absent, month.provider_id) == (5, 25, found.course.provider_id)
    with rowsecurity.as_system():
        assert Notice.objects.filter(kind="progress.absence-too-long").count() == 1
    assert evening(days[5]) == 0, "nothing marked since, nothing to count"
    marked(found, days[3], "leave", version=1)
    evening(days[5])
    with rowsecurity.as_system():
        assert AbsenceProcess.objects.get().outcome == "withdrawn"


@DATABASE
def test_a_decision_to_interrupt_waits_in_my_work_until_the_studies_are_interrupted() -> None:
    found = classroom.a_class(1)
    [student] = found.students
    days = [BEGAN + timedelta(days=number) for number in (0, 1, 2, 3, 4)]
    for day in days:
        marked(found, day, "away")
    evening(days[4])
    with make.working(found.leader, days[4]) as at_work:
        process = AbsenceProcess.objects.get()
        progress.hear_client(student.relationship_id, process.pk, days[4], "Ei tullut.", actor=at_work)
        assert todo(at_work) == []
        progress.decide_absence(
            student.relationship_id, process.pk, "interrupted", "Ei palaa kurssille.", actor=at_work
        )
        [waits] = todo(at_work)
        assert waits.address == f"/training/clients/{student.relationship_id}/places/{student.pk}/interrupt/"
        [listed] = to_interrupt(student.relationship_id)
        assert (listed.process.decided_on, listed.process.reasons) == (days[4], "Ei palaa kurssille.")
        courses.interrupt_student(student.pk, days[4], "absence", "", actor=at_work)
        assert to_interrupt(student.relationship_id) == []


@DATABASE
def test_hours_of_two_groups_of_one_student_are_one_month() -> None:
    found = classroom.a_class(1)
    marked(found, BEGAN, "present")
    with make.working(found.leader, DAY) as organiser:
        school = found.course.provider
        other = world.course(found.leader, school, starts_on=DAY, slots=classroom.SLOTS, name="Toinen ryhmä")
        moved = courses.move_student(found.students[0].pk, other.pk, DAY, "Parempi taso.", actor=organiser)
    with rowsecurity.as_system():
        session = other.sessions.get(date=DAY)
    with make.working(found.teacher, DAY) as at_work:
        teaching.mark_session(session.pk, [mark(moved)], actor=at_work)
    evening(DAY)
    with rowsecurity.as_system():
        assert AttendanceMonth.objects.get().hours_attended == 10


@DATABASE
def test_hours_of_a_course_are_summed_for_its_buyer_and_its_school_and_nobody_else() -> None:
    found = classroom.a_class(2)
    second, third = DAY + timedelta(days=1), DAY + timedelta(days=2)
    one, other = found.students
    for on, rows in (
        (DAY, [mark(one, late=30), mark(other, "leave")]),
        (second, [mark(one, "away")]),
        (third, [mark(one), mark(other)]),
        (DAY - timedelta(days=3), [mark(one), mark(other)]),
    ):
        with make.working(found.teacher, on) as at_work:
            teaching.mark_session(found.session(on).pk, rows, actor=at_work)
    with rowsecurity.as_system():
        models.CourseSession.objects.filter(pk=found.session(third).pk).update(cancelled=True)
    ids = [found.course.pk]
    expected = queries.CourseHours(
        planned=Decimal(20), attended=Decimal("4.5"), leave=Decimal(5), away=Decimal(5), students=2
    )
    for viewer in (found.leader, found.teacher, world.buyer()):
        with make.working(viewer, third) as at_work:
            assert queries.attended_hours(at_work, ids, DAY, third) == {ids[0]: expected}
    for stranger in (world.leader(world.KAJAANI), classroom.other_school(found.leader)[1]):
        with make.working(stranger, third) as at_work:
            assert queries.attended_hours(at_work, ids, DAY, third) == {}
    with make.working(make.worker(world.AREA, third), third) as at_work, pytest.raises(MissingCapability):
        queries.attended_hours(at_work, ids, DAY, third)


# --- Study plan, tests, certificate ---------------------------------------------------------------------------------


def plan(**changes: Any) -> StudyPlanContent:
    language = PlanPart("language", Decimal(45), Decimal(5), "Kielikurssi kotimaassa", Decimal(20))
    values: dict[str, Any] = {
        "goals": "Lähihoitajaksi.",
        "guidance": "Ohjaus viikoittain.",
        "parts": (language,),
    }
    return StudyPlanContent(**(values | changes))


@DATABASE
def test_each_saving_of_the_study_plan_is_a_version_and_an_old_one_does_not_overwrite() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    with make.working(found.teacher, DAY) as at_work:
        studies.save_study_plan(student.pk, plan(), actor=at_work, expected_version=0)
        studies.save_study_plan(student.pk, plan(goals="Kokiksi."), actor=at_work, expected_version=1)
        with pytest.raises(EditClash) as clash:
            studies.save_study_plan(student.pk, plan(goals="Muuta."), actor=at_work, expected_version=1)
        wide = (PlanPart("language", Decimal(60)), PlanPart("society", Decimal(30)))
        with pytest.raises(Refusals) as refused:
            studies.save_study_plan(student.pk, plan(parts=wide), actor=at_work, expected_version=2)
    assert clash.value.version == 2
    assert refused.value.codes == ("too-wide",)
    with make.working(found.leader, DAY):
        goals = StudyPlan.objects.order_by("number").values_list("goals", flat=True)
        assert list(goals) == ["Lähihoitajaksi.", "Kokiksi."]


@DATABASE
def test_a_test_comes_to_the_clients_levels_with_its_provider_as_source() -> None:
    found = classroom.a_class(1)
    token = uuid.uuid4()
    with make.working(found.teacher, DAY) as at_work:
        for _time in range(2):
            studies.record_test(
                found.students[0].pk, "entry", {"speaking": "A2.1"}, DAY, actor=at_work, token=token
            )
        assert models.TestResult.objects.count() == 1
        began = models.Enrolment.objects.get(pk=found.students[0].pk)
        assert (began.entry_level, began.entry_rank) == ("A2.1", levels()["A2.1"].rank)
        assert not LanguageLevel.objects.exists(), "what others have found is not the provider's to see"
    with make.working(found.leader, DAY):
        level = LanguageLevel.objects.get(assessed_on=DAY)
    assert (level.skill, level.level, level.basis, level.source) == (
        "speaking",
        "A2.1",
        "test",
        "Esimerkkiopisto",
    )


@DATABASE
def test_the_certificate_comes_after_the_end_and_stays_as_it_was_issued() -> None:
    found = classroom.a_class(1)
    student = found.students[0]
    marked(found, DAY, "present")
    with make.working(found.teacher, DAY) as at_work:
        studies.save_study_plan(student.pk, plan(), actor=at_work, expected_version=0)
        with pytest.raises(Refusals) as refused:
            studies.issue_certificate(student.pk, actor=at_work)
        assert refused.value.codes == ("not-ended",)
    with make.working(found.leader, DAY) as organiser:
        courses.end_student(student.pk, DAY, actor=organiser)
    with make.working(found.teacher, DAY) as at_work:
        studies.record_test(student.pk, "final", {"reading": "B1.1"}, DAY, actor=at_work)
        issued = studies.issue_certificate(student.pk, actor=at_work)
    content = issued.content
    assert (content["levels"], content["completed"], content["hours_attended"]) == (
        {"reading": "B1.1"},
        True,
        "5",
    )
    allowed = {
        "name",
        "born",
        "provider_fi",
        "provider_sv",
        "course",
        "curriculum",
        "track",
        "starts_on",
        "ends_on",
    }
    allowed |= {"completed", "hours_planned", "hours_attended", "parts", "language", "levels", "tested_on"}
    assert set(content) == allowed | {"issued_on"}, "of the person name and date of birth alone"
    for language in ("fi", "sv"):
        assert certificate.pdf(issued, language).startswith(b"%PDF")


# --- Feedback -------------------------------------------------------------------------------------------------------


def say(of: Class, number: int, words: str = "", answers: tuple[int, ...] = (5, 4, 3, 4, 5)) -> None:
    person = of.students[number].person_id
    viewer = Viewer(None, "", DAY, None, own=Own(person, person))
    with make.working(viewer, DAY) as client:
        studies.give_feedback(of.students[number].pk, answers, words, "uk", actor=client)


@DATABASE
def test_feedback_is_given_once_is_hidden_under_five_and_never_says_who() -> None:
    found = classroom.a_class(5)
    for number in range(4):
        say(found, number, f"Sana {number}")
    with pytest.raises(Refusals) as twice:
        say(found, 0)
    assert twice.value.codes == ("given",)
    with make.working(found.teacher, DAY) as at_work:
        hidden = queries.feedback_of(at_work, found.course.pk)
        assert (hidden.number, hidden.words, hidden.averages) == (None, (), ())
        assert not Feedback.objects.exists(), "row security shows no answer, counted or not"
    say(found, 4, answers=(1, 4, 3, 4, 5))
    with make.working(found.teacher, DAY) as at_work:
        shown = queries.feedback_of(at_work, found.course.pk)
    assert (shown.number, str(shown.averages[0]), len(shown.words)) == (5, "4.2", 4)
    columns = {column.name for column in Feedback._meta.get_fields()}
    assert columns == {"id", "course", "answers", "words", "language"}
    with make.working(make.worker("kunta-205", DAY), DAY) as far, pytest.raises(NotVisible):
        queries.feedback_of(far, found.course.pk)
