"""What the pages of the shared space have in common: a page of a list, the form for a file, a file as answer.

Not for: what any of them says.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kotopolku.access.gate import ViewerRequest
from kotopolku.cooperation.forms import FileForm
from kotopolku.cooperation.models import Attachment
from kotopolku.desk.actions.documents import Upload, check_size
from kotopolku.placement.pages import pager, run, show_form
from kotopolku.procurement.files import attachment


def paged(request: ViewerRequest, rows: "QuerySet[Any]", size: int) -> dict[str, Any]:
    """A page of a list with what ``components/pager.html`` needs. Two statements."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    return {
        "rows": page.object_list,
        "number": page.paginator.count,
        "page": pager(page),
    }


def file_form(
    request: ViewerRequest, title: str, back: str, attach: Callable[[str, Upload, Any], Attachment]
) -> HttpResponse:
    """The page for attaching a file. What the file is, is found from its content."""
    posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if posted else FileForm()
    if posted:
        made = run(
            form, lambda: attach(form.cleaned_data["title"], upload_of(form), form.cleaned_data["token"])
        )
        if made is not None:
            waits = _("The file was attached. It can be opened when the virus check has been made.")
            messages.success(request, _("The file was attached.") if made.can_be_opened else waits)
            return redirect(back)
    return show_form(
        request,
        form,
        template="cooperation/file_form.html",
        title=_("Attach a file"),
        lead=title,
        button=_("Attach"),
        back=back,
    )


def upload_of(form: forms.Form) -> Upload:
    given: UploadedFile = form.cleaned_data["file"]
    check_size(given.size or 0)
    return Upload(given.name or "", given.read())


def as_file(of: Attachment, data: bytes) -> HttpResponse:
    """The file as an attachment that no browser keeps or takes for something else."""
    name = f"{slugify(of.title, allow_unicode=True) or 'file'}.{of.kind}"
    return attachment(name, of.kind, data)
