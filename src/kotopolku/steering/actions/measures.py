"""Acts on regional measures: added, changed, their state, evidence, taken over from a predecessor. Not for: reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact, Organisation, date_range, last_day
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_measures as access
from kotopolku.steering import measure_rules as rules
from kotopolku.steering.measure_rules import Aim, LineDays, MeasureContent
from kotopolku.steering.models import Evidence, Indicator, Line, MeasureState, RegionalMeasure

MEASURE = "steering.measure"
EVIDENCE = "steering.evidence"


@dataclass(frozen=True)
class EvidenceContent:
    """What was done or reached by a day; ``value``: of the measure's indicator."""

    on: date
    text: str
    link: str = ""
    value: Decimal | None = None


@transaction.atomic
def add(
    content: MeasureContent, *, actor: Viewer, token: UUID | None = None, invented: bool = False
) -> RegionalMeasure:
    """A measure of the actor's regional authority. Raises ``MissingCapability``, ``Refusals``."""
    authority = access.require_region(actor)
    if (before := done_before(token, MEASURE)) is not None:
        return access.measure(actor, before)
    refuse(_check(content, authority, actor, None))
    made = RegionalMeasure(organisation=authority, made_by_id=actor.user_id, made_at=clock.now())
    made.invented = invented
    _write(made, content)
    made.save()
    _tie(made, content)
    record("steering.measure.added", actor=actor, object=(MEASURE, made.pk), token=token)
    return made


@transaction.atomic
def change(
    measure_id: int, content: MeasureContent, *, actor: Viewer, expected_version: int
) -> RegionalMeasure:
    """What it said before stands in the journal. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = _own(measure_id, actor, expected_version)
    refuse(_check(content, found.organisation, actor, found))
    before = _facts(found)
    _write(found, content)
    found.version += 1
    found.save()
    _tie(found, content)
    after = _facts(found)
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    record("steering.measure.changed", actor=actor, object=(MEASURE, found.pk), details=changed)
    return found


@transaction.atomic
def set_state(
    measure_id: int, state: str, reason: str, *, actor: Viewer, expected_version: int
) -> RegionalMeasure:
    """A person's decision, whatever the measured values propose. Raises ``EditClash``, ``Refusals``."""
    found = _own(measure_id, actor, expected_version)
    refused = rules.check_state(found.state, state, reason)
    if state not in MeasureState.values:
        refused = [Refusal("state", "unknown", _("Choose the state."))]
    refuse(refused)
    before, found.state = found.state, state
    found.state_reason = reason.strip()
    found.version += 1
    found.save()
    record(
        "steering.measure.state-set",
        actor=actor,
        object=(MEASURE, found.pk),
        reason=found.state_reason,
        details={"state": [before, state]},
    )
    return found


@transaction.atomic
def add_evidence(
    measure_id: int, content: EvidenceContent, *, actor: Viewer, token: UUID | None = None
) -> Evidence:
    """Added, never changed: what was wrong is put right by a further one. Raises ``Refusals``."""
    found = access.own_measure(actor, measure_id, lock=True)
    if (before := done_before(token, EVIDENCE)) is not None:
        return Evidence.objects.get(pk=before, measure=found)
    refused = []
    if not content.text.strip():
        refused.append(Refusal("text", "required", _("Write what was done or reached.")))
    if content.on > actor.day:
        refused.append(Refusal("on", "to-come", _("The day has not come yet.")))
    if content.value is not None and found.indicator_id is None:
        refused.append(Refusal("value", "no-indicator", _("The measure has no indicator to measure with.")))
    refuse(refused)
    made = Evidence.objects.create(
        measure=found,
        on=content.on,
        text=content.text.strip(),
        link=content.link.strip(),
        value=content.value,
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )
    record("steering.measure.evidence-added", actor=actor, object=(EVIDENCE, made.pk), token=token)
    return made


@transaction.atomic
def take_over(measure_id: int, reason: str, *, actor: Viewer, expected_version: int) -> RegionalMeasure:
    """A predecessor's measure becomes the actor's authority's own, with its evidence. Raises ``EditClash``, ``Refusals``.

    Regions outside the successor's area stay until somebody changes the measure: nothing is lost by taking over.
    """
    readable = access.to_take_over(actor, measure_id)
    if not reason.strip():
        refuse([Refusal("reason", "required", _("Write why."))])
    with rowsecurity.as_system():
        # The predecessor's row, which its successor reads but may not write by itself.
        found = RegionalMeasure.objects.select_for_update().get(pk=readable.pk)
        if found.version != expected_version or found.organisation_id != readable.organisation_id:
            raise EditClash(theirs={}, version=found.version, who="", when=clock.now())
        before = found.organisation_id
        if found.owner_id == before:
            found.owner_id = actor.organisation_id or 0
        found.organisation_id = actor.organisation_id or 0
        found.contact = None
        found.version += 1
        found.save()
    record(
        "steering.measure.taken-over",
        actor=actor,
        object=(MEASURE, found.pk),
        reason=reason.strip(),
        details={"from": before},
    )
    return found


def _own(measure_id: int, actor: Viewer, expected_version: int) -> RegionalMeasure:
    found = access.own_measure(actor, measure_id, lock=True)
    same_version(found.version, expected_version)
    return found


def _check(
    content: MeasureContent, authority: Organisation, actor: Viewer, kept: RegionalMeasure | None
) -> list[Refusal]:
    refused = rules.check_measure(content, access.regions_of(authority, actor.day))
    chosen = list(access.lines(actor).filter(pk__in=content.lines))
    if {line.pk for line in chosen} != set(content.lines):
        refused.append(
            Refusal("lines", "unknown", _("Choose lines of a programme that the Government has adopted."))
        )
    days = [LineDays(line.code, line.days.lower, last_day(line.days)) for line in chosen]
    refused += rules.check_lines(content, days)
    indicator = Indicator.objects.filter(pk=content.indicator_id or 0).first()
    if content.indicator_id is not None and indicator is None:
        refused.append(Refusal("indicator", "unknown", _("Choose the indicator from the list.")))
    else:
        before = Aim(kept.start_value, kept.target, kept.target_year) if kept else None
        better = indicator.better if indicator else ""
        refused += rules.check_target(content, better, actor.day, before)
    named = {*content.partners, *({content.owner_id} if content.owner_id else set())}
    unknown = named - set(actors.organisation_names(named)) if named else set()
    if content.owner_id in unknown:
        refused.append(Refusal("owner", "unknown", _("Choose who carries it out.")))
    if unknown - {content.owner_id}:
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    own = Contact.objects.filter(pk=content.contact_id or 0, organisation=authority)
    if content.contact_id is not None and not own.exists():
        words = _("Choose a contact of your own organisation in the directory.")
        refused.append(Refusal("contact", "unknown", words))
    return refused


def _write(measure: RegionalMeasure, content: MeasureContent) -> None:
    measure.title, measure.text = content.title.strip(), content.text.strip()
    measure.language = content.language
    measure.regions = sorted(set(content.regions))
    measure.owner_id = content.owner_id or measure.organisation_id
    measure.contact_id = content.contact_id
    measure.partners_also = content.partners_also.strip()
    measure.days = date_range(content.starts_on, content.ends_on)
    measure.budget_eur = content.budget_eur
    measure.indicator_id = content.indicator_id
    measure.start_value, measure.target = content.start_value, content.target
    measure.target_year = content.target_year


def _tie(measure: RegionalMeasure, content: MeasureContent) -> None:
    measure.lines.set(Line.objects.filter(pk__in=content.lines))
    _set(measure, content.partners)


def _set(measure: RegionalMeasure, partners: Iterable[int]) -> None:
    measure.partners.set(Organisation.objects.filter(pk__in=set(partners) - {measure.organisation_id}))


def _facts(measure: RegionalMeasure) -> dict[str, Any]:
    """What the measure says, for the journal's before and after."""
    return {
        "title": measure.title,
        "text": measure.text,
        "regions": list(measure.regions),
        "lines": sorted(measure.lines.values_list("pk", flat=True)),
        "owner": measure.owner_id,
        "partners": sorted(measure.partners.values_list("pk", flat=True)),
        "partners_also": measure.partners_also,
        "days": [_iso(measure.days.lower), _iso(last_day(measure.days))],
        "budget_eur": _text(measure.budget_eur),
        "indicator": measure.indicator_id,
        "aim": [_text(measure.start_value), _text(measure.target), measure.target_year],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount.normalize())
