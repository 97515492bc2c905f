"""Acts on what the minutes say of an item: discussion and decision, recusal, dissenting opinion.

A decision is written only for an item at which the meeting had its quorum. Not for: votes (``meeting_votes.py``), leaving on the
table (``meeting_day.py``).
"""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import meeting_rules
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.meeting_checks import (
    ITEM,
    check_no_recess,
    check_no_vote,
    check_not_frozen,
    check_quorum,
)
from kotopolku.cooperation.models import (
    AgendaItem,
    Ballot,
    Dissent,
    ItemState,
    MeetingState,
    Recusal,
    VoteState,
)
from kotopolku.cooperation.queries.minutes_facts import moment_of, recused_of
from kotopolku.journal.actions import record

RECUSAL, DISSENT = "cooperation.recusal", "cooperation.dissent"
LONGEST_DISSENT, LONGEST_REASON = 4_000, 300


@transaction.atomic
def write(
    item_id: int, discussion: str, decision: str, *, actor: Viewer, expected_version: int
) -> AgendaItem:
    """What was said and decided, for the minutes. Raises ``NotVisible``, ``EditClash``, ``Refusals``: no quorum."""
    item = access.locked_item(meetings.led_item(actor, item_id))
    same_version(item.version, expected_version)
    refused = check_not_frozen(item.meeting) + _check_under_way(item)
    refused += rules.check_text("discussion", discussion) + rules.check_text("decision", decision)
    if decision.strip() and decision.strip() != item.decision:
        if item.state == ItemState.TABLED:
            words = _("The item was left on the table: it has no decision in this meeting.")
            refused.append(Refusal("decision", "tabled", words))
        else:
            refused += check_quorum(item, meetings.callers(item.meeting)) + check_no_vote(item)
            if item.state == ItemState.OPEN:
                # What was decided before the recess can be written down in it.
                refused += check_no_recess(item.meeting, "decision")
    refuse(refused)
    item.discussion, item.decision = discussion.strip(), decision.strip()
    _save(item, "discussion", "decision")
    record("cooperation.minutes.written", actor=actor, object=(ITEM, item.pk))
    return item


# Recusal ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def recuse(item_id: int, reason: str, *, actor: Viewer, call_id: int | None = None) -> Recusal:
    """Somebody stays out of an item: oneself, or as who leads the meeting has found. An open vote of theirs falls away.

    Raises ``NotVisible``, ``Refusals``.
    """
    shown = meetings.item(actor, item_id)
    call = access.call_here(actor, shown.meeting, call_id)
    item = access.locked_item(shown)
    refused = check_not_frozen(item.meeting)
    if not reason.strip():
        refused.append(
            Refusal("reason", "required", _("Write why: the tie that makes the person disqualified."))
        )
    if len(reason) > LONGEST_REASON:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("reason", "long", words, {"most": LONGEST_REASON}))
    if item.recusals.filter(call=call).exists():
        refused.append(Refusal("", "recused", _("The person is recused from this item already.")))
    if item.closed_at is not None or item.state in (ItemState.DONE, ItemState.TABLED):
        words = _("The item has been dealt with. Recusal is declared before that.")
        refused.append(Refusal("", "done", words))
    refuse(refused)
    with rowsecurity.as_system():
        made = Recusal.objects.create(item=item, call=call, reason=reason.strip(), at=clock.now())
        Ballot.objects.filter(vote__item=item, vote__state=VoteState.OPEN, call=call).delete()
        item.speeches.filter(call=call, began_at=None, taken_back_at=None).update(taken_back_at=clock.now())
    record("cooperation.recusal.declared", actor=actor, object=(RECUSAL, made.pk), reason=made.reason)
    return made


@transaction.atomic
def take_back_recusal(recusal_id: int, *, actor: Viewer) -> Recusal:
    """A recusal that was declared by mistake, before the item has been dealt with. Raises ``NotVisible``, ``Refusals``."""
    found = access.recusal(actor, recusal_id)
    item = access.locked_item(found.item)
    refused = check_not_frozen(item.meeting)
    if item.closed_at is not None:
        refused.append(
            Refusal("", "done", _("The item has been dealt with. The recusal stays in the minutes."))
        )
    refuse(refused)
    record("cooperation.recusal.removed", actor=actor, object=(RECUSAL, found.pk), reason=found.reason)
    with rowsecurity.as_system():
        Recusal.objects.filter(pk=found.pk).delete()
    return found


# Dissenting opinions ------------------------------------------------------------------------------------------------------


@transaction.atomic
def dissent(item_id: int, text: str, *, actor: Viewer, call_id: int | None = None) -> Dissent:
    """A dissenting opinion of somebody who took part in the decision, given or changed until the minutes are frozen.

    Who leads the meeting writes it down for one who does not sign in here. Raises ``NotVisible``, ``Refusals``.
    """
    shown = meetings.item(actor, item_id)
    call = access.call_here(actor, shown.meeting, call_id)
    item = access.locked_item(shown)
    refused = check_not_frozen(item.meeting)
    if call.user_id is not None and call.user_id != actor.user_id:
        words = _("A dissenting opinion is one's own: the person signs in here and writes it.")
        refused.append(Refusal("", "not-own", words))
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write the opinion and its reasons.")))
    if len(text) > LONGEST_DISSENT:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("text", "long", words, {"most": LONGEST_DISSENT}))
    if not item.decision:
        refused.append(Refusal("", "not-decided", _("The item has no decision from which to dissent.")))
    elif call.pk not in _took_part(item):
        words = _("Only somebody who took part in the decision can dissent from it.")
        refused.append(Refusal("", "no-part", words))
    refuse(refused)
    with rowsecurity.as_system():
        made, _is_new = Dissent.objects.update_or_create(
            item=item, call=call, defaults={"text": text.strip(), "given_at": clock.now()}
        )
    record("cooperation.dissent.given", actor=actor, object=(DISSENT, made.pk))
    return made


@transaction.atomic
def take_back_dissent(dissent_id: int, *, actor: Viewer) -> Dissent:
    """Takes back an opinion before the minutes are frozen. Raises ``NotVisible``, ``Refusals``."""
    found = access.dissent(actor, dissent_id)
    refuse(check_not_frozen(access.locked_item(found.item).meeting))
    record("cooperation.dissent.taken-back", actor=actor, object=(DISSENT, found.pk))
    with rowsecurity.as_system():
        Dissent.objects.filter(pk=found.pk).delete()
    return found


def _took_part(item: AgendaItem) -> set[int]:
    """Calls of those who were entitled to decide and there when the item was decided."""
    if item.opened_at is None:
        return set()
    entitled = meeting_rules.entitled(meetings.callers(item.meeting), moment_of(item), recused_of(item))
    return {one.pk for one in entitled}


# Parts ------------------------------------------------------------------------------------------------------------------


def _check_under_way(item: AgendaItem) -> list[Refusal]:
    if item.meeting.state in (MeetingState.OPEN, MeetingState.CLOSED):
        return []
    return [
        Refusal("", "not-held", _("The meeting has not been opened. Its minutes are written from then on."))
    ]


def _save(item: AgendaItem, *fields: str) -> None:
    item.version += 1
    with rowsecurity.as_system():
        item.save(update_fields=[*fields, "version"])
