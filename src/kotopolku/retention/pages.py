"""Pages of the retention room: what is due, holds, runs; one client's times; answers to data subjects.

The data-protection officer sees client numbers here, no names. Not for: what is deleted (``actions.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import queries as clients
from kotopolku.clients.access import Case
from kotopolku.clients.pages import attempt
from kotopolku.retention import actions, information, queries, rules
from kotopolku.retention.forms import FindForm, HoldForm, InformationForm, LiftForm, RestrictionForm
from kotopolku.retention.models import InformationRequest


def _language() -> str:
    return (translation.get_language() or "fi")[:2]


@sensitive_post_parameters("person")
@needs(Capability.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def overview(request: ViewerRequest) -> HttpResponse:
    """What goes within three months, holds in force, the last runs; and the way to one client."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = clients.find_for_journal(request.viewer, form.cleaned_data["person"])
        if found:
            return redirect("retention:case", found[0].relationship_id)
        form.add_error("person", _("No such client in your organisation. Check the number."))
    language = _language()
    context = {
        "form": form,
        "soon": [
            (one, one.rule.titles[language], one.rule.citation(language))
            for one in queries.soon(request.viewer)
        ],
        "holds": queries.holds(request.viewer),
        "runs": queries.runs(request.viewer),
        "day": request.viewer.day,
    }
    return render(request, "retention/overview.html", context, status=422 if form.errors else 200)


def _frame(case: Case) -> dict[str, Any]:
    relationship, language = case.relationship, _language()
    context: dict[str, Any] = {"relationship": relationship, "authority": case.responsibility.authority}
    if relationship.ended_on:
        kind = case.responsibility.authority.kind
        rule = rules.client_rule(relationship.ended_on, kind)
        context |= {
            "goes_on": rules.goes_on(relationship.ended_on, kind),
            "rule_text": rule.texts[language],
            "rule_source": rule.citation(language),
            "uncertain": rule.certainty == "uncertain",
        }
    return context


@needs(Capability.RETENTION_MANAGE)
@require_GET
def case(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """One client's times, holds and requests; by number."""
    found = actions.open_times(relationship_id, actor=request.viewer)
    informed, restricted = queries.requests(request.viewer, relationship_id)
    context = _frame(found) | {
        "holds": queries.holds(request.viewer, relationship_id=relationship_id),
        "informed": informed,
        "restricted": restricted,
    }
    return render(request, "retention/case.html", context)


def _show(request: ViewerRequest, found: Case, form: Any, template: str, **context: Any) -> HttpResponse:
    shown = _frame(found) | {"form": form} | context
    return render(request, template, shown, status=422 if form.errors else 200)


@needs(Capability.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def hold(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Sets a legal hold."""
    found = queries.case(request.viewer, relationship_id)
    form = HoldForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        typed = form.cleaned_data
        return actions.set_hold(
            relationship_id,
            typed["ground"],
            typed["reason"],
            typed["until"],
            actor=request.viewer,
            token=typed["token"],
        )

    if attempt(form, act) is not None:
        messages.success(request, _("The client's data are kept while the hold lasts."))
        return redirect("retention:case", relationship_id)
    return _show(request, found, form, "retention/hold.html")


@needs(Capability.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def lift(request: ViewerRequest, hold_id: int) -> HttpResponse:
    """Lifts a hold, with a reason."""
    one = next((row for row in queries.holds(request.viewer) if row.pk == hold_id), None)
    if one is None:
        raise NotVisible
    found = queries.case(request.viewer, one.relationship_id)
    form = LiftForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        return actions.lift_hold(hold_id, form.cleaned_data["reason"], actor=request.viewer)

    if attempt(form, act) is not None:
        messages.success(request, _("The hold was lifted."))
        return redirect("retention:case", one.relationship_id)
    return _show(request, found, form, "retention/lift.html", hold=one)


@needs(Capability.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def information_request(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Answers an information request: choose what is left out, then open the PDF.

    For the data-protection officer and for whoever may export clients (``queries.case`` asks).
    """
    found = actions.open_times(relationship_id, actor=request.viewer)
    parts = information.parts(found, request.viewer)
    form = InformationForm(parts, request.POST if request.method == "POST" else None)

    def act() -> InformationRequest:
        typed = form.cleaned_data
        return actions.answer_information(
            relationship_id,
            typed["asked_on"],
            typed["language"],
            form.left_out(),
            actor=request.viewer,
            token=typed["token"],
        )

    answered = attempt(form, act)
    if answered is not None:
        messages.success(request, _("The answer is ready. Open the PDF and give it to the client."))
        return redirect("retention:information", relationship_id)
    informed, _restricted = queries.requests(request.viewer, relationship_id)
    sizes = [(form[name], len(part.rows)) for name, part in zip(form.parts, parts, strict=True)]
    return _show(request, found, form, "retention/information.html", sizes=sizes, informed=informed)


@needs(Capability.SIGNED_IN)
@require_GET
def information_paper(request: ViewerRequest, relationship_id: int, request_id: int) -> HttpResponse:
    """The answer as PDF, made anew from what is stored now."""
    found = queries.case(request.viewer, relationship_id)
    answered = InformationRequest.objects.filter(pk=request_id, relationship_id=relationship_id).first()
    if answered is None:
        raise Http404
    content = information.paper(found, answered, request.viewer)
    actions.record_printing(answered, actor=request.viewer)
    name = f"information-{found.relationship.case_number}-{answered.language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@needs(Capability.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def restriction(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """A request to restrict the use of data: what the Act answers, and a record that it was asked."""
    found = actions.open_times(relationship_id, actor=request.viewer)
    form = RestrictionForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        typed = form.cleaned_data
        return actions.answer_restriction(
            relationship_id, typed["asked_on"], typed["what"], actor=request.viewer, token=typed["token"]
        )

    if attempt(form, act) is not None:
        messages.success(request, _("The request and its answer were recorded. Tell the client the reason."))
        return redirect("retention:restriction", relationship_id)
    language = _language()
    answers = [(item.texts[language], item.citation(language)) for item in law.restriction_answer("681/2023")]
    _informed, restricted = queries.requests(request.viewer, relationship_id)
    return _show(request, found, form, "retention/restriction.html", answers=answers, restricted=restricted)
