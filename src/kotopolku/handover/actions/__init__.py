"""The writers of hand-overs, referrals, advice and reforms: one verb, one transaction, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``; those that answer an offer or a referral
raise ``rules.Answered`` when somebody was quicker. ``token`` is the hidden uuid of a form or the key of an API call.
"""

from kotopolku.handover.actions.offers import (
    accept_offer,
    keep_client,
    offer_client,
    record_offer_look,
    refuse_offer,
    withdraw_offer,
)
from kotopolku.handover.actions.referrals import (
    close_referral,
    count_advice,
    record_referral_look,
    send_referral,
    take_back_advice,
    take_up_referral,
)
from kotopolku.handover.actions.reminders import remind
from kotopolku.handover.actions.successions import begin_run, end_run, move_portion

__all__ = [
    "accept_offer",
    "begin_run",
    "close_referral",
    "count_advice",
    "end_run",
    "keep_client",
    "move_portion",
    "offer_client",
    "record_offer_look",
    "record_referral_look",
    "refuse_offer",
    "remind",
    "send_referral",
    "take_back_advice",
    "take_up_referral",
    "withdraw_offer",
]
