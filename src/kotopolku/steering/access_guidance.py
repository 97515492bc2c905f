"""The only way from a viewer to requests for guidance and what belongs to them, and from an id to one of them.

Both sides read a request: who asked and the region that guides. What the region writes is its own until it is sent as an
answer. No other region sees it. Row security stands under it.
"""

from datetime import date

from django.db.models import F, Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.steering.access_measures import keeps as guides
from kotopolku.steering.access_measures import require_region
from kotopolku.steering.followed import area, past, places
from kotopolku.steering.models import Guidance, GuidanceComment, GuidanceMark, GuidanceNote, GuidanceState

__all__ = ["guides", "require_region"]

DUTY = "regional-monitoring"
"""Who supports the municipalities of an area (1386/2010 § 37, 681/2023 § 55)."""
ASKERS = (
    OrganisationKind.MUNICIPALITY.value,
    OrganisationKind.EMPLOYMENT_AREA.value,
    OrganisationKind.TE.value,
)


def asks(viewer: Viewer) -> bool:
    """Whether the viewer may ask for guidance in the name of a municipality or an employment authority."""
    return (
        viewer.may(Capability.PROGRAMME_KEEP)
        and viewer.seat is not None
        and viewer.seat.organisation_kind in ASKERS
    )


def require_asker(viewer: Viewer) -> Organisation:
    """The viewer's municipality or employment authority. Raises ``MissingCapability`` for any other seat."""
    require(viewer, Capability.PROGRAMME_KEEP)
    if not asks(viewer):
        raise MissingCapability(Capability.PROGRAMME_KEEP)
    return Organisation.objects.get(pk=viewer.organisation_id or 0)


def regions_for(asker: Organisation, viewer: Viewer) -> list[int]:
    """Regional authorities that guide the asker on the day: one, or those of its municipalities when these differ."""
    found: dict[int, None] = {}
    for place in area(asker, viewer.day):
        try:
            found[actors.who_answers(DUTY, place.code, viewer.day).organisation_id] = None
        except LookupError:
            # Åland has an Act of its own; a municipality that is no more has nobody.
            continue
    return list(found)


# Requests ------------------------------------------------------------------------------------------------------------


def _mine(viewer: Viewer, before: str = "") -> Q:
    if viewer.system:
        return Q()
    mine = viewer.organisation_id or 0
    return Q(**{f"{before}asker_id": mine}) | Q(**{f"{before}region_id": mine})


def requests(viewer: Viewer) -> "QuerySet[Guidance]":
    """Requests of the viewer's own organisation, and those that came to it.

    ``programme`` is None where the viewer may not read it any more.
    """
    require(viewer, Capability.SIGNED_IN)
    return Guidance.objects.filter(_mine(viewer)).select_related("programme")


def request(viewer: Viewer, guidance_id: int) -> Guidance:
    """Raises ``NotVisible``."""
    rows = requests(viewer).select_related("asker", "region", "responsible", "asked_by", "answered_by")
    return one_of(rows, guidance_id)


def is_region(viewer: Viewer, of: Guidance) -> bool:
    """Whether the viewer guides in this request."""
    return guides(viewer) and of.region_id == viewer.organisation_id


def is_asker(viewer: Viewer, of: Guidance) -> bool:
    """Whether the viewer asks in this request."""
    return asks(viewer) and of.asker_id == viewer.organisation_id


def to_answer(viewer: Viewer, guidance_id: int, *, lock: bool = False) -> Guidance:
    """A request that the viewer's region answers. Raises ``MissingCapability``, ``NotVisible``."""
    require_region(viewer)
    rows = requests(viewer).filter(region_id=viewer.organisation_id or 0)
    return one_of(rows.select_related("asker", "region", "responsible"), guidance_id, lock)


def own_request(viewer: Viewer, guidance_id: int, *, lock: bool = False) -> Guidance:
    """A request that the viewer's organisation made. Raises ``MissingCapability``, ``NotVisible``."""
    require_asker(viewer)
    rows = requests(viewer).filter(asker_id=viewer.organisation_id or 0)
    return one_of(rows.select_related("asker", "region", "responsible"), guidance_id, lock)


def either_side(viewer: Viewer, guidance_id: int, *, lock: bool = False) -> Guidance:
    """A request in which the viewer acts on one of the sides. Raises ``MissingCapability``, ``NotVisible``."""
    if guides(viewer):
        return to_answer(viewer, guidance_id, lock=lock)
    return own_request(viewer, guidance_id, lock=lock)


