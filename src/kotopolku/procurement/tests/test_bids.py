"""Sealed bids: to the second, never read before two people open them, never lost, seen by nobody but the bidder."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.desk.actions.documents import Upload
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.procurement import bid_access, key_folder, sealing
from kotopolku.procurement.actions import bids, opening
from kotopolku.procurement.jobs_bids import forget_openings
from kotopolku.procurement.models import (
    Bid,
    BidFile,
    BidVersion,
    OpenedBid,
    OpeningSession,
    Question,
    SealKey,
    Tender,
)
from kotopolku.procurement.tests import bids_world as world
from kotopolku.procurement.tests.bids_world import DEADLINE, PHRASES, SECOND

pytestmark = pytest.mark.django_db
MORNING = DEADLINE - timedelta(hours=3)
LATER = DEADLINE + 5 * SECOND
SECRET_FILE = b"Opettajien ansioluettelot, salainen teksti."


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A key folder of the test's own, and phrases that are quick to try."""
    settings.KEYS = tmp_path / "keys"
    with sealing.at_cost(4):
        yield settings.KEYS


@pytest.fixture
def openers() -> list[Viewer]:
    return [world.officer() for _ in range(3)]


@pytest.fixture
def found(openers: list[Viewer]) -> Tender:
    return world.sealed_tender(openers)


@pytest.fixture
def bidder() -> Viewer:
    return world.bidder()


def codes(refused: pytest.ExceptionInfo[Refusals]) -> tuple[str, ...]:
    return refused.value.codes


def attach(found: Tender, key: bytes, viewer: Viewer, at: datetime) -> None:
    with world.acting(viewer, at) as actor:
        upload = Upload("selvitys.txt", SECRET_FILE)
        bids.add_file(found.pk, key, "lot-L1", "files-teaching", upload, actor=actor)


# --- Until nobody can read it ---------------------------------------------------------------------------------------


def every_table() -> Iterator[tuple[str, str]]:
    """Every row of every table as text: what an administrator with SQL can read."""
    with rowsecurity.as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            try:
                with connection.cursor() as rows:
                    rows.execute("SAVEPOINT look")
                    rows.execute(f'SELECT t::text FROM "{table}" t')
                    for (row,) in rows.fetchall():
                        yield table, row
                    rows.execute("RELEASE look")
            except Exception:
                with connection.cursor() as rows:
                    rows.execute("ROLLBACK TO look")
                raise


def test_every_table_and_every_file_holds_nothing_readable_of_a_submitted_bid(
    found: Tender, bidder: Viewer, keys: Path, settings: Any
) -> None:
    key = world.filled(found, bidder, MORNING)
    attach(found, key, bidder, MORNING)
    with world.acting(bidder, MORNING) as actor:
        bids.submit_bid(found.pk, key, actor=actor)
    secrets = [world.SECRET_ANSWER, world.SECRET_PRICE, "245123.45", "tarjous@example.org"]
    secrets += [SECRET_FILE.decode(), "selvitys.txt", world.BID_PHRASE, *PHRASES]
    needles = [
        form for text in secrets for form in (text, text.encode().hex(), repr(text.encode("unicode_escape")))
    ]
    needles += [key.hex()]
    tables = set()
    for table, row in every_table():
        tables.add(table)
        assert not [needle for needle in needles if needle in row], table
    assert {"procurement_bid", "procurement_bidversion", "procurement_bidfile", "journal_entry"} <= tables
    seen = 0
    for folder in (keys, Path(settings.FILES)):
        for path in folder.rglob("*"):
            if path.is_file():
                seen += 1
                data = path.read_bytes()
                assert not [text for text in secrets if text.encode() in data], path
    assert seen


