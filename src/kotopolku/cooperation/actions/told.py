"""What the jobs of the shared space write: people are told of bulletins, and once a week of what they want to hear.

Not for: what a bulletin says (``bulletins.py``).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import refuse
from kotopolku.cooperation.actions.bulletins import BULLETIN
from kotopolku.cooperation.actions.checks import check_regions, check_topics
from kotopolku.cooperation.actions.mailing import Letter, post
from kotopolku.cooperation.models import (
    Bulletin,
    BulletinOrganisation,
    BulletinReceipt,
    BulletinState,
    HolderPrivate,
)
from kotopolku.cooperation.queries import week
from kotopolku.cooperation.queries.addressing import of_bodies, seats, sent_on
from kotopolku.cooperation.queries.addressing import people as people_of
from kotopolku.cooperation.rules import EVERYTHING, Chosen, SentBulletin, Weekly, common_of, weekly
from kotopolku.journal.actions import record
from kotopolku.notices.actions import digest, narrow, notify
from kotopolku.notices.models import Delivery, Wish

WEEKLY = week.WEEKLY


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
    came = "cooperation.bulletin-answer-wanted" if found.answer_by else "cooperation.bulletin-sent"
    organisations = BulletinOrganisation.objects.filter(bulletin=found).values("organisation_id")
    held = people_of(found, actor, sent_on(found, actor)).filter(organisation__in=organisations)
    opened = set(BulletinReceipt.objects.filter(bulletin=found).values_list("organisation_id", "user_id"))
    people: dict[tuple[int, str], set[int]] = defaultdict(set)
    for seat in held.exclude(user_id=found.sent_by_id or 0).values_list("organisation_id", "user_id"):
        # To who has not opened it the corrected text is simply the one that came.
        kind = "cooperation.bulletin-corrected" if seat in opened else came
        if found.state == BulletinState.WITHDRAWN:
            kind = "cooperation.bulletin-withdrawn"
        people[seat[0], kind].add(seat[1])
    told = 0
    for (organisation_id, kind), users in sorted(people.items()):
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
    letters = _letters(found, actor)
    record(
        "cooperation.bulletin.told",
        actor=actor,
        object=(BULLETIN, found.pk),
        details={"told": told, "letters": len(letters)},
    )
    post(letters)
    return told


def _letters(found: Bulletin, actor: Viewer) -> list[Letter]:
    """E-mail to the members of addressed bodies who do not sign in here, each alone in a letter of their own."""
    ids = of_bodies(found, actor, sent_on(found, actor)).others
    if not ids:
        return []
    rows = HolderPrivate.objects.filter(holder__in=ids).exclude(email="")
    addresses = rows.values_list("email", flat=True)
    with translation.override(found.language):
        title, text = found.title, found.body
        if found.state == BulletinState.WITHDRAWN:
            title = _("Withdrawn: %(title)s") % {"title": found.title}
            text = found.withdrawn_reason
        elif found.edition > 1:
            title = _("Corrected: %(title)s") % {"title": found.title}
        words = f"{text}\n\n{found.sender.name}"
    return [
        Letter(one, title, words, BULLETIN, found.pk, found.sender_id, found.version)
        for one in sorted(set(addresses))
    ]


@transaction.atomic
def send_weekly(*, actor: Viewer) -> int:
    """Tells everybody who wants it what was new in the seven days up to yesterday: of each only what that seat may see.

    Nobody is told of an empty week. Returns how many were told. For the job.
    """
    require(actor, Capability.BULLETIN_SEND)
    days = week.week_before(clock.today())
    fresh, asked = week.fresh(days), week.hearings(days)
    sent = _sent(days)
    chosen = week.chosen()
    common = {one: common_of(fresh, one) for one in {EVERYTHING, *chosen.values()}}
    unwanted = set(Wish.objects.filter(kind=WEEKLY, delivery=Delivery.OFF).values_list("user_id", flat=True))
    roles = [role.value for role, rights in CAPABILITIES.items() if Capability.SIGNED_IN in rights]
    held = seats(actor.day, roles).filter(organisation__valid__contains=actor.day)
    rows = held.values_list("user_id", "organisation_id", "role")
    most: dict[tuple[int, int], Weekly] = {}
    for user_id, organisation_id, role in rows.order_by("organisation_id", "user_id"):
        if user_id in unwanted:
            continue
        wanted = chosen.get(user_id, EVERYTHING)
        found = weekly(sent, organisation_id, role, common[wanted], asked[organisation_id], wanted)
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
                f"{reverse('cooperation:front')}?week=1",
                actor=actor,
                organisation_id=organisation_id,
            )
    record("cooperation.week.told", actor=actor, details={"told": told})
    return told


@transaction.atomic
def choose_week(topics: Sequence[str], regions: Sequence[str], *, actor: Viewer) -> Chosen:
    """Keeps which topics and regions the reader's weekly summary holds; none of a sort means all. Raises ``Refusals``.

    Whether it comes at all, and how, is the reader's wish about notices.
    """
    require(actor, Capability.SIGNED_IN)
    refuse([*check_topics(topics), *check_regions(regions)])
    chosen = Chosen(frozenset(topics), frozenset(regions))
    kept = {"topics": sorted(chosen.topics), "regions": sorted(chosen.regions)}
    narrow(WEEKLY, kept, actor=actor)
    return chosen


def _sent(days: tuple[date, date]) -> list[SentBulletin]:
    """Bulletins of some days, both days too. Days are Finnish ones, as everywhere."""
    rows = Bulletin.objects.filter(state=BulletinState.SENT, sent_at__date__range=days)
    of: dict[int, set[int]] = defaultdict(set)
    for bulletin_id, organisation_id in BulletinOrganisation.objects.filter(bulletin__in=rows).values_list(
        "bulletin_id", "organisation_id"
    ):
        of[bulletin_id].add(organisation_id)
    return week.sent(rows, of)
