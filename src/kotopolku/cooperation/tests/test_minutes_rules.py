"""Votes, the chair's vote, the speaking list, freezing and the public form of minutes, as pure rules."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.minutes_rules import Cast


def test_the_option_with_most_votes_wins() -> None:
    found = rules.tally(2, [Cast(1, 0), Cast(2, 0), Cast(3, 1), Cast(4, None)], chair_seat=3)
    assert (found.counts, found.abstain, found.winner, found.chair_decided) == ((2, 1), 1, 0, False)
    assert rules.check_close(found) == []


def test_of_even_votes_the_chairs_decides() -> None:
    found = rules.tally(2, [Cast(1, 0), Cast(2, 1)], chair_seat=2)
    assert (found.winner, found.chair_decided, found.even) == (1, True, (0, 1))


@pytest.mark.parametrize("chairs", [None, 2])
def test_even_votes_stay_open_while_the_chair_has_voted_for_none_of_them(chairs: int | None) -> None:
    found = rules.tally(3, [Cast(1, 0), Cast(2, 1), Cast(9, chairs)], chair_seat=9)
    assert found.winner is None or chairs == 2
    if chairs is None:
        assert [one.code for one in rules.check_close(found)] == ["even"]


def test_nothing_is_closed_without_a_vote_for_an_option() -> None:
    assert [one.code for one in rules.check_close(rules.tally(2, [], None))] == ["no-votes"]
    assert [one.code for one in rules.check_close(rules.tally(2, [Cast(1, None)], 1))] == ["no-votes"]


def test_a_seat_that_has_voted_twice_is_never_counted() -> None:
    with pytest.raises(ValueError, match="one vote"):
        rules.tally(2, [Cast(1, 0), Cast(1, 1)], None)
    with pytest.raises(ValueError, match="no such option"):
        rules.tally(2, [Cast(1, 2)], None)


@given(
    st.integers(2, 5).flatmap(
        lambda options: st.tuples(
            st.just(options),
            st.dictionaries(st.integers(1, 30), st.none() | st.integers(0, options - 1), max_size=30),
            st.integers(1, 30),
        )
    )
)
def test_every_vote_is_counted_once_and_the_winner_leads(
    drawn: tuple[int, dict[int, int | None], int],
) -> None:
    options, votes, chair = drawn
    found = rules.tally(options, [Cast(seat, option) for seat, option in votes.items()], chair)
    assert found.given == len(votes)
    if found.winner is not None:
        assert found.counts[found.winner] == max(found.counts) > 0
        assert found.chair_decided == (found.counts.count(max(found.counts)) > 1)
    if found.chair_decided:
        assert votes[chair] == found.winner


@pytest.mark.parametrize(
    ("question", "options", "codes"),
    [
        ("Hyväksytäänkö?", ["Kyllä", "Ei"], []),
        (" ", ["Kyllä", "Ei"], ["required"]),
        ("Hyväksytäänkö?", ["Kyllä", " "], ["few"]),
        ("Hyväksytäänkö?", ["Kyllä", "kyllä"], ["same"]),
        ("Hyväksytäänkö?", [str(number) for number in range(11)], ["many"]),
        ("Hyväksytäänkö?", ["Kyllä", "x" * 201], ["long"]),
    ],
)
def test_a_vote_has_a_question_and_different_options(
    question: str, options: list[str], codes: list[str]
) -> None:
    assert [one.code for one in rules.check_vote(question, options)] == codes


def test_a_point_of_order_comes_before_replies_and_a_reply_before_speeches() -> None:
    waiting = ["order", "reply", "speech"]
    assert [rules.place_of(kind, waiting) for kind in waiting] == [1, 2, 3]
    assert rules.place_of("speech", []) == 0


@given(st.lists(st.integers(1, 50), unique=True, min_size=1), st.data())
def test_moving_keeps_everybody_on_the_list(ids: list[int], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(ids))
    step = data.draw(st.integers(-60, 60))
    after = rules.moved(ids, one, step)
    assert sorted(after) == sorted(ids)
    assert [each for each in after if each != one] == [each for each in ids if each != one]
    assert rules.moved(ids, 99, 1) == ids


def content(**changes: Any) -> dict[str, Any]:
    public = {
        "id": 1,
        "section": 1,
        "access": "public",
        "title": "Jonot",
        "recused": [{"name": "Maija Malli", "reason": "Puoliso hakee"}],
        "papers": [
            {"title": "Julkinen muistio", "access": "public"},
            {"title": "Sisäinen muistio", "access": "called"},
        ],
    }
    secret = {
        "id": 2,
        "section": 2,
        "access": "secret",
        "access_reason": "621/1999 § 24",
        "title": "Valitus",
        "decision": "Hylättiin",
        "votes": [{"question": "Valitus?"}],
        "tasks": [{"text": "Ilmoita valittajalle"}],
    }
    called = {"id": 3, "section": 3, "access": "called", "access_reason": "sisäinen", "title": "Valmistelu"}
    return {"number": "4/2026", "items": [public, secret, called]} | changes


def test_the_public_form_says_of_a_secret_item_its_number_and_section_only() -> None:
    shown, left_out = rules.public_form(content())
    assert left_out == 2
    assert shown["items"][1] == {"section": 2, "access": "secret", "access_reason": "621/1999 § 24"}
    assert shown["items"][2] == {"section": 3, "access": "called", "access_reason": ""}
    assert shown["items"][0]["recused"] == [{"name": "Maija Malli"}]
    assert [one["title"] for one in shown["items"][0]["papers"]] == ["Julkinen muistio"]
    for words in ("Valitus", "Hylättiin", "Ilmoita", "Valmistelu", "Puoliso", "Sisäinen", "sisäinen"):
        assert words not in str(shown)


def test_who_may_read_only_some_items_gets_the_others_as_everybody() -> None:
    shown = rules.visible_form(content(), [1, 3], secrets=True)
    assert [one.get("title") for one in shown["items"]] == ["Jonot", None, "Valmistelu"]
    assert shown["items"][0]["recused"][0]["reason"] == "Puoliso hakee"


words = st.dictionaries(st.text(max_size=9), st.text(max_size=20) | st.integers(), max_size=5)


@given(st.lists(words, max_size=5), words)
def test_whatever_an_item_holds_nothing_of_a_secret_one_is_public(
    others: list[dict[str, Any]], extra: dict[str, Any]
) -> None:
    secret = extra | {"section": 7, "access": "secret", "access_reason": ""}
    items = [one | {"section": 1, "access": "public"} for one in others] + [secret]
    shown, left_out = rules.public_form({"items": items})
    assert left_out == 1
    assert set(shown["items"][-1]) == {"section", "access", "access_reason"}


@given(words, words)
def test_the_digest_knows_every_change_and_no_order(first: dict[str, Any], second: dict[str, Any]) -> None:
    turned = dict(reversed(list(first.items())))
    assert rules.digest(first) == rules.digest(turned)
    assert (rules.digest(first) == rules.digest(second)) == (first == second)


def test_two_who_were_there_check_the_minutes() -> None:
    number = rules.checkers_on(date(2026, 11, 23))
    assert number == 2
    assert rules.check_checkers([1, 2], {1, 2, 3}, number) == []
    for chosen, code in (([1], "number"), ([1, 1], "number"), ([1, 2, 3], "number"), ([1, 9], "absent")):
        assert [one.code for one in rules.check_checkers(chosen, {1, 2, 3}, number)] == [code]


def test_how_it_was_decided_follows_from_the_votes() -> None:
    assert rules.decided_by(False, ["closed"]) == ""
    assert rules.decided_by(True, ["void"]) == "unanimous"
    assert rules.decided_by(True, ["void", "closed"]) == "vote"


def test_ties_are_shown_beside_an_item_that_begins_with_the_same_word() -> None:
    assert rules.touches("Esimerkkiopiston koulutus", "Esimerkkiopiston johtokunnan jäsen.")
    assert not rules.touches("Seuraava kokous", "Esimerkkiopiston johtokunnan jäsen.")
    assert not rules.touches("On se", "On se")
