"""What pages ask about bodies of cooperation: the list, one body's terms, what its keeper must see to, one's own seats."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.models import Body, BodyTerm, SeatHolder
from kotopolku.cooperation.queries.body_seats import Line, vacancies

PAGE_SIZE = 25


@dataclass(frozen=True)
class Wanted:
    """What is sought in the list. ``box``: "own" for those that the own organisation keeps."""

    q: str = ""
    kind: str = ""
    box: str = ""
    past: bool = False


def bodies(viewer: Viewer, wanted: Wanted) -> "QuerySet[Body]":
    """Bodies that exist, or with ``past`` also those that have ended."""
    rows = access.bodies(viewer)
    if wanted.box == "own":
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if not wanted.past:
        rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=viewer.day))
    for word in wanted.q.split()[:10]:
        rows = rows.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(name_en__icontains=word)
            | Q(organisation__name_fi__icontains=word)
            | Q(organisation__name_sv__icontains=word)
        )
    return rows.order_by("organisation__sort_key_fi", "name_fi", "id")


@dataclass(frozen=True)
class Listed:
    """A body in the list, with its term of the day and the seats of it that are vacant."""

    body: Body
    term: BodyTerm | None
    vacant: int


def listed(viewer: Viewer, rows: Sequence[Body]) -> list[Listed]:
    """Three statements for a page of bodies."""
    found = access.terms(viewer).filter(body__in=[one.pk for one in rows], days__contains=viewer.day)
    terms = {one.body_id: one for one in found}
    empty = vacancies(viewer, terms.values(), viewer.day)
    return [
        Listed(one, term := terms.get(one.pk), len(empty[term.pk]) if term is not None else 0) for one in rows
    ]


def terms_of(viewer: Viewer, body: Body) -> list[BodyTerm]:
    """The body's terms, the newest first."""
    return list(access.terms(viewer).filter(body=body).order_by("-days"))


def term_shown(terms: Sequence[BodyTerm], on: date) -> BodyTerm | None:
    """The term of the day; without one the last that was, or the first to come."""
    running = next((one for one in terms if on in _Days(one)), None)
    past = next((one for one in terms if one.days.lower <= on), None)
    return running or past or (terms[-1] if terms else None)


class _Days:
    def __init__(self, term: BodyTerm) -> None:
        self.term = term

    def __contains__(self, day: date) -> bool:
        last = self.term.last_day
        return self.term.days.lower <= day and (last is None or day <= last)


# Clocks ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """Something that the keeper must see to, by our own target (O-BT)."""

    body: Body
    term: BodyTerm
    due: date
    line: Line | None = None
    """The vacant seat; None when it is the term that ends."""


def watched(viewer: Viewer) -> list[Watched]:
    """Terms that end soon or have ended without a next one, and vacant seats, of the own bodies. Three statements."""
    today = viewer.day
    rows = access.own_terms(viewer).filter(body__ended_on=None).order_by("days")
    by_body: dict[int, list[BodyTerm]] = defaultdict(list)
    for term in rows:
        by_body[term.body_id].append(term)
    amounts = law.rule("O-BT", today).other_amounts
    soon = today + timedelta(days=amounts["term-ends-days"])
    found = []
    running = []
    for terms in by_body.values():
        last = terms[-1]
        if last.last_day is not None and last.last_day <= soon:
            found.append(Watched(last.body, last, last.last_day))
        running += [one for one in terms if today in _Days(one)]
    within = timedelta(days=amounts["seat-vacant-days"])
    empty = vacancies(viewer, running, today)
    for term in running:
        found += [
            Watched(term.body, term, line.vacant_since + within, line)
            for line in empty[term.pk]
            if line.vacant_since is not None
        ]
    return sorted(found, key=lambda one: (one.due, one.body.pk))


# One's own ------------------------------------------------------------------------------------------------------------


def my_seats(viewer: Viewer, *, past: bool = False) -> list[SeatHolder]:
    """The viewer's seats that go on or begin later; with ``past`` also those that are over."""
    rows = access.my_holders(viewer)
    if not past:
        rows = rows.filter(not_over("days", viewer.day))
    return list(rows.order_by("-days", "id"))
