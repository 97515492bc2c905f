"""Lines and regional measures as goals need them: whether a line is followed, and which one came in its place."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from kotopolku.access.viewer import Viewer
from kotopolku.reference import queries as reference
from kotopolku.steering import access_goals as access
from kotopolku.steering import access_measures
from kotopolku.steering.goal_rules import LineFact
from kotopolku.steering.models import Line
from kotopolku.steering.queries.measures import title_of
from kotopolku.steering.queries.tied import MOST_STEPS


def is_followed(line: Line, day: date) -> bool:
    """Whether it is followed on the day or will be."""
    return line.last_day is None or line.last_day >= day


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By programme, the newest first, then by number: 1.2 before 1.10."""
    return sorted(lines, key=lambda one: (-one.programme_id, _place(one.code)))


def _place(code: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in code.split(".")]


def regions(codes: Iterable[str], day: date) -> list[str]:
    """Codes of the regions (maakunta) that the municipalities belong to."""
    known = {one.code for one in reference.municipalities_on(day)}
    return sorted({reference.areas_of(code, day).region for code in codes if code in known})


def successors(viewer: Viewer, lines: Sequence[Line]) -> dict[int, Line]:
    """Of each ended line the line that is followed in its place, however long the chain. A statement a step."""
    here = {one.pk: one.replaced_by_id for one in lines if not is_followed(one, viewer.day)}
    found: dict[int, Line] = {}
    for _step in range(MOST_STEPS):
        wanted = {pk for pk in here.values() if pk is not None}
        if not wanted:
            break
        rows = {one.pk: one for one in access_measures.lines(viewer).filter(pk__in=wanted)}
        later: dict[int, int | None] = {}
        for first, pk in here.items():
            row = rows.get(pk or 0)
            if row is None:
                continue
            if is_followed(row, viewer.day):
                found[first] = row
            else:
                later[first] = row.replaced_by_id
        here = later
    return found


def facts(viewer: Viewer, lines: Sequence[Line]) -> list[LineFact]:
    """Lines as the rules check them."""
    after = successors(viewer, lines)
    return [
        LineFact(one.code, is_followed(one, viewer.day), after[one.pk].code if one.pk in after else "")
        for one in lines
    ]


def line_choices(viewer: Viewer, kept: Iterable[int] = ()) -> list[tuple[int, str]]:
    """Lines that are followed today, and ``kept``: those that a goal has or somebody has sent."""
    rows = access_measures.lines(viewer).filter(Q(days__contains=viewer.day) | Q(pk__in=list(kept)))
    return [(line.pk, f"{line.code} {title_of(line)}") for line in in_order(rows[:300])]


def measure_choices(viewer: Viewer, codes: Sequence[str], kept: Iterable[int] = ()) -> list[tuple[int, str]]:
    """Regional measures that go on where the municipalities are, and those that a goal has."""
    there = regions(codes, viewer.day)
    rows = list(access.measures(viewer, there).select_related("organisation").order_by("-days", "-id")[:200])
    missing = set(kept) - {one.pk for one in rows}
    if missing:
        rows += list(access_measures.measures(viewer).filter(pk__in=missing).select_related("organisation"))
    return [(one.pk, f"{one.title} ({one.organisation.name})") for one in rows]
