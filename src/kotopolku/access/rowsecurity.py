"""Row security in PostgreSQL: the net under ``access.py`` of every room.

The application's role neither owns the tables nor may bypass their policies; what it sees is set by transaction-local
settings that ``apply`` writes at the start of each transaction. Without them every scoped table is empty.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, migrations

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer

ORGANISATIONS = "string_to_array(nullif(current_setting('kotopolku.organisations', true), ''), ',')::bigint[]"
DAY = "nullif(current_setting('kotopolku.day', true), '')::date"
SYSTEM = "current_setting('kotopolku.system', true) = 'on'"
SUBJECT = "nullif(current_setting('kotopolku.subject', true), '')::bigint"
PERSONS = "string_to_array(nullif(current_setting('kotopolku.persons', true), ''), ',')::bigint[]"
"""Whose rows a client at the own page sees: oneself and those one acts for."""
USER = "nullif(current_setting('kotopolku.user', true), '')::bigint"

_SET = (
    "SELECT set_config('kotopolku.organisations', %s, true), set_config('kotopolku.day', %s, true),"
    " set_config('kotopolku.system', %s, true), set_config('kotopolku.subject', '', true),"
    " set_config('kotopolku.persons', %s, true), set_config('kotopolku.user', %s, true)"
)


def apply(viewer: Viewer) -> None:
    """Lets the current transaction see what ``viewer`` may see. One statement; must run inside a transaction."""
    organisation = str(viewer.organisation_id or "")
    with connection.cursor() as cursor:
        cursor.execute(
            _SET,
            [
                organisation,
                viewer.day.isoformat(),
                "on" if viewer.system else "",
                ",".join(map(str, viewer.own.persons)) if viewer.own else "",
                str(viewer.user_id or ""),
            ],
        )


def open_subject(person_id: int) -> None:
    """Opens the journal of one person to this transaction, after ``clients.access`` has let the viewer in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kotopolku.subject', %s, true)", [str(person_id)])


@contextmanager
def as_system() -> Iterator[None]:
    """Sees every row for the block: duplicate warnings and counts, which show no person. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('kotopolku.system', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('kotopolku.system', 'on', true)")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("SELECT set_config('kotopolku.system', %s, true)", [before])


def secure(table: str, using: str, *, check: str | None = None) -> migrations.RunSQL:
    """Migration operation: row security on ``table`` with the condition ``using`` (and ``check`` for new rows)."""
    condition = f"({SYSTEM}) OR ({using})"
    with_check = f"({SYSTEM}) OR ({check if check is not None else using})"
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_scope ON {table} USING ({condition}) WITH CHECK ({with_check})",
        ],
        reverse_sql=[
            f"DROP POLICY {table}_scope ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def sees_protected(viewer: Viewer) -> bool:
    """Whether the viewer could open protected data at all; opening it also asks for a reason (``clients.access``)."""
    return viewer.may(Capability.PROTECTED_VIEW)
