"""Addresses of the appointments room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.appointments import (
    pages,
    pages_absence,
    pages_client,
    pages_feed,
    pages_interpreters,
    pages_participants,
)

app_name = "appointments"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.calendar, name="calendar"),
    path("new/", pages.new_group, name="new-group"),
    path("orders/", pages_interpreters.orders, name="orders"),
    path("orders.csv", pages_interpreters.orders_csv, name="orders-csv"),
    path("absences/", pages_absence.absences, name="absences"),
    path("feed/", pages_feed.feed, name="feed"),
    path("feed/<str:secret>.ics", pages_feed.calendar_file, name="feed-file"),
    path("of/<int:relationship_id>/", pages_client.of_client, name="of-client"),
    path("of/<int:relationship_id>/new/", pages_client.new, name="new"),
    path("of/<int:relationship_id>/warning/", pages_absence.warning, name="warning"),
    path("<int:appointment_id>/", pages.appointment, name="appointment"),
    path("<int:appointment_id>/change/", pages.change, name="change"),
    path("<int:appointment_id>/cancel/", pages.cancel, name="cancel"),
    path("<int:appointment_id>/restore/", pages.restore, name="restore"),
    path("<int:appointment_id>/add/", pages_participants.add, name="add"),
    path("<int:appointment_id>/interpreter/", pages_interpreters.order, name="order"),
    path("interpreter/<int:order_id>/", pages_interpreters.change_order, name="change-order"),
    path("participant/<int:participant_id>/result/", pages_participants.result, name="result"),
    path("participant/<int:participant_id>/remove/", pages_participants.remove, name="remove"),
    path("absence/<int:participant_id>/", pages_absence.matter, name="absence"),
    path("absence/<int:participant_id>/hear/", pages_absence.hear, name="hear"),
    path("absence/<int:participant_id>/explanation/", pages_absence.explanation, name="explanation"),
    path("absence/<int:participant_id>/propose/", pages_absence.propose, name="propose"),
    path("absence/<int:participant_id>/decide/", pages_absence.decide, name="decide"),
    path("absence/<int:participant_id>/drop/", pages_absence.drop, name="drop"),
]
