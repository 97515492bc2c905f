"""What the quality pages ask: counts in a scope, the clients of one check, its history, counts by authority.

Counts and ids are found with the rows of the whole register open and the authority in the condition; persons are then
read under row security. Not for: conditions (``checks.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Sum

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation
from kotopolku.clients import access, rules
from kotopolku.clients.access import seeing_all
from kotopolku.clients.models import Responsibility
from kotopolku.quality import engine
from kotopolku.quality.checks import Check, all_checks, checks_on
from kotopolku.quality.engine import Whose
from kotopolku.quality.models import Excuse, QualityCount, QualityRun
from kotopolku.quality.rules import shown_counts
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

PAGE_SIZE = 50
HISTORY_DAYS = 180
SCOPES = ("own", "team", "organisation")


@dataclass(frozen=True)
class Found:
    """One check and how many clients it finds; ``change`` against about a week before, None when not known."""

    check: Check
    count: int
    change: int | None = None


@dataclass(frozen=True)
class Overview:
    rows: list[Found]
    clean: list[Check]
    """Checks that find nobody."""
    counted_on: date | None
    """Day of the stored counts; None when they were counted just now."""


@dataclass(frozen=True)
class FaultyClient:
    relationship_id: int
    person_id: int
    case_number: str
    name: str
    worker_name: str
    protected: bool


@dataclass(frozen=True)
class FaultyPage:
    rows: list[FaultyClient]
    number: int
    has_next: bool


@dataclass(frozen=True)
class AuthorityCount:
    organisation: Organisation
    count: int | None
    """None: too few people to be shown."""


def check(check_id: str, on: date) -> Check:
    """The check of that id. Raises ``NotVisible``."""
    found = all_checks().get(check_id)
    if found is None or not found.in_force(on):
        raise NotVisible
    return found


def whose(viewer: Viewer, scope: str) -> Whose:
    """The clients of a scope; anything unknown is the whole authority. Needs TEAM_VIEW."""
    require(viewer, Capability.TEAM_VIEW)
    if scope == "own":
        return Whose(viewer.organisation_id, (viewer.user_id or 0,))
    if scope == "team" and viewer.seat is not None and viewer.seat.team_id is not None:
        team = Membership.objects.filter(team_id=viewer.seat.team_id, valid__contains=viewer.day)
        return Whose(viewer.organisation_id, tuple(team.values_list("user_id", flat=True)))
    return Whose(viewer.organisation_id)


def overview(viewer: Viewer, scope: str) -> Overview:
    """Counts of every check: of an own or a team's clients as they are now, of the authority as last counted."""
    clients = whose(viewer, scope)
    checks = checks_on(viewer.day)
    run = None if clients.worker_ids is not None else _last_run(viewer.day)
    if run is None:
        with seeing_all(viewer):
            now = engine.count(viewer.day, checks, clients).get(viewer.organisation_id or 0, {})
        return _sorted(checks, now, {}, None)
    now = _stored(viewer, run.day)
    before = _last_run(run.day - timedelta(days=6))
    return _sorted(checks, now, _stored(viewer, before.day) if before else {}, run.day)


def _sorted(
    checks: Iterable[Check], now: dict[str, int], then: dict[str, int], counted_on: date | None
) -> Overview:
    rows, clean = [], []
    for one in checks:
        number = now.get(one.id, 0)
        if number:
            rows.append(Found(one, number, number - then.get(one.id, 0) if then else None))
        else:
            clean.append(one)
    rows.sort(key=lambda row: (row.check.severity, -row.count))
    return Overview(rows, clean, counted_on)


def _last_run(day: date) -> QualityRun | None:
    return QualityRun.objects.filter(day__lte=day).order_by("-day").first()


def _stored(viewer: Viewer, day: date) -> dict[str, int]:
    rows = QualityCount.objects.filter(organisation_id=viewer.organisation_id or 0, day=day)
    return dict(rows.values_list("check_id", "count"))


def clients_with(viewer: Viewer, found: Check, scope: str, page: int = 1) -> FaultyPage:
    """The check's clients as they are now, by name, 50 a page."""
    clients = whose(viewer, scope)
    with seeing_all(viewer):
        ids = engine.relationships(
            found, viewer.day, clients, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE
        )
    return FaultyPage(_clients(viewer, ids[:PAGE_SIZE]), page, len(ids) > PAGE_SIZE)


