"""Opening hours in Finnish time: reading what was typed, what is open now, when it opens next.

Pure: no Django, no clock. Kept as JSON: {"kind": "weekly" | "always" | "appointment", "weekly": {"1": [["09:00", "15:00"]]},
"exceptions": [{"from": day, "to": day, "times": [[from, to]], "note": words}], "notes": {language: words}}. A time that ends
at or before its start goes over midnight. An exception without times is closed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
LOOK_AHEAD_DAYS = 60
"""How far an opening is sought. A place that opens later than that is simply closed."""
MOST_EXCEPTIONS = 60


class Hour(StrEnum):
    """How a time of day stands on a day: twice a year the clocks are changed."""

    FINE = "fine"
    MISSING = "missing"
    """In spring the clocks jump over it."""
    DOUBLED = "doubled"
    """In autumn it comes twice; the first is meant."""


def hour_kind(on: date, at: time) -> Hour:
    """Whether a time of day exists on a day in Finland, once or twice."""
    wall = datetime.combine(on, at)
    first, second = wall.replace(tzinfo=HELSINKI), wall.replace(tzinfo=HELSINKI, fold=1)
    if first.utcoffset() == second.utcoffset():
        return Hour.FINE
    return Hour.DOUBLED if back_and_forth(first) == wall else Hour.MISSING


def back_and_forth(moment: datetime) -> datetime:
    """The wall clock that people see at that moment, without a time zone."""
    return moment.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=None)


def moment(on: date, at: time) -> datetime:
    """The moment, in UTC, of a time of day in Finland. Never fails: a missing hour is moved on, of a doubled the first."""
    return datetime.combine(on, at, HELSINKI).astimezone(UTC)


def instead_of(on: date, at: time) -> time:
    """The time that the clocks show when a missing hour would have been: 04:30 for 03:30."""
    return back_and_forth(datetime.combine(on, at, HELSINKI)).time()


class Kind(StrEnum):
    UNKNOWN = ""
    WEEKLY = "weekly"
    ALWAYS = "always"
    APPOINTMENT = "appointment"


Times = tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Exceptional:
    """Days on which the hours differ. No times: closed."""

    first: date
    last: date
    times: Times = ()
    note: str = ""


@dataclass(frozen=True)
class Hours:
    """Opening hours. ``weekly``: weekday from 1 (Monday) to its times."""

    kind: Kind = Kind.UNKNOWN
    weekly: Mapping[int, Times] = field(default_factory=dict)
    exceptions: tuple[Exceptional, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.kind != Kind.UNKNOWN or bool(self.exceptions)

    def times_on(self, day: date) -> Times:
        """The times that begin on a day. Of two exceptions for it the later in the list."""
        for one in reversed(self.exceptions):
            if one.first <= day <= one.last:
                return one.times
        if self.kind == Kind.ALWAYS:
            return ((time(0), time(0)),)
        return tuple(self.weekly.get(day.isoweekday(), ())) if self.kind == Kind.WEEKLY else ()


@dataclass(frozen=True)
class Now:
    """How a place stands at a moment. ``opens`` and ``closes`` in Finnish time; ``closes`` only within a day."""

    kind: Kind
    open: bool = False
    closes: datetime | None = None
    opens: datetime | None = None


def spans(hours: Hours, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Open spans in UTC that begin on the days from ``first`` to ``last``, those that touch joined."""
    kept: tuple[datetime, datetime] | None = None
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for begins, ends in sorted(hours.times_on(day)):
            over_midnight = ends <= begins
            start = moment(day, begins)
            end = moment(day + timedelta(days=1) if over_midnight else day, ends)
            if end <= start:
                continue
            if kept is not None and start <= kept[1]:
                kept = (kept[0], max(kept[1], end))
                continue
            if kept is not None:
                yield kept
            kept = (start, end)
    if kept is not None:
        yield kept


