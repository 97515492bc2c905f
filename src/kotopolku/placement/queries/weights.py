"""Weights of the points' parts: what is in force on a day, and the versions proposed and decided.

Not for: what the parts mean (``engine/points``), deciding (``actions/weights``).
"""

from dataclasses import dataclass, replace
from datetime import date

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.placement import access
from kotopolku.placement.engine.points import Weights, default_weights
from kotopolku.placement.models import WeightSet, WeightState


def weights_in_force(day: date) -> Weights:
    """The last approved version whose day has come, else the product's own. One statement."""
    rows = WeightSet.objects.filter(state=WeightState.APPROVED, in_force_from__lte=day)
    found = rows.order_by("-in_force_from", "-number").first()
    return default_weights() if found is None else weights_of(found)


def weights_of(found: WeightSet) -> Weights:
    """All weights of one version; a part that the product has no more is left out."""
    own = default_weights()
    known = {part.id for part in own.parts}
    changed = {name: tuple(numbers) for name, numbers in found.weights.items() if name in known}
    return replace(own.changed(changed), version=found.version)


@dataclass(frozen=True)
class WeightLine:
    """A part of the points with its weight in force and the product's own."""

    id: str
    name: str
    weight: tuple[float, ...]
    default: tuple[float, ...]
    source: str
    version: str

    @property
    def changed(self) -> bool:
        return self.weight != self.default


def parts(viewer: Viewer) -> list[WeightLine]:
    """Every part with its weight on the viewer's day. One statement."""
    now, own = weights_in_force(viewer.day), default_weights()
    return [
        WeightLine(
            part.id,
            part.names[language()],
            part.weight,
            own.part(part.id).weight,
            part.sources[language()],
            now.version,
        )
        for part in now.parts
    ]


def weight_sets(viewer: Viewer) -> list[WeightSet]:
    """Versions proposed and decided, the newest first. Raises ``NotVisible`` but for the ministry and the regions."""
    reads = access.is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE)
    if not (viewer.system or reads or viewer.may(Capability.PLACEMENT_TARGET)):
        raise NotVisible
    return list(WeightSet.objects.select_related("proposed_by", "decided_by").order_by("-number"))


def weight_set(viewer: Viewer, weights_id: int) -> WeightSet:
    """One version. Raises ``NotVisible``."""
    found = next((one for one in weight_sets(viewer) if one.pk == weights_id), None)
    if found is None:
        raise NotVisible
    return found