def clients_after(viewer: Viewer, found: Check, after: int, limit: int) -> list[FaultyClient]:
    """The check's clients of the whole authority in the order of ids, for the API."""
    clients = whose(viewer, "organisation")
    with seeing_all(viewer):
        ids = engine.relationships(found, viewer.day, clients, limit=limit, after=after)
    return sorted(_clients(viewer, ids), key=lambda row: row.relationship_id)


def _clients(viewer: Viewer, ids: list[int]) -> list[FaultyClient]:
    """The rows of those ids that the viewer may see, in the order given. One statement."""
    rows = (
        access.responsibilities(viewer)
        .filter(relationship_id__in=ids)
        .select_related("person", "relationship", "worker")
    )
    shown = {row.relationship_id: _client(row, viewer.day) for row in rows}
    return [shown[number] for number in ids if number in shown]


def _client(row: Responsibility, day: date) -> FaultyClient:
    person = row.person
    return FaultyClient(
        row.relationship_id,
        row.person_id,
        row.relationship.case_number,
        f"{person.family_name}, {person.given_names}".strip(", "),
        row.worker.get_full_name() if row.worker else "",
        rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day),
    )


def excuses(viewer: Viewer, found: Check) -> list[Excuse]:
    """Excuses in force from one check, of clients the viewer may see."""
    require(viewer, Capability.TEAM_VIEW)
    rows = Excuse.objects.filter(check_id=found.id, withdrawn_on=None, until__gte=viewer.day)
    return list(rows.select_related("relationship", "person", "given_by").order_by("until", "id")[:PAGE_SIZE])


def history(viewer: Viewer, found: Check) -> list[tuple[date, int]]:
    """The authority's count on each day counted, the oldest first, of the last half a year."""
    require(viewer, Capability.TEAM_VIEW)
    since = viewer.day - timedelta(days=HISTORY_DAYS)
    days = QualityRun.objects.filter(day__gte=since, day__lte=viewer.day).order_by("day")
    counts = dict(
        QualityCount.objects.filter(
            organisation_id=viewer.organisation_id or 0, check_id=found.id, day__gte=since
        ).values_list("day", "count")
    )
    return [(day, counts.get(day, 0)) for day in days.values_list("day", flat=True)]


def by_authority(viewer: Viewer, found: Check) -> tuple[date | None, list[AuthorityCount]]:
    """The last counts of one check by authority of the viewer's area; small ones hidden. Needs COUNTS_VIEW."""
    require(viewer, Capability.COUNTS_VIEW)
    run = _last_run(viewer.day)
    if run is None:
        return None, []
    with seeing_all(viewer):
        counts = dict(
            QualityCount.objects.filter(day=run.day, check_id=found.id).values_list(
                "organisation_id", "count"
            )
        )
    authorities = [one for one in _authorities(viewer) if counts.get(one.pk)]
    shown = shown_counts([counts[one.pk] for one in authorities], settings.SMALLEST_SHOWN_COUNT)
    rows = [AuthorityCount(one, number) for one, number in zip(authorities, shown, strict=True)]
    return run.day, sorted(rows, key=lambda row: (-(row.count or 0), row.organisation.name))


def _authorities(viewer: Viewer) -> list[Organisation]:
    """Authorities that may have clients in the viewer's area: the own, and those of municipalities within it."""
    rows = Organisation.objects.filter(valid__contains=viewer.day)
    own = rows.filter(pk=viewer.organisation_id or 0).first()
    if own is None or own.area_kind in ("", "country"):
        return list(rows)
    if own.area_kind not in AreaKind.values:
        return [own]
    places = reference.municipalities_in(own.area_kind, own.area_code, viewer.day)
    codes = {place.code for place in places}
    areas = {reference.areas_of(code, viewer.day).employment_area for code in codes}
    return [
        one
        for one in rows
        if one.pk == own.pk
        or (one.area_kind == "municipality" and one.area_code in codes)
        or (one.area_kind == "employment_area" and one.area_code in areas)
    ]


def totals(viewer: Viewer, day: date) -> dict[str, int]:
    """All clients of each check on a day counted, zero included. For operators (COUNTS_VIEW of everything)."""
    require(viewer, Capability.COUNTS_VIEW)
    with seeing_all(viewer):
        rows = QualityCount.objects.filter(day=day).values_list("check_id").annotate(Sum("count"))
        found = dict(rows)
    return {one.id: found.get(one.id, 0) for one in checks_on(day)}
