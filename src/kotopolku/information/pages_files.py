"""Pictures and papers of a space: the list, adding, describing in each language, and the file itself.

Not for: checks and keeping (``actions.content_files``).
"""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.clients.pages import attempt
from kotopolku.desk.files import FileVanished
from kotopolku.information import access, blocks, filing
from kotopolku.information.actions import content_files as actions
from kotopolku.information.actions.content_files import Upload
from kotopolku.information.forms_pages import AlternativesForm, UploadForm
from kotopolku.information.models import ContentFile, Embed, Space
from kotopolku.information.queries import editing
from kotopolku.placement.pages import pager

ON_A_PAGE = 50
KEPT_SECONDS = 86_400
"""A reader's browser keeps a file so long; what stands under one address never changes."""
SANDBOX = "default-src 'none'; img-src 'self'; sandbox"
"""A file opened by itself can run nothing, whatever is in it."""


@needs(Capability.CONTENT_EDIT)
def files(request: ViewerRequest, space: str) -> HttpResponse:
    """The files of a space, the newest first, and a form for one more."""
    found = access.own_space(request.viewer, space)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        added = attempt(form, lambda: _add(request, found, form))
        if added is not None:
            messages.success(
                request, _("The file was added. Say in the other languages, too, what it shows.")
            )
            return redirect("information:file", added.pk)
    page = Paginator(
        ContentFile.objects.filter(space=found).order_by("-added_at", "-pk"), ON_A_PAGE
    ).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    used = dict(
        Embed.objects.filter(kind="file", target__in=[one.pk for one in rows])
        .order_by()
        .values_list("target")
        .annotate(Count("pk"))
    )
    context = {
        "space": found,
        "lines": [(one, used.get(one.pk, 0), is_picture(one)) for one in rows],
        "number": page.paginator.count,
        "form": form,
        "pager": pager(page),
    }
    return render(request, "information/editing/files.html", context, status=422 if form.errors else 200)


def is_picture(file: ContentFile) -> bool:
    return file.media_type.startswith("image/")


def _add(request: ViewerRequest, space: Space, form: UploadForm) -> ContentFile:
    sent: UploadedFile = form.cleaned_data["file"]
    actions.check_size(sent.size or 0)
    words = form.cleaned_data["alt"].strip()
    return actions.add_file(
        space.slug,
        Upload(sent.name or "", sent.read()),
        {space.source_language: words} if words else {},
        actor=request.viewer,
        token=form.cleaned_data["token"],
    )


@needs(Capability.CONTENT_EDIT)
def file(request: ViewerRequest, file_id: int) -> HttpResponse:
    """One file: what it shows in each language, and where it is used."""
    found = actions.own_file(request.viewer, file_id)
    languages = editing.languages()
    kept = {f"alt_{code}": words for code, words in found.alternatives.items()}
    form = AlternativesForm(languages, request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST":
        retired = {
            code: words for code, words in found.alternatives.items() if f"alt_{code}" not in form.fields
        }
        changed = attempt(
            form,
            lambda: actions.describe_file(file_id, retired | form.alternatives(), actor=request.viewer),
        )
        if changed is not None:
            messages.success(request, _("The words were saved. Pages show them now."))
            return redirect("information:file", file_id)
    used = Embed.objects.filter(kind="file", target=found.pk).select_related(
        "text__latest", "text__published", "text__page__space"
    )
    context = {
        "file": found,
        "form": form,
        "picture": is_picture(found),
        "used": used.order_by("text__page", "text__language")[:100],
    }
    return render(request, "information/editing/file.html", context, status=422 if form.errors else 200)


@needs(Capability.CONTENT_EDIT)
@require_GET
def content(request: ViewerRequest, file_id: int) -> HttpResponse:
    """The file itself, for its editors."""
    return _sent(actions.own_file(request.viewer, file_id), "private, max-age=300")


@open_to_all
@require_GET
def public_file(request: HttpRequest, file_id: int, name: str) -> HttpResponse:
    """The file itself, for readers: once a published text shows it. ``name`` is for the reader's disk only."""
    texts = Embed.objects.filter(kind="file", target=file_id, text__page__removed_on=None)
    published = texts.exclude(text__published=None).values_list("text__published__blocks", flat=True)
    # A newer draft of a published text has its files in the same list: only what readers see counts.
    shown = any(("file", file_id) in blocks.embeds_in(content) for content in published)
    found = ContentFile.objects.filter(pk=file_id).first() if shown else None
    if found is None:
        raise NotVisible
    tag = f'"{found.sha256[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    answer = _sent(found, f"public, max-age={KEPT_SECONDS}")
    answer.headers["ETag"] = tag
    return answer


def _sent(found: ContentFile, caching: str) -> HttpResponse:
    try:
        data = filing.read(found.place, found.sha256)
    except FileVanished as error:
        raise NotVisible from error
    return HttpResponse(
        data,
        content_type=found.media_type,
        headers={
            "Content-Disposition": content_disposition_header(not is_picture(found), found.name) or "inline",
            "Cache-Control": caching,
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )
