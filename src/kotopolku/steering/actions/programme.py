"""Acts on the State's programme as a whole: drawn up, changed, adopted by the Government. Not for: its lines."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import CAPABILITIES, Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.queries.addressing import seats
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.steering import access, rules_programme
from kotopolku.steering.models import NationalProgramme, ProgrammeState
from kotopolku.steering.queries.programme import lacks_of
from kotopolku.steering.rules_programme import LANGUAGES, ProgrammeContent

PROGRAMME = "steering.programme"


@transaction.atomic
def draft(content: ProgrammeContent, *, actor: Viewer, token: UUID | None = None) -> NationalProgramme:
    """A new programme; how long it is follows from the Act in force on its first day. Raises ``Refusals``."""
    require(actor, Capability.STEERING_NATIONAL)
    if (before := done_before(token, PROGRAMME)) is not None:
        return access.own_programme(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content))
    made = NationalProgramme(
        organisation_id=actor.organisation_id,
        made_by_id=actor.user_id,
        made_at=clock.now(),
        invented=content.invented,
    )
    _write(made, content)
    made.save()
    record("steering.programme.drafted", actor=actor, object=(PROGRAMME, made.pk), token=token)
    return made


@transaction.atomic
def change(
    programme_id: int, content: ProgrammeContent, *, actor: Viewer, expected_version: int
) -> NationalProgramme:
    """Changes names and first day of a draft. Raises ``EditClash``, ``Refusals``."""
    found = access.own_programme(actor, programme_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(content)
    if found.state == ProgrammeState.ADOPTED:
        words = _("The programme has been adopted. Its lines can be changed, with a reason.")
        refused.append(Refusal("", "adopted", words))
    refuse(refused)
    before = _facts(found)
    _write(found, content)
    found.version += 1
    found.save()
    changed = {"before": before, "after": _facts(found)}
    record("steering.programme.changed", actor=actor, object=(PROGRAMME, found.pk), details=changed)
    return found


@transaction.atomic
def adopt(
    programme_id: int, on: date, decision: str, *, actor: Viewer, expected_version: int
) -> NationalProgramme:
    """The Government has adopted the programme; it is public from now. The regions are told.

    Raises ``EditClash``; ``Refusals`` when something is lacking, or another programme is in force in its period.
    """
    require(actor, Capability.STEERING_NATIONAL)
    # All at once, so that two programmes of one period are never adopted beside each other.
    own = NationalProgramme.objects.filter(organisation_id=actor.organisation_id or 0).order_by("pk")
    others = {one.pk: one for one in own.select_for_update()}
    found = access.own_programme(actor, programme_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_check_adoption(found, on, decision) + _check_others(found, others.values()))
    found.state = ProgrammeState.ADOPTED
    found.adopted_on = on
    found.decision = decision.strip()
    found.version += 1
    found.save()
    record(
        "steering.programme.adopted",
        actor=actor,
        object=(PROGRAMME, found.pk),
        details={"on": on.isoformat(), "decision": found.decision},
    )
    _tell_regions(found, actor)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _check(content: ProgrammeContent) -> list[Refusal]:
    refused = []
    if not content.names.get("fi", "").strip():
        refused.append(Refusal("name_fi", "required", _("Give the programme a name in Finnish.")))
    try:
        rules_programme.period_rule(content.first_day)
    except law.RuleNotInForce:
        words = _("No Act was in force on that day that gives the programme its period.")
        refused.append(Refusal("first_day", "no-act", words))
    return refused


def _check_adoption(found: NationalProgramme, on: date, decision: str) -> list[Refusal]:
    refused = []
    if found.state == ProgrammeState.ADOPTED:
        refused.append(Refusal("", "adopted", _("The programme has been adopted already.")))
    if not decision.strip():
        refused.append(Refusal("decision", "required", _("Write the number of the decision.")))
    if on > clock.today():
        refused.append(
            Refusal("on", "future", _("The day is still to come. Adopt the programme when it has."))
        )
    last = found.last_day
    if last is not None and on > last:
        refused.append(Refusal("on", "late", _("The programme's period has ended on that day.")))
    number = len(lacks_of(found))
    if number:
        words = _("The programme is not complete: %(number)s things are lacking. They are listed below.")
        refused.append(Refusal("", "lacking", words, {"number": number}))
    return refused


def _check_others(found: NationalProgramme, others: Iterable[NationalProgramme]) -> list[Refusal]:
    for other in others:
        if other.pk == found.pk or other.state != ProgrammeState.ADOPTED:
            continue
        first, last = other.days.lower, other.last_day
        if found.days.lower <= (last or date.max) and first <= (found.last_day or date.max):
            words = _("Another programme has been adopted for a part of the same period: %(name)s.")
            names = {language: getattr(other, f"name_{language}") or other.name_fi for language in LANGUAGES}
            return [Refusal("", "overlap", words, {"name": names})]
    return []


def _write(made: NationalProgramme, content: ProgrammeContent) -> None:
    for language in LANGUAGES:
        setattr(made, f"name_{language}", content.names.get(language, "").strip())
    made.days = date_range(content.first_day, rules_programme.last_day_of(content.first_day))
    made.act = rules_programme.period_rule(content.first_day).act


def _facts(of: NationalProgramme) -> list[str]:
    return [*(getattr(of, f"name_{language}") for language in LANGUAGES), of.days.lower.isoformat()]


def _tell_regions(programme: NationalProgramme, actor: Viewer) -> None:
    roles = [role.value for role, rights in CAPABILITIES.items() if Capability.STEERING_REGIONAL in rights]
    people: dict[int, set[int]] = defaultdict(set)
    for organisation_id, user_id in seats(actor.day, roles).values_list("organisation_id", "user_id"):
        people[organisation_id].add(user_id)
    for organisation_id, users in people.items():
        notify(
            "steering.programme-adopted",
            sorted(users),
            actor=actor,
            address=reverse("steering:programme", args=[programme.pk]),
            organisation_id=organisation_id,
            about=(PROGRAMME, programme.pk),
        )
