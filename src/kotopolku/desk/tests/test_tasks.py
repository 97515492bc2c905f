"""Tasks: given, done, taken back, opened again, commented; told of; seen by whoever answers for the client."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors.models import Team
from kotopolku.clients import actions as clients
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk import actions, queries
from kotopolku.desk.models import Task, TaskComment
from kotopolku.desk.rules import TaskContent
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


def notices(viewer: Any) -> list[str]:
    with make.working(viewer):
        return sorted(Notice.objects.values_list("kind", flat=True))


def test_a_task_goes_from_giver_to_receiver_and_back() -> None:
    giver, receiver = make.worker("kunta-092", ON), make.worker("kunta-092", ON)
    with make.working(giver) as at_work:
        relationship = make.client(at_work)
        content = TaskContent("Tilaa tulkki", ON, assignee_id=receiver.user_id)
        task = actions.give_task(content, actor=at_work, relationship_id=relationship.pk)
        assert [row.task for row in queries.given_tasks(at_work)] == [task]
        assert queries.my_tasks(at_work) == []
    assert notices(receiver) == ["desk.task-given"]
    with make.working(receiver) as at_work:
        [row] = queries.my_tasks(at_work, 5)
        assert (row.client, row.days_left) == (relationship.person.name, 0)
        actions.comment_task(task.pk, "Tilattu.", actor=at_work)
        actions.finish_task(task.pk, actor=at_work)
        assert queries.my_tasks(at_work) == []
        with pytest.raises(Refusals) as refused:
            actions.finish_task(task.pk, actor=at_work)
        assert refused.value.codes == ("task-closed",)
    assert notices(giver) == ["desk.task-commented", "desk.task-done"]
    with make.working(giver) as at_work:
        actions.reopen_task(task.pk, actor=at_work)
        actions.withdraw_task(task.pk, actor=at_work)
        assert queries.given_tasks(at_work) == []
        assert [row.task for row in queries.given_tasks(at_work, state="withdrawn")] == [task]


def test_a_task_for_a_team_is_on_everybody_s_list_in_the_order_of_days() -> None:
    giver = make.worker("kunta-092", ON, team="Alkuvaihe")
    member = make.worker("kunta-092", ON, team="Alkuvaihe")
    team = Team.objects.get(name="Alkuvaihe")
    with make.working(giver) as at_work:
        for text, due in (("ilman päivää", None), ("myöhemmin", ON + timedelta(days=9)), ("heti", ON)):
            actions.give_task(TaskContent(text, due, team_id=team.pk), actor=at_work)
    with make.working(member) as at_work:
        assert [row.task.text for row in queries.my_tasks(at_work)] == ["heti", "myöhemmin", "ilman päivää"]
        assert len(queries.team_tasks(at_work)) == 3
    assert notices(member) == ["desk.task-given"] * 3


def test_a_deputy_has_the_tasks_of_the_one_who_is_away() -> None:
    away, deputy = make.worker("kunta-092", ON), make.worker("kunta-092", ON)
    with make.working(away) as at_work:
        actions.give_task(TaskContent("Soita", ON, assignee_id=away.user_id), actor=at_work)
    assert deputy.seat is not None
    standing_in = replace(deputy, seat=replace(deputy.seat, stands_in_for=(away.user_id or 0,)))
    with make.working(standing_in) as at_work:
        assert len(queries.my_tasks(at_work)) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TaskContent("  ", None, assignee_id=1), "task-required"),
        (TaskContent("a" * 1001, None, assignee_id=1), "text-long"),
        (TaskContent("Soita", ON - timedelta(days=1), assignee_id=1), "due-past"),
        (TaskContent("Soita", None), "unknown-worker"),
        (TaskContent("Soita", None, assignee_id=10**9), "unknown-worker"),
        (TaskContent("Soita", None, team_id=10**9), "unknown-worker"),
    ],
)
def test_a_wrong_task_is_refused(content: TaskContent, code: str) -> None:
    giver = make.worker("kunta-092", ON)
    if content.assignee_id == 1:
        content = replace(content, assignee_id=giver.user_id)
    with make.working(giver) as at_work, pytest.raises(Refusals) as refused:
        actions.give_task(content, actor=at_work)
    assert refused.value.codes == (code,)


def test_a_task_is_not_given_to_somebody_of_another_authority() -> None:
    giver, stranger = make.worker("kunta-092", ON), make.worker("kunta-205", ON)
    with make.working(giver) as at_work, pytest.raises(Refusals):
        actions.give_task(TaskContent("Soita", assignee_id=stranger.user_id), actor=at_work)


def test_two_who_change_a_task_at_once_do_not_lose_each_other_s_words() -> None:
    giver = make.worker("kunta-092", ON)
    with make.working(giver) as at_work:
        content = TaskContent("Soita", assignee_id=giver.user_id)
        task = actions.give_task(content, actor=at_work)
        actions.change_task(task.pk, replace(content, text="Soita heti"), actor=at_work, expected_version=1)
        with pytest.raises(EditClash) as clash:
            actions.change_task(task.pk, content, actor=at_work, expected_version=1)
        assert clash.value.theirs["text"] == "Soita heti"


def test_when_a_client_passes_on_the_tasks_go_with_the_client() -> None:
    vantaa = make.worker("kunta-092", ON)
    area = make.employment_area_of(make.VANTAA, ON)
    with make.working(vantaa) as at_work:
        relationship = make.client(at_work)
        content = TaskContent("Soita", assignee_id=vantaa.user_id)
        about = actions.give_task(content, actor=at_work, relationship_id=relationship.pk)
        actions.comment_task(about.pk, "Ei vastannut.", actor=at_work)
        nobody = actions.give_task(content, actor=at_work)
        clients.set_jobseeker(relationship.pk, True, ON, actor=at_work, confirm=True)
    with make.working(vantaa) as at_work:
        assert list(Task.objects.all()) == [nobody]
        assert TaskComment.objects.count() == 0
        with pytest.raises(NotVisible):
            actions.finish_task(about.pk, actor=at_work)
    with make.working(make.worker(area, ON)) as at_work:
        assert [row.task for row in queries.open_tasks_of(at_work, relationship)] == [about]
        assert TaskComment.objects.count() == 1
        assert list(Task.objects.all()) == [about]


def test_another_authority_and_a_reader_get_nothing() -> None:
    giver = make.worker("kunta-092", ON)
    with make.working(giver) as at_work:
        task = actions.give_task(TaskContent("Soita", assignee_id=giver.user_id), actor=at_work)
    with make.working(make.worker("kunta-205", ON)) as other:
        assert Task.objects.count() == 0
        with pytest.raises(NotVisible):
            actions.comment_task(task.pk, "Hei", actor=other)
    with (
        make.working(make.worker("kunta-092", ON, role=Role.READER)) as reader,
        pytest.raises(MissingCapability),
    ):
        queries.my_tasks(reader)


def test_a_task_is_given_and_closed_on_the_pages_once() -> None:
    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work)
    address = f"/desk/tasks/new/?client={relationship.pk}"
    page = worker.get(address)
    assert relationship.case_number in page.content.decode()
    typed = {
        "token": worker.hidden(address)["token"],
        "text": "Tilaa tulkki",
        "to": f"user-{worker.viewer.user_id}",
        "due": "24.11.2026",
        "case_number": relationship.case_number,
    }
    for _time in range(2):
        answer = worker.post(address, **typed)
        assert answer.status_code == 302, words(answer)
    with make.working(worker.viewer):
        task = Task.objects.get()
    assert "Tilaa tulkki" in words(worker.get("/desk/"))
    assert "Tilaa tulkki" in words(worker.get(f"/clients/{relationship.pk}/"))
    assert "Tilaa tulkki" in words(worker.get(f"/desk/clients/{relationship.pk}/tasks/"))
    page = worker.post(f"/desk/tasks/{task.pk}/state/", do="done")
    assert page.status_code == 302
    assert "You can open it again" in words(worker.get(f"/desk/tasks/{task.pk}/"))
    worker.post(f"/desk/tasks/{task.pk}/state/", do="nonsense")
    token = worker.hidden(f"/desk/tasks/{task.pk}/")["token"]
    assert worker.post(f"/desk/tasks/{task.pk}/comment/", token=token, comment="Hoidettu").status_code == 302
    assert worker.post(f"/desk/tasks/{task.pk}/comment/", token=token, comment=" ").status_code == 422
    assert "Hoidettu" in words(worker.get(f"/desk/tasks/{task.pk}/"))
    for scope in ("mine", "given", "team", "nonsense"):
        for state in ("open", "done", "withdrawn", "nonsense"):
            assert worker.get("/desk/", scope=scope, state=state, messages="organisation").status_code == 200


def test_a_number_of_no_client_is_refused_at_its_field() -> None:
    worker = Worker("kunta-092", ON)
    token = worker.hidden("/desk/tasks/new/")["token"]
    typed = {
        "token": token,
        "text": "Soita",
        "to": f"user-{worker.viewer.user_id}",
        "case_number": "2001-99999",
    }
    answer = worker.post("/desk/tasks/new/", **typed)
    assert answer.status_code == 422
    assert "No client of your authority has this number." in words(answer)
    assert "Soita" in answer.content.decode()


def test_a_clash_on_the_page_of_a_task_shows_both() -> None:
    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        content = TaskContent("Soita", assignee_id=at_work.user_id)
        task = actions.give_task(content, actor=at_work)
        actions.change_task(task.pk, replace(content, text="Soita heti"), actor=at_work, expected_version=1)
    typed = {"version": "1", "text": "Soita huomenna", "to": f"user-{worker.viewer.user_id}"}
    answer = worker.post(f"/desk/tasks/{task.pk}/edit/", **typed)
    assert answer.status_code == 409
    assert "Soita heti" in words(answer)
    assert "Soita huomenna" in words(answer)
    assert worker.post(f"/desk/tasks/{task.pk}/edit/", **(typed | {"version": "2"})).status_code == 302
