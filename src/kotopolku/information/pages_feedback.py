"""Feedback: the reader's form, and the editors' list with one ticket. Not for: rules, counts (``pages_counts.py``)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.clients.pages import attempt
from kotopolku.information import access_feedback as access
from kotopolku.information import forms_feedback
from kotopolku.information.actions import feedback as actions
from kotopolku.information.forms_feedback import AnswerForm, FeedbackForm, HandOnForm
from kotopolku.information.models import Feedback, FeedbackState
from kotopolku.information.queries import feedback as queries
from kotopolku.information.revisions import Reader, reader_of
from kotopolku.placement.pages import pager, run, show_form, status_of

PAGE_SIZE = 30


# A reader has no session and gets no cookie, so the usual check (a cookie against a field) has nothing to hold on to. It is
# not needed either: the form acts in nobody's name, so nothing can be forged for a person who happens to be signed in.
# What it must be is a form that we have shown lately; that the signed mark tells.
@csrf_exempt
@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: ViewerRequest, language: str, space: str) -> HttpResponse:
    """What a reader wants to say about a page or a space, in any language, without signing in."""
    reader = reader_of(language, space)
    with override(reader.language.ui):
        if request.method != "POST":
            first = {"mark": forms_feedback.seal(space), "key": request.GET.get("page", "")[:80]}
            return _show(request, reader, FeedbackForm(initial=first))
        filled = FeedbackForm(request.POST)
        if request.POST.get(forms_feedback.TRAP):
            return redirect("info:feedback-thanks", language=language, space=space, number="0000-0000")
        made = _receive(request, reader, filled)
        if made is None:
            return _show(request, reader, filled)
    return redirect("info:feedback-thanks", language=language, space=space, number=made.number)


def _receive(request: ViewerRequest, reader: Reader, filled: FeedbackForm) -> Feedback | None:
    slug = reader.space.slug
    token = forms_feedback.opened(str(request.POST.get("mark", "")), slug)
    if token is None:
        filled.add_error(
            None, _("The form was open for a long time. Your words are still here: send them again.")
        )
        filled.renew(slug)
        return None

    def act() -> Feedback:
        typed = filled.cleaned_data
        content = actions.FeedbackContent(
            words=typed["words"],
            useful=filled.is_useful,
            language=reader.language.code,
            key=typed["key"],
            path=f"{reader.language.code}/{slug}/" + (f"{typed['key']}/" if typed["key"] else ""),
            email=typed["email"],
        )
        return actions.receive(
            reader.space.pk,
            content,
            actor=request.viewer,
            token=token,
            network_address=network_address(request),
        )

    return attempt(filled, act)


def network_address(request: HttpRequest) -> str:
    """Where a message comes from; behind the operator's proxy, what the proxy says. It is never stored."""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.HTTPS else ""
    return named or str(request.META.get("REMOTE_ADDR", ""))


def _show(request: HttpRequest, reader: Reader, filled: FeedbackForm) -> HttpResponse:
    context = {
        "reader": reader,
        "form": filled,
        "trap": forms_feedback.TRAP,
        "days": settings.FEEDBACK_ADDRESS_DAYS,
        "kept": settings.FEEDBACK_KEPT_DAYS,
    }
    return render(request, "information/public/feedback.html", context, status=422 if filled.errors else 200)


@open_to_all
@never_cache
@require_safe
def thanks(request: HttpRequest, language: str, space: str, number: str) -> HttpResponse:
    """That it has come in, and under which number. The page asks nothing of the database about the number."""
    reader = reader_of(language, space)
    with override(reader.language.ui):
        return render(
            request, "information/public/feedback_thanks.html", {"reader": reader, "number": number}
        )


# --- Editors --------------------------------------------------------------------------------------------------------------


@needs(Capability.CONTENT_EDIT)
@require_safe
def tickets(request: ViewerRequest) -> HttpResponse:
    """Feedback of the spaces that the own organisation keeps: what waits first, or the answered, or the archive."""
    viewer = request.viewer
    state = request.GET.get("state", "")
    state = state if state in FeedbackState.values else FeedbackState.OPEN
    page = Paginator(queries.tickets(viewer, state), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "lines": page.object_list,
        "state": state,
        "states": [(value, label, value == state) for value, label in FeedbackState.choices],
        "page": pager(page),
        "count": page.paginator.count,
        "spaces": queries.own_spaces(viewer),
    }
    return render(request, "information/feedback/tickets.html", context)


@needs(Capability.CONTENT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: ViewerRequest, number: str) -> HttpResponse:
    """One ticket; sending the form answers it."""
    viewer = request.viewer
    found = queries.ticket(viewer, number)
    filled = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.row.version, "words": ""},
    )
    if request.method == "POST":
        done = run(
            filled,
            lambda: actions.answer(
                number, filled.cleaned_data["words"], actor=viewer, expected_version=filled.expected_version
            ),
        )
        if done is not None:
            sent = _(
                "The answer was saved. It goes to the sender by e-mail, and the address is deleted then."
            )
            messages.success(request, sent if found.has_address else _("The answer was saved."))
            return redirect("information:feedback-one", number)
    context = {"ticket": found, "row": found.row, "form": filled}
    return render(request, "information/feedback/ticket.html", context, status=status_of(filled))


@needs(Capability.CONTENT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: ViewerRequest, number: str) -> HttpResponse:
    """Gives a ticket to the editors of another space."""
    viewer = request.viewer
    row = access.ticket(viewer, number)
    filled = HandOnForm(request.POST if request.method == "POST" else None)
    back = reverse("information:feedback-one", args=[number])
    if request.method == "POST":
        done = run(
            filled,
            lambda: actions.hand_on(number, queries.slug_of(filled.cleaned_data["space"]), actor=viewer),
        )
        if done is not None:
            messages.success(
                request,
                _("The feedback was handed on: %(name)s. Its editors have been told.")
                % {"name": done.space.name()},
            )
            return redirect("information:feedback")
    return show_form(
        request,
        filled,
        template="information/feedback/hand_on.html",
        title=_("Hand the feedback on"),
        lead=_("The editors of the other area see it then, and you do not any more. Number %(number)s.")
        % {"number": row.number},
        button=_("Hand on"),
        back=back,
        spaces=queries.all_spaces(),
    )


@needs(Capability.CONTENT_EDIT)
@require_POST
def archive(request: ViewerRequest, number: str) -> HttpResponse:
    """From the list into the archive."""
    actions.archive(number, actor=request.viewer)
    messages.success(request, _("The feedback was archived."))
    return redirect("information:feedback")


@needs(Capability.CONTENT_EDIT)
@require_POST
def open_again(request: ViewerRequest, number: str) -> HttpResponse:
    """Back from the archive."""
    actions.open_again(number, actor=request.viewer)
    messages.success(request, _("The feedback was taken back from the archive."))
    return redirect("information:feedback-one", number)
