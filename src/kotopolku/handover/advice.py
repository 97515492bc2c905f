"""Counts of anonymous advice, with the small ones hidden. Not for: counting it (``actions``)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count

from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients_access
from kotopolku.handover import rules
from kotopolku.handover.models import Advice, Channel, Theme
from kotopolku.reference import queries as reference


@dataclass(frozen=True)
class Table:
    """One way of dividing the advice. ``rows``: words and number, None where it must stay hidden."""

    by: str
    """theme, language or channel."""
    rows: list[tuple[str, int | None]]


@dataclass(frozen=True)
class AdviceCounts:
    """``total`` is None when too few stand behind it; then no table is shown either."""

    total: int | None
    tables: list[Table]


def counts(viewer: Viewer, first: date, last: date, *, whole_country: bool = False) -> AdviceCounts:
    """Advice from ``first`` to ``last``, both included, of the own organisation or of all. Three statements."""
    smallest = settings.SMALLEST_SHOWN_COUNT
    rows = Advice.objects.filter(day__gte=first, day__lte=last)
    if not whole_country:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    words: Mapping[str, Callable[[str], str]] = {
        "theme": lambda key: str(Theme(key).label),
        "language": _language,
        "channel": lambda key: str(Channel(key).label),
    }
    divided: dict[str, Counter[str]] = {}
    with clients_access.seeing_all(viewer):
        for by in words:
            found = rows.order_by(by).values_list(by).annotate(number=Count("id"))
            divided[by] = Counter(dict(found))
    total = rules.total_shown(list(divided["theme"].values()), smallest)
    if total is None:
        return AdviceCounts(None, [])
    tables = []
    for by, counted in divided.items():
        keys = sorted(counted, key=lambda key: (-counted[key], key))
        numbers = rules.shown([counted[key] for key in keys], smallest)
        tables.append(
            Table(by, [(words[by](key), number) for key, number in zip(keys, numbers, strict=True)])
        )
    return AdviceCounts(total, tables)


def _language(code: str) -> str:
    found = reference.language(code)
    return found.name() if found else code


def of_today(viewer: Viewer, *, limit: int = 20) -> list[Advice]:
    """What the own organisation has counted today, the newest first: for taking back a mistake."""
    rows = Advice.objects.filter(organisation_id=viewer.organisation_id or 0, day=viewer.day)
    return list(rows.order_by("-id")[:limit])
