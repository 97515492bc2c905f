"""Forms of the path: assessment, plan with its rows of goals and measures, review, interruption, extension, referral.

Not for: what the law asks of them (``law``) and whether it is fulfilled (``rules.py``, ``actions``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kotopolku import clock, law
from kotopolku.actors import queries as actors
from kotopolku.clients.forms import ChoiceField, DayField, LanguageField, Select, text_area
from kotopolku.clients.models import Goal, MeasureKind, MeasureState
from kotopolku.clients.rules import (
    NOT_RELEVANT,
    AssessmentContent,
    GoalContent,
    MeasureContent,
    PlanContent,
    ReviewContent,
)

GOAL_STATES: list[tuple[Any, Any]] = list(Goal._meta.get_field("state").choices or ())
MOST_ROWS = 40
"""More goals or measures than this in one sending are a mistake, not a plan."""
MOST_HOURS = 5_000
"""More planned hours than this in one measure are a slip of the hand."""


def own_text(texts: Mapping[str, str]) -> str:
    """The text of the page's language; Finnish where there is none."""
    return texts.get((get_language() or "fi")[:2]) or texts["fi"]


def cited(item: law.ContentItem) -> str:
    """Where a line of the law stands, in the page's language."""
    return item.citation((get_language() or "fi")[:2])


class AssessmentForm(forms.Form):
    """The items that the Act's decree asks for, one field each; nothing is required until it is completed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    language = LanguageField(label=_("Language used"), required=False)
    interpreter_used = forms.BooleanField(label=_("An interpreter was used"), required=False)
    participants = forms.CharField(
        label=_("Who took part"),
        required=False,
        widget=text_area(2),
        help_text=_("The client, workers and others, one on a line."),
    )
    plan_needed = ChoiceField(
        label=_("Does the client need an integration plan?"),
        required=False,
        choices=[("yes", _("Yes, a plan is made")), ("no", _("No, a plan is not needed"))],
        widget=forms.RadioSelect,
    )
    conclusion = forms.CharField(label=_("Conclusion and reasons"), required=False, widget=text_area(4))
    planned_plan_on = DayField(label=_("Day on which the plan is to be made"), required=False)
    completed_on = DayField(label=_("Completed on"), required=False)

    def __init__(self, act: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.act = act
        self.items = law.assessment_items(act)
        self.further = law.assessment_measures(act)
        self.to_tell = law.told_to_client(act)
        for item in self.items:
            self.fields[f"item-{item.id}"] = forms.CharField(
                label=own_text(item.texts), required=False, widget=text_area(3)
            )
            self.fields[f"none-{item.id}"] = forms.BooleanField(
                label=_("Not relevant for this client"), required=False
            )
        for measure in self.further:
            self.fields[f"done-{measure.id}"] = forms.BooleanField(
                label=own_text(measure.texts), required=False
            )
            self.fields[f"note-{measure.id}"] = forms.CharField(
                label=_("Result"), required=False, widget=text_area(2)
            )
        for told in self.to_tell:
            self.fields[f"told-{told.id}"] = forms.BooleanField(label=own_text(told.texts), required=False)

    def rows(self) -> list[dict[str, Any]]:
        """Each statutory item: text field, "not relevant" field, where it stands."""
        return [
            {"source": cited(item), "text": self[f"item-{item.id}"], "none": self[f"none-{item.id}"]}
            for item in self.items
        ]

    def further_rows(self) -> list[dict[str, Any]]:
        return [{"done": self[f"done-{m.id}"], "note": self[f"note-{m.id}"]} for m in self.further]

    def told_rows(self) -> list[forms.BoundField]:
        return [self[f"told-{told.id}"] for told in self.to_tell]

    def content(self) -> AssessmentContent:
        typed = self.cleaned_data
        return AssessmentContent(
            items={item.id: typed[f"item-{item.id}"] for item in self.items},
            not_relevant=frozenset(item.id for item in self.items if typed[f"none-{item.id}"]),
            measures={
                measure.id: {"done": typed[f"done-{measure.id}"], "note": typed[f"note-{measure.id}"]}
                for measure in self.further
            },
            told=tuple(told.id for told in self.to_tell if typed[f"told-{told.id}"]),
            participants=typed["participants"],
            language=typed["language"],
            interpreter_used=typed["interpreter_used"],
            plan_needed={"yes": True, "no": False}.get(typed["plan_needed"]),
            conclusion=typed["conclusion"],
            planned_plan_on=typed["planned_plan_on"],
        )


def assessment_initial(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored assessment by the names of ``AssessmentForm``."""
    initial = {name: stored[name] for name in ("language", "interpreter_used", "participants", "conclusion")}
    initial["planned_plan_on"] = stored["planned_plan_on"]
    initial["plan_needed"] = {True: "yes", False: "no"}.get(stored["plan_needed"], "")
    for item, text in stored["items"].items():
        initial[f"none-{item}"] = text == NOT_RELEVANT
        initial[f"item-{item}"] = "" if text == NOT_RELEVANT else text
    for measure, result in stored["measures"].items():
        initial[f"done-{measure}"], initial[f"note-{measure}"] = result.get("done"), result.get("note", "")
    return initial | {f"told-{told}": True for told in stored["told"]}


class GoalForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Goal"), required=False, max_length=300)
    description = forms.CharField(label=_("In more detail"), required=False, widget=text_area(2))
    state = ChoiceField(label=_("State"), choices=GOAL_STATES, required=False)
    DELETE = forms.BooleanField(required=False, widget=forms.HiddenInput)

    measures: "BaseFormSet[MeasureForm]"
    providers: "ProviderChoices" = ()

    @cached_property
    def blank_measure(self) -> "MeasureForm":
        """An empty measure of this goal, for the page's <template>."""
        return MeasureForm(prefix=f"{self.prefix}-measures-__measure__", providers=self.providers)

    @property
    def is_empty(self) -> bool:
        typed = self.cleaned_data
        return not any(typed.get(name) for name in ("id", "title", "description"))


ProviderChoices = Sequence[tuple[int, str]]


def provider_choices() -> ProviderChoices:
    """Training providers and associations of the day, by name."""
    return [(row.pk, row.name) for row in actors.providers_on(clock.today())]


def _number_or_none(text: Any) -> int | None:
    return int(text) if text else None


class ProviderField(forms.TypedChoiceField):
    """Who arranges a measure, out of the directory; empty when nobody of it does."""

    widget = Select

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Arranged by"))
        super().__init__(required=False, coerce=_number_or_none, empty_value=None, **options)

    def offer(self, providers: ProviderChoices) -> None:
        self.choices = [("", _("Not in the directory")), *providers]


