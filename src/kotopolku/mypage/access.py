"""From a signed-in user to the own path: whose account it is, whose paths it may open, which one is open now.

Row security stands under it: a client's viewer sees rows of these persons only. Not for: what an official may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients.models import Person, Relationship
from kotopolku.families import queries as families
from kotopolku.families.models import Representative
from kotopolku.mypage.models import OwnAccount

CHOSEN = "own_person"
"""Session key: the person whose path is open, when one acts for somebody."""


@dataclass(frozen=True)
class OwnCase:
    """The person whose path is open and the latest client relationship; ``for_other`` when it is not one's own."""

    person: Person
    relationship: Relationship
    for_other: bool


def account_of(viewer: Viewer) -> OwnAccount | None:
    """The open own-page account of a user who has no seat; an official's user has none."""
    if viewer.user_id is None or viewer.seat is not None or viewer.other_seats:
        return None
    return OwnAccount.objects.filter(user_id=viewer.user_id, closed_on=None).first()


def own_of(viewer: Viewer, *, chosen: int | None = None) -> Own | None:
    """Whose path the user may open on the day, or None for a user without an own-page account."""
    account = account_of(viewer)
    if account is None:
        return None
    acts_for = _with_a_path(
        one.person_id
        for one in families.persons_acted_for(account.person_id, _representative_id(account), viewer.day)
        if one.person_id != account.person_id
    )
    self_id = account.person_id
    everybody = Own(self_id or 0, self_id, acts_for).persons
    if not everybody:
        return None
    return Own(chosen if chosen in everybody else everybody[0], self_id, acts_for)


def _with_a_path(person_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the persons who are or were clients; a child who is none has no path to open."""
    wanted = tuple(person_ids)
    if not wanted:
        return ()
    with rowsecurity.as_system():
        clients = set(Relationship.objects.filter(person_id__in=wanted).values_list("person_id", flat=True))
    return tuple(one for one in wanted if one in clients)


def _representative_id(account: OwnAccount) -> int | None:
    """A task of the user as a representative; one leads to the others."""
    if account.representative_id is not None:
        return account.representative_id
    with rowsecurity.as_system():
        tasks = Representative.objects.filter(user_id=account.user_id)
        return tasks.values_list("pk", flat=True).first()


def own_person_id(viewer: Viewer) -> int:
    """The person whose path is open. Raises ``MissingCapability`` for anybody but a client at the own page."""
    require(viewer, Capability.OWN_PATH)
    if viewer.own is None or viewer.own.person_id not in viewer.own.persons:
        raise NotVisible
    return viewer.own.person_id


def own_case(viewer: Viewer) -> OwnCase:
    """The open person and the latest client relationship, one statement. Raises ``NotVisible`` when there is none."""
    person_id = own_person_id(viewer)
    found = (
        Relationship.objects.filter(person_id=person_id)
        .select_related("person")
        .order_by("-started_on", "-id")
        .first()
    )
    if found is None or viewer.own is None:
        raise NotVisible
    return OwnCase(found.person, found, viewer.own.self_id != person_id)


def relationships(viewer: Viewer) -> "QuerySet[Relationship]":
    """All client relationships of the person whose path is open, newest first."""
    return Relationship.objects.filter(person_id=own_person_id(viewer)).order_by("-started_on", "-id")


def representatives_of(person_id: int, day: date) -> "QuerySet[Representative]":
    """Who represents the person on the day."""
    return Representative.objects.filter(person_id=person_id, days__contains=day)
