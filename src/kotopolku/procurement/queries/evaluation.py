"""How far the evaluation of a tender is, and everything its pages show: stages of lots, checks, sheets, ranking.

Not for: decisions (``awards.py``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, award_rules, evaluation
from kotopolku.procurement.evaluation_input import read_input
from kotopolku.procurement.models import (
    AwardDecision,
    AwardState,
    AwardWinner,
    CheckKind,
    CheckResult,
    Clarification,
    Criterion,
    Evaluator,
    ExclusionGround,
    Lot,
    Moderation,
    OpenedBid,
    OpenedFile,
    Ranking,
    Requirement,
    RequirementKind,
    Score,
    ScoreSheet,
    SuitabilityCheck,
    Tender,
    TenderState,
    said,
)
from kotopolku.procurement.queries import tenders
from kotopolku.procurement.queries.opened import (
    LotBid,
    bids_of_tender,
    compared_criteria,
    contest_of,
    lot_bids,
    lot_contest,
)
from kotopolku.procurement.sensitivity import Sensitivity, sensitivity
from kotopolku.procurement.wording_awards import extract_name, ground_name

LIVING = (AwardState.DRAFT, AwardState.REVIEW, AwardState.MADE)
EXTRACTS = ("criminal", "tax", "pension", "trade-register")
"""What is seen of the winner before the contract (1397/2016 §88)."""


# --- What is still missing --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Obstacle:
    """Something to be done before the bids of a lot can be compared."""

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


NOT_JUDGED = _("Judge first whether the bid of %(bidder)s conforms to the request for tenders.")
NOT_CHECKED = _("Check first the suitability of %(bidder)s.")
UNCLEAR = _("The suitability of %(bidder)s is still to be clarified.")
WAITS = _("A clarification asked of %(bidder)s has not been answered and its day has not passed.")
SCORES_WAIT = _("All evaluators have not handed in their scores yet.")
NOT_AGREED = _("Agree on the points of %(bidder)s by %(criterion)s.")
NOBODY = _("No bid on this lot can be compared. Discontinue the procurement of the lot.")
NO_EVALUATOR = _("Name the evaluators first.")


def ranking_obstacles(lot: Lot, bids: Sequence[LotBid]) -> list[Obstacle]:
    """What keeps the bids of the lot from being compared, in the order of the work."""
    return _obstacles(_Record.of(lot.tender), lot, bids)


@dataclass(frozen=True)
class _Record:
    """What has been written down about a tender's evaluation, read once for all its lots."""

    criteria: Sequence[Criterion]
    wanted: frozenset[tuple[str, str]]
    checks: Mapping[int, Mapping[tuple[str, str], str]]
    waiting: frozenset[tuple[int | None, int]]
    evaluators: int
    open_lots: frozenset[int]

    @classmethod
    def of(cls, tender: Tender) -> "_Record":
        checks: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
        for one in SuitabilityCheck.objects.filter(tender=tender):
            checks[one.bidder_id][one.kind, one.key] = one.result
        asked = Clarification.objects.filter(tender=tender, answered_at=None)
        grounds = ExclusionGround.objects.filter(tender=tender).values_list("code", flat=True)
        needs = Requirement.objects.filter(tender=tender, kind=RequirementKind.SUITABILITY)
        wanted = {(CheckKind.EXCLUSION.value, code) for code in grounds}
        wanted |= {(CheckKind.REQUIREMENT.value, code) for code in needs.values_list("code", flat=True)}
        sheets = ScoreSheet.objects.filter(lot__tender=tender, open=True)
        return cls(
            criteria=compared_criteria(tender),
            wanted=frozenset(wanted),
            checks=checks,
            waiting=frozenset((one.lot_id, one.bidder_id) for one in asked if one.answer_by >= clock.today()),
            evaluators=Evaluator.objects.filter(tender=tender, conflict=False, left_on=None).count(),
            open_lots=frozenset(sheets.values_list("lot_id", flat=True)),
        )


