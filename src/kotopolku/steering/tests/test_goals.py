"""Goals of municipalities: adding, changing, moving, states, lines that end, the list, the file and the data."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering import access_goals as access
from kotopolku.steering.actions import goals, lines
from kotopolku.steering.models import Line, MunicipalGoal, MunicipalProgramme
from kotopolku.steering.queries import goals as queries
from kotopolku.steering.tests import goals_world as world
from kotopolku.steering.tests import measures_world, programme_world

pytestmark = pytest.mark.django_db

LIST = "/steering/goals/"


def typed(by: Worker, address: str, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "token": by.hidden(address)["token"],
        "title_fi": "Useampi työssä",
        "title_sv": "Fler i arbete",
        "text_fi": "Työllisyys **nousee**.",
        "indicator": str(world.indicator().pk),
        "start_value": "40,5",
        "start_year": "2024",
        "target": "50",
        "target_year": "2028",
        "owner": str(world.organisation("kunta-092").pk),
    }
    return values | changes


def test_a_goal_is_added_with_a_line_and_everybody_at_work_reads_it_when_approved() -> None:
    line = measures_world.line(measures_world.programme(), "1.1")
    of = world.programme()
    by, reader = world.at_work(), Worker("kunta-049", world.ON)
    new = f"{LIST}new/{of.pk}/"
    made = by.send(new, typed(by, new, lines=[str(line.pk)]))
    assert made.status_code == 302, words(made)
    page = words(by.get(made["Location"]))
    for sentence in ("Useampi työssä", "Keksitty linjaus 1.1", "40.5 %", "not followed up yet"):
        assert sentence in page
    assert reader.get(made["Location"]).status_code == 404, "a draft is not everybody's"
    with make.working(world.system()):
        MunicipalProgramme.objects.update(state="approved")
    assert "Useampi työssä" in words(reader.get(made["Location"]))
    assert "Change the state" not in words(reader.get(made["Location"]))
    assert "Useampi työssä" in words(reader.get(LIST, municipality="092", q="työssä"))
    assert "No goal was found." in words(reader.get(LIST, municipality="049"))
    assert "No goal was found." in words(reader.get(LIST, q="sv")), "the code of a language is no word"
    assert reader.get(LIST, programme="x", indicator="y", region="99", page="z").status_code == 200


def test_the_same_form_twice_adds_one_goal() -> None:
    of = world.programme()
    by = world.at_work()
    new = f"{LIST}new/{of.pk}/"
    sent = typed(by, new)
    assert by.send(new, sent)["Location"] == by.send(new, sent)["Location"]
    with make.working(by.viewer):
        assert MunicipalGoal.objects.count() == 1
        assert Entry.objects.filter(action="steering.goal.added").count() == 1


def test_a_goal_without_an_indicator_is_refused_and_nothing_typed_is_lost() -> None:
    of = world.programme()
    by = world.at_work()
    new = f"{LIST}new/{of.pk}/"
    wrong = by.send(new, typed(by, new, indicator=""))
    assert wrong.status_code == 422
    assert "A goal that is not measured with anything cannot be followed up." in words(wrong)
    assert "Työllisyys **nousee**." in wrong.content.decode()
    with make.working(by.viewer) as actor, pytest.raises(Refusals) as refused:
        goals.add(of.pk, world.content(indicator_id=None), "", actor=actor)
    assert [(one.field, one.code) for one in refused.value.refusals] == [("indicator", "required")]


def test_a_target_in_the_past_is_refused_at_its_field() -> None:
    of = world.programme()
    by = world.at_work()
    new = f"{LIST}new/{of.pk}/"
    wrong = by.send(new, typed(by, new, target_year="2025"))
    assert wrong.status_code == 422
    assert "The year of the target has passed." in words(wrong)
    early = by.send(new, typed(by, new, target_year="2020"))
    assert "The year of the target is before the year of the start." in words(early)
    with make.working(by.viewer):
        assert not MunicipalGoal.objects.exists()


def test_a_target_on_the_wrong_side_is_asked_once_more() -> None:
    of = world.programme()
    by = world.at_work()
    new = f"{LIST}new/{of.pk}/"
    assert "The target is meant so" not in words(by.get(new))
    sent = typed(by, new, target="30")
    asked = by.send(new, sent)
    assert asked.status_code == 422
    assert "the target is under the value at the start" in words(asked)
    assert "The target is meant so" in words(asked)
    assert by.send(new, sent | {"checked": "on"}).status_code == 302


def test_the_newest_figure_of_the_place_is_taken_as_the_start() -> None:
    of = world.programme()
    by = world.at_work()
    measured = world.indicator(m092={2023: 38, 2024: 41})
    new = f"{LIST}new/{of.pk}/"
    taken = by.send(new, typed(by, new, indicator=str(measured.pk), start_value="", do="figure", title_fi=""))
    assert taken.status_code == 200
    text = taken.content.decode()
    assert 'value="41"' in text
    assert 'value="2024"' in text
    assert "Say in one line what the goal is." not in words(taken)
    none = by.send(new, typed(by, new, indicator=str(world.indicator("less").pk), do="figure"))
    assert "There is no figure of this indicator in the place." in words(none)


def test_a_joint_share_is_weighted_by_population() -> None:
    of = world.programme("092", "235", state="approved")
    measured = world.indicator(m092={2024: 40, 2025: 42}, m235={2024: 60})
    made = world.goal(of, indicator_id=measured.pk)
    single = world.goal(of, indicator_id=measured.pk, municipality="235", code="K1")
    with make.working(world.leader()) as viewer:
        whole, one = queries.rows_of(queries.goals(viewer, queries.WantedGoals()), viewer)
    assert (whole.goal.pk, one.goal.pk) == (made.pk, single.pk)
    assert [year for year, _value in whole.figures.whole] == [2024], (
        "only where every municipality has its own"
    )
    assert Decimal(40) < whole.figures.whole[0][1] < Decimal(42), "Vantaa is far larger than Kauniainen"
    assert one.figures.whole == ((2024, Decimal(60)),)
    page = words(world.at_work().get(f"{LIST}{made.pk}/"))
    assert "weighted by their population" in page
    assert "Kauniainen" in page


def test_only_the_leading_municipality_writes_goals() -> None:
    of = world.programme("092", "049")
    made = world.goal(of)
    other, caseworker = world.at_work("049"), Worker("kunta-092", world.ON)
    for part in ("edit/", "state/"):
        assert other.get(f"{LIST}{made.pk}/{part}").status_code == 404
        assert caseworker.get(f"{LIST}{made.pk}/{part}").status_code == 403
    assert other.get(f"{LIST}new/{of.pk}/").status_code == 404
    for part in ("up/", "down/", "lines/"):
        assert other.post(f"{LIST}{made.pk}/{part}").status_code == 404
        assert other.get(f"{LIST}{made.pk}/{part}").status_code == 405
    with make.working(world.leader("049")):
        assert MunicipalGoal.objects.filter(pk=made.pk).update(code="9") == 0, "row security"
    with make.working(make.worker("kunta-092", world.ON)) as actor, pytest.raises(MissingCapability):
        goals.add(of.pk, world.content(), "", actor=actor)


def test_two_editors_of_one_goal_are_told_and_the_journal_keeps_what_it_said() -> None:
    made = world.goal(world.programme())
    first, second = world.at_work(), world.at_work()
    edit = f"{LIST}{made.pk}/edit/"
    one, two = (typed(by, edit, version="1") for by in (first, second))
    assert first.send(edit, one | {"title_fi": "Uusi"}).status_code == 302
    clash = second.send(edit, two | {"title_fi": "Toinen"})
    assert clash.status_code == 409
    assert "Toinen" in clash.content.decode()
    assert world.refreshed(made).title["fi"] == "Uusi"
    with make.working(first.viewer):
        entry = Entry.objects.get(action="steering.goal.changed")
        assert entry.object_id == made.pk


def test_a_goal_of_an_approved_programme_is_changed_with_a_reason_only() -> None:
    of = world.programme(state="approved")
    made = world.goal(of)
    by = world.at_work()
    edit = f"{LIST}{made.pk}/edit/"
    wrong = by.send(edit, typed(by, edit, version="1"))
    assert wrong.status_code == 422
    assert "write why its goals are changed" in words(wrong)
    assert by.send(edit, typed(by, edit, version="1", reason="Tilasto tarkentui.")).status_code == 302
    with make.working(world.system()):
        MunicipalProgramme.objects.update(state="ended")
    with make.working(by.viewer) as actor, pytest.raises(Refusals) as refused:
        goals.change(made.pk, world.content(), "x", actor=actor, expected_version=2)
    assert "ended" in refused.value.codes


def test_numbers_are_given_in_turn_and_stand_once() -> None:
    of = world.programme()
    assert [world.goal(of).code for _one in range(2)] == ["1", "2"]
    with make.working(world.leader()) as actor, pytest.raises(Refusals) as refused:
        goals.add(of.pk, world.content(code="2"), "", actor=actor)
    assert refused.value.codes == ("taken",)


def test_goals_are_moved_in_a_draft_and_stay_once_the_councils_have_them() -> None:
    of = world.programme()
    first, second = world.goal(of), world.goal(of)
    by = world.at_work()
    assert "Down" in words(by.get(LIST, programme=str(of.pk)))
    assert by.post(f"{LIST}{second.pk}/up/").status_code == 302
    with make.working(by.viewer):
        assert list(MunicipalGoal.objects.order_by("order").values_list("pk", flat=True)) == [
            second.pk,
            first.pk,
        ]
    assert by.post(f"{LIST}{second.pk}/up/").status_code == 302, "at the top nothing changes"
    with make.working(world.system()):
        MunicipalProgramme.objects.update(state="councils")
    assert "it stays" in words(by.client.post(f"{LIST}{first.pk}/up/", follow=True))


def test_a_goal_is_reached_or_given_up_with_a_reason_and_taken_up_again() -> None:
    made = world.goal(world.programme(state="approved"))
    by = world.at_work()
    address = f"{LIST}{made.pk}/state/"
    assert by.post(address, version="1", state="dropped").status_code == 422
    assert by.post(address, version="1", state="dropped", reason="Rahoitus loppui.").status_code == 302
    assert "Rahoitus loppui." in words(by.get(f"{LIST}{made.pk}/"))
    assert "No goal was found." in words(by.get(LIST)), "given up ones are left out"
    assert "Useampi työssä" in words(by.get(LIST, state="dropped"))
    assert by.post(address, version="1", state="open", reason="x").status_code == 409
    assert by.post(address, version="2", state="open", reason="Rahaa tuli.").status_code == 302


def test_an_owner_is_a_partner_of_the_programme_and_is_told() -> None:
    of = world.programme(partners=(world.COUNTY,))
    county = make.worker(world.COUNTY, world.ON, role=Role.COUNTY_OFFICER)
    owner = world.organisation(world.COUNTY)
    made = world.goal(of, owner_id=owner.pk)
    with make.working(county):
        notice = Notice.objects.get(user_id=county.user_id, kind="steering.goal-given")
        assert notice.address == f"{LIST}{made.pk}/"
    with make.working(world.leader()) as actor, pytest.raises(Refusals) as refused:
        goals.add(of.pk, world.content(owner_id=world.organisation("kunta-049").pk), "", actor=actor)
    assert [(one.field, one.code) for one in refused.value.refusals] == [("owner", "unknown")]


def test_what_is_not_of_the_programme_is_refused() -> None:
    of = world.programme("092", "049")
    measure = measures_world.measure(measures_world.officer("evk-02"), regions=("02",))
    with make.working(world.leader()) as actor, pytest.raises(Refusals) as refused:
        goals.add(
            of.pk,
            world.content(municipality="235", section_id=987, measures=(measure.pk,), lines=(987,)),
            "",
            actor=actor,
        )
    assert {one.field for one in refused.value.refusals} == {"municipality", "section", "measures", "lines"}


# Lines that end -------------------------------------------------------------------------------------------------------


def _line_ends(tree: "programme_world.Tree", by: Viewer) -> None:
    with make.working(by) as actor:
        fresh = Line.objects.get(pk=tree.line.pk)
        for part in Line.objects.filter(parent=fresh):
            lines.end_line(
                part.pk, date(2026, 10, 31), "Pois", None, actor=actor, expected_version=part.version
            )
        lines.end_line(
            fresh.pk,
            date(2026, 10, 31),
            "Uusi linjaus",
            tree.other.pk,
            actor=actor,
            expected_version=fresh.version,
        )


def test_goals_hang_on_lines_and_their_keepers_are_told_when_one_ends() -> None:
    ministry = programme_world.preparer()
    tree = programme_world.Tree(ministry)
    tree.adopt()
    of = world.programme()
    keeper = world.leader()
    made = world.goal(of, lines=(tree.line.pk, tree.other.pk))
    page = words(world.at_work().get(f"/steering/programme/lines/{tree.line.pk}/"))
    assert "Goals of municipalities" in page
    assert "Useampi työssä" in page
    stranger = words(Worker("kunta-049", world.ON).get(f"/steering/programme/lines/{tree.line.pk}/"))
    assert "Useampi työssä" not in stranger, "a draft of others is not shown"
    _line_ends(tree, ministry)
    with make.working(keeper):
        notice = Notice.objects.get(user_id=keeper.user_id, kind="steering.goal-line-ended")
        assert notice.object_id == tree.line.pk
    assert made.pk


def test_a_line_that_is_followed_no_longer_is_refused_with_the_one_in_its_place() -> None:
    ministry = programme_world.preparer()
    tree = programme_world.Tree(ministry)
    tree.adopt()
    of = world.programme()
    made = world.goal(of, lines=(tree.line.pk,))
    _line_ends(tree, ministry)
    by = world.at_work()
    new = f"{LIST}new/{of.pk}/"
    wrong = by.send(new, typed(by, new, lines=[str(tree.line.pk)]))
    assert wrong.status_code == 422
    assert "Line 1.1 is not followed any more. Choose 1.2, which came in its place." in words(wrong)
    with make.working(by.viewer) as actor:
        goals.change(
            made.pk, world.content(lines=(tree.line.pk,)), "", actor=actor, expected_version=1
        )  # what a goal has may stay
        assert [one.words for one in world.waiting(actor)] == [
            "Choose another line for the goal: Useampi työssä"
        ]
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "1.2 came in its place" in page
    stale = by.client.post(f"{LIST}{made.pk}/lines/", {"version": "1"}, follow=True)
    assert "Somebody else has changed this meanwhile." in words(stale)
    with make.working(world.system()):
        MunicipalProgramme.objects.update(state="ended")
    ended = by.client.post(f"{LIST}{made.pk}/lines/", {"version": "2"}, follow=True)
    assert "its goals stay as they are" in words(ended)
    with make.working(world.system()):
        MunicipalProgramme.objects.update(state="approved")
    assert by.post(f"{LIST}{made.pk}/lines/", version="2").status_code == 302
    with make.working(by.viewer) as actor:
        assert [one.code for one in MunicipalGoal.objects.get(pk=made.pk).lines.all()] == ["1.2"]
        with pytest.raises(Refusals):
            goals.take_followers(made.pk, actor=actor, expected_version=3)
        with pytest.raises(EditClash):
            goals.take_followers(made.pk, actor=actor, expected_version=1)


# What goes out --------------------------------------------------------------------------------------------------------


def test_the_file_holds_goals_and_no_formula() -> None:
    of = world.programme(state="approved")
    measured = world.indicator(m092={2025: 44})
    made = world.goal(of, title={"fi": "=HYPERLINK(1)"}, indicator_id=measured.pk)
    world.follow_up(made, world.leader())
    got = Worker("kunta-049", world.ON).get(f"{LIST}csv/", municipality="092")
    text = got.content.decode("utf-8-sig")
    assert got["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in text
    assert "on track" in text
    assert text.count("\r\n") == 2


def test_published_goals_are_everybodys_data() -> None:
    of = world.programme(state="approved", published=True)
    measured = world.indicator(m092={2024: 41, 2025: 44})
    made = world.goal(of, indicator_id=measured.pk)
    world.follow_up(made, world.leader())
    hidden = world.goal(world.programme("049", state="approved"))
    anybody = Client()
    found = anybody.get("/api/steering/goals/092").json()
    assert [one["id"] for one in found] == [made.pk]
    assert found[0]["figures"] == [{"year": 2024, "value": "41.00"}, {"year": 2025, "value": "44.00"}]
    assert found[0]["follow_ups"][0]["track"] == "on"
    assert anybody.get("/api/steering/goals/049").json() == [], hidden
    assert anybody.get("/api/steering/goals/999").status_code == 404


def test_the_box_of_a_programme_counts_and_needs_few_statements() -> None:
    of = world.programme(state="approved", published=True)
    late = world.goal(of)
    world.follow_up(late, world.leader(), track="off")
    world.goal(of)
    anybody = Viewer(user_id=None, name="", day=world.ON, seat=None)
    numbers = []
    for _round in range(2):
        with make.working(anybody) as viewer, CaptureQueriesContext(connection) as asked:
            box = queries.box(viewer, of)
        numbers.append(len(asked))
        for _one in range(3):
            world.goal(of)
    assert numbers[0] == numbers[1] <= 8
    assert (box.on, box.off, box.missing) == (0, 1, 4)
    assert box.rows[0].address == "", "who is not signed in has no page of a goal"


def test_the_list_takes_the_same_number_of_statements_however_long_it_is() -> None:
    by = world.at_work()
    by.get(LIST)
    numbers = []
    for code in ("092", "049"):
        of = world.programme(code, state="approved")
        for _one in range(3):
            world.goal(of)
        with CaptureQueriesContext(connection) as asked:
            by.get(LIST)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_a_goal_of_a_municipality_that_left_is_not_of_that_municipality() -> None:
    of = world.programme("092", "049", state="approved")
    world.goal(of)
    by = world.at_work()
    assert "Useampi työssä" in words(by.get(LIST, municipality="049"))
    with make.working(world.system()):
        of.municipalities.filter(code="049").update(state="left")
    assert "No goal was found." in words(by.get(LIST, municipality="049"))
    assert "Useampi työssä" in words(by.get(LIST, region="01"))


def test_an_id_that_is_not_there_is_hidden_alike() -> None:
    by = world.at_work()
    for part in ("", "edit/", "state/", "follow-ups/new/", "follow-ups/2025/", "ties/"):
        assert by.get(f"{LIST}987/{part}").status_code == 404
    with make.working(by.viewer) as actor, pytest.raises(NotVisible):
        access.goal(actor, 987)
