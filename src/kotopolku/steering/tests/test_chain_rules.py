"""Counting the chain and drawing it."""

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.steering.chain_rules import (
    APART,
    HIGH,
    LETTERS,
    MOST_BOXES,
    GoalTied,
    Node,
    Stage,
    counts,
    picture,
    wrapped,
)

TIES = st.lists(
    st.builds(
        GoalTied,
        st.one_of(st.none(), st.integers(1, 3)),
        st.integers(1, 8),
        st.sampled_from(["091", "092", "049"]),
        st.sampled_from(["", "on", "off"]),
    ),
    max_size=40,
)


def test_a_goal_of_two_municipalities_counts_once_for_its_line() -> None:
    found = counts(
        [GoalTied(1, 10, "092", "on"), GoalTied(1, 10, "091", "on"), GoalTied(1, 11, "092", "off")],
        ["091", "092", "049"],
    )
    line = found.lines[1]
    assert (line.goals, line.municipalities, line.on("on"), line.on("off")) == (2, 2, 1, 1)
    assert (found.goals, found.untied, found.without) == (2, 0, ("049",))


def test_a_goal_without_a_line_is_counted_apart() -> None:
    found = counts([GoalTied(None, 10, "092"), GoalTied(None, 11, "092"), GoalTied(1, 11, "092")], ["092"])
    assert (found.untied, found.goals) == (1, 2)


@given(TIES)
def test_counts_agree_with_each_other(ties: list[GoalTied]) -> None:
    found = counts(ties, ["091", "092", "049"])
    assert found.goals == len({one.goal for one in ties})
    for line, count in found.lines.items():
        assert count.goals == len({one.goal for one in ties if one.line == line})
        assert sum((count.tracks or {}).values()) == count.goals
        assert count.municipalities <= 3
    assert set(found.without) == {"091", "092", "049"} - {one.municipality for one in ties}


@given(st.text(max_size=200))
def test_wrapped_words_fit_their_box_and_lose_nothing_without_saying(words: str) -> None:
    lines = wrapped(words)
    assert len(lines) <= 2
    assert all(0 < len(line) <= LETTERS for line in lines)
    plain = " ".join(words.split())
    assert "".join(lines).replace(" ", "") == plain.replace(" ", "") or lines[-1].endswith("…")


@given(st.lists(st.integers(0, MOST_BOXES + 4), min_size=1, max_size=6))
def test_no_two_boxes_lie_on_each_other_and_all_are_inside(sizes: list[int]) -> None:
    stages = [
        Stage("x", tuple(Node(f"{number}-{one}", "words", after=(f"{number - 1}-0",)) for one in range(size)))
        for number, size in enumerate(sizes)
    ]
    more = ["more" if size > MOST_BOXES else "" for size in sizes]
    drawn = picture(stages, more)
    places = [(box.x, box.y) for box in drawn.boxes]
    assert (
        len(set(places)) == len(places) == sum(min(size, MOST_BOXES) + (size > MOST_BOXES) for size in sizes)
    )
    for x, y in places:
        assert 0 <= x <= drawn.width
        assert 0 <= y <= drawn.height - HIGH
        assert not any(x == other and abs(y - level) < HIGH + APART and y != level for other, level in places)
    assert len(drawn.curves) == sum(
        min(size, MOST_BOXES) for number, size in enumerate(sizes) if number and sizes[number - 1]
    )
