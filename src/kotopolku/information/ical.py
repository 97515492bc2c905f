"""Events as iCalendar (RFC 5545): written for readers' calendars, read from files that other calendars made.

Pure but for ``icalendar``: no database. Not for: what an import writes (``actions/event_files.py``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Timezone, vRecur, vText
from icalendar import Event as VEvent

from kotopolku.information import hours_rules, recurrence
from kotopolku.markup import plain

HELSINKI = recurrence.HELSINKI
MAKER = "-//Kotopolku//Events//EN"
LARGEST = 400_000
"""Bytes of a file. Our own rule."""
MOST_EVENTS = 500
HIGHEST_SEQUENCE = 2_000_000_000
"""What the database can still count up from."""
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Helsinki
BEGIN:DAYLIGHT
DTSTART:19960331T030000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:EEST
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T040000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:EET
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
"""How the clocks change in Finland since 1996, in few lines."""


# --- Out --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Out:
    """An event to write. Times with a zone; ``exceptions`` as the pure rules know them."""

    uid: str
    sequence: int
    title: str
    description: str
    place: str
    address: str
    """Of its page."""
    changed: datetime
    pattern: recurrence.Pattern
    topics: tuple[str, ...] = ()
    position: tuple[float, float] | None = None


def calendar(name: str, language: str, events: Iterable[Out]) -> bytes:
    """A calendar file. Recurring events keep their rule; cancelled dates are EXDATE, moved ones have RECURRENCE-ID."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", "Europe/Helsinki")
    for one in events:
        for part in _written(one, language):
            made.add_component(part)
    made.subcomponents.insert(0, Timezone.from_ical(_ZONE))
    return bytes(made.to_ical())


def _written(one: Out, language: str) -> list[VEvent]:
    """The event, and one more for each moved date."""
    pattern = one.pattern
    starts, ends = pattern.starts.astimezone(HELSINKI), pattern.ends.astimezone(HELSINKI)
    main = _basic(one, language, starts, ends)
    single = next((each for each in pattern.exceptions), None) if not pattern.rule else None
    if single is not None:
        if single.cancelled:
            main["status"] = vText("CANCELLED")
            return [main]
        if single.starts and single.ends:
            return [
                _basic(one, language, single.starts.astimezone(HELSINKI), single.ends.astimezone(HELSINKI))
            ]
    if not pattern.rule:
        return [main]
    main.add("rrule", _recur(pattern.rule))
    gone = [_original(pattern, each.original) for each in pattern.exceptions if each.cancelled]
    if gone:
        main.add("exdate", gone)
    found = [main]
    for each in pattern.exceptions:
        if each.cancelled or each.starts is None or each.ends is None:
            continue
        moved = _basic(one, language, each.starts.astimezone(HELSINKI), each.ends.astimezone(HELSINKI))
        moved.add("recurrence-id", _original(pattern, each.original))
        found.append(moved)
    return found


def _recur(rule: str) -> vRecur:
    """The rule for a file: its last day as a moment in UTC, which files with a time zone must have."""
    parts = recurrence.parts_of(rule)
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").replace(tzinfo=UTC).date()
        parts["UNTIL"] = hours_rules.moment(last, time(23, 59, 59)).strftime("%Y%m%dT%H%M%SZ")
    return vRecur.from_ical(";".join(f"{name}={value}" for name, value in parts.items()))


def _original(pattern: recurrence.Pattern, day: date) -> datetime:
    """When the rule has that date, in Finnish time."""
    wall = hours_rules.back_and_forth(pattern.starts).time()
    return hours_rules.moment(day, wall).astimezone(HELSINKI)


def _basic(one: Out, language: str, starts: datetime, ends: datetime) -> VEvent:
    made = VEvent()
    made.add("uid", one.uid)
    made.add("sequence", one.sequence)
    made.add("dtstamp", one.changed.astimezone(UTC))
    made.add("last-modified", one.changed.astimezone(UTC))
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("summary", one.title, parameters={"language": language})
    if one.description:
        made.add("description", plain(one.description))
    if one.place:
        made.add("location", one.place)
    if one.address:
        made.add("url", one.address)
    if one.topics:
        made.add("categories", list(one.topics))
    if one.position:
        made.add("geo", one.position)
    return made


# --- In ---------------------------------------------------------------------------------------------------------------


class BadFile(ValueError):
    """A file that cannot be read at all. ``code``: "not-calendar", "too-large", "too-many", "empty"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class In:
    """An event read from a file. ``starts`` and ``ends``: the wall clock in Finland. ``problem``: why it cannot be taken."""

    number: int
    """From 1, in the file's order."""
    uid: str
    sequence: int = 0
    title: str = ""
    description: str = ""
    place: str = ""
    web: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    rule: str = ""
    exceptions: tuple[recurrence.Exceptional, ...] = ()
    cancelled: bool = False
    problem: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 as the standard has it, else as old calendars wrote. Nought bytes are left out."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\0", "")


