"""The net under the access rules: settings that live as long as the transaction, and nothing shown without them."""

from datetime import date

import pytest
from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer

DAY = date(2021, 3, 1)
WORKER = Viewer(1, "Worker", DAY, Seat(1, 7, "te-01", "te", "Uusimaa TE Office", Role.CASEWORKER))


def settings() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {rowsecurity.ORGANISATIONS}, {rowsecurity.DAY}, {rowsecurity.SYSTEM}, {rowsecurity.SUBJECT}"
        )
        return tuple(cursor.fetchone())


@pytest.mark.django_db
def test_a_viewer_s_organisation_and_day_are_set() -> None:
    rowsecurity.apply(WORKER)
    assert settings() == ([7], DAY, False, None)


@pytest.mark.django_db
def test_a_viewer_without_a_seat_has_no_organisation() -> None:
    rowsecurity.apply(Viewer(1, "Nobody", DAY, None))
    assert settings() == (None, DAY, False, None)


@pytest.mark.django_db
def test_the_next_viewer_inherits_nothing_of_the_one_before() -> None:
    rowsecurity.apply(Viewer.for_system("job", DAY))
    rowsecurity.open_subject(4)
    assert settings() == (None, DAY, True, 4)
    rowsecurity.apply(WORKER)
    assert settings() == ([7], DAY, False, None)


@pytest.mark.django_db
def test_the_system_s_sight_ends_with_its_block() -> None:
    rowsecurity.apply(WORKER)
    with rowsecurity.as_system():
        assert settings()[2] is True
    assert settings()[2] is False


@pytest.mark.django_db(transaction=True)
def test_the_settings_end_with_the_transaction() -> None:
    with transaction.atomic():
        rowsecurity.apply(WORKER)
        rowsecurity.open_subject(4)
    organisations, day, system, subject = settings()
    assert (organisations, day, bool(system), subject) == (None, None, False, None)


def _fail_as_the_system() -> None:
    with transaction.atomic(), rowsecurity.as_system():
        raise ZeroDivisionError


@pytest.mark.django_db
def test_a_block_that_fails_leaves_no_sight_behind() -> None:
    rowsecurity.apply(WORKER)
    with pytest.raises(ZeroDivisionError):
        _fail_as_the_system()
    assert settings()[2] is False
