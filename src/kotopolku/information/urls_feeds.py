"""Addresses of the site map, the news feed and the pages on paper."""

from django.urls import URLPattern, path

from kotopolku.information import pages_feeds
from kotopolku.information.urls_public import SPACE

public: list[URLPattern] = [
    path("sitemap.xml", pages_feeds.sitemaps, name="sitemaps"),
    path("<slug:language>/sitemap.xml", pages_feeds.sitemap, name="sitemap"),
    path(f"{SPACE}news.rss", pages_feeds.news, name="news-feed"),
    path(f"{SPACE}guide.pdf", pages_feeds.whole_guide, name="guide"),
    path(f"{SPACE}<slug:key>/page.pdf", pages_feeds.page_paper, name="page-paper"),
]
staff: list[URLPattern] = []
