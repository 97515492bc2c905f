"""Families: relations between persons, representatives of minors, housing units, a family's plan, a returning client.

Not for: the household and its members (``clients``). Every table has row security (``migrations/0002_row_security``).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RelationKind(models.TextChoices):
    """What ``person`` is to ``other``; the other end is read by ``rules.INVERSE``."""

    PARENT = "parent", _("parent")
    GUARDIAN = "guardian", pgettext_lazy("relation", "guardian")
    SPOUSE = "spouse", _("spouse")
    SIBLING = "sibling", _("sibling")
    GRANDPARENT = "grandparent", _("grandparent")
    RELATIVE = "relative", _("other relative")


class Relation(models.Model):
    """Perhesuhde. One row for both ends: ``person`` is the parent, guardian, spouse… of ``other``."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=RelationKind.choices)
    custody = models.BooleanField(default=False)
    """Has custody of ``other`` (361/1983 §3): may act for the child until it comes of age."""
    days = DateRangeField()
    source = models.CharField(max_length=200, blank=True)
    """What it rests on: a document, the population register, the person's own word."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("other")), name="families_relation_of_two"
            ),
            ExclusionConstraint(
                name="families_relation_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("other", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Representative(models.Model):
    """Edustaja. Who acts for a minor in place of a guardian: contact, days, ground, the court's decision."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="representatives")
    name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="representations"
    )
    """The account with which the representative signs in at the client's own page."""
    ground = models.CharField(max_length=40)
    """Id of ``law.representation_grounds``."""
    court = models.CharField(max_length=200, blank=True)
    decision_reference = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    days = DateRangeField()
    settled_on = models.DateField(null=True, blank=True)
    """Day on which a worker wrote down that the end is settled: our own reminder stops."""
    end_note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="families_one_representative_a_day",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]


class HousingKind(models.TextChoices):
    FAMILY_GROUP_HOME = "family-group-home", _("family group home")
    SUPPORTED = "supported-housing", _("supported housing")
    PRIVATE = "private", _("private placement")
    OTHER = "other", _("other housing unit")


class HousingUnit(models.Model):
    """Asuinyksikkö. A family group home (perheryhmäkoti) or another unit that an authority uses. No address."""

    authority = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=HousingKind.choices)
    provider = models.CharField(max_length=200, blank=True)
    places = models.IntegerField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    """First day on which nobody can be placed there any more."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="families_unit_name_once")]


class Housing(models.Model):
    """Asuminen yksikössä. In which unit a person lives on which days."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="housings")
    unit = models.ForeignKey(HousingUnit, on_delete=models.PROTECT, related_name="housings")
    days = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="families_one_home_a_day",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]


class FamilyPlan(models.Model):
    """Perheen kotoutumissuunnitelma (1386/2010 §16). None are made under the Act of 2023; old ones are read."""

    household = models.ForeignKey("clients.Household", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    """The client through whom it was made."""
    made_on = models.DateField()
    need = models.TextField()
    """Why the family's overall situation requires it."""
    makers = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_note = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(ended_on=None), name="families_one_open_plan"
            )
        ]


class FamilyGoal(models.Model):
    """Perheen tavoite ja sen toimenpiteet, one measure a line."""

    plan = models.ForeignKey(FamilyPlan, on_delete=models.PROTECT, related_name="goals")
    position = models.IntegerField()
    title = models.CharField(max_length=300)
    measures = models.TextField(blank=True)


class FamilyReview(models.Model):
    """Perheen suunnitelman tarkistaminen."""

    plan = models.ForeignKey(FamilyPlan, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    text = models.TextField()


class EarlierMaximum(models.Model):
    """Jatkuuko aiempien suunnitelmien enimmäisaika. The law is silent: a worker's judgement, with the reason."""

    relationship = models.OneToOneField(
        "clients.Relationship", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    counts = models.BooleanField()
    reason = models.TextField()
    decided_on = models.DateField()
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
