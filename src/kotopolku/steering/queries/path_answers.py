"""What clients say of the steps of a path, by period; and which steps a client at the own page is asked about.

Not for: what is hidden (``path_waits.said``), giving an answer (``actions/path_feedback.py``).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.models import Responsibility
from kotopolku.journal import spans
from kotopolku.steering import access_paths as access
from kotopolku.steering import path_facts
from kotopolku.steering.models import PathStep, ServicePath
from kotopolku.steering.path_waits import Answer, Period, Said, said, told_months


@dataclass(frozen=True)
class Asked:
    """A step that a client is asked about."""

    step: PathStep
    code: str
    organisation: str


def answers(viewer: Viewer, path: ServicePath, period: Period) -> dict[int, Said]:
    """What is told of each step of an own path, by the step's id. One statement. Raises ``MissingCapability``."""
    first, last = told_months(period, viewer.day)
    rows = access.feedback(viewer).filter(step__path=path, month__gte=first, month__lte=last)
    by_step: dict[int, list[Answer]] = defaultdict(list)
    for row in rows.values_list("step_id", "score", "understood", "text", "language", "pk", "month"):
        by_step[row[0]].append(Answer(*row[1:]))
    ids = path.steps.values_list("pk", flat=True)
    return {pk: said(by_step[pk], settings.SMALLEST_SHOWN_COUNT) for pk in ids}


def offered(viewer: Viewer, person_id: int) -> list[Asked]:
    """Steps that the person is asked about at the own page: of the organisation that answers, lately come to their end.

    So long a step is offered as the own target O-SP says. Nothing tells whether the person has answered already: such a
    mark would tie the answer to the person. Three statements at most; the caller has let the viewer in to the person.
    """
    with clients.seeing_all(viewer):
        own = Responsibility.objects.filter(person_id=person_id, days__contains=viewer.day)
        rows = list(own.values_list("authority_id", "municipality"))
    if not rows:
        return []
    steps = list(
        access.asking(viewer.day)
        .filter(_runs_for(rows))
        .exclude(ends="")
        .select_related("path", "path__organisation")
        .order_by("path_id", "order", "pk")
    )
    lately = _lately(viewer, person_id, {act for one in steps for act in path_facts.acts_of(one.ends)})
    return [
        Asked(one, one.code, one.path.organisation.name)
        for one in steps
        if lately.intersection(path_facts.acts_of(one.ends))
    ]


def _runs_for(rows: Collection[tuple[int, str]]) -> Q:
    found = Q(pk__in=[])
    for authority_id, municipality in rows:
        here = Q(path__municipalities=[]) | Q(path__municipalities__contains=[municipality])
        found |= Q(path__organisation_id=authority_id) & here
    return found


def _lately(viewer: Viewer, person_id: int, acts: Collection[str]) -> set[str]:
    if not acts:
        return set()
    since = viewer.day - timedelta(days=law.rule("O-SP", viewer.day).length)
    rowsecurity.open_subject(person_id)
    return set(spans.last_days(person_id, acts, since, viewer.day))
