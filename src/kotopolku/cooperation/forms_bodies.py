"""Forms of bodies of cooperation: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors import queries as actors
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MOST_FOUND
from kotopolku.cooperation.models import Body, BodyKind, BodySeat, BodyTerm, SeatHolder, SeatRole
from kotopolku.cooperation.queries.bodies import Wanted
from kotopolku.cooperation.queries.body_seats import Line
from kotopolku.cooperation.rules_bodies import BodyContent, HolderContent, SeatContent, TermContent
from kotopolku.cooperation.sectors import sectors
from kotopolku.placement.forms_places import VersionForm
from kotopolku.reference.models import Municipality


class BodyFilter(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    kind = ChoiceField(label=_("Kind of body"), required=False, choices=[("", ANY), *BodyKind.choices])
    past = forms.BooleanField(label=_("Also those that have ended"), required=False)

    def wanted(self, box: str) -> Wanted:
        self.is_valid()
        typed = self.cleaned_data
        return Wanted(typed.get("q") or "", typed.get("kind") or "", box, bool(typed.get("past")))


class BodyForm(OnceForm, VersionForm):
    """A body. ``kinds`` None when it is only changed: then the kind and the founding day stay."""

    kind = ChoiceField(
        label=_("Kind of body"), error_messages={"required": _("Choose what kind of body it is.")}
    )
    founded_on = DayField(label=_("Founded on"))
    name_fi = forms.CharField(
        label=_("Name in Finnish"),
        max_length=200,
        error_messages={"required": _("Give the body's name in Finnish.")},
    )
    name_sv = forms.CharField(label=_("Name in Swedish"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    purpose_fi = forms.CharField(
        label=_("What it is for, in Finnish"), required=False, max_length=2_000, widget=text_area(3)
    )
    purpose_sv = forms.CharField(
        label=_("What it is for, in Swedish"), required=False, max_length=2_000, widget=text_area(3)
    )
    quorum = forms.IntegerField(
        label=_("Quorum"),
        required=False,
        help_text=_("Members or deputies who must be present. Leave empty if it is more than half."),
    )
    municipalities = forms.MultipleChoiceField(
        label=_("Municipalities of its area"),
        required=False,
        help_text=_("Leave empty if it is the whole area of your organisation."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, kinds: Iterable[str] | None, area: Iterable[Municipality], *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        if kinds is None:
            del self.fields["kind"], self.fields["founded_on"]
        else:
            names = dict(BodyKind.choices)
            choices = [("", CHOOSE), *((kind, names[kind]) for kind in kinds)]
            self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        places = [(one.code, one.name()) for one in area]
        if places:
            self.fields["municipalities"].choices = places  # type: ignore[attr-defined]
        else:
            del self.fields["municipalities"]

    @property
    def area_is_open(self) -> bool:
        return "municipalities" in self.fields and bool(
            self["municipalities"].value() or "municipalities" in self.errors
        )

    def content(self, kept: Body | None = None) -> BodyContent:
        typed = self.cleaned_data
        return BodyContent(
            kind=kept.kind if kept else typed["kind"],
            name_fi=typed["name_fi"],
            name_sv=typed["name_sv"],
            name_en=typed["name_en"],
            purpose_fi=typed["purpose_fi"],
            purpose_sv=typed["purpose_sv"],
            founded_on=kept.founded_on if kept else typed["founded_on"],
            municipalities=tuple(typed.get("municipalities", ())),
            quorum=typed["quorum"],
        )

    @staticmethod
    def initial_of(one: Body) -> dict[str, Any]:
        names = ("name_fi", "name_sv", "name_en", "quorum", "municipalities", "version")
        return {name: getattr(one, name) for name in names} | {
            f"purpose_{language}": one.purpose.get(language, "") for language in ("fi", "sv")
        }


class EndForm(VersionForm):
    on = DayField(label=_("Last day"))


class TermForm(OnceForm, VersionForm):
    """A term. An empty last day is filled in by the rule's length."""

    first_on = DayField(label=_("First day"))
    last_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty: then the term is as long as the rule says."),
    )
    appointed_on = DayField(label=_("Day of the decision"))
    decision = forms.CharField(label=_("Number of the decision"), max_length=100, required=False)

    def content(self, last_on: date) -> TermContent:
        typed = self.cleaned_data
        return TermContent(
            typed["first_on"], typed["last_on"] or last_on, typed["appointed_on"], typed["decision"]
        )

    @staticmethod
    def initial_of(one: BodyTerm) -> dict[str, Any]:
        return {
            "first_on": one.days.lower,
            "last_on": one.last_day,
            "appointed_on": one.appointed_on,
            "decision": one.decision,
            "version": one.version,
        }


