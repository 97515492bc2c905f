"""Addresses of results, forecasts and lots. Nothing of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.training import pages_need, pages_results

urlpatterns: list[URLPattern | URLResolver] = [
    path("results/", pages_results.results, name="results"),
    path("results/table.csv", pages_results.results_csv, name="results-csv"),
    path("results/own/", pages_results.own_results, name="results-own"),
    path("results/own/table.csv", pages_results.own_results_csv, name="results-own-csv"),
    path("need/", pages_need.need, name="need"),
    path("need/make/", pages_need.make, name="need-make"),
    path("need/lots/new/", pages_need.new_lot, name="lot-new"),
    path("need/lots/<int:lot_id>/", pages_need.lot, name="lot"),
    path("need/lots/<int:lot_id>/change/", pages_need.change_lot, name="lot-change"),
    path("need/lots/<int:lot_id>/drop/", pages_need.drop_lot, name="lot-drop"),
    path("need/lots/<int:lot_id>/restore/", pages_need.restore_lot, name="lot-restore"),
]
