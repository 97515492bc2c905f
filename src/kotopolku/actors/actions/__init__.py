"""The only writers of the room's tables: authorities from data, users and seats, contacts and deputies, API tokens.

Each verb is one transaction and one journal entry; people who manage do so in their own organisation only.
"""

from kotopolku.actors.actions.absences import end_absence, write_absence
from kotopolku.actors.actions.accounts import (
    create_token,
    create_user,
    end_token,
    record_denial,
    record_sign_in,
    set_preferences,
)
from kotopolku.actors.actions.contacts import (
    ContactFacts,
    add_contact,
    change_contact,
    end_contact,
    remove_deputy,
    set_deputy,
)
from kotopolku.actors.actions.members import (
    accept_invitation,
    add_membership,
    change_membership,
    create_team,
    end_membership,
    invite,
    rename_team,
    withdraw_invitation,
)
from kotopolku.actors.actions.organisations import load_actors
from kotopolku.actors.actions.providers import add_provider

__all__ = [
    "ContactFacts",
    "accept_invitation",
    "add_contact",
    "add_membership",
    "add_provider",
    "change_contact",
    "change_membership",
    "create_team",
    "create_token",
    "create_user",
    "end_absence",
    "end_contact",
    "end_membership",
    "end_token",
    "invite",
    "load_actors",
    "record_denial",
    "record_sign_in",
    "remove_deputy",
    "rename_team",
    "set_deputy",
    "set_preferences",
    "withdraw_invitation",
    "write_absence",
]
