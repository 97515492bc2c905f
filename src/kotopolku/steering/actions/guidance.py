"""Acts on a request for guidance that either side does: asked, asked again, noted, closed.

Not for: the region's work at it and what is changed for it (``guidance_work.py``).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import check_language, same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_guidance as access
from kotopolku.steering import access_municipal
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.actions.guidance_told import GUIDANCE, tell_asker, tell_region
from kotopolku.steering.actions.programme_versions import keep_version
from kotopolku.steering.guidance_rules import GuidanceContent
from kotopolku.steering.models import (
    Guidance,
    GuidanceNote,
    GuidanceState,
    MunicipalProgramme,
    MunicipalState,
    ProgrammePartner,
    Stage,
)

NOTE = "steering.guidance-note"
NOT_OPEN = _("The request has been answered or closed.")
CLOSED = _("The request has been closed.")


@dataclass(frozen=True)
class NoteContent:
    """What was talked about at a meeting, and who was there."""

    on: date
    present: str
    text: str


@transaction.atomic
def ask(content: GuidanceContent, *, actor: Viewer, token: UUID | None = None) -> Guidance:
    """A request of the actor's organisation to its region; a draft is kept as it is now. Raises ``Refusals``."""
    asker = access.require_asker(actor)
    if (before := done_before(token, GUIDANCE)) is not None:
        return access.request(actor, before)
    programme = _programme(content.programme_id, actor)
    refused = check_language(content.language)
    if content.programme_id is not None and programme is None:
        refused.append(Refusal("programme", "unknown", _("Choose a programme of yours.")))
    state = programme.state if programme else ""
    refuse(refused + rules.check_request(content, actor.day, access.regions_for(asker, actor), state))
    made = Guidance(
        asker=asker,
        region_id=content.region_id or 0,
        kind=content.kind,
        programme=programme,
        subject=content.subject.strip(),
        text=content.text.strip(),
        language=content.language,
    )
    _send(made, content.answer_by, actor)
    record("steering.guidance.asked", actor=actor, object=(GUIDANCE, made.pk), token=token)
    tell_region("steering.guidance-asked", made, actor=actor)
    return made


@transaction.atomic
def ask_again(
    guidance_id: int, text: str, answer_by: date, *, actor: Viewer, expected_version: int
) -> Guidance:
    """Asks anew in the same request: of the region of the day, with the draft as it is now. Raises ``EditClash``, ``Refusals``.

    An earlier answer stays as a note, and earlier comments stay as they were sent.
    """
    found = access.own_request(actor, guidance_id, lock=True)
    same_version(found.version, expected_version)
    regions = access.regions_for(found.asker, actor)
    moved = found.region_id not in regions
    refused = []
    if found.state in rules.OPEN and not moved:
        words = _("The region has not answered yet. Write a note, or wait for the answer.")
        refused.append(Refusal("", "open", words))
    if not regions:
        words = _("No regional authority guides your organisation today.")
        refused.append(Refusal("", "no-region", words))
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write what has changed and what you ask for.")))
    refused += rules.check_length("text", text, rules.LONGEST_TEXT)
    if found.programme_id is not None and _programme(found.programme_id, actor) is None:
        words = _("Another organisation leads the programme. Take it over first, or make a new request.")
        refused.append(Refusal("", "programme", words))
    refuse(refused + rules.check_day(answer_by, actor.day))
    before = {"region": found.region_id, "text": found.text}
    if moved:
        shut(found)
        found.region_id, found.responsible_id = regions[0], None
    # Read again: who takes part in it may just have changed.
    found.programme = _programme(found.programme_id, actor)
    _keep_answer(found)
    found.text, found.closed_reason = text.strip(), ""
    _send(found, answer_by, actor)
    record(
        "steering.guidance.asked-again",
        actor=actor,
        object=(GUIDANCE, found.pk),
        details={"before": before, "region": found.region_id},
    )
    tell_region("steering.guidance-asked", found, actor=actor)
    return found


@transaction.atomic
def add_note(
    guidance_id: int, content: NoteContent, *, actor: Viewer, token: UUID | None = None
) -> GuidanceNote:
    """Notes of a meeting, which both sides read. Added, never changed. Raises ``Refusals``."""
    found = access.either_side(actor, guidance_id, lock=True)
    if (before := done_before(token, NOTE)) is not None:
        return GuidanceNote.objects.get(pk=before, guidance=found)
    refused = []
    if found.state == GuidanceState.CLOSED:
        refused.append(Refusal("", "closed", CLOSED))
    if content.on > actor.day:
        refused.append(Refusal("on", "to-come", _("The day has not come yet.")))
    if not content.present.strip():
        refused.append(Refusal("present", "required", _("Write who were there.")))
    if not content.text.strip():
        refused.append(Refusal("text", "required", _("Write what was talked about.")))
    refused += rules.check_length("text", content.text, rules.LONGEST_TEXT)
    refuse(refused)
    made = GuidanceNote.objects.create(
        guidance=found,
        on=content.on,
        present=content.present.strip(),
        text=content.text.strip(),
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )
    record("steering.guidance.note-added", actor=actor, object=(NOTE, made.pk), token=token)
    _tell_other("steering.guidance-noted", found, actor)
    return made


