"""Notices of courses and places. No person is named in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "training.course-published": Kind(
        _("A course that you teach was published"),
        _("A course that your organisation teaches was published."),
    ),
    "training.course-changed": Kind(
        _("A course that you teach was changed"), _("The organiser changed a course that you teach.")
    ),
    "training.course-withdrawn": Kind(
        _("A course was withdrawn"),
        _("A course was withdrawn. Its queue and open offers have ended."),
        Delivery.AT_ONCE,
    ),
    "training.queue-grown": Kind(
        _("The queue of a course has grown"), _("A client was put into the queue of a course.")
    ),
    "training.wish-made": Kind(
        _("My client wishes for a course"),
        _("Your client wishes for a course. Put the client into the queue, or answer why not."),
    ),
    "training.own-wish-answered": Kind(
        _("My wish for a course was answered"),
        _("Your wish for a course has been answered."),
        Delivery.AT_ONCE,
    ),
    "training.own-place-offered": Kind(
        _("A course place is offered to me"),
        _("A course place is offered to you. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "training.own-place-changed": Kind(
        _("Something about my course place changed"),
        _("Something about your course place has changed. See what is new."),
        Delivery.AT_ONCE,
    ),
    "training.place-offered": Kind(
        _("My client is offered a course place"),
        _("A course place is offered to your client. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "training.place-cancelled": Kind(
        _("My client was taken out of a queue"),
        _("A client of yours was taken out of the queue of a course."),
    ),
    "training.offer-answered": Kind(
        _("An offered course place was answered"), _("An answer came to an offered course place.")
    ),
    "training.client-answered": Kind(
        _("My client answered about a course place"),
        _("Your client answered about a course place at the own page."),
    ),
    "training.offer-expired": Kind(
        _("An offered course place was not answered"),
        _("Your client did not answer about a course place in time."),
        Delivery.AT_ONCE,
    ),
    "training.seat-free": Kind(
        _("A course place became free"),
        _("A place became free in a course and others wait for one. Choose the next."),
    ),
    "training.student-coming": Kind(
        _("A student is coming to a course"), _("A student comes to a course that you teach from %(on)s.")
    ),
    "training.student-left": Kind(
        _("A student left a course"), _("A student left a course that you teach on %(on)s.")
    ),
    "training.studies-started": Kind(
        _("My client began in a course"), _("Your client began in a course on %(on)s.")
    ),
    "training.studies-ended": Kind(
        _("My client completed a course"),
        _("Your client completed a course on %(on)s. Agree on what comes next."),
    ),
    "training.studies-interrupted": Kind(
        _("My client's studies were interrupted"),
        _("Your client's studies in a course were interrupted on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "training.student-moved": Kind(
        _("My client changed groups"), _("Your client goes on in another group from %(on)s.")
    ),
}
