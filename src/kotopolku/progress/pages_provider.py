"""A training provider's pages: its participants of a month, their hours, a file of them looked at before it is written.

Nothing of a participant is here but name, course and days (681/2023 §94).
"""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.progress import actions, files, queries
from kotopolku.progress.actions.attendance import Reported, check_rows
from kotopolku.progress.forms import ParticipantForm, UploadForm, parse_month
from kotopolku.progress.rules import Attendance, first_of, months_back

MONTHS = 6
"""So many months can be chosen on the page; a file may hold any."""
PARTICIPANTS = 40
"""Participants on one page; more are reported by file, or on the next page."""
WAITING = "kotopolku.progress.file"
"""Salt of the signed rows that wait for the person's word."""
FIELDS = ("hours_planned", "hours_attended", "hours_absent", "longest_absence", "last_attended_on")


def _month(request: ViewerRequest) -> date:
    """The month of the address; else the last whole one."""
    before = months_back(first_of(request.viewer.day), 2)[-1]
    try:
        month = parse_month(request.GET.get("month", ""))
    except ValueError:
        return before
    return month if month <= request.viewer.day else before


@needs(Capability.ATTENDANCE_REPORT)
def attendance(request: ViewerRequest) -> HttpResponse:
    """Hours of a month, participant by participant."""
    viewer, month = request.viewer, _month(request)
    everybody = actions.show_participants(actor=viewer)
    page = _page(request, len(everybody))
    shown = everybody[(page["number"] - 1) * PARTICIPANTS : page["number"] * PARTICIPANTS]
    stored = queries.reported(viewer, month)
    forms = [
        ParticipantForm(
            request.POST or None,
            prefix=f"m{one.measure_id}",
            initial={name: getattr(stored[one.measure_id], name) for name in FIELDS}
            if one.measure_id in stored
            else None,
        )
        for one in shown
    ]
    if request.method == "POST":
        done = _send(request, month, list(zip(shown, forms, strict=True)))
        if done is not None:
            messages.success(request, _reported_words(done))
            return redirect(f"{reverse('progress:attendance')}?month={month:%Y-%m}&page={page['number']}")
    context = {
        "rows": list(zip(shown, forms, strict=True)),
        "forms": forms,
        "form": next((form for form in forms if form.errors), None),
        "month": month,
        "months": months_back(first_of(viewer.day), MONTHS),
        "reported": sum(one.measure_id in stored for one in everybody),
        "number": len(everybody),
        "token": uuid.uuid4(),
        "page": page,
        "upload": UploadForm(),
    }
    return render(request, "progress/attendance.html", context, status=422 if context["form"] else 200)


def _page(request: ViewerRequest, number: int) -> dict[str, Any]:
    text = request.GET.get("page", "1")
    last = max(1, -(-number // PARTICIPANTS))
    page = min(max(int(text), 1), last) if text.isdecimal() and len(text) < 6 else 1
    return {
        "number": page,
        "has_previous": page > 1,
        "has_next": page < last,
        "previous_number": page - 1,
        "next_number": page + 1,
    }


def _send(
    request: ViewerRequest, month: date, lines: list[tuple[queries.Participant, ParticipantForm]]
) -> Reported | None:
    """Reports the lines that were filled in; None when something needs mending, said at its field."""
    filled = [(one, form) for one, form in lines if form.has_changed()]
    sound = [form.is_valid() for _one, form in lines]
    if not all(sound):
        return None
    if not filled:
        return Reported()
    rows = [form.row(one.measure_id, month) for one, form in filled]
    try:
        return actions.report_attendance(rows, actor=request.viewer, token=_token(request))
    except Refusals as refusals:
        for refusal in refusals.refusals:
            _rows, place, name = refusal.field.split("-", 2)
            form = filled[int(place)][1]
            error = ValidationError(refusal_text(refusal), code=refusal.code)
            form.add_error(name if name in form.fields else None, error)
        return None


def _token(request: ViewerRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def _reported_words(done: Reported) -> str:
    if not done.rows:
        return _("Nothing had been changed, so nothing was reported.")
    words = ngettext("%(count)d month was reported.", "%(count)d months were reported.", done.rows) % {
        "count": done.rows
    }
    if not done.to_hear:
        return words
    more = ngettext(
        "For %(count)d participant the absence was so long that the authority hears the client.",
        "For %(count)d participants the absence was so long that the authority hears the client.",
        done.to_hear,
    )
    return f"{words} {more % {'count': done.to_hear}}"


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def form_file(request: ViewerRequest) -> HttpResponse:
    """The form of a month with the participants in it, as CSV."""
    month = _month(request)
    found = actions.show_participants(actor=request.viewer)
    content = files.template(found, month, (get_language() or "fi")[:2])
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="kotopolku-{month:%Y-%m}.csv"'},
    )


@needs(Capability.ATTENDANCE_REPORT)
@require_POST
def upload(request: ViewerRequest) -> HttpResponse:
    """A file read and shown row by row; nothing is written yet."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, form)
    sent = form.cleaned_data["file"]
    try:
        if sent.size > files.MOST_BYTES:
            raise files.FileRefused(
                _("The file is larger than 2 MB. Send the participants in several files.")
            )
        rows = files.read(sent.read(), sent.name)
    except files.FileRefused as refused:
        form.add_error("file", ValidationError(refused.message, code="file"))
        return _file_page(request, form)
    sound = [row for row in rows if row.row is not None]
    for refusal in check_rows([row.row for row in sound if row.row], request.viewer):
        _rows, place, name = refusal.field.split("-", 2)
        sound[int(place)].problems.append((_header(name), refusal_text(refusal)))
    good = [row.row for row in sound if row.row is not None and not row.problems]
    bad = [row for row in rows if row.problems]
    context = {
        "good": good,
        "bad": bad,
        "number": len(rows),
        "waiting": signing.dumps(files.to_json(good), salt=WAITING, compress=True) if good else "",
        "token": uuid.uuid4(),
    }
    return render(request, "progress/attendance_file.html", context)


def _header(column: str) -> str:
    """A column's name in the page's language, as in the form that is downloaded."""
    language = (get_language() or "fi")[:2]
    names = files.COLUMNS.get(column, (column,) * 3)
    return names[files.LANGUAGES.index(language) if language in files.LANGUAGES else 0]


def _file_page(request: ViewerRequest, form: UploadForm) -> HttpResponse:
    return render(request, "progress/attendance_upload.html", {"form": form}, status=422)


@needs(Capability.ATTENDANCE_REPORT)
@require_POST
def confirm(request: ViewerRequest) -> HttpResponse:
    """The sound rows of the file that was shown are written, all of them or none."""
    try:
        stored = signing.loads(request.POST.get("waiting", ""), salt=WAITING, max_age=24 * 60 * 60)
        rows: list[Attendance] = files.from_json(stored)
    except signing.BadSignature:
        messages.error(request, _("The rows that waited are no longer there. Send the file again."))
        return redirect("progress:attendance")
    try:
        done = actions.report_attendance(rows, actor=request.viewer, token=_token(request))
    except Refusals as refusals:
        messages.error(request, _first(refusals.refusals))
        return redirect("progress:attendance")
    messages.success(request, _reported_words(done))
    return redirect("progress:attendance")


def _first(refusals: tuple[Refusal, ...]) -> str:
    text = _("Nothing was written, as something has changed since the file was read: %(why)s")
    return text % {"why": refusal_text(refusals[0])}
