"""The archive of minutes, open to everybody: published minutes by body and year, search, decisions, one as page and PDF.

Who is signed in finds also decisions of one's own meetings. Not for: minutes under way (``pages_minutes.py``).
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, open_to_all
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_text as text
from kotopolku.cooperation.forms_reading import ArchiveForm
from kotopolku.cooperation.queries import minutes_archive as queries
from kotopolku.cooperation.queries import minutes_work
from kotopolku.cooperation.showing import paged
from kotopolku.letters import booklet
from kotopolku.procurement.files import attachment


@open_to_all
@require_GET
def archive(request: ViewerRequest) -> HttpResponse:
    """Published minutes over the years; for the keeper also those that wait to be finished."""
    viewer = request.viewer
    form = ArchiveForm(queries.choices(viewer), request.GET)
    wanted = form.wanted()
    context = paged(request, queries.published(viewer, wanted), queries.PAGE_SIZE)
    context |= {
        "form": form,
        "wanted": wanted,
        "found": queries.with_excerpts(context["rows"], wanted.q),
        "signed_in": viewer.may(Capability.SIGNED_IN),
        "unfinished": minutes_work.unfinished(viewer) if viewer.may(Capability.BODY_KEEP) else [],
    }
    return render(request, "cooperation/minutes_archive.html", context)


@open_to_all
@require_GET
def decisions(request: ViewerRequest) -> HttpResponse:
    """The register of decisions by body and year: published ones for everybody, those of own meetings besides."""
    viewer = request.viewer
    form = ArchiveForm(queries.choices(viewer), request.GET)
    context = {
        "form": form,
        "rows": queries.decisions(viewer, form.wanted()),
        "most": queries.MOST_DECISIONS,
        "signed_in": viewer.may(Capability.SIGNED_IN),
    }
    return render(request, "cooperation/minutes_decisions.html", context)


@open_to_all
@require_GET
def published(request: ViewerRequest, published_id: int) -> HttpResponse:
    """Published minutes, without what is not public, in their own language."""
    viewer = request.viewer
    found = access.published_one(viewer, published_id)
    with translation.override(found.language):
        sections, title = text.sections(found.content), text.title_of(found.content)
    reads = (
        viewer.may(Capability.SIGNED_IN) and meetings.meetings(viewer).filter(pk=found.meeting_id).exists()
    )
    context = {
        "minutes": found,
        "sections": sections,
        "body": text.body_of(found.content),
        "title": title,
        "reads": reads,
        "signed_in": viewer.may(Capability.SIGNED_IN),
    }
    return render(request, "cooperation/minutes_published.html", context)


@open_to_all
@require_GET
def published_pdf(request: ViewerRequest, published_id: int) -> HttpResponse:
    """The same as PDF/UA."""
    found = access.published_one(request.viewer, published_id)
    data = booklet.as_pdf(text.as_guide(found.content))
    return attachment(f"minutes-{found.number.replace('/', '-')}-{found.pk}.pdf", "pdf", data)
