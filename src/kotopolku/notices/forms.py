"""The form of a user's wishes about notices: one choice for each kind."""

from typing import Any

from django import forms

from kotopolku.notices.models import Delivery
from kotopolku.notices.queries import WishRow


class WishesForm(forms.Form):
    """A select for each kind of notice; its name is the kind's."""

    def __init__(self, rows: list[WishRow], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for row in rows:
            self.fields[row.kind] = forms.ChoiceField(
                label=str(row.title), choices=Delivery.choices, initial=row.delivery
            )
