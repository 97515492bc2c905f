"""Team leads: the load of each worker, many clients moved at once, absences in which a deputy does the work."""

import threading
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors import queries as actor_queries
from kotopolku.actors import rules as actor_rules
from kotopolku.actors.models import Absence, User
from kotopolku.actors.signin import entry_of_user
from kotopolku.clients import actions, queries
from kotopolku.clients.actions.team import MOST_MOVED
from kotopolku.clients.models import Clock, Responsibility
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.rules import Move, Refusals, shared
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


def leader() -> Viewer:
    return make.worker("kunta-092", ON, role=Role.TEAM_LEADER, name="Liisa Johtaja")


def colleague(name: str = "") -> Viewer:
    return make.worker("kunta-092", ON, name=name)


def signed_in(viewer: Viewer, day: date = ON) -> Viewer:
    """The viewer as a request has it: absences of the day are in the seat."""
    return entry_of_user(User.objects.get(pk=viewer.user_id), day=day).viewer


def with_clients(viewer: Viewer, number: int) -> list[int]:
    """Clients of the worker, by relationship."""
    with make.working(viewer):
        make.many(viewer, number)
        return list(
            Responsibility.objects.filter(worker_id=viewer.user_id)
            .order_by("sort_key", "id")
            .values_list("relationship_id", flat=True)
        )


@given(
    clients=st.lists(st.integers(1, 10_000), unique=True, max_size=60),
    workers=st.lists(st.integers(1, 50), unique=True, min_size=1, max_size=9),
)
def test_shared_work_gives_each_as_many_give_or_take_one_and_loses_nobody(
    clients: list[int], workers: list[int]
) -> None:
    moves = shared([(client, None) for client in clients], workers)
    assert [move.relationship_id for move in moves] == clients
    counts = [sum(move.after == worker for move in moves) for worker in workers]
    assert max(counts) - min(counts) <= 1


def test_who_has_a_client_already_keeps_it_and_nobody_gets_work_when_there_is_nobody() -> None:
    assert shared([(1, 7), (2, 8)], [7]) == [Move(2, 8, 7)]
    assert shared([(1, 7)], []) == []


def test_the_load_counts_clients_late_and_due_by_worker_in_few_statements() -> None:
    boss, one, other = leader(), colleague("Aino Ahkera"), colleague("Ville Vapaa")
    with_clients(one, 91)
    with make.working(boss, ON + timedelta(days=2)) as at_work:
        with CaptureQueriesContext(
            connection,
        ) as few:
            rows = {row.name: row for row in queries.workload(at_work)}
        load = rows["Aino Ahkera"]
        assert (load.clients, load.late) == (91, 3)
        assert load.week == 8
        assert (rows["Ville Vapaa"].clients, rows["Ville Vapaa"].late) == (0, 0)
        assert other.user_id in {row.user_id for row in rows.values()}
        with_clients(one, 300)
    with make.working(boss, ON + timedelta(days=2)) as at_work, CaptureQueriesContext(connection) as many:
        assert queries.workload(at_work, "clients")[0].name == "Aino Ahkera"
    assert len(many) == len(few) <= 5


def test_only_a_leader_sees_the_load_and_moves_clients() -> None:
    with make.working(colleague()) as at_work:
        with pytest.raises(MissingCapability):
            queries.workload(at_work)
        with pytest.raises(MissingCapability):
            actions.reassign_clients([], actor=at_work)


def test_clients_move_with_their_clocks_and_an_entry_each_and_the_new_worker_is_told_once() -> None:
    boss, one, other = leader(), colleague(), colleague()
    clients = with_clients(one, 7)
    with make.working(boss) as at_work:
        found = queries.to_move(at_work, ClientFilters(worker=str(one.user_id)), 100)
        assert [client for client, _worker in found] == clients
        assert other.user_id is not None
        done = actions.reassign_clients(shared(found, [other.user_id]), actor=at_work)
        assert len(done.done) == 7
        assert set(Responsibility.objects.values_list("worker_id", flat=True)) == {other.user_id}
        assert set(Clock.objects.values_list("worker_id", flat=True)) == {other.user_id}
        assert Entry.objects.filter(action="clients.worker.assigned").count() == 7
    with make.working(other):
        assert Notice.objects.filter(kind="clients.work-given").count() == 1


