"""Objects that the permission guard asks for: municipal programmes: hearing, councils, review, publication."""

from datetime import UTC, datetime, time

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import (
    MunicipalProgramme,
    ProgrammeMunicipality,
    ProgrammeReview,
    ProgrammeSection,
    ProgrammeVersion,
)
from kotopolku.steering.queries.programme_content import content_of
from tests.guards.rows import DAY, Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    """An approved and published programme of the City of Vantaa: everybody reads it, its officer keeps it."""
    programme = make.row(
        MunicipalProgramme,
        organisation=vantaa,
        act="1386/2010",
        state="approved",
        languages=["fi", "sv"],
        participants=[vantaa.pk],
        writers=[vantaa.pk],
        published_at=datetime.combine(DAY, time(9), UTC),
        replaces=None,
    )
    municipality = make.row(
        ProgrammeMunicipality,
        programme=programme,
        organisation=vantaa,
        code="092",
        state="approved",
        decided_on=DAY,
        section_number="§ 1",
    )
    make.row(ProgrammeSection, programme=programme, key="strategy", text={"fi": "x"}, answers=None)
    make.row(ProgrammeReview, programme=programme, on=DAY)
    make.row(ProgrammeVersion, programme=programme, number=1, stage="approved", content=content_of(programme))
    ids = {"programme_id": programme.pk, "municipality_id": municipality.pk, "number": 1, "lang": "fi"}
    return {"steering/councils/": ids, "steering/public/municipal/": ids}
