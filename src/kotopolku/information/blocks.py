"""The content of a text as blocks: which kinds there are, what each holds, checking and cleaning what was typed.

Pure: no Django. Texts are Markdown; HTML in them is cleaned away. Not for: showing blocks (``kotopolku.markup``).
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import nh3

Block = dict[str, Any]

TEXT, STEPS, NOTICE = "text", "steps", "notice"
CONTACT, SERVICE, EVENT = "contact", "service", "event"
FORM, DOWNLOAD, PICTURE = "form", "download", "picture"


@dataclass(frozen=True)
class Shape:
    """What a kind of block holds. ``words``: fields that are translated. ``target``: it shows a live card of that kind."""

    words: tuple[str, ...]
    """Fields with a text: "heading", "text", "label", "alt"."""
    needed: tuple[str, ...] = ()
    listed: bool = False
    """It has ``items``, each with "title" and "text"."""
    target: str = ""
    """contact, service, event or file: the block has its id in "target"."""
    address: bool = False
    """It leads to "address"."""


SHAPES: Mapping[str, Shape] = {
    TEXT: Shape(("heading", "text"), needed=("text",)),
    STEPS: Shape(("heading",), listed=True),
    NOTICE: Shape(("heading", "text"), needed=("text",)),
    CONTACT: Shape(("heading",), target="contact"),
    SERVICE: Shape(("heading",), target="service"),
    EVENT: Shape(("heading",), target="event"),
    FORM: Shape(("label", "text"), needed=("label",), address=True),
    DOWNLOAD: Shape(("label", "text"), needed=("label",), target="file"),
    PICTURE: Shape(("alt", "text"), target="file"),
}
TONES = ("info", "warn")
MOST_BLOCKS = 60
MOST_ITEMS = 30
LONGEST_TEXT = 20_000
LONGEST_LINE = 200
SCHEMES = ("https", "http", "mailto", "tel")
_LINK = re.compile(r"\[(?P<label>[^\]]*)\]\((?P<address><[^>]*>|[^\s)]+)[^)]*\)|<(?P<bare>https?://[^>\s]+)>")
_TAG = re.compile(r"<(?!https?://|mailto:)[a-zA-Z!/?]")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a block: its number from 1 (0 = the whole), the field, a stable code."""

    block: int
    field: str
    code: str
    params: Mapping[str, Any]


def new_id() -> str:
    """A mark by which a block is known in every language and version."""
    return secrets.token_hex(4)


def clean_words(text: str) -> str:
    """Markdown as it may be stored: no HTML, no control characters, plain line ends, no strange spaces from Word."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    text = "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
    if _TAG.search(text):
        text = nh3.clean(text, tags=set())
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&quot;", '"')
        text = _TAG.sub(lambda found: "‹" + found.group()[1:], text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def links_in(blocks: Sequence[Block]) -> Iterator[str]:
    """Every web address that the blocks lead to, in their order."""
    for words in texts_in(blocks):
        for found in _LINK.finditer(words):
            yield (found["bare"] or found["address"]).strip("<>")
    for block in blocks:
        if SHAPES[block["kind"]].address and block.get("address"):
            yield str(block["address"])


def texts_in(blocks: Sequence[Block]) -> Iterator[str]:
    """Every text of the blocks, in the order of reading."""
    for block in blocks:
        for name in SHAPES[block["kind"]].words:
            if block.get(name):
                yield block[name]
        for item in block.get("items", ()):
            yield from (item[name] for name in ("title", "text") if item.get(name))


def embeds_in(blocks: Sequence[Block]) -> set[tuple[str, int]]:
    """Kind and id of everything the blocks show as a live card."""
    return {
        (SHAPES[block["kind"]].target, int(block["target"]))
        for block in blocks
        if SHAPES[block["kind"]].target and block.get("target")
    }


def is_safe_address(address: str) -> bool:
    """Whether an address may be led to: web, e-mail, telephone, or a place of the same site."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.path)
    return address.startswith("/") and not address.startswith("//")


def checked(blocks: Sequence[Mapping[str, Any]]) -> tuple[list[Block], list[Fault]]:
    """The blocks as they may be stored, and what is wrong with them. Unknown fields are left out; blocks keep their ids."""
    found: list[Fault] = []
    if len(blocks) > MOST_BLOCKS:
        found.append(Fault(0, "", "too-many-blocks", {"most": MOST_BLOCKS}))
    seen: set[str] = set()
    good: list[Block] = []
    for number, given in enumerate(blocks[:MOST_BLOCKS], start=1):
        shape = SHAPES.get(str(given.get("kind")))
        if shape is None:
            found.append(Fault(number, "kind", "unknown-kind", {"kind": str(given.get("kind"))[:20]}))
            continue
        known = str(given.get("id", ""))
        block: Block = {
            "id": known if re.fullmatch(r"[a-z0-9]{1,20}", known) and known not in seen else new_id(),
            "kind": given["kind"],
        }
        seen.add(block["id"])
        _take_words(shape, given, block, number, found)
        if block["kind"] == NOTICE:
            block["tone"] = given.get("tone") if given.get("tone") in TONES else "info"
        if shape.target:
            target = str(given.get("target", ""))
            if target.isdecimal() and len(target) < 18 and int(target) > 0:
                block["target"] = int(target)
            else:
                found.append(Fault(number, "target", "no-target", {}))
        if shape.address:
            block["address"] = str(given.get("address", "")).strip()
            if not is_safe_address(block["address"]):
                found.append(Fault(number, "address", "bad-address", {"address": block["address"][:80]}))
        good.append(block)
    return good, found


def _take_words(
    shape: Shape, given: Mapping[str, Any], block: Block, number: int, found: list[Fault]
) -> None:
    for name in shape.words:
        words = _words(given, name, number, name, found)
        if words:
            block[name] = words
        elif name in shape.needed:
            found.append(Fault(number, name, "empty", {}))
    if not shape.listed:
        return
    items = [
        {name: _words(item, name, number, f"item-{place}-{name}", found) for name in ("title", "text")}
        for place, item in enumerate(given.get("items") or (), start=1)
    ]
    block["items"] = [one for one in items if any(one.values())]
    if not block["items"]:
        found.append(Fault(number, "items", "empty", {}))
    if len(block["items"]) > MOST_ITEMS:
        found.append(Fault(number, "items", "too-many-items", {"most": MOST_ITEMS}))


def _words(given: Mapping[str, Any], name: str, number: int, field: str, found: list[Fault]) -> str:
    """One text as it may be stored; what is wrong with it is noted at ``field``."""
    words = clean_words(str(given.get(name) or ""))
    most = LONGEST_TEXT if name == "text" else LONGEST_LINE
    if len(words) > most:
        found.append(Fault(number, field, "too-long", {"most": most}))
    found.extend(
        Fault(number, field, "bad-address", {"address": address[:80]})
        for address in links_in([{"kind": TEXT, "text": words}])
        if not is_safe_address(address)
    )
    return words
