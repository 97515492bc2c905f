"""Forms of translating, files of translations, terms, links and languages: what was typed, parsed and shown again.

Not for: rules, writing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField
from kotopolku.information import blocks, wording_translating
from kotopolku.information.actions.languages import LanguageContent
from kotopolku.information.actions.terms import TermWords
from kotopolku.information.models import ContentLanguage, Term
from kotopolku.information.parts import ADDRESS, Content, Key, Part, put_together
from kotopolku.information.queries.translating import STATES, Row, SideBySide

_MOST_TYPED = 60_000


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


@dataclass(frozen=True)
class FormRow:
    """A source text with the field of its translation."""

    row: Row
    bound: BoundField
    name: str


class TranslationForm(forms.Form):
    """The texts of one page in another language, a field for each text of the source."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    made_from = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, side: SideBySide, data: Any = None) -> None:
        super().__init__(data, initial={"version": side.version, "made_from": side.source.number})
        self.side = side
        self._names: dict[str, Key] = {}
        for row in side.rows:
            self._add(row.part, row.own)
        for block in dict.fromkeys(identifier for identifier, _kind, _words in side.gone):
            self.fields[f"keep-{block}"] = forms.BooleanField(
                label=_("Keep this in the translation"), required=False
            )

    def _add(self, part: Part, own: str) -> None:
        name = name_of(part.key)
        self._names[name] = part.key
        rows = min(max(len(part.words) // 60 + part.words.count("\n"), 2), 18)
        attributes = {"lang": self.side.language.code, "dir": self.side.language.direction}
        if part.is_address:
            attributes = {"dir": "ltr", "inputmode": "url"}
        widget = forms.Textarea({"rows": rows} | attributes) if part.is_long else forms.TextInput(attributes)
        self.fields[name] = forms.CharField(
            label=wording_translating.part_name(part.kind, part.name, part.number),
            required=False,
            max_length=_MOST_TYPED,
            strip=True,
            widget=widget,
            initial=own or (part.words if part.is_address else ""),
        )

    @property
    def rows(self) -> list[FormRow]:
        return [
            FormRow(row, self[name_of(row.part.key)], str(self.fields[name_of(row.part.key)].label))
            for row in self.side.rows
        ]

    @property
    def gone_rows(self) -> list[tuple[BoundField, list[str]]]:
        """Blocks that only the translation has: whether to keep each, and its texts."""
        words: dict[str, list[str]] = {}
        for identifier, _kind, text in self.side.gone:
            words.setdefault(identifier, []).append(text)
        return [(self[f"keep-{identifier}"], texts) for identifier, texts in words.items()]

    def words(self) -> dict[Key, str]:
        """What was typed, by part. Call it on a sound form."""
        return {key: self.cleaned_data.get(name, "") for name, key in self._names.items()}

    def typed_words(self) -> dict[Key, str]:
        """What stands in the fields now, also in a form that was not sound."""
        return {key: str(self[name].value() or "").strip() for name, key in self._names.items()}

    def content(self, source: Content, words: Mapping[Key, str], own: Sequence[blocks.Block]) -> Content:
        kept = [one for one in own if self.cleaned_data.get(f"keep-{one['id']}")]
        known = dict(words)
        for part in (row.part for row in self.side.rows):
            if part.is_address and not known.get(part.key):
                known[part.key] = part.words
        return put_together(source, known, kept)

    def field_names(self, content: Content) -> dict[str, str]:
        """Names of fields by the names that refusals use ("block-2-text")."""
        found = {"title": name_of(("_", "title")), "summary": name_of(("_", "summary"))}
        for number, block in enumerate(content.blocks, start=1):
            for name in (*blocks.SHAPES[block["kind"]].words, ADDRESS):
                found[f"block-{number}-{name}"] = name_of((block["id"], name))
            found[f"block-{number}-items"] = name_of((block["id"], "items.0.title"))
        return found


def name_of(key: Key) -> str:
    """The name of a part's field in the form."""
    return f"w-{key[0]}-{key[1].replace('.', '-')}"


class TableFilter(forms.Form):
    """Narrows the table of translations."""

    language = ChoiceField(label=_("Language"), required=False)
    state = ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), *((one, wording_translating.STATES[one]) for one in STATES)],
    )

    def __init__(self, languages: Sequence[tuple[str, str]], data: Any) -> None:
        super().__init__(data)
        self.fields["language"].choices = [("", _("all")), *languages]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("language", "state")} if self.is_valid() else {}


class ExportForm(forms.Form):
    """Which texts go out to be translated."""

    language = ChoiceField(label=_("Into the language"))
    page = ChoiceField(label=_("Pages"), required=False)
    only_open = forms.BooleanField(
        label=_("Only texts that are missing, machine-suggested or whose source has changed"),
        required=False,
        initial=True,
    )

    def __init__(
        self, languages: Sequence[tuple[str, str]], pages: Iterable[tuple[int, str]], data: Any = None
    ) -> None:
        super().__init__(data, auto_id="out_%s")
        self.fields["language"].choices = [("", CHOOSE), *languages]  # type: ignore[attr-defined]
        self.fields["page"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole site")),
            *((str(number), words) for number, words in pages),
        ]


