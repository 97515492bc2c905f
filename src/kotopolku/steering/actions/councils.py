"""Acts between a municipal programme and the councils: sent for statements, to the councils, decided, taken back.

A person decides each of them. What every council said stays in the kept versions and in the journal when the councils are
asked anew. Not for: review, ending, publication and mergers (``programme_life.py``).
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import gettext_noop as _

from kotopolku import clock, writing
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import date_range, last_day
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions import hearings
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.models import Hearing
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.steering import access_councils as access
from kotopolku.steering import access_municipal
from kotopolku.steering import council_rules as rules
from kotopolku.steering.access_councils import Seat
from kotopolku.steering.actions import municipal_rights
from kotopolku.steering.actions.programme_versions import keep_version
from kotopolku.steering.council_rules import Council, Decision, Standing
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    Stage,
)
from kotopolku.steering.queries import programme_content
from kotopolku.steering.queries.programme_content import PROGRAMME
from kotopolku.steering.queries.programme_mergers import gone

ASKED = (MunicipalState.COUNCILS, MunicipalState.APPROVED)
"""States in which councils' decisions are recorded."""
NOT_DRAFT = _("Only a programme that is being drawn up can be sent.")
NOT_BEFORE = _("The programme is not before the councils.")
WHY = _("Write why.")


@transaction.atomic
def send_for_statements(
    programme_id: int, language: str, keys: Collection[str], *, actor: Viewer, expected_version: int
) -> Hearing:
    """Drafts a hearing with the text of the chosen sections, and keeps the programme as it is. Raises ``Refusals``.

    Whom it asks, and what, is chosen on the hearing's own page.
    """
    require(actor, Capability.HEARING_KEEP)
    found = own_unchanged(programme_id, actor, expected_version)
    refused = []
    if found.state != MunicipalState.DRAFT:
        refused.append(Refusal("", "not-draft", NOT_DRAFT))
    if language not in found.languages:
        refused.append(Refusal("language", "unknown", _("Choose the language of the text.")))
    if not keys:
        refused.append(Refusal("sections", "required", _("Choose at least one section.")))
    refuse(refused)
    with translation.override(language):
        text = programme_content.as_text(found, language, keys, say("Goals"))
    title = getattr(found, f"name_{language}", "") or found.name_fi
    made = hearings.open_for(PROGRAMME, found.pk, title, text, actor=actor, language=language)
    keep_version(found, Stage.HEARING, actor)
    record("steering.councils.hearing-drafted", actor=actor, object=(PROGRAMME, found.pk))
    return made


