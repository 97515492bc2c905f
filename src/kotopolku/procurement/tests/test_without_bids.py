"""Procedures without a tender to all: a direct award with its notice and standstill, and what is bought within a framework."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.procurement import access
from kotopolku.procurement.actions import awards, checks, papers, publication, tenders
from kotopolku.procurement.actions.awards import AwardContent, Sending
from kotopolku.procurement.actions.checks import CheckContent
from kotopolku.procurement.models import AwardDecision, Contract, Notice, Tender, TenderState
from kotopolku.procurement.queries import awards as queries
from kotopolku.procurement.queries import tenders as reading
from kotopolku.procurement.queries.evaluation import EXTRACTS
from kotopolku.procurement.tender_rules import Money, TermContent
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.tender_world import ON, PAPER

pytestmark = pytest.mark.django_db


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refusals) as found:
        act()
    return [one.code for one in found.value.refusals]


def drafted(first: Viewer, **changes: object) -> Tender:
    """A draft without criteria and timetable: what is bought, for how much, on which terms, with its grounds."""
    with make.working(first):
        tender = tenders.draft_tender(world.basics(**changes), actor=first)
        money = Money(base_eur=Decimal(90_000), starts_on=ON + timedelta(60), ends_on=ON + timedelta(400))
        tenders.change_tender(tender.pk, money, actor=first, expected_version=tender.version)
        tenders.add_part(tender.pk, world.lot(value_eur=Decimal(90_000)), actor=first)
        tenders.add_part(tender.pk, TermContent(world.three("Maksu"), world.three("30 päivää.")), actor=first)
        papers.add_paper(tender.pk, papers.Paper("Perustelu", role="grounds"), PAPER, actor=first)
        tender.refresh_from_db()
        return tender


def decided(tender: Tender, supplier: Viewer, first: Viewer, second: Viewer) -> AwardDecision:
    with make.working(first):
        lot = tender.lots.get()
        words = AwardContent("Vain yksi.", "Bara en.", False, supplier.organisation_id, Decimal(88_000))
        row = awards.draft_award(lot.pk, words, actor=first)
        awards.send_award_for_review(row.pk, actor=first, expected_version=row.version)
    with make.working(second):
        row.refresh_from_db()
        return awards.make_decision(
            row.pk, tender.number, Sending(), actor=second, expected_version=row.version
        )


def test_a_direct_award_has_its_ground_its_notice_and_a_standstill_from_the_notice() -> None:
    first, second, supplier = world.officer(), world.officer(), world.bidder()
    tender = drafted(first, procedure="direct-award")
    with make.working(first):
        lacking = " ".join(one.text for one in reading.remarks(reading.parts_of(tender)) if one.blocks)
        assert "perust" in lacking or "ground" in lacking
        content = world.basics(procedure="direct-award", ground="only-one")
        tender = tenders.change_tender(tender.pk, content, actor=first, expected_version=tender.version)
        assert [one.text for one in reading.remarks(reading.parts_of(tender)) if one.blocks] == []
    tender = world.publish(tender, first, second, openers=False, announced=False)
    with make.working(first):
        assert Notice.objects.get(tender=tender).subtype == 25
        lot = tender.lots.get()
        words = AwardContent("Vain yksi.", "Bara en.", False, supplier.organisation_id, Decimal(88_000))
        assert codes(lambda: awards.draft_award(lot.pk, words, actor=first)) == ["state"]
    at = datetime(2026, 11, 23, 10, tzinfo=clock.HELSINKI)
    with mock.patch.object(clock, "real_now", return_value=at):
        world.hand_in("published")
    with make.working(first):
        nobody = AwardContent("Vain yksi.", "Bara en.")
        assert codes(lambda: awards.draft_award(lot.pk, nobody, actor=first)) == ["required", "required"]
    tender.refresh_from_db()
    row = decided(tender, supplier, first, second)
    assert row.standstill == "direct"
    with make.working(first):
        facts = queries.facts_of(row)
        assert facts.announced_on == at.date()
        # 14 days from Monday 23 November end on 7 December, the next day is a holiday's eve and a working day.
        assert row.earliest_contract_on == at.date() + timedelta(15)
        seen = [CheckContent("extract", key, "met", dated_on=ON - timedelta(30)) for key in EXTRACTS]
        checks.check_suitability(tender.pk, supplier.organisation_id or 0, seen, actor=first)
        early = [one.code for one in awards.may_contract(lot.pk, at.date() + timedelta(14))]
        assert early == ["standstill"]
        assert awards.may_contract(lot.pk, at.date() + timedelta(15)) == []
        Notice.objects.filter(tender=tender).update(state="sent", published_at=None)
        assert [one.code for one in awards.may_contract(lot.pk, at.date() + timedelta(15))] == [
            "not-announced"
        ]


def test_within_a_framework_only_its_suppliers_bid_and_are_given_orders() -> None:
    first, second = world.officer(), world.officer()
    inside, outside = world.bidder(), world.bidder(world.SECOND_BIDDER)
    frame = world.drafted(first, procedure="framework-several")
    with make.working(first):
        papers.add_paper(frame.pk, papers.Paper("Puitesopimus", role="framework"), PAPER, actor=first)
    frame = world.publish(frame, first, second)
    with make.working(first):
        assert reading.frameworks(first) == []
        assert codes(
            lambda: tenders.draft_tender(
                world.basics(procedure="call-off", framework_id=frame.pk), actor=first
            )
        ) == ["unknown"]
        Tender.objects.filter(pk=frame.pk).update(state=TenderState.DECIDED)
        Contract.objects.create(
            tender=frame,
            lot=frame.lots.get(),
            buyer=frame.buyer,
            supplier_id=inside.organisation_id,
            number="S-2026-001",
            state="in-force",
            signed_on=ON,
            value_eur=480_000,
            volume=1_000,
            price_eur=480,
            starts_on=ON,
            ends_on=ON + timedelta(700),
            made_on=ON,
        )
        assert reading.frameworks(first) == [frame]
    order = drafted(first, procedure="call-off", framework_id=frame.pk)
    with make.working(first):
        publication.send_for_review(order.pk, actor=first, expected_version=order.version)
    with make.working(second):
        order.refresh_from_db()
        order = publication.publish(order.pk, actor=second, expected_version=order.version)
        assert order.is_published
        assert Notice.objects.filter(tender=order).count() == 0
    with make.working(first):
        lot = order.lots.get()
        words = AwardContent("Etusija.", "Rang.", False, outside.organisation_id, Decimal(80_000))
        assert codes(lambda: awards.draft_award(lot.pk, words, actor=first)) == ["required"]
    row = decided(order, inside, first, second)
    assert row.no_standstill_reason == "call-off"
    with make.working(first):
        assert awards.may_contract(lot.pk, ON) == []
    mini = world.published(first, second, procedure="mini-competition", framework_id=frame.pk)
    with make.working(inside):
        assert mini in access.biddable(inside)
        assert order not in access.biddable(inside)
    with make.working(outside):
        assert mini not in access.biddable(outside)
