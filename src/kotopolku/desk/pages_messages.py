"""The thread of messages with one client, and writing to the client. Reading it marks it as read."""

import uuid

from django.contrib import messages as told
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, require
from kotopolku.clients.pages import attempt, head, open_case
from kotopolku.desk import actions, queries
from kotopolku.desk.forms import MessageForm
from kotopolku.desk.pages_notes import language_name


@needs(Capability.CLIENT_VIEW)
def messages(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    person = case.relationship.person
    initial = {"token": uuid.uuid4(), "language": person.service_language}
    form = MessageForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require(request.viewer, Capability.CLIENT_EDIT)
        sent = attempt(
            form,
            lambda: actions.send_to_client(
                relationship_id,
                form.cleaned_data["text"],
                actor=request.viewer,
                language=form.cleaned_data["language"],
                token=form.cleaned_data["token"],
            ),
        )
        if sent is not None:
            told.success(request, _("The message was sent to the client's own page."))
            return redirect("desk:messages", relationship_id)
    thread = queries.thread(relationship_id)
    if request.method == "GET" and any(one.from_client and one.read_at is None for one in thread):
        actions.mark_read(relationship_id, actor=request.viewer)
    context = {
        "title": _("Messages"),
        "thread": [(one, language_name(one.language)) for one in thread],
        "form": form,
        "language": language_name(person.service_language),
        "can_write": request.viewer.may(Capability.CLIENT_EDIT) and case.relationship.ended_on is None,
    }
    return render(
        request, "desk/messages.html", head(request, case) | context, status=422 if form.errors else 200
    )
