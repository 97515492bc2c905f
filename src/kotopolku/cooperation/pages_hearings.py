"""Pages of hearings: the lists, one hearing, drafting, whom it asks, opening, moving, cancelling, closing.

Not for: giving a statement (``pages_statements.py``), the summary (``pages_hearing_summary.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation import hearing_rules as rules
from kotopolku.cooperation import wording_hearings as wording
from kotopolku.cooperation.actions import hearings as acts
from kotopolku.cooperation.actions import statements
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_hearings import HearingForm, InviteForm, MoveForm
from kotopolku.cooperation.models import Hearing, HearingState
from kotopolku.cooperation.queries import hearings as queries
from kotopolku.cooperation.queries.hearing_addressing import bodies_to_ask, waiting
from kotopolku.cooperation.showing import paged
from kotopolku.placement.pages import act, run, saving, show_form

BOXES = ("", "waiting", "ours", "public")


def address_of(hearing_id: int) -> str:
    return reverse("cooperation:hearing", args=[hearing_id])


@needs(Capability.SIGNED_IN)
@require_GET
def hearings(request: ViewerRequest) -> HttpResponse:
    """Hearings in which we were asked, those that wait for us, our own, those published for everybody."""
    viewer = request.viewer
    keeps = viewer.may(Capability.HEARING_KEEP)
    box = request.GET.get("box", "")
    if box not in BOXES or (box == "ours" and not keeps):
        box = ""
    if box == "ours":
        rows = queries.ours(viewer)
    elif box == "public":
        rows = queries.published(viewer)
    else:
        rows = queries.asked(viewer, waiting=box == "waiting")
    context = paged(request, rows, queries.PAGE_SIZE)
    context["lines"] = [(one, _mark(box, one)) for one in context["rows"]]
    context |= {
        "box": box,
        "boxes": [
            ("", _("To us")),
            ("waiting", _("To answer")),
            *([("ours", _("From us"))] if keeps else []),
            ("public", _("Published for everybody")),
        ],
        "keeps": keeps,
        "left": len(access.left_behind(viewer)) if keeps else 0,
    }
    return render(request, "cooperation/hearings.html", context)


def _mark(box: str, one: Any) -> wording.Mark:
    if box in ("ours", "public"):
        return wording.hearing_mark(one)
    return wording.own_mark(one, one.waits, one.gave)


@needs(Capability.SIGNED_IN)
@require_GET
def hearing(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """One hearing: for who keeps it those asked, for those asked their own statement."""
    viewer = request.viewer
    found = access.hearing(viewer, hearing_id)
    keeps = access.keeps(viewer, found)
    asked = statements.note_opened(hearing_id, actor=viewer)
    lines = queries.lines(found) if keeps else []
    is_open = found.state == HearingState.OPEN
    left = sum(one.statement is None and one.invitee.declined_at is None for one in lines)
    context = {
        "hearing": found,
        "mark": wording.hearing_mark(found),
        "questions": queries.questions(found),
        "keeps": keeps,
        "draft": found.state == HearingState.DRAFT,
        "is_open": is_open,
        "lines": [(one, wording.line_mark(one)) for one in lines],
        "given": sum(one.statement is not None for one in lines),
        "left": left,
        "own": queries.own(viewer, asked),
        "may_give": is_open and viewer.may(Capability.STATEMENT_GIVE),
        "may_close": is_open and rules.may_close(viewer.day, found.answer_by, left),
        "published": found.state == HearingState.PUBLISHED,
    }
    return render(request, "cooperation/hearing.html", context)


@needs(Capability.HEARING_KEEP)
def new(request: ViewerRequest) -> HttpResponse:
    """A new hearing of the own organisation; it begins as a draft."""
    viewer = request.viewer
    form = HearingForm(
        request.POST if request.method == "POST" else None,
        initial={"answer_by": rules.proposed_day(viewer.day)},
    )
    if request.method == "POST" and not form.wants_more:
        made = run(form, lambda: acts.draft(form.content(), actor=viewer, token=form.cleaned_data["token"]))
        if made is not None:
            messages.success(request, _("The draft was saved. Choose now whom you ask."))
            return redirect("cooperation:hearing-ask", made.pk)
    return _show(request, form, _("New hearing"), f"{reverse('cooperation:hearings')}?box=ours")


@needs(Capability.HEARING_KEEP)
def edit(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Changing a draft; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    form = HearingForm(
        request.POST if request.method == "POST" else None,
        initial=HearingForm.initial_of(found, queries.questions(found)),
    )
    if request.method == "POST" and not form.wants_more:
        changed = run(
            form,
            lambda: acts.change(
                hearing_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            messages.success(request, _("The draft was changed."))
            return redirect(address_of(hearing_id))
    return _show(request, form, _("Change the draft"), address_of(hearing_id))


def _show(request: ViewerRequest, form: HearingForm, title: str, back: str) -> HttpResponse:
    if form.wants_more:
        # Only more rows: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    return show_form(
        request,
        form,
        template="cooperation/hearing_form.html",
        title=title,
        lead=_("Nobody else sees it before it is opened."),
        button=_("Save the draft"),
        back=back,
        number=form.number,
        earliest=rules.earliest_day(request.viewer.day),
    )


@needs(Capability.HEARING_KEEP)
@require_POST
def remove(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Removes a draft for good."""
    return act(
        request,
        lambda: acts.remove(hearing_id, actor=request.viewer),
        _("The draft was removed."),
        f"{reverse('cooperation:hearings')}?box=ours",
    )


