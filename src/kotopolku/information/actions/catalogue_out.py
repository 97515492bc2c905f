"""Writes our published services out for the service catalogue, each with a mark of its own that is never used again.

Sends nothing: what is written is for a person, or a sending program, to hand over. Not for: bringing in (``catalogue.py``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact, Organisation, User
from kotopolku.information import access_catalogue as access
from kotopolku.information.catalogue import outgoing
from kotopolku.information.catalogue.outgoing import Warned
from kotopolku.information.catalogue.structures import SERVICE, VENUE, Structure
from kotopolku.information.models import (
    CatalogueItem,
    EntryState,
    Service,
    ServicePoint,
    Venue,
)
from kotopolku.information.queries.catalogue import ours_of
from kotopolku.journal.actions import record

MARK = "kotopolku"


@dataclass(frozen=True)
class Written:
    """One item as it would be sent: with PUT to its ``guid`` when the catalogue has it, with POST when it is new there."""

    kind: str
    guid: str
    source_id: str
    body: dict[str, Any]
    warned: list[Warned]

    @property
    def method(self) -> str:
        return "PUT" if self.guid else "POST"


class NotLinked(LookupError):
    """The organisation has no id in the catalogue yet."""


@transaction.atomic
def write_out(organisation: Organisation, structure: Structure, *, actor: Viewer) -> list[Written]:
    """Every published service of the organisation and the places where it is given. Raises ``NotLinked``."""
    rowsecurity.apply(actor)
    link = access.own_links(actor).filter(organisation=organisation).order_by("guid").first()
    if link is None:
        raise NotLinked(organisation.code)
    services = Service.objects.filter(organisation=organisation, state=EntryState.PUBLISHED).order_by("pk")
    points = ServicePoint.objects.filter(service__in=services).values_list("venue_id", flat=True)
    venues = Venue.objects.filter(pk__in=points, organisation=organisation, removed_on=None).order_by("pk")
    persons = _persons(organisation)
    guid = str(link.guid)
    items = [*(_item(VENUE, one) for one in venues), *(_item(SERVICE, one) for one in services)]
    written = [_written(item, structure, guid, persons) for item in items]
    record(
        "information.catalogue.written",
        actor=actor,
        object=("actors.organisation", organisation.pk),
        details={"items": len(written)},
    )
    return written


def _written(
    item: CatalogueItem, structure: Structure, organisation: str, persons: Collection[str]
) -> Written:
    made, warned = outgoing.body(
        structure,
        item.kind,
        ours_of(item),
        item.raw,
        source_id=item.source_id or "",
        organisation=organisation,
        persons=persons,
    )
    return Written(item.kind, str(item.guid or ""), item.source_id or "", made, warned)


def _item(kind: str, target: Service | Venue) -> CatalogueItem:
    """The target's item with its mark. One that has been archived there gets a new item: its mark is used up."""
    link: dict[str, Any] = {kind: target}
    item = CatalogueItem.objects.select_for_update(of=("self",)).filter(**link, archived=False).first()
    if item is None:
        item = CatalogueItem(kind=kind, organisation_id=target.organisation_id, **link)
    if not item.source_id:
        base = f"{MARK}-{kind}-{target.pk}"
        used = CatalogueItem.objects.filter(source_id__regex=rf"^{base}(-\d+)?$").count()
        item.source_id = base if not used else f"{base}-{used + 1}"
        item.save()
    return item


def _persons(organisation: Organisation) -> set[str]:
    """Mailboxes of people: users, and contacts that have a name."""
    named = Contact.objects.filter(organisation=organisation).exclude(name="").values_list("email", flat=True)
    users = User.objects.filter(memberships__organisation=organisation).values_list("email", flat=True)
    return {email.lower() for email in (*named, *users) if email}
