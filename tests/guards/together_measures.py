"""Regional measures and yearly reports that the permission guard asks for: as if the City of Vantaa had them."""

from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import Evidence, RegionalMeasure, RegionalReport, ReportSection
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    measure = made(
        RegionalMeasure, organisation=vantaa, owner=vantaa, regions=["01"], indicator=None, contact=None
    )
    made(Evidence, measure=measure)
    ministry = Organisation.objects.get(code="tem")
    report = made(
        RegionalReport, organisation=vantaa, receiver=ministry, year=2025, language="fi", state="draft"
    )
    made(ReportSection, report=report, key="support")
    return {
        "steering/measures/": {"measure_id": measure.pk, "report_id": report.pk, "key": "support"},
    }
