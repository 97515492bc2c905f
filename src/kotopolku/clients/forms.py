"""Forms of a client's own data: what was typed, parsed and shown again.

Not for: rules (``rules.py``) and writing (``actions``).
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kotopolku import clock
from kotopolku.clients.forms_day import DAY_HINT as DAY_HINT
from kotopolku.clients.forms_day import DayField as DayField
from kotopolku.clients.forms_day import DayInput as DayInput
from kotopolku.clients.models import EndReason, HouseholdRole, PermitBasis, PermitKind, Sex
from kotopolku.clients.rules import ContactContent, NewClient, PermitContent, PersonContent
from kotopolku.reference import queries as reference

CHOOSE = _("Choose")

Choices = list[tuple[Any, Any]]


class Select(forms.Select):
    """A select that writes its options at once: Django's own renders a template for each, which lists of 300 feel."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = []
        for key, words in self.choices:
            if isinstance(words, list | tuple):
                inner = format_html_join("", OPTION, _options(words, chosen))
                options.append(format_html('<optgroup label="{}">{}</optgroup>', key, inner))
            else:
                options.append(format_html_join("", OPTION, _options([(key, words)], chosen)))
        attributes = self.build_attrs(self.attrs, (attrs or {}) | {"name": name})
        return format_html("<select{}>{}</select>", flatatt(attributes), _safe("".join(options)))


def _safe(written: str) -> SafeString:
    """HTML that ``format_html`` has escaped piece by piece."""
    return mark_safe(written)  # noqa: S308 - see above


OPTION = '<option value="{}"{}>{}</option>'


def _options(choices: Any, chosen: str) -> Iterator[tuple[str, str, Any]]:
    for key, words in choices:
        text = "" if key is None else str(key)
        yield text, _safe(" selected") if text == chosen else "", words


class ChoiceField(forms.ChoiceField):
    widget = Select


class KeptSelect(Select):
    """A select of long reference data, whose options are written once for each language and year."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = format_html('value="{}"', "" if value is None else value)
        first = next(iter(self.choices), ("", ""))
        options = format_html(OPTION, first[0], "", first[1]) + _kept_data(self.kind).options
        attributes = flatatt(self.build_attrs(self.attrs, (attrs or {}) | {"name": name}))
        # A language stands in one group only, so the first match is the only one.
        marked = options.replace(f"{chosen}>", f"{chosen} selected>", 1)
        return _safe(f"<select{attributes}>{marked}</select>")


@dataclass(frozen=True)
class Kept:
    """Reference data as the options of a select: code and words, and the options as HTML."""

    words: dict[str, str]
    options: str


_kept: dict[tuple[str, str, int], Kept] = {}


def _kept_data(kind: str) -> Kept:
    """Kept in the process, for each language and year, unless the reference data is not there yet."""
    key = (kind, get_language() or "fi", clock.today().year)
    if key not in _kept:
        choices = _MAKE[kind]()
        html = str(Select(choices=choices).render("", None)).partition(">")[2].removesuffix("</select>")
        kept = Kept({str(code): str(words) for code, words in _flat(choices)}, html)
        if not kept.words:
            return kept
        _kept[key] = kept
    return _kept[key]


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    """The choices without their groups."""
    for code, words in choices:
        if isinstance(words, list | tuple):
            yield from words
        else:
            yield code, words


def _languages() -> Choices:
    common = [(row.code, row.name()) for row in reference.service_languages()]
    known = {code for code, _name in common}
    others = [(row.code, row.name()) for row in reference.languages() if row.code not in known]
    return [(gettext("Most used"), common), (gettext("All others"), others)]


_MAKE: dict[str, Callable[[], Choices]] = {
    "language": _languages,
    "country": lambda: [(row.code, row.name()) for row in reference.countries()],
    "municipality": lambda: [(row.code, row.name()) for row in reference.municipalities_on(clock.today())],
}


class KeptField(ChoiceField):
    """A choice of reference data: hundreds of choices that are not copied for each form."""

    def __init__(self, kind: str, *, empty: str | Promise = CHOOSE, **options: Any) -> None:
        self.kind = kind
        super().__init__(choices=[("", empty)], widget=KeptSelect(kind), **options)

    def valid_value(self, value: Any) -> bool:
        return str(value) in _kept_data(self.kind).words

    def words(self, value: str) -> str:
        """What is chosen, in the page's language."""
        return _kept_data(self.kind).words.get(value, "")


