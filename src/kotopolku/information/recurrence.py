"""When an event happens: RRULE of iCalendar in Finnish time, with dates that are cancelled or moved.

Pure: no Django, no clock. The wall clock stays the same over the changes of the clocks. Not for: files (``ical.py``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

from kotopolku.information import hours_rules

HELSINKI = hours_rules.HELSINKI
MOST = 20_000
"""How many dates are ever counted of one event: every day for more than fifty years."""
LONGEST = 300
"""Signs of a rule. Our own rule."""
SEEN_WITHIN_DAYS = 9 * 366
"""A rule without a date in so long gives none: long enough for 29 February."""
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST", "BYYEARDAY", "BYWEEKNO",
}  # fmt: skip
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class BadRule(ValueError):
    """A rule that is not understood. ``code``: "unknown-part", "too-often", "bad-rule", "never"."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code, self.part = code, part


@dataclass(frozen=True)
class Exceptional:
    """One date that is cancelled, or moved to other times (UTC)."""

    original: date
    cancelled: bool = True
    starts: datetime | None = None
    ends: datetime | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pattern:
    """When an event happens. ``starts`` and ``ends``: the first time, with a time zone."""

    starts: datetime
    ends: datetime
    rule: str = ""
    exceptions: tuple[Exceptional, ...] = ()


@dataclass(frozen=True)
class Time:
    """One time of an event, in UTC. ``original``: the day on which the rule has it."""

    original: date
    starts: datetime
    ends: datetime
    cancelled: bool = False
    moved: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule, in capitals. Raises ``BadRule``."""
    found: dict[str, str] = {}
    for piece in rule.upper().removeprefix("RRULE:").strip().split(";"):
        if not piece:
            continue
        name, separator, value = piece.partition("=")
        if not separator or not value or name not in PARTS:
            raise BadRule("unknown-part", piece[:40])
        found[name] = value
    if found.get("FREQ") not in FREQUENCIES:
        raise BadRule("too-often" if found.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY") else "bad-rule")
    for name in ("INTERVAL", "COUNT"):
        if found.get(name, "1").strip("0") == "":
            raise BadRule("bad-rule", f"{name}={found[name]}")
    return found


def tidy(rule: str, starts: datetime) -> str:
    """The rule as it is kept: known parts in capitals, UNTIL as a day in Finnish time. Raises ``BadRule``.

    A rule that gives no date at all, or cannot be counted, is refused here and not when somebody reads it.
    """
    if not rule.strip():
        return ""
    found = parts_of(rule)
    if "UNTIL" in found:
        found["UNTIL"] = _until(found["UNTIL"]).strftime("%Y%m%dT235959")
    if "COUNT" in found and "UNTIL" in found:
        raise BadRule("bad-rule", "COUNT, UNTIL")
    kept = _written(found)
    if len(kept) > LONGEST:
        raise BadRule("bad-rule", f"{kept[:40]}…")
    local = hours_rules.back_and_forth(starts)
    near = found.get("UNTIL") or (local + timedelta(days=SEEN_WITHIN_DAYS)).strftime("%Y%m%dT235959")
    tried = _without(found, "COUNT", "UNTIL")
    try:
        rrulestr(kept, dtstart=local)
        first = next(iter(rrulestr(_written(tried | {"UNTIL": near}), dtstart=local)), None)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRule("bad-rule", str(error)[:80]) from error
    if first is None:
        raise BadRule("never")
    return kept


def _written(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _without(parts: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in parts.items() if name not in names}


def _until(text: str) -> date:
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
        found = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadRule("bad-rule", f"UNTIL={text[:20]}") from error
    return found.astimezone(HELSINKI).date() if text.endswith("Z") else found.date()


def originals(pattern: Pattern, until: date) -> Iterator[datetime]:
    """The wall clock of every date of the rule up to a day, the first ones; a single event has one."""
    local = hours_rules.back_and_forth(pattern.starts)
    if not pattern.rule:
        if local.date() <= until:
            yield local
        return
    for wall in islice(rrulestr(pattern.rule, dtstart=local), MOST):
        if wall.date() > until:
            return
        yield wall


def times(pattern: Pattern, first: date, last: date) -> list[Time]:
    """The times that end on ``first`` or later and begin by ``last``, in their order; those moved in or out counted right."""
    lasts = hours_rules.back_and_forth(pattern.ends) - hours_rules.back_and_forth(pattern.starts)
    by_day = {one.original: one for one in pattern.exceptions}
    moved_from = [one.original for one in pattern.exceptions if not one.cancelled]
    found = []
    for wall in originals(pattern, max([last, *moved_from])):
        exception = by_day.get(wall.date())
        if exception is None and not (wall.date() <= last and (wall + lasts).date() >= first):
            continue
        starts = hours_rules.moment(wall.date(), wall.time())
        one = Time(wall.date(), starts, _after(wall + lasts, starts))
        if exception is not None and exception.starts is not None and exception.ends is not None:
            one = replace(
                one,
                starts=exception.starts.astimezone(UTC),
                ends=exception.ends.astimezone(UTC),
                moved=True,
                notes=exception.notes,
            )
        elif exception is not None:
            one = replace(one, cancelled=True, notes=exception.notes)
        if _day(one.starts) <= last and _day(one.ends) >= first:
            found.append(one)
    return sorted(found, key=lambda one: one.starts)


def _day(moment: datetime) -> date:
    return moment.astimezone(HELSINKI).date()


def _after(wall: datetime, starts: datetime) -> datetime:
    """An end never before its start, even where the clocks jump."""
    return max(hours_rules.moment(wall.date(), wall.time()), starts)


def dates_among(pattern: Pattern, days: Iterable[date]) -> set[date]:
    """Those of the days on which the rule has a date, cancelled or not."""
    asked = set(days)
    return {wall.date() for wall in originals(pattern, max(asked))} & asked if asked else set()


def last_day(pattern: Pattern, horizon: date) -> date | None:
    """The last day on which it happens, or None when it goes on past ``horizon``."""
    found = parts_of(pattern.rule) if pattern.rule else {"COUNT": "1"}
    if "COUNT" not in found and "UNTIL" not in found:
        return None
    return max((_day(one.ends) for one in times(pattern, date.min, horizon)), default=None)


def weekly(days: Iterable[int], interval: int = 1) -> str:
    """A rule of every, or every second, week on weekdays from 1 (Monday)."""
    by_day = ",".join(WEEKDAYS[day - 1] for day in sorted(set(days)))
    return f"FREQ=WEEKLY;INTERVAL={interval}" + (f";BYDAY={by_day}" if by_day else "")


def monthly_weekday(day: date) -> str:
    """A rule of every month on the same weekday as ``day``: the third Tuesday; the fifth is taken as the last."""
    number = (day.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;INTERVAL=1;BYDAY={-1 if number == 5 else number}{WEEKDAYS[day.weekday()]}"


def until(rule: str, last: date | None) -> str:
    """The rule with its last day; without one it goes on, or stops after as many dates as it names."""
    if last is None:
        return _written(_without(parts_of(rule), "UNTIL"))
    return _written(_without(parts_of(rule), "COUNT", "UNTIL") | {"UNTIL": last.strftime("%Y%m%dT235959")})


def at(on: date, at_time: time) -> datetime:
    """The moment of a time of day in Finland, in UTC."""
    return hours_rules.moment(on, at_time)


def next_day(on: date) -> date:
    return on + timedelta(days=1)
