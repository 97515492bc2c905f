"""Forms of editing: the text of a page as blocks, its place in the tree, publishing, files. Typed, parsed, shown again.

A block's fields are named as refusals name them: "block-3-heading". Not for: rules, writing.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku import clock
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.information import blocks
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.models import PageText
from kotopolku.training.forms_courses import TimeField

Words = str | Promise
Choices = Mapping[str, Sequence[tuple[str, str]]]

KINDS: dict[str, Words] = {
    blocks.TEXT: pgettext_lazy("block", "Text"),
    blocks.STEPS: pgettext_lazy("block", "Steps"),
    blocks.NOTICE: pgettext_lazy("block", "Notice"),
    blocks.CONTACT: pgettext_lazy("block", "Contact card"),
    blocks.SERVICE: pgettext_lazy("block", "Service"),
    blocks.EVENT: pgettext_lazy("block", "Event"),
    blocks.FORM: pgettext_lazy("block", "Form"),
    blocks.DOWNLOAD: pgettext_lazy("block", "File to download"),
    blocks.PICTURE: pgettext_lazy("block", "Picture"),
}
LABELS: dict[str, Any] = {
    "title": pgettext_lazy("page", "Title"),
    "summary": pgettext_lazy("page", "Summary"),
    "heading": pgettext_lazy("block", "Heading"),
    "text": pgettext_lazy("block", "Text"),
    "label": _("Words of the link"),
    "alt": _("What the picture shows, for those who do not see it"),
    "tone": _("How urgent it is"),
    "target": _("What is shown"),
    "address": _("Web address"),
    "items": _("Steps"),
}
TONES: list[tuple[str, Words]] = [("info", _("good to know")), ("warn", _("important, or a change"))]
_LEAVE_EMPTY = _("Leave empty to use what “Pictures and files” says about it in this language.")
_NUMBERED = re.compile(r"block-(\d{1,3})-kind")
_ITEM = re.compile(r"item-(\d{1,3})-(title|text)")
ICONS: list[tuple[str, Words]] = [
    ("", pgettext_lazy("icon", "none")),
    ("flag", _("flag")),
    ("house", _("house")),
    ("work", pgettext_lazy("icon", "work")),
    ("book", _("book")),
    ("talk", _("speech")),
    ("child", pgettext_lazy("icon", "child")),
    ("heart", _("heart")),
    ("law", _("scales")),
    ("group", _("people")),
    ("phone", _("telephone")),
    ("pin", _("place")),
    ("calendar", _("calendar")),
    ("info", pgettext_lazy("icon", "information")),
]
"""Pictures of the sprite that a page may have on its card."""


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, strip=False, **more)


def _markdown(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-markdown": ""})


class HeadForm(forms.Form):
    """Title and summary, and what is said about this saving."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    made_from = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = _line(LABELS["title"])
    summary = _line(
        LABELS["summary"],
        widget=text_area(2),
        help_text=_("One or two sentences. Shown on cards, in search results and when the page is shared."),
    )
    minor = forms.BooleanField(
        label=_("Minor edit"),
        required=False,
        help_text=_(
            "A spelling mistake or a mended link: translations stay valid. "
            "Leave it empty when facts change, so that translators are told."
        ),
    )
    up_to_date = forms.BooleanField(
        label=_("This translation says the same as the newest text in the original language"),
        required=False,
        help_text=_("Tick it when you have gone through the changes. The mark “stale” goes away."),
    )
    note = _line(
        _("What you changed"),
        help_text=_("For your colleagues, in the list of versions. Readers do not see it."),
    )


