"""Measures the waiting at the steps of service paths, counted from the journal's acts.

``python bench/paths.py`` fills a database of its own (kept for the next run): 50,000 clients in the municipalities of one
region, 20 acts in the journal of each, a million in all. Prints p50/p95 and statements for a path of the whole region and of
one municipality with 2,000 clients, in this process, and of the municipality's whole page. Baseline in the same run: the
municipality's clients one by one, as it is usually written.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import date
from statistics import quantiles
from typing import Any

DATABASE = "kotopolku_bench_paths"
CLIENTS, IN_ONE, ACTS = 50_000, 2_000, 20
REGION, MUNICIPALITY = "evk-01", "kunta-092"
BEGAN = date(2024, 1, 1)
AIM_MS = {"municipality": 300, "region": 10_000}
STEPS = (
    ("clients.client.registered", "clients.assessment.completed"),
    ("clients.assessment.completed", "clients.plan.made"),
    ("clients.plan.made", "clients.plan.referred"),
    ("clients.plan.referred", "training.studies.started"),
    ("clients.client.registered", "training.studies.started"),
)
_FILL = """
WITH made AS (
    SELECT n, nextval('clients_person_id_seq') AS person, nextval('clients_relationship_id_seq') AS relationship,
        %(began)s::date + (n * 7919) %% 700 AS began,
        (%(codes)s::text[])[CASE WHEN n <= %(in_one)s THEN 1 ELSE 2 + n %% (cardinality(%(codes)s::text[]) - 1) END] AS code
    FROM generate_series(1, %(clients)s) n
), persons AS (
    INSERT INTO clients_person (id, family_name, given_names, birth_date, sex, name_phonetic, mother_tongue, languages,
        service_language, interpreter_needed, interpreter_wish, citizenships, non_disclosure, education, occupation, version)
    SELECT person, 'Mitattu' || n, 'Otso', '1985-05-05', 'unknown', 'X' || n, '', '{}', 'fi', false, '', '{}', false,
        '', '', 1 FROM made
), relationships AS (
    INSERT INTO clients_relationship (id, person_id, case_number, started_on, end_reason, end_note)
    SELECT relationship, person, 'T' || relationship, began, '', '' FROM made
)
INSERT INTO clients_responsibility (relationship_id, person_id, authority_id, days, duty, section, reason,
    sort_key, search_text, service_language, municipality, started_on)
SELECT relationship, person, %(authority)s, daterange(began, NULL), 'assessment-other', '', '',
    'mitattu' || n, 'mitattu' || n || ' otso', 'fi', code, began FROM made
"""
# The measured acts in their order, most clients coming only so far; looks and savings between them.
_ACTS = """
WITH act AS (
    SELECT nextval('journal_entry_id_seq') AS id, r.person_id, r.started_on + k * (5 + (r.person_id * 31) %% 40)::int AS day,
        CASE WHEN k <= 4 AND k <= (r.person_id * 17) %% 6 THEN (%(measured)s::text[])[k + 1]
            ELSE (%(others)s::text[])[1 + k %% 4] END AS action
    FROM clients_responsibility r CROSS JOIN generate_series(0, %(acts)s - 1) k
    ORDER BY 3, r.person_id
), entry AS (
    INSERT INTO journal_entry (id, at, day, system, organisation_id, action, subjects, object_kind, salt, leaf)
    SELECT id, day, day, '', %(authority)s, action, array[person_id], '', gen_random_uuid(), decode(repeat('00', 32), 'hex')
    FROM act
)
INSERT INTO journal_mention (person_id, entry_id, organisation_id, action, day)
SELECT person_id, id, %(authority)s, action, day FROM act
"""
_OTHERS = ["clients.client.opened", "clients.plan.saved", "desk.note.written", "clients.assessment.saved"]


def prepare() -> None:
    """The filled database; filled when it is not there yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    os.environ["KOTOPOLKU_DEMO"] = "1"
    os.environ["KOTOPOLKU_DATABASE_NAME"] = DATABASE
    from kotopolku import database

    database.ensure_app_role()
    if DATABASE not in database.database_names():
        database.create_database(DATABASE)
    import django

    django.setup()
    from kotopolku.portal.preparation import prepare_database, prepare_files

    prepare_database()
    prepare_files()
    begun = time.perf_counter()
    if fill():
        print(f"filled in {time.perf_counter() - begun:.0f} s")


