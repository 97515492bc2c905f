"""Sets a page, or a whole space's guide, as tagged PDF with Typst; Markdown becomes plain data for the layout.

Not for: what stands in it (such as ``information.guide``).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from kotopolku.letters.paper import FONTS

LAYOUT = Path(__file__).parent / "documents" / "booklet.typ"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_NUMBER = re.compile(r"\+?\d[\d  \-–./:]*\d")
ISOLATE, END = "\u2066", "\u2069"
"""Left-to-right isolate: a telephone number keeps its order inside a line that runs from right to left."""

Part = dict[str, Any]


def as_pdf(guide: dict[str, Any]) -> bytes:
    """The guide as PDF/UA-1; the same content gives the same bytes."""
    return _compiled(guide, format="pdf", pdf_standards=["ua-1"])


def as_picture(guide: dict[str, Any], dots_an_inch: int = 100) -> list[bytes]:
    """The same as pictures (PNG), one for each sheet: what a reader sees, whatever a viewer makes of the PDF's text."""
    made = _compiled(guide, format="png", ppi=float(dots_an_inch), raw=True)
    return made if isinstance(made, list) else [made]


def _compiled(guide: dict[str, Any], *, raw: bool = False, **options: Any) -> Any:
    made = typst.compile(
        str(LAYOUT),
        font_paths=[str(path) for path in FONTS if path.is_dir()],
        ignore_system_fonts=True,
        sys_inputs={"guide": json.dumps(guide, ensure_ascii=False)},
        timestamp=0,
        **options,
    )
    return made if raw else bytes(made)


def isolated(words: str) -> str:
    """Words of a line from right to left with its numbers isolated."""
    return _NUMBER.sub(lambda found: f"{ISOLATE}{found.group()}{END}", words)


def parts_of(words: str, *, rtl: bool = False) -> list[Part]:
    """A Markdown text as data for the layout: paragraphs, lists, headings, tables, runs with their marks."""
    return list(_parts(SyntaxTreeNode(_MARKDOWN.parse(words)), rtl))


def paragraph(words: str, *, rtl: bool = False, **marks: Any) -> Part:
    """One paragraph of plain words, with marks such as ``bold`` or ``address``."""
    return {"kind": "paragraph", "runs": [{"text": isolated(words) if rtl else words, **marks}]}


def _parts(node: SyntaxTreeNode, rtl: bool) -> Iterator[Part]:
    for child in node.children:
        if child.type == "paragraph":
            yield {"kind": "paragraph", "runs": list(_runs(child, {}, rtl))}
        elif child.type == "heading":
            yield {"kind": "heading", "runs": list(_runs(child, {}, rtl))}
        elif child.type in ("bullet_list", "ordered_list"):
            kind = "list" if child.type == "bullet_list" else "numbers"
            yield {"kind": kind, "items": [list(_parts(item, rtl)) for item in child.children]}
        elif child.type == "table":
            rows = [
                [list(_runs(cell, {}, rtl)) for cell in row.children]
                for body in child.children
                for row in body.children
            ]
            cells = [cell for row in rows[1:] for cell in row]
            yield {"kind": "table", "columns": len(rows[0]), "header": rows[0], "cells": cells}
        elif child.type in ("code_block", "fence"):
            yield paragraph(child.content, rtl=rtl)
        else:
            yield from _parts(child, rtl)


def _runs(node: SyntaxTreeNode, marks: dict[str, Any], rtl: bool) -> Iterator[dict[str, Any]]:
    for child in node.children:
        if child.type in ("text", "code_inline"):
            yield {"text": isolated(child.content) if rtl else child.content, **marks}
        elif child.type in ("softbreak", "hardbreak"):
            yield {"text": "\n" if child.type == "hardbreak" else " ", **marks}
        else:
            more: dict[str, Any] = {"strong": {"bold": True}, "em": {"italic": True}}.get(child.type, {})
            address = str(child.attrs.get("href", "")) if child.type == "link" else ""
            if address.startswith(("https://", "http://", "mailto:", "tel:")):
                more = {"address": address}
            yield from _runs(child, {**marks, **more}, rtl)
