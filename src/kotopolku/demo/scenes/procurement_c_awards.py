"""Awards on Vantaa's tenders: one long decided, one under appeal, one in its standstill. Each is evaluated by two persons.

Played after the bids. The tender that closed yesterday stays sealed for whoever tries the demo.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.viewer import Viewer
from kotopolku.demo import bidding
from kotopolku.demo.bidding import acting
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.procurement_a_tenders import APPEALED, CONTRACTED, STANDSTILL, tender_of
from kotopolku.procurement.actions import awards, challenges, checks, disclosure, evaluation
from kotopolku.procurement.actions.awards import AwardContent, Sending
from kotopolku.procurement.actions.checks import CheckContent
from kotopolku.procurement.models import (
    AwardDecision,
    CheckKind,
    Lot,
    OpenedBid,
    RequirementKind,
    SecretClaim,
    Tender,
)
from kotopolku.procurement.queries.evaluation import EXTRACTS

FIRST, SECOND = bidding.OPENERS
OPENED = {CONTRACTED: -118, APPEALED: -43, STANDSTILL: -18}
DECIDED = {CONTRACTED: -100, APPEALED: -25, STANDSTILL: -4}
"""Days from the day of the demo."""
POINTS: Mapping[str, tuple[int, int]] = {"koul-esimerkkiopisto": (88, 82), "koul-mallikoulutus": (74, 78)}
"""The first and the second evaluator's points by bidder; the second criterion gets five fewer."""
WORDS = {
    "koul-esimerkkiopisto": "Kelpoiset opettajat jokaisessa ryhmässä, ohjaus kuvattu viikoittain.",
    "koul-mallikoulutus": "Opettajat kelpoisia, ohjauksen kuvaus jää yleiseksi.",
}
REASONS = AwardContent(
    "Valitun tarjouksen hinta-laatusuhde on ilmoitetuilla perusteilla paras. Opettajien osaaminen ja suunnitelma"
    " ohjauksesta on kuvattu tarkemmin kuin toisessa tarjouksessa, ja hinta on edullisempi.",
    "Det valda anbudet har det bästa förhållandet mellan pris och kvalitet enligt de angivna grunderna. Lärarnas"
    " kompetens och planen för handledningen beskrivs noggrannare än i det andra anbudet, och priset är lägre.",
)

ACCEPTED = "Menetelmä ei ole yleisesti tunnettu, ja tarjoaja on pitänyt sen salassa."
REFUSED = "Vastaus kuvaa tavanomaista järjestelyä, jonka tarjoaja kertoo omilla sivuillaan."


def play(actor_of: ActorOf, day: date) -> None:
    for number, opening in OPENED.items():
        with acting(FIRST, actor_of, day) as actor:
            tender = tender_of(actor, number)
        then = day + timedelta(days=opening)
        bidding.open_bids(tender.pk, actor_of, then)
        _evaluated(tender, actor_of, then + timedelta(days=3))
        decisions = _decided(tender, actor_of, day + timedelta(days=DECIDED[number]))
        if number == APPEALED:
            with acting("koulutus2", actor_of, day - timedelta(days=15)) as bidder:
                challenges.file_challenge(
                    decisions[0].pk,
                    "appeal",
                    "Valitimme markkinaoikeuteen laatupisteiden perusteluista.",
                    actor=bidder,
                )
        if number == CONTRACTED:
            _secrets(tender, actor_of, day + timedelta(days=DECIDED[number] + 3))
            _extracts(tender, decisions, actor_of, day + timedelta(days=DECIDED[number] + 5))


def _evaluated(tender: Tender, actor_of: ActorOf, day: date) -> None:
    with acting(SECOND, actor_of, day) as second:
        ids = [second.user_id or 0]
    with acting(FIRST, actor_of, day) as actor:
        evaluation.name_evaluators(tender.pk, [actor.user_id or 0, *ids], actor=actor)
        _checked(tender, actor)
        lots = list(Lot.objects.filter(tender=tender).order_by("id"))
    for place, who in enumerate((FIRST, SECOND)):
        with acting(who, actor_of, day) as actor:
            evaluation.declare_interest(tender.pk, False, "", actor=actor)
            for lot in lots:
                evaluation.hand_in_scores(lot.pk, _scores(lot, place), actor=actor)
    with acting(FIRST, actor_of, day + timedelta(days=2)) as actor:
        for lot in lots:
            evaluation.moderate(lot.pk, _scores(lot, None), actor=actor)
            evaluation.rank_lot(lot.pk, actor=actor)


def _checked(tender: Tender, actor: Viewer) -> None:
    wanted = [CheckContent(CheckKind.EXCLUSION, one.code, "met") for one in tender.grounds.all()]
    suitability = tender.requirements.filter(kind=RequirementKind.SUITABILITY)
    wanted += [CheckContent(CheckKind.REQUIREMENT, one.code, "met") for one in suitability]
    bids = list(OpenedBid.objects.filter(tender=tender))
    for bidder_id in {bid.bidder_id for bid in bids}:
        checks.check_suitability(tender.pk, bidder_id, wanted, actor=actor)
    for lot_id in {bid.lot_id for bid in bids}:
        judged = [(bid.bidder_id, True, "") for bid in bids if bid.lot_id == lot_id]
        checks.judge_conformity(lot_id, judged, actor=actor)


def _scores(lot: Lot, place: int | None) -> evaluation.Scores:
    """An evaluator's points, or the agreed ones between them."""
    found = {}
    for number, criterion in enumerate(lot.tender.criteria.all()):
        for bid in OpenedBid.objects.filter(lot=lot).select_related("bidder"):
            given = POINTS[bid.bidder.code]
            points = Decimal(sum(given)) / 2 if place is None else Decimal(given[place])
            words = "" if place is None else WORDS[bid.bidder.code]
            found[criterion.pk, bid.bidder_id] = (points - 5 * number, words)
    return found


def _decided(tender: Tender, actor_of: ActorOf, day: date) -> list[AwardDecision]:
    found = []
    with acting(FIRST, actor_of, day - timedelta(days=1)) as actor:
        for lot in Lot.objects.filter(tender=tender).order_by("id"):
            row = awards.draft_award(lot.pk, REASONS, actor=actor)
            found.append(awards.send_award_for_review(row.pk, actor=actor, expected_version=row.version))
    with acting(SECOND, actor_of, day) as actor:
        return [
            awards.make_decision(row.pk, tender.number, Sending(), actor=actor, expected_version=row.version)
            for row in found
        ]


def _secrets(tender: Tender, actor_of: ActorOf, day: date) -> None:
    """What was marked as a business secret is accepted for the first lot and refused for the others."""
    with acting(SECOND, actor_of, day) as actor:
        for number, claim in enumerate(SecretClaim.objects.filter(tender=tender).order_by("id")):
            words = ACCEPTED if number == 0 else REFUSED
            disclosure.decide_claim(claim.pk, number == 0, words, actor=actor)


def _extracts(tender: Tender, decisions: list[AwardDecision], actor_of: ActorOf, day: date) -> None:
    with acting(FIRST, actor_of, day) as actor:
        for bidder_id in {one.bidder_id for row in decisions for one in row.winners.all()}:
            seen = [
                CheckContent(CheckKind.EXTRACT, key, "met", dated_on=day - timedelta(days=20))
                for key in EXTRACTS
            ]
            checks.check_suitability(tender.pk, bidder_id, seen, actor=actor)
