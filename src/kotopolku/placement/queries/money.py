"""For whom a municipality is compensated, and the lines of a year; facts come from arrivals and from ``Compensated``.

Not for: the rules (``compensation.py``), claims and payments as written (``access.claims``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.access import seeing_all
from kotopolku.clients.models import Relationship
from kotopolku.law import Due, Period
from kotopolku.law.compensation import Basis, Receiver
from kotopolku.placement import access
from kotopolku.placement.compensation import (
    Area,
    ImpossibleFacts,
    Kind,
    Line,
    Parent,
    Place,
    Placed,
    Stay,
    claim_by,
    compensation,
    recovery_by,
    total,
    totals,
)
from kotopolku.placement.models import (
    Agreement,
    AgreementState,
    Arrival,
    Claim,
    ClaimLine,
    ClaimState,
    Compensated,
    Group,
)
from kotopolku.reference import queries as reference

HELSINKI_AREA = "90"
ONE_DAY = timedelta(days=1)
NOTHING = Decimal("0.00")
BASIS_OF_GROUP = {
    Group.QUOTA.value: Basis.QUOTA,
    Group.ASYLUM.value: Basis.PROTECTION,
    Group.TEMPORARY.value: Basis.TEMPORARY,
    Group.MINOR.value: Basis.PROTECTION,
}


@dataclass(frozen=True)
class Resident:
    """One person for whom the municipality is compensated. ``problem``: what is missing before it can be counted."""

    relationship_id: int
    person_id: int
    client_number: str
    placed: Placed | None
    row: Compensated | None = None
    problem: str = ""


@dataclass(frozen=True)
class PersonYear:
    resident: Resident
    lines: tuple[Line, ...]

    @property
    def own(self) -> tuple[Line, ...]:
        """Lines paid to the municipality itself."""
        return tuple(line for line in self.lines if line.receiver in OWN)

    @property
    def euros(self) -> Decimal:
        return total(self.own)

    @property
    def not_paid(self) -> bool:
        return any(line.kind is Kind.NOT_PAID for line in self.lines)


OWN = (Receiver.MUNICIPALITY, Receiver.ALAND_MUNICIPALITY)


@dataclass(frozen=True)
class Year:
    """A municipality's year: what the law gives by person and receiver, and how the money has gone."""

    year: int
    people: tuple[PersonYear, ...]
    sums: Mapping[tuple[Receiver, str], Decimal]
    own_euros: Decimal
    county_euros: Decimal
    claims: tuple[Claim, ...]
    claim_by: Due
    assessments_by: Due
    recovery_by: Due
    unclaimed: tuple[tuple[Resident, Line], ...]

    @property
    def unclaimed_euros(self) -> Decimal:
        return total(line for _resident, line in self.unclaimed)

    @property
    def problems(self) -> tuple[Resident, ...]:
        return tuple(one.resident for one in self.people if one.resident.problem)


@dataclass(frozen=True)
class Reconciled:
    """A claim's money: claimed, granted, paid, to be paid back, and what is still open."""

    claimed: Decimal
    granted: Decimal | None
    paid: Decimal
    recovered: Decimal

    @property
    def open(self) -> Decimal:
        """Granted and not paid; negative when more was paid than granted."""
        return NOTHING if self.granted is None else self.granted - self.paid


def place(municipality: Organisation, on: date) -> Place:
    """The municipality with its county and the days of its signed agreements."""
    areas = reference.areas_of(municipality.area_code, on)
    county = areas.wellbeing_area or ""
    kind = Area.ALAND if areas.is_aland else Area.HELSINKI if county == HELSINKI_AREA else Area.MAINLAND
    signed = Agreement.objects.filter(
        municipality=municipality, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
    )
    covered = tuple(
        Period(days.lower, days.upper - ONE_DAY if days.upper else date.max)
        for days in signed.values_list("days", flat=True)
    )
    return Place(municipality.area_code, kind, county or areas.region, covered)


def residents(viewer: Viewer, municipality: Organisation) -> list[Resident]:
    """Everybody for whom the municipality is compensated or may be, by client number."""
    rows = list(
        Compensated.objects.filter(municipality=municipality)
        .select_related("parent")
        .order_by("client_number")
    )
    found = [_recorded(row, municipality.area_code) for row in rows]
    taken = {row.relationship_id for row in rows}
    found += _arrived(viewer, municipality, taken)
    return sorted(found, key=lambda one: one.client_number)


