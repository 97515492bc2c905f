"""Texts to be translated as XLIFF 2.0, and what came back, read without trusting it. No database.

A page is a ``<file>``, a text of it a ``<unit>`` whose id says page, version, block and field. Links travel as inline codes,
so that a translator cannot break an address. Not for: comparing with what is stored, and writing (``actions/xliff.py``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
MEDIA_TYPE = "application/xliff+xml"
MOST_BYTES = 20 * 1024 * 1024
MOST_UNITS = 60_000
_Q = f"{{{NAMESPACE}}}"
_LANG_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LINK = re.compile(
    r"\[(?P<label>[^\[\]]*)\]\((?P<address><[^>\n]*>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)|<(?P<bare>https?://[^>\s]+)>"
)
_BROKEN = re.compile(
    r"\[[^\[\]]*\]\([^)]*$|\]\s+\((?:https?:|mailto:|tel:|/)|\[[^\[\]]*\]\(\s*\)", re.MULTILINE
)
_UNIT = re.compile(
    r"(?P<page>\d{1,18})\.(?P<version>\d{1,9})\.(?P<block>_|[a-z0-9]{1,20})\.(?P<field>[a-z]+(?:\.\d{1,3}\.[a-z]+)?)"
)


class Unreadable(Exception):
    """The file is not one that can be read at all. ``code``: see ``wording_translating.UNREADABLE``."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, order=True)
class UnitId:
    """Which text of which version. ``field``: "title", "text", or "items.0.title"."""

    page: int
    version: int
    block: str
    field: str

    def __str__(self) -> str:
        return f"{self.page}.{self.version}.{self.block}.{self.field}"

    @classmethod
    def parse(cls, text: str) -> "UnitId | None":
        found = _UNIT.fullmatch(text)
        if found is None:
            return None
        return cls(int(found["page"]), int(found["version"]), found["block"], found["field"])


@dataclass(frozen=True)
class Unit:
    """One text to go out. ``state``: initial, translated, reviewed or final, as XLIFF has them."""

    id: UnitId
    source: str
    target: str = ""
    state: str = "initial"
    notes: tuple[str, ...] = ()
    """What the translator should know of the text: where it stands."""
    terms: tuple[str, ...] = ()
    """Words of the term list that occur in it, with the word to use."""


@dataclass(frozen=True)
class PageFile:
    """One page to go out. ``original`` says space and page: "vantaa/12"."""

    original: str
    page: int
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Came:
    """One unit that came back. ``id`` is None when it is none of ours: then ``name`` is what it was called."""

    id: UnitId | None
    name: str
    original: str
    source: str
    target: str | None
    """None when it was not translated."""
    faults: tuple[str, ...] = ()
    """Codes of inline marks that were lost, added or broken."""


@dataclass(frozen=True)
class Document:
    """A file that came back."""

    source_language: str
    target_language: str
    units: tuple[Came, ...]
    originals: frozenset[str] = field(default_factory=frozenset)


# --- Out ---------------------------------------------------------------------------------------------------------------


def written(files: Iterable[PageFile], source_language: str, target_language: str) -> bytes:
    """The file, in UTF-8."""
    root = etree.Element(
        f"{_Q}xliff",
        {"version": "2.0", "srcLang": source_language, "trgLang": target_language},
        nsmap={None: NAMESPACE},
    )
    for one in files:
        page = etree.SubElement(root, f"{_Q}file", {"id": f"page-{one.page}", "original": one.original})
        for unit in one.units:
            _write_unit(page, unit)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
    return made


def _write_unit(page: "etree._Element", unit: Unit) -> None:
    made = etree.SubElement(page, f"{_Q}unit", {"id": str(unit.id), _LANG_SPACE: "preserve"})
    if unit.notes or unit.terms:
        notes = etree.SubElement(made, f"{_Q}notes")
        for category, texts in (("place", unit.notes), ("term", unit.terms)):
            for text in texts:
                etree.SubElement(notes, f"{_Q}note", {"category": category}).text = _allowed(text)
    codes = _codes(unit.source)
    if codes:
        data = etree.SubElement(made, f"{_Q}originalData")
        for name, text in codes.items():
            etree.SubElement(data, f"{_Q}data", {"id": name}).text = _allowed(text)
    segment = etree.SubElement(made, f"{_Q}segment", {"state": unit.state})
    _write_inline(etree.SubElement(segment, f"{_Q}source"), unit.source, unit.source)
    if unit.target:
        _write_inline(etree.SubElement(segment, f"{_Q}target"), unit.target, unit.source)


def _codes(source: str) -> dict[str, str]:
    """Original data of the links in a source: "d1" their beginning, "e1" their end; of a bare address all of it."""
    found: dict[str, str] = {}
    for number, link in enumerate(_LINK.finditer(source), start=1):
        if link["bare"]:
            found[f"d{number}"] = link.group()
        else:
            found |= {f"d{number}": "[", f"e{number}": f"]({link['address']})"}
    return found


def _write_inline(made: "etree._Element", text: str, source: str) -> None:
    """Text with its links as codes, each with the number that the same address has in the source; others stay text."""
    numbers: dict[str, list[int]] = {}
    for number, link in enumerate(_LINK.finditer(source), start=1):
        numbers.setdefault(link["bare"] or link["address"], []).append(number)
    last: etree._Element | None = None
    end = 0

    def put(words: str) -> None:
        if last is None:
            made.text = (made.text or "") + _allowed(words)
        else:
            last.tail = (last.tail or "") + _allowed(words)

    for link in _LINK.finditer(text):
        put(text[end : link.start()])
        end = link.end()
        left = numbers.get(link["bare"] or link["address"], [])
        if not left:
            put(link.group())
            continue
        number = left.pop(0)
        if link["bare"]:
            last = etree.SubElement(made, f"{_Q}ph", {"id": str(number), "dataRef": f"d{number}"})
        else:
            last = etree.SubElement(
                made,
                f"{_Q}pc",
                {"id": str(number), "dataRefStart": f"d{number}", "dataRefEnd": f"e{number}"},
            )
            last.text = _allowed(link["label"])
    put(text[end:])


