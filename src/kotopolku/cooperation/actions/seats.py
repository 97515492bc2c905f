"""Acts on seats of a body and on who sits on them: members and personal deputies, named, changed in mid-term, leaving.

The seat is locked for each, so that two editors cannot name two people at once. A membership gives no right of access.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Membership, date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.models import BodySeat, BodyTerm, HolderPrivate, Part, SeatHolder, SeatRole
from kotopolku.cooperation.queries.body_seats import held_of, term_days
from kotopolku.cooperation.rules_bodies import (
    ONE_DAY,
    WITH_DEPUTY,
    HolderContent,
    SeatContent,
    check_chair,
    check_seats,
    leaving,
    naming,
    other_part_is_same,
)
from kotopolku.cooperation.sectors import is_sector
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

SEAT = "cooperation.body-seat"
HOLDER = "cooperation.seat-holder"
TERM = "cooperation.body-term"
LONGEST_INTERESTS = 1_000


@transaction.atomic
def add(term_id: int, content: SeatContent, *, actor: Viewer, token: UUID | None = None) -> BodySeat:
    """A seat in a term. Raises ``Refusals``: a second chair, more members than the rule allows."""
    if (before := done_before(token, SEAT)) is not None:
        return access.own_seat(actor, before)
    term = access.own_term(actor, term_id, lock=True)
    refuse(_check(term, content, None))
    made = BodySeat(term=term)
    _write(made, content)
    made.save()
    record("cooperation.seat.added", actor=actor, object=(SEAT, made.pk), token=token)
    return made


@transaction.atomic
def change(seat_id: int, content: SeatContent, *, actor: Viewer, expected_version: int) -> BodySeat:
    """Whose seat it is and in which role. Raises ``EditClash``, ``Refusals``."""
    term = access.own_term(actor, access.own_seat(actor, seat_id).term_id, lock=True)
    found = access.own_seat(actor, seat_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(term, content, found)
    if content.role not in WITH_DEPUTY and found.holders.filter(part=Part.DEPUTY).exists():
        words = _("The seat has had a personal deputy, which a secretary or expert does not have.")
        refused.append(Refusal("role", "has-deputy", words))
    refuse(refused)
    _write(found, content)
    found.version += 1
    found.save()
    record("cooperation.seat.changed", actor=actor, object=(SEAT, found.pk))
    return found


@transaction.atomic
def remove(seat_id: int, *, actor: Viewer) -> None:
    """Removes a seat on which nobody has sat."""
    found = access.own_seat(actor, seat_id, lock=True)
    if found.holders.exists():
        refuse([Refusal("", "named", _("Somebody has had this seat; it stays in the body's history."))])
    record("cooperation.seat.removed", actor=actor, object=(SEAT, found.pk))
    found.delete()


@transaction.atomic
def name(
    seat_id: int,
    content: HolderContent,
    *,
    actor: Viewer,
    expected_version: int,
    token: UUID | None = None,
) -> SeatHolder:
    """Names a member or a personal deputy; who had the place leaves the day before. A user of the system is told.

    Raises ``EditClash``, ``Refusals``.
    """
    if (before := done_before(token, HOLDER)) is not None:
        return access.own_holder(actor, before)
    seat = access.own_seat(actor, seat_id, lock=True)
    same_version(seat.version, expected_version)
    user_id = user_of(content.email, content.first_on, seat.organisation_id)
    former, refused = naming(held_of(seat), content, user_id, term_days(seat.term), seat.role)
    if content.part not in Part.values:
        refused.append(
            Refusal("part", "required", _("Choose whether it is the member or the personal deputy."))
        )
    refuse(refused)
    if former is not None:
        _ends_before(former.pk, content.first_on, content.reason)
    made = SeatHolder.objects.create(
        seat=seat,
        part=content.part,
        name=content.name.strip(),
        title=content.title.strip(),
        user_id=user_id,
        days=date_range(content.first_on, content.last_on),
        decision=content.decision.strip(),
    )
    _keep(made, email=content.email.strip())
    touch(seat)
    details = {"part": made.part, "follows": former.pk if former else None}
    record("cooperation.seat.named", actor=actor, object=(HOLDER, made.pk), details=details, token=token)
    _tell([made], actor)
    return made


@transaction.atomic
def leave(holder_id: int, on: date, reason: str, *, actor: Viewer, expected_version: int) -> SeatHolder:
    """The person leaves with ``on`` as the last day, for a reason. Raises ``EditClash`` (of the seat), ``Refusals``."""
    seat, found = locked(holder_id, actor, expected_version)
    [held] = [one for one in held_of(seat) if one.pk == found.pk]
    refuse(leaving(held, on, reason))
    found.days = date_range(held.first, on)
    found.left_reason, found.cut_from = reason.strip(), None
    found.save(update_fields=["days", "left_reason", "cut_from"])
    touch(seat)
    record("cooperation.seat.left", actor=actor, object=(HOLDER, found.pk), details={"part": found.part})
    return found


@transaction.atomic
def correct(
    holder_id: int, person: str, title: str, email: str, *, actor: Viewer, expected_version: int
) -> SeatHolder:
    """Mends how a person's name, title or address is written. Raises ``EditClash`` (of the seat), ``Refusals``."""
    seat, found = locked(holder_id, actor, expected_version)
    told, user_id = found.user_id, found.user_id
    if user_id is None or email.strip() != found.email:
        user_id = user_of(email, max(found.days.lower, clock.today()), seat.organisation_id)
    refused = [] if person.strip() else [Refusal("name", "required", _("Write the person's name."))]
    refuse(refused + other_part_is_same(held_of(seat), found.pk, person, user_id))
    found.name, found.title, found.user_id = person.strip(), title.strip(), user_id
    found.save(update_fields=["name", "title", "user_id"])
    _keep(found, email=email.strip())
    touch(seat)
    record("cooperation.seat.corrected", actor=actor, object=(HOLDER, found.pk))
    if found.user_id != told and (found.last_day is None or found.last_day >= clock.today()):
        _tell([found], actor)
    return found


