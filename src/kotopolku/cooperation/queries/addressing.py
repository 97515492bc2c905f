"""Which organisations a bulletin is for, and how many people that is, by the directory of the day.

Not for: who may read it afterwards (``access.py``): that is what was kept when it was sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors import sources
from kotopolku.actors.forms import ROLE_NAMES
from kotopolku.actors.models import Membership, Organisation, OrganisationKind
from kotopolku.cooperation.models import Bulletin

MOST_NAMED = 40


@dataclass(frozen=True)
class Reach:
    """Whom a bulletin would reach today."""

    organisations: list[Organisation]
    people: int

    @property
    def number(self) -> int:
        return len(self.organisations)

    @property
    def named(self) -> list[Organisation]:
        return self.organisations[:MOST_NAMED]

    @property
    def more(self) -> int:
        return max(0, self.number - MOST_NAMED)


def _meant(bulletin: Bulletin, day: date) -> Q:
    meant = Q(pk__in=bulletin.to_organisations) | Q(kind__in=bulletin.to_kinds)
    for duty in bulletin.to_duties:
        known = sources.duties().get(duty)
        span = next((one for one in known.spans if one.covers(day)), None) if known else None
        if span is not None:
            meant |= Q(code=span.organisation) if span.organisation else Q(kind=span.answers)
    return Q() if bulletin.to_everybody else meant


def organisations_addressed(bulletin: Bulletin, day: date) -> "QuerySet[Organisation]":
    """The organisations that the addressing means on the day."""
    return Organisation.objects.filter(_meant(bulletin, day), valid__contains=day)


def seats(day: date, roles: Collection[str] = ()) -> "QuerySet[Membership]":
    """Seats of people at work on a day, in the roles (every role when none is given)."""
    rows = Membership.objects.filter(valid__contains=day, user__is_active=True)
    return rows.filter(role__in=roles) if roles else rows


def reach(bulletin: Bulletin, viewer: Viewer) -> Reach:
    """Whom it would reach. Two statements."""
    found = list(organisations_addressed(bulletin, viewer.day).order_by("sort_key_fi", "code"))
    people = seats(viewer.day, bulletin.roles).filter(organisation__in=found)
    return Reach(found, people.values("user_id").distinct().count())


def in_words(bulletin: Bulletin) -> list[str]:
    """Whom it is for, in words: kinds, duties, named organisations."""
    found: list[str] = []
    kinds = dict(OrganisationKind.choices)
    found += [str(kinds[kind]) for kind in bulletin.to_kinds if kind in kinds]
    titles = dict(actors.topics())
    found += [titles[duty] for duty in bulletin.to_duties if duty in titles]
    if bulletin.to_organisations:
        found += sorted(actors.organisation_names(bulletin.to_organisations).values())
    return found


def roles_in_words(bulletin: Bulletin) -> list[str]:
    names = {role.value: str(name) for role, name in ROLE_NAMES.items()}
    return [names.get(role, role) for role in bulletin.roles]
