"""Acts on venues: added, changed, taken away. One's own organisation's only.

Not for: what is done there (``services.py``, ``events.py``).
"""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information.actions.entries import touch_places
from kotopolku.information.activity_rules import VenueContent
from kotopolku.information.models import EntryState, Event, Service, Venue
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

VENUE = "information.venue"


@transaction.atomic
def add_venue(content: VenueContent, *, actor: Viewer, token: UUID | None = None) -> Venue:
    """A new venue of the actor's organisation. Raises ``Refusals``."""
    require(actor, Capability.ACTIVITY_KEEP)
    if (before := done_before(token, VENUE)) is not None:
        return access.own_venue(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content))
    venue = Venue(organisation_id=actor.organisation_id)
    _write(venue, content)
    venue.save()
    record("information.venue.added", actor=actor, object=(VENUE, venue.pk), token=token)
    return venue


@transaction.atomic
def change_venue(venue_id: int, content: VenueContent, *, actor: Viewer, expected_version: int) -> Venue:
    """Changes a venue, and with it what readers see of everything there. Raises ``EditClash``, ``Refusals``."""
    venue = access.own_venue(actor, venue_id, lock=True)
    if venue.version != expected_version:
        raise EditClash(theirs={}, version=venue.version, who="", when=clock.now())
    refuse(_check(content))
    _write(venue, content)
    venue.version += 1
    venue.save()
    record("information.venue.changed", actor=actor, object=(VENUE, venue.pk))
    touch_places(_places_with(venue))
    return venue


@transaction.atomic
def remove_venue(venue_id: int, *, actor: Viewer) -> Venue:
    """Takes away a venue where nothing is any more. Raises ``Refusals`` while something uses it."""
    venue = access.own_venue(actor, venue_id, lock=True)
    inside = ~Q(state=EntryState.WITHDRAWN)
    if (
        Service.objects.filter(inside, points__venue=venue).exists()
        or Event.objects.filter(inside, venue=venue).exists()
    ):
        words = _("Something is still there. Take the place out of its services and events first.")
        refuse([Refusal("", "in-use", words)])
    venue.removed_on = clock.today()
    venue.version += 1
    venue.save(update_fields=["removed_on", "version"])
    record("information.venue.removed", actor=actor, object=(VENUE, venue.pk))
    return venue


def _places_with(venue: Venue) -> list[str]:
    found: set[str] = set()
    for places in Service.objects.filter(points__venue=venue).values_list("places", flat=True):
        found.update(places)
    for places in Event.objects.filter(venue=venue).values_list("places", flat=True):
        found.update(places)
    return sorted(found)


def _check(content: VenueContent) -> list[Refusal]:
    found = rules.check_venue(content)
    found += unknown_codes("municipality", [content.municipality] if content.municipality else [])
    return found + unknown_languages(content.languages)


def unknown_codes(name: str, codes: list[str]) -> list[Refusal]:
    """Municipalities that do not exist today."""
    known = {one.code for one in reference.municipalities_on(clock.today())}
    words = _("There is no municipality %(code)s.")
    return [Refusal(name, "unknown", words, {"code": code}) for code in codes if code not in known]


def unknown_languages(codes: tuple[str, ...]) -> list[Refusal]:
    """Languages that the reference data do not know."""
    words = _("There is no language %(code)s.")
    return [
        Refusal("languages", "unknown", words, {"code": code})
        for code in codes
        if reference.language(code) is None
    ]


_TEXTS = ("names", "accessibility")
_COPIED = ("street", "postal_code", "city", "municipality", "telephone", "email", "web")


def _write(venue: Venue, content: VenueContent) -> None:
    for name in _TEXTS:
        setattr(venue, name, rules.tidy_texts(getattr(content, name)))
    for name in _COPIED:
        setattr(venue, name, getattr(content, name).strip())
    venue.languages = list(content.languages)
    venue.hours = _plain(content.hours)
    venue.latitude = Decimal(content.latitude) if content.latitude else None
    venue.longitude = Decimal(content.longitude) if content.longitude else None


def _plain(hours: Mapping[str, object]) -> dict[str, object]:
    return dict(hours)
