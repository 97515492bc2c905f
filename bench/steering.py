"""Measures the views over all of steering: coverage of the State's lines by regional measures, and the chain to goals.

``python bench/steering.py`` fills a database of its own (kept for the next run): 30 lines; for each of 19 regions, 5
years and 30 lines three measures, 8,550 in all; for each municipality of the mainland an approved programme with 30 goals,
each followed up in 5 years. Prints p50/p95 and statements of the queries and of the whole pages, asked in this process by
somebody of a municipality. Baselines in the same run: one query for each cell, as it is usually written.
"""

import argparse
import gc
import os
import time
from collections.abc import Callable
from datetime import date
from statistics import quantiles
from typing import Any

DATABASE = "kotopolku_bench_chain"
LINES, EACH, GOALS = 30, 3, 30
YEARS = range(2024, 2029)
AIM_MS = 300


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
    """Writes the programme, its lines and the measures; False when they are there already."""
    from django.db import connection, transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation, date_range
    from kotopolku.reference import queries as reference
    from kotopolku.steering.models import Line, NationalProgramme, RegionalMeasure

    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", clock.today()))
        if RegionalMeasure.objects.exists():
            return False
        whole = date_range(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))
        programme = NationalProgramme.objects.create(
            name_fi="Mitattu ohjelma",
            organisation=Organisation.objects.get(code="tem"),
            state="adopted",
            days=whole,
            act="681/2023",
            made_at=clock.now(),
        )
        lines = Line.objects.bulk_create(
            Line(
                programme=programme,
                kind="line",
                code=f"{number // 10 + 1}.{number % 10 + 1}",
                order=number,
                title={"fi": f"Mitattu linjaus {number + 1}"},
                days=whole,
            )
            for number in range(LINES)
        )
        owners = list(Organisation.objects.filter(kind="evk").order_by("code"))
        regions = [area.code for area in reference.areas_on("region", clock.today())]
        places = [
            (place, year, line)
            for place in range(len(regions))
            for year in YEARS
            for line in lines
            for _one in range(EACH)
        ]
        measures = RegionalMeasure.objects.bulk_create(
            (
                RegionalMeasure(
                    organisation=owners[place % len(owners)],
                    owner=owners[(place + number % 2) % len(owners)],
                    regions=[regions[place]],
                    title=f"Mitattu toimenpide {number}",
                    days=date_range(date(year, 1, 1), date(year, 12, 31)),
                    budget_eur=1_000,
                    made_at=clock.now(),
                )
                for number, (place, year, _line) in enumerate(places)
            ),
            batch_size=2_000,
        )
        ties = RegionalMeasure.lines.through
        ties.objects.bulk_create(
            (
                ties(regionalmeasure_id=measure.pk, line_id=line.pk)
                for measure, (_place, _year, line) in zip(measures, places, strict=True)
            ),
            batch_size=2_000,
        )
        fill_goals(lines, whole)
        seat("bench.kunta", "kunta-092")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return True


def fill_goals(lines: list[Any], whole: Any) -> None:
    """A programme of every municipality of the mainland, with goals and a follow-up of each year."""
    from kotopolku import clock
    from kotopolku.actors.models import Organisation
    from kotopolku.reference import queries as reference
    from kotopolku.steering.models import (
        GoalFollowUp,
        Indicator,
        MunicipalGoal,
        MunicipalProgramme,
        ProgrammeMunicipality,
    )

    today = clock.today()
    known = {one.code: one for one in Organisation.objects.filter(kind="municipality")}
    codes = [one.code for one in reference.municipalities_on(today)]
    owners = {code: known[f"kunta-{code}"] for code in codes if not reference.areas_of(code, today).is_aland}
    indicator = Indicator.objects.create(key="bench", name_fi="Mitattu osuus", source="bench")
    programmes = MunicipalProgramme.objects.bulk_create(
        MunicipalProgramme(
            name_fi=f"Mitattu ohjelma {code}",
            organisation=owner,
            act="681/2023",
            state="approved",
            days=whole,
            languages=["fi"],
            made_at=clock.now(),
        )
        for code, owner in owners.items()
    )
    ProgrammeMunicipality.objects.bulk_create(
        ProgrammeMunicipality(
            programme=programme, organisation=owner, code=code, days=whole, state="approved"
        )
        for programme, (code, owner) in zip(programmes, owners.items(), strict=True)
    )
    goals = MunicipalGoal.objects.bulk_create(
        (
            MunicipalGoal(
                programme=programme,
                code=str(number + 1),
                order=number,
                title={"fi": f"Mitattu tavoite {number + 1}"},
                indicator=indicator,
                start_year=YEARS[0],
                start_value=50,
                target=60,
                target_year=YEARS[-1],
                owner=programme.organisation,
            )
            for programme in programmes
            for number in range(GOALS)
        ),
        batch_size=2_000,
    )
    ties = MunicipalGoal.lines.through
    ties.objects.bulk_create(
        (
            ties(municipalgoal_id=goal.pk, line_id=lines[number % len(lines)].pk)
            for number, goal in enumerate(goals)
        ),
        batch_size=2_000,
    )
    GoalFollowUp.objects.bulk_create(
        (
            GoalFollowUp(
                goal=goal,
                year=year,
                value=50 + year % 10,
                track=("on", "off", "unclear")[(number + year) % 3],
                text="Mitattu",
                written_at=clock.now(),
            )
            for number, goal in enumerate(goals)
            for year in YEARS
        ),
        batch_size=2_000,
    )
    print(f"{len(programmes)} municipalities, {len(goals)} goals, {len(goals) * len(YEARS)} follow-ups")


