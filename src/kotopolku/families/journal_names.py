"""The journal's names of what is done in the families room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "families.relation.added": _("Family relation recorded"),
    "families.relation.ended": _("End of a family relation recorded"),
    "families.relation.removed": _("Family relation recorded by mistake removed"),
    "families.custody.changed": _("Custody of a child changed"),
    "families.representative.added": _("Representative of a minor recorded"),
    "families.representative.changed": _("Contact of a representative changed"),
    "families.representative.ended": _("End of a representative's task recorded"),
    "families.representative.linked": _("Account of a representative linked"),
    "families.unit.added": _("Housing unit added"),
    "families.unit.closed": _("Housing unit closed"),
    "families.housing.begun": _("Move to a housing unit recorded"),
    "families.housing.ended": _("Move out of a housing unit recorded"),
    "families.family-plan.made": _("Family's integration plan recorded"),
    "families.family-plan.reviewed": _("Family's integration plan reviewed"),
    "families.family-plan.ended": _("Family's integration plan ended"),
    "families.earlier-maximum.judged": _("Judged whether the longest time of earlier plans goes on"),
}
