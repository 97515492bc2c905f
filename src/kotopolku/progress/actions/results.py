"""Acts on what was reached: language level by skill, and the result when the plan or the relationship ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access, rules
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Measure, Relationship
from kotopolku.clients.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.progress import queries, sources
from kotopolku.progress.models import Basis, Employment, LanguageLevel, Result, Skill, Study, Tongue

LEVEL = "progress.level"
RESULT = "progress.result"


@transaction.atomic
def record_levels(
    relationship_id: int,
    levels: Mapping[str, str],
    *,
    language: str,
    basis: str,
    source: str,
    assessed_on: date,
    actor: Viewer,
    token: UUID | None = None,
) -> list[LanguageLevel]:
    """Levels by skill (``Skill`` → code of ``sources.levels``) of one language, found on one day. Empty ones are left out."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, LEVEL)) is not None:
        return list(LanguageLevel.objects.filter(pk=before, relationship_id=relationship_id))
    person = case.relationship.person
    rows = _write_levels(
        case.relationship, levels, language=language, basis=basis, source=source, on=assessed_on, actor=actor
    )
    record(
        "progress.levels.recorded",
        actor=actor,
        subjects=[person.pk],
        object=(LEVEL, rows[0].pk),
        details={"language": language, "levels": _given(levels), "on": assessed_on.isoformat()},
        token=token,
    )
    return rows


@transaction.atomic
def report_levels(
    measure_id: int,
    levels: Mapping[str, str],
    *,
    language: str,
    assessed_on: date,
    actor: Viewer,
    token: UUID | None = None,
) -> list[LanguageLevel]:
    """A test that a provider has held for its own participant; the provider is its source. Raises ``Refusals``."""
    require(actor, Capability.ATTENDANCE_REPORT)
    if (before := cases.done_before(token, LEVEL)) is not None:
        with access.seeing_all(actor):
            return list(LanguageLevel.objects.filter(pk=before))
    if measure_id not in {one.measure_id for one in queries.participants(actor)}:
        raise NotVisible
    with access.seeing_all(actor):
        measure = Measure.objects.select_related("plan__relationship__person", "provider").get(pk=measure_id)
        relationship = measure.plan.relationship
        rows = _write_levels(
            relationship,
            levels,
            language=language,
            basis=Basis.TEST,
            source=measure.provider.name if measure.provider else "",
            on=assessed_on,
            actor=actor,
        )
    record(
        "progress.levels.reported",
        actor=actor,
        subjects=[relationship.person_id],
        object=(LEVEL, rows[0].pk),
        details={"language": language, "levels": _given(levels), "on": assessed_on.isoformat()},
        token=token,
    )
    return rows


def _given(levels: Mapping[str, str]) -> dict[str, str]:
    return {skill: code for skill, code in levels.items() if code}


def check_levels(levels: Mapping[str, str], language: str, assessed_on: date) -> list[Refusal]:
    """What is wrong in levels by skill, found on one day; each at its own field."""
    found = rules.check_not_future("assessed_on", assessed_on, clock.today())
    given = _given(levels)
    if not given:
        found.append(Refusal("", "required", _("Choose the level of at least one skill.")))
    for skill, code in given.items():
        if skill not in Skill.values or code not in sources.levels():
            found.append(Refusal(skill, "unknown-level", _("Choose a level of the scale.")))
    if language not in Tongue.values:
        found.append(Refusal("language", "required", _("Choose Finnish or Swedish.")))
    return found


def _write_levels(
    relationship: Relationship,
    levels: Mapping[str, str],
    *,
    language: str,
    basis: str,
    source: str,
    on: date,
    actor: Viewer,
) -> list[LanguageLevel]:
    found = check_levels(levels, language, on)
    born = relationship.person.birth_date
    found += rules.check_not_before("assessed_on", on, born, BEFORE_BIRTH, "before-birth")
    if basis not in Basis.values:
        found.append(Refusal("basis", "required", _("Say whether it was a test or an estimate.")))
    rules.refuse(found)
    known = sources.levels()
    return LanguageLevel.objects.bulk_create(
        LanguageLevel(
            relationship=relationship,
            person_id=relationship.person_id,
            language=language,
            skill=skill,
            level=code,
            rank=known[code].rank,
            basis=basis,
            source=source.strip(),
            assessed_on=on,
            recorded_on=clock.today(),
            recorded_by_id=actor.user_id,
        )
        for skill, code in _given(levels).items()
    )


BEFORE_BIRTH = _("The person was born on %(earliest)s.")


@transaction.atomic
def cancel_level(relationship_id: int, level_id: int, *, actor: Viewer, reason: str) -> LanguageLevel:
    """Cancels a level recorded by mistake; it stays in the history."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    level = LanguageLevel.objects.filter(
        pk=level_id, relationship_id=relationship_id, cancelled=False
    ).first()
    if level is None:
        raise NotVisible
    if not reason.strip():
        raise rules.Refusals([Refusal("reason", "required", _("Write why it is cancelled."))])
    level.cancelled = True
    level.save(update_fields=["cancelled"])
    record(
        "progress.levels.cancelled",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(LEVEL, level.pk),
        reason=reason,
    )
    return level


@dataclass(frozen=True)
class ResultContent:
    """What was reached, as typed."""

    on: date
    employment: str
    study: str
    other: str = ""


@transaction.atomic
def record_result(
    relationship_id: int, content: ResultContent, *, actor: Viewer, expected_version: int
) -> Result:
    """The result of the plan and the relationship; ``expected_version`` 0 when there is none. Raises ``EditClash``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relationship = case.relationship
    result = Result.objects.filter(relationship=relationship).first()
    stored = result.version if result else 0
    if stored != expected_version and result is not None:
        theirs = {"on": result.on.isoformat(), "employment": result.employment, "study": result.study}
        theirs["other"] = result.other
        raise cases.clash(actor, relationship.person_id, RESULT, result.pk, theirs=theirs, version=stored)
    found = cases.not_before_start(relationship, "on", content.on)
    if content.employment not in Employment.values:
        found.append(Refusal("employment", "required", _("Choose how the client is employed.")))
    if content.study not in Study.values:
        found.append(Refusal("study", "required", _("Choose what the client studies.")))
    rules.refuse(found)
    result = result or Result(relationship=relationship, person=relationship.person, version=0)
    result.on, result.employment, result.study = content.on, content.employment, content.study
    result.other, result.recorded_by_id = content.other.strip(), actor.user_id
    result.version += 1
    result.save()
    record(
        "progress.result.recorded",
        actor=actor,
        subjects=[relationship.person_id],
        object=(RESULT, result.pk),
        details={"employment": content.employment, "study": content.study, "on": content.on.isoformat()},
    )
    return result
