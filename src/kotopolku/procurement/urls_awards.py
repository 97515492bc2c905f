"""Addresses of evaluation and award."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_awards as award
from kotopolku.procurement import pages_evaluation as evaluate

TENDER = "tenders/<int:tender_id>/"
LOT = "lots/<int:lot_id>/"
DECISION = "decisions/<int:decision_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(TENDER + "evaluation/", evaluate.overview, name="evaluation"),
    path(TENDER + "evaluation/evaluators/", evaluate.evaluators, name="evaluators"),
    path(
        TENDER + "evaluation/evaluators/<int:evaluator_id>/release/",
        evaluate.release,
        name="evaluator-release",
    ),
    path(TENDER + "evaluation/interest/", evaluate.interest, name="interest"),
    path(TENDER + "evaluation/bidders/<int:bidder_id>/", evaluate.bidder, name="evaluation-bidder"),
    path(TENDER + "evaluation/bidders/<int:bidder_id>/ask/", evaluate.ask, name="clarification-ask"),
    path(TENDER + "evaluation/bidders/<int:bidder_id>/extracts/", evaluate.extracts, name="extracts"),
    path("clarifications/", evaluate.asked, name="clarifications"),
    path("clarifications/<int:clarification_id>/", evaluate.answer, name="clarification-answer"),
    path(LOT + "conformity/", evaluate.conformity, name="conformity"),
    path(LOT + "scores/", evaluate.scores, name="scores"),
    path(LOT + "evaluation/", evaluate.lot, name="lot-evaluation"),
    path(LOT + "moderation/", evaluate.moderation, name="moderation"),
    path(LOT + "rank/", evaluate.rank, name="rank"),
    path(LOT + "draw/", evaluate.draw, name="draw"),
    path(LOT + "prices/<int:bidder_id>/", evaluate.price, name="price-review"),
    path(TENDER + "awards/", award.awards, name="awards"),
    path(TENDER + "awards/notice/", award.award_notice, name="award-notice"),
    path(TENDER + "awards/report/", award.report, name="award-report"),
    path(
        TENDER + "awards/report/<int:number>/<slug:language>.pdf",
        award.report_paper,
        name="award-report-paper",
    ),
    path(LOT + "award/", award.draft, name="award-draft"),
    path(LOT + "discontinue/", award.discontinue, name="award-discontinue"),
    path(DECISION, award.decision, name="decision"),
    path(DECISION + "edit/", award.edit, name="decision-edit"),
    path(DECISION + "send/", award.send, name="decision-send"),
    path(DECISION + "back/", award.send_back, name="decision-back"),
    path(DECISION + "give-up/", award.give_up, name="decision-give-up"),
    path(DECISION + "make/", award.make, name="decision-make"),
    path(DECISION + "letters/<int:notice_id>/", award.posted, name="decision-posted"),
    path(DECISION + "challenge/", award.challenge, name="decision-challenge"),
    path(DECISION + "challenges/<int:challenge_id>/", award.resolve, name="challenge-resolve"),
    path(DECISION + "<slug:language>.pdf", award.decision_paper, name="decision-paper"),
    path("told/", award.told, name="decisions-told"),
    path("told/<int:decision_id>/", award.told_one, name="decision-told"),
    path("told/<int:decision_id>/challenge/", award.file_one, name="decision-challenge-file"),
]
