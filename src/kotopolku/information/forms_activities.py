"""Forms of services, venues and events for those who keep them: what was typed, parsed and shown again.

Texts are fields for each language of the public pages. Not for: rules, writing, the readers' filters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from kotopolku import clock
from kotopolku.clients.forms import (
    ChoiceField,
    MunicipalityField,
    OnceForm,
    text_area,
)
from kotopolku.information import activity_rules as rules
from kotopolku.information import headings, hours_rules, wording_activities
from kotopolku.information.activity_rules import EventContent, PointContent, ServiceContent, VenueContent
from kotopolku.information.models import ContentLanguage, PriceKind, Venue
from kotopolku.reference import queries as reference

FIRST = ("fi", "sv", "en")
OWN, NAMED, NATIONWIDE = "own", "named", "nationwide"
CHANNELS = 3
WHERE = {"own": _("our own area"), "named": _("these municipalities"), "nationwide": _("the whole country")}


class MunicipalitiesField(forms.CharField):
    """Municipalities by name, in Finnish or Swedish, with commas between. Gives their codes."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        known: dict[str, str] = {}
        for one in reference.municipalities_on(clock.today()):
            for name in (one.name_fi, one.name_sv, one.name_en):
                if name:
                    known.setdefault(name.casefold(), one.code)
        codes = []
        for part in re.split(r"[,;\n]+", text):
            name = " ".join(part.split())
            if not name:
                continue
            if name.casefold() not in known:
                raise ValidationError(
                    gettext("There is no municipality called “%(name)s”. Check the spelling.")
                    % {"name": name[:60]},
                    "unknown",
                )
            codes.append(known[name.casefold()])
        return list(dict.fromkeys(codes))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        found = (reference.municipality_by_code(code) for code in value)
        return ", ".join(one.name() for one in found if one is not None)


