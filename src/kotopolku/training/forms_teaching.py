"""Forms of teaching: a session's list as sent, a student's study plan part by part, a test, feedback.

Not for: rules (``teaching_rules.py``, ``studies.py``) and writing (``actions``).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.progress import sources
from kotopolku.progress.models import Skill
from kotopolku.training import studies
from kotopolku.training.models import StudyPlan, TestKind
from kotopolku.training.teaching_rules import Mark, Presence

LONGEST_NUMBER = 6


def read_marks(data: Mapping[str, Any], enrolments: Iterable[int]) -> list[Mark]:
    """What was marked on the page: fields ``mark-7``, ``late-7``, ``version-7`` of each student; others are left out.

    ``rest``: how all those are marked for whom nothing was chosen. Minutes count only for one who was there.
    """
    rest = data.get("rest", "")
    found = []
    for enrolment_id in enrolments:
        state = data.get(f"mark-{enrolment_id}", "") or rest
        if not state:
            continue
        late = _whole(data.get(f"late-{enrolment_id}", "")) if state == Presence.PRESENT else 0
        found.append(Mark(enrolment_id, state, late, _whole(data.get(f"version-{enrolment_id}", ""))))
    return found


def _whole(text: str) -> int:
    """The number typed; 0 for nothing, -1 for what is no number, which the rules refuse."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else -1


class PointsField(forms.DecimalField):
    """Points with at most one decimal; a comma is a decimal point too; nothing is 0."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=5, decimal_places=1, required=False, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return Decimal(0)
        return super().to_python(str(value).replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class StudyPlanForm(forms.Form):
    """Goals and guidance, then four fields for each part of the curriculum; ``version`` is of the plan that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    goals = forms.CharField(
        label=_("Goals of the studies"),
        max_length=4000,
        widget=text_area(4),
        help_text=_("In the student's own words: language, work, further studies."),
    )
    guidance = forms.CharField(
        label=_("Guidance and support"), required=False, max_length=4000, widget=text_area(3)
    )

    def __init__(self, data: Any, *, curriculum: str, current: StudyPlan | None) -> None:
        super().__init__(data, initial=_initial(current))
        self.parts = studies.parts_of(curriculum)
        stored = (
            {row["part"]: studies.PlanPart.from_json(row) for row in current.parts}
            if current is not None
            else {}
        )
        for part in self.parts:
            now = stored.get(part.id, studies.PlanPart(part.id))
            self.fields[f"{part.id}-points"] = PointsField(label=_("Planned"), initial=now.points)
            self.fields[f"{part.id}-credited"] = PointsField(label=_("Credited"), initial=now.credited)
            self.fields[f"{part.id}-credited_for"] = forms.CharField(
                label=_("Credited for"), required=False, max_length=300, initial=now.credited_for
            )
            self.fields[f"{part.id}-done"] = PointsField(label=_("Completed"), initial=now.done)

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """Each part with its bound fields, for the template."""
        names = ("points", "credited", "credited_for", "done")
        return [(part, [self[f"{part.id}-{name}"] for name in names]) for part in self.parts]

    def content(self) -> studies.StudyPlanContent:
        typed = self.cleaned_data
        parts = (
            studies.PlanPart(
                part.id,
                typed[f"{part.id}-points"],
                typed[f"{part.id}-credited"],
                typed[f"{part.id}-credited_for"],
                typed[f"{part.id}-done"],
            )
            for part in self.parts
        )
        return studies.StudyPlanContent(typed["goals"], typed["guidance"], tuple(parts))


def _initial(current: StudyPlan | None) -> dict[str, Any]:
    if current is None:
        return {"version": 0}
    return {"version": current.number, "goals": current.goals, "guidance": current.guidance}


class TestForm(OnceForm):
    """Levels by skill; the language is the course's."""

    kind = ChoiceField(label=_("Test"), choices=TestKind.choices, widget=forms.RadioSelect)
    assessed_on = DayField(label=_("Day of the test"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scale = [(level.code, level.words) for level in sources.levels().values()]
        for skill, words in Skill.choices:
            self.fields[skill] = ChoiceField(
                label=words, required=False, choices=[("", _("not tested")), *scale]
            )

    def levels(self) -> dict[str, str]:
        return {skill: self.cleaned_data[skill] for skill in Skill.values}
