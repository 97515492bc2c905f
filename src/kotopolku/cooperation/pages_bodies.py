"""Pages of bodies of cooperation: the list, one body with its term and composition; founding, terms, what is to be seen to.

Not for: seats and who sits on them (``pages_seats.py``).
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.exports import harmless
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions import bodies as acts
from kotopolku.cooperation.forms_bodies import BodyFilter, BodyForm, EndForm, OnForm, TermForm
from kotopolku.cooperation.models import Body, BodyKind, BodyTerm, SeatHolder
from kotopolku.cooperation.queries import bodies as queries
from kotopolku.cooperation.queries import body_seats, minutes_archive
from kotopolku.cooperation.queries import meetings as meeting_queries
from kotopolku.cooperation.rules_bodies import KEEPERS, basis, longest_last_day
from kotopolku.cooperation.sectors import sector_title
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import page_language
from kotopolku.cooperation.wording_guidelines import said, said_in
from kotopolku.placement.pages import act, run, saving, show_form
from kotopolku.reference import queries as reference
from kotopolku.reference.models import Municipality

AREA_KINDS = ("ely", "evk", "employment_area", "wellbeing_area")


def _address(body_id: int) -> str:
    return reverse("cooperation:body", args=[body_id])


@needs(Capability.SIGNED_IN)
@require_GET
def bodies(request: ViewerRequest) -> HttpResponse:
    """Bodies of the whole country, with the term of the day and how many seats are vacant."""
    viewer = request.viewer
    keeps = viewer.may(Capability.BODY_KEEP)
    form = BodyFilter(request.GET)
    box = "own" if keeps and request.GET.get("box") == "own" else ""
    context = paged(request, queries.bodies(viewer, form.wanted(box)), queries.PAGE_SIZE)
    context |= {
        "lines": queries.listed(viewer, list(context["rows"])),
        "filters": form,
        "box": box,
        "boxes": [("", _("All")), *([("own", _("Kept by us"))] if keeps else [])],
        "keeps": keeps,
        "to_watch": len(queries.watched(viewer)) if keeps else 0,
        "mine": len(queries.my_seats(viewer)),
        "left_behind": access.left_behind(viewer),
    }
    return render(request, "cooperation/bodies.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def mine(request: ViewerRequest) -> HttpResponse:
    """The viewer's own seats as a person, and what has been declared."""
    past = bool(request.GET.get("past"))
    context = {"rows": queries.my_seats(request.viewer, past=past), "past": past}
    return render(request, "cooperation/body_mine.html", context)


@needs(Capability.BODY_KEEP)
@require_GET
def watch(request: ViewerRequest) -> HttpResponse:
    """Terms that end and seats that are vacant, of the own bodies, the nearest day first."""
    return render(request, "cooperation/body_watch.html", {"rows": queries.watched(request.viewer)})


@needs(Capability.SIGNED_IN)
@require_GET
def body(request: ViewerRequest, body_id: int) -> HttpResponse:
    """One body: what it is for and on what it stands, its terms, and who sits in the term of the day."""
    found = access.body(request.viewer, body_id)
    terms = queries.terms_of(request.viewer, found)
    return _show(request, found, terms, queries.term_shown(terms, request.viewer.day))


@needs(Capability.SIGNED_IN)
@require_GET
def term(request: ViewerRequest, term_id: int) -> HttpResponse:
    """The same page for another term of the body."""
    found = access.term(request.viewer, term_id)
    return _show(request, found.body, queries.terms_of(request.viewer, found.body), found)


def day_shown(term: BodyTerm, asked: date | None, today: date) -> date:
    """The day asked for, or today, moved into the term."""
    first, last = body_seats.term_days(term)
    return min(max(asked or today, first), last)


