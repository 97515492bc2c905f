"""Published municipal programmes as everybody reads them: the list by municipality, one with its follow-up, as data.

Not for: paper (``municipal_paper.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from kotopolku import clock, law
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.steering import access_municipal
from kotopolku.steering import council_rules as rules
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.marks import Mark, municipal_mark
from kotopolku.steering.models import (
    CouncilState,
    GoalFollowUp,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
)
from kotopolku.steering.queries import programme_reviews
from kotopolku.steering.queries.programme_content import LANGUAGES, WRITTEN, content_of
from kotopolku.steering.queries.programme_kept import Goal, Shown, shown
from kotopolku.steering.wording_programme import figure

PAGE_SIZE = 100


@dataclass(frozen=True)
class Listed:
    """A municipality in the public list, with one of its programmes."""

    municipality: str
    programme: MunicipalProgramme
    mark: Mark
    joint: bool


@dataclass(frozen=True)
class FollowedUp:
    """What was reached of a goal in a year."""

    year: int
    value: str
    track: str
    text: str
    source: str


@dataclass(frozen=True)
class Page:
    """A published programme in one language."""

    programme: MunicipalProgramme
    shown: Shown
    goals: list[tuple[Goal, list[FollowedUp]]]
    mark: Mark
    updated_on: date
    due: law.Due | None
    act: str
    missing: bool
    """Some text is shown in another language."""


def published(viewer: Viewer, words: str = "") -> "QuerySet[ProgrammeMunicipality]":
    """Published programmes by municipality, alphabetically; a joint one stands under each of its municipalities."""
    rows = _today(viewer).filter(programme__in=access_municipal.published(viewer).order_by().values("pk"))
    rows = rows.select_related("programme", "organisation")
    if words:
        rows = rows.filter(
            Q(organisation__name_fi__icontains=words)
            | Q(organisation__name_sv__icontains=words)
            | Q(programme__name_fi__icontains=words)
            | Q(programme__name_sv__icontains=words)
        )
    return rows.order_by("organisation__sort_key_fi", "-programme__days", "programme_id")


def _today(viewer: Viewer) -> "QuerySet[ProgrammeMunicipality]":
    """Municipalities that take part on the day: none that has left, or has ended by a merger."""
    rows = ProgrammeMunicipality.objects.filter(not_over("days", viewer.day))
    return rows.exclude(state=CouncilState.LEFT)


def listed(viewer: Viewer, rows: Iterable[ProgrammeMunicipality]) -> list[Listed]:
    """Rows of the public list in words. One statement."""
    found = list(rows)
    joined = _today(viewer).filter(programme_id__in={one.programme_id for one in found})
    counted = dict(joined.values_list("programme_id").annotate(Count("pk")).order_by())
    return [
        Listed(
            one.organisation.name,
            one.programme,
            municipal_mark(one.programme, viewer.day),
            counted[one.programme_id] > 1,
        )
        for one in found
    ]


def page(viewer: Viewer, programme: MunicipalProgramme, wanted: str) -> Page:
    """One programme with its goals' follow-up. A bounded number of statements."""
    content = content_of(programme)
    made = shown(content, wanted)
    followed = _followed(programme)
    due = None
    if programme.state == MunicipalState.APPROVED:
        due = programme_reviews.due_days([programme]).get(programme.pk)
    return Page(
        programme,
        made,
        [(one, followed.get(one.code, [])) for one in made.goals],
        municipal_mark(programme, viewer.day),
        updated_on(programme),
        due,
        law.act_named(programme.act).names[wanted if wanted in ("fi", "sv", "en") else "fi"],
        made.name.other
        or any(one.title.other or one.text.other for one in made.sections)
        or any(one.title.other or one.text.other for one in made.goals),
    )


def _followed(programme: MunicipalProgramme) -> dict[str, list[FollowedUp]]:
    rows = GoalFollowUp.objects.filter(goal__programme=programme).select_related("goal__indicator")
    found: dict[str, list[FollowedUp]] = {}
    for one in rows.order_by("goal_id", "-year"):
        value = "–" if one.value is None else f"{figure(one.value)} {one.goal.indicator.unit}".strip()
        found.setdefault(one.goal.code, []).append(
            FollowedUp(one.year, value, str(one.get_track_display()), one.text, one.source)
        )
    return found


def updated_on(programme: MunicipalProgramme) -> date:
    """The latest of publication, review and follow-up. Two statements."""
    moments = [
        programme.published_at,
        GoalFollowUp.objects.filter(goal__programme=programme)
        .order_by("-written_at")
        .values_list("written_at", flat=True)
        .first(),
        programme.reviews.order_by("-made_at").values_list("made_at", flat=True).first(),
    ]
    newest = max(one for one in (*moments, programme.made_at) if one is not None)
    return newest.astimezone(clock.HELSINKI).date()


def lacking(programme: MunicipalProgramme) -> list[str]:
    """What the public page lacks in Finnish and in Swedish, as sentences. A bounded number of statements."""
    content = content_of(programme)
    texts = [
        frozenset(code for code in LANGUAGES if str(one["text"].get(code) or "").strip())
        for one in content["sections"]
    ]
    found = [rules.Warned("unnamed", code) for code in WRITTEN if not content["names"].get(code)]
    found += [
        rules.Warned("untranslated", code, missing)
        for code in WRITTEN
        if (missing := sum(1 for one in texts if one and code not in one))
    ]
    return [wording.warning(one) for one in found]


def as_data(programme: MunicipalProgramme) -> dict[str, Any]:
    """The programme as JSON has it: texts by language, days as ISO texts, figures as texts."""
    content = content_of(programme)
    followed: dict[str, list[dict[str, Any]]] = {}
    rows = GoalFollowUp.objects.filter(goal__programme=programme).select_related("goal").order_by("year")
    for one in rows:
        followed.setdefault(one.goal.code, []).append(
            {
                "year": one.year,
                "value": None if one.value is None else f"{one.value.normalize():f}",
                "track": one.track,
                "text": one.text,
                "source": one.source,
            }
        )
    return {
        "id": programme.pk,
        "state": programme.state,
        "invented": programme.invented,
        "published_at": programme.published_at.isoformat() if programme.published_at else None,
        "updated_on": updated_on(programme).isoformat(),
        **content,
        "goals": [one | {"follow_ups": followed.get(one["code"], [])} for one in content["goals"]],
    }
