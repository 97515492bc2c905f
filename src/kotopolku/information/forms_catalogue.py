"""Form by which an organisation says which id it has in the service catalogue. Not for: rules, writing."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LinkForm(forms.Form):
    guid = forms.UUIDField(
        label=_("Id of the organisation in the service catalogue"),
        help_text=_("For example a1b2c3d4-0000-4000-8000-000000000092"),
        error_messages={
            "required": _("Give the id."),
            "invalid": _("This is not an id of the catalogue. It has 32 letters and digits in five groups."),
        },
    )
