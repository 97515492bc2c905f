"""What is asked of tenders: lists, one with its parts, what a draft lacks, its contest for the engine, its form for bidders.

Not for: what everybody reads (``public.py``), bids, decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal
from kotopolku.clients.wording import language, refusal_text
from kotopolku.procurement import access, evaluation, rules, tender_rules
from kotopolku.procurement import bid_form as forms
from kotopolku.procurement.models import (
    Contract,
    ContractState,
    ContractTerm,
    Correction,
    Criterion,
    Document,
    ExclusionGround,
    Lot,
    Notice,
    NoticeState,
    Occasion,
    Question,
    Requirement,
    RequirementKind,
    Tender,
    TenderReview,
    TenderState,
    said,
)
from kotopolku.procurement.queries import systems
from kotopolku.procurement.tender_rules import Draft, LotContent

MOST_LISTED = 300
SPLITTING_WINDOW = timedelta(days=366)


@dataclass(frozen=True)
class Remark:
    """Something that is missing or doubtful in a draft, and the page on which it is mended."""

    step: str
    text: str
    blocks: bool
    citation: str = ""


@dataclass(frozen=True)
class Parts:
    """A tender with all that belongs to its draft, read once."""

    tender: Tender
    lots: list[Lot]
    criteria: list[Criterion]
    requirements: list[Requirement]
    grounds: list[ExclusionGround]
    terms: list[ContractTerm]
    documents: list[Document]

    @cached_property
    def procedure(self) -> "rules.Procedure":
        return rules.procedure(self.tender.procedure)

    @property
    def suitability(self) -> list[Requirement]:
        return [one for one in self.requirements if one.kind == RequirementKind.SUITABILITY]

    @property
    def service(self) -> list[Requirement]:
        return [one for one in self.requirements if one.kind == RequirementKind.OBJECT]

    @property
    def together(self) -> Decimal:
        """Sum of the weights, the price's among them."""
        return price_weight(self.tender) + sum((one.weight for one in self.criteria), Decimal(0))


def parts_of(tender: Tender) -> Parts:
    """Six statements."""
    return Parts(
        tender,
        list(tender.lots.all()),
        list(tender.criteria.all()),
        list(tender.requirements.all()),
        list(tender.grounds.all()),
        list(tender.terms.all()),
        list(tender.documents.filter(replaced=False).order_by("id")),
    )


@dataclass(frozen=True)
class Line:
    """A tender in the list."""

    tender: Tender
    phase: str
    lots: int
    unanswered: int
    mine: bool
    """Whether it waits for the viewer as the second person."""


def tender_lines(viewer: Viewer, *, everything: bool = False) -> list[Line]:
    """The viewer's authority's tenders, newest first; ended ones when asked. Three statements."""
    rows = access.tenders(viewer)
    if not everything:
        year_ago = viewer.day - timedelta(days=365)
        over = (TenderState.DECIDED, TenderState.DISCONTINUED, TenderState.ENDED)
        rows = rows.exclude(state__in=over, ended_on__lt=year_ago)
    found = list(rows.order_by("-id")[:MOST_LISTED])
    ids = [one.pk for one in found]
    lots: dict[int, int] = {}
    for tender_id in Lot.objects.filter(tender_id__in=ids).values_list("tender_id", flat=True):
        lots[tender_id] = lots.get(tender_id, 0) + 1
    waiting: dict[int, int] = {}
    open_ones = Question.objects.filter(tender_id__in=ids, answered_on=None)
    for tender_id in open_ones.values_list("tender_id", flat=True):
        waiting[tender_id] = waiting.get(tender_id, 0) + 1
    now = clock.now()
    return [
        Line(
            one,
            one.phase(now),
            lots.get(one.pk, 0),
            waiting.get(one.pk, 0),
            one.state == TenderState.REVIEW and one.drafted_by_id != viewer.user_id,
        )
        for one in found
    ]


