"""Names of what the demo room writes into the journal."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "demo.world.begin": _("Began to load an invented demo world"),
    "demo.scene.play": _("Played a scene of the demo world"),
    "demo.world.load": _("Loaded an invented demo world"),
}
