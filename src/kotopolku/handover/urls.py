"""Addresses of the handover room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.handover import pages, pages_advice, pages_referrals, pages_successions

app_name = "handover"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("<int:relationship_id>/offer/", pages.offer_client, name="offer-client"),
    path("<int:relationship_id>/keep/", pages.keep, name="keep"),
    path("offers/<int:offer_id>/", pages.offer, name="offer"),
    path("offers/<int:offer_id>/accept/", pages.accept, name="accept"),
    path("offers/<int:offer_id>/refuse/", pages.refuse, name="refuse"),
    path("offers/<int:offer_id>/withdraw/", pages.withdraw, name="withdraw"),
    path("receipts/<int:handover_id>/", pages.receipt, name="receipt"),
    path("referrals/", pages_referrals.index, name="referrals"),
    path("referrals/new/", pages_referrals.new, name="referral-new"),
    path("referrals/<int:referral_id>/", pages_referrals.referral, name="referral"),
    path("referrals/<int:referral_id>/take-up/", pages_referrals.take_up, name="referral-take-up"),
    path("referrals/<int:referral_id>/close/", pages_referrals.close, name="referral-close"),
    path("referrals/advice/", pages_advice.advice, name="advice"),
    path("referrals/advice/<int:advice_id>/take-back/", pages_advice.take_back, name="advice-take-back"),
    path("referrals/advice/statistics/", pages_advice.statistics, name="advice-statistics"),
    path("referrals/advice/statistics/country/", pages_advice.country, name="advice-country"),
    path("reforms/", pages_successions.index, name="successions"),
    path("reforms/<int:part_id>/", pages_successions.succession, name="succession"),
]
