"""All rows of a client, found by following foreign keys from person and client relationship through every room's tables.

So a table that a room adds is deleted and told of without being named here. Not for: when (``rules.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef

from kotopolku.clients.models import Household, HouseholdMember, Person, Relationship

Model = type[models.Model]


@dataclass
class Rows:
    """Primary keys by table, and columns to be emptied: (table, column) → keys."""

    ids: dict[Model, set[Any]] = field(default_factory=lambda: defaultdict(set))
    emptied: dict[tuple[Model, str], set[Any]] = field(default_factory=lambda: defaultdict(set))


@cache
def history_of() -> dict[Model, Model]:
    """The history table of each table that has one (written by triggers, named …event)."""
    found: dict[Model, Model] = {}
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is not None:
            found[tracked] = model
    return found


@cache
def _references(model: Model) -> tuple[tuple[Model, models.ForeignKey[Any, Any]], ...]:
    """Tables of our rooms whose rows point at the table, and the column by which; history is not followed."""
    histories = set(history_of().values())
    found: list[tuple[Model, models.ForeignKey[Any, Any]]] = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        other, column = relation.related_model, relation.field  # type: ignore[union-attr]
        if isinstance(other, type) and isinstance(column, models.ForeignKey) and other not in histories:
            found.append((other, column))
    return tuple(found)


def rows_of(relationships: Iterable[int], persons: Iterable[int]) -> Rows:
    """Every row that belongs to the relationships and persons, themselves included."""
    found = Rows()
    waiting: list[tuple[Model, set[Any]]] = []

    def add(model: Model, ids: Iterable[Any]) -> None:
        new = set(ids) - found.ids[model]
        if new:
            found.ids[model] |= new
            waiting.append((model, new))

    add(Relationship, relationships)
    add(Person, persons)
    while waiting:
        model, ids = waiting.pop()
        for other, column in _references(model):
            rows = other._default_manager.filter(**{f"{column.name}__in": list(ids)})
            keys = rows.values_list("pk", flat=True)
            if getattr(column.remote_field, "on_delete", None) is models.SET_NULL:
                found.emptied[other, column.name] |= set(keys)
            else:
                add(other, keys)
    return found


def companions(persons: Iterable[int]) -> set[int]:
    """Members of the persons' households who never were clients and live with no client who stays."""
    gone = set(persons)
    theirs = HouseholdMember.objects.filter(person_id__in=gone).values("household_id")
    never = ~Exists(Relationship.objects.filter(person_id=OuterRef("person_id")))
    members = HouseholdMember.objects.filter(never, household_id__in=theirs).exclude(person_id__in=gone)
    clients = Relationship.objects.exclude(person_id__in=gone).values("person_id")
    found = set(members.values_list("person_id", flat=True))
    all_theirs = HouseholdMember.objects.filter(person_id__in=found).values("household_id")
    kept_in = HouseholdMember.objects.filter(household_id__in=all_theirs, person_id__in=clients)
    kept = HouseholdMember.objects.filter(household_id__in=kept_in.values("household_id"))
    return found - set(kept.values_list("person_id", flat=True))


def empty_households(persons: Iterable[int]) -> list[int]:
    """Households in which nobody is left when the persons go."""
    gone = list(persons)
    theirs = HouseholdMember.objects.filter(person_id__in=gone).values("household_id")
    left = HouseholdMember.objects.exclude(person_id__in=gone).values("household_id")
    return list(Household.objects.filter(pk__in=theirs).exclude(pk__in=left).values_list("pk", flat=True))


def delete(rows: Rows) -> dict[str, int]:
    """Deletes the rows and their history in the caller's transaction; how many of each table.

    Constraints are checked at the end of the transaction, so the order does not matter. Raises ``NotAllGone`` when row
    security hid a row, so that nothing is left behind in silence.
    """
    for (model, name), ids in rows.emptied.items():
        left = [key for key in ids if key not in rows.ids.get(model, ())]
        model._default_manager.filter(pk__in=left).update(**{name: None})
    counts = {}
    for model, ids in rows.ids.items():
        if not ids:
            continue
        table, column = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = ANY (%s)', [list(ids)])
            gone = cursor.rowcount
        if gone != len(ids):
            raise NotAllGone(table, len(ids), gone)
        counts[model._meta.label_lower] = gone
    forget_history(rows)
    return counts


def forget_history(rows: Rows) -> int:
    """Deletes the history of rows that are gone, through the one function that may (``migrations/0002``)."""
    gone = 0
    with connection.cursor() as cursor:
        for model, history in history_of().items():
            ids = rows.ids.get(model)
            if ids:
                cursor.execute("SELECT retention_forget_history(%s, %s)", [history._meta.db_table, list(ids)])
                gone += cursor.fetchone()[0]
    return gone


def things(rows: Rows) -> Iterator[tuple[str, list[Any]]]:
    """Kind and ids of each thing, as the journal and notices name things."""
    for model, ids in rows.ids.items():
        numbers = [key for key in ids if isinstance(key, int)]
        if numbers:
            yield model._meta.label_lower, numbers


class NotAllGone(Exception):
    """A table kept rows that should have been deleted; the transaction must not go on."""

    def __init__(self, table: str, wanted: int, gone: int) -> None:
        super().__init__(f"{table}: {gone} of {wanted} rows were deleted; nothing has been changed.")
