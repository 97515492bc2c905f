"""Every sentence of a template can be translated: no bare words outside the translation tags."""

import re
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description"}
SILENT = {"script", "style"}

# Words that are the same in every language, or that stand in their own.
SAME_EVERYWHERE = {
    "Kotopolku", "CSV", "XLSX", "PDF", "RSS", "JSON", "API", "TOTP", "FIN", "Suomi", "Svenska", "English",
    "Suomeksi", "På", "svenska", "In", "EUPL", "OpenAPI", "WCAG", "Statistics", "Finland", "CC", "BY",
}  # fmt: skip
MARK = "\x00"


class Text(HTMLParser):
    """Gathers the words that a reader would see or hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def bare_words(template: str) -> list[str]:
    """Text of a template that no translation tag covers, as far as it has words."""
    inside = ""
    page = []
    for token in Lexer(template).tokenize():
        name = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and name in ("blocktranslate", "blocktrans", "comment"):
            inside = name
        elif token.token_type == TokenType.BLOCK and inside and name == f"end{inside}":
            inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            page.append(token.contents)
        elif token.token_type == TokenType.VAR:
            page.append(MARK)
        elif token.token_type == TokenType.BLOCK:
            page.append(" ")
    parser = Text()
    parser.feed(re.sub(r"<(/?)\s+(?=[a-z])", r"<\1", "".join(page)))
    return [
        text.replace(MARK, "…").strip()
        for text in parser.found
        if [word for word in WORD.findall(text.replace(MARK, " ")) if word not in SAME_EVERYWHERE]
    ]


def test_every_sentence_can_be_translated(package: Path) -> None:
    bare = {}
    for path in sorted(package.glob("*/templates/**/*.html")):
        found = bare_words(path.read_text())
        if found:
            bare[path.relative_to(package).as_posix()] = found
    assert bare == {}


def test_the_scan_hears_bare_words_and_only_those() -> None:
    assert bare_words("<p>Two words</p>") == ["Two words"]
    assert bare_words('<a title="Close it" href="{% url "x" %}">{{ name }}</a>') == ["Close it"]
    assert bare_words("{% blocktranslate %}Two words{% endblocktranslate %}{% translate 'More' %}") == []
    assert bare_words("<p>{{ day }} – 12.4.2021, Kotopolku</p><script>let word = 1;</script>") == []
    assert bare_words('<p class="two words" data-x="more words">{# a remark here #}</p>') == []


def test_no_template_holds_code_or_style_of_its_own(package: Path) -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=\"", re.I
    )
    found = [
        path.relative_to(package).as_posix()
        for path in package.glob("*/templates/**/*.html")
        if inline.search(path.read_text())
    ]
    assert found == []
