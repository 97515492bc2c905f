"""Forms of rounds, officers' words on a case and weights: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, MunicipalityField, OnceForm, text_area
from kotopolku.placement.actions.bindings import NewBinding
from kotopolku.placement.actions.rounds import RoundChoice
from kotopolku.placement.actions.weights import NewWeights
from kotopolku.placement.models import BindingKind, Resource, Why
from kotopolku.placement.queries.weights import WeightLine
from kotopolku.placement.queries.what_if import Changes

EFFORTS = [("0.3", _("quick")), ("1", _("usual")), ("3", _("thorough"))]
MOST_MORE = 99


def _number(label: Any, **options: Any) -> forms.FloatField:
    return forms.FloatField(label=label, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)


class StartForm(OnceForm):
    """Starting a round. Everything has a default, so one press is enough."""

    effort = ChoiceField(label=_("How long to search"), choices=EFFORTS, initial="1", required=False)
    fairness_pct = _number(
        _("For the worst-off group, per cent of the points"),
        min_value=0,
        max_value=5,
        initial=0.25,
        required=False,
        help_text=_(
            "So much of the points may be given up so that no group of families is far behind. 0 leaves it out."
        ),
    )
    wishes_pct = _number(
        _("For wishes, per cent of the points"),
        min_value=0,
        max_value=5,
        initial=0.2,
        required=False,
        help_text=_(
            "So much may be given up so that families get a better-liked municipality where there is room."
        ),
    )
    lottery_points = forms.IntegerField(
        label=_("Lot among near-ties, points"),
        min_value=0,
        max_value=100,
        initial=0,
        required=False,
        help_text=_(
            "Where the plan loses at most this many points, the municipality is drawn by lot. 0: no lot."
        ),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("The same cases, places, settings and seed give the same round again."),
    )

    def choice(self) -> RoundChoice:
        typed, usual = self.cleaned_data, RoundChoice()

        def or_usual(name: str) -> Any:
            return getattr(usual, name) if typed.get(name) is None else typed[name]

        return RoundChoice(
            fairness_pct=or_usual("fairness_pct"),
            wishes_pct=or_usual("wishes_pct"),
            lottery_points=or_usual("lottery_points"),
            effort=float(typed.get("effort") or usual.effort),
        )


class BindForm(forms.Form):
    """An officer's word on a case, which every round keeps."""

    kind = ChoiceField(
        label=_("What"),
        choices=BindingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to fix or rule out.")},
    )
    municipality = MunicipalityField(
        label=_("Municipality"), error_messages={"required": _("Choose the municipality.")}
    )
    why = ChoiceField(
        label=_("Reason"),
        choices=[("", CHOOSE), *Why.choices],
        error_messages={"required": _("Choose the reason.")},
    )
    text = forms.CharField(
        label=_("In your own words"),
        max_length=1_000,
        widget=text_area(2),
        help_text=_("Kept with the case. Write no name or address."),
        error_messages={"required": _("Write in a few words why; it is kept with the case.")},
    )

    def binding(self) -> NewBinding:
        typed = self.cleaned_data
        return NewBinding(typed["kind"], typed["municipality"], typed["why"], typed["text"])


class AskForm(forms.Form):
    """Which municipality "why not" and "what if" are asked about."""

    code = ChoiceField(label=_("Municipality"), error_messages={"required": _("Choose the municipality.")})

    def __init__(self, municipalities: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["code"].choices = [("", CHOOSE), *municipalities]  # type: ignore[attr-defined]


class ChangesForm(forms.Form):
    """What is tried on a round: more places, a municipality that leaves, another weight. Nothing is stored."""

    more_in = ChoiceField(label=_("Municipality"), required=False)
    thing = ChoiceField(label=_("What there is more of"), required=False)
    number = forms.IntegerField(
        label=_("How many more"), min_value=1, max_value=MOST_MORE, initial=1, required=False
    )
    leave = ChoiceField(label=_("Municipality that leaves"), required=False)
    part = ChoiceField(label=_("Part of the points"), required=False)
    weight = _number(_("Its weight"), min_value=0, required=False)

    def __init__(
        self,
        municipalities: Sequence[tuple[str, str]],
        parts: Sequence[WeightLine],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.parts = {one.id: one for one in parts}
        choices: dict[str, list[tuple[str, Any]]] = {
            "more_in": list(municipalities),
            "leave": list(municipalities),
            "thing": list(Resource.choices),
            "part": [(one.id, one.name) for one in parts],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", CHOOSE), *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("more_in") and not typed.get("thing"):
            self.add_error("thing", _("Choose what there is more of."))
        if typed.get("thing") and not typed.get("more_in"):
            self.add_error("more_in", _("Choose the municipality."))
        if typed.get("part") and typed.get("weight") is None:
            self.add_error("weight", _("Give the weight."))
        if not self.errors and not any(typed.get(name) for name in ("more_in", "leave", "part")):
            raise forms.ValidationError(_("Choose at least one thing to change."))
        return typed

    def changes(self) -> Changes:
        typed = self.cleaned_data
        weights: dict[str, float | tuple[float, ...]] = {}
        if typed.get("part"):
            # The first number of a series is given; the others keep their proportion to it.
            now = self.parts[typed["part"]].weight
            share = typed["weight"] / now[0] if now[0] else 0.0
            numbers = (float(typed["weight"]), *(round(number * share, 2) for number in now[1:]))
            weights[typed["part"]] = numbers if len(numbers) > 1 else numbers[0]
        return Changes(
            more={(typed["more_in"], typed["thing"]): typed["number"] or 1} if typed.get("more_in") else {},
            leave=(typed["leave"],) if typed.get("leave") else (),
            weights=weights,
            locks={},
        )


@dataclass(frozen=True)
class WeightRow:
    """A part of the points with its fields: one number, or one for each wish."""

    line: WeightLine
    cells: list[BoundField]


class WeightsForm(OnceForm):
    """A proposal of new weights. A part left as it is stays out of it."""

    in_force_from = DayField(label=_("In force from"))
    reason = forms.CharField(
        label=_("Why the weights should change"),
        max_length=2_000,
        widget=text_area(4),
        error_messages={"required": _("Write why; the person who decides reads it, and it is kept.")},
    )

    def __init__(self, lines: Sequence[WeightLine], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.lines = list(lines)
        for line in self.lines:
            for number, value in enumerate(line.weight):
                self.fields[self.name_of(line, number)] = _number(
                    _("%(part)s, number %(number)d") % {"part": line.name, "number": number + 1}
                    if len(line.weight) > 1
                    else line.name,
                    min_value=0,
                    initial=f"{value:g}",
                    required=False,
                )

    @staticmethod
    def name_of(line: WeightLine, number: int) -> str:
        return f"w-{line.id}-{number}"

    def rows(self) -> Iterator[WeightRow]:
        for line in self.lines:
            yield WeightRow(line, [self[self.name_of(line, number)] for number in range(len(line.weight))])

    def plain_fields(self) -> list[BoundField]:
        return [bound for bound in self if not bound.name.startswith("w-") and not bound.is_hidden]

    def data_typed(self) -> NewWeights:
        typed = self.cleaned_data
        changed = {}
        for line in self.lines:
            given = tuple(
                now if typed.get(self.name_of(line, number)) is None else typed[self.name_of(line, number)]
                for number, now in enumerate(line.weight)
            )
            if given != tuple(line.weight):
                changed[line.id] = given
        return NewWeights(changed, typed["reason"], typed["in_force_from"])


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write in a few words why; it is kept with the proposal.")},
    )
