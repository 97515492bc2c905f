"""Pages of the exchange besides importing: taking clients out, the national client system, a client's registers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import access
from kotopolku.clients.models import Relationship
from kotopolku.clients.pages import head, open_case
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.wording import language, refusal_text
from kotopolku.exchange import actions, adapters, exports, queries
from kotopolku.exchange.forms import TakeForm

SENT_AT_ONCE = 50
REGISTERS = {
    adapters.POPULATION: gettext_lazy("Population register"),
    adapters.PERMITS: gettext_lazy("Permit register"),
}


@require_GET
@needs(Capability.CLIENT_EXPORT)
def export(request: ViewerRequest) -> HttpResponse:
    return render(request, "exchange/export.html", {"kinds": list(exports.CONTENT_TYPES)})


@require_GET
@needs(Capability.CLIENT_EXPORT)
def export_file(request: ViewerRequest, kind: str) -> HttpResponse:
    """The file itself: a look at everybody in it, and journalled so."""
    if kind not in exports.CONTENT_TYPES:
        raise NotVisible
    rows = list(exports.clients(request.viewer))
    actions.record_export([row.person_id for row in rows], kind, actor=request.viewer)
    response = HttpResponse(exports.as_file(kind, rows), content_type=exports.CONTENT_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{exports.file_name(kind)}"'
    response.headers["Cache-Control"] = "no-store"
    return response


# --- National client system --------------------------------------------------------------------------------------------


@require_GET
@needs(Capability.CLIENT_IMPORT)
def national(request: ViewerRequest) -> HttpResponse:
    """Messages by state, those that need a person, and the last comparison."""
    report = queries.last_reconciliation(request.viewer)
    ids = (report.only_ours + report.different)[: queries.ROWS_SHOWN] if report else []
    numbers = dict(Relationship.objects.filter(pk__in=ids).values_list("pk", "case_number"))
    compulsory = queries.compulsory_from()
    context = {
        "counts": queries.message_counts(request.viewer),
        "stuck": queries.stuck(request.viewer),
        "report": report,
        "only_ours": [(one, numbers[one]) for one in report.only_ours if one in numbers] if report else [],
        "different": [(one, numbers[one]) for one in report.different if one in numbers] if report else [],
        "compulsory": compulsory,
        "is_compulsory": compulsory is not None and request.viewer.day >= compulsory,
    }
    return render(request, "exchange/national.html", context)


@require_POST
@needs(Capability.CLIENT_IMPORT)
def national_send(request: ViewerRequest) -> HttpResponse:
    """Puts changed clients in line; the worker process sends them."""
    number = actions.queue_changed(actor=request.viewer)
    if number:
        words = _("%(number)s clients are in line. They are sent within ten minutes.") % {"number": number}
    else:
        words = _("Nothing has changed since the last message.")
    messages.success(request, words)
    return redirect("exchange:national")


@require_POST
@needs(Capability.CLIENT_IMPORT)
def national_again(request: ViewerRequest, message_id: int) -> HttpResponse:
    actions.try_again(message_id, actor=request.viewer)
    messages.success(request, _("The message is in line again."))
    return redirect("exchange:national")


@require_POST
@needs(Capability.CLIENT_IMPORT)
def national_reconcile(request: ViewerRequest) -> HttpResponse:
    try:
        actions.reconcile(adapters.national(), actor=request.viewer)
    except adapters.Unavailable:
        messages.error(request, _("The national client system does not answer. Try again later."))
    else:
        messages.success(request, _("The comparison is made."))
    return redirect("exchange:national")


# --- Registers ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CLIENT_EDIT)
def registers(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """What registers tell beside what we have. A POST takes the values chosen."""
    case = open_case(request, relationship_id)
    rows = queries.comparisons(request.viewer, case, language())
    version = case.relationship.person.version
    posted = request.POST if request.method == "POST" else None
    form = TakeForm([row.fact.pk for row in rows], posted, initial={"version": version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_facts(
                relationship_id,
                form.cleaned_data["facts"],
                actor=request.viewer,
                expected_version=form.cleaned_data["version"],
            )
        except Refusals as refusals:
            for refusal in refusals.refusals:
                form.add_error(None, refusal_text(refusal))
        except EditClash:
            form.add_error(
                None, _("Somebody else has changed the client in between. Look at the values again.")
            )
        else:
            messages.success(request, _("The values were taken as ours."))
            return redirect("exchange:registers", relationship_id)
    by_source = [
        (source, name, [row for row in rows if row.fact.source == source])
        for source, name in REGISTERS.items()
    ]
    context = head(request, case) | {
        "title": _("Registers"),
        "form": form,
        "sources": by_source,
        "version": version,
        "can_ask": bool(case.relationship.person.identity_code),
        "any_differs": any(row.can_take for row in rows),
    }
    return render(request, "exchange/registers.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Capability.CLIENT_EDIT)
def ask(request: ViewerRequest, relationship_id: int, source: str) -> HttpResponse:
    """Asks a register by the client's identity code, and keeps what it tells."""
    if source not in REGISTERS:
        raise NotVisible
    code = access.case(request.viewer, relationship_id).relationship.person.identity_code
    if not code:
        messages.error(request, _("Registers are asked by identity code, and this client has none."))
        return redirect("exchange:registers", relationship_id)
    try:
        answer = adapters.register(source).ask(code)
    except adapters.Unavailable:
        messages.error(request, _("The register does not answer. Try again later."))
        return redirect("exchange:registers", relationship_id)
    actions.store_answer(relationship_id, source, answer, actor=request.viewer)
    if answer is None:
        messages.warning(request, _("The register does not know this person."))
    else:
        messages.success(request, _("The register has answered. Ours stays as it is until you choose."))
    return redirect("exchange:registers", relationship_id)
