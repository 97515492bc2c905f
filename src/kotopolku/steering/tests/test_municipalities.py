"""The view over all municipalities: programmes, reviews, goals, guidance; mergers, filters, order, file; statements."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.reference import queries as reference
from kotopolku.steering import council_rules
from kotopolku.steering.actions import guidance, guidance_work
from kotopolku.steering.models import (
    GoalFollowUp,
    Guidance,
    Indicator,
    MunicipalGoal,
    MunicipalProgramme,
    ProgrammeMunicipality,
    ProgrammeReview,
)
from kotopolku.steering.queries import municipalities as queries
from kotopolku.steering.queries.municipalities import MunicipalityRow, WantedMunicipalities
from kotopolku.steering.tests import guidance_world as world

pytestmark = pytest.mark.django_db

PAGE = "/steering/guidance/municipalities/"
ON = world.ON
APPROVED = date(2025, 3, 10)


def _system() -> None:
    rowsecurity.apply(Viewer.for_system("test", ON))


def programme(*codes: str, approved: date = APPROVED, **changes: Any) -> MunicipalProgramme:
    """In force in the municipalities, by default until the end of 2028."""
    _system()
    first = Organisation.objects.get(code=f"kunta-{codes[0]}")
    values: dict[str, Any] = {
        "name_fi": f"Ohjelma {codes[0]}",
        "organisation": first,
        "act": "681/2023",
        "state": "approved",
        "days": date_range(date(2025, 1, 1), date(2028, 12, 31)),
        "languages": ["fi"],
        "made_at": clock.now(),
    }
    made = MunicipalProgramme.objects.create(**(values | changes))
    for code in codes:
        ProgrammeMunicipality.objects.create(
            programme=made,
            organisation=Organisation.objects.get(code=f"kunta-{code}"),
            code=code,
            days=made.days,
            state="approved" if made.state in ("approved", "ended") else "waiting",
            decided_on=approved if made.state in ("approved", "ended") else None,
        )
    return made


def goal(of: MunicipalProgramme, code: str, *tracks: str, municipality: str = "") -> None:
    """A goal, its follow-ups from 2024 on."""
    _system()
    indicator = Indicator.objects.get_or_create(key="keksitty", defaults={"name_fi": "Mittari"})[0]
    made = MunicipalGoal.objects.create(
        programme=of,
        code=code,
        municipality=municipality,
        indicator=indicator,
        start_year=2024,
        target=Decimal(10),
        target_year=2028,
        owner=of.organisation,
    )
    for number, track in enumerate(tracks):
        GoalFollowUp.objects.create(
            goal=made, year=2024 + number, track=track, text="x", written_at=clock.now()
        )


def rows(viewer: Viewer, **wanted: Any) -> dict[str, MunicipalityRow]:
    with make.working(viewer) as at_work:
        found = queries.overview(at_work, WantedMunicipalities(**({"region": "all"} | wanted)))
        return {one.code: one for one in found.rows}


def test_the_programme_in_force_is_shown_before_older_and_later_ones() -> None:
    reader = world.municipality().viewer
    programme("092", days=date_range(date(2020, 1, 1), date(2024, 12, 31)), state="ended")
    now = programme("092", "245")
    programme("092", days=date_range(date(2029, 1, 1), date(2032, 12, 31)))
    programme("205", days=date_range(date(2020, 1, 1), date(2024, 12, 31)), state="ended")
    programme("091", days=date_range(date(2027, 1, 1), date(2030, 12, 31)))
    found = rows(reader)
    assert (found["092"].state, found["092"].programme) == ("force", now)
    assert (found["245"].state, found["245"].programme) == ("force", now), "of several together"
    assert [found[code].state for code in ("205", "091", "049")] == ["expired", "coming", "none"]
    assert len(found) == len([one for one in reference.municipalities_on(ON) if not _aland(one.code)])


def _aland(code: str) -> bool:
    return reference.areas_of(code, ON).is_aland


def test_the_next_review_follows_the_rule_from_the_last_one() -> None:
    reader = world.municipality().viewer
    made = programme("092")
    late = programme("205", approved=date(2019, 5, 6), days=date_range(date(2019, 1, 1), date(2028, 12, 31)))
    due = council_rules.review_due("681/2023", APPROVED).due
    assert rows(reader)["092"].review_due == due
    ProgrammeReview.objects.create(programme=made, on=date(2026, 2, 2), text="x", made_at=clock.now())
    found = rows(reader)
    assert found["092"].reviewed_on == date(2026, 2, 2)
    assert found["092"].review_due == council_rules.review_due("681/2023", APPROVED, date(2026, 2, 2)).due
    assert (found["205"].review_state, found["205"].programme) == ("late", late)
    assert list(rows(reader, review="late")) == ["205"]
    assert next(iter(rows(reader, order="review"))) == "205"


def test_goals_are_counted_by_the_newest_follow_up_of_each() -> None:
    reader = world.municipality().viewer
    made = programme("092", "245")
    goal(made, "1", "off", "on")
    goal(made, "2", "on", "off")
    goal(made, "3", "on", "on", "unclear")
    goal(made, "4")
    goal(made, "5", "off", municipality="245")
    found = rows(reader)
    assert (found["092"].tracks.on, found["092"].tracks.off, found["092"].tracks.unclear) == (1, 1, 2)
    assert found["245"].tracks.off == 2, "a goal of one municipality is counted in that one"
    assert list(rows(reader, order="off"))[:2] == ["245", "092"]
    assert set(rows(reader, goals="off")) == {"092", "245"}


def test_a_merged_municipality_is_shown_as_the_one_that_it_belongs_to_on_the_day() -> None:
    merged = next(
        code
        for code in (one.code for one in reference.municipalities_on(date(2020, 6, 1)))
        if code not in {one.code for one in reference.municipalities_on(ON)}
    )
    into = reference.successor(merged, ON)
    made = programme(merged)
    goal(made, "1", "off", municipality=merged)
    reader = world.municipality().viewer
    found = rows(reader)
    assert merged not in found
    assert (found[into].programme, found[into].tracks.off) == (made, 1)
    before = make.worker(world.VANTAA, date(2020, 6, 1), role=Role.TEAM_LEADER)
    assert merged in rows(before)


def test_a_region_sees_its_own_first_and_the_whole_country_when_it_wants() -> None:
    programme("205")
    officer = world.region().viewer
    own = rows(officer, region="")
    assert {one.region for one in own.values()} == {"01"}
    assert "205" in rows(officer)
    assert set(rows(officer, region="18")) == {
        one.code for one in reference.municipalities_on(ON) if reference.areas_of(one.code, ON).region == "18"
    }
    minister = make.worker(world.MINISTRY, ON, role=Role.MINISTRY_OFFICER)
    assert "205" in rows(minister, region="")


def test_open_guidance_is_known_to_its_sides_and_counted_by_the_ministry() -> None:
    by = world.municipality()
    world.asked(by.viewer)
    closed = world.asked(by.viewer)
    with make.working(by.viewer) as at_work:
        guidance.close(closed.pk, "Ei tarvita", actor=at_work, expected_version=closed.version)
    officer, followed = world.region().viewer, world.asked(by.viewer)
    world.answered(officer, followed)
    with make.working(officer) as at_work:
        version = Guidance.objects.get(pk=followed.pk).version
        guidance_work.follow(followed.pk, actor=at_work, expected_version=version)
    minister = make.worker(world.MINISTRY, ON, role=Role.MINISTRY_OFFICER)
    assert rows(minister)["092"].guidance == 1
    assert rows(minister)["205"].guidance == 0
    assert rows(world.region().viewer)["092"].guidance == 1
    assert rows(world.region(world.OTHER).viewer)["092"].guidance is None, "another region's"
    own = rows(by.viewer)
    assert (own["092"].guidance, own["205"].guidance) == (1, None), "of others a municipality knows nothing"
    assert rows(world.municipality("kunta-205").viewer)["205"].guidance == 0
    assert set(rows(minister, guidance=True)) == {"092"}
    assert "Open guidance" not in words(Worker(world.VANTAA, ON).get(PAGE))


def test_a_draft_is_seen_by_those_who_take_part_in_it_only() -> None:
    by = world.municipality()
    world.draft(by.viewer)
    assert rows(by.viewer)["092"].state == "draft"
    assert rows(world.region().viewer)["092"].state == "none"
    programme("092")
    found = rows(by.viewer)["092"]
    assert (found.state, found.drafts) == ("force", 1)


def test_the_page_and_the_file_say_the_same() -> None:
    made = programme("092", name_fi="=HYPERLINK(1)")
    goal(made, "1", "off")
    reader = world.region()
    page = reader.get(PAGE, region="01", programme="force")
    assert "1 off track" in words(page)
    assert "<svg" in page.content.decode()
    answer = reader.get(PAGE + "csv/", region="01", programme="force")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[:2] for line in lines[1:]] == [["092", "Vantaa"]]
    assert lines[1][4].startswith("'="), "no spreadsheet takes it for a formula"
    assert lines[1][9] == "1"
    assert "No municipality was found." in words(reader.get(PAGE, q="eiole"))
    odd = reader.get(PAGE, region="x", programme="y", review="z", goals="v", order="w")
    assert odd.status_code == 200


def test_the_table_goes_by_pages_and_the_tiles_and_the_file_hold_everybody() -> None:
    reader = Worker(world.MINISTRY, ON, Role.MINISTRY_OFFICER)
    first = reader.get(PAGE)
    everybody = len([one for one in reference.municipalities_on(ON) if not _aland(one.code)])
    assert first.content.decode().count('<th scope="row"') == 100
    assert first.content.decode().count("<title>") == everybody + 1, "each tile says what it is"
    last = reader.get(PAGE, page="9")
    assert last.content.decode().count('<th scope="row"') == everybody % 100
    assert len(reader.get(PAGE + "csv/").content.decode().strip().splitlines()) == everybody + 1


def test_the_statements_do_not_grow_with_municipalities_programmes_and_goals() -> None:
    reader = world.region()
    reader.get(PAGE)
    codes = [one.code for one in reference.municipalities_on(ON) if not _aland(one.code)]
    numbers = []
    for part in (codes[:5], codes[5:60]):
        for code in part:
            made = programme(code, approved=APPROVED + timedelta(len(code)))
            for number in range(3):
                goal(made, str(number), "on", "off")
        with CaptureQueriesContext(connection) as asked:
            reader.get(PAGE, region="all")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
