"""A file as an answer to a request: an attachment that no browser keeps or takes for something else."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from kotopolku.desk.content import MEDIA_TYPES, FileKind
from kotopolku.procurement.models import Document


def as_file(document: Document, data: bytes) -> HttpResponse:
    """The answer with a paper's content."""
    name = f"{slugify(document.title, allow_unicode=True) or 'document'}.{document.kind}"
    return attachment(name, document.kind, data)


def attachment(name: str, kind: str, data: bytes) -> HttpResponse:
    """The answer with a file of a kind (``desk.content.FileKind``)."""
    response = HttpResponse(data, content_type=MEDIA_TYPES[FileKind(kind)])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
