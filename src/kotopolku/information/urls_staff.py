"""Addresses on which editors and associations keep what the public reads."""

from django.urls import URLPattern, URLResolver

from kotopolku.information import (
    urls_activities,
    urls_catalogue,
    urls_contacts,
    urls_feeds,
    urls_pages,
    urls_public,
    urls_search,
    urls_translating,
)

app_name = "information"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_pages.staff,
    *urls_public.staff,
    *urls_translating.staff,
    *urls_activities.staff,
    *urls_contacts.staff,
    *urls_catalogue.staff,
    *urls_search.staff,
    *urls_feeds.staff,
    *urls_pages.trees,
]
