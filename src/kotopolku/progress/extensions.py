"""What rooms above add to the page of a client's measures: panels about kinds of measures, such as goals they carry out.

A room registers in its ``apps.py`` (``ready``). A panel is told the kinds and not the client: it cannot give away where a
protected client lives. Not for: the page itself. A panel makes at most three queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotopolku.access.viewer import Viewer


@dataclass(frozen=True)
class MeasuresPanel:
    """A panel. ``context`` is given the kinds of the client's measures; None: there is nothing to show."""

    template: str
    context: Callable[[Viewer, frozenset[str]], Any]


_panels: dict[str, MeasuresPanel] = {}


def add_measures_panel(panel: MeasuresPanel) -> None:
    _panels[panel.template] = panel


def measures_panels(viewer: Viewer, kinds: frozenset[str]) -> list[dict[str, Any]]:
    """Panels with something to show: ``template`` and its ``panel``."""
    shown = ((panel.template, panel.context(viewer, kinds)) for panel in _panels.values())
    return [{"template": template, "panel": found} for template, found in shown if found is not None]
