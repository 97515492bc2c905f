"""What the jobs of the shared space write: people are told of bulletins, and once a week of what is new.

Not for: what a bulletin says (``bulletins.py``).
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.cooperation.actions.bulletins import BULLETIN
from kotopolku.cooperation.actions.receivers import seats
from kotopolku.cooperation.models import (
    Bulletin,
    BulletinOrganisation,
    BulletinState,
    Material,
    MaterialState,
    PublishedAnswer,
    Seminar,
    SeminarState,
)
from kotopolku.cooperation.rules import SentBulletin, Weekly, weekly
from kotopolku.journal.actions import record
from kotopolku.notices.actions import digest, notify
from kotopolku.notices.models import Delivery, Wish

WEEK = timedelta(days=7)
WEEKLY = "cooperation.week"


def untold(*, actor: Viewer) -> list[int]:
    """Bulletins of which people have not been told yet; for the job. Writes nothing."""
    require(actor, Capability.BULLETIN_SEND)
    rows = Bulletin.objects.exclude(state=BulletinState.DRAFT).filter(told_at=None)
    return list(rows.order_by("id").values_list("pk", flat=True))


@transaction.atomic
def tell_of_bulletin(bulletin_id: int, *, actor: Viewer) -> int:
    """Tells everybody whom a bulletin is for that it came, was corrected or withdrawn. Returns how many. For the job."""
    require(actor, Capability.BULLETIN_SEND)
    found = Bulletin.objects.select_for_update(skip_locked=True).filter(pk=bulletin_id, told_at=None).first()
    if found is None or found.state == BulletinState.DRAFT:
        return 0
    if found.state == BulletinState.WITHDRAWN:
        kind = "cooperation.bulletin-withdrawn"
    elif found.edition > 1:
        kind = "cooperation.bulletin-corrected"
    else:
        kind = "cooperation.bulletin-answer-wanted" if found.answer_by else "cooperation.bulletin-sent"
    organisations = BulletinOrganisation.objects.filter(bulletin=found).values_list(
        "organisation_id", flat=True
    )
    people: dict[int, set[int]] = defaultdict(set)
    for organisation_id, user_id in seats(organisations, actor, found.roles).values_list(
        "organisation_id", "user_id"
    ):
        if user_id != found.sent_by_id:
            people[organisation_id].add(user_id)
    told = 0
    for organisation_id, users in sorted(people.items()):
        told += notify(
            kind,
            users,
            actor=actor,
            address=reverse("cooperation:bulletin", args=[found.pk]),
            organisation_id=organisation_id,
            about=(BULLETIN, found.pk),
            on=found.answer_by,
        )
    found.told_at = clock.now()
    found.save(update_fields=["told_at"])
    record("cooperation.bulletin.told", actor=actor, object=(BULLETIN, found.pk), details={"told": told})
    return told


@transaction.atomic
def send_weekly(*, actor: Viewer) -> int:
    """Tells everybody who wants it what was new in the seven days before: of each only what that seat may see.

    Nobody is told of an empty week. Returns how many were told. For the job.
    """
    require(actor, Capability.BULLETIN_SEND)
    since = clock.now() - WEEK
    first = clock.today() - WEEK
    common = Weekly(
        materials=Material.objects.filter(state=MaterialState.PUBLISHED, published_on__gt=first).count(),
        seminars=Seminar.objects.filter(
            state=SeminarState.PUBLISHED, published_on__gt=first, starts_at__gt=clock.now()
        ).count(),
        answers=PublishedAnswer.objects.filter(withdrawn_on=None, published_on__gt=first).count(),
    )
    sent = _sent_since(since)
    unwanted = set(Wish.objects.filter(kind=WEEKLY, delivery=Delivery.OFF).values_list("user_id", flat=True))
    roles = [role.value for role, rights in CAPABILITIES.items() if Capability.SIGNED_IN in rights]
    rows = Membership.objects.filter(
        role__in=roles,
        valid__contains=actor.day,
        user__is_active=True,
        organisation__valid__contains=actor.day,
    ).values_list("user_id", "organisation_id", "role")
    most: dict[tuple[int, int], Weekly] = {}
    for user_id, organisation_id, role in rows.order_by("organisation_id", "user_id"):
        if user_id in unwanted:
            continue
        found = weekly(sent, organisation_id, role, common)
        known = most.get((user_id, organisation_id))
        if known is None or found.total > known.total:
            most[user_id, organisation_id] = found
    told = 0
    for (user_id, organisation_id), found in most.items():
        if found.total:
            told += digest(
                user_id,
                WEEKLY,
                found.total,
                reverse("cooperation:front"),
                actor=actor,
                organisation_id=organisation_id,
            )
    record("cooperation.week.told", actor=actor, details={"told": told})
    return told


def _sent_since(since: object) -> list[SentBulletin]:
    rows = Bulletin.objects.filter(state=BulletinState.SENT, sent_at__gt=since)
    of: dict[int, set[int]] = defaultdict(set)
    for bulletin_id, organisation_id in BulletinOrganisation.objects.filter(bulletin__in=rows).values_list(
        "bulletin_id", "organisation_id"
    ):
        of[bulletin_id].add(organisation_id)
    return [
        SentBulletin(frozenset(of[pk]), frozenset(roles)) for pk, roles in rows.values_list("pk", "roles")
    ]
