"""What is tied to lines in this room, and all that hangs on one: shown before a line is changed or ended.

Regional measures keep their tie when a line ends; they are shown under the line that came in its place too.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku.access.viewer import Viewer
from kotopolku.steering import hanging
from kotopolku.steering.hanging import Hung, Kind
from kotopolku.steering.models import Line, RegionalMeasure

MOST_STEPS = 10
"""How far a chain of lines that replaced each other is followed."""


def measures_on(viewer: Viewer, lines: Sequence[int]) -> list[Hung]:
    """Regional measures tied to the lines, those given up too. One statement; row security says whose are seen."""
    ties = RegionalMeasure.lines.through.objects.filter(line_id__in=lines)
    rows = ties.select_related("regionalmeasure__organisation").order_by("regionalmeasure_id", "line_id")
    found = []
    for tie in rows:
        measure = tie.regionalmeasure
        found.append(
            Hung(
                line=tie.line_id,
                words=measure.title,
                by=measure.organisation.name,
                organisation=measure.organisation_id,
                language=measure.language,
                address=reverse("steering:measure", args=[measure.pk]),
            )
        )
    return found


hanging.register("regional-measure", _("Regional measures"), measures_on)


def with_replaced(line_id: int) -> list[int]:
    """The line and those that it came in place of, however long the chain."""
    found, level = [line_id], [line_id]
    for _step in range(MOST_STEPS):
        level = list(
            Line.objects.filter(replaced_by__in=level).exclude(pk__in=found).values_list("pk", flat=True)
        )
        if not level:
            break
        found += level
    return found


def hanging_on(viewer: Viewer, line_ids: Sequence[int]) -> list[tuple[Kind, list[Hung]]]:
    """Everything tied to the lines that the viewer may see, by kind."""
    return hanging.hanging_on(viewer, line_ids)