def _allowed(text: str) -> str:
    """Without signs that XML cannot hold."""
    return "".join(
        sign for sign in text if sign in "\t\n" or (ord(sign) >= 32 and sign not in "\ufffe\uffff")
    )


# --- In ----------------------------------------------------------------------------------------------------------------


def read(content: bytes) -> Document:
    """Reads a file that came back. No entities, no outside addresses, a bound on size. Raises ``Unreadable``."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large", most=MOST_BYTES // 1024 // 1024)
    if not content.strip():
        raise Unreadable("empty")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise Unreadable("not-xml", line=line) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("doctype")
    tag = etree.QName(root)
    if tag.localname != "xliff":
        raise Unreadable("not-xliff")
    if tag.namespace != NAMESPACE:
        raise Unreadable("other-version", version=str(root.get("version", ""))[:10])
    units: list[Came] = []
    originals: set[str] = set()
    for page in root.iterfind(f"{_Q}file"):
        original = str(page.get("original", ""))
        originals.add(original)
        for unit in page.iter(f"{_Q}unit"):
            units.append(_came(unit, original))
            if len(units) > MOST_UNITS:
                raise Unreadable("too-many", most=MOST_UNITS)
    if not units:
        raise Unreadable("no-units")
    return Document(
        root.get("srcLang", "").lower(), root.get("trgLang", "").lower(), tuple(units), frozenset(originals)
    )


def _came(unit: "etree._Element", original: str) -> Came:
    """One unit, its segments put together in their order."""
    name = str(unit.get("id", ""))
    data = {str(one.get("id")): one.text or "" for one in unit.iterfind(f"{_Q}originalData/{_Q}data")}
    sources: list[str] = []
    targets: list[str] = []
    faults: list[str] = []
    is_translated = False
    source_codes: list[str] = []
    target_codes: list[str] = []
    for part in unit:
        if part.tag not in (f"{_Q}segment", f"{_Q}ignorable"):
            continue
        source, target = part.find(f"{_Q}source"), part.find(f"{_Q}target")
        if source is not None:
            sources.append(_inline(source, data, source_codes, []))
        if target is not None:
            is_translated = is_translated or part.tag == f"{_Q}segment"
            targets.append(_inline(target, data, target_codes, faults))
        elif part.tag == f"{_Q}ignorable" and sources:
            targets.append(sources[-1])
    target_text = "".join(targets) if is_translated and "".join(targets).strip() else None
    if target_text is not None:
        lost = [code for code in source_codes if code not in target_codes]
        added = [code for code in target_codes if code not in source_codes]
        faults += ["inline-lost"] * bool(lost) + ["inline-added"] * bool(added)
        if len(target_codes) != len(set(target_codes)):
            faults.append("inline-twice")
    return Came(
        UnitId.parse(name), name[:80], original, "".join(sources), target_text, tuple(dict.fromkeys(faults))
    )


def _inline(element: "etree._Element", data: Mapping[str, str], codes: list[str], faults: list[str]) -> str:
    """The text of a source or target with its codes written as Markdown again."""
    written_: list[str] = [element.text or ""]
    for child in element:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if kind == "pc":
            codes.append(str(child.get("id")))
            written_ += [
                _datum(child.get("dataRefStart"), data, faults),
                _inline(child, data, codes, faults),
                _datum(child.get("dataRefEnd"), data, faults),
            ]
        elif kind in ("ph", "sc"):
            codes.append(str(child.get("id")))
            written_.append(_datum(child.get("dataRef"), data, faults))
        elif kind == "ec":
            written_.append(_datum(child.get("dataRef"), data, faults))
        elif kind == "mrk":
            written_.append(_inline(child, data, codes, faults))
        elif kind == "cp":
            pass  # A sign that XML cannot hold: no text of ours has one.
        elif kind:
            faults.append("inline-broken")
            written_.append(_inline(child, data, codes, faults))
        else:
            faults.append("inline-broken")  # An entity: nothing of it is read.
        written_.append(child.tail or "")
    return "".join(written_)


def _datum(name: str | None, data: Mapping[str, str], faults: list[str]) -> str:
    if name is None or name not in data:
        faults.append("inline-broken")
        return ""
    return data[name]


def link_faults(source: str, target: str) -> list[str]:
    """What is wrong with the Markdown links of a translation: "link-broken", "link-lost", "link-other"."""
    found: list[str] = []
    if _BROKEN.search(target) and not _BROKEN.search(source):
        found.append("link-broken")
    wanted, there = addresses(source), addresses(target)
    if len(there) < len(wanted):
        found.append("link-lost")
    elif sorted(wanted) != sorted(there):
        found.append("link-other")
    return found


def addresses(text: str) -> list[str]:
    """The addresses that a Markdown text leads to."""
    return [(link["bare"] or link["address"]).strip("<>") for link in _LINK.finditer(text)]


def twice(units: Sequence[Came]) -> Iterator[str]:
    """Names of units that came more than once."""
    seen: set[str] = set()
    for one in units:
        if one.name in seen:
            yield one.name
        seen.add(one.name)
