"""The whole content of a municipal programme: as a kept version has it, as one text for statements, and what is lacking.

Not for: keeping versions (``actions.programme_versions``), pages.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from kotopolku.access.viewer import Viewer
from kotopolku.cooperation.queries import hearings
from kotopolku.law.contents import contents
from kotopolku.steering import access_municipal as access
from kotopolku.steering.council_rules import Readiness
from kotopolku.steering.models import (
    MunicipalGoal,
    MunicipalProgramme,
    ProgrammeSection,
    ProposalState,
    SectionComment,
    SectionProposal,
)
from kotopolku.steering.queries.programme_mergers import gone

PROGRAMME = "steering.municipal-programme"
"""What the journal, notices and hearings call a municipal programme."""
LANGUAGES = ("fi", "sv", "en")
WRITTEN = ("fi", "sv")
"""Languages that a programme is published in."""


def content_of(programme: MunicipalProgramme) -> dict[str, Any]:
    """Everything that the programme says, as plain data. Five statements."""
    sections = list(_sections(programme).prefetch_related("figures"))
    keys = {one.pk: one.key for one in sections}
    return {
        "names": {code: getattr(programme, f"name_{code}") for code in LANGUAGES},
        "act": programme.act,
        "days": [_iso(programme.days.lower), _iso(programme.last_day)],
        "languages": list(programme.languages),
        "leader": programme.organisation.name_fi,
        "municipalities": [
            {
                "code": one.code,
                "name": one.organisation.name_fi,
                "state": one.state,
                "decided_on": _iso(one.decided_on),
                "section_number": one.section_number,
            }
            for one in programme.municipalities.select_related("organisation").order_by("code")
        ],
        "sections": [
            {
                "key": one.key,
                "title": title_of(programme.act, one),
                "text": one.text,
                "answers": one.answers.name_fi if one.answers else "",
                "number": one.number,
                "figures": [_figure(each) for each in sorted(one.figures.all(), key=_placed)],
            }
            for one in sections
        ],
        "goals": [_goal(one, keys) for one in goals_of(programme)],
    }


def _sections(programme: MunicipalProgramme) -> Any:
    rows = ProgrammeSection.objects.filter(programme=programme, removed_at__isnull=True)
    return rows.select_related("answers").order_by("order", "pk")


def goals_of(programme: MunicipalProgramme) -> list[MunicipalGoal]:
    """The goals in their order with what a page or a paper shows of them. Two statements."""
    rows = MunicipalGoal.objects.filter(programme=programme).select_related("indicator", "owner")
    return list(rows.prefetch_related("lines").order_by("order", "code"))


def title_of(act: str, section: ProgrammeSection) -> dict[str, str]:
    """The section's title by language: its own, and the Act's words where it has none."""
    own = {code: str(words) for code, words in section.title.items() if words}
    found = next((one for one in contents("programme-content", act) if one.id == section.key), None)
    return {**(dict(found.texts) if found else {}), **own}


def _placed(figure: Any) -> tuple[int, int]:
    return figure.order, figure.pk


def _figure(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "place": one.place,
        "year": one.year,
        "value": f"{one.value.normalize():f}",
        "unit": one.unit,
        "source": one.source,
    }


def _goal(one: MunicipalGoal, keys: dict[int, str]) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "text": one.text,
        "section": keys.get(one.section_id or 0, ""),
        "municipality": one.municipality,
        "indicator": one.indicator.key,
        "indicator_names": {code: getattr(one.indicator, f"name_{code}") for code in LANGUAGES},
        "unit": one.indicator.unit,
        "start_value": None if one.start_value is None else f"{one.start_value.normalize():f}",
        "start_year": one.start_year,
        "target": f"{one.target.normalize():f}",
        "target_year": one.target_year,
        "owner": one.owner.name_fi,
        "owner_also": one.owner_also,
        "lines": sorted(line.code for line in one.lines.all()),
        "state": one.state,
    }


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def said(texts: dict[str, Any], wanted: str) -> tuple[str, str]:
    """A text with the language it is in: the one wanted, else one of the others."""
    for code in (wanted, *LANGUAGES):
        if texts.get(code):
            return str(texts[code]), code
    return "", wanted


def sections_for_statements(programme: MunicipalProgramme, language: str) -> list[tuple[str, str]]:
    """Keys and titles of the sections that have a text. One statement."""
    return [
        (one.key, said(title_of(programme.act, one), language)[0])
        for one in _sections(programme)
        if said(one.text, language)[0]
    ]


def as_text(programme: MunicipalProgramme, language: str, keys: Collection[str], goals: str) -> str:
    """The chosen sections and the goals as one Markdown text; ``goals``: the heading over them, in that language."""
    found = content_of(programme)
    parts = []
    for one in found["sections"]:
        text = said(one["text"], language)[0]
        if one["key"] in keys and text:
            parts.append(f"## {said(one['title'], language)[0]}\n\n{text.strip()}")
    if found["goals"]:
        rows = [_goal_line(one, language) for one in found["goals"]]
        parts.append(f"## {goals}\n\n" + "\n".join(rows))
    return "\n\n".join(parts)


def _goal_line(goal: dict[str, Any], language: str) -> str:
    title, indicator = said(goal["title"], language)[0], said(goal["indicator_names"], language)[0]
    start = "–" if goal["start_value"] is None else goal["start_value"]
    way = f"{start} ({goal['start_year']}) → {goal['target']} {goal['unit']} ({goal['target_year']})"
    return f"- {goal['code']} {title}: {indicator}, {way}"


def readiness(viewer: Viewer, programme: MunicipalProgramme) -> Readiness:
    """What is known of the draft before it goes to the councils. Seven statements."""
    language = programme.languages[0] if programme.languages else "fi"
    sections = list(_sections(programme))
    known = {one.key for one in sections}
    lacking = [one for one in contents("programme-content", programme.act) if one.id not in known]
    of = Q(section__programme=programme, section__removed_at__isnull=True)
    comments = SectionComment.objects.filter(of, parent__isnull=True, settled_at__isnull=True)
    return Readiness(
        tuple(
            (
                said(title_of(programme.act, one), language)[0],
                frozenset(code for code, text in one.text.items() if str(text or "").strip()),
            )
            for one in sections
        ),
        tuple(programme.languages),
        tuple(one.texts.get(language) or one.texts["fi"] for one in lacking),
        MunicipalGoal.objects.filter(programme=programme).count(),
        SectionProposal.objects.filter(of, state=ProposalState.OPEN).count(),
        comments.count(),
        sum(1 for one in hearings.about(viewer, PROGRAMME, programme.pk) if one.is_open),
        tuple(code for code in programme.languages if not getattr(programme, f"name_{code}", "")),
        _gone(programme, viewer),
    )


def _gone(programme: MunicipalProgramme, viewer: Viewer) -> tuple[str, ...]:
    rows = programme.municipalities.filter(days__contains=viewer.day).exclude(state="left")
    codes = rows.order_by("code").values_list("code", flat=True)
    return tuple(found.name for code in codes if (found := gone(code, viewer.day)))


def take_part(viewer: Viewer, programme: MunicipalProgramme) -> int:
    """How many municipalities take part on the day. One statement."""
    rows = access.municipalities(viewer).filter(programme=programme, days__contains=viewer.day)
    return rows.exclude(state="left").count()
