"""What was copied from a word processor or a web page, as Markdown that a block may hold.

Pure: no Django. Not for: checking a whole text (``blocks.py``), showing it (``kotopolku.markup``).
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import nh3
from lxml import etree, html
from markdownify import markdownify

from kotopolku.information.blocks import SCHEMES, clean_words

LONGEST_PASTED = 2_000_000
"""Signs of HTML that are read; a word processor writes many times the length of the text."""
_TAGS = {
    "p", "br", "strong", "b", "em", "i", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_DROPPED = {
    "script", "style", "title", "xml", "meta", "link", "object", "embed", "iframe", "noscript", "template",
    "form", "input", "button", "select", "textarea", "svg", "math", "video", "audio", "img", "head",
}  # fmt: skip
_CONDITION = re.compile(r"<!\[(?:if|endif)[^>]*\]>", re.IGNORECASE)
_LEVEL = re.compile(r"mso-list:[^;\"']*\blevel(\d)", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list:\s*Ignore", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all|mso-element:\s*(?:comment|footnote)", re.IGNORECASE)
_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(?:normal|400)", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![-\w])font-style:\s*italic", re.IGNORECASE)
_REMARKS = {"MsoCommentReference", "MsoCommentText", "MsoFootnoteReference"}
_COUNTED = re.compile(r"^\(?(?:\d+|[a-z]|[ivx]+)[.)]", re.IGNORECASE)
_DEEPEST = 6
_QUOTED = {ord(sign): f"%{ord(sign):02X}" for sign in ' ()<>[]"\\\n\t'}
"""Signs that would end an address in Markdown."""
_EMPTY_LINES = re.compile(r"\n{3,}")


def markdown_of(pasted: str) -> str:
    """Markdown of pasted HTML: words, headings, lists, links, bold and italic stay, all else goes. Never raises."""
    body = _body(pasted[:LONGEST_PASTED])
    if body is None:
        return ""
    _drop(body)
    _say_emphasis(body)
    _make_lists(body)
    _level_headings(body)
    safe = nh3.clean(
        html.tostring(body, encoding="unicode"),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel=None,
        clean_content_tags=_DROPPED - {"img", "input", "meta", "link", "embed", "xml", "head"},
    )
    made = markdownify(
        safe,
        heading_style="ATX",
        bullets="-",
        escape_underscores=False,
        autolinks=False,
        table_infer_header=True,
    )
    return clean_words(_EMPTY_LINES.sub("\n\n", made))


def _body(pasted: str) -> html.HtmlElement | None:
    """The tree of what was copied: only what lies between the clipboard's marks, where it has them."""
    start, end = pasted.find("<!--StartFragment-->"), pasted.find("<!--EndFragment-->")
    if 0 <= start < end:
        pasted = pasted[start:end]
    pasted = _CONDITION.sub("", "".join(sign for sign in pasted if sign in "\n\t" or ord(sign) >= 32))
    if not pasted.strip():
        return None
    try:
        return html.fragment_fromstring(pasted, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError):
        try:
            found = html.document_fromstring(pasted)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None
        return found if found is not None else None


def _elements(body: html.HtmlElement) -> Iterator[html.HtmlElement]:
    return (one for one in list(body.iter()) if isinstance(one.tag, str))


def _drop(body: html.HtmlElement) -> None:
    """Takes away what nobody sees: remarks, styles, hidden words, the marks that a word processor puts before items."""
    for one in list(body.iter()):
        if one is body:
            continue
        if not isinstance(one.tag, str):
            _cut(one)
            continue
        name = one.tag.lower()
        style = one.get("style", "")
        unseen = _HIDDEN.search(style) or one.get("class", "") in _REMARKS
        if unseen or name in _DROPPED or name.startswith(("v:", "w:", "m:")):
            _cut(one)
        elif ":" in name:
            one.drop_tag()
        elif _IGNORED.search(style):
            _note_marker(one)
            _cut(one)


def _cut(one: html.HtmlElement) -> None:
    if one.getparent() is not None:
        one.drop_tree()


def _note_marker(mark: html.HtmlElement) -> None:
    """Keeps on the paragraph what its item began with, a number or a dot."""
    words = "".join(mark.itertext()).strip()
    above = mark.getparent()
    while above is not None and above.tag not in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "li"):
        above = above.getparent()
    if above is not None:
        above.set("data-marker", words)


def _say_emphasis(body: html.HtmlElement) -> None:
    """Bold and italic that are only a style become elements; those that a style takes back go."""
    for one in _elements(body):
        style = one.get("style", "")
        if one.tag in ("b", "strong") and _NOT_BOLD.search(style):
            one.drop_tag()
        elif one.tag in ("span", "font") and "".join(one.itertext()).strip():
            if _BOLD.search(style):
                one.tag = "strong"
            elif _ITALIC.search(style):
                one.tag = "em"


def _make_lists(body: html.HtmlElement) -> None:
    """Paragraphs that only look like items of a list become one."""
    open_lists: list[html.HtmlElement] = []
    for one in list(body.iter("p", "div")):
        found = _LEVEL.search(one.get("style", ""))
        if found is None or one.getparent() is None:
            if "".join(one.itertext()).strip() and not any(one is above for above in _above(open_lists)):
                open_lists = []
            continue
        level = min(max(int(found[1]), 1), _DEEPEST)
        kind = "ol" if _COUNTED.match(one.get("data-marker", "")) else "ul"
        open_lists = open_lists[:level]
        before = one.getprevious()
        follows = bool(open_lists) and before is open_lists[0]
        if not follows:
            open_lists = []
        while len(open_lists) < level:
            made = etree.SubElement(open_lists[-1][-1], kind) if open_lists and len(open_lists[-1]) else None
            if made is None:
                if open_lists:
                    break
                made = html.Element(kind)
                one.addprevious(made)
            open_lists.append(made)
        open_lists[-1].append(one)
        one.tag = "li"
        if one.tail and one.tail.strip():
            open_lists[0].tail = (open_lists[0].tail or "") + one.tail
        one.tail = None


def _above(lists: list[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    for one in lists:
        yield one
        yield from one.iterancestors()


def _level_headings(body: html.HtmlElement) -> None:
    """Headings at the two levels that a block has; a title or heading style of the word processor is one, too."""
    for one in _elements(body):
        if re.fullmatch(r"h[1-6]", one.tag):
            one.tag = "h3" if one.tag in ("h1", "h2", "h3") else "h4"
        elif one.tag == "p" and one.get("class", "") in ("MsoTitle", "MsoSubtitle"):
            one.tag = "h3"
        elif one.tag == "a" and _leads_out(one.get("href", "")):
            one.set("href", one.get("href").strip().translate(_QUOTED))
        elif one.tag == "a":
            one.drop_tag()


def _leads_out(address: str) -> bool:
    """A bookmark inside the pasted document, or a file on somebody's disk, leads nowhere on a public page."""
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False
