"""A client's level as courses ask for it: the lowest of the skills last found. Not for: its history (``progress``)."""

from collections.abc import Iterable

from kotopolku.progress.models import LanguageLevel
from kotopolku.progress.sources import Level, levels


def entry_level(person_id: int, language: str) -> Level | None:
    """The lowest of the newest levels of each skill; None when nothing has been found. One statement."""
    rows = LanguageLevel.objects.filter(person_id=person_id, language=language, cancelled=False)
    newest = rows.order_by("skill", "-assessed_on", "-id").distinct("skill").values_list("level", flat=True)
    return lowest(newest)


def lowest(codes: Iterable[str]) -> Level | None:
    """The lowest step among the codes; None when none is of the scale."""
    known = levels()
    return min((known[code] for code in codes if code in known), key=lambda one: one.rank, default=None)
