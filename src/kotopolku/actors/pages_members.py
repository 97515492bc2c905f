"""Pages of an organisation's administrator: members, teams, invitations; and the page that accepts an invitation."""

from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import needs, open_to_all
from kotopolku.access.viewer import Viewer
from kotopolku.actors import access, actions, queries, signin
from kotopolku.actors.forms import (
    ROLE_NAMES,
    AcceptForm,
    InviteForm,
    LastDayForm,
    MembershipForm,
    TeamForm,
    refuse,
)
from kotopolku.actors.models import Invitation, Membership, User, not_over
from kotopolku.actors.rules import Refusal


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_GET
@needs(Capability.MEMBERS_MANAGE)
def members(request: HttpRequest) -> HttpResponse:
    """Who has a seat in the own organisation, its teams and open invitations."""
    return _members_page(request)


def _members_page(
    request: HttpRequest, *, invite_form: InviteForm | None = None, team_form: TeamForm | None = None
) -> HttpResponse:
    viewer = _viewer(request)
    organisation = access.own_organisation(viewer)
    forms: dict[str, Any] = {
        "invite_form": invite_form or InviteForm(kind=organisation.kind),
        "team_form": team_form or TeamForm(),
    }
    memberships = access.own_memberships(viewer).filter(not_over("valid", viewer.day))
    context = forms | {
        "organisation": organisation,
        "rows": [(row, ROLE_NAMES[Role(row.role)]) for row in memberships.order_by("user__full_name", "id")],
        "teams": access.own_teams(viewer),
        "invitations": [
            (row, ROLE_NAMES[Role(row.role)], request.build_absolute_uri(_path(row)))
            for row in access.own_invitations(viewer).filter(
                accepted_on=None, withdrawn_on=None, expires_on__gte=viewer.day
            )
        ],
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "actors/members.html", context, status=422 if wrong else 200)


def _path(invitation: Invitation) -> str:
    return reverse("actors:invitation", args=[invitation.token])


@require_POST
@needs(Capability.MEMBERS_MANAGE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invites a person by letter; when mail does not go, the administrator gives the link by hand."""
    viewer = _viewer(request)
    organisation = access.own_organisation(viewer)
    form = InviteForm(request.POST, kind=organisation.kind)
    if not form.is_valid():
        return _members_page(request, invite_form=form)
    data = form.cleaned_data
    invitation = actions.invite(
        actor=viewer,
        organisation=organisation,
        email=data["email"],
        full_name=data["full_name"],
        role=Role(data["role"]),
        invited_by=User.objects.get(pk=viewer.user_id or 0),
    )
    if _send(invitation, request.build_absolute_uri(_path(invitation))):
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email}
        )
    else:
        messages.warning(
            request,
            _("The letter could not be sent. Copy the link from the list below and give it yourself."),
        )
    return redirect("actors:members")


def _send(invitation: Invitation, link: str) -> bool:
    try:
        sent = send_mail(
            _("An invitation to Kotopolku"),
            render_to_string("actors/invitation_letter.txt", {"invitation": invitation, "link": link}),
            None,
            [invitation.email],
        )
    except (OSError, SMTPException):
        return False
    return bool(sent)


@require_POST
@needs(Capability.MEMBERS_MANAGE)
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraws an open invitation."""
    viewer = _viewer(request)
    try:
        actions.withdraw_invitation(actor=viewer, invitation=access.own_invitation(viewer, pk))
    except Refusal as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("actors:members")


@require_POST
@needs(Capability.MEMBERS_MANAGE)
def team_new(request: HttpRequest) -> HttpResponse:
    """Adds a team."""
    viewer = _viewer(request)
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            actions.create_team(
                actor=viewer, organisation=access.own_organisation(viewer), name=form.cleaned_data["name"]
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The team is added."))
            return redirect("actors:members")
    return _members_page(request, team_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.MEMBERS_MANAGE)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Renames a team."""
    viewer = _viewer(request)
    found = access.own_team(viewer, pk)
    form = TeamForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_team(actor=viewer, team=found, name=form.cleaned_data["name"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The team has its new name."))
            return redirect("actors:members")
    return render(
        request, "actors/team.html", {"form": form, "team": found}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.MEMBERS_MANAGE)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes the role, team or title of a seat, from today."""
    viewer = _viewer(request)
    found = access.own_membership(viewer, pk)
    form = _membership_form(viewer, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = actions.change_membership(
                actor=viewer,
                membership=found,
                role=Role(data["role"]),
                team=data["team"],
                title=data["title"],
                on=viewer.day,
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The seat is saved."))
            return redirect("actors:member", changed.pk)
    return _member_page(request, found, form=form)


def _membership_form(viewer: Viewer, found: Membership, data: Any = None) -> MembershipForm:
    initial = {"role": found.role, "team": found.team_id, "title": found.title}
    return MembershipForm(data, initial=initial, kind=found.organisation.kind, teams=access.own_teams(viewer))


def _member_page(
    request: HttpRequest,
    found: Membership,
    *,
    form: MembershipForm | None = None,
    end_form: LastDayForm | None = None,
) -> HttpResponse:
    viewer = _viewer(request)
    forms: dict[str, Any] = {
        "form": form or _membership_form(viewer, found),
        "end_form": end_form or LastDayForm(initial={"last_day": viewer.day}),
    }
    context = forms | {
        "membership": found,
        "role_name": ROLE_NAMES[Role(found.role)],
        "is_own": found.user_id == viewer.user_id,
    }
    wrong = any(one.errors for one in forms.values())
    return render(request, "actors/member.html", context, status=422 if wrong else 200)


@require_POST
@needs(Capability.MEMBERS_MANAGE)
def member_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a seat on a day."""
    viewer = _viewer(request)
    found = access.own_membership(viewer, pk)
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_membership(actor=viewer, membership=found, last_day=form.cleaned_data["last_day"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The seat's last day is saved."))
            return redirect("actors:members")
    return _member_page(request, found, end_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def invitation(request: HttpRequest, token: UUID) -> HttpResponse:
    """Accepts an invitation: for the account that is signed in, else by opening a new one."""
    viewer = _viewer(request)
    found = Invitation.objects.filter(token=token).select_related("organisation").first()
    if found is None:
        raise NotVisible
    problem = queries.invitation_problem(found, viewer.day)
    signed_in = viewer.user_id is not None
    form = AcceptForm(request.POST or None, initial={"username": found.email.partition("@")[0]})
    if request.method == "POST" and not problem and (signed_in or form.is_valid()):
        try:
            return _accept(request, found, form)
        except Refusal as refusal:
            form = form if form.is_bound else AcceptForm(request.POST)
            refuse(form, refusal)
    context = {
        "invitation": found,
        "role_name": ROLE_NAMES[Role(found.role)],
        "problem": problem,
        "signed_in": signed_in,
        "form": form,
    }
    status = 410 if problem else 422 if form.errors and request.method == "POST" else 200
    return render(request, "actors/invitation.html", context, status=status)


def _accept(request: HttpRequest, found: Invitation, form: AcceptForm) -> HttpResponse:
    viewer = _viewer(request)
    if viewer.user_id is not None:
        actions.accept_invitation(actor=viewer, invitation=found)
    else:
        user = actions.accept_invitation(
            actor=Viewer.for_system("invitation", viewer.day),
            invitation=found,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            language=(get_language() or "fi")[:2],
        )
        login(request, user, backend=signin.BACKEND)
    messages.success(request, _("Welcome. Your seat is open."))
    return redirect("/")
