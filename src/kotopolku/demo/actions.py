"""Writes the demo world: an invented population of any size, personas, workers, contacts.

Killed in the middle, or with a scene that fails, it leaves no client, or a world that the next run finishes. Bulk loading
takes indexes and constraints away and puts them back, so it needs the owner's connection and an otherwise empty register.
"""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, Team, User
from kotopolku.clients.models import CaseNumber, Person
from kotopolku.demo import company, rows, scenes
from kotopolku.demo.personas import PERSONAS, PROVIDERS, Provider
from kotopolku.demo.population import CHUNK, IdentityCodes, Place, ingredients
from kotopolku.journal import actions as journal
from kotopolku.journal.models import Entry
from kotopolku.reference import queries as reference
from kotopolku.reference.alphabet import sort_key
from kotopolku.reference.sources import rows as reference_rows

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and of how many."""

HISTORY_AT_MOST = 5_000
"""Persons up to which the journal gets entries of the past; a bench world does without."""
CLIENTS_A_WORKER = 80
WORKERS_A_TEAM = 6
BEGUN, LOADED = "demo.world.begin", "demo.world.load"
DEMO_PASSWORD = "demo"  # noqa: S105  (demo mode only, on purpose)


def _silent(_what: str, _done: int, _total: int) -> None:
    """For callers that want no word of progress."""


class WorldNotEmpty(Exception):
    """The register has clients already; a demo world is loaded only into an empty one."""


def is_empty() -> bool:
    """Whether a demo world can be loaded: no person at all, or a world whose loading was cut short."""
    return not _has_persons() or not _is_finished()


def _has_persons() -> bool:
    with transaction.atomic("owner"):
        _as_system()
        return Person.objects.using("owner").exists()


def _is_finished() -> bool:
    """Whether the clients stand in a world of people: the journal says so when everything has been played.

    A register with clients but no trace of a demo world is somebody's own, and finished.
    """
    with transaction.atomic("owner"):
        _as_system()
        loaded = Entry.objects.using("owner").filter(action=LOADED).exists()
        return loaded or not User.objects.using("owner").filter(persona=True).exists()


def load_demo(
    *, persons: int = 2_000, seed: int = 1, today: date | None = None, progress: Progress | None = None
) -> int:
    """Loads ``persons`` invented persons with their paths up to ``today``; answers how many.

    The same persons, seed and day give the same world. One that was cut short is gone on with, on the day and with the
    persons with which it was begun. Raises ``WorldNotEmpty``.
    """
    tell = progress or _silent
    day = today or clock.today()
    if not _has_persons():
        _load_clients(persons, seed, day, tell)
    elif _is_finished():
        raise WorldNotEmpty
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("demo", day))
        begun = Entry.objects.filter(action=BEGUN).select_related("payload").first()
        if begun is None:
            _begin(persons, seed, day, tell)
        else:
            day, persons = begun.day, begun.payload.details["persons"]
    if persons <= HISTORY_AT_MOST:
        tell("scenes", 0, 1)
        scenes.play_all(day)
    with transaction.atomic():
        actor = Viewer.for_system("demo", day)
        journal.record(LOADED, actor=actor, details={"persons": persons, "seed": seed})
    _analyse()
    tell("ready", persons, persons)
    return persons


def _begin(persons: int, seed: int, day: date, tell: Progress) -> None:
    """Contacts of the authorities, and what the journal holds of the past."""
    actor = Viewer.for_system("demo", day)
    journal.record(BEGUN, actor=actor, details={"persons": persons, "seed": seed})
    company.add_contacts(actor)
    if persons <= HISTORY_AT_MOST:
        tell("history", 0, 1)
        company.write_history(actor)


@transaction.atomic("owner")
def _load_clients(persons: int, seed: int, day: date, tell: Progress) -> None:
    """Personas, workers and clients, all or nothing."""
    _as_system()
    tell("places", 0, 1)
    places = _places(persons)
    last = Organisation.objects.using("owner").latest("id").id
    Organisation.objects.using("owner").bulk_create(
        _provider(one, last + number) for number, one in enumerate(PROVIDERS, start=1)
    )
    authorities = {o.code: o.id for o in Organisation.objects.using("owner").only("id", "code")}
    workers = _people(places, authorities, persons, seed)
    world = rows.World(seed, day, places, authorities, workers)
    with _bare_tables():
        _copy_all(world, persons, tell)
        tell("indexes", 0, 1)
    _finish_sequences()
    CaseNumber.objects.using("owner").bulk_create(
        [CaseNumber(year=year, last=persons) for year in range(2018, day.year + 1)]
    )


def _as_system() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('kotopolku.system', 'on', true)")


def _places(persons: int) -> tuple[Place, ...]:
    """Mainland municipalities, weighted by their foreign-language population, with their region's languages."""
    speakers: dict[str, dict[str, float]] = {}
    national: dict[str, float] = {}
    for row in reference_rows("languages_by_region.csv"):
        if row["language"] in ingredients()["languages"] or row["language"] == "ku":
            tongue = "ckb" if row["language"] == "ku" else row["language"]
            count = float(row["persons"])
            speakers.setdefault(row["region"], {})[tongue] = count
            national[tongue] = national.get(tongue, 0) + count
    for shares in (*speakers.values(), national):
        # The statistics have Dari inside Persian; temporary protection has tripled the Ukrainians among newcomers.
        shares["prs"] = shares.get("fa", 0) * 0.6
        shares["uk"] = shares.get("uk", 0) * 3
    day = date(2025, 6, 1)
    shares_by_code = reference.foreign_language_shares(day)[1]
    population = reference.populations(day)[1]
    more = ingredients()["more_in_small_worlds"] if persons <= HISTORY_AT_MOST else {}
    places = []
    for municipality in reference.municipalities_on(day):
        areas = reference.areas_of(municipality.code, day)
        if areas.is_aland:
            continue
        weight = population[municipality.code] * float(shares_by_code[municipality.code])
        weight *= more.get(municipality.code, 1)
        places.append(
            Place(
                municipality.code,
                weight,
                areas.ely or "",
                areas.employment_area or "",
                speakers.get(areas.region, national),
            )
        )
    return tuple(places)