def at(hours: Hours, now: datetime) -> Now:
    """Whether a place is open at a moment, until when, or when it opens next. ``now`` has a time zone."""
    if hours.kind == Kind.UNKNOWN and not hours.exceptions:
        return Now(Kind.UNKNOWN)
    if hours.kind == Kind.ALWAYS and not hours.exceptions:
        return Now(Kind.ALWAYS, open=True)
    instant, today = now.astimezone(UTC), now.astimezone(HELSINKI).date()
    for start, end in spans(hours, today - timedelta(days=1), today + timedelta(days=LOOK_AHEAD_DAYS)):
        if end <= instant:
            continue
        if start <= instant:
            closes = end.astimezone(HELSINKI) if end - instant < timedelta(days=1) else None
            return Now(hours.kind, open=True, closes=closes)
        return Now(hours.kind, opens=start.astimezone(HELSINKI))
    return Now(hours.kind)


# --- As kept ----------------------------------------------------------------------------------------------------------


def from_json(kept: Mapping[str, Any] | None) -> Hours:
    """Hours as kept. What cannot be read is left out: a page never fails over them."""
    if not kept:
        return Hours()
    try:
        kind = Kind(kept.get("kind", ""))
    except ValueError:
        kind = Kind.UNKNOWN
    weekly = {
        int(day): _times(given) for day, given in (kept.get("weekly") or {}).items() if str(day).isdecimal()
    }
    exceptions = []
    for row in kept.get("exceptions") or ():
        try:
            first = date.fromisoformat(row["from"])
            last = date.fromisoformat(row.get("to") or row["from"])
        except (KeyError, TypeError, ValueError):
            continue
        exceptions.append(Exceptional(first, last, _times(row.get("times")), str(row.get("note") or "")))
    return Hours(kind, weekly, tuple(exceptions), dict(kept.get("notes") or {}))


def _times(given: Any) -> Times:
    found = []
    for pair in given or ():
        try:
            found.append((time.fromisoformat(pair[0]), time.fromisoformat(pair[1])))
        except (TypeError, ValueError, IndexError):
            continue
    return tuple(found)


def to_json(hours: Hours) -> dict[str, Any]:
    """Hours as they are kept; {} where nothing is known."""
    if not hours:
        return {}
    return {
        "kind": hours.kind.value,
        "weekly": {str(day): _written(times) for day, times in sorted(hours.weekly.items()) if times},
        "exceptions": [
            {
                "from": one.first.isoformat(),
                "to": one.last.isoformat(),
                "times": _written(one.times),
                "note": one.note,
            }
            for one in hours.exceptions
        ],
        "notes": dict(hours.notes),
    }


def _written(times: Iterable[tuple[time, time]]) -> list[list[str]]:
    return [[begins.strftime("%H:%M"), ends.strftime("%H:%M")] for begins, ends in times]


# --- As typed ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What is wrong with what was typed: a stable code and what its sentence needs. ``line``: from 1; 0 = no line."""

    code: str
    params: Mapping[str, str | int]
    line: int = 0


_SPAN = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[.:](\d{2}))?$")
_DAY = r"(\d{1,2})\.(\d{1,2})\.(\d{4})"
_LINE = re.compile(rf"^{_DAY}(?:\s*[-–—]\s*{_DAY})?\s*(?P<rest>.*)$")
_LEADING = re.compile(r"^(\d{1,2}(?:[.:]\d{2})?\s*[-–—]\s*\d{1,2}(?:[.:]\d{2})?)\s*(?:,\s*(?=\d)|\s+|$)")
CLOSED = ("closed", "kiinni", "suljettu", "stängt", "stängd", "-", "–")


def read_times(text: str) -> tuple[Times, list[Fault]]:
    """Times of one day as typed: "9–15", "9.00-12, 13–17.30", "21–03". Closed, or nothing, is no time."""
    words = text.strip()
    if not words or words.lower() in CLOSED:
        return (), []
    found: list[tuple[time, time]] = []
    for part in re.split(r"\s*[,;]\s*", words):
        match = _SPAN.match(part)
        if match is None:
            return (), [Fault("bad-times", {"typed": part[:40]})]
        pair = (_time(match[1], match[2]), _time(match[3], match[4]))
        if pair[0] is None or pair[1] is None:
            return (), [Fault("no-such-time", {"typed": part[:40]})]
        found.append((pair[0], pair[1]))
    found.sort()
    for earlier, later in pairwise(found):
        if earlier[1] > later[0] or earlier[1] <= earlier[0]:
            return (), [Fault("times-overlap", {"typed": words[:60]})]
    return tuple(found), []


