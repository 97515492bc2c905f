"""The order of the Finnish and Swedish alphabet."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.reference.alphabet import sort_key


def in_order(*words: str) -> bool:
    keys = [sort_key(word) for word in words]
    return all(first < second for first, second in pairwise(keys))


def test_swedish_and_finnish_letters_come_after_z_in_the_order_o_ring_a_umlaut_o_umlaut():
    assert in_order("Zulu", "Åbo", "Ähtäri", "Övertorneå")


def test_an_umlaut_is_a_letter_of_its_own_inside_a_word_too():
    assert in_order("Kaarina", "Kotka", "Kuusamo", "Kärsämäki", "Köyliö")


def test_case_and_foreign_accents_do_not_count():
    assert sort_key("RENÉ") == sort_key("rene")
    assert sort_key("Zoë") == "zoe"


def test_german_u_umlaut_sorts_as_y_and_danish_letters_as_their_nordic_pairs():
    assert sort_key("Müller") == "myller"
    assert sort_key("Ærø") == sort_key("Ärö")


def test_a_space_or_hyphen_comes_before_every_letter_and_an_apostrophe_is_left_out():
    assert in_order("Koski Tl", "Koskinen")
    assert sort_key("Anna-Maija") == sort_key("Anna Maija")
    assert sort_key("O'Neill") == "oneill"


def test_composed_and_decomposed_text_have_one_key():
    assert sort_key("A\u0308hta\u0308ri") == sort_key("Ähtäri")


def test_other_scripts_follow_latin():
    assert in_order("Öberg", "Анна", "سارة")


@given(st.text())
def test_any_text_has_a_key_without_capitals_or_double_spaces(text):
    key = sort_key(text)
    assert key == " ".join(key.split())
    assert not any("A" <= char <= "Z" for char in key)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö"), st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö"))
def test_order_of_lower_case_words_is_that_of_the_alphabet(first, second):
    place = "abcdefghijklmnopqrstuvwxyzåäö".index
    assert (sort_key(first) < sort_key(second)) == ([*map(place, first)] < [*map(place, second)])
