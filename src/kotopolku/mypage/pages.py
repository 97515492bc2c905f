"""The client's own pages: path, plan, appointments, courses, messages, letters, rights, language, whose path is open.

Each page reads through ``queries`` and acts through ``actions`` of this room or of the room that keeps the thing.
Not for: signing in (``pages_signin.py``) and what is stored about the client (``pages_data.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.appointments import actions as appointment_actions
from kotopolku.appointments import queries as appointments
from kotopolku.clients.rules import Refusals
from kotopolku.desk import actions as desk_actions
from kotopolku.desk import queries as desk
from kotopolku.letters import actions as letter_actions
from kotopolku.letters import queries as letters
from kotopolku.mypage import access, actions, languages, queries, wording
from kotopolku.mypage.forms import CommentForm, MessageForm, SignForm, WishForm
from kotopolku.steering.queries.path_answers import offered
from kotopolku.training.queries.courses import open_offer


def show(request: ViewerRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page for the client; 422 when a form in it needs mending. A look at another's path is journalled."""
    if request.method == "GET":
        actions.record_look_for_other(actor=request.viewer)
    return render(request, template, context, status=status)


@needs(Capability.OWN_PATH)
@require_GET
def path(request: ViewerRequest) -> HttpResponse:
    found = queries.own_path(request.viewer)
    coming = queries.coming_appointments(request.viewer)
    unread = desk.unread_for_client(found.case.person.pk)
    context = {
        "path": found,
        "steps": [
            {
                "state": step.state,
                "icon": wording.STEP_ICONS[step.name],
                "name": wording.step_name(step),
                "lines": wording.step_lines(step),
            }
            for step in found.steps
        ],
        "clocks": queries.clock_lines(found.clocks),
        "appointment": coming[0] if coming else None,
        "unread": unread,
        "looks": queries.looks_this_month(request.viewer),
        "offer": open_offer(request.viewer),
        "asked": bool(offered(request.viewer, found.case.person.pk)),
    }
    return show(request, "mypage/path.html", context)


# The plan ---------------------------------------------------------------------------------------------------------


@needs(Capability.OWN_PATH)
@require_GET
def plan(request: ViewerRequest) -> HttpResponse:
    return _plan_page(request)


def _plan_page(
    request: ViewerRequest, sign: SignForm | None = None, comment: CommentForm | None = None
) -> HttpResponse:
    case = access.own_case(request.viewer)
    found = queries.own_plan(case)
    if sign is None and found is not None and found.can_be_signed:
        sign = SignForm(initial={"version": found.plan.version})
    wrong = bool((sign and sign.errors) or (comment and comment.errors))
    context = {
        "case": case,
        "plan": found,
        "sign": sign,
        "comment": comment or CommentForm(),
        "form": sign if sign is not None and sign.errors else comment,
    }
    return show(request, "mypage/plan.html", context, status=422 if wrong else 200)


@needs(Capability.OWN_PATH)
@require_POST
def plan_sign(request: ViewerRequest) -> HttpResponse:
    form = SignForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.sign_plan(
                given["signed_name"], given["read"], actor=request.viewer, expected_version=given["version"]
            )
        except Refusals as refusals:
            for refusal in refusals.refusals:
                form.add_error(refusal.field or None, wording.refusal_text(refusal))
        else:
            messages.success(request, _("You have accepted the plan."))
            return redirect("mypage:plan")
    return _plan_page(request, sign=form)


@needs(Capability.OWN_PATH)
@require_POST
def plan_comment(request: ViewerRequest) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        actions.comment_plan(given["text"], given["goal"], actor=request.viewer, token=given["token"])
        messages.success(request, _("Your message has been sent."))
        return redirect("mypage:plan")
    return _plan_page(request, comment=form)


# Appointments -----------------------------------------------------------------------------------------------------


@needs(Capability.OWN_PATH)
@require_GET
def own_appointments(request: ViewerRequest) -> HttpResponse:
    access.own_case(request.viewer)
    coming, past = queries.appointments_by_time(request.viewer)
    return show(
        request,
        "mypage/appointments.html",
        {"coming": coming, "past": past, "fees": queries.fees_to_explain(request.viewer)},
    )