class HoursField(forms.IntegerField):
    """Planned hours of a measure."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Planned hours"))
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(required=False, min_value=1, max_value=MOST_HOURS, widget=widget, **options)


class MeasureForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = ChoiceField(
        label=_("Kind of measure"), required=False, choices=[("", _("Choose")), *MeasureKind.choices]
    )
    title = forms.CharField(label=_("Measure"), required=False, max_length=300)
    responsible = forms.CharField(label=_("Who is responsible"), required=False, max_length=200)
    starts_on = DayField(label=pgettext_lazy("days", "From"), required=False, help_text="")
    ends_on = DayField(label=pgettext_lazy("days", "To"), required=False, help_text="")
    state = ChoiceField(label=_("State"), choices=MeasureState.choices, required=False)
    result = forms.CharField(label=_("How it went"), required=False, max_length=2000)
    provider_id = ProviderField()
    hours_planned = HoursField()
    DELETE = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, providers: ProviderChoices = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["provider_id"].offer(providers)  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        typed = self.cleaned_data
        return not any(
            typed.get(name) for name in ("id", "kind", "title", "responsible", "starts_on", "ends_on")
        )

    @property
    def is_removed(self) -> bool:
        return bool(self.cleaned_data.get("DELETE"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("DELETE") and not self.is_empty:
            if not typed.get("title") and "title" not in self.errors:
                self.add_error("title", ValidationError(_("Say what the measure is."), code="required"))
            if not typed.get("kind") and "kind" not in self.errors:
                self.add_error("kind", ValidationError(_("Choose the kind of measure."), code="required"))
        return typed


GoalRows = formset_factory(GoalForm, extra=0, max_num=MOST_ROWS, validate_max=True)
MeasureRows = formset_factory(MeasureForm, extra=0, max_num=MOST_ROWS, validate_max=True)


class PlanForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    makers = forms.CharField(
        label=_("Made by"),
        required=False,
        widget=text_area(2),
        help_text=_("The client and everybody who took part, with their organisation."),
    )
    justification = forms.CharField(
        label=_("Why these services help to reach the goals"), required=False, widget=text_area(3)
    )
    ends_on = DayField(label=_("Plan in force until"), required=False)


class PlanEditor:
    """The plan's form together with its rows. Bound to what was sent (``data``), or shown from ``content``.

    ``content`` is {"makers", "justification", "ends_on", "goals": [{…, "measures": [{…}]}]} with values or typed text.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        content: Mapping[str, Any] | None = None,
        version: int = 0,
    ) -> None:
        content = content or {}
        goals = list(content.get("goals") or [])
        initial = {name: content.get(name) for name in ("makers", "justification", "ends_on")} | {
            "version": version
        }
        self.head = PlanForm(data, initial=initial)
        self.goals = GoalRows(data, prefix="goals", initial=goals if data is None else None)
        self.providers = provider_choices()
        for number, form in enumerate(self.goals.forms):
            rows = goals[number].get("measures") if data is None and number < len(goals) else None
            form.providers = self.providers
            form.measures = self._rows(data, f"goals-{number}-measures", rows)

    def _rows(self, data: Mapping[str, Any] | None, prefix: str, initial: Any) -> Any:
        return MeasureRows(data, prefix=prefix, initial=initial, form_kwargs={"providers": self.providers})

    @cached_property
    def blank_goal(self) -> GoalForm:
        """An empty goal with one empty measure, for the page's <template>."""
        form = GoalForm(prefix="goals-__goal__")
        form.providers = self.providers
        form.measures = self._rows(None, "goals-__goal__-measures", [{}])
        return form

    def is_valid(self) -> bool:
        sound = [self.head.is_valid(), self.goals.is_valid()]
        for form in self.goals.forms:
            sound.append(form.measures.is_valid())
            if form.cleaned_data.get("DELETE"):
                continue
            wanted = not form.is_empty or any(
                not row.is_empty and not row.is_removed for row in form.measures.forms
            )
            if wanted and not form.cleaned_data.get("title") and "title" not in form.errors:
                form.add_error("title", ValidationError(_("Give the goal a name."), code="required"))
                sound.append(False)
        return all(sound)

    def _forms(self) -> list[forms.Form]:
        """Every form of the page, in order."""
        rows: list[forms.Form] = [self.head]
        for form in self.goals.forms:
            rows += [form, *form.measures.forms]
        return rows

    def error_lines(self) -> list[tuple[str, str, str]]:
        """(identifier of the field, label, error) for the summary of errors."""
        lines = (
            [("", "", str(error)) for error in self.goals.non_form_errors()] if self.goals.is_bound else []
        )
        for form in self._forms():
            lines += [("", "", str(error)) for error in form.non_field_errors()]
            lines += [
                (bound.id_for_label, str(bound.label), str(error)) for bound in form for error in bound.errors
            ]
        return lines

    @property
    def errors(self) -> bool:
        """Whether anything needs mending; the page's title asks."""
        return bool(self.error_lines())

    def content(self) -> PlanContent:
        """What was typed, checked, without empty and removed rows."""
        head = self.head.cleaned_data
        goals = []
        for form in self.goals.forms:
            rows = [row for row in form.measures.forms if not row.is_empty and not row.is_removed]
            if not form.cleaned_data["DELETE"] and (rows or not form.is_empty):
                measures = tuple(MeasureContent(**_kept(row.cleaned_data)) for row in rows)
                goals.append(GoalContent(**_kept(form.cleaned_data), measures=measures))
        return PlanContent(tuple(goals), head["makers"], head["justification"], head["ends_on"])

    def add_refusal(self, field: str, error: ValidationError) -> None:
        """Puts an action's refusal at its place: "goals-0-measures-1-ends_on" counts the rows that were kept."""
        rows = [form for form in self.goals.forms if form.is_valid() and not form.cleaned_data["DELETE"]]
        parts = field.split("-")
        if parts[0] != "goals" or len(parts) < 3 or int(parts[1]) >= len(rows):
            self.head.add_error(field if field in self.head.fields else None, error)
            return
        form: forms.Form = rows[int(parts[1])]
        if len(parts) == 5:
            kept = [
                row for row in rows[int(parts[1])].measures.forms if not row.is_empty and not row.is_removed
            ]
            form = kept[int(parts[3])]
        form.add_error(parts[-1] if parts[-1] in form.fields else None, error)


