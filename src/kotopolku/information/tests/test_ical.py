"""iCalendar files: what is written can be read again, by others too; what cannot be taken says why."""

from datetime import UTC, date, datetime, time

import pytest
from icalendar import Calendar

from kotopolku.information import ical, recurrence
from kotopolku.information.ical import Out
from kotopolku.information.recurrence import Exceptional, Pattern

CHANGED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def wall(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """What the clock on the wall shows, without a time zone."""
    return datetime.combine(date(year, month, day), time(hour))


def written(rule: str = "", *exceptions: Exceptional, day: date = date(2026, 10, 6)) -> bytes:
    starts = recurrence.at(day, time(17))
    pattern = Pattern(starts, starts.replace(hour=starts.hour + 2), rule, exceptions)
    one = Out("u-1", 3, "Kielikahvila", "**Tervetuloa**", "Kirjasto", "https://x.example/1", CHANGED, pattern)
    return ical.calendar("Vantaa", "fi", [one])


def file(*lines: str) -> bytes:
    body = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def test_what_is_written_is_read_again_with_cancelled_and_moved_dates() -> None:
    to = recurrence.at(date(2026, 11, 4), time(18))
    moved = Exceptional(date(2026, 11, 3), False, to, to.replace(hour=to.hour + 1))
    [one] = ical.read(
        written("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T235959", Exceptional(date(2026, 10, 13)), moved)
    )
    assert (one.uid, one.sequence, one.title) == ("u-1", 3, "Kielikahvila")
    assert (one.starts, one.ends) == (wall(2026, 10, 6, 17), wall(2026, 10, 6, 19))
    assert recurrence.parts_of(one.rule)["UNTIL"] == "20261231T235959"
    assert one.exceptions == (Exceptional(date(2026, 10, 13)), moved)


def test_the_file_says_how_the_clocks_change_and_is_the_same_to_other_readers() -> None:
    made = Calendar.from_ical(written("FREQ=WEEKLY;BYDAY=TU", Exceptional(date(2026, 10, 27))))
    zone, event = made.walk("VTIMEZONE")[0], made.walk("VEVENT")[0]
    transitions = zone.to_tz().utcoffset(wall(2026, 10, 6)), zone.to_tz().utcoffset(wall(2026, 11, 3))
    assert [int(offset.total_seconds() / 3600) for offset in transitions if offset] == [3, 2]
    assert event.decoded("exdate").dts[0].dt.utcoffset() != event.decoded("dtstart").utcoffset()


def test_a_single_event_that_is_cancelled_says_so() -> None:
    made = Calendar.from_ical(written("", Exceptional(date(2026, 10, 6))))
    assert made.walk("VEVENT")[0]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("lines", "starts"),
    [
        (["DTSTART:20261124T150000Z"], wall(2026, 11, 24, 17)),
        (["DTSTART:20261124T170000"], wall(2026, 11, 24, 17)),
        (["DTSTART;TZID=Europe/Helsinki:20261124T170000"], wall(2026, 11, 24, 17)),
        (["DTSTART;TZID=Europe/Stockholm:20261124T160000"], wall(2026, 11, 24, 17)),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"], wall(2026, 11, 24)),
    ],
)
def test_times_of_files_become_finnish(lines: list[str], starts: datetime) -> None:
    [one] = ical.read(file("UID:a", "SUMMARY:Kahvila", *lines))
    assert (one.problem, one.starts) == ("", starts)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["SUMMARY:Kahvila", "DTSTART:20261124T170000"], "no-uid"),
        (["UID:a", "DTSTART:20261124T170000"], "no-title"),
        (["UID:a", "SUMMARY:Kahvila"], "no-time"),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20270328T033000"], "hour-missing"),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "RRULE:FREQ=HOURLY"], "bad-rule"),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "RRULE:nonsense"], "bad-rule"),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "RRULE:FREQ=DAILY;INTERVAL=0"], "bad-rule"),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "SEQUENCE:99999999999"], "unreadable"),
        (
            ["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "RECURRENCE-ID:20261124T170000"],
            "unreadable",
        ),
        (["UID:a", "SUMMARY:Kahvila", "DTSTART:20261124T170000", "RDATE:20261125T170000"], "rdate"),
    ],
)
def test_an_event_that_cannot_be_taken_says_why(lines: list[str], problem: str) -> None:
    [one] = ical.read(file(*lines))
    assert one.problem == problem


def test_the_missing_hour_names_the_one_that_exists() -> None:
    [one] = ical.read(file("UID:a", "SUMMARY:Yö", "DTSTART:20270328T033000"))
    assert one.params["better"] == "04.30"


def test_a_nought_byte_is_left_out() -> None:
    [one] = ical.read(file("UID:a", "SUMMARY:Kahvila", "LOCATION:Kirja\0sto", "DTSTART:20261124T170000"))
    assert one.place == "Kirjasto"


def test_the_same_uid_twice_is_taken_once() -> None:
    both = file("UID:a", "SUMMARY:Yksi", "DTSTART:20261124T170000").replace(
        b"END:VCALENDAR", file("UID:a", "SUMMARY:Kaksi", "DTSTART:20261124T170000").split(b"PRODID:x\r\n")[1]
    )
    assert [one.problem for one in ical.read(both)] == ["", "twice"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-calendar"),
        (b"PK\x03\x04 not text", "not-calendar"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", "empty"),
        (b"x" * (ical.LARGEST + 1), "too-large"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n", "not-calendar"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(ical.BadFile) as bad:
        ical.read(content)
    assert bad.value.code == code


def test_a_file_of_an_old_calendar_in_latin_letters_is_read() -> None:
    content = file("UID:a", "SUMMARY:Kahvila Ääni", "DTSTART:20261124T170000").decode().encode("latin-1")
    assert ical.read(content)[0].title == "Kahvila Ääni"
