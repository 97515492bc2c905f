"""Notices to users, what each user wants to hear of, and the e-mails that were sent.

Not for: who may see the thing a notice is about. A notice holds an address of the product and no personal data.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Ilmoitus. One thing that one user should know in one organisation."""

    user = models.ForeignKey("actors.User", on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Empty for a client at the own page."""
    kind = models.CharField(max_length=60)
    """A name of ``kinds.registered``; the words are made when it is read, in the reader's language."""
    address = models.CharField(max_length=200)
    """Where to go in the product; never a name or a code of a person."""
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    """The day it is about, if any: shown in its words as %(on)s."""
    count = models.IntegerField(default=1)
    """How many things of the kind it stands for: a second one joins an unseen first."""
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-made_at"], name="notices_of_user"),
            models.Index(fields=["user", "kind"], condition=models.Q(seen_at=None), name="notices_unseen"),
            models.Index(fields=["object_kind", "object_id"], name="notices_object"),
        ]


class Delivery(models.TextChoices):
    AT_ONCE = "at-once", _("e-mail at once")
    DAILY = "daily", _("in the daily digest")
    PRODUCT = "product", _("only in the product")
    OFF = "off", _("not at all")


class Wish(models.Model):
    """Ilmoitusasetus. How one user wants to hear of one kind; without a row the kind's own default counts."""

    user = models.ForeignKey("actors.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    narrowed = models.JSONField(default=dict, blank=True)
    """To what of the kind: lists of codes by the name of what they are, as the room that tells means them. Empty: all."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notices_wish_once")]
