"""Cursor paging loses nothing: neither in a quiet list nor while many write at once, each in a transaction of its own."""

import random
import threading
import time

import pytest
from django.db import connection, transaction
from ninja.errors import HttpError

from kotopolku.actors.models import Organisation, Team
from kotopolku.actors.paging import page_of, settled_to

WRITERS, TRANSACTIONS = 4, 25


def teams(organisation: Organisation, number: int) -> list[Team]:
    return [Team.objects.create(organisation=organisation, name=f"Tiimi {n}") for n in range(number)]


@pytest.mark.django_db
def test_pages_follow_one_another_to_the_end() -> None:
    made = teams(Organisation.objects.get(code="kunta-092"), 7)
    found, cursor = [], None
    while True:
        page = page_of(Team.objects.all(), cursor, limit=3)
        assert len(page.rows) <= 3
        found += page.rows
        cursor = page.next
        if cursor is None:
            break
    assert [row.pk for row in found if row in made] == [row.pk for row in made]


@pytest.mark.django_db
def test_whoever_comes_back_gets_what_was_added_since() -> None:
    vantaa = Organisation.objects.get(code="kunta-092")
    teams(vantaa, 2)
    here = page_of(Team.objects.all(), None).here
    assert page_of(Team.objects.all(), here).rows == []
    later = teams(vantaa, 1)
    assert page_of(Team.objects.all(), here).rows == later


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["1", "nonsense", "WzFd:abc", "\0", "ä" * 300])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(HttpError) as refused:
        page_of(Team.objects.all(), cursor)
    assert refused.value.status_code == 422


@pytest.mark.django_db
def test_a_cursor_of_another_list_is_refused() -> None:
    here = page_of(Team.objects.all(), None).here
    with pytest.raises(HttpError):
        page_of(Organisation.objects.all(), here)


@pytest.mark.django_db(transaction=True)
def test_a_page_stops_before_a_row_that_is_still_being_written() -> None:
    vantaa = Organisation.objects.get(code="kunta-092")
    before = teams(vantaa, 1)[0]
    written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Team.objects.create(organisation=vantaa, name="Hidas")
            written.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    quick = Team.objects.create(organisation=vantaa, name="Nopea")
    page = page_of(Team.objects.filter(pk__gte=before.pk), None)
    assert page.rows == [before]
    assert page.next is not None
    may_end.set()
    thread.join()
    rest = page_of(Team.objects.all(), page.next)
    assert [row.name for row in rest.rows] == ["Hidas", "Nopea"]
    assert rest.rows[-1] == quick
    assert rest.next is None


@pytest.mark.django_db(transaction=True)
def test_a_transaction_taken_back_holds_nothing_back() -> None:
    vantaa = Organisation.objects.get(code="kunta-092")
    with transaction.atomic():
        Team.objects.create(organisation=vantaa, name="Peruttu")
        transaction.set_rollback(True)
    kept = Team.objects.create(organisation=vantaa, name="Jäänyt")
    assert page_of(Team.objects.filter(pk__gte=kept.pk), None).next is None
    settled, drawn = settled_to("actors_team")
    assert settled == drawn


@pytest.mark.django_db(transaction=True)
def test_no_row_is_lost_while_many_write_at_once() -> None:
    """The hunt: writers of uneven speed, some taken back, against readers that follow by cursor."""
    vantaa = Organisation.objects.get(code="kunta-092")
    committed: set[int] = set()
    lock, done = threading.Lock(), threading.Event()
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for number in range(TRANSACTIONS):
                with transaction.atomic():
                    mine = []
                    for _row in range(chance.randint(1, 4)):
                        if chance.random() < 0.3:
                            mine.append(_drawn_first(vantaa))
                        else:
                            mine.append(Team.objects.create(organisation=vantaa, name=f"{seed}/{number}").pk)
                        time.sleep(chance.random() * 0.004)
                    taken_back = chance.random() < 0.2
                    transaction.set_rollback(taken_back)
                if not taken_back:
                    with lock:
                        committed.update(mine)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def follow(seen: list[int]) -> None:
        try:
            cursor, last_round = None, False
            while True:
                last_round = done.is_set()
                page = page_of(Team.objects.all(), cursor, limit=5)
                seen += [row.pk for row in page.rows]
                cursor = page.here
                if last_round and page.next is None:
                    break
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    seen: list[list[int]] = [[], []]
    readers = [threading.Thread(target=follow, args=(one,)) for one in seen]
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    for one in seen:
        assert committed <= set(one), f"lost: {sorted(committed - set(one))}"
        assert one == sorted(set(one)), "a row came twice or out of order"


def _drawn_first(organisation: Organisation) -> int:
    """A row whose id was drawn before it was inserted, as registering does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kotopolku_draw('actors_team')")
        number = int(cursor.fetchone()[0])
    time.sleep(0.001)
    Team.objects.create(id=number, organisation=organisation, name="ennalta")
    return number


@pytest.mark.django_db
def test_a_table_whose_writers_are_not_noted_cannot_be_paged() -> None:
    from kotopolku.reference.models import Municipality

    with pytest.raises(Exception, match="does not note its writers"), transaction.atomic():
        page_of(Municipality.objects.all(), None)
