"""Pages of courses: the search with map and list, one course, planning and changing it, its meetings.

Not for: the queue and students (``pages_places.py``), one client's courses (``pages_client.py``).
"""

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.clients.exports import harmless
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.training import access, actions, extensions, wording
from kotopolku.training.forms_courses import CourseForm, FilterForm, ReasonForm, SessionForm
from kotopolku.training.models import CourseState
from kotopolku.training.queries import courses as queries

NEAR_SESSIONS = 8


def may_see(request: ViewerRequest) -> None:
    """Courses are seen by authorities, and by providers, who have no other right to them."""
    viewer = request.viewer
    if not (viewer.may(Capability.TRAINING_VIEW) or viewer.may(Capability.ATTENDANCE_REPORT)):
        raise MissingCapability(Capability.TRAINING_VIEW)


@needs(Capability.SIGNED_IN)
@require_GET
def courses(request: ViewerRequest) -> HttpResponse:
    """The course offer: what is sought, the map, and the list; the next to start first."""
    may_see(request)
    viewer = request.viewer
    form = FilterForm(request.GET)
    found = queries.search(viewer, form.wanted())
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    for name in ("page", "municipality"):
        kept.pop(name, None)
    context = {
        "filters": form,
        "lines": [
            (line, wording.course_mark(line.course, viewer.day))
            for line in queries.lines(viewer, page.object_list)
        ],
        "number": page.paginator.count,
        "page": pager(page),
        "map": queries.tiles(
            viewer, found, f"?{kept.urlencode()}&municipality=" if kept else "?municipality="
        ),
        "manages": viewer.may(Capability.TRAINING_MANAGE),
    }
    return render(request, "training/courses.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def courses_csv(request: ViewerRequest) -> HttpResponse:
    """The list as it is narrowed, as spreadsheets in Finland open it."""
    may_see(request)
    viewer = request.viewer
    found = queries.search(viewer, FilterForm(request.GET).wanted())[: queries.MOST_EXPORTED]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Course"),
            _("Kind of training"),
            _("Track"),
            _("Who teaches"),
            _("Organiser"),
            _("Place"),
            _("First day"),
            _("Last day"),
            _("Entry level"),
            _("Goal"),
            _("Hours of teaching"),
            pgettext("course", "Seats"),
            _("Free seats"),
            _("In the queue"),
            _("Language of support"),
            _("Child care"),
        ]
    )
    for line in queries.lines(viewer, found):
        one = line.course
        row = [
            one.name,
            one.get_kind_display(),
            one.get_track_display(),
            one.provider.name,
            one.organiser.name,
            line.place,
            one.starts_on.isoformat(),
            one.ends_on.isoformat(),
            line.level,
            one.target_level,
            str(one.hours),
            str(one.seats),
            str(one.free),
            str(line.waiting),
            ", ".join(line.support),
            _("yes") if one.child_care else _("no"),
        ]
        writer.writerow([harmless(str(cell)) for cell in row])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="kotopolku-courses.csv"'},
    )


@needs(Capability.SIGNED_IN)
@require_GET
def course(request: ViewerRequest, course_id: int) -> HttpResponse:
    """One course: what it is, when it meets, its seats, and the viewer's own clients in it."""
    may_see(request)
    viewer = request.viewer
    found = queries.detail(viewer, access.course(viewer, course_id))
    coming = [one for one in found.sessions if one.date >= viewer.day][:NEAR_SESSIONS]
    organises = access.organises(viewer, found.course)
    teaches = viewer.may(Capability.ATTENDANCE_REPORT) and found.course.provider_id == viewer.organisation_id
    panels = extensions.course_panels(viewer, found.course)
    context = {
        "course": found.course,
        "detail": found,
        "mark": wording.course_mark(found.course, viewer.day),
        "seats": wording.seats_text(found.course, found.waiting),
        "coming": coming,
        "organises": organises,
        "teaches": teaches,
        "can_publish": organises and found.course.state == CourseState.DRAFT,
        "can_change": organises and found.course.state != CourseState.WITHDRAWN,
        "panels": panels,
        "contract_told": any(one["tells_contract"] for one in panels),
    }
    return render(request, "training/course.html", context)


# --- Planning ----------------------------------------------------------------------------------------------------------


