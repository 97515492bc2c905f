"""Forms of tenders: each page of a draft, its parts, review, correction, questions. Not for: rules, writing."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kotopolku import clock
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import language, refusal_text
from kotopolku.placement.forms_money import SumField
from kotopolku.placement.forms_places import VersionForm
from kotopolku.procurement import rules, tender_rules
from kotopolku.procurement.actions.papers import Paper
from kotopolku.procurement.actions.publication import CorrectionContent
from kotopolku.procurement.models import Basis, Document, Lot, RequirementKind, Tender, Track
from kotopolku.procurement.tender_rules import (
    LANGUAGES,
    Award,
    Basics,
    CriterionContent,
    Division,
    LotContent,
    Money,
    RequirementContent,
    TermContent,
    Texts,
    Times,
)
from kotopolku.reference.models import Municipality

OWN_NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}
LEVELS = ("A1.1", "A1.2", "A1.3", "A2.1", "A2.2", "B1.1", "B1.2", "B2.1", "B2.2")
Words = str | Promise


def text_fields(label: Words, *, rows: int = 0, most: int = 200) -> list[forms.CharField]:
    """A text in Finnish, Swedish and English. What must be there is said by the rules, not by the field."""
    found = []
    for code in LANGUAGES:
        widget = text_area(rows) if rows else forms.TextInput()
        widget.attrs["lang"] = code
        found.append(
            forms.CharField(
                label=format_lazy("{} – {}", label, OWN_NAMES[code]),
                required=False,
                max_length=most,
                widget=widget,
            )
        )
    return found


def texts_initial(name: str, texts: Texts) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code in LANGUAGES}


class TextsMixin:
    """Reads texts in three languages out of a form."""

    cleaned_data: dict[str, Any]

    def texts(self, name: str) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"{name}_{code}", "") for code in LANGUAGES}


class BasicsForm(TextsMixin, OnceForm, VersionForm):
    procedure = ChoiceField(label=_("Procedure"), error_messages={"required": _("Choose the procedure.")})
    ground = ChoiceField(
        label=_("Ground of a direct award"),
        required=False,
        help_text=_("Only when the procedure is a direct award."),
    )
    framework = ChoiceField(
        label=_("Framework"),
        required=False,
        help_text=_(
            "Only for a call-off or a mini-competition: the framework in force within which it is bought."
        ),
    )
    category = ChoiceField(
        label=_("Category of a dynamic purchasing system"),
        required=False,
        help_text=_("Only for a purchase within a system: who has been admitted to the category is invited."),
    )
    started_on = DayField(
        label=_("The procedure starts on"), help_text=_("The rules of this day are followed to the end.")
    )
    title_fi, title_sv, title_en = text_fields(_("Title"))
    subject_fi, subject_sv, subject_en = text_fields(_("What is bought"), rows=4, most=6_000)
    cpv = forms.CharField(
        label=_("CPV code"), max_length=10, help_text=_("80400000-8 is adult education; 80500000-9 training.")
    )
    curriculum = ChoiceField(label=_("Curriculum"), required=False)

    def __init__(
        self,
        curricula: Iterable[tuple[str, str]],
        frameworks: Iterable[Tender],
        categories: Iterable[Lot],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        known = rules.procedures(None)
        lang = language()
        grounds = [(one.id, one.name(lang)) for found in known for one in found.grounds]
        choices: dict[str, list[tuple[str, Any]]] = {
            "procedure": [("", CHOOSE), *((one.id, one.name(lang)) for one in known)],
            "ground": [("", _("None")), *grounds],
            "curriculum": [("", _("Not by a curriculum")), *curricula],
            "framework": [
                ("", _("None")),
                *((str(one.pk), f"{one.number} {one.name}") for one in frameworks),
            ],
            "category": [
                ("", _("None")),
                *((str(one.pk), f"{one.tender.number} {one.code} {one.name}") for one in categories),
            ],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def content(self) -> Basics:
        typed = self.cleaned_data
        return Basics(
            procedure=typed["procedure"],
            title=self.texts("title"),
            subject=self.texts("subject"),
            cpv=typed["cpv"].strip(),
            started_on=typed["started_on"],
            ground=typed["ground"],
            curriculum=typed["curriculum"],
            framework_id=int(typed["framework"]) if typed["framework"] else None,
            category_id=int(typed["category"]) if typed["category"] else None,
        )

    @staticmethod
    def initial_of(tender: Tender) -> dict[str, Any]:
        names = ("procedure", "ground", "started_on", "cpv", "curriculum", "version")
        return (
            {name: getattr(tender, name) for name in names}
            | {"framework": str(tender.framework_id or ""), "category": str(tender.category_id or "")}
            | texts_initial("title", tender.title)
            | texts_initial("subject", tender.subject)
        )


class MoneyForm(TextsMixin, VersionForm):
    base_eur = SumField(label=_("Estimated value of the contract, euros without VAT"), min_value=None)
    options_eur = SumField(label=_("Value of options for more places, euros"), min_value=None, required=False)
    extensions_eur = SumField(
        label=_("Value of options for more years, euros"), min_value=None, required=False
    )
    value_basis = forms.CharField(
        label=_("How the value was estimated"), required=False, max_length=4_000, widget=text_area(3)
    )
    suppliers = forms.IntegerField(label=_("Suppliers chosen for each lot, at most"), initial=1)
    starts_on = DayField(label=_("First day of the contract"), required=False)
    ends_on = DayField(label=_("Last day of the contract, without options"), required=False)
    option_terms_fi, option_terms_sv, option_terms_en = text_fields(_("Options"), rows=2, most=2_000)

    def content(self) -> Money:
        typed = self.cleaned_data
        return Money(
            base_eur=typed["base_eur"],
            options_eur=typed["options_eur"] or Decimal(0),
            extensions_eur=typed["extensions_eur"] or Decimal(0),
            value_basis=typed["value_basis"],
            suppliers=typed["suppliers"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            option_terms=self.texts("option_terms"),
        )

    @staticmethod
    def initial_of(tender: Tender) -> dict[str, Any]:
        names = (
            "base_eur", "options_eur", "extensions_eur", "value_basis", "suppliers", "starts_on", "ends_on",
            "version",
        )  # fmt: skip
        kept = {name: getattr(tender, name) for name in names}
        return kept | texts_initial("option_terms", tender.option_terms)


class DivisionForm(VersionForm):
    lots_reason = forms.CharField(
        label=_("Why the tender is not divided into lots"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("Needed when there is one lot only (1397/2016 § 75)."),
    )

    def content(self) -> Division:
        return Division(self.cleaned_data["lots_reason"])

    @staticmethod
    def initial_of(tender: Tender) -> dict[str, Any]:
        return {"lots_reason": tender.lots_reason, "version": tender.version}


class GroundsForm(VersionForm):
    grounds = forms.MultipleChoiceField(
        label=_("Optional exclusion grounds that apply (1397/2016 § 81)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        lang = language()
        self.fields["grounds"].choices = [  # type: ignore[attr-defined]
            (one.code, one.texts[lang]) for one in tender_rules.grounds() if not one.mandatory
        ]


class AwardForm(VersionForm):
    basis = forms.ChoiceField(
        label=_("What decides"), choices=Basis.choices, widget=forms.RadioSelect, initial=Basis.PRICE_QUALITY
    )
    basis_reason = forms.CharField(
        label=_("Why price or cost alone decides"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("Needed when the cheapest price or the lowest cost decides (1397/2016 § 115)."),
    )
    price_weight = forms.DecimalField(
        label=_("Weight of the price, per cent"), max_digits=5, decimal_places=2
    )
    price_formula = forms.ChoiceField(
        label=_("Formula of the price"),
        choices=[
            ("lowest/price", _("Lowest price ÷ price")),
            ("linear", _("In a straight line between two bounds")),
        ],
        widget=forms.RadioSelect,
    )
    price_low_eur = SumField(label=_("Lower bound, euros"), min_value=0, required=False)
    price_high_eur = SumField(label=_("Upper bound, euros"), min_value=0, required=False)
    tie_rule = ChoiceField(label=_("When points are equal"), required=False)
    abnormal_share = forms.IntegerField(
        label=_("A price is asked about when it is under the median by, per cent"),
        help_text=_("Counted when there are three bids or more. It excludes nobody by itself."),
    )

    def __init__(self, criteria: Iterable[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["tie_rule"].choices = [  # type: ignore[attr-defined]
            ("", _("The lot is drawn")),
            ("lowest_price", _("The lower price wins")),
            *(
                (f"highest:{code}", gettext("More points wins: %(criterion)s") % {"criterion": name})
                for code, name in criteria
            ),
        ]

    def content(self) -> Award:
        typed = dict(self.cleaned_data)
        typed.pop("version")
        share = Decimal(typed.pop("abnormal_share")) / 100
        return Award(**typed, abnormal_share=share)

    @staticmethod
    def initial_of(tender: Tender) -> dict[str, Any]:
        names = (
            "basis", "basis_reason", "price_weight", "price_formula", "price_low_eur", "price_high_eur",
            "tie_rule", "version",
        )  # fmt: skip
        kept = {name: getattr(tender, name) for name in names}
        return kept | {"abnormal_share": int(tender.abnormal_share * 100)}


def time_field(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Finnish time, for example 12.00"),
    )


class MomentsForm(forms.Form):
    """A form with moments typed as a day and a time. A time that the clock change skips or doubles is refused."""

    moments: Sequence[str] = ()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for name in self.moments:
            day, time = typed.get(f"{name}_day"), typed.get(f"{name}_time")
            if day is None or not time:
                continue
            try:
                typed[name] = tender_rules.moment(day, time)
            except Refusals as refusals:
                found = refusals.refusals[0]
                self.add_error(f"{name}_time", ValidationError(refusal_text(found), code=found.code))
        return typed

    def add_error(self, field: str | None, error: Any) -> None:
        """A refusal of the moment stands at its day."""
        super().add_error(f"{field}_day" if field in self.moments else field, error)

    @classmethod
    def moments_initial(cls, tender: Tender) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in cls.moments:
            kept: datetime | None = getattr(tender, name)
            local = kept.astimezone(clock.HELSINKI) if kept else None
            found[f"{name}_day"] = local.date() if local else None
            found[f"{name}_time"] = f"{local:%H.%M}" if local else "12.00"
        return found


class TimesForm(MomentsForm, VersionForm):
    moments = ("questions_by", "answers_by", "bids_by", "opening_at")

    questions_by_day = DayField(label=_("Questions by, day"))
    questions_by_time = time_field(_("Questions by, time"))
    answers_by_day = DayField(label=_("Answers by, day"), required=False)
    answers_by_time = time_field(_("Answers by, time"), required=False)
    bids_by_day = DayField(label=_("Bids by, day"))
    bids_by_time = time_field(_("Bids by, time"))
    opening_at_day = DayField(label=_("Opening, day"))
    opening_at_time = time_field(_("Opening, time"))
    decision_on = DayField(label=_("Decision planned for"), required=False)
    bids_valid_until = DayField(label=_("Bids are valid until"), required=False)

    def content(self) -> Times:
        typed = self.cleaned_data
        return Times(
            questions_by=typed["questions_by"],
            answers_by=typed.get("answers_by"),
            bids_by=typed["bids_by"],
            opening_at=typed["opening_at"],
            decision_on=typed["decision_on"],
            bids_valid_until=typed["bids_valid_until"],
        )

    @classmethod
    def initial_of(cls, tender: Tender) -> dict[str, Any]:
        kept = {name: getattr(tender, name) for name in ("decision_on", "bids_valid_until", "version")}
        return kept | cls.moments_initial(tender)


class LotForm(TextsMixin, OnceForm, VersionForm):
    title_fi, title_sv, title_en = text_fields(_("Name of the lot"))
    municipality = ChoiceField(label=_("Place"), required=False)
    track = ChoiceField(label=_("Track"), choices=Track.choices)
    entry_level = ChoiceField(label=_("Entry level"), required=False)
    target_level = ChoiceField(label=_("Target level"), required=False)
    language = forms.ChoiceField(
        label=_("Language taught"),
        choices=[("fi", _("Finnish")), ("sv", _("Swedish"))],
        widget=forms.RadioSelect,
        initial="fi",
    )
    places = forms.IntegerField(
        label=_("Student places in the contract period"),
        required=False,
        help_text=_("The volume bought, without options."),
    )
    option_places = forms.IntegerField(label=_("Places as an option"), required=False, min_value=0)
    days_each = forms.IntegerField(label=_("Training days for each student"), required=False, min_value=1)
    starts_on = DayField(label=_("First course starts on"), required=False)
    value_eur = SumField(label=_("Estimated value of the lot, euros"), required=False, min_value=None)

    def __init__(self, municipalities: Iterable[Municipality], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        places = [("", _("Remote, or the whole area")), *((one.code, one.name()) for one in municipalities)]
        self.fields["municipality"].choices = places  # type: ignore[attr-defined]
        for name in ("entry_level", "target_level"):
            self.fields[name].choices = [("", _("Not given")), *((one, one) for one in LEVELS)]  # type: ignore[attr-defined]

    def content(self) -> LotContent:
        typed = self.cleaned_data
        names = (
            "municipality", "track", "entry_level", "target_level", "language", "places", "days_each",
            "starts_on", "value_eur",
        )  # fmt: skip
        kept = {name: typed[name] for name in names}
        return LotContent(title=self.texts("title"), option_places=typed["option_places"] or 0, **kept)

    @staticmethod
    def initial_of(lot: Lot) -> dict[str, Any]:
        names = [name for name in asdict(LotContent({}, "", None)) if name != "title"]
        return {name: getattr(lot, name) for name in names} | texts_initial("title", lot.title)


class CriterionForm(TextsMixin, OnceForm, VersionForm):
    title_fi, title_sv, title_en = text_fields(_("Criterion"))
    scoring_fi, scoring_sv, scoring_en = text_fields(_("How it is scored"), rows=3, most=4_000)
    weight = forms.DecimalField(label=_("Weight, per cent"), max_digits=5, decimal_places=2)
    max_points = forms.DecimalField(label=_("Most points"), max_digits=7, decimal_places=2, initial=100)
    least_points = forms.DecimalField(
        label=_("Least points for a bid to be accepted"), max_digits=7, decimal_places=2, required=False
    )

    def content(self) -> CriterionContent:
        typed = self.cleaned_data
        return CriterionContent(
            self.texts("title"),
            self.texts("scoring"),
            typed["weight"],
            typed["max_points"],
            typed["least_points"],
        )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        kept = {name: getattr(row, name) for name in ("weight", "max_points", "least_points")}
        return kept | texts_initial("title", row.title) | texts_initial("scoring", row.scoring)


class RequirementForm(TextsMixin, OnceForm, VersionForm):
    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=RequirementKind.choices,
        widget=forms.RadioSelect,
        initial=RequirementKind.SUITABILITY,
    )
    text_fi, text_sv, text_en = text_fields(_("Requirement"), rows=3, most=4_000)
    evidence_fi, evidence_sv, evidence_en = text_fields(_("How it is shown"), rows=2, most=2_000)

    def content(self) -> RequirementContent:
        return RequirementContent(self.cleaned_data["kind"], self.texts("text"), self.texts("evidence"))

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        return {"kind": row.kind} | texts_initial("text", row.text) | texts_initial("evidence", row.evidence)


class TermForm(TextsMixin, OnceForm, VersionForm):
    title_fi, title_sv, title_en = text_fields(_("Heading"))
    text_fi, text_sv, text_en = text_fields(_("Term"), rows=5, most=10_000)

    def content(self) -> TermContent:
        return TermContent(self.texts("title"), self.texts("text"))

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        return texts_initial("title", row.title) | texts_initial("text", row.text)


class PaperForm(OnceForm):
    title = forms.CharField(label=_("What the paper is"), max_length=150, required=False)
    role = ChoiceField(label=_("Which paper of the procedure"), required=False)
    language = ChoiceField(label=_("Language"), choices=list(OWN_NAMES.items()))
    replaces = ChoiceField(label=_("Replaces"), required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, DOCX, XLSX, PNG, JPG or TXT"),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(
        self, roles: Iterable[tuple[str, str]], papers: Iterable[Document], *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        old = [(one.pk, one.title) for one in papers]
        self.fields["role"].choices = [("", _("Another paper")), *roles]  # type: ignore[attr-defined]
        self.fields["replaces"].choices = [("", _("None")), *old]  # type: ignore[attr-defined]
        if not old:
            del self.fields["replaces"]

    def content(self) -> Paper:
        typed = self.cleaned_data
        replaces = typed.get("replaces")
        return Paper(typed["title"], typed["language"], typed["role"], int(replaces) if replaces else None)


class ReturnForm(VersionForm):
    words = forms.CharField(
        label=_("What must be mended"), required=False, max_length=4_000, widget=text_area(5)
    )


class ConfirmForm(forms.Form):
    service_id = forms.CharField(
        label=_("Number of the notice in the service"), required=False, max_length=60
    )


class PublishForm(OnceForm, VersionForm):
    number = forms.CharField(label=_("Number of the tender"), max_length=12)

    def __init__(self, expected: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.expected = expected
        self.fields["number"].help_text = gettext("Type %(number)s to confirm.") % {"number": expected}

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"]).strip()
        if typed != self.expected:
            raise ValidationError(_("This is not the number of the tender."))
        return typed


class CorrectionForm(TextsMixin, MomentsForm, OnceForm, VersionForm):
    moments = ("questions_by", "bids_by", "opening_at")

    what_fi, what_sv, what_en = text_fields(_("What changes"), rows=3, most=4_000)
    questions_by_day = DayField(label=_("Questions by, day"), required=False)
    questions_by_time = time_field(_("Questions by, time"), required=False)
    bids_by_day = DayField(label=_("Bids by, day"))
    bids_by_time = time_field(_("Bids by, time"))
    opening_at_day = DayField(label=_("Opening, day"), required=False)
    opening_at_time = time_field(_("Opening, time"), required=False)
    voids_bids = forms.BooleanField(
        label=_("Bids that have been sent must be confirmed again"),
        required=False,
        initial=True,
        help_text=_(
            "Choose this when what is asked of the bids changes. Bids not confirmed do not take part."
        ),
    )

    def content(self) -> CorrectionContent:
        typed = self.cleaned_data
        return CorrectionContent(
            self.texts("what"),
            typed["voids_bids"],
            typed.get("questions_by"),
            typed.get("bids_by"),
            typed.get("opening_at"),
        )


class GiveUpForm(VersionForm):
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class QuestionForm(OnceForm):
    lot = ChoiceField(label=_("What the question is about"), required=False)
    text = forms.CharField(
        label=_("Question"),
        required=False,
        widget=text_area(5),
        help_text=_("Everybody reads it with the answer. Do not write who asks."),
    )

    def __init__(self, lots: Iterable[Lot], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", _("The whole tender")), *((one.code, f"{one.code} {one.name}") for one in lots)]
        self.fields["lot"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(VersionForm):
    as_published = forms.CharField(
        label=_("The question as everybody reads it"),
        required=False,
        max_length=4_000,
        widget=text_area(3),
        help_text=_("Take out what tells who asks. Leave the rest as it is."),
    )
    answer = forms.CharField(label=_("Answer"), required=False, max_length=8_000, widget=text_area(5))
