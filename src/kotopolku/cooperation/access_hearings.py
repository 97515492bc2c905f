"""The only way from a viewer to hearings and statements, and from an id to one of them. Row security stands under it.

A hearing is kept by its organisation, read by those who were asked, and by everybody once a public summary has come out.
Not for: what may be done with them (capabilities, ``access.gate``).
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.cooperation.models import Hearing, HearingInvitee, HearingState, Statement

NOT_OVER = (HearingState.DRAFT, HearingState.OPEN, HearingState.CLOSED)
"""A hearing that was cancelled, or whose summary is out, stays where it is."""


def own_hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings of the viewer's own organisation, drafts too. Raises ``MissingCapability``."""
    require(viewer, Capability.HEARING_KEEP)
    rows = Hearing.objects.all()
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_hearing(viewer: Viewer, hearing_id: int, *, lock: bool = False) -> Hearing:
    """A hearing that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_hearings(viewer).select_related("organisation"), hearing_id, lock)


def keeps(viewer: Viewer, hearing: Hearing) -> bool:
    return viewer.may(Capability.HEARING_KEEP) and hearing.organisation_id == viewer.organisation_id


def left_behind(viewer: Viewer) -> list[Hearing]:
    """Hearings that are not over, of organisations that are no more and that the viewer's follows; the nearest day first.

    One statement when it follows nobody. Raises ``MissingCapability``.
    """
    require(viewer, Capability.HEARING_KEEP)
    gone = list(actors.followed(viewer.organisation_id, viewer.day))
    if not gone:
        return []
    with rowsecurity.as_system():
        # The predecessor's rows, which its successor does not read by itself before it keeps them.
        rows = Hearing.objects.filter(organisation__in=gone, state__in=NOT_OVER).select_related(
            "organisation"
        )
        return list(rows.order_by("answer_by", "pk"))


def asked_hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings in which the viewer's organisation was asked, itself or through a body that it keeps."""
    require(viewer, Capability.SIGNED_IN)
    mine = HearingInvitee.objects.filter(hearing=OuterRef("pk"), organisation_id=viewer.organisation_id or 0)
    return Hearing.objects.exclude(state=HearingState.DRAFT).filter(Exists(mine))


def asked_hearing(viewer: Viewer, hearing_id: int) -> Hearing:
    """Raises ``NotVisible``."""
    return one_of(asked_hearings(viewer).select_related("organisation"), hearing_id)


def invitees(viewer: Viewer, hearing_id: int) -> "QuerySet[HearingInvitee]":
    """What the viewer's organisation was asked as: itself, then the bodies that it keeps. None for who was not asked."""
    rows = HearingInvitee.objects.filter(hearing__in=asked_hearings(viewer), hearing_id=hearing_id)
    rows = rows.filter(organisation_id=viewer.organisation_id or 0).select_related("organisation", "body")
    return rows.order_by(F("body__name_fi").asc(nulls_first=True), "pk")


def invitee(
    viewer: Viewer, hearing_id: int, body_id: int | None = None, *, lock: bool = False
) -> HearingInvitee:
    """That the viewer's organisation was asked, or a body that it keeps. Raises ``NotVisible``.

    Locked, no colleague answers and the hearing is not closed meanwhile.
    """
    rows = invitees(viewer, hearing_id).filter(body=body_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def published_hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Hearings whose summary everybody may read, signed in or not."""
    return Hearing.objects.filter(state=HearingState.PUBLISHED, public=True)


def hearings(viewer: Viewer) -> "QuerySet[Hearing]":
    """Every hearing that the viewer may read: own, asked, published for everybody."""
    seen = Q(state=HearingState.PUBLISHED, public=True)
    if viewer.may(Capability.SIGNED_IN):
        seen |= Q(pk__in=asked_hearings(viewer).values("pk"))
    if viewer.may(Capability.HEARING_KEEP):
        seen |= Q(pk__in=own_hearings(viewer).values("pk"))
    return Hearing.objects.filter(seen)


def hearing(viewer: Viewer, hearing_id: int) -> Hearing:
    """Raises ``NotVisible``."""
    return one_of(hearings(viewer).select_related("organisation"), hearing_id)


def summarised_hearing(viewer: Viewer, hearing_id: int) -> Hearing:
    """A hearing whose summary the viewer may read: published, or one's own that is closed. Raises ``NotVisible``."""
    found = hearing(viewer, hearing_id)
    if found.state == HearingState.PUBLISHED:
        return found
    if found.state == HearingState.CLOSED and keeps(viewer, found):
        return found
    raise NotVisible


def statements(viewer: Viewer) -> "QuerySet[Statement]":
    """The own organisation's, those given to it for who keeps hearings, and those published to the viewer."""
    seen = Q(shown="public")
    if viewer.may(Capability.SIGNED_IN):
        seen |= Q(organisation_id=viewer.organisation_id or 0) | Q(
            shown="heard", hearing_id__in=asked_hearings(viewer).values("pk")
        )
    if viewer.may(Capability.HEARING_KEEP):
        seen |= Q(sender_id=viewer.organisation_id or 0, given_at__isnull=False)
    return Statement.objects.all() if viewer.system else Statement.objects.filter(seen)


def statement(viewer: Viewer, hearing_id: int, statement_id: int) -> Statement:
    """Raises ``NotVisible``."""
    rows = statements(viewer).filter(hearing_id=hearing_id)
    return one_of(rows.select_related("organisation", "body", "given_by"), statement_id)


def own_statement(viewer: Viewer, asked: HearingInvitee) -> Statement | None:
    """What the viewer's organisation said as ``asked``, given or not."""
    whose = {"organisation_id": viewer.organisation_id or 0, "body_id": asked.body_id}
    rows = Statement.objects.filter(hearing_id=asked.hearing_id, **whose)
    return rows.select_related("given_by").first()
