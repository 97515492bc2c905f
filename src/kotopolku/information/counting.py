"""Counts how often pages are read: by space, page, language and day, nothing about who reads.

Readings are gathered in the process and written once a minute, in one statement, so an unchanged page (304) costs none.
A process that is killed loses what it gathered since, and a page shown from a browser's own store is not counted: the
numbers are a little too small, never about a person. Not for: the statement (``actions/counts.py``), showing them.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.db import DatabaseError

log = logging.getLogger(__name__)
EVERY_SECONDS = 60
FRONT = ""
"""In place of a page's key: the front page of the space."""

View = TypeVar("View", bound=Callable[..., Any])
Reading = tuple[int, str, str, date]
"""Space, key of the page (empty for the front page), language, day."""
_waiting: Counter[Reading] = Counter()
_lock = threading.Lock()
_written_at = time.monotonic()


def counted(view: View) -> View:
    """Marks a page whose readings are counted. Stands right at the view, under ``revised``."""
    view.counted = True  # type: ignore[attr-defined]
    return view


def count(space_id: int, key: str, language: str, day: date) -> None:
    """One reading. Writes what is gathered when a minute has gone since the last time."""
    with _lock:
        _waiting[space_id, key, language, day] += 1
        due = time.monotonic() - _written_at >= EVERY_SECONDS
    if due:
        try:
            write()
        except DatabaseError:
            log.exception("readings of pages were not written; they are kept and tried again")


def write() -> int:
    """Writes what is gathered; returns how many readings that were. What cannot be written now is kept."""
    from kotopolku.information.actions import counts

    global _written_at
    with _lock:
        rows = dict(_waiting)
        _waiting.clear()
        _written_at = time.monotonic()
    if not rows:
        return 0
    try:
        counts.add(rows)
    except Exception:
        with _lock:
            _waiting.update(rows)
        raise
    return sum(rows.values())
