"""Pages of the region about its cases: the list, one case, new and changed ones, proposing, directing, names, ends.

Not for: the board (``pages_board.py``), a proposal's own page (``pages_proposals.py``).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import Organisation
from kotopolku.clients.pages import show_refusals
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.desk.content import MEDIA_TYPES, FileKind
from kotopolku.desk.pages_documents import upload_of
from kotopolku.placement import access, rules
from kotopolku.placement.actions import cases as actions
from kotopolku.placement.actions import proposals, sealed
from kotopolku.placement.actions.rounds import Override
from kotopolku.placement.actions.rounds import propose as propose_from_round
from kotopolku.placement.case_rules import Answered, MemberContent
from kotopolku.placement.forms_cases import (
    CaseForm,
    IndependentForm,
    NamesForm,
    PaperForm,
    ProposeForm,
    ReasonForm,
    TransferForm,
    member_forms,
)
from kotopolku.placement.models import PERSONS, Case, CaseState, Group
from kotopolku.placement.pages import run, show_form, status_of
from kotopolku.placement.queries import board as board_queries
from kotopolku.placement.queries import cases as queries
from kotopolku.placement.queries import rounds
from kotopolku.placement.queries.bindings import bindings
from kotopolku.placement.queries.places import free_places
from kotopolku.placement.wording_cases import answered_text


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def cases(request: ViewerRequest) -> HttpResponse:
    """The region's cases by state and group, or by number."""
    state = request.GET.get("state", "open")
    group = request.GET.get("group", "")
    context = {
        "rows": queries.case_rows(
            request.viewer,
            state=state,
            group=group if group in Group.values else "",
            text=request.GET.get("number", ""),
        ),
        "state": state,
        "group": group,
        "number": request.GET.get("number", ""),
        "states": [("open", _("All that go on")), *CaseState.choices],
        "groups": Group.choices,
    }
    return render(request, "placement/cases.html", context)


@needs(Capability.PLACEMENT_AGREE)
@require_GET
def case(request: ViewerRequest, case_id: int) -> HttpResponse:
    """One case with its whole history; a look, so it is journalled."""
    found = actions.record_case_look(case_id, actor=request.viewer)
    detail = queries.case_detail(request.viewer, found)
    missing = proposals.county_missing(found, detail.proposal) if detail.proposal else []
    context = {
        "case": found,
        "detail": detail,
        "county_missing": missing,
        "suggestions": board_queries.suggestions(request.viewer, found),
        "bindings": bindings(request.viewer, found),
        "own": found.file.officer_id == request.viewer.user_id,
        "target_days": queries.long_wait_days(request.viewer.day),
    }
    return render(request, "placement/case.html", context)


