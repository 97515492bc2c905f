"""Places among siblings, cycles and staleness, as numbers."""

from hypothesis import given
from hypothesis import strategies as some

from kotopolku.information.page_rules import (
    STEP,
    VersionMark,
    is_stale,
    leads_to_itself,
    major_number,
    order_between,
)


def test_a_page_cannot_stand_under_its_own_child() -> None:
    parents = {1: None, 2: 1, 3: 2}
    assert leads_to_itself(1, 3, parents)
    assert not leads_to_itself(3, 1, parents)


def test_a_tree_that_is_tangled_already_is_not_walked_for_ever() -> None:
    assert leads_to_itself(9, 1, {1: 2, 2: 1})


def test_between_neighbours_without_room_the_siblings_are_numbered_anew() -> None:
    assert order_between(4, 5) is None
    assert order_between(4, 6) == 5
    assert order_between(None, None) == STEP


@given(some.integers(0, 10**6), some.integers(0, 10**6))
def test_an_order_between_two_is_between_them(one: int, other: int) -> None:
    low, high = sorted((one, other))
    found = order_between(low, high)
    assert found is None or low < found < high


def test_a_minor_edit_after_a_change_that_counts_leaves_the_change_the_newest_that_counts() -> None:
    marks = [VersionMark(2, False), VersionMark(3, True)]
    assert major_number(marks, 1, 3, 1) == 2


def test_minor_edits_alone_change_nothing_for_translations() -> None:
    assert major_number([VersionMark(2, True), VersionMark(3, True)], 1, 3, 1) == 1


def test_the_first_publication_counts_even_when_it_was_called_minor() -> None:
    assert major_number([VersionMark(1, True)], 0, 1, 0) == 1


@given(some.lists(some.booleans(), min_size=1, max_size=12), some.integers(1, 12))
def test_a_translation_is_stale_exactly_when_a_change_that_counts_was_published_after_it(
    minors: list[bool], made_from: int
) -> None:
    """Each version is published as it is written; the first always counts."""
    known = 0
    for number, minor in enumerate(minors, start=1):
        known = major_number([VersionMark(number, minor)], number - 1, number, known)
    counting = [1] + [number for number, minor in enumerate(minors, start=1) if not minor]
    assert is_stale(made_from, known) == (max(counting) > made_from)


def test_a_text_written_by_itself_is_never_stale() -> None:
    assert not is_stale(None, 7)