@transaction.atomic
def send(programme_id: int, reason: str, *, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    """Asks the council of each municipality. ``reason``: why, although something is lacking. Raises ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    if found.state != MunicipalState.DRAFT:
        refuse([Refusal("", "not-draft", NOT_DRAFT)])
    known = programme_content.readiness(actor, found)
    refuse(rules.check_sending(known, programme_content.take_part(actor, found), reason))
    keep_version(found, Stage.COUNCILS, actor)
    asked = _ask_anew(found, actor)
    _before_councils(found)
    record(
        "steering.councils.sent",
        actor=actor,
        object=(PROGRAMME, found.pk),
        reason=reason.strip(),
        details={
            "municipalities": [one.code for one in asked],
            "lacking": [one.what for one in rules.warnings(known)],
        },
    )
    _tell_asked(found, asked, actor)
    return found


@transaction.atomic
def take_back(programme_id: int, reason: str, *, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    """Back to be drawn up. What the councils have decided is shown until they are asked anew. Raises ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", WHY)]
    if found.state != MunicipalState.COUNCILS:
        refused.append(Refusal("", "not-before", NOT_BEFORE))
    refuse(refused)
    found.state = MunicipalState.DRAFT
    save_next(found)
    record("steering.councils.taken-back", actor=actor, object=(PROGRAMME, found.pk), reason=reason.strip())
    for one in _needed(found, actor):
        tell("steering.councils-taken-back", found, one.organisation_id, actor)
    return found


@transaction.atomic
def decide(
    programme_id: int, municipality_id: int, decision: Decision, *, actor: Viewer, expected_version: int
) -> ProgrammeMunicipality:
    """Records what a council decided, or corrects it with a reason. Raises ``EditClash``, ``NotVisible``, ``Refusals``.

    When every council has approved, the programme is approved, and the one that it replaces ends.
    """
    seat = access.locked(access.seat(actor, programme_id, municipality_id))
    programme, of = seat.programme, seat.municipality
    same_version(of.version, expected_version)
    corrects = of.state in rules.DECISIONS
    sent_on = _sent_on(programme)
    refused = rules.check_decision(decision, actor.day, sent_on, own=seat.own, corrects=corrects)
    if programme.state not in ASKED:
        refused.append(Refusal("", "not-before", NOT_BEFORE))
    elif of.state == CouncilState.LEFT or not _goes_on(of, actor):
        refused.append(Refusal("", "left", _("The municipality has left the programme.")))
    refuse(refused)
    before = facts(of)
    withdrawn = of.state == CouncilState.APPROVED and decision.state != CouncilState.APPROVED
    of.state, of.decided_on = decision.state, decision.decided_on
    of.section_number, of.note = decision.section_number.strip(), decision.note.strip()
    of.recorded_by_id = actor.user_id
    of.version += 1
    with rowsecurity.as_system():
        of.save()
        if withdrawn and programme.state == MunicipalState.APPROVED:
            # The approval rested on a decision that was recorded wrongly.
            _before_councils(programme)
            _go_on_with_replaced(programme, actor)
        settle(programme, actor)
    record(
        "steering.councils.corrected" if corrects else "steering.councils.decided",
        actor=actor,
        object=(PROGRAMME, programme.pk),
        reason=decision.reason.strip(),
        details={"municipality": of.code, "own": seat.own, "before": before, "after": facts(of)},
    )
    _tell_decided(seat, actor)
    return of


@transaction.atomic
def go_on_without(
    programme_id: int,
    municipality_id: int,
    reason: str,
    *,
    ask_others_anew: bool,
    actor: Viewer,
    expected_version: int,
) -> MunicipalProgramme:
    """A municipality whose council did not approve leaves. ``ask_others_anew``: the others' councils decide once more.

    Raises ``EditClash``, ``Refusals``.
    """
    seat = access.locked(access.led_seat(actor, programme_id, municipality_id))
    programme, of = seat.programme, seat.municipality
    same_version(of.version, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", WHY)]
    if programme.state not in ASKED:
        refused.append(Refusal("", "not-before", NOT_BEFORE))
    elif of.state not in rules.AGAINST:
        words = _("Only a municipality whose council returned or rejected the programme can be left out.")
        refused.append(Refusal("", "not-against", words))
    elif of.organisation_id == programme.organisation_id:
        words = _(
            "The leading municipality cannot be left out. Take the programme back to be drawn up instead."
        )
        refused.append(Refusal("", "leader", words))
    refuse(refused)
    before = facts(of)
    of.state, of.note = CouncilState.LEFT, reason.strip()
    if of.days.lower is None or of.days.lower < actor.day:
        of.days = date_range(of.days.lower, actor.day)
    of.version += 1
    of.save()
    municipal_rights.keep(programme, actor.day)
    asked: list[ProgrammeMunicipality] = []
    if ask_others_anew:
        keep_version(programme, Stage.COUNCILS, actor)
        asked = _ask_anew(programme, actor)
        _before_councils(programme)
    settle(programme, actor)
    record(
        "steering.councils.gone-on",
        actor=actor,
        object=(PROGRAMME, programme.pk),
        reason=reason.strip(),
        details={"municipality": of.code, "before": before, "asked-anew": [one.code for one in asked]},
    )
    _tell_asked(programme, asked, actor)
    return programme


@transaction.atomic
def ask_again(
    programme_id: int, municipality_id: int, reason: str, *, actor: Viewer, expected_version: int
) -> ProgrammeMunicipality:
    """The same text goes once more to a council that did not approve it, or to one that had left. Raises ``Refusals``."""
    seat = access.locked(access.led_seat(actor, programme_id, municipality_id))
    programme, of = seat.programme, seat.municipality
    same_version(of.version, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", WHY)]
    if programme.state not in ASKED:
        refused.append(Refusal("", "not-before", NOT_BEFORE))
    if gone(of.code, actor.day):
        words = _("The municipality does not exist any more: %(about)s.")
        refused.append(Refusal("", "gone", words, {"about": of.organisation.name}))
    elif of.state not in (*rules.AGAINST, CouncilState.LEFT):
        words = _("The council has approved the programme, or is being asked already.")
        refused.append(Refusal("", "not-against", words))
    refuse(refused)
    before = facts(of)
    if of.state == CouncilState.LEFT:
        of.days = date_range(of.days.lower, None)
    _clear(of)
    of.save()
    municipal_rights.keep(programme, actor.day)
    record(
        "steering.councils.asked-again",
        actor=actor,
        object=(PROGRAMME, programme.pk),
        reason=reason.strip(),
        details={"municipality": of.code, "before": before},
    )
    _tell_asked(programme, [of], actor)
    return of


# Parts ---------------------------------------------------------------------------------------------------------------


def standing_of(programme: MunicipalProgramme, actor: Viewer) -> Standing:
    """Where its councils are on the actor's day. One statement."""
    rows = programme.municipalities.order_by("code")
    return rules.standing(
        [Council(one.code, one.state, one.decided_on, last_day(one.days)) for one in rows], actor.day
    )


def own_unchanged(programme_id: int, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    found = access_municipal.own_programme(actor, programme_id, lock=True)
    same_version(found.version, expected_version)
    return found


def _before_councils(programme: MunicipalProgramme) -> None:
    """Waits for the councils. What is not approved any more is not public either: from here it can become a draft again."""
    programme.state = MunicipalState.COUNCILS
    programme.published_at = None
    save_next(programme)


def save_next(programme: MunicipalProgramme) -> None:
    programme.version += 1
    programme.save()


def _goes_on(of: ProgrammeMunicipality, actor: Viewer) -> bool:
    """Whether it has not been ended by a merger."""
    last = last_day(of.days)
    return last is None or last >= actor.day


def _needed(programme: MunicipalProgramme, actor: Viewer) -> list[ProgrammeMunicipality]:
    rows = programme.municipalities.filter(days__contains=actor.day).exclude(state=CouncilState.LEFT)
    return list(rows.select_related("organisation").order_by("code"))


def _ask_anew(programme: MunicipalProgramme, actor: Viewer) -> list[ProgrammeMunicipality]:
    """Every council of the day decides; what it said before stands in the kept version."""
    asked = _needed(programme, actor)
    for one in asked:
        _clear(one)
        one.save()
    return asked


def _clear(of: ProgrammeMunicipality) -> None:
    of.state, of.decided_on, of.section_number, of.note = CouncilState.WAITING, None, "", ""
    of.recorded_by = None
    of.version += 1


def settle(programme: MunicipalProgramme, actor: Viewer) -> None:
    """Approved when every needed council has approved; what it replaces ends. As the system where the actor does not lead."""
    found = standing_of(programme, actor)
    if programme.state != MunicipalState.COUNCILS or not found.whole:
        return
    with rowsecurity.as_system():
        programme.state = MunicipalState.APPROVED
        save_next(programme)
        keep_version(programme, Stage.APPROVED, actor)
        old = programme.replaces
        if old is not None and old.state == MunicipalState.APPROVED:
            _end_replaced(old, programme, actor)
    for organisation_id in {programme.organisation_id, *programme.participants}:
        tell("steering.programme-approved", programme, organisation_id, actor)


def _end_replaced(old: MunicipalProgramme, new: MunicipalProgramme, actor: Viewer) -> None:
    """The old one is followed until the day before the new one begins."""
    last = max(new.days.lower - timedelta(1), old.days.lower)
    if old.last_day is None or old.last_day > last:
        old.days = date_range(old.days.lower, last)
    old.state, old.ended_reason = MunicipalState.ENDED, _replaced_by(new)
    save_next(old)
    record("steering.councils.ended", actor=actor, object=(PROGRAMME, old.pk), reason=old.ended_reason)


def _replaced_by(new: MunicipalProgramme) -> str:
    with translation.override(new.languages[0] if new.languages else "fi"):
        return (say("Replaced by: %(name)s") % {"name": new.name})[:1_000]


def _go_on_with_replaced(programme: MunicipalProgramme, actor: Viewer) -> None:
    """The one that ended for this one is in force again, until the day of its kept version."""
    old = programme.replaces
    if old is None or old.state != MunicipalState.ENDED or old.ended_reason != _replaced_by(programme):
        return
    kept = old.versions.order_by("-number").values_list("content", flat=True).first()
    if kept:
        old.days = date_range(old.days.lower, writing.as_day(kept["days"][1]))
    old.state, old.ended_reason = MunicipalState.APPROVED, ""
    save_next(old)
    record("steering.councils.in-force-again", actor=actor, object=(PROGRAMME, old.pk))


def _sent_on(programme: MunicipalProgramme) -> date | None:
    rows = programme.versions.filter(stage=Stage.COUNCILS).order_by("-number")
    newest = rows.values_list("made_at", flat=True).first()
    return newest.astimezone(clock.HELSINKI).date() if newest else None


def facts(of: ProgrammeMunicipality) -> dict[str, str]:
    return {
        "state": of.state,
        "decided_on": of.decided_on.isoformat() if of.decided_on else "",
        "section_number": of.section_number,
        "note": of.note,
    }


def _tell_asked(
    programme: MunicipalProgramme, asked: Collection[ProgrammeMunicipality], actor: Viewer
) -> None:
    for one in asked:
        tell("steering.council-asked", programme, one.organisation_id, actor)


def _tell_decided(seat: Seat, actor: Viewer) -> None:
    kind = {
        CouncilState.APPROVED: "steering.council-approved",
        CouncilState.RETURNED: "steering.council-returned",
        CouncilState.REJECTED: "steering.council-rejected",
    }[CouncilState(seat.municipality.state)]
    tell(kind, seat.programme, seat.programme.organisation_id, actor)


def tell(kind: str, programme: MunicipalProgramme, organisation_id: int, actor: Viewer) -> int:
    return notify(
        kind,
        holders(organisation_id, Capability.PROGRAMME_KEEP, actor.day),
        actor=actor,
        address=reverse("steering:council-programme", args=[programme.pk]),
        organisation_id=organisation_id,
        about=(PROGRAMME, programme.pk),
    )
