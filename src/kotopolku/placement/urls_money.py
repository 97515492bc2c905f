"""Addresses of compensation."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.placement import pages_money

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/", pages_money.money, name="money"),
    path("money/year.<str:kind>", pages_money.year_file, name="money-file"),
    path("money/people/new/", pages_money.new_person, name="money-person-new"),
    path("money/people/<int:relationship_id>/", pages_money.person, name="money-person"),
    path("money/people/<int:relationship_id>/edit/", pages_money.edit_person, name="money-person-edit"),
    path(
        "money/municipalities/<int:municipality_id>/",
        pages_money.of_municipality,
        name="money-of-municipality",
    ),
    path("money/claims/new/", pages_money.make_claim, name="claim-new"),
    path("money/claims/<int:claim_id>/", pages_money.claim, name="claim"),
    path("money/claims/<int:claim_id>/lines.<str:kind>", pages_money.claim_file, name="claim-file"),
    path("money/claims/<int:claim_id>/withdraw/", pages_money.withdraw, name="claim-withdraw"),
    path("money/claims/<int:claim_id>/decide/", pages_money.decide, name="claim-decide"),
    path("money/claims/<int:claim_id>/pay/", pages_money.pay, name="claim-pay"),
    path("money/claims/<int:claim_id>/recover/", pages_money.recover, name="claim-recover"),
]
