"""The texts of a page one by one, so that a translation can stand beside its source: taken apart, carried over, put together.

Pure: no Django. A part is known by the id of its block and the name of its field, in every language and version. Not for:
what a block may hold (``blocks.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kotopolku.information.blocks import SHAPES, Block

Key = tuple[str, str]
"""Id of a block and name of a field: ("a1b2", "text"), ("a1b2", "items.0.title")."""
PAGE = "_"
"""In place of a block: the page's own title and summary."""
TITLE, SUMMARY = (PAGE, "title"), (PAGE, "summary")
ADDRESS = "address"


@dataclass(frozen=True)
class Content:
    """What a version of a text says."""

    title: str
    summary: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Part:
    """One text. ``kind``: of its block, "page" for title and summary. ``number``: of an item from 1, 0 for others."""

    key: Key
    kind: str
    words: str
    number: int = 0

    @property
    def name(self) -> str:
        """The field without its number: "title", "text"."""
        return self.key[1].rsplit(".", 1)[-1]

    @property
    def is_long(self) -> bool:
        return self.name in ("text", "summary")

    @property
    def is_address(self) -> bool:
        return self.name == ADDRESS


def parts(content: Content) -> list[Part]:
    """Every text that is not empty, and the title; in the order of reading."""
    return list(_parts(content))


def _parts(content: Content) -> Iterator[Part]:
    yield Part(TITLE, "page", content.title)
    if content.summary:
        yield Part(SUMMARY, "page", content.summary)
    for block in content.blocks:
        shape = SHAPES[block["kind"]]
        for name in shape.words:
            if block.get(name):
                yield Part((block["id"], name), block["kind"], block[name])
        if shape.address and block.get("address"):
            yield Part((block["id"], ADDRESS), block["kind"], block["address"])
        for number, item in enumerate(block.get("items", ())):
            for name in ("title", "text"):
                if item.get(name):
                    yield Part((block["id"], f"items.{number}.{name}"), block["kind"], item[name], number + 1)


def words_of(content: Content) -> dict[Key, str]:
    """The texts by their key."""
    return {part.key: part.words for part in _parts(content)}


def carried(now: Content, then: Content | None, own: Content) -> dict[Key, str]:
    """The words of a translation by the keys of the source as it is now.

    Steps of a list have no ids: where the source has got or lost a step since ``then``, each translated step follows its
    own source step.
    """
    words = words_of(own)
    if then is None:
        return words
    before = {block["id"]: block for block in then.blocks}
    for block in now.blocks:
        old = before.get(block["id"])
        if old is None or old.get("items", []) == block.get("items", []):
            continue
        stay = {key: text for key, text in words.items() if key[0] != block["id"] or not _is_item(key)}
        places = _places(old.get("items", []), block.get("items", []))
        for (identifier, name), text in words.items():
            if identifier == block["id"] and _is_item((identifier, name)):
                _items, number, last = name.split(".")
                if int(number) in places:
                    stay[identifier, f"items.{places[int(number)]}.{last}"] = text
        words = stay
    return words


def _is_item(key: Key) -> bool:
    return key[1].startswith("items.")


def _places(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> dict[int, int]:
    """Where each item of before is after; an item that was only reworded keeps its place between those that stayed."""
    old = [(one.get("title", ""), one.get("text", "")) for one in before]
    new = [(one.get("title", ""), one.get("text", "")) for one in after]
    found: dict[int, int] = {}
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and end - start == last - first):
            found |= dict(zip(range(start, end), range(first, last), strict=True))
    return found


def put_together(source: Content, words: Mapping[Key, str], kept: Sequence[Block] = ()) -> Content:
    """A translation: the source's blocks with the given words in place of its own.

    A block of which nothing is translated yet is left out, but for live cards, which need no words. ``kept``: blocks that
    the source has no more and the translation goes on with, at the end.
    """
    made = [block for one in source.blocks if (block := _translated(one, words)) is not None]
    return Content(words.get(TITLE, "").strip(), words.get(SUMMARY, "").strip(), [*made, *kept])


def _translated(block: Block, words: Mapping[Key, str]) -> Block | None:
    shape = SHAPES[block["kind"]]
    made = {name: value for name, value in block.items() if name not in (*shape.words, "items")}
    own = {name: text for name in shape.words if (text := words.get((block["id"], name), "").strip())}
    made |= own
    if address := words.get((block["id"], ADDRESS), "").strip():
        made["address"] = address
    items = []
    for number in range(len(block.get("items", ()))):
        item = {
            name: words.get((block["id"], f"items.{number}.{name}"), "").strip() for name in ("title", "text")
        }
        if any(item.values()):
            items.append(item)
    if shape.listed:
        made["items"] = items
    if not own and not items and (shape.needed or shape.listed):
        return None
    return made


def step_left_out(source: Content, words: Mapping[Key, str]) -> Key | None:
    """A step that has no words though a later one has. Steps have no ids: left out, it would have the next in its place."""
    for block in source.blocks:
        steps = [
            [(block["id"], f"items.{number}.{name}") for name in ("title", "text") if item.get(name)]
            for number, item in enumerate(block.get("items", ()))
        ]
        told = [any(words.get(key, "").strip() for key in keys) for keys in steps]
        if False in told and True in told[told.index(False) :]:
            return steps[told.index(False)][0]
    return None


def gone(source: Content, own: Content) -> list[Block]:
    """Blocks of the translation that the source has no more."""
    there = {block["id"] for block in source.blocks}
    return [block for block in own.blocks if block["id"] not in there]


def replaced(content: Content, old: str, new: str) -> Content:
    """The content with one address in place of another, in texts and on buttons."""
    blocks: list[Block] = []
    for block in content.blocks:
        shape = SHAPES[block["kind"]]
        made = dict(block)
        for name in shape.words:
            if made.get(name):
                made[name] = _replaced(made[name], old, new)
        if shape.address and made.get("address") == old:
            made["address"] = new
        if "items" in made:
            made["items"] = [
                {name: _replaced(text, old, new) for name, text in item.items()} for item in made["items"]
            ]
        blocks.append(made)
    return Content(content.title, content.summary, blocks)


def _replaced(text: str, old: str, new: str) -> str:
    for before, after in (("](", ")"), ("](", " "), ("](<", ">"), ("<", ">")):
        text = text.replace(f"{before}{old}{after}", f"{before}{new}{after}")
    return text
