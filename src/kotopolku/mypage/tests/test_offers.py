"""A course place that is offered, answered by the client at the own page; another's offer stays out of sight."""

import pytest

from kotopolku.access import rowsecurity
from kotopolku.mypage.tests.visiting import signed_in
from kotopolku.training.models import Enrolment
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
