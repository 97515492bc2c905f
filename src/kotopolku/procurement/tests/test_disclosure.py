"""Business secrets from the sealed bid to the buyer's decision, and who reads which bid from which day."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk.actions.documents import Upload
from kotopolku.procurement import bid_form, bid_rules, sealing
from kotopolku.procurement.actions import bids, disclosure
from kotopolku.procurement.bid_rules import Content, SecretMark
from kotopolku.procurement.models import (
    AwardDecision,
    Bid,
    Contract,
    OpenedBid,
    OpenedFile,
    SecretClaim,
    Tender,
)
from kotopolku.procurement.queries import disclosure as reading
from kotopolku.procurement.queries import public, told
from kotopolku.procurement.tests import awards_world as awarded
from kotopolku.procurement.tests import bids_world as world
from kotopolku.procurement.tests.awards_world import A, B
from kotopolku.procurement.tests.bids_world import DEADLINE, SECOND

pytestmark = pytest.mark.django_db
WHY = "Opetusmenetelmä on meidän kehittämämme eikä muilla ole sitä."


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.KEYS = tmp_path / "keys"
    with sealing.at_cost(4):
        yield


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refusals) as found:
        act()
    return [one.code for one in found.value.refusals]


def test_marks_travel_sealed_with_the_bid_and_the_price_compared_cannot_be_marked() -> None:
    first, second, bidder = world.officer(), world.officer(), world.bidder()
    found = world.sealed_tender([first, second])
    morning = DEADLINE - timedelta(hours=3)
    key = world.filled(found, bidder, morning)
    answers = {"price": world.SECRET_PRICE, "answer-teaching": world.SECRET_ANSWER}
    with world.acting(bidder, morning) as actor:
        version = Bid.objects.get(tender=found).draft_version
        save = {"actor": actor, "expected_version": version}
        for secrets, code in (({"answer-teaching": "salaista"}, "secret-short"),):
            refused = codes(
                lambda: bids.save_section(found.pk, key, "lot-L1", answers, secrets=secrets, **save)  # noqa: B023
            )
            assert refused == [code]
        bids.save_section(
            found.pk, key, "lot-L1", answers, secrets={"answer-teaching": WHY, "price": WHY}, **save
        )
        paper = Upload("suunnitelma.txt", b"Suunnitelma")
        bids.add_file(found.pk, key, "lot-L1", "files-teaching", paper, actor=actor, secret=WHY)
        marked = bids.look(found.pk, key, actor=actor).content
        assert marked.secret("lot-L1", "answer-teaching") == WHY
        assert marked.secret("lot-L1", "price") == ""
        version = bids.submit_bid(found.pk, key, actor=actor)
        assert WHY.encode() not in bytes(version.content) + bytes(version.for_tender)
        assert SecretClaim.objects.count() == 0
    world.opened(found, first, second)
    with world.acting(first, DEADLINE + 9 * SECOND):
        claims = SecretClaim.objects.filter(tender=found)
        opened = OpenedFile.objects.get(tender=found)
        assert {(one.section, one.item, one.reason, one.state) for one in claims} == {
            ("lot-L1", "answer-teaching", WHY, "claimed"),
            ("lot-L1", str(opened.file.reference), WHY, "claimed"),
        }
    with make.working(world.bidder("koul-toinen")):
        assert SecretClaim.objects.count() == 0


def test_a_price_marked_past_the_form_is_no_secret_after_the_opening_either() -> None:
    lot = bid_form.AskedLot(1, "L1", {"fi": "Osa"})
    asked = world.asked("teaching")
    form = bid_form.bid_form(
        documents_version=1,
        basis="price-quality",
        grounds=[],
        suitability=[],
        service=[],
        criteria=[asked],
        lots=[lot],
    )
    marks = tuple(SecretMark("lot-L1", item, WHY) for item in ("price", "answer-teaching", "unknown"))
    sound = bid_rules.sound_secrets(form, Content(lots={"L1": {}}, secrets=marks))
    assert [one.item for one in sound] == ["answer-teaching"]


def decided(first: Viewer, second: Viewer) -> tuple[Tender, AwardDecision, SecretClaim]:
    """A decided lot in which A won; of A's bid one answer is marked as a business secret and one is not."""
    tender, lot, _ranking = awarded.ranked(first, second)
    with rowsecurity.as_system():
        tender.bid_form = bid_form.bid_form(
            documents_version=1,
            basis="price-quality",
            grounds=["bribery"],
            suitability=[world.asked("licence")],
            service=[],
            criteria=[world.asked("teachers"), world.asked("plan")],
            lots=[bid_form.AskedLot(lot.pk, lot.code, lot.title)],
        )
        tender.save()
        for row in OpenedBid.objects.filter(tender=tender).select_related("bidder"):
            code = row.bidder.code
            row.answers = {"answer-teachers": f"salattu {code}", "answer-plan": f"avoin {code}"}
            row.common |= {"contact-name": "Tuuli Testi"}
            row.save()
        bid = Bid.objects.get(tender=tender, bidder__code=A)
        claim = SecretClaim.objects.create(
            tender=tender,
            buyer=tender.buyer,
            bid=bid,
            bidder=bid.bidder,
            section=f"lot-{lot.code}",
            item="answer-teachers",
            reason=WHY,
        )
    with make.working(second):
        early = codes(lambda: disclosure.decide_claim(claim.pk, False, "Yleistä tietoa.", actor=second))
        assert early == ["not-decided"]
    return tender, awarded.decided(lot, first, second), claim


