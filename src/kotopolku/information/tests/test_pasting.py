"""Pasting from a word processor, and the well-known strings of cross-site scripting, on their way to a public page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kotopolku import markup
from kotopolku.information import blocks
from kotopolku.information.pasting import markdown_of

DATA = Path(__file__).parent / "data"
STRINGS = [
    line
    for line in (DATA / "xss_strings.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
HARMLESS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "code",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Elements(HTMLParser):
    """Gathers what a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in HARMLESS, html
        assert set(attributes) <= {"href", "start"}, html
        address = attributes.get("href") or "https://example.invalid"
        assert re.match(r"(?i)(https?:|mailto:|tel:|/|#)", address) or ":" not in address, html


@pytest.mark.parametrize("given", STRINGS)
def test_a_string_of_cross_site_scripting_is_harmless_when_pasted(given: str) -> None:
    assert_harmless(str(markup.html(blocks.clean_words(markdown_of(given)))))


@pytest.mark.parametrize("given", STRINGS)
def test_a_string_of_cross_site_scripting_is_harmless_when_typed(given: str) -> None:
    assert_harmless(str(markup.html(blocks.clean_words(given))))
    assert_harmless(str(markup.html(given)))


def test_a_document_of_the_word_processor_keeps_its_words_headings_lists_links_and_table() -> None:
    assert markdown_of((DATA / "from_word.htm").read_text(encoding="utf-8")) == (
        "### Muutto Vantaalle\n"
        "\n"
        "**Tee muuttoilmoitus** viikon kuluessa. Lue [ohje](https://dvv.fi/muuttoilmoitus).\n"
        "\n"
        "- Verokortti\n"
        "  - OmaVero\n"
        "- Pankkitili\n"
        "\n"
        "Sitten:\n"
        "\n"
        "1. Ilmoittaudu\n"
        "2. Odota\n"
        "\n"
        "| Palvelu | Puhelin |\n"
        "| --- | --- |\n"
        "| Neuvonta | 09 000 |\n"
        "\n"
        "Loppu."
    )


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("   ", ""),
        ("plain words", "plain words"),
        ("<p>a &lt; b</p>", "a < b"),
        ("<b>not closed", "**not closed**"),
        ("<b style='font-weight:normal'><p>from a web document</p></b>", "from a web document"),
        ('<span style="font-weight:700">strong</span>', "**strong**"),
        ('<p>See <a href="#_msocom_1">[1]</a> <a href="file:///C:/x.docx">x</a></p>', r"See [1] x"),
        ("<h1>One</h1><h5>Five</h5>", "### One\n\n#### Five"),
        ("<p style='display:none'>hidden</p><p>seen</p>", "seen"),
        ("<!--x--><o:p>&nbsp;</o:p><p>y<o:p></o:p></p>", "y"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ('<img src="data:image/png;base64,AAAA"><p>x</p>', "x"),
    ],
)
def test_pasted_html_becomes_markdown(given: str, made: str) -> None:
    assert markdown_of(given) == made


def test_an_address_cannot_end_its_link_early() -> None:
    made = markdown_of('<a href="https://example.invalid/)[x](javascript:alert(1))">y</a>')
    assert made == "[y](https://example.invalid/%29%5Bx%5D%28javascript:alert%281%29%29)"


def test_broken_and_huge_html_never_raises() -> None:
    for given in (
        "<" * 10_000,
        "<div>" * 5_000,
        "<p" + "\x00" * 10,
        "<![if !x]>" * 100,
        "&#xD800;",
        "<table><li><p>",
    ):
        markdown_of(given)


def test_words_that_stand_between_items_without_an_element_of_their_own_stay() -> None:
    item = "<p style='mso-list:l0 level1 lfo1'>{}</p>"
    made = markdown_of(f"{item.format('Yksi')}irrallaan{item.format('Kaksi')}")
    for words in ("- Yksi", "- Kaksi", "irrallaan"):
        assert words in made
