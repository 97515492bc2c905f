"""What changed between two versions, and one text made of two that clash."""

from typing import Any

from kotopolku.information import clash
from kotopolku.information.differences import Content, differences
from kotopolku.worddiff import Piece, pieces


def block(identifier: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": "text", "text": text, **more}


def test_words_are_compared_one_by_one() -> None:
    assert pieces("Soita maanantaina numeroon 1", "Soita tiistaina numeroon 1") == (
        Piece("same", "Soita"),
        Piece("removed", " maanantaina"),
        Piece("added", " tiistaina"),
        Piece("same", " numeroon 1"),
    )


def test_signs_without_spaces_between_words_are_compared_one_by_one() -> None:
    assert pieces("我们今天开门", "我们明天开门") == (
        Piece("same", "我们"),
        Piece("removed", "今"),
        Piece("added", "明"),
        Piece("same", "天开门"),
    )


def test_two_equal_versions_have_no_difference() -> None:
    one = Content("A", "B", [block("a", "x")])
    assert differences(one, one) == []


def test_a_block_added_removed_moved_and_changed_is_told_apart() -> None:
    old = Content("A", "", [block("a", "one"), block("b", "two"), block("c", "three"), block("d", "four")])
    new = Content(
        "A", "", [block("c", "three"), block("a", "one"), block("e", "new"), block("d", "four now")]
    )
    found = [(one.state, one.number, one.moved) for one in differences(old, new)]
    assert ("removed", 2, False) in found
    assert ("added", 3, False) in found
    assert ("changed", 4, False) in found
    assert [state for state, _number, _moved in found].count("moved") == 1


def test_a_changed_title_and_a_changed_step_are_named() -> None:
    steps = {"id": "s", "kind": "steps", "items": [{"title": "Go", "text": ""}]}
    later = {"id": "s", "kind": "steps", "items": [{"title": "Go", "text": ""}, {"title": "Ask", "text": ""}]}
    found = differences(Content("A", "", [steps]), Content("B", "", [later]))
    assert [[one.name for one in change.fields] for change in found] == [["title"], ["item-2"]]


def test_a_long_text_is_compared_in_reasonable_time() -> None:
    before = " ".join(f"sana{n % 900}" for n in range(3_000))
    after = before.replace("sana450", "toinen")
    assert any(one.state == "added" for one in pieces(before, after))


def test_a_clash_lists_every_difference_and_what_only_one_has() -> None:
    mine = {"title": "Mine", "summary": "", "blocks": [block("a", "x"), block("m", "only mine")]}
    theirs = {"title": "Theirs", "summary": "", "blocks": [block("a", "y"), block("t", "only theirs")]}
    assert [row.path for row in clash.rows(mine, theirs)] == ["title", "block-a", "block-m", "block-t"]


def test_an_empty_field_and_a_missing_one_do_not_clash() -> None:
    mine = {"title": "A", "summary": "", "blocks": [block("a", "x", heading="", target="3")]}
    theirs = {"title": "A", "summary": "", "blocks": [block("a", "x", target=3)]}
    assert clash.rows(mine, theirs) == []


def test_one_text_is_made_of_what_was_chosen_and_nothing_else_is_lost() -> None:
    mine = {"title": "Mine", "summary": "S", "blocks": [block("a", "x"), block("m", "only mine")]}
    theirs = {"title": "Theirs", "summary": "T", "blocks": [block("t", "only theirs"), block("a", "y")]}
    made = clash.merge(mine, theirs, {"title", "block-t"})
    assert (made["title"], made["summary"]) == ("Theirs", "S")
    assert [one["text"] for one in made["blocks"]] == ["only theirs", "x", "only mine"]
    made = clash.merge(mine, theirs, {"block-a", "block-m"})
    assert [one["text"] for one in made["blocks"]] == ["y"]


def test_the_order_of_theirs_can_be_taken() -> None:
    mine = {"title": "A", "summary": "", "blocks": [block("a", "1"), block("b", "2")]}
    theirs = {"title": "A", "summary": "", "blocks": [block("b", "2"), block("a", "1")]}
    assert [row.path for row in clash.rows(mine, theirs)] == ["order"]
    assert [one["id"] for one in clash.merge(mine, theirs, {"order"})["blocks"]] == ["b", "a"]
    assert [one["id"] for one in clash.merge(mine, theirs, set())["blocks"]] == ["a", "b"]
