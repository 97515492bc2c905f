"""Where a contact's card stands: texts of pages that show it. Not for: the card itself (``directory.py``)."""

from dataclasses import dataclass

from kotopolku.access.viewer import Viewer
from kotopolku.information.models import Embed, Page, PageText, Space

MOST = 500


@dataclass(frozen=True)
class Use:
    """A text that shows the card. ``title`` is that of the newest version in one's own space, else of the published one."""

    space: Space
    page: Page
    text: PageText
    title: str
    own: bool
    seen: bool
    """Readers see a version of the text."""


def uses(viewer: Viewer, contact_id: int) -> list[Use]:
    """By space and language. Another organisation's texts only where they are published. One statement."""
    rows = (
        Embed.objects.filter(kind="contact", target=contact_id, text__page__removed_on=None)
        .select_related("text__page__space", "text__latest", "text__published")
        .order_by("text__page__space__sort_fi", "text__page__order", "text__language")
    )
    found = []
    for row in rows[:MOST]:
        text = row.text
        own = bool(viewer.system) or text.page.space.organisation_id == viewer.organisation_id
        version = text.latest if own else text.published
        if version is not None:
            found.append(
                Use(text.page.space, text.page, text, version.title, own, text.published_id is not None)
            )
    return found
