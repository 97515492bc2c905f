"""Deputies by day, telephone numbers, roles: the room's pure rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.actors import rules
from kotopolku.actors.rules import Away, answering_on

FIRST, LAST = date(2020, 9, 1), date(2021, 7, 7)


def test_the_deputy_answers_to_the_last_day_and_the_person_from_the_next() -> None:
    away = {1: [Away(1, 2, FIRST, LAST)]}
    assert answering_on(1, date(2020, 8, 31), away, {1, 2}) == (1, None)
    assert answering_on(1, FIRST, away, {1, 2})[0] == 2
    assert answering_on(1, LAST, away, {1, 2})[0] == 2
    assert answering_on(1, date(2021, 7, 8), away, {1, 2}) == (1, None)


def test_a_deputy_who_is_away_is_followed_to_the_next() -> None:
    away = {1: [Away(1, 2, FIRST, LAST)], 2: [Away(2, 3, FIRST, LAST)]}
    answering, reason = answering_on(1, FIRST, away, {1, 2, 3})
    assert answering == 3
    assert reason == away[1][0]


def test_deputies_in_a_circle_end_the_search() -> None:
    away = {1: [Away(1, 2, FIRST, None)], 2: [Away(2, 1, FIRST, None)]}
    assert answering_on(1, FIRST, away, {1, 2})[0] == 2


def test_a_deputy_who_has_left_does_not_answer() -> None:
    assert answering_on(1, FIRST, {1: [Away(1, 2, FIRST, LAST)]}, {1}) == (1, None)


@given(
    st.dictionaries(st.integers(0, 5), st.integers(0, 5)),
    st.integers(0, 5),
    st.sets(st.integers(0, 5)),
)
def test_the_search_always_ends_with_the_contact_or_somebody_in_office(
    deputies: dict[int, int], contact: int, in_office: set[int]
) -> None:
    away = {who: [Away(who, deputy, FIRST, LAST)] for who, deputy in deputies.items()}
    answering, reason = answering_on(contact, FIRST, away, in_office)
    assert answering == contact or answering in in_office
    assert (reason is None) == (answering == contact)


@pytest.mark.parametrize("number", ["0295 021 500", "+358 295 021 500", "040 123 4567", "09 8392 2133"])
def test_a_telephone_number_keeps_its_grouping(number: str) -> None:
    assert rules.telephone(f" {number} ") == number


@pytest.mark.parametrize("number", ["", "12", "puhelin", "0295 021 500 500 500 500"])
def test_what_is_not_a_telephone_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=f"^{number}$"):
        rules.telephone(number)


def test_a_telephone_link_has_no_spaces() -> None:
    assert rules.telephone_link("0295 021 500") == "+358295021500"


def test_only_authorities_with_clients_give_casework_roles() -> None:
    assert "caseworker" in rules.roles_for("municipality")
    for kind in ("ely", "evk", "ministry", "national", "association"):
        assert "caseworker" not in rules.roles_for(kind)
    assert "ministry-officer" not in rules.roles_for("municipality")
