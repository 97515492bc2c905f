"""What pages ask about bulletins: the boxes, one bulletin with its answers and editions, who has and has not read it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    Attachment,
    Bulletin,
    BulletinAnswer,
    BulletinEdition,
    BulletinOrganisation,
    BulletinReceipt,
    BulletinState,
)
from kotopolku.cooperation.queries.addressing import people, sent_on

PAGE_SIZE = 25
ORGANISATIONS_A_PAGE = 40


@dataclass(frozen=True)
class WantedBulletin:
    """What is sought in a box."""

    q: str = ""
    topic: str = ""
    region: str = ""


def narrowed(rows: "QuerySet[Bulletin]", wanted: WantedBulletin) -> "QuerySet[Bulletin]":
    """Those with the words, on the topic, narrowed to the region when they were sent."""
    for word in wanted.q.replace("\0", "").split()[:10]:
        rows = rows.filter(Q(title__icontains=word) | Q(body__icontains=word))
    if wanted.topic:
        rows = rows.filter(topics__contains=[wanted.topic])
    return rows.filter(to_regions__contains=[wanted.region]) if wanted.region else rows


def inbox(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Bulletins that others sent to the viewer, the newest first, each with ``read`` (edition opened) and ``answered``."""
    mine = BulletinReceipt.objects.filter(
        bulletin=OuterRef("pk"),
        organisation_id=viewer.organisation_id or 0,
        user_id=viewer.user_id or 0,
    )
    answered = BulletinAnswer.objects.filter(
        bulletin=OuterRef("pk"), organisation_id=viewer.organisation_id or 0
    )
    rows = _from_others(viewer).annotate(
        read=Subquery(mine.values("edition")[:1]),
        acknowledged=Subquery(mine.values("acknowledged_edition")[:1]),
        answered=Exists(answered),
    )
    return rows.select_related("sender").order_by("-sent_at", "-id")


def _from_others(viewer: Viewer) -> "QuerySet[Bulletin]":
    """What was sent to everybody comes to the sender's organisation too, but is no news to who sent it."""
    return access.received(viewer).exclude(sent_by_id=viewer.user_id or 0)


def to_acknowledge(rows: "QuerySet[Bulletin]") -> "QuerySet[Bulletin]":
    """Of ``inbox``: those whose newest edition the viewer has been asked to acknowledge, and has not."""
    asked = rows.filter(state=BulletinState.SENT, acknowledge=True)
    return asked.filter(Q(acknowledged=None) | Q(acknowledged__lt=F("edition")))


def unread(rows: "QuerySet[Bulletin]") -> "QuerySet[Bulletin]":
    """Of ``inbox``: those not opened in their newest edition."""
    return rows.filter(state=BulletinState.SENT).filter(Q(read=None) | Q(read__lt=F("edition")))


def to_answer(rows: "QuerySet[Bulletin]") -> "QuerySet[Bulletin]":
    """Of ``inbox``: those that want an answer and have none from the viewer's organisation."""
    waiting = rows.filter(state=BulletinState.SENT).exclude(answer_by=None)
    return waiting.filter(answered=False)  # type: ignore[misc]


def sent(viewer: Viewer) -> "QuerySet[Bulletin]":
    """What the own organisation has sent, with how many organisations, readers and answers."""
    return (
        access.own_bulletins(viewer)
        .exclude(state=BulletinState.DRAFT)
        .annotate(
            organisations=_number(BulletinOrganisation),
            readers=_number(BulletinReceipt),
            answers_given=_number(BulletinAnswer),
        )
        .order_by("-sent_at", "-id")
    )


def _number(model: type) -> Subquery:
    rows = model.objects.filter(bulletin=OuterRef("pk")).order_by().values("bulletin")  # type: ignore[attr-defined]
    return Subquery(rows.annotate(number=Count("pk")).values("number")[:1])


def drafts(viewer: Viewer) -> "QuerySet[Bulletin]":
    """The own organisation's drafts, the newest first."""
    return access.own_bulletins(viewer).filter(state=BulletinState.DRAFT).order_by("-made_at", "-id")


@dataclass(frozen=True)
class Detail:
    """A bulletin as it is read."""

    bulletin: Bulletin
    editions: list[BulletinEdition]
    files: list[Attachment]
    receipt: BulletinReceipt | None
    answer: BulletinAnswer | None
    received: bool

    @property
    def acknowledged(self) -> bool:
        return self.receipt is not None and self.receipt.acknowledged_edition >= self.bulletin.edition

    @property
    def corrections(self) -> list[BulletinEdition]:
        return [one for one in self.editions if one.number > 1]


