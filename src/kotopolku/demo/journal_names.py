"""Names of what the demo room writes into the journal."""

from django.utils.translation import gettext_lazy as _

NAMES = {"demo.world.load": _("Loaded an invented demo world")}