def announcement(tender: Tender) -> Notice | None:
    """The notice with which the tender is announced; a cancelled one does not count."""
    rows = tender.notices.filter(occasion__in=(Occasion.TENDER, Occasion.DIRECT))
    return rows.exclude(state=NoticeState.CANCELLED).order_by("-id").first()


def public_here_from(tender: Tender) -> datetime | None:
    """When the tender may be public here at the latest (§60); None until the national service has its notice."""
    notice = announcement(tender)
    if notice is None:
        return None
    return rules.public_here_from(notice.sent_at, notice.published_at, tender.started_on)


def can_take_back(tender: Tender) -> bool:
    """Whether a tender that is not public yet can go back to its draft: the national service did not take its notice."""
    notice = announcement(tender)
    gone = (NoticeState.REFUSED, NoticeState.FAILED)
    return tender.is_announced and (notice is None or notice.state in gone)


def takes_bids(tender: Tender) -> bool:
    """Whether bids are asked for; a direct award and a call-off go from the review to the decision."""
    return rules.procedure(tender.procedure).takes_bids


def frameworks(viewer: Viewer) -> list[Tender]:
    """Frameworks of the viewer's authority in force on the day: within them is called off and competed for."""
    names = [one.id for one in rules.procedures() if one.is_framework]
    rows = access.tenders(viewer).filter(procedure__in=names, state=TenderState.DECIDED)
    running = rows.filter(contracts__signed_on__lte=viewer.day, contracts__state=ContractState.IN_FORCE)
    return list(running.distinct().order_by("-id"))


def framework_suppliers(tender: Tender) -> list[tuple[int, str]]:
    """Suppliers of the tender's framework, with their names; none outside one."""
    rows = Contract.objects.filter(tender_id=tender.framework_id or 0, state=ContractState.IN_FORCE)
    return sorted({(one.supplier_id, one.supplier.name) for one in rows.select_related("supplier")})


def unanswered(tender_id: int) -> int:
    """Questions that wait for an answer; bids are not opened while there are any."""
    return Question.objects.filter(tender_id=tender_id, answered_on=None).count()


def price_weight(tender: Tender) -> Decimal:
    """The price's weight: all when price alone decides, none when it is fixed."""
    return tender_rules.price_weight_of(tender.basis, tender.price_weight)


def contest(tender: Tender, lots: Sequence[evaluation.LotBids] = ()) -> evaluation.Contest:
    """The tender's weights and formula as the engine takes them, with the bids of ``lots``."""
    bounds = None
    if tender.price_low_eur is not None and tender.price_high_eur is not None:
        bounds = (tender.price_low_eur, tender.price_high_eur)
    quality = tender_rules.compares_quality(tender.basis)
    return evaluation.Contest(
        price_weight=price_weight(tender),
        price_formula=tender_rules.formula_of(tender.basis, tender.price_formula),
        criteria=tuple(
            evaluation.Criterion(one.code, one.weight, one.max_points)
            for one in tender.criteria.all()
            if quality
        ),
        tie_rule=tender.tie_rule or None,
        lots=tuple(lots),
        abnormal_share=tender.abnormal_share,
        bounds=bounds if tender.price_formula == "linear" else None,
    )


@dataclass(frozen=True)
class Example:
    """The formula worked through on three invented bids."""

    formula: str
    math: str
    rows: list["ExampleRow"]
    criteria: list[str]


@dataclass(frozen=True)
class ExampleRow:
    bidder: str
    price_eur: Decimal | None
    scores: list[Decimal]
    price_points: str
    quality_points: str
    points: str
    rank: int