def _obstacles(record: _Record, lot: Lot, bids: Sequence[LotBid]) -> list[Obstacle]:
    found = []
    inside = [bid for bid in bids if bid.is_in]
    if not inside:
        return [Obstacle("nobody", NOBODY)]
    for bid in inside:
        params = {"bidder": bid.bidder.name}
        results = record.checks.get(bid.bidder.pk, {})
        if record.wanted - set(results):
            found.append(Obstacle("not-checked", NOT_CHECKED, params))
        elif any(results[one] == CheckResult.UNCLEAR for one in record.wanted):
            found.append(Obstacle("unclear", UNCLEAR, params))
        if bid.conforming is None:
            found.append(Obstacle("not-judged", NOT_JUDGED, params))
        if record.waiting & {(lot.pk, bid.bidder.pk), (None, bid.bidder.pk)}:
            found.append(Obstacle("waits", WAITS, params))
    if not record.criteria:
        return found
    if not record.evaluators:
        return [*found, Obstacle("no-evaluator", NO_EVALUATOR)]
    if lot.pk not in record.open_lots:
        return [*found, Obstacle("scores-wait", SCORES_WAIT)]
    for bid in inside:
        for criterion in record.criteria:
            if criterion.pk not in bid.points:
                params = {"bidder": bid.bidder.name, "criterion": criterion.name}
                found.append(Obstacle("not-agreed", NOT_AGREED, params))
    return found


# --- Ranking ----------------------------------------------------------------------------------------------------------


def last_ranking(lot: Lot) -> Ranking | None:
    """The comparison that counts: the latest."""
    return Ranking.objects.filter(lot=lot).select_related("made_by", "drawn").order_by("-number").first()


def computed_again(ranking: Ranking) -> bool:
    """Whether the kept input gives the kept digest and the kept outcome again."""
    outcome = evaluation.evaluate(read_input(ranking.given))
    return outcome.digest == ranking.digest and outcome.to_json() == ranking.outcome


def is_current(ranking: Ranking, lot: Lot, bids: Sequence[LotBid]) -> bool:
    """Whether the record of the evaluation is still what was compared."""
    return evaluation.digest(lot_contest(lot, bids)) == ranking.digest


def low_prices(ranking: Ranking | None, lot_code: str = "") -> dict[str, Mapping[str, str]]:
    """Organisation code of the bidder → what the comparison says of its abnormally low (or zero) price."""
    if ranking is None:
        return {}
    warnings = ranking.outcome["lots"][0]["warnings"]
    return {one["bidder"]: one for one in warnings if one["code"] in ("abnormally-low", "zero-price")}


def winner_codes(ranking: Ranking, suppliers: int) -> list[str]:
    """Organisation codes of the best, at most ``suppliers``, a drawn one first among equals; empty on an undrawn tie."""
    outcome = ranking.outcome["lots"][0]
    if outcome["tie"] and ranking.drawn is None and suppliers == 1:
        return []
    drawn = ranking.drawn.code if ranking.drawn else ""
    rows = sorted(outcome["ranking"], key=lambda one: (one["rank"], one["bidder"] != drawn))
    return [one["bidder"] for one in rows[:suppliers]]


# --- Pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LotStage:
    """A lot on the overview: its bids, what is done, and what is next."""

    lot: Lot
    bids: Sequence[LotBid]
    evaluators: int
    handed_in: int
    ranking: Ranking | None
    current: bool
    obstacles: Sequence[Obstacle]
    decision: AwardDecision | None
    own_handed_in: bool

    @property
    def inside(self) -> int:
        return sum(bid.is_in for bid in self.bids)

    @property
    def all_in(self) -> bool:
        return self.evaluators > 0 and self.handed_in >= self.evaluators


@dataclass(frozen=True)
class EvaluatorLine:
    evaluator: Evaluator
    name: str
    handed_in: int
    lots: int


@dataclass(frozen=True)
class BidderLine:
    """A bidder on the table of suitability: how many grounds and requirements are checked, and the worst found."""

    bidder: Organisation
    lots: Sequence[str]
    checked: int
    wanted: int
    worst: str
    clarifications: int
    waiting: int


@dataclass(frozen=True)
class EvaluationPage:
    tender: Tender
    stages: Sequence[LotStage]
    evaluators: Sequence[EvaluatorLine]
    bidders: Sequence[BidderLine]
    mine: Evaluator | None
    criteria: Sequence[Criterion]
    may_prepare: bool
    may_decide: bool
    opened: bool


