"""Addresses that anybody may open: adopted programmes."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_public, pages_public_municipal, pages_say

_PROGRAMME = "<int:programme_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_public.programmes, name="public"),
    path(_PROGRAMME, pages_public.programme, name="public-programme"),
    path(f"{_PROGRAMME}<str:lang>.pdf", pages_public.paper, name="public-pdf"),
    path(f"{_PROGRAMME}programme.csv", pages_public.table, name="public-csv"),
    path(f"{_PROGRAMME}programme.json", pages_public.data, name="public-json"),
    path("say/<slug:code>/", pages_say.say, name="say"),
    path("say/<slug:code>/thanks/", pages_say.thanks, name="say-thanks"),
    path("municipal/", pages_public_municipal.programmes, name="public-municipals"),
    path("municipal/<int:programme_id>/", pages_public_municipal.programme, name="public-municipal"),
    path(
        "municipal/<int:programme_id>/<str:lang>.pdf",
        pages_public_municipal.paper,
        name="public-municipal-pdf",
    ),
    path(
        "municipal/<int:programme_id>/programme.json",
        pages_public_municipal.data,
        name="public-municipal-json",
    ),
]
