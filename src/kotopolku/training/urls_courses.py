"""Addresses of courses and places. No name of a person and no number of a case ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.training import pages_client, pages_courses, pages_places

_CLIENT = "clients/<int:relationship_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_courses.courses, name="courses"),
    path("list.csv", pages_courses.courses_csv, name="courses-csv"),
    path("courses/new/", pages_courses.new, name="course-new"),
    path("courses/<int:course_id>/", pages_courses.course, name="course"),
    path("courses/<int:course_id>/edit/", pages_courses.edit, name="course-edit"),
    path("courses/<int:course_id>/publish/", pages_courses.publish, name="course-publish"),
    path("courses/<int:course_id>/withdraw/", pages_courses.withdraw, name="course-withdraw"),
    path("courses/<int:course_id>/sessions/new/", pages_courses.session_new, name="session-new"),
    path(
        "courses/<int:course_id>/sessions/<int:session_id>/cancel/",
        pages_courses.session_cancel,
        name="session-cancel",
    ),
    path("courses/<int:course_id>/queue/", pages_places.queue, name="queue"),
    path("courses/<int:course_id>/start/", pages_places.start, name="course-start"),
    path("courses/<int:course_id>/end/", pages_places.end, name="course-end"),
    path("places/<int:enrolment_id>/offer/", pages_places.offer, name="place-offer"),
    path("places/<int:enrolment_id>/remove/", pages_places.remove, name="place-remove"),
    path("places/<int:enrolment_id>/begin/", pages_places.begin, name="place-begin"),
    path("places/<int:enrolment_id>/interrupt/", pages_places.interrupt, name="place-interrupt"),
    path("places/<int:enrolment_id>/move/", pages_places.move, name="place-move"),
    path(_CLIENT, pages_client.client, name="client"),
    path(f"{_CLIENT}queue/<int:course_id>/", pages_client.to_queue, name="client-queue"),
    path(f"{_CLIENT}places/<int:enrolment_id>/answer/", pages_client.answer, name="client-answer"),
    path(f"{_CLIENT}places/<int:enrolment_id>/wish/", pages_client.wish, name="client-wish"),
    path(f"{_CLIENT}places/<int:enrolment_id>/letter/", pages_client.offer_letter, name="client-letter"),
    path(f"{_CLIENT}places/<int:enrolment_id>/out/", pages_client.out, name="client-out"),
    path(f"{_CLIENT}places/<int:enrolment_id>/interrupt/", pages_client.interrupt, name="client-interrupt"),
    path(f"{_CLIENT}places/<int:enrolment_id>/move/", pages_client.move, name="client-move"),
]
