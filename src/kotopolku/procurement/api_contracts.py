"""Contracts on training over HTTP: reading them, ordering a course, writing an invoice down. Same acts and rights as the pages.

Not for: drafting, signing and modifying, which people do on the pages.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.actors.paging import page_of
from kotopolku.procurement import contract_access, contract_rules
from kotopolku.procurement.actions import contract_use, invoices
from kotopolku.procurement.models import CallOff, Contract, Invoice
from kotopolku.procurement.queries import contracts as queries
from kotopolku.procurement.queries import orders

router = Router(tags=["procurement"], auth=Caller())
Limit = Annotated[int, Field(ge=1, le=500)]


class TrainingContractOut(Schema):
    """A contract on training. `last_day` counts options that were taken; volumes are in `unit`."""

    id: int
    number: str
    state: str
    tender: str
    lot: str
    supplier: str
    signed_on: date | None
    starts_on: date
    last_day: date
    value_eur: Decimal
    unit: str
    bought: int
    ordered: int
    version: int


class TrainingContractsOut(Schema):
    """A page of contracts. `next` is the cursor of the next page, null on the last."""

    contracts: list[TrainingContractOut]
    next: str | None


class CourseOrderIn(Schema):
    """An order under a contract; `course` is the course that it buys, if it has been planned."""

    volume: int = Field(ge=1, le=10_000_000)
    starts_on: date
    ends_on: date
    course: int | None = None


class CourseOrderOut(Schema):
    """An order: its running number in the contract, the price of a unit that it was made at, and ids of its courses."""

    id: int
    number: int
    price_eur: Decimal
    value_eur: Decimal
    state: str
    courses: list[int]


class TrainingInvoiceIn(Schema):
    """An invoice of an order for some days, sums without VAT."""

    reference: str = Field(max_length=40)
    first: date
    last: date
    units: Decimal = Field(max_digits=12, decimal_places=2)
    amount_eur: Decimal = Field(max_digits=12, decimal_places=2)


class TrainingInvoiceOut(Schema):
    """An invoice beside attendance. `units_found` null: nobody has entered any; `matches`: within our own tolerance."""

    id: int
    state: str
    units_found: Decimal | None
    difference_eur: Decimal | None
    matches: bool
    check_by: date


@router.get("/procurement/contracts", response=TrainingContractsOut, summary="Contracts on training")
@api_needs(Capability.PROCUREMENT_VIEW)
def contracts(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Any:
    rows = contract_access.contracts(viewer_of(request))
    page = page_of(rows.prefetch_related("options", "modifications", "call_offs"), cursor, limit)
    return {"contracts": [_contract(row) for row in page.rows], "next": page.next}


@router.get("/procurement/contracts/{int:contract_id}", response=TrainingContractOut, summary="One contract")
@api_needs(Capability.PROCUREMENT_VIEW)
def contract(request: HttpRequest, contract_id: int) -> Any:
    return _contract(contract_access.contract(viewer_of(request), contract_id))


@router.post(
    "/procurement/contracts/{int:contract_id}/orders", response=CourseOrderOut, summary="Order a course"
)
@api_needs(Capability.PROCUREMENT_PREPARE)
def order(request: HttpRequest, contract_id: int, data: CourseOrderIn, idempotency_key: Key) -> Any:
    """422 when it is over the volume that is left or outside the contract's days."""
    viewer = viewer_of(request)
    content = contract_rules.CallOffContent(data.volume, data.starts_on, data.ends_on, data.course)
    made = contract_use.call_off(contract_id, content, actor=viewer, token=token_of(viewer, idempotency_key))
    return _order(made)


@router.post(
    "/procurement/contracts/{int:contract_id}/orders/{int:number}/invoices",
    response=TrainingInvoiceOut,
    summary="Write down an invoice",
)
@api_needs(Capability.PROCUREMENT_PREPARE)
def invoice(
    request: HttpRequest, contract_id: int, number: int, data: TrainingInvoiceIn, idempotency_key: Key
) -> Any:
    """Matched to the attendance of the order's course at once. 422 when another invoice covers some of the days."""
    viewer = viewer_of(request)
    ordered = contract_access.call_offs(viewer).filter(contract_id=contract_id, number=number).first()
    if ordered is None:
        raise NotVisible
    content = contract_rules.InvoiceContent(
        data.reference, data.first, data.last, data.units, data.amount_eur
    )
    made = invoices.receive_invoice(
        ordered.pk, content, actor=viewer, token=token_of(viewer, idempotency_key)
    )
    return _invoice(made)


def _contract(row: Contract) -> dict[str, Any]:
    same = ("id", "number", "state", "signed_on", "starts_on", "value_eur", "unit", "version")
    use = queries.use_of(row)
    return {name: getattr(row, name) for name in same} | {
        "tender": row.tender.number,
        "lot": row.lot.code,
        "supplier": row.supplier.code,
        "last_day": queries.last_day(row),
        "bought": use.bought,
        "ordered": use.ordered,
    }


def _order(row: CallOff) -> dict[str, Any]:
    same = ("id", "number", "price_eur", "value_eur", "state")
    return {name: getattr(row, name) for name in same} | {
        "courses": [one.course_id for one in row.courses.all()]
    }


def _invoice(row: Invoice) -> dict[str, Any]:
    same = ("id", "state", "units_found", "difference_eur", "check_by")
    return {name: getattr(row, name) for name in same} | {"matches": orders.matches(row)}
