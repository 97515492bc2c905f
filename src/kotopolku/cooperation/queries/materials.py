"""What pages ask about materials and projects: searched lists, one of them with its uses, versions and partners."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.queries import TodaysContact
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    Attachment,
    Material,
    MaterialState,
    MaterialUse,
    MaterialVersion,
    Outcome,
    Project,
    ProjectPartner,
)
from kotopolku.cooperation.rules import searched, words_of

PAGE_SIZE = 25
NEAR_ENOUGH = 0.4
"""How like a word must be to be found with a slip of the pen."""
WEIGHTS = {Outcome.WORKED: 2, Outcome.PARTLY: 1, Outcome.NOT: -1}
"""What one organisation's experience weighs in the order by use. Our own choice."""


@dataclass(frozen=True)
class WantedMaterial:
    """What is sought; empty means any."""

    q: str = ""
    topic: str = ""
    kind: str = ""
    order: str = ""
    own: bool = False


def _uses(of: str) -> "QuerySet[MaterialUse, Any]":
    return MaterialUse.objects.filter(material=OuterRef(of)).order_by().values("material")


def with_uses(rows: "QuerySet[Material]") -> "QuerySet[Material]":
    """Each with ``uses`` (organisations that have told), ``worked`` and ``rating`` (what orders them)."""
    weighed = Case(
        *(When(outcome=outcome, then=Value(weight)) for outcome, weight in WEIGHTS.items()),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.annotate(
        uses_told=Subquery(_uses("pk").annotate(number=Count("pk")).values("number")[:1]),
        worked=Subquery(
            _uses("pk").filter(outcome=Outcome.WORKED).annotate(number=Count("pk")).values("number")[:1]
        ),
        rating=Subquery(_uses("pk").annotate(number=Sum(weighed)).values("number")[:1]),
    )


def materials(viewer: Viewer, wanted: WantedMaterial) -> "QuerySet[Material]":
    """The list: all words are found, or failing that words that are nearly so written."""
    rows = access.materials(viewer).select_related("organisation")
    own, published = Q(organisation_id=viewer.organisation_id or 0), Q(state=MaterialState.PUBLISHED)
    rows = rows.filter(own if wanted.own else published)
    if wanted.topic:
        rows = rows.filter(topic=wanted.topic)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    rows = with_uses(rows)
    if wanted.q.strip():
        exact = rows
        for word in searched(wanted.q):
            exact = exact.filter(search_text__contains=word)
        if exact.exists():
            rows = exact
        else:
            near = TrigramWordSimilarity(words_of(wanted.q), "search_text")
            return rows.annotate(near=near).filter(near__gte=NEAR_ENOUGH).order_by("-near", "-id")
    if wanted.order == "use":
        return rows.order_by(F_LAST_RATING, "-published_on", "-id")
    return rows.order_by("-published_on", "-id")


F_LAST_RATING = Case(When(rating=None, then=Value(0)), default="rating", output_field=IntegerField()).desc()


def suggested(viewer: Viewer) -> "QuerySet[Material]":
    """Good practices that wait for the centre of expertise, the oldest first; empty for everybody else."""
    rows = access.materials(viewer).filter(state=MaterialState.SUGGESTED)
    return (
        (rows if access.is_centre(viewer) else rows.none())
        .select_related("organisation")
        .order_by("suggested_on", "id")
    )


@dataclass(frozen=True)
class MaterialDetail:
    material: Material
    files: list[Attachment]
    uses: list[MaterialUse]
    mine: MaterialUse | None
    counts: list[tuple[str, int]]


def material_detail(viewer: Viewer, material: Material) -> MaterialDetail:
    """Two statements."""
    uses = list(
        MaterialUse.objects.filter(material=material)
        .select_related("organisation")
        .order_by("-written_on", "-id")
    )
    numbers = {outcome: sum(one.outcome == outcome for one in uses) for outcome in Outcome}
    return MaterialDetail(
        material,
        list(Attachment.objects.filter(material=material).order_by("id")),
        uses,
        next((one for one in uses if one.organisation_id == viewer.organisation_id), None),
        [(str(outcome.label), number) for outcome, number in numbers.items() if number],
    )


def versions(material: Material) -> list[MaterialVersion]:
    return list(
        MaterialVersion.objects.filter(material=material).select_related("made_by").order_by("-number")
    )


# Projects -----------------------------------------------------------------------------------------------------------


def projects(
    viewer: Viewer, *, q: str = "", topic: str = "", organisation_id: int | None = None, past: bool = False
) -> "QuerySet[Project]":
    """Projects of a topic or of an organisation, as leader or partner; those under way, or also those that have ended."""
    rows = access.projects(viewer).select_related("organisation").prefetch_related("partners__organisation")
    for word in q.split()[:10]:
        rows = rows.filter(Q(name__icontains=word) | Q(goal__icontains=word) | Q(others__icontains=word))
    if topic:
        rows = rows.filter(topic=topic)
    if organisation_id is not None:
        partner = ProjectPartner.objects.filter(organisation_id=organisation_id).values("project_id")
        rows = rows.filter(Q(organisation_id=organisation_id) | Q(pk__in=partner))
    if not past:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=viewer.day))
    return rows.order_by("-starts_on", "-id")


def contact_today(project: Project, day: date) -> TodaysContact | None:
    """Whom to ask of a project today: its contact, or the deputy."""
    if project.contact is None:
        return None
    return actors.who_answers_today(project.contact, day)
