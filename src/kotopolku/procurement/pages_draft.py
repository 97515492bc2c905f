"""Pages of drafting a tender: short pages in order, each saved by itself, and the last one which tells what is missing.

Not for: the list, publication and questions (``pages_tenders.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.desk.pages_documents import upload_of
from kotopolku.procurement import access, rules, tender_rules
from kotopolku.procurement.actions import papers, tenders
from kotopolku.procurement.forms_tenders import (
    AwardForm,
    BasicsForm,
    CriterionForm,
    DivisionForm,
    GroundsForm,
    LotForm,
    MoneyForm,
    PaperForm,
    RequirementForm,
    TermForm,
    TimesForm,
)
from kotopolku.procurement.models import Occasion, Tender, TenderState
from kotopolku.procurement.pages import press, run, saving, show_form, status_of
from kotopolku.procurement.queries import systems
from kotopolku.procurement.queries import tenders as queries
from kotopolku.reference import queries as reference
from kotopolku.training import curricula
from kotopolku.training.queries import need

STEP_NAMES: dict[str, str | Promise] = {
    "basics": gettext_lazy("What and how"),
    "money": gettext_lazy("Value and contract"),
    "lots": gettext_lazy("Lots"),
    "requirements": gettext_lazy("Requirements"),
    "criteria": gettext_lazy("What counts"),
    "terms": gettext_lazy("Terms and papers"),
    "times": gettext_lazy("Timetable"),
    "check": gettext_lazy("Check and send"),
}
STEP_OF_PART = {"lot": "lots", "criterion": "criteria", "requirement": "requirements", "term": "terms"}


@dataclass(frozen=True)
class Step:
    """A page of the draft in the row of pages."""

    name: str
    words: str | Promise
    address: str
    state: str
    """now, done or next: done when nothing that blocks is missing on it."""


@needs(Capability.PROCUREMENT_PREPARE)
def new(request: ViewerRequest) -> HttpResponse:
    """Begins a tender: the first page of the draft."""
    viewer = request.viewer
    access.buyer(viewer)
    categories, wanted = systems.categories(viewer), request.GET.get("category", "")
    initial: dict[str, Any] = {"started_on": viewer.day, "cpv": "80400000-8"}
    if wanted in {str(one.pk) for one in categories}:
        initial |= {"procedure": "dynamic-purchase", "category": wanted}
    form = BasicsForm(
        _curricula(viewer.day),
        queries.frameworks(viewer),
        categories,
        request.POST if request.method == "POST" else None,
        initial=initial,
    )
    return saving(
        request,
        form,
        lambda: tenders.draft_tender(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The draft was begun. Every page is saved by itself."),
        onward=lambda made: reverse("procurement:draft", args=[made.pk, "money"]),
        title=_("New tender"),
        lead=_("The procedure decides which rules are checked. The draft is seen by your organisation only."),
        button=_("Begin"),
        back=reverse("procurement:tenders"),
        crumb=(_("Tenders"), reverse("procurement:tenders")),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def step(request: ViewerRequest, tender_id: int, name: str) -> HttpResponse:
    """One page of the draft."""
    tender = access.tender(request.viewer, tender_id)
    if name not in _pages(queries.takes_bids(tender)):
        raise NotVisible
    if tender.state != TenderState.DRAFT:
        return redirect("procurement:tender", tender_id)
    parts = queries.parts_of(tender)
    form = _form_of(name, parts, request)
    if request.method == "POST" and form is not None:
        done = run(form, lambda: _save(name, form, tender_id, request))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("procurement:draft", tender_id, _next(name, parts.procedure.takes_bids))
    remarks = queries.remarks(parts)
    context = {
        "tender": tender,
        "parts": parts,
        "form": form,
        "step": name,
        "steps": _steps(tender_id, name, remarks, parts.procedure.takes_bids),
        "procedure": _procedure(parts),
        "title": STEP_NAMES[name],
        "remarks": remarks if name == "check" else [one for one in remarks if one.step == name],
        "blocking": sum(1 for one in remarks if one.blocks),
        "step_names": STEP_NAMES,
    } | _more(name, parts, request)
    return render(
        request,
        f"procurement/draft_{name}.html",
        context,
        status=status_of(form) if form is not None else 200,
    )


def _form_of(name: str, parts: queries.Parts, request: ViewerRequest) -> Any:
    """The form of a page, filled in with what is kept; None for the page of checks."""
    tender, data = parts.tender, request.POST if request.method == "POST" else None
    if name == "basics":
        choices = _curricula(tender.started_on)
        frameworks = queries.frameworks(request.viewer)
        categories = systems.categories(request.viewer)
        return BasicsForm(choices, frameworks, categories, data, initial=BasicsForm.initial_of(tender))
    if name == "criteria":
        criteria = [(one.code, one.name) for one in parts.criteria]
        return AwardForm(criteria, data, initial=AwardForm.initial_of(tender))
    if name == "requirements":
        chosen = [one.code for one in parts.grounds if not one.mandatory]
        return GroundsForm(data, initial={"grounds": chosen, "version": tender.version})
    simple: dict[str, Any] = {"money": MoneyForm, "lots": DivisionForm, "times": TimesForm}
    return simple[name](data, initial=simple[name].initial_of(tender)) if name in simple else None


def _save(name: str, form: Any, tender_id: int, request: ViewerRequest) -> Tender:
    version = form.expected_version
    if name == "requirements":
        codes = form.cleaned_data["grounds"]
        return tenders.choose_grounds(tender_id, codes, actor=request.viewer, expected_version=version)
    return tenders.change_tender(tender_id, form.content(), actor=request.viewer, expected_version=version)


def _next(name: str, takes_bids: bool) -> str:
    """Pages with a list of parts come back to themselves: there is more to add."""
    stays = ("lots", "requirements", "criteria")
    pages = _pages(takes_bids)
    return name if name in stays else pages[pages.index(name) + 1]


def _more(name: str, parts: queries.Parts, request: ViewerRequest) -> dict[str, Any]:
    if name == "criteria":
        return {"example": queries.worked_example(parts.tender)}
    if name == "lots":
        return {"needs": need.lots_to_take(request.viewer).count()}
    if name == "requirements":
        texts = {ground.code: ground.texts for ground in tender_rules.grounds()}
        return {"mandatory": [texts[one.code] for one in parts.grounds if one.mandatory]}
    if name == "terms":
        there = {one.role for one in parts.documents}
        lang = language()
        return {
            "wanted": [
                (paper.name(lang), paper.id in there)
                for paper in parts.procedure.documents
                if paper.required and paper.id not in ("invitation", "declaration")
            ]
        }
    return {}


def _pages(takes_bids: bool) -> list[str]:
    """Pages of a draft; without bids nothing is compared and nothing has a deadline for bids."""
    return [name for name in tender_rules.STEPS if takes_bids or name not in ("criteria", "times")]


def _procedure(parts: queries.Parts) -> dict[str, Any]:
    """What the procedure asks for, in the page's language: its steps, papers, notices and shortest times."""
    chosen, on, lang = parts.procedure, parts.tender.started_on, language()
    least = rules.least_days_for_bids(chosen, on)
    occasions = {one.value: one.label for one in Occasion}
    return {
        "name": chosen.name(lang),
        "text": chosen.text(lang),
        "steps": [one.name(lang) for one in chosen.steps],
        "papers": [one.name(lang) for one in chosen.documents if one.required],
        "notices": [(occasions[name], subtype) for name, subtype in chosen.notices.items()],
        "least": least[0] if least else None,
        "by_law": bool(least and least[1]),
        "standstill": rules.standstill_days(chosen, on),
        "sections": ", ".join(f"§ {one}" for one in chosen.sections),
    }


