"""A municipality's page from data: who answers for what there, its areas, languages and figures, each with its source.

Nothing of it is typed or stored: a change of law or division changes it on its day. Not for: texts of editors, whole
directories of contacts (``directory.py``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kotopolku.actors import queries as actors
from kotopolku.actors.rules import PREFIXES, Unanswered
from kotopolku.information.models import Space, SpaceKind
from kotopolku.information.queries import figures as counted
from kotopolku.information.queries.directory import ContactCard, Said, front_people
from kotopolku.information.queries.figures import Figures
from kotopolku.reference import queries as reference
from kotopolku.reference.models import Area, AreaKind, LanguageStatus

DUTIES: tuple[tuple[str, str | Promise], ...] = (
    ("plan-jobseeker", gettext_lazy("Integration services if you are registered as a jobseeker")),
    ("plan-other", gettext_lazy("Integration services if you are not a jobseeker")),
    ("regional-monitoring", gettext_lazy("Promotion of integration in the region")),
)
"""What newcomers ask about, in this order: id of the duty, and the question in their words."""
HELSINKI_AREA, HELSINKI = "90", "kunta-091"
"""The City of Helsinki arranges its health and social services itself."""
MOST_CARDS = 2
NOTHING = Said("")
FIRST_YEAR: Mapping[AreaKind, int] = {
    AreaKind.WELLBEING_AREA: 2023,
    AreaKind.EMPLOYMENT_AREA: 2025,
    AreaKind.EVK: 2026,
}
"""The divisions are published for earlier years too, but their authorities began on 1 January of these."""
OWN_LANGUAGES = ("fi", "sv", "en")
LANGUAGES: Mapping[str, str | Promise] = {
    LanguageStatus.FINNISH: gettext_lazy("Finnish"),
    LanguageStatus.SWEDISH: gettext_lazy("Swedish"),
    LanguageStatus.FINNISH_SWEDISH: gettext_lazy("Finnish and Swedish; most people speak Finnish"),
    LanguageStatus.SWEDISH_FINNISH: gettext_lazy("Finnish and Swedish; most people speak Swedish"),
}


@dataclass(frozen=True)
class Answering:
    """Who answers for one thing. ``problem`` instead of an organisation where these Acts name nobody."""

    what: str
    organisation: Said = NOTHING
    why: Said = NOTHING
    act: str = ""
    """"681/2023 § 3, § 16"; empty where the division itself says it."""
    since: date | None = None
    contacts: tuple[ContactCard, ...] = ()
    problem: Said = NOTHING


@dataclass(frozen=True)
class AreaName:
    """An area that the municipality belongs to; ``municipalities``: how many belong to it."""

    kind: str
    name: Said
    municipalities: int


@dataclass(frozen=True)
class MunicipalFacts:
    """All that the data say of a municipality on a day."""

    day: date
    division_year: int
    """Areas and languages are those of 1 January of this year."""
    answering: tuple[Answering, ...]
    areas: tuple[AreaName, ...]
    languages: str
    figures: Figures


Cards = Callable[[Sequence[int]], Mapping[int, Sequence[ContactCard]]]
"""From ids of organisations to the cards of their contacts."""


def facts(space: Space, language: str, day: date, cards_of: Cards | None = None) -> MunicipalFacts | None:
    """The facts of a municipality's space; None for other spaces and for a municipality that is not there on the day.

    ``cards_of``: who reads the contacts, where the asker shows others of them too. Two statements, whatever the
    municipality and however many contacts there are.
    """
    if space.kind != SpaceKind.MUNICIPALITY:
        return None
    try:
        areas = reference.areas_of(space.area_code, day)
    except reference.UnknownMunicipality:
        return None
    found = _answers(space.area_code, day)
    health = _health(areas, language, day)
    ids = [answer.organisation_id for _what, answer, _problem in found if answer is not None]
    shown = cards_of(ids) if cards_of else front_people(space, language, day, 0, ids)[1]
    return MunicipalFacts(
        day=day,
        division_year=areas.year,
        answering=(*(_answering(row, shown, language) for row in found), *health),
        areas=tuple(_areas(areas, language, day)),
        languages=str(LANGUAGES.get(areas.language_status, "")),
        figures=counted.figures(space, day),
    )


_Found = tuple[str, actors.Answer | None, Mapping[str, str]]


def _answers(code: str, day: date) -> list[_Found]:
    rows: list[_Found] = []
    problems: list[Mapping[str, str]] = []
    for duty, what in DUTIES:
        try:
            rows.append((str(what), actors.who_answers(duty, code, day), {}))
        except Unanswered as error:
            texts = {tongue: error.text(tongue) for tongue in OWN_LANGUAGES}
            if texts not in problems:
                problems.append(texts)
                rows.append((_("Integration services"), None, texts))
    return rows


def _answering(row: _Found, shown: Mapping[int, Sequence[ContactCard]], language: str) -> Answering:
    what, answer, problem = row
    if answer is None:
        return Answering(what, problem=_said(problem, language))
    return Answering(
        what=what,
        organisation=_said(answer.organisation_names, language),
        why=_said(answer.explanation, language),
        act=f"{answer.act} {answer.section}",
        since=answer.since,
        contacts=tuple(shown.get(answer.organisation_id, ())[:MOST_CARDS]),
    )


def _health(areas: reference.MunicipalityAreas, language: str, day: date) -> list[Answering]:
    """Who arranges health and social services: the wellbeing services county, in Helsinki the city. Not in Åland."""
    if areas.wellbeing_area is None:
        return []
    code = (
        HELSINKI
        if areas.wellbeing_area == HELSINKI_AREA
        else f"{PREFIXES.get('wellbeing', 'wellbeing')}-{areas.wellbeing_area}"
    )
    found = actors.organisation(code)
    if found is None or not actors.exists(found, day):
        return []
    names = {"fi": found.name_fi, "sv": found.name_sv, "en": found.name_en}
    return [Answering(_("Health and social services"), organisation=_said(names, language))]


def _areas(areas: reference.MunicipalityAreas, language: str, day: date) -> list[AreaName]:
    found = []
    for kind in (
        AreaKind.REGION,
        AreaKind.EMPLOYMENT_AREA,
        AreaKind.WELLBEING_AREA,
        AreaKind.EVK,
        AreaKind.ELY,
    ):
        code = areas.area(kind)
        area = reference.area(kind, code) if code else None
        if area is None or not _in_use(area, day) or (kind, code) == (AreaKind.WELLBEING_AREA, HELSINKI_AREA):
            continue
        names = {tongue: area.name(tongue) for tongue in OWN_LANGUAGES}
        size = len(reference.municipalities_in(kind, area.code, day))
        found.append(AreaName(str(kind.label), _said(names, language), size))
    return found


def _in_use(area: Area, day: date) -> bool:
    """Whether the authorities of this division are there on the day. ELY Centres ended when their successors began."""
    if area.kind == AreaKind.ELY:
        return day.year < FIRST_YEAR[AreaKind.EVK]
    return day.year >= FIRST_YEAR.get(AreaKind(area.kind), 0)


def _said(names: Mapping[str, str], language: str) -> Said:
    if names.get(language):
        return Said(names[language])
    tongue = next((code for code in ("en", "fi", "sv") if names.get(code)), "")
    return Said(names.get(tongue, ""), tongue)
