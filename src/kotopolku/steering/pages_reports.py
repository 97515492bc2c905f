"""Pages of the region's yearly report to the ministry: the list of both sides, one report, its parts, signing, PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock, law, writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.letters import booklet
from kotopolku.placement.pages import act, run, saving, show_form, year_asked
from kotopolku.steering import access_measures as access
from kotopolku.steering.actions import reports as acts
from kotopolku.steering.forms_measures import PartForm, ReportForm, SignForm
from kotopolku.steering.models import RegionalReport, ReportState
from kotopolku.steering.queries import report_facts
from kotopolku.steering.queries import reports as queries
from kotopolku.steering.report_rules import is_own_target


def _address(report_id: int) -> str:
    return reverse("steering:report", args=[report_id])


@needs(Capability.SIGNED_IN)
@require_GET
def reports(request: ViewerRequest) -> HttpResponse:
    """The own authority's reports; for the ministry those that were sent, by year, and who has not sent."""
    viewer = request.viewer
    last = viewer.day.year - 1
    year = year_asked(request) if "year" in request.GET else last
    receiver = queries.is_receiver(viewer)
    own = list(queries.own(viewer))
    rows = queries.sent_and_missing(viewer, year) if receiver else []
    context = {
        "keeps": access.keeps(viewer),
        "receiver": receiver,
        "own": [(one, queries.mark(one)) for one in own],
        "before": [(one, queries.mark(one)) for one in queries.of_predecessors(viewer)],
        "last_begun": any(one.year == last for one in own),
        "last": last,
        "due": queries.due_of(last),
        "due_own": is_own_target(last),
        "year": year,
        "years": [(one, one == year) for one in range(year - 2, year + 3) if one <= last],
        "rows": rows,
        "missing": len([row for row in rows if row.report is None]),
        "year_due": queries.due_of(year),
        "year_own": is_own_target(year),
    }
    return render(request, "steering/reports.html", context)


@needs(Capability.STEERING_REGIONAL)
def new(request: ViewerRequest) -> HttpResponse:
    """Begins the report of a year and composes it; one that is there already is opened."""
    viewer = request.viewer
    access.require_region(viewer)
    first = {"year": viewer.day.year - 1, "language": "sv" if writing.language() == "sv" else "fi"}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.begin(form.cleaned_data["year"], form.cleaned_data["language"], actor=viewer),
        )
        if made is not None:
            return redirect(_address(made.pk))
    return show_form(
        request,
        form,
        title=_("New yearly report"),
        lead=_(
            "The parts are the region's tasks in the Act. What is known here is composed into them at once."
        ),
        button=_("Compose the report"),
        back=reverse("steering:reports"),
    )


@needs(Capability.SIGNED_IN)
@require_GET
def report(request: ViewerRequest, report_id: int) -> HttpResponse:
    """The report as it stands; to those who write it, also what was composed where they wrote otherwise."""
    viewer = request.viewer
    found = access.report(viewer, report_id)
    own = access.writes(viewer, found)
    context = {
        "report": found,
        "mark": queries.mark(found),
        "ended": _ended(found) if queries.ended_before(found, viewer.day) else "",
        "parts": report_facts.sections(found),
        "due": queries.due_of(found.year),
        "due_own": is_own_target(found.year),
        "can_write": own and found.state == ReportState.DRAFT,
        "can_send": own and found.state == ReportState.SIGNED,
    }
    return render(request, "steering/report.html", context)


