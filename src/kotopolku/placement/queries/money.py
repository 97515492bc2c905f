"""For whom a municipality is compensated, and the lines of a year; facts come from arrivals and from ``Compensated``.

A county is paid for those who live in its municipalities: its lines come from the same facts. Not for: the rules
(``compensation.py``), costs (``queries.costs``), claims against the law (``queries.reconciliation``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
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
from kotopolku.placement.queries import costs as cost_queries
from kotopolku.placement.queries.costs import CostAhead, CostLine
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

    municipality_code: str
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
        """Lines paid to the municipality itself, as a municipality; Helsinki's other part is the county's."""
        return tuple(line for line in self.lines if line.receiver in OWN)

    @property
    def euros(self) -> Decimal:
        return total(self.own)

    @property
    def not_paid(self) -> bool:
        return any(line.kind is Kind.NOT_PAID for line in self.lines)


OWN = (Receiver.MUNICIPALITY, Receiver.ALAND_MUNICIPALITY)


@dataclass(frozen=True)
class UnclaimedLine:
    """A line worth something that stands in no claim."""

    resident: Resident
    line: Line

    @property
    def kind(self) -> Kind:
        return self.line.kind

    @property
    def euros(self) -> Decimal:
        return self.line.euros


@dataclass(frozen=True)
class UnclaimedCost:
    """A cost that stands in no claim."""

    cost: CostLine

    @property
    def kind(self) -> Kind:
        return self.cost.kind

    @property
    def euros(self) -> Decimal:
        return self.cost.cost.euros


Unclaimed = UnclaimedLine | UnclaimedCost


@dataclass(frozen=True)
class Year:
    """A municipality's or a county's year: what the law gives by person and receiver, costs, and how the money has gone."""

    year: int
    payee: Organisation
    receiver: Receiver
    """As what the payee is paid for its costs."""
    people: tuple[PersonYear, ...]
    sums: Mapping[tuple[Receiver, str], Decimal]
    own_euros: Decimal
    county_euros: Decimal
    costs: tuple[CostLine, ...]
    ahead: tuple[CostAhead, ...]
    claims: tuple[Claim, ...]
    claim_by: Due
    assessments_by: Due
    recovery_by: Due
    unclaimed: tuple[Unclaimed, ...]

    @property
    def unclaimed_euros(self) -> Decimal:
        return sum((one.euros for one in self.unclaimed), NOTHING)

    @property
    def costs_euros(self) -> Decimal:
        """Costs that the law lets be compensated."""
        return sum((one.cost.euros for one in self.costs if one.fits), NOTHING)

    @property
    def ahead_euros(self) -> Decimal:
        """What of agreed costs is still ahead in the year."""
        return sum((one.ahead.euros for one in self.ahead), NOTHING)

    @property
    def problems(self) -> tuple[Resident, ...]:
        return tuple(one.resident for one in self.people if one.resident.problem)

    @property
    def to_payee(self) -> tuple[tuple[Resident, Line], ...]:
        """Every line paid to the payee itself, in both its parts."""
        return tuple(
            (one.resident, line)
            for one in self.people
            for line in one.lines
            if line.to == self.payee.area_code
        )


@dataclass(frozen=True)
class MunicipalSum:
    """What a county gets for the people of one of its municipalities."""

    municipality: Organisation
    persons: int
    days: int
    euros: Decimal
    problems: int


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


def places(municipalities: Iterable[Organisation], on: date) -> dict[str, Place]:
    """The municipalities by code, each with its county and the days of its signed agreements. One statement."""
    known = {one.pk: one for one in municipalities}
    signed = Agreement.objects.filter(
        municipality_id__in=known, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
    )
    covered: dict[int, list[Period]] = {}
    for municipality_id, days in signed.values_list("municipality_id", "days"):
        period = Period(days.lower, days.upper - ONE_DAY if days.upper else date.max)
        covered.setdefault(municipality_id, []).append(period)
    found = {}
    for one in known.values():
        areas = reference.areas_of(one.area_code, on)
        county = areas.wellbeing_area or ""
        kind = Area.ALAND if areas.is_aland else Area.HELSINKI if county == HELSINKI_AREA else Area.MAINLAND
        there = tuple(covered.get(one.pk, ()))
        found[one.area_code] = Place(one.area_code, kind, county or areas.region, there)
    return found


def place(municipality: Organisation, on: date) -> Place:
    """One of them."""
    return places([municipality], on)[municipality.area_code]


def residents(viewer: Viewer, municipality: Organisation) -> list[Resident]:
    """Everybody for whom the municipality is compensated or may be, by client number."""
    return residents_of(viewer, [municipality])


def residents_of(viewer: Viewer, municipalities: Iterable[Organisation]) -> list[Resident]:
    """Those of several municipalities, by municipality and client number. Three statements."""
    codes = {one.pk: one.area_code for one in municipalities}
    rows = list(Compensated.objects.filter(municipality_id__in=codes).select_related("parent"))
    found = [_recorded(row, codes[row.municipality_id]) for row in rows]
    taken = {row.relationship_id for row in rows}
    found += _arrived(viewer, codes, taken)
    return sorted(found, key=lambda one: (one.municipality_code, one.client_number))


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
    return Resident(code, row.relationship_id, row.person_id, row.client_number, placed, row)


def _arrived(viewer: Viewer, codes: Mapping[int, str], taken: set[int]) -> list[Resident]:
    """Members of arrived cases of whom nothing else has been written down. Birth dates are read for the calculation only."""
    arrivals = (
        Arrival.objects.filter(municipality_id__in=codes)
        .exclude(arrived_on=None)
        .values_list("municipality_id", "relationships", "arrived_on", "case__group")
    )
    wanted = {
        int(relationship_id): (codes[municipality_id], arrived_on, group)
        for municipality_id, relationships, arrived_on, group in arrivals
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
        code, arrived_on, group = wanted[relationship_id]
        placed = None
        if born is not None:
            placed = Placed(number, born, BASIS_OF_GROUP[group], arrived_on, (Stay(code, arrived_on),))
        problem = "" if placed else "no-birth-date"
        found.append(Resident(code, relationship_id, person_id, number, placed, problem=problem))
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


def municipalities_of(county: Organisation, on: date) -> "QuerySet[Organisation]":
    """The municipalities of a wellbeing services county that exist on the day, by name."""
    codes = [one.code for one in reference.municipalities_in(county.area_kind, county.area_code, on)]
    rows = Organisation.objects.filter(
        kind=OrganisationKind.MUNICIPALITY, valid__contains=on, area_code__in=codes
    )
    return rows.order_by("sort_key_fi", "code")


def _people(
    viewer: Viewer, payee: Organisation, year: int, claimed_on: date | None
) -> tuple[list[PersonYear], Mapping[str, Place]]:
    """The lines of those who live with the payee. For a county: only the lines paid to it, municipality by municipality.

    The county is paid for people of whom its municipalities keep the facts, which are read for it past row security:
    sums and client numbers, no name.
    """
    county = payee.kind == OrganisationKind.WELLBEING
    if county:
        municipalities = list(municipalities_of(payee, viewer.day))
        with seeing_all(viewer):
            there, everybody = places(municipalities, viewer.day), residents_of(viewer, municipalities)
    else:
        there, everybody = places([payee], viewer.day), residents(viewer, payee)
    people = []
    for resident in everybody:
        lines, problem = lines_of(resident, year, there[resident.municipality_code], claimed_on)
        if county:
            lines = tuple(line for line in lines if line.to == payee.area_code)
        if lines or problem:
            people.append(PersonYear(replace(resident, problem=problem), lines))
    return people, there


def year(viewer: Viewer, payee: Organisation, year: int, *, claimed_on: date | None = None) -> Year:
    """The year of a municipality or a county. ``claimed_on``: as if claimed on the day, else as paid in its time."""
    people, there = _people(viewer, payee, year, claimed_on)
    every = [line for one in people for line in one.lines]
    claims = tuple(
        access.claims(viewer)
        .filter(claimant=payee, year=year)
        .prefetch_related("payments", "recoveries")
        .order_by("number")
    )
    costs, ahead = cost_queries.of_year(viewer, payee.pk, year)
    county = payee.kind == OrganisationKind.WELLBEING
    return Year(
        year=year,
        payee=payee,
        receiver=Receiver.COUNTY if county else there[payee.area_code].receivers()[0][0],
        people=tuple(people),
        sums=totals(every),
        own_euros=total(line for line in every if county or line.receiver in OWN),
        county_euros=total(line for line in every if line.receiver not in OWN),
        costs=costs,
        ahead=ahead,
        claims=claims,
        claim_by=claim_by(Kind.CALCULATED, year, viewer.day),
        assessments_by=claim_by(Kind.ASSESSMENT, year, viewer.day),
        recovery_by=recovery_by(year, viewer.day),
        unclaimed=_unclaimed(people, costs, claims, payee.area_code),
    )


Key = tuple[int | None, str, str, date]


def key_of(resident: Resident, line: Line) -> Key:
    """By what a line and the claim's line are the same."""
    return resident.relationship_id, line.kind.value, line.receiver.value, line.period.first


