"""Stands up opened bids and their evaluation for tests, without sealing: what the opening lets out is written at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.procurement.actions import awards, checks, evaluation
from kotopolku.procurement.actions.awards import AwardContent, Sending
from kotopolku.procurement.actions.checks import CheckContent
from kotopolku.procurement.models import (
    AwardDecision,
    Bid,
    BidVersion,
    Criterion,
    ExclusionGround,
    Lot,
    OpenedBid,
    Ranking,
    Requirement,
    RequirementKind,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries.evaluation import EXTRACTS
from kotopolku.procurement.tests.bids_world import provider

ON = date(2026, 11, 27)
BUYER, OTHER_BUYER = "tyo-43", "tyo-28"
A, B, C = "koul-a", "koul-b", "koul-c"
PRICES: Mapping[str, int] = {A: 480_000, B: 450_000, C: 520_000}
TEACHERS: Mapping[str, int] = {A: 90, B: 80, C: 85}
WORDS = AwardContent("Tarjous oli paras.", "Anbudet var bäst.")


def officer(code: str = BUYER, on: date = ON) -> Viewer:
    return make.worker(code, on, role=Role.PROCUREMENT_OFFICER)


def bidder(code: str = A, on: date = ON) -> Viewer:
    provider(code)
    return make.worker(code, on, role=Role.PROVIDER)


def opened(
    prices: Mapping[str, int] = PRICES,
    *,
    lots: int = 1,
    tie_rule: str = "",
    basis: str = "price-quality",
    buyer: str = BUYER,
    actor: Viewer,
) -> Tender:
    """A tender with its bids opened yesterday: price 40 %, teachers 60 %, one ground and one requirement."""
    with rowsecurity.as_system():
        organisation = Organisation.objects.get(code=buyer)
        tender = Tender.objects.create(
            buyer=organisation,
            number=f"2026-{Tender.objects.count() + 1:03}",
            procedure="annex-e",
            started_on=ON - timedelta(90),
            made_on=ON - timedelta(90),
            published_on=ON - timedelta(60),
            bids_by=datetime(2026, 11, 26, 12, tzinfo=clock.HELSINKI),
            state=TenderState.OPENED,
            title={"fi": "Kotoutumiskoulutus 2027", "sv": "Integrationsutbildning 2027"},
            base_eur=Decimal(900_000),
            basis=basis,
            tie_rule=tie_rule,
        )
        if basis == "price-quality":
            Criterion.objects.create(
                tender=tender, code="teachers", title={"fi": "Opettajat"}, weight=Decimal(60)
            )
        ExclusionGround.objects.create(tender=tender, code="bribery", mandatory=True)
        Requirement.objects.create(
            tender=tender, code="licence", kind=RequirementKind.SUITABILITY, text={"fi": "Opetuslupa"}
        )
        for number in range(1, lots + 1):
            lot = Lot.objects.create(tender=tender, code=f"L{number}", title={"fi": f"Osa {number}"})
            for code, price in prices.items():
                _bid(tender, lot, code, price, actor)
    return tender


def _bid(tender: Tender, lot: Lot, code: str, price: int, actor: Viewer) -> None:
    organisation = provider(code)
    now = clock.now()
    bid, _new = Bid.objects.get_or_create(
        tender=tender,
        bidder=organisation,
        defaults={
            "buyer": tender.buyer,
            "state": "submitted",
            "salt": b"",
            "locked_key": b"",
            "draft": b"",
            "draft_saved_at": now,
            "started_at": now,
            "started_by_id": actor.user_id,
            "opened": True,
        },
    )
    version, _new = BidVersion.objects.get_or_create(
        bid=bid,
        number=1,
        defaults={
            "tender": tender,
            "bidder": organisation,
            "buyer": tender.buyer,
            "content": b"",
            "for_tender": b"",
            "for_bidder": b"",
            "digest": "0" * 64,
            "received_at": now,
            "documents_version": 1,
            "submitted_by_id": actor.user_id,
        },
    )
    OpenedBid.objects.create(
        tender=tender,
        lot=lot,
        bid=bid,
        version=version,
        bidder=organisation,
        buyer=tender.buyer,
        price_eur=Decimal(price),
        answers={"answer-teachers": "Kelpoiset opettajat."},
        common={"ground-bribery": "no", "req-licence": "yes"},
    )


def lots_of(tender: Tender) -> list[Lot]:
    return list(Lot.objects.filter(tender=tender).order_by("id"))


def named(tender: Tender, *evaluators: Viewer) -> None:
    """The evaluators named by the first, each without interests."""
    with make.working(evaluators[0]) as actor:
        evaluation.name_evaluators(tender.pk, [one.user_id or 0 for one in evaluators], actor=actor)
    for one in evaluators:
        with make.working(one):
            evaluation.declare_interest(tender.pk, False, "", actor=one)


def checked(tender: Tender, actor: Viewer) -> None:
    """Every bidder suitable and every bid conforming."""
    with make.working(actor):
        for lot in lots_of(tender):
            bids = list(OpenedBid.objects.filter(lot=lot))
            checks.judge_conformity(lot.pk, [(bid.bidder_id, True, "") for bid in bids], actor=actor)
            for bid in bids:
                checks.check_suitability(
                    tender.pk,
                    bid.bidder_id,
                    [
                        CheckContent("exclusion", "bribery", "met"),
                        CheckContent("requirement", "licence", "met"),
                    ],
                    actor=actor,
                )


def scores(lot: Lot, points: Mapping[str, int], words: str = "Perusteltu.") -> evaluation.Scores:
    """Points by organisation code for the one criterion. The actor is at work."""
    criterion = Criterion.objects.get(tender=lot.tender)
    ids = dict(Organisation.objects.filter(code__in=points).values_list("code", "pk"))
    return {(criterion.pk, ids[code]): (Decimal(number), words) for code, number in points.items()}


def handed_in(lot: Lot, evaluators: Sequence[Viewer], points: Mapping[str, int] = TEACHERS) -> None:
    for one in evaluators:
        with make.working(one):
            evaluation.hand_in_scores(lot.pk, scores(lot, points), actor=one)


def ranked(
    first: Viewer,
    second: Viewer,
    *,
    prices: Mapping[str, int] = PRICES,
    points: Mapping[str, int] = TEACHERS,
    tie_rule: str = "",
) -> tuple[Tender, Lot, Ranking]:
    """An opened tender of one lot, evaluated by both and compared."""
    tender = opened(prices, actor=first, tie_rule=tie_rule)
    with make.working(first):
        [lot] = lots_of(tender)
    named(tender, first, second)
    checked(tender, first)
    handed_in(lot, (first, second), points)
    with make.working(first):
        evaluation.moderate(lot.pk, scores(lot, points, ""), actor=first)
        return tender, lot, evaluation.rank_lot(lot.pk, actor=first)


def drafted(lot: Lot, actor: Viewer) -> AwardDecision:
    """A decision waiting for its second person."""
    with make.working(actor):
        row = awards.draft_award(lot.pk, WORDS, actor=actor)
        return awards.send_award_for_review(row.pk, actor=actor, expected_version=row.version)


def decided(lot: Lot, first: Viewer, second: Viewer, letters: Sequence[int] = ()) -> AwardDecision:
    """A decision drafted by the first and made by the second."""
    row = drafted(lot, first)
    with make.working(second):
        return awards.make_decision(
            row.pk,
            row.tender.number,
            Sending(frozenset(letters)),
            actor=second,
            expected_version=row.version,
        )


def extracts_seen(tender: Tender, bidder_id: int, actor: Viewer) -> None:
    with make.working(actor):
        checks.check_suitability(
            tender.pk,
            bidder_id,
            [CheckContent("extract", key, "met", dated_on=ON - timedelta(30)) for key in EXTRACTS],
            actor=actor,
        )


def later(viewer: Viewer, on: date) -> Viewer:
    return replace(viewer, day=on)
