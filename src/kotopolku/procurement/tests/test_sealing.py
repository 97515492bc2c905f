"""Sealing by itself: what opens a box and what does not, whoever tries. No database."""

import json
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.procurement import sealing
from kotopolku.procurement.sealing import CannotOpen, KeyFile

PHRASES = {
    "11": "seitsemän harmaata varista",
    "12": "kaksi venettä rannassa",
    "13": "tuuli kääntyi pohjoiseen",
}
BID = b"Hinta 245 000,00 euroa"


@pytest.fixture(scope="module")
def made() -> KeyFile:
    with sealing.at_cost(4):
        return sealing.make_key("ref", {name: sealing.opener_key(phrase) for name, phrase in PHRASES.items()})


def joined(file: KeyFile, first: str, second: str, **phrases: str) -> bytes:
    known = PHRASES | phrases
    handed = sealing.hand_over(file, first, known[first])
    return sealing.join(file, first, handed[second], second, known[second])


def test_any_two_of_three_openers_put_the_same_key_together_in_either_order(made: KeyFile) -> None:
    found = {joined(made, first, second) for first, second in permutations(PHRASES, 2)}
    assert len(found) == 1
    assert sealing.public_of(found.pop()) == made.public


def test_the_key_survives_the_disk(made: KeyFile) -> None:
    kept = json.dumps(made.to_json())
    assert KeyFile.from_json(json.loads(kept)) == made


def test_one_opener_alone_cannot_join_with_what_was_handed_to_another(made: KeyFile) -> None:
    handed = sealing.hand_over(made, "11", PHRASES["11"])
    with pytest.raises(CannotOpen):
        sealing.join(made, "11", handed["12"], "11", PHRASES["11"])
    with pytest.raises(CannotOpen):
        sealing.join(made, "11", handed["12"], "13", PHRASES["13"])


def test_a_wrong_phrase_opens_nothing(made: KeyFile) -> None:
    with pytest.raises(CannotOpen):
        sealing.hand_over(made, "11", PHRASES["12"])
    with pytest.raises(CannotOpen):
        joined(made, "11", "12", **{"12": "kaksi venettä rannassa "[:-2]})
    with pytest.raises(CannotOpen):
        sealing.hand_over(made, "99", PHRASES["11"])


def test_a_phrase_is_the_same_however_its_letters_and_spaces_were_typed(made: KeyFile) -> None:
    decomposed = "seitsema\u0308n  harmaata varista "
    assert sealing.hand_over(made, "11", decomposed).keys() == {"12", "13"}


def test_a_salt_tells_what_a_try_at_its_phrase_costs_and_by_default_it_costs_memory() -> None:
    assert sealing.new_salt()[0] == 15
    with sealing.at_cost(4):
        assert sealing.new_salt()[0] == 4
    with pytest.raises(CannotOpen):
        sealing.key_of_phrase(PHRASES["11"], bytes([40]) + bytes(16))
    assert len(sealing.key_of_phrase(PHRASES["11"], sealing.new_salt())) == 32


@pytest.mark.parametrize(
    ("phrase", "weak"),
    [("lyhyt", True), ("aaaaaaaaaaaaaaa", True), ("   a   b   c  ", True), ("kolme sanaa riittää", False)],
)
def test_short_and_monotonous_phrases_are_weak(phrase: str, weak: bool) -> None:
    assert sealing.is_weak(phrase) is weak


@pytest.mark.parametrize("number", [1, 5])
def test_a_key_has_two_to_four_openers(number: int) -> None:
    key = sealing.OpenerKey(bytes(16), sealing.public_of(sealing.new_key()))
    with pytest.raises(ValueError, match="two to four"):
        sealing.make_key("ref", {str(n): key for n in range(number)})


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=400), context=st.binary(max_size=20), where=st.integers(min_value=0))
def test_what_is_sealed_opens_whole_or_not_at_all(data: bytes, context: bytes, where: int) -> None:
    private, bidder = sealing.new_key(), sealing.new_key()
    sealed = sealing.seal_bid(data, sealing.public_of(private), bidder, context)
    assert sealing.open_bid(sealed, private, context) == data
    assert sealing.reread_bid(sealed, bidder, context) == data
    changed = bytearray(sealed.content)
    changed[where % len(changed)] ^= 1
    other = sealing.SealedBid(bytes(changed), sealed.for_tender, sealed.for_bidder)
    assert other.digest != sealed.digest
    with pytest.raises(CannotOpen):
        sealing.open_bid(other, private, context)
    with pytest.raises(CannotOpen):
        sealing.open_bid(sealed, private, context + b"x")
    with pytest.raises(CannotOpen):
        sealing.open_bid(sealed, sealing.new_key(), context)


def test_the_same_bid_sealed_twice_looks_different_so_nobody_can_guess_and_compare() -> None:
    public, bidder = sealing.public_of(sealing.new_key()), sealing.new_key()
    one, other = (sealing.seal_bid(BID, public, bidder, b"") for _ in range(2))
    assert one.digest != other.digest
    assert BID not in one.content + one.for_tender + one.for_bidder
