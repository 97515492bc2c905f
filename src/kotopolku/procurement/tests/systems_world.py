"""Stands up a dynamic purchasing system for tests: published, with requests to join, admissions, and purchases within it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.procurement.actions import admissions, papers, tenders
from kotopolku.procurement.admission_rules import sections
from kotopolku.procurement.models import AdmissionRequest, Lot, Tender
from kotopolku.procurement.tender_rules import Money, RequirementContent, TermContent
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.tender_world import ON, at, three

LATER = date(2027, 1, 11)
"""After the first time limit of a system published on ``ON``."""


def system(first: Viewer, second: Viewer, *, announced: bool = True) -> tuple[Tender, list[Lot]]:
    """A published system of two categories that runs for two years."""
    with make.working(first):
        made = tenders.draft_tender(world.basics(procedure="dynamic-system"), actor=first)
        money = Money(Decimal(900_000), starts_on=ON + timedelta(40), ends_on=ON + timedelta(770))
        tenders.change_tender(made.pk, money, actor=first, expected_version=made.version)
        for number in (1, 2):
            tenders.add_part(made.pk, world.lot(title=three(f"Luokka {number}")), actor=first)
        need = RequirementContent("suitability", three("Opetusluvat ovat kunnossa."), three("Ote."))
        tenders.add_part(made.pk, need, actor=first)
        tenders.add_part(made.pk, TermContent(three("Maksuehto"), three("30 päivää.")), actor=first)
        papers.add_paper(made.pk, papers.Paper("Kuvaus", role="description"), world.PAPER, actor=first)
    made = world.publish(made, first, second, openers=False, announced=announced)
    with make.working(first):
        return made, list(made.lots.all())


def answers(found: Tender) -> dict[str, str]:
    """Everything answered: no ground concerns the supplier, and it meets what is required."""
    said = {"yes-no": "no", "confirm": "yes", "text": "Tarjoaja Oy"}
    return {
        one["id"]: said.get(one["kind"], "") for where in sections(found.bid_form) for one in where.fields
    }


def asked(
    found: Tender, supplier: Viewer, lots: Sequence[Lot], on: date = ON, **changes: Any
) -> AdmissionRequest:
    with at(supplier, on) as actor:
        wanted = [lot.pk for lot in lots]
        return admissions.ask_to_join(found.pk, wanted, answers(found) | changes, actor=actor)


def decided(
    request: AdmissionRequest, officer: Viewer, admitted: Sequence[Lot], on: date = ON, **reasons: str
) -> AdmissionRequest:
    with at(officer, on) as actor:
        request.refresh_from_db()
        wanted = [lot.pk for lot in admitted]
        return admissions.decide(request.pk, wanted, **reasons, actor=actor, expected_version=request.version)


def joined(found: Tender, supplier: Viewer, officer: Viewer, lots: Sequence[Lot]) -> AdmissionRequest:
    return decided(asked(found, supplier, lots), officer, lots)


def purchase(first: Viewer, category: Lot, on: date = LATER) -> Tender:
    """A draft of a purchase within the category that lacks nothing but its openers, made on a later day."""
    return world.drafted(
        replace(first, day=on), procedure="dynamic-purchase", category_id=category.pk, started_on=on
    )


def invited(first: Viewer, second: Viewer, category: Lot, on: date = LATER) -> Tender:
    """The same, published: those admitted to the category are invited."""
    made = purchase(first, category, on)
    return world.publish(made, replace(first, day=on), replace(second, day=on), announced=False)
