"""What rooms above add to the page of a course: panels, such as the contract and the order by which it was bought.

A room registers in its ``apps.py`` (``ready``). Not for: the page itself. A panel makes at most two queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotopolku.access.viewer import Viewer
from kotopolku.training.models import Course


@dataclass(frozen=True)
class CoursePanel:
    """A panel of a course's page. ``context`` gives what ``template`` shows, or None to show nothing.

    ``tells_contract``: it says by which contract the course was bought, so the page itself does not.
    """

    template: str
    context: Callable[[Viewer, Course], Any]
    tells_contract: bool = False


_panels: dict[str, CoursePanel] = {}


def add_course_panel(panel: CoursePanel) -> None:
    _panels[panel.template] = panel


def course_panels(viewer: Viewer, course: Course) -> list[dict[str, Any]]:
    """Panels with something to show: ``template``, its ``panel``, and whether it ``tells_contract``."""
    shown = ((panel, panel.context(viewer, course)) for panel in _panels.values())
    return [
        {"template": panel.template, "panel": found, "tells_contract": panel.tells_contract}
        for panel, found in shown
        if found is not None
    ]
