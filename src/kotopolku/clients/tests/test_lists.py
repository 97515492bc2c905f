"""The client list, search, My work and gaps: right rows, in a fixed number of statements however many stand behind."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions, queries
from kotopolku.clients.models import Responsibility
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.queries.lists import ORDERS, PAGE_SIZE, filtered, milestones, stage_condition
from kotopolku.clients.queries.work import GAPS, group
from kotopolku.clients.rules import Stage, stage
from kotopolku.clients.tests import factories as make

pytestmark = pytest.mark.django_db
BEGAN, ON = date(2026, 3, 2), date(2026, 11, 23)


def names(viewer: Viewer, **filters: Any) -> list[str]:
    return [row.name for row in queries.client_list(viewer, ClientFilters(**filters)).rows]


@pytest.fixture(autouse=True)
def base_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own day is ``ON``: lists go the short way, as in production."""
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())


@pytest.fixture
def at_work():  # type: ignore[no-untyped-def]
    with make.working(make.worker("kunta-092", ON, team="Itä")) as viewer:
        yield viewer


@pytest.fixture
def stages(at_work: Viewer) -> dict[str, int]:
    """A client at every stage, by family name."""
    made = {}
    for number, name in enumerate(
        ("Alku", "Kesken", "Arvioitu", "Ilman", "Tehty", "Ohjattu", "Ohi", "Poissa")
    ):
        person = make.person(family_name=name, given_names=f"Testi{number}")
        made[name] = make.client(at_work, person=person, started_on=BEGAN).pk
    actions.start_assessment(made["Kesken"], BEGAN, actor=at_work)
    for name in ("Arvioitu", "Ilman", "Tehty", "Ohjattu", "Ohi", "Poissa"):
        relationship = Responsibility.objects.get(relationship_id=made[name]).relationship
        make.assessed(
            relationship, at_work, started=BEGAN, done=BEGAN + timedelta(days=7), plan_needed=name != "Ilman"
        )
        if name in ("Tehty", "Ohjattu", "Ohi"):
            make.planned(relationship, at_work, made=BEGAN + timedelta(days=14))
    actions.record_referral(made["Ohjattu"], BEGAN + timedelta(days=20), actor=at_work)
    actions.end_plan(made["Ohi"], ON, "goal-reached", actor=at_work)
    actions.end_relationship(made["Poissa"], ON, "moved", actor=at_work)
    return made


EXPECTED = {
    "Alku": Stage.REGISTERED,
    "Kesken": Stage.ASSESSING,
    "Arvioitu": Stage.ASSESSED,
    "Ilman": Stage.NO_PLAN_NEEDED,
    "Tehty": Stage.PLANNED,
    "Ohjattu": Stage.UNDER_WAY,
    "Ohi": Stage.PLAN_ENDED,
    "Poissa": Stage.ENDED,
}


def test_every_stage_is_found_by_its_filter(at_work: Viewer, stages: dict[str, int]) -> None:
    for name, expected in EXPECTED.items():
        page = queries.client_list(at_work, ClientFilters(stage=expected, ended=expected == Stage.ENDED))
        assert [(row.relationship_id, row.stage) for row in page.rows] == [(stages[name], expected)]
        assert queries.client_page(at_work, stages[name]).stage == expected


def test_the_condition_and_the_rule_of_a_stage_agree_on_every_day(
    at_work: Viewer, stages: dict[str, int]
) -> None:
    rows = list(Responsibility.objects.all())
    for days in range(-1, 30):
        day = BEGAN + timedelta(days=days)
        for one in Stage:
            by_rule = {row.pk for row in rows if stage(milestones(row), day) == one}
            found = Responsibility.objects.filter(stage_condition(one, day)).values_list("pk", flat=True)
            assert set(found) == by_rule


def test_gaps_count_what_is_missing_and_their_links_show_it(at_work: Viewer, stages: dict[str, int]) -> None:
    with make.working(at_work, date(2026, 9, 30)) as later:
        counts = {gap.id: gap.count for gap in queries.gaps(later, "organisation")}
        assert tuple(counts) == GAPS
        assert counts["no-assessment"] == 1
        assert counts["not-referred"] == 2
        for gap, count in counts.items():
            assert len(names(later, gap=gap)) == count
        assert counts["review-late"] == len(
            [name for name in ("Tehty", "Ohjattu", "Ohi") if names(later, q=name)]
        )


