"""Addresses of publicity: papers and their days, business secrets, what bidders read of each other's bids."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_disclosure as pages

TENDER, TOLD = "tenders/<int:tender_id>/", "told/<int:decision_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(TENDER + "publicity/", pages.publicity, name="publicity"),
    path(TENDER + "publicity/bids/<int:bidder_id>/<slug:language>.pdf", pages.copy, name="bid-copy"),
    path("secrets/<int:claim_id>/", pages.decide, name="secret-decide"),
    path("bids/<int:tender_id>/secrets/", pages.own_secrets, name="secrets-own"),
    path(TOLD + "bids/", pages.told_bids, name="told-bids"),
    path(TOLD + "files/<int:file_id>/", pages.told_file, name="told-file"),
    path(TOLD + "<slug:language>.pdf", pages.told_paper, name="decision-told-paper"),
]
