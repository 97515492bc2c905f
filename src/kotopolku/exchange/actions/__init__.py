"""The only writers of the exchange's tables: files brought in, registers asked, messages to the national client system.

Clients themselves are written by the actions of ``clients``.
"""

from kotopolku.exchange.actions.imports import (
    Progress,
    bring_all,
    bring_portion,
    cancel_import,
    check_file,
    decide_duplicate,
    receive_file,
    start_import,
    stop_import,
)
from kotopolku.exchange.actions.looking import record_export
from kotopolku.exchange.actions.national import (
    claim,
    queue_changed,
    reconcile,
    send_waiting,
    settle,
    try_again,
)
from kotopolku.exchange.actions.registers import store_answer, take_facts

__all__ = [
    "Progress",
    "bring_all",
    "bring_portion",
    "cancel_import",
    "check_file",
    "claim",
    "decide_duplicate",
    "queue_changed",
    "receive_file",
    "reconcile",
    "record_export",
    "send_waiting",
    "settle",
    "start_import",
    "stop_import",
    "store_answer",
    "take_facts",
    "try_again",
]
