"""Needs and results of the demo world: two courses that are over, a forecast for Vantaa and Kerava, a lot changed by an officer.

The past courses are written in bulk, as the population is (``rows.py``); played after the courses (``training_courses``).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import Measure, Responsibility
from kotopolku.demo.scenes import ActorOf
from kotopolku.training.actions import needs
from kotopolku.training.actions.needs import LotContent
from kotopolku.training.models import Course, Enrolment, NeedTrack, TestResult
from kotopolku.training.queries.need import lots

SCHOOLS = ("koul-esimerkkiopisto", "koul-mallikoulutus")
STUDENTS = 27
ENTRY = (("0", 0), ("A1.1", 1), ("A1.2", 2), ("A1.3", 3))
FINAL = ("A1.3", "A2.1", "A2.2", "B1.1", "B1.1", "B1.2", "A2.2", "B1.1")
LEFT = ("health", "family")
BEGAN_DAYS_AGO, ENDED_DAYS_AGO = 400, 150
NEW_DAYS = 150


def play(actor_of: ActorOf, day: date) -> None:
    buyer = actor_of("hankinta.vantaa")
    with rowsecurity.as_system():
        _past(buyer, day)
        _waiting(day)
    needs.make_forecast(actor=buyer)
    first = lots(buyer).exclude(track=NeedTrack.VOCATIONAL).first()
    if first is not None:
        content = LotContent(
            municipality=first.municipality,
            track=first.track,
            field=first.field,
            volume=max(first.volume // 16 * 16, 16),
            option_volume=16,
            starts_on=first.starts_on,
            reason="Kokonaisia ryhmiä: kuusitoista opiskelijaa ryhmässä, yksi ryhmä optiona.",
        )
        needs.change_lot(first.pk, content, actor=buyer, expected_version=first.version)


def _past(buyer: Viewer, day: date) -> None:
    """Two groups that began over a year ago and are over: one with more beginners than the other."""
    schools = {one.code: one for one in Organisation.objects.filter(code__in=SCHOOLS)}
    began, ended = day - timedelta(BEGAN_DAYS_AGO), day - timedelta(ENDED_DAYS_AGO)
    rows = Responsibility.objects.filter(
        authority__code__in=("tyo-43", "kunta-092"),
        planned_on__gte=began - timedelta(365),
        planned_on__lte=began,
    )
    found = list(
        {row.relationship_id: row for row in rows.select_related("relationship").order_by("id")}.values()
    )[: 2 * STUDENTS]
    for number, code in enumerate(SCHOOLS):
        if code not in schools or not found:
            continue
        of = Course.objects.create(
            organiser_id=buyer.organisation_id or 0,
            provider=schools[code],
            name=f"Kotoutumiskoulutus {began.year}, ryhmä {number + 1}",
            kind="integration",
            curriculum="integration-2022" if began >= date(2022, 8, 1) else "integration-2012",
            track="basic",
            target_level="B1.1",
            municipality="092",
            starts_on=began,
            ends_on=ended,
            seats=STUDENTS,
            taken=0,
            state="published",
            published_on=began - timedelta(60),
            made_on=began - timedelta(90),
            contract_reference=f"S-{began.year}-{number + 1}",
        )
        _students(of, found[number::2], more=number, day=day)


def _waiting(day: date) -> None:
    """Those of Vantaa whose plan is new wait for their course."""
    new = Responsibility.objects.filter(
        authority__code__in=("tyo-43", "kunta-092"),
        days__contains=day,
        planned_on__gt=day - timedelta(NEW_DAYS),
    )
    rows = Measure.objects.filter(
        plan__relationship_id__in=new.values("relationship_id"),
        plan__status="in-force",
        kind__in=("language", "literacy", "vocational"),
        state="under-way",
        enrolments=None,
        attendance=None,
    )
    chosen = list(rows.order_by("id").values_list("pk", flat=True))
    Measure.objects.filter(pk__in=chosen).update(state="planned", starts_on=None)


def _students(of: Course, rows: Sequence[Responsibility], *, more: int, day: date) -> None:
    enrolments, tests = [], []
    for number, row in enumerate(rows):
        left = number % 5 == 4
        entry, rank = ENTRY[(number // (2 + more)) % len(ENTRY)]
        enrolments.append(
            Enrolment(
                course=of,
                relationship_id=row.relationship_id,
                person_id=row.person_id,
                organiser_id=of.organiser_id,
                provider_id=of.provider_id,
                case_number=row.relationship.case_number,
                entry_level=entry,
                entry_rank=rank,
                state="interrupted" if left else "ended",
                queued_on=of.starts_on - timedelta(40),
                started_on=of.starts_on,
                ended_on=of.ends_on - timedelta(90 if left else 0),
                end_reason=LEFT[number // 5 % len(LEFT)] if left else "completed",
            )
        )
    for number, student in enumerate(Enrolment.objects.bulk_create(enrolments)):
        if student.state == "ended":
            level = FINAL[(number + 2 * more + (student.entry_rank or 0)) % len(FINAL)]
            tests.append(
                TestResult(
                    enrolment=student,
                    relationship_id=student.relationship_id,
                    person_id=student.person_id,
                    provider_id=of.provider_id,
                    kind="final",
                    language="fi",
                    listening=level,
                    speaking=level,
                    reading="B1.2",
                    tested_on=of.ends_on,
                    recorded_on=min(of.ends_on, day),
                )
            )
    TestResult.objects.bulk_create(tests)
