"""Forms of forecasts and lots: what was typed, parsed and shown again. Not for: rules, writing (``actions/needs``)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.training import measuring
from kotopolku.training.actions.needs import LotContent
from kotopolku.training.models import NeedLot, NeedTrack


def _number(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)


class LotForm(OnceForm):
    """A lot of training to be bought. The same form adds and changes one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    track = ChoiceField(
        label=_("Training"),
        choices=[("", CHOOSE), *NeedTrack.choices],
        error_messages={"required": _("Choose what kind of training it is.")},
    )
    field = ChoiceField(
        label=pgettext_lazy("training", "Field"),
        required=False,
        help_text=_("Only for vocational training."),
        choices=[],
    )
    municipality = ChoiceField(label=_("Place"), required=False, choices=[])
    volume = _number(
        _("Students"), error_messages={"required": _("Give the number of students.")}, min_value=None
    )
    option_volume = _number(
        _("Students more as an option"),
        required=False,
        help_text=_("Bought only if they come. An option counts into the value of the procurement."),
    )
    starts_on = DayField(label=pgettext_lazy("course", "Start"))
    reason = forms.CharField(
        label=_("Reason"),
        widget=text_area(2),
        max_length=1_000,
        help_text=_("Kept with the lot and shown with the tender. Write no names."),
        error_messages={"required": _("Write in a few words why.")},
    )

    def __init__(self, places: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["municipality"].choices = [("", _("Whole area")), *places]  # type: ignore[attr-defined]
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            ("", _("No field")),
            *((one.id, one.name) for one in measuring.fields().values() if one.id),
        ]

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    def content(self) -> LotContent:
        typed = self.cleaned_data
        return LotContent(
            municipality=typed["municipality"],
            track=typed["track"],
            field=typed["field"],
            volume=typed["volume"],
            option_volume=typed["option_volume"] or 0,
            starts_on=typed["starts_on"],
            reason=typed["reason"],
        )


def lot_initial(lot: NeedLot) -> dict[str, Any]:
    names = ("municipality", "track", "field", "volume", "option_volume", "starts_on", "reason", "version")
    return {name: getattr(lot, name) for name in names}


class DropForm(forms.Form):
    """Setting a lot aside."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        widget=text_area(2),
        max_length=1_000,
        error_messages={"required": _("Write in a few words why.")},
    )
