"""The pages of sealed bids walked as people do: a bid from its phrase to the receipt, the opening by two people."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import Client

from kotopolku.access.capabilities import Role
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.procurement import bid_key, sealing, uploads
from kotopolku.procurement.actions import bids
from kotopolku.procurement.models import BidFile, Tender
from kotopolku.procurement.tests import bids_world as world
from kotopolku.procurement.tests.bids_world import DEADLINE, ON, PHRASES, SECOND

pytestmark = pytest.mark.django_db
MORNING = DEADLINE - timedelta(hours=3)


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.KEYS = tmp_path / "keys"
    with sealing.at_cost(4):
        yield


@pytest.fixture
def openers() -> list[Worker]:
    return [Worker(world.BUYER, ON, Role.PROCUREMENT_OFFICER) for _ in range(2)]


@pytest.fixture
def found(openers: list[Worker]) -> Tender:
    return world.sealed_tender([one.viewer for one in openers])


@pytest.fixture
def bidder() -> Worker:
    world.provider("koul-testi")
    return Worker("koul-testi", ON, Role.PROVIDER)


def fill(bidder: Worker, page: str) -> None:
    """Starts a bid and fills its pages."""
    phrase = {"phrase": world.BID_PHRASE, "again": world.BID_PHRASE}
    token = bidder.hidden(page + "start/")["token"]
    assert bidder.post(page + "start/", token=token, **phrase).status_code == 302
    parts = {
        "bidder": world.ABOUT,
        "suitability": {"req-experience": "on"},
        "lot-L1": {"offered": "on", "price": "245 123,45", "answer-teaching": world.SECRET_ANSWER},
    }
    for code, typed in parts.items():
        address = f"{page}parts/{code}/"
        hidden = bidder.hidden(address)
        file = {"files-teaching": SimpleUploadedFile("liite.txt", b"Suunnitelma")} if code == "lot-L1" else {}
        answer = bidder.post(address, token=hidden["token"], version=hidden["version"], **typed, **file)
        assert answer.status_code == 302, words(answer)


def test_a_bid_is_typed_attached_submitted_and_its_receipt_read(found: Tender, bidder: Worker) -> None:
    page = f"/procurement/bids/{found.pk}/"
    with world.moment(MORNING):
        assert "Kotoutumiskoulutus 2027" in words(bidder.get("/procurement/bids/"))
        assert "Start a bid" in words(bidder.get(page))
        differing = {"phrase": world.BID_PHRASE, "again": "jotakin aivan muuta"}
        token = bidder.hidden(page + "start/")["token"]
        assert bidder.post(page + "start/", token=token, **differing).status_code == 422
        fill(bidder, page)
        assert "liite.txt" in words(bidder.get(page + "parts/lot-L1/"))
        text = words(bidder.get(page + "submit/"))
        assert world.SECRET_ANSWER in text
        token = bidder.hidden(page + "submit/")["token"]
        assert bidder.post(page + "submit/", token=token).status_code == 422
        done = bidder.post(page + "submit/", token=token, read="on")
        assert done["Location"] == page + "receipts/1/"
        assert bidder.post(page + "submit/", token=token, read="on")["Location"] == done["Location"]
        shown = words(bidder.get(page + "receipts/1/"))
        assert "23 November 2026 at 9.00.00 (Finnish time, UTC+2)" in shown
        assert bidder.get(page + "receipts/1/receipt.pdf").content.startswith(b"%PDF-")
        assert "Your bid is in" in words(bidder.get(page))
        token = bidder.hidden(page + "withdraw/")["token"]
        assert bidder.post(page + "withdraw/", token=token).status_code == 302
        assert "withdrawn" in words(bidder.get(page))


def test_a_server_that_dies_in_the_middle_of_a_submission_leaves_no_doubt(
    found: Tender, bidder: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/procurement/bids/{found.pk}/"
    with world.moment(MORNING):
        fill(bidder, page)
        token = bidder.hidden(page + "submit/")["token"]
        with monkeypatch.context() as dying:
            dying.setattr(bids, "record", mock.Mock(side_effect=SystemExit))
            with pytest.raises(SystemExit):
                bidder.post(page + "submit/", token=token, read="on")
        shown = words(bidder.get(page))
        assert "Your bid is in" not in shown
        assert "Check and submit" in shown
        assert bidder.post(page + "submit/", token=token, read="on").status_code == 302
        assert "Your bid is in" in words(bidder.get(page))


def test_after_the_deadline_the_page_says_so_and_keeps_what_was_typed(found: Tender, bidder: Worker) -> None:
    page = f"/procurement/bids/{found.pk}/"
    with world.moment(MORNING):
        fill(bidder, page)
        token = bidder.hidden(page + "submit/")["token"]
    with world.moment(DEADLINE + SECOND):
        late = bidder.post(page + "submit/", token=token, read="on")
        assert late.status_code == 422
        assert "The bid came too late, at 12.00.01 by the server's clock" in words(late)
        assert world.SECRET_ANSWER in words(late)


def test_the_key_is_a_cookie_of_the_bids_own_addresses_and_without_it_the_phrase_is_asked(
    found: Tender, bidder: Worker
) -> None:
    page = f"/procurement/bids/{found.pk}/"
    with world.moment(MORNING):
        fill(bidder, page)
        cookie = bidder.client.cookies[bid_key.NAME]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (page, True, "Strict")
        assert bidder.post(page + "close/").status_code == 302
        del bidder.client.cookies[bid_key.NAME]
        assert bidder.get(page + "submit/")["Location"] == page + "resume/"
        assert "The draft is locked" in words(bidder.get(page))
        wrong = bidder.post(page + "resume/", phrase="aivan väärä lause")
        assert wrong.status_code == 422
        assert bidder.post(page + "resume/", phrase=world.BID_PHRASE).status_code == 302
        assert world.SECRET_ANSWER in words(bidder.get(page + "submit/"))


def test_a_large_file_never_touches_the_disk_in_clear(
    found: Tender, bidder: Worker, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    kinds: list[type] = []
    page = f"/procurement/bids/{found.pk}/"
    made = uploads.OnlyMemory.file_complete

    def complete(self: Any, size: int) -> Any:
        file = made(self, size)
        kinds.append(type(file))
        return file

    monkeypatch.setattr(uploads.OnlyMemory, "file_complete", complete)
    with world.moment(MORNING):
        fill(bidder, page)
        address = page + "parts/lot-L1/"
        hidden = bidder.hidden(address)
        typed = {"offered": "on", "price": "1", "answer-teaching": "a"}
        file = SimpleUploadedFile("suuri.txt", b"Suuri teksti. " * 500)
        bidder.post(
            address, token=hidden["token"], version=hidden["version"], **typed, **{"files-teaching": file}
        )
    assert kinds == [InMemoryUploadedFile, InMemoryUploadedFile]
    with world.acting(bidder.viewer, MORNING):
        assert BidFile.objects.count() == 2


def test_a_page_of_files_still_refuses_a_form_from_another_site(found: Tender, bidder: Worker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = bidder.client.cookies
    with world.moment(MORNING):
        fill(bidder, f"/procurement/bids/{found.pk}/")
        assert (
            strict.post(f"/procurement/bids/{found.pk}/parts/bidder/", {"bidder-name": "X"}).status_code
            == 403
        )


def test_openers_are_named_choose_phrases_and_open_together_on_the_pages(
    openers: list[Worker], bidder: Worker
) -> None:
    found = world.tender()
    page = f"/procurement/tenders/{found.pk}/"
    first, second = openers
    with world.moment(MORNING):
        token = first.hidden(page + "openers/name/")["token"]
        ids = [one.viewer.user_id for one in openers]
        assert first.post(page + "openers/name/", token=token, users=ids[:1]).status_code == 422
        assert first.post(page + "openers/name/", token=token, users=ids).status_code == 302
        for one, phrase in zip(openers, PHRASES, strict=False):
            token = one.hidden(page + "openers/phrase/")["token"]
            typed = {"phrase": phrase, "again": phrase, "token": token}
            assert one.post(page + "openers/phrase/", **typed).status_code == 302
        assert "the key is made" in words(first.get(page + "openers/"))
        world.publish(found)
        world.submitted(found, bidder.viewer, MORNING)
        sealed = words(first.get(page + "opening/"))
        assert "Sealed until 12.00" in sealed
        assert "Tarjoaja" not in sealed
        assert first.post(page + "opening/phrase/", phrase=PHRASES[0]).status_code == 422
    with world.moment(DEADLINE + SECOND):
        assert first.post(page + "opening/phrase/", phrase="väärä lause tämäkin").status_code == 422
        assert first.post(page + "opening/phrase/", phrase=PHRASES[0]).status_code == 302
        again = first.post(page + "opening/phrase/", phrase=PHRASES[0])
        assert "Another opener must give the second one" in words(again)
        assert second.post(page + "opening/phrase/", phrase=PHRASES[1]).status_code == 302
        text = words(second.get(page + "opening/"))
        assert "Tarjoaja koul-testi" in text
        assert second.get(page + "opening/record.pdf").content.startswith(b"%PDF-")
        assert world.SECRET_ANSWER in words(second.get(page + "opened/"))
        assert bidder.get(page + "opened/").status_code == 403
        assert "opened/" not in words(bidder.get(f"/procurement/bids/{found.pk}/"))