def seat(username: str, code: str) -> None:
    """Somebody who may sign in and look."""
    from kotopolku.actors.models import Membership, Organisation, User, date_range

    user = User.objects.create(username=username, full_name="Mittaaja Malli")
    of = Organisation.objects.get(code=code)
    Membership.objects.create(
        user=user, organisation=of, role="caseworker", valid=date_range(date(2020, 1, 1), None)
    )


def naive(year: int) -> None:
    """The matrix and its overlaps with a query for each cell."""
    from kotopolku import clock
    from kotopolku.reference import queries as reference
    from kotopolku.steering.models import Line, RegionalMeasure

    first, last = date(year, 1, 1), date(year, 12, 31)
    for line in Line.objects.order_by("order"):
        for area in reference.areas_on("region", clock.today()):
            rows = RegionalMeasure.objects.filter(
                lines=line,
                regions__contains=[area.code],
                days__startswith__lte=last,
                days__endswith__gt=first,
            ).exclude(state="dropped")
            owners = [measure.owner.name for measure in rows]
            _ = len(owners), {name for name in owners if owners.count(name) > 1}


def naive_chain(year: int) -> None:
    """The chain's counts with a query for each goal of each line."""
    from kotopolku.steering.models import Line, MunicipalGoal

    for line in Line.objects.order_by("order"):
        for goal in MunicipalGoal.objects.filter(lines=line, programme__state="approved"):
            follow_up = goal.follow_ups.filter(year=year).first()
            _ = follow_up.track if follow_up else ""


def timed(act: Callable[[int], Any], turns: int) -> tuple[float, float]:
    """(p50, p95) in milliseconds over turns that go through the years."""
    times = []
    for turn in range(turns):
        begun = time.perf_counter()
        act(YEARS[turn % len(YEARS)])
        times.append((time.perf_counter() - begun) * 1_000)
    if len(times) < 2:
        return times[0], times[0]
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94]


def counted(act: Callable[[int], Any]) -> int:
    """Statements of one turn, without those that open and close the transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act(YEARS[0])
    aside = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not one["sql"].startswith(aside) for one in captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    given = parser.parse_args()
    from kotopolku import database

    with database.held():
        prepare()
        from django.conf import settings
        from django.db import transaction
        from django.test import Client

        from kotopolku import clock
        from kotopolku.access import rowsecurity
        from kotopolku.actors.models import User
        from kotopolku.actors.signin import entry_of_user
        from kotopolku.steering.models import Line
        from kotopolku.steering.queries.chain import WantedChain
        from kotopolku.steering.queries.chain import overview as chain
        from kotopolku.steering.queries.coverage import WantedCoverage
        from kotopolku.steering.queries.coverage import page as coverage

        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        settings.SECOND_FACTOR_REQUIRED = False
        user = User.objects.get(username="bench.kunta")
        browser = Client(HTTP_HOST="127.0.0.1")
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

        def page_at(address: str) -> Callable[[int], None]:
            def whole_page(year: int) -> None:
                answer = browser.get(address, {"year": year})
                if answer.status_code != 200:
                    raise SystemExit(f"The page {address} answered {answer.status_code}.")

            return whole_page

        # As the web server does when it starts (`portal/wsgi.py`).
        gc.collect()
        gc.freeze()
        rows = []
        line = Line.objects.using("owner").order_by("pk").values_list("pk", flat=True)[0]
        pages = {
            "coverage, whole page": "/steering/measures/coverage/",
            "chain of all lines, whole page": "/steering/chain/",
            "chain of one line, whole page": f"/steering/chain/lines/{line}/",
        }
        for name, address in pages.items():
            ask = page_at(address)
            ask(YEARS[0])
            rows.append((name, counted(ask), *timed(ask, given.turns)))
        with transaction.atomic():
            viewer = entry_of_user(user, day=clock.today()).viewer
            rowsecurity.apply(viewer)

            def query(year: int) -> None:
                coverage(viewer, WantedCoverage(year))

            def chain_query(year: int) -> None:
                chain(viewer, WantedChain(year))

            for name, act in {"coverage, query": query, "chain, query": chain_query}.items():
                act(YEARS[0])
                rows.append((name, counted(act), *timed(act, given.turns)))
            rows.append(("baseline of coverage: a query for each cell", counted(naive), *timed(naive, 3)))
            rows.append(
                ("baseline of the chain: a query for each goal", counted(naive_chain), *timed(naive_chain, 1))
            )
    print(f"| what | SQL | p50 ms | p95 ms | aim p95 <= {AIM_MS} ms |")
    print("|---|---:|---:|---:|---|")
    for name, number, middle, slow in rows:
        print(f"| {name} | {number} | {middle:.1f} | {slow:.1f} | {'yes' if slow <= AIM_MS else 'no'} |")


if __name__ == "__main__":
    main()
