"""The frame's HTML, written once for each seat, language and place in the menu, and kept in the process.

Every page has it, and it changes little: only the form token and the page's own address are put in each time.
Not for: what the frame shows (``context.py``).
"""

from collections import OrderedDict

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kotopolku.portal.context import Frame

MOST_KEPT = 2_000
"""Frames in one process, about 10 kB each; the one not used for longest goes first."""
TOKEN, ADDRESS = "\x00token\x00", "\x00address\x00"
"""Stand where the form token and the page's address go; no text of a page can hold the null character."""

_kept: "OrderedDict[tuple[str | None, Frame], str]" = OrderedDict()


def written(request: HttpRequest, frame: Frame) -> SafeString:
    """The frame's HTML for one request."""
    language = get_language()
    key = (language, frame.at(""))
    html = _kept.get(key)
    if html is None:
        context = {"frame": frame.at(ADDRESS), "csrf_token": TOKEN, "LANGUAGE_CODE": language}
        html = _kept[key] = get_template("portal/frame.html").render(context)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    else:
        _kept.move_to_end(key)
    html = html.replace(TOKEN, get_token(request)).replace(ADDRESS, escape(frame.path))
    return mark_safe(html)  # noqa: S308 - written by a template, and what is put in is escaped
