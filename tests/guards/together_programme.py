"""The State's programme that the permission guard asks for: the ministry's, adopted, with a goal and an indicator."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import Indicator, IndicatorValue, Line, LineVersion, NationalProgramme
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    ministry = Organisation.objects.get(code="tem")
    days = DateRange(date(2024, 1, 1), date(2028, 1, 1))
    programme = made(
        NationalProgramme,
        organisation=ministry,
        state="adopted",
        act="1386/2010",
        adopted_on=date(2023, 12, 15),
        decision="VN/1",
        days=days,
    )
    line = made(
        Line, programme=programme, parent=None, replaced_by=None, answers=ministry, kind="goal", days=days
    )
    made(LineVersion, line=line, number=1)
    indicator = made(Indicator, key="guard")
    made(IndicatorValue, indicator=indicator, place="country", year=2024)
    ids = {"programme_id": programme.pk, "line_id": line.pk, "indicator_id": indicator.pk, "lang": "fi"}
    return {
        "steering/programme/": ids,
        "steering/indicators/": ids,
        "steering/public/": ids,
        "api/steering/": {"programme_id": programme.pk, "key": indicator.key},
    }
