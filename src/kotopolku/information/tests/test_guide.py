"""Pages on paper: what stands in them, and that lines from right to left come out right, looked at as a picture."""

import io
from typing import Any

import numpy as np
import pypdf
import pytest
from PIL import Image

from kotopolku.letters import booklet

NUMBER = "0800 123 456"
OTHER_ORDER = "456 123 0800"


def guide(words: str, *, rtl: bool, lang: str) -> dict[str, Any]:
    """A sheet with one paragraph, and nothing else that could be in the way."""
    return {
        "title": "x",
        "contents": "",
        "lang": lang,
        "rtl": rtl,
        "keeper": "",
        "day": "",
        "footer": "",
        "pages": [
            {
                "title": " ",
                "level": 1,
                "lang": lang,
                "rtl": rtl,
                "notes": [],
                "parts": booklet.parts_of(words, rtl=rtl),
            }
        ],
    }


def ink(words: str, *, rtl: bool = False, lang: str = "en") -> Image.Image:
    """The upper half of the sheet in black and white, white being ink."""
    [picture] = booklet.as_picture(guide(words, rtl=rtl, lang=lang), 150)
    grey = Image.open(io.BytesIO(picture)).convert("L")
    upper = grey.crop((0, 0, grey.width, grey.height // 2))
    return upper.point(lambda light: 255 if light < 140 else 0)


def line_box(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.getbbox()
    assert box is not None, "there is ink on the sheet"
    return box


def test_an_arabic_line_begins_at_the_right_margin_and_an_english_one_at_the_left() -> None:
    arabic, english = ink("أهلا", rtl=True, lang="ar"), ink("Hello")
    left, _top, right, _bottom = line_box(arabic)
    assert left > arabic.width / 2
    assert right > arabic.width * 0.8
    left, _top, right, _bottom = line_box(english)
    assert left < english.width * 0.2
    assert right < english.width / 2


def difference(line: Image.Image, words: Image.Image) -> float:
    """How badly ``words`` fit at the place of ``line`` where they fit best: 0 is the same ink."""
    found = np.asarray(line.crop(line_box(line))) > 0
    wanted = np.asarray(words.crop(line_box(words))) > 0
    height, width = wanted.shape
    unlike = [
        int((found[top : top + height, left : left + width] != wanted).sum())
        for top in range(found.shape[0] - height + 1)
        for left in range(found.shape[1] - width + 1)
    ]
    return min(unlike) / int(wanted.sum())


@pytest.mark.parametrize(("lang", "before"), [("ar", "اتصل"), ("fa", "زنگ بزنید")])
def test_a_number_in_a_line_from_right_to_left_keeps_its_order(lang: str, before: str) -> None:
    line = ink(f"{before} {NUMBER}", rtl=True, lang=lang)
    left, top, right, bottom = line_box(line)
    # The number is the end of the line: its ink is the left part.
    number = line.crop((left, top, left + (right - left) * 3 // 4, bottom))
    right_order, wrong_order = difference(number, ink(NUMBER)), difference(number, ink(OTHER_ORDER))
    assert right_order < 0.25
    assert right_order < wrong_order / 2


def test_latin_words_inside_an_arabic_line_are_read_from_left_to_right() -> None:
    line = ink("مكتب Kela Vantaa هنا", rtl=True, lang="ar")
    assert difference(line, ink("Kela Vantaa")) < difference(line, ink("Vantaa Kela")) / 1.5


def test_numbers_are_isolated_and_words_are_not() -> None:
    assert booklet.isolated("هاتف 0295 021 500.") == f"هاتف {booklet.ISOLATE}0295 021 500{booklet.END}."
    assert booklet.isolated("كلمة") == "كلمة"


def test_what_was_typed_is_never_read_as_markup_of_the_layout() -> None:
    typed = '#panic("x") *b* $x$ `#eval` "quoted" \\ @label'
    text = (
        pypdf.PdfReader(io.BytesIO(booklet.as_pdf(guide(typed, rtl=False, lang="en"))))
        .pages[0]
        .extract_text()
    )
    assert '#panic("x")' in text.replace("“", '"').replace("”", '"')


def test_markdown_becomes_lists_headings_tables_and_links() -> None:
    parts = booklet.parts_of(
        "# A\n\n- one\n- two\n\n1. first\n\n|a|b|\n|-|-|\n|1|2|\n\n[Kela](https://www.kela.fi) **b**"
    )
    assert [one["kind"] for one in parts] == ["heading", "list", "numbers", "table", "paragraph"]
    assert parts[3]["columns"] == 2
    assert parts[4]["runs"][0] == {"text": "Kela", "address": "https://www.kela.fi"}
    assert booklet.as_pdf(
        {
            **guide("x", rtl=False, lang="en"),
            "pages": [{"title": "T", "level": 1, "lang": "en", "rtl": False, "notes": ["n"], "parts": parts}],
        }
    ).startswith(b"%PDF")


@pytest.mark.parametrize(("rtl", "lang"), [(False, "fi"), (True, "ar")])
def test_every_kind_of_block_can_be_set(rtl: bool, lang: str) -> None:
    box = {"kind": "box", "parts": booklet.parts_of("Tärkeää", rtl=rtl)}
    steps = {"kind": "numbers", "items": [[booklet.paragraph("Ensin", rtl=rtl, bold=True)]]}
    phone = booklet.paragraph(NUMBER, rtl=rtl, address="tel:+358800123456")
    content = guide("x", rtl=rtl, lang=lang)
    content["pages"][0]["parts"] = [box, steps, phone]
    whole = content | {"contents": "Sisällys", "pages": [*content["pages"], *content["pages"]]}
    for one in (content, whole):
        assert booklet.as_pdf(one).startswith(b"%PDF")


def test_a_link_that_is_no_web_address_is_only_words() -> None:
    [one] = booklet.parts_of("[x](javascript:alert)")
    assert all("address" not in run for run in one["runs"])


def test_the_same_guide_gives_the_same_bytes() -> None:
    content = guide("Hei", rtl=False, lang="fi")
    assert booklet.as_pdf(content) == booklet.as_pdf(content)
