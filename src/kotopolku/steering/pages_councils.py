"""Pages between a municipal programme and the councils: the list, one programme, statements, sending, decisions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.pages import pager, run, saving, show_form
from kotopolku.steering import access_councils, access_municipal
from kotopolku.steering import council_rules as rules
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.actions import councils as acts
from kotopolku.steering.forms_councils import (
    CouncilsFilter,
    DecisionForm,
    ReasonForm,
    SendForm,
    StatementsForm,
    WithoutForm,
)
from kotopolku.steering.models import MunicipalProgramme, MunicipalState
from kotopolku.steering.queries import councils as queries
from kotopolku.steering.queries import programme_content


def address(programme_id: int) -> str:
    return reverse("steering:council-programme", args=[programme_id])


def posted(request: ViewerRequest) -> Any:
    return request.POST if request.method == "POST" else None


@needs(Capability.SIGNED_IN)
@require_GET
def listed(request: ViewerRequest) -> HttpResponse:
    """Programmes before the councils and in force, the nearest review first."""
    viewer = request.viewer
    form = CouncilsFilter(request.GET)
    rows = queries.listed(viewer, *form.wanted())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filters": form, "rows": page.object_list, "number": len(rows), "page": pager(page)}
    return render(request, "steering/councils.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def programme(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """One programme's councils, hearings, reviews, versions and publication, with what can be done next."""
    viewer = request.viewer
    found = access_municipal.programme(viewer, programme_id)
    lacks = []
    box = queries.box(viewer, found)
    if box.leads and box.is_draft:
        lacks = [wording.warning(one) for one in rules.warnings(programme_content.readiness(viewer, found))]
    versions = [
        (one, wording.version_words(one.number, one.stage, one.made_at))
        for one in access_councils.versions(viewer, found)[:5]
    ]
    context = {
        "programme": found,
        "councils": box,
        "lacks": lacks,
        "replaces": access_municipal.programmes(viewer).filter(pk=found.replaces_id or 0).first(),
        "versions": versions,
        "reviews": found.reviews.select_related("made_by").order_by("-on", "-pk"),
    }
    return render(request, "steering/council_programme.html", context)