def evaluation_page(viewer: Viewer, tender_id: int) -> EvaluationPage:
    """The overview of a tender's evaluation. Raises ``NotVisible``. About fifteen queries, however many bids."""
    tender = access.tender(viewer, tender_id)
    lots = list(tender.lots.all())
    bids = bids_of_tender(tender)
    record = _Record.of(tender)
    handed = handed_in(tender)
    evaluators = list(Evaluator.objects.filter(tender=tender).select_related("user").order_by("id"))
    scoring = {one.pk for one in evaluators if not one.conflict and one.left_on is None}
    rankings: dict[int, Ranking] = {}
    for row in Ranking.objects.filter(lot__tender=tender).select_related("drawn").order_by("number"):
        rankings[row.lot_id] = row
    living = AwardDecision.objects.filter(tender=tender, state__in=LIVING)
    decisions = {row.lot_id: row for row in living}
    mine = next((one for one in evaluators if one.user_id == viewer.user_id and one.left_on is None), None)
    base, codes = tenders.contest(tender), {one.pk: one.code for one in record.criteria}
    stages = []
    for lot in lots:
        lot.tender = tender
        here = bids.get(lot.pk, [])
        ranking = rankings.get(lot.pk)
        current = False
        if ranking is not None:
            contest = contest_of(base, codes, [(lot.code, here)])
            current = evaluation.digest(contest) == ranking.digest
        stages.append(
            LotStage(
                lot=lot,
                bids=here,
                evaluators=len(scoring),
                handed_in=len(handed.get(lot.pk, set()) & scoring),
                ranking=ranking,
                current=current,
                obstacles=_obstacles(record, lot, here),
                decision=decisions.get(lot.pk),
                own_handed_in=mine is not None and mine.pk in handed.get(lot.pk, set()),
            )
        )
    return EvaluationPage(
        tender=tender,
        stages=stages,
        evaluators=[
            EvaluatorLine(
                one, one.user.full_name, sum(one.pk in handed.get(lot.pk, set()) for lot in lots), len(lots)
            )
            for one in evaluators
        ],
        bidders=_bidder_lines(tender, lots, bids, record),
        mine=mine,
        criteria=record.criteria,
        may_prepare=viewer.may(Capability.PROCUREMENT_PREPARE),
        may_decide=viewer.may(Capability.PROCUREMENT_DECIDE),
        opened=tender.state in (TenderState.OPENED, TenderState.EVALUATED, TenderState.DECIDED),
    )


def handed_in(tender: Tender) -> dict[int, set[int]]:
    """Lot id → ids of the evaluators who have handed in. A count for all evaluators: no score is read."""
    found: dict[int, set[int]] = defaultdict(set)
    with rowsecurity.as_system():
        rows = ScoreSheet.objects.filter(lot__tender=tender).exclude(submitted_at=None)
        for lot_id, evaluator_id in rows.values_list("lot_id", "evaluator_id"):
            found[lot_id].add(evaluator_id)
    return found


WORST = (CheckResult.FAILED, CheckResult.UNCLEAR, CheckResult.CLEANED, CheckResult.MET)


def _bidder_lines(
    tender: Tender, lots: Sequence[Lot], bids: Mapping[int, Sequence[LotBid]], record: _Record
) -> list[BidderLine]:
    codes: dict[int, list[str]] = defaultdict(list)
    bidders: dict[int, Organisation] = {}
    for lot in lots:
        for bid in bids.get(lot.pk, ()):
            codes[bid.bidder.pk].append(lot.code)
            bidders[bid.bidder.pk] = bid.bidder
    asked: dict[int, list[Clarification]] = defaultdict(list)
    for one in Clarification.objects.filter(tender=tender):
        asked[one.bidder_id].append(one)
    found = []
    for bidder in sorted(bidders.values(), key=lambda one: (one.name, one.pk)):
        results = {
            key: value for key, value in record.checks.get(bidder.pk, {}).items() if key in record.wanted
        }
        worst = next((one.value for one in WORST if one.value in results.values()), "")
        found.append(
            BidderLine(
                bidder=bidder,
                lots=codes[bidder.pk],
                checked=len(results),
                wanted=len(record.wanted),
                worst=worst,
                clarifications=len(asked[bidder.pk]),
                waiting=sum(one.answered_at is None for one in asked[bidder.pk]),
            )
        )
    return found


@dataclass(frozen=True)
class CriterionCell:
    """A bid by a criterion: the evaluators' points while they differ, and what was agreed."""

    criterion: Criterion
    given: Sequence[tuple[str, Decimal, str]]
    """Evaluator, points, words: once all have handed in."""
    agreed: Moderation | None
    middle: Decimal
    spread: Decimal
    talk: bool

    @property
    def key(self) -> str:
        return f"{self.criterion.pk}"


