"""What pages ask about service paths: the list, one path as it is drawn, choices of its forms. Not for: waiting, answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.clients.wording import language
from kotopolku.reference import queries as reference
from kotopolku.steering import access_paths as access
from kotopolku.steering import path_facts
from kotopolku.steering.models import PathState, PathStep, ServicePath
from kotopolku.steering.path_rules import said_in

PAGE_SIZE = 50
MOST_CHOICES = 200
STATE_MARKS = {"draft": "plan", "use": "ok", "ended": "lock"}


@dataclass(frozen=True)
class WantedPaths:
    """What the list is narrowed by. Without a state ended ones are left out."""

    q: str = ""
    state: str = ""
    own: bool = False


@dataclass(frozen=True)
class PathRow:
    """A path in a list."""

    path: ServicePath
    steps: int
    mark_state: str
    mark_words: str


@dataclass(frozen=True)
class StepShown:
    """A step as the picture and the table show it, each text with the language it stands in."""

    step: PathStep
    number: int
    title: str
    title_language: str
    text: str
    text_language: str
    owner: str
    begins: str
    ends: str

    @property
    def measured(self) -> bool:
        return bool(self.step.begins and self.step.ends)


def state_words(path: ServicePath) -> str:
    return str(PathState(path.state).label)


def paths(viewer: Viewer, wanted: WantedPaths) -> "QuerySet[ServicePath]":
    """By organisation and name."""
    rows = access.paths(viewer).select_related("organisation").annotate(number=Count("steps"))
    for word in wanted.q.split()[:10]:
        rows = rows.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(organisation__name_fi__icontains=word)
            | Q(organisation__name_sv__icontains=word)
        )
    chosen = wanted.state in PathState.values
    rows = rows.filter(state=wanted.state) if chosen else rows.exclude(state=PathState.ENDED)
    if wanted.own:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    return rows.order_by("organisation__sort_key_fi", "name_fi", "pk")


def rows_of(found: Iterable[ServicePath]) -> list[PathRow]:
    """Rows of ``paths``."""
    return [
        PathRow(one, getattr(one, "number", 0), STATE_MARKS[one.state], state_words(one)) for one in found
    ]


def steps(path: ServicePath) -> list[StepShown]:
    """The steps in order. One statement."""
    rows = path.steps.select_related("owner").order_by("order", "pk")
    return [_shown(row, number) for number, row in enumerate(rows, start=1)]


def _shown(row: PathStep, number: int) -> StepShown:
    title, title_language = said_in(row.title, language())
    text, text_language = said_in(row.text, language())
    owner = ", ".join(one for one in (row.owner.name if row.owner else "", row.owner_also) if one)
    return StepShown(
        row,
        number,
        title,
        title_language,
        text,
        text_language,
        owner,
        path_facts.name_of(row.begins),
        path_facts.name_of(row.ends),
    )


def text_of(path: ServicePath) -> tuple[str, str]:
    """What the path is for, and the language it is said in."""
    return said_in(path.text, language())


def municipality_names(path: ServicePath) -> str:
    """The municipalities that the path is run in; the organisation's whole area in words."""
    found = [reference.municipality_by_code(code) for code in path.municipalities]
    names = ", ".join(one.name() for one in found if one is not None)
    return names or _("the organisation's whole area")


# Choices of forms -------------------------------------------------------------------------------------------------------


def area_choices(of: Organisation, day: date, kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Municipalities among which a path is narrowed; none for an organisation of one municipality."""
    found = access.area(of, day)
    codes = {one.code for one in found}
    more = [reference.municipality_by_code(code) for code in kept if code not in codes]
    if len(found) < 2 and not more:
        return []
    return [(one.code, one.name()) for one in [*found, *(one for one in more if one is not None)]]


def owner_choices(of: Organisation, day: date, kept: int | None = None) -> list[tuple[str, str]]:
    """Who may answer for a step: the organisation itself, the authorities of its area, training providers."""
    codes: dict[str, set[str]] = {}
    for place in access.area(of, day):
        areas = reference.areas_of(place.code, day)
        codes.setdefault("municipality", set()).add(place.code)
        for kind in ("ely", "evk", "employment_area", "wellbeing_area"):
            if found := areas.area(kind):
                codes.setdefault(kind, set()).add(found)
    always = Q(pk__in=[one for one in (of.pk, kept) if one])
    near = always | Q(kind=OrganisationKind.PROVIDER)
    for kind, found_codes in codes.items():
        near |= Q(area_kind=kind, area_code__in=found_codes)
    rows = Organisation.objects.filter(near, Q(valid__contains=day) | Q(pk=kept or 0)).exclude(
        kind=OrganisationKind.BODY
    )
    return [
        (str(one.pk), one.name)
        for one in rows.order_by(Case(When(always, then=0), default=1), "sort_key_fi", "pk")[:MOST_CHOICES]
    ]


def fact_choices(kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Facts by which waiting is measured, in the order in which they usually happen."""
    known = [(one.act, one.name) for one in path_facts.facts().values()]
    return known + [(act, act) for act in kept if act and act not in path_facts.facts()]


# What carries a goal out ------------------------------------------------------------------------------------------------


def names(viewer: Viewer, ids: Iterable[int]) -> dict[int, str]:
    """Names of the paths that the viewer may read, by id; those hidden or gone are left out. One statement."""
    wanted = list(ids)
    rows = access.paths(viewer).filter(pk__in=wanted).select_related("organisation") if wanted else ()
    return {one.pk: f"{one.name} ({one.organisation.name})" for one in rows}


def choices(viewer: Viewer, words: str) -> list[tuple[int, str]]:
    """Paths in use whose name or organisation holds the words, at most thirty. One statement."""
    rows = paths(viewer, WantedPaths(q=words, state=PathState.IN_USE.value))
    return [(one.pk, f"{one.name} ({one.organisation.name})") for one in rows[:30]]