def test_an_administrator_with_every_row_file_and_one_phrase_opens_nothing(
    found: Tender, bidder: Viewer, openers: list[Viewer], keys: Path
) -> None:
    version, _key = world.submitted(found, bidder, MORNING)
    with rowsecurity.as_system():
        row, bid = BidVersion.objects.get(pk=version.pk), Bid.objects.get()
        reference = SealKey.objects.get(tender=found).reference
    file = key_folder.read(reference)
    sealed = sealing.SealedBid(bytes(row.content), bytes(row.for_tender), bytes(row.for_bidder))
    own = sealing.key_of_phrase(PHRASES[0], file.openers[str(openers[0].user_id)].salt)
    tried = [own, sealing.key_of_phrase(PHRASES[0], bytes(bid.salt)), file.public]
    for (one, _other), box in file.halves.items():
        if one == str(openers[0].user_id):
            context = f"half {reference} {one} with {_other}".encode()
            tried.append(sealing.unseal(box, own, context))
    for private in tried:
        with pytest.raises(sealing.CannotOpen):
            sealing.open_bid(sealed, private, bids.context(bid))
        with pytest.raises(sealing.CannotOpen):
            sealing.reread_bid(sealed, private, bids.context(bid))


def test_an_administrator_who_puts_a_key_of_his_own_in_the_database_gets_no_bids(
    found: Tender, bidder: Viewer
) -> None:
    key = world.filled(found, bidder, MORNING)
    with rowsecurity.as_system():
        SealKey.objects.filter(tender=found).update(public_key=sealing.public_of(sealing.new_key()))
    with world.acting(bidder, MORNING) as actor, pytest.raises(Refusals) as refused:
        bids.submit_bid(found.pk, key, actor=actor)
    assert codes(refused) == ("key-missing",)


