"""What positions on phenomena of the day check, as pure functions over plain values. The days are own targets, kept as data.

Not for: rights (``access_positions.py``), words of notices. No Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, timedelta

from kotopolku import law
from kotopolku.law.day_count import add_units

TARGET = "O-PO"
MOST_RECEIVERS = 50
"""At one sending: each of them is told in the same act."""


@dataclass(frozen=True)
class Phenomenon:
    """What somebody at work has noticed, and for whose list: a body, or an authority."""

    title: str
    text: str
    noticed_on: date
    body_id: int | None = None
    organisation_id: int | None = None
    """Without a body: the authority. Neither: one's own organisation."""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """A position as it is written."""

    title: str
    text: str
    language: str = "fi"
    body_id: int | None = None
    topics: tuple[str, ...] = ()
    public: bool = True
    note: str = ""
    """What was changed, for the versions."""


@dataclass(frozen=True)
class Adoption:
    """How a position was adopted: in an item of a meeting, or by other means on a day."""

    item_id: int | None = None
    on: date | None = None
    how: str = ""


@dataclass(frozen=True)
class Sending:
    """To whom an adopted position is sent: organisations of the directory, others by name."""

    organisations: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    answer_by: date | None = None


@dataclass(frozen=True)
class Fault:
    """One reason against an act: the field, a stable code, values for its words."""

    field: str
    code: str
    params: dict[str, object] = made(default_factory=dict)


def proposed_comments(today: date) -> date:
    """Until when a draft is commented unless told otherwise: O-PO."""
    return today + timedelta(days=int(law.rule(TARGET, today).other_amounts["comment-days"]))


def proposed_answer(today: date) -> date:
    """By when a receiver answers unless told otherwise: O-PO."""
    target = law.rule(TARGET, today)
    return law.next_working_day(add_units(today, target.length, target.unit))


def wants_reminder(today: date, sent_on: date, answer_by: date) -> bool:
    """Whether a receiver who has not answered is reminded today: some days before the day, and not on the day of sending."""
    before = int(law.rule(TARGET, today).other_amounts["reminder-days"])
    return sent_on < today <= answer_by and today >= answer_by - timedelta(days=before)


def may_comment(state: str, until: date | None, today: date) -> bool:
    """Comments are taken on the last day too."""
    return state == "comments" and until is not None and today <= until


def names_of(typed: str) -> tuple[str, ...]:
    """Names of receivers, one a line, each once whatever its capitals."""
    found: dict[str, str] = {}
    for line in typed.splitlines():
        name = " ".join(line.split())
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def adoption_faults(
    adoption: Adoption, *, text: str, unanswered: int, until: date | None, noticed_on: date, today: date
) -> list[Fault]:
    """Why a position cannot be adopted so. ``until``: the last day of comments, None when it was not commented.

    ``adoption.on`` has been filled from the meeting when an item was chosen.
    """
    faults = []
    if not text.strip():
        faults.append(Fault("", "no-text"))
    if unanswered:
        faults.append(Fault("", "unanswered", {"number": unanswered}))
    if until is not None and today < until:
        faults.append(Fault("", "commented", {"day": until}))
    if adoption.item_id is None and not adoption.how.strip():
        faults.append(Fault("item", "how"))
    if adoption.item_id is not None and adoption.how.strip():
        faults.append(Fault("how", "both"))
    if adoption.item_id is None and adoption.on is None:
        faults.append(Fault("on", "required"))
    if adoption.on is not None and adoption.on > today:
        faults.append(Fault("on", "to-come"))
    elif adoption.on is not None and adoption.on < noticed_on:
        faults.append(Fault("on", "before", {"day": noticed_on}))
    return faults


def sending_faults(sending: Sending, already: Iterable[str], today: date) -> list[Fault]:
    """Why a position cannot be sent so. ``already``: names of receivers outside the directory it was sent to before."""
    faults = []
    number = len(set(sending.organisations)) + len(sending.names)
    if not number:
        faults.append(Fault("organisations", "nobody"))
    if number > MOST_RECEIVERS:
        faults.append(Fault("organisations", "many", {"most": MOST_RECEIVERS}))
    known = {name.casefold() for name in already}
    twice = [name for name in sending.names if name.casefold() in known]
    if twice:
        faults.append(Fault("names", "sent", {"name": twice[0]}))
    if any(len(name) > 200 for name in sending.names):
        faults.append(Fault("names", "long"))
    if sending.answer_by is not None and sending.answer_by <= today:
        faults.append(Fault("answer_by", "past"))
    return faults
