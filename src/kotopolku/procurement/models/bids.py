"""Sealed bids: who opens, what a bidder leaves, receipts, and what the opening lets out.

Until the opening no column here can be read without two openers' phrases or the bidder's own. Not for: scoring.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation, User
from kotopolku.procurement.models.tenders import Lot, Tender


class SealKey(models.Model):
    """Sinetöintiavain. A tender's public key. Of the private one only locked halves are kept, outside the database."""

    tender = models.OneToOneField(Tender, on_delete=models.PROTECT, related_name="seal_key")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.UUIDField(default=uuid.uuid4, unique=True)
    """Names the file in the key folder."""
    public_key = models.BinaryField(null=True)
    """None until every named opener has chosen a phrase."""
    named_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)


class Opener(models.Model):
    """Avaaja. Somebody named to open the bids, together with another."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="openers")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    phrase_set_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "user"], name="procurement_opener_once"),
        ]


class BidState(models.TextChoices):
    DRAFT = "draft", _("draft, not submitted")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    VOID = "void", _("to be confirmed again")


class Bid(models.Model):
    """Tarjous. One organisation's bid in a tender: a locked draft, and versions that were submitted."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bids")
    bidder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bids")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BidState.choices, default=BidState.DRAFT)
    reference = models.UUIDField(default=uuid.uuid4, unique=True)
    salt = models.BinaryField()
    locked_key = models.BinaryField()
    """The bid's key, locked with the bidder's phrase."""
    draft = models.BinaryField()
    """What has been typed, locked with the bid's key."""
    draft_version = models.PositiveIntegerField(default=1)
    draft_saved_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened = models.BooleanField(default=False)
    """From the opening on the buyer knows of the bid."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "bidder"], name="procurement_bid_once"),
        ]
        indexes = [models.Index(fields=["bidder", "-id"], name="procurement_bid_bidder")]


class BidFile(models.Model):
    """Tarjouksen liite. A file locked with a key that stands in the bid's locked content only."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="files")
    reference = models.UUIDField(default=uuid.uuid4, unique=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the locked content; the bid holds it too, so that no other file can take its place."""
    added_at = models.DateTimeField()


class VersionState(models.TextChoices):
    IN_FORCE = "in-force", _("in force")
    REPLACED = "replaced", _("replaced by a later one")
    WITHDRAWN = "withdrawn", _("withdrawn")
    VOID = "void", _("to be confirmed: the documents changed")


class BidVersion(models.Model):
    """Jätetty tarjous. A sealed bid as it was received, with its receipt. Of one no longer in force only the receipt."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="versions")
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.IN_FORCE)
    content = models.BinaryField()
    for_tender = models.BinaryField()
    for_bidder = models.BinaryField()
    digest = models.CharField(max_length=64)
    key_fingerprint = models.CharField(max_length=40)
    """Of the tender's public key that it was sealed for."""
    received_at = models.DateTimeField()
    documents_version = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "number"], name="procurement_version_number"),
            models.UniqueConstraint(
                fields=["bid"], condition=models.Q(state="in-force"), name="procurement_version_in_force"
            ),
        ]
        indexes = [models.Index(fields=["tender", "state"], name="procurement_version_tender")]


class OpeningSession(models.Model):
    """Avaustilaisuus. The first opener's half waits for the second's; then the bids are opened and the record written."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="openings")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    handed = models.JSONField(default=dict)
    """The first's half for each other opener, in a box that only that one's phrase opens. Emptied when used or expired."""
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    record = models.JSONField(default=dict)
    """What the opening record says; it holds no prices and no answers."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the record."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tender"],
                condition=models.Q(completed_at__isnull=False),
                name="procurement_opened_once",
            ),
        ]


class OpenedBid(models.Model):
    """Avattu tarjous. What one bidder offers for one lot, readable from the opening on."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="opened_bids")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="opened_bids")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="opened_lots")
    version = models.ForeignKey(BidVersion, on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    price_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    answers = models.JSONField(default=dict)
    """Answers about the lot by field id."""
    common = models.JSONField(default=dict)
    """Answers about the bidder by field id, the self-declaration among them: the same for every lot of the bid."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "lot"], name="procurement_opened_bid_once"),
        ]
        indexes = [models.Index(fields=["tender", "lot"], name="procurement_opened_lot")]


class ClaimState(models.TextChoices):
    CLAIMED = "claimed", _("not decided: kept secret")
    ACCEPTED = "accepted", _("business secret")
    REFUSED = "refused", _("no business secret")


class SecretClaim(models.Model):
    """Liikesalaisuusmerkintä. What a bidder marked as its business secret in the sealed bid, and what the buyer decided.

    It came out of the seal with the bid. Until the buyer has refused it, and ``opens_on`` has come, it is kept secret.
    """

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="secret_claims")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="secret_claims")
    bidder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=60)
    """Page of the bid: a part about the bidder, or "lot-" and the lot's code."""
    item = models.CharField(max_length=60)
    """Field of the section, or the reference of a file."""
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.CLAIMED)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    words = models.TextField(blank=True)
    """Why the buyer accepted or refused it."""
    opens_on = models.DateField(null=True)
    """Day from which a refused claim hides nothing any more; the bidder has until then to object."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "section", "item"], name="procurement_secret_once"),
        ]
        indexes = [models.Index(fields=["tender", "state"], name="procurement_secret_tender")]


class OpenedFile(models.Model):
    """Avattu liite. A file of an opened bid, with the key that unlocks it."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="opened_files")
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    field = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    file = models.OneToOneField(BidFile, on_delete=models.PROTECT, related_name="opened")
    key = models.BinaryField()
