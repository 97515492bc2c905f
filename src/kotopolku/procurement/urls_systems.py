"""Addresses of dynamic purchasing systems: a supplier's place in one, the buyer's requests to decide."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_systems as pages

OURS, SYSTEM, REQUEST = (
    "systems/<int:tender_id>/",
    "tenders/<int:tender_id>/system/",
    "admissions/<int:request_id>/",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path(OURS, pages.ours, name="system-ours"),
    path(OURS + "join/", pages.join, name="system-join"),
    path(OURS + "leave/", pages.leave, name="system-leave"),
    path(SYSTEM, pages.system, name="system"),
    path(SYSTEM + "duration/", pages.duration, name="system-duration"),
    path(SYSTEM + "end/", pages.end, name="system-end"),
    path(SYSTEM + "suppliers/<int:supplier_id>/remove/", pages.remove, name="system-remove"),
    path(REQUEST, pages.admission, name="admission"),
    path(REQUEST + "decide/", pages.decide, name="admission-decide"),
    path(REQUEST + "lengthen/", pages.lengthen, name="admission-lengthen"),
]