def _show(request: ViewerRequest, found: Body, terms: list[BodyTerm], shown: BodyTerm | None) -> HttpResponse:
    viewer = request.viewer
    form = OnForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    keeps = access.keeps(viewer, found)
    context: dict[str, Any] = {
        "body": found,
        "purpose": (said(found.purpose), said_in(found.purpose)),
        "area": _area(found, viewer.day),
        "terms": terms,
        "shown": shown,
        "basis": basis(found.kind, shown.days.lower if shown else found.founded_on),
        "keeps": keeps,
        "on_form": form,
        "meetings": meeting_queries.of_body(viewer, found),
        "minutes": minutes_archive.of_body(viewer, found.pk),
        "may_plan": keeps and any(viewer.day in one.days for one in terms),
    }
    if shown is not None:
        on = day_shown(shown, asked, viewer.day)
        earlier = [one for one in terms if one.days.lower < shown.days.lower]
        seen = body_seats.composition(viewer, shown, on)
        context |= {
            "on": on,
            "asked": asked,
            "seen": seen,
            "copy_from": earlier[0] if keeps and earlier and not seen.lines else None,
            "can_remove_term": keeps and not seen.lines,
        }
    return render(request, "cooperation/body.html", context)


def _area(found: Body, on: date) -> str:
    names = {one.code: one.name() for one in reference.municipalities_on(on)}
    for code in found.municipalities:
        known = reference.municipality_by_code(code)
        names.setdefault(code, known.name() if known else code)
    return ", ".join(names[code] for code in found.municipalities)


@needs(Capability.SIGNED_IN)
@require_GET
def composition_csv(request: ViewerRequest, term_id: int) -> HttpResponse:
    """The composition of a term on a day as CSV, without addresses."""
    viewer = request.viewer
    found = access.term(viewer, term_id)
    form = OnForm(request.GET)
    on = day_shown(found, form.cleaned_data.get("on") if form.is_valid() else None, viewer.day)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = [_("Role in the body"), _("Sector"), _("Represents"), _("Member"), _("Title"), _("First day")]
    heads += [_("Last day"), _("Personal deputy"), _("Title"), _("Vacant since")]
    writer.writerow(heads)
    for line in body_seats.composition(viewer, found, on).lines:
        seat = line.seat
        represents = seat.organisation.name if seat.organisation else seat.represents
        row = [seat.get_role_display(), sector_title(seat.sector), represents]
        row += [*_person(line.member, days=True), *_person(line.deputy), _day(line.vacant_since)]
        writer.writerow([harmless(str(cell)) for cell in row])
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="kotopolku-body-{found.body_id}-{on.isoformat()}.csv"'
        },
    )


def _person(one: SeatHolder | None, days: bool = False) -> list[str]:
    if one is None:
        return [""] * (4 if days else 2)
    return [one.name, one.title, *([_day(one.days.lower), _day(one.last_day)] if days else [])]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


# Keeping --------------------------------------------------------------------------------------------------------------


def _kinds(viewer: Viewer) -> list[str]:
    """Kinds of bodies that the viewer's organisation may appoint."""
    kind = viewer.seat.organisation_kind if viewer.seat else ""
    return [one for one in BodyKind.values if kind in KEEPERS.get(one, (kind,))]


def _municipalities(organisation_id: int | None, on: date) -> Iterable[Municipality]:
    """What a body's area can be chosen from: the municipalities of its keeper's area."""
    keeper = Organisation.objects.filter(pk=organisation_id or 0).first()
    if keeper is None or keeper.area_kind not in AREA_KINDS:
        return []
    last = keeper.last_day
    return reference.municipalities_in(keeper.area_kind, keeper.area_code, min(on, last) if last else on)


