"""The demo world as loaded: everything has something to show, it is always the same, whole or not there at all."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from conftest import LIVE_PERSONS
from django.contrib.auth import authenticate
from django.db import connection
from stdnum.fi import hetu

from kotopolku import clock, database
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import signin
from kotopolku.actors.models import User
from kotopolku.clients import access, actions, deadlines, queries
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Clock, Person, Relationship, Responsibility
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.rules import Stage
from kotopolku.demo.personas import PERSONAS
from kotopolku.demo.tests.conftest import PERSONS, TODAY, OneWorld

pytestmark = pytest.mark.django_db

NOT_THE_SAME_TWICE = {
    "actors_user": {"password", "date_joined", "last_login"},
    "journal_entry": {"at", "salt", "leaf", "payload_hash"},
    "journal_payload": {"salt"},
    "clients_change": {"at"},
    "clients_planversion": {"saved_at"},
    "clients_personevent": {"pgh_created_at"},
    "clients_planevent": {"pgh_created_at"},
    "clients_relationshipevent": {"pgh_created_at"},
    "information_revision": {"at"},
    "information_textversion": {"made_at"},
    "information_pagetext": {"published_at"},
    "information_reviewcomment": {"at"},
    "information_service": {"changed_at", "published_at"},
    "information_event": {"changed_at", "published_at", "uid"},
    "information_feedback": {"made_at", "number"},
    "information_dailysalt": {"salt"},
    "information_feedbacktry": {"mark", "window"},
    "notices_notice": {"address"},
}
"""Salts, moments of the machine's own clock, numbers drawn for readers' feedback and the addresses that lead to it."""
WITHOUT_KEYS = {("journal_payload", "details"): "details - ARRAY['digest', 'key']"}
"""Keys of tenders and bids are drawn by chance: they and what they seal are others each time."""
FEW = 150
"""Persons of the worlds that are only loaded and compared."""


@pytest.fixture(autouse=True)
def on_the_day(world: OneWorld) -> Iterator[None]:
    with clock.at(TODAY):
        yield


def seated(username: str, day: date = TODAY) -> Viewer:
    """The persona in its seat of the day, with row security in force."""
    viewer = signin.entry_of_user(User.objects.get(username=username), day=day).viewer
    rowsecurity.apply(viewer)
    return viewer


def everything() -> Viewer:
    viewer = Viewer.for_system("test", TODAY)
    rowsecurity.apply(viewer)
    return viewer


@pytest.mark.parametrize("username", ["kunta.vantaa", "tyo.vantaa"])
def test_every_gap_and_every_stage_has_clients_to_show(username: str) -> None:
    viewer = seated(username)
    gaps = {gap.id: gap for gap in queries.gaps(viewer, "organisation")}
    assert {name for name, gap in gaps.items() if not gap.count} == set()
    for name, gap in gaps.items():
        shown = queries.client_list(viewer, ClientFilters(gap=name))
        assert len(shown.rows) == min(gap.count, 50), name
    filters = {stage: ClientFilters(stage=stage.value, ended=stage is Stage.ENDED) for stage in Stage}
    assert {
        stage for stage, chosen in filters.items() if not queries.client_list(viewer, chosen).rows
    } == set()


def test_my_work_of_the_personas_has_late_and_coming_deadlines() -> None:
    for username in ("kunta.vantaa", "tyo.vantaa"):
        viewer = seated(username)
        groups = {row.group for row in queries.deadlines(viewer, "organisation", limit=1_000)}
        assert groups >= {"late", "later"}, username
        assert sum(day.due for day in queries.two_weeks(viewer, "organisation")), username


def test_every_rule_of_a_client_s_path_runs_somewhere() -> None:
    everything()
    rules = set(Clock.objects.values_list("rule", flat=True))
    assert rules >= {
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
        "A6",
        "A7",
        "A8",
        "A9",
        "D1",
        "D2",
        "D3",
        "O-A7",
        "O-A8",
        "O-DATA",
        "R1",
    }
    assert set(Clock.objects.values_list("act", flat=True)) >= {"1386/2010", "681/2023"}


def test_each_clock_is_explained_and_stands_on_a_section() -> None:
    everything()
    clocks = Clock.objects.values_list("explanation", "section", "own", "due")
    assert len(clocks) > 3 * PERSONS
    assert all(explanation["steps"] for explanation, _section, _own, _due in clocks)
    assert all(section for _explanation, section, own, _due in clocks if not own)


def test_what_the_loader_computed_is_what_the_product_computes() -> None:
    everything()
    rows = list(
        Responsibility.objects.filter(days__contains=TODAY)
        .select_related("relationship__person")
        .order_by("id")
    )
    sampled = rows[:: max(1, len(rows) // 100)][:110]
    assert len(sampled) >= 100
    for row in sampled:
        computed = deadlines.clocks(cases.facts_of(row.relationship, row)[0])
        assert differences(Clock.objects.filter(relationship=row.relationship), computed) == []


def differences(stored: Iterable[Any], computed: Iterable[deadlines.ClockFacts]) -> list[tuple[Any, ...]]:
    """(key, field, stored, computed) wherever the two differ."""
    by_key = {(one.rule, one.own, one.opens_on): one for one in stored}
    missing: list[tuple[Any, ...]] = [(one.key, "not stored") for one in computed if one.key not in by_key]
    wrong = [
        (one.key, name, getattr(by_key[one.key], name), getattr(one, name))
        for one in computed if one.key in by_key
        for name in deadlines.ClockFacts.__dataclass_fields__
        if as_stored(getattr(by_key[one.key], name)) != as_stored(getattr(one, name))
    ]  # fmt: skip
    extra = by_key.keys() - {one.key for one in computed}
    return missing + wrong + [(key, "not computed") for key in extra]


def as_stored(value: Any) -> Any:
    """An explanation as the database gives it back: tuples are lists there."""
    return json.loads(json.dumps(value)) if isinstance(value, dict) else value


def test_an_act_on_a_loaded_client_finds_nothing_to_correct() -> None:
    """Renewing, as each act does, finds the clocks, copies and latest ends as the loader wrote them."""
    actor = everything()
    relationships = set(
        access.responsibilities(actor)
        .order_by("relationship_id")
        .values_list("relationship_id", flat=True)[:100]
    )

    def stored() -> dict[str, list[Any]]:
        found = {}
        for table in ("clients_clock", "clients_responsibility", "clients_plan"):
            with connection.cursor() as cursor:
                written = "xmin" if table == "clients_clock" else "0"
                sql = f"SELECT {written}::text || t::text FROM {table} t WHERE relationship_id = ANY(%s) ORDER BY id"
                cursor.execute(sql, [list(relationships)])
                found[table] = [row[0] for row in cursor.fetchall()]
        return found

    before = stored()
    assert actions.recompute_clocks(actor=actor, limit=100) == max(relationships)
    for table, rows in stored().items():
        assert [pair for pair in zip(before[table], rows, strict=True) if pair[0] != pair[1]] == [], table


def test_every_clock_belongs_to_who_answers_last() -> None:
    everything()
    last = dict(Responsibility.objects.order_by("days").values_list("relationship_id", "authority_id"))
    astray = [
        clock for clock, relationship, authority in Clock.objects.values_list("id", "relationship_id", "authority_id")
        if last[relationship] != authority
    ]  # fmt: skip
    assert astray == []


def test_no_identity_code_could_be_a_real_person_s() -> None:
    everything()
    codes = [code for code in Person.objects.values_list("identity_code", flat=True) if code]
    assert len(codes) > PERSONS / 2
    assert all(900 <= int(code[7:10]) <= 999 and hetu.is_valid(code, allow_temporary=True) for code in codes)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.username)
def test_a_persona_signs_in_in_its_time_and_only_then(persona: Any) -> None:
    user = authenticate(username=persona.username, password="demo")
    assert isinstance(user, User)
    inside = [persona.since, persona.until or TODAY]
    outside = [date(persona.since.year - 1, 6, 1)] + (
        [date(persona.until.year + 1, 6, 1)] if persona.until else []
    )
    for day in inside:
        if day >= date(2020, 1, 1):
            seat = signin.entry_of_user(user, day=day).viewer.seat
            assert seat is not None, day
            assert (seat.organisation_code, seat.role) == (persona.organisation, persona.role)
    assert all(signin.entry_of_user(user, day=day).viewer.seat is None for day in outside)


def test_the_te_office_s_persona_sees_clients_in_its_time_and_nothing_after() -> None:
    spring = seated("te.uusimaa", date(2021, 3, 1))
    with clock.at(spring.day):
        assert queries.client_list(spring, ClientFilters()).rows
        assert queries.deadlines(spring, "organisation")
    rowsecurity.apply(Viewer(spring.user_id, spring.name, TODAY, spring.seat))
    assert not Responsibility.objects.exists()
    assert not Relationship.objects.exists()
    assert not Person.objects.exists()


# Loading --------------------------------------------------------------------------------------------------


def contents(name: str) -> dict[str, str]:
    """A hash of each table's rows in the database of that name, and one of its constraints, indexes and triggers."""
    environment = {**os.environ, "KOTOPOLKU_DATABASE_NAME": name}
    with psycopg.connect(**database.owner_connection(environment)) as server:
        server.execute("SELECT set_config('kotopolku.system', 'on', true)")
        tables = server.execute(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name ~ '^(clients|actors|journal|reference)_' GROUP BY 1"
        ).fetchall()
        found = {}
        for table, columns in tables:
            kept = ", ".join(
                WITHOUT_KEYS.get((table, one), f'"{one}"')
                for one in columns
                if one not in NOT_THE_SAME_TWICE.get(table, ())
            )
            sql = f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM (SELECT {kept} FROM {table}) row"
            found[table] = str(server.execute(sql).fetchone())  # type: ignore[arg-type]
        found["(structure)"] = structure(server)
    return found


