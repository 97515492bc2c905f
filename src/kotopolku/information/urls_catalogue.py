"""Addresses on which editors see what the national service catalogue says of their services."""

from django.urls import URLPattern, path

from kotopolku.information import pages_catalogue as pages

public: list[URLPattern] = []
staff: list[URLPattern] = [
    path("catalogue/", pages.catalogue, name="catalogue"),
    path("catalogue/link/", pages.link, name="catalogue-link"),
    path("catalogue/<int:item_id>/", pages.item, name="catalogue-item"),
    path("catalogue/<int:item_id>/settle/", pages.settle_all, name="catalogue-settle-all"),
    path("catalogue/<int:item_id>/looked-at/", pages.looked_at, name="catalogue-looked-at"),
    path("catalogue/suggestions/<int:suggestion_id>/", pages.settle, name="catalogue-settle"),
]
