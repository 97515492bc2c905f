"""Pages of those who send bulletins: drafting, whom it reaches, sending, correcting, withdrawing, who has read it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import OrganisationKind
from kotopolku.cooperation import access
from kotopolku.cooperation.access_guidelines import own_regions
from kotopolku.cooperation.actions import bulletins as acts
from kotopolku.cooperation.actions import files as file_acts
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_bulletins import BulletinForm, CorrectionForm
from kotopolku.cooperation.queries import addressing
from kotopolku.cooperation.queries import bulletins as queries
from kotopolku.cooperation.showing import file_form, paged
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import act, run, saving, show_form

FORM = "cooperation/bulletin_form.html"


def _address(bulletin_id: int) -> str:
    return reverse("cooperation:bulletin", args=[bulletin_id])


@needs(Capability.BULLETIN_SEND)
def new(request: ViewerRequest) -> HttpResponse:
    """A new bulletin of the own organisation; it begins as a draft."""
    viewer = request.viewer
    guidance = request.GET.get("guidance") == "1" and viewer.may(Capability.STEERING_REGIONAL)
    form = _form(request, _of_guidance(viewer) if guidance else {})
    if request.method == "POST" and not form.wants_to_find:
        made = run(form, lambda: acts.draft(form.content(), actor=viewer, token=form.cleaned_data["token"]))
        if made is not None:
            messages.success(request, _("The draft was saved. Check whom it reaches, then send it."))
            return redirect(_address(made.pk))
    title = _("New guidance letter") if guidance else _("New bulletin")
    return _show(request, form, title, reverse("cooperation:bulletins"))


def _form(request: ViewerRequest, initial: dict[str, Any]) -> BulletinForm:
    viewer = request.viewer
    return BulletinForm(
        viewer.day,
        request.POST if request.method == "POST" else None,
        initial=initial,
        bodies=acts.own_bodies(viewer),
        guides=viewer.may(Capability.STEERING_REGIONAL),
    )


def _of_guidance(viewer: Viewer) -> dict[str, Any]:
    """What a guidance letter begins with: the municipalities and employment authorities of the own regions."""
    return {
        "guidance": True,
        "acknowledge": True,
        "kinds": [OrganisationKind.MUNICIPALITY.value, OrganisationKind.EMPLOYMENT_AREA.value],
        "regions": own_regions(viewer),
    }


@needs(Capability.BULLETIN_SEND)
def edit(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """Changing a draft; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_bulletin(viewer, bulletin_id)
    form = _form(request, BulletinForm.initial_of(found))
    if request.method == "POST" and not form.wants_to_find:
        changed = run(
            form,
            lambda: acts.change(
                bulletin_id,
                form.content(),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if changed is not None:
            messages.success(request, _("The draft was changed."))
            return redirect(_address(bulletin_id))
    return _show(request, form, _("Change the draft"), _address(bulletin_id))


def _show(request: ViewerRequest, form: BulletinForm, title: str, back: str) -> HttpResponse:
    if form.wants_to_find:
        # Only looking for organisations: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    return show_form(
        request,
        form,
        template=FORM,
        title=title,
        lead=_("Nobody else sees it before it is sent."),
        button=_("Save the draft"),
        back=back,
    )


@needs(Capability.BULLETIN_SEND)
def send(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """Sending, on a page of its own that says whom it reaches: what is sent can be corrected, not unsent."""
    viewer = request.viewer
    found = access.own_bulletin(viewer, bulletin_id)
    if request.method == "POST":
        form = VersionForm(request.POST)
        form.is_valid()
        return act(
            request,
            lambda: acts.send(bulletin_id, actor=viewer, expected_version=form.expected_version),
            _("The bulletin was sent. People are told in a few minutes."),
            _address(bulletin_id),
        )
    context: dict[str, Any] = {
        "bulletin": found,
        "reach": addressing.reach(found, viewer),
        "roles": addressing.roles_in_words(found),
        "back": _address(bulletin_id),
    }
    return render(request, "cooperation/bulletin_send.html", context)


@needs(Capability.BULLETIN_SEND)
@require_POST
def remove(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """Removes a draft for good."""
    return act(
        request,
        lambda: acts.remove(bulletin_id, actor=request.viewer),
        _("The draft was removed."),
        f"{reverse('cooperation:bulletins')}?box=drafts",
    )


@needs(Capability.BULLETIN_SEND)
def correct(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """A corrected edition of a bulletin that was sent."""
    viewer = request.viewer
    found = access.own_bulletin(viewer, bulletin_id)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial={"title": found.title, "body": found.body, "version": found.version},
    )
    return saving(
        request,
        form,
        lambda: acts.correct(
            bulletin_id,
            form.cleaned_data["title"],
            form.cleaned_data["body"],
            form.cleaned_data["note"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The correction was sent. Everybody is told, and reads it anew."),
        title=_("Correct the bulletin"),
        lead=_("The earlier text stays to be seen. Those who have read it are asked to read the new one."),
        button=_("Send the correction"),
        back=_address(bulletin_id),
    )


@needs(Capability.BULLETIN_SEND)
def withdraw(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """Taking a sent bulletin back, with a reason."""
    found = access.own_bulletin(request.viewer, bulletin_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.withdraw(bulletin_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The bulletin was withdrawn."),
        title=_("Withdraw the bulletin"),
        lead=_("%(title)s: those who got it see the reason, and no longer the text. It cannot be undone.")
        % {"title": found.title},
        button=pgettext("entry", "Withdraw"),
        back=_address(bulletin_id),
        danger=True,
    )


@needs(Capability.BULLETIN_SEND)
@require_GET
def receipts(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    """Who has opened a bulletin and who has not, by organisation, with the answers. The look is journalled."""
    viewer = request.viewer
    found = access.own_bulletin(viewer, bulletin_id)
    acts.note_receipts_viewed(bulletin_id, actor=viewer)
    context = paged(request, queries.addressed(found), queries.ORGANISATIONS_A_PAGE)
    context |= {
        "bulletin": found,
        "totals": queries.totals(found, viewer),
        "lines": queries.readers(found, viewer, context["rows"]),
        "others": acts.others(found, actor=viewer),
    }
    return render(request, "cooperation/bulletin_receipts.html", context)


@needs(Capability.BULLETIN_SEND)
def attach(request: ViewerRequest, bulletin_id: int) -> HttpResponse:
    found = access.own_bulletin(request.viewer, bulletin_id)
    return file_form(
        request,
        found.title,
        _address(bulletin_id),
        lambda title, upload, token: file_acts.attach_to_bulletin(
            bulletin_id, title, upload, actor=request.viewer, token=token
        ),
    )