def _time(hours: str, minutes: str | None) -> time | None:
    hour, minute = int(hours), int(minutes or 0)
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_exceptions(text: str) -> tuple[tuple[Exceptional, ...], list[Fault], list[Fault]]:
    """Exceptions as typed, one a line: "24.12.2026–26.12.2026 closed", "5.12.2026 10–14 Market day".

    Returns them, what is wrong, and what is good to know: an hour of that very day that comes twice.
    """
    found: list[Exceptional] = []
    wrong: list[Fault] = []
    known: list[Fault] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_EXCEPTIONS:
        return (), [Fault("too-many-exceptions", {"most": MOST_EXCEPTIONS})], []
    for number, line in lines:
        match = _LINE.match(line)
        if match is None:
            wrong.append(Fault("bad-exception", {"typed": line[:60]}, number))
            continue
        first = _day(match[1], match[2], match[3])
        last = _day(match[4], match[5], match[6]) if match[4] else first
        if first is None or last is None:
            wrong.append(Fault("no-such-day", {"typed": line[:60]}, number))
            continue
        if last < first:
            wrong.append(Fault("exception-reversed", {"typed": line[:60]}, number))
            continue
        times, note, faults = _rest(match["rest"].strip())
        faults = [Fault(one.code, one.params, number) for one in faults]
        if first == last:
            for begins, ends in times:
                over = first + timedelta(days=1) if ends <= begins else first
                for day, at_time in ((first, begins), (over, ends)):
                    fault = check_hour(day, at_time)
                    if fault is not None:
                        kept = Fault(fault.code, fault.params, number)
                        (faults if fault.code == "hour-missing" else known).append(kept)
        wrong += faults
        if not faults:
            found.append(Exceptional(first, last, times, note))
    return tuple(found), wrong, known


def _rest(rest: str) -> tuple[Times, str, list[Fault]]:
    """What stands after the days: times or "closed", then a note."""
    for word in CLOSED:
        if rest.lower() == word or rest.lower().startswith((f"{word} ", f"{word},")):
            return (), rest[len(word) :].strip(" ,"), []
    spans_typed = []
    while match := _LEADING.match(rest):
        spans_typed.append(match[1])
        rest = rest[match.end() :]
    if not spans_typed:
        return (), "", [Fault("exception-says-nothing", {"typed": rest[:60]})]
    times, faults = read_times(", ".join(spans_typed))
    return times, rest.strip(" ,"), faults


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def check_hour(on: date, at_time: time) -> Fault | None:
    """That a time typed for one day does not exist, or comes twice."""
    kind = hour_kind(on, at_time)
    if kind == Hour.FINE:
        return None
    params: dict[str, str | int] = {
        "typed": at_time.strftime("%H.%M"),
        "day": f"{on.day}.{on.month}.{on.year}",
        "better": instead_of(on, at_time).strftime("%H.%M"),
    }
    return Fault("hour-missing" if kind == Hour.MISSING else "hour-doubled", params)


def typed_times(times: Sequence[tuple[time, time]]) -> str:
    """Times as a person would type them again."""
    return ", ".join(f"{short(begins)}–{short(ends)}" for begins, ends in times)


def short(at_time: time) -> str:
    """9 or 9.30."""
    return f"{at_time.hour}.{at_time.minute:02d}" if at_time.minute else str(at_time.hour)


def typed_exceptions(exceptions: Iterable[Exceptional], closed: str) -> str:
    """Exceptions as a person would type them again; ``closed``: the word for it in the page's language."""
    lines = []
    for one in exceptions:
        days = _dotted(one.first) if one.first == one.last else f"{_dotted(one.first)}–{_dotted(one.last)}"
        lines.append(" ".join(part for part in (days, typed_times(one.times) or closed, one.note) if part))
    return "\n".join(lines)


def _dotted(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
