"""What municipalities have told of themselves, as pages, the API and rounds need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.placement import access, facts, needs
from kotopolku.placement.models import MunicipalFacts
from kotopolku.reference import queries as reference

MOST_SHOWN = 10


def current(viewer: Viewer, municipality_ids: Iterable[int]) -> dict[int, MunicipalFacts]:
    """Municipality → what it has told last by the viewer's day. One statement."""
    rows = access.facts(viewer).filter(municipality_id__in=list(municipality_ids), told_on__lte=viewer.day)
    found = rows.order_by("municipality_id", "-number").distinct("municipality_id")
    return {row.municipality_id: row for row in found}


@dataclass(frozen=True)
class FactsShown:
    """One telling in words. Empty words: not told."""

    row: MunicipalFacts
    languages: list[str]
    training: str
    housing: str
    lacking: list[str]
    again_by: date
    old: bool


def shown(row: MunicipalFacts, day: date) -> FactsShown:
    """A telling in the page's language. No statement once the reference data has been read."""
    training, housing = (facts.choice(name, getattr(row, name)) for name in facts.SUBJECTS)
    named = [found.name() for code in row.languages if (found := reference.language(code))]
    again_by = facts.tell_again_by(row.told_on)
    return FactsShown(
        row=row,
        languages=sorted(named),
        training=training.name if training else "",
        housing=housing.name if housing else "",
        lacking=[one.name for one in needs.chosen(row.lacking)],
        again_by=again_by,
        old=again_by < day,
    )


def history(viewer: Viewer, municipality: Organisation) -> list[FactsShown]:
    """The latest tellings of a municipality, the one that holds first. One statement."""
    rows = access.facts(viewer).filter(municipality=municipality, told_on__lte=viewer.day)
    return [shown(row, viewer.day) for row in rows.order_by("-number")[:MOST_SHOWN]]
