"""The files of the start content: whole, alike in every language, sourced, and true to the product's own words."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from kotopolku.information import blocks, readability, sources, wording_public
from kotopolku.information.actions.pages import RESERVED_KEYS
from kotopolku.information.start import FOLDER, SOURCES_BLOCK, BadStartContent, StartPage, start

FULL = {"fi", "sv", "en"}
EVERYWHERE = {"ensiaskeleet", "oikeudet", "kotoutumissuunnitelma", "kielikoulutus", "mista-kysya"}
UNREAD = {"et", "ru", "uk", "fr", "so", "es", "tr", "zh-hans", "fa", "ar"}
TERMS = {
    "kotoutumissuunnitelma": {"fi": "otoutumissuunnitelma", "sv": "ntegrationsplan", "en": "ntegration plan"},
    "kielikoulutus": {"fi": "otoutumiskoulutus", "sv": "ntegrationsutbildning", "en": "ntegration training"},
    "kotoutumispalvelut": {
        "fi": "osaamisen ja kotoutumisen palvelutarpeen arviointi",
        "sv": "bedömning av kompetens och behovet av integrationstjänster",
        "en": "assessment of skills and integration service needs",
    },
}
SCRIPTS = {"ru": "[а-я]", "uk": "[іїєа-я]", "fa": "[؀-ۿ]", "ar": "[؀-ۿ]", "zh-hans": "[一-鿿]"}
ALLOWED_NUMBERS = {"112", "116117", "080", "005", "2026", "22", "11"}

PAGES = start().pages
pages = pytest.mark.parametrize("page", PAGES, ids=[page.key for page in PAGES])


def _words(page: StartPage, language: str) -> str:
    text = page.texts[language]
    return "\n".join([text.title, text.summary, *blocks.texts_in(text.blocks)])


def test_there_are_twelve_pages_with_addresses_of_their_own() -> None:
    keys = [page.key for page in PAGES]
    assert len(keys) == len(set(keys)) == 12
    assert not RESERVED_KEYS & set(keys)


@pages
def test_every_page_is_in_finnish_swedish_and_english_and_the_five_first_in_every_language(
    page: StartPage,
) -> None:
    codes = {row["code"] for row in sources.languages()}
    assert set(page.texts) == (codes if page.key in EVERYWHERE else FULL)


@pages
def test_blocks_stand_against_each_other_in_every_language(page: StartPage) -> None:
    def shape(language: str) -> list[tuple[object, ...]]:
        return [
            (one["id"], one["kind"], one.get("tone"), one.get("address"), len(one.get("items", ())))
            for one in page.texts[language].blocks
        ]

    assert {language: shape(language) for language in page.texts} == dict.fromkeys(page.texts, shape("fi"))


@pages
def test_blocks_have_the_same_fields_in_every_language_and_none_is_empty(page: StartPage) -> None:
    def fields(language: str) -> list[set[str]]:
        return [set(one) for one in page.texts[language].blocks]

    for text in page.texts.values():
        assert text.title
        assert text.summary
        assert all(words.strip() for words in blocks.texts_in(text.blocks))
        assert all(item["title"] and item["text"] for one in text.blocks for item in one.get("items", ()))
        assert fields(text.language) == fields("fi")


@pages
def test_links_are_the_same_in_every_language_and_are_encrypted(page: StartPage) -> None:
    for text in page.texts.values():
        found = list(blocks.links_in(text.blocks))
        assert all(address.startswith("https://") for address in found)
        assert sorted(found) == sorted(blocks.links_in(page.texts["fi"].blocks))


@pages
def test_every_page_ends_with_its_sources_and_their_day(page: StartPage) -> None:
    for text in page.texts.values():
        last = text.blocks[-1]
        assert last["id"] == SOURCES_BLOCK
        assert list(blocks.links_in([last]))
        assert "2026" in last["text"]
        assert "22" in last["text"]
    assert page.review_by > start().written == date(2026, 11, 22)


@pages
def test_no_statutory_number_is_typed(page: StartPage) -> None:
    """Days, amounts and sections change: they stand in the law's data, not in texts."""
    for language in page.texts:
        shown = re.sub(r"\]\([^)]*\)", "]", _words(page, language))
        assert set(re.findall(r"\d+", shown)) <= ALLOWED_NUMBERS, language


@pages
def test_words_of_the_field_are_those_of_the_glossary(page: StartPage) -> None:
    for language, term in TERMS.get(page.key, {}).items():
        assert term in _words(page, language)
    assert "kotouttami" not in _words(page, "fi").lower()


@pages
def test_a_text_is_in_the_script_of_its_language(page: StartPage) -> None:
    for language, letters in SCRIPTS.items():
        if language in page.texts:
            text = page.texts[language]
            for words in (text.title, text.summary, *(one["text"] for one in text.blocks if "text" in one)):
                assert re.search(letters, words.lower()), words


@pages
def test_texts_that_no_native_speaker_has_read_say_so(page: StartPage) -> None:
    assert {text.language for text in page.texts.values() if text.machine} == UNREAD & set(page.texts)


@pages
def test_no_two_languages_say_the_same_words(page: StartPage) -> None:
    titles = [(text.title, text.summary) for text in page.texts.values()]
    assert len(set(titles)) == len(titles)


@pages
@pytest.mark.parametrize("language", sorted(FULL))
def test_no_page_is_hard_to_read(page: StartPage, language: str) -> None:
    text = page.texts[language]
    found = readability.read([text.summary, *blocks.texts_in(text.blocks[:-1])], language)
    assert found is not None
    assert found.level in ("easy", "fair")


def test_icons_are_those_that_public_pages_show() -> None:
    assert {page.icon for page in PAGES} <= set(wording_public.ICONS)


def test_every_file_belongs_to_a_page() -> None:
    keys = {page.key for page in PAGES}
    assert {path.stem for path in FOLDER.glob("*/*.toml")} == keys


def test_a_faulty_file_is_named(tmp_path: Path) -> None:
    common = (FOLDER / "pages.toml").read_text(encoding="utf-8")
    (tmp_path / "fi").mkdir()
    (tmp_path / "pages.toml").write_text(common, encoding="utf-8")
    (tmp_path / "fi/ensiaskeleet.toml").write_text(
        'title = "Otsikko"\nsummary = "Tiivistelmä"\n[[blocks]]\nid = "alku"\nkind = "text"\ntext = ""\n',
        encoding="utf-8",
    )
    with pytest.raises(BadStartContent, match=r"fi/ensiaskeleet\.toml"):
        start(tmp_path)
    assert tomllib.loads(common)["pages"][0]["key"] == "ensiaskeleet"


def test_a_page_without_a_text_in_the_source_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "pages.toml").write_text(
        (FOLDER / "pages.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(BadStartContent, match="ensiaskeleet"):
        start(tmp_path)
