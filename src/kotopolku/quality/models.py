"""What the checks found, day by day and authority by authority, and clients excused from a check.

Not for: the checks (``checks.py``) and the clients they find now (``engine.py``).
"""

from django.db import models


class QualityRun(models.Model):
    """Laaduntarkistuksen ajo. A day on which all checks were counted; a count that is not there was zero."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    clients = models.IntegerField(default=0)
    """Client relationships under way on the day."""


class QualityCount(models.Model):
    """Laatulukema. How many clients of an authority one check found on a day."""

    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    check_id = models.CharField(max_length=40)
    day = models.DateField()
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "check_id", "day"], name="quality_count_once")
        ]
        indexes = [models.Index(fields=["day", "check_id"], name="quality_count_day")]


class Excuse(models.Model):
    """Poikkeus tarkistuksesta. A client whom one check passes over until a day, with the reason."""

    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    check_id = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    given_on = models.DateField()
    given_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateField()
    """Last day on which the check passes the client over."""
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "check_id"],
                condition=models.Q(withdrawn_on=None),
                name="quality_excuse_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["check_id", "until"],
                condition=models.Q(withdrawn_on=None),
                name="quality_excuse_open",
            )
        ]
