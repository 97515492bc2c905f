"""Acts of evaluating opened bids: evaluators and their interests, scores apart, moderation, ranking.

Not for: checks of bidders and bids (``checks.py``), points (``evaluation``, pure), the decision (``awards.py``).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import award_rules, evaluation
from kotopolku.procurement.actions.opened_lots import (
    CONFLICT,
    LOT,
    TENDER,
    evaluated,
    opened_lot,
    refuse_conflict,
    refuse_decided,
)
from kotopolku.procurement.models import (
    Evaluator,
    Lot,
    Moderation,
    OpenedBid,
    Ranking,
    Score,
    ScoreSheet,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries.evaluation import Obstacle, ranking_obstacles
from kotopolku.procurement.queries.opened import compared_criteria, lot_bids, lot_contest

# --- Evaluators -------------------------------------------------------------------------------------------------------


@transaction.atomic
def name_evaluators(tender_id: int, user_ids: Iterable[int], *, actor: Viewer) -> list[Evaluator]:
    """Names who score the bids: people of the buyer who may read opened bids. Those named before stay."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = evaluated(tender_id, actor)
    wanted = set(user_ids)
    if not wanted:
        raise Refusals([Refusal("users", "required", _("Choose at least one evaluator."))])
    if wanted - set(holders(actor.organisation_id, Capability.PROCUREMENT_PREPARE, clock.today())):
        raise Refusals([Refusal("users", "unknown", _("Choose people of your own organisation."))])
    if ScoreSheet.objects.filter(lot__tender=tender, open=True).exists():
        raise Refusals([Refusal("users", "opened", SCORES_OPEN)])
    known = set(Evaluator.objects.filter(tender=tender).values_list("user_id", flat=True))
    made = [
        Evaluator.objects.create(
            tender=tender,
            buyer_id=tender.buyer_id,
            user_id=user_id,
            named_by_id=actor.user_id or 0,
            named_on=clock.today(),
        )
        for user_id in sorted(wanted - known)
    ]
    record(
        "procurement.evaluators.named", actor=actor, object=(TENDER, tender.pk), details={"count": len(made)}
    )
    notify(
        "procurement.evaluator-named",
        [one.user_id for one in made],
        actor=actor,
        address=reverse("procurement:evaluation", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=(TENDER, tender.pk),
    )
    return made


@transaction.atomic
def declare_interest(tender_id: int, conflict: bool, words: str, *, actor: Viewer) -> Evaluator:
    """The evaluator's own declaration, before the first score. A conflict (434/2003 §28) ends the scoring."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = evaluated(tender_id, actor)
    evaluator = _own_evaluator(tender, actor)
    if conflict and not words.strip():
        raise Refusals([Refusal("words", "required", _("Write what the interest is and in which bidder."))])
    if evaluator.declared_on is not None and evaluator.conflict and not conflict:
        raise Refusals([Refusal("conflict", "declared", CONFLICT_STAYS)])
    evaluator.declared_on, evaluator.conflict, evaluator.words = clock.today(), conflict, words.strip()
    evaluator.save(update_fields=["declared_on", "conflict", "words"])
    if conflict:
        # What had been scored before the interest was noticed does not count.
        ScoreSheet.objects.filter(evaluator=evaluator, open=False).delete()
        for lot in tender.lots.all():
            _open_when_all_are_in(lot)
    record(
        "procurement.interest.declared",
        actor=actor,
        object=(TENDER, tender.pk),
        details={"conflict": conflict},
    )
    return evaluator


@transaction.atomic
def release_evaluator(evaluator_id: int, reason: str, *, actor: Viewer) -> Evaluator:
    """Lets an evaluator who cannot score go, with the reason; not after the scores have been opened."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    found = Evaluator.objects.filter(pk=evaluator_id).first()
    if found is None:
        raise NotVisible
    tender = evaluated(found.tender_id, actor)
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", _("Write why the evaluator leaves."))])
    if ScoreSheet.objects.filter(lot__tender=tender, open=True).exists():
        raise Refusals([Refusal("", "opened", SCORES_OPEN)])
    others = Evaluator.objects.filter(tender=tender, left_on=None, conflict=False).exclude(pk=found.pk)
    if not others.exists():
        raise Refusals([Refusal("", "last", _("Name somebody else first: nobody would be left to score."))])
    found.left_on, found.words = clock.today(), reason.strip()
    found.save(update_fields=["left_on", "words"])
    with seeing_all(actor):
        ScoreSheet.objects.filter(evaluator=found).delete()
    for lot in tender.lots.all():
        _open_when_all_are_in(lot)
    record("procurement.evaluator.released", actor=actor, object=(TENDER, tender.pk), reason=reason.strip())
    return found


# --- Scores -----------------------------------------------------------------------------------------------------------

Scores = Mapping[tuple[int, int], tuple[Decimal | None, str]]
"""(criterion id, bidder id) → points and words."""


@transaction.atomic
def save_scores(lot_id: int, scores: Scores, *, actor: Viewer, expected_version: int = 0) -> ScoreSheet:
    """Keeps the evaluator's own scores as far as they have come. Nobody else reads them. Raises ``EditClash``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    lot = opened_lot(lot_id, actor)
    sheet = _own_sheet(lot, actor, expected_version)
    refuse(_write_scores(lot, sheet, scores))
    record("procurement.scores.saved", actor=actor, object=(LOT, lot.pk))
    return sheet


@transaction.atomic
def hand_in_scores(lot_id: int, scores: Scores, *, actor: Viewer, expected_version: int = 0) -> ScoreSheet:
    """Hands in the evaluator's scores of a lot: every bid by every criterion, each with words. They are final.

    When all evaluators have handed in theirs, the sheets open to the evaluators.
    """
    require(actor, Capability.PROCUREMENT_PREPARE)
    lot = opened_lot(lot_id, actor)
    sheet = _own_sheet(lot, actor, expected_version)
    found = _write_scores(lot, sheet, scores)
    found += _missing_scores(lot, sheet)
    refuse(found)
    sheet.submitted_at = clock.now()
    sheet.save(update_fields=["submitted_at"])
    opened = _open_when_all_are_in(lot)
    record("procurement.scores.handed-in", actor=actor, object=(LOT, lot.pk), details={"all_in": opened})
    if opened:
        evaluators = Evaluator.objects.filter(tender_id=lot.tender_id, conflict=False, left_on=None)
        notify(
            "procurement.scores-open",
            list(evaluators.values_list("user_id", flat=True)),
            actor=actor,
            address=reverse("procurement:lot-evaluation", args=[lot.pk]),
            organisation_id=lot.tender.buyer_id,
            about=(LOT, lot.pk),
        )
    return sheet


def _write_scores(lot: Lot, sheet: ScoreSheet, scores: Scores) -> list[Refusal]:
    criteria = {one.pk: one for one in compared_criteria(lot.tender)}
    bidders = {bid.bidder.pk for bid in lot_bids(lot) if bid.is_in}
    found = []
    for (criterion_id, bidder_id), (points, words) in scores.items():
        criterion = criteria.get(criterion_id)
        if criterion is None or bidder_id not in bidders:
            raise NotVisible
        if points is not None and not 0 <= points <= criterion.max_points:
            params = {"most": f"{criterion.max_points.normalize():f}"}
            found.append(Refusal(f"p-{criterion_id}-{bidder_id}", "range", OUT_OF_RANGE, params))
            continue
        Score.objects.update_or_create(
            sheet=sheet,
            criterion=criterion,
            bidder_id=bidder_id,
            defaults={"points": points, "words": words.strip()},
        )
    sheet.version += 1
    sheet.save(update_fields=["version"])
    return found


def _missing_scores(lot: Lot, sheet: ScoreSheet) -> list[Refusal]:
    known = {(row.criterion_id, row.bidder_id): row for row in Score.objects.filter(sheet=sheet)}
    found = []
    for criterion in compared_criteria(lot.tender):
        for bid in lot_bids(lot):
            if not bid.is_in:
                continue
            row = known.get((criterion.pk, bid.bidder.pk))
            name = f"{criterion.pk}-{bid.bidder.pk}"
            params = {"bidder": bid.bidder.name, "criterion": criterion.name}
            if row is None or row.points is None:
                found.append(Refusal(f"p-{name}", "missing", NO_POINTS, params))
            elif not row.words:
                found.append(Refusal(f"w-{name}", "words", NO_WORDS, params))
    return found


def _open_when_all_are_in(lot: Lot) -> bool:
    """Opens the sheets of a lot when every evaluator who scores has handed in; tells whether it did."""
    evaluators = Evaluator.objects.filter(tender_id=lot.tender_id, conflict=False, left_on=None)
    wanted = set(evaluators.values_list("pk", flat=True))
    with rowsecurity.as_system():
        sheets = ScoreSheet.objects.filter(lot=lot)
        handed = set(sheets.exclude(submitted_at=None).values_list("evaluator_id", flat=True))
        if not wanted or not wanted <= handed or sheets.filter(open=True).exists():
            return False
        sheets.exclude(submitted_at=None).update(open=True)
    return True


@transaction.atomic
def moderate(
    lot_id: int, scores: Mapping[tuple[int, int], tuple[Decimal | None, str]], *, actor: Viewer
) -> list[Moderation]:
    """The scores that the evaluators agreed on, after talking. Words are needed where theirs were far apart."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    lot = opened_lot(lot_id, actor)
    refuse_decided(lot)
    refuse_conflict(lot.tender, actor)
    given: dict[tuple[int, int], list[Decimal]] = {}
    for row in Score.objects.filter(sheet__lot=lot, sheet__open=True).exclude(points=None):
        given.setdefault((row.criterion_id, row.bidder_id), []).append(row.points or Decimal(0))
    if not given:
        raise Refusals([Refusal("", "not-open", NOT_ALL_IN)])
    criteria = {one.pk: one for one in compared_criteria(lot.tender)}
    found = []
    for key, (points, words) in scores.items():
        if key not in given:
            raise NotVisible
        criterion = criteria[key[0]]
        name = f"{key[0]}-{key[1]}"
        if points is None or not 0 <= points <= criterion.max_points:
            params = {"most": f"{criterion.max_points.normalize():f}"}
            found.append(Refusal(f"p-{name}", "range", OUT_OF_RANGE, params))
            continue
        apart = award_rules.asks_for_talk(given[key], criterion.max_points, clock.today())
        outside = not min(given[key]) <= points <= max(given[key])
        if (apart or outside) and not words.strip():
            found.append(Refusal(f"w-{name}", "words", WORDS_OF_TALK))
    refuse(found)
    rows = [
        Moderation.objects.update_or_create(
            lot=lot,
            criterion_id=key[0],
            bidder_id=key[1],
            defaults={
                "buyer_id": lot.tender.buyer_id,
                "points": points or Decimal(0),
                "words": words.strip(),
                "agreed_by_id": actor.user_id or 0,
                "agreed_on": clock.today(),
            },
        )[0]
        for key, (points, words) in scores.items()
    ]
    record("procurement.scores.moderated", actor=actor, object=(LOT, lot.pk), details={"scores": len(rows)})
    return rows


# --- Ranking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def rank_lot(lot_id: int, *, actor: Viewer) -> Ranking:
    """Compares the bids of a lot and keeps what went in, its digest and what came out. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    lot = opened_lot(lot_id, actor)
    refuse_decided(lot)
    refuse_conflict(lot.tender, actor)
    bids = lot_bids(lot)
    refuse([_as_refusal(one) for one in ranking_obstacles(lot, bids)])
    contest = lot_contest(lot, bids)
    try:
        outcome = evaluation.evaluate(contest)
    except evaluation.EvaluationError as wrong:
        texts = [
            Refusal(
                "", found.code, _("%(problem)s"), {"problem": {one: found.text(one) for one in law.LANGUAGES}}
            )
            for found in wrong.problems
        ]
        raise Refusals(texts) from None
    last = Ranking.objects.filter(lot=lot).order_by("-number").first()
    if last is not None and last.digest == outcome.digest:
        return last
    row = Ranking.objects.create(
        lot=lot,
        buyer_id=lot.tender.buyer_id,
        number=last.number + 1 if last else 1,
        given=contest.to_json(),
        digest=outcome.digest,
        outcome=outcome.to_json(),
        made_by_id=actor.user_id or 0,
        made_at=clock.now(),
    )
    record(
        "procurement.lot.ranked",
        actor=actor,
        object=(LOT, lot.pk),
        details={"number": row.number, "digest": row.digest},
    )
    _note_evaluated(lot.tender)
    return row


@transaction.atomic
def draw_lot(lot_id: int, bidder_id: int, words: str, *, actor: Viewer) -> Ranking:
    """Records on whom the lot fell when the best are equal and the tender has no rule for that."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    lot = opened_lot(lot_id, actor)
    refuse_decided(lot)
    row = Ranking.objects.select_for_update().filter(lot=lot).order_by("-number").first()
    if row is None or not row.outcome["lots"][0]["tie"]:
        raise Refusals([Refusal("", "no-tie", _("There is nothing to draw: one bid is the best."))])
    equal = {one["bidder"] for one in row.outcome["lots"][0]["ranking"] if one["rank"] == 1}
    code = next((bid.bidder.code for bid in lot_bids(lot) if bid.bidder.pk == bidder_id), "")
    found = []
    if code not in equal:
        found.append(Refusal("bidder", "unknown", _("Choose one of the bidders with equal points.")))
    if not words.strip():
        found.append(Refusal("words", "required", _("Write who was present and how the lot was drawn.")))
    if row.drawn_id is not None:
        found.append(Refusal("", "drawn", _("The lot has been drawn already.")))
    refuse(found)
    row.drawn_id, row.drawn_words = bidder_id, words.strip()
    row.save(update_fields=["drawn", "drawn_words"])
    record("procurement.lot.drawn", actor=actor, object=(LOT, lot.pk), details={"bidder": bidder_id})
    return row


def _note_evaluated(tender: Tender) -> None:
    """The tender is evaluated when every lot with bids has been ranked."""
    with_bids = set(OpenedBid.objects.filter(tender=tender).values_list("lot_id", flat=True))
    ranked = set(Ranking.objects.filter(lot__tender=tender).values_list("lot_id", flat=True))
    if with_bids <= ranked and tender.state == TenderState.OPENED:
        tender.state = TenderState.EVALUATED
        tender.version += 1
        tender.save(update_fields=["state", "version"])


def _own_evaluator(tender: Tender, actor: Viewer) -> Evaluator:
    found = Evaluator.objects.filter(tender=tender, user_id=actor.user_id or 0, left_on=None).first()
    if found is None:
        raise NotVisible
    return found


def _own_sheet(lot: Lot, actor: Viewer, expected_version: int) -> ScoreSheet:
    """The evaluator's sheet, made at the first save. Refuses one who has not declared, or has a conflict."""
    evaluator = _own_evaluator(lot.tender, actor)
    if evaluator.declared_on is None:
        raise Refusals([Refusal("", "not-declared", DECLARE_FIRST)])
    if evaluator.conflict:
        raise Refusals([Refusal("", "conflict", CONFLICT)])
    if ScoreSheet.objects.filter(lot=lot, open=True).exists():
        raise Refusals([Refusal("", "opened", SCORES_OPEN)])
    sheet, _new = ScoreSheet.objects.select_for_update().get_or_create(
        lot=lot,
        user_id=actor.user_id or 0,
        defaults={"evaluator": evaluator, "buyer_id": lot.tender.buyer_id},
    )
    if sheet.submitted_at is not None:
        raise Refusals(
            [Refusal("", "handed-in", _("You have handed in your scores of this lot. They are final."))]
        )
    if sheet.version != expected_version:
        raise EditClash(theirs={}, version=sheet.version, who="", when=clock.now())
    return sheet


def _as_refusal(one: Obstacle) -> Refusal:
    return Refusal("", one.code, one.message, one.params)


SCORES_OPEN = _("All scores have been handed in and opened, so the evaluators can no longer change.")
CONFLICT_STAYS = _("You have declared a conflict of interest. It stays in the record of this procurement.")
DECLARE_FIRST = _("Declare first whether you have an interest in any of the bidders.")
OUT_OF_RANGE = _("Give points from 0 to %(most)s.")
NO_POINTS = _("Give points to %(bidder)s by %(criterion)s.")
NO_WORDS = _("Write the reason for the points of %(bidder)s by %(criterion)s.")
NOT_ALL_IN = _("All evaluators have not handed in their scores yet.")
WORDS_OF_TALK = _(
    "The evaluators' points were far apart, or the agreed ones lie outside them. Write what was agreed and why."
)
