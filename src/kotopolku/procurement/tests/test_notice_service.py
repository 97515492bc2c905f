"""Notices to the national service: each goes once whatever happens, refusals are shown, late corrections never go."""

from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.procurement import notice_service
from kotopolku.procurement.actions import notices
from kotopolku.procurement.models import Notice, Tender
from kotopolku.procurement.notice_service import RecordedNotices
from kotopolku.procurement.tests import awards_world
from kotopolku.procurement.tests.awards_world import officer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=clock.HELSINKI)


def tender() -> Tender:
    return awards_world.opened(actor=officer())


def queued(one: Tender, occasion: str = "tender", corrects: Notice | None = None) -> Notice:
    with rowsecurity.as_system():
        return Notice.objects.create(
            tender=one, occasion=occasion, subtype=20, key=uuid4(), queued_at=NOW, corrects=corrects
        )


def send(service: RecordedNotices, at: datetime = NOW) -> dict[str, int]:
    viewer = Viewer.for_system("procurement.notices", at.date())
    with mock.patch.object(clock, "real_now", return_value=at), clock.at(at.date()), rowsecurity.as_system():
        return notices.send_waiting(service, actor=viewer, within=lambda act: act())


def now(notice: Notice) -> Notice:
    with rowsecurity.as_system():
        return Notice.objects.get(pk=notice.pk)


def test_a_notice_is_handed_in_and_later_found_to_be_published() -> None:
    notice, service = queued(tender()), RecordedNotices()
    assert send(service) == {"sent": 1}
    assert now(notice).service_id.startswith("HI-")
    assert send(service, NOW + timedelta(minutes=5)) == {}
    assert send(service, NOW + timedelta(hours=1)) == {"published": 1}


def test_an_answer_that_was_lost_leads_to_one_notice_at_the_service_and_not_two() -> None:
    notice, service = queued(tender()), RecordedNotices(["lost"])
    assert send(service) == {"queued": 1}
    assert now(notice).last_error
    assert send(service, NOW + timedelta(minutes=1)) == {}
    assert send(service, NOW + timedelta(hours=7)) == {"sent": 1}
    assert list(service.taken.values()) == [notice.key]


def test_a_sender_that_died_leaves_the_notice_to_the_next_one_with_the_same_key() -> None:
    notice, service = queued(tender()), RecordedNotices()
    viewer = Viewer.for_system("procurement.notices", NOW.date())
    with (
        mock.patch.object(clock, "real_now", return_value=NOW),
        clock.at(NOW.date()),
        rowsecurity.as_system(),
    ):
        taken = notices.claim(actor=viewer)
        assert taken is not None
        service.send(taken[1], taken[2])
        assert notices.claim(actor=viewer) is None
    assert send(service, NOW + timedelta(minutes=11)) == {"sent": 1}
    assert list(service.taken.values()) == [notice.key]


def test_after_eight_tries_a_person_is_asked_and_can_put_it_in_line_again() -> None:
    notice = queued(tender())
    at = NOW
    for _number in range(notices.MOST_TRIES):
        assert send(RecordedNotices(["unavailable"]), at)
        at += timedelta(hours=7)
    assert now(notice).state == "failed"
    assert send(RecordedNotices(), at) == {}
    with make.working(officer()) as actor:
        notices.send_again(notice.pk, actor=actor)
    assert send(RecordedNotices(), at) == {"sent": 1}
    assert now(notice).key == notice.key


def test_a_refused_notice_says_what_it_lacks() -> None:
    notice = queued(tender())
    with mock.patch("kotopolku.procurement.eforms.missing", return_value=["BT-131"]):
        assert send(RecordedNotices()) == {"refused": 1}
    assert now(notice).last_error == "Missing business terms: BT-131"


def test_a_correction_waits_for_the_number_of_what_it_corrects_and_never_goes_after_our_deadline() -> None:
    one = tender()
    first = queued(one)
    change = queued(one, "change", first)
    late = queued(one, "change", first)
    assert send(RecordedNotices(["unavailable"])) == {"queued": 1}
    assert now(change).attempts == 0
    assert send(RecordedNotices(), NOW + timedelta(hours=7)) == {"sent": 3}
    assert now(change).payload["BT-758"] == now(first).service_id
    with rowsecurity.as_system():
        Notice.objects.filter(pk=late.pk).update(state="queued", next_try_at=None, service_id="")
        assert one.bids_by is not None
    assert send(RecordedNotices(), one.bids_by + timedelta(seconds=1)).get("sent", 0) == 0
    assert (now(late).state, now(late).last_error) == ("cancelled", "deadline")


def test_without_an_address_nothing_is_sent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOTOPOLKU_NOTICES_ADDRESS", raising=False)
    settings.DEMO = False
    with pytest.raises(notice_service.Unavailable):
        notice_service.service()