def fill() -> bool:
    """Writes clients, acts and two paths; False when they are there already."""
    from django.db import connection, connections, transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Membership, Organisation, User, date_range
    from kotopolku.reference import queries as reference
    from kotopolku.steering.models import PathStep, ServicePath

    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", clock.today()))
        if ServicePath.objects.exists():
            return False
        region, one = (Organisation.objects.get(code=code) for code in (REGION, MUNICIPALITY))
        places = reference.municipalities_in(region.area_kind, region.area_code, clock.today())
        codes = [one.area_code, *(place.code for place in places if place.code != one.area_code)]
        values: dict[str, Any] = {
            "began": BEGAN,
            "codes": codes,
            "in_one": IN_ONE,
            "clients": CLIENTS,
            "authority": one.pk,
            "acts": ACTS,
            "measured": [begins for begins, _ends in STEPS[:4]] + [STEPS[3][1]],
            "others": _OTHERS,
        }
        with connection.cursor() as cursor:
            cursor.execute(_FILL, values)
            cursor.execute(_ACTS, values)
        for number, of in enumerate((region, one)):
            path = ServicePath.objects.create(
                organisation=of,
                name_fi=f"Mitattu polku {number}",
                state="use",
                municipalities=[] if number == 0 else [one.area_code],
                made_at=clock.now(),
            )
            for place, (begins, ends) in enumerate(STEPS):
                PathStep.objects.create(
                    path=path,
                    order=place,
                    title={"fi": f"Vaihe {place + 1}"},
                    begins=begins,
                    ends=ends,
                    target_days=30,
                    code=f"mitattu{number}{place}",
                )
        user = User.objects.create(username="bench.paths", full_name="Mittaaja Malli")
        Membership.objects.create(
            user=user, organisation=one, role="team-leader", valid=date_range(date(2020, 1, 1), None)
        )
    connections["owner"].cursor().execute("ANALYZE")
    return True


def naive(viewer: Any, path: Any, period: Any) -> int:
    """The same for a path's clients one by one."""
    from kotopolku.access import rowsecurity
    from kotopolku.clients.models import Responsibility
    from kotopolku.journal.models import Entry
    from kotopolku.steering.path_waits import Event, spells

    found = 0
    with rowsecurity.as_system():
        rows = Responsibility.objects.filter(municipality__in=path.municipalities)
        for person_id in rows.values_list("person_id", flat=True):
            acts = list(
                Entry.objects.filter(mentions__person_id=person_id, day__lte=viewer.day)
                .order_by("day", "id")
                .values_list("action", "day")
            )
            for begins, ends in STEPS:
                events = [Event(day, action == begins) for action, day in acts if action in (begins, ends)]
                found += sum(period.first <= begun <= period.last for begun, _ended in spells(events))
    return found


def timed(act: Callable[[], Any], turns: int) -> tuple[float, float]:
    """(p50, p95) in milliseconds."""
    times = []
    for _turn in range(turns):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1_000)
    if len(times) < 2:
        return times[0], times[0]
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94]


def counted(act: Callable[[], Any]) -> int:
    """Statements of one turn, without those that open and close the transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    aside = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not one["sql"].startswith(aside) for one in captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=20)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        prepare()
        from django.conf import settings
        from django.db import transaction
        from django.test import Client

        from kotopolku import clock
        from kotopolku.access import rowsecurity
        from kotopolku.access.viewer import Viewer
        from kotopolku.actors.models import User
        from kotopolku.steering.models import ServicePath
        from kotopolku.steering.path_waits import Period
        from kotopolku.steering.queries.path_waiting import waiting

        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        settings.SECOND_FACTOR_REQUIRED = False
        period = Period(2025, 1)
        viewer = Viewer.for_system("bench", clock.today())
        rows = []
        with transaction.atomic():
            rowsecurity.apply(viewer)
            region, one = ServicePath.objects.select_related("organisation").order_by("pk")
        browser = Client(HTTP_HOST="127.0.0.1")
        user = User.objects.get(username="bench.paths")
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

        def whole_page() -> None:
            answer = browser.get(f"/steering/paths/{one.pk}/", {"period": period.key})
            if answer.status_code != 200:
                raise SystemExit(f"The page answered {answer.status_code}.")

        whole_page()
        rows.append(("whole page, municipality", counted(whole_page), *timed(whole_page, given.turns)))
        with transaction.atomic():
            rowsecurity.apply(viewer)
            for name, path, turns in (("municipality", one, given.turns), ("region", region, 5)):
                act = lambda path=path: waiting(viewer, path, period)  # noqa: E731
                act()
                rows.append((f"waiting, {name}", counted(act), *timed(act, turns)))
            told = list(waiting(viewer, region, period).steps.values())
            slow = lambda: naive(viewer, one, period)  # noqa: E731
            rows.append(("baseline: the municipality's clients one by one", counted(slow), *timed(slow, 2)))
    print(f"Aims: {AIM_MS} ms p95. Of the region began to wait at each step: {[one.began for one in told]}")
    print("| what | SQL | p50 ms | p95 ms |")
    print("|---|---:|---:|---:|")
    for name, number, middle, slowest in rows:
        print(f"| {name} | {number} | {middle:.0f} | {slowest:.0f} |")


if __name__ == "__main__":
    main()
