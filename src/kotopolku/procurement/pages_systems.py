"""Pages of a dynamic purchasing system after its publication: a supplier's place in it, and the buyer's requests to decide.

Not for: drafting and publishing it (``pages_draft.py``, ``pages_tenders.py``), purchases within it, which are tenders.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.procurement import access, admission_rules, award_rules
from kotopolku.procurement.actions import admissions
from kotopolku.procurement.award_report import appeal_words
from kotopolku.procurement.forms_systems import (
    DecideForm,
    DurationForm,
    EndForm,
    JoinForm,
    LengthenForm,
    RemoveForm,
)
from kotopolku.procurement.models import AdmissionRequest, AdmissionState, Tender, TenderState
from kotopolku.procurement.pages import press, run, saving, show_form
from kotopolku.procurement.queries import systems as queries
from kotopolku.procurement.queries.bids import answer_rows
from kotopolku.procurement.wording_awards import ground_name

# --- A supplier -------------------------------------------------------------------------------------------------------


@needs(Capability.BID_SUBMIT)
@require_GET
def ours(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Our place in a system: how to join, what was decided of our requests, purchases that we are invited to."""
    page = queries.our_system(request.viewer, tender_id)
    every = [place for line in page.requests for place in line.places]
    told = [
        (
            line,
            award_rules.correction_until(line.request.decided_on),
            award_rules.appeal_until(line.request.decided_on),
        )
        for line in page.requests
        if line.request.decided_on is not None
    ]
    removed = [
        (
            place,
            ground_name(place.ground),
            award_rules.correction_until(place.ended_on),
            award_rules.appeal_until(place.ended_on),
        )
        for place in every
        if place.state == AdmissionState.REMOVED and place.ended_on is not None
    ]
    context = {
        "page": page,
        "tender": page.tender,
        "told": told,
        "removed": removed,
        "may_join": page.running and page.waiting is None and bool(page.free),
        "appeal_words": appeal_words()[:3],
        "rule": law.rule(admission_rules.RULE),
    }
    return render(request, "procurement/system_ours.html", context)


