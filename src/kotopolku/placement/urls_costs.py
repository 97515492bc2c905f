"""Addresses of costs agreed on beforehand, of reconciliation and of the county."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.placement import pages_costs, pages_county

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/costs/", pages_costs.costs, name="costs"),
    path("money/costs/new/preparing/", pages_costs.new_preparing, name="costs-preparing-new"),
    path("money/costs/new/special/", pages_costs.new_special, name="costs-special-new"),
    path("money/costs/<int:agreement_id>/", pages_costs.costs_one, name="costs-one"),
    path("money/costs/<int:agreement_id>/answer/", pages_costs.answer, name="costs-answer"),
    path("money/costs/<int:agreement_id>/withdraw/", pages_costs.withdraw, name="costs-withdraw"),
    path("money/costs/<int:agreement_id>/new/", pages_costs.new_cost, name="cost-new"),
    path("money/costs/<int:agreement_id>/<int:cost_id>/remove/", pages_costs.remove_cost, name="cost-remove"),
    path("money/reconciliation/", pages_costs.reconcile, name="money-reconciliation"),
    path("money/claims/<int:claim_id>/lines/<int:line_id>/", pages_costs.cut, name="claim-cut"),
    path("county/", pages_county.county, name="county"),
    path("county/agreements/<int:agreement_id>/", pages_county.agreement, name="county-agreement"),
    path("county/hearings/<int:hearing_id>/", pages_county.hearing, name="county-hearing"),
    path("proposals/<int:proposal_id>/county/ask/", pages_county.ask, name="proposal-county-ask"),
]
