"""Sets a letter as tagged PDF (PDF/UA-1) with Typst: Latin, Cyrillic, Arabic and Chinese script.

Not for: the words (``sources.py``), which letter (``actions.py``).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

LAYOUT = Path(__file__).parent / "documents" / "letter.typ"
_FAMILIES = settings.NODE_MODULES / "@expo-google-fonts"
FONTS = (
    _FAMILIES / "source-sans-3",
    _FAMILIES / "noto-sans-arabic",
    # Only the two weights that letters use: a Chinese font is large.
    _FAMILIES / "noto-sans-sc" / "400Regular",
    _FAMILIES / "noto-sans-sc" / "700Bold",
)


def as_pdf(letter: dict[str, Any]) -> bytes:
    """The letter as PDF/UA-1; the same content gives the same bytes."""
    return bytes(
        typst.compile(
            str(LAYOUT),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(path) for path in FONTS if path.is_dir()],
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(letter, ensure_ascii=False)},
            timestamp=0,
        )
    )


def fingerprint(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
