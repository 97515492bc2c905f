"""Addresses of the retention room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.retention import pages

app_name = "retention"

ONE = "<int:relationship_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.overview, name="overview"),
    path("holds/<int:hold_id>/lift/", pages.lift, name="lift"),
    path(ONE, pages.case, name="case"),
    path(ONE + "hold/", pages.hold, name="hold"),
    path(ONE + "information/", pages.information_request, name="information"),
    path(ONE + "information/<int:request_id>.pdf", pages.information_paper, name="information-paper"),
    path(ONE + "restriction/", pages.restriction, name="restriction"),
]