def _steps(tender_id: int, here: str, remarks: list[queries.Remark], takes_bids: bool) -> list[Step]:
    unfinished = {one.step for one in remarks if one.blocks}
    return [
        Step(
            name,
            STEP_NAMES[name],
            reverse("procurement:draft", args=[tender_id, name]),
            "now" if name == here else "next" if name in unfinished or name == "check" else "done",
        )
        for name in _pages(takes_bids)
    ]


def _curricula(day: Any) -> list[tuple[str, str]]:
    return [(one.id, str(one.words)) for one in curricula.in_use(day)]


# --- Lots, criteria, requirements, terms -----------------------------------------------------------------------------


@dataclass(frozen=True)
class PartPage:
    """How a part is shown in its form."""

    make: Callable[..., Any]
    new: str | Promise
    change: str | Promise


def _lot_form(request: ViewerRequest, *given: Any, **more: Any) -> LotForm:
    return LotForm(reference.municipalities_on(request.viewer.day), *given, **more)


PART_PAGES = {
    "lot": PartPage(_lot_form, gettext_lazy("New lot"), gettext_lazy("Change the lot")),
    "criterion": PartPage(
        lambda _request, *given, **more: CriterionForm(*given, **more),
        gettext_lazy("New criterion"),
        gettext_lazy("Change the criterion"),
    ),
    "requirement": PartPage(
        lambda _request, *given, **more: RequirementForm(*given, **more),
        gettext_lazy("New requirement"),
        gettext_lazy("Change the requirement"),
    ),
    "term": PartPage(
        lambda _request, *given, **more: TermForm(*given, **more),
        gettext_lazy("New term of the contract"),
        gettext_lazy("Change the term"),
    ),
}