def _kept(typed: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as the content takes them; an empty choice is the model's first."""
    values = {name: value for name, value in typed.items() if name != "DELETE"}
    values["state"] = values["state"] or "planned"
    return values


GOAL_FIELDS = ("id", "title", "description", "state", "DELETE")
MEASURE_FIELDS = (
    "id",
    "kind",
    "title",
    "responsible",
    "provider_id",
    "hours_planned",
    "starts_on",
    "ends_on",
    "state",
    "result",
    "DELETE",
)


def typed_content(data: Mapping[str, Any]) -> dict[str, Any]:
    """The content as typed, unchecked: for showing it again with a row more, from a draft, or beside another's."""

    def count(name: str) -> int:
        text = str(data.get(name, "0"))
        return min(int(text), MOST_ROWS) if text.isdecimal() else 0

    def row(prefix: str, names: Sequence[str]) -> dict[str, Any]:
        return {name: data.get(f"{prefix}-{name}", "") for name in names}

    goals = []
    for number in range(count("goals-TOTAL_FORMS")):
        prefix = f"goals-{number}"
        rows = range(count(f"{prefix}-measures-TOTAL_FORMS"))
        measures = [row(f"{prefix}-measures-{place}", MEASURE_FIELDS) for place in rows]
        goals.append(row(prefix, GOAL_FIELDS) | {"measures": measures})
    return {name: data.get(name, "") for name in ("makers", "justification", "ends_on")} | {"goals": goals}


class MakeForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    made_on = DayField(label=_("Made on"))
    ends_on = DayField(label=_("In force until"), help_text=_("The last day."))


class PaperSignatureForm(forms.Form):
    signed_on = DayField(label=_("Signed on"))


class ScreenSignatureForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=200, error_messages={"required": _("Write your name.")}
    )
    agreed = forms.BooleanField(
        label=_("I have read this plan, or it has been read to me, and I took part in making it."),
        error_messages={"required": _("Mark this, if it is so.")},
    )


class ReferralForm(forms.Form):
    referred_on = DayField(label=_("Referred on"))
    note = forms.CharField(label=_("Where to"), required=False, widget=text_area(2))


class ReviewForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    held_on = DayField(label=_("Held on"))
    participation = forms.CharField(
        label=_("How the client has taken part"), required=False, widget=text_area()
    )
    results = forms.CharField(label=_("Progress and results"), required=False, widget=text_area())
    obstacles = forms.CharField(label=_("What has been in the way"), required=False, widget=text_area())
    changes = forms.CharField(label=_("What changes in the plan"), required=False, widget=text_area())
    makers = forms.CharField(label=_("Who took part"), required=False, widget=text_area(2))
    next_review_on = DayField(label=_("Next review agreed for"), required=False)
    ends_on = DayField(
        label=_("New last day of the plan"),
        required=False,
        help_text=_("Leave empty if the plan is not prolonged."),
    )

    def content(self) -> ReviewContent:
        names = ReviewContent.__dataclass_fields__
        return ReviewContent(**{name: self.cleaned_data[name] for name in names})


class InterruptionForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    ground = ChoiceField(label=_("Ground"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    note = forms.CharField(label=_("Note"), required=False, widget=text_area(2))

    def __init__(self, act: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        grounds = [(ground.id, own_text(ground.texts)) for ground in law.interruption_grounds(act)]
        self.fields["ground"].choices = [("", _("Choose")), *grounds]  # type: ignore[attr-defined]


class ExtensionForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    ground = ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    months = forms.IntegerField(
        label=_("Months"), min_value=1, max_value=120, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    why = forms.CharField(
        label=_("Why the ground is met"), widget=text_area(), error_messages={"required": _("Write why.")}
    )

    def __init__(self, act: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        grounds = [(ground.id, own_text(ground.texts)) for ground in law.extension_grounds(act)]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Reopening, cancelling: a word why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=text_area(2),
        error_messages={"required": _("Write the reason.")},
    )


def plan_initial(content: PlanContent) -> dict[str, Any]:
    """A plan's content by the names of ``PlanEditor``."""
    return {
        "makers": content.makers,
        "justification": content.justification,
        "ends_on": content.ends_on,
        "goals": [
            {name: getattr(goal, name) for name in ("id", "title", "description", "state")}
            | {"measures": [vars(measure) for measure in goal.measures]}
            for goal in content.goals
        ],
    }
