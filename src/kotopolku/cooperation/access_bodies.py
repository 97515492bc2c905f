"""The only way from a viewer to bodies of cooperation, their terms, seats and holders.

Everybody who has a seat somewhere reads them, but not e-mail addresses and declared interests: those are read through
``own_*`` by the authority that keeps the body, and by the holder. A membership of a body opens nothing here.
"""

from datetime import date

from django.db.models import Q, QuerySet

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, Succession, last_day
from kotopolku.cooperation.models import Body, BodySeat, BodyTerm, SeatHolder
from kotopolku.reference import queries as reference


def _own(viewer: Viewer, column: str) -> Q:
    return Q() if viewer.system else Q(**{column: viewer.organisation_id or 0})


def keeps(viewer: Viewer, body: Body) -> bool:
    """Whether the viewer may appoint and change the body."""
    if not viewer.may(Capability.BODY_KEEP):
        return False
    return bool(viewer.system) or body.organisation_id == viewer.organisation_id


# Reading: everybody at work -------------------------------------------------------------------------------------------


def bodies(viewer: Viewer) -> "QuerySet[Body]":
    require(viewer, Capability.SIGNED_IN)
    return Body.objects.select_related("organisation")


def body(viewer: Viewer, body_id: int) -> Body:
    """Raises ``NotVisible``."""
    return one_of(bodies(viewer), body_id)


def terms(viewer: Viewer) -> "QuerySet[BodyTerm]":
    require(viewer, Capability.SIGNED_IN)
    return BodyTerm.objects.select_related("body", "body__organisation")


def term(viewer: Viewer, term_id: int) -> BodyTerm:
    """Raises ``NotVisible``."""
    return one_of(terms(viewer), term_id)


def seats(viewer: Viewer) -> "QuerySet[BodySeat]":
    require(viewer, Capability.SIGNED_IN)
    return BodySeat.objects.select_related("term", "term__body", "term__body__organisation", "organisation")


def seat(viewer: Viewer, seat_id: int) -> BodySeat:
    """Raises ``NotVisible``."""
    return one_of(seats(viewer), seat_id)


def holders(viewer: Viewer) -> "QuerySet[SeatHolder]":
    """Who sits and has sat, without what only the keeper and the holder see."""
    require(viewer, Capability.SIGNED_IN)
    return SeatHolder.objects.all()


def my_holders(viewer: Viewer) -> "QuerySet[SeatHolder]":
    """The viewer's own seats in bodies, as a person."""
    require(viewer, Capability.SIGNED_IN)
    return SeatHolder.objects.filter(user_id=viewer.user_id or 0).select_related(
        "seat__term__body__organisation", "seat__organisation", "private"
    )


# Keeping: the authority that appoints ---------------------------------------------------------------------------------


def own_bodies(viewer: Viewer) -> "QuerySet[Body]":
    """Raises ``MissingCapability``."""
    require(viewer, Capability.BODY_KEEP)
    return bodies(viewer).filter(_own(viewer, "organisation_id"))


def own_body(viewer: Viewer, body_id: int, *, lock: bool = False) -> Body:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_bodies(viewer), body_id, lock)


def area_of(body: Body) -> frozenset[str]:
    """Codes of the municipalities of a body's area, as they were on the last day of who keeps it, or are today."""
    if body.municipalities:
        return frozenset(body.municipalities)
    keeper = body.organisation
    last = last_day(keeper.valid)
    return _municipalities(keeper, min(last, clock.today()) if last else clock.today())


def _municipalities(of: Organisation, on: date) -> frozenset[str]:
    if of.area_kind == "municipality":
        return frozenset({of.area_code})
    if of.area_kind == "country":
        return frozenset(one.code for one in reference.municipalities_on(on))
    if not of.area_kind:
        return frozenset()
    return frozenset(one.code for one in reference.municipalities_in(of.area_kind, of.area_code, on))


def left_behind(viewer: Viewer) -> list[Body]:
    """Bodies of authorities that are no more, which the viewer's organisation follows in a part of the body's area.

    Three statements, and none of these bodies when the organisation follows nobody.
    """
    if not viewer.may(Capability.BODY_KEEP) or viewer.organisation_id is None:
        return []
    past = Succession.objects.filter(successor_id=viewer.organisation_id, on__lte=viewer.day)
    rows = list(
        bodies(viewer)
        .filter(organisation__in=past.values("predecessor_id"))
        .exclude(organisation__valid__contains=viewer.day)
        .order_by("name_fi", "pk")
    )
    if not rows:
        return []
    mine = _municipalities(Organisation.objects.get(pk=viewer.organisation_id), viewer.day)
    return [one for one in rows if mine & area_of(one)]


def to_take_over(viewer: Viewer, body_id: int) -> Body:
    """One of the bodies left behind. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.BODY_KEEP)
    found = next((one for one in left_behind(viewer) if one.pk == body_id), None)
    if found is None:
        raise NotVisible
    return found


def own_terms(viewer: Viewer) -> "QuerySet[BodyTerm]":
    require(viewer, Capability.BODY_KEEP)
    return terms(viewer).filter(_own(viewer, "body__organisation_id"))


def own_term(viewer: Viewer, term_id: int, *, lock: bool = False) -> BodyTerm:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_terms(viewer), term_id, lock)


def own_seat(viewer: Viewer, seat_id: int, *, lock: bool = False) -> BodySeat:
    """Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.BODY_KEEP)
    return one_of(seats(viewer).filter(_own(viewer, "term__body__organisation_id")), seat_id, lock)


def own_holders(viewer: Viewer) -> "QuerySet[SeatHolder]":
    """Who sits in the bodies of the viewer's organisation, with addresses and interests."""
    require(viewer, Capability.BODY_KEEP)
    return SeatHolder.objects.filter(_own(viewer, "seat__term__body__organisation_id")).select_related(
        "seat", "seat__term", "seat__term__body", "private"
    )


def own_holder(viewer: Viewer, holder_id: int) -> SeatHolder:
    """Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_holders(viewer), holder_id)


def declaring(viewer: Viewer, holder_id: int) -> SeatHolder:
    """A holder whose interests the viewer may read and declare: one's own seat, or one that one's authority keeps.

    Raises ``NotVisible``.
    """
    mine = my_holders(viewer).filter(pk=holder_id).first()
    if mine is not None:
        return mine
    if not viewer.may(Capability.BODY_KEEP):
        raise NotVisible
    return own_holder(viewer, holder_id)


def locked_seat(of: SeatHolder) -> BodySeat:
    """The holder's seat, locked to be written; a holder does not keep the body in which one sits."""
    with rowsecurity.as_system():
        return BodySeat.objects.select_for_update().get(pk=of.seat_id)