class BlockForm(forms.Form):
    """One block. Always bound: what is wrong with it is found by the act that saves it."""

    def __init__(self, kind: str, data: Mapping[str, Any], prefix: str, choices: Choices) -> None:
        super().__init__(data, prefix=prefix)
        shape = blocks.SHAPES[kind]
        if kind == blocks.NOTICE:
            self.fields["tone"] = ChoiceField(label=LABELS["tone"], required=False, choices=TONES)
        if shape.target:
            given = [("", CHOOSE), *choices.get(shape.target, ())]
            self.fields["target"] = ChoiceField(label=LABELS["target"], required=False, choices=given)
        for name in shape.words:
            if name == "text":
                field = _line(LABELS["text"], widget=_markdown(3 if shape.target or shape.address else 8))
            else:
                field = _line(LABELS[name], help_text=_LEAVE_EMPTY if name == "alt" else "")
            self.fields[name] = field
        if shape.address:
            self.fields["address"] = _line(
                LABELS["address"],
                widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr"}),
                help_text=_("For example https://www.suomi.fi"),
            )
        for name, made in self.fields.items():
            needed = name in shape.needed or name in ("target", "address")
            made.optional_said = not needed and name != "tone"  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """One step of a list."""

    title = _line(_("What to do"))
    text = _line(_("How"), widget=_markdown(3))


class BlockRow:
    """A block in the editor: its mark, kind, number from 1, and forms."""

    def __init__(self, number: int, block: Mapping[str, Any], choices: Choices) -> None:
        self.number, self.id, self.kind = number, str(block["id"]), str(block["kind"])
        self.prefix = f"block-{number}"
        self.label = KINDS[self.kind]
        self.shape = blocks.SHAPES[self.kind]
        self.form = BlockForm(self.kind, _prefixed(self.prefix, block), self.prefix, choices)
        self.items = [
            ItemForm(_prefixed(prefix, item), prefix=prefix)
            for place, item in enumerate(block.get("items", ()), start=1)
            for prefix in [f"{self.prefix}-item-{place}"]
        ]
        self.heading = str(block.get("heading") or block.get("label") or block.get("alt") or "")

    @property
    def fields(self) -> list[tuple[Any, bool]]:
        """Bound fields in order, and whether each is said to be optional."""
        return [(bound, bound.field.optional_said) for bound in self.form]  # type: ignore[attr-defined]


def _prefixed(prefix: str, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{prefix}-{name}": str(value)
        for name, value in values.items()
        if name != "items" and value is not None
    }


