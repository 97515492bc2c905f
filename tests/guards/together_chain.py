"""Objects that the permission guard asks for: the chain from a line of the State's programme to an approved goal."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import Indicator, Line, MunicipalGoal, MunicipalProgramme, NationalProgramme
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    days = DateRange(date(2020, 1, 1), date(2028, 1, 1))
    ministry = Organisation.objects.get(code="tem")
    national = make.row(NationalProgramme, organisation=ministry, state="adopted", act="1386/2010", days=days)
    alone = {"parent": None, "replaced_by": None, "answers": None}
    line = make.row(Line, programme=national, kind="line", code="1", days=days, **alone)
    local = make.row(
        MunicipalProgramme,
        organisation=vantaa,
        state="approved",
        act="681/2023",
        days=days,
        replaces=None,
        participants=[],
        writers=[],
    )
    indicator = make.row(Indicator, key="guard-chain")
    goal = make.row(MunicipalGoal, programme=local, section=None, indicator=indicator, owner=vantaa, code="1")
    return {"steering/chain/": {"line_id": line.pk, "goal_id": goal.pk}}
