"""Pages of materials and good practices: the search, one of them, writing, deciding, telling of the use, versions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access, wording
from kotopolku.cooperation.actions import files as file_acts
from kotopolku.cooperation.actions import materials as acts
from kotopolku.cooperation.forms import MaterialFilter, MaterialForm, ReasonForm, UseForm
from kotopolku.cooperation.models import MaterialKind, MaterialState
from kotopolku.cooperation.queries import materials as queries
from kotopolku.cooperation.showing import file_form, paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.placement.pages import act, run, saving, show_form


def _address(material_id: int) -> str:
    return reverse("cooperation:material", args=[material_id])


@needs(Capability.SIGNED_IN)
@require_GET
def materials(request: ViewerRequest) -> HttpResponse:
    """The search by words, topic and kind; by day or by use."""
    viewer = request.viewer
    form = MaterialFilter(request.GET)
    wanted = form.wanted()
    context = paged(request, queries.materials(viewer, wanted), queries.PAGE_SIZE)
    context["lines"] = [(one, topic_title(one.topic), wording.material_mark(one)) for one in context["rows"]]
    context |= {
        "filters": form,
        "own": wanted.own,
        "suggested": list(queries.suggested(viewer)[: queries.PAGE_SIZE]),
    }
    return render(request, "cooperation/materials.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def material(request: ViewerRequest, material_id: int) -> HttpResponse:
    """One material: what it is, where tried, who uses it with what outcome."""
    viewer = request.viewer
    found = access.material(viewer, material_id)
    own = found.organisation_id == viewer.organisation_id
    decides = access.is_centre(viewer) and found.kind == MaterialKind.PRACTICE
    live = found.state != MaterialState.WITHDRAWN
    context = {
        "material": found,
        "topic": topic_title(found.topic),
        "mark": wording.material_mark(found),
        "detail": queries.material_detail(viewer, found),
        "own": own,
        "can_change": own and live,
        "can_withdraw": (own or decides) and live,
        "can_decide": decides and found.state == MaterialState.SUGGESTED,
        "can_use": not own and found.state == MaterialState.PUBLISHED,
    }
    return render(request, "cooperation/material.html", context)


@needs(Capability.SIGNED_IN)
def new(request: ViewerRequest) -> HttpResponse:
    """A new material, or a good practice suggested to the centre of expertise."""
    viewer = request.viewer
    form = MaterialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(form, lambda: acts.add(form.content(), actor=viewer, token=form.cleaned_data["token"]))
        if made is not None:
            waits = _("The suggestion was sent to the centre of expertise. You are told of its decision.")
            published = made.state == MaterialState.PUBLISHED
            messages.success(request, _("The material was published.") if published else waits)
            return redirect(_address(made.pk))
    return show_form(
        request,
        form,
        title=_("New material or good practice"),
        lead=_("Everybody in the shared space reads what is published. Never write of a client."),
        button=_("Save"),
        back=reverse("cooperation:materials"),
    )


@needs(Capability.SIGNED_IN)
def edit(request: ViewerRequest, material_id: int) -> HttpResponse:
    """A new version of an own material; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_material(viewer, material_id)
    form = MaterialForm(
        request.POST if request.method == "POST" else None, initial=MaterialForm.initial_of(found)
    )
    return saving(
        request,
        form,
        lambda: acts.change(
            material_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The new version was saved. Earlier ones stay to be seen."),
        title=_("Change"),
        lead=found.title,
        button=_("Save"),
        back=_address(material_id),
    )


@needs(Capability.EXPERTISE_ANSWER)
@require_POST
def publish(request: ViewerRequest, material_id: int) -> HttpResponse:
    """The centre of expertise publishes a good practice."""
    return act(
        request,
        lambda: acts.publish(material_id, actor=request.viewer),
        _("The good practice was published."),
        _address(material_id),
    )


@needs(Capability.EXPERTISE_ANSWER)
def send_back(request: ViewerRequest, material_id: int) -> HttpResponse:
    """The centre of expertise returns a suggestion and says what it lacks."""
    found = access.suggested_material(request.viewer, material_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.send_back(material_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The suggestion was returned."),
        onward=lambda _done: reverse("cooperation:materials"),
        title=_("Return the suggestion"),
        lead=_("%(title)s: say what it lacks, so that it can be completed.") % {"title": found.title},
        button=_("Return"),
        back=_address(material_id),
    )


@needs(Capability.SIGNED_IN)
def withdraw(request: ViewerRequest, material_id: int) -> HttpResponse:
    """Taking a material back, with a reason: its own organisation, or the centre for a good practice."""
    viewer = request.viewer
    found = access.material(viewer, material_id)
    decides = access.is_centre(viewer) and found.kind == MaterialKind.PRACTICE
    if found.organisation_id != viewer.organisation_id and not decides:
        raise NotVisible
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.withdraw(material_id, form.cleaned_data["reason"], actor=viewer),
        done=_("It was withdrawn. Others do not see it any more."),
        onward=lambda _done: reverse("cooperation:materials"),
        title=pgettext("entry", "Withdraw"),
        lead=found.title,
        button=pgettext("entry", "Withdraw"),
        back=_address(material_id),
        danger=True,
    )


@needs(Capability.SIGNED_IN)
def use(request: ViewerRequest, material_id: int) -> HttpResponse:
    """How it worked in the reader's organisation; one experience an organisation, which can be changed."""
    viewer = request.viewer
    found = access.material(viewer, material_id)
    mine = queries.material_detail(viewer, found).mine
    initial = {"outcome": mine.outcome, "words": mine.words} if mine else {}
    form = UseForm(request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: acts.use(material_id, form.cleaned_data["outcome"], form.cleaned_data["words"], actor=viewer),
        done=_("Your organisation's experience was saved."),
        title=_("We use this"),
        lead=found.title,
        button=_("Save"),
        back=_address(material_id),
    )


@needs(Capability.SIGNED_IN)
@require_GET
def versions(request: ViewerRequest, material_id: int) -> HttpResponse:
    """Every version as it was written."""
    found = access.material(request.viewer, material_id)
    context = {"material": found, "versions": queries.versions(found)}
    return render(request, "cooperation/material_versions.html", context)


@needs(Capability.SIGNED_IN)
def attach(request: ViewerRequest, material_id: int) -> HttpResponse:
    found = access.own_material(request.viewer, material_id)
    return file_form(
        request,
        found.title,
        _address(material_id),
        lambda title, upload, token: file_acts.attach_to_material(
            material_id, title, upload, actor=request.viewer, token=token
        ),
    )
