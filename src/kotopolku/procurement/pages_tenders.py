"""Pages of a tender beyond its draft: the list, one with its path, review, publication, corrections, questions.

Not for: drafting (``pages_draft.py``), what everybody reads (``pages_public.py``), bids and decisions.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.procurement import access, rules
from kotopolku.procurement.actions import notices, papers, publication, questions
from kotopolku.procurement.files import as_file
from kotopolku.procurement.forms_tenders import (
    AnswerForm,
    ConfirmForm,
    CorrectionForm,
    GiveUpForm,
    PublishForm,
    ReturnForm,
)
from kotopolku.procurement.models import Notice, Tender, TenderState
from kotopolku.procurement.pages import press, run, saving, show_form
from kotopolku.procurement.pages_draft import STEP_NAMES
from kotopolku.procurement.queries import tenders as queries
from kotopolku.procurement.queries.awards import public_decisions
from kotopolku.procurement.queries.timeline import path


@needs(Capability.SIGNED_IN)
@require_GET
def index(request: ViewerRequest) -> HttpResponse:
    """To what concerns the viewer: own tenders for a buyer, tenders to bid on for a provider, else the public ones."""
    if access.is_buyer(request.viewer) and request.viewer.may(Capability.PROCUREMENT_VIEW):
        return redirect("procurement:tenders")
    if access.is_bidder(request.viewer):
        return redirect("procurement:bids")
    return redirect("procurement:public")


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def tenders(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    everything = request.GET.get("show") == "all"
    context = {
        "lines": queries.tender_lines(viewer, everything=everything),
        "everything": everything,
        "may_draft": viewer.may(Capability.PROCUREMENT_PREPARE) and access.is_buyer(viewer),
    }
    return render(request, "procurement/tenders.html", context)


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def tender(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """One tender: path, bids under seal, lots, what counts, questions, papers, notices, and what to do next."""
    viewer = request.viewer
    detail = queries.tender_detail(viewer, tender_id)
    row, now = detail.tender, clock.now()
    answered = len(detail.questions) - detail.unanswered
    remarks = queries.remarks(detail.parts) if row.state in (TenderState.DRAFT, TenderState.REVIEW) else []
    prepares, decides = (
        viewer.may(Capability.PROCUREMENT_PREPARE),
        viewer.may(Capability.PROCUREMENT_DECIDE),
    )
    second = row.state == TenderState.REVIEW and viewer.user_id not in (
        row.drafted_by_id,
        detail.review.sent_by_id if detail.review else None,
    )
    context = {
        "detail": detail,
        "tender": row,
        "parts": detail.parts,
        "procedure": detail.parts.procedure.name(language()),
        "steps": path(
            row, now, answered=answered, waiting=detail.unanswered, decisions=public_decisions(row.pk)
        ),
        "price_weight": queries.price_weight(row),
        "blocking": [one for one in remarks if one.blocks],
        "remarks": remarks,
        "step_names": STEP_NAMES,
        "direct": not queries.takes_bids(row),
        "may": {
            "draft": prepares and row.state == TenderState.DRAFT,
            "take_back": prepares and (row.state == TenderState.REVIEW or queries.can_take_back(row)),
            "review": decides and second,
            "correct": decides and detail.phase == "open",
            "confirm": decides and row.is_announced,
            "answer": prepares and row.state == TenderState.PUBLISHED,
            "give_up": prepares and row.state in (TenderState.DRAFT, TenderState.REVIEW),
        },
        "here_from": queries.public_here_from(row) if row.is_announced else None,
        "hours": rules.hours_to_publish(row.started_on),
        "announcement": queries.announcement(row) if row.is_announced else None,
        "links": _links(row, viewer.may(Capability.PROCUREMENT_PREPARE)),
    }
    return render(request, "procurement/tender.html", context)


def _links(row: Tender, prepares: bool) -> dict[str, str]:
    """Addresses of the next rooms of the path that are there in the tender's state."""
    after = row.state in (
        TenderState.OPENED,
        TenderState.EVALUATED,
        TenderState.DECIDED,
        TenderState.DISCONTINUED,
    )
    wanted = {
        "bids-openers": prepares
        and row.state in (TenderState.DRAFT, TenderState.REVIEW, TenderState.PUBLISHED),
        "opening": row.state == TenderState.PUBLISHED or after,
        "evaluation": after,
        "awards": after,
        "publicity": after,
    }
    bids = queries.takes_bids(row)
    system = rules.procedure(row.procedure).is_system
    if not bids:
        wanted["awards"] = not system and (after or row.is_published)
        wanted["system"] = system and row.is_published
    found = {}
    for name, there in wanted.items():
        if there and (bids or name in ("awards", "system")):
            try:
                found[name.replace("-", "_")] = reverse(f"procurement:{name}", args=[row.pk])
            except NoReverseMatch:
                continue
    return found


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def paper(request: ViewerRequest, tender_id: int, document_id: int) -> HttpResponse:
    """A paper of an own tender, as a file."""
    return as_file(*papers.own_paper(tender_id, document_id, viewer=request.viewer))


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def review(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Sends the draft to the second person, or takes it back: ``do`` is "back"."""
    viewer, back = request.viewer, reverse("procurement:tender", args=[tender_id])
    row = access.tender(viewer, tender_id)
    if request.POST.get("do") == "back":
        return press(
            request,
            lambda: publication.take_back(tender_id, actor=viewer),
            _("The draft is yours again."),
            back,
        )
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdigit() else row.version
    return press(
        request,
        lambda: publication.send_for_review(tender_id, actor=viewer, expected_version=version),
        _("Sent for review. A second person reads it and publishes it."),
        back,
    )


@needs(Capability.PROCUREMENT_DECIDE)
def send_back(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    row = access.tender(viewer, tender_id)
    form = ReturnForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: publication.send_back(
                tender_id, form.cleaned_data["words"], actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("Sent back. The drafter has been told."))
            return redirect("procurement:tender", tender_id)
    return _tender_form(request, form, row, title=_("Send back to be mended"), button=_("Send back"))


@needs(Capability.PROCUREMENT_DECIDE)
def publish(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """A page of its own: publication cannot be undone, only corrected."""
    viewer = request.viewer
    row = access.tender(viewer, tender_id)
    form = PublishForm(
        row.number, request.POST if request.method == "POST" else None, initial={"version": row.version}
    )
    if request.method == "POST":
        done = run(
            form,
            lambda: publication.publish(
                tender_id,
                actor=viewer,
                expected_version=form.expected_version,
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            messages.success(request, _published_words(done))
            return redirect("procurement:tender", tender_id)
    return _tender_form(
        request,
        form,
        row,
        title=_("Publish the tender"),
        button=_("Publish"),
        template="procurement/publish.html",
        tender=row,
        noticed=queries.parts_of(row).procedure.is_noticed,
        hours=rules.hours_to_publish(row.started_on),
        remarks=queries.remarks(queries.parts_of(row)),
    )


def _published_words(row: Tender) -> str:
    if row.is_announced:
        return _(
            "Published. The notice is on its way to the national service; the tender opens here after it."
        )
    if row.category_id is not None:
        return _("Published. Everybody admitted to the category has been invited.")
    return _("Published. Anybody can read the tender now.")


@needs(Capability.PROCUREMENT_DECIDE)
def confirm_notice(request: ViewerRequest, notice_id: int) -> HttpResponse:
    """A person has seen the notice published in the national service: the tender opens here."""
    notice = Notice.objects.filter(pk=notice_id, tender__in=access.tenders(request.viewer)).first()
    if notice is None:
        raise NotVisible
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(
            form,
            lambda: notices.confirm(notice_id, form.cleaned_data["service_id"], actor=request.viewer),
        )
        if done is not None:
            messages.success(request, _("Confirmed. The tender is public here."))
            return redirect("procurement:tender", notice.tender_id)
    return _tender_form(
        request,
        form,
        notice.tender,
        title=_("The notice has been published"),
        lead=_("Look in the national notice service first. The tender becomes public here at once."),
        button=_("Confirm"),
    )


@needs(Capability.PROCUREMENT_DECIDE)
def correct(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Changes a published tender for all at the same time."""
    viewer = request.viewer
    row = access.tender(viewer, tender_id)
    initial = {"version": row.version} | CorrectionForm.moments_initial(row)
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done = run(
            form,
            lambda: publication.correct(
                tender_id,
                form.content(),
                actor=viewer,
                expected_version=form.expected_version,
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            messages.success(request, _("The correction was published. All bidders have been told."))
            return redirect("procurement:tender", tender_id)
    fresh = row.documents.filter(published_on=None)
    return _tender_form(
        request,
        form,
        row,
        title=_("Correct the tender"),
        lead=_("Everybody reads the correction at the same time. A deadline can only be moved later."),
        button=_("Publish the correction"),
        template="procurement/correct.html",
        fresh=list(fresh),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def give_up(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    row = access.tender(viewer, tender_id)
    form = GiveUpForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: publication.give_up(
                tender_id, form.cleaned_data["reason"], actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The tender was given up. Its needs are free again."))
            return redirect("procurement:tender", tender_id)
    return _tender_form(
        request,
        form,
        row,
        title=_("Give up the tender"),
        lead=_("The draft stays in the record. It cannot be taken up again."),
        button=_("Give up"),
        danger=True,
    )


@needs(Capability.PROCUREMENT_VIEW)
@require_GET
def asked(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """All questions of a tender, those that wait first."""
    viewer = request.viewer
    row = access.tender(viewer, tender_id)
    found = list(access.questions(viewer).filter(tender=row).order_by("answered_on", "id"))
    context = {
        "tender": row,
        "waiting": [one for one in found if one.answered_on is None],
        "answered": [one for one in found if one.answered_on is not None],
        "may_answer": viewer.may(Capability.PROCUREMENT_PREPARE) and row.state == TenderState.PUBLISHED,
    }
    return render(request, "procurement/questions.html", context)


@needs(Capability.PROCUREMENT_PREPARE)
def answer(request: ViewerRequest, question_id: int) -> HttpResponse:
    viewer = request.viewer
    question = access.question(viewer, question_id)
    row = question.tender
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"version": question.version, "as_published": question.text, "answer": question.answer},
    )
    back = reverse("procurement:questions", args=[row.pk])
    return saving(
        request,
        form,
        lambda: questions.answer(
            question_id,
            form.cleaned_data["answer"],
            as_published=form.cleaned_data["as_published"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("Answered. Everybody reads the question and the answer now."),
        title=_("Answer a question"),
        lead=_(
            "The answer is published to all at once. Who asked is not shown to anybody, not to you either."
        ),
        button=_("Publish the answer"),
        back=back,
        crumb=(row.number, back),
    )


def _tender_form(request: ViewerRequest, form: object, row: Tender, **shown: object) -> HttpResponse:
    back = reverse("procurement:tender", args=[row.pk])
    lead = shown.pop("lead", f"{row.number} {row.name}")
    return show_form(request, form, back=back, lead=lead, crumb=(row.number, back), **shown)  # type: ignore[arg-type]
