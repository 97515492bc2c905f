"""What a booking and an absence must fulfil, as pure functions: times on a Finnish clock, overlaps, the no-show fee.

Not for: words of refusals (``wording.py``), reading or writing. No Django, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from kotopolku import law
from kotopolku.clients.rules import Refusal

HELSINKI = ZoneInfo("Europe/Helsinki")
LONGEST = timedelta(hours=12)
"""An appointment that lasts longer is a slip of the pen. Our own rule."""


# --- Times ------------------------------------------------------------------------------------------------------------


class ClockSkips(ValueError):
    """The time does not exist on that day: clocks are put forward."""


class ClockRepeats(ValueError):
    """The time comes twice on that day: clocks are put back."""


def moment(day: date, at: time) -> datetime:
    """The moment of a Finnish wall clock. Raises ``ClockSkips`` and ``ClockRepeats`` in the nights of the change."""
    first = datetime.combine(day, at, HELSINKI)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    there_and_back = first.astimezone(UTC).astimezone(HELSINKI)
    if there_and_back.replace(tzinfo=None) != first.replace(tzinfo=None):
        raise ClockSkips
    raise ClockRepeats


@dataclass(frozen=True)
class Slot:
    """From ``starts`` to ``ends``, the latter not included."""

    starts: datetime
    ends: datetime

    def overlaps(self, other: "Slot") -> bool:
        return self.starts < other.ends and other.starts < self.ends

    @property
    def day(self) -> date:
        """The Finnish day on which it begins."""
        return self.starts.astimezone(HELSINKI).date()

    @property
    def minutes(self) -> int:
        """True minutes, whatever the clock on the wall does in between."""
        return int((self.ends.astimezone(UTC) - self.starts.astimezone(UTC)).total_seconds()) // 60


def slot(day: date, starts: time, ends: time) -> tuple[Slot | None, list[Refusal]]:
    """The slot of a day from a form's times, or what is wrong with them. Field names: starts, ends."""
    found: list[Refusal] = []
    moments: list[datetime] = []
    for field, at in (("starts", starts), ("ends", ends)):
        try:
            moments.append(moment(day, at))
        except ClockSkips:
            found.append(Refusal(field, "clock-skips"))
        except ClockRepeats:
            found.append(Refusal(field, "clock-repeats"))
    if found:
        return None, found
    made = Slot(moments[0], moments[1])
    return (None, found) if (found := check_slot(made)) else (made, [])


