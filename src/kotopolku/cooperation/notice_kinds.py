"""Notices of the shared space. Never about a draft; no person is named in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "cooperation.bulletin-sent": Kind(
        _("A bulletin was sent to my organisation"), _("A bulletin has come in the shared space.")
    ),
    "cooperation.bulletin-answer-wanted": Kind(
        _("A bulletin wants an answer"),
        _("A bulletin has come that wants an answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.bulletin-corrected": Kind(
        _("A bulletin was corrected"), _("A bulletin has been corrected. Read it again.")
    ),
    "cooperation.bulletin-withdrawn": Kind(
        _("A bulletin was withdrawn"), _("A bulletin has been withdrawn. See why."), Delivery.AT_ONCE
    ),
    "cooperation.bulletin-answered": Kind(
        _("A bulletin of ours was answered"), _("An organisation has answered a bulletin of yours.")
    ),
    "cooperation.file-refused": Kind(
        _("A file of mine was refused"),
        _("A virus was found in a file that you attached in the shared space. It was taken away."),
        Delivery.AT_ONCE,
    ),
    "cooperation.practice-suggested": Kind(
        _("A good practice was suggested"), _("A good practice waits for the centre of expertise.")
    ),
    "cooperation.practice-settled": Kind(
        _("My good practice was decided on"),
        _("The centre of expertise has decided on a good practice of yours."),
    ),
    "cooperation.material-used": Kind(
        _("A material of ours is used"), _("An organisation has told how a material of yours worked.")
    ),
    "cooperation.place-freed": Kind(
        _("I got a place from the waiting list"),
        _("A place became free, and you have it now: training on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.seminar-changed": Kind(
        _("A training that I take part in was changed"),
        _("A training in which you take part has changed. It is on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.seminar-cancelled": Kind(
        _("A training that I take part in was cancelled"),
        _("A training in which you take part has been cancelled. See why."),
        Delivery.AT_ONCE,
    ),
    "cooperation.question-asked": Kind(
        _("A question came to the centre of expertise"),
        _("A professional has asked the centre of expertise. Our target is to answer by %(on)s."),
    ),
    "cooperation.question-asked-back": Kind(
        _("The centre of expertise asks for more"),
        _("The centre of expertise asks for more about your question."),
        Delivery.AT_ONCE,
    ),
    "cooperation.question-answered": Kind(
        _("My question was answered"),
        _("The centre of expertise has answered your question."),
        Delivery.AT_ONCE,
    ),
    "cooperation.week": Kind(
        _("Weekly summary of the shared space"),
        _("New in the shared space last week: bulletins, materials, trainings and answers."),
    ),
    "cooperation.named-to-body": Kind(
        _("I was named to a body of cooperation"),
        _("You have been named to a body of cooperation, from %(on)s. See your seats."),
    ),
    "cooperation.body-calls": Kind(
        _("A body of cooperation on which I sit calls on me"),
        _("A body of cooperation on which you sit calls on you: look at its page. It concerns %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.hearing-asked": Kind(
        _("My organisation is asked for a statement"),
        _("Your organisation is asked for a statement by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.hearing-moved": Kind(
        _("There is more time for a statement"),
        _("There is more time for a statement of your organisation: until %(on)s."),
    ),
    "cooperation.hearing-reminder": Kind(
        _("A statement of my organisation is soon due"),
        _("A statement of your organisation is waited for by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.hearing-cancelled": Kind(
        _("A hearing in which we were asked was cancelled"),
        _("A hearing in which your organisation was asked has been cancelled. See why."),
    ),
    "cooperation.hearing-published": Kind(
        _("The summary of a hearing was published"),
        _(
            "The summary of a hearing in which your organisation was asked has been published: see what became of the statements."
        ),
    ),
    "cooperation.statement-given": Kind(
        _("Our hearing was answered"), _("An organisation has answered in a hearing of yours.")
    ),
}
