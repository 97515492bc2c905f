"""Pages of the hand-over of one client: what waits, offering, answering, the receipt; and the panel of the client page.

Not for: referrals, advice and reforms (the other ``pages_*.py``).
"""

import textwrap
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients_access
from kotopolku.clients import actions as clients_actions
from kotopolku.clients import queries as clients
from kotopolku.clients.access import Case
from kotopolku.clients.forms import ProtectedReasonForm
from kotopolku.clients.models import Clock
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.pages_due import rule_title
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.queries.lists import is_deadline
from kotopolku.handover import access, actions, queries, travels
from kotopolku.handover.forms import AcceptForm, KeepForm, OfferForm, RefuseForm
from kotopolku.handover.models import Offer, OfferState
from kotopolku.handover.rules import Answered


def client_panel(viewer: Viewer, detail: ClientDetail) -> dict[str, Any] | None:
    """What the client page says when by law another authority answers, or the client has been offered."""
    found = queries.proposal_for(viewer, detail)
    return {"proposal": found} if found is not None else None


@needs(Capability.CLIENT_HANDOVER)
@require_GET
def index(request: ViewerRequest) -> HttpResponse:
    """What other authorities offer, what the own one has offered, and the receipts."""
    viewer = request.viewer
    before = request.GET.get("before", "")
    found = queries.receipts(
        viewer, before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=26
    )
    context = {
        "incoming": queries.incoming(viewer),
        "sent": queries.sent(viewer),
        "receipts": found[:25],
        "next_before": found[24].handover.pk if len(found) > 25 else None,
        "target": law.rule("O-H1", viewer.day).amount,
        "may_lead": viewer.may(Capability.TEAM_LEAD),
    }
    return render(request, "handover/index.html", context)


