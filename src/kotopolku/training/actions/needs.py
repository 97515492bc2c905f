"""Acts on forecasts and the lots that they propose: made, added, changed, set aside, taken into a tender and given back.

Not for: the model (``forecast_rules``), the tender's own lots (the room above calls ``take_lot``).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.placement.access import area_codes
from kotopolku.training import measuring
from kotopolku.training.forecast_rules import VOCATIONAL
from kotopolku.training.forecast_tables import Lot, Outcome
from kotopolku.training.forecast_tables import forecast as computed
from kotopolku.training.models import Forecast, NeedLot, NeedLotState, NeedTrack
from kotopolku.training.queries import need as queries

LOT, FORECAST = "training.need-lot", "training.forecast"
MOST_VOLUME = 5_000
MOST_MONTHS = 24
OPEN_STATES = (NeedLotState.PROPOSED, NeedLotState.CHANGED)

NO_AREA = _("Your organisation has no area of its own to forecast for.")
WRONG_MONTHS = _("A forecast looks from 3 to %(most)s months ahead.")
WRONG_TRACK = _("Choose what kind of training it is.")
WRONG_FIELD = _("Only vocational training has a field.")
WRONG_PLACE = _("Choose a municipality of your own area, or the whole area.")
WRONG_VOLUME = _("Give the number of students, from 1 to %(most)s.")
WRONG_OPTION = _("Give the number of students more, from 0 to %(most)s.")
IN_PAST = _("The course would have begun already. Choose a later day.")
WHY = _("Write in a few words why.")
TAKEN = _("The lot has been taken into a tender already: %(tender)s.")
DROPPED = _("The lot has been set aside.")
NOT_TAKEN = _("The lot is in no tender.")
WHICH = _("Name the tender.")


@dataclass(frozen=True)
class LotContent:
    """A lot as an officer wants it. ``municipality`` empty: students of the whole area."""

    municipality: str
    track: str
    volume: int
    starts_on: date
    reason: str
    option_volume: int = 0
    field: str = ""


@transaction.atomic
def make_forecast(*, actor: Viewer, months: int | None = None, seed: int = 0) -> Forecast:
    """Makes a forecast for the actor's area, stores it and proposes lots. Raises ``Refusals``.

    Lots of earlier forecasts that nobody has touched make way for the new ones.
    """
    require(actor, Capability.TRAINING_MANAGE)
    return store(outcome(actor, months=months, seed=seed), months=months, actor=actor)


def outcome(actor: Viewer, *, months: int | None = None, seed: int = 0) -> Outcome:
    """The forecast computed and not stored. Raises ``MissingCapability``, ``Refusals``."""
    require(actor, Capability.TRAINING_MANAGE)
    settings = measuring.settings(months)
    if not 3 <= settings.months <= MOST_MONTHS:
        raise Refusals([Refusal("months", "months", WRONG_MONTHS, {"most": MOST_MONTHS})])
    if actor.organisation_id is None or not area_codes(actor):
        raise Refusals([Refusal("", "no-area", NO_AREA)])
    return computed(queries.known(actor), settings, measuring.lot_rules(), seed)


def store(found: Outcome, *, months: int | None, actor: Viewer) -> Forecast:
    """Stores a forecast with its lots. For ``make_forecast``."""
    if actor.organisation_id is None:
        raise NotVisible
    settings = measuring.settings(months)
    made = Forecast.objects.create(
        organisation_id=actor.organisation_id,
        made_on=clock.today(),
        made_by_id=actor.user_id,
        months=settings.months,
        seed=found.seed,
        settings=asdict(settings),
        digest=found.digest,
        figures=found.to_json(),
    )
    before = NeedLot.objects.filter(organisation_id=actor.organisation_id or 0, state=NeedLotState.PROPOSED)
    before.update(state=NeedLotState.DROPPED)
    already = _already(actor)
    for lot in found.lots:
        _propose(made, lot, already.get((lot.place, lot.track, lot.field), 0))
    record(
        "training.forecast.made",
        actor=actor,
        object=(FORECAST, made.pk),
        details={"digest": found.digest, "months": settings.months, "seed": found.seed},
    )
    return made


def _already(actor: Viewer) -> dict[tuple[str, str, str], int]:
    """Students of lots that officers have changed or taken and whose courses have not begun."""
    found: dict[tuple[str, str, str], int] = {}
    rows = NeedLot.objects.filter(
        organisation_id=actor.organisation_id or 0,
        state__in=(NeedLotState.CHANGED, NeedLotState.TAKEN),
        starts_on__gt=clock.today(),
    )
    for row in rows:
        key = (row.municipality, row.track, row.field)
        found[key] = found.get(key, 0) + row.volume
    return found


def _propose(made: Forecast, lot: Lot, already: int) -> None:
    volume = lot.volume - already
    if volume < measuring.lot_rules().smallest_group:
        return
    NeedLot.objects.create(
        organisation_id=made.organisation_id,
        forecast=made,
        municipality=lot.place,
        track=lot.track,
        field=lot.field,
        volume=volume,
        option_volume=lot.option,
        starts_on=lot.starts_on,
        proposed={
            "volume": volume,
            "option": lot.option,
            "starts_on": lot.starts_on.isoformat(),
            "already": already,
            "waiting": asdict(lot.waiting),
        },
    )


@transaction.atomic
def add_lot(content: LotContent, *, actor: Viewer, token: UUID | None = None) -> NeedLot:
    """A lot that no forecast proposed. Raises ``Refusals``."""
    require(actor, Capability.TRAINING_MANAGE)
    if (before := done_before(token, LOT)) is not None:
        return queries.lot(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor))
    row = NeedLot(organisation_id=actor.organisation_id, state=NeedLotState.CHANGED)
    return _write(row, content, "training.lot.added", actor, token)


@transaction.atomic
def change_lot(lot_id: int, content: LotContent, *, actor: Viewer, expected_version: int) -> NeedLot:
    """Changes a lot that is in no tender. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    require(actor, Capability.TRAINING_MANAGE)
    row = _open(actor, lot_id, expected_version)
    refuse(_check(content, actor))
    row.version, row.state = row.version + 1, NeedLotState.CHANGED
    return _write(row, content, "training.lot.changed", actor, None)


