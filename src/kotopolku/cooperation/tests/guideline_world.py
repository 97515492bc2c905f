"""Stands up work-permit guidelines for tests: officers of authorities before and after 2026, drafts, adopted versions."""

from datetime import date
from decimal import Decimal
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.actions import guideline_adoption, guidelines
from kotopolku.cooperation.models import Guideline
from kotopolku.cooperation.rules_guidelines import Adoption, GuidelineContent, Line

ON = date(2026, 11, 23)
UUSIMAA, HAME_OLD, SOUTH_EAST, INLAND, MINISTRY = "evk-01", "ely-04", "evk-03", "evk-04", "tem"
VANTAA, HELSINKI, LAHTI, MARIEHAMN = "092", "091", "398", "478"
LINES = (
    Line("51", condition={"fi": "Ei pizzakokkeja.", "sv": "Inte pizzakockar."}),
    Line("5131", lifted=False),
    Line("3221", full_time=True, income_eur=Decimal("2500")),
    Line("9112", municipalities=(VANTAA,)),
)
ANYWHERE = LINES[:3]
"""Lines that are not narrowed, for regions other than Uusimaa."""


def officer(code: str = UUSIMAA, on: date = ON) -> Viewer:
    return make.worker(code, on, role=Role.REGIONAL_OFFICER)


def content(**changes: Any) -> GuidelineContent:
    values: dict[str, Any] = {
        "number": "2026/2",
        "regions": ("01",),
        "first": date(2026, 11, 23),
        "last": date(2027, 5, 31),
        "market": {"fi": "Työvoimaa on **niukasti**.", "sv": "Det är ont om arbetskraft."},
        "position": "Toimikunta puolsi 2.11.2026.",
    }
    return GuidelineContent(**(values | changes))


def draft(actor: Viewer, lines: tuple[Line, ...] = LINES, **changes: Any) -> Guideline:
    with make.working(actor) as at_work:
        made = guidelines.draft(content(**changes), actor=at_work)
        for line in lines:
            guidelines.add_line(made.pk, line, actor=at_work)
        return Guideline.objects.get(pk=made.pk)


def adopted(actor: Viewer, lines: tuple[Line, ...] = LINES, **changes: Any) -> Guideline:
    """Adopted on the actor's day for the days of its content."""
    takes_place = changes.pop("takes_place", False)
    made = draft(actor, lines, **changes)
    with make.working(actor) as at_work:
        given = Adoption(
            actor.day, "Maija Malli, johtaja", made.valid.lower, made.last_day or actor.day, takes_place
        )
        return guideline_adoption.adopt(made.pk, given, actor=at_work, expected_version=made.version)
