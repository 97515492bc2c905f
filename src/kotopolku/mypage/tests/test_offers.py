"""Course places at the own page: an offer and its answer, a wish and its answer; another's stays out of sight."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import actions as clients
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.letters.models import Letter
from kotopolku.mypage import wording_courses
from kotopolku.mypage.tests.visiting import signed_in
from kotopolku.notices.mail import at_once
from kotopolku.notices.models import Notice
from kotopolku.training.actions import places, wishes
from kotopolku.training.jobs import expire_offers
from kotopolku.training.models import Enrolment
from kotopolku.training.queries.work import todo
from kotopolku.training.tests import courses_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def test_the_client_reads_an_offer_and_takes_the_place_and_nobody_elses() -> None:
    leader = world.leader()
    course = world.course(leader, world.school(leader)[0])
    mine, other = (world.queued(leader, world.client(leader), course) for _number in range(2))
    visitor = signed_in(leader, mine.relationship)
    assert "You are in the queue." in visitor.say("/my/training/")
    for row in (mine, other):
        world.offered(leader, row)
    assert "A place is offered to you. Answer by 30 November 2026." in visitor.say("/my/")
    page = visitor.say("/my/training/")
    assert page.count("A place is offered to you.") == 1
    assert visitor.post(f"/my/training/{other.pk}/answer/", answer="yes").status_code == 404
    assert visitor.post(f"/my/training/{mine.pk}/answer/", answer="yes").status_code == 302
    assert "You have taken the place." in visitor.say("/my/training/")
    with rowsecurity.as_system():
        assert [Enrolment.objects.get(pk=row.pk).state for row in (mine, other)] == ["accepted", "offered"]


def told(kind: str) -> list[Notice]:
    with rowsecurity.as_system():
        return list(Notice.objects.filter(kind=kind))


def state_of(row: Enrolment) -> str:
    with rowsecurity.as_system():
        return Enrolment.objects.get(pk=row.pk).state


def test_the_client_wishes_for_a_course_and_the_worker_takes_it_into_the_queue_or_says_why_not() -> None:
    worker = Worker(world.AREA, world.ON, Role.TEAM_LEADER)
    leader = worker.viewer
    provider = world.school(leader)[0]
    course = world.course(leader, provider, child_care=True, support_languages=("so",))
    other = world.course(leader, provider, name="Toinen ryhmä")
    relationship = world.client(leader)
    with make.working(leader) as at_work:
        clients.assign_worker(relationship.pk, leader.user_id, actor=at_work)
    visitor = signed_in(leader, relationship)
    page = visitor.say("/my/training/")
    assert "Kotoutumiskoulutus, peruspolku" in page
    assert "It suits your language level." in page
    assert "Toinen ryhmä" not in visitor.say("/my/training/?child_care=on")
    for wanted in (course, other):
        sent = visitor.post(f"/my/training/courses/{wanted.pk}/", words="Haluan oppia nopeasti.")
        assert sent.status_code == 302
    visitor.post(f"/my/training/courses/{course.pk}/", words="Lapseni on samassa talossa.")
    page = visitor.say("/my/training/")
    assert page.count("Your worker has not answered yet.") == 2
    with rowsecurity.as_system():
        mine, second = Enrolment.objects.order_by("pk")
        assert (mine.state, mine.wish_words) == ("wished", "Lapseni on samassa talossa.")
    [notice, _other] = told("training.wish-made")
    assert notice.user_id == leader.user_id
    with make.working(leader) as at_work, translation.override("en"):
        assert [one.words for one in todo(at_work)][:1] == [f"A client wishes for a course: {course.name}"]
    tab = words(worker.get(f"/training/clients/{relationship.pk}/"))
    assert "Lapseni on samassa talossa." in tab
    queue = words(worker.get(f"/training/courses/{course.pk}/queue/"))
    assert "1 client wishes for this course." in queue
    assert "Nobody is in the queue." in queue
    address = f"/training/clients/{relationship.pk}/places/{second.pk}/wish/"
    assert worker.post(address, answer=" ").status_code == 422
    assert worker.post(address, answer="Ryhmä on sinulle liian nopea.").status_code == 302
    world.queued(leader, relationship, course)
    page = visitor.say("/my/training/")
    assert "Ryhmä on sinulle liian nopea." in page
    assert "You are in the queue." in page
    assert [state_of(row) for row in (mine, second)] == ["queued", "turned-down"]
    assert len(told("training.own-wish-answered")) == 2


def test_a_wish_is_taken_back_and_three_at_a_time_are_enough() -> None:
    leader = world.leader()
    provider = world.school(leader)[0]
    courses = [world.course(leader, provider, name=f"Ryhmä {number}") for number in range(5)]
    draft = world.course(leader, provider, published=False)
    mine, other = world.client(leader), world.client(leader)
    visitor = signed_in(leader, mine)
    for course in courses[:4]:
        visitor.post(f"/my/training/courses/{course.pk}/", words="")
    assert "You have three wishes already. Take one back first." in visitor.say("/my/training/")
    with rowsecurity.as_system():
        first = Enrolment.objects.earliest("pk")
    address = f"/my/training/{first.pk}/take-back/"
    assert signed_in(leader, other).post(address).status_code == 404
    assert [visitor.post(address).status_code for _twice in range(2)] == [302, 302]
    assert state_of(first) == "cancelled"
    assert visitor.post(f"/my/training/courses/{draft.pk}/", words="").status_code == 404
    with make.working(leader, date(2027, 6, 1)), visitor.on(date(2027, 6, 1)):
        visitor.post(f"/my/training/courses/{courses[4].pk}/", words="")
        assert "This course takes nobody any more." in visitor.say("/my/training/")
    with make.working(make.worker("kunta-205", world.ON)):
        assert not Enrolment.objects.exists()


def test_an_offer_is_told_by_e_mail_and_letter_and_the_mail_says_nothing_of_the_place(
    mailoutbox: list[Any],
) -> None:
    worker = Worker(world.AREA, world.ON, Role.TEAM_LEADER)
    leader = worker.viewer
    course = world.course(leader, world.school(leader)[0])
    row = world.queued(leader, world.client(leader), course)
    signed_in(leader, row.relationship)
    with rowsecurity.as_system():
        User.objects.filter(own_account__person=row.person_id).update(email="asiakas@example.org")
    world.offered(leader, row)
    [notice] = told("training.own-place-offered")
    assert (notice.address, notice.on) == ("/my/training/", date(2026, 11, 30))
    at_once(Viewer.for_system("notices.at-once", world.ON))
    [mail] = [one for one in mailoutbox if one.to == ["asiakas@example.org"]]
    assert not any(word in mail.body for word in (course.name, "Vantaa", course.address, "/notices/"))
    assert "/my/" in mail.body, "a client has no list of notices"
    address = f"/training/clients/{row.relationship_id}/places/{row.pk}/letter/"
    assert course.name in words(worker.get(address)) or course.name in worker.get(address).content.decode()
    form = {"language": "fi", "beside": "ar", "course": course.name, "starts": "1.12.2026"}
    assert worker.post(address, **form, answer_by="").status_code == 422
    assert (
        worker.post(address, **form, answer_by="30.11.2026", place="Vantaa", token=str(uuid4())).status_code
        == 302
    )
    with rowsecurity.as_system():
        letter = Letter.objects.get()
    assert letter.content["parts"][0]["paragraphs"][-2].startswith(
        "Kerro viimeistään maanantaina 30. marraskuuta"
    )
    with make.working(leader, date(2026, 12, 1)):
        assert expire_offers(0) == 1
    assert len(told("training.own-place-changed")) == 1


def test_refusals_of_the_training_room_stand_in_the_clients_languages() -> None:
    said = {wishes.CHANGED, wishes.CLOSED, wishes.HAS_PLACE, wishes.TOO_MANY, places.LATE}
    assert said == set(wording_courses.SENTENCES)
