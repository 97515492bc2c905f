"""Forms of the exchange: a file, its columns, what to bring in, a decision on a possible duplicate."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.wording import language
from kotopolku.exchange import rules

MOST_MEGABYTES = 20


class FileForm(forms.Form):
    """A file of clients."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX or JSON, one client on each row, at most 20 MB. The first row names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.json,.txt"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("The file is larger than 20 MB. Bring it in with the command kotopolku clients import.")
            )
        return file


class ColumnsForm(forms.Form):
    """Which field each column of the file is. Fields are named ``column-0``, ``column-1``… in the order of the file."""

    reason = forms.CharField(
        label=_("Why your authority takes clients for whom the law names another"),
        required=False,
        max_length=300,
        help_text=_("Only if the file has such clients. It is kept in the journal."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, headers: Sequence[str], columns: Mapping[str, str], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.headers = list(headers)
        for number, header in enumerate(self.headers):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=header or _("Column without a name"),
                required=False,
                choices=_choices(),
                initial=columns.get(header, ""),
            )

    def columns(self) -> dict[str, str]:
        return {header: self.cleaned_data[f"column-{n}"] for n, header in enumerate(self.headers)}

    def place(self, field: str) -> str | None:
        """The form's field that was given to a field of clients."""
        chosen = (f"column-{n}" for n in range(len(self.headers)))
        return next((name for name in chosen if self.cleaned_data.get(name) == field), None)


def _choices() -> list[Any]:
    found: list[Any] = [("", _("Leave out"))]
    for group, names in rules.groups().items():
        members = [(one.id, one.name(language())) for one in rules.fields() if one.group == group]
        found.append((names.get(language(), names["en"]), members))
    return found


class StartForm(forms.Form):
    """What is brought in."""

    only_good = forms.BooleanField(
        label=_("Bring in the good rows, and leave those that are to be mended"), required=False
    )
    with_updates = forms.BooleanField(
        label=_("Also change clients who are known already"),
        required=False,
        help_text=_("What the file gives is written over what we have; an empty cell changes nothing."),
    )


class DecisionForm(forms.Form):
    """Who a possible duplicate is."""

    decision = forms.ChoiceField(choices=[("other", ""), ("same", ""), ("change", "")])
    relationship = forms.IntegerField(required=False)
    reason = forms.CharField(required=False, max_length=300)


class TakeForm(forms.Form):
    """Facts of registers that are taken as ours."""

    facts = forms.TypedMultipleChoiceField(coerce=int, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, facts: Sequence[int], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["facts"].choices = [(one, str(one)) for one in facts]  # type: ignore[attr-defined]