@transaction.atomic
def declare(
    holder_id: int, interests: str, *, none: bool, actor: Viewer, expected_version: int
) -> SeatHolder:
    """Declared ties, or that there are none, with their day: by the holder, or by the keeper to whom they were told.

    Raises ``EditClash`` (of the seat), ``Refusals``.
    """
    of = access.declaring(actor, holder_id)
    seat = access.locked_seat(of)
    same_version(seat.version, expected_version)
    refused = []
    if not interests.strip() and not none:
        words = _("Write the ties, or tick that there are none.")
        refused.append(Refusal("interests", "required", words))
    if interests.strip() and none:
        words = _("You wrote ties and ticked that there are none. Choose one.")
        refused.append(Refusal("none", "both", words))
    if len(interests) > LONGEST_INTERESTS:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("interests", "long", words, {"most": LONGEST_INTERESTS}))
    refuse(refused)
    of.interests_on = clock.today()
    with rowsecurity.as_system():
        of.save(update_fields=["interests_on"])
        _keep(of, interests=interests.strip())
        touch(seat)
    record("cooperation.seat.declared", actor=actor, object=(HOLDER, of.pk))
    return of


# The next term ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copied:
    seats: int
    people: int


@transaction.atomic
def copy(
    term_id: int,
    from_term_id: int,
    seat_ids: Iterable[int],
    holder_ids: Iterable[int],
    decision: str,
    *,
    actor: Viewer,
) -> Copied:
    """Copies chosen seats of an earlier term into a term that has none, and names again the chosen people on them.

    Raises ``Refusals``.
    """
    term = access.own_term(actor, term_id, lock=True)
    source = access.own_term(actor, from_term_id)
    chosen, people = set(seat_ids), set(holder_ids)
    refused = []
    if source.body_id != term.body_id or source.days.lower >= term.days.lower:
        refused.append(
            Refusal("", "other-body", _("Seats are copied from an earlier term of the same body."))
        )
    if term.seats.exists():
        refused.append(Refusal("", "has-seats", _("The term has seats already.")))
    seats = list(source.seats.filter(pk__in=chosen).order_by("order", "id"))
    if not seats:
        refused.append(Refusal("seats", "required", _("Choose the seats to copy.")))
    refuse(refused)
    first, last = term_days(term)
    roles: list[str] = []
    made: list[SeatHolder] = []
    addresses: list[str] = []
    for seat in seats:
        refuse(check_seats(term.body.kind, first, seat.role, roles))
        roles.append(seat.role)
        named = seat.holders.filter(pk__in=people).select_related("private")
        former = {one.part: one for one in named.order_by("days")}
        addresses += [one.email for one in former.values()]
        seat.pk, seat.term, seat.version = None, term, 1
        seat._state.adding = True
        seat.save()
        made += [
            SeatHolder(
                seat=seat,
                part=one.part,
                name=one.name,
                title=one.title,
                user_id=user_of(one.email, first, seat.organisation_id),
                days=date_range(first, last),
                decision=decision.strip(),
            )
            for one in former.values()
        ]
    SeatHolder.objects.bulk_create(made)
    HolderPrivate.objects.bulk_create(
        HolderPrivate(holder=one, email=email) for one, email in zip(made, addresses, strict=True)
    )
    term.version += 1
    term.save(update_fields=["version"])
    details = {"seats": len(seats), "people": len(made)}
    record("cooperation.seat.copied", actor=actor, object=(TERM, term.pk), details=details)
    _tell(made, actor)
    return Copied(len(seats), len(made))


