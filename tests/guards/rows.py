"""One row of any table, with what it needs filled in: for guards that ask for objects of every room.

Not for: rows that mean something. A guard asks who may see a row, never what stands in it.
"""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

DAY = date(2026, 11, 20)


class Filler:
    """Makes rows; ``owners`` says which row a foreign key to each model points at, unless told otherwise."""

    def __init__(self, owners: dict[type[models.Model], models.Model]) -> None:
        self.owners = owners

    def row(self, model: type[Any], **given: Any) -> Any:
        """A new row of ``model`` with ``given`` values; what else it must have is filled in."""
        values = dict(given)
        for field in model._meta.fields:
            told = field.name in given or field.attname in given
            if not told and not field.primary_key and not field.has_default() and self._is_needed(field):
                values[field.name] = self._value(field)
        return model.objects.create(**values)

    def _is_needed(self, field: Any) -> bool:
        if isinstance(field, models.ForeignKey):
            return not field.null or field.related_model in self.owners
        return not field.null and not field.has_db_default()

    def _value(self, field: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return self.owners[field.related_model]
        if isinstance(field, DateRangeField):
            return DateRange(DAY, None)
        if isinstance(field, ArrayField):
            return []
        if field.choices:
            return field.choices[0][0]
        makers: tuple[tuple[type[Any], Any], ...] = (
            (models.DateTimeField, lambda: datetime.combine(DAY, time(9), UTC)),
            (models.DateField, lambda: DAY),
            (models.TimeField, lambda: time(9)),
            (models.BooleanField, lambda: False),
            (models.UUIDField, uuid4),
            (models.JSONField, dict),
            (models.BinaryField, lambda: uuid4().bytes),
            (models.IntegerField | models.DecimalField, lambda: 1),  # type: ignore[dict-item]
            (models.CharField, lambda: uuid4().hex[: field.max_length or 8] if field.unique else "x"),
            (models.TextField, lambda: "x"),
        )
        return next(make() for kind, make in makers if isinstance(field, kind))