class ImportForm(forms.Form):
    """A file of translations that has come back."""

    language = ChoiceField(label=_("Translated into"))
    file = forms.FileField(label=_("XLIFF 2.0 file"), error_messages={"required": _("Choose a file first.")})

    def __init__(self, languages: Sequence[tuple[str, str]], *given: Any) -> None:
        super().__init__(*given)
        self.fields["language"].choices = [("", CHOOSE), *languages]  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """Taking in what the report has shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    what = ChoiceField(
        label=pgettext_lazy("what next", "Then"),
        choices=[
            ("draft", _("keep the texts as drafts")),
            ("review", _("ask for a review of each text")),
        ],
        widget=forms.RadioSelect,
        initial="draft",
    )


class MarkedForm(forms.Form):
    """Sent with the mark of what was looked at: whoever changed it first is not overwritten."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def renew(self, mark: str) -> None:
        """After a clash takes the mark of now, so that it can be sent again; what was typed stays."""
        if getattr(self, "clash", False):
            typed = cast(QueryDict, self.data).copy()
            typed["mark"] = mark
            self.data = typed


class TermForm(MarkedForm):
    """A concept's words in every language."""

    def __init__(
        self,
        languages: Sequence[ContentLanguage],
        names: Mapping[str, str],
        data: Any = None,
        words: Mapping[str, Term] | None = None,
        mark: str = "",
    ) -> None:
        super().__init__(data, initial={"mark": mark})
        self._languages = [one.code for one in languages]
        self._titles = [(one, names.get(one.code, one.name)) for one in languages]
        for one in languages:
            stored = (words or {}).get(one.code)
            attributes = {"lang": one.code, "dir": one.direction}
            for name, label, most in (
                ("words", pgettext_lazy("word", "Term"), 200),
                ("avoid", _("Words not to be used"), 200),
                ("note", _("Note"), 300),
            ):
                self.fields[f"{name}-{one.code}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=most + 100,
                    widget=forms.TextInput(attributes),
                    initial=getattr(stored, name, ""),
                )

    @property
    def rows(self) -> list[tuple[ContentLanguage, str, list[BoundField]]]:
        return [
            (one, name, [self[f"{field}-{one.code}"] for field in ("words", "avoid", "note")])
            for one, name in self._titles
        ]

    def content(self) -> dict[str, TermWords]:
        typed = self.cleaned_data
        return {
            code: TermWords(typed[f"words-{code}"], typed[f"note-{code}"], typed[f"avoid-{code}"])
            for code in self._languages
        }


class LinkFilter(forms.Form):
    """Narrows the list of links."""

    q = forms.CharField(label=_("Part of the address"), required=False, max_length=200)
    state = ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("trouble", _("all that need a look")),
            ("gone", pgettext_lazy("link", "gone")),
            ("moved", pgettext_lazy("link", "moved")),
            ("slow", pgettext_lazy("link", "slow, or away for a moment")),
            ("fine", pgettext_lazy("link", "work")),
            ("unchecked", pgettext_lazy("link", "not checked yet")),
            ("ignored", pgettext_lazy("link", "trusted by a person")),
            ("", _("all")),
        ],
    )


class ReplaceForm(MarkedForm):
    """One address in place of another."""

    new = forms.CharField(
        label=_("New address"),
        max_length=1_200,
        error_messages={"required": _("Write the new address.")},
        widget=forms.URLInput({"dir": "ltr"}),
    )


class LanguageForm(forms.Form):
    """A language of the public pages."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_(
            "As in web addresses: two or three letters, for some with the script. For example so, zh-hans."
        ),
        error_messages={"required": _("Give the code of the language.")},
        widget=forms.TextInput({"dir": "ltr", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=_("What the language calls itself"),
        max_length=150,
        error_messages={"required": _("Write what the language calls itself.")},
        widget=forms.TextInput({"dir": "auto"}),
    )
    direction = ChoiceField(
        label=_("Direction of writing"),
        choices=[("ltr", _("from left to right")), ("rtl", _("from right to left"))],
        widget=forms.RadioSelect,
        initial="ltr",
    )
    nearest = forms.CharField(
        label=_("Offered where a text is missing"),
        required=False,
        max_length=200,
        help_text=_("Codes of languages, the nearest first, with commas between. For example en, fi."),
        widget=forms.TextInput({"dir": "ltr", "autocapitalize": "none"}),
    )

    def __init__(self, data: Any = None, row: ContentLanguage | None = None) -> None:
        initial = (
            {"name": row.name, "direction": row.direction, "nearest": ", ".join(row.nearest)} if row else {}
        )
        super().__init__(data, initial=initial)
        if row is not None:
            del self.fields["code"]

    def content(self) -> LanguageContent:
        typed = self.cleaned_data
        codes = [one.lower() for one in re.split(r"[\s,;]+", typed["nearest"]) if one]
        return LanguageContent(typed["name"], typed["direction"], codes)
