"""Addresses of the public pages: choosing a place, a space's front page, its pages, news and figures."""

from django.urls import URLPattern, path

from kotopolku.information import pages_news, pages_public, pages_shell

SPACE = "<slug:language>/<slug:space>/"

public: list[URLPattern] = [
    path("", pages_public.enter, name="enter"),
    path("go/", pages_public.go, name="go"),
    path("sw.js", pages_shell.worker, name="worker"),
    path("places.json", pages_shell.places, name="places"),
    path("<slug:language>/", pages_public.choose, name="choose"),
    path("<slug:language>/manifest.webmanifest", pages_shell.manifest, name="manifest"),
    path("<slug:language>/offline/", pages_shell.offline, name="offline"),
    path(f"{SPACE}manifest.webmanifest", pages_shell.manifest, name="space-manifest"),
    path(SPACE, pages_public.front, name="front"),
    path(f"{SPACE}news/", pages_public.news, name="news"),
    path(f"{SPACE}figures/", pages_public.figures, name="figures"),
    path(f"{SPACE}<slug:key>/", pages_public.page, name="page"),
]
staff: list[URLPattern] = [
    path("<slug:slug>/news/", pages_news.news, name="news"),
    path("<slug:slug>/news/add/", pages_news.add, name="news-add"),
    path("<slug:slug>/news/<int:news_id>/", pages_news.change, name="news-change"),
    path("<slug:slug>/news/<int:news_id>/remove/", pages_news.remove, name="news-remove"),
]
