"""Addresses that anybody may open."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_public

urlpatterns: list[URLPattern | URLResolver] = [
    path("public/", pages_public.tenders, name="public"),
    path("public/rss.xml", pages_public.rss, name="public-rss"),
    path("public/ocds.json", pages_public.package, name="public-ocds"),
    path("public/<int:tender_id>/", pages_public.tender, name="public-tender"),
    path("public/<int:tender_id>/ocds.json", pages_public.release, name="public-release"),
    path("public/<int:tender_id>/invitation-<slug:lang>.pdf", pages_public.invitation, name="invitation"),
    path("public/<int:tender_id>/papers/<int:document_id>/", pages_public.paper, name="public-paper"),
    path("public/<int:tender_id>/ask/", pages_public.ask, name="ask"),
]
