"""Results counted: nothing small is shown or can be worked out, intervals hold, providers are compared and not ranked."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.training import measuring, results_rules
from kotopolku.training.results_rules import (
    BELOW,
    DROPPED,
    REACHED,
    Compared,
    NotCompared,
    Participation,
    table,
    wilson,
)
from kotopolku.training.suppression import Line, hidden_cells

LIMITS = measuring.limits()
rows = st.lists(
    st.builds(
        Participation,
        provider=st.sampled_from(["1", "2", "3"]),
        track=st.sampled_from(["slow", "basic", "fast"]),
        entry=st.sampled_from(["0", "A1.1", "A2.1"]),
        schooling=st.sampled_from(["none", "higher"]),
        outcome=st.sampled_from([REACHED, BELOW, DROPPED]),
        contract=st.sampled_from(["", "K-1", "K-2"]),
        reason=st.sampled_from(["health", "family"]),
        days_to_start=st.none() | st.integers(0, 400),
        later=st.dictionaries(st.sampled_from([3, 6]), st.sampled_from(["employed", "studying", "other"])),
    ),
    max_size=60,
)
grids = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=5)


def _solvable(lines: list[Line], hidden: frozenset, cell: object) -> bool:
    """Whether what is shown gives the cell exactly: its unknown can be told from the lines alone."""
    unknown = sorted(hidden, key=repr)
    matrix = np.array(
        [
            [line.parts.count(key) - (line.whole == key) for key in unknown]
            for line in lines
            if any(key in hidden for key in (line.whole, *line.parts))
        ]
    )
    one = np.array([[key == cell for key in unknown]], dtype=float)
    rank = np.linalg.matrix_rank
    return bool(matrix.size) and rank(np.vstack([matrix, one])) == rank(matrix)


@given(grids)
@settings(max_examples=40, deadline=None)
def test_no_small_number_of_a_table_is_shown_or_follows_from_its_sums(grid: list[list[int]]) -> None:
    cells: dict[object, int] = {}
    lines = []
    for row, numbers in enumerate(grid):
        cells |= {(row, column): number for column, number in enumerate(numbers)}
        cells[row, "all"] = sum(numbers)
        lines.append(Line((row, "all"), tuple((row, column) for column in range(3))))
    for column in (0, 1, 2, "all"):
        cells["all", column] = sum(cells[row, column] for row in range(len(grid)))
        lines.append(Line(("all", column), tuple((row, column) for row in range(len(grid)))))
    lines.append(Line(("all", "all"), tuple(("all", column) for column in range(3))))
    hidden = hidden_cells(cells, lines, 5)
    assert all(number == 0 or number >= 5 for key, number in cells.items() if key not in hidden)
    assert not [key for key in hidden if _solvable(lines, hidden, key)]


def test_one_small_group_hides_another_so_that_the_sum_does_not_tell() -> None:
    cells = {"all": 40, "a": 3, "b": 10, "c": 27}
    assert hidden_cells(cells, [Line("all", ("a", "b", "c"))], 5) == {"a", "b"}


def test_small_numbers_that_could_only_be_ones_take_another_with_them() -> None:
    cells = {"all": 25, "a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 20}
    assert "f" in hidden_cells(cells, [Line("all", ("a", "b", "c", "d", "e", "f"))], 5)


@given(rows)
@settings(max_examples=15, deadline=None)
def test_a_table_of_results_shows_nobody_and_is_the_same_again(found: list[Participation]) -> None:
    made = table(found, LIMITS)
    assert made == table(list(reversed(found)), LIMITS)
    for group in (made.all, *made.groups):
        assert group.people is None or group.people == 0 or group.people >= LIMITS.smallest
        shares = [group.reached, group.dropped, *(one for pair in group.later.values() for one in pair)]
        for share in shares:
            if share is None:
                continue
            assert share.number == 0 or share.number >= LIMITS.smallest
            assert 0 <= share.low <= share.value <= share.high <= 1 or share.of == 0
    assert all(number is None or number >= LIMITS.smallest for number in made.reasons.values())
    assert [one.provider for one in made.compared] == sorted(one.provider for one in made.compared)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_stays_within_all_and_none_and_holds_its_share(one: int, other: int) -> None:
    number, of = min(one, other), max(one, other)
    low, high = wilson(number, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low <= number / of <= high


def _students(provider: str, entry: str, number: int, reached: int) -> list[Participation]:
    return [
        Participation(provider, "basic", entry, "higher", REACHED if one < reached else BELOW)
        for one in range(number)
    ]


def test_a_provider_with_weaker_beginners_is_not_held_to_be_worse() -> None:
    """Both reach as much with the same students; one has mostly beginners, so that its raw share is lower."""
    rows = [
        *_students("early", "0", 90, 27),
        *_students("early", "A2.1", 30, 24),
        *_students("late", "0", 30, 9),
        *_students("late", "A2.1", 90, 72),
    ]
    early, late = results_rules.compared(rows, LIMITS)
    assert isinstance(early, Compared)
    assert isinstance(late, Compared)
    assert abs(early.share - late.share) < 0.02
    assert not early.differs
    assert not late.differs


def test_a_provider_that_reaches_more_with_the_same_students_differs() -> None:
    rows = [*_students("a", "0", 120, 90), *_students("b", "0", 120, 40)]
    first, second = results_rules.compared(rows, LIMITS)
    assert isinstance(first, Compared)
    assert isinstance(second, Compared)
    assert first.differs
    assert second.differs
    assert first.share > first.others > second.share


def test_few_students_or_quite_other_students_are_not_compared() -> None:
    rows = [*_students("a", "0", 100, 50), *_students("b", "C1.1", 30, 15), *_students("c", "0", 8, 4)]
    why = {
        one.provider: one.why for one in results_rules.compared(rows, LIMITS) if isinstance(one, NotCompared)
    }
    assert why == {"a": "unlike", "b": "unlike", "c": "few"}
