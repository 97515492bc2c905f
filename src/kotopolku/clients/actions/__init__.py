"""The only writers of clients' data: one verb, one transaction, keyword-only ``actor``, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``rules.Refusals``; those with ``expected_version`` raise
``rules.EditClash``. ``token`` is the hidden uuid of a form or the key of an API call: a second submission returns the
first one's object and writes nothing.
"""

from kotopolku.clients.actions.assessment import (
    complete_assessment,
    discard_form_draft,
    reopen_assessment,
    save_assessment,
    save_form_draft,
    start_assessment,
)
from kotopolku.clients.actions.bringing import Brought, bring_in, check_case
from kotopolku.clients.actions.clocks import recompute_clocks
from kotopolku.clients.actions.household import (
    add_household_member,
    end_household_member,
    set_situation,
    split_household,
)
from kotopolku.clients.actions.looking import (
    open_protected,
    record_export,
    record_list_look,
    record_look,
    record_paper,
)
from kotopolku.clients.actions.measures import record_measure_progress
from kotopolku.clients.actions.plan import (
    end_plan,
    make_plan,
    record_referral,
    save_plan,
    sign_plan,
    start_plan,
)
from kotopolku.clients.actions.plan_time import (
    add_extension,
    add_interruption,
    cancel_extension,
    cancel_interruption,
    hold_review,
)
from kotopolku.clients.actions.register import (
    add_permit,
    confirm_person,
    end_permit,
    give_consent,
    register_client,
    set_non_disclosure,
    update_person,
    withdraw_consent,
)
from kotopolku.clients.actions.responsibility import (
    Passing,
    assign_worker,
    end_relationship,
    pass_to_successor,
    set_jobseeker,
    undo_end,
)
from kotopolku.clients.actions.team import Reassigned, reassign_clients, write_absence
from kotopolku.clients.actions.telling import tell_deadlines

__all__ = [
    "Brought",
    "Passing",
    "Reassigned",
    "add_extension",
    "add_household_member",
    "add_interruption",
    "add_permit",
    "assign_worker",
    "bring_in",
    "cancel_extension",
    "cancel_interruption",
    "check_case",
    "complete_assessment",
    "confirm_person",
    "discard_form_draft",
    "end_household_member",
    "end_permit",
    "end_plan",
    "end_relationship",
    "give_consent",
    "hold_review",
    "make_plan",
    "open_protected",
    "pass_to_successor",
    "reassign_clients",
    "recompute_clocks",
    "record_export",
    "record_list_look",
    "record_look",
    "record_measure_progress",
    "record_paper",
    "record_referral",
    "register_client",
    "reopen_assessment",
    "save_assessment",
    "save_form_draft",
    "save_plan",
    "set_jobseeker",
    "set_non_disclosure",
    "set_situation",
    "sign_plan",
    "split_household",
    "start_assessment",
    "start_plan",
    "tell_deadlines",
    "undo_end",
    "update_person",
    "withdraw_consent",
    "write_absence",
]
