"""The pure rules: codes that can be read from paper, and a path that always says where one is."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.mypage import rules
from kotopolku.mypage.rules import MeasureFacts, PathFacts

DAY = date(2026, 11, 23)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
measures = st.lists(
    st.builds(
        MeasureFacts,
        id=st.integers(1, 99),
        title=st.text(min_size=1, max_size=10),
        kind=st.just("language"),
        state=st.sampled_from(["planned", "under-way", "done", "dropped"]),
        starts_on=days,
        ends_on=days,
    ),
    max_size=4,
).map(tuple)
facts = st.builds(
    PathFacts,
    day=st.just(DAY),
    started_on=days,
    assessment_started_on=days,
    assessed_on=days,
    plan_needed=st.none() | st.booleans(),
    plan_made_on=days,
    plan_signed_on=days,
    plan_ends_on=days,
    plan_ended_on=days,
    measures=measures,
    ended_on=days,
)


@given(facts)
def test_a_path_begins_with_the_start_ends_with_the_end_and_says_where_one_is(found: PathFacts) -> None:
    steps = rules.path_steps(found)
    assert steps[0].name == "start"
    assert steps[-1].name == "end"
    assert {step.state for step in steps} <= {"done", "now", "next"}
    assert any(step.state == "now" for step in steps) or all(step.state == "done" for step in steps)
    assert not [step for step in steps if step.measure and step.measure.state == "dropped"]


def test_a_plan_that_is_made_waits_for_its_signature() -> None:
    made = PathFacts(day=DAY, started_on=DAY, assessed_on=DAY, plan_needed=True, plan_made_on=DAY)
    assert [step.name for step in rules.path_steps(made) if step.state == "now"] == ["sign"]
    signed = replace(made, plan_signed_on=DAY, plan_ends_on=DAY + timedelta(days=365))
    assert [step.name for step in rules.path_steps(signed) if step.state == "now"] == ["end"]


def test_whoever_needs_no_plan_sees_none() -> None:
    none = PathFacts(day=DAY, started_on=DAY, assessed_on=DAY, plan_needed=False)
    assert [step.name for step in rules.path_steps(none)] == ["start", "talk", "end"]


@given(st.lists(st.integers(0, 10**6), min_size=rules.CODE_LENGTH, max_size=rules.CODE_LENGTH))
def test_a_code_is_the_same_however_it_is_typed(numbers: list[int]) -> None:
    code = rules.code_of(numbers)
    assert len(code) == rules.CODE_LENGTH + 2
    assert not set(code) & set("01OIL")
    assert rules.compact_code(f" {code.lower().replace('-', ' ')} ") == code.replace("-", "")


def test_what_is_kept_of_a_code_depends_on_the_secret_and_the_purpose() -> None:
    kept = {
        rules.fingerprint(*given) for given in (("a", "code", "x"), ("b", "code", "x"), ("a", "place", "x"))
    }
    assert len(kept) == 3
