"""The objects of training and its procurement that the permission guard asks for: those of Vantaa and its employment area.

The invented world's own rows where it has them. Not for: what they say (``rows.py``).
"""

from datetime import time
from typing import Any
from uuid import UUID

from kotopolku.actors.models import Organisation
from kotopolku.procurement.models import (
    Adjustment,
    Admission,
    AdmissionRequest,
    AwardDecision,
    Bid,
    BidFile,
    CallOff,
    Challenge,
    Clarification,
    Contract,
    ContractOption,
    Criterion,
    DecisionNotice,
    Document,
    Evaluator,
    Invoice,
    Lot,
    Notice,
    OpenedFile,
    QualityGoal,
    Question,
    SecretClaim,
    Tender,
)
from kotopolku.training.models import Course, CourseSession, Enrolment, NeedLot
from tests.guards.rows import DAY, Filler


def objects(make: Filler, buyer: Organisation, provider: Organisation) -> dict[str, dict[str, object]]:
    """Parameters of addresses, by the beginning of the address. Runs as the system."""

    def one(model: type[Any], **where: Any) -> Any:
        """The world's first such row, else a made one; others made after it belong to it."""
        found = model.objects.filter(**where).order_by("id").first()
        make.owners[model] = found or make.row(model, **where)
        return make.owners[model]

    make = Filler(make.owners | {Organisation: buyer})
    course = one(Course, organiser=buyer, state="published", provider=provider)
    student = one(Enrolment, course=course)
    taught = {"course_id": course.pk, "enrolment_id": student.pk, "relationship_id": student.relationship_id}
    session = course.sessions.first() or make.row(CourseSession, course=course, ends=time(10))
    tender = one(Tender, buyer=buyer)
    lot = one(Lot, tender=tender)
    decision = AwardDecision.objects.filter(lot=lot).order_by("id").first()
    decision = decision or make.row(AwardDecision, lot=lot, tender=tender, decided_by=None)
    make.owners[AwardDecision] = decision
    contract = one(Contract, lot=lot, buyer=buyer)
    orders = one(CallOff, contract=contract)
    one(QualityGoal, contract=contract)
    one(BidFile, bid=one(Bid, tender=tender))
    bought = {
        "tender_id": tender.pk,
        "lot_id": lot.pk,
        "part_id": one(Criterion, tender=tender).pk,
        "kind": "criterion",
        "name": "basics",
        "code": "bidder",
        "document_id": one(Document, tender=tender).pk,
        "question_id": one(Question, tender=tender).pk,
        "file_id": one(OpenedFile, tender=tender, lot=lot).pk,
        "claim_id": one(SecretClaim, tender=tender).pk,
        "reference": UUID(int=7),
        "number": 1,
        "language": "fi",
        "lang": "fi",
        "bidder_id": provider.pk,
        "supplier_id": provider.pk,
        "evaluator_id": one(Evaluator, tender=tender).pk,
        "clarification_id": one(Clarification, tender=tender).pk,
        "decision_id": decision.pk,
        "notice_id": one(DecisionNotice, decision=decision).pk,
        "challenge_id": one(Challenge, decision=decision).pk,
        "contract_id": contract.pk,
        "option_id": one(ContractOption, contract=contract).pk,
        "call_off_id": orders.pk,
        "invoice_id": one(Invoice, contract=contract).pk,
        "adjustment_id": one(Adjustment, contract=contract).pk,
    }
    shown = {"state": "published", "published_on": DAY, "framework": None, "category": None}
    system = one(Tender, buyer=buyer, number="system", procedure="dynamic-system", **shown)
    category = one(Lot, tender=system)
    asked = one(AdmissionRequest, tender=system, buyer=buyer, supplier=provider, withdrawn_on=None)
    place = {"request": asked, "lot": category, "supplier": provider, "state": "admitted", "admitted_on": DAY}
    one(Admission, buyer=buyer, **place)
    joined = {"tender_id": system.pk, "request_id": asked.pk, "supplier_id": provider.pk}
    return {
        "training/": taught | {"session_id": session.pk, "language": "fi"},
        "api/training/": taught | {"session_id": session.pk, "year": DAY.year},
        "api/procurement/": bought,
        "training/need/": {"lot_id": one(NeedLot, organisation=buyer, field="").pk},
        "my/training/": taught,
        "my/studies/": taught | {"language": "fi"},
        "procurement/": bought,
        "procurement/systems/": joined,
        "procurement/tenders/<int:tender_id>/system/": joined,
        "procurement/admissions/": joined,
        "procurement/notices/": {"notice_id": one(Notice, tender=tender).pk},
    }
