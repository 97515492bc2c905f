"""When municipal programmes are to be reviewed next, many at a time. Not for: words and marks (``councils.py``)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from kotopolku import law
from kotopolku.steering import council_rules as rules
from kotopolku.steering.models import CouncilState, MunicipalProgramme, ProgrammeMunicipality, ProgrammeReview


def due_days(programmes: Iterable[MunicipalProgramme]) -> dict[int, law.Due]:
    """By programme, for those that some council has approved. Two statements."""
    rows = {one.pk: one for one in programmes}
    approved = _approved_on(rows)
    reviewed = dict(
        ProgrammeReview.objects.filter(programme_id__in=rows)
        .values_list("programme_id")
        .annotate(Max("on"))
        .order_by()
    )
    return {pk: rules.review_due(rows[pk].act, on, reviewed.get(pk)) for pk, on in approved.items()}


def _approved_on(programme_ids: Iterable[int]) -> dict[int, date]:
    """The latest decision of the councils that have approved. One statement."""
    rows = ProgrammeMunicipality.objects.filter(
        programme_id__in=programme_ids, state=CouncilState.APPROVED, decided_on__isnull=False
    )
    return dict(rows.values_list("programme_id").annotate(Max("decided_on")).order_by())
