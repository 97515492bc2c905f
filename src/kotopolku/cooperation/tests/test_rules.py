"""The shared space's own rules, as plain functions."""

from kotopolku.cooperation.rules import (
    Chosen,
    Fresh,
    SentBulletin,
    Weekly,
    common_of,
    searched,
    weekly,
    words_of,
)


def test_a_bulletin_reaches_its_organisations_in_its_roles() -> None:
    sent = SentBulletin(frozenset({1, 2}), frozenset({"caseworker"}))
    assert sent.reaches(1, "caseworker")
    assert not sent.reaches(1, "reader")
    assert not sent.reaches(3, "caseworker")
    assert SentBulletin(frozenset({3})).reaches(3, "reader"), "no role named means every role"


def test_the_week_of_a_seat_has_its_own_bulletins_and_what_is_common() -> None:
    sent = [SentBulletin(frozenset({1})), SentBulletin(frozenset({2}))]
    found = weekly(sent, 1, "reader", Weekly(materials=2, answers=1))
    assert (found.bulletins, found.materials, found.total) == (1, 2, 4)
    assert weekly([], 1, "reader", Weekly()).total == 0


def test_a_chosen_week_keeps_what_is_about_everything_and_what_asks() -> None:
    chosen = Chosen(frozenset({"a"}), frozenset({"01"}))
    assert chosen.holds({"a", "b"}, {"01", "02"})
    assert chosen.holds(()), "neither topic nor region: it concerns all"
    assert not chosen.holds({"b"}, {"01"})
    assert not chosen.holds({"a"}, {"02"})
    asked = SentBulletin(frozenset({1}), topics=frozenset({"b"}), asks=True)
    other = SentBulletin(frozenset({1}), topics=frozenset({"b"}))
    assert weekly([asked, other], 1, "reader", Weekly(), 2, chosen).total == 3
    fresh = [Fresh("materials", frozenset({"a"})), Fresh("materials", frozenset({"b"})), Fresh("answers")]
    assert common_of(fresh, chosen) == Weekly(materials=1, answers=1)
    assert common_of(fresh) == Weekly(materials=2, answers=1)


def test_words_are_searched_in_small_letters() -> None:
    assert words_of("Selkokielinen  Opas", "Ensin") == "selkokielinen opas ensin"
    assert searched("  Opas KIELI ") == ["opas", "kieli"]
