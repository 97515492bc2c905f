"""Acts on housing units and on who lives in them: unit added and closed, a person moves in and out.

Not for: addresses, which a non-disclosure order may hide (``clients``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, check_not_before, check_not_future, refuse
from kotopolku.families import access
from kotopolku.families.models import Housing, HousingKind, HousingUnit
from kotopolku.families.rules import ONE_DAY
from kotopolku.journal.actions import record

UNIT = "families.unit"
HOUSING = "families.housing"
AFTER_ARRIVAL = _("The client lives there from an earlier day; choose %(earliest)s or a later day.")


@transaction.atomic
def add_unit(
    name: str,
    kind: str,
    *,
    actor: Viewer,
    provider: str = "",
    places: int | None = None,
    token: UUID | None = None,
) -> HousingUnit:
    """Adds a family group home or another unit that the actor's authority uses."""
    require(actor, Capability.CLIENT_EDIT)
    if actor.organisation_id is None:
        raise NotVisible
    if (before := cases.done_before(token, UNIT)) is not None:
        return HousingUnit.objects.get(pk=before)
    found = []
    if not name.strip():
        found.append(Refusal("name", "required", _("Write the name of the unit.")))
    elif HousingUnit.objects.filter(authority_id=actor.organisation_id, name=name.strip()).exists():
        found.append(Refusal("name", "taken", _("There is a unit with this name already.")))
    if kind not in HousingKind.values:
        found.append(Refusal("kind", "required", _("Choose what kind of unit it is.")))
    if places is not None and places < 1:
        found.append(Refusal("places", "too-few", _("Give the number of places, or leave it empty.")))
    refuse(found)
    unit = HousingUnit.objects.create(
        authority_id=actor.organisation_id, name=name.strip(), kind=kind, provider=provider, places=places
    )
    record("families.unit.added", actor=actor, object=(UNIT, unit.pk), details={"kind": kind}, token=token)
    return unit


@transaction.atomic
def close_unit(unit_id: int, on: date, *, actor: Viewer) -> HousingUnit:
    """Closes a unit from the day ``on``; nobody lives there then."""
    require(actor, Capability.CLIENT_EDIT)
    unit = access.unit(actor, unit_id)
    with seeing_all(actor):
        lived_in = Housing.objects.filter(unit=unit, days__overlap=DateRange(on, None)).exists()
    if lived_in:
        message = _("Somebody lives in the unit on that day. Record first where each one moves.")
        refuse([Refusal("on", "lived-in", message)])
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    record("families.unit.closed", actor=actor, object=(UNIT, unit.pk), details={"on": on.isoformat()})
    return unit


@transaction.atomic
def begin_housing(
    relationship_id: int, unit_id: int, from_day: date, *, actor: Viewer, token: UUID | None = None
) -> Housing:
    """Records that the client lives in a unit from a day; a stay elsewhere ends on that day. Not into a full unit."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person_id = case.relationship.person_id
    if (before := cases.done_before(token, HOUSING)) is not None:
        return Housing.objects.get(pk=before, person_id=person_id)
    unit = access.unit(actor, unit_id)
    current = (
        Housing.objects.select_for_update()
        .filter(person_id=person_id, days__overlap=DateRange(from_day, None))
        .order_by("-days")
        .first()
    )
    found = check_not_future("from_day", from_day, clock.today())
    if current is not None:
        first: date = current.days.lower
        found += check_not_before("from_day", from_day, first + ONE_DAY, AFTER_ARRIVAL, "before-arrival")
        if current.unit_id == unit.pk:
            found.append(Refusal("unit", "lives-there", _("The client lives in this unit already.")))
    if unit.closed_on is not None and from_day >= unit.closed_on:
        message = _("The unit closed on %(day)s.")
        found.append(Refusal("unit", "closed", message, {"day": unit.closed_on}))
    with seeing_all(actor):
        living = Housing.objects.filter(unit=unit, days__contains=from_day).count()
    if unit.places is not None and living >= unit.places:
        found.append(Refusal("unit", "full", _("Every place of the unit is taken on that day.")))
    refuse(found)
    if current is not None:
        current.days = DateRange(current.days.lower, from_day)
        current.save(update_fields=["days"])
    begun = Housing.objects.create(person_id=person_id, unit=unit, days=DateRange(from_day, None))
    record(
        "families.housing.begun",
        actor=actor,
        subjects=[person_id],
        object=(HOUSING, begun.pk),
        details={"kind": unit.kind, "from": from_day.isoformat()},
        token=token,
    )
    return begun


@transaction.atomic
def end_housing(relationship_id: int, housing_id: int, on: date, *, actor: Viewer) -> Housing:
    """Records that the client has moved out of a unit: ``on`` is the first day elsewhere."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    ended = access.housing(case, housing_id)
    first: date = ended.days.lower
    refuse(
        check_not_future("on", on, clock.today())
        + check_not_before("on", on, first + ONE_DAY, AFTER_ARRIVAL, "before-arrival")
    )
    ended.days = DateRange(first, on)
    ended.save(update_fields=["days"])
    record(
        "families.housing.ended",
        actor=actor,
        subjects=[ended.person_id],
        object=(HOUSING, ended.pk),
        details={"on": on.isoformat()},
    )
    return ended