def test_the_same_act_sent_twice_moves_once_and_can_be_taken_back() -> None:
    boss, one, other = leader(), colleague(), colleague()
    clients = with_clients(one, 3)
    moves = [Move(client, one.user_id, other.user_id) for client in clients]
    token = uuid.uuid4()
    with make.working(boss) as at_work:
        assert len(actions.reassign_clients(moves, actor=at_work, token=token).done) == 3
        assert actions.reassign_clients(moves, actor=at_work, token=token).done == ()
        back = [Move(move.relationship_id, move.after, move.before) for move in moves]
        assert len(actions.reassign_clients(back, actor=at_work).done) == 3
        assert set(Responsibility.objects.values_list("worker_id", flat=True)) == {one.user_id}


def test_a_client_given_away_in_between_is_left_as_it_is() -> None:
    boss, one, other, third = leader(), colleague(), colleague(), colleague()
    first, second = with_clients(one, 2)
    with make.working(boss) as at_work:
        actions.reassign_clients([Move(first, one.user_id, third.user_id)], actor=at_work)
        stale = [Move(client, one.user_id, other.user_id) for client in (first, second)]
        done = actions.reassign_clients(stale, actor=at_work)
        assert [move.relationship_id for move in done.done] == [second]
        assert [move.relationship_id for move in done.skipped] == [first]


def test_clients_are_not_given_to_another_authority_nor_taken_from_it() -> None:
    boss, one = leader(), colleague()
    [client] = with_clients(one, 1)
    stranger = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    with make.working(boss) as at_work, pytest.raises(Refusals) as refused:
        actions.reassign_clients([Move(client, one.user_id, stranger.user_id)], actor=at_work)
    assert refused.value.codes == ("unknown-worker",)
    with make.working(stranger) as elsewhere:
        done = actions.reassign_clients([Move(client, one.user_id, stranger.user_id)], actor=elsewhere)
        assert done.done == ()


def test_more_clients_than_one_act_takes_are_refused() -> None:
    too_many = [Move(number, None, 1) for number in range(MOST_MOVED + 1)]
    with make.working(leader()) as at_work, pytest.raises(Refusals) as refused:
        actions.reassign_clients(too_many, actor=at_work)
    assert refused.value.codes == ("too-many",)


@pytest.mark.django_db(transaction=True)
def test_two_leaders_moving_the_same_clients_at_once_lose_nobody() -> None:
    bosses, one, others = [leader(), leader()], colleague(), [colleague(), colleague()]
    with transaction.atomic():
        clients = with_clients(one, 40)
    done: dict[int, Any] = {}
    start = threading.Barrier(2)

    def act(number: int) -> None:
        try:
            with clock.at(ON), transaction.atomic():
                rowsecurity.apply(bosses[number])
                start.wait(timeout=10)
                order = clients if number else clients[::-1]
                moves = [Move(client, one.user_id, others[number].user_id) for client in order]
                done[number] = actions.reassign_clients(moves, actor=bosses[number])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(result.done) for result in done.values()) == [0, 40]
    with transaction.atomic(), make.working(bosses[0]):
        workers = set(Responsibility.objects.values_list("worker_id", flat=True))
        assert len(workers) == 1
        assert workers <= {other.user_id for other in others}
        assert workers == set(Clock.objects.values_list("worker_id", flat=True))


# --- Absences --------------------------------------------------------------------------------------------------------


def away(who: Viewer, deputy: Viewer, first: date, last: date, actor: Viewer) -> Absence:
    assert who.user_id is not None
    assert deputy.user_id is not None
    return actions.write_absence(who.user_id, deputy.user_id, first, last, actor=actor)