def _people(
    places: tuple[Place, ...], authorities: dict[str, int], persons: int, seed: int
) -> dict[str, tuple[int, ...]]:
    """Personas and invented workers with their memberships and teams; answers the workers of each authority."""
    chance = random.Random(f"{seed}/workers")
    password = make_password(DEMO_PASSWORD)
    total = sum(place.weight for place in places)
    clients: dict[str, float] = {}
    for place in places:
        share = persons * place.weight / total
        for code, part in (
            (f"kunta-{place.code}", 0.45), (f"te-{place.ely}", 0.3), (f"tyo-{place.employment_area}", 0.4),
        ):  # fmt: skip
            clients[code] = clients.get(code, 0) + share * part
    users: list[User] = []
    seats: list[dict[str, Any]] = []
    for persona in PERSONAS:
        users.append(_user(persona.username, persona.full_name, persona.language, password, persona=True))
        seats.append(_seat(persona.organisation, persona.role, persona.title, persona.since, persona.until))
    names = ingredients()["family_names"]["workers"]
    with_persona = {seat["code"] for seat in seats if seat["role"] in ("caseworker", "team-leader")}
    for code, count in sorted(clients.items()):
        for index in range(max(1, round(count / CLIENTS_A_WORKER)) - (code in with_persona)):
            name = f"{chance.choice(names['given'])} {chance.choice(names['first'])}{chance.choice(names['last'])}"
            users.append(_user(f"{code}.{index + 1}", name, "fi", "!", persona=False))
            until = date(2024, 12, 31) if code.startswith("te-") else None
            since = date(2025, 1, 1) if code.startswith("tyo-") else date(2013, 1, 1)
            seats.append(_seat(code, "caseworker", "asiantuntija", since, until))
    User.objects.using("owner").bulk_create(users, batch_size=5_000)
    workers: dict[str, list[int]] = {}
    for user, seat in zip(users, seats, strict=True):
        if seat["role"] in ("caseworker", "team-leader"):
            workers.setdefault(seat["code"], []).append(user.id)
    teams = {
        (code, number): Team(organisation_id=authorities[code], name=f"Tiimi {number + 1}")
        for code, ids in workers.items()
        for number in range(-(-len(ids) // WORKERS_A_TEAM))
    }
    Team.objects.using("owner").bulk_create(teams.values(), batch_size=5_000)
    placed = {
        user_id: (code, n // WORKERS_A_TEAM) for code, ids in workers.items() for n, user_id in enumerate(ids)
    }
    Membership.objects.using("owner").bulk_create(
        [
            Membership(
                user=user, organisation_id=authorities[seat["code"]], role=seat["role"], title=seat["title"],
                team=teams.get(placed[user.id]) if user.id in placed else None, valid=seat["valid"],
            )
            for user, seat in zip(users, seats, strict=True)
        ],
        batch_size=5_000,
    )  # fmt: skip
    return {code: tuple(ids) for code, ids in workers.items()}


def _provider(one: Provider, number: int) -> Organisation:
    key = sort_key(one.name)
    return Organisation(
        id=number, code=one.code, kind=one.kind, name_fi=one.name, sort_key_fi=key, sort_key_sv=key,
        valid=DateRange(one.since, None),
    )  # fmt: skip


def _user(username: str, full_name: str, language: str, password: str, *, persona: bool) -> User:
    return User(
        username=username, full_name=full_name, language=language, password=password, persona=persona,
        email=f"{username}@example.invalid",
    )  # fmt: skip


def _seat(code: str, role: str, title: str, since: date, until: date | None) -> dict[str, Any]:
    valid = DateRange(since, until, "[]" if until else "[)")
    return {"code": code, "role": role, "title": title, "valid": valid}


@contextmanager
def _bare_tables() -> Iterator[None]:
    """Takes secondary indexes, constraints and history triggers of the clients' tables away for the block."""
    tables = list(rows.COLUMNS)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'x', 'u')"
            " ORDER BY contype = 'f'",
            [tables],
        )
        constraints = cursor.fetchall()
        for table, name, _definition in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary",
            [tables],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table in tables:
            # COPY refuses tables with row security in force; for the rest of this transaction the owner is outside it.
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER, FORCE ROW LEVEL SECURITY")


def _copy_all(world: rows.World, persons: int, tell: Progress) -> None:
    """Makes the chunks in worker processes and copies them in their order."""
    sizes = [min(CHUNK, persons - first) for first in range(0, persons, CHUNK)]
    codes = IdentityCodes()
    chance = random.Random(f"{world.seed}/codes")
    done = 0
    connection = connections["owner"]
    with connection.cursor() as cursor:
        for people, blocks, count in _chunks(world, sizes):
            lines = rows.Rows()
            for person in people:
                born, sex = person[4], person[5]
                code = codes.next(born, sex) if chance.random() >= 0.05 else None
                lines.add("clients_person", person[0], code, *person[2:])
            blocks |= lines.blocks()
            for table, columns in rows.COLUMNS.items():
                if table in blocks:
                    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                        copy.write(blocks[table])
            done += count
            tell("persons", done, persons)


def _chunks(
    world: rows.World, sizes: list[int]
) -> Iterator[tuple[list[tuple[Any, ...]], dict[str, bytes], int]]:
    if len(sizes) <= 2:
        rows.start_worker(world)
        yield from (rows.make_chunk(index, size) for index, size in enumerate(sizes))
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(os.cpu_count() or 1, rows.start_worker, (world,)) as pool:
        # A few chunks ahead at most, so that memory stays small however large the world.
        waiting = [pool.apply_async(rows.make_chunk, (index, size)) for index, size in enumerate(sizes[:6])]
        for ahead in range(6, len(sizes) + 6):
            yield waiting.pop(0).get()
            if ahead < len(sizes):
                waiting.append(pool.apply_async(rows.make_chunk, (ahead, sizes[ahead])))
            if not waiting:
                return


def _finish_sequences() -> None:
    """Sequences go on after the ids that were given."""
    with connections["owner"].cursor() as cursor:
        numbered = [table for table, columns in rows.COLUMNS.items() if columns[0] == "id"]
        for table in (*numbered, Organisation._meta.db_table):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) FROM {table}"
            )


def _analyse() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
