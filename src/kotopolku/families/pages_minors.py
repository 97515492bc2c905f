"""Pages of representatives and of housing units, and the list of those who came without a guardian by unit.

Not for: guardians, who are relations (``pages.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.actions import record_list_look
from kotopolku.clients.pages import attempt, open_case, show_form
from kotopolku.clients.wording import language
from kotopolku.families import access, actions, queries
from kotopolku.families.actions import RepresentativeContent
from kotopolku.families.forms import (
    DayForm,
    EndTaskForm,
    HousingForm,
    ReachForm,
    RepresentativeForm,
    UnitForm,
)
from kotopolku.families.models import HousingUnit
from kotopolku.families.pages import after_row, to_family


@needs(Capability.CLIENT_EDIT)
def representative(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Appoints a representative of a minor."""
    case = open_case(request, relationship_id)
    form = RepresentativeForm(request.viewer.day, request.POST or None, initial={"first": request.viewer.day})
    if request.method == "POST":

        def add() -> object:
            typed = dict(form.cleaned_data)
            token = typed.pop("token")
            return actions.add_representative(
                relationship_id, RepresentativeContent(**typed), actor=request.viewer, token=token
            )

        if attempt(form, add) is not None:
            return to_family(request, case, _("The representative was recorded."))
    return show_form(
        request,
        case,
        form,
        title=_("Representative"),
        button=_("Record the representative"),
        template="families/form.html",
        lead=_("One representative acts on a day. The task ends at the latest when the client comes of age."),
    )


@needs(Capability.CLIENT_EDIT)
def reach(request: ViewerRequest, relationship_id: int, representative_id: int) -> HttpResponse:
    """How a representative is reached."""
    case = open_case(request, relationship_id)
    row = access.representative(case, representative_id)
    initial = {"telephone": row.telephone, "email": row.email, "organisation": row.organisation}
    form = ReachForm(request.POST or None, initial=initial)
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: actions.change_representative(
                relationship_id, representative_id, actor=request.viewer, **form.cleaned_data
            ),
        )
        if changed is not None:
            return to_family(request, case, _("The contact of the representative was saved."))
    return show_form(
        request,
        case,
        form,
        title=_("Contact of the representative"),
        button=_("Save"),
        template="families/form.html",
        lead=row.name,
    )


@needs(Capability.CLIENT_EDIT)
def end_task(request: ViewerRequest, relationship_id: int, representative_id: int) -> HttpResponse:
    """The representative's task ends: by the decision, by another one, or because the client comes of age."""
    case = open_case(request, relationship_id)
    row = access.representative(case, representative_id)
    shown = next(
        one
        for one in queries.representatives(row.person_id, request.viewer.day, language())
        if one.row.pk == row.pk
    )
    form = EndTaskForm(request.POST or None, initial={"last": shown.last or request.viewer.day})
    if request.method == "POST":
        ended = attempt(
            form,
            lambda: actions.end_representative(
                relationship_id,
                representative_id,
                form.cleaned_data["last"],
                note=form.cleaned_data["note"],
                actor=request.viewer,
            ),
        )
        if ended is not None:
            return to_family(request, case, _("The end of the task was saved. The reminder stops."))
    return show_form(
        request,
        case,
        form,
        title=_("End of the representative's task"),
        button=_("Save the last day"),
        template="families/form.html",
        lead=row.name,
    )


@needs(Capability.CLIENT_EDIT)
def housing(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client moves to a housing unit."""
    case = open_case(request, relationship_id)
    units = [(unit.pk, f"{unit.name} ({unit.get_kind_display()})") for unit in queries.units(request.viewer)]
    form = HousingForm(units, request.POST or None, initial={"from_day": request.viewer.day})
    if request.method == "POST":
        begun = attempt(
            form,
            lambda: actions.begin_housing(
                relationship_id,
                int(form.cleaned_data["unit"]),
                form.cleaned_data["from_day"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if begun is not None:
            return to_family(request, case, _("The housing unit was recorded."))
    return show_form(
        request,
        case,
        form,
        title=_("Housing unit"),
        button=_("Record the move"),
        template="families/housing.html",
        lead=_("A stay in another unit ends on the same day."),
        units=units,
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def end_housing(request: ViewerRequest, relationship_id: int, housing_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    access.housing(case, housing_id)
    form = DayForm(request.POST)
    ended = attempt(
        form,
        lambda: actions.end_housing(
            relationship_id, housing_id, form.cleaned_data["on"], actor=request.viewer
        ),
    )
    return after_row(request, case, form, ended, _("The move out of the unit was saved."))


@needs(Capability.CLIENT_VIEW)
def units(request: ViewerRequest) -> HttpResponse:
    """Those who came without a guardian, by housing unit; and the units themselves."""
    viewer = request.viewer
    can_edit = viewer.may(Capability.CLIENT_EDIT)
    form = UnitForm(request.POST or None)
    if request.method == "POST":
        added = attempt(form, lambda: _add_unit(request, form))
        if added is not None:
            messages.success(request, _("The unit was added."))
            return redirect("families:units")
    rows = queries.by_unit(viewer)
    ids = [resident.relationship_id for row in rows for resident in row.residents]
    if request.method == "GET":
        record_list_look(queries.person_ids(viewer, ids), actor=viewer)
    context = {"rows": rows, "form": form, "can_edit": can_edit, "count": len(ids)}
    return render(request, "families/units.html", context, status=422 if form.errors else 200)


def _add_unit(request: ViewerRequest, form: UnitForm) -> HousingUnit:
    typed = form.cleaned_data
    return actions.add_unit(
        typed["name"],
        typed["kind"],
        provider=typed["provider"],
        places=typed["places"],
        actor=request.viewer,
        token=typed["token"],
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def close_unit(request: ViewerRequest, unit_id: int) -> HttpResponse:
    access.unit(request.viewer, unit_id)
    form = DayForm(request.POST)
    closed = attempt(form, lambda: actions.close_unit(unit_id, form.cleaned_data["on"], actor=request.viewer))
    if closed is not None:
        messages.success(request, _("The unit was closed."))
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("families:units")
