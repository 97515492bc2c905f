"""Addresses of the families room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.families import pages, pages_minors, pages_plans

app_name = "families"

ONE = "<int:relationship_id>/"
TASK = ONE + "representative/<int:representative_id>/"
PLAN = ONE + "plan/<int:plan_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("units/", pages_minors.units, name="units"),
    path("units/<int:unit_id>/close/", pages_minors.close_unit, name="unit-close"),
    path(ONE, pages.family, name="family"),
    path(ONE + "join/", pages.join, name="join"),
    path(ONE + "leave/", pages.leave, name="leave"),
    path(ONE + "split/", pages.split, name="split"),
    path(ONE + "relation/", pages.relation, name="relation"),
    path(ONE + "relation/<int:relation_id>/", pages.change_relation, name="relation-change"),
    path(ONE + "situation/", pages.situation, name="situation"),
    path(ONE + "representative/", pages_minors.representative, name="representative"),
    path(TASK, pages_minors.reach, name="representative-reach"),
    path(TASK + "end/", pages_minors.end_task, name="representative-end"),
    path(ONE + "housing/", pages_minors.housing, name="housing"),
    path(ONE + "housing/<int:housing_id>/end/", pages_minors.end_housing, name="housing-end"),
    path(ONE + "plan/", pages_plans.make, name="plan"),
    path(PLAN + "review/", pages_plans.review, name="plan-review"),
    path(PLAN + "end/", pages_plans.end, name="plan-end"),
    path(ONE + "earlier/", pages_plans.earlier, name="earlier"),
]