def test_nobody_but_the_bidder_sees_that_there_is_a_bid(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    world.submitted(found, bidder, MORNING)
    for viewer in (*openers, world.bidder("koul-toinen"), make.worker("kunta-092", world.ON)):
        with world.acting(viewer, MORNING):
            assert not Bid.objects.exists()
            assert not BidVersion.objects.exists()
            assert not BidFile.objects.exists()
            assert not Entry.objects.filter(action__startswith="procurement.bid.").exists()
    with world.acting(bidder, MORNING):
        assert Bid.objects.count() == BidVersion.objects.count() == 1
        assert not SealKey.objects.exists()


# --- To the second --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [timedelta(0), timedelta(microseconds=999_999)])
def test_a_bid_is_taken_until_the_end_of_the_second_of_the_deadline(
    found: Tender, bidder: Viewer, after: timedelta
) -> None:
    key = world.filled(found, bidder, MORNING)
    with world.acting(bidder, DEADLINE + after) as actor:
        version = bids.submit_bid(found.pk, key, actor=actor)
    assert version.received_at == DEADLINE
    assert len(version.digest) == 64


def test_a_bid_a_second_late_is_refused_and_its_draft_kept(found: Tender, bidder: Viewer) -> None:
    key = world.filled(found, bidder, MORNING)
    with world.acting(bidder, DEADLINE + SECOND) as actor:
        with pytest.raises(Refusals) as refused:
            bids.submit_bid(found.pk, key, actor=actor)
        assert codes(refused) == ("late",)
        assert refused.value.refusals[0].params == {"arrived": "12.00.01"}
        assert bids.look(found.pk, key, actor=actor).content.lots["L1"]["price"] == world.SECRET_PRICE
        assert not BidVersion.objects.exists()
        with pytest.raises(Refusals) as refused:
            bids.withdraw_bid(found.pk, actor=actor)
        assert codes(refused) == ("late-withdrawal",)


def test_in_the_night_when_clocks_go_back_the_second_of_the_hour_meant_counts(
    openers: list[Viewer], bidder: Viewer
) -> None:
    """3.30 comes twice on 25.10.2026; a deadline at the first of them is over at the second."""
    first = datetime(2026, 10, 25, 3, 30, tzinfo=clock.HELSINKI, fold=0)
    second = first.replace(fold=1)
    found = world.sealed_tender(openers, deadline=first)
    key = world.filled(found, bidder, first - timedelta(hours=8))
    with world.acting(bidder, second) as actor, pytest.raises(Refusals) as refused:
        bids.submit_bid(found.pk, key, actor=actor)
    assert codes(refused) == ("late",)
    with world.acting(bidder, first) as actor:
        version = bids.submit_bid(found.pk, key, actor=actor)
    assert version.received_at == first


def test_a_submission_sent_twice_is_one_bid_with_one_receipt_even_after_the_deadline(
    found: Tender, bidder: Viewer
) -> None:
    key, token = world.filled(found, bidder, MORNING), uuid.uuid4()
    with world.acting(bidder, DEADLINE) as actor:
        one = bids.submit_bid(found.pk, key, actor=actor, token=token)
    with world.acting(bidder, DEADLINE + 60 * SECOND) as actor:
        assert bids.submit_bid(found.pk, key, actor=actor, token=token) == one
        assert [version.pk for version in bid_access.own_versions(actor, found.pk)] == [one.pk]


def test_a_bid_is_replaced_and_withdrawn_before_the_deadline_and_only_the_last_is_kept(
    found: Tender, bidder: Viewer
) -> None:
    first, key = world.submitted(found, bidder, MORNING)
    with world.acting(bidder, MORNING + SECOND) as actor:
        second = bids.submit_bid(found.pk, key, actor=actor)
        first.refresh_from_db()
        assert (first.state, bytes(first.content), second.number) == ("replaced", b"", 2)
        bids.withdraw_bid(found.pk, actor=actor)
        second.refresh_from_db()
        assert (second.state, bytes(second.for_tender)) == ("withdrawn", b"")
        with pytest.raises(Refusals) as refused:
            bids.withdraw_bid(found.pk, actor=actor)
        assert codes(refused) == ("not-submitted",)


# --- Drafts ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_resumed_with_its_phrase_and_a_wrong_one_is_refused(found: Tender, bidder: Viewer) -> None:
    key = world.filled(found, bidder, MORNING)
    with world.acting(bidder, MORNING) as actor:
        assert bids.resume_bid(found.pk, world.BID_PHRASE, actor=actor)[1] == key
        with pytest.raises(Refusals) as refused:
            bids.resume_bid(found.pk, world.BID_PHRASE + "a", actor=actor)
        assert codes(refused) == ("wrong-phrase",)
        with pytest.raises(sealing.CannotOpen):
            bids.look(found.pk, sealing.new_key(), actor=actor)


def test_a_lost_phrase_costs_the_draft_but_not_the_submitted_bid(found: Tender, bidder: Viewer) -> None:
    version, _key = world.submitted(found, bidder, MORNING)
    with world.acting(bidder, MORNING) as actor:
        _bid, key = bids.restart_bid(found.pk, "aivan toinen lause", actor=actor)
        assert bids.look(found.pk, key, actor=actor).content.lots == {}
        version.refresh_from_db()
        assert version.state == "in-force"


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("-5", "negative"),
        ("0", "zero"),
        ("1000 USD", "currency"),
        ("1000 kr", "currency"),
        ("tuhat", "currency"),
        ("1,234", "amount"),
        ("1.2.3", "amount"),
    ],
)
def test_a_price_that_is_none_is_refused_at_its_field(
    found: Tender, bidder: Viewer, price: str, code: str
) -> None:
    with world.acting(bidder, MORNING) as actor:
        bid, key = bids.start_bid(found.pk, world.BID_PHRASE, actor=actor)
        with pytest.raises(Refusals) as refused:
            bids.save_section(
                found.pk, key, "lot-L1", {"price": price}, actor=actor, expected_version=bid.draft_version
            )
    assert [(one.field, one.code) for one in refused.value.refusals] == [("price", code)]


def test_a_draft_saved_over_a_colleagues_is_told(found: Tender, bidder: Viewer) -> None:
    key = world.filled(found, bidder, MORNING)
    with world.acting(bidder, MORNING) as actor, pytest.raises(EditClash):
        bids.save_section(found.pk, key, "bidder", {"bidder-name": "Toinen"}, actor=actor, expected_version=1)


