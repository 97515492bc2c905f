"""Addresses of translating, terms, links and languages."""

from django.urls import URLPattern, path

from kotopolku.information import (
    pages_languages,
    pages_links,
    pages_terms,
    pages_translating,
    pages_xliff,
)

_TEXT = "pages/<int:page_id>/<slug:language>/"

public: list[URLPattern] = []
staff: list[URLPattern] = [
    path(f"{_TEXT}translate/", pages_translating.translate, name="translate"),
    path(f"{_TEXT}reading/", pages_translating.reading, name="reading"),
    path("terms/", pages_terms.terms, name="terms"),
    path("terms/list.csv", pages_terms.terms_csv, name="terms-csv"),
    path("terms/new/", pages_terms.new, name="term-new"),
    path("terms/<slug:concept>/edit/", pages_terms.edit, name="term-edit"),
    path("terms/<slug:concept>/remove/", pages_terms.remove, name="term-remove"),
    path("links/", pages_links.links, name="links"),
    path("links/<int:link_id>/", pages_links.link, name="link"),
    path("links/<int:link_id>/trust/", pages_links.trust, name="link-trust"),
    path("links/<int:link_id>/check/", pages_links.check, name="link-check"),
    path("languages/", pages_languages.languages, name="languages"),
    path("languages/new/", pages_languages.new, name="language-new"),
    path("languages/<slug:code>/edit/", pages_languages.edit, name="language-edit"),
    path("languages/<slug:code>/retire/", pages_languages.retire, name="language-retire"),
    path("languages/<slug:code>/bring-back/", pages_languages.bring_back, name="language-bring-back"),
    path("languages/<slug:code>/move/", pages_languages.move, name="language-move"),
    path("<slug:space>/translations/", pages_translating.table, name="translations"),
    path("<slug:space>/xliff/", pages_xliff.files, name="xliff"),
    path("<slug:space>/xliff/out.xlf", pages_xliff.send, name="xliff-out"),
    path("<slug:space>/xliff/<int:file_id>/", pages_xliff.file, name="xliff-file"),
    path("<slug:space>/xliff/<int:file_id>/drop/", pages_xliff.drop, name="xliff-drop"),
]
