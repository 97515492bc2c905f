"""Templates of procedures: each hangs together, thresholds and minimum times come from the rules of the starting day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.procurement import eforms, rules
from kotopolku.procurement.rules import Purchase, Timetable, Value

DAY = date(2026, 3, 2)
EVERY = rules.procedures()


def codes(procedure: str, timetable: Timetable, started_on: date = DAY) -> dict[str, str]:
    found = rules.check_timetable(procedure, timetable, started_on)
    for one in found:
        assert all("{" not in one.text(lang) for lang in ("fi", "sv", "en"))
        assert one.severity != "law" or one.code == "order" or "1397/2016" in one.citation("fi")
    return {one.code: one.severity for one in found}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_every_template_names_rules_notices_and_texts_that_exist(one: rules.Procedure) -> None:
    for lang in ("fi", "sv", "en"):
        assert one.name(lang)
        assert one.text(lang)
        assert all(step.name(lang) for step in one.steps)
    assert set(one.notices.values()) <= set(eforms.subtypes())
    for target in (one.bids_law, one.bids_own, one.longest, one.first_limit):
        rule_id, _, key = target.partition(":")
        assert not target or key in ("", *law.rule(rule_id).other_amounts)
    assert one.steps[0].id == "draft"
    assert ("standstill" in [step.id for step in one.steps]) == bool(one.standstill)


def test_a_threshold_is_met_by_the_value_with_options_and_extensions() -> None:
    bare, whole = Value(Decimal(250_000)), Value(Decimal(250_000), Decimal(100_000), Decimal(50_000))
    assert not rules.check_procedure("below-threshold", bare, DAY)
    [found] = rules.check_procedure("below-threshold", whole, DAY)
    assert (found.code, found.severity) == ("over-threshold", "law")
    assert "400 000 €" in found.text("fi").replace("\xa0", " ")
    assert not rules.check_procedure("annex-e", whole, DAY)


def test_thresholds_are_those_of_the_day_on_which_the_procedure_started() -> None:
    value = Value(Decimal(215_500))
    assert [one.code for one in rules.check_procedure("eu-open", value, date(2024, 5, 2))] == [
        "under-threshold"
    ]
    assert rules.check_procedure("eu-open", value, date(2023, 5, 2)) == []
    [found] = rules.check_procedure("annex-e", value, date(2016, 5, 2))
    assert (found.code, found.severity) == ("not-in-force", "law")


def test_a_timetable_is_held_to_the_acts_minimum_where_there_is_one_and_else_only_warned() -> None:
    short = Timetable(published_on=DAY, bids_by=DAY + timedelta(29))
    assert codes("eu-open", short) == {"bids-too-early": "law"}
    assert codes("annex-e", short) == {"bids-too-early": "own"}
    assert codes("annex-e", Timetable(published_on=DAY, bids_by=DAY + timedelta(30))) == {}


def test_a_contract_inside_the_standstill_and_a_framework_of_five_years_are_refused() -> None:
    # Decided Friday 27 November 2026: 14 days end on 11 December, the contract can be made on the 12th.
    late = Timetable(decision_on=date(2026, 11, 27), contract_on=date(2026, 12, 11))
    assert codes("annex-e", late) == {"contract-too-early": "law"}
    long = Timetable(starts_on=date(2027, 1, 1), ends_on=date(2031, 12, 31))
    assert codes("framework-one", long) == {"framework-too-long": "law"}
    assert codes("framework-one", Timetable(starts_on=date(2027, 1, 1), ends_on=date(2030, 12, 31))) == {}


def test_days_out_of_order_and_a_deadline_on_a_sunday_are_found() -> None:
    turned = Timetable(published_on=DAY, questions_by=DAY + timedelta(8), bids_by=DAY + timedelta(7))
    assert codes("direct-award", turned)["order"] == "law"
    assert codes("direct-award", Timetable(bids_by=date(2026, 3, 29))) == {"day-off": "warning"}


def test_alike_purchases_that_together_reach_the_threshold_are_warned_of() -> None:
    this = Purchase("2026-002", "80400000-8", Decimal(250_000), DAY)
    other = Purchase("2026-001", "80430000-7", Decimal(150_000), DAY - timedelta(200))
    found = rules.splitting(this, [this, other], DAY)
    assert found is not None
    assert (found.severity, found.params["number"], found.params["sum"]) == ("warning", 2, Decimal(400_000))
    old = Purchase("2025-001", other.cpv, other.value_eur, DAY - timedelta(400))
    unlike = Purchase("2026-003", "90910000-9", other.value_eur, DAY)
    assert rules.splitting(this, [old, unlike], DAY) is None


@given(st.integers(0, 90), st.integers(0, 90), st.sampled_from([one.id for one in EVERY]))
def test_a_longer_time_never_finds_more(days: int, more: int, procedure: str) -> None:
    first = rules.check_timetable(procedure, Timetable(published_on=DAY, bids_by=DAY + timedelta(days)), DAY)
    longer = Timetable(published_on=DAY, bids_by=DAY + timedelta(days + more))
    later = rules.check_timetable(procedure, longer, DAY)
    assert {one.code for one in later} - {"day-off"} <= {one.code for one in first}


def test_procedures_differ_in_notices_papers_time_for_bids_and_standstill() -> None:
    asked = {
        one.id: (
            one.notices.get("tender") or one.notices.get("direct"),
            rules.least_days_for_bids(one, DAY),
            rules.standstill_days(one, DAY),
            one.is_noticed,
        )
        for one in rules.procedures(DAY)
    }
    assert asked["annex-e"] == (20, (30, False), 14, True)
    assert asked["eu-open"] == (16, (30, True), 14, True)
    assert asked["dynamic-system"] == (16, None, 0, True)
    assert asked["dynamic-purchase"] == (None, (10, True), 10, False)
    assert asked["direct-award"] == (25, None, 14, True)
    assert asked["call-off"] == (None, None, 0, False)
    assert asked["mini-competition"][2:] == (10, False)
    assert asked["below-threshold"][2:] == (0, False)
    papers = {
        one.id: {paper.id for paper in one.documents if paper.required} for one in rules.procedures(DAY)
    }
    assert "declaration" in papers["eu-open"] - papers["annex-e"]
    assert "framework" in papers["framework-one"] & papers["framework-several"]
    assert papers["direct-award"] == {"grounds"}
