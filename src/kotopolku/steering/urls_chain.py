"""Addresses of the chain from a line to a goal and back. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_chain

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_chain.chain, name="chain"),
    path("chain.csv", pages_chain.chain_csv, name="chain-csv"),
    path("lines/<int:line_id>/", pages_chain.line, name="chain-line"),
    path("goals/<int:goal_id>/", pages_chain.goal, name="chain-goal"),
]
