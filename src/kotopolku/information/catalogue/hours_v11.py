"""Opening hours of the catalogue's structure v11 as our own, and back. Three kinds: ordinary, exceptional, over midnight.

Pure. Ours: see ``hours_rules.py``. Hours of a season (ordinary ones with a last day) have no place in ours: they stay in
the catalogue's answer and are told as unmapped.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from kotopolku.clock import HELSINKI
from kotopolku.information.catalogue.structures import LANGUAGES, NotReadable

ORDINARY, EXCEPTIONAL, OVER_MIDNIGHT = "DaysOfTheWeek", "Exceptional", "OverMidnight"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Entry = dict[str, Any]


def read(entries: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], bool]:
    """Our hours, and whether something of a season was left out. Raises ``NotReadable``."""
    kind = ""
    notes: dict[str, str] = {}
    weekly: dict[int, list[list[str]]] = {}
    exceptions: list[dict[str, Any]] = []
    left_out = False
    for entry in entries:
        what = entry.get("serviceHourType")
        words = texts(entry.get("additionalInformation"))
        if what == EXCEPTIONAL:
            exceptions.append(_exception(entry, words))
            continue
        if what not in (ORDINARY, OVER_MIDNIGHT):
            raise NotReadable("serviceHourType")
        if not _without_end(entry):
            left_out = True
            continue
        notes = notes or words
        if entry.get("isAlwaysOpen"):
            kind = "always"
        elif entry.get("isReservation"):
            kind = kind or "appointment"
        else:
            kind = kind or "weekly"
        for row in entry.get("openingHour") or ():
            for day, begins, ends in _spans(row, what):
                weekly.setdefault(day, []).append([begins, ends])
    if not kind and not exceptions:
        return {}, left_out
    return {
        "kind": kind,
        "weekly": {str(day): sorted(times) for day, times in sorted(weekly.items())},
        "exceptions": exceptions,
        "notes": notes,
    }, left_out


def write(hours: Mapping[str, Any]) -> list[Entry]:
    """Entries that read as these hours."""
    made: list[Entry] = []
    kind, weekly = hours.get("kind", ""), hours.get("weekly") or {}
    same_day, over = [], []
    for day in sorted(weekly, key=int):
        for begins, ends in weekly[day]:
            first = DAYS[int(day) - 1]
            if ends > begins:
                same_day.append(_opening(first, None, begins, ends))
            else:
                over.append(_opening(first, DAYS[int(day) % 7], begins, ends))
    flags = {"isAlwaysOpen": kind == "always", "isReservation": kind == "appointment"}
    if kind and (same_day or not over):
        closed = kind == "weekly" and not same_day
        made.append(_entry(ORDINARY, same_day, hours.get("notes"), closed=closed, **flags))
    if kind and over:
        made.append(_entry(OVER_MIDNIGHT, over, None if same_day else hours.get("notes"), **flags))
    for one in hours.get("exceptions") or ():
        times = [_opening(None, None, begins, ends) for begins, ends in one.get("times") or ()]
        note = {"fi": one["note"]} if one.get("note") else {}
        entry = _entry(EXCEPTIONAL, times, note, closed=not times)
        made.append(
            entry | {"validForNow": False, "validFrom": _moment(one["from"]), "validTo": _moment(one["to"])}
        )
    return made


def texts(rows: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    """Words by language out of the catalogue's lists, the languages that it has."""
    return {
        row["language"]: row["value"]
        for row in rows or ()
        if row.get("language") in LANGUAGES and row.get("value")
    }


def localised(words: Mapping[str, str] | None) -> list[dict[str, str]]:
    """The other way round; our further languages are left out."""
    known = words or {}
    return [{"language": code, "value": known[code]} for code in LANGUAGES if known.get(code)]


def _entry(
    what: str,
    opening: list[Entry],
    notes: Mapping[str, str] | None,
    *,
    closed: bool = False,
    isAlwaysOpen: bool = False,  # noqa: N803 - the catalogue's own name
    isReservation: bool = False,  # noqa: N803
) -> Entry:
    return {
        "serviceHourType": what,
        "validFrom": None,
        "validTo": None,
        "validForNow": True,
        "isClosed": closed,
        "isAlwaysOpen": isAlwaysOpen,
        "isReservation": isReservation,
        "additionalInformation": localised(notes),
        "openingHour": opening,
    }


def _opening(first: str | None, last: str | None, begins: str, ends: str) -> Entry:
    return {"dayFrom": first, "dayTo": last, "from": f"{begins}:00", "to": f"{ends}:00"}


def _without_end(entry: Mapping[str, Any]) -> bool:
    if entry.get("validTo"):
        return False
    return bool(entry.get("validForNow")) or not entry.get("validFrom")


def _exception(entry: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    first = _date(entry.get("validFrom"))
    times = (
        []
        if entry.get("isClosed")
        else [[_time(row.get("from")), _time(row.get("to"))] for row in entry.get("openingHour") or ()]
    )
    return {
        "from": first.isoformat(),
        "to": (_date(entry["validTo"]) if entry.get("validTo") else first).isoformat(),
        "times": sorted(times),
        "note": words.get("fi") or words.get("sv") or words.get("en", ""),
    }


def _spans(row: Mapping[str, Any], what: str) -> Iterator[tuple[int, str, str]]:
    """Weekday from 1, beginning and end of every day that a row tells of."""
    first = _weekday(row.get("dayFrom"))
    last = _weekday(row["dayTo"]) if row.get("dayTo") else None
    begins, ends = _time(row.get("from")), _time(row.get("to"))
    days = (last - first) % 7 if last is not None else 0
    if what == ORDINARY:
        for offset in range(days + 1):
            yield (first + offset - 1) % 7 + 1, begins, ends
        return
    if days == 0 or (days == 1 and ends <= begins):
        yield first, begins, ends
        return
    yield first, begins, "00:00"
    for offset in range(1, days):
        yield (first + offset - 1) % 7 + 1, "00:00", "00:00"
    if ends != "00:00" and last is not None:
        yield last, "00:00", ends


def _weekday(name: Any) -> int:
    if name not in DAYS:
        raise NotReadable("dayFrom")
    return DAYS.index(name) + 1


def _time(text: Any) -> str:
    try:
        return time.fromisoformat(str(text)).strftime("%H:%M")
    except ValueError as error:
        raise NotReadable("openingHour") from error


def _date(text: Any) -> date:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise NotReadable("validFrom") from error
    return moment.astimezone(HELSINKI).date() if moment.tzinfo else moment.date()


def _moment(day: str) -> str:
    return datetime.combine(date.fromisoformat(day), time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
