"""Days around an award counted by hand, and what always holds of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.procurement import award_rules as rules
from kotopolku.procurement.award_rules import AwardFacts, Told

FRIDAY = date(2026, 11, 27)
days = st.dates(date(2018, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("received", "kind", "last", "earliest"),
    [
        (FRIDAY, "full", date(2026, 12, 11), date(2026, 12, 12)),
        (FRIDAY, "mini-competition", date(2026, 12, 7), date(2026, 12, 8)),
        (date(2026, 12, 21), "full", date(2027, 1, 4), date(2027, 1, 5)),
        # The last day is Christmas Eve, a Thursday: the next working day is Monday 28 December.
        (date(2026, 12, 10), "full", date(2026, 12, 24), date(2026, 12, 28)),
        # Midsummer Eve.
        (date(2021, 6, 11), "full", date(2021, 6, 25), date(2021, 6, 28)),
        # A Saturday; Epiphany on a Wednesday; 1 May on a Saturday.
        (date(2026, 11, 28), "full", date(2026, 12, 12), date(2026, 12, 14)),
        (date(2026, 12, 23), "full", date(2027, 1, 6), date(2027, 1, 7)),
        (date(2027, 4, 17), "full", date(2027, 5, 1), date(2027, 5, 3)),
    ],
)
def test_the_standstill_counted_by_hand(received: date, kind: str, last: date, earliest: date) -> None:
    found = rules.standstill(received, kind)
    assert (found.last_day, found.earliest) == (last, earliest)
    assert found.moved == bool(found.day_off)


@given(days)
def test_the_whole_standstill_passes_before_the_contract(received: date) -> None:
    found = rules.standstill(received)
    assert found.earliest > received + timedelta(days=14)
    if law.is_working_day(found.last_day):
        assert found.earliest == found.last_day + timedelta(days=1)
    else:
        assert law.is_working_day(found.earliest)
    assert rules.standstill(received, "mini-competition").earliest <= found.earliest
    assert found.earliest >= rules.appeal_until(received)


def test_a_letter_is_received_on_the_seventh_day_and_a_message_at_once() -> None:
    assert rules.deemed_received(FRIDAY, "electronic") == FRIDAY
    assert rules.deemed_received(FRIDAY, "letter") == date(2026, 12, 4)


def test_the_standstill_runs_from_the_last_bidder_to_receive_and_not_before_all_are_told() -> None:
    told = (Told(FRIDAY), Told(date(2026, 12, 4)))
    facts = AwardFacts(decided=True, decided_on=FRIDAY, told=told)
    assert rules.earliest_contract(facts) == date(2026, 12, 19)
    waiting = AwardFacts(decided=True, decided_on=FRIDAY, told=(*told, Told(None)))
    assert rules.earliest_contract(waiting) is None
    assert [one.code for one in rules.contract_refusals(waiting, date(2027, 6, 1))] == ["not-told"]


def test_each_obstacle_bars_the_contract_by_itself() -> None:
    def codes(on: date, **facts: object) -> list[str]:
        known = {"decided": True, "decided_on": FRIDAY, "told": (Told(FRIDAY),)}
        return [one.code for one in rules.contract_refusals(AwardFacts(**(known | facts)), on)]  # type: ignore[arg-type]

    late = date(2027, 3, 1)
    assert codes(date(2026, 12, 11)) == ["standstill"]
    assert codes(date(2026, 12, 12)) == []
    assert codes(FRIDAY, standstill="") == []
    assert codes(late, decided=False) == ["no-decision"]
    assert codes(late, discontinued=True) == ["discontinued"]
    assert codes(late, appeals_pending=1) == ["appeal"]
    assert codes(late, corrections_pending=1) == ["correction"]
    assert codes(late, extracts_seen=False) == ["extracts"]


def test_a_correction_can_be_asked_for_fourteen_days_and_taken_up_for_ninety() -> None:
    assert rules.correction_until(FRIDAY) == date(2026, 12, 11)
    assert rules.correction_until(FRIDAY, by_authority=True) == date(2027, 2, 25)
    assert rules.award_notice_due(date(2027, 1, 5)) == date(2027, 2, 4)


def test_an_extract_older_than_a_year_is_not_sound() -> None:
    assert rules.extract_sound(date(2025, 11, 27), FRIDAY)
    assert not rules.extract_sound(date(2025, 11, 26), FRIDAY)
    assert not rules.extract_sound(FRIDAY + timedelta(days=1), FRIDAY)


def test_bids_become_public_with_the_contract_and_business_secrets_never() -> None:
    known = {"published_on": date(2026, 9, 1), "decided_on": FRIDAY}
    assert rules.public_on("documents", **known) == date(2026, 9, 1)
    assert rules.public_on("decision", **known) == FRIDAY
    assert rules.public_on("bid", **known) is None
    assert rules.public_on("comparison", **known, contract_on=date(2027, 1, 5)) == date(2027, 1, 5)
    assert rules.public_on("bid", **known, contract_on=date(2027, 1, 5), secret=True) is None
    assert rules.public_on("extract", **known, contract_on=date(2027, 1, 5)) is None


def test_a_spread_over_a_fifth_asks_for_a_talk() -> None:
    on = FRIDAY
    assert rules.asks_for_talk([Decimal(60), Decimal(84)], Decimal(100), on)
    assert not rules.asks_for_talk([Decimal(60), Decimal(80)], Decimal(100), on)
    assert not rules.asks_for_talk([], Decimal(100), on)
    assert rules.middle([Decimal(60), Decimal(84), Decimal(84)]) == Decimal("76.00")