def _teachers(request: ViewerRequest, kept: Organisation | None = None) -> list[Organisation]:
    """Who may teach: the directory's providers, the own organisation, and who teaches now."""
    found = actors.providers_on(request.viewer.day)
    own = Organisation.objects.filter(pk=request.viewer.organisation_id or 0).first()
    for one in (own, kept):
        if one is not None and one not in found:
            found.append(one)
    return found


@needs(Capability.TRAINING_MANAGE)
def new(request: ViewerRequest) -> HttpResponse:
    """A new course of the own organisation; it begins as a draft."""
    viewer = request.viewer
    form = CourseForm(
        _teachers(request),
        viewer.day,
        request.POST if request.method == "POST" else None,
        initial={"fee_free": True},
    )
    return saving(
        request,
        form,
        lambda: actions.plan_course(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The course was saved as a draft. Publish it when it is ready."),
        onward=lambda made: reverse("training:course", args=[made.pk]),
        template="training/course_form.html",
        title=_("New course"),
        lead=_("Nobody else sees it before it is published, but for the provider."),
        button=_("Save the draft"),
        back=reverse("training:courses"),
    )


@needs(Capability.TRAINING_MANAGE)
def edit(request: ViewerRequest, course_id: int) -> HttpResponse:
    """Changing a course; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_course(viewer, course_id)
    form = CourseForm(
        _teachers(request, found.provider),
        viewer.day,
        request.POST if request.method == "POST" else None,
        initial=CourseForm.initial_of(found),
        kept=found.curriculum,
    )
    return saving(
        request,
        form,
        lambda: actions.change_course(
            course_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The course was changed."),
        template="training/course_form.html",
        title=_("Change the course"),
        lead=found.name,
        button=_("Save"),
        back=reverse("training:course", args=[course_id]),
    )


@needs(Capability.TRAINING_MANAGE)
@require_POST
def publish(request: ViewerRequest, course_id: int) -> HttpResponse:
    """The course is shown to all who seek one."""
    return act(
        request,
        lambda: actions.publish_course(course_id, actor=request.viewer),
        _("The course was published. Clients can be put into its queue now."),
        reverse("training:course", args=[course_id]),
    )


@needs(Capability.TRAINING_MANAGE)
def withdraw(request: ViewerRequest, course_id: int) -> HttpResponse:
    """Taking the course back, on a page of its own: it cannot be undone."""
    found = access.own_course(request.viewer, course_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("training:course", args=[course_id])
    return saving(
        request,
        form,
        lambda: actions.withdraw_course(course_id, form.cleaned_data["reason"], actor=request.viewer),
        done=_("The course was withdrawn. The clients' workers have been told."),
        title=_("Withdraw the course"),
        lead=_(
            "%(course)s: the queue and open offers end, and the clients' workers are told. This cannot be undone."
        )
        % {"course": found.name},
        button=pgettext("course", "Withdraw"),
        back=back,
        danger=True,
    )


@needs(Capability.SIGNED_IN)
def session_new(request: ViewerRequest, course_id: int) -> HttpResponse:
    """One more meeting."""
    may_see(request)
    found = access.managed_course(request.viewer, course_id)
    form = SessionForm(request.POST if request.method == "POST" else None)
    back = reverse("training:course", args=[course_id])
    if request.method == "POST":
        typed = form.cleaned_data if form.is_valid() else {}
        added = run(
            form,
            lambda: actions.add_session(
                course_id,
                typed["on"],
                typed["starts"],
                typed["ends"],
                actor=request.viewer,
                room=typed["room"],
                link=typed["link"],
            ),
        )
        if added is not None:
            messages.success(request, _("The meeting was added."))
            return redirect(f"{back}#sessions-title")
    return show_form(request, form, title=_("Add a meeting"), lead=found.name, button=_("Add"), back=back)


@needs(Capability.SIGNED_IN)
def session_cancel(request: ViewerRequest, course_id: int, session_id: int) -> HttpResponse:
    """Cancelling one meeting."""
    may_see(request)
    found = access.managed_course(request.viewer, course_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("training:course", args=[course_id])
    return saving(
        request,
        form,
        lambda: actions.cancel_session(
            course_id, session_id, form.cleaned_data["reason"], actor=request.viewer
        ),
        done=_("The meeting was cancelled."),
        onward=lambda _done: f"{back}#sessions-title",
        title=_("Cancel a meeting"),
        lead=found.name,
        button=_("Cancel the meeting"),
        back=back,
        danger=True,
    )
