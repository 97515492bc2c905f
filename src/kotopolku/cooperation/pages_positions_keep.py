"""Pages on which a position is prepared: written, opened for comments, answered, adopted, sent, given up.

Not for: reading (``pages_positions.py``).
"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_positions as access
from kotopolku.cooperation import position_rules as rules
from kotopolku.cooperation.actions import position_sending
from kotopolku.cooperation.actions import positions as acts
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_positions import (
    AdoptForm,
    CommentsForm,
    ResponseForm,
    SendForm,
    WordingForm,
)
from kotopolku.cooperation.models import Position
from kotopolku.cooperation.pages_positions import address_of
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import run, saving, show_form

MOST_ITEMS = 50


class DropForm(ReasonForm, VersionForm):
    """Why a phenomenon or a draft is given up."""


def _saving(
    request: ViewerRequest, found: Position, form: Any, save: Callable[[], Any], **shown: Any
) -> HttpResponse:
    """A form of a position: saves and goes back to it, or shows what is wrong."""
    return saving(request, form, save, back=address_of(found.pk), **({"lead": found.title} | shown))


@needs(Capability.BODY_KEEP)
def write(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Writing the draft: the first text takes the phenomenon up. Two who write at once are told."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    bodies = list(access.own_bodies(viewer))
    if found.body is not None and found.body not in bodies:
        # One that has ended meanwhile: what it adopted in its last meeting is written up after it.
        bodies.append(found.body)
    form = WordingForm(
        found.organisation.name,
        bodies,
        request.POST if request.method == "POST" else None,
        initial=WordingForm.initial_of(found),
    )
    return _saving(
        request,
        found,
        form,
        lambda: acts.write(position_id, form.content(), actor=viewer, expected_version=form.expected_version),
        template="cooperation/position_form.html",
        title=_("Change the position") if found.number else _("Write the position"),
        button=_("Save as a new version"),
        done=_("The position was saved."),
        position=found,
    )


@needs(Capability.BODY_KEEP)
def comments(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Opening the draft for comments, or moving the day."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    form = CommentsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "until": found.comments_until or rules.proposed_comments(viewer.day),
            "version": found.version,
        },
    )
    return _saving(
        request,
        found,
        form,
        lambda: acts.open_comments(
            position_id,
            form.cleaned_data["until"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        title=_("Comments on the draft"),
        lead=_(
            "Everybody at work can read and comment on it until the day. Our own target, no law, gives the proposed day."
        ),
        button=_("Ask for comments"),
        done=_("The draft can be commented on now."),
    )


@needs(Capability.BODY_KEEP)
def respond(request: ViewerRequest, position_id: int, comment_id: int) -> HttpResponse:
    """Answering a comment."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    row = access.comment(found, comment_id)
    form = ResponseForm(
        request.POST if request.method == "POST" else None,
        initial={"response": row.response, "was": acts.mark_of(row)},
    )

    back = address_of(position_id)
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.respond(
                position_id,
                comment_id,
                form.cleaned_data["response"],
                actor=viewer,
                was=form.cleaned_data["was"],
            ),
        )
        if done is not None:
            messages.success(request, _("The comment was answered. Who wrote it is told."))
            return redirect(back)
        if getattr(form, "clash", False):
            # What somebody else has written is shown beside; sent again, the form knows of it.
            row.refresh_from_db()
            typed = cast(QueryDict, form.data).copy()
            typed["was"] = acts.mark_of(row)
            form.data = typed
    return show_form(
        request,
        form,
        template="cooperation/position_respond.html",
        title=_("Answer to the comment"),
        lead=found.title,
        button=_("Save the answer"),
        back=back,
        comment=row,
    )


@needs(Capability.BODY_KEEP)
def adopt(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Adopting the newest version."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    form = AdoptForm(
        access.items(viewer, found)[:MOST_ITEMS],
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "on": None if found.body_id else viewer.day},
    )
    return _saving(
        request,
        found,
        form,
        lambda: acts.adopt(
            position_id, form.adoption(), actor=viewer, expected_version=form.expected_version
        ),
        title=_("Adopt the position"),
        lead=_("The newest version becomes the position. It cannot be changed any more."),
        button=_("Adopt the position"),
        done=_("The position was adopted. Send it next to whom it concerns."),
    )


@needs(Capability.BODY_KEEP)
def drop(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Giving a phenomenon or a draft up, with a reason."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    form = DropForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _saving(
        request,
        found,
        form,
        lambda: acts.drop(
            position_id,
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        title=_("Give it up"),
        lead=_("%(title)s: who noticed it sees the reason. It cannot be undone.") % {"title": found.title},
        button=_("Give it up"),
        done=_("It was given up. Who noticed it is told."),
        danger=True,
    )


@needs(Capability.BODY_KEEP)
def send(request: ViewerRequest, position_id: int) -> HttpResponse:
    """Sending an adopted position to organisations and others."""
    viewer = request.viewer
    found = access.own_position(viewer, position_id)
    form = SendForm(
        viewer.day,
        request.POST if request.method == "POST" else None,
        initial={"answer_by": rules.proposed_answer(viewer.day)},
    )
    if form.wants_to_find:
        form.errors.clear()
        return _send_form(request, found, form)
    if request.method == "POST":
        number = run(form, lambda: position_sending.send(position_id, form.sending(), actor=viewer))
        if number is not None:
            messages.success(request, _("Receivers added: %(number)s.") % {"number": number})
            return redirect(address_of(position_id))
    return _send_form(request, found, form)


def _send_form(request: ViewerRequest, found: Position, form: SendForm) -> HttpResponse:
    return show_form(
        request,
        form,
        template="cooperation/position_send.html",
        title=_("Send the position"),
        lead=found.title,
        button=_("Send"),
        back=address_of(found.pk),
    )
