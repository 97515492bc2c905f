"""Who sits in a body on a day: seats of a term with member and deputy, who is called, how the sectors stand.

Not for: writing; e-mail addresses and interests, but for the keeper (``addresses``) and the holder.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation import rules_bodies as rules
from kotopolku.cooperation.models import BodySeat, BodyTerm, Part, SeatHolder
from kotopolku.cooperation.sectors import sector_title, sectors

ROLE_ORDER = {
    role: place
    for place, role in enumerate((rules.CHAIR, rules.VICE, rules.MEMBER, rules.SECRETARY, rules.EXPERT))
}


def term_days(term: BodyTerm) -> tuple[date, date]:
    return term.days.lower, term.last_day or date.max


def held(row: SeatHolder) -> rules.Held:
    return rules.Held(row.pk, row.part, row.name, row.days.lower, row.last_day or date.max, row.user_id)


def held_of(seat: BodySeat) -> list[rules.Held]:
    """Everybody who has or has had the seat. One statement."""
    rows = SeatHolder.objects.filter(seat=seat)
    return [held(row) for row in rows.order_by("days", "id")]


@dataclass(frozen=True)
class Line:
    """A seat on a day."""

    seat: BodySeat
    member: SeatHolder | None
    deputy: SeatHolder | None
    vacant_since: date | None
    coming: SeatHolder | None
    """Who has been named as the member for a later day."""

    @property
    def called(self) -> SeatHolder | None:
        return self.member or self.deputy

    @property
    def wants_deputy(self) -> bool:
        return self.seat.role in rules.WITH_DEPUTY and self.deputy is None


@dataclass(frozen=True)
class Named:
    """A sector with its title, its share of the seats and the seats."""

    title: str
    share: rules.Share
    lines: list[Line]


@dataclass(frozen=True)
class Composition:
    lines: list[Line]
    sectors: list[Named]
    on: date

    @property
    def vacant(self) -> int:
        return sum(one.member is None for one in self.lines)

    @property
    def called(self) -> list[Line]:
        return [one for one in self.lines if one.called is not None]


def composition(viewer: Viewer, term: BodyTerm, on: date) -> Composition:
    """The seats of a term as they stand on a day. Two statements."""
    lines = _lines(viewer, [term], on)[term.pk]
    shares = rules.balance([(one.seat.sector, one.called is not None) for one in lines])
    order = {sector: place for place, (sector, _title) in enumerate(sectors())}
    shares.sort(key=lambda one: order.get(one.sector, len(order)))
    named = [
        Named(sector_title(share.sector), share, [one for one in lines if one.seat.sector == share.sector])
        for share in shares
    ]
    return Composition(lines, named, on)


def _lines(viewer: Viewer, terms: Iterable[BodyTerm], on: date) -> dict[int, list[Line]]:
    """Seats of some terms, by term: chair first, then in the order that the keeper has given. Two statements."""
    firsts = {term.pk: term.days.lower for term in terms}
    seats = list(access.seats(viewer).filter(term__in=list(firsts)))
    seats.sort(key=lambda one: (ROLE_ORDER.get(one.role, 9), one.order, one.pk))
    people: dict[int, list[SeatHolder]] = defaultdict(list)
    for row in access.holders(viewer).filter(seat__in=[one.pk for one in seats]).order_by("days", "id"):
        people[row.seat_id].append(row)
    found: dict[int, list[Line]] = {pk: [] for pk in firsts}
    for seat in seats:
        rows = people[seat.pk]
        by_id = {row.pk: row for row in rows}
        holders = [held(row) for row in rows]
        member = rules.sitting(holders, rules.MEMBER, on)
        deputy = rules.sitting(holders, rules.DEPUTY, on)
        coming = next((row for row in rows if row.part == Part.MEMBER and row.days.lower > on), None)
        found[seat.term_id].append(
            Line(
                seat,
                by_id[member.pk] if member else None,
                by_id[deputy.pk] if deputy else None,
                rules.vacant_since(holders, firsts[seat.term_id], on),
                coming,
            )
        )
    return found


def vacancies(viewer: Viewer, terms: Iterable[BodyTerm], on: date) -> dict[int, list[Line]]:
    """Seats without a member and without anybody named for later, by term. Two statements."""
    return {
        term: [one for one in lines if one.vacant_since is not None]
        for term, lines in _lines(viewer, terms, on).items()
    }


@dataclass(frozen=True)
class Called:
    """Somebody who is called to a body on a day."""

    seat: BodySeat
    holder: SeatHolder
    as_deputy: bool


def called(viewer: Viewer, body_id: int, on: date) -> list[Called]:
    """Who is called on a day: each seat's member, or the personal deputy when the seat has no member. Three statements.

    Empty when the body has no term on the day. Addresses are not read (``addresses``).
    """
    term = access.terms(viewer).filter(body_id=body_id, days__contains=on).first()
    if term is None:
        return []
    return [
        Called(one.seat, one.called, one.member is None)
        for one in _lines(viewer, [term], on)[term.pk]
        if one.called is not None
    ]


# For the keeper ---------------------------------------------------------------------------------------------------------

AUDIENCES = ("called", "members", "deputies")


@dataclass(frozen=True)
class Reached:
    """Whom a message of the keeper reaches on a day."""

    users: list[SeatHolder]
    """Told here."""
    written: list[SeatHolder]
    """They do not sign in here, or not any more: the keeper writes to these addresses."""
    without: list[SeatHolder]
    """Neither."""

    @property
    def addresses(self) -> str:
        """To copy into an e-mail."""
        return "; ".join(dict.fromkeys(one.email for one in self.written))


def reached(viewer: Viewer, term: BodyTerm, on: date, audience: str) -> Reached:
    """Members, deputies, or who is called, on a day. Only for the keeper. Four statements."""
    lines = _lines(viewer, [term], on)[term.pk]
    chosen = [
        one.deputy if audience == "deputies" else one.member if audience == "members" else one.called
        for one in lines
    ]
    ids = [one.pk for one in chosen if one is not None]
    rows = {row.pk: row for row in access.own_holders(viewer).filter(pk__in=ids)}
    people = [rows[pk] for pk in ids]
    here = set(working(people, viewer.day).values_list("user_id", flat=True))
    others = [one for one in people if one.user_id not in here]
    return Reached(
        [one for one in people if one.user_id in here],
        [one for one in others if one.email],
        [one for one in others if not one.email],
    )


def working(holders: Iterable[SeatHolder], on: date) -> "QuerySet[Membership]":
    """Seats at work on a day of those holders who are users: who has none does not sign in here any more."""
    users = {one.user_id for one in holders if one.user_id is not None}
    return Membership.objects.filter(
        user_id__in=users, user__is_active=True, valid__contains=on, organisation__valid__contains=on
    )


def history(viewer: Viewer, seat: BodySeat) -> list[SeatHolder]:
    """Everybody who has or has had a seat, members before deputies, the newest first.

    With addresses and interests to the keeper only.
    """
    own = access.keeps(viewer, seat.term.body)
    rows = access.own_holders(viewer) if own else access.holders(viewer)
    return list(rows.filter(seat=seat).order_by("-part", "-days", "-id"))