class TextEditor:
    """The whole form of a text, made of a plain content: {"title", "summary", "blocks", and what stands in ``HeadForm``}."""

    def __init__(self, content: Mapping[str, Any], choices: Choices) -> None:
        self.content = content
        self.head = HeadForm({name: value for name, value in content.items() if name != "blocks" and value})
        given = content.get("blocks", ())
        self.rows = [BlockRow(number, block, choices) for number, block in enumerate(given, start=1)]
        self.general: list[str] = []

    def refuse(self, refusals: Refusals) -> None:
        """Puts each refusal at its field."""
        for refusal in refusals.refusals:
            error = ValidationError(refusal_text(refusal), code=refusal.code)
            form, name = self._place(refusal.field)
            if form is None:
                self.general.append(refusal_text(refusal))
            else:
                form.add_error(name, error)

    def _place(self, field: str) -> tuple[forms.Form | None, str]:
        if field in self.head.fields:
            return self.head, field
        found = re.fullmatch(r"block-(\d+)-(.+)", field)
        row = self.rows[int(found[1]) - 1] if found and 0 < int(found[1]) <= len(self.rows) else None
        if found is None or row is None:
            return None, ""
        if found[2] in row.form.fields:
            return row.form, found[2]
        if row.items and found[2] == "items":
            return row.items[0], "title"
        item = _ITEM.fullmatch(found[2])
        if item is not None and 0 < int(item[1]) <= len(row.items):
            return row.items[int(item[1]) - 1], item[2]
        return None, ""

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Every error as (identifier, label, words), in the order of the page."""
        found = [("", "", words) for words in self.general]
        found += _errors(self.head, "")
        for row in self.rows:
            for form in (row.form, *row.items):
                found += _errors(form, f"{row.label} {row.number}: ")
        return found


def _errors(form: forms.Form, before: str) -> list[tuple[str, str, str]]:
    return [
        (bound.id_for_label or bound.auto_id, f"{before}{bound.label}", str(error))
        for bound in form
        for error in bound.errors
    ]


# What was typed ---------------------------------------------------------------------------------------------------


def typed_content(data: QueryDict) -> dict[str, Any]:
    """The content as it was typed, whatever is wrong with it."""
    content: dict[str, Any] = {name: data.get(name, "") for name in HeadForm.base_fields}
    numbers = sorted(int(found[1]) for name in data if (found := _NUMBERED.fullmatch(name)))
    content["blocks"] = [
        block for number in numbers if (block := _typed_block(data, f"block-{number}-")) is not None
    ]
    return content


def _typed_block(data: QueryDict, prefix: str) -> dict[str, Any] | None:
    kind = data.get(f"{prefix}kind", "")
    if kind not in blocks.SHAPES:
        return None
    shape = blocks.SHAPES[kind]
    known = data.get(f"{prefix}id", "")
    block: dict[str, Any] = {
        "id": known if re.fullmatch(r"[a-z0-9]{1,20}", known) else blocks.new_id(),
        "kind": kind,
    }
    names = [*shape.words, "tone", "target", "address"]
    block |= {name: data[prefix + name] for name in names if prefix + name in data}
    if shape.listed:
        own = [name.removeprefix(prefix) for name in data if name.startswith(f"{prefix}item-")]
        places = sorted({int(found[1]) for name in own if (found := _ITEM.fullmatch(name))})
        block["items"] = [
            {name: data.get(f"{prefix}item-{place}-{name}", "") for name in ("title", "text")}
            for place in places
        ]
    return block


def text_content(content: Mapping[str, Any], made_from: int | None) -> TextContent:
    """What the act that saves takes."""
    return TextContent(
        title=content["title"],
        summary=content["summary"],
        blocks=content["blocks"],
        minor=bool(content.get("minor")),
        note=content.get("note", ""),
        made_from=made_from,
    )


def rearranged(content: dict[str, Any], do: str) -> tuple[dict[str, Any], str]:
    """The content after one press of a button, and the identifier of the field to go to.

    ``do``: "add:<kind>:<after>", "up:<n>", "down:<n>", "remove:<n>", "item-add:<n>", "item-up:<n>:<m>",
    "item-remove:<n>:<m>". A press that means nothing changes nothing.
    """
    act, *given = do.split(":")
    rows: list[dict[str, Any]] = content["blocks"]
    if act == "add":
        kind = given[0] if given and given[0] in blocks.SHAPES else blocks.TEXT
        after = _number(given, 1, len(rows)) if len(given) > 1 else len(rows)
        block: dict[str, Any] = {"id": blocks.new_id(), "kind": kind}
        if blocks.SHAPES[kind].listed:
            block["items"] = [{"title": "", "text": ""}]
        rows.insert(after, block)
        return content, f"block-{after + 1}"
    number = _number(given, 0, len(rows))
    if not number:
        return content, ""
    block = rows[number - 1]
    if act == "remove":
        rows.remove(block)
        return content, f"block-{min(number, len(rows))}" if rows else "add-block"
    if act in ("up", "down"):
        place = number - 2 if act == "up" else number
        if 0 <= place < len(rows):
            rows.insert(place, rows.pop(number - 1))
            return content, f"block-{place + 1}"
        return content, f"block-{number}"
    items: list[dict[str, str]] = block.setdefault("items", [])
    if act == "item-add":
        items.append({"title": "", "text": ""})
        return content, f"block-{number}-item-{len(items)}"
    place = _number(given, 1, len(items))
    if act == "item-remove" and place:
        items.pop(place - 1)
    if act == "item-up" and place > 1:
        items.insert(place - 2, items.pop(place - 1))
    return content, f"block-{number}"


def _number(given: Sequence[str], place: int, most: int) -> int:
    """A number from 1 to ``most`` at that place of a button's value; 0 when there is none."""
    text = given[place] if len(given) > place else ""
    return int(text) if text.isdecimal() and len(text) < 5 and 0 < int(text) <= most else 0


# The tree, publishing, files --------------------------------------------------------------------------------------