def test_gaps_count_what_their_filters_find_on_every_day(at_work: Viewer, stages: dict[str, int]) -> None:
    for days in (0, 6, 7, 13, 14, 19, 20, 90, 200, 300, 380):
        with make.working(at_work, BEGAN + timedelta(days=days)) as then:
            for gap in queries.gaps(then, "organisation"):
                found = filtered(then, ClientFilters(gap=gap.id))
                assert gap.count == found.count(), (gap.id, then.day)


def test_filters_sort_and_search(at_work: Viewer, stages: dict[str, int]) -> None:
    person = make.person(family_name="Öster-Ängström", given_names="Åsa Maryam", service_language="sv")
    code = make.identity_code(date(1990, 1, 2), 41)
    relationship = make.client(at_work, person=person, worker_id=at_work.user_id)
    coded = make.client(at_work, person=make.person(family_name="Koodi", identity_code=code, birth_date=None))
    whole = "Öster-Ängström, Åsa Maryam"
    for text in ("maryam", "oster angstrom", "Åsa Öster", "aryam", "ÄNGST", relationship.case_number):
        assert names(at_work, q=text) == [whole]
    assert names(at_work, q=code) == [f"Koodi, {'Aino'}"]
    assert coded.pk
    for nothing in ("zzzz", "2026-99999", "'; DROP TABLE", "%", "\\"):
        assert names(at_work, q=nothing) == []
    assert names(at_work, language="sv") == [whole]
    assert names(at_work, worker="mine") == [whole]
    assert names(at_work, worker="team") == [whole]
    assert whole not in names(at_work, worker="none")
    assert names(at_work, year="2025") == []
    assert len(names(at_work, municipality=make.VANTAA)) == 9
    assert (
        names(at_work, stage="nonsense")
        == names(at_work, gap="nonsense")
        == names(at_work, deadline="x")
        == []
    )
    assert names(at_work)[-1] == whole
    backwards = queries.client_list(at_work, ClientFilters(), sort="-name").rows
    assert [row.name for row in backwards] == names(at_work)[::-1]
    by_day = [row.days_left for row in queries.client_list(at_work, ClientFilters(), sort="due").rows]
    known = [left for left in by_day if left is not None]
    assert by_day == sorted(known) + [None] * (len(by_day) - len(known))


def test_late_and_coming_deadlines_are_found(at_work: Viewer, stages: dict[str, int]) -> None:
    late = {row.case_number for row in queries.deadlines(at_work, "organisation") if row.group == "late"}
    found = {row.case_number for row in queries.client_list(at_work, ClientFilters(deadline="late")).rows}
    assert late == found != set()


