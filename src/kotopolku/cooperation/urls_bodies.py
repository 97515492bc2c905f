"""Addresses of bodies of cooperation. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import pages_bodies, pages_bodies_kept, pages_seats

_BODY = "<int:body_id>/"
_TERM = "terms/<int:term_id>/"
_SEAT = "seats/<int:seat_id>/"
_HOLDER = "holders/<int:holder_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_bodies.bodies, name="bodies"),
    path("new/", pages_bodies.new, name="body-new"),
    path("mine/", pages_bodies.mine, name="body-mine"),
    path("watch/", pages_bodies.watch, name="body-watch"),
    path(_BODY, pages_bodies.body, name="body"),
    path(f"{_BODY}edit/", pages_bodies.edit, name="body-edit"),
    path(f"{_BODY}end/", pages_bodies.end, name="body-end"),
    path(f"{_BODY}last-day/", pages_bodies_kept.last_day, name="body-last-day"),
    path(f"{_BODY}take-over/", pages_bodies_kept.take_over, name="body-take-over"),
    path(f"{_BODY}terms/new/", pages_bodies.term_new, name="term-new"),
    path(_TERM, pages_bodies.term, name="term"),
    path(f"{_TERM}edit/", pages_bodies.term_edit, name="term-edit"),
    path(f"{_TERM}remove/", pages_bodies.term_remove, name="term-remove"),
    path(f"{_TERM}appointment.pdf", pages_bodies_kept.appointment, name="term-pdf"),
    path(f"{_TERM}composition.csv", pages_bodies.composition_csv, name="term-csv"),
    path(f"{_TERM}copy/", pages_seats.copy, name="term-copy"),
    path(f"{_TERM}call/", pages_seats.call, name="term-call"),
    path(f"{_TERM}seats/new/", pages_seats.new, name="seat-new"),
    path(_SEAT, pages_seats.seat, name="seat"),
    path(f"{_SEAT}edit/", pages_seats.edit, name="seat-edit"),
    path(f"{_SEAT}remove/", pages_seats.remove, name="seat-remove"),
    path(f"{_SEAT}name/", pages_seats.name, name="seat-name"),
    path(f"{_HOLDER}leave/", pages_seats.leave, name="holder-leave"),
    path(f"{_HOLDER}last-day/", pages_bodies_kept.holder_last_day, name="holder-last-day"),
    path(f"{_HOLDER}correct/", pages_seats.correct, name="holder-correct"),
    path(f"{_HOLDER}interests/", pages_seats.interests, name="holder-interests"),
]
