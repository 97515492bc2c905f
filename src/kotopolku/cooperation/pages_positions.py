"""Pages of positions that everybody at work reads: lists, one position, its versions; noticing, commenting, answering.

Not for: the keeper's acts (``pages_positions_keep.py``), readers who have not signed in (``pages_positions_public.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation import position_rules as rules
from kotopolku.cooperation import wording_positions as wording
from kotopolku.cooperation.actions import position_sending
from kotopolku.cooperation.actions import positions as acts
from kotopolku.cooperation.forms_positions import OWN, AnswerForm, CommentForm, PhenomenonForm
from kotopolku.cooperation.forms_reading import PositionFilter
from kotopolku.cooperation.models import Position, PositionState
from kotopolku.cooperation.queries import positions as queries
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.placement.pages import run, saving, show_form

BOXES = {
    "": queries.adopted,
    "comments": queries.to_comment,
    "to-us": queries.to_us,
    "ours": queries.ours,
}


def address_of(position_id: int) -> str:
    return reverse("cooperation:position", args=[position_id])


def wanted(request: ViewerRequest) -> tuple[PositionFilter, queries.Wanted]:
    form = PositionFilter(request.GET)
    form.is_valid()
    typed = form.cleaned_data
    return form, queries.Wanted(typed.get("q", ""), typed.get("topic", ""))


@needs(Capability.SIGNED_IN)
@require_GET
def positions(request: ViewerRequest) -> HttpResponse:
    """Adopted positions, drafts to comment, those sent to us, those that we prepare, what one has noticed oneself."""
    viewer = request.viewer
    keeps = viewer.may(Capability.BODY_KEEP)
    box = request.GET.get("box", "")
    if box not in {*BOXES, "mine"} or (box == "ours" and not keeps):
        box = ""
    form, narrowed = wanted(request)
    context: dict[str, Any] = {
        "box": box,
        "keeps": keeps,
        "form": form,
        "narrowed": narrowed != queries.Wanted(),
    }
    if box == "mine":
        rows = access.noticed(viewer)
        context |= {"lines": [(one, wording.position_mark(one)) for one in rows], "number": len(rows)}
    else:
        context |= paged(request, BOXES[box](viewer, narrowed), queries.PAGE_SIZE)
        context["lines"] = [(one, wording.position_mark(one)) for one in context["rows"]]
    context["boxes"] = [
        ("", _("Adopted")),
        ("comments", _("To comment")),
        ("to-us", _("Sent to us")),
        *([("ours", _("Prepared by us"))] if keeps else []),
        ("mine", _("Noticed by me")),
    ]
    return render(request, "cooperation/positions.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def position(request: ViewerRequest, position_id: int) -> HttpResponse:
    """One position; for who noticed the phenomenon, what has become of it."""
    viewer = request.viewer
    try:
        found = access.position(viewer, position_id)
    except NotVisible:
        return _of_who_noticed(request, access.noticed_one(viewer, position_id))
    keeps = access.keeps(viewer, found)
    adopted = found.state == PositionState.ADOPTED
    receivers = list(access.receivers(viewer, found)) if adopted else []
    theirs = access.answered_themselves(receivers) if keeps else set()
    to_us = access.received(viewer, receivers) if viewer.may(Capability.STATEMENT_GIVE) else set()
    comments = queries.comments(found)
    may_keep = keeps and not adopted and found.state != PositionState.DROPPED
    context = {
        "position": found,
        "mark": wording.position_mark(found),
        "whose": wording.whose(found),
        "adopted": wording.adopted(found),
        "topics": [topic_title(one) for one in found.topics],
        "keeps": keeps,
        "may_keep": may_keep,
        "is_adopted": adopted,
        "may_comment": rules.may_comment(found.state, found.comments_until, viewer.day),
        "comments": comments,
        "unanswered": sum(not one.response for one in comments),
        "receivers": [
            (
                one,
                wording.receiver_name(one),
                wording.receiver_mark(one),
                (keeps and one.pk not in theirs) or one.pk in to_us,
            )
            for one in receivers
        ],
    }
    return render(request, "cooperation/position.html", context)


def _of_who_noticed(request: ViewerRequest, found: Position) -> HttpResponse:
    context = {
        "position": found,
        "mark": wording.position_mark(found),
        "whose": wording.whose(found),
        "topics": [topic_title(one) for one in found.topics],
    }
    return render(request, "cooperation/position_noticed.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def versions(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Each version, with what it changed."""
    found = access.position(request.viewer, position_id)
    context = {"position": found, "versions": queries.versions(found)}
    return render(request, "cooperation/position_versions.html", context)


@needs(Capability.SIGNED_IN)
def notice(request: ViewerRequest) -> HttpResponse:
    """A phenomenon for the list of a body's keeper or of an authority. Who keeps positions oneself goes on to write."""
    viewer = request.viewer
    asked = request.GET.get("body", "")
    form = PhenomenonForm(
        _whose(viewer),
        request.POST if request.method == "POST" else None,
        initial={"noticed_on": viewer.day, "whose": f"body-{asked}" if asked.isdecimal() else ""},
    )
    return saving(
        request,
        form,
        lambda: acts.notice(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("It is on the list now. You see here what becomes of it, and you are told."),
        onward=lambda made: address_of(made.pk),
        title=_("Tell of a phenomenon"),
        lead=_("What you have noticed can become a position of a body or of an authority."),
        button=_("Put it on the list"),
        back=reverse("cooperation:positions"),
    )


def _whose(viewer: Viewer) -> list[tuple[str, Any]]:
    own = viewer.seat.organisation_name if viewer.seat else ""
    groups: list[tuple[str, Any]] = [
        ("", gettext_lazy("Choose")),
        (OWN, _("%(name)s, your own organisation") % {"name": own}),
    ]
    bodies = [(f"body-{one.pk}", one.name) for one in queries.bodies_today(viewer)]
    if bodies:
        groups.append((_("Bodies of cooperation"), bodies))
    authorities = [(f"organisation-{pk}", name) for pk, name in queries.authorities_today(viewer)]
    groups.append((_("Authorities"), authorities))
    return groups


@needs(Capability.SIGNED_IN)
def comment(request: ViewerRequest, position_id: int) -> HttpResponse:
    """A comment on a draft."""
    viewer = request.viewer
    found = access.position(viewer, position_id)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.comment(
                position_id, form.cleaned_data["text"], actor=viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            messages.success(request, _("Your comment was added. You are told when it is answered."))
            return redirect(f"{address_of(position_id)}#comment-{made.pk}")
    elif not rules.may_comment(found.state, found.comments_until, viewer.day):
        messages.warning(request, _("Comments are not taken on this position now."))
        return redirect(address_of(position_id))
    return show_form(
        request,
        form,
        title=_("Comment on the draft"),
        lead=found.title,
        button=_("Add the comment"),
        back=address_of(position_id),
    )


@needs(Capability.SIGNED_IN)
def answer(request: ViewerRequest, position_id: int, receiver_id: int) -> HttpResponse:
    """The answer of a receiver: of one's own organisation, or, for the sender, one that came by another way."""
    viewer = request.viewer
    row = access.answering(viewer, position_id, receiver_id)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"answer": row.answer, "on": row.answered_on or viewer.day, "version": row.version},
    )
    return saving(
        request,
        form,
        lambda: position_sending.answer(
            position_id,
            receiver_id,
            form.cleaned_data["answer"],
            form.cleaned_data["on"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The answer was saved."),
        title=_("Answer of %(name)s") % {"name": wording.receiver_name(row)},
        lead=row.position.title,
        button=_("Save the answer"),
        back=address_of(position_id),
    )
