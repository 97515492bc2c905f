"""Holds on places: reserved for a case, taken into use at arrival, or given back. Never more than agreed, never below none.

Rows are locked late and in one order (by id), so that a hundred officers at once queue and none waits for ever.
Not for: why a place is taken; the acts on cases call these inside their own transaction.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.journal.actions import record
from kotopolku.placement import access, rules
from kotopolku.placement.models import Capacity, Hold, HoldState, Resource
from kotopolku.placement.queries.holds import agreed_for
from kotopolku.placement.wording import resource_texts

NO_ROOM = _("There is no room for this any more: %(lacking)s more would be needed of %(resource)s.")
NO_AGREEMENT = _("The municipality has no agreement in force in that quarter.")
WRONG_USES = _("Say at least one place that is needed; none can be less than one.")
GIVEN_BACK = _("The places have been given back already. Reserve them again.")


@transaction.atomic
def reserve(
    *,
    actor: Viewer,
    municipality_id: int,
    year: int,
    quarter: int,
    uses: Mapping[str, int],
    for_kind: str,
    for_id: int,
) -> list[Hold]:
    """Reserves ``uses`` (resource → how many) of one quarter, all or nothing. The region's act.

    What is held already for the same thing there is returned and nothing is reserved twice. Raises ``rules.NoRoom`` when
    somebody was quicker, ``Refusals`` without an agreement in force, ``NotVisible`` for another region's municipality.
    """
    require(actor, Capability.PLACEMENT_AGREE)
    if not uses or min(uses.values()) < 1 or not set(uses) <= set(Resource.values):
        raise Refusals([Refusal("", "uses", WRONG_USES)])
    access.municipality(actor, municipality_id)
    if not agreed_for(actor, municipality_id, year, quarter):
        raise Refusals([Refusal("", "no-agreement", NO_AGREEMENT)])
    rows = {
        row.resource: row
        for row in access.capacities(actor)
        .select_for_update(of=("self",))
        .filter(municipality_id=municipality_id, year=year, quarter=quarter, resource__in=list(uses))
        .order_by("id")
    }
    held = list(
        Hold.objects.filter(
            capacity__in=list(rows.values()), for_kind=for_kind, for_id=for_id, state=HoldState.RESERVED
        ).order_by("id")
    )
    if held:
        return held
    if missing := rules.lacking({name: row.free for name, row in rows.items()}, uses):
        refusals = [
            Refusal("", "no-room", NO_ROOM, {"lacking": number, "resource": resource_texts(name)})
            for name, number in missing.items()
        ]
        raise rules.NoRoom(refusals, missing)
    holds = []
    for name, row in rows.items():
        Capacity.objects.filter(pk=row.pk).update(reserved=F("reserved") + uses[name])
        holds.append(
            Hold(
                capacity=row,
                amount=uses[name],
                for_kind=for_kind,
                for_id=for_id,
                reserved_on=clock.today(),
            )
        )
    Hold.objects.bulk_create(holds)
    record(
        "placement.places.reserved",
        actor=actor,
        object=(for_kind, for_id),
        details={"places": dict(uses), "year": year, "quarter": quarter},
    )
    return holds


@transaction.atomic
def use(holds: Iterable[Hold], *, actor: Viewer) -> list[Hold]:
    """Takes reserved places into use. Safe to repeat. Raises ``Refusals`` for places that have been given back."""
    require(actor, Capability.PLACEMENT_VIEW)
    found = _locked(holds, actor)
    if any(hold.state == HoldState.RELEASED for hold in found):
        raise Refusals([Refusal("", "released", GIVEN_BACK)])
    waiting = [hold for hold in found if hold.state == HoldState.RESERVED]
    for hold in waiting:
        Capacity.objects.filter(pk=hold.capacity_id).update(
            reserved=F("reserved") - hold.amount, used=F("used") + hold.amount
        )
    _end(waiting, HoldState.USED, "placement.places.taken", actor)
    return found


@transaction.atomic
def release(holds: Iterable[Hold], *, actor: Viewer) -> list[Hold]:
    """Gives places back, reserved or in use. Safe to repeat."""
    require(actor, Capability.PLACEMENT_VIEW)
    found = _locked(holds, actor)
    held = [hold for hold in found if hold.state != HoldState.RELEASED]
    for hold in held:
        figure = "reserved" if hold.state == HoldState.RESERVED else "used"
        Capacity.objects.filter(pk=hold.capacity_id).update(**{figure: F(figure) - hold.amount})
    _end(held, HoldState.RELEASED, "placement.places.released", actor)
    return found


def _locked(holds: Iterable[Hold], actor: Viewer) -> list[Hold]:
    """The holds as they are now, their places locked before them, both by id. Raises ``NotVisible``."""
    wanted = {hold.pk for hold in holds}
    places = Hold.objects.filter(pk__in=wanted).values("capacity_id")
    seen = list(
        access.capacities(actor)
        .select_for_update(of=("self",))
        .filter(pk__in=places)
        .order_by("id")
        .values_list("pk", flat=True)
    )
    found = list(
        Hold.objects.select_for_update(of=("self",)).filter(pk__in=wanted, capacity__in=seen).order_by("id")
    )
    if len(found) != len(wanted):
        raise NotVisible
    return found


def _end(holds: list[Hold], state: HoldState, name: str, actor: Viewer) -> None:
    if not holds:
        return
    for hold in holds:
        hold.state, hold.ended_on = state, clock.today()
    Hold.objects.bulk_update(holds, ["state", "ended_on"])
    record(name, actor=actor, object=(holds[0].for_kind, holds[0].for_id))