class SeatForm(OnceForm, VersionForm):
    """Whose seat. The organisation is found by a part of its name; works without script."""

    role = ChoiceField(
        label=_("Role in the body"),
        choices=[("", CHOOSE), *SeatRole.choices],
        error_messages={"required": _("Choose the role.")},
    )
    sector = ChoiceField(label=_("Sector"), error_messages={"required": _("Choose the sector.")})
    find = forms.CharField(
        label=_("Find the organisation by name"),
        required=False,
        max_length=100,
        help_text=_("For example a part of a municipality's name."),
    )
    organisation = forms.ChoiceField(
        label=_("Organisation"), required=False, widget=forms.RadioSelect, choices=[]
    )
    represents = forms.CharField(
        label=_("Whom it represents, when that is not in the directory"),
        required=False,
        max_length=200,
        help_text=_("For example: entrepreneurs of the area."),
    )
    order = forms.IntegerField(
        label=_("Place in the list"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("Smaller numbers come first within a role."),
    )

    def __init__(self, on: date, keeper_id: int, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["sector"].choices = [("", CHOOSE), *sectors()]  # type: ignore[attr-defined]
        chosen = self.data.get("organisation", "") if self.is_bound else self.initial.get("organisation", "")
        sought = str(self.data.get("find", "")).replace("\0", "").strip() if self.is_bound else ""
        numbers = {keeper_id} | (
            {int(chosen)} if str(chosen).isdecimal() and len(str(chosen)) < 15 else set()
        )
        names = actors.organisation_names(numbers)
        rows = [("", _("none of the directory")), *((str(pk), name) for pk, name in names.items())]
        if sought:
            found = actors.organisations_on(on, q=sought)[:MOST_FOUND]
            rows += [(str(one.pk), one.name) for one in found if one.pk not in names]
            self.nothing_found = not found
        self.fields["organisation"].choices = rows  # type: ignore[attr-defined]

    nothing_found = False

    @property
    def wants_to_find(self) -> bool:
        return self.is_bound and self.data.get("do") == "find"

    def content(self) -> SeatContent:
        typed = self.cleaned_data
        return SeatContent(
            role=typed["role"],
            sector=typed["sector"],
            organisation_id=int(typed["organisation"]) if typed["organisation"] else None,
            represents=typed["represents"],
            order=typed["order"] or 0,
        )

    @staticmethod
    def initial_of(one: BodySeat) -> dict[str, Any]:
        names = ("role", "sector", "represents", "order", "version")
        return {name: getattr(one, name) for name in names} | {"organisation": one.organisation_id or ""}


class PersonFields(forms.Form):
    """Who sits, and how the person is reached."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the person's name.")}
    )
    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Only your organisation sees it. If the person signs in here with it, the person is told and sees the seat."
        ),
    )


class HolderForm(OnceForm, PersonFields, VersionForm):
    """Naming a member or a personal deputy. ``former``: who has the part now, if anybody."""

    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    decision = forms.CharField(label=_("Number of the decision"), max_length=100, required=False)
    reason = forms.CharField(
        label=_("Why the one before leaves"),
        required=False,
        max_length=300,
        help_text=_("Stays in the seat's history, which everybody in the shared space can read."),
    )

    def __init__(self, former: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not former:
            del self.fields["reason"]

    def content(self, part: str) -> HolderContent:
        typed = self.cleaned_data
        return HolderContent(
            part=part,
            name=typed["name"],
            first_on=typed["first_on"],
            last_on=typed["last_on"],
            title=typed["title"],
            email=typed["email"],
            decision=typed["decision"],
            reason=typed.get("reason", ""),
        )


class CorrectForm(PersonFields, VersionForm):
    """Mending how a person's name, title or address is written."""

    @staticmethod
    def initial_of(one: SeatHolder) -> dict[str, Any]:
        return {"name": one.name, "title": one.title, "email": one.email, "version": one.seat.version}


class LeaveForm(VersionForm):
    on = DayField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Stays in the seat's history, which everybody in the shared space can read."),
        error_messages={"required": _("Write why the person leaves.")},
    )


class LastDayForm(VersionForm):
    """A last day that was given by mistake. ``empty``: what it means to leave it empty."""

    on = DayField(label=_("Last day"), required=False)
    reason = forms.CharField(
        label=pgettext_lazy("last day", "Why it is corrected"),
        max_length=300,
        error_messages={"required": _("Write why.")},
    )

    def __init__(self, empty: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["on"].help_text = empty


class InterestsForm(VersionForm):
    interests = forms.CharField(
        label=_("Ties that can make the person disqualified in a matter"),
        required=False,
        max_length=1_000,
        widget=text_area(4),
        help_text=_(
            "For example positions of trust, ownership, work for a tenderer. Only the keeper of the body and the person read"
            " them; others see that ties have been declared."
        ),
    )
    none = forms.BooleanField(label=_("There are no such ties"), required=False)


class CopyForm(forms.Form):
    """The seats of the term before, and the people on its last day, to be chosen again."""

    seats = forms.MultipleChoiceField(
        label=_("Seats of the body"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.MultipleChoiceField(
        label=_("Named again"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody is named without a tick. Those who sign in here are told."),
    )
    decision = forms.CharField(label=_("Number of the decision"), max_length=100, required=False)

    def __init__(self, lines: Iterable[tuple[str, Line]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = list(lines)
        seats = [(str(line.seat.pk), words) for words, line in rows]
        people = [
            (str(one.pk), f"{one.name} – {one.get_part_display()}, {words}")
            for words, line in rows
            for one in (line.member, line.deputy)
            if one is not None
        ]
        self.fields["seats"].choices = seats  # type: ignore[attr-defined]
        self.fields["people"].choices = people  # type: ignore[attr-defined]

    def chosen(self, name: str) -> list[int]:
        return [int(one) for one in self.cleaned_data[name]]


class CallForm(OnceForm):
    on = DayField(label=_("Day of the meeting, or today"))
    audience = forms.ChoiceField(
        label=_("Whom to call on"),
        choices=[
            ("called", _("Members; the deputy where there is no member")),
            ("members", _("Members only")),
            ("deputies", _("Personal deputies only")),
        ],
        widget=forms.RadioSelect,
        initial="called",
        error_messages={"required": _("Choose whom to call on.")},
    )
    subject = forms.CharField(
        label=_("Subject of the e-mail"),
        required=False,
        max_length=150,
        help_text=_("Leave the subject and the text empty to only call on them."),
    )
    text = forms.CharField(
        label=_("Text of the e-mail"),
        required=False,
        widget=text_area(8),
        help_text=_("It goes to each alone, and is not kept here. Write nothing secret in it."),
    )


class OnForm(forms.Form):
    """The day for which a composition is shown."""

    on = DayField(label=_("As it is on"), required=False)
