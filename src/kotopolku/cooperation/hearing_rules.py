"""What hearings check and count, as pure functions over plain values. The days are an office's own targets, kept as data.

Not for: rights (``access_hearings.py``), words of notices. No Django.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kotopolku import law
from kotopolku.law.day_count import add_units

TARGET = "O-HS"
MOST_QUESTIONS = 20
VIEWS = ("agree", "partly", "disagree", "none")
NEEDS_REASONS = ("partly", "disagree")


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is written; ``kind`` "text" or "view"."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class HearingContent:
    """A hearing as it is drafted."""

    title: str
    answer_by: date
    body: str = ""
    draft: str = ""
    language: str = "fi"
    questions: tuple[AskedQuestion, ...] = ()
    public: bool = False

    @property
    def asks_something(self) -> bool:
        return bool(self.body.strip() or self.draft.strip() or self.questions)


@dataclass(frozen=True)
class Asked:
    """Whom a hearing is sent to: by name, by kind, by duty, as a body; ``near``: of kinds and duties only the own area's."""

    organisations: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    near: bool = False
    bodies: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.organisations or self.kinds or self.duties or self.bodies)


@dataclass(frozen=True)
class Said:
    """Somebody's answer to one question, or in general."""

    text: str = ""
    view: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.view)


@dataclass(frozen=True)
class Response:
    """How one answer was taken into account; ``was``: the mark of what stood there when the form was shown."""

    answer_id: int
    taken: str
    text: str = ""
    was: str = ""


@dataclass(frozen=True)
class Counts:
    """How many organisations have each view."""

    agree: int = 0
    partly: int = 0
    disagree: int = 0
    none: int = 0

    @property
    def total(self) -> int:
        return self.agree + self.partly + self.disagree + self.none


@dataclass(frozen=True)
class Missing:
    """What a statement lacks before it can be given: questions without a view, views without reasons, nothing at all."""

    views: tuple[int, ...] = ()
    reasons: tuple[int, ...] = ()
    everything: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.views or self.reasons or self.everything)


@dataclass(frozen=True)
class Notices:
    """What an organisation has been told of a hearing: the latest day that stood in it; None when it was told of nothing."""

    told_of: date | None = None
    reminded_of: frozenset[date] = field(default_factory=frozenset)


def proposed_day(on: date) -> date:
    """The day that is proposed for statements when a hearing is opened. Own target O-HS, moved to a working day."""
    target = law.rule(TARGET, on)
    return law.next_working_day(add_units(on, target.length, target.unit))


def earliest_day(on: date) -> date:
    """The earliest day that may be asked for. Own target O-HS."""
    return on + timedelta(days=law.rule(TARGET, on).other_amounts["shortest-days"])


def reminder_day(answer_by: date) -> date:
    """The day on which those who have not answered are reminded. Own target O-HS."""
    return answer_by - timedelta(days=law.rule(TARGET, answer_by).other_amounts["reminder-days"])


def wants_reminder(today: date, opened_on: date, answer_by: date) -> bool:
    """Whether the day for the reminder has come and the last day has not passed; never on the day of opening."""
    return opened_on < today and reminder_day(answer_by) <= today <= answer_by


def is_late(given_on: date, answer_by: date) -> bool:
    """The last day itself is in time."""
    return given_on > answer_by


def may_close(today: date, answer_by: date, waiting: int) -> bool:
    """Before the day only when nobody is waited for: those asked were promised the time."""
    return waiting == 0 or today > answer_by


def missing(questions: Mapping[int, str], said: Mapping[int, Said]) -> Missing:
    """What is missing of a statement. ``questions``: kind by id; ``said``: by id, 0 in general."""
    views = tuple(
        number
        for number, kind in questions.items()
        if kind == "view" and said.get(number, Said()).view not in VIEWS
    )
    reasons = tuple(
        number
        for number, kind in questions.items()
        if kind == "view" and said.get(number, Said()).view in NEEDS_REASONS and not said[number].text.strip()
    )
    return Missing(views, reasons, all(one.is_empty for one in said.values()))


def counts(views: Iterable[str]) -> Counts:
    """Views counted; answers without one are not."""
    found = Counter(views)
    return Counts(**{view: found[view] for view in VIEWS})


def news(told: Notices, answer_by: date) -> str:
    """What an organisation is told of an open hearing: "asked", "moved" or nothing ("")."""
    if told.told_of is None:
        return "asked"
    return "moved" if told.told_of < answer_by else ""