@needs(Capability.CLIENT_HANDOVER)
def offer_client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """What travels and what does not, to whom by law, and the offer itself."""
    case = open_case(request, relationship_id)
    protected = head(request, case)["protected"]
    if protected and not request.POST.get("protected_reason"):
        return _ask_protected(request, case)
    answer = queries.answer_by_law(request.viewer, case)
    by_law = answer.name if answer is not None and not answer.is_own else ""
    first = {"occasion": request.GET.get("occasion", ""), "to_organisation": request.GET.get("to", "")}
    sent = request.method == "POST" and request.POST.get("do") != "open"
    if request.method == "POST":
        first["protected_reason"] = request.POST.get("protected_reason", "")
    form = OfferForm(queries.receivers(request.viewer), by_law, request.POST if sent else None, initial=first)
    if sent:
        offered = attempt(
            form,
            lambda: actions.offer_client(
                relationship_id, form.offer(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if offered is not None:
            messages.success(
                request, _("The client was offered. Your authority answers until the offer is accepted.")
            )
            return redirect("handover:offer", offered.pk)
    return show_form(
        request,
        case,
        form,
        title=_("Hand the client over"),
        button=_("Send the offer"),
        template="handover/offer_form.html",
        answer=answer,
        travelling=travels.of(relationship_id),
        clocks=_running(request.viewer, relationship_id),
        target=law.rule("O-H1", request.viewer.day).amount,
    )


def _ask_protected(request: ViewerRequest, case: Case) -> HttpResponse:
    """Where the person lives decides who answers; under a non-disclosure order it takes the right and a reason."""
    if not request.viewer.may(Capability.PROTECTED_VIEW):
        return render(
            request, "handover/offer_protected.html", head(request, case) | {"title": _("Hand over")}
        )
    form = ProtectedReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        opened = attempt(
            form,
            lambda: clients_actions.open_protected(
                case.relationship.pk, form.cleaned_data["reason"], actor=request.viewer
            ),
        )
        if opened is not None:
            given = request.POST.copy()
            given["protected_reason"], given["do"] = form.cleaned_data["reason"], "open"
            request.POST = given  # type: ignore[assignment]
            response = offer_client(request, case.relationship.pk)
            response["Cache-Control"] = "no-store"
            return response
    return show_form(
        request,
        case,
        form,
        title=_("Hand the client over"),
        button=_("Go on"),
        lead=_("Who answers depends on where the person lives, which the non-disclosure order hides."),
    )


def _running(viewer: Viewer, relationship_id: int) -> list[tuple[str, Clock]]:
    rows = Clock.objects.filter(is_deadline(viewer.day), relationship_id=relationship_id, closed_on=None)
    return [(rule_title(row.rule, row.act), row) for row in rows.order_by("due", "own", "id")]


@needs(Capability.CLIENT_HANDOVER)
def keep(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The own authority goes on answering although the law names another."""
    case = open_case(request, relationship_id)
    form = KeepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        kept = attempt(
            form,
            lambda: actions.keep_client(relationship_id, form.cleaned_data["reason"], actor=request.viewer),
        )
        if kept is not None:
            messages.success(request, _("Your authority goes on answering. The reason was saved."))
            return redirect("clients:client", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Go on answering"),
        button=_("Keep the client with this reason"),
        lead=_("An employment authority and a municipality may agree that the other one answers."),
    )


# --- Answering -------------------------------------------------------------------------------------------------------


@needs(Capability.CLIENT_HANDOVER)
@require_GET
def offer(request: ViewerRequest, offer_id: int) -> HttpResponse:
    """The offer as the own side may see it."""
    found = access.offer(request.viewer, offer_id)
    received = found.to_organisation_id == request.viewer.organisation_id
    if received and found.state == OfferState.OFFERED:
        actions.record_offer_look(found, actor=request.viewer)
    return _show_offer(request, found)


def _show_offer(
    request: ViewerRequest,
    found: Offer,
    *,
    form: AcceptForm | None = None,
    refusal: RefuseForm | None = None,
    clash: str = "",
) -> HttpResponse:
    viewer = request.viewer
    received = found.to_organisation_id == viewer.organisation_id
    is_open = found.state == OfferState.OFFERED
    shown = queries.incoming_one(viewer, found) if received and is_open else None
    workers = clients.workers(viewer) if shown else []
    mine = viewer.user_id if viewer.user_id in {key for key, _name in workers} else None
    context = {
        "offer": found,
        "received": received,
        "incoming": shown,
        "gone": received and is_open and shown is None,
        "other": _other(found, received=received),
        "form": form or AcceptForm(workers, initial={"worker": mine}),
        "refusal": refusal or RefuseForm(),
        "clash": clash,
        "today": viewer.day,
    }
    wrong = any(one is not None and one.errors for one in (form, refusal))
    return render(request, "handover/offer.html", context, status=409 if clash else 422 if wrong else 200)


def _other(found: Offer, *, received: bool) -> str:
    if received:
        return str(found.from_organisation.name)
    return "" if found.protected else str(found.to_organisation.name)


def answered_text(error: Answered) -> str:
    """What has happened to an offer or referral that waits no more, for the one who came second."""
    told = {
        "accepted": _("The offer has been accepted already."),
        "refused": _("The offer has been refused already."),
        "withdrawn": _("The sender has withdrawn the offer."),
        "passed": _("The sender no longer answers for this client, so there is nothing to accept."),
        "ended": _("The client relationship has ended, so there is nothing to accept."),
        "taken-up": _("The referral has been taken up already."),
        "closed": _("The referral has been closed already."),
    }
    text = told[error.state]
    return f"{text} ({error.who})" if error.who else text


@needs(Capability.CLIENT_HANDOVER)
@require_POST
def accept(request: ViewerRequest, offer_id: int) -> HttpResponse:
    found = access.offer(request.viewer, offer_id)
    form = AcceptForm(clients.workers(request.viewer), request.POST)
    try:
        receipt = attempt(
            form,
            lambda: actions.accept_offer(
                offer_id,
                int(form.cleaned_data["worker"]),
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
    except Answered as error:
        return _show_offer(request, access.offer(request.viewer, offer_id), clash=answered_text(error))
    if receipt is None:
        return _show_offer(request, found, form=form)
    messages.success(request, _("The client is yours from today. The time limits run on as they were."))
    return redirect("handover:receipt", receipt.pk)


@needs(Capability.CLIENT_HANDOVER)
@require_POST
def refuse(request: ViewerRequest, offer_id: int) -> HttpResponse:
    found = access.offer(request.viewer, offer_id)
    form = RefuseForm(request.POST)
    try:
        refused = attempt(
            form,
            lambda: actions.refuse_offer(offer_id, form.cleaned_data["reason"], actor=request.viewer),
        )
    except Answered as error:
        return _show_offer(request, access.offer(request.viewer, offer_id), clash=answered_text(error))
    if refused is None:
        return _show_offer(request, found, refusal=form)
    messages.success(request, _("The offer was refused. The sender has been told and goes on answering."))
    return redirect("handover:index")


@needs(Capability.CLIENT_HANDOVER)
@require_POST
def withdraw(request: ViewerRequest, offer_id: int) -> HttpResponse:
    try:
        withdrawn = actions.withdraw_offer(offer_id, actor=request.viewer)
    except Answered as error:
        return _show_offer(request, access.offer(request.viewer, offer_id), clash=answered_text(error))
    messages.success(request, _("The offer was withdrawn. Your authority goes on answering."))
    return redirect("clients:client", withdrawn.relationship_id)


@needs(Capability.CLIENT_HANDOVER)
@require_GET
def receipt(request: ViewerRequest, handover_id: int) -> HttpResponse:
    """The receipt: all that the sender keeps; the receiver finds the client by it."""
    found = queries.receipt(request.viewer, handover_id)
    answers = False
    if found.received:
        try:
            clients_access.case(request.viewer, found.handover.relationship_id)
            answers = True
        except NotVisible:
            answers = False
    travelled = [
        (travels.name_of(label), found.handover.travelled[label]["count"])
        for label in travels.in_order(found.handover.travelled)
    ]
    back = ""
    if answers:
        query = f"?occasion=return&to={found.handover.from_organisation_id}"
        back = reverse("handover:offer-client", args=[found.handover.relationship_id]) + query
    context = {
        "receipt": found,
        "row": found.handover,
        "travelled": travelled,
        "last": found.handover.on - timedelta(days=1),
        "fingerprint": textwrap.wrap(found.handover.fingerprint, 8),
        "answers": answers,
        "back": back,
    }
    return render(request, "handover/receipt.html", context)
