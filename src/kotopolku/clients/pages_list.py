"""The client list, its filters in the address, and its export as CSV or XLSX under the same rights."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions, exports, queries
from kotopolku.clients.forms import ChoiceField, KeptField, LanguageField, MunicipalityField
from kotopolku.clients.pages_due import GAPS, STAGE_MARKS, STAGES, client_address, title_of
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.rules import Stage
from kotopolku.reference import queries as reference

SORTS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "due": gettext_lazy("Next deadline"),
    "-started": gettext_lazy("Newest first"),
    "started": gettext_lazy("Oldest first"),
}


class FilterForm(forms.Form):
    """The list's filters; an address that holds nonsense finds everything rather than failing."""

    q = forms.CharField(
        label=gettext_lazy("Name, identity code or client number"), required=False, max_length=100
    )
    stage = ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *((stage, words) for stage, words in STAGES.items() if stage != Stage.ENDED),
        ],
    )
    worker = ChoiceField(
        label=gettext_lazy("Own worker"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("mine", gettext_lazy("My clients")),
            ("team", gettext_lazy("My team's clients")),
            ("none", gettext_lazy("Nobody yet")),
        ],
    )
    deadline = ChoiceField(
        label=gettext_lazy("Deadline"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("late", gettext_lazy("Late")),
            ("week", gettext_lazy("Within 7 days")),
            ("month", gettext_lazy("Within 31 days")),
        ],
    )
    language = LanguageField(
        label=gettext_lazy("Service language"), required=False, empty=gettext_lazy("All")
    )
    municipality = MunicipalityField(
        label=gettext_lazy("Municipality"), required=False, empty=gettext_lazy("All")
    )
    year = ChoiceField(label=gettext_lazy("Client since"), required=False)
    gap = ChoiceField(label=gettext_lazy("Gap"), required=False, choices=[("", ""), *GAPS.items()])
    ended = forms.BooleanField(label=gettext_lazy("Ended clients"), required=False)
    sort = ChoiceField(label=gettext_lazy("Order"), required=False, choices=SORTS.items())

    def __init__(self, data: QueryDict, viewer: Viewer) -> None:
        super().__init__(data)
        self.address = data
        if data.get("worker", "").isdecimal():
            self.fields["worker"].choices += [  # type: ignore[attr-defined]
                (str(user_id), name) for user_id, name in queries.workers(viewer)
            ]
        this_year = clock.today().year
        years = [(str(year), str(year)) for year in range(this_year, this_year - 8, -1)]
        self.fields["year"].choices = [("", _("All years")), *years]  # type: ignore[attr-defined]

    def filters(self) -> ClientFilters:
        self.is_valid()
        typed = self.cleaned_data
        names = ("q", "stage", "worker", "language", "deadline", "municipality", "year", "gap", "ended")
        return ClientFilters(**{name: typed[name] for name in names if typed.get(name)})

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """(label, what is chosen, the address without it) of each filter in use."""
        for name, value in self.cleaned_data.items():
            if not value or name == "sort":
                continue
            field = self.fields[name]
            words = field.words(value) if isinstance(field, KeptField) else _words_of(field, value)
            rest = self.address.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            yield (
                str(field.label),
                "" if isinstance(field, forms.BooleanField) else words,
                f"?{rest.urlencode()}",
            )


def _words_of(field: forms.Field, value: object) -> str:
    return str(dict(getattr(field, "choices", ())).get(value, value))


@needs(Capability.CLIENT_VIEW)
@require_GET
def client_list(request: ViewerRequest) -> HttpResponse:
    form = FilterForm(request.GET, request.viewer)
    filters = form.filters()
    number = request.GET.get("page", "1")
    page = queries.client_list(
        request.viewer,
        filters,
        sort=form.cleaned_data.get("sort") or "name",
        page=max(1, min(int(number), 2000)) if number.isdecimal() else 1,
    )
    actions.record_list_look([row.person_id for row in page.rows], actor=request.viewer)
    return render(
        request,
        "clients/list.html",
        {
            "filters": form,
            "chips": list(form.chips()),
            "page": {
                "number": page.number,
                "has_previous": page.has_previous,
                "has_next": page.has_next,
                "previous_number": page.number - 1,
                "next_number": page.number + 1,
            },
            "list_address": reverse("clients:list"),
            "new_address": reverse("clients:new"),
            "rows": [_shown(row) for row in page.rows],
        },
    )


def _shown(row: queries.ClientRow) -> dict[str, Any]:
    """One client as plain words: fifty rows are written by the template, so it has nothing left to work out."""
    next_clock = row.next_clock
    born = _("born %(year)s") % {"year": row.birth_year} if row.birth_year else ""
    return {
        "address": client_address("clients:client", row.relationship_id),
        "name": row.name,
        "protected": row.protected,
        "number": f"{row.case_number} · {born}" if born else row.case_number,
        "act": title_of(next_clock) if next_clock else "",
        "due": next_clock.due if next_clock else None,
        "stage": STAGES[row.stage],
        "state": STAGE_MARKS[row.stage],
        "language": _language_name(row.service_language),
        "worker": row.worker_name,
    }


def _language_name(code: str) -> str:
    found = reference.language(code)
    return found.name() if found else code


@needs(Capability.CLIENT_EXPORT)
@require_GET
def export(request: ViewerRequest, kind: str) -> HttpResponse:
    """The list with the same filters as a file; journalled with everybody in it."""
    form = FilterForm(request.GET, request.viewer)
    rows = list(queries.export_rows(request.viewer, form.filters()))
    actions.record_export([row.person_id for row in rows], kind, actor=request.viewer)
    content = exports.as_xlsx(rows) if kind == "xlsx" else exports.as_csv(rows)
    return HttpResponse(
        content,
        content_type=exports.CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{exports.file_name(kind)}"'},
    )
