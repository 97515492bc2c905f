"""What the pages of the procurement room share: showing a form, running an act that may clash.

Not for: one page's own content (the other ``pages_*.py``).
"""

from functools import partial

from kotopolku.placement import pages as placing
from kotopolku.placement.pages import act as press
from kotopolku.placement.pages import run, status_of

__all__ = ["press", "run", "saving", "show_form", "status_of"]

saving = partial(placing.saving, template="procurement/form.html")
show_form = partial(placing.show_form, template="procurement/form.html")
