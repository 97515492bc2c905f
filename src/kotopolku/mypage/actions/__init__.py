"""Every write of the own page: accounts and codes, what clients do on their page, requests to correct."""

from kotopolku.mypage.actions.accounts import (
    choose_language,
    enter_by_code,
    enter_by_identity,
    give_code,
)
from kotopolku.mypage.actions.corrections import accept_correction, ask_correction, refuse_correction
from kotopolku.mypage.actions.own_acts import (
    comment_plan,
    record_download,
    record_look_for_other,
    send_message,
    sign_plan,
)

__all__ = [
    "accept_correction",
    "ask_correction",
    "choose_language",
    "comment_plan",
    "enter_by_code",
    "enter_by_identity",
    "give_code",
    "record_download",
    "record_look_for_other",
    "refuse_correction",
    "send_message",
    "sign_plan",
]
