"""What the keys of results and needs are called on a page. Not for: counting (``results_rules``, ``forecast_tables``)."""

from django.utils.translation import gettext as _

from kotopolku.progress.sources import levels
from kotopolku.training import measuring
from kotopolku.training.models import CourseKind, EndReason, NeedTrack
from kotopolku.training.models import Track as CourseTrack


def name_of(dimension: str, key: str) -> str:
    """The name of one line of a table. Providers and places are named by who asks."""
    if dimension == "all":
        return _("Together")
    if dimension == "entry":
        level = levels().get(key)
        return level.words if level is not None else measuring.bands()[key].name
    if dimension == "level":
        return measuring.bands()[key].name
    if dimension == "schooling":
        return measuring.schoolings()[key].name
    if dimension == "field":
        return measuring.fields()[key].name
    if dimension == "contract":
        return key or _("no contract")
    if dimension == "track":
        return track_name(key)
    return key


def track_name(key: str) -> str:
    """A track of integration training, or the other kinds by their own name."""
    if key in NeedTrack.values:
        return str(NeedTrack(key).label)
    if key in CourseKind.values:
        return str(CourseKind(key).label)
    return str(CourseTrack(key).label) if key in CourseTrack.values else _("no track")


def reason_name(key: str) -> str:
    """Why studies were broken off."""
    return str(EndReason(key).label) if key in EndReason.values else _("not said")
