"""Measures attendance entered in the same quarter of an hour: many groups, each list opened and sent by its teacher.

Whole requests in process (session, rights, row security, journal; no network): the page of the session is read, then its
form is sent with every student marked. Beside it, in the same run, the plain alternative: a sending for each student.
Works in a database of its own, which it makes and removes. Usage: bench/training.py [--groups N] [--students N]
"""

import argparse
import itertools
import multiprocessing
import os
import re
import statistics
import sys
import time
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
NAME = "kotopolku_bench_training"
os.environ["KOTOPOLKU_DATABASE_NAME"] = NAME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
QUARTER_SECONDS = 15 * 60
GROUPS_A_SCHOOL = 20
SAMPLE_ONE_BY_ONE = 10
"""Groups entered one student a time: enough to tell, as it takes so much longer."""


def set_up() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.SECOND_FACTOR_REQUIRED = False
    settings.ALLOWED_HOSTS = ["*"]


def today() -> date:
    from kotopolku import clock

    return clock.today()


def fill(groups: int, students: int) -> None:
    """Schools with a teacher for each group, groups with a session today, students who began a month ago. All invented."""
    from django.db import transaction
    from django.db.backends.postgresql.psycopg_any import DateRange

    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Membership, Organisation, User
    from kotopolku.clients.models import Person, Relationship
    from kotopolku.training.models import Course, CourseSession, Enrolment

    began, always = today() - timedelta(days=30), DateRange(date(2015, 1, 1), None)
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("bench", today()))
        buyer = Organisation.objects.create(
            code="bench-buyer", kind="employment-area", name_fi="Mittausalue", valid=always
        )
        schools = Organisation.objects.bulk_create(
            Organisation(code=f"bench-{n}", kind="provider", name_fi=f"Mittausopisto {n}", valid=always)
            for n in range(-(-groups // GROUPS_A_SCHOOL))
        )
        users = User.objects.bulk_create(
            User(username=f"bench-teacher-{n}", full_name=f"Oona Opettaja {n}", language="en")
            for n in range(groups)
        )
        Membership.objects.bulk_create(
            Membership(user=user, organisation=schools[n // GROUPS_A_SCHOOL], role="provider", valid=always)
            for n, user in enumerate(users)
        )
        courses = Course.objects.bulk_create(
            Course(
                organiser=buyer,
                provider=schools[n // GROUPS_A_SCHOOL],
                name=f"Ryhmä {n}",
                kind="integration",
                curriculum="integration-2022",
                starts_on=began,
                ends_on=today() + timedelta(days=200),
                seats=students,
                taken=students,
                state="published",
                made_on=began,
            )
            for n in range(groups)
        )
        CourseSession.objects.bulk_create(
            CourseSession(course=one, date=today(), starts=clock_time(9), ends=clock_time(13))
            for one in courses
        )
        persons = Person.objects.bulk_create(
            (
                Person(family_name=f"Joukkonen{n}", given_names="Otso", name_phonetic=f"X{n}")
                for n in range(groups * students)
            ),
            batch_size=2_000,
        )
        relationships = Relationship.objects.bulk_create(
            (
                Relationship(person=one, case_number=f"B{number}", started_on=began)
                for number, one in enumerate(persons)
            ),
            batch_size=2_000,
        )
        Enrolment.objects.bulk_create(
            (
                Enrolment(
                    course=courses[number // students],
                    relationship=one,
                    person_id=one.person_id,
                    organiser=buyer,
                    provider_id=courses[number // students].provider_id,
                    case_number=one.case_number,
                    state="started",
                    queued_on=began,
                    started_on=began,
                )
                for number, one in enumerate(relationships)
            ),
            batch_size=2_000,
        )


FIELDS = re.compile(r'name="(?P<name>token|version-\d+|mark-\d+)"(?: value="(?P<value>[^"]*)")?')
ORDER = ("present", "present", "leave", "present", "away")


def enter(order: tuple[int, int, bool]) -> list[float]:
    """One teacher's list: seconds of each request. ``one_by_one``: a sending for each student."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.test import Client

    user_id, session_id, one_by_one = order
    from kotopolku.actors.models import User

    client = Client()
    user = User.objects.get(pk=user_id)
    session = client.session
    session[SESSION_KEY] = str(user_id)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    from django.conf import settings

    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    address = f"/training/teaching/sessions/{session_id}/"
    seconds = []

    def timed(act: Any, wanted: int) -> str:
        begun = time.perf_counter()
        answer = act()
        seconds.append(time.perf_counter() - begun)
        if answer.status_code != wanted:
            raise SystemExit(f"{answer.status_code}: {answer.content[:500]!r}")
        return str(answer.content.decode())

    def read() -> tuple[dict[str, str], list[str]]:
        found = FIELDS.findall(timed(lambda: client.get(address), 200))
        hidden = {name: value for name, value in found if not name.startswith("mark-")}
        return hidden, sorted({name for name, _value in found if name.startswith("mark-")})

    hidden, names = read()
    chosen = dict(zip(names, itertools.cycle(ORDER), strict=False))
    if not one_by_one:
        timed(lambda: client.post(address, hidden | chosen), 302)
        return seconds
    for name, state in chosen.items():
        sent = hidden | {name: state}
        timed(lambda sent=sent: client.post(address, sent), 302)
        hidden, _names = read()
    return seconds


def entered(orders: list[tuple[int, int, bool]], processes: int) -> tuple[float, list[float]]:
    """Seconds of the whole, and of each request, with so many server processes."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=set_up) as pool:
        pool.map(enter_nothing, range(processes * 4))
        begun = time.perf_counter()
        found = pool.map(enter, orders, chunksize=1)
        return time.perf_counter() - begun, [one for row in found for one in row]


def enter_nothing(_number: int) -> None:
    """Loads the pages' code before the clock runs."""
    from django.urls import reverse

    reverse("training:teaching")


def measure(groups: int, students: int, processes: int) -> None:
    set_up()
    from django.core.management import call_command
    from django.db import connections, transaction

    from kotopolku import database
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.training.actions import teaching
    from kotopolku.training.models import CourseSession, SessionMark

    call_command("migrate", database="owner", verbosity=0)
    connections.close_all()
    database.grant_app_rights()
    fill(groups + SAMPLE_ONE_BY_ONE, students)
    viewer = Viewer.for_system("bench", today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        sessions = list(CourseSession.objects.order_by("id").values_list("pk", flat=True))
        from kotopolku.actors.models import User

        users = list(User.objects.order_by("id").values_list("pk", flat=True))
    connections.close_all()
    lists = list(zip(users, sessions, strict=True))
    whole, each = entered([(*one, False) for one in lists[:groups]], processes)
    _say(f"{groups:,} groups of {students}, a list at once", whole, each, groups)
    slow, single = entered([(*one, True) for one in lists[groups:]], processes)
    _say(f"{SAMPLE_ONE_BY_ONE} groups, one student a sending", slow, single, SAMPLE_ONE_BY_ONE)
    with transaction.atomic():
        rowsecurity.apply(viewer)
        stored = SessionMark.objects.count()
        begun = time.perf_counter()
        courses = teaching.courses_to_sum_up(actor=viewer)
        for course_id in courses:
            teaching.sum_up_course(course_id, actor=viewer)
        evening = time.perf_counter() - begun
    print(f"{stored:,} marks stored of {(groups + SAMPLE_ONE_BY_ONE) * students:,} sent")
    print(
        f"evening: months of {len(courses):,} courses looked through in {evening:.1f} s (no measures in this data)"
    )


def _say(what: str, whole: float, each: list[float], groups: int) -> None:
    ordered = sorted(each)
    print(
        f"{what:38}{whole:8.1f} s   {groups / whole:7.1f} groups/s   request: median"
        f" {statistics.median(each) * 1000:.0f} ms, 99 % {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms,"
        f" longest {ordered[-1] * 1000:.0f} ms; in a quarter of an hour {groups / whole * QUARTER_SECONDS:,.0f} groups",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1_000)
    parser.add_argument("--students", type=int, default=16)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    from kotopolku import database

    database.ensure_running()
    database.ensure_app_role()
    database.drop_database(NAME)
    database.create_database(NAME)
    try:
        measure(chosen.groups, chosen.students, chosen.processes)
    finally:
        from django.db import connections

        connections.close_all()
        database.drop_database(NAME)


if __name__ == "__main__":
    main()
