"""Cursor paging for the API: each page begins where the last one ended, and no row is passed over while others write.

Ids are drawn before their transaction ends, so a smaller id may appear after a greater one. A page therefore goes no
further than what is settled (docs/decisions/0011). Not for: pages with numbers, whose order is a person's choice.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja.errors import HttpError

MOST = 500
"""Longest page; a greater wish is cut to it."""


@dataclass(frozen=True)
class Page:
    """Rows in the order of their ids. ``next`` is the cursor of the next page, None when the list is at its end.

    While somebody is writing a page may be short, even empty, and still have a ``next``: come back in a moment.
    ``here`` is the cursor to come back to later for what has been added since.
    """

    rows: list[Any]
    next: str | None
    here: str = ""


def page_of(queryset: "QuerySet[Any]", cursor: str | None, limit: int = 50) -> Page:
    """The rows after the cursor, at most ``limit``. Two statements. Raises ``HttpError`` 422 for a cursor not ours.

    The queryset is of a model with running ids; its own order and slices are not used.
    """
    table = queryset.model._meta.db_table
    after = _read(cursor, queryset.model) if cursor else 0
    limit = max(1, min(limit, MOST))
    settled, drawn = settled_to(table)
    rows = list(queryset.filter(pk__gt=after, pk__lte=settled).order_by("pk")[: limit + 1])
    if len(rows) > limit:
        rows = rows[:limit]
        onward = _cursor(queryset.model, rows[-1].pk)
        return Page(rows, onward, onward)
    here = _cursor(queryset.model, max(after, settled))
    return Page(rows, here if settled < drawn else None, here)


def settled_to(table: str) -> tuple[int, int]:
    """(id up to which no unfinished transaction can still bring a row, last id drawn) of a table with running ids."""
    with connection.cursor() as asking:
        asking.execute("SELECT settled, drawn FROM kotopolku_settled(%s)", [table])
        settled, drawn = asking.fetchone()
    return int(settled), int(drawn)


def _signer(model: type[Model]) -> signing.Signer:
    return signing.Signer(salt=f"kotopolku.paging.{model._meta.label_lower}")


def _cursor(model: type[Model], last: int) -> str:
    return _signer(model).sign_object(last)


def _read(cursor: str, model: type[Model]) -> int:
    try:
        return int(_signer(model).unsign_object(cursor))
    except (signing.BadSignature, ValueError, TypeError):
        raise HttpError(422, _("The cursor is not one of ours. Begin again without it.")) from None


def watch_writers(using: str) -> None:
    """Gives every table with running ids the trigger that notes where a transaction's ids begin. Safe to repeat.

    Run after each migration. The journal is left out: it has a queue of its own (docs/decisions/0005).
    """
    from django.apps import apps
    from django.db import connections

    with connections[using].cursor() as asking:
        asking.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'kotopolku_low_id'")
        watched = {name for (name,) in asking.fetchall()}
        existing = set(connections[using].introspection.table_names(asking))
        for model in apps.get_models():
            meta = model._meta
            running = meta.pk is not None and meta.pk.get_internal_type() in ("AutoField", "BigAutoField")
            ours = meta.app_config is not None and meta.app_config.name.startswith("kotopolku.")
            if not (running and ours and meta.managed) or meta.app_label in ("journal", "reference"):
                continue
            if meta.db_table in existing - watched:
                asking.execute(
                    f"CREATE TRIGGER kotopolku_low_id BEFORE INSERT ON {meta.db_table}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION kotopolku_note_low_id('{meta.db_table}')"
                )
