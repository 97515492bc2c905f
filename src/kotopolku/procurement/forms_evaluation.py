"""Forms of evaluation and award: what was typed, parsed and shown again. Not for: rules, writing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kotopolku import law
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.placement.forms_money import SumField
from kotopolku.placement.forms_places import VersionForm
from kotopolku.procurement.actions.awards import AwardContent, Sending
from kotopolku.procurement.actions.challenges import ChallengeContent
from kotopolku.procurement.actions.checks import CheckContent
from kotopolku.procurement.models import (
    ChallengeKind,
    ChallengeState,
    CheckKind,
    CheckResult,
    ClarificationKind,
    Criterion,
    Lot,
    Score,
    said,
)
from kotopolku.procurement.queries.evaluation import CheckLine, CriterionCell
from kotopolku.procurement.queries.opened import LotBid

POINTS = re.compile(r"^\s*\d{1,6}([.,]\d{1,2})?\s*$")
YES, NO = "yes", "no"
NO_REASONS = _("Write the reasons in Finnish and in Swedish (1397/2016 § 123).")


class PointsField(forms.Field):
    """Points as people write them: 87 or 87,5."""

    default_error_messages = {"invalid": _("“%(value)s” is not a number of points. Write it as 87 or 87,5.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if not POINTS.match(str(value)):
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value})
        return Decimal(str(value).strip().replace(",", "."))


class EvaluatorsForm(forms.Form):
    users = forms.MultipleChoiceField(
        label=_("Evaluators"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Those named already stay. Each scores alone, and declares interests first."),
    )

    def __init__(self, people: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["users"].choices = people  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["users"]]


class InterestForm(forms.Form):
    conflict = forms.ChoiceField(
        label=_("Do you have an interest in any of the bidders?"),
        choices=[
            (
                NO,
                _(
                    "No: I am not a relative, owner, employee or debtor of any bidder, and gain nothing from the outcome"
                ),
            ),
            (YES, _("Yes: I take no part in the evaluation")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    words = forms.CharField(
        label=_("What the interest is"), required=False, max_length=1_000, widget=text_area(3)
    )


class ReasonForm(VersionForm):
    """One text: why."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=2_000, widget=text_area(3))


class WordsForm(VersionForm):
    words = forms.CharField(
        label=_("What should change"), required=False, max_length=2_000, widget=text_area(4)
    )


@dataclass(frozen=True)
class CheckRow:
    """A ground or requirement with its fields."""

    line: CheckLine
    result: BoundField
    reason: BoundField
    cleaning: BoundField | None
    day: BoundField | None


