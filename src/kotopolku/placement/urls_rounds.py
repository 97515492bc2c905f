"""Addresses of rounds and weights. No name of a person and no number of a case ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.placement import pages_rounds, pages_weights

urlpatterns: list[URLPattern | URLResolver] = [
    path("rounds/", pages_rounds.rounds, name="rounds"),
    path("rounds/start/", pages_rounds.start, name="round-start"),
    path("rounds/<int:round_id>/", pages_rounds.round_, name="round"),
    path("rounds/<int:round_id>/stop/", pages_rounds.stop, name="round-stop"),
    path("rounds/<int:round_id>/what-if/", pages_rounds.what_if, name="round-what-if"),
    path("rounds/<int:round_id>/table.csv", pages_rounds.table_csv, name="round-csv"),
    path("rounds/families/<int:row_id>/", pages_rounds.family, name="round-family"),
    path("cases/<int:case_id>/bind/", pages_rounds.bind, name="case-bind"),
    path("bindings/<int:binding_id>/end/", pages_rounds.unbind, name="binding-end"),
    path("weights/", pages_weights.weights, name="weights"),
    path("weights/new/", pages_weights.new, name="weights-new"),
    path("weights/<int:weights_id>/", pages_weights.weight_set, name="weight-set"),
    path("weights/<int:weights_id>/approve/", pages_weights.approve, name="weights-approve"),
    path("weights/<int:weights_id>/reject/", pages_weights.reject, name="weights-reject"),
]
