"""Small counts stay hidden whatever the others are; ages and fingerprints."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.handover import rules

COUNTS = st.lists(st.integers(0, 60), max_size=12)


@given(COUNTS, st.integers(2, 8))
def test_no_shown_count_is_small_and_what_is_hidden_cannot_be_taken_from_the_total(
    counts: list[int], smallest: int
) -> None:
    shown = rules.shown(counts, smallest)
    assert all(number is None or number == 0 or number >= smallest for number in shown)
    hidden = [count for count, number in zip(counts, shown, strict=True) if number is None]
    if any(0 < count < smallest for count in counts):
        enough = len(hidden) >= 2 and sum(hidden) >= smallest
        assert enough or not any(number for number in shown), "all others are hidden before one is guessed"
    else:
        assert hidden == []


@given(COUNTS, st.integers(2, 8))
def test_a_shown_count_is_the_true_one(counts: list[int], smallest: int) -> None:
    for true, number in zip(counts, rules.shown(counts, smallest), strict=True):
        assert number in (true, None)


def test_a_total_behind_which_too_few_stand_is_hidden() -> None:
    assert rules.total_shown([1, 2], 5) is None
    assert rules.total_shown([], 5) == 0
    assert rules.total_shown([4, 1], 5) == 5


def test_one_is_a_year_older_on_the_birthday() -> None:
    born = date(2000, 11, 23)
    assert rules.age(born, date(2026, 11, 22)) == 25
    assert rules.age(born, date(2026, 11, 23)) == 26
    assert rules.age(None, date(2026, 11, 23)) is None


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_a_fingerprint_does_not_depend_on_the_order_of_names(facts: dict[str, int]) -> None:
    assert rules.fingerprint(facts) == rules.fingerprint(dict(reversed(facts.items())))
    assert rules.fingerprint(facts) != rules.fingerprint(facts | {"more": 1, "x": 2})
