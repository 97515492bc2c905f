"""Acts on services: added, changed, published, withdrawn by those who keep them.

Not for: approving what others keep (``approvals.py``), the service catalogue's suggestions.
"""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
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
from kotopolku.information import headings, indexing
from kotopolku.information.actions import entries
from kotopolku.information.actions.venues import unknown_codes, unknown_languages
from kotopolku.information.activity_rules import EventContent, PointContent, ServiceContent
from kotopolku.information.models import Entry, EntryState, PriceKind, Service, ServicePoint, Venue
from kotopolku.information.queries import keeping
from kotopolku.journal.actions import record

SERVICE = "information.service"


@transaction.atomic
def add_service(content: ServiceContent, *, actor: Viewer, token: UUID | None = None) -> Service:
    """A new service of the actor's organisation, as a draft. Raises ``Refusals``."""
    require(actor, Capability.ACTIVITY_KEEP)
    if (before := done_before(token, SERVICE)) is not None:
        return access.own_entry(actor, Service, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor.organisation_id))
    service = Service(
        organisation_id=actor.organisation_id,
        made_on=clock.today(),
        made_by_id=actor.user_id,
        changed_at=clock.now(),
    )
    write_service(service, content)
    record("information.service.added", actor=actor, object=(SERVICE, service.pk), token=token)
    return service


@transaction.atomic
def change_service(
    service_id: int, content: ServiceContent, *, actor: Viewer, expected_version: int
) -> Service:
    """Changes a service. Where each change is approved, readers see the earlier one until then.

    Raises ``EditClash``, ``Refusals``.
    """
    service = _expected(service_id, expected_version, actor)
    refuse(_check(content, service.organisation_id))
    return _change(service, content, "information.service.changed", actor)


def _expected(service_id: int, version: int, actor: Viewer) -> Service:
    service = access.own_entry(actor, Service, service_id, lock=True)
    if service.version != version:
        raise EditClash(theirs={}, version=service.version, who="", when=clock.now())
    return service


def _change(service: Service, content: ServiceContent, name: str, actor: Viewer) -> Service:
    before = list(service.places)
    waits = entries.holds_back(service, content)
    if not waits:
        service.version += 1
        write_service(service, content)
        entries.placed_anew(service)
        service.save()
    record(name, actor=actor, object=(SERVICE, service.pk), details={"waits": waits})
    entries.changed(indexing.SERVICE, service, before, actor=actor)
    return service


@transaction.atomic
def publish_service(service_id: int, *, actor: Viewer) -> Service:
    """Shows the service to readers, or sends it in where somebody has to approve it first. Safe to repeat."""
    service = access.own_entry(actor, Service, service_id, lock=True)
    if service.state in (EntryState.PUBLISHED, EntryState.WAITING):
        return service
    entries.send_in(service)
    service.version += 1
    service.save()
    record(
        "information.service.published",
        actor=actor,
        object=(SERVICE, service.pk),
        details=details_of(service),
    )
    entries.changed(indexing.SERVICE, service, (), actor=actor)
    return service


@transaction.atomic
def withdraw_service(service_id: int, *, actor: Viewer, reason: str = "") -> Service:
    """Takes the service away from readers; it can be published again. Safe to repeat."""
    service = access.own_entry(actor, Service, service_id, lock=True)
    if service.state == EntryState.WITHDRAWN:
        return service
    before = list(service.places)
    entries.taken_back(service, reason)
    service.version += 1
    service.save()
    record("information.service.withdrawn", actor=actor, object=(SERVICE, service.pk), reason=reason.strip())
    entries.seen_anew(indexing.SERVICE, service, before)
    return service


@transaction.atomic
def change_point(service_id: int, content: PointContent, *, actor: Viewer, expected_version: int) -> Service:
    """What differs at one of the places where the service is given; it waits where each change does.

    Raises ``EditClash``, ``NotVisible``.
    """
    service = _expected(service_id, expected_version, actor)
    kept = keeping.newest_service(service)
    if all(one.venue_id != content.venue_id for one in kept.points):
        raise NotVisible
    points = tuple(content if one.venue_id == content.venue_id else one for one in kept.points)
    return _change(service, replace(kept, points=points), "information.service.point-changed", actor)


def details_of(entry: Entry) -> dict[str, object]:
    return {"places": entry.places, "awaits": entry.awaits}


_TEXTS = ("names", "summaries", "descriptions", "how_to", "requirements", "provider_names", "price_notes")
_COPIED = ("nationwide", "price", "for_plans")
_WORDS = ("web", "telephone", "email")
_LISTS = ("topics", "groups", "languages", "municipalities")


def write_service(service: Service, content: ServiceContent) -> None:
    """Puts the content into the service and its points, and saves it. The act that calls it has checked the content."""
    for name in _TEXTS:
        setattr(service, name, rules.tidy_texts(getattr(content, name)))
    for name in _COPIED:
        setattr(service, name, getattr(content, name))
    for name in _WORDS:
        setattr(service, name, getattr(content, name).strip())
    for name in _LISTS:
        setattr(service, name, list(dict.fromkeys(getattr(content, name))))
    service.channels = [dict(channel) for channel in content.channels]
    service.hours = dict(content.hours)
    service.changed_at = clock.now()
    service.save()
    known = set(
        Venue.objects.filter(
            pk__in=[point.venue_id for point in content.points], organisation_id=service.organisation_id
        ).values_list("pk", flat=True)
    )
    ServicePoint.objects.filter(service=service).delete()
    ServicePoint.objects.bulk_create(
        [
            ServicePoint(
                service=service,
                venue_id=point.venue_id,
                order=order,
                hours=dict(point.hours),
                notes=rules.tidy_texts(point.notes),
                telephone=point.telephone.strip(),
            )
            for order, point in enumerate(content.points)
            if point.venue_id in known
        ]
    )


def _check(content: ServiceContent, organisation_id: int) -> list[Refusal]:
    found = rules.check_service(content) + check_lists(content)
    known = set(
        Venue.objects.filter(organisation_id=organisation_id, removed_on=None).values_list("pk", flat=True)
    )
    if any(point.venue_id not in known for point in content.points):
        found.append(Refusal("points", "unknown", _("Choose places that your organisation keeps.")))
    return found


def check_lists(content: ServiceContent | EventContent) -> list[Refusal]:
    """Values that are chosen from lists: only those of the list."""
    found = unknown_codes("municipalities", list(content.municipalities))
    found += unknown_languages(content.languages)
    for name, known in (("topics", headings.topics()), ("groups", headings.groups())):
        if any(one not in known for one in getattr(content, name)):
            found.append(Refusal(name, "unknown", _("Choose from the list.")))
    if content.price not in PriceKind.values:
        found.append(Refusal("price", "required", _("Choose what it costs.")))
    return found