@dataclass(frozen=True)
class RankedLine:
    bid: LotBid
    rank: int | None
    points: str
    price_points: str
    cells: Sequence[CriterionCell]
    criterion_points: Sequence[str]
    low: Mapping[str, str] | None
    winner: bool


@dataclass(frozen=True)
class LotPage:
    lot: Lot
    tender: Tender
    criteria: Sequence[Criterion]
    lines: Sequence[RankedLine]
    ranking: Ranking | None
    current: bool
    again: bool
    obstacles: Sequence[Obstacle]
    open: bool
    handed_in: int
    evaluators: int
    mine: Evaluator | None
    tie: bool
    decision: AwardDecision | None
    sensitivity: Sensitivity | None


def lot_page(viewer: Viewer, lot_id: int) -> LotPage:
    """Everything about the evaluation of one lot. Raises ``NotVisible``."""
    lot = access.lot(viewer, lot_id)
    tender = lot.tender
    bids = lot_bids(lot)
    record = _Record.of(tender)
    ranking = last_ranking(lot)
    evaluators = {
        one.pk: one for one in Evaluator.objects.filter(tender=tender).select_related("user").order_by("id")
    }
    scoring = {pk for pk, one in evaluators.items() if not one.conflict and one.left_on is None}
    cells = lot_cells(lot, record.criteria, bids, viewer)
    low = low_prices(ranking)
    rows = {one["bidder"]: one for one in ranking.outcome["lots"][0]["ranking"]} if ranking else {}
    best = winner_codes(ranking, tender.suppliers) if ranking else []
    lines = [
        RankedLine(
            bid=bid,
            rank=rows[bid.bidder.code]["rank"] if bid.bidder.code in rows else None,
            points=rows.get(bid.bidder.code, {}).get("points", ""),
            price_points=rows.get(bid.bidder.code, {}).get("price_points", ""),
            cells=cells[bid.bidder.pk],
            criterion_points=[
                rows.get(bid.bidder.code, {}).get("criteria", {}).get(one.code, "") for one in record.criteria
            ],
            low=low.get(bid.bidder.code),
            winner=bid.bidder.code in best,
        )
        for bid in bids
    ]
    lines.sort(key=lambda one: (one.rank is None, one.rank or 0))
    mine = next(
        (one for one in evaluators.values() if one.user_id == viewer.user_id and one.left_on is None), None
    )
    return LotPage(
        lot=lot,
        tender=tender,
        criteria=record.criteria,
        lines=lines,
        ranking=ranking,
        current=ranking is not None and is_current(ranking, lot, bids),
        again=ranking is not None and computed_again(ranking),
        obstacles=_obstacles(record, lot, bids),
        open=lot.pk in record.open_lots,
        handed_in=len(handed_in(tender).get(lot.pk, set()) & scoring),
        evaluators=len(scoring),
        mine=mine,
        tie=ranking is not None and bool(ranking.outcome["lots"][0]["tie"]),
        decision=AwardDecision.objects.filter(lot=lot, state__in=LIVING).first(),
        sensitivity=sensitivity(read_input(ranking.given), lot.code) if ranking is not None else None,
    )


def lot_cells(
    lot: Lot, criteria: Sequence[Criterion], bids: Sequence[LotBid], viewer: Viewer
) -> dict[int, list[CriterionCell]]:
    """Bidder id → a cell for each criterion. Others' points only when row security lets them out: when all are in."""
    given: dict[tuple[int, int], list[tuple[str, Decimal, str]]] = defaultdict(list)
    scores = Score.objects.filter(sheet__lot=lot, sheet__open=True).exclude(points=None)
    for row in scores.select_related("sheet__user").order_by("sheet_id"):
        name = row.sheet.user.full_name
        given[row.criterion_id, row.bidder_id].append((name, row.points or Decimal(0), row.words))
    agreed = {(row.criterion_id, row.bidder_id): row for row in Moderation.objects.filter(lot=lot)}
    found = {}
    for bid in bids:
        cells = []
        for criterion in criteria:
            key = (criterion.pk, bid.bidder.pk)
            points = [one[1] for one in given[key]]
            cells.append(
                CriterionCell(
                    criterion=criterion,
                    given=given[key],
                    agreed=agreed.get(key),
                    middle=award_rules.middle(points),
                    spread=award_rules.spread(points),
                    talk=award_rules.asks_for_talk(points, criterion.max_points, viewer.day),
                )
            )
        found[bid.bidder.pk] = cells
    return found


