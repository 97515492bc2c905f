"""Notices of the information room. Never about a draft of somebody else's."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    # pages and texts
    "information.review-asked": Kind(
        _("I am asked to review a public page"),
        _("You are asked to review a public page."),
        Delivery.AT_ONCE,
    ),
    "information.review-commented": Kind(
        _("A page in review was commented"), _("A public page in review has a new comment.")
    ),
    "information.review-sent-back": Kind(
        _("A page was sent back to me"), _("A public page came back from review to be changed.")
    ),
    "information.review-published": Kind(
        _("A page that I wrote was published"), _("A public page that you wrote was published.")
    ),
    # services, places, events
    "information.activity-waits": Kind(
        _("A service or event waits for my approval"),
        _("A service or event of another organisation waits for your approval."),
    ),
    "information.activity-approved": Kind(
        _("Our service or event was approved"),
        _("A service or event of your organisation was approved. Readers see it now."),
        Delivery.AT_ONCE,
    ),
    "information.activity-sent-back": Kind(
        _("Our service or event was sent back"),
        _(
            "A service or event of your organisation was not approved. Read why, mend it and send it in again."
        ),
        Delivery.AT_ONCE,
    ),
    "information.activity-withdrawn": Kind(
        _("Our service or event was withdrawn by another"),
        _(
            "A service or event of your organisation was withdrawn by those who answer for the area. Read why."
        ),
        Delivery.AT_ONCE,
    ),
    # search and feedback
    "information.feedback-came": Kind(
        _("Feedback on our public pages"), _("There is new feedback on a public page.")
    ),
    "information.feedback-handed-on": Kind(
        _("Feedback handed on to us"), _("Feedback on a public page was handed on to you to answer.")
    ),
}
