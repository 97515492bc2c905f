"""What the pages, the exports and the API read about clients, each in a bounded number of statements.

Not for writing (``actions``). SIGNATURES FIRST: being filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import (
    Assessment, Clock, Consent, Extension, FormDraft, Goal, HouseholdMember, Interruption, JobseekerPeriod, Measure, Permit, Person,
    Plan, PlanVersion, ProtectedContact, Relationship, Responsibility, Review,
)
from kotopolku.clients.rules import Difference, NewClient, PersonContent, PlanContent, Refusal, Stage

PAGE_SIZE = 50


def refusal_text(refusal: Refusal) -> str:
    """The refusal as a sentence in the language in use; days written as the language writes them."""


@dataclass(frozen=True)
class ClientFilters:
    """Filters of the client list, as in the address. Empty means no filter."""

    q: str = ""
    stage: str = ""
    """A ``rules.Stage``; by default ended clients are left out unless ``ended``."""
    worker: str = ""
    """mine, team, none, or "" for all."""
    language: str = ""
    deadline: str = ""
    """late, week (7 days), month (31 days)."""
    municipality: str = ""
    """Never finds a person under a non-disclosure order."""
    year: str = ""
    """Year in which the relationship began."""
    gap: str = ""
    """An id of ``Gap``: no-assessment, no-plan, not-referred, review-late, longest-time, data-stale."""
    ended: bool = False
    """True: only ended relationships; False: only those not ended."""


@dataclass(frozen=True)
class ClientRow:
    relationship_id: int
    person_id: int
    case_number: str
    name: str
    """Family name first, as the list is ordered: "Malli, Aino"."""
    birth_year: int | None
    service_language: str
    worker_id: int | None
    worker_name: str
    stage: Stage
    protected: bool
    """Under a non-disclosure order on the day."""
    started_on: date
    next_clock: Clock | None
    """The open clock with the nearest last day; None when none runs."""
    days_left: int | None


@dataclass(frozen=True)
class ClientPage:
    """One page of the list. ``number`` counts from 1."""

    rows: list[ClientRow]
    number: int
    has_next: bool
    has_previous: bool


def client_list(viewer: Viewer, filters: ClientFilters, *, sort: str = "name", page: int = 1) -> ClientPage:
    """Up to 50 clients of the viewer's authority in ≤ 3 statements. ``sort``: name, -name, due, started, -started."""


@dataclass(frozen=True)
class DuplicateMatch:
    """A possible duplicate. ``name`` and ``relationship_id`` only if the viewer may see the person; else only whom to ask."""

    why: str
    """identity-code, name-birth (same phonetic name and birth date) or similar (like name, same birth date)."""
    authority: str
    relationship_id: int | None
    name: str
    case_number: str


def duplicates(viewer: Viewer, person: PersonContent) -> list[DuplicateMatch]:
    """Possible duplicates in the whole register (looks as the system, shows only what the viewer may see). ≤ 10."""


@dataclass(frozen=True)
class AuthorityAnswer:
    """Who answers by law for a client of one municipality on one day."""

    organisation_id: int
    code: str
    name: str
    duty: str
    section: str
    """With the Act: "681/2023 § 3"."""
    explanation: list[tuple[str, str]]
    """Lines (text, source) in the language in use."""
    is_own: bool
    """It is the viewer's own authority."""


def who_answers_for(viewer: Viewer, *, municipality: str, jobseeker: bool, on: date) -> AuthorityAnswer:
    """Preview for the register form. Raises ``rules.Refusals`` (unknown municipality for that year; no authority, as on Åland)."""


@dataclass(frozen=True)
class GoalView:
    goal: Goal
    measures: list[Measure]


@dataclass(frozen=True)
class PlanView:
    """The plan of the client page."""

    plan: Plan
    goals: list[GoalView]
    reviews: list[Review]
    """Newest first."""
    interruptions: list[Interruption]
    extensions: list[Extension]
    version_number: int
    content: PlanContent


@dataclass(frozen=True)
class Event:
    """One happening on the client's path, for short lists; the whole timeline is the journal's."""

    on: date
    kind: str


