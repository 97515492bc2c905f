"""What other parts call after something that readers can find has changed. The index is written in the same transaction.

Call it inside the action, after the rows are saved. What is not public any more leaves the index by the same call.
Not for: how the index is made (``actions/search.py``), searching (``queries/search.py``).
"""

from kotopolku.information.models import PageText

PAGE, SERVICE, EVENT, CONTACT, NEWS = "page", "service", "event", "contact", "news"


def page_changed(text: PageText) -> None:
    """A text of a page was published, changed or withdrawn."""
    changed(PAGE, text.page_id)


def pages_changed(page_ids: list[int]) -> None:
    """Pages were removed, put back, moved or got another key: their texts, and those of all below them, are looked at again."""
    from kotopolku.information.actions import search

    search.index_trees(page_ids)


def activity_changed(kind: str, target: int) -> None:
    """A service or an event (``SERVICE``, ``EVENT``) was added, changed, approved, hidden or removed."""
    changed(kind, target)


def contact_changed(target: int) -> None:
    """A contact of the public directory was added, changed or hidden."""
    changed(CONTACT, target)


def news_changed(target: int) -> None:
    """A piece of news was published, changed or withdrawn."""
    changed(NEWS, target)


def terms_changed() -> None:
    """Words of the term list were added, changed or removed: in search they stand for each other."""
    from kotopolku.information.actions import search

    search.index_terms()


def changed(kind: str, target: int) -> None:
    """Writes the index rows of one thing anew, in all its languages."""
    from kotopolku.information.actions import search

    search.index_one(kind, target)
