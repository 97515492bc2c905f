"""Comparing bids: exact points, ties, warnings, what is refused, and that order, scale and rounding change no winner."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.procurement.commands import procurement
from kotopolku.procurement.evaluation import (
    FORMULAS,
    Bid,
    Contest,
    Criterion,
    EvaluationError,
    LotBids,
    digest,
    evaluate,
    formula_text,
    shown,
    worked_example,
)
from kotopolku.procurement.evaluation_input import read_input
from kotopolku.procurement.sensitivity import sensitivity

EXAMPLE: dict[str, Any] = {
    "price_weight": 40,
    "price_formula": "lowest/price",
    "criteria": [{"id": "teaching", "weight": 60, "max": 100}],
    "tie_rule": None,
    "lots": [
        {
            "id": "L1",
            "bids": [
                {"bidder": "A", "price_eur": "100000.00", "scores": {"teaching": 80}},
                {"bidder": "B", "price_eur": "125000.00", "scores": {"teaching": 90}},
            ],
        }
    ],
}


def with_bids(*bids: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return EXAMPLE | {"lots": [{"id": "L1", "bids": list(bids)}]} | changes


def bid(bidder: str, price: Any, teaching: Any = 80, **more: Any) -> dict[str, Any]:
    return {"bidder": bidder, "price_eur": price, "scores": {"teaching": teaching}, **more}


def codes(data: Any) -> set[str]:
    with pytest.raises(EvaluationError) as refused:
        evaluate(read_input(data))
    for problem in refused.value.problems:
        for lang in ("fi", "sv", "en"):
            assert "{" not in problem.text(lang)
    return {problem.code for problem in refused.value.problems}


def test_points_are_those_of_the_formula_and_rounded_only_when_shown() -> None:
    first = evaluate(read_input(EXAMPLE)).to_json()["lots"][0]
    assert first["winner"] == "A"
    assert first["tie"] is False
    assert first["warnings"] == []
    assert first["ranking"][0] == {
        "bidder": "A",
        "rank": 1,
        "points": "88.00",
        "price_points": "40.00",
        "quality_points": "48.00",
        "criteria": {"teaching": "48.00"},
    }
    assert [one["points"] for one in first["ranking"]] == ["88.00", "86.00"]


def test_a_half_of_a_hundredth_is_rounded_up_and_never_decides() -> None:
    assert [shown(Fraction(number, 1000)) for number in (12345, 12344, 12355, 5)] == [
        "12.35",
        "12.34",
        "12.36",
        "0.01",
    ]
    # Both show 100.00, but B's price is ten cents lower.
    data = with_bids(bid("A", "300000.10", 100), bid("B", "300000.00", 100))
    lot = evaluate(read_input(data)).lots[0]
    assert {shown(one.points) for one in lot.ranking} == {"100.00"}
    assert (lot.winner, lot.tie) == ("B", False)


def test_equal_bids_without_a_rule_have_no_winner() -> None:
    lot = evaluate(read_input(with_bids(bid("A", 100), bid("B", "100.00"), bid("C", 200)))).lots[0]
    assert (lot.winner, lot.tie, [one.rank for one in lot.ranking]) == (None, True, [1, 1, 3])
    assert [one.code for one in lot.warnings] == ["tie"]


@pytest.mark.parametrize(("rule", "winner"), [("lowest_price", "B"), ("highest:teaching", "A")])
def test_a_tie_is_broken_by_the_rule_of_the_call(rule: str, winner: str) -> None:
    weights = {"price_weight": 20, "criteria": [{"id": "teaching", "weight": 80, "max": 100}]}
    # A: 20 × 50/100 + 80 = 90. B: 20 + 80 × 87.5/100 = 90.
    bids = (bid("A", 100, 100), bid("B", 50, "87.5"))
    assert evaluate(read_input(with_bids(*bids, **weights))).lots[0].tie
    lot = evaluate(read_input(with_bids(*bids, **weights, tie_rule=rule))).lots[0]
    assert (lot.winner, lot.tie, lot.tie_broken_by) == (winner, False, rule)
    assert [one.rank for one in lot.ranking] == [1, 2]


def test_a_price_over_30_per_cent_under_the_median_is_a_warning_and_no_exclusion() -> None:
    lot = evaluate(read_input(with_bids(bid("A", 69), bid("B", 100), bid("C", 120)))).lots[0]
    assert [(one.code, one.params["bidder"]) for one in lot.warnings] == [("abnormally-low", "A")]
    assert lot.winner == "A"


def test_exactly_30_per_cent_or_two_bids_warn_of_nothing_and_the_share_is_a_setting() -> None:
    three = with_bids(bid("A", 70), bid("B", 100), bid("C", 120))
    assert not evaluate(read_input(three)).lots[0].warnings
    assert evaluate(read_input(three | {"abnormally_low_percent": 25})).lots[0].warnings
    assert not evaluate(read_input(with_bids(bid("A", 10), bid("B", 100)))).lots[0].warnings


def test_the_linear_formula_goes_from_full_points_to_none_between_its_bounds() -> None:
    data = with_bids(
        bid("A", 50, 0),
        bid("B", 150, 0),
        bid("C", 250, 0),
        price_formula="linear",
        price_bounds={"low": 100, "high": 200},
    )
    points = {one.bidder: shown(one.points) for one in evaluate(read_input(data)).lots[0].ranking}
    assert points == {"A": "40.00", "B": "20.00", "C": "0.00"}


def test_lowest_cost_counts_what_the_buyer_pays_besides_the_price() -> None:
    data = {
        "price_weight": 100,
        "price_formula": "lowest-cost",
        "criteria": [],
        "lots": [
            {
                "id": "L1",
                "bids": [
                    {"bidder": "A", "price_eur": 100, "costs_eur": {"rooms": "30.50"}},
                    {"bidder": "B", "price_eur": 120},
                ],
            }
        ],
    }
    assert evaluate(read_input(data)).lots[0].winner == "B"
    assert evaluate(read_input(data | {"price_formula": "cheapest"})).lots[0].winner == "A"


def test_with_a_fixed_price_quality_alone_decides() -> None:
    data = {
        "price_weight": 0,
        "price_formula": "fixed-price",
        "criteria": [{"id": "teaching", "weight": 100, "max": 5}],
        "lots": [
            {
                "id": "L1",
                "bids": [{"bidder": name, "scores": {"teaching": n}} for name, n in (("A", 3), ("B", 4))],
            }
        ],
    }
    assert evaluate(read_input(data)).to_json()["lots"][0]["ranking"][0]["points"] == "80.00"


def test_a_price_of_zero_wins_the_price_points_and_is_asked_about() -> None:
    lot = evaluate(read_input(with_bids(bid("A", 0), bid("B", 100)))).lots[0]
    assert [(one.bidder, shown(one.price_points)) for one in lot.ranking] == [("A", "40.00"), ("B", "0.00")]
    assert lot.warnings[0].code == "zero-price"


def test_a_lot_without_bids_has_no_winner() -> None:
    lot = evaluate(read_input(with_bids())).lots[0]
    assert (lot.winner, lot.tie, lot.ranking) == (None, False, ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (EXAMPLE | {"price_weight": 45}, "weights-sum"),
        (EXAMPLE | {"price_formula": "best"}, "unknown-formula"),
        (EXAMPLE | {"tie_rule": "highest:price"}, "unknown-tie-rule"),
        (EXAMPLE | {"price_formula": "linear"}, "bounds"),
        (EXAMPLE | {"price_formula": "cheapest"}, "price-only"),
        (EXAMPLE | {"price_formula": "fixed-price"}, "quality-only"),
        (EXAMPLE | {"weights": {}}, "unknown-field"),
        (with_bids(bid("A", "-1.00")), "negative-price"),
        (with_bids(bid("A", "1,00")), "not-a-number"),
        (with_bids(bid("A", True)), "not-a-number"),
        (with_bids(bid("A", "NaN")), "not-a-number"),
        (with_bids(bid("A", None)), "no-price"),
        (with_bids(bid("A", 1, None)), "missing-score"),
        (with_bids(bid("A", 1, 101)), "score-range"),
        (with_bids(bid("A", 1, -1)), "score-range"),
        (
            with_bids({"bidder": "A", "price_eur": 1, "scores": {"teaching": 1, "looks": 2}}),
            "unknown-criterion",
        ),
        (with_bids(bid("A", 1), bid("A", 2)), "duplicate"),
        (with_bids(bid("A", 1, currency="EUR"), bid("B", 1, currency="SEK")), "mixed-currency"),
        (with_bids(bid("A", 1, currency="SEK"), bid("B", 1)), "mixed-currency"),
        (EXAMPLE | {"lots": [{"id": "L1", "closed": True, "bids": [bid("A", 1)]}]}, "closed-lot"),
        (EXAMPLE | {"bids": [{"lot": "L9", **bid("A", 1)}]}, "unknown-lot"),
        ([], "not-an-object"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_named(data: Any, code: str) -> None:
    assert code in codes(data)


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    data = with_bids(bid("A", "-1"), bid("B", 5, 200), price_weight=50)
    with pytest.raises(EvaluationError) as refused:
        read_input(data)
    found = {problem.code: problem.where for problem in refused.value.problems}
    assert found == {
        "weights-sum": "criteria",
        "negative-price": "lots L1 bids A",
        "score-range": "lots L1 bids B scores teaching",
    }


def test_the_command_prints_json_and_ends_with_2_on_a_bad_file(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(EXAMPLE))
    bad.write_text(json.dumps(EXAMPLE | {"price_weight": 1}))
    done = CliRunner().invoke(procurement, ["evaluate", str(good), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["lots"][0]["winner"]) == (0, "A")
    refused = CliRunner().invoke(procurement, ["evaluate", str(bad), "--json", "--language", "fi"])
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["errors"][0]["code"] == "weights-sum"
    assert "Painojen summan on oltava 100" in refused.stderr


def test_bidders_get_a_worked_example_of_every_formula() -> None:
    quality = (Criterion("teaching", Decimal(60), Decimal(100)),)
    for name in FORMULAS:
        weight = {"cheapest": 100, "lowest-cost": 100, "fixed-price": 0}.get(name, 40)
        criteria = () if weight == 100 else (replace(quality[0], weight=Decimal(100 - weight)),)
        bounds = (Decimal(100), Decimal(200)) if name == "linear" else None
        _example, outcome = worked_example(Contest(Decimal(weight), name, criteria, bounds=bounds))
        assert len(outcome.lots[0].ranking) == 3
        assert all(formula_text(name, lang) for lang in ("fi", "sv", "en"))


# --- Whatever the bids are ---------------------------------------------------------------------------------------------

prices = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
scores = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)


@st.composite
def contests(draw: st.DrawFn, least: int = 1) -> Contest:
    count = draw(st.integers(1, 3))
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=count, max_size=count, unique=True)))
    weights = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    criteria = tuple(
        Criterion(f"c{n}", Decimal(weight), Decimal(100)) for n, weight in enumerate(weights[1:])
    )
    bids = tuple(
        Bid(f"B{n}", draw(prices), {one.id: draw(scores) for one in criteria})
        for n in range(draw(st.integers(least, 6)))
    )
    rule = draw(st.sampled_from([None, "lowest_price", "highest:c0"]))
    return Contest(Decimal(weights[0]), "lowest/price", criteria, rule, (LotBids("L1", bids),))


@given(contests(), st.randoms(use_true_random=False))
def test_the_order_of_bids_and_criteria_changes_nothing(contest: Contest, random: Any) -> None:
    bids = list(contest.lots[0].bids)
    random.shuffle(bids)
    turned = replace(contest, lots=(LotBids("L1", tuple(bids)),), criteria=contest.criteria[::-1])
    first, second = evaluate(contest).lots[0], evaluate(turned).lots[0]
    assert (first.winner, first.tie) == (second.winner, second.tie)
    assert [(one.bidder, one.rank, one.points) for one in first.ranking] == [
        (one.bidder, one.rank, one.points) for one in second.ranking
    ]
    assert digest(contest) == digest(turned)


@given(contests(), st.integers(1, 10_000))
def test_prices_in_another_unit_give_the_same_points(contest: Contest, times: int) -> None:
    bids = tuple(replace(one, price_eur=(one.price_eur or 0) * times) for one in contest.lots[0].bids)
    scaled = replace(contest, lots=(LotBids("L1", bids),))
    assert [one.points for one in evaluate(contest).lots[0].ranking] == [
        one.points for one in evaluate(scaled).lots[0].ranking
    ]


@given(contests())
def test_parts_sum_to_the_points_and_the_winner_has_the_most(contest: Contest) -> None:
    lot = evaluate(contest).lots[0]
    for one in lot.ranking:
        assert one.points == one.price_points + sum(one.criterion_points.values())
        assert 0 <= one.points <= 100
    most = max(one.points for one in lot.ranking)
    first = [one.bidder for one in lot.ranking if one.rank == 1]
    assert all(one.points == most for one in lot.ranking if one.rank == 1)
    assert (lot.winner in first) if not lot.tie else (lot.winner is None and len(first) > 1)


@given(contests())
def test_a_contest_is_the_same_after_a_way_through_json(contest: Contest) -> None:
    again = read_input(json.loads(json.dumps(contest.to_json())))
    assert digest(again) == digest(contest)
    assert evaluate(again).to_json() == evaluate(contest).to_json()


@given(contests(least=2))
def test_at_a_turning_point_the_other_bid_is_exactly_as_good(contest: Contest) -> None:
    found = sensitivity(contest, "L1")
    for shift in found.weights:
        rest = 100 - shift.weight
        factor = (100 - shift.from_weight) / rest
        weights = {"": Fraction(contest.price_weight)} | {
            one.id: Fraction(one.weight) for one in contest.criteria
        }
        moved = {
            name: shift.from_weight if name == shift.criterion else weight * factor
            for name, weight in weights.items()
        }
        totals = {}
        for one in evaluate(contest).lots[0].ranking:
            parts = {"": one.price_points, **one.criterion_points}
            totals[one.bidder] = sum(moved[name] * parts[name] / weights[name] for name in weights)
        assert totals[shift.winner_then] == totals[found.winner or ""]
        assert abs(shift.change) <= 10


def test_sensitivity_names_the_weight_and_the_score_that_would_turn_a_lot() -> None:
    found = sensitivity(read_input(EXAMPLE), "L1")
    assert not found.robust
    turned = {one.criterion: shown(one.from_weight) for one in found.weights}
    # A and B are equal where w + 0.8 (100 - w) = 0.8 w + 0.9 (100 - w), so at w = 33.33.
    assert turned == {"": "33.33", "teaching": "66.67"}
    assert [(one.bidder, shown(one.needed)) for one in found.scores] == [("B", "93.33")]
