"""Addresses of services, events and places: what readers open, and what those who keep and approve them do."""

from django.urls import URLPattern, path

from kotopolku.information import (
    pages_approvals,
    pages_events,
    pages_plans,
    pages_public_activities,
    pages_services,
)

_SPACE = "<slug:language>/<slug:space>/"
_SERVICE = "activities/services/<int:service_id>/"
_EVENT = "activities/events/<int:event_id>/"
_DATE = f"{_EVENT}dates/<str:original>/"
_ENTRY = "activities/approvals/<slug:kind>/<int:entry_id>/"

public: list[URLPattern] = [
    path(f"{_SPACE}services/", pages_public_activities.services, name="services"),
    path(f"{_SPACE}services/<int:service_id>/", pages_public_activities.service, name="service"),
    path(f"{_SPACE}events/", pages_public_activities.events, name="events"),
    path(f"{_SPACE}events.ics", pages_public_activities.events_file, name="events-file"),
    path(f"{_SPACE}events/<int:event_id>/", pages_public_activities.event, name="event"),
    path(f"{_SPACE}events/<int:event_id>.ics", pages_public_activities.event_file, name="event-file"),
]
staff: list[URLPattern] = [
    path("activities/services/", pages_services.services, name="services"),
    path("activities/services/add/", pages_services.service_add, name="service-add"),
    path(_SERVICE, pages_services.service, name="service"),
    path(f"{_SERVICE}change/", pages_services.service_change, name="service-change"),
    path(f"{_SERVICE}publish/", pages_services.service_publish, name="service-publish"),
    path(f"{_SERVICE}withdraw/", pages_services.service_withdraw, name="service-withdraw"),
    path(f"{_SERVICE}places/<int:venue_id>/", pages_services.point_change, name="point-change"),
    path("activities/places/", pages_services.venues, name="venues"),
    path("activities/places/add/", pages_services.venue_add, name="venue-add"),
    path("activities/places/<int:venue_id>/", pages_services.venue_change, name="venue-change"),
    path("activities/places/<int:venue_id>/remove/", pages_services.venue_remove, name="venue-remove"),
    path("activities/events/", pages_events.events, name="events"),
    path("activities/events/add/", pages_events.event_add, name="event-add"),
    path("activities/events/file/", pages_events.file_in, name="event-file"),
    path("activities/events/file/take/", pages_events.file_take, name="event-file-take"),
    path(_EVENT, pages_events.event, name="event"),
    path(f"{_EVENT}change/", pages_events.event_change, name="event-change"),
    path(f"{_EVENT}copy/", pages_events.event_copy, name="event-copy"),
    path(f"{_EVENT}publish/", pages_events.event_publish, name="event-publish"),
    path(f"{_EVENT}withdraw/", pages_events.event_withdraw, name="event-withdraw"),
    path(f"{_DATE}cancel/", pages_events.date_cancel, name="date-cancel"),
    path(f"{_DATE}move/", pages_events.date_move, name="date-move"),
    path(f"{_DATE}restore/", pages_events.date_restore, name="date-restore"),
    path("activities/approvals/", pages_approvals.approvals, name="approvals"),
    path(f"{_ENTRY}approve/", pages_approvals.approve, name="approve"),
    path(f"{_ENTRY}send-back/", pages_approvals.send_back, name="send-back"),
    path(f"{_ENTRY}withdraw/", pages_approvals.withdraw, name="approval-withdraw"),
    path("activities/approvals/trust/<int:trust_id>/", pages_approvals.trust, name="trust"),
    path(
        "activities/clients/<int:relationship_id>/",
        pages_plans.activities_of_client,
        name="client-activities",
    ),
    path(
        "activities/clients/<int:relationship_id>/<slug:kind>/<int:entry_id>/",
        pages_plans.into_plan,
        name="client-activity",
    ),
]
