"""The objects of work-permit guidelines that the permission guard asks for: an adopted version, as if of the City of Vantaa."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineRegion, GuidelineTable
from tests.guards.rows import DAY, Filler

YEAR = timedelta(days=365)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    days = DateRange(DAY - timedelta(days=9), DAY + YEAR)
    guideline = made(
        Guideline,
        organisation=vantaa,
        state="adopted",
        number="guard",
        regions=["21"],
        valid=days,
        market={},
        note={},
        hearing=None,
        signed_on=DAY - timedelta(days=9),
    )
    made(GuidelineRegion, guideline=guideline, region="21", valid=days)
    line = made(
        GuidelineOccupation,
        guideline=guideline,
        code="5120",
        income_eur=None,
        condition={},
        municipalities=[],
    )
    table = made(
        GuidelineTable,
        guideline=guideline,
        title={"fi": "x"},
        columns=["Kuukausi", "Paikat"],
        rows=[["1", "2"]],
    )
    return {
        "commons/guidelines/": {"guideline_id": guideline.pk, "line_id": line.pk, "table_id": table.pk},
    }
