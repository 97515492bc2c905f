"""A student's own study plan and what the certificate says, as pure values: parts with points, what was credited and done.

Not for: the curricula themselves (``curricula.py``), storing (``actions/studies.py``), setting on paper (``certificate.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal
from kotopolku.training.curricula import Curriculum, Part, curriculum

WHOLE = "whole"
"""Of a curriculum that has no parts: all of it."""
WHOLE_PART = Part(
    id=WHOLE, texts={"fi": "Koko koulutus", "sv": "Hela utbildningen", "en": "The whole training"}
)
MOST_POINTS = Decimal(200)


@dataclass(frozen=True)
class PlanPart:
    """One part of the student's studies, in the curriculum's unit."""

    part: str
    points: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    """Of these, recognised from earlier learning."""
    credited_for: str = ""
    """From what."""
    done: Decimal = Decimal(0)
    """Completed so far, what was credited included."""

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "PlanPart":
        return cls(
            part=row["part"],
            points=Decimal(row["points"]),
            credited=Decimal(row["credited"]),
            credited_for=row["credited_for"],
            done=Decimal(row["done"]),
        )


@dataclass(frozen=True)
class StudyPlanContent:
    """What the student and the teacher have agreed on."""

    goals: str
    guidance: str
    parts: tuple[PlanPart, ...]


def parts_of(curriculum_id: str) -> tuple[Part, ...]:
    """The parts that can be planned; one for all of a curriculum without parts, or one not known."""
    found = curriculum(curriculum_id)
    return found.parts if found is not None and found.parts else (WHOLE_PART,)


def unit_of(curriculum_id: str) -> str:
    """op, ov or h."""
    found: Curriculum | None = curriculum(curriculum_id)
    return found.unit if found is not None else "op"


def total(parts: Iterable[PlanPart], curriculum_id: str, name: str) -> Decimal:
    """The sum of ``points``, ``credited`` or ``done``; what stands within another part is not counted twice."""
    inner = {part.id for part in parts_of(curriculum_id) if part.within}
    return sum((getattr(one, name) for one in parts if one.part not in inner), Decimal(0))


def check_study_plan(content: StudyPlanContent, curriculum_id: str) -> list[Refusal]:
    """What cannot be so, each at its field: ``goals``, ``<part>-points``, ``<part>-credited`` and so on."""
    found = []
    if not content.goals.strip():
        found.append(Refusal("goals", "required", _("Write what the student aims at.")))
    known = {part.id for part in parts_of(curriculum_id)}
    for one in content.parts:
        if one.part not in known:
            found.append(Refusal("", "unknown-part", _("The curriculum has no such part.")))
            continue
        found += [
            Refusal(f"{one.part}-{name}", "points", _("Points are from 0 to 200."))
            for name in ("points", "credited", "done")
            if not 0 <= getattr(one, name) <= MOST_POINTS
        ]
        if one.credited > one.points:
            found.append(Refusal(f"{one.part}-credited", "more", _("More is credited than planned.")))
        if one.done > one.points:
            found.append(Refusal(f"{one.part}-done", "more", _("More is completed than planned.")))
        if one.done < one.credited:
            message = _("What is credited counts as completed: write at least as much.")
            found.append(Refusal(f"{one.part}-done", "less", message))
        if one.credited and not one.credited_for.strip():
            found.append(
                Refusal(
                    f"{one.part}-credited_for", "required", _("Write from what earlier learning it comes.")
                )
            )
    plan = curriculum(curriculum_id)
    most = plan.max_scope if plan is not None else None
    planned = total(content.parts, curriculum_id, "points")
    if not found and most is not None and planned > most:
        message = _("The parts are together %(planned)s, and the training is at most %(most)s.")
        found.append(Refusal("", "too-wide", message, {"planned": planned, "most": most}))
    return found


# --- Certificate -----------------------------------------------------------------------------------------------------

SKILLS = ("listening", "speaking", "reading", "writing")


@dataclass(frozen=True)
class CertificateContent:
    """What a certificate says, as it was on the day of issue (681/2023 §26.4 and the curriculum)."""

    name: str
    born: str
    """ISO day, or empty."""
    provider_fi: str
    provider_sv: str
    course: str
    curriculum: str
    track: str
    starts_on: str
    ends_on: str
    completed: bool
    hours_planned: str
    hours_attended: str
    parts: Sequence[Mapping[str, str]]
    """``PlanPart`` as JSON."""
    language: str
    levels: Mapping[str, str]
    """By skill; empty when no final test was held."""
    tested_on: str
    issued_on: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