class _Key(forms.Form):
    key = forms.CharField(
        label=_("Last part of the address"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        help_text=_("Small letters and hyphens, for example residence-permit. Empty: made of the title."),
    )
    icon = ChoiceField(label=pgettext_lazy("page", "Picture on its card"), required=False, choices=ICONS)
    review_by = DayField(
        label=_("To be looked at again by"),
        required=False,
        help_text=_("You are reminded before this day. For example 31.12.2027."),
    )


class PageForm(_Key, OnceForm):
    """A new page."""

    title = forms.CharField(
        label=LABELS["title"], max_length=200, error_messages={"required": _("Give the page a title.")}
    )
    parent = ChoiceField(label=_("Stands under"), required=False)
    field_order = ("token", "title", "parent", "key", "icon", "review_by")

    def __init__(self, parents: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["parent"].choices = [("", _("nothing: it is on the first level")), *parents]  # type: ignore[attr-defined]


class PlaceForm(_Key):
    """Address, picture and review day of a page."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, own: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not own:
            del self.fields["key"]


class MoveForm(forms.Form):
    """To another place in the tree."""

    parent = ChoiceField(label=_("Stands under"), required=False)

    def __init__(self, parents: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["parent"].choices = [("", _("nothing: it is on the first level")), *parents]  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """When readers see it. Both times may be left empty: now, and until further notice."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(
        label=_("Published on"), required=False, help_text=_("Empty: at once. For example 1.12.2026.")
    )
    at = TimeField(label=pgettext_lazy("time", "At"), required=False, help_text=_("Empty: at 8.00."))
    until_on = DayField(
        label=_("Withdrawn on"), required=False, help_text=_("Empty: it stays until somebody withdraws it.")
    )
    until_at = TimeField(label=pgettext_lazy("time", "At"), required=False, help_text=_("Empty: at 8.00."))

    def __init__(self, text: PageText, *given: Any, **more: Any) -> None:
        """``text``: whose times it begins with. Readers see its newest version already: only the end can be set."""
        kept: dict[str, Any] = {"version": text.version}
        for day, time, at in (("on", "at", text.publish_at), ("until_on", "until_at", text.unpublish_at)):
            if at is not None:
                local = at.astimezone(clock.HELSINKI)
                kept |= {day: local.date(), time: local.time()}
        super().__init__(*given, **(more | {"initial": kept}))
        if text.published_id == text.latest_id:
            del self.fields["on"], self.fields["at"]

    def moment(self, day: str, time: str) -> datetime | None:
        """Day and time as one moment of the Finnish clock; None without a day."""
        on = self.cleaned_data.get(day)
        if on is None:
            return None
        at = self.cleaned_data.get(time) or TimeField().to_python("8")
        return timezone.make_aware(datetime.combine(on, at))  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for day, time in (("on", "at"), ("until_on", "until_at")):
            if typed.get(time) and not typed.get(day) and day not in self.errors:
                self.add_error(day, _("Give the day as well, or leave the time empty."))
        return typed


class ReviewForm(forms.Form):
    """Asking somebody to look at the text."""

    reviewer = ChoiceField(label=_("Who looks at it"), required=False)
    words = forms.CharField(label=_("To the reviewer"), required=False, max_length=2_000, widget=text_area(3))

    def __init__(self, people: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **(more | {"auto_id": "ask_%s"}))
        self.fields["reviewer"].choices = [("", _("anybody of us who may publish")), *people]  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """A word on the text, on one block or on the whole."""

    block = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    words = forms.CharField(
        label=_("Comment"),
        max_length=2_000,
        widget=text_area(2),
        error_messages={"required": _("Write the comment.")},
    )


class AlternativesForm(forms.Form):
    """What a picture shows, or what a file is, in each language."""

    def __init__(self, languages: Sequence[Any], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.languages = languages
        for one in languages:
            self.fields[f"alt_{one.code}"] = forms.CharField(
                label=one.name,
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"lang": one.code, "dir": one.direction}),
            )

    def alternatives(self) -> dict[str, str]:
        """The words by language; a language without words is left out."""
        typed = {one.code: self.cleaned_data.get(f"alt_{one.code}", "").strip() for one in self.languages}
        return {code: words for code, words in typed.items() if words}


class UploadForm(OnceForm):
    """A picture or a paper."""

    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        help_text=_("A picture (PNG, JPG) or a paper (PDF, DOCX, XLSX, TXT)."),
    )
    alt = forms.CharField(
        label=_("What the picture shows, for those who do not see it"),
        required=False,
        max_length=300,
        help_text=_("In the first language of the pages. Other languages are asked for next."),
    )