def check_slot(made: Slot) -> list[Refusal]:
    """An appointment ends after it begins, and on a human scale."""
    if made.ends.astimezone(UTC) <= made.starts.astimezone(UTC):
        return [Refusal("ends", "ends-before-start")]
    if made.ends.astimezone(UTC) - made.starts.astimezone(UTC) > LONGEST:
        return [Refusal("ends", "too-long", params={"hours": LONGEST.seconds // 3600})]
    return []


def check_future(made: Slot, now: datetime) -> list[Refusal]:
    return [Refusal("day", "past")] if made.starts <= now else []


@dataclass(frozen=True)
class Booking:
    """What is booked already: whose time it takes."""

    id: int
    slot: Slot
    workers: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()
    room: str = ""


@dataclass(frozen=True)
class Clash:
    """Somebody or something booked twice. ``kind``: worker, person or room; ``who`` is the id, None for a room."""

    kind: str
    who: int | None
    with_id: int


def clashes(wanted: Booking, others: Iterable[Booking]) -> list[Clash]:
    """Everything that ``wanted`` would book a second time. The same both ways round; never with itself."""
    found = []
    for other in others:
        if other.id == wanted.id or not wanted.slot.overlaps(other.slot):
            continue
        found += [Clash("worker", who, other.id) for who in sorted(wanted.workers & other.workers)]
        found += [Clash("person", who, other.id) for who in sorted(wanted.persons & other.persons)]
        if wanted.room and same_room(wanted.room, other.room):
            found.append(Clash("room", None, other.id))
    return found


def same_room(one: str, other: str) -> bool:
    """Rooms are named by hand: capitals and spaces make no other room."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def cancelled_in_time(starts_at: datetime, cancelled_at: datetime, hours: int) -> bool:
    """Whether at least ``hours`` are left."""
    return cancelled_at.astimezone(UTC) <= starts_at.astimezone(UTC) - timedelta(hours=hours)


# --- Absence without telling (681/2023 § 32a) ---------------------------------------------------------------------------


class Absent(StrEnum):
    """What must hold for a no-show fee, one by one."""

    ACT = "act"
    """The Act of 2023 is in force on the booked day; the Act of 2010 knows no fee."""
    NO_SHOW = "no-show"
    """The client stayed away without telling."""
    WARNED = "warned"
    """Told of the fee on an earlier day."""
    ADULT = "adult"
    COST = "cost"
    """Interpretation was ordered and cost something."""


@dataclass(frozen=True)
class Absence:
    """The facts of one absence."""

    booked_on: date
    stayed_away: bool
    born: date | None
    warned_on: date | None
    """The first day on which the client had been told of the fee."""
    cost_eur: Decimal | None


@dataclass(frozen=True)
class Condition:
    id: Absent
    met: bool


@dataclass(frozen=True)
class FeeAnswer:
    """Whether a fee may be considered; a person still weighs whether it is reasonable and decides."""

    conditions: tuple[Condition, ...]
    most_eur: Decimal
    """The largest sum that could be charged; 0 when a condition is not met."""
    earliest_due: date | None

    @property
    def possible(self) -> bool:
        return all(condition.met for condition in self.conditions)

    @property
    def missing(self) -> tuple[Absent, ...]:
        return tuple(condition.id for condition in self.conditions if not condition.met)


def fee_answer(absence: Absence) -> FeeAnswer:
    """681/2023 § 32a applied to one absence. Whoever's birth date is not known is not charged."""
    try:
        terms = law.no_show_terms(absence.booked_on)
        earliest = law.no_show_fee_due(absence.booked_on).due
    except law.RuleNotInForce:
        return FeeAnswer((Condition(Absent.ACT, False),), Decimal(0), None)
    adult = (
        absence.born is not None and law.add_months(absence.born, 12 * terms.adult_years) <= absence.booked_on
    )
    cost = absence.cost_eur or Decimal(0)
    answer = FeeAnswer(
        (
            Condition(Absent.ACT, True),
            Condition(Absent.NO_SHOW, absence.stayed_away),
            Condition(Absent.WARNED, absence.warned_on is not None and absence.warned_on < absence.booked_on),
            Condition(Absent.ADULT, adult),
            Condition(Absent.COST, cost > 0),
        ),
        min(cost, terms.max_eur),
        earliest,
    )
    return answer if answer.possible else FeeAnswer(answer.conditions, Decimal(0), earliest)


def check_amount(amount: Decimal, answer: FeeAnswer) -> list[Refusal]:
    if amount <= 0:
        return [Refusal("amount_eur", "amount-none")]
    if amount > answer.most_eur:
        return [Refusal("amount_eur", "amount-over", params={"most": euros(answer.most_eur)})]
    return []


def check_due(due_on: date, decided_on: date, answer: FeeAnswer) -> list[Refusal]:
    """Not before the law's earliest day, nor before the decision."""
    earliest = max(answer.earliest_due or decided_on, decided_on)
    return [Refusal("due_on", "due-early", params={"earliest": earliest})] if due_on < earliest else []


def euros(amount: Decimal) -> str:
    """56,70"""
    return f"{amount:.2f}".replace(".", ",")


# --- Reminders --------------------------------------------------------------------------------------------------------


def remind_days(today: date, working_days: int) -> Sequence[date]:
    """Days whose appointments are reminded of today: up to ``working_days`` working days ahead, days off included.

    All of them, not the last alone: a time booked at short notice is reminded of too. Whoever was told is not told again.
    """
    last = law.add_working_days(today, working_days)
    return [today + timedelta(days=number) for number in range(1, (last - today).days + 1)]