def _unclaimed(
    people: Iterable[PersonYear], costs: Iterable[CostLine], claims: Iterable[Claim], code: str
) -> tuple[Unclaimed, ...]:
    """What is worth something to the payee and stands in no claim that is still standing."""
    standing = [claim.pk for claim in claims if claim.state != ClaimState.WITHDRAWN]
    claimed = set(
        ClaimLine.objects.filter(claim_id__in=standing, cost=None).values_list(
            "relationship_id", "kind", "receiver", "first"
        )
    )
    found: list[Unclaimed] = [
        UnclaimedLine(one.resident, line)
        for one in people
        for line in one.lines
        if line.euros and line.to == code and key_of(one.resident, line) not in claimed
    ]
    found += [UnclaimedCost(one) for one in costs if one.fits and not one.claimed]
    return tuple(found)


def by_municipality(viewer: Viewer, found: Year) -> list[MunicipalSum]:
    """A county's year by municipality."""
    sums = []
    for municipality in municipalities_of(found.payee, viewer.day):
        people = [one for one in found.people if one.resident.municipality_code == municipality.area_code]
        if not people:
            continue
        lines = [line for one in people for line in one.lines]
        sums.append(
            MunicipalSum(
                municipality,
                sum(1 for one in people if one.lines),
                sum(line.days for line in lines if line.kind is Kind.CALCULATED),
                total(lines),
                sum(1 for one in people if one.resident.problem),
            )
        )
    return sums


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


def grantable(claim: Claim) -> Decimal:
    """What can be granted of the claim at most: its lines after cuts."""
    return sum((line.euros - line.cut for line in claim.lines.all()), NOTHING)
