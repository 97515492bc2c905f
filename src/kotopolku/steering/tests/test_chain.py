"""The chain on its pages: from a line down to what carries a municipality's goal out, and from the goal up again."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests.walking import Worker
from kotopolku.reference import queries as reference
from kotopolku.steering.models import (
    GoalFollowUp,
    GoalTie,
    Indicator,
    Line,
    MunicipalGoal,
    MunicipalProgramme,
    NationalProgramme,
    ProgrammeMunicipality,
    RegionalMeasure,
)
from kotopolku.steering.queries.chain import WantedChain, overview

ON = date(2026, 11, 23)
PERIOD = date_range(date(2024, 1, 1), date(2027, 12, 31))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with clock.at(ON):
        yield


def of(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def municipal(code: str, number: str, state: str = "approved") -> MunicipalProgramme:
    programme = MunicipalProgramme.objects.create(
        name_fi=f"Ohjelma {number}",
        organisation=of(code),
        act="681/2023",
        state=state,
        days=PERIOD,
        languages=["fi"],
        made_at=clock.now(),
    )
    ProgrammeMunicipality.objects.create(
        programme=programme, organisation=of(code), code=number, days=PERIOD, state="approved"
    )
    return programme


def goal(programme: MunicipalProgramme, code: str, *lines: Line, **given: Any) -> MunicipalGoal:
    values: dict[str, Any] = {
        "indicator": Indicator.objects.get(key="chain"),
        "start_year": 2023,
        "start_value": 50,
        "target": 60,
        "target_year": 2027,
        "owner": programme.organisation,
    }
    made = MunicipalGoal.objects.create(
        programme=programme, code=code, title={"fi": f"Tavoite {code}"}, **(values | given)
    )
    made.lines.set(lines)
    return made


@pytest.fixture
def world() -> dict[str, Any]:
    """A programme of the State with a goal and two lines, one measure, goals of two municipalities and of a draft."""
    rowsecurity.apply(Viewer.for_system("test", ON))
    Indicator.objects.create(key="chain", name_fi="Työllisyysaste", source="Keksitty")
    national = NationalProgramme.objects.create(
        name_fi="Valtion ohjelma",
        organisation=of("tem"),
        state="adopted",
        days=PERIOD,
        act="681/2023",
        made_at=clock.now(),
    )

    def line(code: str, kind: str, parent: Line | None = None, section: str = "") -> Line:
        return Line.objects.create(
            programme=national,
            parent=parent,
            kind=kind,
            code=code,
            title={"fi": f"Linjaus {code}"},
            section=section,
            days=PERIOD,
        )

    top = line("1", "goal", section="681/2023 § 52")
    first, second = line("1.1", "line", top), line("1.2", "line", top)
    measure = RegionalMeasure.objects.create(
        organisation=of("evk-01"),
        owner=of("evk-01"),
        regions=["01"],
        title="Alueen toimi",
        days=PERIOD,
        made_at=clock.now(),
    )
    measure.lines.set([first])
    vantaa, helsinki = municipal("kunta-092", "092"), municipal("kunta-091", "091")
    draft = municipal("kunta-091", "091", state="draft")
    own = goal(vantaa, "1", first)
    own.measures.set([measure])
    GoalFollowUp.objects.create(goal=own, year=2025, track="on", text="Hyvin", written_at=clock.now())
    other = goal(helsinki, "1", first)
    goal(helsinki, "2", first, state="dropped")
    loose = goal(helsinki, "3")
    hidden = goal(draft, "9", first)
    GoalTie.objects.create(goal=own, kind="measure", key="language-course", made_at=clock.now())
    return {
        "first": first,
        "second": second,
        "top": top,
        "measure": measure,
        "goal": own,
        "other": other,
        "loose": loose,
        "hidden": hidden,
    }


def seated(code: str = "kunta-092") -> Worker:
    return Worker(code, ON)


def test_each_line_tells_how_many_goals_hang_on_it_and_how_they_go(world: dict[str, Any]) -> None:
    page = seated().get("/steering/chain/")
    assert page.status_code == 200
    found = page.context["found"]
    rows = {row.line.code: row for row in found.rows}
    assert (rows["1.1"].measures, rows["1.1"].count.goals, rows["1.1"].count.municipalities) == (1, 2, 2)
    assert (rows["1.1"].on, rows["1.1"].off, rows["1.1"].rest) == (1, 0, 1)
    assert rows["1.2"].count.goals == 0
    assert (found.counted.untied, found.counted.goals) == (1, 3)
    assert {"092", "091"} & {code for code, _name in found.without} == set()


def test_narrowed_to_a_municipality_it_tells_of_that_alone(world: dict[str, Any]) -> None:
    found = seated().get("/steering/chain/", municipality="092", year="2026").context["found"]
    assert (found.counted.goals, found.counted.untied, found.without) == (1, 0, [])
    elsewhere = seated().get("/steering/chain/", region="02").context["found"]
    assert elsewhere.counted.goals == 0
    assert elsewhere.without


@pytest.mark.parametrize(
    ("who", "where", "measured", "followed"),
    [
        ("kunta-092", "Vantaa 2026", 1, 1),
        ("kunta-049", "Espoo 2026", 1, 0),
        ("evk-01", "Uusimaa 2026", 1, 1),
        ("kunta-564", "Oulu 2026", 0, 0),
        ("tem", "Whole country 2026", 1, 1),
    ],
)
def test_the_front_tells_how_far_each_goal_of_the_state_is_carried_out_where_the_viewer_works(
    world: dict[str, Any], who: str, where: str, measured: int, followed: int
) -> None:
    page = seated(who).get("/steering/")
    assert where in page.text
    ((_goal, glance),) = page.context["goals"]
    assert (glance.lines, glance.measured, glance.followed) == (2, measured, followed)
    assert "measures are lacking" in page.text


def test_goals_of_a_merged_municipality_are_those_of_the_one_it_belongs_to(world: dict[str, Any]) -> None:
    now = {one.code for one in reference.municipalities_on(ON)}
    merged = next(one.code for one in reference.municipalities_on(date(2020, 6, 1)) if one.code not in now)
    into = reference.successor(merged, ON)
    programme = municipal(f"kunta-{into}", merged)
    goal(programme, "1", world["first"])
    goal(programme, "2", world["first"], municipality=merged)
    found = seated().get("/steering/chain/", municipality=into).context["found"]
    assert (found.counted.goals, found.without) == (2, [])
    assert into not in {code for code, _name in seated().get("/steering/chain/").context["found"].without}
    down = seated().get(f"/steering/chain/lines/{world['first'].pk}/", municipality=into).context["chain"]
    assert down.goal_number == 2
    assert seated().get("/steering/goals/", municipality=into).context["number"] == 2


def test_a_year_without_a_programme_says_so_and_nonsense_is_no_error(world: dict[str, Any]) -> None:
    assert "no lines" not in seated().get("/steering/chain/").text
    found = seated().get("/steering/chain/", year="2012").context["found"]
    assert (found.programme, found.rows) == (None, [])
    assert seated().get("/steering/chain/", year="x", region="99", programme="a").status_code == 200


def test_a_line_leads_down_to_goals_and_what_carries_them(world: dict[str, Any]) -> None:
    page = seated().get(f"/steering/chain/lines/{world['first'].pk}/")
    text = page.text
    for words in ("681/2023 § 52", "Linjaus 1.1", "Alueen toimi", "Tavoite 1"):
        assert words in text, words
    assert page.context["chain"].goal_number == 2
    stages = page.context["chain"].link.stages
    assert [len(stage.nodes) for stage in stages] == [1, 1, 1, 1, 2, 1]
    goals = {node.key: node.after for node in stages[4].nodes}
    assert goals[f"goal-{world['goal'].pk}"] == (f"measure-{world['measure'].pk}",)
    assert goals[f"goal-{world['other'].pk}"] == (f"line-{world['first'].pk}",)


def test_a_goal_of_the_state_leads_down_through_its_lines(world: dict[str, Any]) -> None:
    page = seated().get(f"/steering/chain/lines/{world['top'].pk}/")
    stages = page.context["chain"].link.stages
    assert [len(stage.nodes) for stage in stages] == [1, 1, 2, 1, 2, 1]
    assert page.context["chain"].goal_number == 2


def test_a_goal_leads_up_to_the_act(world: dict[str, Any]) -> None:
    page = seated("kunta-091").get(f"/steering/chain/goals/{world['goal'].pk}/")
    text = page.text
    for words in ("681/2023 § 52", "Linjaus 1.1", "Alueen toimi", "Tavoite 1", "Työllisyysaste"):
        assert words in text, words
    loose = seated().get(f"/steering/chain/goals/{world['loose'].pk}/")
    assert loose.context["chain"].detail.lines == []
    assert loose.status_code == 200


def test_a_goal_of_a_draft_is_for_those_who_draw_it_up(world: dict[str, Any]) -> None:
    address = f"/steering/chain/goals/{world['hidden'].pk}/"
    assert seated("kunta-092").get(address).status_code == 404
    assert seated("kunta-091").get(address).status_code == 200
    shown = seated("kunta-091").get(f"/steering/chain/lines/{world['first'].pk}/").context["chain"]
    assert shown.goal_number == 2


def test_the_table_can_be_taken_out(world: dict[str, Any]) -> None:
    answer = seated().get("/steering/chain/chain.csv", year="2026")
    assert answer["Content-Disposition"] == 'attachment; filename="chain-2026.csv"'
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[1] == "1.1;Linjaus 1.1;1;2;2;1;0;1"


def test_it_costs_the_same_few_statements_however_many_goals_there_are(world: dict[str, Any]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            overview(Viewer.for_system("test", ON), WantedChain(2026))
        return len(captured)

    asked()  # Reference data are read once for the process.
    before = asked()
    programme = municipal("kunta-049", "049")
    for number in range(20):
        goal(programme, str(number), world["first"], world["second"])
    assert asked() == before <= 8
