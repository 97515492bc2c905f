"""What is stored about the client as tagged PDF (PDF/UA-1) in the client's language, set by Typst.

Not for: what stands in it (``own_data.py``).
"""

import json
from datetime import date
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from kotopolku.letters.paper import FONTS
from kotopolku.mypage import languages, wording
from kotopolku.mypage.own_data import Stored

LAYOUT = Path(__file__).parent / "documents" / "own_data.typ"


def as_pdf(stored: Stored, day: date) -> bytes:
    """The sections on paper, in the language in use, from right to left where the script runs so."""
    language = languages.current()
    content = {
        "title": _("What is stored about you"),
        "lang": language.code.partition("-")[0],
        "rtl": language.direction == "rtl",
        "day": wording.day(day),
        "sections": [
            {"title": str(section.title), "rows": [[str(part) for part in row] for row in section.rows]}
            for section in stored.sections
        ],
    }
    return bytes(
        typst.compile(
            str(LAYOUT),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(path) for path in FONTS if path.is_dir()],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
        )
    )
