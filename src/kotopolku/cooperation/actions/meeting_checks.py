"""What acts during and after a meeting check before they write: is the item dealt with, can the meeting decide, is it frozen.

Not for: who may act (``access_minutes.py``).
"""

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import meeting_rules
from kotopolku.cooperation.meeting_rules import Caller
from kotopolku.cooperation.models import (
    AgendaItem,
    ItemState,
    Meeting,
    Minutes,
    MinutesState,
    Vote,
    VoteState,
)
from kotopolku.cooperation.queries.minutes_facts import moment_of, recused_of

ITEM = "cooperation.agenda-item"
MINUTES = "cooperation.minutes"


def check_not_frozen(of: Meeting) -> list[Refusal]:
    """After the minutes have gone to be checked nothing in them changes unseen."""
    if not Minutes.objects.filter(meeting=of).exclude(state=MinutesState.DRAFT).exists():
        return []
    words = _(
        "The minutes have gone to be checked. They must be taken back before anything in them is changed."
    )
    return [Refusal("", "frozen", words)]


def check_no_recess(of: Meeting, field: str = "") -> list[Refusal]:
    """In a recess nobody gets the floor and nothing is voted on or decided. The meeting is locked."""
    if meetings.recess_of(of) is None:
        return []
    words = _("The meeting is in recess. Nobody has the floor and nothing is decided until it goes on.")
    return [Refusal(field, "recess", words)]


def check_open(item: AgendaItem) -> list[Refusal]:
    """Speeches and votes belong to the item that is being dealt with."""
    if item.state == ItemState.OPEN:
        return []
    return [Refusal("", "not-open", _("This item is not being dealt with now."))]


def check_quorum(item: AgendaItem, callers: list[Caller]) -> list[Refusal]:
    """The meeting could decide when the item was decided; who is recused does not count."""
    needed = item.meeting.quorum
    if item.opened_at is None or needed is None:
        words = _("The item has not been taken up in the meeting, so it cannot be decided.")
        return [Refusal("decision", "not-taken-up", words)]
    found = meeting_rules.quorate(callers, needed, moment_of(item), recused_of(item))
    if found.reached:
        return []
    words = _(
        "The meeting has no quorum for this item: %(present)s of those entitled to decide are there, %(needed)s are needed."
        " Leave the item on the table."
    )
    return [Refusal("decision", "no-quorum", words, {"present": found.present, "needed": found.needed})]


def check_no_vote(item: AgendaItem) -> list[Refusal]:
    if not Vote.objects.filter(item=item, state=VoteState.OPEN).exists():
        return []
    return [Refusal("", "voting", _("A vote on this item is open. Close or annul it first."))]


def entitled_now(item: AgendaItem) -> list[Caller]:
    """Who may vote on the item at this moment."""
    return meeting_rules.entitled(meetings.callers(item.meeting), moment_of(item), recused_of(item))
