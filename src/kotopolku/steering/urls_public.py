"""Addresses that anybody may open: adopted programmes."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_public

_PROGRAMME = "<int:programme_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_public.programmes, name="public"),
    path(_PROGRAMME, pages_public.programme, name="public-programme"),
    path(f"{_PROGRAMME}<str:lang>.pdf", pages_public.paper, name="public-pdf"),
    path(f"{_PROGRAMME}programme.csv", pages_public.table, name="public-csv"),
    path(f"{_PROGRAMME}programme.json", pages_public.data, name="public-json"),
]