@needs(Capability.BID_SUBMIT)
def join(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """A request to join. The same self-declaration as in a bid, but not sealed."""
    viewer = request.viewer
    page = queries.our_system(viewer, tender_id)
    back = reverse("procurement:system-ours", args=[tender_id])
    if page.waiting is not None and request.method == "GET":
        return redirect(back)
    sections = admission_rules.sections(page.tender.bid_form)
    form = JoinForm(
        sections,
        page.free,
        request.POST if request.method == "POST" else None,
        initial={
            "bidder-name": viewer.seat.organisation_name if viewer.seat else "",
            "contact-name": viewer.name,
        },
    )
    return saving(
        request,
        form,
        lambda: admissions.ask_to_join(
            tender_id, form.chosen(), form.answers(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The request was sent. The buyer decides on it and tells you here."),
        template="procurement/system_join.html",
        title=_("Ask to join"),
        lead=_("The request is not sealed: the buyer reads it at once. Other suppliers never see it."),
        button=_("Send the request"),
        back=back,
        crumb=(f"{page.tender.number} {page.tender.name}", back),
    )


@needs(Capability.BID_SUBMIT)
@require_POST
def leave(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Withdraws the request that waits, or leaves the category of ``place``."""
    viewer, typed = request.viewer, request.POST.get("place", "")
    access.system_for_supplier(viewer, tender_id)
    back = reverse("procurement:system-ours", args=[tender_id])
    if typed.isdecimal() and len(typed) < 19:
        return press(
            request,
            lambda: admissions.leave(int(typed), actor=viewer),
            _("You have left the category."),
            back,
        )
    return press(
        request,
        lambda: admissions.withdraw_request(tender_id, actor=viewer),
        _("The request was withdrawn."),
        back,
    )


# --- The buyer --------------------------------------------------------------------------------------------------------


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def system(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """A system: until when, who has been admitted, which requests wait, what has been bought within it."""
    viewer = request.viewer
    page = queries.system_page(viewer, tender_id)
    decides = viewer.may(Capability.PROCUREMENT_DECIDE) and page.tender.state == TenderState.PUBLISHED
    context = {
        "page": page,
        "tender": page.tender,
        "may_read": viewer.may(Capability.PROCUREMENT_PREPARE),
        "may_decide": decides,
        "may_buy": viewer.may(Capability.PROCUREMENT_PREPARE) and page.running,
    }
    return render(request, "procurement/system.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
@require_GET
def admission(request: ViewerRequest, request_id: int) -> HttpResponse:
    """A request with the supplier's answers, and what was decided on it."""
    viewer = request.viewer
    found = admissions.look(request_id, actor=viewer)
    line = queries.line_of(found, viewer.day)
    parts = [
        (where.title, [row for row in answer_rows(where, found.answers) if row[2] or row[1] != "long-text"])
        for where in admission_rules.sections(found.tender.bid_form)
    ]
    context = {
        "asked": found,
        "line": line,
        "tender": found.tender,
        "parts": parts,
        "removed": [
            (one, ground_name(one.ground)) for one in line.places if one.state == AdmissionState.REMOVED
        ],
        "may_decide": found.is_waiting and viewer.may(Capability.PROCUREMENT_DECIDE),
        "may_remove": viewer.may(Capability.PROCUREMENT_DECIDE)
        and any(one.state == AdmissionState.ADMITTED for one in line.places),
    }
    return render(request, "procurement/admission.html", context)


@needs(Capability.PROCUREMENT_DECIDE)
def decide(request: ViewerRequest, request_id: int) -> HttpResponse:
    viewer = request.viewer
    found = access.admission_request(viewer, request_id)
    line = queries.line_of(found, viewer.day)
    form = DecideForm(
        line.places, request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: admissions.decide(
                request_id,
                form.chosen(),
                reasons_fi=form.cleaned_data["reasons_fi"],
                reasons_sv=form.cleaned_data["reasons_sv"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("Decided. The supplier has been told today."))
            return redirect("procurement:system", found.tender_id)
    lead = _("%(supplier)s asks to join. The decision is told to it at once and cannot be taken back.")
    if line.late:
        lead += " " + _("The last day to decide was %(day)s.")
    words = {"supplier": found.supplier.name, "day": law.day_text(found.due_on, language())}
    return _request_form(
        request, form, found, title=_("Decide on the request"), lead=lead % words, button=_("Decide and tell")
    )


@needs(Capability.PROCUREMENT_PREPARE)
def lengthen(request: ViewerRequest, request_id: int) -> HttpResponse:
    viewer = request.viewer
    found = access.admission_request(viewer, request_id)
    form = LengthenForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: admissions.lengthen(
                request_id, form.cleaned_data["why"], actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The time was lengthened. The supplier has been told."))
            return redirect("procurement:admission", request_id)
    last = law.day_text(admission_rules.lengthened_due(found.sent_on), language())
    return _request_form(
        request,
        form,
        found,
        title=_("Lengthen the time to decide"),
        lead=_("In a single case, when the request must be checked. The new last day is %(day)s.")
        % {"day": last},
        button=_("Lengthen"),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def remove(request: ViewerRequest, tender_id: int, supplier_id: int) -> HttpResponse:
    """A page of its own: a removal is told to the supplier at once."""
    viewer = request.viewer
    row = access.own_system(viewer, tender_id)
    place = queries.place_of(row, supplier_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(form, lambda: admissions.remove(tender_id, supplier_id, form.content(), actor=viewer))
        if done is not None:
            messages.success(request, _("Removed. The supplier has been told today."))
            return redirect("procurement:system", tender_id)
    return _system_form(
        request,
        form,
        row,
        title=_("Remove %(supplier)s from the system") % {"supplier": place.supplier.name},
        lead=_("Only on an exclusion ground of the Act. It is removed from all categories and cannot bid."),
        button=_("Remove"),
        danger=True,
    )


@needs(Capability.PROCUREMENT_DECIDE)
def duration(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    row = access.own_system(viewer, tender_id)
    form = DurationForm(
        request.POST if request.method == "POST" else None,
        initial={"version": row.version, "ends_on": row.ends_on},
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: admissions.change_duration(
                tender_id,
                form.cleaned_data["ends_on"],
                form.cleaned_data["reason"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The last day was changed. A notice of it waits to be sent."))
            return redirect("procurement:system", tender_id)
    return _system_form(
        request,
        form,
        row,
        title=_("Change the duration"),
        lead=_("A notice of the change goes to the national notice service, and those admitted are told."),
        button=_("Change"),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def end(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """A page of its own: a system that has ended is not opened again."""
    viewer = request.viewer
    row = access.own_system(viewer, tender_id)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: admissions.end_system(
                tender_id, form.cleaned_data["reason"], actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The system has ended. A notice of it waits to be sent."))
            return redirect("procurement:system", tender_id)
    return _system_form(
        request,
        form,
        row,
        title=_("End the system"),
        lead=_("Nobody is admitted and nothing new is bought any more. What has been invited goes on."),
        button=_("End"),
        danger=True,
    )


def _system_form(request: ViewerRequest, form: object, row: Tender, **shown: object) -> HttpResponse:
    back = reverse("procurement:system", args=[row.pk])
    shown |= {"template": "procurement/form_asked.html", "crumb": (row.number, back)}
    return show_form(request, form, back=back, **shown)  # type: ignore[arg-type]


def _request_form(
    request: ViewerRequest, form: object, found: AdmissionRequest, **shown: object
) -> HttpResponse:
    back = reverse("procurement:admission", args=[found.pk])
    shown |= {"template": "procurement/form_asked.html", "crumb": (found.supplier.name, back)}
    return show_form(request, form, back=back, **shown)  # type: ignore[arg-type]