@needs(Capability.PROGRAMME_KEEP)
def statements(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Sends the chosen sections for statements: drafts a hearing and goes there."""
    viewer = request.viewer
    found = access_municipal.own_programme(viewer, programme_id)
    wanted = found.languages[0] if found.languages else language()
    sections = programme_content.sections_for_statements(found, wanted)
    form = StatementsForm(
        [(code, wording.LANGUAGES[code]) for code in found.languages],
        sections,
        posted(request),
        initial={"version": found.version, "language": wanted, "sections": [key for key, _title in sections]},
    )
    return saving(
        request,
        form,
        lambda: acts.send_for_statements(
            programme_id,
            form.cleaned_data["language"],
            form.cleaned_data["sections"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("A draft of a hearing was made. Choose whom it asks, then open it."),
        onward=lambda made: reverse("cooperation:hearing", args=[made.pk]),
        title=_("Send for statements"),
        lead=found.name,
        button=_("Make a hearing"),
        back=address(programme_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def send(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Asks the councils, after a look at what is lacking."""
    viewer = request.viewer
    found = access_municipal.own_programme(viewer, programme_id)
    lacks = [wording.warning(one) for one in rules.warnings(programme_content.readiness(viewer, found))]
    form = SendForm(bool(lacks), posted(request), initial={"version": found.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.send(programme_id, form.why, actor=viewer, expected_version=form.expected_version),
        )
        if done is not None:
            messages.success(
                request, _("The councils have been asked. The text cannot be changed meanwhile.")
            )
            return redirect(address(programme_id))
    box = queries.box(viewer, found)
    return show_form(
        request,
        form,
        template="steering/council_send.html",
        title=_("Send to the councils"),
        lead=found.name,
        button=_("Send to the councils"),
        back=address(programme_id),
        lacks=lacks,
        asked=[row.name for row in box.rows if not row.over],
    )


def reasoned(
    request: ViewerRequest,
    found: MunicipalProgramme,
    act: Callable[[str, int], Any],
    *,
    title: str,
    button: str,
    done: str,
    lead: str = "",
    version: int | None = None,
    danger: bool = False,
) -> HttpResponse:
    """A page whose act needs a reason; ``act`` takes the reason and the version that was shown."""
    form = ReasonForm(posted(request), initial={"version": found.version if version is None else version})
    return saving(
        request,
        form,
        lambda: act(form.cleaned_data["reason"], form.expected_version),
        done=done,
        title=title,
        lead=lead or found.name,
        button=button,
        back=address(found.pk),
        danger=danger,
    )


@needs(Capability.PROGRAMME_KEEP)
def take_back(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Takes a programme back from the councils."""
    viewer = request.viewer
    return reasoned(
        request,
        access_municipal.own_programme(viewer, programme_id),
        lambda reason, version: acts.take_back(programme_id, reason, actor=viewer, expected_version=version),
        title=_("Take back to be drawn up"),
        lead=_("The councils are not waited for any more. They are asked anew when the text is sent again."),
        button=_("Take back"),
        done=_("The programme is being drawn up again."),
    )


@needs(Capability.PROGRAMME_KEEP)
def decision(request: ViewerRequest, programme_id: int, municipality_id: int) -> HttpResponse:
    """Records or corrects what a council decided."""
    viewer = request.viewer
    seat = access_councils.seat(viewer, programme_id, municipality_id)
    of = seat.municipality
    corrects = of.state in rules.DECISIONS
    initial: dict[str, Any] = {"version": of.version}
    if corrects:
        initial |= {
            "state": of.state,
            "decided_on": of.decided_on,
            "section_number": of.section_number,
            "note": of.note,
        }
    form = DecisionForm(seat.own, corrects, posted(request), initial=initial)
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.decide(
                programme_id,
                municipality_id,
                form.decision(),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            _say_outcome(request, seat.programme)
            return redirect(address(programme_id))
    name = of.organisation.name
    return show_form(
        request,
        form,
        title=_("Correct the council's decision") if corrects else _("Record the council's decision"),
        lead=f"{name} · {seat.programme.name}",
        button=_("Save"),
        back=address(programme_id),
    )


def _say_outcome(request: ViewerRequest, before: MunicipalProgramme) -> None:
    """What the decision made of the whole: approved, or who is waited for; and whether it is public any more."""
    found = access_municipal.programme(request.viewer, before.pk)
    if before.published_at and not found.published_at:
        words = _("The public page was taken away, for only an approved programme is public.")
        messages.warning(request, words)
    for words in queries.box(request.viewer, found).summary:
        if found.state == MunicipalState.APPROVED:
            messages.success(request, words)
        else:
            messages.info(request, words)


@needs(Capability.PROGRAMME_KEEP)
def without(request: ViewerRequest, programme_id: int, municipality_id: int) -> HttpResponse:
    """Goes on without a municipality whose council did not approve."""
    viewer = request.viewer
    seat = access_councils.led_seat(viewer, programme_id, municipality_id)
    form = WithoutForm(posted(request), initial={"version": seat.municipality.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.go_on_without(
                programme_id,
                municipality_id,
                form.cleaned_data["reason"],
                ask_others_anew=form.anew,
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            _say_outcome(request, seat.programme)
            return redirect(address(programme_id))
    return show_form(
        request,
        form,
        title=_("Go on without %(name)s") % {"name": seat.municipality.organisation.name},
        lead=_("The municipality leaves the programme; what it did stays to be read."),
        button=_("Go on without it"),
        back=address(programme_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def again(request: ViewerRequest, programme_id: int, municipality_id: int) -> HttpResponse:
    """Asks a council once more about the same text."""
    viewer = request.viewer
    seat = access_councils.led_seat(viewer, programme_id, municipality_id)
    return reasoned(
        request,
        seat.programme,
        lambda reason, version: acts.ask_again(
            programme_id, municipality_id, reason, actor=viewer, expected_version=version
        ),
        title=_("Ask the council again: %(name)s") % {"name": seat.municipality.organisation.name},
        button=_("Ask again"),
        done=_("The council has been asked again."),
        version=seat.municipality.version,
    )
