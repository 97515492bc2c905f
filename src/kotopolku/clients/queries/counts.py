"""Counts for those who steer and may see no person, and the data-protection officer's search. Not for lists of clients.

Looks at the whole register and lets only numbers out: small ones are hidden, persons under non-disclosure left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access, rules
from kotopolku.clients.queries.lists import CASE_NUMBER, NO_DEADLINE
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind, Municipality


@dataclass(frozen=True)
class CountRow:
    """Counts of one municipality; None = hidden because too few people stand behind it, or to protect another cell."""

    municipality: str
    name: str
    clients: int | None
    with_plan: int | None
    late: int | None


# A protected person's copy of the municipality is empty, and the order itself is asked too, so none is counted.
_COUNTS = """
SELECT r.municipality, count(*),
       count(*) FILTER (WHERE r.planned_on <= %(day)s AND (r.plan_ended_on IS NULL OR r.plan_ended_on > %(day)s)),
       count(late.relationship_id)
FROM clients_responsibility r
JOIN clients_person p ON p.id = r.person_id
LEFT JOIN (
    SELECT DISTINCT relationship_id FROM clients_clock
    WHERE due < %(day)s AND opens_on <= %(day)s AND (closed_on IS NULL OR closed_on > %(day)s)
      AND rule <> ALL (%(left_out)s) AND NOT own
) late ON late.relationship_id = r.relationship_id
WHERE r.municipality = ANY (%(codes)s) AND r.days @> %(day)s::date AND (r.ended_on IS NULL OR r.ended_on > %(day)s)
  AND NOT (p.non_disclosure AND (p.non_disclosure_until IS NULL OR p.non_disclosure_until >= %(day)s))
GROUP BY r.municipality
"""


def counts(viewer: Viewer, area_kind: str = "", area_code: str = "") -> list[CountRow]:
    """Counts by municipality of an area, by default the viewer's own; persons under non-disclosure are left out."""
    require(viewer, Capability.COUNTS_VIEW)
    if not area_kind:
        area_kind, area_code = _own_area(viewer)
    places = _places(area_kind, area_code, viewer.day)
    codes = [place.code for place in places]
    numbers: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with access.seeing_all(viewer), connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"day": viewer.day, "left_out": list(NO_DEADLINE), "codes": codes})
        for code, *found in cursor.fetchall():
            numbers[code] = found
    return [CountRow(place.code, place.name(), *disclosed(*numbers[place.code])) for place in places]


def _own_area(viewer: Viewer) -> tuple[str, str]:
    own = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    return (own.area_kind, own.area_code) if own and own.area_kind else ("country", "")


def _places(kind: str, code: str, day: date) -> Iterable[Municipality]:
    if kind == "municipality":
        return [reference.municipality(code, day)]
    if kind in AreaKind.values:
        return reference.municipalities_in(kind, code, day)
    return reference.municipalities_on(day)


def disclosed(clients: int, with_plan: int, late: int) -> tuple[int | None, int | None, int | None]:
    """The three numbers, those hidden that would tell of fewer people than may be shown.

    A part is hidden also when the rest of the whole would be too small, since the rest is a subtraction away.
    """
    if _few(clients):
        return None, None, None
    shown = [None if _few(part) or _few(clients - part) else part for part in (with_plan, late)]
    return clients, shown[0], shown[1]


def _few(number: int) -> bool:
    return 0 < number < settings.SMALLEST_SHOWN_COUNT


@dataclass(frozen=True)
class LookCase:
    """A person found for the data-protection officer: case number and person id only."""

    person_id: int
    relationship_id: int
    case_number: str


def find_for_journal(viewer: Viewer, text: str) -> list[LookCase]:
    """A person of the own organisation by whole case number or identity code, for JOURNAL_VIEW; no names."""
    require(viewer, Capability.JOURNAL_VIEW)
    rows = access.responsibilities(viewer).select_related("relationship")
    asked = text.strip()
    if rules.is_identity_code(asked):
        rows = rows.filter(person__identity_code=rules.identity_code(asked))
    elif CASE_NUMBER.match(asked):
        rows = rows.filter(relationship__case_number=asked)
    else:
        return []
    return [LookCase(row.person_id, row.relationship_id, row.relationship.case_number) for row in rows[:5]]
