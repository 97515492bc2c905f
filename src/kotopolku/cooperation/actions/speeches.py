"""Acts on the chair's speaking list of an item: asked for, put in order, begun, ended, taken back.

The item is locked for each, so that two who ask at once come one after the other. Not for: what was said.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.actions.meeting_checks import check_no_recess, check_open
from kotopolku.cooperation.models import AgendaItem, Speech, SpeechKind
from kotopolku.journal.actions import record

SPEECH = "cooperation.speech"
MOST_WAITING = 200


@transaction.atomic
def ask(item_id: int, kind: str, *, actor: Viewer, call_id: int | None = None) -> Speech:
    """Asks to speak: oneself, or who leads the meeting for somebody who raises a hand. Raises ``NotVisible``, ``Refusals``.

    A point of order comes first, a reply before speeches, else last. Who waits already is not put there twice.
    """
    shown = meetings.item(actor, item_id)
    call = access.call_here(actor, shown.meeting, call_id)
    item = access.locked_item(shown)
    refused = check_open(item)
    if kind not in SpeechKind.values:
        refused.append(Refusal("kind", "unknown", _("Choose what you ask for.")))
    caller = next(one for one in meetings.callers(item.meeting) if one.pk == call.pk)
    if not caller.present_now:
        words = _(
            "Only somebody who is marked present can ask to speak. Tell the secretary that you are here."
        )
        refused.append(Refusal("", "absent", words))
    if item.recusals.filter(call=call).exists():
        refused.append(Refusal("", "recused", _("Who is recused from the item does not speak on it.")))
    refuse(refused)
    with rowsecurity.as_system():
        waiting = _waiting(item)
        same = next((one for one in waiting if one.call_id == call.pk and one.kind == kind), None)
        if same is not None:
            refuse([Refusal("", "waiting", _("This person is on the speaking list already."))])
        if len(waiting) >= MOST_WAITING:
            refuse([Refusal("", "many", _("The speaking list is full."))])
        place = rules.place_of(kind, [one.kind for one in waiting])
        made = Speech.objects.create(item=item, call=call, kind=kind, asked_at=clock.now())
        ids = [one.pk for one in waiting]
        _renumber([*ids[:place], made.pk, *ids[place:]])
    record("cooperation.speech.asked", actor=actor, object=(SPEECH, made.pk), details={"kind": kind})
    return made


@transaction.atomic
def take_back(speech_id: int, *, actor: Viewer) -> Speech:
    """One who waits takes the request back; who leads can take anybody's away. Raises ``NotVisible``, ``Refusals``."""
    shown = access.speech(actor, speech_id)
    if shown.call.user_id != actor.user_id:
        access.led_speech(actor, speech_id)
    found = _locked(shown)
    if found.began_at is not None:
        refuse([Refusal("", "begun", _("The speech has begun already."))])
    found.taken_back_at = found.taken_back_at or clock.now()
    _save(found, "taken_back_at")
    record("cooperation.speech.taken-back", actor=actor, object=(SPEECH, found.pk))
    return found


@transaction.atomic
def begin(speech_id: int, *, actor: Viewer) -> Speech:
    """Gives the floor; the speech before it ends. Raises ``NotVisible``, ``Refusals``."""
    found = _locked(access.led_speech(actor, speech_id))
    refused = check_open(found.item) + check_no_recess(found.item.meeting)
    if found.taken_back_at is not None:
        refused.append(Refusal("", "taken-back", _("The request to speak has been taken back.")))
    if found.began_at is not None:
        refused.append(Refusal("", "begun", _("The speech has begun already.")))
    refuse(refused)
    with rowsecurity.as_system():
        going = Speech.objects.filter(item=found.item, began_at__isnull=False, ended_at=None)
        going.update(ended_at=clock.now())
    found.began_at = clock.now()
    _save(found, "began_at")
    record("cooperation.speech.begun", actor=actor, object=(SPEECH, found.pk))
    return found


@transaction.atomic
def end(speech_id: int, *, actor: Viewer) -> Speech:
    """Ends a speech; one that has ended already stays as it was. Raises ``NotVisible``, ``Refusals``."""
    found = _locked(access.led_speech(actor, speech_id))
    if found.began_at is None:
        refuse([Refusal("", "not-begun", _("The speech has not begun."))])
    found.ended_at = found.ended_at or clock.now()
    _save(found, "ended_at")
    record("cooperation.speech.ended", actor=actor, object=(SPEECH, found.pk))
    return found


@transaction.atomic
def move(speech_id: int, step: int, *, actor: Viewer) -> None:
    """The chair puts somebody ``step`` places later, earlier when negative. Raises ``NotVisible``."""
    found = _locked(access.led_speech(actor, speech_id))
    with rowsecurity.as_system():
        ids = [one.pk for one in _waiting(found.item)]
        if found.pk not in ids:
            refuse([Refusal("", "not-waiting", _("This person does not wait to speak any more."))])
        _renumber(rules.moved(ids, found.pk, step))
    record("cooperation.speech.moved", actor=actor, object=(SPEECH, found.pk), details={"step": step})


def _locked(shown: Speech) -> Speech:
    """The item is locked, then the speech is read anew."""
    item = access.locked_item(shown.item)
    with rowsecurity.as_system():
        found = Speech.objects.select_related("call").get(pk=shown.pk)
    found.item = item
    return found


def _save(speech: Speech, *fields: str) -> None:
    with rowsecurity.as_system():
        speech.save(update_fields=fields)


def _waiting(item: AgendaItem) -> list[Speech]:
    rows = Speech.objects.filter(item=item, began_at=None, taken_back_at=None)
    return list(rows.order_by("order", "asked_at", "pk"))


def _renumber(ids: Sequence[int]) -> None:
    rows = [Speech(pk=pk, order=order) for order, pk in enumerate(ids, start=1)]
    Speech.objects.bulk_update(rows, ["order"])
