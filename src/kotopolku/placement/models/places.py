"""Agreements between a municipality and the regional authority, the ministry's targets, yearly requests, and places.

Not for: who gets a place (``cases.py``) and money (``money.py``). A place is a number: nothing here is about a person.
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import last_day


class Group(models.TextChoices):
    QUOTA = "quota", _("quota refugees")
    ASYLUM = "asylum", _("persons granted a permit after seeking asylum")
    TEMPORARY = "temporary", _("persons under temporary protection")
    MINOR = "minor", _("unaccompanied minors")


class Resource(models.TextChoices):
    """What can be scarce in a municipality. A home is counted by the most persons it takes."""

    PERSONS_QUOTA = "persons-quota", _("persons, quota refugees")
    PERSONS_ASYLUM = "persons-asylum", _("persons, after asylum")
    PERSONS_TEMPORARY = "persons-temporary", _("persons, temporary protection")
    PERSONS_MINOR = "persons-minor", _("unaccompanied minors")
    HOME_2 = "home-2", _("homes for 1–2 persons")
    HOME_4 = "home-4", _("homes for 3–4 persons")
    HOME_6 = "home-6", _("homes for 5–6 persons")
    HOME_7 = "home-7", _("homes for 7 persons or more")
    ACCESSIBLE = "accessible", _("accessible homes")
    SCHOOL = "school", _("places in preparatory classes")
    DAYCARE = "daycare", _("places in day care")
    SPECIAL = "special", _("places with special support")


PERSONS: tuple[str, ...] = tuple(f"persons-{group}" for group in Group.values)
"""The resources that count persons, one a group; together the municipality's places."""


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("draft")
    HEARING = "hearing", _("the county is being heard")
    DECIDED = "decided", _("decided, waits for signatures")
    IN_FORCE = "in-force", _("signed")
    ENDED = "ended", _("ended")
    DISCARDED = "discarded", _("given up before signing")


class Agreement(models.Model):
    """Sopimus kuntaan ohjaamisesta ja kotoutumisen edistämisestä (1386/2010 §41; 681/2023 §42)."""

    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    act = models.CharField(max_length=12)
    """The Act under which it was made: 1386/2010 or 681/2023."""
    days = DateRangeField()
    state = models.CharField(max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT)
    groups = ArrayField(models.CharField(max_length=12, choices=Group.choices), default=list)
    preparedness = models.TextField(blank=True)
    """How the municipality keeps itself ready: housing, services, coordination."""
    county = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    county_asked_on = models.DateField(null=True, blank=True)
    county_answered_on = models.DateField(null=True, blank=True)
    county_statement = models.TextField(blank=True)
    county_stated_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Who stated it for the county; empty when another party wrote it down."""
    county_reminded_on = models.DateField(null=True, blank=True)
    deciding_body = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    """Number of the body's decision in the municipality's own records."""
    signed_municipality_on = models.DateField(null=True, blank=True)
    signed_municipality_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_authority_on = models.DateField(null=True, blank=True)
    signed_authority_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_by = models.DateField(null=True, blank=True)
    """Last day by which the Act wants it reviewed (rule P2); set at signing and by each review."""
    reminded_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    made_on = models.DateField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="placement_one_agreement_a_day",
                expressions=[("municipality", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=models.Q(state__in=["in-force", "ended"]),
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "-id"], name="placement_agreement_mun"),
            models.Index(fields=["authority", "state"], name="placement_agreement_auth"),
            models.Index(
                fields=["review_by"], condition=models.Q(state="in-force"), name="placement_agreement_review"
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day of the agreement; None = until further notice."""
        return last_day(self.days)

    @property
    def group_names(self) -> list[str]:
        """The groups it is about, in the page's language."""
        return [str(Group(group).label) for group in self.groups]

    def covers(self, day: date) -> bool:
        """Whether it is signed and in force on the day."""
        signed = self.state in (AgreementState.IN_FORCE, AgreementState.ENDED)
        return signed and self.days.lower <= day and (self.days.upper is None or day < self.days.upper)


class AgreementReview(models.Model):
    """Sopimuksen tarkistus. One review of an agreement in force, by the interval of its Act."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    reviewed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    summary = models.TextField()
    """What was found and agreed."""
    next_by = models.DateField(null=True)


class Target(models.Model):
    """Kuntapaikkatavoite (681/2023 §40). One area's target for a year; each change is a row of its own, the last holds."""

    year = models.PositiveSmallIntegerField()
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    """Running number of the change, from 1."""
    persons = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    set_on = models.DateField()
    set_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "authority", "number"], name="placement_target_once")
        ]


