"""Coming to the own page and leaving it: by the identity provider, by a code from the office, by a passkey.

Not for: whose account is opened (``actions``) and what may be believed of the provider (``oidc.py``).
"""

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.actors.signin import BACKEND
from kotopolku.mypage import access, actions, languages, oidc, queries, wording
from kotopolku.mypage.forms import CodeForm
from kotopolku.mypage.models import OwnAccount

log = logging.getLogger(__name__)

JOURNEY = "own_sign_in"
NEXT = "own_next"
JUST_NOW_SECONDS = 10 * 60
"""So long after signing in a passkey can be added. Our own rule of security."""


@require_GET
@open_to_all
def sign_in(request: ViewerRequest) -> HttpResponse:
    """The ways to sign in. Somebody who is in already is sent to the path."""
    if request.viewer.own is not None:
        return redirect("mypage:path")
    return _ways(request, CodeForm())


def _ways(request: ViewerRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "provider": settings.OIDC_NAME if oidc.is_offered() else "",
        "next": _local(request, request.GET.get("next") or request.POST.get("next", "")),
        "examples": queries.demo_accounts() if settings.DEMO else [],
        "is_official": request.viewer.seat is not None,
    }
    return render(request, "mypage/sign_in.html", context, status=status)


def _local(request: HttpRequest, address: str) -> str:
    """An address of the own page, or nothing: never another site, never a page of officials."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if safe and languages.is_client_path(address) else ""


@require_POST
@open_to_all
def by_code(request: ViewerRequest) -> HttpResponse:
    """Signs in with a code from the office and the date of birth."""
    form = CodeForm(request.POST)
    if form.is_valid():
        entered = actions.enter_by_code(
            form.cleaned_data["code"], form.cleaned_data["birth_date"], _place(request), actor=request.viewer
        )
        if entered.account is not None:
            _let_in(request, entered.account, "code")
            return redirect("mypage:first-steps")
        if entered.refusal is not None:
            form.add_error(entered.refusal.field or None, wording.refusal_text(entered.refusal))
    return _ways(request, form, status=422)


def _place(request: HttpRequest) -> str:
    """The network address that is trying; behind the operator's proxy, the one that the proxy names."""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.HTTPS else ""
    return named or str(request.META.get("REMOTE_ADDR", ""))


def _let_in(request: ViewerRequest, account: OwnAccount, method: str) -> None:
    """Opens the session, in the client's own language."""
    login(request, account.user, backend=BACKEND)
    record_authentication(request, account.user, method=method)
    for name in (access.CHOSEN, JOURNEY, NEXT):
        request.session.pop(name, None)
    service = account.person.service_language if account.person else ""
    request.session[languages.SESSION] = account.language or languages.own_code(service)


@require_GET
@open_to_all
def to_provider(request: ViewerRequest) -> HttpResponse:
    """Sends the person to the identity provider."""
    if not oidc.is_offered():
        raise NotVisible
    journey = oidc.Journey.begin()
    try:
        address = oidc.way_there(journey, _back(request), languages.current().code)
    except (oidc.ProviderAway, oidc.ProviderNotBelieved) as error:
        return _failed(request, error)
    request.session[JOURNEY] = journey.to_session()
    request.session[NEXT] = _local(request, request.GET.get("next", ""))
    return HttpResponseRedirect(address)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("mypage:from-provider"))


@require_GET
@open_to_all
def from_provider(request: ViewerRequest) -> HttpResponse:
    """The person is back from the provider: signed in, or told plainly why not.

    Whoever began to sign in here is in no session after a failure; a link that somebody else made ends no session.
    """
    journey = oidc.Journey.from_session(request.session.pop(JOURNEY, None))
    try:
        code = oidc.identity_code(request.GET.dict(), journey, _back(request))
    except oidc.Cancelled:
        messages.info(request, _("You did not sign in."))
        return redirect("mypage:sign-in")
    except (oidc.ProviderAway, oidc.ProviderNotBelieved) as error:
        if journey is not None:
            _leave(request)
        return _failed(request, error)
    entered = actions.enter_by_identity(code, actor=request.viewer)
    if entered.account is None:
        _leave(request)
        reason = wording.refusal_text(entered.refusal) if entered.refusal else ""
        return render(request, "mypage/unknown.html", {"reason": reason, "no_code": not code}, status=403)
    wanted = request.session.get(NEXT, "")
    _let_in(request, entered.account, "identity")
    return redirect(wanted or "mypage:path")


def _failed(request: ViewerRequest, error: Exception) -> HttpResponse:
    """A clear page; what was wrong goes to the log without anything about a person."""
    away = isinstance(error, oidc.ProviderAway)
    log.warning("identity provider: %s %s", type(error).__name__, error)
    return render(request, "mypage/provider_failed.html", {"away": away}, status=503 if away else 403)


def _leave(request: HttpRequest) -> None:
    """Ends a session that was open, so that nobody goes on as somebody else."""
    if request.user.is_authenticated:
        logout(request)


@require_POST
@open_to_all
def sign_out(request: ViewerRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("You have signed out."))
    response = redirect("mypage:sign-in")
    response.delete_cookie(languages.COOKIE)
    return response


@require_POST
@open_to_all
def as_example(request: ViewerRequest, account_id: int) -> HttpResponse:
    """One-press sign-in as an example client; only in the demo."""
    found = next((one for one in queries.demo_accounts() if one.pk == account_id), None)
    if not settings.DEMO or found is None:
        raise NotVisible
    _let_in(request, found, "demo")
    return redirect("mypage:path")


@needs(Capability.OWN_PATH)
@require_GET
def first_steps(request: ViewerRequest) -> HttpResponse:
    """After a code: the code is used up, so a way in for the next time is offered."""
    return render(request, "mypage/first_steps.html")


# Passkeys ---------------------------------------------------------------------------------------------------------


@needs(Capability.OWN_PATH)
def passkey(request: ViewerRequest) -> HttpResponse:
    """Adds a passkey to the account: the telephone or computer itself opens the page from then on."""
    if not _signed_in_just_now(request):
        return render(request, "mypage/passkey.html", {"again": True})
    if request.method == "POST":
        form = AddWebAuthnForm(request.POST, user=request.user)
        if form.is_valid():
            webauthn.WebAuthn.add(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
            messages.success(request, _("Done. Next time you can sign in with this device."))
            return redirect("mypage:path")
        messages.error(request, _("The device did not answer as it should. Try again."))
        return redirect("mypage:passkey")
    context: dict[str, Any] = {
        "js_data": {"creation_options": webauthn.begin_registration(request.user, False)},
        "has_one": Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists(),
    }
    return render(request, "mypage/passkey.html", context)


def _signed_in_just_now(request: HttpRequest) -> bool:
    """Whether somebody who finds the page left open would be too late to add a device of theirs."""
    times = [float(record["at"]) for record in get_authentication_records(request, request.user)]
    return bool(times) and clock.real_now().timestamp() - max(times) < JUST_NOW_SECONDS


class PasskeySignIn(LoginWebAuthnView):
    """Signs in with a passkey; goes to the own path, or back to the ways of signing in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This device is not known here. Sign in another way."))
        return redirect("mypage:sign-in")


by_passkey = open_to_all(PasskeySignIn.as_view())