def structure(server: psycopg.Connection[Any]) -> str:
    rows = server.execute(
        "SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
        " UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, tgenabled::text FROM pg_trigger"
        "  WHERE NOT tgisinternal"
        " UNION ALL SELECT 'security', oid::regclass::text, relrowsecurity::text, relforcerowsecurity::text FROM pg_class"
        "  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1, 2, 3"
    ).fetchall()
    return "\n".join(" ".join(row) for row in rows)


def test_a_second_world_is_refused_and_the_first_stays(world: OneWorld) -> None:
    before = contents(world.name)
    again = world.load(persons=10, seed=2)
    assert again.returncode == 2
    assert "The register has clients already" in again.stderr
    assert "Traceback" not in again.stderr
    assert contents(world.name) == before


def test_the_same_seed_gives_the_same_world(another_database: str, world_database: str) -> None:
    """The world of the other tests was made by another process, from the same seed and day."""
    one = OneWorld(another_database)
    done = one.load(persons=LIVE_PERSONS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"persons": LIVE_PERSONS, "seed": 1}
    first, second = contents(world_database), contents(one.name)
    assert {table for table in first if first[table] != second[table]} == set()


def test_three_bodies_have_met_for_two_years_and_a_guideline_stands_on_a_position(
    world_database: str,
) -> None:
    with psycopg.connect(
        **database.owner_connection({**os.environ, "KOTOPOLKU_DATABASE_NAME": world_database})
    ) as server:
        server.execute("SELECT set_config('kotopolku.system', 'on', true)")
        years = "SELECT body_id FROM cooperation_publishedminutes GROUP BY 1 HAVING max(held_on) - min(held_on) > 700"
        assert len(server.execute(years).fetchall()) == 3
        guidelines = server.execute(
            "SELECT g.number, p.meeting_item_id IS NOT NULL FROM cooperation_guideline g"
            " LEFT JOIN cooperation_position p ON p.id = g.body_position_id WHERE g.state <> 'draft'"
        ).fetchall()
    assert len(guidelines) == 3
    assert ("2026/2", True) in guidelines


