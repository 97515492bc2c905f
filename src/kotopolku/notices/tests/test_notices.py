"""Notices: one for each thing, in words without persons; by e-mail at once or daily; quiet for what was seen."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import actions as client_actions
from kotopolku.clients.tests import factories
from kotopolku.notices import actions, kinds, queries
from kotopolku.notices import mail as mails
from kotopolku.notices.models import Delivery, Notice

TODAY = date(2026, 11, 23)
KIND = "clients.deadlines-near"
SYSTEM = Viewer.for_system("test", TODAY)


@pytest.fixture
def worker(db: None) -> Iterator[Viewer]:
    with factories.working(factories.worker("kunta-092", TODAY)) as viewer:
        User.objects.filter(pk=viewer.user_id).update(email="worker@example.invalid", language="en")
        yield viewer


def tell(viewer: Viewer, *, thing: int = 1, kind: str = KIND) -> int:
    return actions.notify(
        kind,
        [viewer.user_id or 0],
        actor=SYSTEM,
        address="/clients/",
        organisation_id=viewer.organisation_id,
        about=("test.thing", thing),
    )


def as_job() -> None:
    rowsecurity.apply(SYSTEM)


def test_the_same_news_twice_is_one_notice(worker: Viewer) -> None:
    tell(worker)
    tell(worker)
    tell(worker, thing=2)
    assert queries.unseen(worker) == 2
    assert len(queries.notices(worker)) == 2


def test_nobody_is_told_of_one_s_own_act(worker: Viewer) -> None:
    assert actions.notify(KIND, [worker.user_id or 0], actor=worker, address="/") == 0


def test_an_unknown_kind_is_refused(worker: Viewer) -> None:
    with pytest.raises(KeyError):
        tell(worker, kind="clients.no-such-kind")


def test_each_user_sees_only_one_s_own_and_only_in_that_seat(worker: Viewer) -> None:
    tell(worker)
    with factories.working(factories.worker("kunta-205", TODAY)) as other:
        assert queries.notices(other) == []
        assert Notice.objects.count() == 0


def test_opening_a_notice_marks_it_and_goes_there(worker: Viewer) -> None:
    tell(worker)
    web = Client()
    web.force_login(User.objects.get(pk=worker.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert 'class="num" aria-hidden="true">1<' in web.get("/notices/").content.decode()
    notice = Notice.objects.get()
    answer = web.post(f"/notices/{notice.pk}/open/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/clients/")
    notice.refresh_from_db()
    assert notice.seen_at is not None


def test_a_notice_never_leads_out_of_the_product(worker: Viewer) -> None:
    tell(worker)
    Notice.objects.update(address="https://example.invalid/")
    web = Client()
    web.force_login(User.objects.get(pk=worker.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert web.post(f"/notices/{Notice.objects.get().pk}/open/").headers["Location"] == "/notices/"


def test_all_are_marked_at_once(worker: Viewer) -> None:
    for thing in range(3):
        tell(worker, thing=thing)
    web = Client()
    web.force_login(User.objects.get(pk=worker.user_id), backend="django.contrib.auth.backends.ModelBackend")
    web.post("/notices/seen/")
    assert queries.unseen(worker) == 0


def test_what_one_wants_to_hear_of_is_kept(worker: Viewer) -> None:
    web = Client()
    web.force_login(User.objects.get(pk=worker.user_id), backend="django.contrib.auth.backends.ModelBackend")
    wanted = dict.fromkeys(kinds.registered(), "product")
    assert web.post("/notices/wishes/", wanted | {KIND: "sometimes"}).status_code == 422
    assert web.post("/notices/wishes/", wanted | {KIND: "at-once"}).status_code == 302
    rows = {row.kind: row.delivery for row in queries.wishes(User.objects.get(pk=worker.user_id))}
    assert rows[KIND] == Delivery.AT_ONCE


# --- E-mail -----------------------------------------------------------------------------------------------------------


def test_the_daily_mail_counts_kinds_and_names_nobody(worker: Viewer) -> None:
    for thing in range(2):
        tell(worker, thing=thing)
    assert mails.daily(SYSTEM) == (1, 0)
    sent = mail.outbox[0]
    assert sent.to == ["worker@example.invalid"]
    assert "2 new notices" in sent.body
    assert "Deadlines late or due within a week: 2" in sent.body
    assert mails.daily(SYSTEM) == (0, 0), "nothing is mailed twice"


def test_what_was_seen_in_the_product_is_not_mailed(worker: Viewer) -> None:
    tell(worker)
    actions.see_all(actor=worker)
    assert mails.daily(SYSTEM) == (0, 0)


def test_a_kind_that_is_off_is_not_mailed_and_one_at_once_does_not_wait(worker: Viewer) -> None:
    tell(worker)
    actions.choose({KIND: "off"}, actor=worker)
    assert mails.daily(SYSTEM) == mails.at_once(SYSTEM) == (0, 0)
    rowsecurity.apply(worker)
    actions.choose({KIND: "at-once"}, actor=worker)
    assert mails.daily(SYSTEM) == (0, 0)
    assert mails.at_once(SYSTEM) == (1, 0)


def test_a_mail_server_that_is_down_loses_nothing(worker: Viewer, settings: object) -> None:
    tell(worker)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    assert mails.daily(SYSTEM) == (0, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert mails.daily(SYSTEM) == (1, 0)


def test_old_seen_notices_are_cleaned_away(worker: Viewer) -> None:
    tell(worker, thing=1)
    tell(worker, thing=2)
    actions.see(Notice.objects.order_by("id")[0].pk, actor=worker)
    as_job()
    Notice.objects.filter(seen_at__isnull=False).update(seen_at=clock.now() - timedelta(days=365))
    assert actions.clean(actor=SYSTEM) == 1
    assert Notice.objects.count() == 1


# --- Kinds and deadlines ----------------------------------------------------------------------------------------------


def test_every_kind_has_words_and_a_delivery() -> None:
    for name, kind in kinds.registered().items():
        assert isinstance(kind.title, Promise), name
        assert isinstance(kind.text, Promise), name
        assert kind.delivery in Delivery.values, name
        assert "%" not in str(kind.text).replace("%(on)s", ""), name


def test_a_worker_hears_once_a_day_how_many_deadlines_are_near(worker: Viewer) -> None:
    for _client in range(2):
        relationship = factories.client(worker, started_on=TODAY - timedelta(days=60))
        client_actions.assign_worker(relationship.pk, worker.user_id, actor=worker)
    as_job()
    assert client_actions.tell_deadlines(actor=SYSTEM) == 1
    assert client_actions.tell_deadlines(actor=SYSTEM) == 1
    rowsecurity.apply(worker)
    notice = Notice.objects.get()
    assert notice.count >= 2


# Many at once ---------------------------------------------------------------------------------------------------------

AT_ONCE, PEOPLE = 24, 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("about", [("test.thing", 1), None])
def test_many_who_tell_the_same_people_at_once_neither_stop_nor_tell_twice(
    about: tuple[str, int] | None,
) -> None:
    with transaction.atomic():
        told = [factories.worker("kunta-092", TODAY).user_id or 0 for _n in range(PEOPLE)]
    faults: list[Any] = []
    ready = threading.Barrier(AT_ONCE)

    def act(number: int) -> None:
        try:
            ready.wait()
            for _time in range(3):
                with transaction.atomic():
                    rowsecurity.apply(SYSTEM)
                    people = told if number % 2 else told[::-1]
                    actions.notify(KIND, people, actor=SYSTEM, address="/clients/", about=about)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(one,)) for one in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    with transaction.atomic(), rowsecurity.as_system():
        assert sorted(Notice.objects.values_list("user_id", flat=True)) == sorted(told)


def test_the_number_of_statements_does_not_grow_with_the_people(worker: Viewer) -> None:
    def cost(number: int) -> int:
        people = [factories.worker("kunta-092", TODAY).user_id or 0 for _n in range(number)]
        with CaptureQueriesContext(connection) as seen:
            assert (
                actions.notify(KIND, people, actor=SYSTEM, address="/", about=("test.thing", number))
                == number
            )
        return len(seen)

    assert cost(2) == cost(20)
