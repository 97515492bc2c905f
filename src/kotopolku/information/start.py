"""Reads the pages that every installation has from the start: their places, texts by language, sources and date.

Files in, values out, with every text checked by the same rules as people's; nothing is asked of the database.
Not for: writing them (``actions/start_content.py``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date

from kotopolku.information import blocks, wording_public

FOLDER = Path(__file__).parent / "data" / "start"
SOURCE = "fi"
"""The language that the others are translated from."""
SOURCES_BLOCK = "lahteet"


class BadStartContent(ValueError):
    """A file of the start content cannot be used; says which and why."""


@dataclass(frozen=True)
class StartText:
    """One page in one language. ``machine``: no native speaker has read it, and readers are told so."""

    language: str
    title: str
    summary: str
    blocks: tuple[blocks.Block, ...]
    minor: bool = False
    machine: bool = False


@dataclass(frozen=True)
class StartPage:
    """One page with its texts by language, the source language among them."""

    key: str
    icon: str
    review_by: date
    texts: Mapping[str, StartText]


@dataclass(frozen=True)
class Start:
    """All pages in their order, and the day on which they were written."""

    written: date
    pages: tuple[StartPage, ...]


@cache
def start(folder: Path = FOLDER) -> Start:
    """The start content of a folder. Raises ``BadStartContent``."""
    common = tomllib.loads((folder / "pages.toml").read_text(encoding="utf-8"))
    written: date = common["written"]
    pages = []
    for row in common["pages"]:
        found = sorted(folder.glob(f"*/{row['key']}.toml"))
        texts = {path.parent.name: _text(path, row["sources"], common) for path in found}
        if SOURCE not in texts:
            raise BadStartContent(f"{row['key']}: there is no text in the source language ({SOURCE})")
        pages.append(StartPage(row["key"], row["icon"], _months_later(written, row["review"]), texts))
    return Start(written, tuple(pages))


def _text(path: Path, sources: list[str], common: Mapping[str, Any]) -> StartText:
    language = path.parent.name
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    good, faults = blocks.checked([*content["blocks"], _sources_block(language, sources, common)])
    ids = [one.get("id") for one in content["blocks"]]
    if faults or [one["id"] for one in good] != [*ids, SOURCES_BLOCK]:
        raise BadStartContent(f"{language}/{path.name}: {faults or 'a block has no id of its own'}")
    return StartText(
        language=language,
        title=blocks.clean_words(content["title"]),
        summary=blocks.clean_words(content["summary"]),
        blocks=tuple(good),
        minor=content.get("minor", False),
        machine=content.get("checked") == "",
    )


def _sources_block(language: str, sources: list[str], common: Mapping[str, Any]) -> blocks.Block:
    words = common["words"][language]
    day = wording_public.european(format_date(common["written"], "long", wording_public.locale(language)))
    named = [(common["sources"][code], common["sources"][code]["address"]) for code in sources]
    lines = [f"- [{source.get(language, source['en'])}]({address})" for source, address in named]
    text = "\n".join([*lines, "", words["written"].format(day=day)])
    return {"id": SOURCES_BLOCK, "kind": blocks.TEXT, "heading": words["heading"], "text": text}


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))
