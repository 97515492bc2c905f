"""Ages, relations from both ends, who may act for a child, and special rules, as pure functions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.clients import deadlines
from kotopolku.clients.deadlines import Facts, PlanFacts, RepresentationFacts
from kotopolku.families import rules
from kotopolku.families.rules import Situation

unhurried = settings(max_examples=200, deadline=None)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
people = st.integers(min_value=1, max_value=9)
OLD, NEW = date(2024, 5, 2), date(2026, 11, 23)


@unhurried
@given(days, days)
def test_age_grows_by_one_on_each_birthday_and_never_shrinks(born: date, on: date) -> None:
    age = law.age_on(born, on)
    assert law.add_months(born, 12 * age) <= on < law.add_months(born, 12 * (age + 1))
    assert 0 <= law.age_on(born, on + timedelta(days=1)) - age <= 1


@unhurried
@given(days, days)
def test_a_minor_is_one_whose_age_is_under_that_of_the_law(born: date, on: date) -> None:
    of_age = law.comes_of_age(born).due
    assert of_age is not None
    assert law.is_minor(born, on) == (on < of_age) == (law.age_on(born, on) < law.rule("G1").length)


def test_one_born_on_29_february_comes_of_age_on_the_last_day_of_february() -> None:
    born = date(2008, 2, 29)
    assert law.comes_of_age(born).due == date(2026, 2, 28)
    assert not law.is_minor(born, date(2026, 2, 28))
    assert law.is_minor(born, date(2026, 2, 27))
    assert not law.is_minor(None, date(2026, 2, 27))


@pytest.mark.parametrize(
    ("born", "until", "act"),
    [
        (date(1998, 1, 1), date(2019, 1, 1), "1386/2010"),
        # 21 would be after the first wording, 25 after the second: the third says 23.
        (date(1999, 9, 1), date(2022, 9, 1), "1386/2010"),
        (date(2001, 9, 1), date(2024, 9, 1), "1386/2010"),
        (date(2003, 3, 14), date(2026, 3, 14), "681/2023"),
    ],
)
def test_support_of_the_unaccompanied_ends_at_the_age_of_the_wording_in_force(
    born: date, until: date, act: str
) -> None:
    found = law.own_support_until(born)
    assert (found.due, found.rule.act) == (until, act)


@unhurried
@given(people, people, st.sampled_from(rules.CHOICES))
def test_a_relation_says_the_same_from_whichever_end_it_was_recorded(one: int, other: int, kind: str) -> None:
    if one == other:
        other += 10
    kept = rules.stored_relation(one, other, kind)
    assert kept.kind in rules.INVERSE
    assert rules.seen_from(kept, other) == kind
    back = rules.stored_relation(other, one, rules.seen_from(kept, one))
    assert back == kept


def test_a_child_is_never_older_than_its_parent() -> None:
    older, younger = date(1980, 1, 1), date(2010, 1, 1)
    assert rules.relation_mistake("parent", older, younger) == ""
    assert rules.relation_mistake("parent", younger, older) == "younger-parent"
    assert rules.relation_mistake("child", older, younger) == "younger-parent"
    assert rules.relation_mistake("child", younger, older) == ""
    assert rules.relation_mistake("sibling", younger, older) == ""
    assert rules.relation_mistake("parent", None, older) == ""


@unhurried
@given(days, days, st.one_of(st.none(), days), days, st.sampled_from(["guardian", "representative"]))
def test_who_acts_for_a_minor_does_so_only_on_the_days_and_only_until_it_comes_of_age(
    born: date, first: date, after: date | None, on: date, why: str
) -> None:
    found = rules.acting(why, 1, born, first, after, on)
    may = first <= on and (after is None or on < after) and law.is_minor(born, on)
    assert (found is not None) == may
    if found is not None:
        assert found.until is not None
        assert on <= found.until
        assert law.is_minor(born, found.until)
        assert after is None or found.until < after


def test_a_guardian_of_one_whose_age_nobody_knows_does_not_act_but_a_representative_does() -> None:
    first = date(2026, 1, 1)
    assert rules.acting("guardian", 1, None, first, None, NEW) is None
    assert rules.acting("representative", 1, None, first, None, NEW) == rules.ActingFor(
        1, "representative", None
    )


def ids(situation: Situation, on: date) -> list[str]:
    return [rule.id for rule in rules.special_rules(situation, on)]


def test_an_unaccompanied_minor_with_a_permit_always_gets_a_plan_under_the_act_of_2010() -> None:
    minor = Situation(date(2010, 3, 14), unaccompanied=True, permits=[date(2023, 2, 1)])
    assert "minor-plan-always" in ids(minor, OLD)
    rule = next(one for one in rules.special_rules(minor, OLD) if one.id == "minor-plan-always")
    assert (rule.state, rule.citations["en"]) == ("soon", "1386/2010 § 15")
    planned = replace(minor, has_plan=True)
    assert {one.state for one in rules.special_rules(planned, OLD)} == {"now"}
    assert "minor-plan" in ids(replace(minor, permits=[]), OLD)
    assert "minor-ordinary-plan" in ids(minor, NEW)
    assert "minor-plan-always" not in ids(minor, NEW)


def test_the_young_have_a_goal_of_their_own_under_the_act_of_2023_only() -> None:
    young = Situation(date(2004, 6, 1))
    assert ids(young, OLD) == []
    assert ids(young, NEW) == ["under-25"]
    assert ids(replace(young, has_plan=True), NEW) == ["under-25", "study-under-25"]
    assert ids(Situation(date(2001, 11, 24)), NEW) == ["under-25"]
    assert ids(Situation(date(2001, 11, 23)), NEW) == []


def test_trafficking_second_permit_and_return_each_bring_their_rule() -> None:
    adult = Situation(date(1980, 1, 1))
    assert ids(adult, NEW) == []
    victim = replace(adult, trafficking_victim=True)
    assert ids(victim, NEW) == ["trafficking-victim", "trafficking-group"]
    assert ids(replace(adult, permits=[date(2024, 1, 1), date(2026, 1, 1)]), NEW) == ["first-permit"]
    assert ids(replace(adult, permits=[date(2024, 1, 1), date(2027, 1, 1)]), NEW) == []
    back = replace(adult, earlier_relationships=1)
    [rule] = rules.special_rules(back, NEW)
    assert (rule.id, rule.state, rule.certainty) == ("returning", "soon", "uncertain")
    assert rules.special_rules(replace(back, earlier_judged=False), NEW)[0].state == "now"


@unhurried
@given(
    st.one_of(st.none(), days),
    st.booleans(),
    st.booleans(),
    st.lists(days, max_size=3),
    st.integers(0, 2),
    st.dates(min_value=date(2011, 9, 1), max_value=date(2040, 12, 31)),
)
def test_every_special_rule_of_any_case_speaks_three_languages_with_its_section(
    born: date | None, unaccompanied: bool, victim: bool, permits: list[date], earlier: int, on: date
) -> None:
    situation = Situation(born, unaccompanied, victim, sorted(permits), earlier_relationships=earlier)
    for rule in rules.special_rules(situation, on):
        assert set(rule.texts) == set(rule.citations) == set(law.LANGUAGES)
        assert all("§" in text for text in rule.citations.values())
        assert rule.until is None or rule.until >= on


def test_a_familys_plan_is_in_force_only_while_the_act_of_2010_is() -> None:
    made = date(2024, 3, 1)
    assert rules.family_plan_is_open(made, None, date(2024, 12, 31))
    assert not rules.family_plan_is_open(made, None, date(2025, 1, 1))
    assert not rules.family_plan_is_open(made, date(2024, 6, 1), date(2024, 6, 1))


# --- Clocks ----------------------------------------------------------------------------------------------------------

CHILD = Facts(started_on=date(2026, 1, 12), who="municipality", born=date(2010, 3, 14))


def due(facts: Facts, rule: str) -> list[tuple[date, date | None, date | None, bool]]:
    return [
        (clock.opens_on, clock.due, clock.closed_on, clock.lapsed)
        for clock in deadlines.clocks(facts)
        if clock.rule == rule
    ]


def test_a_minor_has_a_clock_of_coming_of_age_that_ends_by_itself_on_the_birthday() -> None:
    assert due(CHILD, "G1") == [(date(2026, 1, 12), date(2028, 3, 14), date(2028, 3, 14), True)]
    assert due(replace(CHILD, born=date(2000, 1, 1)), "G1") == []
    assert due(CHILD, "U1") == []
    alone = replace(CHILD, unaccompanied=True)
    assert due(alone, "U1") == [(date(2026, 1, 12), date(2033, 3, 14), date(2033, 3, 14), True)]


def test_the_representatives_end_is_our_own_reminder_before_the_last_day_or_the_birthday() -> None:
    task = RepresentationFacts(date(2026, 2, 2))
    facts = replace(CHILD, representations=(task,))
    assert due(facts, "O-REP") == [(date(2028, 1, 17), date(2028, 3, 13), None, False)]
    [clock] = [one for one in deadlines.clocks(facts) if one.rule == "O-REP"]
    assert clock.own
    assert any("comes of age" in text for text, _ in law.Explanation.from_json(clock.explanation).lines("en"))
    set_day = replace(task, until=date(2027, 1, 5))
    assert due(replace(CHILD, representations=(set_day,)), "O-REP") == [
        (date(2026, 11, 10), date(2027, 1, 5), None, False)
    ]


def test_the_reminder_stops_when_another_follows_or_the_end_is_settled() -> None:
    first = RepresentationFacts(date(2026, 2, 2), date(2027, 1, 5))
    second = RepresentationFacts(date(2026, 12, 20))
    found = due(replace(CHILD, representations=(first, second)), "O-REP")
    assert found[0] == (date(2026, 11, 10), date(2027, 1, 5), date(2026, 12, 20), False)
    settled = replace(first, settled_on=date(2026, 12, 1))
    assert due(replace(CHILD, representations=(settled,)), "O-REP")[0][2] == date(2026, 12, 1)
    early = replace(first, settled_on=date(2026, 3, 1))
    assert due(replace(CHILD, representations=(early,)), "O-REP") == []


def test_the_clock_of_the_young_begins_with_a_plan_under_the_act_of_2023() -> None:
    plan = PlanFacts(1, drafted_on=date(2026, 2, 1), made_on=date(2026, 2, 2))
    facts = replace(CHILD, plans=(plan,))
    assert due(facts, "Y1") == [(date(2026, 2, 2), date(2035, 3, 14), date(2035, 3, 14), True)]
    assert due(replace(facts, plans=(replace(plan, made_on=date(2024, 2, 2)),)), "Y1") == []


def test_a_second_permit_does_not_start_the_three_years_again_and_the_reasons_say_so() -> None:
    facts = Facts(
        started_on=date(2026, 1, 12),
        who="municipality",
        first_permit_on=date(2025, 3, 3),
        later_permit_on=date(2026, 1, 2),
    )
    [clock] = [one for one in deadlines.clocks(facts) if one.rule == "A3"]
    assert clock.due == date(2028, 3, 3)
    texts = [text for text, _source in law.Explanation.from_json(clock.explanation).lines("en")]
    assert any("2 January 2026" in text and "first one counts" in text for text in texts)


def test_earlier_plans_that_count_begin_the_longest_time_and_leave_no_first_plan() -> None:
    before = PlanFacts(7, date(2025, 2, 1), date(2025, 2, 3), date(2025, 2, 3), ended_on=date(2025, 9, 1))
    now = PlanFacts(8, date(2026, 2, 1), date(2026, 2, 2))
    facts = Facts(started_on=date(2026, 1, 12), who="municipality", plans=(now,))
    assert due(facts, "D3")[0][:2] == (date(2026, 2, 2), date(2028, 2, 2))
    counted = replace(facts, earlier_plans=(before,))
    assert due(counted, "D3")[0][:2] == (date(2025, 2, 3), date(2027, 2, 3))
    assert due(counted, "D1") == []


@unhurried
@given(days, days, st.booleans(), st.lists(st.tuples(days, st.one_of(st.none(), days)), max_size=3))
def test_clocks_of_ages_and_representatives_are_explained_and_in_order(
    born: date, started: date, unaccompanied: bool, tasks: list[tuple[date, date | None]]
) -> None:
    facts = Facts(
        started_on=max(started, date(2011, 9, 1)),
        who="municipality",
        born=born,
        unaccompanied=unaccompanied,
        representations=tuple(
            RepresentationFacts(first, until) for first, until in sorted(tasks, key=lambda task: task[0])
        ),
    )
    found = deadlines.clocks(facts)
    assert len({clock.key for clock in found}) == len(found)
    for clock in found:
        if clock.rule in ("G1", "U1", "Y1", "O-REP"):
            assert clock.nominal is not None
            assert clock.opens_on < clock.nominal == clock.due
            assert law.Explanation.from_json(clock.explanation).lines("fi")
