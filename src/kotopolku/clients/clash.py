"""Two people changed one plan: where they differ, and the plan made of what is chosen from each.

Works on plain contents as ``forms_plan.PlanEditor`` shows them (texts). Not for: finding that they clash (``actions``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from kotopolku.actors import queries as actors
from kotopolku.clients.forms_plan import GOAL_STATES, GoalForm, MeasureForm, PlanForm
from kotopolku.clients.models import MeasureKind, MeasureState
from kotopolku.clients.rules import Difference

HEAD = ("makers", "justification", "ends_on")
GOAL = ("title", "description", "state")
MEASURE = (
    "kind",
    "title",
    "responsible",
    "provider_id",
    "hours_planned",
    "starts_on",
    "ends_on",
    "state",
    "result",
)

Content = dict[str, Any]


@dataclass(frozen=True)
class ClashRow:
    """One place where the two differ. ``whole`` when one has a goal or measure that the other has not."""

    path: str
    about: str
    """The goal or measure it is in; empty for the plan itself."""
    label: str | Promise
    mine: str
    theirs: str
    whole: bool = False


def as_typed(stored: Mapping[str, Any]) -> Content:
    """A stored content (``rules.plan_to_json``) with every value as a person would type it."""

    def row(values: Mapping[str, Any], names: tuple[str, ...]) -> Content:
        return {name: _text(values.get(name)) for name in ("id", *names)}

    return {name: _text(stored.get(name)) for name in HEAD} | {
        "goals": [
            row(goal, GOAL) | {"measures": [row(measure, MEASURE) for measure in goal.get("measures", ())]}
            for goal in stored.get("goals", ())
        ]
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day}.{day.month}.{day.year}"


def rows(mine: Content, theirs: Content) -> list[ClashRow]:
    """Every difference, in the order of the plan."""
    found = [
        ClashRow(name, "", PlanForm.base_fields[name].label or "", _typed(mine, name), _typed(theirs, name))
        for name in HEAD
        if _typed(mine, name) != _typed(theirs, name)
    ]
    for key, my_goal, their_goal in _pairs(mine.get("goals", ()), theirs.get("goals", ())):
        found += _differences(f"goal.{key}", my_goal, their_goal, GOAL, GoalForm)
        mine_rows = my_goal["measures"] if my_goal else ()
        their_rows = their_goal["measures"] if their_goal else ()
        if my_goal is None or their_goal is None:
            continue
        for place, my_row, their_row in _pairs(mine_rows, their_rows):
            found += _differences(f"goal.{key}.measure.{place}", my_row, their_row, MEASURE, MeasureForm)
    return found


def merge(mine: Content, theirs: Content, take: set[str]) -> Content:
    """Mine, with everything of theirs at the paths in ``take``. A whole row of theirs is added, of mine dropped."""
    merged: Content = {name: _typed(theirs if name in take else mine, name) for name in HEAD}
    merged["goals"] = list(_merged_rows(mine.get("goals", ()), theirs.get("goals", ()), take, "goal", GOAL))
    return merged


def _merged_rows(
    mine: Any, theirs: Any, take: set[str], prefix: str, names: tuple[str, ...]
) -> Iterator[Content]:
    for key, my_row, their_row in _pairs(mine, theirs):
        path = f"{prefix}.{key}"
        if my_row is None or their_row is None:
            wanted = their_row if path in take else my_row
            if wanted is not None:
                yield wanted
            continue
        chosen: Content = {
            name: _typed(their_row if f"{path}.{name}" in take else my_row, name) for name in names
        }
        chosen["id"] = _typed(their_row, "id")
        if "measures" in my_row:
            measures = _merged_rows(
                my_row["measures"], their_row["measures"], take, f"{path}.measure", MEASURE
            )
            chosen["measures"] = list(measures)
        yield chosen


def _pairs(mine: Any, theirs: Any) -> Iterator[tuple[str, Content | None, Content | None]]:
    """(key, mine, theirs): rows with the same id belong together; a row without id, or removed, stands alone."""
    kept = [row for row in mine if not _typed(row, "DELETE")]
    by_id = {_typed(row, "id"): row for row in theirs}
    for number, row in enumerate(kept):
        identifier = _typed(row, "id")
        found = by_id.pop(identifier, None) if identifier else None
        if found is not None or not _empty(row):
            yield (identifier or f"new{number}"), row, found
    for identifier, row in by_id.items():
        yield identifier, None, row


def _empty(row: Content) -> bool:
    return not any(_typed(row, name) for name in ("title", "description", "kind", "responsible"))


def _differences(
    path: str, mine: Content | None, theirs: Content | None, names: tuple[str, ...], form: Any
) -> list[ClashRow]:
    if mine is None or theirs is None:
        title = _typed(mine or theirs or {}, "title")
        label = form.base_fields["title"].label or ""
        return [ClashRow(path, title, label, title if mine else "", title if theirs else "", whole=True)]
    return [
        ClashRow(
            f"{path}.{name}",
            _typed(mine, "title") or _typed(theirs, "title"),
            form.base_fields[name].label or "",
            _words(name, _typed(mine, name)),
            _words(name, _typed(theirs, name)),
        )
        for name in names
        if _typed(mine, name) != _typed(theirs, name)
    ]


def _typed(row: Mapping[str, Any], name: str) -> str:
    return (
        " ".join(str(row.get(name) or "").split())
        if name != "description"
        else str(row.get(name) or "").strip()
    )


def _words(name: str, value: str) -> str:
    """What people read for a stored choice."""
    if name == "provider_id" and value.isdecimal():
        return actors.organisation_names([int(value)]).get(int(value), value)
    choices = dict(MeasureKind.choices) | dict(MeasureState.choices) | dict(GOAL_STATES)
    return str(choices.get(value, value)) if name in ("kind", "state") else value


def words_of(change: Difference) -> tuple[str, str, str]:
    """(label, before, after) of a change of one field, as people read them."""
    form = {"plan": PlanForm, "goal": GoalForm, "measure": MeasureForm}[change.what]
    field = form.base_fields.get(change.field)
    label = str(field.label) if field else change.field
    return label, _words(change.field, _text(change.before)), _words(change.field, _text(change.after))
