"""Notices of steering: to those whose measures hang on what changed."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "steering.programme-adopted": Kind(
        _("A State's programme was adopted"), _("The Government has adopted a programme for integration.")
    ),
    "steering.line-ended": Kind(
        _("A line that our measures carry out was ended"),
        _("A line of the State's programme ends on %(on)s. Measures of yours are tied to it."),
        Delivery.AT_ONCE,
    ),
    "steering.goal-line-ended": Kind(
        _("A line that a goal of ours carries out was ended"),
        _("A line of the State's programme ends on %(on)s. Goals of yours are tied to it."),
        Delivery.AT_ONCE,
    ),
    "steering.goal-given": Kind(
        _("A municipality named your organisation as the owner of a goal"),
        _(
            "Your organisation answers for a goal of a municipal integration programme, and follows it up yearly."
        ),
    ),
    "steering.report-sent": Kind(
        _("A region sent its yearly report"), _("A region has sent its yearly report to the ministry.")
    ),
    "steering.council-asked": Kind(
        _("A municipal programme waits for our council"),
        _("A municipal integration programme was sent to your council. Record its decision."),
        Delivery.AT_ONCE,
    ),
    "steering.councils-taken-back": Kind(
        _("A programme was taken back from our council"),
        _("A municipal integration programme was taken back from the councils, to be drawn up further."),
        Delivery.AT_ONCE,
    ),
    "steering.council-approved": Kind(
        _("A council approved our programme"),
        _("A council has approved a municipal integration programme that you lead."),
    ),
    "steering.council-returned": Kind(
        _("A council returned our programme"),
        _("A council has returned a municipal integration programme that you lead for preparation. See why."),
        Delivery.AT_ONCE,
    ),
    "steering.council-rejected": Kind(
        _("A council rejected our programme"),
        _("A council has rejected a municipal integration programme that you lead. See why."),
        Delivery.AT_ONCE,
    ),
    "steering.programme-approved": Kind(
        _("Every council approved our programme"),
        _("Every council has approved a municipal integration programme in which you take part."),
    ),
    "steering.review-due": Kind(
        _("A municipal programme has to be reviewed"),
        _("A municipal integration programme of yours has to be reviewed by %(on)s."),
    ),
    "steering.municipal-joined": Kind(
        _("Our municipality draws up a programme with others"),
        _("Another municipality has begun an integration programme together with yours."),
        Delivery.AT_ONCE,
    ),
    "steering.municipal-left": Kind(
        _("Our municipality is not in a common programme any more"),
        _("Your municipality was taken out of a common integration programme."),
        Delivery.AT_ONCE,
    ),
    "steering.municipal-partner": Kind(
        _("We were invited to a municipal programme"),
        _(
            "A municipality has given your organisation a right in the drawing up of its integration programme."
        ),
        Delivery.AT_ONCE,
    ),
    "steering.municipal-partner-ended": Kind(
        _("Our part in a municipal programme ended"),
        _("A municipality has ended the part of your organisation in the drawing up of its programme."),
    ),
    "steering.municipal-comment-answered": Kind(
        _("My comment was answered"), _("A comment of yours in a municipal programme was answered.")
    ),
    "steering.municipal-comment-settled": Kind(
        _("My comment was settled"), _("A comment of yours in a municipal programme was settled.")
    ),
    "steering.municipal-comment-opened": Kind(
        _("A settled comment was opened again"),
        _("A comment of yours or for you to settle in a municipal programme was opened again. See why."),
    ),
    "steering.goals-follow-up-missing": Kind(
        _("Last year's follow-up of our goals is missing"),
        _("Goals of a municipal programme have no follow-up of last year. Our own target: %(on)s."),
    ),
    "steering.municipal-proposal-decided": Kind(
        _("My proposal was decided"),
        _("A proposal of yours in a municipal programme was accepted or refused."),
    ),
    "steering.guidance-asked": Kind(
        _("Somebody asks our region for guidance"),
        _("A municipality or an employment authority asks for guidance by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "steering.guidance-due": Kind(
        _("A request for guidance is soon to be answered"),
        _("A request for guidance is to be answered by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "steering.guidance-late": Kind(
        _("A request for guidance has not been answered in time"),
        _("A request for guidance was to be answered by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "steering.guidance-answered": Kind(
        _("The region answered our request for guidance"),
        _("The regional authority has answered a request for guidance of yours. Read the comments."),
        Delivery.AT_ONCE,
    ),
    "steering.guidance-changed": Kind(
        _("Somebody told what was changed for our comments"),
        _("What was changed for comments of yours on a draft has been told. See whether they are settled."),
    ),
    "steering.guidance-followed": Kind(
        _("The region has settled its comments on our draft"),
        _("The regional authority has settled every comment on a draft of yours."),
    ),
    "steering.guidance-noted": Kind(
        _("Notes of a meeting on guidance were added"),
        _("Notes of a meeting have been added to a request for guidance."),
    ),
    "steering.guidance-closed": Kind(
        _("A request for guidance was closed"),
        _("A request for guidance has been closed. See why."),
    ),
}
