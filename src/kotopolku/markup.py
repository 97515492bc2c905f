"""Markdown as safe HTML. Every text that people write with marks goes through here, whoever wrote it.

Two kept libraries, one after the other: markdown-it-py takes no HTML, nh3 lets only known elements through.
Not for: where a text stands on a page.
"""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "code",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@lru_cache(maxsize=5_000)
def html(words: str) -> SafeString:
    """The HTML of a Markdown text; headings begin at the third level, for the page and its blocks have the first two."""
    made = _MARKDOWN.render(words)
    for level in (1, 2, 5, 6):
        shown = 3 if level < 3 else 4
        made = made.replace(f"<h{level}>", f"<h{shown}>").replace(f"</h{level}>", f"</h{shown}>")
    return mark_safe(  # noqa: S308 - cleaned in this very call
        nh3.clean(
            made,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"https", "http", "mailto", "tel"},
            link_rel=None,
        )
    )


def plain(words: str) -> str:
    """A Markdown text without its marks, for search, feeds and descriptions."""
    return " ".join(nh3.clean(_MARKDOWN.render(words).replace("</", " </"), tags=set()).split())
