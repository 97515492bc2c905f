"""The gap lists in whole requests: counts, lists, excuses, history, authorities; and who may see what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Person
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.quality import actions, queries
from kotopolku.quality.checks import all_checks
from kotopolku.quality.models import Excuse, QualityCount, QualityRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
ON = date(2026, 11, 23)
CHECK = "no-mother-tongue"


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def counted(day: date = ON) -> QualityRun:
    viewer = Viewer.for_system("quality.count", day)
    with clock.at(day):
        rowsecurity.apply(viewer)
        return actions.count_day(actor=viewer)


def at_work(worker: Worker) -> Any:
    return make.working(worker.viewer)


def a_worker_with_a_client(
    organisation: str = "kunta-092", role: Role = Role.CASEWORKER
) -> tuple[Worker, int]:
    worker = Worker(organisation, ON, role=role)
    with at_work(worker):
        return worker, make.client(worker.viewer).pk


def test_the_overview_shows_counts_by_severity_and_each_check_its_clients() -> None:
    worker, number = a_worker_with_a_client()
    page = words(worker.get("/quality/"))
    assert "Counted just now." in page
    assert page.index("No permit on record") < page.index("No mother tongue")
    answer = worker.get(f"/quality/{CHECK}/")
    page = words(answer)
    assert "Interpreters and teaching are chosen by it." in page
    assert "How to mend" in page
    assert f"/clients/{number}/edit/" in answer.content.decode()
    assert Entry.objects.filter(action="clients.list.listed").count() == 1


def test_every_check_has_a_page() -> None:
    worker, _number = a_worker_with_a_client()
    for check_id in all_checks():
        assert worker.get(f"/quality/{check_id}/").status_code == 200, check_id
    assert worker.get("/quality/no-such-check/").status_code == 404


def test_the_overview_of_the_authority_is_the_count_of_the_night() -> None:
    worker, _number = a_worker_with_a_client()
    counted(ON - timedelta(days=7))
    counted()
    page = words(worker.get("/quality/"))
    assert "Counted on 23 Nov 2026" in page or "Counted on 23" in page
    history = words(worker.get(f"/quality/{CHECK}/"))
    assert "How it has gone" in history
    assert "Counted just now." in words(worker.get("/quality/?scope=own"))


def test_counting_twice_keeps_one_count_a_day() -> None:
    a_worker_with_a_client()
    counted()
    counted()
    with rowsecurity.as_system():
        assert QualityRun.objects.count() == 1
        assert QualityCount.objects.filter(check_id=CHECK).count() == 1


def test_an_excused_client_is_not_counted_until_the_day_is_over_or_it_is_taken_back() -> None:
    worker, number = a_worker_with_a_client()
    address = f"/quality/{CHECK}/{number}/excuse/"
    token = worker.hidden(address)["token"]
    sent = {"token": token, "reason": "Asiakas ei halua kertoa.", "until": "30.11.2026"}
    assert worker.send(address, sent).status_code == 302
    assert worker.send(address, sent).status_code == 302, "the second sending changes nothing"
    with rowsecurity.as_system():
        given = Excuse.objects.get()
    page = words(worker.get(f"/quality/{CHECK}/"))
    assert "No client has this gap." in page
    assert "Asiakas ei halua kertoa." in page
    with worker.on(date(2026, 12, 1)):
        assert "No client has this gap." not in words(worker.get(f"/quality/{CHECK}/"))
    assert worker.post(f"/quality/excuses/{given.pk}/withdraw/").status_code == 302
    assert "No client has this gap." not in words(worker.get(f"/quality/{CHECK}/"))


def test_an_excuse_without_a_reason_or_with_a_wrong_day_is_refused_and_nothing_typed_is_lost() -> None:
    worker, number = a_worker_with_a_client()
    address = f"/quality/{CHECK}/{number}/excuse/"
    token = worker.hidden(address)["token"]
    for day in ("22.11.2026", "24.11.2027", "31.2.2027"):
        answer = worker.send(address, {"token": token, "reason": "Lyhyt", "until": day})
        assert answer.status_code == 422
        assert "Lyhyt" in answer.content.decode()
    with rowsecurity.as_system():
        assert not Excuse.objects.exists()


def test_a_client_without_the_gap_cannot_be_excused_from_it() -> None:
    worker, number = a_worker_with_a_client()
    with at_work(worker) as viewer:
        Person.objects.update(mother_tongue="so")
        with pytest.raises(Refusals) as refused:
            actions.excuse(number, CHECK, "Ei koske asiakasta.", ON, actor=viewer)
        assert refused.value.codes == ("not-found",)
        with pytest.raises(NotVisible):
            actions.excuse(number, "no-such-check", "Ei koske asiakasta.", ON, actor=viewer)


def test_another_authority_sees_neither_counts_nor_excuses_nor_clients() -> None:
    worker, number = a_worker_with_a_client()
    with at_work(worker) as viewer:
        given = actions.excuse(number, "no-permit", "Lupa on tulossa pian.", ON, actor=viewer)
    counted()
    stranger = Worker("kunta-205", ON)
    with at_work(stranger) as viewer:
        assert not QualityCount.objects.exists()
        assert not Excuse.objects.exists()
        assert queries.clients_with(viewer, all_checks()[CHECK], "organisation").rows == []
        with pytest.raises(NotVisible):
            actions.withdraw_excuse(given.pk, actor=viewer)
    assert stranger.get(f"/quality/{CHECK}/{number}/excuse/").status_code == 404
    assert stranger.post(f"/quality/excuses/{given.pk}/withdraw/").status_code == 404


def test_who_sees_no_clients_gets_no_lists_but_counts_by_authority() -> None:
    a_worker_with_a_client()
    counted()
    region = Worker("evk-01", ON, role=Role.REGIONAL_OFFICER)
    assert region.get("/quality/").status_code == 403
    assert region.get(f"/quality/{CHECK}/").status_code == 403
    page = words(region.get(f"/quality/authorities/?check={CHECK}"))
    assert "Vanta" in page or "Vantaa" in page
    assert "••" in page, "one client is too few to be shown"
    with at_work(region) as viewer, pytest.raises(MissingCapability):
        queries.overview(viewer, "organisation")
    assert Worker("kunta-092", ON).get("/quality/authorities/").status_code == 403


def test_the_weekly_summary_goes_to_team_leaders_without_personal_data() -> None:
    leader, _number = a_worker_with_a_client(role=Role.TEAM_LEADER)
    Worker("kunta-205", ON, role=Role.TEAM_LEADER)
    counted()
    viewer = Viewer.for_system("quality.digest", ON)
    with clock.at(ON):
        rowsecurity.apply(viewer)
        told = actions.send_digests(actor=viewer)
        notices = Notice.objects.filter(kind="quality.week-counted")
        assert told == 1
        assert [one.user_id for one in notices] == [leader.viewer.user_id]
        assert notices[0].address == "/quality/"


def test_a_list_of_fifty_takes_as_many_statements_as_one_of_one() -> None:
    worker, _number = a_worker_with_a_client()
    address = f"/quality/{CHECK}/"
    worker.get(address)
    with CaptureQueriesContext(connection) as few:
        worker.get(address)
    with at_work(worker):
        make.many(worker.viewer, 120)
    with CaptureQueriesContext(connection) as many:
        answer = worker.get(address)
    assert len(many) == len(few)
    assert "Page 1" in words(answer)
    assert "Page 3" in words(worker.get(address, page="3"))


def test_nonsense_in_the_address_is_no_fault() -> None:
    worker, _number = a_worker_with_a_client()
    for data in ({"page": "x"}, {"page": "-1"}, {"page": "99999999"}, {"scope": "world"}, {"scope": "team"}):
        assert worker.get(f"/quality/{CHECK}/", **data).status_code == 200