def test_the_deputy_has_the_work_list_on_those_days_only_and_it_says_for_whom() -> None:
    one, other = colleague("Aino Ahkera"), colleague()
    with_clients(one, 3)
    first, last = ON + timedelta(days=1), ON + timedelta(days=4)
    with make.working(one) as at_work:
        away(one, other, first, last, at_work)
    for day, number in [(ON, 0), (first, 3), (last, 3), (last + timedelta(days=1), 0)]:
        with make.working(signed_in(other, day), day) as there:
            rows = queries.deadlines(there)
            assert len(rows) == number, day
            assert all(row.stands_in and row.worker_name == "Aino Ahkera" for row in rows)
            assert len(queries.client_list(there, ClientFilters(worker="mine")).rows) == number
    with make.working(other):
        assert Notice.objects.get(kind="clients.stands-in").on == first


def test_deputies_of_deputies_are_followed_and_the_client_is_told_who_answers() -> None:
    one, other, third = colleague("Aino Ahkera"), colleague(), colleague("Kerttu Kolmas")
    with_clients(one, 2)
    with make.working(leader()) as boss:
        away(one, other, ON, ON + timedelta(days=9), boss)
        away(other, third, ON, ON + timedelta(days=2), boss)
    with make.working(signed_in(third)) as there:
        assert set(there.workers) == {third.user_id, other.user_id, one.user_id}
        assert len(queries.deadlines(there)) == 2
    assert one.user_id is not None
    answers = actor_queries.answering_worker(one.user_id, ON)
    assert answers is not None
    assert (answers.name, answers.stands_in_for) == ("Kerttu Kolmas", "Aino Ahkera")
    assert answers.away_until == ON + timedelta(days=9)
    later = actor_queries.answering_worker(one.user_id, ON + timedelta(days=20))
    assert later is not None
    assert not later.is_deputy


def test_a_worker_writes_down_the_own_absence_and_only_a_leader_anothers() -> None:
    one, other = colleague(), colleague()
    with make.working(one) as at_work:
        away(one, other, ON, ON, at_work)
        with pytest.raises(MissingCapability):
            away(other, one, ON + timedelta(days=3), ON + timedelta(days=4), at_work)


@pytest.mark.parametrize(
    ("first", "last", "who", "field"),
    [
        (ON, ON - timedelta(days=1), "other", "last"),
        (ON - timedelta(days=9), ON - timedelta(days=8), "other", "last"),
        (ON, ON, "self", "deputy"),
        (ON, ON, "stranger", "deputy"),
        (ON + timedelta(days=2), ON + timedelta(days=2), "other", "first"),
        (ON, ON, "away", "deputy"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_at_its_field(
    first: date, last: date, who: str, field: str
) -> None:
    one, other, circle = colleague(), colleague(), colleague()
    deputies = {"other": other, "self": one, "stranger": make.worker("kunta-205", ON), "away": circle}
    with make.working(leader()) as boss:
        away(one, other, ON + timedelta(days=2), ON + timedelta(days=3), boss)
        away(circle, one, ON, ON, boss)
        with pytest.raises(actor_rules.Refusal) as refused:
            away(one, deputies[who], first, last, boss)
    assert refused.value.field == field


def test_coming_back_sooner_ends_the_absence_and_one_not_begun_is_taken_away() -> None:
    one, other = colleague(), colleague()
    with make.working(leader()) as boss:
        now = away(one, other, ON - timedelta(days=2), ON + timedelta(days=9), boss)
        later = away(other, one, ON + timedelta(days=10), ON + timedelta(days=12), boss)
        actors.end_absence(actor=boss, absence_id=now.pk, back_on=ON)
        actors.end_absence(actor=boss, absence_id=later.pk, back_on=ON)
        now.refresh_from_db()
        assert now.last_day == ON - timedelta(days=1)
        assert not Absence.objects.filter(pk=later.pk).exists()
    with (
        make.working(make.worker("kunta-205", ON, role=Role.TEAM_LEADER)) as stranger,
        pytest.raises(NotVisible),
    ):
        actors.end_absence(actor=stranger, absence_id=now.pk, back_on=ON)