def test_the_short_way_of_today_and_the_way_of_a_chosen_day_find_the_same(
    at_work: Viewer, stages: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.many(at_work, 30)
    assert not clock.is_travelling()

    def everything() -> list[Any]:
        scopes = ("own", "team", "organisation")
        return [
            [[row.clock.pk for row in queries.deadlines(at_work, scope)] for scope in scopes],
            [queries.two_weeks(at_work, scope) for scope in scopes],
            [queries.gaps(at_work, scope) for scope in scopes],
            names(at_work, deadline="month"),
            queries.client_list(at_work, ClientFilters(), sort="due").rows,
        ]

    short = everything()
    monkeypatch.setenv("KOTOPOLKU_TODAY", "2027-05-05")
    assert clock.is_travelling()
    assert everything() == short


def test_deadlines_are_grouped_by_day() -> None:
    monday = date(2026, 11, 23)
    days = (-1, 0, 1, 6, 7)
    assert [group(monday + timedelta(days=one), monday) for one in days] == [
        "late",
        "today",
        "week",
        "week",
        "later",
    ]


def test_two_weeks_are_ten_working_days_and_count_what_ends_on_each(at_work: Viewer) -> None:
    make.many(at_work, 90)
    with make.working(at_work, date(2026, 12, 4)) as later:
        days = queries.two_weeks(later, "own")
        assert (len(days), days[0].day, days[1].day) == (10, date(2026, 12, 4), date(2026, 12, 7))
        assert [day.due for day in days] == [1] * 10


def test_recent_clients_are_those_opened_last(at_work: Viewer, stages: dict[str, int]) -> None:
    for name in ("Alku", "Tehty", "Alku"):
        detail = queries.client_page(at_work, stages[name])
        actions.record_look(stages[name], detail.person.pk, actor=at_work)
    assert [row.relationship_id for row in queries.recent(at_work)] == [stages["Alku"], stages["Tehty"]]
    assert [row.name for row in queries.recent(at_work, 1)] == ["Testi0 Alku"]


@pytest.mark.parametrize("number", [20, 2_000])
def test_statements_are_the_same_for_twenty_and_two_thousand_rows(
    at_work: Viewer, number: int, django_assert_num_queries: Any
) -> None:
    make.many(at_work, number)
    relationship = make.client(at_work)
    make.assessed(relationship, at_work, started=ON, done=ON)
    make.planned(relationship, at_work, made=ON)
    with django_assert_num_queries(2):
        page = queries.client_list(at_work, ClientFilters(stage="registered", language="fi", worker="mine"))
    assert len(page.rows) == min(number, 50)
    assert page.has_next == (number > 50)
    with django_assert_num_queries(3):
        assert queries.client_list(at_work, ClientFilters(q="joukk otso", deadline="month"), sort="due").rows
    with django_assert_num_queries(2):
        queries.client_page(at_work, relationship.pk)
    with django_assert_num_queries(1):
        assert len(queries.deadlines(at_work, "organisation")) >= 20
    with django_assert_num_queries(2):
        queries.gaps(at_work, "team")
        queries.two_weeks(at_work, "team")
    with django_assert_num_queries(2):
        actions.record_list_look([row.person_id for row in page.rows], actor=at_work)
        queries.recent(at_work)
    with django_assert_num_queries(2):
        actions.record_look(relationship.pk, relationship.person_id, actor=at_work)


def touched(plan: dict[str, Any]) -> float:
    """Rows that a plan and what is under it have looked at, in all their loops."""
    rows = (
        plan["Actual Rows"]
        + plan.get("Rows Removed by Filter", 0)
        + plan.get("Rows Removed by Join Filter", 0)
    )
    return rows * plan["Actual Loops"] + sum(touched(under) for under in plan.get("Plans", ()))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_page_costs_no_more_where_the_planner_takes_the_tables_for_empty() -> None:
    """As after an import into an empty database, when its tables were counted before the rows could be seen."""
    number = 300
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", ON))
        make.many(make.worker("kunta-092", ON), number)
        transaction.set_rollback(True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE clients_person, clients_relationship, clients_responsibility, clients_clock")
        cursor.execute("SELECT relpages > 0, reltuples FROM pg_class WHERE relname = 'clients_person'")
        assert cursor.fetchone() == (True, 0)
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", ON))
        with make.working(make.worker("kunta-092", ON)) as viewer:
            make.many(viewer, number)
            with CaptureQueriesContext(connection) as asked:
                for sort in ORDERS:
                    page = queries.client_list(viewer, ClientFilters(), sort=sort)
                    assert len(page.rows) == PAGE_SIZE
            with connection.cursor() as cursor:
                for one in asked.captured_queries:
                    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {one['sql']}")
                    assert touched(cursor.fetchone()[0][0]["Plan"]) < 3 * PAGE_SIZE * number


def test_pages_follow_each_other_without_gap_or_repeat(at_work: Viewer) -> None:
    make.many(at_work, 120)
    seen = []
    for number in (1, 2, 3):
        page = queries.client_list(at_work, ClientFilters(), page=number)
        assert (page.has_previous, page.has_next) == (number > 1, number < 3)
        seen += [row.relationship_id for row in page.rows]
    assert len(seen) == len(set(seen)) == 120


def test_an_export_has_the_rows_of_the_list(at_work: Viewer, stages: dict[str, int]) -> None:
    exported = list(queries.export_rows(at_work, ClientFilters()))
    assert [f"{row.family_name}, {row.given_names}" for row in exported] == names(at_work)
    assert {row.municipality for row in exported} == {make.VANTAA}
