"""Pages of the permit authority's lists: give a file, see what it would do row by row, bring it in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement import access, case_import
from kotopolku.placement.actions import case_lists as actions
from kotopolku.placement.forms_cases import ListForm
from kotopolku.placement.models import CaseList
from kotopolku.placement.pages import run, status_of


@needs(Capability.PLACEMENT_AGREE)
def lists(request: ViewerRequest) -> HttpResponse:
    """The region's lists, and a form for a new one."""
    posted = request.method == "POST"
    form = ListForm(request.POST, request.FILES) if posted else ListForm()
    if posted:
        kept = run(form, lambda: _receive(request, form))
        if kept is not None:
            return redirect("placement:case-list", kept.pk)
    context = {
        "form": form,
        "lists": access.lists(request.viewer).order_by("-id")[:50],
        "columns": [(words[0], words[1], words[2]) for words in case_import.COLUMNS.values()],
    }
    return render(request, "placement/case_lists.html", context, status=status_of(form))


def _receive(request: ViewerRequest, form: ListForm) -> CaseList:
    file = form.cleaned_data["file"]
    content = file.read(case_import.MOST_BYTES + 1)
    return actions.receive_list(file.name, content, actor=request.viewer, token=form.cleaned_data["token"])


@needs(Capability.PLACEMENT_AGREE)
def list_(request: ViewerRequest, list_id: int) -> HttpResponse:
    """What a list would do; a POST brings it in."""
    viewer = request.viewer
    kept = access.list_(viewer, list_id)
    if request.method == "POST":
        done = actions.bring_in_list(list_id, actor=viewer)
        words = _("%(added)d cases were added, %(changed)d changed, %(same)d were here already.")
        messages.success(request, words % {"added": done.added, "changed": done.changed, "same": done.same})
        return redirect("placement:case-list", list_id)
    report = actions.report(kept, viewer) if kept.done_at is None else None
    faults = actions.fault_lines(report.bad) if report is not None else kept.faults
    context = {"kept": kept, "report": report, "faults": faults, "back": reverse("placement:case-lists")}
    return render(request, "placement/case_list.html", context)
