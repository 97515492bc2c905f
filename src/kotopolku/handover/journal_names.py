"""The journal's names of what is done in the handover room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "handover.offer.sent": _("Offered the client to another authority"),
    "handover.offer.accepted": _("Accepted the client from another authority"),
    "handover.offer.refused": _("Refused the offered client"),
    "handover.offer.withdrawn": _("Withdrew the offer of the client"),
    "handover.offers.reminded": _("Reminded of offers and referrals without an answer"),
    "handover.offer.opened": _("Opened an offer of a client"),
    "handover.client.kept": _("Went on answering for the client although the law names another authority"),
    "handover.referral.sent": _("Referred a person to the authority that answers"),
    "handover.referral.opened": _("Opened a referral"),
    "handover.referral.taken-up": _("Took up a referral"),
    "handover.referral.closed": _("Closed a referral"),
    "handover.advice.counted": _("Counted anonymous advice"),
    "handover.advice.taken-back": _("Took back a count of anonymous advice"),
    "handover.succession.started": _("Began to pass the clients of a reform"),
    "handover.succession.moved": _("Passed to the authority that follows in a reform"),
    "handover.succession.ended": _("Ended the passing of the clients of a reform"),
}