# --- Writing a case --------------------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_AGREE)
def new(request: ViewerRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = CaseForm(posted, initial={"received_on": request.viewer.day})
    members = member_forms(posted, more=6)
    if posted is not None:
        added = _written(
            form,
            members,
            lambda content: actions.add_case(content, actor=request.viewer, token=form.cleaned_data["token"]),
        )
        if added is not None:
            messages.success(request, _("Case %(number)s was added.") % {"number": added.number})
            return redirect("placement:case", added.pk)
    return _form_page(request, form, members, title=_("New case"), back=reverse("placement:cases"))


@needs(Capability.PLACEMENT_AGREE)
def edit(request: ViewerRequest, case_id: int) -> HttpResponse:
    """Changing a case that waits. Names stand in the form, so opening it is a look at them."""
    viewer = request.viewer
    found = access.case(viewer, case_id)
    if not access.sees_municipality(viewer, found):
        return _back(request, case_id, _("Take the case to yourself first."))
    if found.state != CaseState.WAITING:
        return _back(request, case_id, _("A case can be changed only while it waits."))
    if request.method == "GET":
        sealed.record_names_look(case_id, actor=viewer)
    content = actions.content_of(found)
    posted = request.POST if request.method == "POST" else None
    initial = CaseForm.initial_of(content) | {"version": found.version}
    form = CaseForm(posted, initial=initial, changing=True)
    members = member_forms(posted, content.members, more=3)
    if posted is not None:
        version = posted.get("version", "")
        try:
            changed = _written(
                form,
                members,
                lambda typed: actions.change_case(
                    case_id, typed, actor=viewer, expected_version=int(version) if version.isdecimal() else 0
                ),
            )
        except Answered as error:
            return _back(request, case_id, answered_text(error))
        if changed is not None:
            messages.success(request, _("The case was changed."))
            return redirect("placement:case", case_id)
    title = _("Change case %(number)s") % {"number": found.number}
    return _form_page(request, form, members, title=title, back=reverse("placement:case", args=[case_id]))


def _written(form: CaseForm, members: Any, act: Callable[[Any], Case]) -> Case | None:
    """Runs the act on what was typed. Refusals of members go to their rows."""
    if not form.is_valid() or not members.is_valid():
        form.is_valid()
        return None
    typed = [(row, content) for row in members.forms if (content := row.content()) is not None]
    content = form.content([one for _row, one in typed])

    def acted() -> Case:
        try:
            return act(content)
        except Refusals as refusals:
            left = []
            for refusal in refusals.refusals:
                name, number, field = _member_field(refusal.field)
                if name and number < len(typed) and field in typed[number][0].fields:
                    typed[number][0].add_error(field, refusal_text(refusal))
                else:
                    left.append(replace(refusal, field=FIELDS.get(refusal.field, refusal.field)))
            raise Refusals(left) from refusals

    return run(form, acted)


FIELDS = {"wishes": "wish-0", "vetoes": "veto-0", "ties": "tie-0", "languages": "language-0"}
"""Fields of the form by what the rules call them."""


def _member_field(name: str) -> tuple[bool, int, str]:
    """ "members-1-age" → (True, 1, "age")."""
    start, _dash, rest = name.partition("-")
    number, _dash, field = rest.partition("-")
    return start == "members" and number.isdecimal(), int(number) if number.isdecimal() else 0, field


def _form_page(
    request: ViewerRequest, form: CaseForm, members: Any, *, title: str, back: str
) -> HttpResponse:
    wrong = bool(form.errors) or any(row.errors for row in members.forms if members.is_bound)
    groups = {
        "languages": [form[name] for name in form.fields if name.startswith("language-")],
        "wishes": [form[name] for name in form.fields if name.startswith("wish-")],
        "limits": [form[name] for name in form.fields if name.startswith(("veto-", "tie-", "near-"))],
    }
    status = 409 if status_of(form) == 409 else 422 if wrong else 200
    context = {"form": form, "members": members, "title": title, "back": back, **groups}
    response = render(request, "placement/case_form.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _back(request: ViewerRequest, case_id: int, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("placement:case", case_id)


# --- Proposing and directing -----------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_AGREE)
def propose(request: ViewerRequest, case_id: int) -> HttpResponse:
    """To which municipality, why, and by when it answers; its places are held at once."""
    viewer = request.viewer
    found = access.case(viewer, case_id)
    if not access.sees_municipality(viewer, found):
        return _back(request, case_id, _("Take the case to yourself first."))
    if found.state != CaseState.WAITING:
        return _back(request, case_id, answered_text(Answered(found.state)))
    year, quarter = board_queries.quarter_of_case(found, viewer)
    options = _municipalities(request, found, year, quarter)
    row = rounds.row_for(viewer, found)
    form = ProposeForm(
        options,
        _quarters(year, quarter),
        request.POST if request.method == "POST" else None,
        initial={
            "municipality": request.GET.get("to", ""),
            "quarter": request.GET.get("quarter", f"{year}-{quarter}"),
            "answer_by": proposals.answer_day(found, viewer.day),
        },
        suggested=queries.place_name(row.municipality) if row is not None and row.municipality else "",
    )
    if request.method == "POST":
        try:
            sent = run(form, lambda: _propose(request, case_id, form))
        except Answered as error:
            return _back(request, case_id, answered_text(error))
        if sent is not None:
            messages.success(request, _("The case was proposed. Its places are held until the answer."))
            return redirect("placement:proposal", sent.pk)
    detail = queries.described(found)
    return show_form(
        request,
        form,
        title=_("Propose case %(number)s") % {"number": found.number},
        button=_("Propose"),
        back=reverse("placement:case", args=[case_id]),
        lead=detail.people,
        template="placement/propose.html",
        described=detail,
    )


def _propose(request: ViewerRequest, case_id: int, form: ProposeForm) -> Any:
    typed = form.cleaned_data
    year, _dash, quarter = typed["quarter"].partition("-")
    data = proposals.NewProposal(
        municipality_id=int(typed["municipality"]),
        reason=typed["reason"],
        year=int(year),
        quarter=int(quarter),
        answer_by=typed["answer_by"],
    )
    other = Override(typed.get("override_code", ""), typed.get("override_text", ""))
    return propose_from_round(case_id, data, actor=request.viewer, token=typed["token"], override=other)


def _municipalities(request: ViewerRequest, case: Case, year: int, quarter: int) -> list[tuple[int, str]]:
    """Municipalities of the area with an agreement, each with its free places of the case's group."""
    room = free_places(request.viewer, year, quarter)
    group = next(name for name in PERSONS if name == f"persons-{case.group}")
    return [
        (
            one.pk,
            _("%(name)s, %(free)d free") % {"name": one.name, "free": room[one.pk].get(group, 0)},
        )
        for one in access.municipalities(request.viewer)
        if one.pk in room and one.area_code not in case.vetoes
    ]


def _quarters(year: int, quarter: int) -> list[tuple[str, str]]:
    found = []
    for _step in range(4):
        found.append((f"{year}-{quarter}", f"{quarter}/{year}"))
        year, quarter = (year + 1, 1) if quarter == rules.QUARTERS[-1] else (year, quarter + 1)
    return found


@needs(Capability.PLACEMENT_AGREE)
@require_POST
def direct(request: ViewerRequest, case_id: int) -> HttpResponse:
    """The direction, and then the opening of names; sent again after a fault it goes on from where it was."""
    try:
        proposals.direct_case(case_id, actor=request.viewer)
        opened = proposals.open_names(case_id, actor=request.viewer)
    except Refusals as refusals:
        return _back(request, case_id, " ".join(refusal_text(one) for one in refusals.refusals))
    except Answered as error:
        return _back(request, case_id, answered_text(error))
    words = (
        _("The case was directed to the municipality. Names opened to the workers it has named.")
        if opened
        else _("The case was directed. Names open when the municipality has named the workers.")
    )
    messages.success(request, words)
    return redirect("placement:case", case_id)


# --- Names and papers ------------------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def names(request: ViewerRequest, case_id: int) -> HttpResponse:
    """Names and papers, for those to whom they are open; each look is journalled."""
    found = sealed.record_names_look(case_id, actor=request.viewer)
    context = {
        "case": Case.objects.get(pk=case_id),
        "sealed": found,
        "papers": access.papers(request.viewer, case_id),
        "region": access.is_region(request.viewer),
        "proposal": access.proposals(request.viewer).filter(case_id=case_id).order_by("-id").first(),
    }
    response = render(request, "placement/names.html", context)
    response["Cache-Control"] = "no-store"
    return response


@needs(Capability.PLACEMENT_AGREE)
def edit_names(request: ViewerRequest, case_id: int) -> HttpResponse:
    viewer = request.viewer
    found = access.case(viewer, case_id)
    if request.method == "GET":
        sealed.record_names_look(case_id, actor=viewer)
    known = {one.member_id: one for one in access.sealed(viewer, case_id)}
    posted = request.POST if request.method == "POST" else None
    forms = [
        (
            member,
            NamesForm(
                posted,
                prefix=f"members-{member.number}",
                initial={name: getattr(known[member.pk], name) for name in NamesForm.base_fields}
                if member.pk in known
                else None,
            ),
        )
        for member in found.members.order_by("number")
    ]
    if posted is not None and not any(form.errors for _member, form in forms):
        content: dict[int, MemberContent] = {member.number: form.content() for member, form in forms}
        try:
            sealed.seal_names(case_id, content, actor=viewer)
        except Refusals as refusals:
            by_prefix = {form.prefix: form for _member, form in forms}
            for refusal in refusals.refusals:
                prefix, _dash, name = refusal.field.rpartition("-")
                if prefix in by_prefix:
                    by_prefix[prefix].add_error(name, refusal_text(refusal))
        except Answered as error:
            return _back(request, case_id, answered_text(error))
        else:
            messages.success(request, _("The names are under the seal."))
            return redirect("placement:case", case_id)
    wrong = any(form.errors for _member, form in forms)
    context = {"case": found, "forms": forms, "only_forms": [form for _member, form in forms]}
    response = render(request, "placement/names_form.html", context, status=422 if wrong else 200)
    response["Cache-Control"] = "no-store"
    return response


@needs(Capability.PLACEMENT_AGREE)
def add_paper(request: ViewerRequest, case_id: int) -> HttpResponse:
    found = access.case(request.viewer, case_id)
    posted = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if posted else PaperForm()
    if posted:
        added = run(
            form,
            lambda: sealed.add_paper(
                case_id,
                form.cleaned_data["title"],
                upload_of(form.cleaned_data["file"]),
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if added is not None:
            messages.success(request, _("The paper is under the seal."))
            return redirect("placement:case", case_id)
    return show_form(
        request,
        form,
        title=_("Add a paper to case %(number)s") % {"number": found.number},
        button=_("Add"),
        back=reverse("placement:case", args=[case_id]),
        lead=_("The municipality sees it only when names open. PDF, PNG, JPG, DOCX, XLSX or TXT."),
        template="placement/file_form.html",
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def paper(request: ViewerRequest, case_id: int, paper_id: int) -> HttpResponse:
    """The paper itself, as an attachment that no browser keeps."""
    try:
        found, data = sealed.open_paper(case_id, paper_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
        return redirect("placement:case-names", case_id)
    response = HttpResponse(data, content_type=MEDIA_TYPES[FileKind(found.kind)])
    name = f"{slugify(found.title, allow_unicode=True) or 'paper'}.{found.kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- Officer and ends ------------------------------------------------------------------------------------------------


def _one_form(
    request: ViewerRequest,
    case_id: int,
    form: Form,
    act: Callable[[], Any],
    done: str,
    **page: Any,
) -> HttpResponse:
    """A page with one form about one case, back to the case when it is done."""
    if request.method == "POST":
        try:
            if form.is_valid():
                act()
                messages.success(request, done)
                return redirect("placement:case", case_id)
        except Refusals as refusals:
            show_refusals(form, refusals, {})
        except Answered as error:
            return _back(request, case_id, answered_text(error))
    return show_form(request, form, back=reverse("placement:case", args=[case_id]), **page)


@needs(Capability.PLACEMENT_AGREE)
def take(request: ViewerRequest, case_id: int) -> HttpResponse:
    found = access.case(request.viewer, case_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _one_form(
        request,
        case_id,
        form,
        lambda: actions.take_case(case_id, form.cleaned_data["reason"], actor=request.viewer),
        _("You are the officer of the case now."),
        title=_("Take case %(number)s to yourself") % {"number": found.number},
        button=_("Take the case"),
        lead=_("The reason is kept in the case's history and in the journal."),
    )


@needs(Capability.PLACEMENT_AGREE)
@require_POST
def order(request: ViewerRequest, case_id: int) -> HttpResponse:
    """A non-disclosure order of the people, or its end."""
    in_force = request.POST.get("do") == "set"
    actions.set_order(case_id, in_force, actor=request.viewer)
    words = (
        _("The non-disclosure order is in force: only the case's officer sees the municipality.")
        if in_force
        else _("The non-disclosure order has ended.")
    )
    messages.success(request, words)
    return redirect("placement:case", case_id)


@needs(Capability.PLACEMENT_AGREE)
def withdraw(request: ViewerRequest, case_id: int) -> HttpResponse:
    found = access.case(request.viewer, case_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _one_form(
        request,
        case_id,
        form,
        lambda: actions.withdraw_case(case_id, form.cleaned_data["reason"], actor=request.viewer),
        _("The case was withdrawn."),
        title=_("Withdraw case %(number)s") % {"number": found.number},
        button=_("Withdraw the case"),
        lead=_("An open proposal is taken back and its places are free again. This cannot be undone."),
        danger=True,
    )


@needs(Capability.PLACEMENT_AGREE)
def independent(request: ViewerRequest, case_id: int) -> HttpResponse:
    found = access.case(request.viewer, case_id)
    form = IndependentForm(request.POST if request.method == "POST" else None)
    if found.non_disclosure:
        del form.fields["moved_to"]
    return _one_form(
        request,
        case_id,
        form,
        lambda: actions.record_independent_move(
            case_id,
            form.cleaned_data.get("moved_to", ""),
            form.cleaned_data["note"],
            actor=request.viewer,
        ),
        _("It was recorded that the people moved on their own."),
        title=_("Case %(number)s: moved on their own") % {"number": found.number},
        button=_("Record the move"),
        lead=_("Everybody may move on their own. The case ends, and places held for it are free again."),
    )


@needs(Capability.PLACEMENT_AGREE)
def transfer(request: ViewerRequest, case_id: int) -> HttpResponse:
    viewer = request.viewer
    found = access.case(viewer, case_id)
    rows = Organisation.objects.filter(kind__in=access.REGIONS, valid__contains=viewer.day)
    regions = [(one.pk, one.name) for one in rows.exclude(pk=found.authority_id).order_by("sort_key_fi")]
    form = TransferForm(regions, request.POST if request.method == "POST" else None)
    return _one_form(
        request,
        case_id,
        form,
        lambda: actions.transfer_case(
            case_id, int(form.cleaned_data["to"]), form.cleaned_data["reason"], actor=viewer
        ),
        _("The case was transferred. The other region sees it under a new number."),
        title=_("Transfer case %(number)s") % {"number": found.number},
        button=_("Transfer the case"),
        lead=_("Names and papers go with it. Your region keeps that the case was here, and no name."),
        danger=True,
    )
