"""Pages of the State's programme: the front of steering, the list, one programme as a tree, drawing up, adoption."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.pages import run, saving, show_form
from kotopolku.steering import access, wording_programme
from kotopolku.steering import rules_programme as rules
from kotopolku.steering.actions import programme as acts
from kotopolku.steering.forms_programme import AdoptForm, ProgrammeForm
from kotopolku.steering.marks import national_mark
from kotopolku.steering.models import NationalProgramme, ProgrammeState
from kotopolku.steering.pages_shown import branches, by_goal, lack_lines
from kotopolku.steering.queries import chain, my_work
from kotopolku.steering.queries import programme as queries

MOST_WAITING = 5


@needs(Capability.SIGNED_IN)
@require_GET
def front(request: ViewerRequest) -> HttpResponse:
    """Steering: what waits for the viewer, and how far the State's goals are carried out in the own area; drafts for those
    who prepare them."""
    viewer = request.viewer
    found = queries.in_force(viewer)
    rows = queries.programmes(viewer)
    shown = branches(queries.tree(viewer, found), language(), viewer.day) if found else []
    area = chain.own_area(viewer, found) if found else None
    glances = chain.glances(chain.overview(viewer, area)) if area else {}
    context = {
        "programme": found,
        "mark": national_mark(found, viewer.day) if found else None,
        "goals": [(one, glances.get(one.line.pk)) for one in shown if one.line.kind == "goal"],
        "area": area,
        "area_name": wording_programme.area_name(area.municipality, area.region) if area else "",
        "waiting": my_work.todo(viewer, MOST_WAITING),
        "others": [one for one in rows if found is None or one.programme.pk != found.pk],
        "prepares": access.is_preparer(viewer),
    }
    return render(request, "steering/front.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def programmes(request: ViewerRequest) -> HttpResponse:
    """Every programme that the viewer may read."""
    viewer = request.viewer
    rows = queries.programmes(viewer)
    context = {
        "lines": [(one, national_mark(one.programme, viewer.day)) for one in rows],
        "prepares": access.is_preparer(viewer),
    }
    return render(request, "steering/programmes.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def programme(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """One programme as its tree; of a draft what is lacking."""
    viewer = request.viewer
    found = access.programme(viewer, programme_id)
    tree = queries.tree(viewer, found)
    draft = found.state == ProgrammeState.DRAFT
    mine = access.is_preparer(viewer) and found.organisation_id == viewer.organisation_id
    lacking = queries.lacks_of(found, [one.line for one in tree]) if draft and mine else []
    context = {
        "programme": found,
        "mark": national_mark(found, viewer.day),
        "period": wording_programme.period(found.days.lower, found.last_day),
        "act": law.act_named(found.act).names[language()],
        "rule": rules.period_rule(found.days.lower).citation(language()),
        "groups": by_goal(branches(tree, language(), viewer.day)),
        "draft": draft,
        "mine": mine,
        "lacks": lack_lines(lacking),
    }
    return render(request, "steering/programme.html", context)


@needs(Capability.STEERING_NATIONAL)
def programme_new(request: ViewerRequest) -> HttpResponse:
    """Drawing up a programme."""
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.draft(form.content(), actor=request.viewer, token=form.cleaned_data["token"]),
        done=_("The draft was made. Add its goals."),
        onward=lambda made: reverse("steering:programme", args=[made.pk]),
        title=_("Draw up a programme"),
        lead=_("A draft is seen by those who prepare it, until it is adopted."),
        button=_("Make the draft"),
        back=reverse("steering:programmes"),
    )


@needs(Capability.STEERING_NATIONAL)
def programme_edit(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Names and period of a draft."""
    viewer = request.viewer
    found = access.own_programme(viewer, programme_id)
    posted = request.method == "POST"
    form = ProgrammeForm(request.POST if posted else None, initial=ProgrammeForm.initial_of(found))
    back = _address(found)
    if posted:
        done = run(
            form,
            lambda: acts.change(
                programme_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The programme was changed."))
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("Change the programme"),
        lead=found.name,
        button=_("Save"),
        back=back,
    )


@needs(Capability.STEERING_NATIONAL)
def adopt(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Marking the programme as adopted by the Government; what is lacking is listed with links."""
    viewer = request.viewer
    found = access.own_programme(viewer, programme_id)
    form = AdoptForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    back = _address(found)
    return saving(
        request,
        form,
        lambda: acts.adopt(
            programme_id,
            form.cleaned_data["on"],
            form.cleaned_data["decision"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The programme has been adopted and is public."),
        template="steering/adopt.html",
        title=_("Mark as adopted"),
        lead=found.name,
        button=_("Mark as adopted"),
        back=back,
        lacks=lack_lines(queries.lacks_of(found)) if found.state == ProgrammeState.DRAFT else [],
    )


def _address(found: NationalProgramme) -> str:
    return reverse("steering:programme", args=[found.pk])