def served_choices(kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Languages in which one is served: those that services meet most, and what was chosen before."""
    rows = {one.code: one.name() for one in reference.service_languages()}
    for code in kept:
        row = reference.language(code)
        rows.setdefault(code, row.name() if row else code)
    return list(rows.items())


def checks(label: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple, **more)


class TextsForm(OnceForm):
    """A form with texts by language. ``TEXTS``: field → (label, rows; 0 for one line, longest)."""

    TEXTS: Mapping[str, tuple[Any, int, int]] = {}
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.speaking = list(ContentLanguage.objects.filter(retired_on=None))
        for language in self.speaking:
            for name, (label, rows, most) in self.TEXTS.items():
                attributes: dict[str, Any] = {"lang": language.code, "dir": language.direction}
                widget: Any = forms.TextInput(attrs=attributes)
                if rows:
                    widget = forms.Textarea(attrs=attributes | {"rows": rows})
                self.fields[f"{name}_{language.code}"] = forms.CharField(
                    label=label, required=False, max_length=most, widget=widget
                )

    def text_parts(self) -> list[tuple[ContentLanguage, list[BoundField], bool]]:
        """Each language with its fields, and whether it stands open: the first three, with words, or with errors."""
        found = []
        for language in self.speaking:
            bounds = [self[f"{name}_{language.code}"] for name in self.TEXTS]
            said = any(bound.value() for bound in bounds)
            wrong = any(bound.errors for bound in bounds)
            found.append((language, bounds, said or wrong or language.code == "fi"))
        found.sort(key=lambda part: (part[0].code not in FIRST, part[0].order))
        return found

    def rest(self, *names: str) -> list[BoundField]:
        """The named fields, bound; those that the form does not have are left out."""
        return [self[name] for name in names if name in self.fields]

    def texts(self, name: str) -> dict[str, str]:
        """What was typed in each language; nothing for the empty ones."""
        found = {one.code: self.cleaned_data.get(f"{name}_{one.code}") or "" for one in self.speaking}
        return {code: words.strip() for code, words in found.items() if words.strip()}

    def text_names(self) -> dict[str, str]:
        """For refusals: a field of texts is the first language's."""
        first = self.speaking[0].code if self.speaking else "fi"
        return {name: f"{name}_{first}" for name in self.TEXTS}

    @classmethod
    def texts_initial(cls, content: Any) -> dict[str, str]:
        return {
            f"{name}_{code}": words for name in cls.TEXTS for code, words in getattr(content, name).items()
        }

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0


class HoursFields(forms.Form):
    """Opening hours: how, by weekday, and exceptions one a line."""

    hours_kind = ChoiceField(
        label=_("Opening hours"),
        required=False,
        choices=[
            ("", _("not told")),
            ("weekly", _("by weekday")),
            ("always", _("always open")),
            ("appointment", _("by appointment")),
        ],
    )
    exceptions = forms.CharField(
        label=_("Exceptions, one on a line"),
        required=False,
        max_length=6_000,
        widget=text_area(4),
        help_text=_(
            "A day or days, then the times or “closed”, then a note: 24.12.2026–26.12.2026 closed; "
            "5.12.2026 10–14 only the lobby."
        ),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        self.told: list[str] = []
        self._typed_hours = hours_rules.Hours()
        self._kept_notes: dict[str, str] = {}
        super().__init__(*given, **more)
        for number in range(1, 8):
            self.fields[f"day_{number}"] = forms.CharField(
                label=wording_activities.weekday(number).capitalize(),
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def days(self) -> list[BoundField]:
        return [self[f"day_{number}"] for number in range(1, 8)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        weekly: dict[int, hours_rules.Times] = {}
        for number in range(1, 8):
            times, faults = hours_rules.read_times(typed.get(f"day_{number}") or "")
            self._blame(f"day_{number}", faults)
            if times:
                weekly[number] = times
        exceptions, wrong, known = hours_rules.read_exceptions(typed.get("exceptions") or "")
        self._blame("exceptions", wrong)
        self.told += [fault_text(fault) for fault in known]
        kind = typed.get("hours_kind") or ("weekly" if weekly else "")
        if kind == "weekly" and not weekly and "hours_kind" not in self.errors and not self._has_day_errors():
            self.add_error(
                "hours_kind", gettext("Give the hours of one weekday at least, or choose another way.")
            )
        self._typed_hours = hours_rules.Hours(hours_rules.Kind(kind), weekly, exceptions, self._kept_notes)
        return typed

    def _has_day_errors(self) -> bool:
        return any(f"day_{number}" in self.errors for number in range(1, 8))

    def _blame(self, name: str, faults: Iterable[hours_rules.Fault]) -> None:
        for fault in faults:
            self.add_error(name, ValidationError(fault_text(fault), fault.code))

    def hours(self) -> dict[str, Any]:
        """The hours as they are kept."""
        return hours_rules.to_json(self._typed_hours)

    def keep_notes(self, hours: Mapping[str, Any]) -> None:
        """Notes that the form does not ask for stay as they are."""
        self._kept_notes = dict(hours_rules.from_json(hours).notes)

    @staticmethod
    def hours_initial(kept: Mapping[str, Any]) -> dict[str, Any]:
        hours = hours_rules.from_json(kept)
        initial: dict[str, Any] = {"hours_kind": hours.kind.value}
        for number, times in hours.weekly.items():
            initial[f"day_{number}"] = hours_rules.typed_times(times)
        closed = pgettext("opening hours", "closed")
        initial["exceptions"] = hours_rules.typed_exceptions(hours.exceptions, closed)
        return initial


def fault_text(fault: hours_rules.Fault) -> str:
    """What is wrong with typed hours, in the language in use."""
    return gettext(rules.HOURS_WORDS[fault.code]) % {**fault.params, "line": fault.line}


class EntryForm(TextsForm):
    """What services and events share: topics, groups, languages, for whom, price."""

    topics = checks(_("What it is about"))
    groups = checks(_("For whom"), help_text=_("Choose none when it is for everybody."))
    languages = checks(_("Languages in which one is served"))
    where = ChoiceField(label=_("Where readers see it"), widget=forms.RadioSelect)
    municipalities = MunicipalitiesField(
        label=_("Municipalities"),
        required=False,
        max_length=2_000,
        help_text=_(
            "Names with commas between: Vantaa, Espoo. A municipality that is not your own approves it first."
        ),
    )
    price = ChoiceField(label=_("Price"), choices=PriceKind.choices, initial=PriceKind.FREE)
    web = forms.URLField(label=_("Web page"), required=False, assume_scheme="https", max_length=500)
    for_plans = forms.BooleanField(label=_("May be put into clients' integration plans"), required=False)

    def __init__(self, own_area: str, *given: Any, kept_languages: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self._choices("topics", [(one.id, one.name) for one in headings.topics().values()])
        self._choices("groups", [(one.id, one.name) for one in headings.groups().values()])
        self._choices("languages", served_choices(kept_languages))
        ways: list[tuple[str, Any]] = [(name, words) for name, words in WHERE.items() if name != OWN]
        if own_area:
            own = gettext("our own area: %(area)s") % {"area": own_area}
            ways.insert(0, (OWN, own))
        self._choices("where", ways)
        self.fields["where"].initial = OWN if own_area else NAMED

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if (
            typed.get("where") == NAMED
            and not typed.get("municipalities")
            and "municipalities" not in self.errors
        ):
            self.add_error("municipalities", gettext("Name at least one municipality."))
        return typed

    def shared(self) -> dict[str, Any]:
        typed = self.cleaned_data
        named = typed["where"] == NAMED
        return {
            "topics": tuple(typed["topics"]),
            "groups": tuple(typed["groups"]),
            "languages": tuple(typed["languages"]),
            "municipalities": tuple(typed["municipalities"]) if named else (),
            "nationwide": typed["where"] == NATIONWIDE,
            "price": typed["price"],
            "price_notes": self.texts("price_notes"),
            "web": typed["web"],
            "for_plans": typed["for_plans"],
        }

    @staticmethod
    def shared_initial(content: ServiceContent | EventContent, own_area: str) -> dict[str, Any]:
        where = NATIONWIDE if content.nationwide else NAMED if content.municipalities or not own_area else OWN
        return {
            "topics": content.topics,
            "groups": content.groups,
            "languages": content.languages,
            "where": where,
            "municipalities": content.municipalities,
            "price": content.price,
            "web": content.web,
            "for_plans": content.for_plans,
        }


class ServiceForm(HoursFields, EntryForm):
    """A service. Its places are chosen; their own hours and telephones stand on pages of their own."""

    TEXTS = {
        "names": (_("Name"), 0, rules.LONGEST_NAME),
        "summaries": (_("In a sentence"), 2, rules.LONGEST_SUMMARY),
        "descriptions": (_("Description"), 5, rules.LONGEST_TEXT),
        "how_to": (_("How to get it"), 3, rules.LONGEST_TEXT),
        "requirements": (_("What is required"), 3, rules.LONGEST_TEXT),
        "provider_names": (_("Who gives it, if not we"), 0, 200),
        "price_notes": (_("More about the price"), 0, 300),
    }
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    venues = checks(_("Places where it is given"))

    def __init__(
        self, venues: Sequence[Venue], *given: Any, kept: ServiceContent | None = None, **more: Any
    ) -> None:
        self.kept = kept
        # One empty row more than there are ways, and never fewer than the usual number: what came from elsewhere stays.
        self.rows = range(1, max(CHANNELS, len(kept.channels) + 1 if kept else 0) + 1)
        super().__init__(*given, **more)
        if kept is not None:
            self.keep_notes(kept.hours)
        self._choices("venues", [(str(one.pk), venue_words(one)) for one in venues])
        for number in self.rows:
            self.fields[f"channel_kind_{number}"] = ChoiceField(
                label=_("Further way"),
                required=False,
                choices=[
                    ("", "–"),
                    ("web", _("online service")),
                    ("form", _("form")),
                    ("phone", _("telephone")),
                ],
            )
            self.fields[f"channel_{number}"] = forms.CharField(
                label=_("Address or number"), required=False, max_length=500
            )

    def channel_rows(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"channel_kind_{n}"], self[f"channel_{n}"]) for n in self.rows]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        for number in self.rows:
            kind, address = typed.get(f"channel_kind_{number}"), typed.get(f"channel_{number}")
            if bool(kind) != bool(address):
                self.add_error(
                    f"channel_{number}",
                    gettext("Give both the kind and the address, or leave the row empty."),
                )
        return typed

    def content(self) -> ServiceContent:
        typed = self.cleaned_data
        before = {point.venue_id: point for point in self.kept.points} if self.kept else {}
        words = {one.get("address"): one.get("words", {}) for one in self.kept.channels} if self.kept else {}
        return ServiceContent(
            **self.shared(),
            **self._own_texts(),
            telephone=typed["telephone"],
            email=typed["email"],
            hours=self.hours(),
            channels=tuple(
                {
                    "kind": typed[f"channel_kind_{n}"],
                    "address": typed[f"channel_{n}"].strip(),
                    "words": words.get(typed[f"channel_{n}"].strip(), {}),
                }
                for n in self.rows
                if typed.get(f"channel_kind_{n}")
            ),
            points=tuple(before.get(int(pk)) or PointContent(int(pk)) for pk in typed["venues"]),
        )

    def _own_texts(self) -> dict[str, Any]:
        return {name: self.texts(name) for name in self.TEXTS if name != "price_notes"}

    def names(self) -> dict[str, str]:
        return self.text_names() | {"points": "venues", "channels": "channel_1"}

    @classmethod
    def initial_of(cls, content: ServiceContent, own_area: str) -> dict[str, Any]:
        initial = cls.texts_initial(content) | cls.shared_initial(content, own_area)
        initial |= cls.hours_initial(content.hours)
        initial |= {
            "telephone": content.telephone,
            "email": content.email,
            "venues": [str(point.venue_id) for point in content.points],
        }
        for number, channel in enumerate(content.channels, start=1):
            initial[f"channel_kind_{number}"] = channel.get("kind", "web")
            initial[f"channel_{number}"] = channel.get("address", "")
        return initial


def venue_words(venue: Venue) -> str:
    """A venue for a choice: its first name with its address."""
    name = venue.names.get("fi") or next(iter(venue.names.values()), "–")
    return ", ".join(part for part in (name, venue.address) if part)


class VenueForm(HoursFields, TextsForm):
    """A venue."""

    TEXTS = {
        "names": (_("Name"), 0, rules.LONGEST_NAME),
        "accessibility": (_("How one gets in"), 3, rules.LONGEST_TEXT),
    }
    street = forms.CharField(label=_("Street address"), required=False, max_length=200)
    postal_code = forms.CharField(
        label=_("Postal code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    city = forms.CharField(label=_("Post office"), required=False, max_length=100)
    municipality = MunicipalityField(
        label=_("Municipality"),
        error_messages={"required": _("Choose the municipality where the place is.")},
    )
    latitude = forms.CharField(
        label=_("Latitude"), required=False, max_length=12, help_text=_("For example 60.2934")
    )
    longitude = forms.CharField(
        label=_("Longitude"), required=False, max_length=12, help_text=_("For example 25.0378")
    )
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    web = forms.URLField(label=_("Web page"), required=False, assume_scheme="https", max_length=500)
    languages = checks(_("Languages in which one is served"))

    def __init__(self, *given: Any, kept: VenueContent | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen = kept.languages if kept else ()
        self.fields["languages"].choices = served_choices(chosen)  # type: ignore[attr-defined]
        if kept is not None:
            self.keep_notes(kept.hours)

    def content(self) -> VenueContent:
        typed = self.cleaned_data
        return VenueContent(
            names=self.texts("names"),
            accessibility=self.texts("accessibility"),
            languages=tuple(typed["languages"]),
            hours=self.hours(),
            latitude=typed["latitude"].strip().replace(",", "."),
            longitude=typed["longitude"].strip().replace(",", "."),
            **{name: typed[name] for name in _VENUE},
        )

    def names(self) -> dict[str, str]:
        return self.text_names()

    @classmethod
    def initial_of(cls, content: VenueContent) -> dict[str, Any]:
        initial: dict[str, Any] = cls.texts_initial(content) | cls.hours_initial(content.hours)
        initial |= {name: getattr(content, name) for name in (*_VENUE, "latitude", "longitude", "languages")}
        return initial


_VENUE = ("street", "postal_code", "city", "municipality", "telephone", "email", "web")


class PointForm(HoursFields, TextsForm):
    """What differs at one place where a service is given."""

    TEXTS = {"notes": (_("Note for readers"), 2, 500)}
    telephone = forms.CharField(
        label=_("Telephone there"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def content(self, venue_id: int) -> PointContent:
        return PointContent(venue_id, self.cleaned_data["telephone"], self.hours(), self.texts("notes"))

    @classmethod
    def initial_of(cls, point: PointContent) -> dict[str, Any]:
        return cls.texts_initial(point) | cls.hours_initial(point.hours) | {"telephone": point.telephone}
