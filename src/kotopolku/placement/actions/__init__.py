"""The writers of agreements, targets, requests and places: one verb, one transaction, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``; those that change what somebody else may
have changed raise ``EditClash``. Acts on cases and money are in modules of their own and imported from there.
"""

from kotopolku.placement.actions.agreements import (
    ask_county,
    change_agreement,
    decide_agreement,
    discard_agreement,
    draft_agreement,
    end_agreement,
    record_statement,
    review_agreement,
    sign_agreement,
)
from kotopolku.placement.actions.facts import tell_facts
from kotopolku.placement.actions.holds import release, reserve, use
from kotopolku.placement.actions.places import agree_places, answer_request, remind, send_request, set_target

__all__ = [
    "agree_places",
    "answer_request",
    "ask_county",
    "change_agreement",
    "decide_agreement",
    "discard_agreement",
    "draft_agreement",
    "end_agreement",
    "record_statement",
    "release",
    "remind",
    "reserve",
    "review_agreement",
    "send_request",
    "set_target",
    "sign_agreement",
    "tell_facts",
    "use",
]