@needs(Capability.PROCUREMENT_PREPARE)
def part_new(request: ViewerRequest, tender_id: int, kind: str) -> HttpResponse:
    tender, page = access.tender(request.viewer, tender_id), _page(kind)
    form = page.make(request, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        added = run(
            form,
            lambda: tenders.add_part(
                tender_id, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if added is not None:
            messages.success(request, _("Added."))
            return redirect("procurement:draft", tender_id, STEP_OF_PART[kind])
    return _part_form(request, form, tender, kind, page.new)


@needs(Capability.PROCUREMENT_PREPARE)
def part_change(request: ViewerRequest, tender_id: int, kind: str, part_id: int) -> HttpResponse:
    tender, page = access.tender(request.viewer, tender_id), _page(kind)
    row: Any = tenders.PARTS[kind]._default_manager.filter(tender=tender, pk=part_id).first()
    if row is None:
        raise NotVisible
    made = {"lot": LotForm, "criterion": CriterionForm, "requirement": RequirementForm, "term": TermForm}
    initial = made[kind].initial_of(row) | {"version": tender.version}  # type: ignore[attr-defined]
    form = page.make(request, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":

        def change() -> bool:
            tenders.change_part(
                tender_id,
                part_id,
                form.content(),
                actor=request.viewer,
                expected_version=form.expected_version,
            )
            return True

        if run(form, change):
            messages.success(request, _("Saved."))
            return redirect("procurement:draft", tender_id, STEP_OF_PART[kind])
    return _part_form(request, form, tender, kind, page.change)


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def part_remove(request: ViewerRequest, tender_id: int, kind: str, part_id: int) -> HttpResponse:
    _page(kind)
    return press(
        request,
        lambda: tenders.remove_part(tender_id, kind, part_id, actor=request.viewer),
        _("Taken out of the tender."),
        reverse("procurement:draft", args=[tender_id, STEP_OF_PART[kind]]),
    )


def _page(kind: str) -> PartPage:
    if kind not in PART_PAGES:
        raise NotVisible
    return PART_PAGES[kind]


def _part_form(
    request: ViewerRequest, form: forms.Form, tender: Tender, kind: str, title: str | Promise
) -> HttpResponse:
    back = reverse("procurement:draft", args=[tender.pk, STEP_OF_PART[kind]])
    return show_form(
        request,
        form,
        title=title,
        lead=f"{tender.number} {tender.name}",
        button=_("Save"),
        back=back,
        crumb=(f"{tender.number}", back),
    )


@needs(Capability.PROCUREMENT_PREPARE)
def take_needs(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Lots that the forecast proposes and nobody has taken; each goes into the tender by its button."""
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    if request.method == "POST":
        chosen = request.POST.get("need", "")
        return press(
            request,
            lambda: tenders.take_need(tender_id, int(chosen) if chosen.isdigit() else 0, actor=viewer),
            _("The need is a lot of the tender now. Give it a name and a value."),
            reverse("procurement:draft", args=[tender_id, "lots"]),
        )
    lots = list(need.lots_to_take(viewer)[:100])
    names = need.place_names([one.municipality for one in lots])
    rows = [(one, names.get(one.municipality, "")) for one in lots]
    return render(request, "procurement/take_needs.html", {"tender": tender, "rows": rows})


@needs(Capability.PROCUREMENT_PREPARE)
def paper_new(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Adds a file, to a draft or for the next correction of a published tender."""
    viewer = request.viewer
    tender = access.tender(viewer, tender_id)
    parts = queries.parts_of(tender)
    lang = language()
    roles = [(paper.id, paper.name(lang)) for paper in rules.procedure(tender.procedure).documents]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(roles, parts.documents, *given)
    draft = tender.state == TenderState.DRAFT
    address = ("procurement:draft", tender_id, "terms") if draft else ("procurement:tender", tender_id)
    back = reverse(address[0], args=address[1:])
    if request.method == "POST":
        added = run(
            form,
            lambda: papers.add_paper(
                tender_id,
                form.content(),
                upload_of(form.cleaned_data["file"]),
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if added is not None:
            words = (
                _("The paper was added.")
                if draft
                else _("The paper was added. It opens to all with the next correction.")
            )
            messages.success(request, words)
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("New paper"),
        lead=f"{tender.number} {tender.name}",
        button=_("Add"),
        back=back,
        crumb=(f"{tender.number}", back),
    )


@needs(Capability.PROCUREMENT_PREPARE)
@require_POST
def paper_remove(request: ViewerRequest, tender_id: int, document_id: int) -> HttpResponse:
    tender = access.tender(request.viewer, tender_id)
    draft = tender.state == TenderState.DRAFT
    back = (
        reverse("procurement:draft", args=[tender_id, "terms"])
        if draft
        else reverse("procurement:tender", args=[tender_id])
    )
    return press(
        request,
        lambda: papers.remove_paper(tender_id, document_id, actor=request.viewer),
        _("The paper was taken out."),
        back,
    )
