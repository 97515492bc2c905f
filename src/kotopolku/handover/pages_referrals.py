"""Pages of referrals (681/2023 §9): sending one, those received, taking up and closing.

The sender sees only how far a referral is. Not for: advice without a name (``pages_advice.py``).
"""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.clients import queries as clients
from kotopolku.clients.forms import ProtectedReasonForm, RegisterForm
from kotopolku.clients.pages import attempt
from kotopolku.clients.pages_register import FIELD_NAMES
from kotopolku.clients.rules import NewClient
from kotopolku.handover import access, actions
from kotopolku.handover.forms import CloseReferralForm, ReferralForm
from kotopolku.handover.models import Referral, ReferralFacts, ReferralState
from kotopolku.handover.pages import answered_text
from kotopolku.handover.rules import Answered
from kotopolku.reference import queries as reference


@needs(Capability.CLIENT_REFER)
@require_GET
def index(request: ViewerRequest) -> HttpResponse:
    """Referrals received, for those who can take them up, and those sent, with how far they are."""
    viewer = request.viewer
    rows = list(access.referrals(viewer).order_by("-sent_on", "-id")[:200])
    own = viewer.organisation_id
    received = [row for row in rows if row.to_organisation_id == own]
    context = {
        "received": sorted(received, key=lambda row: (row.state != ReferralState.RECEIVED, row.target_on)),
        "sent": [row for row in rows if row.from_organisation_id == own],
        "may_take_up": viewer.may(Capability.CLIENT_REGISTER),
    }
    return render(request, "handover/referrals.html", context)


