"""Bodies of cooperation: terms, seats by sector and organisation, members and their personal deputies.

A membership gives no right of access by itself; it says who is called. Not for: meetings.
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Named, last_day


class BodyKind(models.TextChoices):
    COMMISSION = "commission", _("regional commission for immigration affairs")
    GROUP = "group", _("regional cooperation group")
    ETNO = "etno", _("regional advisory board for ethnic relations")
    BOARD = "board", _("municipal advisory board")
    WORKING = "working", _("working group")


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("chair")
    VICE = "vice", _("vice-chair")
    MEMBER = "member", _("member")
    SECRETARY = "secretary", _("secretary")
    EXPERT = "expert", _("permanent expert")


class Part(models.TextChoices):
    MEMBER = "member", _("member")
    DEPUTY = "deputy", _("personal deputy")


class Body(Named):
    """Toimielin. Kept by the authority that appoints it."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=BodyKind.choices)
    purpose = models.JSONField(default=dict)
    """What it is for, by language."""
    municipalities = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Codes of its area; empty means the whole area of the organisation that keeps it."""
    founded_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    """Its last day."""
    taken_over_on = models.DateField(null=True, blank=True)
    """When the authority that keeps it took it over from one that is no more."""
    quorum = models.PositiveSmallIntegerField(null=True, blank=True)
    """Members, or their deputies, who must be present; empty means more than half of the seats."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    def has_ended(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on < day


class BodyTerm(models.Model):
    """Toimikausi. The days for which a body has been appointed, and by which decision."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="terms")
    days = DateRangeField()
    appointed_on = models.DateField()
    decision = models.CharField(max_length=100, blank=True)
    """Number of the decision."""
    cut_from = models.DateField(null=True, blank=True)
    """Its last day as appointed, when the end of the body cut it short."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="cooperation_one_term_a_day",
                expressions=[("body", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]

    @property
    def last_day(self) -> date | None:
        """The last day of the term."""
        return last_day(self.days)


class BodySeat(models.Model):
    """Paikka toimielimessä. Whose seat it is, whoever sits on it."""

    term = models.ForeignKey(BodyTerm, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(max_length=10, choices=SeatRole.choices, default=SeatRole.MEMBER)
    sector = models.CharField(max_length=40, blank=True)
    """Code of a sector (``data/sectors.toml``)."""
    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    represents = models.CharField(max_length=200, blank=True)
    """Whom it represents, when that is no organisation of the directory."""
    order = models.IntegerField(default=0)
    version = models.IntegerField(default=1)


class SeatHolder(models.Model):
    """Jäsen tai henkilökohtainen varajäsen. One person on one seat on some days."""

    seat = models.ForeignKey(BodySeat, on_delete=models.CASCADE, related_name="holders")
    part = models.CharField(max_length=6, choices=Part.choices, default=Part.MEMBER)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=100, blank=True)
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """When the person signs in here."""
    days = DateRangeField()
    decision = models.CharField(max_length=100, blank=True)
    """Number of the decision by which the person was named, or the change made in mid-term."""
    cut_from = models.DateField(null=True, blank=True)
    """The last day as named, when the end of the body cut it short."""
    left_reason = models.CharField(max_length=300, blank=True)
    interests_on = models.DateField(null=True, blank=True)
    """When ties were declared, or it was declared that there are none."""

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="cooperation_one_holder_a_day",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    ("part", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [models.Index(fields=["user"], name="cooperation_holder_user")]

    @property
    def last_day(self) -> date | None:
        """The last day on the seat."""
        return last_day(self.days)

    @property
    def email(self) -> str:
        """Empty also to who may not read it."""
        return self._hidden.email

    @property
    def interests(self) -> str:
        """Empty also to who may not read them."""
        return self._hidden.interests

    @property
    def _hidden(self) -> "HolderPrivate":
        try:
            return self.private
        except HolderPrivate.DoesNotExist:
            return HolderPrivate()


class HolderPrivate(models.Model):
    """What only the keeper of the body and the person on the seat read, by row security too."""

    holder = models.OneToOneField(
        SeatHolder, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    email = models.EmailField(blank=True)
    interests = models.CharField(max_length=1_000, blank=True)
    """Declared ties that can make the person disqualified in a matter."""
