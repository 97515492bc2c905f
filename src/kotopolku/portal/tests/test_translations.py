"""Texts are found in the code, and the catalogues are compared with them."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override

from kotopolku.portal import translations
from kotopolku.portal.translations import Key

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy as within
from elsewhere import gettext as other
_("One " "two")
gettext_lazy("Lazy %(name)s")
ngettext("%(count)d day", "%(count)d days", 3)
within("month", "May")
print("not this")
"""
TEMPLATE = """
{% translate "Skip to content" %} {{ value|default:_("none") }} {% include "x.html" with title=_('Nothing') %}
{% translate "100 %" %} {% translate "May" context "month" %} {% comment %}{% translate "hidden" %}{% endcomment %}
{% blocktranslate count n=items|length trimmed %}
  One thing in {{ place }}
{% plural %}
  {{ n }} things in {{ place }}
{% endblocktranslate %}
"""


def test_texts_are_found_in_python() -> None:
    found = {text.key: text.plural for text in translations._in_python(PYTHON)}
    assert found == {
        Key("One two"): None,
        Key("Lazy %(name)s"): None,
        Key("%(count)d day"): "%(count)d days",
        Key("May", "month"): None,
    }


def test_texts_of_a_module_without_django_are_found_by_its_own_mark() -> None:
    source = 'def _(text: str) -> str:\n    return text\n\nLATE = _("Too late.")\nother("not this")\n'
    assert [text.key for text in translations._in_python(source)] == [Key("Too late.")]


def test_texts_are_found_in_templates() -> None:
    found = {text.key: text.plural for text in translations._in_template(TEMPLATE)}
    assert found == {
        Key("Skip to content"): None,
        Key("none"): None,
        Key("Nothing"): None,
        Key("100 %%"): None,
        Key("May", "month"): None,
        Key("One thing in %(place)s"): "%(n)s things in %(place)s",
    }


@pytest.fixture
def small_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with two texts and nothing translated."""
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    (tmp_path / "page.html").write_text(
        '{% translate "Hello" %} {% blocktranslate %}Day {{ day }}{% endblocktranslate %}'
    )
    return tmp_path


def kinds(language: str = "fi") -> list[str]:
    return sorted(finding.kind for finding in translations.check() if finding.language == language)


def translate(replacements: dict[str, str]) -> None:
    path = translations.catalogue_path("fi")
    text = path.read_text(encoding="utf-8")
    for original, translated in replacements.items():
        text = text.replace(f'msgid "{original}"\nmsgstr ""', f'msgid "{original}"\nmsgstr "{translated}"')
    path.write_text(text, encoding="utf-8")


def test_what_is_not_translated_is_missing(small_product: Path) -> None:
    assert kinds() == ["missing", "missing"]
    translations.update("fi")
    assert kinds() == ["missing", "missing"]


def test_a_whole_catalogue_has_no_findings(small_product: Path) -> None:
    translations.update("fi")
    translate({"Hello": "Hei", "Day %(day)s": "Päivä %(day)s"})
    assert kinds() == []


def test_a_lost_placeholder_is_found(small_product: Path) -> None:
    translations.update("fi")
    translate({"Hello": "Hei", "Day %(day)s": "Päivä"})
    assert kinds() == ["placeholders"]


def test_a_vanished_text_is_stale_until_the_catalogue_is_brought_up_to_date(small_product: Path) -> None:
    translations.update("fi")
    translate({"Hello": "Hei", "Day %(day)s": "Päivä %(day)s"})
    (small_product / "page.html").write_text('{% translate "Hello" %}')
    assert kinds() == ["stale"]
    assert translations.update("fi") == (1, 1)
    assert kinds() == []


def test_data_must_stand_in_three_languages(small_product: Path) -> None:
    (small_product / "act.toml").write_text('title = { fi = "Laki", en = "Act" }\n')
    assert "data" in kinds("sv")


def test_compiling_twice_does_nothing_the_second_time(small_product: Path) -> None:
    translations.update("fi")
    assert translations.compile_all() == ["fi"]
    assert translations.compile_all() == []


def test_who_compiles_reads_the_new_texts_at_once(small_product: Path, settings: Any) -> None:
    """A fresh copy compiles in the process that then writes the invented world: that is not to stand in English."""
    settings.LOCALE_PATHS = [translations.catalogue_path("fi").parents[2]]
    translations.update("fi")
    with override("fi"):
        assert gettext("Hello") == "Hello"
    translate({"Hello": "Hei"})
    assert translations.compile_all() == ["fi"]
    with override("fi"):
        assert gettext("Hello") == "Hei"


def test_updating_twice_writes_the_same_file(small_product: Path) -> None:
    translations.update("fi")
    first = translations.catalogue_path("fi").read_bytes()
    translations.update("fi")
    assert translations.catalogue_path("fi").read_bytes() == first


def test_the_heading_of_a_catalogue_names_the_product_and_has_nothing_left_to_fill_in(
    small_product: Path,
) -> None:
    translations.update("fi")
    heading = translations.catalogue_path("fi").read_text(encoding="utf-8").split("\n\n")[0]
    assert "Project-Id-Version: Kotopolku" in heading
    for left in ("EMAIL@ADDRESS", "FIRST AUTHOR", "FULL NAME", "ORGANIZATION", "Creation-Date"):
        assert left not in heading


def test_a_language_of_clients_holds_the_own_page_s_texts_only_and_may_lack_some(small_product: Path) -> None:
    own = small_product / "mypage" / "templates" / "mypage"
    (own / "staff").mkdir(parents=True)
    (own / "path.html").write_text('{% translate "Your path" %}{% translate "Your plan" %}')
    (own / "staff" / "give.html").write_text('{% translate "Give a code" %}')
    assert {key.singular for key in translations.client_texts()} == {"Your path", "Your plan"}
    assert translations.update("uk") == (0, 2)
    missing = [finding for finding in translations.check_clients() if finding.language == "uk"]
    assert sorted(finding.kind for finding in missing) == ["missing", "missing"]
    assert translations.catalogue_path("zh-hans").parts[-3] == "zh_Hans"
    assert "uk" in translations.compile_all()
