"""Acts of those who answer for an area on entries that others keep: approved, sent back, withdrawn, trusted or not.

Not for: one's own entries (``services.py``, ``events.py``).
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information.actions import entries
from kotopolku.information.actions.events import EVENT, write_event, write_occurrences
from kotopolku.information.actions.services import SERVICE, write_service
from kotopolku.information.models import Entry, EntryState, Event, Service, Trust
from kotopolku.journal.actions import record

KINDS: dict[str, type[Service] | type[Event]] = {"service": Service, "event": Event}
TRUST = "information.trust"
MOST_REASON = 1_000


def model_of(kind: str) -> Any:
    """The table of a kind, "service" or "event". Raises ``NotVisible``."""
    if kind not in KINDS:
        raise NotVisible
    return KINDS[kind]


@transaction.atomic
def approve(
    kind: str, entry_id: int, *, actor: Viewer, trust: bool = True, read_version: int | None = None
) -> Service | Event:
    """Shows the entry, or its change, in the actor's area. ``trust``: further changes of its keeper show there at once.

    ``read_version``: what the actor has read. Raises ``EditClash`` where the keeper has changed it since, ``NotVisible``,
    ``Refusals`` where nothing waits.
    """
    entry: Service | Event = access.approvable(actor, model_of(kind), entry_id, lock=True)
    if read_version is not None and read_version != entry.version:
        raise EditClash(theirs={}, version=entry.version, who="", when=clock.now())
    mine = access.my_places(actor, entry.awaits)
    if not mine:
        refuse([Refusal("", "nothing-waits", _("Nothing waits for your approval here."))])
    before = list(entry.places)
    with rowsecurity.as_system():
        if entry.proposed is not None:
            _take(entry)
        waiting = [key for key in entry.awaits if key not in mine]
        parts = entries.divided(entry, entry.municipalities, entry.nationwide)
        still = {*parts.free, *{*before, *mine}.intersection(parts.asked)}
        entry.places, entry.awaits = sorted(still.difference(waiting)), waiting
        entry.state, entry.reason = EntryState.PUBLISHED, ""
        entry.published_at = entry.published_at or clock.now()
        entry.version += 1
        entry.save()
        _renew(entry)
        for key in mine:
            _trust(entry.organisation_id, key, trust, actor)
    record(
        "information.activity.approved",
        actor=actor,
        object=(_object(kind), entry.pk),
        details={"places": mine, "trust": trust},
    )
    entries.tell_keepers(
        entry, _object(kind), "information.activity-approved", address_of(kind, entry.pk), actor=actor
    )
    entries.seen_anew(kind, entry, before)
    return entry


def _take(entry: Service | Event) -> None:
    """The change that waited becomes the entry."""
    if isinstance(entry, Service):
        write_service(entry, rules.service_from_json(entry.proposed or {}))
    else:
        write_event(entry, rules.event_from_json(entry.proposed or {}))
        entry.sequence += 1
    entry.proposed = None


def _renew(entry: Entry) -> None:
    if isinstance(entry, Event):
        write_occurrences(entry)


@transaction.atomic
def send_back(kind: str, entry_id: int, reason: str, *, actor: Viewer) -> Service | Event:
    """Does not approve, with a reason that the keeper reads. What readers saw before stays; so does the change, to be mended."""
    entry: Service | Event = access.approvable(actor, model_of(kind), entry_id, lock=True)
    mine = access.my_places(actor, entry.awaits)
    found = _check_reason(reason)
    if not mine:
        found.append(Refusal("", "nothing-waits", _("Nothing waits for your approval here.")))
    refuse(found)
    entry.awaits = [key for key in entry.awaits if key not in mine]
    entry.reason = reason.strip()
    if not entry.awaits and not entry.places:
        entry.state = EntryState.DRAFT
    entry.version += 1
    with rowsecurity.as_system():
        entry.save(update_fields=["awaits", "reason", "state", "version"])
    record(
        "information.activity.sent-back",
        actor=actor,
        object=(_object(kind), entry.pk),
        reason=entry.reason,
        details={"places": mine},
    )
    entries.tell_keepers(
        entry, _object(kind), "information.activity-sent-back", address_of(kind, entry.pk), actor=actor
    )
    return entry


@transaction.atomic
def withdraw(kind: str, entry_id: int, reason: str, *, actor: Viewer) -> Service | Event:
    """Takes an entry away from readers of the actor's area, with a reason; its keeper is not trusted there any more."""
    entry: Service | Event = access.approvable(actor, model_of(kind), entry_id, lock=True)
    mine = access.my_places(actor, entry.places)
    found = _check_reason(reason)
    if not mine:
        found.append(Refusal("", "not-shown", _("Readers of your area do not see it.")))
    refuse(found)
    before, waiting = list(entry.places), access.my_places(actor, entry.awaits)
    with rowsecurity.as_system():
        entry.places = [key for key in entry.places if key not in mine]
        entry.awaits = [key for key in entry.awaits if key not in waiting]
        entry.reason = reason.strip()
        if not entry.places:
            entry.state = EntryState.WAITING if entry.awaits else EntryState.WITHDRAWN
            entry.proposed = None
        entry.version += 1
        entry.save()
        _renew(entry)
        for key in mine:
            _trust(entry.organisation_id, key, False, actor)
    record(
        "information.activity.withdrawn",
        actor=actor,
        object=(_object(kind), entry.pk),
        reason=entry.reason,
        details={"places": mine},
    )
    entries.tell_keepers(
        entry, _object(kind), "information.activity-withdrawn", address_of(kind, entry.pk), actor=actor
    )
    entries.seen_anew(kind, entry, before)
    return entry


@transaction.atomic
def set_trust(trust_id: int, trusted: bool, *, actor: Viewer) -> Trust:
    """Chooses whether an organisation's further changes show at once in a place of the actor's area. Safe to repeat."""
    require(actor, Capability.ACTIVITY_APPROVE)
    row = Trust.objects.select_for_update().filter(pk=trust_id).first()
    if row is None or not access.own_area(actor).covers(row.place):
        raise NotVisible
    if row.trusted != trusted:
        _trust(row.organisation_id, row.place, trusted, actor)
        row.trusted = trusted
        record(
            "information.trust.changed",
            actor=actor,
            object=(TRUST, row.pk),
            details={"place": row.place, "trusted": trusted},
        )
    return row


def _trust(organisation_id: int, place: str, trusted: bool, actor: Viewer) -> None:
    Trust.objects.update_or_create(
        organisation_id=organisation_id,
        place=place,
        defaults={"trusted": trusted, "changed_by_id": actor.user_id, "changed_on": clock.today()},
    )


def _check_reason(reason: str) -> list[Refusal]:
    if not reason.strip():
        return [Refusal("reason", "required", _("Write why. The organisation reads it."))]
    if len(reason.strip()) > MOST_REASON:
        words = _("The reason can be %(most)s characters at most.")
        return [Refusal("reason", "too-long", words, {"most": MOST_REASON})]
    return []


def _object(kind: str) -> str:
    return SERVICE if kind == "service" else EVENT


def address_of(kind: str, entry_id: int) -> str:
    """Where an entry stands among staff."""
    return reverse(f"information:{kind}", args=[entry_id])
