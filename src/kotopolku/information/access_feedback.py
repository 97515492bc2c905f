"""The only way from a viewer to feedback, its counts and the synonyms of spaces that the viewer's organisation keeps.

Not for: pages (``access.py``).
"""

from django.db.models import QuerySet

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.information import access
from kotopolku.information.models import Feedback, PageCount, Space, SynonymGroup


def feedback(viewer: Viewer) -> "QuerySet[Feedback]":
    """Tickets of own spaces. Raises ``MissingCapability``."""
    return Feedback.objects.filter(space__in=access.own_spaces(viewer))


def ticket(viewer: Viewer, number: str, *, lock: bool = False) -> Feedback:
    """One ticket of an own space. Raises ``MissingCapability``, ``NotVisible``."""
    rows = feedback(viewer).select_related("space", "first_space", "page")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(number=number).first()
    if found is None:
        raise NotVisible
    return found


def counts(viewer: Viewer, space: Space) -> "QuerySet[PageCount]":
    """How often the pages of an own space were read; the space was found by ``access.own_space``."""
    return PageCount.objects.filter(space=space, space__in=access.own_spaces(viewer))


def synonyms(viewer: Viewer, group_id: int, *, lock: bool = False) -> SynonymGroup:
    """A group of an own space. Raises ``MissingCapability``, ``NotVisible``."""
    rows = SynonymGroup.objects.select_related("space").filter(space__in=access.own_spaces(viewer))
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=group_id).first()
    if found is None:
        raise NotVisible
    return found