def _recorded(row: Compensated, code: str) -> Resident:
    parent = row.parent
    placed = Placed(
        key=row.client_number,
        born=row.born,
        basis=Basis(row.basis),
        first_municipality=row.first_municipality_on,
        stays=(Stay(code, row.lives_from, row.lives_until),),
        citizen_from=row.citizen_from,
        parent=Parent(parent.first_municipality_on, Basis(parent.basis)) if parent else None,
        assessed_on=row.assessed_on,
    )
    return Resident(row.relationship_id, row.person_id, row.client_number, placed, row)


def _arrived(viewer: Viewer, municipality: Organisation, taken: set[int]) -> list[Resident]:
    """Members of arrived cases of whom nothing else has been written down. Birth dates are read for the calculation only."""
    arrivals = (
        Arrival.objects.filter(municipality=municipality)
        .exclude(arrived_on=None)
        .values_list("relationships", "arrived_on", "case__group")
    )
    wanted = {
        int(relationship_id): (arrived_on, group)
        for relationships, arrived_on, group in arrivals
        for relationship_id in relationships.values()
        if arrived_on is not None and int(relationship_id) not in taken
    }
    with seeing_all(viewer):
        rows = list(
            Relationship.objects.filter(pk__in=wanted).values_list(
                "id", "person_id", "case_number", "person__birth_date"
            )
        )
    found = []
    for relationship_id, person_id, number, born in rows:
        arrived_on, group = wanted[relationship_id]
        placed = None
        if born is not None:
            stay = Stay(municipality.area_code, arrived_on)
            placed = Placed(number, born, BASIS_OF_GROUP[group], arrived_on, (stay,))
        found.append(
            Resident(relationship_id, person_id, number, placed, problem="" if placed else "no-birth-date")
        )
    return found


def lines_of(
    resident: Resident, year: int, place: Place, claimed_on: date | None
) -> tuple[tuple[Line, ...], str]:
    """The resident's lines, or none and the reason why they cannot be counted."""
    if resident.placed is None:
        return (), resident.problem
    try:
        return tuple(compensation(resident.placed, year, {place.code: place}, claimed_on)), ""
    except ImpossibleFacts as refused:
        return (), refused.code


def year(viewer: Viewer, municipality: Organisation, year: int, *, claimed_on: date | None = None) -> Year:
    """The municipality's year. ``claimed_on``: as if claimed on the day, else as paid in its time."""
    there = place(municipality, viewer.day)
    people = []
    for resident in residents(viewer, municipality):
        lines, problem = lines_of(resident, year, there, claimed_on)
        if lines or problem:
            shown = replace(resident, problem=problem)
            people.append(PersonYear(shown, lines))
    every = [line for one in people for line in one.lines]
    claims = tuple(
        access.claims(viewer)
        .filter(municipality=municipality, year=year)
        .prefetch_related("payments", "recoveries")
        .order_by("number")
    )
    return Year(
        year=year,
        people=tuple(people),
        sums=totals(every),
        own_euros=total(line for line in every if line.receiver in OWN),
        county_euros=total(line for line in every if line.receiver not in OWN),
        claims=claims,
        claim_by=claim_by(Kind.CALCULATED, year, viewer.day),
        assessments_by=claim_by(Kind.ASSESSMENT, year, viewer.day),
        recovery_by=recovery_by(year, viewer.day),
        unclaimed=_unclaimed(people, claims, there),
    )


def _unclaimed(
    people: Iterable[PersonYear], claims: Iterable[Claim], there: Place
) -> tuple[tuple[Resident, Line], ...]:
    """Lines worth something to the municipality that stand in no claim that is still standing."""
    standing = [claim.pk for claim in claims if claim.state != ClaimState.WITHDRAWN]
    claimed = set(
        ClaimLine.objects.filter(claim_id__in=standing).values_list(
            "relationship_id", "kind", "receiver", "first"
        )
    )
    return tuple(
        (one.resident, line)
        for one in people
        for line in one.lines
        if line.euros
        and line.to == there.code
        and (one.resident.relationship_id, line.kind.value, line.receiver.value, line.period.first)
        not in claimed
    )


def resident(viewer: Viewer, municipality: Organisation, relationship_id: int) -> Resident:
    """One of them. Raises ``NotVisible``."""
    found = (one for one in residents(viewer, municipality) if one.relationship_id == relationship_id)
    if (one := next(found, None)) is None:
        raise NotVisible
    return one


def reconciled(claim: Claim) -> Reconciled:
    """How the claim's money has gone."""
    decision = getattr(claim, "decision", None)
    return Reconciled(
        claimed=claim.euros,
        granted=decision.euros if decision else None,
        paid=sum((one.euros for one in claim.payments.all()), NOTHING),
        recovered=sum((one.euros for one in claim.recoveries.all()), NOTHING),
    )
