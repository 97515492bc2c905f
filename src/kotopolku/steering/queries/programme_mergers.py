"""Whether a municipality of a programme has ended by a merger, and what came in its place, from reference data."""

from dataclasses import dataclass
from datetime import date

from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.reference import queries as reference


@dataclass(frozen=True)
class Gone:
    """A municipality that is no more: since when, and which one the place belongs to."""

    code: str
    name: str
    since: date
    successor_code: str
    successor_name: str


def gone(code: str, day: date) -> Gone | None:
    """None for a municipality that exists on the day."""
    try:
        reference.municipality(code, day)
    except reference.UnknownMunicipality:
        pass
    else:
        return None
    old = reference.municipality_by_code(code)
    if old is None:
        return None
    try:
        new = reference.municipality(reference.successor(code, day), day)
    except reference.UnknownMunicipality:
        return None
    since = ended_on(code, day)
    return Gone(code, old.name(), since or day, new.code, new.name())


def ended_on(code: str, day: date) -> date | None:
    """The day from which the municipality is no more; None while it exists, by the days of its organisation."""
    found = Organisation.objects.filter(kind=OrganisationKind.MUNICIPALITY, area_code=code).first()
    if found is None or found.valid.upper is None or found.valid.upper > day:
        return None
    ended: date = found.valid.upper
    return ended


def municipality_organisations(day: date) -> list[Organisation]:
    """Municipalities that exist on the day, alphabetically. One statement."""
    rows = Organisation.objects.filter(kind=OrganisationKind.MUNICIPALITY, valid__contains=day)
    return list(rows.order_by("sort_key_fi"))
