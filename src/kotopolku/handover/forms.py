"""Forms of hand-overs, referrals and advice: what was typed, parsed and shown again. Not for: rules and writing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import (
    CHOOSE,
    ChoiceField,
    DayField,
    LanguageField,
    MunicipalityField,
    OnceForm,
    text_area,
)
from kotopolku.handover.models import Channel, CloseReason, ConsentHow, Occasion, Theme
from kotopolku.handover.rules import NewOffer, NewReferral


class OfferForm(OnceForm):
    """Offering a client: to whom, why there, a word to the receiver."""

    to_organisation = ChoiceField(label=_("Offer to"), required=False)
    reason = forms.CharField(
        label=_("Why this authority"),
        required=False,
        max_length=1_000,
        widget=text_area(2),
        help_text=_("Needed only when it is not the authority that the law names."),
    )
    message = forms.CharField(
        label=_("Message to the receiver"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("Read before accepting, so write no name, number or address here."),
    )
    occasion = forms.CharField(widget=forms.HiddenInput, required=False)
    protected_reason = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, receivers: Sequence[tuple[int, str]], by_law: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        first = _("%(authority)s (by law)") % {"authority": by_law} if by_law else CHOOSE
        self.fields["to_organisation"].choices = [("", first), *receivers]  # type: ignore[attr-defined]

    def offer(self) -> NewOffer:
        typed = self.cleaned_data
        occasion = typed["occasion"] if typed["occasion"] in Occasion.values else Occasion.CHOICE
        return NewOffer(
            to_organisation_id=int(typed["to_organisation"]) if typed["to_organisation"] else None,
            occasion=occasion,
            reason=typed["reason"],
            message=typed["message"],
            protected_reason=typed["protected_reason"],
        )


class AcceptForm(OnceForm):
    """Accepting: the worker who takes the client."""

    worker = ChoiceField(
        label=_("Worker who takes the client"),
        error_messages={"required": _("Choose the worker of your authority who takes the client.")},
    )

    def __init__(self, workers: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["worker"].choices = [("", CHOOSE), *workers]  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why your authority does not take the client"),
        max_length=1_000,
        widget=text_area(3),
        help_text=_("The sender reads this."),
        error_messages={
            "required": _("Write why your authority does not take the client; the sender reads it.")
        },
    )


class KeepForm(forms.Form):
    reason = forms.CharField(
        label=_("Why your authority goes on answering"),
        max_length=1_000,
        widget=text_area(2),
        error_messages={"required": _("Write why your authority goes on answering.")},
    )


class ReferralForm(OnceForm):
    """What an authority tells of a person who agrees to it."""

    consent = forms.BooleanField(
        label=_("The person agrees that the municipality is told"),
        required=False,
        help_text=_("Without consent nothing may be told; then only the advice is counted, without a name."),
    )
    consent_how = ChoiceField(
        label=_("How the consent was given"),
        required=False,
        choices=ConsentHow.choices,
        widget=forms.RadioSelect,
    )
    consent_on = DayField(label=_("Day of the consent"), required=False)
    given_names = forms.CharField(label=_("Given names"), max_length=150, required=False)
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, error_messages={"required": _("Give the family name.")}
    )
    birth_date = DayField(label=_("Date of birth"), required=False)
    service_language = LanguageField(
        label=_("Language in which the person can be served"),
        error_messages={"required": _("Choose a language, so that an interpreter can be booked.")},
    )
    interpreter_needed = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    municipality = MunicipalityField(
        label=_("Municipality where the person lives"),
        error_messages={"required": _("Choose the municipality: it decides who answers.")},
    )
    jobseeker = forms.BooleanField(label=_("The person is registered as a jobseeker"), required=False)
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    non_disclosure = forms.BooleanField(
        label=_("There is a non-disclosure order"),
        required=False,
        help_text=_("Municipality, address and contacts are then hidden everywhere."),
    )
    need = forms.CharField(
        label=_("What the person may need"),
        max_length=2_000,
        widget=text_area(4),
        help_text=_("A few words are enough. No diagnoses and nothing that the services do not need."),
        error_messages={"required": _("Write in a few words which services the person may need.")},
    )

    def referral(self) -> NewReferral:
        names = NewReferral.__dataclass_fields__
        return NewReferral(**{name: self.cleaned_data[name] for name in names})


class CloseReferralForm(forms.Form):
    reason = ChoiceField(
        label=_("Why the referral is closed"),
        choices=[("", CHOOSE), *CloseReason.choices],
        error_messages={"required": _("Choose why the referral is closed.")},
    )
    note = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=1_000,
        widget=text_area(2),
        help_text=_("Stays with your authority; the sender sees only that the referral was closed."),
    )


class AdviceForm(OnceForm):
    """One time of anonymous advice."""

    theme = ChoiceField(
        label=_("What the advice was about"),
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the advice was about.")},
    )
    language = LanguageField(
        label=_("Language of the advice"), error_messages={"required": _("Choose the language.")}
    )
    channel = ChoiceField(
        label=_("How the advice was given"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the advice was given.")},
    )
