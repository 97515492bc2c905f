"""Needs and results from the register to the pages: who sees what, what is hidden, what becomes of a lot."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.training.actions import needs
from kotopolku.training.actions.needs import LotContent
from kotopolku.training.commands import training
from kotopolku.training.models import Forecast, NeedLot
from kotopolku.training.queries import need as queries
from kotopolku.training.queries import results as result_queries
from kotopolku.training.tests import courses_world, needs_world
from kotopolku.training.tests.needs_world import ON

pytestmark = pytest.mark.django_db
CONTENT = LotContent("092", "basic", 16, date(2027, 3, 1), "Ryhmä täyteen.", 4)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def buyer() -> Viewer:
    """A procurement officer, with 30 clients of the area waiting for a place and 12 studying."""
    leader = courses_world.leader()
    needs_world.planned(leader, 30, made_on=ON - timedelta(days=40))
    needs_world.planned(
        leader, 12, made_on=ON - timedelta(days=200), state="under-way", starts_on=ON - timedelta(days=90)
    )
    return courses_world.buyer()


def made(actor: Viewer) -> Forecast:
    with make.working(actor) as at_work:
        return needs.make_forecast(actor=at_work)


def test_open_needs_of_plans_are_counted_proposed_as_a_lot_and_journalled_without_persons(
    buyer: Viewer,
) -> None:
    found = made(buyer)
    assert found.figures["total"]["open_now"] == 30
    with make.working(buyer):
        [lot] = queries.lots(buyer)
        [entry] = Entry.objects.filter(action="training.forecast.made")
    assert (lot.municipality, lot.track, lot.state) == ("092", "basic", "proposed")
    assert lot.volume >= 20
    assert entry.subjects == []
    assert made(buyer).digest == found.digest, "the same register gives the same forecast"


def test_a_client_taken_from_the_plan_or_already_on_a_course_is_no_open_need(buyer: Viewer) -> None:
    leader = courses_world.leader()
    needs_world.planned(leader, 9, made_on=ON - timedelta(days=30), state="dropped")
    school = courses_world.school(leader)[0]
    course = courses_world.course(
        leader, school, starts_on=date(2026, 11, 30), ends_on=date(2027, 5, 28), entry_from=""
    )
    courses_world.queued(leader, courses_world.client(leader, plan=False), course)
    with make.working(buyer) as at_work:
        known = queries.known(at_work)
    open_now = [row for row in known.needs if row.started_on is None and row.left_on is None]
    assert len(open_now) == 31, "thirty of plans, and one in a queue without a plan"
    assert [(one.track, one.seats) for one in known.seats] == [("basic", 2)]


def test_another_authority_sees_neither_forecasts_nor_lots(buyer: Viewer) -> None:
    found = made(buyer)
    other = courses_world.buyer("kunta-205")
    with make.working(other):
        assert not Forecast.objects.exists()
        assert not NeedLot.objects.exists()
        with pytest.raises(NotVisible):
            queries.forecast(other, found.pk)
    worker = make.worker("tyo-43", ON)
    with make.working(worker), pytest.raises(MissingCapability):
        needs.make_forecast(actor=worker)


def test_a_lot_is_changed_taken_once_and_given_back(buyer: Viewer) -> None:
    made(buyer)
    with make.working(buyer):
        lot = queries.lots(buyer)[0]
        lot = needs.change_lot(lot.pk, CONTENT, actor=buyer, expected_version=lot.version)
        assert (lot.volume, lot.state, lot.proposed["volume"] > 16) == (16, "changed", True)
        with pytest.raises(EditClash):
            needs.change_lot(lot.pk, CONTENT, actor=buyer, expected_version=1)
        needs.take_lot(lot.pk, "VD/12/2026", actor=buyer)
        with pytest.raises(Refusals) as twice:
            needs.take_lot(lot.pk, "VD/13/2026", actor=buyer)
        assert make.refused(twice.value) == {("", "taken")}
        with pytest.raises(Refusals):
            needs.drop_lot(lot.pk, "Ei tarvita.", actor=buyer, expected_version=lot.version + 1)
        lot = needs.give_back_lot(lot.pk, actor=buyer)
        lot = needs.drop_lot(lot.pk, "Ei tarvita.", actor=buyer, expected_version=lot.version)
        assert (lot.state, lot.taken_into) == ("dropped", "")
        lot = needs.restore_lot(lot.pk, actor=buyer, expected_version=lot.version)
        assert lot.state == "changed"
    again = made(buyer)
    with make.working(buyer):
        [proposed] = again.lots.all()
    assert proposed.proposed["already"] == 16, "what an officer has in hand is not proposed twice"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"volume": 0}, "volume"),
        ({"option_volume": -1}, "option_volume"),
        ({"track": "none"}, "track"),
        ({"track": "vocational", "field": "none"}, "field"),
        ({"field": "71"}, "field"),
        ({"municipality": "205"}, "municipality"),
        ({"starts_on": date(2026, 11, 1)}, "starts_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    buyer = courses_world.buyer()
    wrong = LotContent(**(CONTENT.__dict__ | changes))
    with make.working(buyer), pytest.raises(Refusals) as refused:
        needs.add_lot(wrong, actor=buyer)
    assert {name for name, _code in make.refused(refused.value)} == {field}


def test_the_pages_of_need_make_a_forecast_and_change_a_lot() -> None:
    leader = courses_world.leader()
    needs_world.planned(leader, 24, made_on=ON - timedelta(days=40))
    officer = Worker("tyo-43", ON, Role.PROCUREMENT_OFFICER)
    page = "/training/need/"
    assert "No forecast has been made yet." in words(officer.get(page))
    assert officer.post(page + "make/").status_code == 302
    shown = words(officer.get(page))
    assert "24 clients wait for a place today." in shown
    assert "There is too little history" not in shown
    for by in ("level", "place", "field"):
        assert officer.get(page, by=by).status_code == 200
    with make.working(officer.viewer):
        lot = NeedLot.objects.get()
    change = f"{page}lots/{lot.pk}/change/"
    hidden = officer.hidden(change)
    typed = {"track": "basic", "municipality": "092", "volume": "x", "starts_on": "1.3.2027", "reason": ""}
    wrong = officer.post(change, **(hidden | typed))
    assert wrong.status_code == 422
    assert "Write in a few words why." in words(wrong)
    done = officer.post(change, **(hidden | typed | {"volume": "18", "reason": "Kaksi ryhmää."}))
    assert done.status_code == 302
    assert officer.post(change, **(hidden | typed | {"volume": "19", "reason": "x"})).status_code == 409
    assert "the forecast proposed" in words(officer.get(f"{page}lots/{lot.pk}/"))
    new = f"{page}lots/new/"
    fields = {
        "track": "vocational",
        "field": "71",
        "volume": "10",
        "starts_on": "1.4.2027",
        "reason": "Pula.",
    }
    token = officer.hidden(new)
    assert officer.post(new, **(token | fields)).status_code == 302
    assert officer.post(new, **(token | fields)).status_code == 302
    with make.working(officer.viewer):
        assert NeedLot.objects.filter(field="71").count() == 1
    stranger = Worker("kunta-205", ON, Role.TEAM_LEADER)
    assert stranger.get(f"{page}lots/{lot.pk}/").status_code == 404
    assert Worker("tyo-43", ON).get(page).status_code == 403
    with needs_world.statements() as asked:
        officer.get(page)
    assert len(asked) <= 20


def _over() -> tuple[Viewer, Any, Worker]:
    """A course that was over in June: 20 students of whom 11 reached the target and 5 left."""
    leader = courses_world.leader()
    school, _teacher = courses_world.school(leader)
    course = courses_world.course(
        leader, school, starts_on=date(2026, 1, 12), ends_on=date(2026, 6, 12), seats=30, published=False
    )
    with rowsecurity.as_system():
        type(course).objects.filter(pk=course.pk).update(state="published", contract_reference="S-7")
    plans = needs_world.planned(leader, 20, made_on=date(2025, 12, 1), state="done")
    needs_world.studied(course, plans, reached=11, dropped=5, at_work=6)
    return leader, course, Worker(school.code, ON, Role.PROVIDER)


def test_results_tell_levels_drop_outs_waiting_and_work_and_hide_what_is_small() -> None:
    leader, _course, teacher = _over()
    with make.working(leader):
        found = result_queries.results(leader, 2026).table
        contract = result_queries.contract_results(leader, "S-7")
        nothing = result_queries.results(leader, 2025)
    everybody = found.all
    assert everybody.people == 20
    assert everybody.reached is not None
    assert everybody.reached.number == 11
    assert everybody.dropped is None, "four stayed below: with the drop-outs the rest would tell"
    assert contract["people"] == 20
    assert everybody.days is not None
    assert everybody.days.median == 42
    assert everybody.later[3][0] is not None
    assert (everybody.later[3][0].number, everybody.later[3][0].of) == (6, 6)
    assert nothing.empty
    own = teacher.get("/training/results/own/", year=2026)
    assert own.status_code == 200
    assert "••" in words(own)
    assert teacher.get("/training/results/").status_code == 403
    other = Worker("kunta-205", ON, Role.TEAM_LEADER)
    assert "No courses were over in this year." in words(other.get("/training/results/"))


def test_the_ministry_sees_all_courses_and_the_file_says_what_the_page_says() -> None:
    _leader, course, _teacher = _over()
    extra = needs_world.planned(_leader, 10, made_on=date(2025, 12, 1), state="done")
    needs_world.studied(course, extra, reached=2)
    ministry = Worker("tem", ON, Role.MINISTRY_OFFICER)
    for by in ("track", "entry", "provider", "contract", "schooling"):
        page = ministry.get("/training/results/", by=by)
        assert page.status_code == 200
        assert "43 %" in words(page), "13 of 30 at the target"
    text = ministry.get("/training/results/table.csv").content.decode("utf-8-sig")
    assert "2026;Together;Together;30;42;13;30;43,3;27,4;60,8;5;30" in text


def test_the_api_gives_forecasts_lots_and_results_to_who_may_read_them(buyer: Viewer) -> None:
    made(buyer)
    officer = Worker("tyo-43", ON, Role.PROCUREMENT_OFFICER)
    [found] = officer.get("/api/training/forecasts").json()["forecasts"]
    assert found["figures"]["total"]["open_now"] == 30
    [lot] = officer.get("/api/training/lots").json()["lots"]
    assert lot["track"] == "basic"
    results = officer.get("/api/training/results/2026").json()
    assert results["all"]["people"] == 0
    assert Worker("tyo-43", ON).get("/api/training/forecasts").status_code == 403


def test_the_command_prints_the_same_forecast_again() -> None:
    needs_world.planned(courses_world.leader(), 12, made_on=ON - timedelta(days=40))
    run = CliRunner()
    with clock.at(ON):
        first, second = (
            run.invoke(training, ["forecast", "--organisation", "tyo-43", "--months", "6", "--json"])
            for _twice in range(2)
        )
        wrong = run.invoke(training, ["forecast", "--organisation", "nobody"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout) == json.loads(second.stdout)
    assert json.loads(first.stdout)["total"]["open_now"] == 12
    assert wrong.exit_code == 2
