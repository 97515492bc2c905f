"""Addresses of the notices room, under /notices/."""

from django.urls import path

from kotopolku.notices import pages

app_name = "notices"

urlpatterns = [
    path("", pages.notices, name="notices"),
    path("seen/", pages.see_all, name="see-all"),
    path("wishes/", pages.wishes, name="wishes"),
    path("<int:notice_id>/open/", pages.open_notice, name="open"),
]
