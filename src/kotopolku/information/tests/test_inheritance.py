"""One tree out of three levels: additions, replacements, hidden pages, order, circles."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.information.inheritance import Row, Text, Tree, merged


def text(title: str, day: int = 1) -> Text:
    return Text("fi", title, updated=datetime(2026, 11, day, tzinfo=UTC))


def own(number: int, key: str, level: int = 0, parent: int | None = None, **more: Any) -> Row:
    more.setdefault("text", text(key))
    return Row(number, level, "own", None, parent, key, **more)


def variant(number: int, kind: str, of: int, level: int, title: str | None = None) -> Row:
    return Row(number, level, kind, of, None, "", text=None if title is None else text(title, number))


def titles(tree: Tree) -> list[str]:
    return [node.text.title for node in tree.roots if node.text]


def test_a_municipality_sees_the_pages_of_country_and_region_before_its_own() -> None:
    tree = merged([own(3, "kunta", 2), own(2, "alue", 1), own(1, "maa", 0)])
    assert titles(tree) == ["maa", "alue", "kunta"]


def test_additions_of_region_and_municipality_stand_under_the_national_text_in_that_order() -> None:
    tree = merged(
        [own(1, "koti"), variant(9, "addition", 1, 2, "kunnan"), variant(8, "addition", 1, 1, "alueen")]
    )
    node = tree.by_key["koti"]
    assert node.text
    assert node.text.title == "koti"
    assert [row.text.title for row in node.additions if row.text] == ["alueen", "kunnan"]


def test_a_replacement_takes_the_place_of_the_text_and_of_what_was_added_above_it() -> None:
    tree = merged(
        [
            own(1, "koti"),
            variant(2, "addition", 1, 1, "alueen lisä"),
            variant(3, "override", 1, 2, "kunnan oma"),
            variant(4, "addition", 1, 2, "kunnan lisä"),
        ]
    )
    node = tree.by_key["koti"]
    assert node.text
    assert node.text.title == "kunnan oma"
    assert node.level == 2
    assert [row.id for row in node.additions] == [4]


def test_a_replacement_without_a_text_leaves_the_page_as_it_was() -> None:
    tree = merged([own(1, "koti"), variant(2, "override", 1, 1)])
    assert titles(tree) == ["koti"]


def test_a_hidden_page_is_gone_with_everything_below_it() -> None:
    tree = merged([own(1, "koti"), own(2, "vuokra", 0, 1), own(3, "oma", 2, 2), variant(4, "hidden", 1, 1)])
    assert tree.roots == []
    assert tree.by_key == {}


def test_a_municipality_brings_back_with_its_own_text_what_its_region_hides() -> None:
    tree = merged([own(1, "koti"), variant(2, "hidden", 1, 1), variant(3, "override", 1, 2, "kunnan oma")])
    assert titles(tree) == ["kunnan oma"]


def test_children_of_a_replaced_page_stay_below_it() -> None:
    tree = merged([own(1, "koti"), variant(2, "override", 1, 1, "alueen"), own(3, "vuokra", 1, 2)])
    assert [node.key for node in tree.by_key["koti"].children] == ["vuokra"]
    assert [node.key for node in tree.above(tree.by_key["vuokra"])] == ["koti"]


def test_a_page_without_a_text_is_left_out_and_its_children_move_up() -> None:
    tree = merged([own(1, "koti", text=None), own(2, "vuokra", 0, 1)])
    assert titles(tree) == ["vuokra"]
    assert "koti" not in tree.by_key


def test_siblings_stand_in_their_order() -> None:
    tree = merged([own(1, "a", order=2), own(2, "b", order=1), own(3, "c", 1, order=0)])
    assert titles(tree) == ["b", "a", "c"]


def test_a_page_is_as_new_as_the_newest_of_its_texts() -> None:
    tree = merged([own(1, "koti"), variant(7, "addition", 1, 1, "uusi")])
    assert tree.by_key["koti"].updated == datetime(2026, 11, 7, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["own", "addition", "override", "hidden"]),
                          st.integers(0, 12), st.integers(0, 12), st.booleans()), max_size=12))  # fmt: skip
def test_no_tangle_of_parents_and_variants_ends_without_a_tree(
    drawn: list[tuple[int, str, int, int, bool]],
) -> None:
    rows = [
        Row(
            number,
            level,
            kind,
            None if kind == "own" else of,
            parent,
            f"k{number}",
            text=text("x") if told else None,
        )
        for number, (level, kind, of, parent, told) in enumerate(drawn)
    ]
    tree = merged(rows)
    shown = {node.id for node in tree.by_key.values()}
    assert shown <= {row.id for row in rows if row.kind == "own"}
    for node in tree.by_key.values():
        assert node.id not in [one.id for one in tree.above(node)]