@needs(Capability.HEARING_KEEP)
def ask(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Choosing who is asked, at first or later."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    form = InviteForm(
        viewer.day, request.POST if request.method == "POST" else None, bodies=bodies_to_ask(viewer)
    )
    if request.method == "POST" and not form.wants_to_find:
        number = run(form, lambda: acts.ask(hearing_id, form.asked(), actor=viewer))
        if number is not None:
            messages.success(request, _("Added to those asked: %(number)s.") % {"number": number})
            return redirect(address_of(hearing_id))
    if form.wants_to_find:
        form.errors.clear()
    draft = found.state == HearingState.DRAFT
    return show_form(
        request,
        form,
        template="cooperation/hearing_ask.html",
        title=_("Whom you ask"),
        lead=found.title,
        button=_("Add them") if draft else _("Ask them too"),
        back=address_of(hearing_id),
    )


@needs(Capability.HEARING_KEEP)
@require_POST
def unask(request: ViewerRequest, hearing_id: int, invitee_id: int) -> HttpResponse:
    return act(
        request,
        lambda: acts.unask(hearing_id, invitee_id, actor=request.viewer),
        _("It is not asked."),
        address_of(hearing_id),
    )


@needs(Capability.HEARING_KEEP)
def open_page(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Opening, on a page that says whom it asks: after it the text cannot be changed."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    if request.method == "POST":
        return act(
            request,
            lambda: acts.open_hearing(hearing_id, actor=viewer),
            _("The hearing was opened. Those asked are told in a few minutes."),
            address_of(hearing_id),
        )
    return _confirm(request, found, "open")


@needs(Capability.HEARING_KEEP)
def close(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Closing, on a page that says how many have answered."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    if request.method == "POST":
        return act(
            request,
            lambda: acts.close(hearing_id, actor=viewer),
            _("The hearing was closed. Write next how the answers were taken into account."),
            address_of(hearing_id),
        )
    return _confirm(request, found, "close")


def _confirm(request: ViewerRequest, found: Hearing, what: str) -> HttpResponse:
    lines = queries.lines(found)
    left = waiting(found)
    context = {
        "hearing": found,
        "what": what,
        "names": [one.name for one in lines],
        "left": left,
        "may_close": rules.may_close(request.viewer.day, found.answer_by, left),
        "back": address_of(found.pk),
    }
    return render(request, "cooperation/hearing_confirm.html", context)


@needs(Capability.HEARING_KEEP)
def move(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Giving more time."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        initial={"answer_by": found.answer_by, "version": found.version},
    )
    return saving(
        request,
        form,
        lambda: acts.move(
            hearing_id,
            form.cleaned_data["answer_by"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The day was moved. Those asked are told in a few minutes."),
        title=_("Give more time"),
        lead=found.title,
        button=_("Move the day"),
        back=address_of(hearing_id),
    )


@needs(Capability.HEARING_KEEP)
def cancel(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Ending an open hearing without a summary, with a reason."""
    found = access.own_hearing(request.viewer, hearing_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.cancel(hearing_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The hearing was cancelled. Those asked are told."),
        title=_("Cancel the hearing"),
        lead=_("%(title)s: those asked see the reason. It cannot be undone.") % {"title": found.title},
        button=_("Cancel the hearing"),
        back=address_of(hearing_id),
        danger=True,
    )
