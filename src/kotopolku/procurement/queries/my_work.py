"""What of the own authority's, or the own organisation's, procurement waits for the viewer: bids, decisions, contracts.

Each part tells its own waiting; here they become lines of My work. Not for: who may do what, which the parts ask.
"""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.my_work import Todo
from kotopolku.procurement.models import BidState
from kotopolku.procurement.queries import awards, bids, contracts, preparing, systems

WAITING = {
    "review": gettext_lazy("Review a tender and publish it"),
    "question": gettext_lazy("Answer the questions of bidders"),
    "phrase": gettext_lazy("Choose your phrase for opening the bids"),
    "opening": gettext_lazy("Open the bids together with another opener"),
    "interest": gettext_lazy("Say whether you have an interest in the bids"),
    "scores": gettext_lazy("Score the bids"),
    "decision": gettext_lazy("Review a decision and make it"),
    "letter": gettext_lazy("Send a decision by letter"),
    "correction": gettext_lazy("Answer a request to correct a decision"),
    "award-notice": gettext_lazy("Send the award notice"),
    "clarification": gettext_lazy("Answer a request for clarification"),
}


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """What waits for the viewer, the nearest day first. The number of statements does not grow with the rows."""
    rights = (Capability.PROCUREMENT_PREPARE, Capability.PROCUREMENT_DECIDE, Capability.BID_SUBMIT)
    if viewer.organisation_id is None or not any(viewer.may(right) for right in rights):
        return []
    found = [
        *_deciding(viewer),
        *_admitting(viewer),
        *_bidding(viewer),
        *_contracts(viewer),
        *_supplying(viewer),
    ]
    return sorted(found, key=lambda one: one.due or date.max)[:limit]


def _deciding(viewer: Viewer) -> Iterator[Todo]:
    for one in [*preparing.my_work(viewer), *awards.my_work(viewer)]:
        yield Todo(str(WAITING[one.kind]), one.tender.name, one.due, reverse(one.address, args=one.args))


def _admitting(viewer: Viewer) -> Iterator[Todo]:
    for one in systems.my_work(viewer):
        address = reverse("procurement:admission", args=[one.pk])
        yield Todo(
            _("Decide on a request to join"), f"{one.supplier.name}, {one.tender.name}", one.due_on, address
        )


def _bidding(viewer: Viewer) -> Iterator[Todo]:
    if not viewer.may(Capability.BID_SUBMIT):
        return
    for line in bids.my_work(viewer):
        void = line.bid is not None and line.bid.state == BidState.VOID
        words = _("Confirm your bid again") if void else _("Your bid has not been left yet")
        day = line.tender.bids_by.date() if line.tender.bids_by else None
        yield Todo(words, line.tender.name, day, reverse("procurement:bid", args=[line.tender.pk]))


def _contracts(viewer: Viewer) -> Iterator[Todo]:
    found = contracts.my_work(viewer)
    for option in found.options:
        address = reverse("procurement:contract", args=[option.contract_id])
        yield Todo(_("Use an option or leave it"), option.contract.title, option.notice_by, address)
    for invoice in found.invoices:
        address = reverse("procurement:contract-invoice", args=[invoice.contract_id, invoice.pk])
        yield Todo(_("Check an invoice"), invoice.contract.title, invoice.check_by, address)
    for ordered in found.orders:
        address = reverse("procurement:order", args=[ordered.contract_id, ordered.pk])
        yield Todo(
            _("Plan the course of an order"),
            f"{ordered.contract.title}/{ordered.number}",
            ordered.starts_on,
            address,
        )
    for one in found.adjustments:
        address = reverse("procurement:contract-adjustment", args=[one.contract_id, one.pk])
        yield Todo(_("Decide on a sanction or bonus"), one.contract.title, None, address)
    if found.notices:
        words = ngettext("%(number)d notice was not sent", "%(number)d notices were not sent", found.notices)
        yield Todo(words % {"number": found.notices}, "", None, reverse("procurement:notices"))


def _supplying(viewer: Viewer) -> Iterator[Todo]:
    found = contracts.suppliers_work(viewer)
    for invoice in found.invoices:
        address = reverse("procurement:invoice-ours", args=[invoice.contract_id, invoice.pk])
        yield Todo(_("Correct a disputed invoice or answer"), invoice.contract.title, None, address)
    for one in found.adjustments:
        address = reverse("procurement:adjustment-ours", args=[one.contract_id, one.pk])
        yield Todo(_("Answer a proposed sanction or bonus"), one.contract.title, None, address)