class LanguageField(KeptField):
    """A language of the reference data; those that services meet most come first."""

    def __init__(self, **options: Any) -> None:
        super().__init__("language", **options)


class CountryField(KeptField):
    def __init__(self, **options: Any) -> None:
        super().__init__("country", **options)


class MunicipalityField(KeptField):
    """A municipality of the year in which the form is shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__("municipality", **options)


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PersonFields(forms.Form):
    """What is known about the person; the head of registration and of editing."""

    identity_code = forms.CharField(
        label=_("Personal identity code"),
        required=False,
        max_length=11,
        help_text=_("For example 131052-308T. Leave empty if the person has none yet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    given_names = forms.CharField(label=_("Given names"), max_length=150, required=False)
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, error_messages={"required": _("Give the family name.")}
    )
    birth_date = DayField(
        label=_("Date of birth"),
        required=False,
        help_text=_("For example 29.4.1990. Not needed when there is an identity code."),
    )
    sex = ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    mother_tongue = LanguageField(
        label=_("Mother tongue"), error_messages={"required": _("Choose the mother tongue.")}
    )
    other_language = LanguageField(label=_("Other language"), required=False, empty=_("None"))
    second_other_language = LanguageField(label=_("Second other language"), required=False, empty=_("None"))
    service_language = LanguageField(
        label=_("Language in which we serve the client"),
        error_messages={"required": _("Choose a language, so that an interpreter can be booked.")},
    )
    interpreter_needed = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    interpreter_wish = forms.CharField(
        label=_("Wish about the interpreter"),
        required=False,
        max_length=200,
        help_text=_("For example a woman, by telephone"),
    )
    citizenship = CountryField(
        label=_("Citizenship"), error_messages={"required": _("Choose the citizenship.")}
    )
    second_citizenship = CountryField(label=_("Second citizenship"), required=False)
    education = forms.CharField(label=_("Education"), required=False, max_length=100)
    occupation = forms.CharField(label=_("Occupation"), required=False, max_length=200)

    def clean_identity_code(self) -> str:
        return str(self.cleaned_data["identity_code"]).strip().upper()

    def person(self) -> PersonContent:
        typed = self.cleaned_data
        return PersonContent(
            identity_code=typed["identity_code"],
            family_name=typed["family_name"],
            given_names=typed["given_names"],
            birth_date=typed["birth_date"],
            sex=typed["sex"],
            mother_tongue=typed["mother_tongue"],
            languages=_listed(typed["other_language"], typed["second_other_language"]),
            service_language=typed["service_language"],
            interpreter_needed=typed["interpreter_needed"],
            interpreter_wish=typed["interpreter_wish"],
            citizenships=_listed(typed["citizenship"], typed["second_citizenship"]),
            education=typed["education"],
            occupation=typed["occupation"],
        )


def person_initial(person: Mapping[str, Any]) -> dict[str, Any]:
    """A person's stored data by the names of ``PersonFields``."""
    languages, citizenships = list(person["languages"]), list(person["citizenships"])
    return dict(person) | {
        "other_language": languages[0] if languages else "",
        "second_other_language": languages[1] if len(languages) > 1 else "",
        "citizenship": citizenships[0] if citizenships else "",
        "second_citizenship": citizenships[1] if len(citizenships) > 1 else "",
    }


class ContactFields(forms.Form):
    """Municipality, address and the like: what a non-disclosure order hides."""

    municipality = MunicipalityField(
        label=_("Municipality"),
        error_messages={"required": _("Choose the municipality where the person lives.")},
    )
    street_address = forms.CharField(label=_("Street address"), required=False, max_length=200)
    postal_code = forms.CharField(
        label=_("Postal code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    post_office = forms.CharField(label=_("Post office"), required=False, max_length=100)
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)

    def contact(self) -> ContactContent:
        return ContactContent(**{name: self.cleaned_data[name] for name in ContactFields.base_fields})


def _listed(*codes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))