@transaction.atomic
def drop_lot(lot_id: int, reason: str, *, actor: Viewer, expected_version: int) -> NeedLot:
    """Sets a lot aside, with the reason. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    require(actor, Capability.TRAINING_MANAGE)
    row = _open(actor, lot_id, expected_version)
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", WHY)])
    row.state, row.reason = NeedLotState.DROPPED, reason.strip()
    return _step(row, "training.lot.dropped", actor, reason=row.reason)


@transaction.atomic
def restore_lot(lot_id: int, *, actor: Viewer, expected_version: int) -> NeedLot:
    """Takes a lot that was set aside back to the list. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    require(actor, Capability.TRAINING_MANAGE)
    row = _owned(actor, lot_id, expected_version)
    if row.state == NeedLotState.TAKEN:
        raise _taken(row)
    row.state = NeedLotState.CHANGED
    return _step(row, "training.lot.restored", actor)


@transaction.atomic
def take_lot(lot_id: int, taken_into: str, *, actor: Viewer) -> NeedLot:
    """Writes down which tender has taken the lot; once only. Raises ``Refusals``, ``NotVisible``."""
    _may_take(actor)
    row = _owned(actor, lot_id)
    if row.state == NeedLotState.TAKEN:
        raise _taken(row)
    if row.state == NeedLotState.DROPPED:
        raise Refusals([Refusal("", "dropped", DROPPED)])
    if not taken_into.strip():
        raise Refusals([Refusal("taken_into", "required", WHICH)])
    row.state, row.taken_into, row.taken_on = NeedLotState.TAKEN, taken_into.strip()[:100], clock.today()
    return _step(row, "training.lot.taken", actor)