@dataclass(frozen=True)
class ClientDetail:
    """All that the client page shows, ≤ 7 statements. Contact is None when hidden by a non-disclosure order."""

    relationship: Relationship
    person: Person
    responsibility: Responsibility
    worker_name: str
    authority_name: str
    stage: Stage
    protected: bool
    contact: ProtectedContact | None
    permits: list[Permit]
    household: list[HouseholdMember]
    """Members valid on the day, the client left out; ``.person`` is loaded."""
    jobseeker: JobseekerPeriod | None
    """The period that covers the day."""
    consents: list[Consent]
    assessment: Assessment | None
    plan: PlanView | None
    clocks: list[Clock]
    """Open on the day, nearest last day first, those without a day last."""
    closed_clocks: list[Clock]
    drafts: dict[str, FormDraft]
    """The viewer's own unsaved drafts by form name."""


def client_page(viewer: Viewer, relationship_id: int) -> ClientDetail:
    """Raises ``NotVisible``."""


@dataclass(frozen=True)
class DueRow:
    """One deadline of My work."""

    clock: Clock
    relationship_id: int
    person_name: str
    case_number: str
    worker_name: str
    days_left: int | None
    """Negative when late; None for "without delay"."""
    group: str
    """late, today, week or later."""


def deadlines(viewer: Viewer, scope: str = "own", *, limit: int = 100) -> list[DueRow]:
    """Open clocks with a last day, late first; scope own, team or organisation. Validity clocks only when within 90 days."""


@dataclass(frozen=True)
class DayCount:
    day: date
    due: int


def two_weeks(viewer: Viewer, scope: str = "own") -> list[DayCount]:
    """How many deadlines end on each of the next ten working days (the first is today or the next working day)."""


@dataclass(frozen=True)
class Gap:
    """Something missing. ``query`` is the client list's query string that shows it."""

    id: str
    count: int
    """At most 1000 is counted."""
    capped: bool
    query: str


def gaps(viewer: Viewer, scope: str = "own") -> list[Gap]:
    """no-assessment, no-plan, not-referred, review-late, longest-time (ends in 90 days), data-stale. One statement."""


@dataclass(frozen=True)
class RecentRow:
    relationship_id: int
    name: str
    case_number: str
    opened_at: datetime


def recent(viewer: Viewer, limit: int = 8) -> list[RecentRow]:
    """Clients that the user opened last and may still see."""


EXPORT_LIMIT = 20_000


@dataclass(frozen=True)
class ExportRow:
    """One row of an export; the same rights and filters as the list, never a municipality of a protected person."""

    case_number: str
    family_name: str
    given_names: str
    birth_date: date | None
    service_language: str
    municipality: str
    stage: Stage
    worker_name: str
    started_on: date
    next_rule: str
    next_due: date | None
    protected: bool
    person_id: int


def export_rows(viewer: Viewer, filters: ClientFilters) -> Iterator[ExportRow]:
    """At most ``EXPORT_LIMIT`` rows, read in portions. Needs CLIENT_EXPORT; the caller records ``actions.record_export``."""


def plan_versions(viewer: Viewer, relationship_id: int) -> list[PlanVersion]:
    """Newest first, ``.saved_by`` loaded."""


def plan_differences(viewer: Viewer, relationship_id: int, from_number: int, to_number: int) -> list[Difference]:
    """Raises ``NotVisible`` for a version that does not exist."""


@dataclass(frozen=True)
class CountRow:
    """Counts of one municipality; None = hidden because too few people or to protect another cell."""

    municipality: str
    name: str
    clients: int | None
    with_plan: int | None
    late: int | None


def counts(viewer: Viewer, area_kind: str = "", area_code: str = "") -> list[CountRow]:
    """Counts by municipality for COUNTS_VIEW: no persons; cells under the smallest shown count hidden; protected left out."""


@dataclass(frozen=True)
class LookCase:
    """A person found for the data-protection officer: case number and person id only."""

    person_id: int
    relationship_id: int
    case_number: str


def find_for_journal(viewer: Viewer, text: str) -> list[LookCase]:
    """JOURNAL_VIEW: persons of the own organisation by case number or identity code; no names. Opens the person's journal."""


def workers(viewer: Viewer) -> list[tuple[int, str]]:
    """(user id, name) of those in the viewer's organisation on the day who do casework, for the worker select."""