@transaction.atomic
def close(guidance_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Guidance:
    """Ends a request with a reason; the region does not read the draft any more. Raises ``EditClash``, ``Refusals``."""
    found = access.either_side(actor, guidance_id, lock=True)
    same_version(found.version, expected_version)
    refused = []
    if found.state == GuidanceState.CLOSED:
        refused.append(Refusal("", "closed", CLOSED))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    before, found.state = found.state, GuidanceState.CLOSED
    found.closed_reason = reason.strip()
    found.version += 1
    found.save()
    shut(found)
    record(
        "steering.guidance.closed",
        actor=actor,
        object=(GUIDANCE, found.pk),
        reason=found.closed_reason,
        details={"state": before},
    )
    _tell_other("steering.guidance-closed", found, actor)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _programme(programme_id: int | None, actor: Viewer) -> MunicipalProgramme | None:
    """An own programme, locked: what is sent is kept as it is, and the region is let in."""
    if programme_id is None:
        return None
    if not access_municipal.own_programmes(actor).filter(pk=programme_id).exists():
        return None
    return access_municipal.own_programme(actor, programme_id, lock=True)


def _send(found: Guidance, answer_by: date, actor: Viewer) -> None:
    """The request with what goes along, as it goes to the region now."""
    found.state, found.answer_by = GuidanceState.ASKED, answer_by
    found.asked_by_id, found.asked_at = actor.user_id, clock.now()
    if found.programme is not None:
        found.programme_version = _version(found.programme, actor)
        let_in(found.programme, found.region_id)
    if found.pk:
        found.version += 1
    found.save()


def _version(programme: MunicipalProgramme, actor: Viewer) -> int:
    """Of a programme in force the text that was approved or reviewed last; else the draft, kept as it is now."""
    if programme.state == MunicipalState.APPROVED:
        kept = programme.versions.filter(stage__in=(Stage.APPROVED, Stage.REVIEWED)).order_by("-number")
        if (number := kept.values_list("number", flat=True).first()) is not None:
            return number
    return keep_version(programme, Stage.COMMENTS, actor).number


def let_in(programme: MunicipalProgramme, region_id: int) -> None:
    """The region reads the draft while its guidance is open: it is none of the partners, so row security has to be told.

    The programme's own version stays: its authors are not to clash with a request for guidance.
    """
    if region_id not in programme.participants:
        programme.participants = [*programme.participants, region_id]
        programme.save(update_fields=["participants"])


def shut(found: Guidance) -> None:
    """The region reads the draft no longer, unless it takes part by itself or guides in another request."""
    if found.programme_id is None:
        return
    with rowsecurity.as_system():
        # The programme is the municipality's: when the region closes, it may not write the row by itself.
        programme = MunicipalProgramme.objects.select_for_update().get(pk=found.programme_id)
        others = Guidance.objects.filter(programme=programme, region_id=found.region_id)
        others = others.exclude(pk=found.pk).exclude(state=GuidanceState.CLOSED)
        partner = ProgrammePartner.objects.filter(programme=programme, organisation_id=found.region_id)
        if others.exists() or partner.filter(days__contains=clock.today()).exists():
            return
        programme.participants = [one for one in programme.participants if one != found.region_id]
        programme.save(update_fields=["participants"])


def _keep_answer(found: Guidance) -> None:
    """What was asked and answered stays as a note: the next question and answer come in its place."""
    if found.answered_by is None or found.answered_at is None:
        found.answer = ""
        return
    with override(found.language):
        parts = [
            (now_in("Earlier question"), found.text),
            (now_in("Earlier answer of the region"), found.answer),
        ]
    GuidanceNote.objects.create(
        guidance=found,
        on=found.answered_at.astimezone(clock.HELSINKI).date(),
        present=found.answered_by.get_full_name()[:300],
        text="\n\n".join(f"**{words}**\n\n{text}" for words, text in parts if text),
        written_by_id=found.answered_by_id,
        written_at=clock.now(),
    )
    found.answer, found.answered_by = "", None


def _tell_other(kind: str, found: Guidance, actor: Viewer) -> None:
    if actor.organisation_id == found.region_id:
        tell_asker(kind, found, actor=actor)
    else:
        tell_region(kind, found, actor=actor)
