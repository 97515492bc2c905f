"""Acts after a hearing: how each answer was taken into account, the summary, its publishing.

Not for: what was said (``statements.py``).
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation.actions.checks import check_text, same_version
from kotopolku.cooperation.actions.hearings import HEARING
from kotopolku.cooperation.hearing_rules import Response
from kotopolku.cooperation.models import (
    Hearing,
    HearingState,
    Shown,
    Statement,
    StatementAnswer,
    Taken,
)
from kotopolku.cooperation.queries.hearings import mark_of, unmarked
from kotopolku.journal.actions import record

LONGEST_RESPONSE = 2_000
NOT_CLOSED = _("Close the hearing first.")


@transaction.atomic
def respond(hearing_id: int, question_id: int | None, responses: Sequence[Response], *, actor: Viewer) -> int:
    """Keeps how answers to one question were taken into account (None: what was said in general).

    Only those that differ from what stands there are written. Returns how many. When somebody else has changed one
    meanwhile, none is: the refusal stands at its field (``Refusals``).
    """
    hearing = access.own_hearing(actor, hearing_id, lock=True)
    refused = _not_closed(hearing)
    rows = StatementAnswer.objects.filter(
        statement__hearing=hearing, statement__given_at__isnull=False, question_id=question_id
    )
    known = {one.pk: one for one in rows.select_for_update(of=("self",)).order_by("pk")}
    changed = []
    for given in responses:
        row = known.get(given.answer_id)
        if row is None or (row.taken, row.response) == (given.taken, given.text.strip()):
            continue
        if given.taken not in ("", *Taken.values):
            refused.append(Refusal(f"taken-{row.pk}", "unknown", _("Choose one of the answers given.")))
        if len(given.text) > LONGEST_RESPONSE:
            words = _("The text is too long: at most %(most)s characters fit.")
            refused.append(Refusal(f"response-{row.pk}", "long", words, {"most": LONGEST_RESPONSE}))
        if mark_of(row) != given.was:
            words = _("Somebody else has written here meanwhile: “%(said)s”. Check, then save again.")
            said = f"{row.get_taken_display()}. {row.response}".strip(" .")
            refused.append(Refusal(f"response-{row.pk}", "clash", words, {"said": said}))
        changed.append((row, given))
    refuse(refused)
    for row, given in changed:
        row.taken, row.response = given.taken, given.text.strip()
        row.responded_by_id, row.responded_at = actor.user_id, clock.now()
        row.save(update_fields=["taken", "response", "responded_by", "responded_at"])
    if changed:
        record(
            "cooperation.hearing.responded",
            actor=actor,
            object=(HEARING, hearing.pk),
            details={"answers": len(changed)},
        )
    return len(changed)


@transaction.atomic
def summarise(hearing_id: int, text: str, *, actor: Viewer, expected_version: int) -> Hearing:
    """Keeps the summary, which nobody else sees before it is published. Raises ``EditClash``, ``Refusals``."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_not_closed(found) + check_text("summary", text))
    found.summary = text.strip()
    found.version += 1
    found.save()
    record("cooperation.hearing.summarised", actor=actor, object=(HEARING, found.pk))
    return found


@transaction.atomic
def publish(hearing_id: int, text: str, *, actor: Viewer, expected_version: int) -> Hearing:
    """Publishes the summary with the statements: for everybody, or for those who were heard, as was told in the opening.

    Final; a job tells those who were heard. Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_hearing(actor, hearing_id, lock=True)
    same_version(found.version, expected_version)
    refused = _not_closed(found) + check_text("summary", text, _("Write the summary."))
    left = unmarked(found)
    if left:
        words = _("Of %(number)s answers it has not been said yet how they were taken into account.")
        refused.append(Refusal("", "unmarked", words, {"number": left}))
    refuse(refused)
    shown = Shown.PUBLIC if found.public else Shown.HEARD
    Statement.objects.filter(hearing=found, given_at__isnull=False).update(shown=shown)
    found.invitees.update(shown=shown)
    found.summary, found.state = text.strip(), HearingState.PUBLISHED
    found.published_at, found.told_at = clock.now(), None
    found.version += 1
    found.save()
    record("cooperation.hearing.published", actor=actor, object=(HEARING, found.pk))
    return found


@transaction.atomic
def note_exported(hearing_id: int, *, actor: Viewer) -> None:
    """Journals that the answers were taken out as a file."""
    found = access.own_hearing(actor, hearing_id)
    record("cooperation.hearing.exported", actor=actor, object=(HEARING, found.pk))


def _not_closed(hearing: Hearing) -> list[Refusal]:
    if hearing.state == HearingState.PUBLISHED:
        return [Refusal("", "published", _("The summary has been published. It cannot be changed any more."))]
    return [] if hearing.state == HearingState.CLOSED else [Refusal("", "not-closed", NOT_CLOSED)]
