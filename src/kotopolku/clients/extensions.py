"""What rooms above add to the pages of a client: tabs in the client's menu, and panels on the client page.

A room registers in its ``apps.py`` (``ready``). Not for: the pages themselves. A panel makes at most one query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.queries import ClientDetail


@dataclass(frozen=True)
class Tab:
    """A page of one client. ``address`` is the name of an address that takes the relationship's id."""

    name: str | Promise
    address: str
    order: int
    capability: Capability = Capability.CLIENT_VIEW


@dataclass(frozen=True)
class Panel:
    """A panel of the client page. ``context`` gives what ``template`` shows, or None to show nothing."""

    template: str
    order: int
    context: Callable[[Viewer, ClientDetail], dict[str, Any] | None]
    aside: bool = True


_tabs: dict[str, Tab] = {}
_panels: dict[str, Panel] = {}


def add_tab(tab: Tab) -> None:
    _tabs[tab.address] = tab


def add_panel(panel: Panel) -> None:
    _panels[panel.template] = panel


def tabs(viewer: Viewer) -> list[Tab]:
    """Tabs that the viewer may open, in their order."""
    return sorted((tab for tab in _tabs.values() if viewer.may(tab.capability)), key=lambda tab: tab.order)


def panels(viewer: Viewer, detail: ClientDetail) -> list[dict[str, Any]]:
    """Panels with something to show: ``template``, ``aside`` and ``context`` each."""
    shown = []
    for panel in sorted(_panels.values(), key=lambda panel: panel.order):
        context = panel.context(viewer, detail)
        if context is not None:
            shown.append({"template": panel.template, "aside": panel.aside, "panel": context})
    return shown