class OnceForm(forms.Form):
    """A form that adds something: its token makes a second sending of the same form add nothing."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PermitFields(forms.Form):
    """Permit, card or registration. Required together; all may be left empty at registration."""

    kind = ChoiceField(label=_("Right of residence"), choices=[("", CHOOSE), *PermitKind.choices])
    basis = ChoiceField(label=_("Ground"), choices=[("", CHOOSE), *PermitBasis.choices])
    starts = DayField(label=_("Valid from"))
    ends = DayField(label=_("Valid to"), required=False, help_text=_("Leave empty if it is permanent."))


class PermitForm(OnceForm, PermitFields):
    """A further permit, card or registration."""


class RegisterForm(PersonFields, ContactFields):
    """Registration of a client, in one column. ``token`` makes a second sending of the same form harmless."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    permit_kind = ChoiceField(
        label=_("Right of residence"), required=False, choices=[("", _("Not known yet")), *PermitKind.choices]
    )
    permit_basis = ChoiceField(
        label=_("Ground"), required=False, choices=[("", CHOOSE), *PermitBasis.choices]
    )
    permit_starts = DayField(label=_("Valid from"), required=False)
    permit_ends = DayField(
        label=_("Valid to"), required=False, help_text=_("Leave empty if it is permanent.")
    )
    non_disclosure = forms.BooleanField(
        label=_("There is a non-disclosure order"),
        required=False,
        help_text=_("Municipality, address and contacts are then hidden everywhere."),
    )
    non_disclosure_until = DayField(
        label=_("In force until"),
        required=False,
        help_text=_("Leave empty if it is in force until further notice."),
    )
    started_on = DayField(label=_("Start of the client relationship"))
    request_on = DayField(
        label=_("Day of the client's own request"),
        required=False,
        help_text=_("Only when the client asked for the assessment. The time limit then runs from this day."),
    )
    jobseeker = ChoiceField(
        label=_("Is the person registered as a jobseeker?"),
        choices=[
            ("yes", _("Yes, the job search is in force")),
            ("no", _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one. It decides which authority is responsible.")},
    )
    jobseeker_from = DayField(
        label=_("Job search in force from"),
        required=False,
        help_text=_("Leave empty if it began on the day the client relationship started."),
    )
    own_worker = forms.BooleanField(label=_("I am the client's own worker"), required=False, initial=True)
    household_case = forms.CharField(
        label=_("Lives in the same household as client number"),
        required=False,
        max_length=20,
        help_text=_("For example 2024-00317. Leave empty if nobody in the household is a client."),
    )
    household_role = ChoiceField(
        label=_("Role in the household"), required=False, choices=[("", CHOOSE), *HouseholdRole.choices]
    )
    duplicate_reason = forms.CharField(
        label=_("Why this is another person"), required=False, max_length=300, widget=text_area(2)
    )
    same_person = forms.IntegerField(label=_("The person who comes back"), required=False)
    same_person_reason = forms.CharField(
        label=_("How you made sure that it is the same person"),
        required=False,
        max_length=300,
        widget=text_area(2),
        help_text=_("For example: passport and identity code compared. The reason is kept in the journal."),
    )
    override_reason = forms.CharField(
        label=_("Why your authority is responsible all the same"),
        required=False,
        max_length=300,
        widget=text_area(2),
        help_text=_("The reason is kept with the client and in the journal."),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        permit = [typed.get(name) for name in ("permit_kind", "permit_basis", "permit_starts")]
        if any(permit):
            self._require("permit_kind", _("Choose the kind, or leave the whole section empty."))
            self._require("permit_basis", _("Choose the ground, or leave the whole section empty."))
            self._require("permit_starts", _("Give the first day, or leave the whole section empty."))
        if typed.get("household_case"):
            self._require("household_role", _("Choose the role in the household."))
        return typed

    def _require(self, name: str, message: str | Promise) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, ValidationError(str(message), code="required"))

    def new_client(self, *, household_with: int | None, worker_id: int | None) -> NewClient:
        """What was typed, as the action takes it. ``worker_id`` is the own worker if the box was marked."""
        typed = self.cleaned_data
        permit = None
        if typed["permit_starts"]:
            permit = PermitContent(**{name: typed[f"permit_{name}"] for name in PermitFields.base_fields})
        since = (typed["jobseeker_from"] or typed["started_on"]) if typed["jobseeker"] == "yes" else None
        return NewClient(
            person=self.person(),
            contact=self.contact(),
            started_on=typed["started_on"],
            request_on=typed["request_on"],
            jobseeker_since=since,
            permit=permit,
            non_disclosure=typed["non_disclosure"],
            non_disclosure_until=typed["non_disclosure_until"],
            household_with=household_with,
            household_role=typed["household_role"] or HouseholdRole.ADULT,
            worker_id=worker_id if typed["own_worker"] else None,
            override_reason=typed["override_reason"],
            duplicate_reason=typed["duplicate_reason"],
            same_person_id=typed["same_person"],
            same_person_reason=typed["same_person_reason"],
        )


class PersonForm(PersonFields):
    """Editing the person; ``version`` tells whether somebody else has saved in between."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PersonAndContactForm(PersonForm, ContactFields):
    """The same with municipality and contacts, when no non-disclosure order hides them."""


class NonDisclosureForm(forms.Form):
    non_disclosure = forms.BooleanField(label=_("There is a non-disclosure order"), required=False)
    until = DayField(
        label=_("In force until"),
        required=False,
        help_text=_("Leave empty if it is in force until further notice."),
    )


class ProtectedReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you need to see it"),
        max_length=300,
        widget=text_area(2),
        help_text=_("The reason, your name and the time are written in the journal."),
        error_messages={"required": _("Write why you need to see it.")},
    )


class MemberForm(OnceForm):
    """A household member: a client by number, or a person who is not a client."""

    case_number = forms.CharField(
        label=_("Client number, if the person is a client"),
        required=False,
        max_length=20,
        help_text=_("For example 2024-00317"),
    )
    given_names = forms.CharField(label=_("Given names"), required=False, max_length=150)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=100)
    birth_date = DayField(label=_("Date of birth"), required=False)
    role = ChoiceField(label=_("Role in the household"), choices=[("", CHOOSE), *HouseholdRole.choices])
    from_day = DayField(label=_("Member from"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("case_number") and not typed.get("family_name"):
            self.add_error("case_number", _("Give a client number or a family name."))
        return typed


class EndMemberForm(forms.Form):
    member = forms.IntegerField(widget=forms.HiddenInput)
    left_on = DayField(label=_("Left the household on"))


class EndPermitForm(forms.Form):
    permit = forms.IntegerField(widget=forms.HiddenInput)
    ends = DayField(label=_("Valid to"))


CONSENT_PURPOSES: Choices = [
    ("", CHOOSE),
    ("contact-municipality", _("The municipality may be told about me (681/2023 § 9)")),
    ("wellbeing", _("My matters may be planned together with the wellbeing services county")),
    ("training-provider", _("My plan may be shown to the training provider")),
    ("association", _("An association may contact me")),
    ("guidance", _("Guidance data may be stored")),
]


class ConsentForm(OnceForm):
    purpose = ChoiceField(label=_("What the client agrees to"), choices=CONSENT_PURPOSES)
    given_on = DayField(label=_("Given on"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class WithdrawConsentForm(forms.Form):
    consent = forms.IntegerField(widget=forms.HiddenInput)
    withdrawn_on = DayField(label=_("Taken back on"))


class JobseekerForm(forms.Form):
    jobseeker = ChoiceField(
        label=_("Is the person registered as a jobseeker?"),
        choices=[("yes", _("Yes, the job search is in force")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("From which day"))


class WorkerForm(forms.Form):
    worker = ChoiceField(label=_("Own worker"), required=False)

    def __init__(self, workers: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].choices = [("", _("Nobody yet")), *workers]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Ending a client relationship or a plan."""

    ended_on = DayField(label=_("Ends on"), help_text=_("The first day on which it is no longer in force."))
    reason = ChoiceField(label=_("Reason"), choices=[("", CHOOSE), *EndReason.choices])
    note = forms.CharField(label=_("Note"), required=False, widget=text_area())
