"""What the shared space checks, as pure functions over plain values; no section of an Act is behind these.

Not for: rights (``access.py``), words of notices.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

LONGEST_BODY = 50_000
MOST_PLACES = 5_000
ANSWER_DAYS = 14
"""In so many days the centre of expertise answers. Our own target."""
NEEDS_KEPT_DAYS = 14
"""So long after a seminar what people eat and need is kept. Our own rule."""


@dataclass(frozen=True)
class BulletinContent:
    """A bulletin as it is written."""

    title: str
    body: str
    language: str = "fi"
    everybody: bool = False
    organisations: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    answer_by: date | None = None
    acknowledge: bool = False
    regions: tuple[str, ...] = ()
    """Codes of regions that kinds and duties are narrowed to."""
    bodies: tuple[int, ...] = ()
    """Own bodies whose members, or deputies, of the day of sending are addressed."""
    topics: tuple[str, ...] = ()
    guidance: bool = False
    """A letter by which a region guides (681/2023 § 55)."""

    @property
    def has_receivers(self) -> bool:
        return bool(self.everybody or self.organisations or self.kinds or self.duties or self.bodies)


@dataclass(frozen=True)
class MaterialContent:
    """A material or good practice as it is written."""

    kind: str
    topic: str
    title: str
    summary: str
    body: str = ""
    language: str = "fi"
    link: str = ""
    made_by_words: str = ""
    tried: str = ""


@dataclass(frozen=True)
class ProjectContent:
    name: str
    goal: str
    topic: str
    starts_on: date
    ends_on: date | None
    funding: str
    contact_id: int | None = None
    partners: tuple[int, ...] = ()
    others: str = ""
    link: str = ""


@dataclass(frozen=True)
class SeminarContent:
    """A seminar as it is planned; the times are of Finland."""

    title: str
    topic: str
    starts_at: datetime
    ends_at: datetime
    attending: str
    places: int
    register_by: date
    body: str = ""
    language: str = "fi"
    place: str = ""
    link: str = ""
    asks_needs: bool = False


@dataclass(frozen=True)
class Chosen:
    """What a reader wants the weekly summary to hold: codes of topics and of regions; none of a sort means all."""

    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.topics or self.regions)

    def holds(self, topics: Collection[str], regions: Collection[str] = ()) -> bool:
        """Whether a thing is wanted. One without a topic is about all of them, one without regions concerns the country."""
        return _meet(self.topics, topics) and _meet(self.regions, regions)


def _meet(wanted: frozenset[str], given: Collection[str]) -> bool:
    return not wanted or not given or not wanted.isdisjoint(given)


@dataclass(frozen=True)
class Fresh:
    """One thing that came in a week and that everybody at work sees. ``kind``: a field of ``Weekly``."""

    kind: str
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weekly:
    """What is new in a week for one seat."""

    bulletins: int = 0
    materials: int = 0
    seminars: int = 0
    answers: int = 0
    hearings: int = 0
    """In which the seat's organisation is asked."""
    positions: int = 0
    guidelines: int = 0

    @property
    def total(self) -> int:
        common = self.materials + self.seminars + self.answers + self.positions + self.guidelines
        return self.bulletins + self.hearings + common


@dataclass(frozen=True)
class SentBulletin:
    """To whom one bulletin went, and what it is about."""

    organisations: frozenset[int]
    roles: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    """To which it was narrowed; none when it went to somebody by name too."""
    asks: bool = False
    """It guides, or wants an answer or a sign that it was read: it comes whatever was chosen."""

    def reaches(self, organisation_id: int, role: str) -> bool:
        return organisation_id in self.organisations and (not self.roles or role in self.roles)

    def is_wanted(self, chosen: Chosen) -> bool:
        return self.asks or chosen.holds(self.topics, self.regions)


EVERYTHING = Chosen()


def common_of(fresh: Iterable[Fresh], chosen: Chosen = EVERYTHING) -> Weekly:
    """How much of each kind there is of what everybody sees and the reader wants."""
    return Weekly(**Counter(one.kind for one in fresh if chosen.holds(one.topics, one.regions)))


def weekly(
    sent: Iterable[SentBulletin],
    organisation_id: int,
    role: str,
    common: Weekly,
    hearings: int = 0,
    chosen: Chosen = EVERYTHING,
) -> Weekly:
    """What a seat has new: wanted bulletins that reach it, hearings of its organisation, and what everybody sees."""
    reached = sum(one.reaches(organisation_id, role) and one.is_wanted(chosen) for one in sent)
    return replace(common, bulletins=reached, hearings=hearings)


def words_of(*texts: str) -> str:
    """Texts as they are searched: small letters, single spaces."""
    return " ".join(" ".join(texts).lower().split())


def searched(typed: str) -> list[str]:
    """The words that are sought, at most ten."""
    return typed.lower().split()[:10]
