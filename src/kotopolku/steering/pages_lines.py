"""Pages of one line of the State's programme: what it says, its versions, changing, moving, ending it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import act, run, show_form
from kotopolku.steering import access, wording_programme
from kotopolku.steering.actions import lines as acts
from kotopolku.steering.forms_programme import EndForm, LineFields, MoveForm, NewLineForm, RemoveForm
from kotopolku.steering.models import Line, LineKind, NationalProgramme, ProgrammeState
from kotopolku.steering.pages_shown import shown
from kotopolku.steering.queries import programme as queries
from kotopolku.steering.queries.tied import hanging_on, with_replaced
from kotopolku.steering.rules_programme import UNDER, beneath


def _address(line_id: int) -> str:
    return reverse("steering:line", args=[line_id])


def _name(line: Line) -> str:
    return f"{line.code} {queries.said(line.title, language())[0]}"


@needs(Capability.SIGNED_IN)
@require_GET
def line(request: ViewerRequest, line_id: int) -> HttpResponse:
    """One goal, line or measure with what stands under it and what hangs on it."""
    viewer = request.viewer
    found = access.line(viewer, line_id)
    draft = found.programme.state == ProgrammeState.DRAFT
    mine = access.is_preparer(viewer) and found.programme.organisation_id == viewer.organisation_id
    chain = with_replaced(found.pk)
    context = {
        "line": found,
        "shown": shown(found, language(), viewer.day),
        "texts": [
            (
                code,
                found.title.get(code, ""),
                found.text.get(code, ""),
                wording_programme.LANGUAGE_NAMES[code],
            )
            for code in ("fi", "sv", "en")
        ],
        "above": [(one, _name(one)) for one in queries.above(viewer, found)],
        "parts": [shown(one, language(), viewer.day) for one in queries.parts_of(viewer, found)],
        "hangs": hanging_on(viewer, chain),
        "replaces": [(one, _name(one)) for one in access.lines(viewer).filter(pk__in=chain[1:])],
        "follower": _name(found.replaced_by) if found.replaced_by else "",
        "draft": draft,
        "mine": mine,
        "can_end": mine and not draft and not found.ended_reason,
    }
    return render(request, "steering/line.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def versions(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Everything a line has said, each version with what changed in it."""
    found = access.line(request.viewer, line_id)
    rows = queries.versions(found)
    sides = [{"title": one.title, "text": one.text, "facts": one.facts} for one in rows]
    context = {
        "line": found,
        "name": _name(found),
        "versions": [
            (
                one,
                wording_programme.changes(sides[number + 1], sides[number]) if number + 1 < len(rows) else [],
            )
            for number, one in enumerate(rows)
        ],
        "first": rows[-1] if rows else None,
    }
    return render(request, "steering/line_versions.html", context)


