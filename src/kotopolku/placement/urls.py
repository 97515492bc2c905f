"""Addresses of the placement room. No name of a person and no number of a case ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.placement import (
    pages,
    pages_agreements,
    pages_places,
    urls_cases,
    urls_costs,
    urls_money,
    urls_rounds,
)

app_name = "placement"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("agreements/", pages_agreements.agreements, name="agreements"),
    path("agreements/new/", pages_agreements.new, name="agreement-new"),
    path("agreements/<int:agreement_id>/", pages_agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/edit/", pages_agreements.edit, name="agreement-edit"),
    path("agreements/<int:agreement_id>/county/", pages_agreements.ask_county, name="agreement-county"),
    path("agreements/<int:agreement_id>/statement/", pages_agreements.statement, name="agreement-statement"),
    path("agreements/<int:agreement_id>/decide/", pages_agreements.decide, name="agreement-decide"),
    path("agreements/<int:agreement_id>/sign/", pages_agreements.sign, name="agreement-sign"),
    path("agreements/<int:agreement_id>/review/", pages_agreements.review, name="agreement-review"),
    path("agreements/<int:agreement_id>/end/", pages_agreements.end, name="agreement-end"),
    path("agreements/<int:agreement_id>/discard/", pages_agreements.discard, name="agreement-discard"),
    path("agreements/<int:agreement_id>/<str:language>.pdf", pages_agreements.paper, name="agreement-paper"),
    path("places/", pages_places.places, name="places"),
    path("places/table.csv", pages_places.places_csv, name="places-csv"),
    path("places/<int:municipality_id>/", pages_places.municipality, name="municipality"),
    path("places/<int:municipality_id>/agree/", pages_places.agree, name="agree"),
    path("places/<int:municipality_id>/facts/", pages_places.tell_facts, name="facts"),
    path("requests/new/", pages_places.new_request, name="request-new"),
    path("requests/<int:request_id>/", pages_places.asked, name="request"),
    path("requests/<int:request_id>/answer/", pages_places.answer, name="answer"),
    path("targets/", pages_places.targets, name="targets"),
    path("targets/<int:authority_id>/", pages_places.target, name="target"),
]

urlpatterns += urls_money.urlpatterns
urlpatterns += urls_costs.urlpatterns
urlpatterns += urls_cases.urlpatterns
urlpatterns += urls_rounds.urlpatterns
