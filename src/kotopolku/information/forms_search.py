"""Forms of search for editors. Not for: rules, writing."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import ChoiceField, OnceForm, text_area
from kotopolku.information.actions.search import SynonymContent
from kotopolku.information.models import ContentLanguage


class SynonymForm(OnceForm):
    """A group of words, one on a line. ``version`` is of the group that is changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=_("Words and expressions"),
        widget=text_area(6),
        help_text=_(
            "One on a line, as people write them: “Kela money”, “perustoimeentulotuki”. Whoever types one of them finds "
            "what is written with any of the others."
        ),
    )
    language = ChoiceField(
        label=_("For readers of"),
        required=False,
        help_text=_("Choose a language if a word means something else in others."),
    )

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        kept = self.initial.get("language", "")
        rows = ContentLanguage.objects.filter(Q(retired_on=None) | Q(pk=kept)).values_list("code", "name")
        self.fields["language"].choices = [("", _("All languages")), *rows]  # type: ignore[attr-defined]

    def content(self) -> SynonymContent:
        lines = re.split(r"[\n;]", self.cleaned_data["words"])
        return SynonymContent(tuple(one for one in lines if one.strip()), self.cleaned_data["language"])
