"""Rules of clients' data, over any names, texts and plans."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.clients import rules
from kotopolku.clients.rules import GoalContent, MeasureContent, Milestones, PlanContent, Stage
from kotopolku.clients.tests.factories import identity_code
from kotopolku.clients.wording import REFUSALS

unhurried = settings(deadline=None)
"""A busy machine takes its time."""
days = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))
texts = st.text(max_size=20)
measures = st.builds(
    MeasureContent,
    kind=st.sampled_from(["language", "health"]),
    title=texts,
    responsible=texts,
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    id=st.none(),
)
goals = st.builds(
    GoalContent, title=texts, description=texts, measures=st.lists(measures, max_size=3).map(tuple)
)


def numbered(content: PlanContent) -> PlanContent:
    """The content as stored: every row has an id."""
    made, number = [], 0
    for goal in content.goals:
        rows = []
        for measure in goal.measures:
            number += 1
            rows.append(MeasureContent(**{**vars(measure), "id": number}))
        number += 1
        made.append(GoalContent(**{**vars(goal), "id": number, "measures": tuple(rows)}))
    return PlanContent(**{**vars(content), "goals": tuple(made)})


plans = st.builds(
    PlanContent, goals=st.lists(goals, max_size=3).map(tuple), makers=texts, ends_on=st.none() | days
).map(numbered)


@unhurried
@given(plans)
def test_a_plan_comes_back_from_its_version_as_it_was(content: PlanContent) -> None:
    assert rules.plan_from_json(rules.plan_to_json(content)) == content


@unhurried
@given(plans)
def test_a_plan_has_no_difference_to_itself(content: PlanContent) -> None:
    stored = rules.plan_to_json(content)
    assert rules.differences(stored, stored) == []


@unhurried
@given(plans, plans)
def test_different_plans_have_a_difference_and_the_way_back_swaps_added_and_removed(
    one: PlanContent, two: PlanContent
) -> None:
    old, new = rules.plan_to_json(one), rules.plan_to_json(two)
    there, back = rules.differences(old, new), rules.differences(new, old)
    assert bool(there) == bool(back)
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted(swap[one.change] for one in there) == sorted(one.change for one in back)


@unhurried
@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = rules.fold(text)
    assert rules.fold(folded) == folded
    assert folded == folded.strip()
    assert all(letter.isalnum() or letter == " " for letter in folded)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Åsa Ääkkönen-Öst", "asa aakkonen ost"),
        ("O'Brien", "obrien"),
        ("Łukasz STRAẞE", "lukasz strasse"),
        ("  Bùi  Thị\tHà ", "bui thi ha"),
    ],
)
def test_names_are_found_without_accents_and_capitals(written: str, folded: str) -> None:
    assert rules.fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Mohamed", "Ahmed"), ("Ahmad", "Muhammed")),
        (("Virtanen", "Kaisa"), ("Virtanen", "Kaisa")),
        (("Yusuf", "Ali"), ("Yusuff", "Aly")),
    ],
)
def test_names_that_sound_alike_have_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert rules.phonetic_key(*one) == rules.phonetic_key(*other)


@unhurried
@given(st.text(max_size=200), st.text(max_size=200))
def test_a_phonetic_key_fits_its_column(family: str, given_names: str) -> None:
    assert len(rules.phonetic_key(family, given_names)) <= 80


@unhurried
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 1, 1)), st.integers(0, 99))
def test_a_right_identity_code_carries_birth_date_and_sex(born: date, number: int) -> None:
    code = identity_code(born, number)
    assert rules.is_identity_code(code)
    assert rules.birth_date_of(code) == born
    assert rules.sex_of(code) == ("male" if number % 2 else "female")


@unhurried
@given(st.text(max_size=15))
def test_any_text_can_be_asked_whether_it_is_an_identity_code(text: str) -> None:
    assert rules.is_identity_code(text) in (True, False)


@pytest.mark.parametrize("wrong", ["", "010190-900", "010190-9000", "310290-901A", "010190+9O0X"])
def test_wrong_identity_codes_are_told_from_right_ones(wrong: str) -> None:
    assert not rules.is_identity_code(wrong)


@unhurried
@given(
    st.builds(Milestones, *[st.none() | days] * 2, st.none() | st.booleans(), *[st.none() | days] * 4), days
)
def test_what_has_not_happened_yet_changes_no_stage(milestones: Milestones, on: date) -> None:
    known = {
        name: None if isinstance(value, date) and value > on else value
        for name, value in vars(milestones).items()
    }
    assert rules.stage(milestones, on) == rules.stage(Milestones(**known), on)


def test_the_stages_follow_the_path() -> None:
    path = Milestones(
        assessment_on=date(2026, 1, 2),
        assessed_on=date(2026, 1, 3),
        plan_needed=True,
        planned_on=date(2026, 1, 4),
        referred_on=date(2026, 1, 5),
        plan_ended_on=date(2026, 1, 6),
        ended_on=date(2026, 1, 7),
    )
    found = [rules.stage(path, date(2026, 1, day)) for day in range(1, 8)]
    assert found == [stage for stage in Stage if stage != Stage.NO_PLAN_NEEDED]


@pytest.mark.parametrize(
    ("flag", "until", "hidden"),
    [
        (False, None, False),
        (True, None, True),
        (True, date(2026, 11, 23), True),
        (True, date(2026, 11, 22), False),
    ],
)
def test_an_order_holds_to_its_last_day_or_until_further_notice(
    flag: bool, until: date | None, hidden: bool
) -> None:
    assert rules.non_disclosure_in_force(flag, until, date(2026, 11, 23)) is hidden


def test_every_refusal_of_the_rules_has_words() -> None:
    wrong = rules.PersonContent(family_name="", identity_code="x", birth_date=date(1800, 1, 1))
    today = date(2026, 11, 23)
    found = rules.check_person(wrong, today)
    found += rules.check_person(rules.PersonContent("A", birth_date=date(2030, 1, 1)), today)
    code = identity_code(date(1990, 1, 1), 1)
    found += rules.check_person(
        rules.PersonContent("A", identity_code=code, birth_date=date(1990, 1, 2)), today
    )
    found += rules.check_permit(
        rules.PermitContent("permit", "work", date(1980, 1, 2), date(1980, 1, 1)), date(1990, 1, 1)
    )
    found += rules.check_assessment_complete(rules.AssessmentContent(), ["literacy"])
    found += rules.check_not_future("day", date(2030, 1, 1), today)
    backwards = MeasureContent("language", "", starts_on=today, ends_on=date(2026, 1, 1))
    found += rules.check_plan(PlanContent(goals=(GoalContent("", measures=(backwards,)),)))
    found += rules.check_plan_ready(PlanContent()) + rules.check_plan_ready(
        PlanContent(goals=(GoalContent("A"),))
    )
    assert {refusal.code for refusal in found} <= set(REFUSALS)
