"""Rounds of the engine over a region's waiting cases, what officers have fixed or ruled out, and versions of the weights.

A round proposes; people decide. Not for: the search itself (``engine``), proposals to municipalities (``cases.py``).
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.placement.models.cases import Case, Proposal


class RoundState(models.TextChoices):
    QUEUED = "queued", _("waits to be run")
    RUNNING = "running", _("being run")
    READY = "ready", _("ready")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")


LIVE = (RoundState.QUEUED, RoundState.RUNNING)
DONE = (RoundState.READY, RoundState.STOPPED)


class Round(models.Model):
    """Sijoituskierros. One search over all cases of a region that wait, with its proof; a proposal that expires."""

    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    """The day of the round: agreements and times waited are counted from it."""
    weekly = models.BooleanField(default=False)
    """Families still to come were kept in mind (``engine.weekly``)."""
    asked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Empty for the weekly round."""
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RoundState.choices, default=RoundState.QUEUED)
    stop_asked = models.BooleanField(default=False)
    seed = models.BigIntegerField(default=0)
    settings = models.JSONField(default=dict)
    weights_version = models.CharField(max_length=60, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of ``source``, seed and weights: the same input gives the same answer."""
    source = models.JSONField(default=dict)
    """The input in the engine's own words, without names; emptied when its time of keeping ends (O-K8)."""
    proof = models.JSONField(default=dict)
    """Plan, prices and bound, from which reasons, what-if and checks are worked out again."""
    stage = models.CharField(max_length=40, blank=True)
    objective = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    seconds = models.FloatField(default=0)
    alive_at = models.DateTimeField(null=True)
    """When the search last said anything; one that has been silent too long has died."""
    finished_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    problems = models.JSONField(default=list)
    """What was wrong in the input of one that failed: [{"about": "family", "key": number, "text": English}, …].

    Empty when it was broken off.
    """
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority"], condition=models.Q(state__in=LIVE), name="placement_one_live_round"
            )
        ]
        indexes = [models.Index(fields=["authority", "-id"], name="placement_round_list")]

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def done(self) -> bool:
        return self.state in DONE

    def expired_on(self, day: date) -> bool:
        """Whether it is too old to propose from; a round that never became ready expires at once."""
        return self.expires_on is None or day > self.expires_on

    def state_on(self, day: date) -> str:
        return "expired" if self.done and self.expired_on(day) else self.state


class Why(models.TextChoices):
    """Why an officer fixes, rules out or chooses another municipality than the round."""

    WORK = "work", _("work or studies found there")
    FAMILY = "family", _("relatives or people near to them")
    SERVICES = "services", _("services that they need")
    HOME = "home", _("a home has been found")
    SAFETY = "safety", _("safety")
    AGREED = "agreed", _("agreed with the municipality")
    OTHER = "other", _("other reason")


class RoundRow(models.Model):
    """Kierroksen rivi. What a round proposes for one case, why, and what a person then did."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="round_rows")
    case_version = models.IntegerField()
    municipality = models.CharField(max_length=3, blank=True)
    """Code; empty when nobody has room or a rule forbids all."""
    year = models.PositiveSmallIntegerField(null=True)
    quarter = models.PositiveSmallIntegerField(null=True)
    points = models.IntegerField(default=0)
    parts = models.JSONField(default=dict)
    """Points by part; they sum to ``points``."""
    price = models.IntegerField(default=0)
    """Points that the place is worth to others."""
    deciding = models.CharField(max_length=40, blank=True)
    alternatives = models.JSONField(default=list)
    removed = models.JSONField(default=dict)
    """Municipalities that each hard rule removed."""
    sentences = models.JSONField(default=dict)
    """Reasons by language."""
    probability = models.FloatField(default=1.0)
    """Of this place in the round's lottery among near-ties."""
    conditions = ArrayField(models.CharField(max_length=30), default=list)
    waits = models.BooleanField(default=False)
    """Left to wait: the places that fit are worth more to families still to come."""
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="+")
    """The proposal that a person made after this row."""
    override_code = models.CharField(max_length=10, choices=Why.choices, blank=True)
    override_text = models.TextField(blank=True)
    override_points = models.IntegerField(null=True)
    """What the round loses by the other choice, at its prices."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "case"], name="placement_row_once")]
        indexes = [models.Index(fields=["case", "-id"], name="placement_row_case")]


class BindingKind(models.TextChoices):
    LOCK = "lock", _("fixed to the municipality")
    EXCLUDE = "exclude", _("municipality ruled out")
    TOLD = "told", _("the family has been told of the municipality")


class Binding(models.Model):
    """Virkamiehen sidonta. A municipality that an officer has fixed for a case, ruled out, or told the family of."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bindings")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=BindingKind.choices)
    municipality = models.CharField(max_length=3)
    why = models.CharField(max_length=10, choices=Why.choices)
    text = models.TextField()
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "municipality"],
                condition=models.Q(ended_on=None),
                name="placement_binding_once",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(ended_on=None, kind__in=["lock", "told"]),
                name="placement_one_lock",
            ),
        ]


class WeightState(models.TextChoices):
    PROPOSED = "proposed", _("waits for another person's decision")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class WeightSet(models.Model):
    """Painojen versio. Weights of the points' parts: proposed by one person, decided by another, never changed after."""

    number = models.PositiveIntegerField(unique=True)
    version = models.CharField(max_length=60)
    """Version of the product's own weights, and this number: "2026.1/3"."""
    weights = models.JSONField()
    """{part: [numbers]} of the parts that differ from the product's own."""
    reason = models.TextField()
    proposed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField()
    in_force_from = models.DateField()
    state = models.CharField(max_length=8, choices=WeightState.choices, default=WeightState.PROPOSED)
    impact = models.JSONField(null=True)
    """What the last rounds would have been with it: {"rounds", "families", "moved", "unplaced"}; sums only."""
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True)
