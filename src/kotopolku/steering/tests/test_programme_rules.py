"""Rules of the State's programme: its period, its tree, what it lacks, differences of versions."""

from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law, worddiff
from kotopolku.steering import differences
from kotopolku.steering import rules_programme as rules
from kotopolku.steering.rules_programme import Lack, Node, Written

FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
TREE = [
    Node(1, None, "goal", "1", 1),
    Node(2, 1, "line", "1.1", 1),
    Node(3, 1, "line", "1.2", 2),
    Node(4, 2, "measure", "1.1.1", 1),
    Node(5, None, "goal", "2", 2),
]


def test_a_programme_lasts_four_years_under_either_act() -> None:
    assert rules.last_day_of(date(2024, 1, 1)) == date(2027, 12, 31)
    assert rules.last_day_of(date(2028, 1, 1)) == date(2031, 12, 31)
    assert rules.period_rule(date(2024, 1, 1)).act == "1386/2010"
    assert rules.period_rule(date(2025, 1, 1)).act == "681/2023"
    with pytest.raises(law.RuleNotInForce):
        rules.last_day_of(date(2005, 1, 1))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("681/2023 § 26", True),
        ("1386/2010 § 34.2", True),
        ("301/2004 § 72b", True),
        ("§ 26", False),
        ("", False),
    ],
)
def test_a_section_is_named_with_its_act(text: str, right: bool) -> None:
    assert rules.is_section(text) is right


@pytest.mark.parametrize(
    ("text", "right"), [("2", True), ("2.3", True), ("A.1", True), ("2.", False), ("2 3", False), ("", False)]
)
def test_a_number_has_parts_with_dots_between(text: str, right: bool) -> None:
    assert rules.is_code(text) is right


def test_a_tree_is_read_goal_by_goal() -> None:
    assert [(one.id, one.depth) for one in rules.in_order(TREE)] == [(1, 0), (2, 1), (4, 2), (3, 1), (5, 0)]
    assert [one.id for one in rules.in_order(TREE) if one.last] == [4, 3, 5]


def test_a_line_is_never_under_itself() -> None:
    assert rules.under_itself(TREE, 2, 2)
    assert rules.under_itself(TREE, 1, 4)
    assert not rules.under_itself(TREE, 2, 5)
    assert not rules.under_itself(TREE, 2, None)


def test_what_may_stand_under_what() -> None:
    assert rules.may_stand_under("goal", "")
    assert not rules.may_stand_under("goal", "goal")
    assert rules.may_stand_under("line", "line")
    assert not rules.may_stand_under("line", "")
    assert not rules.may_stand_under("measure", "measure")


def test_depth_and_height() -> None:
    assert rules.depth_of(TREE, None) == 0
    assert rules.depth_of(TREE, 4) == 3
    assert rules.height_of(TREE, 1) == 3
    assert rules.height_of(TREE, 5) == 1
    assert sorted(rules.beneath(TREE, 1)) == [2, 3, 4]


@given(st.lists(st.integers(), unique=True, min_size=1), st.data())
def test_placing_keeps_every_sibling_once(siblings: list[int], data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(siblings))
    place = data.draw(st.integers(min_value=-3, max_value=len(siblings) + 3))
    wanted = rules.placed_among(siblings, line, place)
    assert sorted(wanted) == sorted(siblings)
    assert [one for one in wanted if one != line] == [one for one in siblings if one != line]
    if 1 <= place <= len(siblings):
        assert wanted.index(line) == place - 1


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=30))
def test_moving_without_rings_keeps_every_line_in_the_tree(parents: list[int]) -> None:
    nodes = [Node(1, None, "goal", "1", 1)]
    for number, parent in enumerate(parents, start=2):
        nodes.append(Node(number, 1 + parent % (number - 1), "line", str(number), number))
    moved, target = nodes[-1].id, nodes[0].id
    if not rules.under_itself(nodes, moved, target):
        nodes = [
            Node(one.id, target if one.id == moved else one.parent, one.kind, one.code, one.order)
            for one in nodes
        ]
    assert len(rules.in_order(nodes)) == len(nodes)


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_outside_is_told_by_every_day(first: date, last: date, of_first: date, of_last: date) -> None:
    if first <= last and of_first <= of_last:
        inside = of_first <= first and last <= of_last
        assert rules.outside(first, last, of_first, of_last) is not inside


def written(node: Node, **changes: object) -> Written:
    values: dict[str, object] = {
        "node": node,
        "title": {"fi": "A", "sv": "B"},
        "text": {"fi": "A", "sv": "B"},
        "section": "681/2023 § 26" if node.kind == "goal" else "",
        "has_who": True,
        "indicators": 1,
        "first_day": FIRST,
        "last_day": LAST,
    }
    return Written(**(values | changes))  # type: ignore[arg-type]


NAMES = {"fi": "Ohjelma", "sv": "Program"}


def test_a_complete_programme_lacks_nothing() -> None:
    lines = [written(node) for node in TREE[:4]]
    assert rules.lacks(NAMES, lines, FIRST, LAST) == []


def test_everything_that_is_lacking_is_told_in_reading_order() -> None:
    lines = [
        written(TREE[0], section="", indicators=0),
        written(TREE[1], has_who=False, section="681/2023 § 30"),
        written(TREE[3], title={"fi": "A"}, text={"fi": "A", "sv": " "}),
        written(TREE[4], last_day=date(2028, 1, 1)),
    ]
    assert rules.lacks({"fi": "Ohjelma"}, lines, FIRST, LAST) == [
        Lack(None, "", "name", "sv"),
        Lack(1, "1", "indicator"),
        Lack(1, "1", "section"),
        Lack(2, "1.1", "who"),
        Lack(4, "1.1.1", "title", "sv"),
        Lack(4, "1.1.1", "text", "sv"),
        Lack(5, "2", "lines"),
        Lack(5, "2", "period"),
    ]


def test_an_empty_programme_lacks_goals() -> None:
    assert rules.lacks(NAMES, [], FIRST, LAST) == [Lack(None, "", "goals")]


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40), st.booleans())
def test_pieces_say_both_versions_word_by_word(before: str, after: str, are_long: bool) -> None:
    with patch.object(worddiff, "MOST_PAIRS", 4 if are_long else worddiff.MOST_PAIRS):
        pieces = worddiff.pieces(before, after)
    new = "".join(one.words for one in pieces if one.state != worddiff.REMOVED)
    assert new == after
    old = "".join(one.words for one in pieces if one.state != worddiff.ADDED)
    assert "".join(old.split()) == "".join(before.split())


def test_changes_are_told_by_field_and_language() -> None:
    before = {"title": {"fi": "Vanha nimi"}, "text": {}, "facts": {"code": "1", "indicators": ["a"]}}
    after = {
        "title": {"fi": "Uusi nimi"},
        "text": {"sv": "Text"},
        "facts": {"code": "1", "indicators": ["a", "b"]},
    }
    found = differences.changes(before, after)
    assert [(one.field, one.language) for one in found] == [
        ("title", "fi"),
        ("text", "sv"),
        ("indicators", ""),
    ]
    assert differences.changes(after, after) == ()
