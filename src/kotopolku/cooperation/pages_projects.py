"""Pages of projects: who does what, one project, writing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact, Organisation
from kotopolku.cooperation import access
from kotopolku.cooperation.actions import projects as acts
from kotopolku.cooperation.forms import ProjectFilter, ProjectForm
from kotopolku.cooperation.queries import materials as queries
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.placement.pages import act, run, show_form


@needs(Capability.SIGNED_IN)
@require_GET
def projects(request: ViewerRequest) -> HttpResponse:
    """The list, by words, topic and organisation."""
    viewer = request.viewer
    form = ProjectFilter(request.GET)
    form.is_valid()
    typed = form.cleaned_data
    named = typed.get("organisation") or ""
    found = actors.organisations_on(viewer.day, q=named)[:1] if named.strip() else []
    rows = queries.projects(
        viewer,
        q=typed.get("q") or "",
        topic=typed.get("topic") or "",
        organisation_id=(found[0].pk if found else 0) if named.strip() else None,
        past=bool(typed.get("past")),
    )
    context = paged(request, rows, queries.PAGE_SIZE)
    context["lines"] = [(one, topic_title(one.topic)) for one in context["rows"]]
    context |= {"filters": form, "organisation": found[0] if found else None, "named": named}
    return render(request, "cooperation/projects.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def project(request: ViewerRequest, project_id: int) -> HttpResponse:
    viewer = request.viewer
    found = access.project(viewer, project_id)
    partners = [one.organisation for one in found.partners.select_related("organisation")]
    context: dict[str, Any] = {
        "project": found,
        "topic": topic_title(found.topic),
        "partners": sorted(partners, key=lambda one: one.sort_key_fi),
        "contact": queries.contact_today(found, viewer.day),
        "own": found.organisation_id == viewer.organisation_id,
    }
    return render(request, "cooperation/project.html", context)


def _contacts(request: ViewerRequest) -> list[Contact]:
    own = Organisation.objects.filter(pk=request.viewer.organisation_id or 0).first()
    return [one.contact for one in actors.contacts_of(own, request.viewer.day)] if own else []


@needs(Capability.SIGNED_IN)
def new(request: ViewerRequest) -> HttpResponse:
    """A project that the own organisation leads."""
    viewer = request.viewer
    form = ProjectForm(_contacts(request), viewer.day, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.wants_to_find:
        made = run(form, lambda: acts.add(form.content(), actor=viewer, token=form.cleaned_data["token"]))
        if made is not None:
            messages.success(request, _("The project was added."))
            return redirect("cooperation:project", made.pk)
    return _show(request, form, _("New project"), reverse("cooperation:projects"))


@needs(Capability.SIGNED_IN)
def edit(request: ViewerRequest, project_id: int) -> HttpResponse:
    """Changing an own project; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_project(viewer, project_id)
    form = ProjectForm(
        _contacts(request),
        viewer.day,
        request.POST if request.method == "POST" else None,
        initial=ProjectForm.initial_of(found),
    )
    if request.method == "POST" and not form.wants_to_find:
        changed = run(
            form,
            lambda: acts.change(
                project_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            messages.success(request, _("The project was changed."))
            return redirect("cooperation:project", project_id)
    return _show(request, form, _("Change the project"), reverse("cooperation:project", args=[project_id]))


def _show(request: ViewerRequest, form: ProjectForm, title: str, back: str) -> HttpResponse:
    if form.wants_to_find:
        # Only looking for partners: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    return show_form(
        request,
        form,
        template="cooperation/project_form.html",
        title=title,
        lead=_("Everybody in the shared space reads it."),
        button=_("Save"),
        back=back,
    )


@needs(Capability.SIGNED_IN)
@require_POST
def remove(request: ViewerRequest, project_id: int) -> HttpResponse:
    """Removes an own project from the list."""
    return act(
        request,
        lambda: acts.remove(project_id, actor=request.viewer),
        _("The project was removed."),
        reverse("cooperation:projects"),
    )
