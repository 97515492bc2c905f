"""Words of the room: relations as seen from each end, in the language in use. Not for deciding anything."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

RELATIONS: dict[str, str | Promise] = {
    "parent": _("parent"),
    "child": _("child"),
    "guardian": pgettext_lazy("relation", "guardian"),
    "ward": _("child under guardianship"),
    "spouse": _("spouse"),
    "sibling": _("sibling"),
    "grandparent": _("grandparent"),
    "grandchild": _("grandchild"),
    "relative": _("other relative"),
}
"""What one end of a relation is to the other (``rules.CHOICES``)."""