class PlaceRequest(models.Model):
    """Kuntapaikkapyyntö. The region's yearly question to its municipalities: how many places for the year?"""

    year = models.PositiveSmallIntegerField()
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField(blank=True)
    sent_on = models.DateField()
    sent_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answer_by = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["authority", "-year", "-id"], name="placement_request_auth"),
            models.Index(
                fields=["answer_by"], condition=models.Q(reminded_on=None), name="placement_request_open"
            ),
        ]


class PlaceAnswer(models.Model):
    """Vastaus kuntapaikkapyyntöön. One row a municipality from the day of the request; the answer fills it."""

    request = models.ForeignKey(PlaceRequest, on_delete=models.PROTECT, related_name="answers")
    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    late = models.BooleanField(default=False)
    body = models.CharField(max_length=100, blank=True)
    """The body of the municipality that decided."""
    note = models.TextField(blank=True)
    version = models.IntegerField(default=0)
    """Times answered: 0 = not yet."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "municipality"], name="placement_answer_once")
        ]
        indexes = [models.Index(fields=["municipality", "-request"], name="placement_answer_mun")]


class Capacity(models.Model):
    """Kuntapaikat. One resource of one municipality in one quarter: offered, agreed, reserved and used."""

    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    resource = models.CharField(max_length=20, choices=Resource.choices)
    offered = models.IntegerField(default=0)
    agreed = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    used = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    """Grows with each change of what is offered or agreed, not with each hold."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year", "quarter", "resource"], name="placement_capacity_once"
            ),
            models.CheckConstraint(
                name="placement_capacity_not_negative",
                condition=models.Q(offered__gte=0, agreed__gte=0, reserved__gte=0, used__gte=0),
            ),
            models.CheckConstraint(
                name="placement_capacity_not_over",
                condition=models.Q(agreed__gte=models.F("reserved") + models.F("used")),
            ),
            models.CheckConstraint(
                name="placement_capacity_quarter", condition=models.Q(quarter__gte=1, quarter__lte=4)
            ),
        ]
        indexes = [models.Index(fields=["authority", "year"], name="placement_capacity_auth")]

    @property
    def free(self) -> int:
        return self.agreed - self.reserved - self.used


class CapacityFigure(models.TextChoices):
    OFFERED = "offered", _("offered")
    AGREED = "agreed", _("agreed")


class CapacityChange(models.Model):
    """Kuntapaikkojen muutos. Who changed what is offered or agreed, when, from what to what, and why."""

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="changes")
    figure = models.CharField(max_length=10, choices=CapacityFigure.choices)
    before = models.IntegerField()
    after = models.IntegerField()
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_on = models.DateField()
    changed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")


class HoldState(models.TextChoices):
    RESERVED = "reserved", _("reserved")
    USED = "used", _("in use")
    RELEASED = "released", _("given back")


class Hold(models.Model):
    """Kuntapaikan varaus. So many of one capacity kept for one thing (``for_kind``, ``for_id``), until used or given back."""

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="holds")
    amount = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.RESERVED)
    for_kind = models.CharField(max_length=40)
    for_id = models.BigIntegerField()
    reserved_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    """The day on which it was used or given back."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="placement_hold_of_something", condition=models.Q(amount__gte=1))
        ]
        indexes = [models.Index(fields=["for_kind", "for_id"], name="placement_hold_for")]


class MunicipalFacts(models.Model):
    """Kunnan tiedot kierroksille. What one municipality has told of itself; each telling is a row, the last holds."""

    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    """Running number of the telling, from 1."""
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    """Languages with services or interpreting; empty is not told."""
    training = models.CharField(max_length=12, blank=True)
    housing = models.CharField(max_length=12, blank=True)
    """Ids of ``data/facts.toml``; empty is not told."""
    lacking = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    """Ids of the needs (``needs.municipal``) that are not within reach."""
    note = models.TextField(blank=True)
    told_on = models.DateField()
    told_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    told_for = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The organisation in whose name it was told: the municipality itself or its region."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="placement_facts_once")
        ]
