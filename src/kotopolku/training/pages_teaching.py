"""A teaching provider's pages: today, its courses, one session's attendance for the telephone, one student's studies.

Of a student nothing stands here but what 681/2023 §94 lets a provider know (``provider_items``).
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.rules import Refusals
from kotopolku.placement.pages import saving
from kotopolku.training import access, access_teaching, certificate, provider_items
from kotopolku.training.actions import studies as study_actions
from kotopolku.training.actions import teaching as actions
from kotopolku.training.feedback import QUESTIONS
from kotopolku.training.forms_teaching import StudyPlanForm, TestForm, read_marks
from kotopolku.training.models import Course, MarkState
from kotopolku.training.queries import studies as study_queries
from kotopolku.training.queries import teaching as queries

# Lists ----------------------------------------------------------------------------------------------------------------


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def teaching(request: ViewerRequest) -> HttpResponse:
    """Today's sessions, those that nobody has marked, the provider's courses."""
    return render(request, "training/teaching.html", {"found": queries.teaching(request.viewer)})


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def taught(request: ViewerRequest, course_id: int) -> HttpResponse:
    """One course: its sessions around today and its students."""
    viewer = request.viewer
    course = access.taught_course(viewer, course_id)
    students = actions.show_students(course_id, actor=viewer)
    shares = queries.shares(course)
    context = {
        "course": course,
        "sessions": queries.sessions_around(course, viewer.day),
        "students": [(one, shares.get(one.enrolment_id)) for one in students],
        "day": viewer.day,
        "steps": _steps(),
        "here": course.name,
    }
    return render(request, "training/taught.html", context)


def _steps(course: Course | None = None) -> list[tuple[str, str]]:
    """The way back: to the first page of teaching, and to the course."""
    steps = [(_("Teaching"), reverse("training:teaching"))]
    return steps if course is None else [*steps, (course.name, reverse("training:taught", args=[course.pk]))]


# One session ----------------------------------------------------------------------------------------------------------


@needs(Capability.ATTENDANCE_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: ViewerRequest, session_id: int) -> HttpResponse:
    """The list of one session. The form may be sent as often as one likes: it is taken once, and nothing is lost."""
    viewer = request.viewer
    found = access_teaching.taught_session(viewer, session_id)
    students = (
        queries.students_of(found.course_id)
        if request.method == "POST"
        else actions.show_students(found.course_id, actor=viewer)
    )
    sheet = queries.sheet(viewer, session_id, students)
    if request.method != "POST":
        return _session_page(request, sheet)
    marks = read_marks(request.POST, [row.student.enrolment_id for row in sheet.rows])
    if not marks:
        messages.error(request, _("Nothing was chosen, so nothing was saved."))
        return redirect("training:session", session_id)
    try:
        done = actions.mark_session(session_id, marks, actor=viewer, token=_token(request))
    except Refusals as refusals:
        errors = {one.field: refusal_text(one) for one in refusals.refusals}
        return _session_page(request, sheet, errors=errors, typed=request.POST, status=422)
    if done.clashes:
        clashes = {one.mine.enrolment_id: one for one in done.clashes}
        return _session_page(
            request,
            queries.sheet(viewer, session_id, students),
            clashes=clashes,
            status=409,
            saved=done.saved,
        )
    messages.success(request, saved_words(done))
    return redirect("training:session", session_id)


def saved_words(done: actions.Marked) -> str:
    if not done.saved:
        return _("Everything was saved already.")
    return ngettext("%(count)d mark was saved.", "%(count)d marks were saved.", done.saved) % {
        "count": done.saved
    }


def _session_page(
    request: ViewerRequest,
    sheet: queries.Sheet,
    *,
    errors: dict[str, str] | None = None,
    typed: Any = None,
    clashes: dict[int, Any] | None = None,
    status: int = 200,
    saved: int = 0,
) -> HttpResponse:
    errors, clashes = errors or {}, clashes or {}
    rows = []
    for row in sheet.rows:
        key = row.student.enrolment_id
        clash = clashes.get(key)
        chosen = typed.get(f"mark-{key}", "") if typed is not None else row.mark.state if row.mark else ""
        late = typed.get(f"late-{key}", "") if typed is not None else row.mark.late_minutes if row.mark else 0
        if clash is not None:
            chosen, late = clash.mine.state, clash.mine.late_minutes
        rows.append(
            {
                "student": row.student,
                "chosen": chosen,
                "late": late or "",
                "version": row.version,
                "mark": row.mark,
                "error": errors.get(f"mark-{key}", ""),
                "clash": clash,
                "clash_words": str(MarkState(clash.theirs.state).label) if clash is not None else "",
            }
        )
    context = {
        "sheet": sheet,
        "rows": rows,
        "states": MarkState.choices,
        "token": uuid.uuid4(),
        "general": errors.get("", ""),
        "errors": errors,
        "clashes": len(clashes),
        "saved": saved,
        "future": sheet.session.date > request.viewer.day,
        "marked": sum(row.mark is not None for row in sheet.rows),
        "steps": _steps(sheet.session.course),
        "here": _("Attendance"),
        "user_id": request.viewer.user_id,
        "api": f"/api/training/sessions/{sheet.session.pk}/marks",
    }
    return render(request, "training/session.html", context, status=status)


def _token(request: ViewerRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


# One student ----------------------------------------------------------------------------------------------------------


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def student(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    card = study_actions.show_student(enrolment_id, actor=request.viewer)
    names = provider_items.words_of_items()
    context = {
        "card": card,
        "told": [(names[item], text) for item, text in card.told.items() if item != "names"],
        "tests": [(test, provider_items.levels_text(test)) for test in card.tests],
        "steps": _steps(card.enrolment.course),
        "here": _("Student"),
        "finished": card.enrolment.state in study_actions.FINISHED,
        "token": uuid.uuid4(),
    }
    return render(request, "training/student.html", context)


@needs(Capability.ATTENDANCE_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def study_plan(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    viewer = request.viewer
    enrolment = access_teaching.student(viewer, enrolment_id)
    current = study_queries.newest_plan(enrolment)
    form = StudyPlanForm(
        request.POST if request.method == "POST" else None,
        curriculum=enrolment.course.curriculum,
        current=current,
    )
    back = reverse("training:student", args=[enrolment_id])
    return saving(
        request,
        form,
        lambda: study_actions.save_study_plan(
            enrolment_id,
            form.content(),
            actor=viewer,
            expected_version=form.cleaned_data["version"] or 0,
        ),
        done=_("The study plan was saved. The student sees it at the own page."),
        template="training/study_plan.html",
        title=_("Personal study plan"),
        lead=_("Made together with the student. Each saving is kept as a version."),
        button=_("Save"),
        back=back,
        enrolment=enrolment,
        unit=study_queries.studies.unit_of(enrolment.course.curriculum),
    )


@needs(Capability.ATTENDANCE_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def test(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """Levels by skill of an entry or a final test."""
    viewer = request.viewer
    enrolment = access_teaching.student(viewer, enrolment_id)
    form = TestForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": request.GET.get("kind", "entry"), "assessed_on": viewer.day},
    )
    back = reverse("training:student", args=[enrolment_id])
    return saving(
        request,
        form,
        lambda: study_actions.record_test(
            enrolment_id,
            form.cleaned_data["kind"],
            form.levels(),
            form.cleaned_data["assessed_on"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The test was recorded. The client's authority sees the levels."),
        title=_("Language test"),
        lead=enrolment.course.name,
        button=_("Record the test"),
        back=back,
    )


@needs(Capability.ATTENDANCE_REPORT)
@require_http_methods(["POST"])
def issue_certificate(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    try:
        study_actions.issue_certificate(enrolment_id, actor=request.viewer, token=_token(request))
    except Refusals as refusals:
        messages.error(request, refusal_text(refusals.refusals[0]))
    else:
        messages.success(request, _("The certificate was made. The student finds it at the own page."))
    return redirect("training:student", enrolment_id)


@needs(Capability.SIGNED_IN)
@require_GET
def certificate_pdf(request: ViewerRequest, enrolment_id: int, language: str) -> HttpResponse:
    """The certificate as tagged PDF in Finnish or Swedish: the provider's, or the client's own authority's to see."""
    if language not in certificate.LANGUAGES:
        raise Http404
    found = study_actions.open_certificate(enrolment_id, actor=request.viewer)
    return certificate.response(found, language)


# For others -----------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def feedback(request: ViewerRequest, course_id: int) -> HttpResponse:
    """What the students have said, to who teaches and to who arranges the course."""
    found = queries.feedback_of(request.viewer, course_id)
    context = {
        "course": access.course(request.viewer, course_id),
        "found": found,
        "questions": list(zip(QUESTIONS, found.averages, found.spread, strict=False)),
    }
    return render(request, "training/feedback.html", context)


@needs(Capability.CLIENT_VIEW)
@require_GET
def client_studies(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """The studies of an own client: study plan, tests, hours, certificate."""
    viewer = request.viewer
    enrolment = study_queries.of_own_client(viewer, enrolment_id)
    study_actions.record_look(enrolment, actor=viewer)
    plan = study_queries.newest_plan(enrolment)
    context = {
        "enrolment": enrolment,
        "plan": study_queries.plan_view(plan, enrolment.course.curriculum) if plan else None,
        "tests": [(one, provider_items.levels_text(one)) for one in study_queries.tests_of(enrolment)],
        "hours": study_queries.hours_of(enrolment, viewer.day),
        "certificate": study_queries.newest_certificate(enrolment),
    }
    return render(request, "training/client_studies.html", context)