@needs(Capability.STEERING_REGIONAL)
def part(request: ViewerRequest, report_id: int, key: str) -> HttpResponse:
    """Writing one part; what was composed stays beside it."""
    viewer = request.viewer
    found = access.own_report(viewer, report_id)
    one = next((row for row in report_facts.sections(found) if row.key == key), None)
    if one is None:
        raise NotVisible
    form = PartForm(
        request.POST if request.method == "POST" else None,
        initial={"text": one.shown, "version": one.version},
    )
    return saving(
        request,
        form,
        lambda: acts.write(
            report_id,
            key,
            form.cleaned_data["text"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The part was saved."),
        onward=lambda _done: f"{_address(report_id)}#part-{key}",
        template="steering/report_part.html",
        title=one.title,
        lead=_("Report of %(year)s, %(organisation)s")
        % {"year": found.year, "organisation": found.organisation.name},
        button=_("Save"),
        back=_address(report_id),
        part=one,
        language=found.language,
    )


@needs(Capability.STEERING_REGIONAL)
@require_POST
def compose(request: ViewerRequest, report_id: int) -> HttpResponse:
    """Composes the parts anew; what people wrote stays."""
    return act(
        request,
        lambda: acts.compose(report_id, actor=request.viewer),
        _("The parts were composed anew. What people have written stands as it was."),
        _address(report_id),
    )


@needs(Capability.STEERING_REGIONAL)
def sign(request: ViewerRequest, report_id: int) -> HttpResponse:
    """Signing: nobody writes in it after that, unless it is opened again before it is sent."""
    viewer = request.viewer
    found = access.own_report(viewer, report_id)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        initial={"signer": viewer.name, "version": found.version},
    )
    return saving(
        request,
        form,
        lambda: acts.sign(
            report_id, form.cleaned_data["signer"], actor=viewer, expected_version=form.expected_version
        ),
        done=_("The report was signed. Send it to the ministry."),
        title=_("Sign the report"),
        lead=_(
            "Report of %(year)s, %(organisation)s. After signing nobody changes it. "
            "You can open it again until it has been sent."
        )
        % {"year": found.year, "organisation": found.organisation.name},
        button=_("Sign"),
        back=_address(report_id),
    )


@needs(Capability.STEERING_REGIONAL)
@require_POST
def open_again(request: ViewerRequest, report_id: int) -> HttpResponse:
    """Takes the signature away."""
    return act(
        request,
        lambda: acts.open_again(report_id, actor=request.viewer),
        _("The report is a draft again."),
        _address(report_id),
    )


@needs(Capability.STEERING_REGIONAL)
@require_POST
def send(request: ViewerRequest, report_id: int) -> HttpResponse:
    """Sends a signed report to the ministry."""
    return act(
        request,
        lambda: acts.send(report_id, actor=request.viewer),
        _("The report was sent to the ministry."),
        _address(report_id),
    )


@needs(Capability.SIGNED_IN)
@require_GET
def pdf(request: ViewerRequest, report_id: int) -> HttpResponse:
    """The report as PDF/UA, in its own language."""
    found = access.report(request.viewer, report_id)
    answer = HttpResponse(booklet.as_pdf(as_guide(found)), content_type="application/pdf")
    name = f"report-{found.organisation.code}-{found.year}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _ended(report: RegionalReport) -> str:
    """That the report's authority is no more; its successor finishes and sends it."""
    words = _("%(organisation)s ended on %(day)s. Its report is finished and sent by who follows it.")
    return words % {
        "organisation": report.organisation.name,
        "day": writing.day(report.organisation.last_day or clock.today()),
    }


def as_guide(report: RegionalReport) -> dict[str, Any]:
    """The report as data for the layout of ``letters.booklet``: the head, then a page's heading for each part."""
    lang = report.language
    with translation.override(lang):
        title = _("Report of %(year)s to the ministry") % {"year": report.year}
        notes = [
            f"{report.organisation.name} → {report.receiver.name}",
            str(ReportState(report.state).label),
        ]
        if queries.ended_before(report, clock.today()):
            notes.append(_ended(report))
        if report.signed_at is not None:
            notes.append(
                _("Signed on %(day)s: %(signer)s")
                % {"day": writing.day(report.signed_at), "signer": report.signer}
            )
        if report.sent_at is not None:
            notes.append(_("Sent on %(day)s") % {"day": writing.day(report.sent_at)})
        if report.invented:
            notes.append(_("This report is invented: it belongs to the demonstration."))
        head = {"level": 1, "title": title, "lang": lang, "rtl": False, "notes": notes, "parts": []}
        pages = [head]
        for one in report_facts.sections(report, lang):
            section = law.cited(" ".join(one.basis), lang) if one.basis else ""
            pages.append(
                {
                    "level": 2,
                    "title": one.title,
                    "lang": lang,
                    "rtl": False,
                    "notes": [section] if section else [],
                    "parts": booklet.parts_of(one.shown or _("Nothing has been written here.")),
                }
            )
        day = report.sent_at or report.signed_at
        return {
            "title": title,
            "keeper": report.organisation.name,
            "lang": lang,
            "rtl": False,
            "day": writing.day(day) if day else "",
            "footer": f"{report.organisation.name} · {title}",
            "contents": "",
            "pages": pages,
        }
