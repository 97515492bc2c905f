"""What municipalities tell of themselves: who may, what shows, what it does to points, and what is old."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.placement import actions, facts, jobs, needs
from kotopolku.placement.actions import rounds
from kotopolku.placement.actions.rounds import RoundChoice
from kotopolku.placement.case_rules import MemberContent
from kotopolku.placement.engine.points import default_weights
from kotopolku.placement.facts import NewFacts
from kotopolku.placement.models import Case, MunicipalFacts, Round, RoundRow
from kotopolku.placement.round_input import of_region
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests import places_world
from kotopolku.placement.tests.casework import FAMILY, LOHJA, ON, VANTAA

pytestmark = pytest.mark.django_db
TOLD = NewFacts(("sw", "so", "sw"), "here", "fair", ("public-transport",), "Tulkit yhteishankinnasta.")


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def leader() -> Viewer:
    return work.leader()


def tell(
    viewer: Viewer, municipality_id: int | None = None, told: NewFacts = TOLD, **more: Any
) -> MunicipalFacts:
    with make.working(viewer):
        return actions.tell_facts(municipality_id or viewer.organisation_id or 0, told, actor=viewer, **more)


def round_of(officer: Viewer) -> Round:
    with make.working(officer) as at_work:
        found = rounds.start_round(actor=at_work, seed=7, choice=RoundChoice(fairness_pct=0, wishes_pct=0))
    with clock.at(ON):
        jobs.run_round(found.pk)
    rowsecurity.apply(officer)
    found.refresh_from_db()
    return found


# --- Telling ---------------------------------------------------------------------------------------------------------


def test_a_municipality_tells_and_its_region_is_told_and_tells_the_next_itself(
    officer: Viewer, leader: Viewer
) -> None:
    first = tell(leader)
    assert (first.number, first.languages, first.told_on) == (1, ["sw", "so"], ON)
    assert (first.told_by_id, first.told_for_id) == (leader.user_id, leader.organisation_id)
    with make.working(officer):
        assert Notice.objects.filter(kind="placement.facts-told", user_id=officer.user_id).exists()
    second = tell(officer, leader.organisation_id, NewFacts(housing="good"), expected_version=1)
    assert (second.number, second.told_for_id) == (2, officer.organisation_id)
    with make.working(leader):
        assert Notice.objects.filter(kind="placement.facts-told", user_id=leader.user_id).exists()
        assert list(MunicipalFacts.objects.order_by("number").values_list("housing", flat=True)) == [
            "fair",
            "good",
        ]
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="placement.facts.told").count() == 2


def test_of_two_at_once_the_second_learns_of_the_first_and_the_same_form_twice_tells_once(
    officer: Viewer, leader: Viewer
) -> None:
    token = UUID(int=7)
    first = tell(leader, token=token)
    assert tell(leader, token=token).pk == first.pk
    with pytest.raises(EditClash) as clash:
        tell(officer, leader.organisation_id, NewFacts(housing="hard"))
    assert (clash.value.version, clash.value.who) == (1, work.name_of(leader))


@pytest.mark.parametrize(
    ("told", "field", "code"),
    [
        (NewFacts(), "", "empty"),
        (NewFacts(note="Kerromme myöhemmin."), "", "empty"),
        (NewFacts(("sw", "xx-none")), "languages", "unknown-language"),
        (NewFacts(training="soon"), "training", "unknown-choice"),
        (NewFacts(housing="1"), "housing", "unknown-choice"),
        (NewFacts(lacking=("mental-health",)), "lacking", "unknown-need"),
        (NewFacts(("sw",), note="Soita 040 123 4567"), "note", "personal"),
        (NewFacts(("sw",), note="x" * 1001), "note", "long"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    leader: Viewer, told: NewFacts, field: str, code: str
) -> None:
    with pytest.raises(Refusals) as refused:
        tell(leader, told=told)
    assert [(one.field, one.code) for one in refused.value.refusals] == [(field, code)]


def test_others_neither_tell_nor_see(officer: Viewer, leader: Viewer) -> None:
    tell(leader)
    kajaani, far, ministry = (
        work.leader("205"),
        make.worker(work.region_code("205"), ON, role=Role.REGIONAL_OFFICER),
        places_world.ministry(ON),
    )
    for viewer in (kajaani, far):
        with pytest.raises(NotVisible):
            tell(viewer, leader.organisation_id)
        with make.working(viewer):
            assert not MunicipalFacts.objects.exists()
    with make.working(ministry):
        assert MunicipalFacts.objects.count() == 1
        assert MunicipalFacts.objects.update(note="x") == 0
    for viewer in (ministry, make.worker(f"kunta-{LOHJA}", ON)):
        with pytest.raises(MissingCapability):
            tell(viewer, leader.organisation_id, expected_version=1)


# --- The pages and the API -------------------------------------------------------------------------------------------


def test_the_page_says_what_is_not_told_takes_it_and_shows_who_told_it() -> None:
    lohja = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    region = Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)
    page = f"/placement/places/{lohja.viewer.organisation_id}/"
    assert "Not told. Rounds give no points" in words(lohja.get(page))
    form = page + "facts/"
    hidden = lohja.hidden(form)
    empty = lohja.post(form, **hidden, note="Huomenna.")
    assert empty.status_code == 422
    assert "Tell at least one thing" in words(empty)
    assert "Huomenna." in empty.content.decode()
    typed = {"languages": ["sw", "so"], "language-0": "is", "training": "near", "lacking": ["maternity"]}
    assert lohja.post(form, **hidden, **typed, note="Tulkit etänä.").status_code == 302
    for reader in (lohja, region):
        shown = words(reader.get(page))
        assert "Swahili" in shown
        assert "in a neighbouring municipality" in shown
        assert "maternity and child health clinic" in shown
        assert "not told: gives no points" in shown
        assert "To be told again by 18 November 2027" in shown
    stale = region.post(form, **(region.hidden(form) | {"version": "0"}), housing="good")
    assert stale.status_code == 409
    assert "has changed this meanwhile" in words(stale)
    again = region.get(form).content.decode()
    assert again.count("checked") >= 4
    assert 'value="is" selected' in again


def test_the_answer_to_the_yearly_request_leads_to_the_facts(officer: Viewer, leader: Viewer) -> None:
    with make.working(officer):
        asked = actions.send_request(2027, date(2026, 12, 31), actor=officer)
    lohja = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    link = f"/placement/places/{lohja.viewer.organisation_id}/facts/"
    for page in ("", "answer/"):
        assert link in lohja.get(f"/placement/requests/{asked.pk}/{page}").content.decode()


def test_facts_older_than_a_year_are_marked_and_still_count(officer: Viewer, leader: Viewer) -> None:
    tell(leader)
    region = Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)
    page = f"/placement/places/{leader.organisation_id}/"
    with region.on(date(2027, 11, 18)):
        assert "older than a year" not in words(region.get(page))
    with region.on(date(2027, 11, 19)):
        assert "older than a year" in words(region.get(page))
        body = region.get(f"/api/placement/places/{LOHJA}/facts").json()
    assert (body["old"], body["training"]) == (True, "here")


def test_facts_over_the_api_are_the_same_act(officer: Viewer, leader: Viewer) -> None:
    lohja = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    address = f"/api/placement/places/{LOHJA}/facts"
    nothing = lohja.get(address).json()
    assert (nothing["version"], nothing["languages"], nothing["told_on"]) == (0, [], None)

    def post(worker: Worker, key: str, **body: Any) -> Any:
        with clock.at(ON):
            return worker.client.post(
                address, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
            )

    told = post(lohja, "facts one", version=0, languages=["sw"], housing="good")
    assert told.status_code == 200, told.content
    assert (told.json()["version"], told.json()["told_for"]) == (1, f"kunta-{LOHJA}")
    assert post(lohja, "facts one", version=0, languages=["sw"], housing="good").json() == told.json()
    assert post(lohja, "facts two", version=0, housing="hard").status_code == 409
    wrong = post(lohja, "facts three", version=1, languages=["xx-none"])
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "unknown-language")
    kajaani = Worker("kunta-205", ON, Role.TEAM_LEADER)
    assert kajaani.get(address).status_code == 404
    assert post(kajaani, "facts four", version=1, housing="hard").status_code == 404


def test_a_municipality_s_page_takes_as_many_statements_for_many_tellings_as_for_one() -> None:
    lohja = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    page = f"/placement/places/{lohja.viewer.organisation_id}/"
    tell(lohja.viewer)
    lohja.get(page)
    with CaptureQueriesContext(connection) as one:
        lohja.get(page)
    for number in range(1, 13):
        tell(lohja.viewer, expected_version=number)
    with CaptureQueriesContext(connection) as many:
        lohja.get(page)
    assert len(many) == len(one)


# --- What it does to rounds ------------------------------------------------------------------------------------------


def test_told_facts_give_points_and_decide_where_nothing_else_does(officer: Viewer, leader: Viewer) -> None:
    lohja, vantaa = work.places(LOHJA, home_6=2), work.places(VANTAA, home_6=2)
    case = work.family(officer, wishes=())
    before = round_of(officer)
    row = RoundRow.objects.get(round=before, case=case)
    assert not {"language", "training", "housing"} & set(row.parts)
    other = lohja if row.municipality == VANTAA else vantaa
    tell(officer, other.pk, NewFacts(("sw",), "near", "good"))
    after = round_of(officer)
    row = RoundRow.objects.get(round=after, case=case)
    assert after.input_digest != before.input_digest
    assert row.municipality == other.area_code
    weight = {part.id: part.weight[0] for part in default_weights().parts}
    root = 5**0.5
    assert {name: row.parts[name] for name in ("language", "training", "housing")} == {
        "language": round(weight["language"] * root / 2),
        "training": round(weight["training"] * root / 2),
        "housing": round(weight["housing"] * root),
    }
    assert sum(row.parts.values()) == row.points
    assert "Palveluja perheen asiointikielillä" in " ".join(row.sentences["fi"])


def test_the_facts_of_the_day_hold_and_those_told_later_do_not(officer: Viewer) -> None:
    lohja = work.places(LOHJA)
    work.family(officer)
    with make.working(officer):
        [before] = {place.training for place in of_region(officer).places}
    later = work.officer(date(2026, 11, 25))
    tell(later, lohja.pk)
    with make.working(officer):
        assert {place.training for place in of_region(officer).places} == {before} == {0.0}
    with make.working(later):
        assert {place.training for place in of_region(later).places} == {1.0}


def test_what_is_not_within_reach_keeps_those_who_need_it_away(officer: Viewer, leader: Viewer) -> None:
    work.places(LOHJA)
    vantaa = work.places(VANTAA)
    case = work.family(officer, needs=("maternity",))
    row = RoundRow.objects.get(round=round_of(officer), case=case)
    assert row.municipality == LOHJA
    tell(leader, told=NewFacts(lacking=("maternity",)))
    row = RoundRow.objects.get(round=round_of(officer), case=case)
    assert row.municipality == vantaa.area_code
    assert row.removed == {"service": 1}


def test_an_interpreter_is_needed_only_where_languages_were_told(officer: Viewer, leader: Viewer) -> None:
    work.places(LOHJA)
    case = work.family(officer, needs=("interpreter",))
    assert RoundRow.objects.get(round=round_of(officer), case=case).municipality == LOHJA
    tell(leader, told=NewFacts(("so",)))
    row = RoundRow.objects.get(round=round_of(officer), case=case)
    assert (row.municipality, row.removed) == ("", {"interpreter": 1})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((), False),
        (("", " "), False),
        (("ei koulua",), True),
        (("Ei koulua.", "no schooling"), True),
        (("ei koulua", ""), True),
        (("ei koulua", "9 vuotta"), False),
        (("ingen skolgång",), True),
        (("ei ole ylioppilas",), False),
    ],
)
def test_no_schooling_is_when_nobody_whose_schooling_was_told_has_any(
    told: tuple[str, ...], expected: bool
) -> None:
    assert facts.no_schooling(told) is expected


def test_a_family_without_schooling_is_in_its_group_whatever_its_children_s_school(officer: Viewer) -> None:
    work.places(LOHJA)
    adults = tuple(
        MemberContent(age=one.age, relation=one.relation, schooling="ei koulua") for one in FAMILY[:2]
    )
    child = MemberContent(age=9, relation="child", schooling="2. luokka")
    case: Case = work.family(officer, members=(*adults, child))
    with make.working(officer):
        [family] = of_region(officer).families
    assert (family.id, family.no_schooling, family.fairness_group) == (case.number, True, "no-schooling")


def test_every_choice_has_three_languages_and_a_share_between_nought_and_one() -> None:
    for subject in facts.SUBJECTS:
        for one in facts.choices(subject):
            assert set(one.names) == {"fi", "sv", "en"}
            assert 0.0 <= one.share <= 1.0
    assert {one.id for one in needs.municipal()} == {"health-centre", "maternity", "public-transport"}
    assert not any(one.county or one.resource or one.care for one in needs.municipal())
