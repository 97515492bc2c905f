"""Addresses of tenders in preparation and under way."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_draft, pages_tenders

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_tenders.index, name="index"),
    path("tenders/", pages_tenders.tenders, name="tenders"),
    path("tenders/new/", pages_draft.new, name="tender-new"),
    path("tenders/<int:tender_id>/", pages_tenders.tender, name="tender"),
    path("tenders/<int:tender_id>/draft/<slug:name>/", pages_draft.step, name="draft"),
    path("tenders/<int:tender_id>/parts/<slug:kind>/new/", pages_draft.part_new, name="part-new"),
    path("tenders/<int:tender_id>/parts/<slug:kind>/<int:part_id>/", pages_draft.part_change, name="part"),
    path(
        "tenders/<int:tender_id>/parts/<slug:kind>/<int:part_id>/remove/",
        pages_draft.part_remove,
        name="part-remove",
    ),
    path("tenders/<int:tender_id>/needs/", pages_draft.take_needs, name="take-needs"),
    path("tenders/<int:tender_id>/papers/new/", pages_draft.paper_new, name="paper-new"),
    path("tenders/<int:tender_id>/papers/<int:document_id>/", pages_tenders.paper, name="paper"),
    path(
        "tenders/<int:tender_id>/papers/<int:document_id>/remove/",
        pages_draft.paper_remove,
        name="paper-remove",
    ),
    path("tenders/<int:tender_id>/review/", pages_tenders.review, name="review"),
    path("tenders/<int:tender_id>/send-back/", pages_tenders.send_back, name="send-back"),
    path("tenders/<int:tender_id>/publish/", pages_tenders.publish, name="publish"),
    path("tenders/<int:tender_id>/correct/", pages_tenders.correct, name="correct"),
    path("tenders/<int:tender_id>/give-up/", pages_tenders.give_up, name="give-up"),
    path("tenders/<int:tender_id>/questions/", pages_tenders.asked, name="questions"),
    path("notices/<int:notice_id>/published/", pages_tenders.confirm_notice, name="notice-confirm"),
    path("questions/<int:question_id>/answer/", pages_tenders.answer, name="answer"),
]