def worked_example(tender: Tender) -> Example | None:
    """None while the weights do not make a hundred."""
    given = contest(tender)
    if evaluation.check(given):
        return None
    example, outcome = evaluation.worked_example(given)
    [lot], [ranked] = example.lots, outcome.lots
    bids = {bid.bidder: bid for bid in lot.bids}
    names = {one.code: one.name for one in tender.criteria.all()}
    return Example(
        evaluation.formula_text(given.price_formula, language()),
        evaluation.formula_math(given.price_formula),
        [
            ExampleRow(
                one.bidder,
                bids[one.bidder].price_eur,
                [bids[one.bidder].scores[criterion.id] for criterion in given.criteria],
                evaluation.shown(one.price_points),
                evaluation.shown(sum(one.criterion_points.values())),  # type: ignore[arg-type]
                evaluation.shown(one.points),
                one.rank,
            )
            for one in ranked.ranking
        ],
        [names[one.id] for one in given.criteria],
    )


def bid_form(tender: Tender) -> dict[str, Any]:
    """The form of a published tender as it was published; of a draft as it would be now."""
    if tender.bid_form:
        return dict(tender.bid_form)
    return make_bid_form(parts_of(tender))


def make_bid_form(parts: Parts) -> dict[str, Any]:
    tender = parts.tender
    quality = tender_rules.compares_quality(tender.basis)
    return forms.bid_form(
        documents_version=tender.documents_version,
        basis=tender.basis,
        grounds=[one.code for one in parts.grounds],
        suitability=[forms.Asked(one.code, one.text, one.evidence) for one in parts.suitability],
        service=[forms.Asked(one.code, one.text, one.evidence) for one in parts.service],
        criteria=[forms.Asked(one.code, one.title, one.scoring) for one in parts.criteria if quality],
        lots=[forms.AskedLot(lot.pk, lot.code, lot.title) for lot in parts.lots],
    )


# --- What a draft lacks ----------------------------------------------------------------------------------------------


def remarks(parts: Parts, now: datetime | None = None) -> list[Remark]:
    """What is missing or doubtful, by page: our own checks, then the procedure's rules. One statement for splitting."""
    now = now or clock.now()
    found = [
        Remark(gap.step, refusal_text(Refusal("", "gap", gap.message, dict(gap.params))), gap.blocks)
        for gap in tender_rules.gaps(_draft(parts), now)
    ]
    found += [
        Remark(
            _STEP_OF.get(one.field, "times"),
            one.text(language()),
            one.severity == "law",
            one.citation(language()),
        )
        for one in _findings(parts, now.astimezone(clock.HELSINKI).date())
    ]
    found += [
        Remark("basics", refusal_text(Refusal("", "gap", message, params)), True, citation)
        for message, params, citation in systems.purchase_gaps(parts.tender, now)
    ]
    return sorted(found, key=lambda one: (not one.blocks, tender_rules.STEPS.index(one.step)))


_STEP_OF = {"procedure": "basics", "ground": "basics", "value": "money", "lots": "lots", "cpv": "basics"}


def _findings(parts: Parts, today: date) -> "list[rules.Finding]":
    tender = parts.tender
    value = rules.Value(tender.base_eur or Decimal(0), tender.options_eur, tender.extensions_eur)
    found = list(rules.check_procedure(tender.procedure, value, tender.started_on))
    if (split := _splitting(tender)) is not None:
        found.append(split)
    if parts.procedure.takes_bids:
        found += rules.check_timetable(tender.procedure, timetable(tender, today), tender.started_on)
    return found


def timetable(tender: Tender, today: date) -> "rules.Timetable":
    """The tender's days for the rules; one not published yet counts from today."""
    return rules.Timetable(
        published_on=tender.published_on or today,
        questions_by=_day(tender.questions_by),
        answers_by=_day(tender.answers_by),
        bids_by=_day(tender.bids_by),
        decision_on=tender.decision_on,
        contract_on=None,
        starts_on=tender.starts_on,
        valid_until=tender.bids_valid_until,
        ends_on=tender.ends_on,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.HELSINKI).date() if moment else None