# Parts ------------------------------------------------------------------------------------------------------------------


def user_of(email: str, on: date, organisation_id: int | None) -> int | None:
    """The user who signs in here with the address and has a seat on the day, in the seat's organisation if it has one.

    None when there is none, or more than one.
    """
    if not email.strip():
        return None
    rows = Membership.objects.filter(
        user__email__iexact=email.strip(), user__is_active=True, valid__contains=on
    )
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    found = set(rows.values_list("user_id", flat=True)[:9])
    return found.pop() if len(found) == 1 else None


def _keep(of: SeatHolder, **values: str) -> None:
    """Writes what only the keeper and the person read."""
    of.private, _made = HolderPrivate.objects.update_or_create(holder=of, defaults=values)


def locked(holder_id: int, actor: Viewer, expected_version: int) -> tuple[BodySeat, SeatHolder]:
    """The seat, locked, and who has it; part of acts on one person. Raises ``NotVisible``, ``EditClash``."""
    seat = access.own_seat(actor, access.own_holder(actor, holder_id).seat_id, lock=True)
    same_version(seat.version, expected_version)
    return seat, access.own_holder(actor, holder_id)


def touch(seat: BodySeat) -> None:
    """Whoever has a form of the seat open is told that it has changed."""
    seat.version += 1
    seat.save(update_fields=["version"])


def _ends_before(holder_id: int, first_on: date, reason: str) -> None:
    former = SeatHolder.objects.get(pk=holder_id)
    former.days = date_range(former.days.lower, first_on - ONE_DAY)
    former.left_reason, former.cut_from = reason.strip(), None
    former.save(update_fields=["days", "left_reason", "cut_from"])


def _tell(named: Iterable[SeatHolder], actor: Viewer) -> None:
    for one in named:
        if one.user_id is not None:
            notify(
                "cooperation.named-to-body",
                [one.user_id],
                actor=actor,
                address=reverse("cooperation:body-mine"),
                about=(HOLDER, one.pk),
                on=one.days.lower,
            )


def _check(term: BodyTerm, content: SeatContent, of: BodySeat | None) -> list[Refusal]:
    refused = []
    first = term.days.lower
    if content.role not in SeatRole.values:
        refused.append(Refusal("role", "required", _("Choose the role.")))
    if not is_sector(content.sector):
        refused.append(Refusal("sector", "required", _("Choose the sector.")))
    if content.organisation_id is None and not content.represents.strip():
        words = _("Choose the organisation, or write whom the seat represents.")
        refused.append(Refusal("represents", "required", words))
    if content.organisation_id is not None and not actors.organisation_names([content.organisation_id]):
        refused.append(Refusal("organisation", "unknown", _("Choose organisations from the list.")))
    roles = list(term.seats.exclude(pk=of.pk if of else 0).values_list("role", flat=True))
    refused += check_seats(term.body.kind, first, content.role, roles)
    is_appointer = content.organisation_id == term.body.organisation_id
    return refused + check_chair(term.body.kind, first, content.role, is_appointer)


def _write(seat: BodySeat, content: SeatContent) -> None:
    seat.role, seat.sector = content.role, content.sector
    seat.organisation_id = content.organisation_id
    seat.represents = content.represents.strip()
    seat.order = content.order