@pytest.fixture(scope="module")
def whole(new_world: Callable[[str], OneWorld]) -> OneWorld:
    """A small world without scenes, loaded without any mishap."""
    return loaded(new_world("whole"))


def loaded(into: OneWorld) -> OneWorld:
    done = into.load_quiet(FEW)
    assert done.returncode == 0, done.stderr
    return into


def test_killed_in_the_middle_it_leaves_nothing_and_is_loaded_again(
    whole: OneWorld, new_world: Callable[[str], OneWorld]
) -> None:
    other = new_world("other")
    empty = contents(other.name)
    assert other.load_quiet(FEW, killed_at="indexes").returncode == -9
    assert contents(other.name) == empty
    again, never_killed = contents(loaded(other).name), contents(whole.name)
    assert again["(structure)"] == never_killed["(structure)"] == empty["(structure)"]
    # Users have other ids the second time, so tables with workers differ in nothing but those.
    for table in (
        "clients_person",
        "clients_relationship",
        "clients_plan",
        "clients_goal",
        "clients_measure",
    ):
        assert again[table] == never_killed[table] != empty[table], table


def test_killed_while_the_journal_of_the_past_is_written_it_is_mended_by_loading_again(
    whole: OneWorld, new_world: Callable[[str], OneWorld]
) -> None:
    """Either nothing is there yet and the load begins anew, or what was missing is added; never half a world."""
    half = new_world("half")
    assert half.load_quiet(FEW, killed_at="history").returncode == -9
    assert rows_in(loaded(half).name) == rows_in(whole.name)


def test_a_world_whose_scene_failed_is_gone_on_with_at_the_next_start(
    whole: OneWorld, new_world: Callable[[str], OneWorld]
) -> None:
    failed = new_world("failed")
    first = failed.load_scenes(FEW, fails="second")
    assert (first.returncode, first.stdout) == (1, "first\n")
    again = failed.load_scenes(FEW)
    assert (again.returncode, again.stdout) == (0, "second\n"), again.stderr
    there, as_ever = rows_in(failed.name), rows_in(whole.name)
    assert there == as_ever | {"journal_entry": as_ever["journal_entry"] + 2}
    refused = failed.load_scenes(FEW)
    assert "WorldNotEmpty" in refused.stderr


def rows_in(name: str) -> dict[str, int]:
    """How many rows the tables have that the second half of the load fills."""
    with psycopg.connect(
        **database.owner_connection({**os.environ, "KOTOPOLKU_DATABASE_NAME": name})
    ) as server:
        server.execute("SELECT set_config('kotopolku.system', 'on', true)")
        tables = ("clients_person", "actors_contact", "actors_deputy", "journal_entry")
        return {table: server.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # type: ignore[arg-type, index]
