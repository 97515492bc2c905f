"""The readability check: sentences, LIX, long and heavy words, passive, in three languages."""

import pytest

from kotopolku.information import readability
from kotopolku.information.readability import HEAVY, LONG_SENTENCE, LONG_WORD, PASSIVE, read


def kinds(text: str, language: str) -> dict[str, list[str]]:
    found = read([text], language)
    assert found is not None
    result: dict[str, list[str]] = {}
    for one in found.advice:
        result.setdefault(one.kind, []).append(one.word or one.sentence)
    return result


def test_a_plain_finnish_text_gets_no_advice() -> None:
    text = "Kela maksaa tukea. Hae tukea netissä. Voit myös soittaa Kelaan. Tulkki auttaa sinua. Palvelu on ilmainen."
    assert kinds(text, "fi") == {}


def test_a_finnish_office_text_gets_advice_with_the_sentence() -> None:
    text = (
        "Mikäli asianomainen ei ole toimittanut hakemusta, edellytetään selvitystä. Hakemus käsitellään viipymättä. "
        "Pitkäaikaistyöttömyyskorvaushakemus on lomake."
    )
    found = kinds(text, "fi")
    assert {"Mikäli", "asianomainen"} <= set(found[HEAVY])
    assert found[LONG_WORD] == ["Pitkäaikaistyöttömyyskorvaushakemus"]
    assert "käsitellään" in found[PASSIVE]
    advice = read([text], "fi")
    assert advice is not None
    assert all(one.word in one.sentence for one in advice.advice if one.word)


def test_names_of_authorities_are_not_called_long_words() -> None:
    assert LONG_WORD not in kinds("Työvoimaviranomainen tekee kotoutumissuunnitelman.", "fi")


@pytest.mark.parametrize(
    ("language", "text", "passive", "heavy"),
    [
        ("sv", "Ansökan behandlas snart. Beträffande stödet kan du ringa.", "behandlas", "Beträffande"),
        ("en", "The form was signed yesterday. You must commence the course.", "was signed", "commence"),
    ],
)
def test_swedish_and_english_have_their_own_words(language: str, text: str, passive: str, heavy: str) -> None:
    found = kinds(text, language)
    assert passive in found[PASSIVE]
    assert heavy in found[HEAVY]


def test_the_genitive_of_a_swedish_name_is_no_passive() -> None:
    found = read(["Vid Vandas och Lohjas rådgivning får du hjälp. Vandas rådgivning kostar inget."], "sv")
    assert found is not None
    assert found.advice == ()


def test_a_long_sentence_is_told_with_its_number_of_words() -> None:
    text = "This is a very long sentence " + "and it goes on " * 6 + "to the end."
    found = read([text], "en")
    assert found is not None
    [one] = [one for one in found.advice if one.kind == LONG_SENTENCE]
    assert one.number == 33
    assert one.sentence.startswith("This is")


def test_abbreviations_headings_and_days_end_no_sentence() -> None:
    text = "## Otsikko\n\n- yksi kohta\n- toinen kohta\n\nSoita esim. Kelaan. Kurssi alkaa 3. Joulukuuta."
    assert readability.sentences(text, "fi") == [
        "Otsikko",
        "yksi kohta",
        "toinen kohta",
        "Soita esim. Kelaan.",
        "Kurssi alkaa 3. Joulukuuta.",
    ]


def test_marks_and_addresses_are_not_read() -> None:
    [one] = readability.sentences("Lue **lisää** [täältä](https://example.fi/todella-pitka-osoite).", "fi")
    assert one == "Lue lisää täältä."


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    found = read(["Vi går till stranden. " * 10], "sv")
    assert found is not None
    assert found.lix == 4 + 25, "four words a sentence; one of four has more than six letters"
    assert found.level == "easy"


def test_a_short_text_has_no_lix_and_an_unknown_language_no_advice() -> None:
    short = read(["Hei."], "fi")
    assert short is not None
    assert short.lix is None
    assert read(["مرحبا"], "ar") is None
    assert read([""], "fi") is not None
