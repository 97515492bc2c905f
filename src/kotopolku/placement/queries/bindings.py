"""What officers have fixed, ruled out or told of for a case. Not for: writing (``actions/bindings``)."""

from dataclasses import dataclass

from kotopolku.access.viewer import Viewer
from kotopolku.placement import access
from kotopolku.placement.models import Binding, BindingKind, Case, Why
from kotopolku.placement.queries.cases import place_name


@dataclass(frozen=True)
class BindingLine:
    binding: Binding
    kind: str
    place: str
    why: str
    who: str


def bindings(viewer: Viewer, case: Case) -> list[BindingLine]:
    """Those in force for a case the viewer was let in to; none for who may not learn the municipality. One statement."""
    if not access.sees_municipality(viewer, case):
        return []
    rows = Binding.objects.filter(case_id=case.pk, ended_on=None).select_related("made_by").order_by("id")
    return [
        BindingLine(
            row,
            str(BindingKind(row.kind).label),
            place_name(row.municipality),
            str(Why(row.why).label),
            row.made_by.full_name if row.made_by else "",
        )
        for row in rows
    ]
