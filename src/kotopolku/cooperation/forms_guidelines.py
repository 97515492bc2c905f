"""Forms of work-permit guidelines: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation.forms import MARKS
from kotopolku.cooperation.models import (
    Guideline,
    GuidelineOccupation,
    GuidelineTable,
    Hearing,
    Position,
)
from kotopolku.cooperation.queries.guideline_texts import first_and_last
from kotopolku.cooperation.rules_guidelines import Adoption, GuidelineContent, Known, Line
from kotopolku.placement.forms_places import VersionForm
from kotopolku.writing import day

WRITTEN = ("fi", "sv")
"""Languages in which a guideline is written."""


class GuidelineForm(OnceForm, VersionForm):
    """A version as it is prepared."""

    number = forms.CharField(
        label=_("Number of the version"),
        max_length=40,
        help_text=_("As your organisation numbers them, for example 2026/2."),
        error_messages={"required": _("Give the version a number, such as 2026/2.")},
    )
    regions = forms.MultipleChoiceField(
        label=_("Regions that it covers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one region.")},
    )
    first = DayField(label=_("First day, as planned"))
    last = DayField(label=_("Last day, as planned"))
    market_fi = forms.CharField(
        label=_("The labour market, in Finnish"), required=False, widget=text_area(8), help_text=MARKS
    )
    market_sv = forms.CharField(
        label=_("The labour market, in Swedish"), required=False, widget=text_area(8), help_text=MARKS
    )
    note_fi = forms.CharField(
        label=_("What holds for the whole guideline, in Finnish"), required=False, widget=text_area(4)
    )
    note_sv = forms.CharField(
        label=_("What holds for the whole guideline, in Swedish"), required=False, widget=text_area(4)
    )
    body_position = ChoiceField(
        label=_("Position of the regional body"),
        required=False,
        help_text=_("Adopted positions of your bodies that everybody reads."),
    )
    position = forms.CharField(
        label=_("What the regional body stated, and when"),
        required=False,
        widget=text_area(4),
        help_text=_("No names of persons: everybody reads it once the guideline has been adopted."),
    )
    hearing = ChoiceField(label=_("Hearing"), required=False)

    def __init__(
        self,
        regions: Iterable[tuple[str, str]],
        hearings: Iterable[Hearing],
        positions: Iterable[Position],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        if not self.initial.get("position"):
            # Only versions from the time before positions were kept here have it as a text.
            del self.fields["position"]
        self.fields["body_position"].choices = [  # type: ignore[attr-defined]
            ("", pgettext_lazy("position", "None")),
            *((str(one.pk), f"{one.title} ({day(one.adopted_on)})") for one in positions),
        ]
        self.fields["regions"].choices = list(regions)  # type: ignore[attr-defined]
        choices = [("", pgettext_lazy("hearing", "None")), *((str(one.pk), one.title) for one in hearings)]
        self.fields["hearing"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            del self.fields["hearing"]

    def content(self) -> GuidelineContent:
        typed = self.cleaned_data
        return GuidelineContent(
            number=typed["number"],
            regions=tuple(typed["regions"]),
            first=typed["first"],
            last=typed["last"],
            market={language: typed[f"market_{language}"] for language in WRITTEN},
            note={language: typed[f"note_{language}"] for language in WRITTEN},
            position=typed.get("position", ""),
            hearing_id=int(typed["hearing"]) if typed.get("hearing") else None,
            body_position_id=int(typed["body_position"]) if typed["body_position"] else None,
        )

    @staticmethod
    def initial_of(one: Guideline) -> dict[str, Any]:
        first, last = first_and_last(one)
        texts = {
            f"{name}_{language}": getattr(one, name).get(language, "")
            for name in ("market", "note")
            for language in WRITTEN
        }
        return texts | {
            "version": one.version,
            "number": one.number,
            "regions": one.regions,
            "first": first,
            "last": last,
            "position": one.position,
            "hearing": one.hearing_id or "",
            "body_position": one.body_position_id or "",
        }


class LineForm(OnceForm, VersionForm):
    """One occupation or group with its condition."""

    code = forms.CharField(
        label=_("Code of the occupation"),
        max_length=20,
        help_text=_(
            "One to four digits of ISCO-08, or five for a national code. A group means all below it."
        ),
        error_messages={"required": _("Write the code of the occupation.")},
    )
    lifted = forms.ChoiceField(
        label=_("Availability of labour"),
        choices=[
            ("yes", _("Not tested: the test is lifted")),
            ("no", _("Tested all the same: an exception from a group above")),
        ],
        initial="yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    full_time = forms.BooleanField(label=_("Full-time work only"), required=False)
    income = forms.CharField(
        label=_("Least gross pay, euros a month"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    condition_fi = forms.CharField(
        label=_("Further conditions, in Finnish"),
        required=False,
        max_length=rules.LONGEST_CONDITION,
        widget=text_area(2),
    )
    condition_sv = forms.CharField(
        label=_("Further conditions, in Swedish"),
        required=False,
        max_length=rules.LONGEST_CONDITION,
        widget=text_area(2),
    )
    places = forms.CharField(
        label=_("Only in these municipalities"),
        required=False,
        max_length=5_000,
        widget=text_area(2),
        help_text=_("Names or codes with commas between. Leave empty for all of the regions."),
    )

    def __init__(self, known: Known, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = known

    def clean_income(self) -> Any:
        euros, fault = rules.income_of(self.cleaned_data["income"])
        if fault:
            raise ValidationError(gettext(fault.message) % fault.params)
        return euros

    def clean_places(self) -> tuple[str, ...]:
        places, strangers = rules.places_of(self.cleaned_data["places"], self.known)
        if strangers:
            fault = rules.unknown_places(strangers)
            raise ValidationError(gettext(fault.message) % fault.params)
        return places

    def line(self) -> Line:
        typed = self.cleaned_data
        return Line(
            code=typed["code"].strip(),
            lifted=typed["lifted"] == "yes",
            full_time=typed["full_time"],
            income_eur=typed["income"],
            condition={language: typed[f"condition_{language}"] for language in WRITTEN},
            municipalities=typed["places"],
        )

    @staticmethod
    def initial_of(one: GuidelineOccupation, names: str) -> dict[str, Any]:
        texts = {f"condition_{language}": one.condition.get(language, "") for language in WRITTEN}
        return texts | {
            "code": one.code,
            "lifted": "yes" if one.lifted else "no",
            "full_time": one.full_time,
            "income": "" if one.income_eur is None else str(one.income_eur).replace(".", ","),
            "places": names,
        }


class PasteForm(VersionForm):
    """Rows from a table."""

    rows = forms.CharField(
        label=_("Rows"),
        widget=text_area(12),
        max_length=200_000,
        help_text=_(
            "One occupation a row, columns by tabs or semicolons: code; full time (yes or empty); least pay; "
            "condition in Finnish; in Swedish; municipalities with commas; exception (yes or empty)."
        ),
        error_messages={"required": _("Paste at least one row.")},
    )


class TableForm(OnceForm, VersionForm):
    """A table of figures with its source."""

    title_fi = forms.CharField(
        label=pgettext_lazy("section", "Title in Finnish"), required=False, max_length=200
    )
    title_sv = forms.CharField(
        label=pgettext_lazy("section", "Title in Swedish"), required=False, max_length=200
    )
    source = forms.CharField(
        label=_("Source of the figures"),
        max_length=300,
        error_messages={"required": _("Say where the figures come from.")},
    )
    figures_of = forms.CharField(
        label=_("Time of the figures"),
        max_length=60,
        help_text=_("The month or quarter, as the source calls it."),
        error_messages={"required": _("Say of which time the figures are.")},
    )
    table = forms.CharField(
        label=_("The table"),
        widget=text_area(10),
        max_length=200_000,
        help_text=_("Copied from a spreadsheet, or columns by semicolons. The first row is the heading."),
        error_messages={"required": _("Paste a table with a heading and at least one row.")},
    )

    @staticmethod
    def initial_of(one: GuidelineTable) -> dict[str, Any]:
        rows = ["\t".join(map(str, cells)) for cells in (one.columns, *one.rows)]
        return {
            "title_fi": one.title.get("fi", ""),
            "title_sv": one.title.get("sv", ""),
            "source": one.source,
            "figures_of": one.figures_of,
            "table": "\n".join(rows),
        }

    def title(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"title_{language}"] for language in WRITTEN}


class AdoptForm(VersionForm):
    """How a version is adopted."""

    signed_on = DayField(label=_("Signed on"))
    signer = forms.CharField(
        label=_("Signed by"),
        max_length=200,
        help_text=_("Name and title as they stand on the paper."),
        error_messages={"required": _("Write who signed it, with title.")},
    )
    first = DayField(label=_("In force from"))
    last = DayField(label=_("In force to"))
    takes_place = forms.BooleanField(
        label=_("It takes the place of the versions in force: they end the day before"), required=False
    )

    def adoption(self) -> Adoption:
        typed = self.cleaned_data
        return Adoption(
            typed["signed_on"], typed["signer"], typed["first"], typed["last"], typed["takes_place"]
        )


class WithdrawForm(VersionForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(3),
        help_text=_("Everybody reads it."),
        error_messages={"required": _("Write why.")},
    )
