"""What goes with a client to another authority, and what does not: counted for the sender, listed in the receipt.

Everything that hangs on the client relationship travels by itself, because row security follows who answers. This module
only says what that is, room by room, without knowing the rooms. Not for: passing it (``actions``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.models import Relationship

ROOMS = ("clients", "families", "progress", "desk", "appointments", "letters", "training")
STAYS = {"clients.Responsibility", "clients.RecentClient", "clients.FormDraft"}
NAMES: dict[str, str | Promise] = {
    "clients.Assessment": _("assessments"),
    "clients.Plan": _("plans"),
    "clients.PlanVersion": _("saved versions of the plan"),
    "clients.Review": _("reviews"),
    "clients.Interruption": _("interruptions"),
    "clients.Extension": _("extensions"),
    "clients.Clock": _("time limits"),
    "desk.Note": _("notes"),
    "desk.Document": _("documents"),
    "desk.Task": _("tasks"),
    "desk.Message": _("messages with the client"),
    "appointments.Participant": _("appointments"),
    "appointments.AbsenceWarning": _("warnings of absence"),
    "appointments.NoShowFee": _("matters of a no-show fee"),
    "letters.Letter": _("letters"),
    "progress.AttendanceMonth": _("months of attendance"),
    "progress.LanguageLevel": _("language levels"),
    "progress.Result": _("results"),
    "progress.FollowUp": _("follow-ups"),
    "training.Enrolment": _("places on courses"),
    "families.FamilyPlan": _("family plans"),
}
OTHER = "other"


@dataclass(frozen=True)
class Kind:
    """One kind of thing that travels. ``ids`` are the rows' keys as text."""

    label: str
    name: str
    count: int
    ids: tuple[str, ...]


@cache
def _tables() -> tuple[tuple[str, str, str, str], ...]:
    """(label, table, key column, condition) of everything that hangs on a relationship or on its plan."""
    return tuple(_found())


def _found() -> Iterator[tuple[str, str, str, str]]:
    plans = "plan_id IN (SELECT id FROM clients_plan WHERE relationship_id = %(relationship)s)"
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            fields = {field.name: field for field in model._meta.concrete_fields}
            label = model._meta.label
            if label in STAYS or "pgh_id" in fields or model._meta.pk is None:
                continue
            if _points(fields.get("relationship"), Relationship):
                condition = f"{fields['relationship'].column} = %(relationship)s"
            elif label in NAMES and room == "clients" and "plan" in fields:
                condition = plans
            else:
                continue
            yield label, model._meta.db_table, str(model._meta.pk.column), condition


def _points(field: object, model: type[Model]) -> bool:
    return getattr(field, "related_model", None) is model


def of(relationship_id: int) -> list[Kind]:
    """What travels with the client, as far as the caller may see it, in the order of ``NAMES``. One statement.

    What has no name of its own is counted together as other entries.
    """
    parts = [
        f"SELECT '{label}', count(*), array_agg({key}::text ORDER BY {key}) FROM {table} WHERE {condition}"
        for label, table, key, condition in _tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"relationship": relationship_id})
        rows = {label: (count, tuple(ids or ())) for label, count, ids in cursor.fetchall()}
    kinds = [Kind(label, str(NAMES[label]), *rows[label]) for label in NAMES if rows.get(label, (0,))[0]]
    others = [(label, ids) for label, (count, ids) in rows.items() if count and label not in NAMES]
    if others:
        ids = tuple(f"{label}:{one}" for label, found in others for one in found)
        kinds.append(Kind(OTHER, str(_("other entries")), len(ids), ids))
    return kinds


def as_stored(kinds: list[Kind]) -> dict[str, dict[str, object]]:
    """What travelled, as a receipt keeps it."""
    return {kind.label: {"count": kind.count, "ids": list(kind.ids)} for kind in kinds}


def name_of(label: str) -> str:
    """The words for a kind of thing in a receipt."""
    return str(NAMES.get(label, _("other entries")))


def in_order(labels: Iterable[str]) -> list[str]:
    """The kinds of a receipt in the order in which they are shown."""
    places = {label: place for place, label in enumerate(NAMES)}
    return sorted(labels, key=lambda label: (places.get(label, len(places)), label))
