"""The shared space's own rules, as plain functions."""

from kotopolku.cooperation.rules import SentBulletin, Weekly, searched, weekly, words_of


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


def test_words_are_searched_in_small_letters() -> None:
    assert words_of("Selkokielinen  Opas", "Ensin") == "selkokielinen opas ensin"
    assert searched("  Opas KIELI ") == ["opas", "kieli"]
