"""The form of a user's wishes about notices: one choice for each kind."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kotopolku.notices.models import Delivery
from kotopolku.notices.queries import WishRow


class WishesForm(forms.Form):
    """A select for each kind of notice; its name is the kind's."""

    def __init__(self, rows: list[WishRow], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for row in rows:
            self.fields[row.kind] = forms.ChoiceField(
                label=str(row.title),
                choices=Delivery.choices,
                initial=row.delivery,
                help_text=_narrowing(row.page) if row.page else "",
            )


def _narrowing(page: str) -> SafeString:
    """The way to the page on which a kind is narrowed."""
    return format_html('<a href="{}">{}</a>', reverse(page), _("Choose what it holds"))