@needs(Capability.CLIENT_REFER)
def new(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    form = ReferralForm(
        request.POST if request.method == "POST" else None, initial={"consent_on": viewer.day}
    )
    if request.method == "POST":
        sent = attempt(
            form,
            lambda: actions.send_referral(form.referral(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if sent is not None:
            messages.success(
                request,
                _("The referral was sent. From now on you see only whether it has been taken up."),
            )
            return redirect("handover:referral", sent.pk)
    return render(request, "handover/referral_form.html", {"form": form}, status=422 if form.errors else 200)


@needs(Capability.CLIENT_REFER)
def referral(request: ViewerRequest, referral_id: int) -> HttpResponse:
    """One referral: to the sender its state, to the receiver what it tells."""
    found = access.referral(request.viewer, referral_id)
    if found.to_organisation_id == request.viewer.organisation_id:
        if not request.viewer.may(Capability.CLIENT_REGISTER):
            raise NotVisible
        return _received(request, found)
    answer = None
    if not found.protected and found.state == ReferralState.RECEIVED:
        answer = actors.contacts_of(found.to_organisation, request.viewer.day)[:3]
    return render(request, "handover/referral_sent.html", {"referral": found, "contacts": answer})


def _received(
    request: ViewerRequest,
    found: Referral,
    *,
    close_form: CloseReferralForm | None = None,
    clash: str = "",
) -> HttpResponse:
    viewer = request.viewer
    facts = access.facts(viewer, found.pk)
    reason = ProtectedReasonForm(request.POST if request.POST.get("do") == "look" else None)
    opened: ReferralFacts | None = None
    if not facts.non_disclosure and close_form is None and not clash:
        opened = actions.record_referral_look(found.pk, actor=viewer)
    elif not facts.non_disclosure:
        opened = facts
    elif reason.is_bound and viewer.may(Capability.PROTECTED_VIEW):
        opened = attempt(
            reason,
            lambda: actions.record_referral_look(
                found.pk, actor=viewer, reason=reason.cleaned_data["reason"]
            ),
        )
    context = {
        "referral": found,
        "facts": facts,
        "contacts_shown": opened is not None,
        "place": _place(facts) if opened is not None else "",
        "language": _language(facts.service_language),
        "reason_form": reason,
        "may_see": viewer.may(Capability.PROTECTED_VIEW),
        "close_form": close_form or CloseReferralForm(),
        "clash": clash,
        "rule": law.rule("H9", found.sent_on),
    }
    wrong = (close_form is not None and close_form.errors) or reason.errors
    response = render(
        request, "handover/referral.html", context, status=409 if clash else 422 if wrong else 200
    )
    response["Cache-Control"] = "no-store"
    return response


def _place(facts: ReferralFacts) -> str:
    found = reference.municipality_by_code(facts.municipality)
    return found.name() if found else facts.municipality


def _language(code: str) -> str:
    found = reference.language(code)
    return found.name() if found else code


@needs(Capability.CLIENT_REGISTER)
def take_up(request: ViewerRequest, referral_id: int) -> HttpResponse:
    """The registering form, filled in with what the referral tells."""
    viewer = request.viewer
    found = access.referral(viewer, referral_id)
    facts = access.facts(viewer, referral_id)
    initial: dict[str, Any] = {"started_on": viewer.day}
    if facts.non_disclosure and request.method == "GET":
        return redirect("handover:referral", referral_id)
    starting = facts.non_disclosure and request.POST.get("do") == "look"
    if starting:
        reason = ProtectedReasonForm(request.POST)
        if (
            attempt(
                reason,
                lambda: actions.record_referral_look(
                    referral_id, actor=viewer, reason=reason.cleaned_data["reason"]
                ),
            )
            is None
        ):
            return _received(request, found)
    form = RegisterForm(
        request.POST if request.method == "POST" and not starting else None, initial=initial | _initial(facts)
    )
    if form.is_bound:
        try:
            registered = attempt(form, lambda: _register(request, form, facts), FIELD_NAMES)
        except Answered as error:
            return _received(request, access.referral(viewer, referral_id), clash=answered_text(error))
        if registered is not None:
            messages.success(
                request, _("Client %(number)s was registered.") % {"number": registered.case_number}
            )
            return redirect("clients:client", registered.pk)
    elif found.state != ReferralState.RECEIVED:
        return _received(request, found, clash=answered_text(Answered(found.state)))
    if not form.is_bound:
        messages.info(
            request,
            _("Filled in from the referral of %(authority)s. Check it with the person before you register.")
            % {"authority": found.from_organisation.name},
        )
    asked = set(form.errors) | {name for name in form.fields if form.data.get(name)}
    response = render(
        request,
        "clients/register.html",
        {
            "form": form,
            "duplicates": clients.duplicates(viewer, form.person()) if "duplicate_reason" in asked else [],
            "ask_override": "override_reason" in asked,
        },
        status=422 if form.errors else 200,
    )
    response["Cache-Control"] = "no-store"
    return response


def _initial(facts: ReferralFacts) -> dict[str, Any]:
    names = (
        "family_name",
        "given_names",
        "birth_date",
        "service_language",
        "interpreter_needed",
        "municipality",
        "telephone",
        "email",
        "non_disclosure",
    )
    return {name: getattr(facts, name) for name in names} | {
        "mother_tongue": facts.service_language,
        "jobseeker": "yes" if facts.jobseeker else "no",
        "token": _token(facts.referral_id),
    }


def _token(referral_id: int) -> UUID:
    """The same for every form of one referral, so that two windows register one client."""
    return uuid5(NAMESPACE_URL, f"kotopolku:referral:{referral_id}")


def _register(request: ViewerRequest, form: RegisterForm, facts: ReferralFacts) -> Any:
    number = form.cleaned_data["household_case"]
    with_person = clients.person_by_number(request.viewer, number) if number else None
    if number and with_person is None:
        form.add_error("household_case", _("Your authority has no client with this number."))
        return None
    client: NewClient = form.new_client(household_with=with_person, worker_id=request.viewer.user_id)
    return actions.take_up_referral(
        facts.referral_id, client, actor=request.viewer, token=form.cleaned_data["token"]
    )


@needs(Capability.CLIENT_REGISTER)
@require_POST
def close(request: ViewerRequest, referral_id: int) -> HttpResponse:
    found = access.referral(request.viewer, referral_id)
    form = CloseReferralForm(request.POST)
    try:
        closed = attempt(
            form,
            lambda: actions.close_referral(
                referral_id,
                form.cleaned_data["reason"],
                actor=request.viewer,
                note=form.cleaned_data["note"],
            ),
        )
    except Answered as error:
        return _received(request, access.referral(request.viewer, referral_id), clash=answered_text(error))
    if closed is None:
        return _received(request, found, close_form=form)
    messages.success(request, _("The referral was closed. The sender sees that it was."))
    return redirect("handover:referrals")
