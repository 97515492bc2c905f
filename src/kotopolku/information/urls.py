"""Addresses of the public pages. The last parts are keys of pages: every address of another kind stands before them."""

from django.urls import URLPattern, URLResolver

from kotopolku.information import (
    urls_activities,
    urls_contacts,
    urls_feeds,
    urls_pages,
    urls_public,
    urls_search,
)

app_name = "info"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_feeds.public,
    *urls_search.public,
    *urls_activities.public,
    *urls_contacts.public,
    *urls_pages.public,
    *urls_public.public,
]
