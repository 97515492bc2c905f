"""The checks: each one runs, counts and lists agree, and each of the common ones finds what it says and nothing else."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import (
    Measure,
    Permit,
    Person,
    Plan,
    ProtectedContact,
    Relationship,
    Responsibility,
)
from kotopolku.clients.tests import factories as make
from kotopolku.quality import engine
from kotopolku.quality.checks import all_checks, checks_on, limit_day
from kotopolku.quality.engine import Whose
from kotopolku.quality.rules import curve, shown_counts

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


def found(day: date = ON) -> set[str]:
    """Checks that find anybody at all, as the nightly job sees it."""
    with rowsecurity.as_system():
        return {check for numbers in engine.count(day, checks_on(day)).values() for check in numbers}


def a_client(**changes: object) -> tuple[Viewer, Relationship]:
    worker = make.worker("kunta-092", ON)
    with make.working(worker):
        return worker, make.client(worker, **changes)


def test_there_are_at_least_25_checks_and_each_explains_itself() -> None:
    checks = all_checks()
    assert len(checks) >= 25
    for check in checks.values():
        assert all(str(words).endswith(".") for words in (check.what, check.why, check.mend)), check.id
        assert not str(check.title).endswith("."), check.id
        if check.limit:
            assert law.rule(check.limit, ON).length
            assert f"%({check.limit.replace('-', '_')})s" in check.condition, check.id


def test_every_page_on_which_a_gap_is_mended_exists() -> None:
    from django.urls import reverse

    for check in all_checks().values():
        assert reverse(check.address, args=[1])


def test_every_check_runs_for_a_list_of_one_authority() -> None:
    worker, _relationship = a_client()
    with make.working(worker):
        for check in checks_on(ON):
            with rowsecurity.as_system():
                engine.relationships(check, ON, Whose(worker.organisation_id), limit=5)
                engine.relationships(check, ON, Whose(None, (worker.user_id or 0,)), limit=5, after=0)


def test_count_and_list_of_every_check_agree() -> None:
    worker, relationship = a_client(started_on=date(2024, 1, 8))
    with make.working(worker):
        make.assessed(relationship, worker, started=date(2024, 1, 8), done=date(2024, 1, 9))
        make.planned(relationship, worker, made=date(2024, 1, 10))
        with rowsecurity.as_system():
            whose = Whose(worker.organisation_id)
            counts = engine.count(ON, checks_on(ON), whose).get(worker.organisation_id or 0, {})
            lists = {
                check.id: len(engine.relationships(check, ON, whose, limit=50)) for check in checks_on(ON)
            }
    assert counts == {check: number for check, number in lists.items() if number}
    assert {"review-late", "plan-not-signed", "no-identity-code"} <= set(counts)


def test_a_count_for_everybody_has_a_few_statements() -> None:
    """One pass a source and one for each check that stands apart, whatever the number of clients."""
    parts = engine.portions(checks_on(ON))
    assert len(parts) <= 30
    assert sum(len(part) for part in parts) == len(checks_on(ON))


def test_gaps_of_the_person_are_found_and_mended() -> None:
    worker, relationship = a_client()
    with make.working(worker):
        before = found()
        assert {"no-mother-tongue", "no-contact", "no-address", "no-permit", "no-citizenship"} <= before
        Person.objects.filter(pk=relationship.person_id).update(mother_tongue="so", citizenships=["706"])
        ProtectedContact.objects.filter(pk=relationship.person_id).update(
            telephone="040 000 0000", street_address="Esimerkkikatu 1"
        )
        Permit.objects.create(person_id=relationship.person_id, kind="permit", basis="asylum", starts=ON)
        after = found()
    assert not {"no-mother-tongue", "no-contact", "no-address", "no-permit", "no-citizenship"} & after


def test_a_person_under_a_non_disclosure_order_is_not_asked_for_an_address() -> None:
    worker, relationship = a_client()
    with make.working(worker):
        Person.objects.filter(pk=relationship.person_id).update(
            non_disclosure=True, non_disclosure_until=ON + timedelta(days=1)
        )
        assert not {"no-contact", "no-address", "no-municipality", "non-disclosure-past"} & found()
        Person.objects.filter(pk=relationship.person_id).update(non_disclosure_until=ON - timedelta(days=1))
        assert "non-disclosure-past" in found()


def test_an_expired_permit_is_a_gap_until_a_new_one_is_there() -> None:
    worker, relationship = a_client()
    with make.working(worker):
        old = Permit(person_id=relationship.person_id, kind="permit", basis="work", starts=date(2024, 1, 1))
        old.ends = ON - timedelta(days=1)
        old.save()
        assert "permit-expired" in found()
        old.ends = ON
        old.save()
        assert "permit-expired" not in found()
        old.ends = ON - timedelta(days=1)
        old.save()
        Permit.objects.create(person_id=relationship.person_id, kind="permit", basis="work", starts=ON)
        assert "permit-expired" not in found()


def test_a_worker_whose_seat_has_ended_is_found() -> None:
    worker, relationship = a_client()
    with make.working(worker):
        Responsibility.objects.filter(relationship=relationship).update(worker_id=worker.user_id)
        assert "worker-gone" not in found()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE actors_membership SET valid = daterange('2015-01-01', '2026-11-01') WHERE user_id = %s",
                [worker.user_id],
            )
        assert "worker-gone" in found()


def test_two_persons_with_the_same_birthday_and_sound_are_both_found() -> None:
    worker, first = a_client()
    with make.working(worker):
        second = make.client(worker)
        assert "duplicate" not in found()
        one = Person.objects.get(pk=first.person_id)
        Person.objects.filter(pk=second.person_id).update(
            birth_date=one.birth_date, name_phonetic=one.name_phonetic
        )
        with rowsecurity.as_system():
            ids = engine.relationships(all_checks()["duplicate"], ON, Whose(worker.organisation_id), limit=5)
    assert set(ids) == {first.pk, second.pk}


def test_gaps_of_the_plan_are_found() -> None:
    worker, relationship = a_client()
    with make.working(worker):
        make.assessed(relationship, worker, started=ON, done=ON)
        plan = make.planned(relationship, worker, made=ON)
        assert "measure-without-provider" in found(), "one measure of the example names nobody"
        rows = Plan.objects.filter(pk=plan.pk)
        assert "plan-past-end" not in found()
        rows.update(ends_on=ON - timedelta(days=1), latest_end=ON - timedelta(days=1))
        assert {"plan-past-end", "plan-past-latest"} <= found()
        Measure.objects.filter(plan=plan).update(state="under-way", ends_on=ON - timedelta(days=1))
        assert "measure-past-end" in found()
        Measure.objects.filter(plan=plan).update(removed=True)
        assert "goal-without-measure" in found()


def test_an_ended_relationship_without_reason_is_found() -> None:
    worker, relationship = a_client(started_on=date(2024, 1, 8))
    with make.working(worker):
        Relationship.objects.filter(pk=relationship.pk).update(ended_on=ON)
        Responsibility.objects.filter(relationship=relationship).update(ended_on=ON)
        assert "no-end-reason" in found()


@given(
    days=st.dates(date(2025, 1, 2), date(2060, 1, 1)),
    rule=st.sampled_from(["O-ID", "O-ASSESS", "O-SIGN", "O-DRAFT", "O-QUIET", "O-PAUSE", "O-DATA"]),
)
def test_the_last_day_past_a_limit_is_the_last_one_whose_time_has_run_out(days: date, rule: str) -> None:
    """A thing that began on the limit's day is late; one that began a little later is not."""
    found_rule = law.rule(rule, days)
    limit = limit_day(rule, days)
    months = {"months": 1, "years": 12}.get(found_rule.unit)

    def end(start: date) -> date:
        if months:
            return law.add_months(start, found_rule.length * months)
        return start + timedelta(days=found_rule.length)

    assert end(limit) < days or months
    assert end(limit) <= days
    assert end(limit + timedelta(days=4)) >= days


@given(st.lists(st.integers(0, 30), max_size=12))
def test_no_small_count_is_shown_nor_left_to_subtraction(counts: list[int]) -> None:
    shown = shown_counts(counts, 5)
    for number, seen in zip(counts, shown, strict=True):
        assert seen in (number, None)
        assert seen is None or seen == 0 or seen >= 5
    hidden = [number for number, seen in zip(counts, shown, strict=True) if seen is None]
    assert len(hidden) != 1 or sum(1 for number in counts if number) == 1


def test_a_curve_needs_two_days_and_stays_inside_its_frame() -> None:
    assert curve([(ON, 4)]) is None
    drawn = curve([(ON - timedelta(days=2), 0), (ON - timedelta(days=1), 8), (ON, 4)])
    assert drawn is not None
    assert drawn.most == 8
    for point in drawn.points.split():
        x, y = map(float, point.split(","))
        assert 44 <= x <= 590
        assert 10 <= y <= 140
