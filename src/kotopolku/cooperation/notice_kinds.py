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
        _(
            "New in the shared space last week: bulletins, materials, trainings, answers, hearings, positions and guidelines."
        ),
        page="cooperation:week",
    ),
    "cooperation.named-to-body": Kind(
        _("I was named to a body of cooperation"),
        _("You have been named to a body of cooperation, from %(on)s. See your seats."),
    ),
    "cooperation.letter-given-up": Kind(
        _("An e-mail of my organisation was not delivered"),
        _("An e-mail to somebody who does not sign in here was not taken for days. Check the address."),
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
        _("Our hearing was answered"), _("One of those asked has answered in a hearing of yours.")
    ),
    "cooperation.position-noticed": Kind(
        _("A phenomenon was noticed for us or for a body of ours"),
        _("Somebody has noticed a phenomenon: take it up as a position, or give it up with a reason."),
    ),
    "cooperation.position-dropped": Kind(
        _("A phenomenon that I noticed was given up"),
        _("A phenomenon of which you told has been given up. See why."),
    ),
    "cooperation.position-comments": Kind(
        _("A draft of a position that concerns me can be commented on"),
        _("The draft of a position can be commented on until %(on)s."),
    ),
    "cooperation.position-commented": Kind(
        _("Our draft of a position was commented on"),
        _("Somebody has commented on your draft of a position. Each comment is answered."),
    ),
    "cooperation.position-responded": Kind(
        _("My comment on a position was answered"),
        _("Your comment on the draft of a position has been answered."),
    ),
    "cooperation.position-adopted": Kind(
        _("A position that concerns me was adopted"),
        _("A position that you noticed or commented on was adopted on %(on)s."),
    ),
    "cooperation.position-received": Kind(
        _("A position was sent to my organisation"), _("A position has been sent to your organisation.")
    ),
    "cooperation.position-answer-wanted": Kind(
        _("A position wants an answer of my organisation"),
        _("A position has been sent to your organisation. An answer is wanted by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.position-reminder": Kind(
        _("An answer of my organisation to a position is soon due"),
        _("An answer of your organisation to a position is waited for by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.position-answered": Kind(
        _("Our position was answered"), _("A position of yours has been answered.")
    ),
    "cooperation.task-given": Kind(
        _("A meeting gave me a task"), _("A meeting has given you a task. It is to be done by %(on)s.")
    ),
    "cooperation.task-reminder": Kind(
        _("My task from a meeting is soon due"),
        _("A task that a meeting gave you is to be done by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.minutes-to-check": Kind(
        _("I am asked to check minutes"),
        _("You are asked to check and sign the minutes of the meeting of %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.minutes-signed": Kind(
        _("Minutes that I sent were signed"),
        _("The minutes of the meeting of %(on)s have been signed. They can be published."),
    ),
    "cooperation.minutes-returned": Kind(
        _("Minutes that I sent came back with remarks"),
        _("A checker has sent back the minutes of the meeting of %(on)s. See the remarks."),
    ),
    "cooperation.minutes-voided": Kind(
        _("Minutes that I signed are changed"),
        _("The minutes of the meeting of %(on)s are changed after you signed them. Your signature is void."),
        Delivery.AT_ONCE,
    ),
    "cooperation.minutes-published": Kind(
        _("Minutes of a meeting to which I was called were published"),
        _("The minutes of the meeting of %(on)s have been published."),
    ),
    "cooperation.guideline-adopted": Kind(
        _("A work-permit guideline of our region was adopted"),
        _("A work-permit guideline was adopted for your region. It is in force from %(on)s."),
    ),
    "cooperation.guideline-withdrawn": Kind(
        _("A work-permit guideline of our region was withdrawn"),
        _("A work-permit guideline of your region was withdrawn. It is not in force from %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-called": Kind(
        _("I am called to a meeting"),
        _("You are called to a meeting on %(on)s. Answer whether you come."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-deputy-called": Kind(
        _("I am called to a meeting as a personal deputy"),
        _("The member does not come: you are called as the deputy to a meeting on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-call-ended": Kind(
        _("I am not needed at a meeting after all"),
        _("You are not called to the meeting of %(on)s any more."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-reminder": Kind(
        _("I have not answered the call to a meeting"),
        _("An answer to the call to the meeting of %(on)s is waited for."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-moved": Kind(
        _("A meeting to which I am called was moved"),
        _("The time or place of a meeting has changed. It is on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-cancelled": Kind(
        _("A meeting to which I am called was cancelled"),
        _("The meeting of %(on)s has been cancelled. See why."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-agenda-changed": Kind(
        _("The agenda of a meeting to which I am called was changed"),
        _("The agenda of the meeting of %(on)s has changed after the call."),
    ),
    "cooperation.meeting-papers": Kind(
        _("New papers came for a meeting to which I am called"),
        _("New papers have been sent for the meeting of %(on)s."),
    ),
    "cooperation.meeting-paper-withdrawn": Kind(
        _("A paper of a meeting to which I am called was withdrawn"),
        _("A paper of the meeting of %(on)s has been withdrawn. See why."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-item-proposed": Kind(
        _("A member proposed an item for our meeting"),
        _("A member has proposed an item for the meeting of %(on)s. Take it or refuse it."),
    ),
    "cooperation.meeting-proposal-settled": Kind(
        _("My proposal for a meeting was settled"),
        _(
            "It has been decided whether the item that you proposed is on the agenda of the meeting of %(on)s."
        ),
    ),
    "cooperation.meeting-no-deputy": Kind(
        _("Nobody comes to our meeting in a member's place"),
        _("A seat is empty at the meeting of %(on)s: neither the member nor a deputy comes."),
        Delivery.AT_ONCE,
    ),
    "cooperation.meeting-seats-changed": Kind(
        _("The calls to our meeting followed changes of the seats"),
        _("Somebody has joined or left the body, and the calls to the meeting of %(on)s have followed."),
    ),
}
