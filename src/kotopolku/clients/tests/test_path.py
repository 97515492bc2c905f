"""Assessment and plan: the order of days, the longest time, versions, two editors at once, reviews, drafts."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, actions, queries
from kotopolku.clients.models import Clock, FormDraft, Measure, Plan, PlanVersion, Relationship, Review
from kotopolku.clients.rules import (
    NOT_RELEVANT,
    AssessmentContent,
    EditClash,
    GoalContent,
    MeasureContent,
    PlanContent,
    Refusals,
    ReviewContent,
    Stage,
)
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db
BEGAN, ON = date(2026, 3, 2), date(2026, 11, 23)


@pytest.fixture
def at_work():  # type: ignore[no-untyped-def]
    with make.working(make.worker("kunta-092", ON, name="Tuuli Testi")) as viewer:
        yield viewer


@pytest.fixture
def client(at_work: Viewer) -> Relationship:
    return make.client(at_work, started_on=BEGAN)


@pytest.fixture
def plan(at_work: Viewer, client: Relationship) -> Plan:
    make.assessed(client, at_work, started=date(2026, 3, 3), done=date(2026, 3, 10))
    return make.planned(client, at_work, made=date(2026, 3, 16), signed=date(2026, 3, 16))


def refused(attempt: pytest.ExceptionInfo[Refusals]) -> set[tuple[str, str]]:
    return make.refused(attempt.value)


def test_an_assessment_before_the_relationship_or_in_the_future_is_refused(
    at_work: Viewer, client: Relationship
) -> None:
    for day, code in ((date(2026, 3, 1), "before-relationship"), (date(2026, 11, 24), "future")):
        with pytest.raises(Refusals) as attempt:
            actions.start_assessment(client.pk, day, actor=at_work)
        assert refused(attempt) == {("started_on", code)}


def test_an_assessment_is_complete_when_every_item_of_the_act_is_answered_or_not_relevant(
    at_work: Viewer, client: Relationship
) -> None:
    started = actions.start_assessment(client.pk, date(2026, 3, 3), actor=at_work)
    assert started.act == "681/2023"
    items = [item.id for item in law.assessment_items(started.act, started.started_on)]
    assert len(items) == 9
    partly = AssessmentContent(items={items[0]: "Lukee ja kirjoittaa"}, not_relevant=frozenset({items[1]}))
    with pytest.raises(Refusals) as attempt:
        actions.complete_assessment(client.pk, partly, ON, actor=at_work, expected_version=1)
    missing = {(f"item-{item}", "item-missing") for item in items[2:]}
    rest = {("plan_needed", "plan-needed-required"), ("conclusion", "conclusion-required")}
    assert refused(attempt) == missing | rest
    whole = make.complete_content(started.act, started.started_on)
    whole = replace(
        whole, items={**whole.items, items[1]: ""}, not_relevant=frozenset({items[1]}), plan_needed=False
    )
    done = actions.complete_assessment(client.pk, whole, ON, actor=at_work, expected_version=1)
    assert done.items[items[1]] == NOT_RELEVANT
    assert queries.client_page(at_work, client.pk).stage == Stage.NO_PLAN_NEEDED
    assert not Clock.objects.filter(rule="A8").exists()


def test_the_act_of_2010_asks_seven_items() -> None:
    then = date(2021, 5, 3)
    with make.working(make.worker("kunta-092", then)) as at_work:
        relationship = make.client(at_work)
        assessment = make.assessed(relationship, at_work, started=then, done=then)
        assert (assessment.act, len(assessment.items)) == ("1386/2010", 7)


def test_a_completed_assessment_opens_again_with_a_reason(at_work: Viewer, client: Relationship) -> None:
    done = make.assessed(client, at_work, started=date(2026, 3, 3), done=date(2026, 3, 10))
    with pytest.raises(Refusals) as attempt:
        actions.save_assessment(client.pk, AssessmentContent(), actor=at_work, expected_version=done.version)
    assert refused(attempt) == {("", "completed")}
    with pytest.raises(Refusals):
        actions.reopen_assessment(client.pk, " ", actor=at_work)
    reopened = actions.reopen_assessment(client.pk, "A course was left out.", actor=at_work)
    assert reopened.completed_on is None
    assert not Clock.objects.filter(rule="A8").exists()
    assert Clock.objects.get(rule="A7").closed_on == date(2026, 3, 3)


def test_the_second_editor_of_an_assessment_is_told(at_work: Viewer, client: Relationship) -> None:
    actions.start_assessment(client.pk, date(2026, 3, 3), actor=at_work)
    actions.save_assessment(
        client.pk, AssessmentContent(participants="Eka"), actor=at_work, expected_version=1
    )
    with pytest.raises(EditClash) as clash:
        actions.save_assessment(
            client.pk, AssessmentContent(participants="Toka"), actor=at_work, expected_version=1
        )
    assert (clash.value.theirs["participants"], clash.value.who) == ("Eka", "Tuuli Testi")


def test_a_plan_needs_an_assessment_first(at_work: Viewer, client: Relationship) -> None:
    with pytest.raises(Refusals) as attempt:
        actions.start_plan(client.pk, actor=at_work)
    assert refused(attempt) == {("", "no-assessment")}
    make.assessed(client, at_work, started=date(2026, 3, 3), done=date(2026, 3, 10))
    started = actions.start_plan(client.pk, actor=at_work)
    with pytest.raises(Refusals) as attempt:
        actions.make_plan(client.pk, date(2026, 3, 9), None, actor=at_work, expected_version=started.version)
    assert refused(attempt) == {("made_on", "before-assessment"), ("goals", "no-goals")}


def test_an_end_past_the_legal_maximum_is_refused_naming_day_and_section(
    at_work: Viewer, client: Relationship
) -> None:
    make.assessed(client, at_work, started=date(2026, 3, 3), done=date(2026, 3, 10))
    with pytest.raises(Refusals) as attempt:
        make.planned(client, at_work, made=date(2026, 3, 16), ends=date(2027, 3, 17))
    [refusal] = attempt.value.refusals
    assert (refusal.field, refusal.code, refusal.params["limit"]) == (
        "ends_on",
        "past-maximum",
        date(2027, 3, 16),
    )
    with translation.override("en"):
        assert "681/2023 § 23.2" in queries.refusal_text(refusal)
    with translation.override("fi"):
        assert "681/2023 23 § 2 mom." in queries.refusal_text(refusal)


def test_a_signature_or_referral_before_the_plan_is_refused(at_work: Viewer, client: Relationship) -> None:
    make.assessed(client, at_work, started=date(2026, 3, 3), done=date(2026, 3, 10))
    make.planned(client, at_work, made=date(2026, 3, 16))
    with pytest.raises(Refusals) as attempt:
        actions.sign_plan(client.pk, date(2026, 3, 15), "screen", "", actor=at_work)
    assert refused(attempt) == {("signed_on", "before-plan"), ("signed_name", "required")}
    with pytest.raises(Refusals) as attempt:
        actions.record_referral(client.pk, date(2026, 3, 15), actor=at_work)
    assert refused(attempt) == {("referred_on", "before-plan")}
    actions.record_referral(client.pk, date(2026, 4, 1), actor=at_work)
    assert queries.client_page(at_work, client.pk).stage == Stage.UNDER_WAY


def test_a_measure_that_ends_before_it_starts_is_refused_at_its_field(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    measure = MeasureContent(
        kind="language", title="Kurssi", starts_on=date(2026, 5, 1), ends_on=date(2026, 4, 1)
    )
    content = PlanContent(goals=(GoalContent(title=""), GoalContent(title="Kieli", measures=(measure,))))
    with pytest.raises(Refusals) as attempt:
        actions.save_plan(client.pk, content, actor=at_work, expected_version=plan.version)
    assert refused(attempt) == {
        ("goals-0-title", "goal-required"),
        ("goals-1-measures-0-ends_on", "measure-reversed"),
    }


def test_two_editors_of_one_plan_lose_nothing(at_work: Viewer, client: Relationship, plan: Plan) -> None:
    stored = queries.client_page(at_work, client.pk).plan
    assert stored is not None
    mine = replace(stored.content, justification="Oma perustelu")
    theirs = replace(stored.content, goals=(*stored.content.goals, GoalContent(title="Harrastus")))
    actions.save_plan(client.pk, theirs, actor=at_work, expected_version=plan.version)
    with pytest.raises(EditClash) as clash:
        actions.save_plan(client.pk, mine, actor=at_work, expected_version=plan.version)
    assert [goal["title"] for goal in clash.value.theirs["goals"]][-1] == "Harrastus"
    assert (clash.value.who, clash.value.version) == ("Tuuli Testi", plan.version + 1)
    merged = replace(theirs, justification=mine.justification)
    actions.save_plan(client.pk, merged, actor=at_work, expected_version=clash.value.version)
    versions = queries.plan_versions(at_work, client.pk)
    changed = queries.plan_differences(at_work, client.pk, versions[1].number, versions[0].number)
    assert ("plan", "justification", "Oma perustelu") in {(one.what, one.field, one.after) for one in changed}


def test_what_is_left_out_of_the_plan_is_removed_and_stays_in_the_versions(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    detail = queries.client_page(at_work, client.pk).plan
    assert detail is not None
    goal = detail.content.goals[0]
    kept = replace(goal, title="Suomi B1.1", measures=goal.measures[:1])
    actions.save_plan(client.pk, PlanContent(goals=(kept,)), actor=at_work, expected_version=plan.version)
    after = queries.client_page(at_work, client.pk).plan
    assert after is not None
    assert [(view.goal.pk, len(view.measures)) for view in after.goals] == [(goal.id, 1)]
    assert Measure.objects.filter(plan=plan, removed=True).count() == 2
    newest, before, *_ = queries.plan_versions(at_work, client.pk)
    found = queries.plan_differences(at_work, client.pk, before.number, newest.number)
    assert {(one.what, one.change, one.field) for one in found} >= {
        ("goal", "changed", "title"),
        ("goal", "removed", ""),
        ("measure", "removed", ""),
    }


def test_a_review_is_recorded_once_and_moves_the_clock(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    token = uuid.uuid4()
    review = ReviewContent(held_on=date(2026, 9, 14), results="Kurssi alkoi", ends_on=date(2027, 12, 31))
    first = actions.hold_review(client.pk, review, actor=at_work, token=token)
    assert actions.hold_review(client.pk, review, actor=at_work, token=token).pk == first.pk
    assert Review.objects.count() == 1
    assert Clock.objects.get(rule="A6", closed_on=None).due == date(2027, 3, 15)
    assert Clock.objects.get(rule="D1").closed_on == date(2026, 9, 14)
    assert queries.client_page(at_work, client.pk).plan.plan.ends_on == date(2027, 12, 31)  # type: ignore[union-attr]
    late = ReviewContent(held_on=ON, next_review_on=date(2027, 6, 1), ends_on=date(2028, 3, 17))
    with pytest.raises(Refusals) as attempt:
        actions.hold_review(client.pk, late, actor=at_work)
    assert refused(attempt) == {("next_review_on", "next-review-late"), ("ends_on", "past-maximum")}
    early = ReviewContent(held_on=date(2026, 9, 14), next_review_on=date(2026, 9, 1))
    with pytest.raises(Refusals) as attempt:
        actions.hold_review(client.pk, early, actor=at_work)
    assert refused(attempt) == {("held_on", "before-review"), ("next_review_on", "next-review")}


def test_extension_and_interruption_lengthen_the_longest_time_and_can_be_cancelled(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    def latest() -> date | None:
        return Plan.objects.get(pk=plan.pk).latest_end

    assert latest() == date(2028, 3, 16)
    extension = actions.add_extension(client.pk, "low-education", 6, "Lukutaito kehittyy.", actor=at_work)
    assert latest() == date(2028, 9, 16)
    stop = actions.add_interruption(client.pk, "illness", date(2026, 6, 1), date(2026, 6, 10), actor=at_work)
    assert latest() == date(2028, 9, 26)
    actions.cancel_interruption(client.pk, stop.pk, actor=at_work, reason="Wrong client.")
    actions.cancel_extension(client.pk, extension.pk, actor=at_work, reason="Wrong client.")
    assert latest() == date(2028, 3, 16)


@pytest.mark.parametrize(
    ("ground", "months", "why", "expected"),
    [
        ("low-education", 25, "Syy", {("months", "extension")}),
        ("special-measures", 6, "Syy", {("months", "extension")}),
        ("low-education", 6, "", {("why", "required")}),
    ],
)
def test_an_extension_without_ground_reason_or_room_in_the_act_is_refused(
    at_work: Viewer,
    client: Relationship,
    plan: Plan,
    ground: str,
    months: int,
    why: str,
    expected: set[tuple[str, str]],
) -> None:
    with pytest.raises(Refusals) as attempt:
        actions.add_extension(client.pk, ground, months, why, actor=at_work)
    assert refused(attempt) == expected
    with translation.override("sv"):
        assert queries.refusal_text(attempt.value.refusals[0])


def test_a_reversed_interruption_is_refused(at_work: Viewer, client: Relationship, plan: Plan) -> None:
    with pytest.raises(Refusals) as attempt:
        actions.add_interruption(client.pk, "illness", date(2026, 6, 10), date(2026, 6, 1), actor=at_work)
    assert refused(attempt) == {("last_day", "interruption-reversed")}


def test_an_ended_plan_makes_room_for_another_within_the_same_longest_time(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    actions.end_plan(client.pk, date(2026, 9, 1), "study", actor=at_work)
    assert Clock.objects.get(rule="A6").lapsed
    assert queries.client_page(at_work, client.pk).stage == Stage.PLAN_ENDED
    second = make.planned(client, at_work, made=date(2026, 11, 2), ends=date(2028, 3, 16))
    assert (second.first_ends_on, second.latest_end) == (None, date(2028, 3, 16))
    assert access.plan(at_work, client.pk).pk == second.pk


def test_a_draft_of_a_form_is_kept_found_and_gone_when_saved(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    for text in ("Kie", "Kieli"):
        actions.save_form_draft(
            client.pk, "plan", {"goals-0-title": text}, actor=at_work, base_version=plan.version
        )
    assert queries.client_page(at_work, client.pk).drafts["plan"].data == {"goals-0-title": "Kieli"}
    assert Entry.objects.filter(action="clients.draft.kept").count() == 1
    with make.working(make.worker("kunta-092", ON)) as colleague:
        assert queries.client_page(colleague, client.pk).drafts == {}
    actions.save_plan(client.pk, make.PLAN, actor=at_work, expected_version=plan.version)
    assert not FormDraft.objects.exists()


def test_every_act_leaves_exactly_one_entry(at_work: Viewer, client: Relationship, plan: Plan) -> None:
    before = Entry.objects.count()
    actions.record_referral(client.pk, date(2026, 4, 1), actor=at_work)
    actions.hold_review(client.pk, ReviewContent(held_on=date(2026, 9, 14)), actor=at_work)
    actions.end_plan(client.pk, ON, "goal-reached", actor=at_work)
    assert Entry.objects.count() == before + 3
    assert PlanVersion.objects.filter(plan=plan).count() == 6


def test_computing_all_clocks_again_changes_nothing(
    at_work: Viewer, client: Relationship, plan: Plan
) -> None:
    before = list(Clock.objects.order_by("id").values())
    with make.working(Viewer.for_system("test", ON)) as job:
        last = actions.recompute_clocks(actor=job)
        assert last is not None
        assert actions.recompute_clocks(actor=job, after=last) is None
        assert list(Clock.objects.order_by("id").values()) == before
