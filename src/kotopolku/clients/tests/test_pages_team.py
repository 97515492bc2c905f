"""The pages and the API of those who lead, in whole requests."""

from datetime import date

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Absence
from kotopolku.clients.models import Responsibility
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
ON = date(2026, 11, 23)


def team() -> tuple[Worker, Worker, Worker]:
    """A leader and two workers of Vantaa, the first with five clients."""
    boss, one, other = (
        Worker("kunta-092", ON, role=role) for role in (Role.TEAM_LEADER, Role.CASEWORKER, Role.CASEWORKER)
    )
    with make.working(one.viewer):
        make.many(one.viewer, 5)
    return boss, one, other


def workers_of_clients(viewer: make.Viewer) -> set[int | None]:
    with make.working(viewer):
        return set(Responsibility.objects.values_list("worker_id", flat=True))


def test_a_leader_looks_at_the_load_gives_all_clients_of_one_to_another_and_takes_it_back() -> None:
    boss, one, other = team()
    page = words(boss.get("/clients/team/"))
    assert "Work load" in page
    assert one.viewer.name in page
    address = f"/clients/team/reassign/?worker={one.viewer.user_id}"
    form = boss.get(address)
    assert "5 clients" in words(form)
    token = boss.hidden(address)["token"]
    looked = boss.post(address, token=token, workers=str(other.viewer.user_id), do="look")
    assert "gets 5 clients" in words(looked)
    assert workers_of_clients(boss.viewer) == {one.viewer.user_id}, "looking changes nothing"
    done = boss.post(address, token=token, workers=str(other.viewer.user_id), do="move")
    assert done.status_code == 302
    assert workers_of_clients(boss.viewer) == {other.viewer.user_id}
    assert "Take it back" in words(boss.get("/clients/team/"))
    assert boss.post("/clients/team/take-back/").status_code == 302
    assert workers_of_clients(boss.viewer) == {one.viewer.user_id}
    assert "Take it back" not in words(boss.get("/clients/team/"))


def test_reassigning_without_a_target_says_so_and_changes_nothing() -> None:
    boss, one, _other = team()
    address = f"/clients/team/reassign/?worker={one.viewer.user_id}"
    answer = boss.post(address, token=boss.hidden(address)["token"], do="move")
    assert answer.status_code == 422
    assert "Choose who gets the clients." in words(answer)
    assert "No client matches" in words(boss.get("/clients/team/reassign/?worker=999999999"))


def test_the_list_of_a_worker_opens_from_the_load() -> None:
    boss, one, other = team()
    page = words(boss.get("/clients/", worker=str(one.viewer.user_id)))
    assert "Joukkonen1" in page
    assert "Own worker: " + one.viewer.name in page
    assert "No client matches" in words(boss.get("/clients/", worker=str(other.viewer.user_id)))


def test_a_worker_without_the_right_to_lead_gets_403_and_still_writes_down_the_own_absence() -> None:
    _boss, one, other = team()
    assert one.get("/clients/team/").status_code == 403
    assert one.get("/clients/team/reassign/").status_code == 403
    token = one.hidden("/clients/team/absences/")["token"]
    typed = {
        "token": token,
        "user": str(one.viewer.user_id),
        "deputy": str(other.viewer.user_id),
        "first": "23.11.2026",
        "last": "27.11.2026",
    }
    wrong = one.send("/clients/team/absences/", typed | {"last": "22.11.2026"})
    assert wrong.status_code == 422
    assert "The last day is before the first." in words(wrong)
    assert one.send("/clients/team/absences/", typed).status_code == 302
    assert "stands in" in words(one.get("/clients/team/absences/"))
    assert f"for {one.viewer.name}" in words(other.get("/"))
    absence = Absence.objects.get()
    assert one.post(f"/clients/team/absences/{absence.pk}/end/").status_code == 302
    assert "Nobody is away." in words(one.get("/clients/team/absences/"))
    assert f"for {one.viewer.name}" not in words(other.get("/"))


def test_the_effect_of_an_interruption_is_shown_before_it_is_saved() -> None:
    from kotopolku.clients.models import Interruption

    worker = Worker("kunta-092", ON)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work)
        make.assessed(relationship, at_work, started=ON, done=ON)
        make.planned(relationship, at_work, made=ON)
    address = f"/clients/{relationship.pk}/plan/interruption/"
    sent = {
        "token": worker.hidden(address)["token"],
        "ground": "parental-leave",
        "first_day": "1.12.2026",
        "last_day": "10.12.2026",
    }
    shown = worker.send(address, sent | {"do": "effect"})
    assert "until 3 December 2028 instead of 23 November 2028" in words(shown)
    assert "That is 10 days more." in words(shown)
    assert not Interruption.objects.exists()
    wrong = worker.send(address, sent | {"do": "effect", "last_day": "1.11.2026"})
    assert wrong.status_code == 422
    address = f"/clients/{relationship.pk}/plan/extension/"
    too_much = worker.send(
        address,
        {"token": sent["token"], "ground": "needs", "months": "60", "why": "Aikaa.", "do": "effect"},
    )
    assert too_much.status_code == 422
