"""Pages of seats in bodies: adding and changing them, naming members and deputies, leaving, interests, copying, calling.

Not for: the body itself and its terms (``pages_bodies.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions import body_mail
from kotopolku.cooperation.actions import seats as acts
from kotopolku.cooperation.forms_bodies import (
    CallForm,
    CopyForm,
    CorrectForm,
    HolderForm,
    InterestsForm,
    LeaveForm,
    SeatForm,
)
from kotopolku.cooperation.models import BodySeat, Part
from kotopolku.cooperation.pages_bodies import day_shown
from kotopolku.cooperation.queries import bodies as body_queries
from kotopolku.cooperation.queries import body_seats as queries
from kotopolku.cooperation.rules_bodies import WITH_DEPUTY, sitting
from kotopolku.cooperation.sectors import sector_title
from kotopolku.placement.pages import act, run, saving, show_form, status_of


def _term_address(term_id: int) -> str:
    return reverse("cooperation:term", args=[term_id])


def _seat_address(seat_id: int) -> str:
    return reverse("cooperation:seat", args=[seat_id])


def _words(seat: BodySeat) -> str:
    """A seat in words: "vice-chair, municipality, City of Vantaa"."""
    whose = seat.organisation.name if seat.organisation else seat.represents
    return ", ".join(
        part for part in (str(seat.get_role_display()), sector_title(seat.sector), whose) if part
    )


@needs(Capability.SIGNED_IN)
@require_GET
def seat(request: ViewerRequest, seat_id: int) -> HttpResponse:
    """One seat and everybody who has had it; addresses and interests to the keeper only."""
    viewer = request.viewer
    found = access.seat(viewer, seat_id)
    rows = queries.history(viewer, found)
    context = {
        "seat": found,
        "words": _words(found),
        "sector": sector_title(found.sector),
        "rows": rows,
        "keeps": access.keeps(viewer, found.term.body),
        "with_deputy": found.role in WITH_DEPUTY,
        "today": viewer.day,
    }
    return render(request, "cooperation/body_seat.html", context)


@needs(Capability.BODY_KEEP)
def new(request: ViewerRequest, term_id: int) -> HttpResponse:
    """A seat in a term."""
    viewer = request.viewer
    term = access.own_term(viewer, term_id)
    form = SeatForm(viewer.day, term.body.organisation_id, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.wants_to_find:
        made = run(
            form,
            lambda: acts.add(term_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            messages.success(request, _("The seat was added. Name who sits on it next."))
            return redirect(_seat_address(made.pk))
    return _show_seat_form(request, form, _("New seat"), term.body.name, _term_address(term_id))


@needs(Capability.BODY_KEEP)
def edit(request: ViewerRequest, seat_id: int) -> HttpResponse:
    """Role, sector and whose seat it is; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_seat(viewer, seat_id)
    form = SeatForm(
        viewer.day,
        found.term.body.organisation_id,
        request.POST if request.method == "POST" else None,
        initial=SeatForm.initial_of(found),
    )
    if request.method == "POST" and not form.wants_to_find:
        done = run(
            form,
            lambda: acts.change(
                seat_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if done is not None:
            messages.success(request, _("The seat was changed."))
            return redirect(_seat_address(seat_id))
    return _show_seat_form(request, form, _("Change the seat"), _words(found), _seat_address(seat_id))


def _show_seat_form(request: ViewerRequest, form: SeatForm, title: str, lead: str, back: str) -> HttpResponse:
    if form.wants_to_find:
        # Only looking for the organisation: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    return show_form(
        request,
        form,
        template="cooperation/body_seat_form.html",
        title=title,
        lead=lead,
        button=_("Save"),
        back=back,
    )


@needs(Capability.BODY_KEEP)
@require_POST
def remove(request: ViewerRequest, seat_id: int) -> HttpResponse:
    """Removes a seat on which nobody has sat."""
    found = access.own_seat(request.viewer, seat_id)
    return act(
        request,
        lambda: acts.remove(seat_id, actor=request.viewer),
        _("The seat was removed."),
        _term_address(found.term_id),
    )


@needs(Capability.BODY_KEEP)
def name(request: ViewerRequest, seat_id: int) -> HttpResponse:
    """Naming a member or, with ``?part=deputy``, a personal deputy; the one before leaves the day before."""
    viewer = request.viewer
    found = access.own_seat(viewer, seat_id)
    part = Part.DEPUTY if request.GET.get("part") == Part.DEPUTY.value else Part.MEMBER
    on = day_shown(found.term, None, viewer.day)
    former = sitting(queries.held_of(found), part, on)
    first, last = queries.term_days(found.term)
    form = HolderForm(
        former.name if former else "",
        request.POST if request.method == "POST" else None,
        initial={"first_on": on if former else max(first, on), "last_on": last, "version": found.version},
    )
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.name(
                seat_id,
                form.content(part.value),
                actor=viewer,
                expected_version=form.expected_version,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            told = _("The person was named and told.") if made.user_id else _("The person was named.")
            messages.success(request, told)
            return redirect(_seat_address(seat_id))
    lead = _words(found)
    if former is not None:
        changes = _("%(name)s sits now, and leaves the day before the first day of the new one.")
        lead = f"{lead}. {changes % {'name': former.name}}"
    return show_form(
        request,
        form,
        title=_("Name the member") if part == Part.MEMBER else _("Name the personal deputy"),
        lead=lead,
        button=_("Name the person"),
        back=_seat_address(seat_id),
    )


@needs(Capability.BODY_KEEP)
def leave(request: ViewerRequest, holder_id: int) -> HttpResponse:
    """The person leaves the seat before the days are over."""
    viewer = request.viewer
    found = access.own_holder(viewer, holder_id)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        initial={"on": viewer.day, "version": found.seat.version},
    )
    return saving(
        request,
        form,
        lambda: acts.leave(
            holder_id,
            form.cleaned_data["on"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The person's last day was saved. The seat's history stays."),
        title=_("Leaves the seat"),
        lead=found.name,
        button=_("Save"),
        back=_seat_address(found.seat_id),
    )


@needs(Capability.BODY_KEEP)
def correct(request: ViewerRequest, holder_id: int) -> HttpResponse:
    """Mending how a name, title or address is written."""
    viewer = request.viewer
    found = access.own_holder(viewer, holder_id)
    form = CorrectForm(
        request.POST if request.method == "POST" else None, initial=CorrectForm.initial_of(found)
    )
    return saving(
        request,
        form,
        lambda: acts.correct(
            holder_id,
            form.cleaned_data["name"],
            form.cleaned_data["title"],
            form.cleaned_data["email"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The person's details were corrected."),
        title=_("Correct the details"),
        lead=_("A new person on the seat is named, not written over the old one."),
        button=_("Save"),
        back=_seat_address(found.seat_id),
    )


@needs(Capability.SIGNED_IN)
def interests(request: ViewerRequest, holder_id: int) -> HttpResponse:
    """Declared ties: the holder's own, or those told to the keeper."""
    viewer = request.viewer
    found = access.declaring(viewer, holder_id)
    own = found.user_id is not None and found.user_id == viewer.user_id
    back = reverse("cooperation:body-mine") if own else _seat_address(found.seat_id)
    form = InterestsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "interests": found.interests,
            "none": found.interests_on is not None and not found.interests,
            "version": found.seat.version,
        },
    )
    return saving(
        request,
        form,
        lambda: acts.declare(
            holder_id,
            form.cleaned_data["interests"],
            none=form.cleaned_data["none"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The ties were declared."),
        title=_("Declare ties"),
        lead=found.name,
        button=_("Declare"),
        back=back,
    )


@needs(Capability.BODY_KEEP)
def copy(request: ViewerRequest, term_id: int) -> HttpResponse:
    """A draft of the next term from the one before: which seats, and who is named again."""
    viewer = request.viewer
    term = access.own_term(viewer, term_id)
    terms = body_queries.terms_of(viewer, term.body)
    source = next((one for one in terms if one.days.lower < term.days.lower), None)
    if source is None:
        raise NotVisible
    _first, last = queries.term_days(source)
    lines = queries.composition(viewer, source, last).lines
    form = CopyForm(
        [(_words(one.seat), one) for one in lines],
        request.POST if request.method == "POST" else None,
        initial={
            "seats": [str(one.seat.pk) for one in lines],
            "people": [
                str(person.pk) for one in lines for person in (one.member, one.deputy) if person is not None
            ],
        },
    )
    return saving(
        request,
        form,
        lambda: acts.copy(
            term_id,
            source.pk,
            form.chosen("seats"),
            form.chosen("people"),
            form.cleaned_data["decision"],
            actor=viewer,
        ),
        done=_("The seats were copied, and those ticked were named."),
        title=_("Seats from the term before"),
        lead=_(
            "Take away the ticks of seats and people that do not go on. Nothing is saved before you send."
        ),
        button=_("Copy the seats and name the people"),
        back=_term_address(term_id),
    )


@needs(Capability.BODY_KEEP)
def call(request: ViewerRequest, term_id: int) -> HttpResponse:
    """Calling on members or deputies of a day: users are told here, addresses of the others are given to copy."""
    viewer = request.viewer
    term = access.own_term(viewer, term_id)
    form = CallForm(
        request.POST if request.method == "POST" else None,
        initial={"on": day_shown(term, None, clock.today()), "audience": "called"},
    )
    found = None
    if request.method == "POST":
        found = run(
            form,
            lambda: body_mail.call_on(
                term_id,
                form.cleaned_data["on"],
                form.cleaned_data["audience"],
                actor=viewer,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                token=form.cleaned_data["token"],
            ),
        )
    mailed = found is not None and bool(form.cleaned_data["text"].strip())
    context = {"form": form, "term": term, "found": found, "mailed": mailed}
    return render(request, "cooperation/body_call.html", context, status=status_of(form))
