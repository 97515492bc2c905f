"""Who answers, as pure functions: duties and the area that decides, deputies by day, roles an organisation can give.

Not for: the data of the duties (`sources.py`), what a role may do (`access`), anything with a database.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import phonenumbers

LANGUAGES = ("fi", "sv", "en")
Texts = Mapping[str, str]

PREFIXES = {
    "municipality": "kunta",
    "te": "te",
    "ely": "ely",
    "evk": "evk",
    "employment-area": "tyo",
    "wellbeing": "hva",
}
"""An organisation that is one for each area has the code prefix-area; a TE office has its ELY Centre's number."""

CASEWORK = ("caseworker", "team-leader")
EVERYWHERE = ("administrator", "data-protection-officer", "reader")


class Unanswered(LookupError):
    """Nobody can be named. `texts` says why, by language."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts["en"])
        self.texts = texts

    def text(self, language: str) -> str:
        return self.texts.get(language[:2], self.texts["en"])


class UnknownDuty(Unanswered):
    """There is no such duty in the data."""


class DutyNotInForce(Unanswered):
    """The duty exists, but no section gives it to anybody on that day."""


class BeforeRecords(Unanswered):
    """The day is before the first day of the data on authorities."""


class NoAuthority(Unanswered):
    """No authority answers for this place under the Act (Åland)."""


class Refusal(ValueError):
    """What a person asked for cannot be done. `field` is the form's field ("" = whole form), `message` for people."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class EditClash(Exception):
    """Somebody else has changed the same thing since it was opened."""


@dataclass(frozen=True)
class Span:
    """A time in which a section gives the duty to one kind of organisation. Days inclusive; None = open."""

    valid_from: date
    valid_until: date | None
    act: str
    section: str
    answers: str
    organisation: str
    area: str
    aland: bool
    certainty: str
    why: Texts

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def code(self, area_code: str) -> str:
        """The code of the organisation that answers in an area."""
        return self.organisation or f"{PREFIXES[self.answers]}-{area_code}"


@dataclass(frozen=True)
class Duty:
    """A duty by law, with the spans in which different organisations have had it."""

    id: str
    titles: Texts
    spans: tuple[Span, ...]

    def title(self, language: str) -> str:
        return self.titles.get(language[:2], self.titles["en"])


def span_on(duty: Duty, day: date, first_day: date) -> Span:
    """The span in force on `day`. Raises `BeforeRecords` or `DutyNotInForce`."""
    if day < first_day:
        raise BeforeRecords(
            {
                "fi": f"Tiedot viranomaisista alkavat {finnish(first_day)}.",
                "sv": f"Uppgifterna om myndigheterna börjar {finnish(first_day)}.",
                "en": f"The data on authorities begin on {english(first_day)}.",
            }
        )
    for span in duty.spans:
        if span.covers(day):
            return span
    first = min(span.valid_from for span in duty.spans)
    raise DutyNotInForce(
        {
            "fi": f"Laki ei anna tätä tehtävää kenellekään {finnish(day)}; se alkaa {finnish(first)}.",
            "sv": f"Ingen har denna uppgift enligt lag {finnish(day)}; den börjar {finnish(first)}.",
            "en": f"No Act gives this duty to anybody on {english(day)}; it begins on {english(first)}.",
        }
    )


def finnish(day: date) -> str:
    """The day as written in Finnish and Swedish."""
    return f"{day.day}.{day.month}.{day.year}"


def english(day: date) -> str:
    """The day as written in English."""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Away:
    """Days on which a deputy stands in for a contact. Both days inside; `last` None = until further notice."""

    contact: int
    deputy: int
    first: date
    last: date | None
    reason: str = ""

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def answering_on(
    contact: int, day: date, absences: Mapping[int, Sequence[Away]], in_office: Container[int]
) -> tuple[int, Away | None]:
    """Who answers for `contact` on `day`, and the absence that explains it (None when the contact answers).

    A deputy who is away too is followed to the next; a deputy who is not `in_office` that day, or who leads
    back to somebody already asked, ends the search at the one before.
    """
    current, asked, first_absence = contact, {contact}, None
    while True:
        absence = next((one for one in absences.get(current, ()) if one.covers(day)), None)
        if absence is None or absence.deputy in asked or absence.deputy not in in_office:
            return current, first_absence
        first_absence = first_absence or absence
        current = absence.deputy
        asked.add(current)


def roles_for(kind: str) -> tuple[str, ...]:
    """The roles that an administrator can give in an organisation of this kind; the first is the usual one."""
    if kind in ("te", "employment-area", "municipality"):
        return (*CASEWORK, "procurement-officer", "editor", *EVERYWHERE)
    if kind in ("ely", "evk"):
        return ("regional-officer", "procurement-officer", "editor", *EVERYWHERE)
    if kind in ("ministry", "national"):
        return ("ministry-officer", "editor", *EVERYWHERE)
    if kind == "wellbeing":
        return ("county-officer", *EVERYWHERE)
    if kind == "provider":
        return ("provider", *EVERYWHERE)
    if kind == "association":
        return ("community", *EVERYWHERE)
    return ("reader", "administrator", "data-protection-officer")


def telephone(text: str) -> str:
    """A telephone number as written, with single spaces and its grouping kept. Raises `ValueError` if it is not one."""
    written = " ".join(text.split())
    try:
        number = phonenumbers.parse(written, "FI")
    except phonenumbers.NumberParseException as error:
        raise ValueError(written) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(written)
    return written


def telephone_link(text: str) -> str:
    """The number for a `tel:` link, or an empty string."""
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