class SuitabilityForm(forms.Form):
    """What was found of each ground and requirement of one bidder."""

    def __init__(self, lines: Sequence[CheckLine], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.lines = lines
        for line in lines:
            name, found = f"{line.kind}-{line.key}", line.found
            extract = line.kind == CheckKind.EXTRACT
            results = [
                choice for choice in CheckResult.choices if choice[0] != CheckResult.CLEANED or not extract
            ]
            self.fields[f"{name}-result"] = ChoiceField(
                label=_("Found"),
                choices=[("", CHOOSE), *results],
                required=False,
                initial=found.result if found else "",
            )
            self.fields[f"{name}-reason"] = forms.CharField(
                label=_("Reason"),
                required=False,
                max_length=1_000,
                initial=found.reason if found else "",
            )
            if line.kind == CheckKind.EXCLUSION and line.answer in (True, YES, "true", "on"):
                self.fields[f"{name}-cleaning"] = forms.CharField(
                    label=_("Self-cleaning"),
                    required=False,
                    max_length=1_000,
                    initial=found.self_cleaning if found else "",
                )
            if extract:
                self.fields[f"{name}-day"] = DayField(
                    label=_("Day of the extract"), required=False, initial=found.dated_on if found else None
                )

    def rows(self) -> Iterator[CheckRow]:
        for line in self.lines:
            name = f"{line.kind}-{line.key}"
            yield CheckRow(
                line,
                self[f"{name}-result"],
                self[f"{name}-reason"],
                self[f"{name}-cleaning"] if f"{name}-cleaning" in self.fields else None,
                self[f"{name}-day"] if f"{name}-day" in self.fields else None,
            )

    def checks(self) -> list[CheckContent]:
        """Those for which something was chosen."""
        typed = self.cleaned_data
        return [
            CheckContent(
                kind=str(line.kind),
                key=line.key,
                result=typed[f"{line.kind}-{line.key}-result"],
                reason=typed[f"{line.kind}-{line.key}-reason"],
                self_cleaning=typed.get(f"{line.kind}-{line.key}-cleaning", ""),
                dated_on=typed.get(f"{line.kind}-{line.key}-day"),
            )
            for line in self.lines
            if typed[f"{line.kind}-{line.key}-result"]
        ]


class ClarificationForm(OnceForm):
    kind = ChoiceField(
        label=_("What it is about"), choices=[("", CHOOSE), *ClarificationKind.choices], required=False
    )
    lot = ChoiceField(label=_("Lot"), required=False)
    question = forms.CharField(
        label=_("What is to be clarified"), required=False, max_length=4_000, widget=text_area(5)
    )
    answer_by = DayField(label=_("Answer by"))

    def __init__(self, lots: Sequence[Lot], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["lot"].choices = [  # type: ignore[attr-defined]
            ("", _("the whole bid")),
            *((lot.pk, f"{lot.code} {lot.name}") for lot in lots),
        ]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=10_000,
        widget=text_area(8),
        help_text=_("The price and what is offered do not change by an answer."),
    )


class ConformityForm(forms.Form):
    """Each bid of a lot: conforms or not, and if not, why."""

    def __init__(self, bids: Sequence[LotBid], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.bids = bids
        for bid in bids:
            known = "" if bid.conforming is None else YES if bid.conforming else NO
            self.fields[f"conforming-{bid.bidder.pk}"] = forms.ChoiceField(
                label=bid.bidder.name,
                choices=[(YES, _("Conforms")), (NO, _("Does not conform: excluded"))],
                widget=forms.RadioSelect,
                required=False,
                initial=known,
            )
            self.fields[f"reason-{bid.bidder.pk}"] = forms.CharField(
                label=gettext("Why %(bidder)s does not conform") % {"bidder": bid.bidder.name},
                required=False,
                max_length=1_000,
                initial=bid.reasons[-1] if bid.conforming is False and bid.reasons else "",
            )

    def judged(self) -> Iterator[tuple[int, bool, str]]:
        for bid in self.bids:
            chosen = self.cleaned_data[f"conforming-{bid.bidder.pk}"]
            if chosen:
                yield bid.bidder.pk, chosen == YES, self.cleaned_data[f"reason-{bid.bidder.pk}"]


@dataclass(frozen=True)
class ScoreCell:
    bid: LotBid
    answer: str
    points: BoundField
    words: BoundField
    cell: CriterionCell | None


@dataclass(frozen=True)
class ScoreBlock:
    criterion: Criterion
    cells: Sequence[ScoreCell]

    @property
    def scoring(self) -> str:
        """How the criterion is scored, as it was announced."""
        return said(self.criterion.scoring)


class ScoresForm(VersionForm):
    """Points and words of every bid by every criterion: an evaluator's own, or those agreed on."""

    def __init__(
        self,
        criteria: Sequence[Criterion],
        bids: Sequence[LotBid],
        known: Mapping[tuple[int, int], Score],
        *given: Any,
        cells: Mapping[int, Sequence[CriterionCell]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.criteria, self.bids, self.cells = criteria, bids, cells
        for criterion in criteria:
            for bid in bids:
                key = (criterion.pk, bid.bidder.pk)
                points, words = self._initial(key, known)
                names = {"bidder": bid.bidder.name}
                self.fields[f"p-{key[0]}-{key[1]}"] = PointsField(
                    label=gettext("Points of %(bidder)s") % names, required=False, initial=points
                )
                self.fields[f"w-{key[0]}-{key[1]}"] = forms.CharField(
                    label=gettext("Reason for the points of %(bidder)s") % names,
                    required=False,
                    max_length=2_000,
                    initial=words,
                    widget=text_area(2),
                )

    def _initial(
        self, key: tuple[int, int], known: Mapping[tuple[int, int], Score]
    ) -> tuple[Decimal | None, str]:
        if self.cells is None:
            row = known.get(key)
            return (row.points, row.words) if row else (None, "")
        cell = next(one for one in self.cells[key[1]] if one.criterion.pk == key[0])
        if cell.agreed is not None:
            return cell.agreed.points, cell.agreed.words
        return cell.middle, ""

    def blocks(self) -> Iterator[ScoreBlock]:
        for criterion in self.criteria:
            yield ScoreBlock(
                criterion,
                [
                    ScoreCell(
                        bid,
                        str(bid.answers.get(f"answer-{criterion.code}") or ""),
                        self[f"p-{criterion.pk}-{bid.bidder.pk}"],
                        self[f"w-{criterion.pk}-{bid.bidder.pk}"],
                        next(
                            (one for one in self.cells[bid.bidder.pk] if one.criterion.pk == criterion.pk),
                            None,
                        )
                        if self.cells is not None
                        else None,
                    )
                    for bid in self.bids
                ],
            )

    def scores(self) -> dict[tuple[int, int], tuple[Decimal | None, str]]:
        return {
            (criterion.pk, bid.bidder.pk): (
                self.cleaned_data.get(f"p-{criterion.pk}-{bid.bidder.pk}"),
                self.cleaned_data.get(f"w-{criterion.pk}-{bid.bidder.pk}", ""),
            )
            for criterion in self.criteria
            for bid in self.bids
        }


class PriceForm(forms.Form):
    accepted = forms.ChoiceField(
        label=_("Decision on the price"),
        choices=[
            (YES, _("The price is explained: the bid stays in")),
            (NO, _("The price is not explained: the bid is rejected")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    reason = forms.CharField(
        label=_("On what the decision rests"), required=False, max_length=4_000, widget=text_area(4)
    )


class DrawForm(forms.Form):
    bidder = ChoiceField(label=_("On whom the lot fell"), required=False)
    words = forms.CharField(
        label=_("Who was present and how it was drawn"), required=False, max_length=1_000, widget=text_area(3)
    )

    def __init__(self, bidders: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["bidder"].choices = [("", CHOOSE), *bidders]  # type: ignore[attr-defined]


class DecisionForm(OnceForm, VersionForm):
    """Reasons of a decision in both languages of administration."""

    reasons_fi = forms.CharField(
        label=_("Reasons in Finnish"),
        max_length=20_000,
        widget=text_area(10),
        error_messages={"required": NO_REASONS},
    )
    reasons_sv = forms.CharField(
        label=_("Reasons in Swedish"),
        max_length=20_000,
        widget=text_area(10),
        error_messages={"required": NO_REASONS},
    )

    def content(self, *, discontinue: bool = False) -> AwardContent:
        return AwardContent(self.cleaned_data["reasons_fi"], self.cleaned_data["reasons_sv"], discontinue)


class DirectDecisionForm(DecisionForm):
    """A decision without bids: whom it goes to and for how much."""

    supplier = ChoiceField(label=_("Supplier"), error_messages={"required": _("Choose the supplier.")})
    price_eur = SumField(label=_("Price of the lot, euros without VAT"))
    field_order = ("supplier", "price_eur", "reasons_fi", "reasons_sv")

    def __init__(self, suppliers: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", CHOOSE), *((str(pk), name) for pk, name in suppliers)]
        self.fields["supplier"].choices = choices  # type: ignore[attr-defined]

    def content(self, *, discontinue: bool = False) -> AwardContent:
        typed = self.cleaned_data
        supplier = int(typed["supplier"]) if typed["supplier"] else None
        price = typed["price_eur"]
        return AwardContent(typed["reasons_fi"], typed["reasons_sv"], discontinue, supplier, price)


class MakeForm(VersionForm):
    """The second person makes the decision."""

    letters = forms.MultipleChoiceField(
        label=_("Bidders who are told by letter"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "The others are told here and by e-mail today. A letter counts as received on the seventh day."
        ),
    )
    number = forms.CharField(
        label=_("Number of the tender"), required=False, max_length=20, help_text=_("Type it to confirm.")
    )

    def __init__(self, bidders: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if bidders:
            self.fields["letters"].choices = bidders  # type: ignore[attr-defined]
        else:
            del self.fields["letters"]

    def sending(self) -> Sending:
        return Sending(frozenset(int(one) for one in self.cleaned_data.get("letters", [])))


class ChallengeForm(OnceForm):
    """The buyer records what has arrived."""

    kind = ChoiceField(
        label=_("What arrived"), choices=[("", CHOOSE), *ChallengeKind.choices], required=False
    )
    party = ChoiceField(label=_("From whom"), required=False)
    arrived_on = DayField(label=_("Day of arrival"))
    reference = forms.CharField(label=_("Number at the court"), required=False, max_length=60)
    words = forms.CharField(
        label=_("What is asked and why, in short"), required=False, max_length=4_000, widget=text_area(4)
    )

    def __init__(self, bidders: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["party"].choices = [("", _("the authority itself")), *bidders]  # type: ignore[attr-defined]

    def content(self) -> ChallengeContent:
        typed = self.cleaned_data
        return ChallengeContent(
            kind=typed["kind"],
            words=typed["words"],
            arrived_on=typed["arrived_on"],
            party_id=int(typed["party"]) if typed["party"] else None,
            reference=typed["reference"],
        )


class FileForm(OnceForm):
    """A bidder asks for a correction or tells of an appeal."""

    kind = forms.ChoiceField(
        label=_("What you do"),
        choices=[
            (ChallengeKind.CORRECTION, _("Ask the buyer to correct its decision")),
            (ChallengeKind.APPEAL, _("Tell the buyer that we have appealed to the Market Court")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    words = forms.CharField(
        label=_("What you ask and why"), required=False, max_length=10_000, widget=text_area(6)
    )


class ResolveForm(forms.Form):
    state = ChoiceField(label=_("How it ended"), required=False)
    resolved_on = DayField(label=_("Day"))
    words = forms.CharField(
        label=_("Reasons, or what the court decided"), required=False, max_length=4_000, widget=text_area(4)
    )

    def __init__(self, appeal: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        left_out = {ChallengeState.PENDING} if appeal else {ChallengeState.PENDING, ChallengeState.LEAVE}
        choices = [(one.value, one.label) for one in ChallengeState if one not in left_out]
        self.fields["state"].choices = [("", CHOOSE), *choices]  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    """Whether something is a business secret."""

    accepted = forms.ChoiceField(
        label=_("Is it a business secret?"),
        choices=[
            (YES, _("Yes: it stays secret")),
            (NO, _("No: it opens to those who may read the bid, some days from now")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    words = forms.CharField(
        label=_("Reasons"),
        help_text=_("The bidder reads them. If you refuse, it has some days to object before it opens."),
        required=False,
        max_length=2_000,
        widget=text_area(4),
    )


def first_answer_day(day: date) -> date:
    """Our own target of days to answer a request for clarification (O-EC)."""
    return law.add_working_days(day, law.rule("O-EC", day).length)
