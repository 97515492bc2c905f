"""What may stand in a block, and what is cleaned away."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kotopolku import markup
from kotopolku.information import blocks


def test_a_block_keeps_its_id_and_loses_what_its_kind_does_not_know() -> None:
    good, faults = blocks.checked([{"id": "ab12", "kind": "text", "text": "Hei", "colour": "red"}])
    assert (good, faults) == ([{"id": "ab12", "kind": "text", "text": "Hei"}], [])


def test_every_step_is_looked_at_and_none_is_dropped() -> None:
    items = [{"title": f"Vaihe {number}"} for number in range(31)]
    good, faults = blocks.checked([{"kind": "steps", "items": items}])
    assert len(good[0]["items"]) == 31, "what was typed stays in the form"
    assert [(one.field, one.code) for one in faults] == [("items", "too-many-items")]
    items = [{}, {"title": "x" * 201, "text": "[Lomake](javascript:alert(1))"}]
    _good, faults = blocks.checked([{"kind": "steps", "items": items}])
    assert [(one.field, one.code) for one in faults] == [
        ("item-2-title", "too-long"),
        ("item-2-text", "bad-address"),
    ]


@pytest.mark.parametrize("address", ["https://[", "http://[x]y", "//example.invalid", "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused_and_not_stumbled_over(address: str) -> None:
    assert not blocks.is_safe_address(address)


def test_a_number_too_long_for_any_card_is_no_card() -> None:
    _good, faults = blocks.checked([{"kind": "contact", "target": "9" * 5_000}])
    assert [one.code for one in faults] == ["no-target"]


def test_two_blocks_never_share_an_id() -> None:
    good, _faults = blocks.checked(
        [{"id": "x", "kind": "text", "text": "1"}, {"id": "x", "kind": "text", "text": "2"}]
    )
    assert len({one["id"] for one in good}) == 2


@pytest.mark.parametrize(
    ("block", "field", "code"),
    [
        ({"kind": "text", "text": " "}, "text", "empty"),
        ({"kind": "dance"}, "kind", "unknown-kind"),
        ({"kind": "contact"}, "target", "no-target"),
        ({"kind": "form", "label": "Hae", "address": "javascript:alert(1)"}, "address", "bad-address"),
        ({"kind": "text", "text": "[tästä](javascript:alert(1))"}, "text", "bad-address"),
        ({"kind": "text", "text": "x" * 20_001}, "text", "too-long"),
        ({"kind": "steps", "items": [{"title": "", "text": ""}]}, "items", "empty"),
    ],
)
def test_what_is_wrong_is_told_with_the_number_of_the_block_and_the_field(
    block: dict, field: str, code: str
) -> None:
    _good, faults = blocks.checked([block])
    assert (1, field, code) in [(one.block, one.field, one.code) for one in faults]


def test_html_that_was_pasted_becomes_its_words() -> None:
    good, _faults = blocks.checked(
        [{"kind": "text", "text": "<p onclick=x>Hei <b>vaan</b></p><script>alert(1)</script>"}]
    )
    assert good[0]["text"] == "Hei vaan"


def test_signs_of_less_and_more_stay() -> None:
    assert blocks.clean_words("5 < 6 & 7 > 6") == "5 < 6 & 7 > 6"


def test_addresses_are_found_in_words_and_in_forms() -> None:
    good, _faults = blocks.checked(
        [
            {"kind": "text", "text": "Katso [Kela](https://www.kela.fi) ja <https://migri.fi>."},
            {"kind": "form", "label": "Hae", "address": "https://example.fi/hae"},
        ]
    )
    assert list(blocks.links_in(good)) == [
        "https://www.kela.fi",
        "https://migri.fi",
        "https://example.fi/hae",
    ]


@given(some.text())
def test_cleaned_words_stay_as_they_are_when_cleaned_again(text: str) -> None:
    once = blocks.clean_words(text)
    assert blocks.clean_words(once) == once


@given(some.text(alphabet="<>/abscriptonerlimgv=\"'()[]:#*_`!&; \n", max_size=80))
def test_no_script_comes_through_whatever_is_typed(text: str) -> None:
    shown = markup.html(blocks.clean_words(text)).lower()
    for bad in ("<script", "<img", "<iframe", "<svg", 'href="javascript'):
        assert bad not in shown
