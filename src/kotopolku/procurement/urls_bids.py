"""Addresses of sealed bids, for bidders, and of their opening, for the buyer."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_bids, pages_opening

BID, TENDER = "bids/<int:tender_id>/", "tenders/<int:tender_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("bids/", pages_bids.tenders, name="bids"),
    path(BID, pages_bids.bid, name="bid"),
    path(BID + "start/", pages_bids.start, name="bid-start"),
    path(BID + "resume/", pages_bids.resume, name="bid-resume"),
    path(BID + "restart/", pages_bids.restart, name="bid-restart"),
    path(BID + "close/", pages_bids.close, name="bid-close"),
    path(BID + "parts/<slug:code>/", pages_bids.section, name="bid-section"),
    path(BID + "files/<uuid:reference>/", pages_bids.file, name="bid-file"),
    path(BID + "files/<uuid:reference>/remove/", pages_bids.remove_file, name="bid-file-remove"),
    path(BID + "submit/", pages_bids.submit, name="bid-submit"),
    path(BID + "withdraw/", pages_bids.withdraw, name="bid-withdraw"),
    path(BID + "receipts/<int:number>/", pages_bids.receipt, name="bid-receipt"),
    path(BID + "receipts/<int:number>/receipt.pdf", pages_bids.receipt_paper, name="bid-receipt-paper"),
    path(TENDER + "openers/", pages_opening.openers, name="bids-openers"),
    path(TENDER + "openers/name/", pages_opening.name_openers, name="bids-openers-name"),
    path(TENDER + "openers/phrase/", pages_opening.choose_phrase, name="bids-openers-phrase"),
    path(TENDER + "opening/", pages_opening.opening, name="opening"),
    path(TENDER + "opening/phrase/", pages_opening.give_phrase, name="opening-phrase"),
    path(TENDER + "opening/record.pdf", pages_opening.record, name="opening-record"),
    path(TENDER + "opened/", pages_opening.opened_bids, name="opened-bids"),
    path("opened-files/<int:file_id>/", pages_opening.opened_file, name="opened-file"),
]
