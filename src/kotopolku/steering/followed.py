"""Whom an organisation follows after a reform or a merger, and in which of today's municipalities.

Not for: what is taken over from them (``actions/followed.py``).
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.db.models import QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.reference import queries as reference
from kotopolku.reference.models import Municipality


def past(viewer: Viewer) -> "QuerySet[Organisation]":
    """Organisations that are no more, which the viewer's follows."""
    return actors.followed(viewer.organisation_id, viewer.day)


def area(of: Organisation, day: date) -> list[Municipality]:
    """Municipalities in the organisation's area on the day; none when it has no area."""
    if not of.area_kind or not of.area_code:
        return []
    if of.area_kind == OrganisationKind.MUNICIPALITY:
        found = reference.municipality_by_code(of.area_code)
        return [found] if found else []
    return reference.municipalities_in(of.area_kind, of.area_code, day)


def places(of: Organisation, day: date) -> set[str]:
    """Codes of the day's municipalities in an organisation's area; of one that is no more, in the area that it had last."""
    last = of.last_day
    return as_of((one.code for one in area(of, min(last, day) if last else day)), day)


def own_places(viewer: Viewer) -> set[str]:
    """The same of the viewer's organisation."""
    own = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    return places(own, viewer.day) if own else set()


def as_of(codes: Iterable[str], day: date) -> set[str]:
    """Codes of the day's municipalities to which the places belong."""
    found = set()
    for code in codes:
        with suppress(reference.UnknownMunicipality):
            found.add(reference.successor(code, day))
    return found