def test_an_incomplete_bid_and_one_for_a_closed_lot_are_refused(found: Tender, bidder: Viewer) -> None:
    key = world.filled(found, bidder, MORNING, lots=("L1", "L2"))
    with rowsecurity.as_system():
        found.bid_form = found.bid_form | {"lots": found.bid_form["lots"][:1]}
        found.save()
    with world.acting(bidder, MORNING) as actor:
        with pytest.raises(Refusals) as refused:
            bids.submit_bid(found.pk, key, actor=actor)
        assert codes(refused) == ("lot-closed",)
        bid = bid_access.own_bid(actor, found.pk)
        bids.save_section(found.pk, key, "bidder", {}, actor=actor, expected_version=bid.draft_version)
        with pytest.raises(Refusals) as refused:
            bids.submit_bid(found.pk, key, actor=actor)
        assert "incomplete" in codes(refused)


def test_changed_documents_make_bids_void_until_confirmed_and_tell_the_bidder(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    version, key = world.submitted(found, bidder, MORNING)
    with world.acting(openers[0], MORNING) as actor:
        bids.void_bids(found, actor=actor)
    with world.acting(bidder, MORNING) as actor:
        version.refresh_from_db()
        assert (version.state, bid_access.own_bid(actor, found.pk).state) == ("void", "void")
        again = bids.submit_bid(found.pk, key, actor=actor)
        assert (again.number, bid_access.own_bid(actor, found.pk).state) == (2, "submitted")
    with rowsecurity.as_system():
        assert [one.user_id for one in Notice.objects.filter(kind="procurement.bid-void")] == [bidder.user_id]


# --- The opening ----------------------------------------------------------------------------------------------------


def test_two_openers_open_the_bids_in_force_and_the_record_tells_who_when_and_what(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    key = world.filled(found, bidder, MORNING)
    attach(found, key, bidder, MORNING)
    with world.acting(bidder, MORNING) as actor:
        version = bids.submit_bid(found.pk, key, actor=actor)
    other = world.bidder("koul-toinen")
    world.submitted(found, other, MORNING)
    with world.acting(other, MORNING) as actor:
        bids.withdraw_bid(found.pk, actor=actor)
    session = world.opened(found, openers[0], openers[1])
    [line] = session.record["bids"]
    assert line["digest"] == version.digest
    assert (line["bidder"], line["lots"], line["files"], line["readable"]) == (
        "Tarjoaja koul-testi",
        ["L1"],
        1,
        True,
    )
    assert [one["name"] for one in session.record["openers"]] == [openers[0].name, openers[1].name]
    assert session.digest == opening.digest_of(session.record)
    assert world.SECRET_PRICE not in str(session.record)
    with world.acting(openers[2], LATER) as actor:
        [opened] = opening.record_opened_look(found.pk, actor=actor)
        assert (str(opened.price_eur), opened.lot.code) == ("245123.45", "L1")
        assert opened.answers["answer-teaching"] == world.SECRET_ANSWER
        assert opened.common["contact-email"] == "tarjous@example.org"
        [file] = bid_access.opened_files(actor)
        assert opening.open_file(file.pk, actor=actor)[1] == SECRET_FILE
        assert Bid.objects.count() == 1
        assert Tender.objects.get(pk=found.pk).state == "opened"
        assert OpeningSession.objects.get().handed == {}
    with world.acting(other, LATER) as actor:
        assert not OpenedBid.objects.exists()
        with pytest.raises(NotVisible):
            opening.open_file(file.pk, actor=actor)


def test_nobody_opens_before_the_second_of_the_deadline_is_over(found: Tender, openers: list[Viewer]) -> None:
    with (
        world.acting(openers[0], DEADLINE + timedelta(microseconds=900_000)) as actor,
        pytest.raises(Refusals) as refused,
    ):
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    assert codes(refused) == ("too-early",)


def test_the_same_person_cannot_be_both_openers(found: Tender, openers: list[Viewer]) -> None:
    with world.acting(openers[0], LATER) as actor:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
        for act in (opening.begin_opening, opening.complete_opening):
            with pytest.raises(Refusals) as refused:
                act(found.pk, PHRASES[0], actor=actor)
            assert codes(refused) == ("same-person",)


def test_naming_one_person_twice_or_two_with_the_same_address_is_refused(openers: list[Viewer]) -> None:
    found = world.tender()
    with world.acting(openers[0], MORNING) as actor:
        with pytest.raises(Refusals) as refused:
            opening.name_openers(found.pk, [actor.user_id or 0] * 2, actor=actor)
        assert codes(refused) == ("number",)
        User.objects.filter(pk__in=[one.user_id for one in openers[:2]]).update(email="sama@example.org")
        with pytest.raises(Refusals) as refused:
            opening.name_openers(found.pk, [one.user_id or 0 for one in openers[:2]], actor=actor)
        assert codes(refused) == ("same-person",)


def test_a_half_waits_half_an_hour_and_no_longer(found: Tender, openers: list[Viewer]) -> None:
    with world.acting(openers[0], LATER) as actor:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    with world.acting(openers[1], LATER + opening.HELD) as actor:
        with pytest.raises(Refusals) as refused:
            opening.complete_opening(found.pk, PHRASES[1], actor=actor)
        assert codes(refused) == ("not-begun",)
        opening.begin_opening(found.pk, PHRASES[1], actor=actor)
        assert OpeningSession.objects.order_by("id").first().handed == {}
    with world.acting(openers[2], LATER + opening.HELD) as actor:
        assert opening.complete_opening(found.pk, PHRASES[2], actor=actor).second_id == actor.user_id


def test_the_job_forgets_a_half_that_nobody_completed(found: Tender, openers: list[Viewer]) -> None:
    with world.acting(openers[0], LATER) as actor:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    with world.moment(LATER):
        assert forget_openings(0) == 0
    with world.moment(LATER + opening.HELD):
        assert forget_openings(0) == 1


def test_a_wrong_phrase_a_stranger_and_an_unanswered_question_do_not_open(
    found: Tender, openers: list[Viewer]
) -> None:
    stranger = world.officer()
    with world.acting(openers[0], LATER) as actor, pytest.raises(Refusals) as refused:
        opening.begin_opening(found.pk, PHRASES[1], actor=actor)
    assert codes(refused) == ("wrong-phrase",)
    with world.acting(stranger, LATER) as actor, pytest.raises(Refusals) as refused:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    assert codes(refused) == ("not-opener",)
    with rowsecurity.as_system():
        Question.objects.create(tender=found, text="Milloin?", asked_at=MORNING)
    with world.acting(openers[0], LATER) as actor, pytest.raises(Refusals) as refused:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    assert codes(refused) == ("questions",)


def test_a_bid_changed_in_the_database_is_told_in_the_record_and_holds_back_nobody(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    broken, _key = world.submitted(found, bidder, MORNING)
    whole, _key = world.submitted(found, world.bidder("koul-toinen"), MORNING + SECOND)
    with world.acting(openers[0], MORNING):
        assert opening.seal_is_whole(found)
    with rowsecurity.as_system():
        BidVersion.objects.filter(pk=broken.pk).update(content=bytes(broken.content)[:-1] + b"x")
    with world.acting(openers[0], MORNING):
        assert not opening.seal_is_whole(found)
    session = world.opened(found, openers[0], openers[1])
    assert [line["readable"] for line in session.record["bids"]] == [False, True]
    with rowsecurity.as_system():
        assert [one.version_id for one in OpenedBid.objects.all()] == [whole.pk]


def test_phrases_stand_in_no_journal_entry_and_every_access_does(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    world.submitted(found, bidder, MORNING)
    world.opened(found, openers[0], openers[1])
    with rowsecurity.as_system():
        names = list(Entry.objects.filter(action__startswith="procurement.").values_list("action", flat=True))
    assert names.count("procurement.opener-phrase.set") == 3
    for name in ("bid.started", "bid.saved", "bid.submitted", "opening.begun", "opening.completed"):
        assert f"procurement.{name}" in names


def test_buyers_do_not_bid_and_bidders_do_not_open(
    found: Tender, bidder: Viewer, openers: list[Viewer]
) -> None:
    with world.acting(openers[0], MORNING) as actor, pytest.raises(MissingCapability):
        bids.start_bid(found.pk, world.BID_PHRASE, actor=actor)
    with world.acting(bidder, LATER) as actor, pytest.raises(MissingCapability):
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
