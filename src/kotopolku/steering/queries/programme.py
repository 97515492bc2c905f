"""What pages ask about the State's programmes: which there are, a tree of lines, one line, what is lacking.

Not for: indicators' values (``indicators.py``), what hangs on a line (``tied.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.reference.alphabet import sort_key
from kotopolku.steering import access
from kotopolku.steering.models import Indicator, Line, LineVersion, NationalProgramme, ProgrammeState
from kotopolku.steering.rules_programme import LANGUAGES, Lack, Node, Placed, Written, in_order, lacks

ANSWERING = (
    OrganisationKind.MINISTRY,
    OrganisationKind.NATIONAL,
    OrganisationKind.ELY,
    OrganisationKind.EVK,
    OrganisationKind.BODY,
)
"""Kinds of organisations that may answer for a line of the State's programme."""


@dataclass(frozen=True)
class Branch:
    """A line where it stands in its programme."""

    line: Line
    place: Placed

    @property
    def depth(self) -> int:
        return self.place.depth

    @property
    def level(self) -> int:
        """Of its heading on a page: a goal is of the third."""
        return min(self.place.depth + 3, 6)


@dataclass(frozen=True)
class Row:
    """A programme in the list."""

    programme: NationalProgramme
    goals: int
    lines: int
    in_force: bool


def said(texts: dict[str, str], language: str) -> tuple[str, str]:
    """A text with the language it is in: ``language`` if it has one, else Finnish, Swedish or English."""
    for code in (language, *LANGUAGES):
        if texts.get(code):
            return str(texts[code]), code
    return "", language


def node(line: Line) -> Node:
    return Node(line.pk, line.parent_id, line.kind, line.code, line.order)


def programmes(viewer: Viewer) -> list[Row]:
    """Programmes that the viewer may read, the newest period first. Two statements."""
    rows = list(access.programmes(viewer).order_by("-days", "-id"))
    counts = Line.objects.filter(programme__in=rows).values_list("programme_id", "kind").annotate(Count("id"))
    numbers = {(pk, kind): number for pk, kind, number in counts.order_by()}
    return [
        Row(
            one,
            numbers.get((one.pk, "goal"), 0),
            numbers.get((one.pk, "line"), 0),
            is_in_force(one, viewer.day),
        )
        for one in rows
    ]


def is_in_force(programme: NationalProgramme, day: date) -> bool:
    """Whether it has been adopted and its period is on."""
    last = programme.last_day
    begun = programme.days.lower <= day
    return programme.state == ProgrammeState.ADOPTED and begun and (last is None or day <= last)


def in_force(viewer: Viewer) -> NationalProgramme | None:
    """The programme that is followed on the viewer's day."""
    rows = access.programmes(viewer).filter(state=ProgrammeState.ADOPTED, days__contains=viewer.day)
    return rows.order_by("-days").first()


def lines_of(programme: NationalProgramme) -> "QuerySet[Line]":
    """Its goals, lines and measures with who answers and their indicators. Two statements."""
    return _with_parts(Line.objects.filter(programme=programme))


def _with_parts(rows: "QuerySet[Line]") -> "QuerySet[Line]":
    rows = rows.select_related("answers", "replaced_by").prefetch_related("indicators")
    return rows.order_by("order", "id")


def tree(viewer: Viewer, programme: NationalProgramme) -> list[Branch]:
    """Everything in the programme in reading order."""
    seen = access.lines(viewer).filter(programme=programme)
    rows = {line.pk: line for line in _with_parts(seen)}
    return [Branch(rows[one.id], one) for one in in_order([node(line) for line in rows.values()])]


def nodes_of(programme_id: int) -> list[Node]:
    """The tree without its words. One statement."""
    rows = Line.objects.filter(programme_id=programme_id)
    return [Node(*one) for one in rows.values_list("pk", "parent_id", "kind", "code", "order")]


def lacks_of(programme: NationalProgramme, lines: Iterable[Line] | None = None) -> list[Lack]:
    """What is lacking before the programme can be adopted."""
    rows = lines_of(programme) if lines is None else lines
    written = [
        Written(
            node=node(line),
            title=line.title,
            text=line.text,
            section=line.section,
            has_who=bool(line.answers_id or line.answers_also.strip()),
            indicators=len(line.indicators.all()),
            first_day=line.days.lower,
            last_day=line.last_day,
        )
        for line in rows
    ]
    names = {language: getattr(programme, f"name_{language}") for language in LANGUAGES}
    return lacks(names, written, programme.days.lower, programme.last_day or date.max)


def parts_of(viewer: Viewer, line: Line) -> list[Line]:
    """What stands right under a line."""
    return list(access.lines(viewer).filter(parent=line).order_by("order", "id"))


def above(viewer: Viewer, line: Line) -> list[Line]:
    """What a line stands under, the goal first. One statement for each level."""
    found: list[Line] = []
    here = line.parent
    while here is not None and len(found) < 10:
        found.insert(0, here)
        here = Line.objects.filter(pk=here.parent_id).first() if here.parent_id else None
    return found


def versions(line: Line) -> list[LineVersion]:
    """Everything a line has said, the newest first."""
    return list(LineVersion.objects.filter(line=line).select_related("made_by").order_by("-number"))


def answering(day: date, kept: Sequence[int] = ()) -> list[Organisation]:
    """Organisations that may answer for a line on a day, and those ``kept`` that have ended since."""
    found = [one for one in actors.organisations_on(day) if one.kind in ANSWERING]
    missing = set(kept) - {one.pk for one in found}
    return [*found, *Organisation.objects.filter(pk__in=missing)]


def indicator_choices() -> list[tuple[str, str]]:
    rows = sorted(Indicator.objects.all(), key=lambda one: (sort_key(one.name), one.pk))
    return [(str(one.pk), one.name) for one in rows]


def followers(viewer: Viewer, line: Line) -> list[Line]:
    """Lines of the same kind in any adopted programme that may come in the place of ``line``."""
    rows = access.lines(viewer).filter(kind=line.kind, replaced_by=None, ended_reason="").exclude(pk=line.pk)
    rows = rows.filter(
        programme__state=ProgrammeState.ADOPTED, programme__days__endswith__gte=line.programme.days.lower
    ).select_related("programme")
    return list(rows.order_by("programme__days", "code"))
