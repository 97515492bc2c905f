"""Which organisations a bulletin is for, and how many people that is, by the directory of the day.

Not for: who may read it afterwards (``access.py``): that is what was kept when it was sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors import sources
from kotopolku.actors.forms import ROLE_NAMES
from kotopolku.actors.models import Membership, Organisation, OrganisationKind
from kotopolku.cooperation.models import Body, Bulletin
from kotopolku.cooperation.queries.body_seats import called, working
from kotopolku.cooperation.queries.guideline_texts import named_regions
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

MOST_NAMED = 40


@dataclass(frozen=True)
class Reach:
    """Whom a bulletin would reach today."""

    organisations: list[Organisation]
    people: int
    by_mail: int = 0
    """Members of bodies who do not sign in here."""

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
    meant = Q(kind__in=bulletin.to_kinds)
    for duty in bulletin.to_duties:
        known = sources.duties().get(duty)
        span = next((one for one in known.spans if one.covers(day)), None) if known else None
        if span is not None:
            meant |= Q(code=span.organisation) if span.organisation else Q(kind=span.answers)
    if bulletin.to_regions:
        meant &= _in_regions(bulletin.to_regions, day)
    return Q() if bulletin.to_everybody else meant | Q(pk__in=bulletin.to_organisations)


def _in_regions(regions: Collection[str], day: date) -> Q:
    """Organisations whose area touches some regions, or is the whole country; none without an area."""
    found = Q(area_kind="country")
    places = [one for region in regions for one in reference.municipalities_in(AreaKind.REGION, region, day)]
    found |= Q(area_kind="municipality", area_code__in=[one.code for one in places])
    areas = [reference.areas_of(one.code, day) for one in places]
    for kind in (AreaKind.ELY, AreaKind.EVK, AreaKind.EMPLOYMENT_AREA, AreaKind.WELLBEING_AREA):
        codes = {code for one in areas if (code := one.area(kind))}
        found |= Q(area_kind=kind.value, area_code__in=sorted(codes))
    return found


def organisations_addressed(bulletin: Bulletin, day: date) -> "QuerySet[Organisation]":
    """The organisations that the addressing means on the day, bodies left out (``of_bodies``)."""
    return Organisation.objects.filter(_meant(bulletin, day), valid__contains=day)


@dataclass(frozen=True)
class OfBodies:
    """Whom a bulletin reaches as members of bodies, or as the deputies of seats without a member."""

    users: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    """Where these users work on the day: the bulletin is there for their colleagues too, who are not told."""
    others: tuple[int, ...] = ()
    """Ids of the holders who do not sign in here, or not any more: they get it by e-mail."""


def of_bodies(bulletin: Bulletin, viewer: Viewer, day: date) -> OfBodies:
    """Of a day, as the bodies are then. Four statements for each body, none without bodies."""
    if not bulletin.to_bodies:
        return OfBodies()
    held = [one.holder for body in bulletin.to_bodies for one in called(viewer, body, day)]
    places = list(working(held, day).values_list("user_id", "organisation_id"))
    users = frozenset(user_id for user_id, _organisation in places)
    return OfBodies(
        users,
        frozenset(organisation for _user, organisation in places),
        tuple(dict.fromkeys(one.pk for one in held if one.user_id not in users)),
    )


def people(bulletin: Bulletin, viewer: Viewer, day: date) -> "QuerySet[Membership]":
    """Seats of those whom a bulletin is for, of the organisations that it went, or would go, to.

    ``day``: on which the bodies are looked at. In an organisation that has it only through a body, its members alone.
    """
    held = seats(viewer.day, bulletin.roles)
    members = of_bodies(bulletin, viewer, day)
    if not members.organisations:
        return held
    direct = organisations_addressed(bulletin, day).values_list("pk", flat=True)
    only = members.organisations - set(direct)
    return held.exclude(Q(organisation_id__in=only) & ~Q(user_id__in=members.users))


def sent_on(bulletin: Bulletin, viewer: Viewer) -> date:
    """The day on which it was sent; the viewer's for a draft."""
    return bulletin.sent_at.astimezone(clock.HELSINKI).date() if bulletin.sent_at else viewer.day


def seats(day: date, roles: Collection[str] = ()) -> "QuerySet[Membership]":
    """Seats of people at work on a day, in the roles (every role when none is given)."""
    rows = Membership.objects.filter(valid__contains=day, user__is_active=True)
    return rows.filter(role__in=roles) if roles else rows


def reach(bulletin: Bulletin, viewer: Viewer) -> Reach:
    """Whom it would reach. Two statements, and those of its bodies."""
    members = of_bodies(bulletin, viewer, viewer.day)
    meant = Q(pk__in=organisations_addressed(bulletin, viewer.day).values("pk"))
    rows = Organisation.objects.filter(meant | Q(pk__in=members.organisations))
    found = list(rows.order_by("sort_key_fi", "code"))
    told = people(bulletin, viewer, viewer.day).filter(organisation__in=found)
    return Reach(found, told.values("user_id").distinct().count(), len(members.others))


def in_words(bulletin: Bulletin) -> list[str]:
    """Whom it is for, in words: kinds, duties, the regions that they are narrowed to, named organisations, bodies."""
    found: list[str] = []
    kinds = dict(OrganisationKind.choices)
    found += [str(kinds[kind]) for kind in bulletin.to_kinds if kind in kinds]
    titles = dict(actors.topics())
    found += [titles[duty] for duty in bulletin.to_duties if duty in titles]
    if bulletin.to_regions:
        found.append(_("Only in the regions: %(regions)s") % {"regions": named_regions(bulletin.to_regions)})
    if bulletin.to_bodies:
        found += sorted(one.name for one in Body.objects.filter(pk__in=bulletin.to_bodies))
    if bulletin.to_organisations:
        found += sorted(actors.organisation_names(bulletin.to_organisations).values())
    return found


def roles_in_words(bulletin: Bulletin) -> list[str]:
    names = {role.value: str(name) for role, name in ROLE_NAMES.items()}
    return [names.get(role, role) for role in bulletin.roles]