@transaction.atomic
def give_back_lot(lot_id: int, *, actor: Viewer) -> NeedLot:
    """The tender was given up or the lot left out of it: it can be taken again. Raises ``Refusals``, ``NotVisible``."""
    _may_take(actor)
    row = _owned(actor, lot_id)
    if row.state != NeedLotState.TAKEN:
        raise Refusals([Refusal("", "not-taken", NOT_TAKEN)])
    row.state, row.taken_into, row.taken_on = NeedLotState.CHANGED, "", None
    return _step(row, "training.lot.given-back", actor)


def _may_take(actor: Viewer) -> None:
    if not (actor.may(Capability.PROCUREMENT_PREPARE) or actor.may(Capability.TRAINING_MANAGE)):
        raise MissingCapability(Capability.PROCUREMENT_PREPARE)


def _owned(actor: Viewer, lot_id: int, expected_version: int | None = None) -> NeedLot:
    row = queries.lot(actor, lot_id, lock=True)
    if expected_version is not None and row.version != expected_version:
        who = row.changed_by.get_full_name() if row.changed_by else ""
        raise EditClash(theirs={}, version=row.version, who=who, when=clock.now())
    return row


def _open(actor: Viewer, lot_id: int, expected_version: int) -> NeedLot:
    row = _owned(actor, lot_id, expected_version)
    if row.state == NeedLotState.TAKEN:
        raise _taken(row)
    if row.state not in OPEN_STATES:
        raise Refusals([Refusal("", "dropped", DROPPED)])
    return row


def _taken(row: NeedLot) -> Refusals:
    return Refusals([Refusal("", "taken", TAKEN, {"tender": row.taken_into})])


def _check(content: LotContent, actor: Viewer) -> list[Refusal]:
    wrong: list[tuple[bool, Callable[[], Refusal]]] = [
        (content.track not in NeedTrack.values, lambda: Refusal("track", "required", WRONG_TRACK)),
        (
            bool(content.field) and (content.track != VOCATIONAL or content.field not in measuring.fields()),
            lambda: Refusal("field", "field", WRONG_FIELD),
        ),
        (
            bool(content.municipality) and content.municipality not in area_codes(actor),
            lambda: Refusal("municipality", "other-area", WRONG_PLACE),
        ),
        (
            not 1 <= content.volume <= MOST_VOLUME,
            lambda: Refusal("volume", "volume", WRONG_VOLUME, {"most": MOST_VOLUME}),
        ),
        (
            not 0 <= content.option_volume <= MOST_VOLUME,
            lambda: Refusal("option_volume", "volume", WRONG_OPTION, {"most": MOST_VOLUME}),
        ),
        (content.starts_on < clock.today(), lambda: Refusal("starts_on", "past", IN_PAST)),
        (not content.reason.strip(), lambda: Refusal("reason", "required", WHY)),
    ]
    return [refusal() for found, refusal in wrong if found]


def _write(row: NeedLot, content: LotContent, name: str, actor: Viewer, token: UUID | None) -> NeedLot:
    row.municipality, row.track, row.field = content.municipality, content.track, content.field
    row.volume, row.option_volume = content.volume, content.option_volume
    row.starts_on, row.reason = content.starts_on, content.reason.strip()
    row.changed_by_id, row.changed_on = actor.user_id, clock.today()
    row.save()
    details: dict[str, Any] = {"track": row.track, "volume": row.volume, "option": row.option_volume}
    record(name, actor=actor, object=(LOT, row.pk), reason=row.reason, details=details, token=token)
    return row


def _step(row: NeedLot, name: str, actor: Viewer, *, reason: str = "") -> NeedLot:
    row.version += 1
    row.changed_by_id, row.changed_on = actor.user_id, clock.today()
    row.save()
    record(name, actor=actor, object=(LOT, row.pk), reason=reason, details={"track": row.track})
    return row