def asked_in(region: Organisation, year: int, day: date) -> list[Guidance]:
    """Requests of a year that came to a region, also those that who follows it has taken over: for its report's numbers.

    Of a follower's only those of askers in the region's area.
    """
    with rowsecurity.as_system():
        # Of a region that is no more its successor does not read what was closed; here it is only counted.
        rows = Guidance.objects.filter(
            region_id__in={region.pk, *actors.heirs(region.pk, day)}, asked_at__year=year
        )
        found = list(rows.select_related("asker"))
    inside = places(region, day)
    return [one for one in found if one.region_id == region.pk or inside & places(one.asker, day)]


def answering_for(side: Organisation, asker: Organisation, day: date) -> list[int]:
    """Who acts for a side of a request on a day: itself, or those that follow it in a part of the asker's area."""
    heirs = actors.heirs(side.pk, day)
    if heirs == [side.pk]:
        return heirs
    inside = places(asker, day)
    rows = Organisation.objects.filter(pk__in=heirs).order_by("pk")
    return [one.pk for one in rows if inside & places(one, day)]


def left_behind(viewer: Viewer) -> list[Guidance]:
    """Requests whose side is an organisation that is no more, which the viewer's follows in a part of the asker's area.

    A municipality or an employment authority follows an asker, a regional authority a region. Those that are closed stay
    where they are. Two statements when the organisation follows nobody. Raises ``MissingCapability``.
    """
    own = require_region(viewer) if guides(viewer) else require_asker(viewer)
    gone = list(past(viewer))
    if not gone:
        return []
    side = "region__in" if guides(viewer) else "asker__in"
    with rowsecurity.as_system():
        # The predecessor's rows, which its successor does not read by itself before it keeps them.
        rows = list(
            Guidance.objects.filter(**{side: gone})
            .exclude(state=GuidanceState.CLOSED)
            .select_related("asker", "region")
            .order_by("answer_by", "pk")
        )
    mine = places(own, viewer.day)
    return [one for one in rows if mine & places(one.asker, viewer.day)]


# What belongs to a request -------------------------------------------------------------------------------------------


def _sent(viewer: Viewer, written: str) -> Q:
    """The region's own always; to the asker what was written before the answer was sent."""
    if viewer.system:
        return Q()
    mine = viewer.organisation_id or 0
    told = Q(guidance__asker_id=mine, **{f"{written}__lte": F("guidance__answered_at")})
    return Q(guidance__region_id=mine) | told


def comments(viewer: Viewer) -> "QuerySet[GuidanceComment]":
    """Comments that the viewer may read."""
    require(viewer, Capability.SIGNED_IN)
    return GuidanceComment.objects.filter(_sent(viewer, "written_at"))


def marks(viewer: Viewer) -> "QuerySet[GuidanceMark]":
    """Marks of the checklist that the viewer may read."""
    require(viewer, Capability.SIGNED_IN)
    return GuidanceMark.objects.filter(_sent(viewer, "marked_at"))


def notes(viewer: Viewer) -> "QuerySet[GuidanceNote]":
    """Notes of meetings, which both sides read."""
    require(viewer, Capability.SIGNED_IN)
    return GuidanceNote.objects.filter(_mine(viewer, "guidance__"))


_WITH = ("guidance", "guidance__programme", "guidance__asker", "guidance__region")


def region_comment(viewer: Viewer, comment_id: int) -> GuidanceComment:
    """A comment of the viewer's region. Raises ``MissingCapability``, ``NotVisible``."""
    require_region(viewer)
    rows = comments(viewer).filter(guidance__region_id=viewer.organisation_id or 0)
    return one_of(rows.select_related(*_WITH), comment_id)


def asker_comment(viewer: Viewer, comment_id: int) -> GuidanceComment:
    """A comment that was sent to the viewer's organisation. Raises ``MissingCapability``, ``NotVisible``."""
    require_asker(viewer)
    rows = comments(viewer).filter(guidance__asker_id=viewer.organisation_id or 0)
    return one_of(rows.select_related(*_WITH), comment_id)


def comment_to_write(viewer: Viewer, comment_id: int) -> GuidanceComment:
    """A comment of the viewer's region, its request locked. Raises ``MissingCapability``, ``NotVisible``."""
    return _behind_lock(region_comment(viewer, comment_id), comments(viewer))


def comment_to_follow(viewer: Viewer, comment_id: int) -> GuidanceComment:
    """A comment that was sent to the viewer's organisation, its request locked. Raises as ``comment_to_write``."""
    return _behind_lock(asker_comment(viewer, comment_id), comments(viewer))


def _behind_lock(found: GuidanceComment, rows: "QuerySet[GuidanceComment]") -> GuidanceComment:
    one_of(Guidance.objects.all(), found.guidance_id, lock=True)
    # Read again behind the lock: what somebody saved while we waited is there now.
    return one_of(rows.select_related(*_WITH), found.pk)
