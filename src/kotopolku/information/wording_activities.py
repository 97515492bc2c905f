"""Words of services and events in the language in use: opening hours, prices, when an event recurs. Not for deciding."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache

from babel.dates import format_date, format_time, get_day_names
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kotopolku import clock
from kotopolku.information import recurrence, wording_public
from kotopolku.information.hours_rules import Exceptional, Hours, Kind, Now


def at(value: datetime | time | None) -> str:
    """A time of day as the language writes it, Finnish time: 9.30 in Finnish, 9:30 in English, always 24 hours."""
    if value is None:
        return ""
    found = value.astimezone(clock.HELSINKI).time() if isinstance(value, datetime) else value
    return _time(found, wording_public.current())


@lru_cache(maxsize=4_000)
def _time(value: time, name: str) -> str:
    form = "H.mm" if name[:2] in ("fi",) else "HH.mm" if name[:2] == "sv" else "H:mm"
    return wording_public.european(str(format_time(value, form, locale=name)))


def span(starts: datetime, ends: datetime) -> str:
    """From when to when on a day; over midnight the day stands with the end."""
    return f"{at(starts)}–{at(ends)}"


def short_day(value: date | datetime) -> str:
    """The day with its weekday, short: ti 24.11., Tue 24 Nov."""
    day = value.astimezone(clock.HELSINKI).date() if isinstance(value, datetime) else value
    return _short_day(day, wording_public.current(), day.year != clock.today().year)


@lru_cache(maxsize=4_000)
def _short_day(day: date, name: str, with_year: bool) -> str:
    weekday = format_date(day, "ccc", name)
    if name[:2] in ("fi", "sv"):
        return f"{weekday.rstrip('.')} {day.day}.{day.month}.{day.year if with_year else ''}"
    form = "d MMM y" if with_year else "d MMM"
    return wording_public.european(f"{weekday} {format_date(day, form, name)}")


@lru_cache(maxsize=500)
def _weekdays(name: str) -> dict[int, str]:
    """Weekdays from 1 (Monday) in the nominative."""
    names = get_day_names("wide", "stand-alone", name)
    return {number + 1: str(names[number]) for number in range(7)}


def weekday(number: int) -> str:
    return _weekdays(wording_public.current())[number]


def now_words(now: Now, instant: datetime) -> str:
    """How a place stands now, in a sentence; nothing where nothing is known."""
    if now.kind == Kind.APPOINTMENT and not now.open and now.opens is None:
        return _("By appointment")
    if now.kind == Kind.ALWAYS and now.closes is None and now.open:
        return _("Always open")
    if now.open:
        return _("Open now, closes at %(time)s") % {"time": at(now.closes)} if now.closes else _("Open now")
    if now.opens is not None:
        today = instant.astimezone(clock.HELSINKI).date()
        opens = now.opens.astimezone(clock.HELSINKI)
        if opens.date() == today:
            return _("Closed now, opens at %(time)s") % {"time": at(opens)}
        return _("Closed now, opens %(day)s at %(time)s") % {"day": short_day(opens), "time": at(opens)}
    return "" if now.kind == Kind.UNKNOWN else pgettext("opening hours", "Closed")


def week(hours: Hours) -> list[tuple[str, str]]:
    """The weekly hours, days with the same hours joined: ("Monday–Friday", "9–15"). Empty unless they are weekly."""
    if hours.kind != Kind.WEEKLY:
        return []
    rows: list[tuple[int, int, str]] = []
    for day in range(1, 8):
        words = times(hours.weekly.get(day, ()))
        if rows and rows[-1][2] == words:
            rows[-1] = (rows[-1][0], day, words)
        else:
            rows.append((day, day, words))
    return [
        (weekday(first) if first == last else f"{weekday(first)} – {weekday(last)}", words)
        for first, last, words in rows
    ]


def times(of: Sequence[tuple[time, time]]) -> str:
    """Times of one day, or "closed"."""
    spans = ", ".join(f"{at(begins)}–{_end(ends)}" for begins, ends in of)
    return spans or pgettext("opening hours", "closed")


def _end(value: time) -> str:
    """An end at midnight is 24.00, not the 0.00 with which the day begins."""
    return at(value) if value != time(0) else f"24{at(value).lstrip('0')}"


def exceptions(hours: Hours, today: date) -> list[tuple[str, str, str]]:
    """Exceptions that are not over, in their order of days: days, times, note."""
    coming = sorted((one for one in hours.exceptions if one.last >= today), key=lambda one: one.first)
    return [(_days(one), times(one.times), one.note) for one in coming]


def _days(one: Exceptional) -> str:
    if one.first == one.last:
        return short_day(one.first)
    return f"{short_day(one.first)} – {short_day(one.last)}"


def price(kind: str) -> str:
    """The price in a word; nothing for what is not known."""
    return {
        "free": _("Free of charge"),
        "paid": _("Costs something"),
        "varies": _("The price varies"),
    }.get(kind, "")


# --- Recurrence -------------------------------------------------------------------------------------------------------


def rule(of: str, starts: datetime) -> str:
    """When an event recurs, in a sentence. A rule too involved for one says that the dates stand below."""
    if not of:
        return ""
    try:
        parts = recurrence.parts_of(of)
    except recurrence.BadRule:
        return ""
    words = _rule(parts, starts)
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").replace(tzinfo=UTC).date()
        return _("%(how_often)s, until %(day)s") % {"how_often": words, "day": wording_public.day(last)}
    return words


def _rule(parts: dict[str, str], starts: datetime) -> str:
    every = int(parts.get("INTERVAL", "1")) if parts.get("INTERVAL", "1").isdecimal() else 1
    days = _days_of(parts.get("BYDAY", ""))
    simple = not set(parts) & {"BYSETPOS", "BYMONTH", "BYYEARDAY", "BYWEEKNO"}
    if parts["FREQ"] == "DAILY" and simple and not days:
        return ngettext("Every day", "Every %(number)s days", every) % {"number": every}
    if parts["FREQ"] == "WEEKLY" and simple and days is not None:
        local = starts.astimezone(clock.HELSINKI)
        names = ", ".join(weekday(day) for day in days or [local.isoweekday()])
        words = ngettext("Every week: %(days)s", "Every %(number)s weeks: %(days)s", every)
        return words % {"number": every, "days": names}
    if parts["FREQ"] == "MONTHLY" and simple and every == 1:
        return _("Every month")
    if parts["FREQ"] == "YEARLY" and every == 1:
        return _("Every year")
    return _("Again and again; the dates are below")


def _days_of(by_day: str) -> list[int] | None:
    """Weekdays from 1; None where the rule counts them in a month."""
    found = []
    for part in by_day.split(",") if by_day else ():
        if part not in recurrence.WEEKDAYS:
            return None
        found.append(recurrence.WEEKDAYS.index(part) + 1)
    return sorted(found)
