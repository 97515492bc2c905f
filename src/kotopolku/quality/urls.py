"""Addresses of the quality room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.quality import pages

app_name = "quality"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.overview, name="overview"),
    path("authorities/", pages.authorities, name="authorities"),
    path("excuses/<int:excuse_id>/withdraw/", pages.withdraw, name="withdraw"),
    path("<slug:check_id>/", pages.check, name="check"),
    path("<slug:check_id>/<int:relationship_id>/excuse/", pages.excuse, name="excuse"),
]
