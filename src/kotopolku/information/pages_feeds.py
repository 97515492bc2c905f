"""What machines and printers read: site map, news as RSS, a page or a space's guide as PDF.

Not for: JSON for apps (``api.py``), calendars (``pages_public_activities.py``).
"""

import json
from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kotopolku import clock, markup
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.information import guide
from kotopolku.information.models import ContentLanguage, PageKind, PageText, Space
from kotopolku.information.queries import reading
from kotopolku.information.revisions import Reader, entered, revised
from kotopolku.letters import booklet

MOST_ADDRESSES = 45_000
"""In one site map; the protocol allows 50,000."""
GUIDES_KEPT = 16
"""Guides on paper in one process, some hundred kilobytes each; asked for again they are not set again."""


def _site(path: str) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + path


@open_to_all
@require_safe
def sitemaps(request: HttpRequest) -> HttpResponse:
    """The index of site maps, one for each language in use. One statement."""
    codes = ContentLanguage.objects.filter(retired_on=None).values_list("code", flat=True)
    rows = "".join(
        f"<sitemap><loc>{escape(_site(reverse('info:sitemap', args=[code])))}</loc></sitemap>"
        for code in codes
    )
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>')


@open_to_all
@require_safe
def sitemap(request: HttpRequest, language: str) -> HttpResponse:
    """Front pages of all spaces, and every page at the space that says it, in one language. Three statements."""
    entered(language, "suomi", "")
    rows = "".join(
        f"<url><loc>{escape(_site(address))}</loc>"
        + (f"<lastmod>{updated.isoformat(timespec='seconds')}</lastmod>" if updated else "")
        + "</url>"
        for address, updated in _addresses(language)
    )
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')


def _addresses(language: str) -> Iterator[tuple[str, datetime | None]]:
    for slug in Space.objects.order_by("pk").values_list("slug", flat=True):
        yield reverse("info:front", args=[language, slug]), None
    texts = PageText.objects.filter(
        language=language, page__kind=PageKind.OWN, page__removed_on=None
    ).exclude(published=None)
    rows = texts.order_by("page_id").values_list("page__space__slug", "page__key", "published_at")
    for slug, key, updated in rows[:MOST_ADDRESSES]:
        yield reverse("info:page", args=[language, slug, key]), updated


def _xml(content: str) -> HttpResponse:
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{content}', content_type="application/xml; charset=utf-8"
    )


@require_safe
@revised
def news(request: HttpRequest, reader: Reader) -> HttpResponse:
    """News of a space and those above it as RSS 2.0."""
    name = reader.space.name(reader.language.code)
    page = _site(reverse("info:news", args=[reader.language.code, reader.space.slug]))
    feed = Rss201rev2Feed(
        title=f"{name}: {_('News')}",
        link=page,
        description=_("News"),
        language=reader.language.code,
        feed_url=_site(request.path),
    )
    for one in reading.news(reader):
        feed.add_item(
            title=one.title,
            link=f"{page}#news-{one.id}",
            description=markup.html(one.words),
            unique_id=f"{page}#news-{one.id}",
            pubdate=datetime.combine(one.shown_from, time(12), clock.HELSINKI),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@require_safe
@revised
def whole_guide(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All pages of a space on paper."""
    return _pdf(guide.of_space(reader), f"{reader.space.slug}-{reader.language.code}")


@require_safe
@revised
def page_paper(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """One page on paper."""
    made = guide.of_page(reader, key)
    if made is None:
        raise NotVisible
    return _pdf(made, f"{key}-{reader.language.code}")


def _pdf(content: dict[str, Any], name: str) -> HttpResponse:
    return HttpResponse(
        _set(json.dumps(content)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


@lru_cache(maxsize=GUIDES_KEPT)
def _set(content: str) -> bytes:
    return booklet.as_pdf(json.loads(content))
