"""Addresses of the procurement room."""

from django.urls import URLPattern, URLResolver

from kotopolku.procurement import (
    urls_awards,
    urls_bids,
    urls_contracts,
    urls_disclosure,
    urls_public,
    urls_systems,
    urls_tenders,
)

app_name = "procurement"

urlpatterns: list[URLPattern | URLResolver] = []

urlpatterns += urls_bids.urlpatterns
urlpatterns += urls_tenders.urlpatterns
urlpatterns += urls_systems.urlpatterns
urlpatterns += urls_public.urlpatterns
urlpatterns += urls_awards.urlpatterns
urlpatterns += urls_disclosure.urlpatterns
urlpatterns += urls_contracts.urlpatterns
