"""Pages of a client's documents: the list, attaching, opening, showing to the client, deleting."""

import uuid

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import queries as client_queries
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.rules import Refusals
from kotopolku.desk import access, actions, queries
from kotopolku.desk.actions.documents import Upload, check_size
from kotopolku.desk.content import MEDIA_TYPES, FileKind
from kotopolku.desk.forms import DocumentForm, ReasonForm
from kotopolku.desk.models import Document


@needs(Capability.CLIENT_VIEW)
@require_GET
def documents(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    context = {
        "title": _("Documents"),
        "documents": queries.documents(relationship_id)[:200],
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
    }
    return render(request, "desk/documents.html", head(request, case) | context)


@needs(Capability.CLIENT_EDIT)
def new(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    posted = request.method == "POST"
    form = (
        DocumentForm(request.POST, request.FILES) if posted else DocumentForm(initial={"token": uuid.uuid4()})
    )
    if posted:
        added = attempt(form, lambda: _add(request, relationship_id, form))
        if added is not None:
            words = (
                _("The document was attached.")
                if added.can_be_opened
                else _("The document was attached. It can be opened when the virus check has been made.")
            )
            messages.success(request, words)
            return redirect("desk:documents", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Attach a document"),
        button=_("Attach"),
        lead=_("PDF, PNG, JPG, DOCX, XLSX or TXT. What the file really is, is checked from its content."),
        template="desk/document_form.html",
    )


def _add(request: ViewerRequest, relationship_id: int, form: DocumentForm) -> Document:
    return actions.add_document(
        relationship_id,
        form.cleaned_data["title"],
        upload_of(form.cleaned_data["file"]),
        actor=request.viewer,
        token=form.cleaned_data["token"],
    )


def upload_of(file: UploadedFile) -> Upload:
    """The uploaded file, read. Raises ``Refusals`` for one too large, before it is read."""
    check_size(file.size or 0)
    return Upload(file.name or "", file.read())


@needs(Capability.CLIENT_VIEW)
@require_GET
def download(request: ViewerRequest, relationship_id: int, document_id: int) -> HttpResponse:
    """The file itself, never shown inside the page. One that waits or has vanished leads back with the reason."""
    try:
        document, data = actions.open_document(relationship_id, document_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, client_queries.refusal_text(refusal))
        return redirect("desk:documents", relationship_id)
    return as_file(document, data)


def as_file(document: Document, data: bytes) -> HttpResponse:
    """The answer with a document's content: an attachment that no browser keeps or takes for something else."""
    response = HttpResponse(data, content_type=MEDIA_TYPES[FileKind(document.kind)])
    name = f"{slugify(document.title, allow_unicode=True) or 'document'}.{document.kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@needs(Capability.CLIENT_EDIT)
@require_POST
def share(request: ViewerRequest, relationship_id: int, document_id: int) -> HttpResponse:
    """Shows the document to the client, or no longer: ``do`` is "unshare"."""
    try:
        if request.POST.get("do") == "unshare":
            actions.unshare_document(relationship_id, document_id, actor=request.viewer)
            messages.success(request, _("The client no longer sees the document."))
        else:
            actions.share_document(relationship_id, document_id, actor=request.viewer)
            messages.success(request, _("The client now sees the document on the own page."))
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, client_queries.refusal_text(refusal))
    return redirect("desk:documents", relationship_id)


@needs(Capability.CLIENT_EDIT)
def delete(request: ViewerRequest, relationship_id: int, document_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    document = access.document(relationship_id, document_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deleted = attempt(form, lambda: _delete(request, document, form))
        if deleted:
            messages.success(request, _("The document was deleted."))
            return redirect("desk:documents", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Delete the document"),
        button=_("Delete for good"),
        danger=True,
        lead=_("“%(title)s” and its file are deleted for good. The reason is kept in the journal.")
        % {"title": document.title},
    )


def _delete(request: ViewerRequest, document: Document, form: ReasonForm) -> bool:
    actions.delete_document(
        document.relationship_id, document.pk, form.cleaned_data["reason"], actor=request.viewer
    )
    return True
