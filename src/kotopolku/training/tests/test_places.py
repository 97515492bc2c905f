"""Queue, offer, answer, start, another group, end: who may, in what order, and never more than the seats."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Measure, Relationship
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.notices.models import Notice
from kotopolku.training import access, actions
from kotopolku.training.jobs import expire_offers
from kotopolku.training.models import Course, Enrolment
from kotopolku.training.tests import courses_world as world

DATABASE = pytest.mark.django_db
STARTS = date(2026, 12, 1)


def told(kind: str) -> int:
    with rowsecurity.as_system():
        return Notice.objects.filter(kind=kind).count()


def fresh(row: Any) -> Any:
    with rowsecurity.as_system():
        return type(row).objects.get(pk=row.pk)


@pytest.fixture
def leader() -> Viewer:
    return world.leader()


@pytest.fixture
def course(leader: Viewer) -> Course:
    return world.course(leader, world.school(leader)[0])


@DATABASE
def test_a_client_goes_from_the_queue_to_a_completed_course_and_the_plan_follows(
    leader: Viewer, course: Course
) -> None:
    relationship = world.client(leader)
    row = world.accepted(leader, world.offered(leader, world.queued(leader, relationship, course)))
    assert (row.entry_level, row.state, fresh(course).taken) == ("A1.3", "accepted", 1)
    with make.working(leader, STARTS) as at_work:
        [begun] = actions.start_course(course.pk, STARTS, actor=at_work)
        measure = Measure.objects.get(pk=begun.measure_id)
    assert (measure.state, measure.kind, measure.starts_on) == ("under-way", "integration-training", STARTS)
    assert (measure.provider_id, measure.hours_planned) == (course.provider_id, course.hours)
    with make.working(leader, date(2027, 5, 28)) as at_work:
        [ended] = actions.end_course(course.pk, date(2027, 5, 28), actor=at_work)
    assert (ended.state, ended.end_reason, fresh(measure).state) == ("ended", "completed", "done")
    assert told("training.studies-ended") == 0, "the actor is not told of the own act"


@DATABASE
def test_the_course_carries_out_a_measure_that_stands_in_the_plan(leader: Viewer, course: Course) -> None:
    relationship = world.client(leader)
    with rowsecurity.as_system():
        planned = Measure.objects.get(plan__relationship=relationship, kind="language")
    row = world.queued(leader, relationship, course, measure_id=planned.pk)
    world.accepted(leader, world.offered(leader, row))
    with make.working(leader, STARTS) as at_work:
        actions.start_course(course.pk, STARTS, actor=at_work)
    after = fresh(planned)
    assert (after.state, after.title, after.provider_id) == ("under-way", planned.title, course.provider_id)


@DATABASE
def test_somebody_else_than_the_first_in_the_queue_is_chosen_with_a_reason(
    leader: Viewer, course: Course
) -> None:
    world.queued(leader, world.client(leader), course)
    second = world.queued(leader, world.client(leader), course)
    with pytest.raises(Refusals) as refused:
        world.offered(leader, second, "")
    assert refused.value.codes == ("not-first",)
    assert world.offered(leader, second, "Lastenhoito järjestyy vain täällä.").state == "offered"


@DATABASE
def test_an_offer_not_answered_in_time_expires_and_people_choose_the_next(
    leader: Viewer, course: Course
) -> None:
    late = world.offered(leader, world.queued(leader, world.client(leader), course))
    world.queued(leader, world.client(leader), course)
    assert late.answer_by == world.ON + timedelta(days=7)
    after = late.answer_by + timedelta(days=1)
    with make.working(leader, after) as at_work, pytest.raises(Refusals) as refused:
        actions.answer_offer(late.pk, True, actor=at_work)
    assert refused.value.codes == ("late",)
    with make.working(leader, after):
        assert expire_offers(0) == 1
        assert expire_offers(0) == 0
    assert (fresh(late).state, fresh(course).taken, told("training.seat-free")) == ("expired", 0, 1)
    with rowsecurity.as_system():
        assert list(
            Enrolment.objects.filter(course=course).values_list("state", flat=True).order_by("id")
        ) == [
            "expired",
            "queued",
        ]


@DATABASE
def test_who_is_a_client_no_more_leaves_the_queue_and_the_offered_seat_is_free(
    leader: Viewer, course: Course
) -> None:
    gone = [world.queued(leader, world.client(leader), course) for _number in range(2)]
    stays = world.queued(leader, world.client(leader), course)
    world.offered(leader, gone[0])
    with make.working(leader) as at_work:
        for row in gone:
            clients.end_relationship(row.relationship_id, world.ON, "moved", actor=at_work)
    with make.working(leader, world.ON + timedelta(days=1)):
        assert expire_offers(0) == 2
        assert expire_offers(0) == 0
    assert [fresh(row).state for row in (*gone, stays)] == ["cancelled", "cancelled", "queued"]
    assert (fresh(course).taken, told("training.seat-free")) == (0, 1)


@DATABASE
def test_the_client_answers_at_the_own_page_and_nobody_elses_offer(leader: Viewer, course: Course) -> None:
    mine = world.offered(leader, world.queued(leader, world.client(leader), course))
    other = world.offered(leader, world.queued(leader, world.client(leader), course))
    own = Viewer(None, "", world.ON, None, own=Own(mine.person_id, mine.person_id))
    with make.working(own) as at_home:
        assert actions.answer_offer(mine.pk, True, actor=at_home).state == "accepted"
        assert actions.answer_offer(mine.pk, True, actor=at_home).state == "accepted", "sent again"
        with pytest.raises(NotVisible):
            actions.answer_offer(other.pk, False, actor=at_home)
        with pytest.raises(Refusals):
            actions.answer_offer(mine.pk, False, actor=at_home)
    assert told("training.client-answered") == 1


@DATABASE
def test_a_student_changes_groups_and_the_measure_goes_on(leader: Viewer, course: Course) -> None:
    provider = world.school(leader, "Mallikoulutus")[0]
    other = world.course(leader, provider, name="Toinen ryhmä")
    row = world.studying(leader, leader, course, STARTS)
    with make.working(leader, date(2026, 12, 10)) as at_work:
        new = actions.move_student(row.pk, other.pk, at_work.day, "Matka lyhenee.", actor=at_work)
    assert (fresh(row).state, new.state, new.measure_id) == ("moved", "started", row.measure_id)
    assert (fresh(course).taken, fresh(other).taken) == (0, 1)
    assert fresh(Measure(pk=new.measure_id)).provider_id == provider.pk


@DATABASE
def test_interrupted_studies_need_a_reason_and_give_the_seat_back(leader: Viewer, course: Course) -> None:
    row = world.studying(leader, leader, course, STARTS)
    with make.working(leader, date(2026, 12, 10)) as at_work:
        with pytest.raises(Refusals) as refused:
            actions.interrupt_student(row.pk, at_work.day, "completed", "", actor=at_work)
        assert make.refused(refused.value) == {("end_reason", "required")}
        with pytest.raises(Refusals) as refused:
            actions.interrupt_student(row.pk, date(2026, 11, 30), "employed", "", actor=at_work)
        assert make.refused(refused.value) == {("on", "before-start")}
        ended = actions.interrupt_student(row.pk, at_work.day, "employed", "Työ alkoi.", actor=at_work)
    assert (ended.state, fresh(course).taken) == ("interrupted", 0)
    assert fresh(Measure(pk=ended.measure_id)).state == "dropped"


@DATABASE
def test_no_more_places_are_offered_than_there_are_seats(leader: Viewer, course: Course) -> None:
    rows = [world.queued(leader, world.client(leader), course) for _number in range(3)]
    for row in rows[:2]:
        world.offered(leader, row)
    with pytest.raises(Refusals) as refused:
        world.offered(leader, rows[2])
    assert refused.value.codes == ("full",)


@DATABASE
def test_an_enrolment_is_seen_by_the_clients_authority_the_organiser_and_once_accepted_the_provider(
    leader: Viewer, course: Course
) -> None:
    teacher = make.worker(fresh(course).provider.code, world.ON, role=world.Role.PROVIDER)
    stranger, buyer = world.leader(world.KAJAANI), world.buyer()
    row = world.queued(leader, world.client(leader), course)

    def sees(viewer: Viewer) -> int:
        with make.working(viewer):
            assert Enrolment.objects.count() == access.enrolments(viewer).count()
            return Enrolment.objects.count()

    assert [sees(one) for one in (leader, buyer, teacher, stranger)] == [1, 1, 0, 0]
    world.accepted(leader, world.offered(leader, row))
    assert [sees(one) for one in (teacher, stranger)] == [1, 0]
    with make.working(stranger) as at_work, pytest.raises(NotVisible):
        actions.offer_place(row.pk, actor=at_work)
    with make.working(teacher) as at_work, pytest.raises(MissingCapability):
        actions.queue_client(row.relationship_id, course.pk, "x", actor=at_work)
    with make.working(buyer) as at_work, pytest.raises(MissingCapability):
        actions.queue_client(row.relationship_id, course.pk, "x", actor=at_work)


@DATABASE
def test_an_elys_course_takes_the_te_offices_client_by_case_number() -> None:
    on = date(2021, 3, 1)
    ely, te = world.buyer("ely-01", on), make.worker("te-01", on)
    provider = world.school(world.leader("te-01", on))[0]
    course = world.course(
        ely,
        provider,
        curriculum="integration-2012",
        starts_on=date(2021, 3, 15),
        ends_on=date(2021, 9, 30),
    )
    with make.working(te) as at_work:
        relationship = make.client(at_work)
    row = world.queued(te, relationship, course)
    with make.working(ely) as at_work:
        seen = access.enrolment(at_work, row.pk)
        assert seen.case_number == relationship.case_number
        assert not Relationship.objects.filter(pk=relationship.pk).exists(), "the client's data stays closed"
    world.accepted(te, world.offered(ely, row))
    with make.working(ely, date(2021, 3, 15)) as at_work:
        [begun] = actions.start_course(course.pk, at_work.day, actor=at_work)
    assert begun.measure_id is None, "without a plan in force there is nothing to write into"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_as_many_as_there_are_seats_get_a_place() -> None:
    with transaction.atomic():
        leader = world.leader()
        course = world.course(leader, world.school(leader)[0])
        rows = [world.queued(leader, world.client(leader, plan=False, level=""), course) for _n in range(6)]
    found: list[str] = []
    ready = threading.Barrier(len(rows))

    def offer(row: Enrolment) -> None:
        try:
            ready.wait()
            with transaction.atomic(), make.working(leader) as at_work:
                found.append(actions.offer_place(row.pk, actor=at_work, reason="Sopii.").state)
        except Refusals as refused:
            found.append(refused.codes[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=offer, args=(row,)) for row in rows]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["full"] * 4 + ["offered"] * 2
    with transaction.atomic(), rowsecurity.as_system():
        assert Course.objects.get().taken == 2