def _splitting(tender: Tender) -> "rules.Finding | None":
    """Warns when the buyer's other purchases of the same kind make one together (§27); those in a system are one already."""
    if tender.category_id is not None:
        return None
    near = Tender.objects.filter(
        buyer_id=tender.buyer_id,
        category=None,
        started_on__gt=tender.started_on - SPLITTING_WINDOW,
        started_on__lt=tender.started_on + SPLITTING_WINDOW,
    ).exclude(state=TenderState.DISCONTINUED)
    others = [_purchase(one) for one in near.exclude(pk=tender.pk)]
    return rules.splitting(_purchase(tender), others, tender.started_on)


def _purchase(tender: Tender) -> "rules.Purchase":
    return rules.Purchase(tender.number, tender.cpv, tender.value_eur, tender.started_on)


def _draft(parts: Parts) -> Draft:
    tender = parts.tender
    return Draft(
        title=tender.title,
        subject=tender.subject,
        takes_bids=parts.procedure.takes_bids,
        needs_ground=bool(parts.procedure.grounds),
        needs_framework=parts.procedure.inside_framework,
        framework=tender.framework_id is not None,
        ground=tender.ground,
        value_eur=tender.value_eur,
        base_eur=tender.base_eur,
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        basis=tender.basis,
        basis_reason=tender.basis_reason,
        price_weight=tender.price_weight,
        weights=tuple(one.weight for one in parts.criteria),
        tie_rule=tender.tie_rule,
        criterion_codes=tuple(one.code for one in parts.criteria),
        lots=tuple(
            LotContent(lot.title, lot.track, lot.places, value_eur=lot.value_eur) for lot in parts.lots
        ),
        lots_reason=tender.lots_reason,
        is_system=parts.procedure.is_system,
        needs_lots_reason=parts.procedure.needs_lots_reason,
        requirements=len(parts.requirements),
        terms=len(parts.terms),
        questions_by=tender.questions_by,
        bids_by=tender.bids_by,
        opening_at=tender.opening_at,
        texts=tuple(_texts(parts)),
        papers_missing=tuple(
            paper.names
            for paper in parts.procedure.documents
            if paper.required and paper.id not in _there(parts)
        ),
    )


def _there(parts: Parts) -> set[str]:
    """Papers of the procedure that are there: files, and those that we make ourselves from the pages."""
    made = {"invitation", "declaration"} | ({"contract-draft"} if parts.terms else set())
    return made | {one.role for one in parts.documents}


def _texts(parts: Parts) -> list[tuple[str, dict[str, str]]]:
    tender = parts.tender
    found = [("basics", tender.title), ("basics", tender.subject), ("money", tender.option_terms)]
    found += [("lots", lot.title) for lot in parts.lots]
    found += [("requirements", text) for one in parts.requirements for text in (one.text, one.evidence)]
    found += [("criteria", text) for one in parts.criteria for text in (one.title, one.scoring)]
    found += [("terms", text) for one in parts.terms for text in (one.title, one.text)]
    return found


# --- One tender ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """A tender for its page."""

    parts: Parts
    phase: str
    questions: list[Question]
    unanswered: int
    corrections: list[Correction]
    notices: list[Notice]
    review: TenderReview | None
    """The last round of review."""
    names: dict[int, str] = field(default_factory=dict)

    @property
    def tender(self) -> Tender:
        return self.parts.tender


def tender_detail(viewer: Viewer, tender_id: int) -> Detail:
    """A tender of the viewer's authority with everything its page shows; a fixed number of statements."""
    tender = access.tender(viewer, tender_id)
    questions = list(tender.questions.select_related("lot").order_by("-id"))
    review = tender.reviews.select_related("sent_by", "reviewed_by").order_by("-id").first()
    return Detail(
        parts_of(tender),
        tender.phase(clock.now()),
        questions,
        sum(1 for one in questions if one.answered_on is None),
        list(tender.corrections.order_by("-number")),
        list(tender.notices.order_by("-id")),
        review,
    )


def lot_name(lot: Lot | None) -> str:
    return f"{lot.code} {said(lot.title)}" if lot is not None else _("The whole tender")
