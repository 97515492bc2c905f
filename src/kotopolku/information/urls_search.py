"""Addresses of search, feedback and counts."""

from django.urls import URLPattern, path

from kotopolku.information import pages_counts, pages_feedback, pages_search

SPACE = "<slug:language>/<slug:space>/"

public: list[URLPattern] = [
    path(f"{SPACE}search/", pages_search.search, name="search"),
    path(f"{SPACE}feedback/", pages_feedback.form, name="feedback"),
    path(f"{SPACE}feedback/<slug:number>/", pages_feedback.thanks, name="feedback-thanks"),
]
staff: list[URLPattern] = [
    path("feedback/", pages_feedback.tickets, name="feedback"),
    path("feedback/<slug:number>/", pages_feedback.ticket, name="feedback-one"),
    path("feedback/<slug:number>/hand-on/", pages_feedback.hand_on, name="feedback-hand-on"),
    path("feedback/<slug:number>/archive/", pages_feedback.archive, name="feedback-archive"),
    path("feedback/<slug:number>/open/", pages_feedback.open_again, name="feedback-open"),
    path("synonyms/<int:group_id>/", pages_search.change, name="synonyms-change"),
    path("synonyms/<int:group_id>/remove/", pages_search.remove, name="synonyms-remove"),
    path("<slug:slug>/synonyms/", pages_search.synonyms, name="synonyms"),
    path("<slug:slug>/synonyms/add/", pages_search.add, name="synonyms-add"),
    path("<slug:slug>/counts/", pages_counts.counts, name="counts"),
]
