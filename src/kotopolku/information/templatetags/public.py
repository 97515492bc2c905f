"""Parts of the public pages' templates: days and numbers in the reader's language, which language a text is in, Markdown.

Not for: decisions. Load it in templates of this room.
"""

import re
from datetime import date
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kotopolku import markup
from kotopolku.information import languages, public_frame, revisions, wording_public
from kotopolku.information.days import days_in
from kotopolku.information.languages import Language
from kotopolku.information.models import Space
from kotopolku.information.queries.directory import Coming

register = template.Library()
register.filter("public_day", wording_public.day)
register.filter("public_month", wording_public.month)
register.filter("public_number", wording_public.number)

_TAG = re.compile(r"(<[^>]*>)")
_NUMBER = re.compile(r"(?<![\w.,/+-])\+?\d+(?:[ \u00a0–-]\d+)+(?![\w/])")
"""A telephone number, a span of hours or years: groups of digits that a right-to-left line would turn round."""


_DIRECTIONS = {
    "ar": "rtl",
    "fa": "rtl",
    "he": "rtl",
    "ur": "rtl",
    "ps": "rtl",
    "ckb": "rtl",
    "sd": "rtl",
    "ug": "rtl",
}


@register.filter
@lru_cache(maxsize=5_000)
def marked(words: str) -> SafeString:
    """Markdown as HTML, with groups of digits kept from left to right."""
    parts = _TAG.split(markup.html(words))
    return SafeString("".join(part if part.startswith("<") else _NUMBER.sub(_apart, part) for part in parts))


def _apart(found: re.Match[str]) -> str:
    return f'<bdi dir="ltr">{found.group()}</bdi>'


@register.simple_tag(takes_context=True)
def said(context: template.Context, code: str) -> SafeString:
    """The attributes of a text in another language than the page's own words; nothing for the same."""
    if not code or code == (get_language() or ""):
        return SafeString("")
    reader = context.get("reader")
    known = reader.named(code) if reader is not None else None
    direction = known.direction if known is not None and known.name != code else _DIRECTIONS.get(code, "ltr")
    return format_html(' lang="{}" dir="{}"', code, direction)


@register.simple_tag(takes_context=True)
def frame_of_page(context: template.Context) -> public_frame.Frame:
    """The frame around a public page. A page that has not told its reader costs one statement."""
    request = context["request"]
    reader = context.get("reader") or getattr(request, "reader", None)
    if reader is None:
        parts = request.path.removeprefix(languages.PUBLIC).split("/")
        reader = revisions.reader_of(parts[0], parts[1] if len(parts) > 2 else "")
    context["reader"] = reader
    context["space"] = reader.space
    return public_frame.frame(request, reader)


@register.filter
def place(space: Space) -> SafeString:
    """A place's name, kept apart from the direction of the text around it."""
    language = get_language() or "fi"
    name = space.name()
    own = language in ("fi", "sv", "en") or language in space.names
    return format_html("<bdi>{}</bdi>", name) if own else format_html('<bdi lang="fi">{}</bdi>', name)


@register.filter
def year_end(year: int) -> str:
    """The last day of a year, on which the population is counted."""
    return wording_public.day(date(year, 12, 31)) if year else ""


@register.filter
def days_of(coming: Coming) -> str:
    """The days on which a deputy answers."""
    return days_in(coming.first, coming.last)


@register.simple_tag
def words_language() -> Language:
    """The language of the page's own words, for pages that must not ask the database."""
    code = get_language() or "fi"
    return next((one for one in languages.at_the_start() if one.code == code), languages.at_the_start()[0])


@register.simple_tag
def start_languages() -> tuple[Language, ...]:
    """The languages of the data, for fault pages."""
    return languages.at_the_start()
