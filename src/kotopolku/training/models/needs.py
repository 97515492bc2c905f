"""What will be needed: a forecast as it was made, and the lots that it proposed for a tender. Nobody's own data.

Not for: how a forecast is made (``forecast_rules``), the tender's own lots (``procurement``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Forecast(models.Model):
    """Tarve-ennuste. One run: what went in (digest), how (settings), what came out. Never changed afterwards."""

    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    months = models.IntegerField()
    seed = models.BigIntegerField()
    settings = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    """SHA-256 of what went in, settings and seed among it: the same digest means the same figures."""
    figures = models.JSONField(default=dict)
    """``forecast_rules.Outcome.to_json`` with small numbers hidden already."""

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="training_forecast_org")]


class NeedLotState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("lot", "proposed")
    CHANGED = "changed", pgettext_lazy("lot", "changed by an officer")
    TAKEN = "taken", pgettext_lazy("lot", "taken into a tender")
    DROPPED = "dropped", pgettext_lazy("lot", "set aside")


class NeedTrack(models.TextChoices):
    """What is needed: an integration training's track, literacy training, or vocational training."""

    LITERACY = "literacy", _("literacy training")
    SLOW = "slow", _("slowly progressing track")
    BASIC = "basic", _("basic track")
    FAST = "fast", _("fast track")
    VOCATIONAL = "vocational", _("vocational training")


class NeedLot(models.Model):
    """Hankintaosan ehdotus. Place, track, volume and start of what should be bought, and what an officer made of it."""

    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    forecast = models.ForeignKey(Forecast, on_delete=models.PROTECT, null=True, related_name="lots")
    """Empty when an officer added the lot without one."""
    municipality = models.CharField(max_length=3, blank=True)
    """Code; empty when the whole area's students are joined."""
    track = models.CharField(max_length=12, choices=NeedTrack.choices)
    field = models.CharField(max_length=20, blank=True)
    """Field of vocational training, an id of ``data/fields.toml``."""
    volume = models.IntegerField()
    """Students bought for sure."""
    option_volume = models.IntegerField(default=0)
    """Students more, if they come."""
    starts_on = models.DateField()
    state = models.CharField(max_length=10, choices=NeedLotState.choices, default=NeedLotState.PROPOSED)
    proposed = models.JSONField(default=dict)
    """Volume, option and start as the forecast gave them, and the numbers behind."""
    reason = models.TextField(blank=True)
    """Why an officer changed it, set it aside or added it."""
    changed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    changed_on = models.DateField(null=True, blank=True)
    taken_into = models.CharField(max_length=100, blank=True)
    """The tender's number; written by ``take_lot``."""
    taken_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(volume__gt=0, option_volume__gte=0), name="training_lot_volume"
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "id"], name="training_lot_org")]