@needs(Capability.OWN_PATH)
@require_POST
def appointment_come(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    try:
        appointment_actions.confirm(appointment_id, actor=request.viewer)
    except Refusals:
        messages.error(request, _("This time cannot be answered any more. Call your office."))
    else:
        messages.success(request, _("Good. We know that you are coming."))
    return redirect("mypage:appointments")


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_other_time(request: ViewerRequest, appointment_id: int) -> HttpResponse:
    found = next(
        (
            one
            for one in appointments.of_person(request.viewer, access.own_person_id(request.viewer))
            if one.id == appointment_id
        ),
        None,
    )
    if found is None:
        raise NotVisible
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appointment_actions.ask_another_time(
                appointment_id, form.cleaned_data["wish"], actor=request.viewer
            )
        except Refusals:
            messages.error(request, _("This time cannot be answered any more. Call your office."))
        else:
            messages.success(request, _("We have got your wish. The old time stands until you hear from us."))
        return redirect("mypage:appointments")
    return show(
        request,
        "mypage/other_time.html",
        {"form": form, "appointment": queries.shown(found)},
        status=422 if form.errors else 200,
    )


@needs(Capability.OWN_PATH)
@require_GET
def courses(request: ViewerRequest) -> HttpResponse:
    case = access.own_case(request.viewer)
    return show(request, "mypage/courses.html", {"measures": queries.courses(request.viewer, case)})


# Messages, letters, documents -------------------------------------------------------------------------------------


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def own_messages(request: ViewerRequest) -> HttpResponse:
    case = access.own_case(request.viewer)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.send_message(given["text"], actor=request.viewer, token=given["token"])
        messages.success(request, _("Your message has been sent."))
        return redirect("mypage:messages")
    thread = desk.own_thread(case.person.pk)
    if request.method == "GET":
        desk_actions.mark_read_by_client(case.person.pk, actor=request.viewer)
    responsibility = queries.answering(request.viewer, case)
    context = {
        "thread": reversed(thread),
        "form": form,
        "contact": queries.contact_today(responsibility, request.viewer.day),
        "can_write": responsibility is not None and case.relationship.ended_on is None,
    }
    return show(request, "mypage/messages.html", context, status=422 if form.errors else 200)


@needs(Capability.OWN_PATH)
@require_GET
def own_letters(request: ViewerRequest) -> HttpResponse:
    case = access.own_case(request.viewer)
    context = {
        "letters": letters.of_person(request.viewer, case.person.pk),
        "documents": desk.shared_documents(case.person.pk),
    }
    return show(request, "mypage/letters.html", context)


@needs(Capability.OWN_PATH)
@require_GET
def letter(request: ViewerRequest, letter_id: int) -> HttpResponse:
    """One letter as PDF, as it was sent."""
    pdf = letter_actions.open_own_letter(
        access.own_person_id(request.viewer), letter_id, actor=request.viewer
    )
    return as_file(pdf, "application/pdf", f"letter-{letter_id}.pdf", inline=True)


@needs(Capability.OWN_PATH)
@require_GET
def document(request: ViewerRequest, document_id: int) -> HttpResponse:
    """A document that the authority has shared with the client."""
    found, content = desk_actions.open_own_document(document_id, actor=request.viewer)
    return as_file(content, "application/octet-stream", f"document-{found.pk}.{found.kind}")


def as_file(content: bytes | str, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file for the client alone: never kept by anybody on the way."""
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


# Rights, language, person -----------------------------------------------------------------------------------------


@needs(Capability.OWN_PATH)
@require_GET
def rights(request: ViewerRequest) -> HttpResponse:
    """Rights first, then duties, then what can follow; by the Act that rules the client's plan."""
    case = access.own_case(request.viewer)
    act = queries.act_of(queries.own_plan(case), request.viewer.day)
    known = [item.id for item in law.duties_and_rights(act)]
    context = {
        "act": act,
        "rights": [wording.RIGHTS[item] for item in known if item in wording.RIGHTS],
        "duties": [wording.DUTIES[item] for item in known if item in wording.DUTIES],
        "consequences": [wording.CONSEQUENCES[item] for item in known if item in wording.CONSEQUENCES],
    }
    return show(request, "mypage/rights.html", context)


@open_to_all
@require_GET
def about(request: ViewerRequest) -> HttpResponse:
    """Data protection and accessibility, in plain words of the client's language."""
    return render(request, "mypage/about.html")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: ViewerRequest) -> HttpResponse:
    """The chooser: each language by its own name. The choice is kept on this device and, signed in, with the account."""
    if request.method != "POST":
        return render(request, "mypage/language.html", {"next": _next(request.GET.get("next", ""))})
    response = redirect(_next(request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if chosen in languages.CODES:
        languages.remember(response, chosen)
        request.session[languages.SESSION] = chosen
        actions.choose_language(chosen, actor=request.viewer)
    return response


def _next(address: str) -> str:
    """Where to go on: only a page of the client's own."""
    return address if languages.is_client_path(address) and "//" not in address else "/my/"


@needs(Capability.OWN_PATH)
@require_POST
def person(request: ViewerRequest) -> HttpResponse:
    """Opens the path of another person for whom one acts, or one's own again."""
    wanted = request.POST.get("person", "")
    own = request.viewer.own
    if own is None or not wanted.isdigit() or int(wanted) not in own.persons:
        raise NotVisible
    request.session[access.CHOSEN] = int(wanted)
    return redirect("mypage:path")
