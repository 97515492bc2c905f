"""The room's forms: they read what people typed. What may be done is decided by `actions`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.utils.translation import gettext_lazy as _

from kotopolku.access.capabilities import Role
from kotopolku.actors import queries
from kotopolku.actors.actions import ContactFacts
from kotopolku.actors.models import Contact, Organisation, Team, last_day
from kotopolku.actors.rules import Refusal, roles_for
from kotopolku.reference import queries as reference

ROLE_NAMES = {
    Role.CASEWORKER: _("integration worker"),
    Role.TEAM_LEADER: _("team leader"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.DATA_PROTECTION_OFFICER: _("data protection officer"),
    Role.REGIONAL_OFFICER: _("regional officer"),
    Role.MINISTRY_OFFICER: _("ministry officer"),
    Role.COUNTY_OFFICER: _("county officer"),
    Role.PROCUREMENT_OFFICER: _("procurement officer"),
    Role.READER: _("reader"),
    Role.PROVIDER: _("training provider"),
    Role.EDITOR: _("editor of public pages"),
    Role.COMMUNITY: _("association"),
}
ROLE_RIGHTS = {
    Role.CASEWORKER: _("sees and serves the organisation's clients"),
    Role.TEAM_LEADER: _(
        "as an integration worker, and sees protected data with a reason, contacts and counts"
    ),
    Role.ADMINISTRATOR: _("manages members and contacts, sees no clients"),
    Role.DATA_PROTECTION_OFFICER: _("sees who has looked at whose data"),
    Role.REGIONAL_OFFICER: _("sees counts of the region, never persons, and manages contacts"),
    Role.MINISTRY_OFFICER: _("sees counts of the whole country, never persons"),
    Role.COUNTY_OFFICER: _("is heard about municipal places, sees the county's compensation, never names"),
    Role.PROCUREMENT_OFFICER: _("buys training: tenders, contracts, courses; never clients"),
    Role.READER: _("sees the directory and the law"),
    Role.PROVIDER: _(
        "reports hours and attendance of the provider's own participants, and leaves bids for training"
    ),
    Role.EDITOR: _("writes, translates and publishes public pages, approves associations' entries"),
    Role.COMMUNITY: _("keeps the association's own services and events for the public"),
}


class DayField(forms.DateField):
    """A day as people write it, 29.4.2024."""

    default_error_messages = {"invalid": _("This is not a day. Write it for example 29.4.2024.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("For example 29.4.2024"))
        widget = forms.DateInput(attrs={"autocomplete": "off"})
        super().__init__(input_formats=["%d.%m.%Y", "%Y-%m-%d"], widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.day}.{value.month}.{value.year}" if isinstance(value, date) else value


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Puts an action's refusal beside the field that it is about."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal.message))


def _municipalities(day: date) -> list[tuple[str, str]]:
    return [(row.code, row.name()) for row in reference.municipalities_on(day)]


class WhoAnswersForm(forms.Form):
    """Which municipality, which duty or all, which day."""

    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    duty = forms.ChoiceField(label=_("Duty"), required=False)
    on = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["municipality"].choices = [("", _("Choose")), *_municipalities(day)]  # type: ignore[attr-defined]
        self.fields["duty"].choices = [("", _("All duties")), *queries.topics()]  # type: ignore[attr-defined]


class DirectoryForm(forms.Form):
    """Search of the directory."""

    q = forms.CharField(
        label=_("Name, title or organisation"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)

    def __init__(self, *args: Any, day: date, organisations: Iterable[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        everything = ("", _("All"))
        named = [(row.code, row.name) for row in organisations]
        self.fields["organisation"].choices = [everything, *named]  # type: ignore[attr-defined]
        self.fields["topic"].choices = [everything, *queries.topics()]  # type: ignore[attr-defined]
        self.fields["municipality"].choices = [everything, *_municipalities(day)]  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """A contact: a person or a role, with titles in three languages."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("Leave empty for a role, such as a service desk"),
    )
    title_fi = forms.CharField(label=_("Title in Finnish"), required=False, max_length=120)
    title_sv = forms.CharField(label=_("Title in Swedish"), required=False, max_length=120)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=120)
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, help_text=_("For example 0295 021 500")
    )
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None means that the contact answers for everything"),
    )
    municipalities = forms.CharField(
        label=_("Municipality codes"),
        required=False,
        help_text=_("Separated by commas, for example 092, 245. Empty means the whole area"),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which one is served"), required=False, widget=forms.CheckboxSelectMultiple
    )
    order = forms.IntegerField(
        label=_("Order"),
        required=False,
        min_value=0,
        max_value=9999,
        help_text=_("The smallest number stands first; the same numbers stand by name"),
    )
    public = forms.BooleanField(
        label=_("Show on public pages"),
        required=False,
        initial=True,
    )
    valid_from = DayField(label=_("First day"))
    valid_until = DayField(label=_("Last day"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topics"].choices = queries.topics_of(organisation)  # type: ignore[attr-defined]
        served = {row.code: row for row in reference.service_languages()}
        for code in ("fi", "sv", "en", *self.initial.get("languages", ())):
            if code not in served and (row := reference.language(code)) is not None:
                served[code] = row
        self.fields["languages"].choices = [(code, row.name()) for code, row in served.items()]  # type: ignore[attr-defined]

    @staticmethod
    def typed(contact: Contact) -> dict[str, Any]:
        """The values of a stored contact."""
        return {
            "name": contact.name,
            **{f"title_{language}": text for language, text in contact.title.items()},
            "telephone": contact.telephone,
            "email": contact.email,
            "topics": contact.topics,
            "municipalities": ", ".join(contact.municipalities),
            "languages": contact.languages,
            "order": contact.order,
            "public": contact.public,
            "valid_from": contact.valid.lower,
            "valid_until": last_day(contact.valid),
            "version": contact.version,
        }

    def facts(self) -> ContactFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        return ContactFacts(
            name=data["name"],
            titles={language: data[f"title_{language}"] for language in ("fi", "sv", "en")},
            telephone=data["telephone"],
            email=data["email"],
            topics=tuple(data["topics"]),
            municipalities=tuple(code.strip() for code in data["municipalities"].split(",") if code.strip()),
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            languages=tuple(data["languages"]),
            order=data["order"] or 0,
            public=data["public"],
        )


class DeputyForm(forms.Form):
    """Who stands in, from which day to which."""

    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=Contact.objects.none(), empty_label=_("Choose")
    )
    first = DayField(label=_("First day away"))
    last = DayField(label=_("Last day away"), required=False)
    reason = forms.CharField(
        label=_("Reason shown"),
        required=False,
        max_length=200,
        help_text=_("Shown to professionals, never to the public; no health data"),
    )

    def __init__(self, *args: Any, choices: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["deputy"].queryset = choices  # type: ignore[attr-defined]


class LastDayForm(forms.Form):
    """The last day of a seat or a contact."""

    last_day = DayField(label=_("Last day"))


def _role_choices(kind: str) -> list[tuple[str, str]]:
    return [(role, f"{ROLE_NAMES[Role(role)]}: {ROLE_RIGHTS[Role(role)]}") for role in roles_for(kind)]


class InviteForm(forms.Form):
    """Whom to invite to which role."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = _role_choices(kind)  # type: ignore[attr-defined]


class MembershipForm(forms.Form):
    """Role, team and title of a seat."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    title = forms.CharField(label=_("Title"), required=False, max_length=100)

    def __init__(self, *args: Any, kind: str, teams: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = _role_choices(kind)  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """The name of a team."""

    name = forms.CharField(label=_("Name of the team"), max_length=100)


class AcceptForm(forms.Form):
    """User name and password of a new account."""

    username = UsernameField(
        label=_("User name"), max_length=150, help_text=_("Letters, digits and @ . + - _")
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters"),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Type them again."))
        return data
