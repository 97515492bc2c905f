"""The only writers of the room: one verb, one transaction, keyword-only ``actor``, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``; those with ``expected_version`` raise
``EditClash``. Acts on courses and places stand here; teaching and needs have modules of their own.
"""

from kotopolku.training.actions.courses import (
    add_session,
    bind_contract,
    cancel_session,
    change_course,
    plan_course,
    publish_course,
    withdraw_course,
)
from kotopolku.training.actions.leaving import let_go_of_ended
from kotopolku.training.actions.places import (
    answer_offer,
    end_course,
    end_student,
    expire_offers,
    interrupt_student,
    leave_queue,
    move_student,
    offer_place,
    queue_client,
    start_course,
    start_student,
)
from kotopolku.training.actions.wishes import answer_wish, take_back_wish, wish_course

__all__ = [
    "add_session",
    "answer_offer",
    "answer_wish",
    "bind_contract",
    "cancel_session",
    "change_course",
    "end_course",
    "end_student",
    "expire_offers",
    "interrupt_student",
    "leave_queue",
    "let_go_of_ended",
    "move_student",
    "offer_place",
    "plan_course",
    "publish_course",
    "queue_client",
    "start_course",
    "start_student",
    "take_back_wish",
    "wish_course",
    "withdraw_course",
]
