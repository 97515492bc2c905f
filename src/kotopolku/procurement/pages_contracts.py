"""Pages of contracts: the list, one contract, and drafting, signing, options, prices and goals.

Not for: orders, invoices, modifications and sanctions (``pages_contract_use.py``).
"""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language, refusal_text
from kotopolku.law.wording import euro_text
from kotopolku.procurement import access, contract_access, extensions
from kotopolku.procurement.actions import contracts as actions
from kotopolku.procurement.actions.notices import send_again
from kotopolku.procurement.forms_contracts import (
    ContractForm,
    ContractReasonForm,
    EndContractForm,
    GoalForm,
    OptionForm,
    PriceForm,
    SignContractForm,
)
from kotopolku.procurement.models import Contract, Notice, VolumeUnit
from kotopolku.procurement.pages import press, saving
from kotopolku.procurement.queries import contracts as queries
from kotopolku.procurement.queries import orders
from kotopolku.procurement.queries.awards import living_decision


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def contracts(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    everything = request.GET.get("show") == "all"
    context = {
        "lines": queries.contract_lines(viewer, everything=everything),
        "to_make": queries.to_make(viewer),
        "everything": everything,
    }
    return render(request, "procurement/contracts.html", context)


@needs(Capability.BID_SUBMIT)
@require_GET
def ours(request: ViewerRequest) -> HttpResponse:
    """A supplier's own contracts."""
    context = {
        "lines": queries.contract_lines(request.viewer, everything=True),
        "everything": True,
        "supplier": True,
    }
    return render(request, "procurement/contracts.html", context)


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def contract(request: ViewerRequest, contract_id: int) -> HttpResponse:
    return _show(request, contract_id)


@needs(Capability.BID_SUBMIT)
@require_GET
def contract_ours(request: ViewerRequest, contract_id: int) -> HttpResponse:
    """The same to its supplier, without what only the buyer does."""
    return _show(request, contract_id)


def _show(request: ViewerRequest, contract_id: int) -> HttpResponse:
    found = queries.detail(request.viewer, contract_id)
    context = {
        "detail": found,
        "contract": found.contract,
        "why_not": [refusal_text(one) for one in found.why_not],
        "supplier": found.contract.buyer_id != request.viewer.organisation_id
        and not request.viewer.may(Capability.PROCUREMENT_VIEW),
        "matching": {one.pk for one in found.invoices if orders.matches(one)},
        "panels": extensions.contract_panels(request.viewer, found.contract),
    }
    return render(request, "procurement/contract.html", context)


def back_to(contract_id: int) -> str:
    return reverse("procurement:contract", args=[contract_id])


@needs(Capability.PROCUREMENT_PREPARE)
def new(request: ViewerRequest, lot_id: int, supplier_id: int) -> HttpResponse:
    """A draft from the award of a lot: what the decision and the tender know is filled in."""
    viewer = request.viewer
    lot = access.lot(viewer, lot_id)
    decision = living_decision(lot.pk)
    winner = (
        decision.winners.filter(bidder_id=supplier_id).select_related("bidder").first() if decision else None
    )
    if winner is None:
        raise NotVisible
    volume = lot.places or 1
    price = winner.price_eur or Decimal(0)
    initial = {
        "starts_on": lot.tender.starts_on,
        "ends_on": lot.tender.ends_on,
        "unit": VolumeUnit.PLACE,
        "volume": volume,
        "price_eur": (price / volume).quantize(Decimal("0.0001")) if price else None,
        "index_share": 100,
    }
    form = ContractForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: actions.draft_contract(
            lot.pk, supplier_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The draft of the contract was made. Add options and goals, then sign."),
        onward=lambda made: back_to(made.pk),
        title=_("Contract on %(lot)s with %(supplier)s") % {"lot": lot.name, "supplier": winner.bidder.name},
        lead=_("The draft can be changed until the contract has been made."),
        button=_("Make the draft"),
        back=reverse("procurement:contracts"),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def edit(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    names = (
        "starts_on", "ends_on", "unit", "volume", "least_volume", "price_eur", "index_name", "index_base",
        "index_share", "terms", "version",
    )  # fmt: skip
    form = ContractForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(row, name) for name in names},
    )
    return saving(
        request,
        form,
        lambda: actions.change_contract(
            contract_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The draft was saved."),
        title=_("Change the draft %(number)s") % {"number": row.number},
        button=_("Save"),
        back=back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def sign(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = SignContractForm(
        request.POST if request.method == "POST" else None,
        initial={"signed_on": viewer.day, "version": row.version},
    )
    return saving(
        request,
        form,
        lambda: actions.sign_contract(
            contract_id,
            form.cleaned_data["signed_on"],
            actor=viewer,
            expected_version=form.expected_version,
            token=form.cleaned_data["token"],
        ),
        done=_("The contract is in force. The supplier has been told."),
        title=_("The contract %(number)s was made") % {"number": row.number},
        lead=_(
            "A contract arises only when it is made in writing. After this it can only be modified or ended."
        ),
        button=_("Record the contract"),
        back=back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def give_up(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = ContractReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.give_up_contract(contract_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The draft was given up."),
        onward=lambda _done: reverse("procurement:contracts"),
        title=_("Give up the draft %(number)s") % {"number": row.number},
        button=_("Give up"),
        back=back_to(contract_id),
        danger=True,
    )


@needs(Capability.PROCUREMENT_DECIDE)
def end(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = EndContractForm(
        request.POST if request.method == "POST" else None, initial={"ended_on": viewer.day}
    )
    return saving(
        request,
        form,
        lambda: actions.end_contract(
            contract_id, form.cleaned_data["ended_on"], form.cleaned_data["reason"], actor=viewer
        ),
        done=_("The contract ends on the day you gave. The supplier has been told."),
        title=_("End the contract %(number)s") % {"number": row.number},
        lead=_("Courses that have been ordered go on as agreed. No new ones can be ordered."),
        button=_("End the contract"),
        back=back_to(contract_id),
        danger=True,
    )


@needs(Capability.PROCUREMENT_PREPARE)
def new_option(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = OptionForm(request.POST if request.method == "POST" else None, initial={"notice_days": 90})
    return saving(
        request,
        form,
        lambda: actions.add_option(
            contract_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The option was added."),
        title=_("Option of the contract %(number)s") % {"number": row.number},
        lead=_("Options count in the value of the procurement."),
        button=_("Add the option"),
        back=back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def remove_option(request: ViewerRequest, contract_id: int, option_id: int) -> HttpResponse:
    return press(
        request,
        lambda: actions.remove_option(option_id, actor=request.viewer),
        _("The option was taken out."),
        back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_DECIDE)
@require_POST
def take_option(request: ViewerRequest, contract_id: int, option_id: int) -> HttpResponse:
    return press(
        request,
        lambda: actions.decide_option(option_id, True, "", actor=request.viewer),
        _("The option was taken. The supplier has been told."),
        back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def leave_option(request: ViewerRequest, contract_id: int, option_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = ContractReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.decide_option(option_id, False, form.cleaned_data["reason"], actor=viewer),
        done=_("It was written down that the option is not taken."),
        title=_("Leave an option of %(number)s unused") % {"number": row.number},
        button=_("Do not take the option"),
        back=back_to(contract_id),
        danger=True,
    )


@needs(Capability.PROCUREMENT_PREPARE)
def new_goal(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = GoalForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.set_goal(contract_id, form.content(), actor=viewer),
        done=_("The goal was set."),
        title=_("Quality goal of the contract %(number)s") % {"number": row.number},
        lead=_(
            "Measured by the results of the courses ordered under the contract. A person decides in the end."
        ),
        button=_("Set the goal"),
        back=back_to(contract_id),
    )


def _price_words(row: Contract) -> str:
    """How the new price comes about."""
    kept = _("Orders made before keep the price that they were made at.")
    if not row.index_name or not row.index_base:
        return kept
    how = _(
        "Price at signing %(price)s × (1 + %(share)s %% × (point now ÷ %(base)s − 1)) by the index %(name)s."
    ) % {
        "price": euro_text(row.price_eur, language()),
        "share": f"{row.index_share.normalize():f}",
        "base": f"{row.index_base.normalize():f}",
        "name": row.index_name,
    }
    return f"{how} {kept}"


@needs(Capability.PROCUREMENT_DECIDE)
def new_price(request: ViewerRequest, contract_id: int) -> HttpResponse:
    viewer = request.viewer
    row = contract_access.contract(viewer, contract_id)
    form = PriceForm(bool(row.index_name), request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.set_price(
            contract_id,
            form.cleaned_data["from_on"],
            form.cleaned_data.get("index_value"),
            form.cleaned_data.get("price_eur"),
            form.cleaned_data["reason"],
            actor=viewer,
        ),
        done=_("The price was set. The supplier has been told."),
        title=_("New price of the contract %(number)s") % {"number": row.number},
        lead=_price_words(row),
        button=_("Set the price"),
        back=back_to(contract_id),
    )


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def notices(request: ViewerRequest) -> HttpResponse:
    """Notices to the national service of the viewer's tenders, newest first, and how far each is."""
    rows = Notice.objects.filter(tender__in=access.tenders(request.viewer)).select_related(
        "tender", "corrects"
    )
    context = {
        "notices": rows.order_by("-id")[:200],
        "may_send": request.viewer.may(Capability.PROCUREMENT_PREPARE),
    }
    return render(request, "procurement/notices.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def send_notice_again(request: ViewerRequest, notice_id: int) -> HttpResponse:
    return press(
        request,
        lambda: send_again(notice_id, actor=request.viewer),
        _("The notice is in line again."),
        reverse("procurement:notices"),
    )