def detail(viewer: Viewer, bulletin: Bulletin) -> Detail:
    """Five statements at most."""
    own = {"bulletin": bulletin, "organisation_id": viewer.organisation_id or 0}
    return Detail(
        bulletin,
        list(BulletinEdition.objects.filter(bulletin=bulletin).order_by("-number")),
        files(bulletin),
        BulletinReceipt.objects.filter(**own, user_id=viewer.user_id or 0).first(),
        BulletinAnswer.objects.filter(**own).select_related("answered_by").first(),
        _from_others(viewer).filter(pk=bulletin.pk).exists(),
    )


def files(bulletin: Bulletin) -> list[Attachment]:
    return list(Attachment.objects.filter(bulletin=bulletin).order_by("id"))


@dataclass
class Readers:
    """One addressed organisation: who has opened the newest edition, who has not, what was answered."""

    organisation: Organisation
    opened: list[tuple[str, datetime, bool]] = field(default_factory=list)
    """Name, when, whether acknowledged."""
    missing: list[str] = field(default_factory=list)
    answer: BulletinAnswer | None = None

    @property
    def expected(self) -> int:
        return len(self.opened) + len(self.missing)


@dataclass(frozen=True)
class Totals:
    organisations: int
    organisations_read: int
    people: int
    read: int
    acknowledged: int
    answers: int


def totals(bulletin: Bulletin, viewer: Viewer) -> Totals:
    """How far the newest edition has come. Three statements."""
    addressed = BulletinOrganisation.objects.filter(bulletin=bulletin)
    receipts = _opened(bulletin)
    missing = _seats(bulletin, viewer).filter(
        ~Exists(receipts.filter(organisation_id=OuterRef("organisation_id"), user_id=OuterRef("user_id"))),
        organisation__in=addressed.values("organisation_id"),
    )
    counted = receipts.aggregate(
        read=Count("pk"),
        organisations=Count("organisation_id", distinct=True),
        acknowledged=Count("pk", filter=Q(acknowledged_edition__gte=bulletin.edition)),
    )
    numbers = addressed.aggregate(
        organisations=Count("pk"),
        answers=Count(
            "pk",
            filter=Exists(
                BulletinAnswer.objects.filter(bulletin=bulletin, organisation_id=OuterRef("organisation_id"))
            ),
        ),
    )
    return Totals(
        numbers["organisations"],
        counted["organisations"],
        counted["read"] + missing.values("user_id", "organisation_id").distinct().count(),
        counted["read"],
        counted["acknowledged"],
        numbers["answers"],
    )


def _opened(bulletin: Bulletin) -> "QuerySet[BulletinReceipt]":
    """Receipts of the newest edition."""
    return BulletinReceipt.objects.filter(bulletin=bulletin, edition__gte=bulletin.edition)


def _seats(bulletin: Bulletin, viewer: Viewer) -> "QuerySet[Membership]":
    rows = people(bulletin, viewer, sent_on(bulletin, viewer))
    return rows.exclude(user_id=bulletin.sent_by_id or 0)


def addressed(bulletin: Bulletin) -> "QuerySet[BulletinOrganisation]":
    """The organisations to which a bulletin was sent, in alphabetical order."""
    rows = BulletinOrganisation.objects.filter(bulletin=bulletin).select_related("organisation")
    return rows.order_by("organisation__sort_key_fi", "organisation_id")


def readers(bulletin: Bulletin, viewer: Viewer, addressed: Iterable[BulletinOrganisation]) -> list[Readers]:
    """Some of the addressed organisations with the names. Three statements whatever the number of people."""
    found = {one.organisation_id: Readers(one.organisation) for one in addressed}
    read: dict[int, set[int]] = defaultdict(set)
    receipts = _opened(bulletin).filter(organisation_id__in=found)
    for one in receipts.select_related("user").order_by("opened_at"):
        done = one.acknowledged_edition >= bulletin.edition
        found[one.organisation_id].opened.append((one.user.get_full_name(), one.opened_at, done))
        read[one.organisation_id].add(one.user_id)
    held = _seats(bulletin, viewer).filter(organisation_id__in=found).select_related("user")
    for seat in held.order_by("organisation_id", "user__full_name"):
        if seat.user_id not in read[seat.organisation_id]:
            read[seat.organisation_id].add(seat.user_id)
            found[seat.organisation_id].missing.append(seat.user.get_full_name())
    answers = BulletinAnswer.objects.filter(bulletin=bulletin, organisation_id__in=found)
    for given in answers.select_related("answered_by"):
        found[given.organisation_id].answer = given
    return list(found.values())
