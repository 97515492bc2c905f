"""What rooms above add to the page of a contract: panels, such as the goals of municipalities that it carries out.

A room registers in its ``apps.py`` (``ready``). Not for: the page itself. A panel makes at most two queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotopolku.access.viewer import Viewer
from kotopolku.procurement.models import Contract


@dataclass(frozen=True)
class ContractPanel:
    """A panel of a contract's page. ``context`` gives what ``template`` shows, or None to show nothing."""

    template: str
    context: Callable[[Viewer, Contract], Any]


_panels: dict[str, ContractPanel] = {}


def add_contract_panel(panel: ContractPanel) -> None:
    _panels[panel.template] = panel


def contract_panels(viewer: Viewer, contract: Contract) -> list[dict[str, Any]]:
    """Panels with something to show: ``template`` and ``panel`` each."""
    shown = ((panel, panel.context(viewer, contract)) for panel in _panels.values())
    return [{"template": panel.template, "panel": found} for panel, found in shown if found is not None]