def read(content: bytes) -> list[In]:
    """The events of a file; changes of single dates go to their event. Raises ``BadFile``. Nothing is written."""
    if len(content) > LARGEST:
        raise BadFile("too-large")
    try:
        calendars = Calendar.from_ical(decoded(content), multiple=True)
        components = [part for made in calendars for part in made.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadFile("not-calendar") from error
    if not components:
        raise BadFile("empty" if calendars else "not-calendar")
    if len(components) > MOST_EVENTS:
        raise BadFile("too-many")
    singles: dict[str, list[Any]] = {}
    for part in components:
        if "recurrence-id" in part:
            singles.setdefault(str(part.get("uid", "")), []).append(part)
    mains = [part for part in components if "recurrence-id" not in part]
    seen: set[str] = set()
    found = []
    for number, part in enumerate(mains, start=1):
        one = _read(number, part, singles.pop(str(part.get("uid", "")), []))
        if one.uid and one.uid in seen:
            one = In(number, one.uid, title=one.title, problem="twice")
        seen.add(one.uid)
        found.append(one)
    for uid, [part, *_more] in singles.items():
        found.append(
            In(len(found) + 1, uid, title=str(part.get("summary", "")).strip(), problem="unreadable")
        )
    return found


def _read(number: int, part: Any, singles: list[Any]) -> In:
    uid = str(part.get("uid", "")).strip()
    title = str(part.get("summary", "")).strip()
    bad: Callable[..., In] = lambda problem, **params: In(  # noqa: E731 - one line that names what is wrong
        number, uid, title=title, problem=problem, params=params
    )
    if not uid or len(uid) > 255:
        return bad("no-uid")
    if not title:
        return bad("no-title")
    try:
        return _read_times(number, uid, title, part, singles, bad)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return bad("unreadable")


def _read_times(
    number: int, uid: str, title: str, part: Any, singles: list[Any], bad: Callable[..., In]
) -> In:
    if part.get("dtstart") is None:
        return bad("no-time")
    starts, whole_day = wall(part.decoded("dtstart"))
    ends = _end(part, starts, whole_day)
    for moment in (starts, ends):
        fault = hours_rules.check_hour(moment.date(), moment.time())
        if fault is not None and fault.code == "hour-missing":
            return bad("hour-missing", **dict(fault.params))
    rule = part.get("rrule")
    if isinstance(rule, list):
        return bad("two-rules")
    if part.get("rdate") is not None:
        return bad("rdate")
    text = rule.to_ical().decode() if rule is not None else ""
    if rule is not None and not text:
        return bad("bad-rule", part="RRULE")
    first = hours_rules.moment(starts.date(), starts.time())
    try:
        kept = recurrence.tidy(text, first)
    except recurrence.BadRule as error:
        return bad("bad-rule", part=error.part or error.code)
    sequence = int(part.get("sequence", 0))
    if not 0 <= sequence <= HIGHEST_SEQUENCE:
        return bad("unreadable")
    return In(
        number=number,
        uid=uid,
        sequence=sequence,
        title=title,
        description=str(part.get("description", "")).strip(),
        place=str(part.get("location", "")).strip(),
        web=_web(part),
        starts=starts,
        ends=ends,
        rule=kept,
        exceptions=_exceptions(part, singles),
        cancelled=str(part.get("status", "")).upper() == "CANCELLED",
    )


def wall(value: date | datetime) -> tuple[datetime, bool]:
    """The wall clock in Finland of a value of a file, and whether it is a whole day. A time without a zone is Finnish."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(0)), True
    if value.tzinfo is None:
        return value, False
    if getattr(value.tzinfo, "key", str(value.tzinfo)) in ("Europe/Helsinki", "Europe/Mariehamn"):
        return value.replace(tzinfo=None), False
    return value.astimezone(HELSINKI).replace(tzinfo=None), False


def _end(part: Any, starts: datetime, whole_day: bool) -> datetime:
    if part.get("dtend") is not None:
        ends, whole = wall(part.decoded("dtend"))
        return ends - timedelta(minutes=1) if whole else ends
    if part.get("duration") is not None:
        lasts: timedelta = part.decoded("duration")
        return starts + lasts
    return starts + (timedelta(hours=23, minutes=59) if whole_day else timedelta(hours=1))


def _web(part: Any) -> str:
    address = str(part.get("url", "")).strip()
    return address if address.startswith(("http://", "https://")) and len(address) <= 500 else ""


def _exceptions(part: Any, singles: list[Any]) -> tuple[recurrence.Exceptional, ...]:
    """EXDATE as cancelled dates, RECURRENCE-ID as moved or cancelled ones; of two for one day the later."""
    found: dict[date, recurrence.Exceptional] = {}
    given = part.get("exdate")
    for group in given if isinstance(given, list) else [given] if given is not None else []:
        for each in group.dts:
            day = wall(each.dt)[0].date()
            found[day] = recurrence.Exceptional(day)
    for single in singles:
        day = wall(single.decoded("recurrence-id"))[0].date()
        if str(single.get("status", "")).upper() == "CANCELLED":
            found[day] = recurrence.Exceptional(day)
            continue
        starts, whole_day = wall(single.decoded("dtstart"))
        ends = _end(single, starts, whole_day)
        found[day] = recurrence.Exceptional(
            day,
            cancelled=False,
            starts=hours_rules.moment(starts.date(), starts.time()),
            ends=max(
                hours_rules.moment(ends.date(), ends.time()),
                hours_rules.moment(starts.date(), starts.time()),
            ),
        )
    return tuple(found[day] for day in sorted(found))