@needs(Capability.STEERING_NATIONAL)
def line_new(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Adding a goal, a line or a measure."""
    viewer = request.viewer
    of = access.own_programme(viewer, programme_id)
    tree = queries.tree(viewer, of)
    under = request.GET.get("under", "")
    parents = [(str(one.line.pk), _indented(one)) for one in tree if one.line.kind in UNDER[LineKind.LINE]]
    first = {
        "parent": under,
        "kind": LineKind.LINE if under else LineKind.GOAL,
        "first_day": of.days.lower,
        "last_day": of.last_day,
    }
    form = NewLineForm(
        parents,
        of.state == ProgrammeState.ADOPTED,
        queries.answering(viewer.day),
        queries.indicator_choices(),
        request.POST if request.method == "POST" else None,
        initial=first,
    )
    back = reverse("steering:programme", args=[of.pk])
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.add_line(
                programme_id,
                form.cleaned_data["kind"],
                form.parent_id,
                form.content(),
                form.why,
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("%(code)s was added.") % {"code": made.code})
            return redirect(f"{back}#line-{made.pk}")
    return show_form(
        request,
        form,
        template="steering/line_form.html",
        title=_("Add to the programme"),
        lead=of.name,
        button=_("Add"),
        back=back,
    )


@needs(Capability.STEERING_NATIONAL)
def line_edit(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Changing what a line says; after adoption with a reason, and what hangs on it is shown."""
    viewer = request.viewer
    found = _own(request, line_id)
    form = LineFields(
        found.programme.state == ProgrammeState.ADOPTED,
        queries.answering(viewer.day, [found.answers_id] if found.answers_id else []),
        queries.indicator_choices(),
        request.POST if request.method == "POST" else None,
        initial=LineFields.initial_of(found),
    )
    back = _address(line_id)
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.change_line(
                line_id, form.content(), form.why, actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("%(code)s was changed.") % {"code": done.code})
            return redirect(back)
    return show_form(
        request,
        form,
        template="steering/line_form.html",
        title=_("Change %(code)s") % {"code": found.code},
        lead=found.programme.name,
        button=_("Save"),
        back=back,
        hangs=hanging_on(viewer, with_replaced(found.pk)),
    )


@needs(Capability.STEERING_NATIONAL)
def line_move(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Putting a line under another, or at another place among its own."""
    viewer = request.viewer
    found = _own(request, line_id)
    tree = queries.tree(viewer, found.programme)
    below = {found.pk, *beneath([queries.node(one.line) for one in tree], found.pk)}
    parents = [
        (str(one.line.pk), _indented(one))
        for one in tree
        if one.line.kind in UNDER[LineKind.LINE] and one.line.pk not in below
    ]
    siblings = [one.line.pk for one in tree if one.line.parent_id == found.parent_id]
    first = {
        "version": found.version,
        "parent": str(found.parent_id or ""),
        "place": siblings.index(found.pk) + 1,
    }
    adopted = found.programme.state == ProgrammeState.ADOPTED
    posted = request.method == "POST"
    form = MoveForm(adopted, parents, request.POST if posted else None, initial=first)
    back = reverse("steering:programme", args=[found.programme_id])
    if posted:
        done = run(
            form,
            lambda: acts.move_line(
                line_id,
                form.parent_id,
                form.cleaned_data["place"],
                form.cleaned_data.get("reason", ""),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("%(code)s was moved.") % {"code": done.code})
            return redirect(f"{back}#line-{done.pk}")
    return show_form(
        request,
        form,
        title=_("Move %(code)s") % {"code": found.code},
        lead=_("What stands under it moves with it. Its number stays; change it afterwards if need be."),
        button=_("Move"),
        back=back,
    )


@needs(Capability.STEERING_NATIONAL)
@require_POST
def line_up(request: ViewerRequest, line_id: int) -> HttpResponse:
    """One place up in a draft."""
    return _step(request, line_id, -1)


@needs(Capability.STEERING_NATIONAL)
@require_POST
def line_down(request: ViewerRequest, line_id: int) -> HttpResponse:
    """One place down in a draft."""
    return _step(request, line_id, 1)


def _step(request: ViewerRequest, line_id: int, step: int) -> HttpResponse:
    found = _own(request, line_id)
    back = f"{reverse('steering:programme', args=[found.programme_id])}#line-{line_id}"
    moved = _("%(code)s was moved.") % {"code": found.code}
    return act(request, lambda: acts.step_line(line_id, step, actor=request.viewer), moved, back)


@needs(Capability.STEERING_NATIONAL)
def line_remove(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Taking a line out of a draft; what hangs on it is shown first."""
    viewer = request.viewer
    found = _own(request, line_id)
    form = RemoveForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.remove_line(line_id, actor=viewer, expected_version=form.expected_version),
        )
        if done is not None:
            messages.success(request, _("%(code)s was removed.") % {"code": found.code})
            return redirect("steering:programme", done.pk)
    return _with_hanging(
        request,
        form,
        found,
        title=_("Remove %(code)s") % {"code": found.code},
        lead=_("It is taken out of the draft with its versions."),
        button=_("Remove"),
    )


@needs(Capability.STEERING_NATIONAL)
def line_end(request: ViewerRequest, line_id: int) -> HttpResponse:
    """Ending a line of an adopted programme, perhaps with another in its place; what hangs on it is shown first."""
    viewer = request.viewer
    found = _own(request, line_id)
    followers = [
        (str(one.pk), f"{one.programme.name}: {_name(one)}") for one in queries.followers(viewer, found)
    ]
    posted = request.method == "POST"
    form = EndForm(followers, request.POST if posted else None, initial={"version": found.version})
    if posted:
        done = run(form, lambda: _end(form, line_id, request))
        if done is not None:
            messages.success(request, _("%(code)s was ended.") % {"code": done.code})
            return redirect(_address(line_id))
    return _with_hanging(
        request,
        form,
        found,
        title=_("End %(code)s") % {"code": found.code},
        lead=_("What hangs on it stays tied to it, and is shown under the line that comes in its place."),
        button=_("End the line"),
    )


def _end(form: EndForm, line_id: int, request: ViewerRequest) -> Line:
    typed = form.cleaned_data
    return acts.end_line(
        line_id,
        typed["last_day"],
        typed["reason"],
        int(typed["replaced_by"]) if typed["replaced_by"] else None,
        actor=request.viewer,
        expected_version=form.expected_version,
    )


def _with_hanging(
    request: ViewerRequest, form: VersionForm, found: Line, *, title: str, lead: str, button: str
) -> HttpResponse:
    viewer = request.viewer
    return show_form(
        request,
        form,
        template="steering/line_end.html",
        title=title,
        lead=lead,
        button=button,
        back=_address(found.pk),
        danger=True,
        hangs=hanging_on(viewer, with_replaced(found.pk)),
        parts=[shown(one, language(), viewer.day) for one in queries.parts_of(viewer, found)],
    )


def _own(request: ViewerRequest, line_id: int) -> Line:
    """A line of the viewer's own programme, to be shown in a form."""
    found = access.line(request.viewer, line_id)
    of: NationalProgramme = access.own_programme(request.viewer, found.programme_id)
    found.programme = of
    return found


def _indented(branch: queries.Branch) -> str:
    return f"{'– ' * branch.depth}{_name(branch.line)}"