@needs(Capability.BODY_KEEP)
def new(request: ViewerRequest) -> HttpResponse:
    """A body of the own organisation."""
    viewer = request.viewer
    area = _municipalities(viewer.organisation_id, viewer.day)
    form = BodyForm(_kinds(viewer), area, request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.found(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The body was founded. Appoint it for a term next."),
        onward=lambda made: _address(made.pk),
        template="cooperation/body_form.html",
        title=_("New body of cooperation"),
        lead=_("Everybody in the shared space reads it. Only your organisation changes it."),
        button=_("Save"),
        back=reverse("cooperation:bodies"),
    )


@needs(Capability.BODY_KEEP)
def edit(request: ViewerRequest, body_id: int) -> HttpResponse:
    """Names, purpose, area and quorum; two who change them at once are told."""
    viewer = request.viewer
    found = access.own_body(viewer, body_id)
    form = BodyForm(
        None,
        _municipalities(found.organisation_id, viewer.day),
        request.POST if request.method == "POST" else None,
        initial=BodyForm.initial_of(found),
    )
    return saving(
        request,
        form,
        lambda: acts.change(
            body_id, form.content(found), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The body was changed."),
        template="cooperation/body_form.html",
        title=_("Change the body"),
        lead=found.name,
        button=_("Save"),
        back=_address(body_id),
    )


@needs(Capability.BODY_KEEP)
def end(request: ViewerRequest, body_id: int) -> HttpResponse:
    """Ending a body: its history stays."""
    viewer = request.viewer
    found = access.own_body(viewer, body_id)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"on": viewer.day, "version": found.version},
    )
    return saving(
        request,
        form,
        lambda: acts.end(
            body_id, form.cleaned_data["on"], actor=viewer, expected_version=form.expected_version
        ),
        done=_("The body has a last day now. Its history stays."),
        title=_("End the body"),
        lead=_("%(name)s: the term that goes on, and those who sit in it, end the same day.")
        % {"name": found.name},
        button=_("End the body"),
        back=_address(body_id),
        danger=True,
    )


def _last_day(form: TermForm, kind: str) -> date:
    """The last day when it was left empty: as long as the rule says."""
    first = form.cleaned_data["first_on"]
    return longest_last_day(kind, first) or first


@needs(Capability.BODY_KEEP)
def term_new(request: ViewerRequest, body_id: int) -> HttpResponse:
    """A term; at first the day after the last one, as long as the rule says."""
    viewer = request.viewer
    found = access.own_body(viewer, body_id)
    last = found.terms.order_by("-days").first()
    first = last.days.upper if last is not None and last.days.upper else clock.today()
    form = TermForm(
        request.POST if request.method == "POST" else None,
        initial={
            "first_on": first,
            "last_on": longest_last_day(found.kind, first),
            "appointed_on": clock.today(),
        },
    )
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.appoint(
                body_id,
                form.content(_last_day(form, found.kind)),
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(request, _("The term was added. Add its seats next."))
            return redirect("cooperation:term", made.pk)
    return _show_term(request, form, found, _("New term of office"), _address(body_id))


@needs(Capability.BODY_KEEP)
def term_edit(request: ViewerRequest, term_id: int) -> HttpResponse:
    """A term's days and decision."""
    viewer = request.viewer
    found = access.own_term(viewer, term_id)
    form = TermForm(request.POST if request.method == "POST" else None, initial=TermForm.initial_of(found))
    back = reverse("cooperation:term", args=[term_id])
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.change_term(
                term_id,
                form.content(_last_day(form, found.body.kind)),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The term was changed."))
            return redirect(back)
    return _show_term(request, form, found.body, _("Change the term of office"), back)


def _show_term(request: ViewerRequest, form: TermForm, of: Body, title: str, back: str) -> HttpResponse:
    first = form["first_on"].value()
    stands_on = basis(of.kind, first if isinstance(first, date) else clock.today())
    return show_form(
        request,
        form,
        template="cooperation/body_term_form.html",
        title=title,
        lead=of.name,
        button=_("Save"),
        back=back,
        basis=stands_on,
        rule_text=stands_on.rule.texts[page_language()] if stands_on.rule else "",
    )


@needs(Capability.BODY_KEEP)
@require_POST
def term_remove(request: ViewerRequest, term_id: int) -> HttpResponse:
    """Removes a term in which nobody has been named."""
    found = access.own_term(request.viewer, term_id)
    return act(
        request,
        lambda: acts.remove_term(term_id, actor=request.viewer),
        _("The term was removed."),
        _address(found.body_id),
    )