def text_of(shown: list[reading.ShownBid]) -> str:
    return "\n".join(
        f"{bid.bidder} {bid.price_eur} {[row for part in bid.parts for row in part.rows]}" for bid in shown
    )


def on(viewer: Viewer, day: date) -> Viewer:
    return replace(viewer, day=day)


def test_a_loser_reads_the_winners_bid_without_secrets_after_the_decision_and_the_public_after_the_contract() -> (
    None
):
    first, second, loser = awarded.officer(), awarded.officer(), awarded.bidder(B)
    tender, decision, claim = decided(first, second)
    stranger = awarded.bidder("koul-vieras")
    with make.working(loser):
        assert OpenedBid.objects.exclude(bidder_id=loser.organisation_id).count() == 0
        read = text_of(disclosure.read_told_bids(decision.pk, actor=loser))
        assert f"avoin {A}" in read
        assert "480000.00" in read
        for never in ("salattu koul-a", f"avoin {B}", "Tuuli", "bribery"):
            assert never not in read
    with make.working(stranger), pytest.raises(NotVisible):
        disclosure.read_told_bids(decision.pk, actor=stranger)
    with make.working(second):
        assert codes(lambda: disclosure.decide_claim(claim.pk, False, " ", actor=second)) == ["required"]
        refused = disclosure.decide_claim(claim.pk, False, "Menetelmä on yleisesti tunnettu.", actor=second)
        assert refused.opens_on == awarded.ON + timedelta(days=7)
        assert codes(lambda: disclosure.take_public_copy(tender.pk, claim.bidder_id, actor=second)) == [
            "no-contract"
        ]
    for day, open_now in ((6, False), (7, True)):
        with make.working(on(loser, awarded.ON + timedelta(days=day))) as reader:
            assert ("salattu koul-a" in text_of(reading.told_bids(reader, decision.pk))) is open_now
    with make.working(on(second, awarded.ON + timedelta(days=7))) as late:
        again = codes(lambda: disclosure.decide_claim(claim.pk, True, "Sittenkin salaisuus.", actor=late))
        assert again == ["open"]
    signed = awarded.ON + timedelta(days=20)
    with rowsecurity.as_system():
        Contract.objects.create(
            tender=tender,
            lot=decision.lot,
            buyer=tender.buyer,
            supplier_id=claim.bidder_id,
            number="2026-001/1",
            signed_on=signed,
            value_eur=480_000,
            volume=1_000,
            price_eur=480,
            starts_on=signed,
            ends_on=signed + timedelta(days=300),
            made_on=signed,
        )
    nobody = Viewer(user_id=None, name="", day=signed, seat=None)
    with make.working(on(nobody, signed - timedelta(days=1))) as early:
        assert public.detail(early, tender.pk).compared == []
    with make.working(nobody):
        [(_lot, rows)] = public.detail(nobody, tender.pk).compared
        assert [(one.rank, one.bidder) for one in rows] == [
            (1, f"Tarjoaja {A}"),
            (2, f"Tarjoaja {B}"),
            (3, "Tarjoaja koul-c"),
        ]
        assert OpenedBid.objects.count() == 0
    with make.working(on(second, signed)) as giver:
        given = text_of(disclosure.take_public_copy(tender.pk, claim.bidder_id, actor=giver))
        assert f"avoin {A}" in given
        assert "Tuuli" not in given


def test_every_bidder_reads_its_own_points_beside_the_winners_and_its_last_days() -> None:
    first, second = awarded.officer(), awarded.officer()
    tender, decision, _claim = decided(first, second)
    loser = Worker(B, awarded.ON, Role.PROVIDER)
    with make.working(loser.viewer):
        page = told.told_page(loser.viewer, decision.pk)
        assert (page.rank, page.compared, page.chosen) == (2, 3, False)
        teachers, price = page.rows
        assert (teachers.own.points, teachers.winner.points) == ("48,00", "54,00")
        assert (price.own.points, price.winner.points) == ("40,00", "37,50")
        assert [row.name for row in page.advantages] == ["Opettajat"]
        assert [row.name for row in page.own_advantages] == [""]
        assert page.appeal_until == date(2026, 12, 11)
    shown = words(loser.get(f"/procurement/told/{decision.pk}/"))
    for wanted in ("Your bid beside the chosen one", "54", "Where the chosen bid was better", "Appeal by"):
        assert wanted in shown
    assert "koul-c" not in shown.split("Reasons")[0]
    paper = loser.get(f"/procurement/told/{decision.pk}/fi.pdf")
    assert b"".join(paper) if paper.streaming else paper.content.startswith(b"%PDF")
    assert "avoin koul-a" in words(loser.get(f"/procurement/told/{decision.pk}/bids/"))
    officer = Worker(awarded.BUYER, awarded.ON, Role.PROCUREMENT_OFFICER)
    publicity = words(officer.get(f"/procurement/tenders/{tender.pk}/publicity/"))
    assert WHY in publicity
    assert "bidders only" in publicity
    claim = SecretClaim.objects
    with rowsecurity.as_system():
        address = f"/procurement/secrets/{claim.get(tender=tender).pk}/"
    assert officer.post(address, accepted="", words="").status_code == 422
    assert officer.post(address, accepted="no", words="Yleisesti tunnettua.").status_code == 302
    winner = Worker(A, awarded.ON, Role.PROVIDER)
    assert "Opens on" in words(winner.get(f"/procurement/bids/{tender.pk}/secrets/"))
