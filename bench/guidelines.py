"""Measures the answer about a work-permit guideline: is the availability test lifted for an occupation in a municipality.

``python bench/guidelines.py`` fills a database of its own (kept for the next run): two versions a year since 2023 for each of
18 regions (Åland has none), 300 occupations each. Asks 2,000 questions drawn at random. Prints statements, p50, p95 and
the worst, for the answer alone and over HTTP in the process. Baseline in the same run: every version read and every row
looked through in a Python loop, as it is written when nobody has thought of it; both must agree.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

DATABASE = "kotopolku_bench_guidelines"
OCCUPATIONS, HALF_YEARS, MOST_MS = 300, 8, 20
FIRST = date(2023, 6, 1)


def prepare() -> None:
    """Django over the filled database; filled when it is not there yet."""
    from kotopolku import database

    database.ensure_app_role()
    if DATABASE not in database.database_names():
        database.create_database(DATABASE)
    import django

    django.setup()
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.cooperation.models import Guideline
    from kotopolku.portal.preparation import prepare_database

    prepare_database()
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", clock.today()))
        if not Guideline.objects.exists():
            fill()


def fill() -> None:
    """Versions one after another in every region; a tenth of the rows are exceptions, a tenth narrowed."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    from kotopolku import clock
    from kotopolku.actors.models import Organisation
    from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineRegion
    from kotopolku.cooperation.queries.guideline_texts import region_names
    from kotopolku.reference import queries as reference

    dice = random.Random(1)
    codes = [code for code in reference.occupations() if code != "X" and len(code) > 1]
    keeper = Organisation.objects.get(code="evk-01")
    for region in region_names():
        places = [one.code for one in reference.municipalities_in("region", region, clock.today())]
        for half in range(HALF_YEARS):
            days = DateRange(FIRST + timedelta(days=182 * half), FIRST + timedelta(days=182 * (half + 1)))
            version = Guideline.objects.create(
                organisation=keeper,
                number=f"{region}/{half}",
                regions=[region],
                state="adopted",
                valid=days,
                market={"fi": "Työmarkkinat. " * 200},
                signed_on=days.lower,
                signer="Maija Malli",
                made_at=clock.now(),
            )
            GuidelineRegion.objects.create(guideline=version, region=region, valid=days)
            GuidelineOccupation.objects.bulk_create(
                GuidelineOccupation(
                    guideline=version,
                    code=code,
                    lifted=dice.random() > 0.1,
                    municipalities=dice.sample(places, 1) if dice.random() < 0.1 else [],
                    condition={"fi": "Ehto"},
                )
                for code in dice.sample(codes, OCCUPATIONS)
            )


def by_loop(occupation: str, municipality: str, on: date) -> tuple[str, str | None]:
    """The baseline: every version, every row."""
    from kotopolku.cooperation.models import Guideline
    from kotopolku.reference import queries as reference

    areas = reference.areas_of(municipality, on)
    if areas.is_aland:
        return "aland", None
    for version in Guideline.objects.prefetch_related("occupations"):
        if areas.region not in version.regions or not version.valid.lower <= on < version.valid.upper:
            continue
        best = elsewhere = None
        for row in version.occupations.all():
            if not occupation.startswith(row.code):
                continue
            if row.municipalities and municipality not in row.municipalities:
                elsewhere = row if row.lifted else elsewhere
            elif best is None or len(row.code) > len(best.code):
                best = row
        if best is not None:
            return ("lifted" if best.lifted else "excepted"), best.code
        return ("narrowed" if elsewhere else "not-listed"), None
    return "no-guideline", None


def timed(act: Callable[..., Any], questions: list[tuple[str, str, date]]) -> tuple[list[Any], str]:
    taken, found = [], []
    for question in questions:
        begun = time.perf_counter()
        found.append(act(*question))
        taken.append(1_000 * (time.perf_counter() - begun))
    cuts = quantiles(taken, n=100)
    return found, f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, worst {max(taken):.1f} ms of {len(taken)}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--questions", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    os.environ["KOTOPOLKU_DATABASE_NAME"] = DATABASE
    from kotopolku import database

    with database.held():
        measure(given.questions, given.seed)


def measure(number: int, seed: int) -> None:
    prepare()
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kotopolku.cooperation.queries.guidelines import answer
    from kotopolku.reference import queries as reference

    settings.ALLOWED_HOSTS = ["testserver"]
    dice = random.Random(seed)
    codes = [code for code in reference.occupations() if len(code) == 4]
    day = date(2026, 11, 23)
    places = [one.code for one in reference.municipalities_on(day)]
    questions = [
        (dice.choice(codes), dice.choice(places), day - timedelta(days=dice.randrange(300)))
        for _ in range(number)
    ]

    def ours(*question: Any) -> tuple[str, str | None]:
        with transaction.atomic():
            found = answer(*question)
        holds = found.outcome.value in ("lifted", "excepted")
        return found.outcome.value, found.line.code if found.line and holds else None

    with CaptureQueriesContext(connection) as statements:
        answer(*questions[0])
    ours(*questions[0])
    found, words = timed(ours, questions)
    print(f"answer: {words}; {len(statements)} statements")
    p95 = float(words.split("p95 ")[1].split(" ")[0])
    visitor = Client()

    def over_http(occupation: str, municipality: str, on: date) -> int:
        values = {"occupation": occupation, "municipality": municipality, "on": on.isoformat()}
        return int(visitor.get("/api/guidelines/answer", values).status_code)

    over_http(*questions[0])
    statuses, words = timed(over_http, questions[: max(100, number // 5)])
    print(f"over HTTP, in the process: {words}; statuses {sorted(set(statuses))}")
    sample = questions[:20]
    plain, words_plain = timed(by_loop, sample)
    print(f"baseline, a loop over every row: {words_plain}")
    if plain != found[: len(sample)]:
        sys.exit("The answers of the baseline differ.")
    print(f"aim: p95 of the answer at most {MOST_MS} ms: {'met' if p95 <= MOST_MS else 'NOT met'}")


if __name__ == "__main__":
    main()
