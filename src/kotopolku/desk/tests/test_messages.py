"""Messages between a client and the authority: both ways, read and answered, who is told, who sees them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.actors.models import Absence, date_range
from kotopolku.clients import actions as clients
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk import actions, queries, recipients
from kotopolku.desk.models import Message
from kotopolku.desk.recipients import Recipients
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture
def vantaa() -> Worker:
    return Worker("kunta-092", ON)


@pytest.fixture
def relationship(vantaa: Worker) -> Any:
    with make.working(vantaa.viewer) as at_work:
        found = make.client(at_work)
        clients.assign_worker(found.pk, vantaa.viewer.user_id, actor=at_work)
    return found


def at_home(relationship: Any, **own: Any) -> Viewer:
    """The client at the own page."""
    person = relationship.person_id
    return Viewer(None, "", ON, None, own=replace(Own(person, person), **own))


def writes(relationship: Any, text: str = "Voinko tulla torstaina?", **own: Any) -> Message:
    with make.working(at_home(relationship, **own)) as client:
        return actions.send_from_client(relationship.person_id, text, actor=client, language="fi")


def told(viewer: Viewer) -> list[str]:
    with make.working(viewer):
        return list(Notice.objects.values_list("kind", flat=True))


def test_a_client_writes_the_worker_reads_and_answers(vantaa: Worker, relationship: Any) -> None:
    writes(relationship)
    assert told(vantaa.viewer) == ["desk.message-arrived"]
    with make.working(vantaa.viewer) as at_work:
        [row] = queries.unread(at_work)
        assert (row.client, row.number) == (relationship.person.name, 1)
    assert "Every message has been read." not in words(vantaa.get("/desk/"))
    address = f"/desk/clients/{relationship.pk}/messages/"
    assert "Voinko tulla torstaina?" in words(vantaa.get(address))
    with make.working(vantaa.viewer) as at_work:
        assert queries.unread(at_work) == []
    token = vantaa.hidden(address)["token"]
    for _time in range(2):
        answer = vantaa.post(address, token=token, text="Torstai käy.", language="fi")
        assert answer.status_code == 302, words(answer)
    with make.working(at_home(relationship)) as client:
        first, second = queries.own_thread(relationship.person_id)
        assert first.answered_by_id == vantaa.viewer.user_id
        assert (second.text, second.read_at) == ("Torstai käy.", None)
        assert queries.unread_for_client(relationship.person_id) == 1
        assert actions.mark_read_by_client(relationship.person_id, actor=client) == 1
        assert actions.mark_read_by_client(relationship.person_id, actor=client) == 0
    assert "read Mon" in words(vantaa.get(address))


def test_an_answer_reads_and_answers_everything_that_waited(vantaa: Worker, relationship: Any) -> None:
    writes(relationship)
    writes(relationship, "Ja vielä yksi asia.")
    with make.working(vantaa.viewer) as at_work:
        actions.send_to_client(relationship.pk, "Selvä.", actor=at_work)
        waiting = Message.objects.filter(from_client=True)
        assert [one.read_at is None or one.answered_at is None for one in waiting] == [False, False]


@pytest.mark.parametrize("text", ["", "   ", "a" * 4001])
def test_an_empty_or_endless_message_is_refused_and_kept_in_the_form(
    vantaa: Worker, relationship: Any, text: str
) -> None:
    address = f"/desk/clients/{relationship.pk}/messages/"
    answer = vantaa.post(address, token=vantaa.hidden(address)["token"], text=text, language="fi")
    assert answer.status_code == 422
    with make.working(at_home(relationship)) as client, pytest.raises(Refusals):
        actions.send_from_client(relationship.person_id, text, actor=client)


def test_nobody_writes_for_somebody_for_whom_one_may_not_act(vantaa: Worker, relationship: Any) -> None:
    with make.working(vantaa.viewer) as at_work:
        other = make.client(at_work)
        with pytest.raises(MissingCapability):
            actions.send_from_client(relationship.person_id, "Hei", actor=at_work)
    with make.working(at_home(relationship)) as client:
        with pytest.raises(NotVisible):
            actions.send_from_client(other.person_id, "Hei", actor=client)
        with pytest.raises(NotVisible):
            actions.mark_read_by_client(other.person_id, actor=client)
        with pytest.raises(MissingCapability):
            actions.send_to_client(relationship.pk, "Hei", actor=client)


def test_a_representative_writes_on_behalf(vantaa: Worker, relationship: Any) -> None:
    message = writes(relationship, self_id=None, acts_for=(relationship.person_id,))
    assert message.on_behalf
    assert "On behalf of the client" in words(vantaa.get(f"/desk/clients/{relationship.pk}/messages/"))


def test_while_the_worker_is_away_the_deputy_is_told_and_has_the_message(
    vantaa: Worker, relationship: Any
) -> None:
    deputy = make.worker("kunta-092", ON)
    Absence.objects.create(
        user_id=vantaa.viewer.user_id,
        organisation_id=vantaa.viewer.organisation_id,
        deputy_id=deputy.user_id,
        days=date_range(ON, ON),
    )
    writes(relationship)
    assert told(deputy) == ["desk.message-arrived"]
    assert told(vantaa.viewer) == []
    assert deputy.seat is not None
    standing_in = replace(deputy, seat=replace(deputy.seat, stands_in_for=(vantaa.viewer.user_id or 0,)))
    with make.working(standing_in) as at_work:
        assert len(queries.unread(at_work)) == 1


def test_a_client_of_nobody_reaches_the_team_leader(vantaa: Worker) -> None:
    leader = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with make.working(vantaa.viewer) as at_work:
        relationship = make.client(at_work)
        clients.assign_worker(relationship.pk, None, actor=at_work)
    writes(relationship)
    assert told(leader) == ["desk.message-arrived"]
    with make.working(leader) as at_work:
        assert queries.unread(at_work) == []
        assert len(queries.unread(at_work, scope="organisation")) == 1


def test_the_client_s_users_are_told_at_their_own_address(
    vantaa: Worker, relationship: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.worker("kunta-205", ON)
    monkeypatch.setattr(recipients, "_finders", [])
    recipients.set_finder(
        lambda person, what: Recipients((user.user_id or 0,) if person else (), f"/my/{what}s/")
    )
    with make.working(vantaa.viewer) as at_work:
        actions.send_to_client(relationship.pk, "Tervetuloa.", actor=at_work)
    assert told(user) == ["desk.message-sent"]


def test_another_authority_and_another_client_see_no_message(vantaa: Worker, relationship: Any) -> None:
    writes(relationship)
    with make.working(vantaa.viewer) as at_work:
        other = make.client(at_work)
    kajaani = Worker("kunta-205", ON)
    assert kajaani.get(f"/desk/clients/{relationship.pk}/messages/").status_code == 404
    with make.working(kajaani.viewer) as stranger:
        assert Message.objects.count() == 0
        assert queries.unread(stranger, scope="organisation") == []
    with make.working(at_home(other)):
        assert Message.objects.count() == 0
    with make.working(at_home(relationship)):
        assert Message.objects.count() == 1


def test_a_client_who_has_ended_is_not_written_to(vantaa: Worker, relationship: Any) -> None:
    with make.working(vantaa.viewer) as at_work:
        clients.end_relationship(relationship.pk, ON, "moved", note="", actor=at_work)
        with pytest.raises(Refusals) as refused:
            actions.send_to_client(relationship.pk, "Hei", actor=at_work)
    assert refused.value.codes == ("ended",)
    assert "Write to the client" not in words(vantaa.get(f"/desk/clients/{relationship.pk}/messages/"))


def test_the_desk_asks_as_little_for_many_as_for_few(vantaa: Worker, relationship: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            assert vantaa.get("/desk/").status_code == 200
        return len(context)

    writes(relationship)
    asked()
    few = asked()
    for _number in range(10):
        with make.working(vantaa.viewer) as at_work:
            more = make.client(at_work)
            clients.assign_worker(more.pk, at_work.user_id, actor=at_work)
        writes(more)
    assert asked() <= few
