"""What day it is. The only place that reads the machine's clock for the product's rules and pages.

A developer, a trainee or a test can set another day (``at``, ``KOTOPOLKU_TODAY``); the journal still keeps the true moment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")

_day: ContextVar[date | None] = ContextVar("kotopolku_day", default=None)


def real_now() -> datetime:
    """The true moment, Finnish time. For the journal and for sign-in, never for the law."""
    return datetime.now(HELSINKI)


def base_day() -> date:
    """The day without any travelling: ``KOTOPOLKU_TODAY`` if set, else the true day in Finland."""
    fixed = os.environ.get("KOTOPOLKU_TODAY")
    return date.fromisoformat(fixed) if fixed else real_now().date()


def today() -> date:
    """The day on which the law is applied and pages are shown."""
    return _day.get() or base_day()


def now() -> datetime:
    """The moment to store on what people do: ``today()`` with the true time of day, Finnish time."""
    moment = real_now()
    day = today()
    return moment if moment.date() == day else datetime.combine(day, moment.timetz())


def is_travelling() -> bool:
    """True when the day has been set to another than the base day."""
    return today() != base_day()


@contextmanager
def at(day: date | None) -> Iterator[None]:
    """Runs the block on ``day``; ``None`` leaves the day as it is."""
    if day is None:
        yield
        return
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)