@dataclass(frozen=True)
class CheckLine:
    """A ground, requirement or extract of one bidder with what it answered and what was found."""

    kind: str
    key: str
    title: str
    mandatory: bool
    answer: Any
    explained: str
    found: SuitabilityCheck | None


@dataclass(frozen=True)
class BidderPage:
    tender: Tender
    bidder: Organisation
    lots: Sequence[Lot]
    lines: Sequence[CheckLine]
    extracts: Sequence[CheckLine]
    clarifications: Sequence[Clarification]
    files: Sequence[OpenedFile]
    answers: Sequence[tuple[Lot, Decimal | None, Mapping[str, Any]]]


def bidder_page(viewer: Viewer, tender_id: int, bidder_id: int) -> BidderPage | None:
    """What one bidder declared and what was found of it; None when it left no bid. Raises ``NotVisible``."""
    tender = access.tender(viewer, tender_id)
    opened = OpenedBid.objects.filter(tender=tender, bidder_id=bidder_id).select_related("bidder", "lot")
    rows = list(opened.order_by("lot_id"))
    bidder = rows[0].bidder if rows else _chosen_without_bids(tender, bidder_id)
    if bidder is None:
        return None
    common = rows[0].common if rows else {}
    known = {
        (one.kind, one.key): one
        for one in SuitabilityCheck.objects.filter(tender=tender, bidder_id=bidder_id)
    }
    lines = [
        CheckLine(
            CheckKind.EXCLUSION,
            ground.code,
            ground_name(ground.code),
            ground.mandatory,
            common.get(f"ground-{ground.code}"),
            str(common.get(f"cleaning-{ground.code}") or ""),
            known.get((CheckKind.EXCLUSION, ground.code)),
        )
        for ground in tender.grounds.all()
    ]
    lines += [
        CheckLine(
            CheckKind.REQUIREMENT,
            one.code,
            said(one.text),
            True,
            common.get(f"req-{one.code}"),
            str(common.get(f"evidence-{one.code}") or ""),
            known.get((CheckKind.REQUIREMENT, one.code)),
        )
        for one in tender.requirements.all()
        if one.kind == RequirementKind.SUITABILITY
    ]
    extracts = [
        CheckLine(
            CheckKind.EXTRACT, key, extract_name(key), True, None, "", known.get((CheckKind.EXTRACT, key))
        )
        for key in EXTRACTS
    ]
    clarifications = Clarification.objects.filter(tender=tender, bidder_id=bidder_id)
    return BidderPage(
        tender=tender,
        bidder=bidder,
        lots=[row.lot for row in rows],
        lines=lines,
        extracts=extracts,
        clarifications=list(clarifications.select_related("asked_by", "lot").order_by("-id")),
        files=list(OpenedFile.objects.filter(tender=tender, bidder_id=bidder_id).order_by("lot_id", "id")),
        answers=[(row.lot, row.price_eur, row.answers) for row in rows],
    )


def _chosen_without_bids(tender: Tender, bidder_id: int) -> Organisation | None:
    """Whom a direct award or a call-off went to."""
    rows = AwardWinner.objects.filter(decision__tender=tender, bidder_id=bidder_id).select_related("bidder")
    found = rows.first()
    return found.bidder if found is not None else None


def own_scores(viewer: Viewer, lot: Lot) -> tuple[ScoreSheet | None, dict[tuple[int, int], Score]]:
    """The viewer's own sheet of a lot and its scores by criterion and bidder."""
    sheet = ScoreSheet.objects.filter(lot=lot, user_id=viewer.user_id or 0).first()
    if sheet is None:
        return None, {}
    return sheet, {(row.criterion_id, row.bidder_id): row for row in Score.objects.filter(sheet=sheet)}


def candidates(viewer: Viewer) -> list[tuple[int, str]]:
    """People of the viewer's organisation who may read opened bids: they can be named to evaluate."""
    ids = holders(viewer.organisation_id, Capability.PROCUREMENT_PREPARE, viewer.day)
    return list(User.objects.filter(pk__in=ids).order_by("full_name", "pk").values_list("pk", "full_name"))


def clarifications_to_answer(viewer: Viewer) -> list[Clarification]:
    """What the viewer's organisation has been asked as a bidder, the unanswered first."""
    rows = Clarification.objects.filter(bidder_id=viewer.organisation_id or 0)
    found = list(rows.select_related("tender", "lot").order_by("-id")[:100])
    return sorted(found, key=lambda one: one.answered_at is not None)
