"""Addresses of municipal programmes with the councils: hearing, decisions, review, publication, versions."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_council_life as life
from kotopolku.steering import pages_councils as pages

_PROGRAMME = "<int:programme_id>/"
_MUNICIPALITY = f"{_PROGRAMME}municipalities/<int:municipality_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.listed, name="councils"),
    path(_PROGRAMME, pages.programme, name="council-programme"),
    path(f"{_PROGRAMME}statements/", pages.statements, name="council-statements"),
    path(f"{_PROGRAMME}send/", pages.send, name="council-send"),
    path(f"{_PROGRAMME}take-back/", pages.take_back, name="council-take-back"),
    path(f"{_MUNICIPALITY}decision/", pages.decision, name="council-decision"),
    path(f"{_MUNICIPALITY}without/", pages.without, name="council-without"),
    path(f"{_MUNICIPALITY}again/", pages.again, name="council-again"),
    path(f"{_MUNICIPALITY}merge/", life.merge, name="council-merge"),
    path(f"{_PROGRAMME}take-over/", life.take_over, name="council-take-over"),
    path(f"{_PROGRAMME}review/", life.review, name="council-review"),
    path(f"{_PROGRAMME}end/", life.end, name="council-end"),
    path(f"{_PROGRAMME}publish/", life.publish, name="council-publish"),
    path(f"{_PROGRAMME}unpublish/", life.unpublish, name="council-unpublish"),
    path(f"{_PROGRAMME}versions/", life.versions, name="council-versions"),
    path(f"{_PROGRAMME}versions/<int:number>/", life.version, name="council-version"),
]
