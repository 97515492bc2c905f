"""The only way from a viewer to spaces, pages and texts that are not public yet, and from an id to one of them.

What is published is everybody's (``queries/reading.py``). The pages of a space are kept by its organisation.
"""

from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.information.models import Page, PageText, Space


def own_spaces(viewer: Viewer) -> "QuerySet[Space]":
    """Spaces that the viewer's organisation keeps. Raises ``MissingCapability``."""
    require(viewer, Capability.CONTENT_EDIT)
    rows = Space.objects.all()
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_space(viewer: Viewer, slug: str, *, lock: bool = False) -> Space:
    """A space to edit; ``lock`` holds its tree. Raises ``MissingCapability``, ``NotVisible``."""
    rows = own_spaces(viewer)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(slug=slug).first()
    if found is None:
        raise NotVisible
    return found


def own_page(viewer: Viewer, page_id: int) -> Page:
    """A page of an own space. Raises ``MissingCapability``, ``NotVisible``."""
    found = (
        Page.objects.select_related("space", "of__space")
        .filter(pk=page_id, space__in=own_spaces(viewer))
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def own_text(viewer: Viewer, page_id: int, language: str, *, lock: bool = False) -> PageText:
    """The text of an own page in a language. Raises ``MissingCapability``, ``NotVisible``."""
    page = own_page(viewer, page_id)
    rows = PageText.objects.filter(page=page, language=language).select_related(
        "page__space", "latest", "published"
    )
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found
