"""The form of news: one language and the days. Not for: rules, writing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.information.actions.news import LONGEST_TITLE, LONGEST_WORDS, NewsContent


class NewsForm(OnceForm):
    """News in one language. The days are the same in all languages."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    language = ChoiceField(label=_("Language"))
    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Give the news a title.")},
    )
    words = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_WORDS,
        widget=text_area(8),
        help_text=_("An empty line begins a new paragraph. A link: [words](https://address)."),
        error_messages={"required": _("Write what has happened.")},
    )
    shown_from = DayField(label=_("Shown from"))
    shown_until = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it stays until you take it away.")
    )
    published = forms.BooleanField(label=_("Readers see it from the first day on"), required=False)

    def __init__(self, *given: Any, languages: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def content(self) -> NewsContent:
        typed = self.cleaned_data
        return NewsContent(
            language=typed["language"],
            title=typed["title"],
            words=typed["words"],
            shown_from=typed["shown_from"],
            shown_until=typed["shown_until"] or None,
            published=typed["published"],
        )
