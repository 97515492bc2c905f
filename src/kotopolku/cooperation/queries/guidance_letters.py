"""Guidance letters: bulletins by which a region guides municipalities and employment authorities, and who has read them.

Not for: other bulletins (``bulletins.py``), writing and sending them.
"""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import Bulletin, BulletinOrganisation, BulletinReceipt, BulletinState
from kotopolku.cooperation.queries import bulletins


def sent(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Letters that the own organisation has sent, the newest first; nothing to who may not send any.

    Each with numbers of its newest edition: ``organisations`` addressed, ``opened_in`` of them, ``acknowledged_in`` of
    them, and ``readers``, the people who have opened it. One statement.
    """
    if not viewer.may(Capability.BULLETIN_SEND):
        return Bulletin.objects.none()
    addressed = BulletinOrganisation.objects.filter(bulletin=OuterRef("pk"))
    opened = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), edition__gte=OuterRef("edition"))
    done = opened.filter(acknowledged_edition__gte=OuterRef("edition"))
    rows = access.own_bulletins(viewer).filter(guidance=True).exclude(state=BulletinState.DRAFT)
    return rows.annotate(
        organisations=_number(addressed, Count("pk")),
        opened_in=_number(opened, Count("organisation_id", distinct=True)),
        acknowledged_in=_number(done, Count("organisation_id", distinct=True)),
        readers=_number(opened, Count("pk")),
    ).order_by("-sent_at", "-id")


def number_sent(organisation_id: int, year: int) -> int:
    """How many letters an organisation sent in a year, also one that is no more: for its report. One statement."""
    rows = Bulletin.objects.filter(sender_id=organisation_id, guidance=True, sent_at__year=year)
    with rowsecurity.as_system():
        return rows.exclude(state=BulletinState.DRAFT).count()


def received(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Letters that have come to the viewer, with ``read`` and ``acknowledged`` (editions). One statement."""
    return bulletins.inbox(viewer).filter(guidance=True)


def to_acknowledge(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Of those that have come: what the viewer has been asked to acknowledge in its newest edition, and has not."""
    return bulletins.to_acknowledge(received(viewer))


def drafts(viewer: Viewer) -> "QuerySet[Bulletin]":
    """The own organisation's letters that have not been sent."""
    if not viewer.may(Capability.BULLETIN_SEND):
        return Bulletin.objects.none()
    return bulletins.drafts(viewer).filter(guidance=True)


def _number(rows: "QuerySet[BulletinOrganisation] | QuerySet[BulletinReceipt]", what: Count) -> Coalesce:
    counted = rows.order_by().values("bulletin").annotate(number=what).values("number")[:1]
    return Coalesce(Subquery(counted), 0)
