"""The State's programmes and their indicators over HTTP, for everybody. Not for: writing."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.access.viewer import Viewer
from kotopolku.steering import access, goals_out, published
from kotopolku.steering.models import ProgrammeState
from kotopolku.steering.queries import goals as goal_queries
from kotopolku.steering.queries import indicators as indicator_queries
from kotopolku.steering.queries import programme as queries
from kotopolku.steering.rules_programme import LANGUAGES

router = Router(tags=["steering"], auth=None)


class StateProgrammeLineOut(Schema):
    """An adopted programme in the list; `last_day` is the last day of its period."""

    id: int
    name: dict[str, str]
    act: str
    first_day: str
    last_day: str | None
    adopted_on: str | None
    decision: str


class SteeringLineOut(Schema):
    """A goal, line or measure; texts by language, `under` the number of what it stands under."""

    id: int
    kind: str
    number: str
    under: str | None
    title: dict[str, str]
    text: dict[str, str]
    section: str
    who: list[str]
    first_day: str
    last_day: str | None
    money_eur: str | None
    indicators: list[str]
    replaced_by: str | None
    version: int


class StateProgrammeOut(StateProgrammeLineOut):
    """A programme with everything in it, in reading order."""

    invented: bool
    lines: list[SteeringLineOut]


class IndicatorFigureOut(Schema):
    """A figure of a place and year: country, region-NN or municipality-NNN."""

    place: str
    year: int
    value: Decimal


class IndicatorOut(Schema):
    """An indicator with its figures of one year, or of every year of one place."""

    key: str
    name: dict[str, str]
    definition: dict[str, str]
    unit: str
    better: str
    source: str
    figures: list[IndicatorFigureOut]


class GoalFigureOut(Schema):
    """The indicator's figure of a year where the goal is; of several municipalities weighted, where it can be."""

    year: int
    value: Decimal


class MunicipalityFigureOut(GoalFigureOut):
    """The same of one municipality."""

    municipality: str


class GoalFollowUpOut(Schema):
    """A year's follow-up; `track` is on, off or unclear, as a person said."""

    year: int
    value: Decimal | None
    track: str
    text: str


class MunicipalGoalOut(Schema):
    """A goal of a published municipal programme. `municipality` is empty for a goal of all its municipalities."""

    id: int
    programme_id: int
    programme: dict[str, str]
    number: str
    municipality: str
    municipalities: list[str]
    title: dict[str, str]
    text: dict[str, str]
    lines: list[str]
    indicator: str
    unit: str
    better: str
    start_value: Decimal | None
    start_year: int
    target: Decimal
    target_year: int
    owner: str
    state: str
    figures: list[GoalFigureOut]
    by_municipality: list[MunicipalityFigureOut]
    follow_ups: list[GoalFollowUpOut]


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined]


@router.get(
    "/steering/programmes", response=list[StateProgrammeLineOut], summary="Adopted State's programmes"
)
@open_to_all
def programmes(request: HttpRequest) -> Any:
    """The newest period first."""
    rows = queries.programmes(_viewer(request))
    adopted = [one.programme for one in rows if one.programme.state == ProgrammeState.ADOPTED]
    return [published.as_data(one, []) for one in adopted]


@router.get(
    "/steering/programmes/{int:programme_id}",
    response=StateProgrammeOut,
    summary="One programme with its lines",
)
@open_to_all
def programme(request: HttpRequest, programme_id: int) -> Any:
    """404 for a draft."""
    viewer = _viewer(request)
    found = access.programme(viewer, programme_id)
    if found.state != ProgrammeState.ADOPTED:
        raise NotVisible
    return published.as_data(found, queries.tree(viewer, found))


@router.get("/steering/indicators/{slug:key}", response=IndicatorOut, summary="An indicator with figures")
@open_to_all
def indicator(
    request: HttpRequest, key: str, place: Annotated[str, Field(max_length=20)] = indicator_queries.COUNTRY
) -> Any:
    """Figures of one place by year."""
    found = access.indicators(_viewer(request)).filter(key=key).first()
    if found is None:
        raise NotVisible
    return {
        "key": found.key,
        "name": {language: getattr(found, f"name_{language}") for language in LANGUAGES},
        "definition": found.definition,
        "unit": found.unit,
        "better": found.better,
        "source": found.source,
        "figures": [
            {"place": one.place, "year": one.year, "value": one.value}
            for one in indicator_queries.series(found, place)
        ],
    }


@router.get(
    "/steering/goals/{str:municipality}",
    response=list[MunicipalGoalOut],
    summary="Goals of a municipality with figures and follow-ups",
)
@open_to_all
def goals(request: HttpRequest, municipality: str) -> Any:
    """Of published programmes in which the municipality (its code) takes part. 404 for a code that never was one."""
    found = goal_queries.published_goals(_viewer(request), municipality)
    if found is None:
        raise NotVisible
    return [goals_out.as_data(row) for row in found]
